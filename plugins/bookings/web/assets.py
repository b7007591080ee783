"""What there is to book, when it is free, and booking it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from flask import request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import Forbidden, NotFound

from plugins.bookings import policies, queries, services
from plugins.bookings.manifest import FILES
from plugins.bookings.queries import AssetFacts
from plugins.bookings.rules import VIEWS, Price, Slot, clocks, local, minute_at, minute_of, price_of, sentence, span
from plugins.bookings.schemas import NOTE
from plugins.bookings.services import Refused, Wish
from plugins.bookings.web.area import deposit_of, facts_of, page, pages, party_of, price_words
from plugins.bookings.web.calendar import calendar
from quartier.sdk import SIGNED_IN, AttachedFile, Picked, Visit, back_to, files_of, ngettext
from quartier.sdk import gettext as _

Typed = MultiDict[str, str]
MOST_LENGTHS = 48  # choices of how long


@pages.page("/", needs=SIGNED_IN)
def index(visit: Visit) -> str:
    """Everything that this person can book, with the next time it is free: whoever taps it has chosen that one."""
    assets = queries.visible_assets(visit)
    return page(visit, "list", offers=_offers(visit, assets) if assets else [], pictures=_pictures(visit, assets))


@pages.page("/<key>", needs=SIGNED_IN, methods=("GET", "POST"))
def asset(visit: Visit, key: str) -> Any:
    """One asset: its calendar, its rules, and the form to book it."""
    found = queries.asset_by_key(visit, key)
    if found is None:
        raise NotFound
    if request.method == "GET":
        return shown(visit, found, request.args)
    if not policies.may_book(visit.viewer):
        raise Forbidden
    return _booked(visit, found, request.form)


class Offer(NamedTuple):
    """A line of the list: what there is, and in words the next time that it is free; `pick` is that time in a form."""

    id: UUID
    key: str
    icon: str
    name: Picked
    about: str
    following: str
    pick: str


def _offers(visit: Visit, assets: Sequence[AssetFacts]) -> list[Offer]:
    """The same for all who read it in one language, may book the same and pay the same."""
    groups = policies.groups_of(visit.viewer)

    def read() -> tuple[list[Offer], datetime | None]:
        following, until = queries.following_of(visit, assets)
        return [_offer(visit, one, following.get(one.id)) for one in assets], until

    company = visit.company
    key = ("offers", visit.voice, company.default_language, groups, tuple(one.id for one in assets))
    return queries.diary(visit, key, read)


def _offer(visit: Visit, asset: AssetFacts, slot: Slot | None) -> Offer:
    room = ngettext("%(num)s person", "%(num)s people", asset.capacity) if asset.capacity > 1 else ""
    about = " · ".join(filter(None, (visit.say(asset.place), room, price_words(visit, asset))))
    words = span(slot.start, slot.end, asset.zone) if slot else ""
    pick = f"{slot.start}-{slot.end}" if slot and asset.rules.kind == "slots" else ""
    return Offer(asset.id, asset.key, asset.icon, visit.text(asset.name), about, words, pick)


def _pictures(visit: Visit, assets: Sequence[AssetFacts]) -> dict[UUID, AttachedFile]:
    """Asset → the picture that stands first."""
    found = attached_to(visit, assets)
    pictures = {id_: [one for one in files if one.is_picture and one.is_ready] for id_, files in found.items()}
    return {id_: each[0] for id_, each in pictures.items() if each}


def attached_to(visit: Visit, assets: Sequence[AssetFacts]) -> dict[UUID, list[AttachedFile]]:
    """Asset → its files; nothing is asked for those that have none."""
    having = [one.id for one in assets if one.has_files]
    return files_of(visit, FILES, having) if having else {}


def _booked(visit: Visit, found: AssetFacts, typed: Typed) -> Any:
    wish, complaints = wish_of(found, typed)
    if typed.get("do") == "price" or wish is None or complaints:
        asked = typed.get("do") == "price" and wish is not None and not complaints
        return shown(visit, found, typed, complaints=complaints), 200 if asked else 422
    try:
        made = services.book(visit.db, found, wish, party_of(visit))
    except Refused as refused:
        visit.db.rollback()
        return shown(visit, found, typed, refused=refused, wish=wish), 409
    done = {
        "confirmed": _("Booked. It is yours."),
        "requested": _("Your request is on its way. Until it is answered, the time is kept for you."),
    }
    return back_to(f"/bookings/mine/{made.id}", done[made.state])


class Refusal(NamedTuple):
    """What the page says when something cannot be booked; `slot` is what can be waited for, "" where that is vain."""

    when: str
    reasons: list[str]
    following: Slot | None
    following_words: str
    slot: str = ""


def shown(
    visit: Visit, found: AssetFacts, typed: Typed, *, refused: Refused | None = None, wish: Wish | None = None,
    complaints: dict[str, list[str]] | None = None,
) -> str:  # fmt: skip
    """The page of an asset, with what was typed and what stands against it."""
    asked = wish or wish_of(found, typed)[0]
    on = local(asked.start, found.zone).date() if asked else date_of(typed.get("on") or typed.get("day"))
    default = "month" if found.rules.kind == "nights" else "week"
    view = typed.get("view", default)
    drawn = calendar(visit, found, view if view in VIEWS else default, on, anew=refused is not None)
    return page(
        visit,
        "asset",
        asset=found,
        calendar=drawn,
        facts=facts_of(visit, found),
        attached=attached_to(visit, [found]).get(found.id, []),
        typed=typed,
        errors=complaints or {},
        labels={"slot": _("Time"), "people": _("How many people"), "note": _("Occasion"), "agree": _("House rules")},
        refusal=_refusal(found, refused, wish),
        price=_total(visit, found, asked),
        costs=found.rules.amount(policies.groups_of(visit.viewer)) > 0,
        deposit=deposit_of(found),
        starts=_starts(found, drawn.day.cells),
        lengths=lengths_of(found),
        picked=_picked(typed),
        longest_note=NOTE,
    )


def _refusal(found: AssetFacts, refused: Refused | None, wish: Wish | None) -> Refusal | None:
    if refused is None or wish is None:
        return None
    following = refused.following
    words = span(following.start, following.end, found.zone) if following else ""
    when = span(wish.start, wish.end, found.zone) if wish.start < wish.end else ""
    passes = found.rules.offer and {one.code for one in refused.reasons} <= services.IN_THE_WAY
    slot = f"{wish.start}-{wish.end}" if passes else ""
    return Refusal(when, [sentence(one) for one in refused.reasons], following, words, slot)


def _total(visit: Visit, found: AssetFacts, wish: Wish | None) -> Price | None:
    if wish is None or wish.end <= wish.start:
        return None
    return price_of(found.rules, wish.start, wish.end, found.zone, policies.groups_of(visit.viewer))


def wish_of(found: AssetFacts, typed: Typed) -> tuple[Wish | None, dict[str, list[str]]]:
    """What was asked for, and what cannot be understood of it."""
    span_, wrong = _span(found, typed), {}
    people = typed.get("people", "1").strip() or "1"
    if not people.isdecimal() or len(people) > 6:
        wrong["people"] = [_("Please give a number.")]
    note = typed.get("note", "").replace("\0", "").strip()
    if len(note) > NOTE:
        wrong["note"] = [_("At most %(count)s characters.", count=NOTE)]
    if span_ is None:
        return None, {"slot": [_("Please choose a time.")], **wrong}
    number = int(people) if "people" not in wrong else 1
    agreed = not found.house_rules or typed.get("agree") == "true"
    return Wish(*span_, people=number, note=note, agreed=agreed), wrong


def _picked(typed: Typed) -> str:
    """The time that was chosen, as a form names it; nothing else that somebody sends is kept with what is drawn."""
    first, dash, last = (typed.get("take") or typed.get("slot", "")).partition("-")
    return f"{first}-{last}" if dash and _small(first) and _small(last) else ""


def _span(found: AssetFacts, typed: Typed) -> tuple[int, int] | None:
    slot = typed.get("take") or typed.get("slot", "")
    start, dash, end = slot.partition("-")
    if dash and _small(start) and _small(end):
        return int(start), int(end)
    if found.rules.kind == "nights":
        day, nights = date_of(typed.get("day")), typed.get("minutes", "")
        if day is None or not _small(nights, 3):
            return None
        leave = day.toordinal() + int(nights) if day.year < 9000 else day.toordinal()
        its = found.rules
        return minute_at(day, its.arrive, found.zone), minute_at(date.fromordinal(leave), its.leave, found.zone)
    at, minutes = typed.get("at", ""), typed.get("minutes", "")
    return (int(at), int(at) + int(minutes)) if _small(at) and _small(minutes, 6) else None


def _small(text: str, digits: int = 9) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= digits


def day_of(text: str | None, visit: Visit, found: AssetFacts) -> date:
    """The day that was asked for, or else the first on which something is free."""
    if (day := date_of(text)) is not None:
        return day
    now = minute_of(visit.now)
    following = queries.next_free_of(visit.db, [found], now, days=found.rules.horizon).get(found.id)
    return local(following.start if following else now, found.zone).date()


def date_of(text: str | None) -> date | None:
    """A day of an address or of a form."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if 1971 <= day.year <= 2200 else None


def _starts(found: AssetFacts, cells: Any) -> list[tuple[int, str]]:
    """When something of free times can begin on the day that is shown."""
    if found.rules.kind != "free":
        return []
    starts = [
        minute for cell in cells if cell.state == "free"
        for minute in range(cell.start, cell.end - found.rules.shortest + 1, found.rules.step)
    ]  # fmt: skip
    return [(minute, clocks(minute, minute + 1, found.zone).partition("–")[0]) for minute in starts]


def lengths_of(found: AssetFacts) -> list[int]:
    """How long it can be booked for: minutes, or nights."""
    its = found.rules
    if its.kind == "nights":
        return list(range(max(1, its.shortest // 1440), min(its.longest // 1440, MOST_LENGTHS) + 1))
    return list(range(its.shortest, its.longest + 1, its.step))[:MOST_LENGTHS] if its.kind == "free" else []
