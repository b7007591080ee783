"""What the pages of both realms share: where they are registered, in which frame they stand, and their cookies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response, request

from quartier.accounts.permissions import API_TOKENS
from quartier.accounts.realm import CONSOLE, PORTAL, Known, Realm
from quartier.accounts.sessions import Key
from quartier.accounts.throttle import Source, TooSoon, network_of
from quartier.deliveries.operators import deliver_to_operator
from quartier.deliveries.readers import Reader
from quartier.deliveries.services import deliver
from quartier.i18n.formats import zone_of_reader
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.i18n.texts import ngettext, using
from quartier.i18n.voice import LANGUAGES, Voice, choose_language
from quartier.mail.kinds import MailKind
from quartier.mail.letters import Letter
from quartier.web.again import forget_left
from quartier.web.navigation import Entry
from quartier.web.pages import Pages, View
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import ConsoleVisit, Visit

AnyVisit = Visit | ConsoleVisit

app = Pages("accounts", __name__, area="app")
cockpit = Pages(
    "accounts_cockpit",
    __name__,
    area="cockpit",
    entries=(Entry("/cockpit/tokens", "key", _l("API tokens"), API_TOKENS, group=_l("Company"), order=930),),
)
console = Pages("accounts_console", __name__, area="console")
for _area in (app, console):
    _area.after_request(forget_left)

FRAMES: Final = {
    PORTAL: {"door": "shells/door.html", "page": "shells/app.html"},
    CONSOLE: {"door": "accounts/console_door.html", "page": "shells/console.html"},
}
OPERATORS_ZONE: Final = ZoneInfo("Europe/Zurich")
DEVICE_SECONDS: Final = 400 * 24 * 3600  # as long as browsers keep a cookie
MARK_LENGTH: Final = 43


def page(rule: str, *, needs: str, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """Register a view twice: on companies' hosts and on the console's."""

    def register(view: View) -> View:
        app.page(rule, needs=needs, methods=methods)(view)
        return console.page(rule, needs=needs, methods=methods)(view)

    return register


def action(rule: str, *, needs: str) -> Callable[[View], View]:
    """The same for something that is done: POST only."""
    return page(rule, needs=needs, methods=("POST",))


def realm_of(visit: AnyVisit) -> Realm:
    """Whose logins these are; decided by the host, never by anything a visitor says."""
    return PORTAL if isinstance(visit, Visit) else CONSOLE


def show(visit: AnyVisit, template: str, *, frame: str, **context: Any) -> str:
    """A page in its realm's frame: `door` for who is not signed in, `page` for who is."""
    return render(f"accounts/{template}.html", frame=FRAMES[realm_of(visit)][frame], **context)


def languages_of(visit: AnyVisit) -> tuple[str, ...]:
    """The languages one may choose here."""
    return visit.company.languages if isinstance(visit, Visit) else LANGUAGES


def zone_of(visit: AnyVisit) -> ZoneInfo:
    """In which zone moments are shown."""
    return visit.zone if isinstance(visit, Visit) else zone_of_reader(OPERATORS_ZONE)


def write_to(visit: AnyVisit, known: Known, kind: MailKind, letter: Callable[[str], Letter]) -> None:
    """Write to the owner of an account, in a language that the owner has chosen or is looking at.

    `letter` gets the address of this host for its links; it comes from the database and never from the request.
    """
    config, language = shell().config, choose_language(languages_of(visit), known.language, visit.voice.language)
    address = known.account.email
    if isinstance(visit, Visit):
        origin = config.origin(visit.company.host)
        reader = Reader(address, known.name, language, known.person_id)
        deliver(visit.db, kind, reader, lambda: letter(origin))
        return
    voice = Voice(language)  # type: ignore[arg-type]
    with using(voice):
        deliver_to_operator(visit.db, config, address, voice, letter(config.origin(config.console_host)))


def account_of(visit: AnyVisit) -> UUID:
    """Whose account this is, on a page that asks for one."""
    return cast("UUID", visit.viewer.account_id)


def session_of(visit: AnyVisit) -> UUID:
    """The session of this very device."""
    return cast("UUID", visit.viewer.session_id)


def source_of(realm: Realm) -> Source:
    """Where this request comes from."""
    mark = request.cookies.get(realm.device_cookie, "")
    return Source(network_of(request.remote_addr), mark if len(mark) == MARK_LENGTH and mark.isascii() else None)


def keep(answer: Response, realm: Realm, key: Key) -> Response:
    """Hand the browser the key of its session."""
    return set_cookie(answer, realm.cookie, key.token, key.seconds)


def keep_mark(answer: Response, realm: Realm, mark: str) -> Response:
    """Make the device one that its owner is known by; it opens nothing."""
    return set_cookie(answer, realm.device_cookie, mark, DEVICE_SECONDS)


def drop(answer: Response, realm: Realm) -> Response:
    """Take the key away."""
    answer.delete_cookie(realm.cookie, path="/", secure=True, httponly=True, samesite="Lax")
    return answer


def please_wait(error: TooSoon) -> str:
    """How long, in words."""
    if error.seconds < 60:
        wait = ngettext("%(num)s second", "%(num)s seconds", error.seconds)
    else:
        wait = ngettext("%(num)s minute", "%(num)s minutes", -(-error.seconds // 60))
    return _("There were too many tries. The next one is possible in %(wait)s.", wait=wait)


def set_cookie(answer: Response, name: str, value: str, seconds: int | None) -> Response:
    """A cookie of this host alone, which no script can read; None is until the browser is closed."""
    answer.set_cookie(name, value, max_age=seconds, secure=True, httponly=True, samesite="Lax", path="/")
    return answer
