"""What all pages of the team share: their place in the menu, the words for states, and finding somebody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from flask import Response, abort, request
from werkzeug.exceptions import NotFound

from quartier.accounts.permissions import TEAM_ADMIN, all_permissions
from quartier.i18n import formats
from quartier.i18n.localized import LocalizedText
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.i18n.voice import LANGUAGES
from quartier.plugin.manifest import Permission
from quartier.team import policies, queries
from quartier.team.chiefs import TeamError
from quartier.team.queries import Given, Member, Spot
from quartier.web.again import forget_left
from quartier.web.flash import back_to
from quartier.web.forms import Form
from quartier.web.navigation import Entry
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit

TEAM: Final = "/cockpit/team"
DAY: Final = timedelta(days=1)
STATES: Final[Mapping[str, str]] = {
    "active": _l("Active"), "invited": _l("Invitation sent"), "late": _l("Link too old"),
    "withdrawn": _l("Invitation withdrawn"), "over": _l("Left"), "off": _l("Deactivated"),
}  # fmt: skip
GONE: Final = frozenset({"off", "over"})
LOOKS: Final[Mapping[str, str]] = {
    "active": "success", "invited": "info", "late": "warning", "withdrawn": "line", "over": "line", "off": "line",
}  # fmt: skip
cockpit = Pages(
    "team_cockpit",
    __name__,
    area="cockpit",
    entries=(Entry(f"{TEAM}/", "users", _l("Team"), TEAM_ADMIN, group=_l("Company"), order=895),),
)
app = Pages("team", __name__, area="app")
app.after_request(forget_left)


def page(visit: Visit, template: str, /, **context: Any) -> str:
    """A page about the team, with the words it needs."""
    return render(
        f"team/{template}.html", labels=labels(visit), states=STATES, looks=LOOKS, place_of=place_of,
        dates_of=dates_of, origins=Origins(visit), is_chief=policies.is_chief(visit.viewer), day=DAY,
        **{"clashes": (), **context},
    )  # fmt: skip


def known_permissions(visit: Visit) -> dict[str, Permission]:
    """What can be given in this company today: the core's rights and those of its modules, by key."""
    found = all_permissions(shell().plugins)
    slugs = shell().plugins.serving.keys() - visit.company.modules
    return {key: one for key, one in found.items() if key.partition(".")[0] not in slugs}


def labels(visit: Visit) -> dict[str, str]:
    """Every permission in words, also of modules that are off: what was given with them is still there."""
    return {key: one.label[visit.voice.language] for key, one in all_permissions(shell().plugins).items()}


def found_member(visit: Visit, agent_id: UUID) -> Member:
    """Somebody of the team, or 404."""
    found = queries.member(visit.db, agent_id, today=visit.today, now=visit.now)
    if found is None:
        raise NotFound
    return found


def only_chiefs(visit: Visit) -> None:
    """What concerns somebody's whole place in the team is for who manages all of it; others do not find it."""
    if not policies.is_chief(visit.viewer):
        raise NotFound


def done(visit: Visit, there: str, work: Callable[[], bool], words: str) -> Response:
    """Do something to the team and say so; or leave everything as it was, and say what is in the way."""
    try:
        return back_to(there, words if work() else _("Somebody else was quicker. Here is how it is now."))
    except TeamError as error:
        visit.db.rollback()
        return back_to(there, str(error))


def place_of(spot: Spot) -> str:
    """A place in words."""
    return ", ".join(reversed(spot.names)) if spot.names else _("Whole company")


class Origins:
    """Which jobs grants come from, in words: each grant is looked at once, however many rights a page asks about."""

    def __init__(self, visit: Visit) -> None:
        self._visit, self._known = visit, known_permissions(visit)
        self._found: dict[UUID, dict[str, frozenset[str]]] = {}

    def of(self, given: Given, permission: str) -> str:
        """The job that gives this right in a grant; empty where it was ticked by itself."""
        return next((self._name(key) for key, some in self._jobs(given).items() if permission in some), "")

    def parts(self, given: Given) -> list[tuple[str, list[str]]]:
        """A grant's rights by job, as far as a job has them all; those that were ticked by themselves are under ""."""
        found: dict[str, list[str]] = {}
        for permission in given.permissions:
            found.setdefault(self.of(given, permission), []).append(permission)
        return sorted(found.items(), key=lambda part: (not part[0], -len(part[1])))

    def _jobs(self, given: Given) -> dict[str, frozenset[str]]:
        if given.id not in self._found:
            self._found[given.id] = policies.jobs_in(given.permissions, self._known)
        return self._found[given.id]

    def _name(self, key: str) -> str:
        return self._visit.say(policies.PRESETS[key].name)


def dates_of(given: Given) -> str:
    """From when until when, in words; the last day, not the first one without."""
    last = formats.format_date(given.ends - DAY, "short") if given.ends else ""
    first = formats.format_date(given.starts, "short") if given.starts else ""
    if first and last:
        return _("%(first)s to %(last)s", first=first, last=last)
    if first:
        return _("from %(first)s", first=first)
    return _("until %(last)s", last=last) if last else _("without an end")


def sent_version() -> int:
    """The version of the row that the form showed."""
    try:
        return int(request.form.get("version", ""))
    except ValueError:
        abort(400)


def in_languages(visit: Visit, form: Form) -> Form:
    """The form without texts in languages that the company does not offer any more, which nobody sees in it."""
    gone = tuple(f".{language}" for language in LANGUAGES if language not in visit.company.languages)
    return replace(form, typed={name: value for name, value in form.typed.items() if not name.endswith(gone)})


def kept_languages(form: Form, name: str, before: LocalizedText) -> LocalizedText:
    """A text from the form, with what it did not show."""
    unseen = {language: text for language, text in before.items() if f"{name}.{language}" not in form.typed}
    return LocalizedText({**unseen, **form.values[name]})


def value_in_words(_path: str, value: Any) -> str:
    """A value of a form as people compare it."""
    if value in (True, "true"):
        return _("yes")
    if value in (False, "false", None):
        return ""
    try:
        return formats.format_date(date.fromisoformat(value), "short")
    except ValueError:
        return str(value).replace("\r\n", "\n").strip()


def past(day: date | None, today: date) -> bool:
    """Whether a day lies in the past."""
    return day is not None and day < today
