"""What a sheet must not do to a page: hide, push away or cover what others put there, such as legal links or who looks.

A sheet is read as a browser reads it as far as rules go, and what cannot be read so is refused rather than guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from quartier.theming.pairs import RULES

LAYERS = frozenset({"tokens", "theme"})
STRING = re.compile(r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'""")
PIECES = re.compile(rf"{STRING.pattern}|[{{}};]|[^{{}};\"']+", re.DOTALL)
UNLAYERED = re.compile(r"@(?:font-face|keyframes|property)\b|@layer\s")
PSEUDO = re.compile(r"::?(?:before|after|marker|placeholder|backdrop)$")
CLASS = re.compile(r"\.([\w-]+)")
SUBJECT = re.compile(r"[^\s>+~]*$")
BY_LAW = frozenset({"legal-links", "app-foot", "watched"})
"""What has these classes looks as we draw it: links to legal texts, and who else looks at a page."""
FRAME = frozenset({"app", "desk", "page"})
NUMBER = re.compile(r"(?<![\w.-])(-?(?:\d+\.?\d*|\.\d+))(rem|em|px|ch|vw|vh|vi|vb|svh|dvh|lvh|%)?(?![\w.-])")
IN_REM = {"rem": 1.0, "em": 1.0, "ch": 0.5, "px": 1 / 16, "": 1.0}
FAR = 8.0  # rem, by which something may be moved or pulled
SMALL = 0.75  # rem, below which nobody reads

INKS = frozenset(ink for rule in RULES for ink in rule.inks)
INKED = frozenset({"color", "-webkit-text-fill-color", *(f"--{ink}" for ink in INKS)})
AN_INK = re.compile(rf"inherit|currentcolor|var\(\s*--(?:{'|'.join(sorted(INKS))})\s*\)")
NEVER = re.compile(
    r"visibility|content-visibility|opacity|clip|clip-path|(-webkit-)?mask(-.*)?|transform|translate|scale|rotate|zoom|"
    r"offset(-.*)?|filter|backdrop-filter|pointer-events|text-indent|perspective|contain|user-select|all"
)
"""Properties that a theme gives to nothing but a drawing of its own (`::before`, `::after`)."""
SIZES = re.compile(r"(max-)?(block-size|inline-size|height|width)|line-height|font-size|font")
MOVES = re.compile(
    r"margin(-.*)?|inset(-.*)?|top|left|right|bottom|letter-spacing|word-spacing|--(topbar|bottombar|control|row)"
)
TYPE = re.compile(r"--(text-(?:xs|s|m|l|xl|[234]xl)|leading.*)")
WORDS: Mapping[str, re.Pattern[str]] = {
    "display": re.compile(r"\b(?:none|contents)\b"),
    "position": re.compile(r"\b(?:fixed|absolute|sticky)\b"),
    "float": re.compile(r"."),
}


@dataclass(frozen=True)
class Declaration:
    """One line of a rule: where it stands (selectors and at-rules, the outermost first), what it says."""

    within: tuple[str, ...]
    name: str
    value: str

    @property
    def layered(self) -> bool:
        """Whether it keeps to the layers of a theme, or to a rule that has no place in the cascade."""
        layers = [part.removeprefix("@layer").strip() for part in self.within if part.startswith("@layer")]
        alone = any(UNLAYERED.match(part) and not part.startswith("@layer") for part in self.within)
        return (alone and not layers) or (bool(layers) and set(layers) <= LAYERS)

    @property
    def drawn(self) -> bool:
        """Whether it is about a drawing of the theme's own on something that has a name and is no frame."""
        return all(map(_own_drawing, self.within[-1].split(","))) if self.within else False


def declarations(sheet: str) -> Iterator[Declaration]:
    """All lines of a sheet without comments, also those in `@keyframes`; statements such as `@layer a, b;` as well."""
    within: list[str] = []
    held = ""
    for found in PIECES.finditer(sheet):
        piece = found[0]
        if piece not in {"{", "}", ";"}:
            held += piece
            continue
        said, held = " ".join(held.split()), ""
        if piece == "{":
            within.append(said)
            continue
        if said:
            name, _colon, value = said.partition(":")
            yield Declaration(tuple(within), name.strip().lower(), value.strip())
        if piece == "}" and within:
            within.pop()


def faults(sheet: str) -> Iterator[str]:
    """What a theme's sheet, without comments, may not do; a sentence for each."""
    if "\\" in STRING.sub("", sheet):
        yield "is written with a backslash, which hides what it says"
    for line in declarations(sheet):
        if line.name.startswith("@layer"):
            yield f"orders layers ({line.name}), which is not for themes"
            continue
        where = f"{line.within[-1] if line.within else ''} {{ {line.name}: {line.value} }}".strip()
        if not line.layered:
            yield f"{where} stands in no layer of a theme: @layer tokens or @layer theme"
        if "!important" in line.value.replace(" ", "").lower():
            yield f"{where} would win over everything: !important is not for themes"
        if _hides(line):
            yield f"{where} hides, moves away or covers what stands in a page"


def _hides(line: Declaration) -> bool:
    name, value = line.name, STRING.sub("", line.value).lower()
    if any(BY_LAW & set(CLASS.findall(part)) for part in line.within):
        return True
    if name in INKED:
        return AN_INK.fullmatch(value) is None
    if TYPE.fullmatch(name):
        return any(float(size) * IN_REM[unit] < SMALL for size, unit in NUMBER.findall(value) if unit in IN_REM)
    if name.startswith("--") and not MOVES.fullmatch(name):
        return False
    if name == "z-index":
        return not re.fullmatch(r"-1|[01]|auto", value)
    if name == "position" and "fixed" in value:
        return True
    if MOVES.fullmatch(name):
        return any(abs(rem) > FAR for rem in _lengths(value))
    if line.drawn:
        return False
    if NEVER.fullmatch(name) or (name in WORDS and WORDS[name].search(value)):
        return True
    return bool(SIZES.fullmatch(name)) and any(rem < SMALL for rem in _lengths(value))


def _lengths(value: str) -> Iterator[float]:
    """Numbers in rem, as far as one can know: a share of the page or of the window counts as ten to the hundred."""
    for number, unit in NUMBER.findall(value):
        yield float(number) * IN_REM.get(unit, 0.1)


def _own_drawing(selector: str) -> bool:
    selector = selector.strip()
    thing = PSEUDO.sub("", selector)
    subject = SUBJECT.search(thing)
    of_frame = FRAME & set(CLASS.findall(subject[0] if subject else ""))
    return thing != selector and bool(set(CLASS.findall(thing)) - FRAME) and not of_frame
