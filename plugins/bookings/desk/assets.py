"""What can be booked, and how: the list of assets and the form for one."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from flask import abort, request
from marshmallow import Schema, ValidationError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from plugins.bookings import queries, services
from plugins.bookings.desk.area import page, pages
from plugins.bookings.desk.filters import MANY, id_of
from plugins.bookings.manifest import ASSETS, FILES, VIEW
from plugins.bookings.policies import place_of
from plugins.bookings.queries import AssetFacts
from plugins.bookings.rules import (
    APPROVALS,
    EVERYBODY,
    HOLIDAY_WAYS,
    KINDS,
    PERIODS,
    PRICE_UNITS,
    WEEKDAY_NAMES,
    Rules,
    length,
    regions,
)
from plugins.bookings.schemas import LINE, NAME, TEXT, WEEKDAYS, AssetSchema, rules_facts
from plugins.bookings.services import EditConflict, InTheWay
from quartier.sdk import (
    COMPANY,
    Audience,
    FileField,
    Form,
    LocalizedTextField,
    Visit,
    attach_files,
    audience_of,
    audience_picker,
    back_to,
    complaints,
    formats,
    icon_choice,
    load_form,
    may_choose,
    ngettext,
    sent_files,
    show_files,
    show_form,
)
from quartier.sdk import gettext as _
from quartier.sdk import lazy_gettext as _l

DAY: Final = 1440
PICKING: Final = ("places", "reach", "properties")
LENGTHS: Final = (
    "slot", "shortest", "longest", "step", "before", "after", "lead", "staff_longer", "release", "offer",
)  # fmt: skip
WORDS: Final = {
    "slots": _l("Fixed slots: each opening time is one"), "free": _l("Free times within the opening times"),
    "nights": _l("Nights"), "open": _l("Open as on other days"), "sunday": _l("As on a Sunday"),
    "closed": _l("Closed"), "week": _l("a week"), "month": _l("a month"), "year": _l("a year"),
    "ahead": _l("that lie ahead"), "per_free": _l("Free of charge"), "per_hour": _l("per hour"),
    "per_day": _l("per day"), "per_night": _l("per night"), "per_slot": _l("per booking"),
    "automatic": _l("Booked at once"), "staff": _l("Staff decide"), "rule": _l("Staff decide about long or large ones"),
}  # fmt: skip
NEW: Final = Rules(hours=(((8 * 60, 22 * 60),),) * 7, offer=4 * 60)
"""What a new asset begins with."""
BESIDE: Final = {
    "slots": ("shortest", "longest", "step", "arrive", "leave", "staff_longer"), "free": ("slot", "arrive", "leave"),
    "nights": ("slot", "step"),
}  # fmt: skip
"""Rules that do not matter for a kind."""


@pages.page("/assets", needs=VIEW)
def assets(visit: Visit) -> str:
    """All assets, those that are archived at the end."""
    found = sorted(queries.staff_assets(visit), key=lambda one: one.archived)
    return page(visit, "assets", assets=found, kinds=WORDS)


@pages.page("/assets/new", needs=ASSETS, methods=("GET", "POST"))
def new_asset(visit: Visit) -> Any:
    """Something new to book."""
    return _taken(visit, None) if request.method == "POST" else _form(visit, None, _filled(visit, None))


@pages.page("/assets/<uuid:asset_id>", needs=ASSETS, methods=("GET", "POST"))
def edit_asset(visit: Visit, asset_id: UUID) -> Any:
    """One asset. Bookings that are there keep the rules under which they were made."""
    found = _found(visit, asset_id)
    return _taken(visit, found) if request.method == "POST" else _form(visit, found, _filled(visit, found))


@pages.action("/assets/audience", needs=ASSETS)
def asset_audience(visit: Visit) -> str:
    """The picker made anew: places that were looked for, and whom the choice reaches."""
    within = visit.viewer.within(ASSETS)
    picker = audience_picker(visit, _audience(), request.form.get("place_query", ""), within=within)
    return page(visit, "_audience", picker=picker, errors={})


@pages.action("/assets/property", needs=ASSETS)
def asset_property(visit: Visit) -> str:
    """The same for the property that it belongs to."""
    form = Form(typed={"property_id": request.form.get("property_id", "")})
    return page(visit, "_property", alone=True, form=form, **_where(visit, form))


@pages.action("/assets/<uuid:asset_id>/archive", needs=ASSETS)
def archive_asset(visit: Visit, asset_id: UUID) -> Any:
    """Nobody can book it any more, or everybody again."""
    found = _found(visit, asset_id)
    services.archive(visit.db, asset_id, by=visit.viewer, back=found.archived)
    said = _("It can be booked again.") if found.archived else _("Nobody can book it any more. What is booked stays.")
    return back_to("/cockpit/bookings/assets", said)


@pages.action("/assets/<uuid:asset_id>/delete", needs=ASSETS)
def delete_asset(visit: Visit, asset_id: UUID) -> Any:
    """Give it up for good, where it was never booked; otherwise the page says what is in the way."""
    found = _found(visit, asset_id)
    try:
        services.delete_asset(visit.db, asset_id, by=visit.viewer)
    except InTheWay as held:
        visit.db.rollback()
        last = formats.format_date(held.first, zone=found.zone)
        said = ngettext(
            "It was booked once, for %(last)s. Archive it: then nobody can book it any more, and what is booked stays.",
            "It was booked %(num)s times, the last one for %(last)s. Archive it: then nobody can book it any more, "
            "and what is booked stays.",
            held.count,
            last=last,
        )
        return _form(visit, found, _filled(visit, found), obstacle=said), 409
    return back_to("/cockpit/bookings/assets", _("Deleted."))


def _taken(visit: Visit, found: AssetFacts | None) -> Any:
    files = sent_files(visit, FILES, found.id if found else None)
    form = _read(visit, found)
    if request.form.get("do") in PICKING:
        return _form(visit, found, Form(typed=form.typed), files=files)
    form = _placed(visit, form, found) if form.ok else form
    if not (form.ok and files.ok):
        return _form(visit, found, form, files=files), 422
    values = {**form.values, "audience": _audience(), "linked": _linked(visit, form, found)}
    if found is None or values.get("key") == "":
        values.pop("key", None)
    hit = services.closed_out(visit.db, found, values["rules"]) if found else []
    if hit and request.form.get("hits") != str(len(hit)):
        return _form(visit, found, form, files=files, hit=hit), 409
    try:
        if found is None:
            saved = services.create_asset(visit.db, by=visit.viewer, values=values)
        else:
            saved = services.save_asset(visit.db, found.id, by=visit.viewer, values=values, version=_version())
            services.cancel_closed(visit.db, hit, by=visit.viewer, reason=values["rules"].closed_because)
        attach_files(visit, files, saved.id)
    except ValidationError as error:
        visit.db.rollback()
        return _form(visit, found, replace(form, errors=complaints(error)), files=files), 422
    except EditConflict:
        visit.db.rollback()
        fresh = _found(visit, found.id) if found else None
        return _form(visit, fresh, form, files=files, clashes=_clashes(visit, fresh, form)), 409
    except InTheWay as held:
        visit.db.rollback()
        first = formats.format_date(held.first)
        said = _(
            "Both are booked at the same time already, from %(first)s on. Move one of the bookings first.", first=first
        )
        return _form(visit, found, form.wrong("linked", said), files=files), 409
    return back_to(
        "/cockpit/bookings/assets", _("Saved. It holds for bookings from now on; those that are there keep theirs.")
    )


def _read(visit: Visit, found: AssetFacts | None) -> Form:
    """What was sent, without what does not matter for the kind: that is not shown, and stays as it was."""
    hidden = {f"rules.{name}" for name in BESIDE.get(request.form.get("rules.kind", ""), ())}
    sent = MultiDict((name, value) for name, value in request.form.items(multi=True) if name not in hidden)
    form = load_form(_schema(visit), sent)
    typed = {**form.typed, **{name: request.form[name] for name in hidden if name in request.form}}
    if not form.ok:
        return replace(form, typed=typed)
    its = found.rules if found else Rules()
    kept = {name.removeprefix("rules."): getattr(its, name.removeprefix("rules.")) for name in hidden}
    return replace(form, typed=typed, values={**form.values, "rules": replace(form.values["rules"], **kept)})


def _placed(visit: Visit, form: Form, found: AssetFacts | None) -> Form:
    """Who has the right in some properties only keeps to them: where the asset stands, and who may book it."""
    if not visit.viewer.may(ASSETS, at=place_of(form.values.get("property_id"))):
        form = form.wrong("property_id", _("Please choose a property that you look after."))
    audience, within = _audience(), visit.viewer.within(ASSETS)
    if (found is None or audience != found.audience) and not may_choose(visit.db, audience, within=within):
        form = form.wrong("where", _("Please choose places that you look after."))
    return form


def _linked(visit: Visit, form: Form, found: AssetFacts | None) -> list[UUID]:
    """What was ticked, and links to what this colleague does not look after, which the form does not show."""
    reach = {one.id for one in queries.staff_assets(visit)}
    kept = [one for one in found.linked if one not in reach] if found else []
    return [*(one for one in form.values.get("linked", ()) if one in reach), *kept]


def _form(
    visit: Visit, found: AssetFacts | None, form: Form, *, files: FileField | None = None, obstacle: str = "",
    clashes: Any = (), hit: Any = (),
) -> str:  # fmt: skip
    chosen = _audience() if request.method == "POST" else (found.audience if found else Audience())
    others = [one for one in queries.staff_assets(visit) if not one.archived and (found is None or one.id != found.id)]
    return page(
        visit,
        "asset",
        asset=found,
        form=form,
        obstacle=obstacle,
        clashes=clashes,
        hit=hit,
        files=files or show_files(visit, FILES, found.id if found else None),
        said=_said_of(found),
        picking=request.form.get("do") in PICKING,
        picker=audience_picker(visit, chosen, request.form.get("place_query", ""), within=visit.viewer.within(ASSETS)),
        others=[(str(one.id), visit.say(one.name)) for one in _near(found, others)],
        others_left=len(others) > MANY,
        alone=False,
        **_where(visit, form),
        regions=sorted(regions().items(), key=lambda item: item[1]),
        choices={
            "kind": _options(KINDS), "holidays": _options(HOLIDAY_WAYS), "quota_per": _options(PERIODS),
            "price_per": _options(PRICE_UNITS, "per_"), "approval": _options(APPROVALS),
        },
        days=list(zip(WEEKDAYS, map(str, WEEKDAY_NAMES), strict=True)),
        icons=icon_choice(),
        ahead=services.holding(visit.db, found.id) if found else 0,
        version=found.version if found else 0,
    )  # fmt: skip


def _said_of(found: AssetFacts | None) -> dict[str, str]:
    """What each section says while it is folded."""
    its = found.rules if found else NEW
    amount = Decimal(its.prices.get(EVERYBODY, "0"))
    price = str(WORDS[f"per_{its.price_per}"])
    if its.price_per != "free":
        price = f"{formats.format_money(amount, found.currency if found else 'CHF')} {price}"
    often = ngettext("%(num)s booking per household", "%(num)s bookings per household", its.quota) if its.quota else ""
    ahead = _("up to %(length)s ahead", length=length(its.horizon * DAY))
    rules_there = _("with house rules") if found and found.house_rules else _("without house rules")
    return {
        "when": f"{WORDS[its.kind]}, {ahead}",
        "price": ", ".join(filter(None, (price, often, str(WORDS[its.approval])))),
        "door": ", ".join(filter(None, (rules_there, _("with a door code") if found and found.code else ""))),
    }  # fmt: skip


def _near(found: AssetFacts | None, others: list[AssetFacts]) -> list[AssetFacts]:
    """What an asset can exclude: where there is very much, what stands in its property, and what it does already."""
    if len(others) <= MANY:
        return others
    return [one for one in others if found and (one.property_id == found.property_id or one.id in found.linked)]


def _where(visit: Visit, form: Form) -> dict[str, Any]:
    chosen = id_of(str(form.shown("property_id")))
    picker = queries.property_picker(visit, ASSETS, chosen, request.form.get("property_query", ""))
    return {"properties": picker, "limited": not visit.viewer.may(ASSETS, at=COMPANY)}


def _clashes(visit: Visit, fresh: AssetFacts | None, form: Form) -> list[dict[str, str]]:
    """What somebody else has saved meanwhile beside what was typed, where they differ."""
    theirs = _filled(visit, fresh)
    paths = {**dict.fromkeys(theirs.typed), **dict.fromkeys(form.typed)}
    pairs = [(path, _said(theirs.shown(path)), _said(form.shown(path))) for path in paths if path in form.labels]
    return [
        {"label": str(form.labels[path]), "theirs": one, "yours": other} for path, one, other in pairs if one != other
    ]


def _said(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value if value is not None else "")
    return text.replace("\r\n", "\n").strip()


def _options(keys: tuple[str, ...], prefix: str = "") -> list[tuple[str, str]]:
    return [(key, str(WORDS[f"{prefix}{key}"])) for key in keys]


def _filled(visit: Visit, found: AssetFacts | None) -> Form:
    its = found.rules if found else NEW
    lengths = {f"rules.{name}": short(getattr(its, name)) for name in LENGTHS}
    names = ("key", "name", "description", "place", "house_rules", "access", "icon", "capacity", "property_id")
    facts = {name: getattr(found, name) for name in names} if found else {"icon": "calendar", "capacity": 0}
    linked = [str(one) for one in found.linked] if found else []
    typed = {**lengths, "linked": linked, "code": found.code if found else ""}
    return show_form(_schema(visit), {**facts, "rules": rules_facts(its)}, **typed)


def short(minutes: int) -> str:
    """A length as it is typed: "3 d", "2 h", "90 min"."""
    for unit, name in ((1440, "d"), (60, "h")):
        if minutes and minutes % unit == 0:
            return f"{minutes // unit} {name}"
    return f"{minutes} min"


def _schema(visit: Visit) -> Schema:
    """Made per company, because its languages decide what can be filled in."""
    languages, first = tuple(visit.company.languages), (visit.company.default_language,)
    lengths = {"name": NAME, "description": TEXT, "place": LINE, "house_rules": TEXT, "access": TEXT}
    known = AssetSchema().fields
    texts = {
        name: LocalizedTextField(
            required=name == "name",
            languages=languages,
            required_in=first if name == "name" else (),
            max_length=most,
            metadata=known[name].metadata,
        )
        for name, most in lengths.items()
    }
    schema: type[Schema] = type("AssetFormSchema", (AssetSchema,), texts)
    return schema(exclude=("audience", "id"))


def _audience() -> Audience:
    try:
        return audience_of(request.form)
    except ValueError:
        abort(400)


def _found(visit: Visit, asset_id: UUID) -> AssetFacts:
    for one in queries.assets_of(visit.db, asset_id):
        if visit.viewer.may(visit.needs, at=one.stands):
            return one
    raise NotFound


def _version() -> int:
    text = request.form.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0
