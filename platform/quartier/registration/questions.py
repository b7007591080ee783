"""The last step, and later the same page in the account: what the company asks its people.

Who registered before a question was switched on is asked on the way home, and may answer later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from flask import Response, request
from marshmallow import Schema, ValidationError, fields, validate, validates_schema
from werkzeug.exceptions import NotFound

from quartier.accounts.pages import set_cookie
from quartier.accounts.realm import PORTAL
from quartier.accounts.services import choose_language
from quartier.db.base import new_id
from quartier.deliveries.readers import Reader
from quartier.deliveries.services import deliver
from quartier.estate.history import acting
from quartier.estate.services import Edited
from quartier.i18n.texts import current_voice
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.locks import corrections
from quartier.locks.corrections import Author, Subject, TooMany
from quartier.locks.fields import Owner, owner_of
from quartier.masterdata.letters import CORRECTION, Wanted, correction_letter
from quartier.masterdata.schemas import Phone
from quartier.masterdata.wording import FIELDS
from quartier.people.answers import questions_of
from quartier.people.models import CONTACT_CHANNELS, Person
from quartier.people.services import change_person
from quartier.registration.area import app, show
from quartier.registration.queries import person_of
from quartier.web.again import Left, again, left_at
from quartier.web.clash import Clash, clashes_of
from quartier.web.contact import in_a_field
from quartier.web.flash import back_to
from quartier.web.forms import Form, load_form, show_form
from quartier.web.gate import SIGNED_IN
from quartier.web.language import remember_language
from quartier.web.shell import shell
from quartier.web.visit import Visit

LATER: Final = "__Host-quartier-later"
LATER_SECONDS: Final = 14 * 24 * 3600
CONTACT: Final = ("mobile", "phone", "street", "postal_code", "city", "country")
HERE: Final = "/welcome"
AROUND: Final = ("CH", "DE", "AT", "FR", "IT", "LI", "LU")
ADDRESS: Final = ("street", "postal_code", "city")
OFFERED: Final[Mapping[str, Mapping[str, str]]] = {
    "contact_channel": {"online": _l("In the portal only"), "paper": _l("In the portal, and on paper by post")},
    "lives_here": {"yes": _l("Yes, I live here"), "no": _l("No, I live elsewhere")},
}


class AnswerSchema(Schema):
    """What may be answered; `only` what the company asks. `at_home` is the country of its phone numbers."""

    def __init__(self, at_home: str, **options: Any) -> None:
        self.at_home = at_home
        super().__init__(**options)

    language = fields.String(required=True, metadata={"label": _l("Language")})
    contact_channel = fields.String(
        required=True, validate=validate.OneOf(CONTACT_CHANNELS), metadata={"label": _l("Letters")}
    )
    lives_here = fields.String(
        required=True, validate=validate.OneOf(["yes", "no"]), metadata={"label": _l("Do you live here yourself?")}
    )
    mobile = Phone(allow_none=True, load_default=None, metadata={"label": _l("Mobile phone")})
    phone = Phone(allow_none=True, load_default=None, metadata={"label": _l("Phone")})
    street = fields.String(load_default="", validate=validate.Length(max=200), metadata={"label": FIELDS["street"]})
    postal_code = fields.String(
        load_default="", validate=validate.Length(max=20), metadata={"label": FIELDS["postal_code"]}
    )
    city = fields.String(load_default="", validate=validate.Length(max=200), metadata={"label": FIELDS["city"]})
    country = fields.String(
        load_default="", validate=validate.Regexp("^([A-Z]{2})?$"), metadata={"label": FIELDS["country"]}
    )

    @validates_schema(skip_on_field_errors=True)
    def _arrives(self, data: dict[str, Any], **_options: Any) -> None:
        """No letter finds a street without a town."""
        if any(data.get(name) for name in ADDRESS):
            for name in ADDRESS:
                if data.get(name) == "":
                    raise ValidationError(_("Please fill this in."), name)


@app.page(HERE, needs=SIGNED_IN, methods=("GET", "POST"))
def welcome(visit: Visit) -> Any:
    """The company's questions, as far as there are any."""
    asked, person = questions_of(visit.company.settings, visit.viewer), _own(visit)
    if not asked:
        return back_to("/")
    owner = owner_of(visit.db, "person")
    schema = AnswerSchema(visit.company.country, only=_names(asked, _fixed(owner)))
    if request.method != "POST":
        return _page(visit, person, asked, owner, schema)
    form, read = load_form(schema), ""
    if form.ok and form.values["language"] not in visit.company.languages:
        form = form.wrong("language", _("Please choose one of these."))
    if form.ok:
        try:
            _keep(visit, person, asked, owner, form)
        except Edited:
            visit.db.rollback()
            form = form.wrong("_schema", _("Somebody has changed your data meanwhile. Please look at them again."))
            read = "version"
        except TooMany:
            visit.db.rollback()
            form = form.wrong("_schema", _("There were many wishes lately. Please try again in an hour."))
    if not form.ok:
        return again(HERE, *schema.fields, read, errors=form.errors)
    return remember_language(back_to("/", _("Thank you.")), form.values["language"])


@app.action("/welcome/later", needs=SIGNED_IN)
def later(visit: Visit) -> Response:  # noqa: ARG001
    """Not now; in two weeks we ask again."""
    return set_cookie(back_to("/"), LATER, "1", LATER_SECONDS)


def is_due(visit: Visit) -> bool:
    """Whether who comes home has to be asked something. Costs nothing where the company asks nothing."""
    viewer = visit.viewer
    asked = questions_of(visit.company.settings, viewer)
    if not asked or viewer.is_agent or viewer.watched or not viewer.person_id or LATER in request.cookies:
        return False
    person = person_of(visit.db, viewer.person_id)
    return any(getattr(person, column) is None for column in asked)


def _own(visit: Visit) -> Person:
    if visit.viewer.person_id is None:
        raise NotFound
    return person_of(visit.db, visit.viewer.person_id)


def _fixed(owner: Owner | None) -> frozenset[str]:
    """Fields of the ERP about which nobody takes wishes."""
    return owner.fields if owner is not None and owner.correction_email is None else frozenset()


def _names(asked: list[str], fixed: frozenset[str]) -> list[str]:
    ways = [name for name in CONTACT if name not in fixed] if "contact_confirmed_at" in asked else []
    return ["language", *(name for name in asked if name != "contact_confirmed_at"), *ways]


def _begun(visit: Visit, schema: Schema, person: Person) -> Form:
    lives = {True: "yes", False: "no", None: ""}[person.lives_here]
    return show_form(
        schema, {name: getattr(person, name) for name in (*CONTACT, "contact_channel")},
        language=visit.voice.language, lives_here=lives,
    )  # fmt: skip


def _clashes(left: Left, stored: Form) -> list[Clash]:
    """What is saved by now, beside what was typed. The language is chosen here, and nobody else changes it."""
    typed = left.over(stored)
    about = {name: label for name, label in typed.labels.items() if name != "language"}
    return clashes_of(replace(typed, labels=about), stored, _in_words)


def _in_words(path: str, value: Any) -> str:
    """An answer as its question offers it."""
    text = str(value if value is not None else "")
    if path in {"mobile", "phone"}:
        return in_a_field(text)
    if path == "country":
        return current_voice().locale.territories.get(text) or text
    return str(OFFERED.get(path, {}).get(text, text))


def _keep(visit: Visit, person: Person, asked: list[str], owner: Owner | None, form: Form) -> None:
    """What is the person's own is written; what is the ERP's goes there as a wish."""
    given = {name: form.values[name] for name in CONTACT if name in form.values}
    owned = owner.fields if owner else frozenset()
    values: dict[str, Any] = {name: value for name, value in given.items() if name not in owned}
    if "contact_channel" in asked:
        values["contact_channel"] = form.values["contact_channel"]
    if "lives_here" in asked:
        values["lives_here"] = form.values["lives_here"] == "yes"
    if "contact_confirmed_at" in asked:
        values["contact_confirmed_at"] = datetime.now(UTC)
    wishes = {
        name: (getattr(person, name), value)
        for name, value in given.items()
        if name in owned and value != getattr(person, name)
    }
    with acting(visit.db, visit.viewer.name, "agent", visit.viewer.account_id):
        change_person(visit.db, person, values, version=_version(person))
    if visit.viewer.account_id:
        choose_language(PORTAL, visit.db, visit.viewer.account_id, form.values["language"])
    if wishes and owner is not None and owner.correction_email:
        _wish(visit, person, wishes, owner.correction_email)


def _version(person: Person) -> int:
    sent = request.form.get("version", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else person.version


def _wish(visit: Visit, person: Person, values: Mapping[str, tuple[Any, Any]], address: str) -> None:
    wanted = {name: pair for name, pair in values.items()
              if name not in corrections.wished_already(visit.db, person.id, values)}  # fmt: skip
    if not wanted:
        return
    wish: UUID = new_id()
    author = Author(visit.viewer.name, visit.viewer.account_id)
    subject = Subject("person", person.id, person.name)
    corrections.propose(visit.db, wish, subject, wanted, note="", recipient=address, author=author)
    url = shell().url_of(visit.company.host, f"/cockpit/people/{person.id}")
    lines = [(str(FIELDS[name]), now or "", then or "") for name, (now, then) in wanted.items()]
    letter = Wanted(person.name, author.name, lines, "", [person.external_id] if person.external_id else [], url)
    event = f"masterdata.correction:{wish}"
    deliver(visit.db, CORRECTION, Reader(address), lambda: correction_letter(letter), event=event)


def _page(visit: Visit, person: Person, asked: list[str], owner: Owner | None, schema: Schema) -> str:
    """The form as it is begun, or as it was left; where somebody else has saved since, what is different says so."""
    left, stored = left_at(HERE), _begun(visit, schema, person)
    clashes = _clashes(left, stored) if left.get("version") else []
    form = left.over(stored)
    return show(
        "welcome", form=replace(form, errors={}) if clashes else form,
        person=person, asked=asked, owner=owner, owned=owner.fields if owner else frozenset(),
        fixed=_fixed(owner), again=all(getattr(person, column) is not None for column in asked),
        lands=_lands(visit, person), languages=visit.company.languages, offered=OFFERED, clashes=clashes,
    )  # fmt: skip


def _lands(visit: Visit, person: Person) -> list[tuple[str, str]]:
    """Countries by name: those around, the company's own first, and the one that is written there."""
    codes = dict.fromkeys([visit.company.country, *AROUND, *([person.country] if person.country else [])])
    names = current_voice().locale.territories
    return [("", ""), *((code, names.get(code) or code) for code in codes)]
