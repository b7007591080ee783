"""What a logo suggests: a brand colour, a second one where there is one, and what to know about the file.

Colours are counted where the logo is drawn: what is see-through, white, black or grey says nothing of a brand. What is
left falls into families of hue; the widest one gives the brand colour, the next one that is plainly another the second.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from PIL import Image, UnidentifiedImageError

from quartier.theming.icons import rasterise
from quartier.theming.images import CleanImage
from quartier.theming.oklch import Tone, tone_of
from quartier.theming.svg import looks_like_svg
from quartier.theming.themes import Theme

Remark = Literal[
    "all_white", "all_dark", "no_colour", "small", "large", "animated", "cmyk", "letters", "words_only", "empty"
]

SIDE: Final = 96  # pixels of the longer side: what is smaller than a hundredth of a logo is no colour of it
VISIBLE: Final = 128  # of 255: less is the softness of an edge
GREY: Final = 0.045  # OKLCH chroma below which a colour has no hue that anybody would name
FAMILY: Final = 30  # degrees of hue that belong together
APART: Final = 50  # degrees from which a second colour is plainly another one
SHARE: Final = 0.04  # of what is drawn: less is an accent, no second colour
SMALL: Final = 96  # pixels of the longer side, below which a logo blurs on a sharp screen
LARGE: Final = 4000
WIDE: Final = 5.0  # of width to height from which a logo is a line of words
MOVES: Final = re.compile(rb"<(?:\w+:)?(?:animate|set)\w*[\s/>]")
LETTERS: Final = re.compile(rb"<(?:\w+:)?text[\s>]")
WHITE, BLACK = 0.93, 0.28  # OKLCH lightness


@dataclass(frozen=True)
class Proposal:
    """`colour` is None where the logo has none. `remarks` are keys of `wording.LOGO_REMARKS`."""

    colour: str | None
    second: str | None
    remarks: tuple[Remark, ...]


def propose(logo: CleanImage, sent: bytes = b"") -> Proposal:
    """What this logo suggests; `sent` is the file as it came, which says more than what is kept of it."""
    drawn = rasterise(logo, SIDE)
    inks = _inks(drawn)
    colour, second = _colours(inks)
    return Proposal(colour, second, (*_about_file(logo, sent), *_about_inks(drawn, inks, colour)))


def theme_for(colour: str, second: str | None, themes: Mapping[str, Theme]) -> str:
    """The theme that suits best: each says in `theme.toml` for which colours it is made; the first one for all."""
    tone = tone_of(colour)
    fitting = [one for one in themes.values() if one.selectable and _suits(one.suits, tone, second)]
    others = [one for one in themes.values() if one.selectable and not one.suits]
    return min([*fitting, *others] or themes.values(), key=lambda one: (not one.suits, one.slug)).slug


def _suits(wishes: Sequence[str], tone: Tone, second: str | None) -> bool:
    meant = {
        "warm": (tone.hue + 20) % 360 <= 115 and tone.chroma >= GREY,  # from a rose red to ochre
        "strong": tone.chroma >= 0.15,
        "two-colours": second is not None,
    }
    return bool(wishes) and all(meant[wish] for wish in wishes)


def _inks(drawn: Image.Image) -> dict[str, int]:
    """Colour → pixels of it, of what is plainly there; near colours count as one."""
    few = drawn.convert("RGB").quantize(64, dither=Image.Dither.NONE).convert("RGB").tobytes()
    alphas, found = drawn.getchannel("A").tobytes(), dict[str, int]()
    for at, alpha in enumerate(alphas):
        if alpha >= VISIBLE:
            ink = f"#{few[3 * at : 3 * at + 3].hex()}"
            found[ink] = found.get(ink, 0) + 1
    return found


def _colours(inks: Mapping[str, int]) -> tuple[str | None, str | None]:
    hued = {ink: count for ink, count in inks.items() if tone_of(ink).chroma >= GREY}
    first = _widest(hued)
    if first is None:
        return None, None
    others = {ink: count for ink, count in hued.items() if _between(ink, first) >= APART}
    least = SHARE * sum(inks.values())
    return first, _widest(others) if sum(others.values()) >= least else None


def _widest(inks: Mapping[str, int]) -> str | None:
    """The ink that has most in the family of hue that covers most."""
    if not inks:
        return None
    family = max(inks, key=lambda ink: (sum(inks[one] for one in inks if _between(one, ink) <= FAMILY), ink))
    return max((one for one in inks if _between(one, family) <= FAMILY), key=lambda one: (inks[one], one))


def _between(one: str, other: str) -> float:
    apart = abs(tone_of(one).hue - tone_of(other).hue) % 360
    return min(apart, 360 - apart)


def _about_file(logo: CleanImage, sent: bytes) -> list[Remark]:
    if logo.is_svg:
        return _about_drawing(logo, sent)
    if not sent or looks_like_svg(sent):
        return []
    try:
        with Image.open(io.BytesIO(sent)) as opened:
            side, frames, mode = max(opened.size), getattr(opened, "n_frames", 1), opened.mode
            kind = opened.format
    except (UnidentifiedImageError, OSError):
        return []
    found: list[Remark] = []
    if side < SMALL:
        found.append("small")
    if side > LARGE:
        found.append("large")
    if frames > 1 and kind != "MPO":
        found.append("animated")
    if mode == "CMYK":
        found.append("cmyk")
    return found


def _about_drawing(logo: CleanImage, sent: bytes) -> list[Remark]:
    """What moves is gone from what is kept; letters are still there, for each device to write in a face that it has."""
    moves: list[Remark] = ["animated"] if MOVES.search(sent) else []
    return [*moves, "letters"] if LETTERS.search(logo.body) else moves


def _about_inks(drawn: Image.Image, inks: Mapping[str, int], colour: str | None) -> list[Remark]:
    if not inks:
        return ["empty"]
    lights = [tone_of(ink).lightness for ink in inks]
    found: list[Remark] = []
    if colour is None:
        found.append("all_white" if min(lights) >= WHITE else "all_dark" if max(lights) <= BLACK else "no_colour")
    box = drawn.getchannel("A").getbbox() or (0, 0, *drawn.size)
    if (box[2] - box[0]) >= WIDE * (box[3] - box[1]):
        found.append("words_only")
    return found
