"""Finding plugins, knowing them, and calling them so that one that fails takes nobody with it."""

from __future__ import annotations

import importlib
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy
import structlog

from quartier.db.histories import History
from quartier.plugin import hookspecs
from quartier.plugin.manifest import Manifest
from quartier.tenancy.session import CompanySession

log = structlog.get_logger(__name__)

GROUP = "quartier.plugins"


@dataclass(frozen=True)
class Plugin:
    """An installed plugin: its facts, its hook implementations, and the folder where its things are found."""

    manifest: Manifest
    module: ModuleType
    folder: Path

    @property
    def slug(self) -> str:
        """The name of its module in contracts, URLs and tables."""
        return self.manifest.slug


@dataclass(frozen=True)
class Problem:
    """A plugin that does not serve, and why; shown in the console."""

    plugin: str
    reason: str


@dataclass
class Plugins:
    """All installed plugins. `broken` are known but must not serve, for example after a failed migration."""

    installed: dict[str, Plugin] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    failures: Counter[tuple[str, str]] = field(default_factory=Counter)
    _manager: pluggy.PluginManager = field(default_factory=lambda: pluggy.PluginManager(hookspecs.PROJECT))
    _callers: dict[tuple[str, str], pluggy.HookCaller] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._manager.add_hookspecs(hookspecs)

    def add(self, module: ModuleType) -> None:
        """Take a plugin in. Two with one slug, or one that asks for unknown hooks, become a problem, not a crash."""
        package = module.__name__.rpartition(".")[0]
        try:
            manifest = importlib.import_module(f"{package}.manifest").manifest
            if manifest.slug in self.installed:
                raise ValueError(f"the slug is taken by {self.installed[manifest.slug].module.__name__}")
            self._register(module, manifest.slug)
        except Exception as error:  # noqa: BLE001 - foreign code at import time
            self.report(module.__name__, error)
            return
        folder = Path(str(sys.modules[package].__file__)).parent
        self.installed[manifest.slug] = Plugin(manifest, module, folder)

    def report(self, plugin: str, error: object) -> None:
        """Write down why a plugin does not serve."""
        log.error("plugin_refused", plugin=plugin, error=str(error))
        self.problems.append(Problem(plugin, str(error)))

    def disable(self, slug: str, reason: str) -> None:
        """Keep a plugin out of every page, menu, search and API; the others go on."""
        self.broken.add(slug)
        self.report(slug, reason)

    @property
    def serving(self) -> dict[str, Plugin]:
        """Those that may serve, in a stable order."""
        return {slug: plugin for slug, plugin in sorted(self.installed.items()) if slug not in self.broken}

    @property
    def histories(self) -> list[History]:
        """The migration folders of all installed plugins."""
        return [History(slug, plugin.folder / "migrations") for slug, plugin in self.installed.items()]

    def call(self, hook: str, on: Iterable[str], **arguments: Any) -> Iterator[tuple[str, Any]]:
        """Ask the plugins in `on`, one by one, and yield (slug, answer) of those that answered.

        One that raises is logged, counted and skipped: the page it was asked for still stands.
        """
        for slug in sorted(set(on) & self.serving.keys()):
            answers = self._asked(hook, slug, arguments)
            yield from ((slug, answer) for answer in answers or ())

    def tell(self, hook: str, db: CompanySession, **arguments: Any) -> None:
        """Tell all plugins of something, in the transaction in which it happens; those that a company has off as well.

        Of one that raises, what it had begun is taken back and nothing else: what happened stands, and so does what the
        others made of it, also where the database refused a statement of the one.
        """
        for slug in self.serving:
            if self._caller(hook, slug).get_hookimpls():
                with db.begin_nested() as begun:
                    if self._asked(hook, slug, {"db": db, **arguments}) is None:
                        begun.rollback()

    def _asked(self, hook: str, slug: str, arguments: dict[str, Any]) -> list[Any] | None:
        """What a plugin answers, if it has the hook; None when it raised."""
        caller = self._caller(hook, slug)
        try:
            return list(caller(**arguments)) if caller.get_hookimpls() else []
        except Exception:
            self.failures[slug, hook] += 1
            log.exception("plugin_hook_failed", plugin=slug, hook=hook)
            return None

    def _caller(self, hook: str, slug: str) -> pluggy.HookCaller:
        if (hook, slug) not in self._callers:
            others = [plugin.module for plugin in self.installed.values() if plugin.slug != slug]
            self._callers[hook, slug] = self._manager.subset_hook_caller(hook, remove_plugins=others)
        return self._callers[hook, slug]

    def _register(self, module: ModuleType, slug: str) -> None:
        self._manager.register(module, name=slug)
        try:
            self._manager.check_pending()
        except pluggy.PluginValidationError:
            self._manager.unregister(module)
            raise


def discover(found: Iterable[EntryPoint] | None = None) -> Plugins:
    """Load every plugin that is installed: ours and others' are found the same way."""
    plugins = Plugins()
    points = entry_points(group=GROUP) if found is None else found
    for point in sorted(points, key=lambda point: (point.name, point.value)):
        try:
            module = importlib.import_module(point.value)
        except Exception as error:  # noqa: BLE001 - foreign code at import time
            plugins.report(point.name, error)
            continue
        plugins.add(module)
    for slug, plugin in plugins.installed.items():
        if missing := set(plugin.manifest.depends_on) - plugins.installed.keys():
            plugins.disable(slug, f"needs modules that are not installed: {', '.join(sorted(missing))}")
    return plugins
