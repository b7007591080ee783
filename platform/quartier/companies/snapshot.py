"""Reading a company's snapshot: everything that pages need to know of it and that rarely changes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from sys import intern
from types import MappingProxyType
from typing import Any, Final, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from quartier.companies.models import PICTURES
from quartier.companies.naming import OwnApp, OwnApps, own_apps
from quartier.companies.subbrands import looks_of
from quartier.contracts.entitlement import Level, levels, next_change
from quartier.contracts.queries import LINES, SWITCHES, Standing, needs_of, standing
from quartier.i18n.localized import LocalizedText
from quartier.legal.force import DOCUMENTS, InForce, in_force
from quartier.plugin.manager import Plugins
from quartier.plugin.manifest import Manifest
from quartier.tenancy.hosts import full_host
from quartier.tenancy.session import CompanySession
from quartier.tenancy.snapshot import NO_LOOKS, Brand, Lapse, Looks, MicroApp, Snapshot
from quartier.theming.themes import Theme, standing_in

COMPANY = """
    SELECT c.*, d.host, b.app_name, b.theme, b.colour, b.second, b.logo_id, b.logo_dark_id, b.logo_reverse_id,
           b.icon_id, b.cover_id, b.cover_dark_id, b.cover_at, b.corners, b.density, b.micro_apps, b.tone,
           b.mail_header, b.mail_footer, n.next_look, w.looks, x.deviations, s.support_by, s.support_until
    FROM company c
    LEFT JOIN LATERAL (
        SELECT jsonb_object_agg(s.key, s.there) AS deviations FROM (
            SELECT key, jsonb_object_agg(property_id, value) AS there FROM switch_deviation WHERE company_id = c.id
            GROUP BY key
        ) s
    ) x ON true
    LEFT JOIN domain d ON d.company_id = c.id AND d.kind = 'primary'
    LEFT JOIN LATERAL (SELECT * FROM brand_version WHERE company_id = c.id AND withdrawn_at IS NULL
        AND property_id IS NULL AND published_at <= now() ORDER BY published_at DESC, number DESC LIMIT 1) b ON true
    LEFT JOIN LATERAL (SELECT jsonb_agg(to_jsonb(l)) AS looks FROM (
        SELECT DISTINCT ON (property_id) * FROM brand_version WHERE company_id = c.id AND withdrawn_at IS NULL
           AND property_id IS NOT NULL AND published_at <= now() ORDER BY property_id, published_at DESC, number DESC
        ) l) w ON true
    LEFT JOIN LATERAL (SELECT min(published_at) AS next_look FROM brand_version WHERE company_id = c.id
        AND withdrawn_at IS NULL AND published_at > now()) n ON true
    LEFT JOIN LATERAL (SELECT operator_name AS support_by, ends_at AS support_until FROM support_access
        WHERE company_id = c.id AND ended_at IS NULL AND ends_at > now() ORDER BY ends_at DESC LIMIT 1) s ON true
    WHERE c.id = %s
"""

BrandDigest = Callable[[Brand], str]
Kept = TypeVar("Kept", bound=Hashable)
NOTHING: Final[Mapping[str, Lapse]] = MappingProxyType({})


class SnapshotLoader:
    """Loads snapshots for one process. `digest` names the style sheet that belongs to a brand."""

    def __init__(
        self, engine: Engine, plugins: Plugins, platform_domain: str, digest: BrandDigest, themes: Mapping[str, Theme]
    ) -> None:
        self._engine, self._plugins, self._domain, self._digest = engine, plugins, platform_domain, digest
        self._themes = themes
        self._usual = {slug: _micro_app(plugin.manifest, None) for slug, plugin in plugins.installed.items()}
        """What a company that named nothing itself has: made of what is installed, and shared by all of them."""
        self._usual_order = _in_order({slug: self._usual[slug] for slug in plugins.serving})
        self._shared: dict[Hashable, Hashable] = {}

    def __call__(self, company_id: UUID) -> Snapshot | None:
        """Read one company; None when there is none, or when it has no host yet."""
        db = CompanySession(self._engine, company_id)
        try:
            row = db.row(COMPANY, (company_id,))
            if row is None or row.host is None or row.theme is None:
                return None
            these = {"companies": [company_id]}
            stands = standing(db.rows(LINES, these), db.rows(SWITCHES, these))
            documents = in_force(db.rows(DOCUMENTS), ZoneInfo(row.timezone))
            return self._snapshot(row, stands, documents)
        finally:
            db.close()

    def _snapshot(self, row: Any, stands: Standing, documents: InForce) -> Snapshot:
        now, zone, needs = datetime.now(UTC), ZoneInfo(row.timezone), needs_of(self._plugins)
        left = stands.levels(needs, now)
        return Snapshot(
            id=row.id,
            slug=row.slug,
            name=row.name,
            status=self._same(row.status),
            host=full_host(row.host, self._domain),
            country=self._same(row.country),
            zone=zone,
            languages=self._same(tuple(row.languages)),
            tone=self._same(row.tone),
            brand=self._brand(row),
            looks=self._looks(row),
            greeting=LocalizedText(row.greeting),
            emergency_phone=row.emergency_phone,
            emergency_note=LocalizedText(row.emergency_note),
            legal=documents.links,
            settings=row.settings,
            modules=self._same(frozenset(left)),
            entitled=self._same(
                frozenset(slug for slug, level in levels(stands.spans, now).items() if level and slug in needs)
            ),
            scopes=stands.scopes,
            micro_apps=self._micro_apps(own_apps(row.micro_apps)),
            mail_header=self._same(LocalizedText(row.mail_header)),
            mail_footer=self._same(LocalizedText(row.mail_footer)),
            version=row.version,
            valid_until=_first(next_change(stands.spans, now), documents.next_change, row.next_look, row.support_until),
            support_by=row.support_by or "",
            support_until=row.support_until,
            demo_ends=row.demo_ends,
            deviations=_deviations(row.deviations),
            lapsing={
                slug: Lapse(left[slug] is Level.READ_ONLY, until)
                for slug, until in stands.last_days(needs, now, zone).items()
            }
            or NOTHING,
        )

    def _same(self, value: Kept) -> Kept:
        """The value that other companies have as well: of thousands of companies a process keeps each once."""
        return self._shared.setdefault(value, value)  # type: ignore[return-value]

    def _brand(self, look: Any) -> Brand:
        brand = brand_of(look, self._themes)
        return replace(brand, digest=self._digest(brand))

    def _looks(self, row: Any) -> Looks:
        found = looks_of(row.looks, row)
        return Looks({place: self._brand(look) for place, look in found.items()}) if found else NO_LOOKS

    def _micro_apps(self, own: OwnApps) -> dict[str, MicroApp]:
        if not own:
            return self._usual_order
        return _in_order({slug: self._named(slug, own.get(slug)) for slug in self._plugins.serving})

    def _named(self, slug: str, own: OwnApp | None) -> MicroApp:
        return _micro_app(self._plugins.serving[slug].manifest, own) if own else self._usual[slug]


def _in_order(named: Mapping[str, MicroApp]) -> dict[str, MicroApp]:
    return dict(sorted(named.items(), key=lambda item: (item[1].position, item[0])))


def brand_of(look: Any, themes: Mapping[str, Theme]) -> Brand:
    """A version or a draft as pages show it. A theme that was taken from the installation is stood in for."""
    return Brand(
        app_name=LocalizedText(look.app_name),
        theme=standing_in(themes, look.theme),
        colour=look.colour,
        second=look.second,
        digest="",
        cover_at=look.cover_at,
        corners=intern(look.corners),
        density=intern(look.density),
        **{kind: _path(getattr(look, f"{kind}_id"), kind) for kind in PICTURES},
    )


def apps_called(own: OwnApps, plugins: Plugins) -> dict[str, MicroApp]:
    """All micro-apps as people read them where the company calls some of them so, in order."""
    return _in_order({slug: _micro_app(plugin.manifest, own.get(slug)) for slug, plugin in plugins.serving.items()})


def _micro_app(manifest: Manifest, own: OwnApp | None) -> MicroApp:
    """The company's words, and the manifest's for what it left out."""
    name = LocalizedText({**manifest.name, **(own.name if own else {})})
    short = LocalizedText({**manifest.short_name, **(own.short_name if own else {})})
    icon = own.icon if own and own.icon else manifest.icon
    return MicroApp(manifest.slug, name, short, icon, own.position if own else manifest.position)


def _first(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


def _deviations(found: Mapping[str, Mapping[str, bool]] | None) -> dict[str, dict[UUID, bool]]:
    return {key: {UUID(one): on for one, on in there.items()} for key, there in (found or {}).items()}


def _path(file_id: UUID | None, name: str) -> str | None:
    return f"/brand/{file_id}/{name.replace('_', '-')}" if file_id else None
