"""What programs read and send at the console, and the form of a key."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from quartier.api.paging import PageArguments
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.leads.models import SOURCES, STATES
from quartier.leads.services import LONGEST

ROLES = ("sales", "support", "finance", "admin")


class NewKeySchema(Schema):
    """A key to be issued."""

    name = fields.String(required=True, validate=validate.Length(1, 80), metadata={"label": _l("Name")})
    role = fields.String(required=True, validate=validate.OneOf(ROLES), metadata={"label": _l("Role")})
    expires = fields.Date(required=True, metadata={"label": _l("Valid until")})


class ProgramSchema(Schema):
    """Who is asking."""

    name = fields.String(required=True)
    role = fields.String(required=True, metadata={"enum": list(ROLES)})


class CompaniesArguments(PageArguments):
    """Which companies."""

    manager = fields.UUID(load_default=None, metadata={"description": "Those that this operator looks after."})


class CustomerHealthSchema(Schema):
    """Numbers of last night; null where nothing was counted yet. Whose they are nobody knows."""

    counted_at = fields.DateTime(required=True, allow_none=True)
    reachable = fields.Integer(required=True, allow_none=True, attribute="addressable")
    registered = fields.Integer(required=True, allow_none=True)
    active = fields.Integer(required=True, allow_none=True, metadata={"description": "In thirty days."})
    units = fields.Integer(required=True, allow_none=True)
    unit_quota = fields.Integer(required=True, allow_none=True, attribute="quota")
    concerns = fields.List(fields.String(), required=True)


class CustomerSchema(Schema):
    """A company as a customer."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    slug = fields.String(required=True)
    status = fields.String(required=True, metadata={"enum": ["active", "suspended"]})
    demo = fields.Boolean(required=True, attribute="is_demo")
    manager_id = fields.UUID(required=True, allow_none=True, metadata={"description": "Who looks after it."})
    manager = fields.String(required=True, allow_none=True)
    contract_ends = fields.Date(
        required=True, allow_none=True, attribute="ends", metadata={"description": "The first day after it."}
    )
    open_leads = fields.Integer(required=True, attribute="leads")
    health = fields.Nested(CustomerHealthSchema, required=True)


class SoldLineSchema(Schema):
    """A line of a contract."""

    product = fields.String(required=True, attribute="module")
    starts = fields.Date(required=True)
    ends = fields.Date(required=True, allow_none=True, metadata={"description": "The first day after it."})
    stage = fields.String(required=True)
    quantity = fields.Integer(required=True)
    price = fields.Decimal(required=True, allow_none=True, as_string=True)
    period = fields.String(required=True, allow_none=True)


class SoldContractSchema(Schema):
    """A contract with its lines."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    stage = fields.String(required=True)
    timezone = fields.String(required=True)
    currency = fields.String(required=True)
    starts = fields.Date(required=True)
    ends = fields.Date(required=True, allow_none=True, metadata={"description": "The first day after it."})
    unit_quota = fields.Integer(required=True, allow_none=True)
    lines = fields.List(fields.Nested(SoldLineSchema), required=True)


class SoldContractsSchema(Schema):
    """All of a company."""

    contracts = fields.List(fields.Nested(SoldContractSchema), required=True)


class CountSchema(Schema):
    """One number."""

    key = fields.String(required=True)
    value = fields.Integer(required=True)


class ModuleCountsSchema(Schema):
    """A module in thirty days."""

    module = fields.String(required=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True)
    counts = fields.List(fields.Nested(CountSchema), required=True)


class UsageSchema(Schema):
    """What was counted of each module; numbers, and never whose."""

    modules = fields.List(fields.Nested(ModuleCountsSchema), required=True)


class ColleagueSchema(Schema):
    """An operator."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True)
    is_active = fields.Boolean(required=True)


class ColleaguesSchema(Schema):
    """Everybody who works or has worked at the console."""

    operators = fields.List(fields.Nested(ColleagueSchema), required=True)


class LeadsArguments(PageArguments):
    """Which leads."""

    state = fields.String(load_default="", validate=validate.OneOf(STATES))
    company = fields.UUID(load_default=None)


class SalesLeadSchema(Schema):
    """A lead."""

    id = fields.UUID(required=True)
    company_id = fields.UUID(required=True, allow_none=True, attribute="customer_id")
    prospect = fields.String(required=True, metadata={"description": "Who it is, where it is no company yet."})
    source = fields.String(required=True, metadata={"enum": list(SOURCES)})
    topic = fields.String(required=True, metadata={"description": "A product's key, or empty."})
    amount = fields.Integer(required=True, allow_none=True)
    title = fields.String(required=True)
    contact = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": list(STATES)})
    owner_id = fields.UUID(required=True, allow_none=True)
    due = fields.Date(required=True, allow_none=True)
    created_at = fields.DateTime(required=True)
    closed_at = fields.DateTime(required=True, allow_none=True)


class ChangedLeadSchema(Schema):
    """What changes; what is left out stays."""

    title = fields.String(validate=validate.Length(max=120))
    contact = fields.String(validate=validate.Length(max=200))
    owner_id = fields.UUID(allow_none=True)
    due = fields.Date(allow_none=True)
    state = fields.String(validate=validate.OneOf(STATES))
    note = fields.String(validate=validate.Length(max=LONGEST))


class OpenedLeadSchema(Schema):
    """A new one: of a company, or of a prospect."""

    company_id = fields.UUID(load_default=None, allow_none=True)
    prospect = fields.String(load_default="", validate=validate.Length(max=120))
    title = fields.String(required=True, validate=validate.Length(2, 120))
    contact = fields.String(load_default="", validate=validate.Length(max=200))
    owner_id = fields.UUID(load_default=None, allow_none=True)
    due = fields.Date(load_default=None, allow_none=True)
    note = fields.String(load_default="", validate=validate.Length(max=LONGEST))

    @validates_schema
    def _whose(self, data: dict[str, object], **_more: object) -> None:
        if (data.get("company_id") is None) == (len(str(data.get("prospect", "")).strip()) < 2):
            raise ValidationError(_("Either the id of a company or the name of a prospect."), "company_id")


class RevenueArguments(Schema):
    """How far back."""

    months = fields.Integer(load_default=12, validate=validate.Range(1, 60))


class MonthSchema(Schema):
    """A month in one currency; what came and went is never negative."""

    month = fields.Date(required=True, attribute="first", metadata={"description": "Its first day."})
    before = fields.Decimal(required=True, as_string=True, attribute="start")
    new = fields.Decimal(required=True, as_string=True)
    expansion = fields.Decimal(required=True, as_string=True)
    reactivation = fields.Decimal(required=True, as_string=True)
    contraction = fields.Decimal(required=True, as_string=True)
    churn = fields.Decimal(required=True, as_string=True)
    revenue = fields.Decimal(required=True, as_string=True, attribute="end")
    customers = fields.Integer(required=True)


class CurrencySchema(Schema):
    """Revenue in one currency."""

    currency = fields.String(required=True)
    months = fields.List(fields.Nested(MonthSchema), required=True)


class RevenueSchema(Schema):
    """Monthly recurring revenue; currencies are never added up, and demos do not count."""

    currencies = fields.List(fields.Nested(CurrencySchema), required=True)
