"""What may be sent, by a form, a file and a machine alike, and what comes back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from plugins.bookings.models import RESERVED, STATES, WAITS
from plugins.bookings.rules import (
    APPROVALS,
    EVERYBODY,
    HOLIDAY_WAYS,
    KINDS,
    MOST,
    PERIODS,
    PRICE_UNITS,
    SHORTEST_OFFER,
    WAYS,
    Repeat,
    Rules,
    hours_of,
    regions,
    time_of_day,
)
from quartier.sdk import GROUPS, AudienceSchema, LocalizedTextField, lazy_gettext

_l = lazy_gettext

NAME, LINE, TEXT, KEY, NOTE = 80, 200, 4000, 60, 500  # characters
WEEK: Final = 7 * 24 * 60
YEAR: Final = 366 * 24 * 60
WEEKDAYS: Final = ("mo", "tu", "we", "th", "fr", "sa", "su")
SPAN: Final = re.compile(r"(\d{1,2})[:.](\d{2})\s*[-–]\s*(\d{1,2})[:.](\d{2})\Z")
MONTHS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
UNITS: Final = {"": 1, "min": 1, "h": 60, "std": 60, "d": 1440, "t": 1440, "j": 1440}
DURATION: Final = re.compile(r"(\d{1,7})\s*(min|h|std|d|t|j)?\.?\Z", re.IGNORECASE)
SLUG = validate.Regexp(
    r"[a-z0-9]+(-[a-z0-9]+)*\Z",
    error=_l("An address has small letters, digits and hyphens only, for example “guest-room”."),
)

FREE = validate.NoneOf(RESERVED, error=_l("A page of the portal has this address already. Please choose another one."))


class Minutes(fields.Integer):
    """A length of time: minutes as a number, or as people write it: "90 min", "2 h", "3 d"."""

    def __init__(self, *, most: int = YEAR, least: int = 0, **options: Any) -> None:
        super().__init__(validate=validate.Range(least, most), strict=False, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> int:
        if isinstance(value, str) and (match := DURATION.match(value.strip())):
            value = int(match[1]) * UNITS[(match[2] or "").lower()]
        elif isinstance(value, str) and value.strip():
            raise ValidationError([_l("Please write a length of time such as “90 min”, “2 h” or “3 d”.")])
        return super()._deserialize(value, attr, data, **options) or 0


class DayField(fields.Field[list[list[int]]]):
    """Opening times of a day: "08:00-12:00, 13:00-18:00". What ends before it begins lasts beyond midnight."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> str:
        return hours_of(value or ())

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> list[list[int]]:
        parts = [part.strip() for part in str(value or "").split(",") if part.strip()]
        spans = sorted(self._span(part) for part in parts)
        if any(one[1] > other[0] for one, other in pairwise(spans)):
            raise ValidationError([_l("These times overlap.")])
        return spans

    def _span(self, part: str) -> list[int]:
        match = SPAN.match(part)
        if match is None:
            raise ValidationError([_l("Please write times as 08:00–12:00, several separated by commas.")])
        hours = [int(one) for one in match.groups()]
        start, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
        if max(hours[1], hours[3]) > 59 or start >= 1440 or end > 1440 or start == end:
            raise ValidationError([_l("A day has times from 00:00 to 24:00.")])
        return [start, end if end > start else end + 1440]


class DaysField(fields.Field[list[list[list[int]]]]):
    """Days of the year, such as "24.12.-02.01., 01.08.": closed each year from the first to the last of each."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> str:
        parts = ["–".join(dict.fromkeys(f"{day:02d}.{month:02d}." for month, day in pair)) for pair in value or ()]
        return ", ".join(parts)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> list[list[list[int]]]:
        return [self._pair(part) for part in str(value or "").split(",") if part.strip()]

    def _pair(self, part: str) -> list[list[int]]:
        ends = [one.strip() for one in part.replace("–", "-").split("-")]
        found = [match for one in ends if (match := re.match(r"(\d{1,2})\.(\d{1,2})\.?\Z", one))]
        days = [[int(match[2]), int(match[1])] for match in found]
        known = all(1 <= month <= 12 and 1 <= day <= MONTHS[month - 1] for month, day in days)
        if len(found) != len(ends) or len(ends) > 2 or not known:
            raise ValidationError([_l("Please write days as 24.12.–02.01., several separated by commas.")])
        return [days[0], days[-1]]


class ClockField(fields.Field[int]):
    """A time of day, as minutes since midnight: "15:00"."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> str:
        return time_of_day(value or 0)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> int:
        match = re.match(r"(\d{1,2})[:.](\d{2})\Z", str(value).strip())
        if match is None or int(match[1]) > 23 or int(match[2]) > 59:
            raise ValidationError([_l("Please write a time as 15:00.")])
        return int(match[1]) * 60 + int(match[2])


class Amount(fields.Decimal):
    """Money with at most two decimals, kept as text: JSON has no decimals."""

    def __init__(self, *, most: int = 100_000, **options: Any) -> None:
        super().__init__(places=2, validate=validate.Range(0, most), as_string=True, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        found = super()._deserialize(str(value).replace(",", "."), attr, data, **options)
        if not found.is_finite():
            raise ValidationError([_l("Please give an amount such as 25.00.")])
        return found


HoursSchema = Schema.from_dict({day: DayField(load_default=list) for day in WEEKDAYS}, name="HoursSchema")
PricesSchema = Schema.from_dict(
    {group: Amount(load_default=None, allow_none=True) for group in (EVERYBODY, *GROUPS)}, name="PricesSchema"
)


def _region(code: str) -> None:
    if code and code not in regions():
        raise ValidationError([_l("Please choose a canton or a Land.")])


class RulesSchema(Schema):
    """The rules of an asset."""

    kind = fields.String(load_default="slots", validate=validate.OneOf(KINDS), metadata={"label": _l("Kind")})
    hours = fields.Nested(HoursSchema, load_default=dict, metadata={"label": _l("Opening times")})
    region = fields.String(load_default="", validate=_region, metadata={"label": _l("Canton or Land")})
    holidays = fields.String(load_default="open", validate=validate.OneOf(HOLIDAY_WAYS))
    slot = Minutes(load_default=0, most=1440, metadata={"label": _l("Length of a slot")})
    shortest = Minutes(load_default=60, least=1, metadata={"label": _l("At least")})
    longest = Minutes(load_default=1440, least=1, metadata={"label": _l("At most")})
    step = Minutes(load_default=30, least=5, most=1440, metadata={"label": _l("In steps of")})
    arrive = ClockField(load_default=15 * 60, metadata={"label": _l("Arrival from")})
    leave = ClockField(load_default=11 * 60, metadata={"label": _l("Departure until")})
    before = Minutes(load_default=0, most=WEEK, metadata={"label": _l("Kept free before")})
    after = Minutes(load_default=0, most=WEEK, metadata={"label": _l("Kept free after")})
    lead = Minutes(load_default=0, metadata={"label": _l("Lead time")})
    horizon = fields.Integer(
        load_default=90, validate=validate.Range(1, 730), metadata={"label": _l("Days in advance")}
    )
    quota = fields.Integer(load_default=0, validate=validate.Range(0, 1000), metadata={"label": _l("Quota")})
    quota_per = fields.String(load_default="month", validate=validate.OneOf(PERIODS))
    cancel = fields.Integer(
        load_default=24, validate=validate.Range(0, 24 * 366), metadata={"label": _l("Cancelling is free until")}
    )
    late_fee = Amount(load_default=Decimal(0), metadata={"label": _l("Late fee")})
    price_per = fields.String(load_default="free", validate=validate.OneOf(PRICE_UNITS))
    prices = fields.Nested(PricesSchema, load_default=dict, metadata={"label": _l("Price")})
    deposit = Amount(load_default=Decimal(0), metadata={"label": _l("Deposit")})
    vat = Amount(load_default=Decimal(0), most=50, metadata={"label": _l("VAT in per cent")})
    approval = fields.String(load_default="automatic", validate=validate.OneOf(APPROVALS))
    staff_longer = Minutes(load_default=0, metadata={"label": _l("Longer than")})
    staff_people = fields.Integer(load_default=0, validate=validate.Range(0, 10_000))
    release = Minutes(load_default=0, most=1440, metadata={"label": _l("Released when nobody came after")})
    closed_hours = fields.Nested(HoursSchema, load_default=dict, metadata={"label": _l("Closed every week")})
    closed_days = DaysField(load_default=list, metadata={"label": _l("Closed every year")})
    closed_because = fields.String(
        load_default="", validate=validate.Length(max=LINE), metadata={"label": _l("Why it is closed then")}
    )
    offer = Minutes(load_default=0, most=WEEK, metadata={"label": _l("An offer is held for")})

    @validates_schema
    def _agree(self, data: Mapping[str, Any], **_options: Any) -> None:
        if data["shortest"] > data["longest"]:
            raise ValidationError({"longest": [_l("The longest time is shorter than the shortest.")]})
        if 0 < data["offer"] < SHORTEST_OFFER:
            raise ValidationError(
                {"offer": [_l("Please give people at least %(count)s minutes.", count=SHORTEST_OFFER)]}
            )
        if data["kind"] == "slots" and not any(data["hours"].values()):
            raise ValidationError({"hours": [_l("Fixed slots need opening times.")]})

    @post_load
    def _make(self, data: dict[str, Any], **_options: Any) -> Rules:
        hours = {
            name: tuple(tuple((a, b) for a, b in data[name].get(day, ())) for day in WEEKDAYS)
            for name in ("hours", "closed_hours")
        }
        days = tuple((tuple(first), tuple(last)) for first, last in data["closed_days"])
        prices = {group: str(amount) for group, amount in data["prices"].items() if amount is not None}
        money = {name: str(data[name]) for name in ("late_fee", "deposit", "vat")}
        return Rules(**{**data, **money, **hours, "closed_days": days, "prices": prices})


def rules_facts(rules: Rules) -> dict[str, Any]:
    """Rules as the schema shows them."""
    days = {name: dict(zip(WEEKDAYS, getattr(rules, name), strict=True)) for name in ("hours", "closed_hours")}
    return rules.to_json() | days


def rules_to_send(rules: Rules) -> dict[str, Any]:
    """Rules as the schema reads them."""
    found: dict[str, Any] = RulesSchema().dump(rules_facts(rules))
    return found


class AssetFileSchema(Schema):
    """A picture or document; `url` is where a program fetches it with its token."""

    id = fields.UUID()
    name = fields.String()
    alt = fields.String()
    content_type = fields.String()
    size = fields.Integer()
    url = fields.Url()


class AssetSchema(Schema):
    """Something that can be booked."""

    id = fields.UUID(dump_only=True)
    key = fields.String(validate=[validate.Length(max=KEY), SLUG, FREE], metadata={"label": _l("Address")})
    name = LocalizedTextField(required=True, max_length=NAME, metadata={"label": _l("Name")})
    description = LocalizedTextField(max_length=TEXT, metadata={"label": _l("Description")})
    place = LocalizedTextField(max_length=LINE, metadata={"label": _l("Where it is")})
    house_rules = LocalizedTextField(max_length=TEXT, metadata={"label": _l("House rules")})
    access = LocalizedTextField(max_length=TEXT, metadata={"label": _l("How to get in")})
    code = fields.String(validate=validate.Length(max=40), metadata={"label": _l("Door code")}, load_only=True)
    icon = fields.String(validate=validate.Length(max=40), metadata={"label": _l("Sign")})
    capacity = fields.Integer(validate=validate.Range(0, 100_000), metadata={"label": _l("For how many people")})
    property_id = fields.UUID(allow_none=True, metadata={"label": _l("Property")})
    audience = fields.Nested(AudienceSchema, metadata={"label": _l("Visibility")})
    rules = fields.Nested(RulesSchema)
    linked = fields.List(fields.UUID(), metadata={"description": "Assets that cannot be used at the same time."})
    files = fields.List(fields.Nested(AssetFileSchema), dump_only=True)


class SlotSchema(Schema):
    """A time that can be had; of free times, a stretch in which a part can be."""

    starts = fields.AwareDateTime(required=True)
    ends = fields.AwareDateTime(required=True)


class ReasonSchema(Schema):
    """A rule that stands against a booking."""

    code = fields.String()
    sentence = fields.String()


class RepeatSchema(Schema):
    """How a booking is repeated: until a day (included), so many times in all, or whichever comes first."""

    way = fields.String(required=True, validate=validate.OneOf(WAYS), metadata={"label": _l("How often")})
    until = fields.Date(load_default=None, allow_none=True, metadata={"label": _l("Until day")})
    count = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(
            2, MOST, error=_l("A series has from %(least)s to %(most)s dates.", least=2, most=MOST)
        ),
        metadata={"label": _l("How many times")},
    )

    @validates_schema
    def _ends(self, data: Mapping[str, Any], **_options: Any) -> None:
        if data["until"] is None and data["count"] is None:
            raise ValidationError([_l("Please say until when, or how many times.")])

    @post_load
    def _make(self, data: dict[str, Any], **_options: Any) -> Repeat:
        return Repeat(**data)


class WaitingWishSchema(Schema):
    """What somebody waits for, and what they would have said when booking it."""

    asset = fields.UUID(required=True)
    person = fields.UUID(required=True)
    starts = fields.AwareDateTime(required=True)
    ends = fields.AwareDateTime(required=True)
    people = fields.Integer(load_default=1, validate=validate.Range(1, 100_000))
    note = fields.String(load_default="", validate=validate.Length(max=NOTE), metadata={"label": _l("Note")})


class WishSchema(WaitingWishSchema):
    """A booking on behalf of somebody."""

    override = fields.String(
        load_default="", validate=validate.Length(max=NOTE), metadata={"description": "Why the rules do not count."}
    )


class DecisionSchema(Schema):
    """Why; it is written to whoever has booked."""

    reason = fields.String(load_default="", validate=validate.Length(max=NOTE), metadata={"label": _l("Reason")})


class BookingSchema(Schema):
    """A booking. `state` "done" is one that was confirmed and is over, "lapsed" a request that nobody answered."""

    id = fields.UUID()
    asset = fields.UUID(attribute="asset_id")
    person = fields.UUID(attribute="person_id", allow_none=True)
    starts = fields.AwareDateTime()
    ends = fields.AwareDateTime()
    state = fields.String(attribute="look", validate=validate.OneOf((*STATES, "done", "lapsed")))
    people = fields.Integer()
    note = fields.String()
    reason = fields.String()
    price = Amount()
    deposit = Amount()
    vat = Amount()
    fee = Amount()
    currency = fields.String()
    series = fields.UUID(attribute="series_id", allow_none=True)
    override = fields.String()
    version = fields.Integer()


class WaiterSchema(Schema):
    """Somebody on the waiting list. `lapses` is until when an offer holds, `booking` what came of it."""

    id = fields.UUID()
    asset = fields.UUID(attribute="asset_id")
    person = fields.UUID(attribute="person_id")
    starts = fields.AwareDateTime()
    ends = fields.AwareDateTime()
    state = fields.String(attribute="look", validate=validate.OneOf((*WAITS, "over")))
    people = fields.Integer()
    note = fields.String()
    lapses = fields.AwareDateTime(allow_none=True)
    booking = fields.UUID(attribute="booking_id", allow_none=True)
    reason = fields.String()
    created_at = fields.AwareDateTime()


class SeriesSchema(Schema):
    """A booking that is repeated: the first date, how it comes again, and what was booked."""

    id = fields.UUID()
    asset = fields.UUID(attribute="asset_id")
    person = fields.UUID(attribute="person_id")
    way = fields.String(validate=validate.OneOf(WAYS))
    starts = fields.AwareDateTime()
    ends = fields.AwareDateTime()
    until = fields.Date(allow_none=True)
    count = fields.Integer(allow_none=True)
    created_at = fields.AwareDateTime()
    bookings = fields.List(fields.Nested(BookingSchema))
