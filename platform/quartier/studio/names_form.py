"""What the company calls its micro-apps, with which icon and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import orjson
from marshmallow import Schema, ValidationError, fields, validates

from quartier.companies.naming import NOTHING, OwnApp, OwnApps
from quartier.i18n.localized import LocalizedText, LocalizedTextField
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.plugin.manager import Plugins
from quartier.plugin.manifest import Manifest
from quartier.studio.icon_words import ICONS
from quartier.tenancy.snapshot import Snapshot

LONGEST_NAME = 40  # two lines on a tile
LONGEST_SHORT_NAME = 11  # a fifth of the narrowest phone
STEP = 10


class NameSchema(Schema):
    """What is empty is the module's own."""

    name = LocalizedTextField(max_length=LONGEST_NAME, metadata={"label": _l("Name")})
    short_name = LocalizedTextField(max_length=LONGEST_SHORT_NAME, metadata={"label": _l("Short name")})
    icon = fields.String(load_default="", metadata={"label": _l("Icon")})

    @validates("icon")
    def _drawn(self, value: str, **_options: Any) -> None:
        if value and value not in ICONS:
            raise ValidationError(_("Please choose one of the options."))


@dataclass(frozen=True)
class Named:
    """A micro-app with what the company says of it, and beneath that the module's own words."""

    manifest: Manifest
    own_name: LocalizedText = NOTHING
    own_short_name: LocalizedText = NOTHING
    own_icon: str = ""
    position: int = 100
    is_on: bool = True

    @property
    def slug(self) -> str:
        """The module's."""
        return self.manifest.slug

    @property
    def name(self) -> LocalizedText:
        """As residents read it."""
        return LocalizedText({**self.manifest.name, **self.own_name})

    @property
    def short_name(self) -> LocalizedText:
        """As it stands in the bar."""
        return LocalizedText({**self.manifest.short_name, **self.own_short_name})

    @property
    def icon(self) -> str:
        """The one that is shown."""
        return self.own_icon or self.manifest.icon

    @property
    def typed(self) -> dict[str, Any]:
        """What the inputs show: the company's own words only; the others are placeholders."""
        texts = (("name", self.own_name), ("short_name", self.own_short_name))
        shown = {f"{key}.{language}": text for key, words in texts for language, text in words.items()}
        return {**shown, "icon": self.own_icon}

    @property
    def fingerprint(self) -> str:
        """Names this state; another one means that somebody saved in between."""
        state = [self.own_name.to_json(), self.own_short_name.to_json(), self.own_icon]
        return sha256(orjson.dumps(state)).hexdigest()[:16]


def named(own: OwnApps, company: Snapshot, plugins: Plugins) -> list[Named]:
    """All micro-apps that this company may use, called and ordered so."""
    mine = sorted(company.entitled & plugins.serving.keys())
    found = [_named(plugins.serving[slug].manifest, own.get(slug), is_on=slug in company.modules) for slug in mine]
    return sorted(found, key=lambda one: (one.position, one.slug))


def renamed(own: OwnApps, known: Named, values: dict[str, Any], offered: Sequence[str]) -> dict[str, OwnApp]:
    """The names with name, short name and icon of one micro-app as the form has them.

    Words in a language that is not offered any more stay; what equals the module's own word is none of the company's.
    """
    name = _words(values["name"], known.own_name, known.manifest.name, offered)
    short = _words(values["short_name"], known.own_short_name, known.manifest.short_name, offered)
    icon = values["icon"] if values["icon"] != known.manifest.icon else ""
    return {**own, known.slug: OwnApp(name, short, icon or None, known.position)}


def ordered(own: OwnApps, known: Sequence[Named], wanted: Sequence[str]) -> dict[str, OwnApp]:
    """The names with the micro-apps in the wanted order; those that nobody named keep theirs, behind."""
    by_slug = {one.slug: one for one in known}
    named_first = [by_slug.pop(slug) for slug in dict.fromkeys(wanted) if slug in by_slug]
    places = {one.slug: place * STEP for place, one in enumerate([*named_first, *by_slug.values()], start=1)}
    return {**own, **{slug: replace(own.get(slug, OwnApp()), position=place) for slug, place in places.items()}}


def moved(order: Sequence[str], slug: str, step: int) -> list[str]:
    """The order with one of its members a place further up (-1) or down (+1), as far as that goes."""
    if slug not in order:
        return list(order)
    place, rest = order.index(slug), [one for one in order if one != slug]
    target = min(max(place + step, 0), len(rest))
    return [*rest[:target], slug, *rest[target:]]


def _named(manifest: Manifest, own: OwnApp | None, *, is_on: bool) -> Named:
    if own is None:
        return Named(manifest, position=manifest.position, is_on=is_on)
    return Named(manifest, own.name, own.short_name, own.icon or "", own.position, is_on)


def _words(typed: LocalizedText, known: LocalizedText, default: Any, offered: Sequence[str]) -> LocalizedText:
    kept = {language: text for language, text in known.items() if language not in offered}
    return LocalizedText({**kept, **{lang: text for lang, text in typed.items() if text != default[lang]}})
