"""The proof sheet of a look: every pair of colours, what was adjusted and why, the logo on its grounds, names, gaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from quartier.companies.snapshot import brand_of
from quartier.i18n.texts import gettext as _
from quartier.i18n.voice import LANGUAGES, OWN_NAMES, Language
from quartier.legal.queries import Standing
from quartier.studio.gaps import gaps
from quartier.studio.look_form import LONGEST_ICON_NAME, Beneath
from quartier.studio.names_form import LONGEST_SHORT_NAME, Named
from quartier.studio.proof import adjustments
from quartier.tenancy.snapshot import Brand, Snapshot
from quartier.theming.paint import check_theme, paint
from quartier.theming.pairs import MODES, TEXT, Mode, Pair
from quartier.theming.palette import Palette, derive
from quartier.theming.stylesheet import BrandUrls, drawn_logos
from quartier.theming.themes import Theme

GROUNDS: Final = (("logo", "surface"), ("logo-reverse", "block"))
"""Which logo stands on which colour."""


@dataclass(frozen=True)
class LogoGround:
    """A logo as it stands on one of its grounds; `url` is None where the company has no logo."""

    caption: str
    ground: str
    url: str
    plate: bool


@dataclass(frozen=True)
class ProofSheet:
    """All that was measured and found. `long_names` and `gaps` are sentences."""

    theme: Theme
    palette: Palette
    pairs: tuple[Pair, ...]
    notes: tuple[str, ...]
    grounds: tuple[LogoGround, ...]
    long_names: tuple[str, ...]
    gaps: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether everything can be read."""
        return all(pair.holds for pair in self.pairs)

    @property
    def worst_text(self) -> Pair:
        """The pair of writing and ground with the lowest contrast."""
        return min((pair for pair in self.pairs if pair.least >= TEXT), key=lambda pair: pair.ratio)


def sheet_of(
    look: Beneath,
    company: Snapshot,
    apps: Sequence[Named],
    themes: Mapping[str, Theme],
    documents: Sequence[Standing] = (),
) -> ProofSheet:
    """The sheet of a version or a draft; in sentences of the voice that is bound."""
    brand = brand_of(look, themes)
    theme, palette = themes[brand.theme], derive(brand.colour, brand.second)
    languages = [one for one in LANGUAGES if one in company.languages]
    return ProofSheet(
        theme, palette, tuple(check_theme(theme, palette)), adjustments(palette),
        tuple(_grounds(brand, theme, palette)), tuple(_long_names(brand, apps, languages)),
        tuple(gaps(look, company, apps, documents, languages)),
    )  # fmt: skip


def _grounds(brand: Brand, theme: Theme, palette: Palette) -> Iterator[LogoGround]:
    if not brand.logo:
        return
    captions: dict[tuple[str, Mode], str] = {
        ("logo", "light"): _("on light pages"), ("logo-reverse", "light"): _("on the brand colour"),
        ("logo", "dark"): _("on dark pages"), ("logo-reverse", "dark"): _("on the brand colour, dark"),
    }  # fmt: skip
    urls = BrandUrls(brand.logo, brand.logo_dark, brand.logo_reverse)
    for mode in MODES:
        drawn, painted = drawn_logos(mode, palette, urls), paint(theme, palette, mode)
        for token, ground in GROUNDS:
            found = drawn[token]
            yield LogoGround(captions[token, mode], painted[ground], found or brand.logo, found is None)


def _long_names(brand: Brand, apps: Sequence[Named], languages: Sequence[Language]) -> Iterator[str]:
    for language in languages:
        for app in apps:
            name = app.short_name.pick(language).text
            if app.is_on and len(name) > LONGEST_SHORT_NAME:
                yield _(
                    "“%(name)s” (%(language)s) has %(count)s characters; in the bar %(room)s find room.",
                    name=name, language=OWN_NAMES[language], count=len(name), room=LONGEST_SHORT_NAME,
                )  # fmt: skip
        name = brand.app_name.get(language, "")
        if len(name) > LONGEST_ICON_NAME:
            yield _(
                "“%(name)s” (%(language)s) has %(count)s characters; below the icon on a phone about %(room)s "
                "find room.",
                name=name, language=OWN_NAMES[language], count=len(name), room=LONGEST_ICON_NAME,
            )  # fmt: skip
