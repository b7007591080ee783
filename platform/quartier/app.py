"""The platform as one WSGI callable: the portal for companies' hosts, the console for operators."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from quartier import chores, health, logs, tables
from quartier.accounts import web as accounts_web
from quartier.alerts import web as alerts_web
from quartier.api import core, documents
from quartier.api import pages as api_pages
from quartier.attachments import api as attachments_api
from quartier.attachments import desk as attachments_desk
from quartier.attachments import web as attachments_web
from quartier.catalogue import picture_pages as product_pictures
from quartier.catalogue import web as catalogue_web
from quartier.clientele import web as clientele_web
from quartier.companies import admins, modules, outbox, queue
from quartier.companies import web as companies_web
from quartier.companies.hosts import company_finder
from quartier.companies.snapshot import SnapshotLoader
from quartier.config import Config, shipped
from quartier.console import Console
from quartier.contracts import api as contracts_api
from quartier.contracts import day_pages as contract_days
from quartier.contracts import web as contracts_web
from quartier.customers import web as customers_web
from quartier.db import engines
from quartier.db.histories import pending
from quartier.deliveries import web as deliveries_web
from quartier.domains import web as domains_web
from quartier.erp import api as erp_api
from quartier.estate import api as estate_api
from quartier.files.storage import storage
from quartier.home import cockpit as home_cockpit
from quartier.home import web as home_web
from quartier.household import web as household_web
from quartier.i18n import texts
from quartier.i18n.catalogues import Catalogues, load_catalogues
from quartier.imports import api as imports_api
from quartier.imports import web as imports_web
from quartier.invitations import api as invitations_api
from quartier.jobs.definition import House
from quartier.jobs.registry import registry
from quartier.jobs.runner import Runner
from quartier.lapse import web as lapse_web
from quartier.leads import web as leads_web
from quartier.legal import api as legal_api
from quartier.legal import operator as operator_notices
from quartier.legal import pages as legal_pages
from quartier.mail.kinds import MailKind
from quartier.marketplace import api as marketplace_api
from quartier.marketplace import web as marketplace_web
from quartier.masterdata import api as masterdata_api
from quartier.masterdata import web as masterdata_web
from quartier.notifications import pages as notifications_pages
from quartier.notifications.bell import Bell
from quartier.notifications.jobs import hidden
from quartier.people import api as people_api
from quartier.plugin.manager import Plugins, discover
from quartier.plugin.switches import all_switches
from quartier.portal import Portal
from quartier.profile import absence_api, device_api, notification_api
from quartier.profile import api as profile_api
from quartier.profile import web as profile_web
from quartier.programs import api as programs_api
from quartier.programs import blueprint as console_api
from quartier.programs import web as programs_web
from quartier.prospects import web as prospects_web
from quartier.quotes import desk as quotes_desk
from quartier.quotes import reading as quotes_reading
from quartier.readdressing import web as readdressing_web
from quartier.registration import web as registration_web
from quartier.residents import api as residents_api
from quartier.residents import message_api
from quartier.residents import web as residents_web
from quartier.revenue import web as revenue_web
from quartier.rights import api as rights_api
from quartier.rights import desk as rights_desk
from quartier.rights import web as rights_web
from quartier.sandboxes import door as sandboxes_door
from quartier.sandboxes import web as sandboxes_web
from quartier.settings import api as settings_api
from quartier.settings import web as settings_web
from quartier.studio import api as studio_api
from quartier.studio import web as studio_web
from quartier.subbrands import api as subbrands_api
from quartier.subbrands import web as subbrands_web
from quartier.support import console as support_console
from quartier.support import web as support_web
from quartier.team import api as team_api
from quartier.team import web as team_web
from quartier.tenancy.hosts import HostTable, full_host, normal_host
from quartier.tenancy.snapshot import Listener, SnapshotCache
from quartier.theming.themes import load_themes, templates_of
from quartier.viewing import web as viewing_web
from quartier.web import public, styleguide
from quartier.web.application import Application
from quartier.web.environment import Renderer
from quartier.web.locale import follow_visits
from quartier.web.pages import Pages
from quartier.web.shell import Shell
from quartier.web.static_files import StaticFiles
from quartier.web.styles import StyleSheets
from quartier.webhooks import api as webhooks_api
from quartier.webhooks import web as webhooks_web

Start = Callable[..., Any]


@dataclass
class Platform:
    """Both apps behind one door. Neither has a route of the other, so no host can reach across."""

    shell: Shell
    urls: engines.Urls
    portal: Flask
    console: Flask
    words: Catalogues
    listener: Listener | None = None

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        """WSGI: choose by host; a cluster's probes come by IP address and are answered for all hosts.

        The server says that a body ends by itself. Where its length was announced that is not enough: what a broken
        line has cut off would look whole. Without that word the announced length is asked for; what is shorter is 400.
        """
        if environ.get("CONTENT_LENGTH"):
            environ.pop("wsgi.input_terminated", None)
        if environ.get("PATH_INFO", "").startswith(health.PREFIX):
            return health.answer(self.shell, environ, start_response)
        host = normal_host(environ.get("HTTP_HOST"))
        app = self.console if host == self.shell.config.console_host else self.portal
        return app(environ, start_response)

    def listening(self) -> Platform:
        """Itself, ready to serve: from now on this process hears of changes."""
        self.listener = listen(self.shell, self.urls)
        return self

    def close(self) -> None:
        """Stop listening and give connections back."""
        if self.listener is not None:
            self.listener.stop()
        self.shell.close()


@dataclass
class Workshop:
    """What a worker process holds: no pages, the same companies."""

    urls: engines.Urls
    house: House
    runner: Runner
    listener: Listener

    def close(self) -> None:
        """Stop listening and give connections back."""
        self.listener.stop()
        self.house.engine.dispose()
        self.house.platform.dispose()


def create_workshop(config: Config | None = None, *, database: str = "quartier") -> Workshop:
    """Everything that works, ready to work."""
    config = config or Config.from_env()
    logs.configure(json=not sys.stderr.isatty())
    tables.load()
    urls, plugins = engines.urls(config, database=database), discover()
    speak(plugins)
    shell = build_shell(config, urls, plugins)
    disable_unmigrated(shell)
    return open_workshop(shell, urls)


def open_workshop(shell: Shell, urls: engines.Urls) -> Workshop:
    """What works, of what is there already."""
    runner = Runner(house_of(shell), registry(shell.plugins, chores.JOBS, chores.CHORES))
    return Workshop(urls, runner.house, runner, listen(shell, urls))


def house_of(shell: Shell) -> House:
    """The part of a shell that jobs need."""
    return House(
        shell.config, shell.engine, shell.platform, shell.plugins, shell.storage, shell.snapshots, shell.mails, hidden
    )  # fmt: skip


def create_app(config: Config | None = None, *, plugins: Plugins | None = None, database: str = "quartier") -> Platform:
    """Everything that serves, ready to serve."""
    return assemble(config or Config.from_env(), plugins=plugins or discover(), database=database).listening()


def assemble(config: Config, *, plugins: Plugins, database: str = "quartier") -> Platform:
    """Everything that serves, without a connection or a thread: made once, and handed to processes that are forked."""
    logs.configure(json=not sys.stderr.isatty())
    tables.load()
    urls = engines.urls(config, database=database)
    words = speak(plugins)
    shell = build_shell(config, urls, plugins)
    disable_unmigrated(shell)
    platform = Platform(shell, urls, portal_app(shell), console_app(shell), words)
    shell.close()
    return platform


def speak(plugins: Plugins) -> Catalogues:
    """Load the words of the core and of all plugins, for the whole process."""
    core = sorted(path for path in shipped("translations").iterdir() if path.is_dir())
    own = [plugin.folder / "translations" for plugin in plugins.installed.values()]
    words = load_catalogues(core, plugins=[folder for folder in own if folder.is_dir()])
    texts.install(words)
    return words


def build_shell(config: Config, urls: engines.Urls, plugins: Plugins) -> Shell:
    """What both apps share."""
    engine, platform = engines.engine(urls.app), engines.engine(urls.platform)
    themes, static = load_themes(shipped("themes")), StaticFiles()
    sheets = StyleSheets(themes)
    folders: list[Path] = [plugin.folder for plugin in plugins.installed.values()]
    for folder in folders:
        static.add(folder / "static")
    for theme in themes.values():
        static.add_theme(theme)
    renderer = Renderer({slug: templates_of(theme) for slug, theme in themes.items()}, folders, static)
    mails = kinds_of_mail(plugins)
    loader = SnapshotLoader(engine, plugins, config.platform_domain, sheets.digest, themes)
    find = company_finder(engine, partial(full_host, platform_domain=config.platform_domain))
    return Shell(
        config, engine, platform, plugins, themes, static, renderer, sheets, storage(config), HostTable(find),
        SnapshotCache(loader), mails, all_switches(plugins), Bell(mails, plugins.installed),
    )  # fmt: skip


def kinds_of_mail(plugins: Plugins) -> dict[str, MailKind]:
    """Everything that is written to people, by key: the core's first, then module by module."""
    own = [kind for plugin in plugins.serving.values() for kind in plugin.manifest.mails]
    told: list[MailKind] = []
    for slug, offered in plugins.call("register_notifications", on=plugins.serving):
        told += [kind for kind in offered if kind.key.startswith(f"{slug}.")]
        for kind in offered:
            if kind not in told:
                plugins.report(slug, f"the key of a kind of notification begins with its module's slug: {kind.key!r}")
    return {kind.key: kind for kind in (*chores.MAILS, *own, *told)}


def disable_unmigrated(shell: Shell) -> None:
    """A plugin whose tables are not where its code expects them does not serve."""
    for slug in pending(shell.platform, shell.plugins.histories):
        shell.plugins.disable(slug, "its migrations are not applied; run `quartier migrate`")


def listen(shell: Shell, urls: engines.Urls) -> Listener:
    """Hear of changes that any process makes."""

    def heard(company_id: UUID | None) -> None:
        shell.hosts.forget()
        shell.snapshots.forget(company_id)

    def up(listening: bool) -> None:
        shell.snapshots.listening = listening

    listener = Listener(urls.app, heard=heard, up=up)
    listener.start()
    return listener


PORTAL: Final = (
    deliveries_web.app, deliveries_web.cockpit, notifications_pages.app, notifications_pages.cockpit,
    accounts_web.app, accounts_web.cockpit, home_web.app, home_cockpit.cockpit, companies_web.cockpit,
    registration_web.app, attachments_web.app, attachments_desk.cockpit, legal_pages.app, legal_pages.cockpit,
    team_web.app, team_web.cockpit, viewing_web.app, viewing_web.cockpit, support_web.app, support_web.cockpit,
    profile_web.app, rights_web.app, sandboxes_door.app, rights_desk.cockpit, contracts_web.cockpit,
    product_pictures.cockpit, lapse_web.cockpit, marketplace_web.cockpit, masterdata_web.cockpit,
    residents_web.cockpit, readdressing_web.app, household_web.app, settings_web.cockpit, studio_web.cockpit,
    studio_web.app, subbrands_web.cockpit, webhooks_web.cockpit, domains_web.cockpit, imports_web.cockpit,
    styleguide.portal,
)  # fmt: skip
"""The pages of the core on companies' hosts."""


def portal_app(shell: Shell) -> Flask:
    """The app on companies' hosts."""
    app = Application("quartier.portal")
    trust_proxies(app, shell.config)
    follow_visits(app)
    Portal(app, shell)
    app.register_blueprint(public.portal)
    for pages in PORTAL:
        mount(app, shell, pages)
    for slug, blueprints in shell.plugins.call("register_pages", on=shell.plugins.serving):
        for pages in blueprints:
            mount(app, shell, pages, prefix=f"/{slug}" if pages.area == "app" else f"/cockpit/{slug}")
    app.register_blueprint(api_pages.pages(mount_api(app, shell.plugins)))
    return app


def mount_api(app: Flask, plugins: Plugins) -> documents.PortalApi:
    """The JSON API of the core and of all plugins that serve."""
    api = documents.install(app)
    for blueprint in (
        core.blueprint, attachments_api.blueprint, erp_api.blueprint, imports_api.blueprint,
        webhooks_api.blueprint, estate_api.blueprint,
        people_api.blueprint, masterdata_api.blueprint, invitations_api.blueprint, residents_api.blueprint,
        message_api.blueprint,
        settings_api.blueprint, studio_api.blueprint, subbrands_api.blueprint,
        team_api.blueprint, profile_api.blueprint, legal_api.blueprint, rights_api.blueprint,
        notification_api.blueprint, contracts_api.blueprint, marketplace_api.blueprint,
        absence_api.blueprint, device_api.blueprint,
    ):  # fmt: skip
        documents.mount(api, blueprint, path="")
    for slug, blueprints in plugins.call("register_api", on=plugins.serving):
        for blueprint in blueprints:
            documents.mount(api, blueprint, path=f"/{slug}")
    documents.error_handlers(app)
    return api


def console_app(shell: Shell) -> Flask:
    """The app on the operators' host."""
    app = Application("quartier.console")
    trust_proxies(app, shell.config)
    follow_visits(app)
    Console(app, shell)
    app.register_blueprint(public.shared)
    for pages in (accounts_web.console, companies_web.console, contracts_web.console, contract_days.console):
        mount(app, shell, pages)
    for pages in (admins.console, outbox.console, queue.console, modules.console):
        mount(app, shell, pages)
    mount(app, shell, catalogue_web.console)
    mount(app, shell, product_pictures.console)
    mount(app, shell, lapse_web.console)
    mount(app, shell, leads_web.console)
    mount(app, shell, clientele_web.console)
    mount(app, shell, prospects_web.console)
    mount(app, shell, alerts_web.console)
    mount(app, shell, quotes_desk.console)
    mount(app, shell, quotes_reading.console)
    mount(app, shell, customers_web.console)
    mount(app, shell, support_console.console)
    mount(app, shell, revenue_web.console)
    mount(app, shell, sandboxes_web.console)
    mount(app, shell, operator_notices.console)
    mount(app, shell, programs_web.console)
    mount(app, shell, styleguide.console)
    console_api.install(app, programs_api.blueprint)
    return app


def trust_proxies(app: Flask, config: Config) -> None:
    """Believe exactly as many hops as there are; the Host header is not among what a proxy may change."""
    if config.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.proxies, x_proto=config.proxies)  # type: ignore[method-assign]


def mount(app: Flask, shell: Shell, pages: Pages, *, prefix: str | None = None) -> None:
    """Register pages and what they add to the navigation."""
    app.register_blueprint(pages, url_prefix=prefix)
    shell.entries.setdefault(pages.area, []).extend(pages.entries)
