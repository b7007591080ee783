"""What one process holds for serving pages; built once in `create_app` and passed to whom it concerns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Flask, current_app
from sqlalchemy import Engine

from quartier.config import Config
from quartier.files.storage import Storage
from quartier.mail.kinds import MailKind
from quartier.plugin.manager import Plugins
from quartier.plugin.switches import Switch
from quartier.tenancy.contents import KeptContents
from quartier.tenancy.hosts import HostTable
from quartier.tenancy.snapshot import SnapshotCache
from quartier.theming.themes import Theme
from quartier.web.environment import Renderer
from quartier.web.navigation import Entry
from quartier.web.static_files import StaticFiles
from quartier.web.styles import StyleSheets
from quartier.web.visit import Visit, nothing_unread

EXTENSION = "quartier"


@dataclass
class Shell:
    """Shared by the portal and the console of one process. `engine` is the portal's, `platform` the console's.

    `mails` are all kinds of mail and of notification, `switches` all switches, by key; `bell` counts what is unread.
    `chrome` keeps the console's menus; a company's are kept with its snapshot.
    """

    config: Config
    engine: Engine
    platform: Engine
    plugins: Plugins
    themes: dict[str, Theme]
    static: StaticFiles
    renderer: Renderer
    sheets: StyleSheets
    storage: Storage
    hosts: HostTable
    snapshots: SnapshotCache
    mails: dict[str, MailKind] = field(default_factory=dict)
    switches: dict[str, Switch] = field(default_factory=dict)
    bell: Callable[[Visit], int] = nothing_unread
    contents: KeptContents = field(default_factory=KeptContents)
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    chrome: dict[tuple[object, ...], object] = field(default_factory=dict)

    def attach(self, app: Flask) -> None:
        """Make this the shell of an app."""
        app.extensions[EXTENSION] = self

    def close(self) -> None:
        """Give connections back; whoever needs one later gets a new one."""
        self.engine.dispose()
        self.platform.dispose()

    def url_of(self, host: str, path: str = "/") -> str:
        """An absolute URL on a host that comes from the database, never from a request."""
        return self.config.origin(host) + path


def shell() -> Shell:
    """The shell of the app that is serving."""
    found: Shell = current_app.extensions[EXTENSION]
    return found


def file_storage() -> Storage:
    """Where the files of the installation that is serving lie."""
    return shell().storage
