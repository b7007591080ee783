"""The style sheet inside an SVG, turned into attributes of its shapes, so that the sheet itself can go.

Drawing programs write `.a{fill:#fff}` and little more. Only selectors of one class, id or element name, only
properties that paint, only values made of plain words, numbers, colours and references into the same drawing are
understood; the rest is dropped without a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

PAINTING = frozenset(
    """fill fill-opacity fill-rule clip-rule clip-path mask filter opacity color display visibility vector-effect
    paint-order stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray
    stroke-dashoffset stop-color stop-opacity flood-color flood-opacity
    font-family font-size font-weight font-style text-anchor letter-spacing""".split()
)
WORDS = r"[-#\w\s.,%+'\"]"
NUMBERS_IN = r"(?:rgba?|hsla?)\([-\w\s.,%/]+\)"
INSIDE = r"url\(\s*['\"]?#[\w.:-]+['\"]?\s*\)"
VALUE = re.compile(f"(?:{WORDS}|{NUMBERS_IN}|{INSIDE})+", re.ASCII)
SELECTOR = re.compile(r"(?P<kind>[.#]?)(?P<name>[A-Za-z_][\w-]*)", re.ASCII)
DARK = re.compile(r"@media\s*\(\s*prefers-color-scheme\s*:\s*dark\s*\)", re.IGNORECASE)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
WEIGHT = {"": 0, ".": 1, "#": 2}


@dataclass(frozen=True)
class Rule:
    """One selector with its declarations; `dark` if it only holds on a dark page."""

    kind: str
    name: str
    declarations: tuple[tuple[str, str], ...]
    dark: bool

    def fits(self, element: Element) -> bool:
        match self.kind:
            case ".":
                return self.name in element.get("class", "").split()
            case "#":
                return self.name == element.get("id")
            case _:
                return self.name == element.tag


def read_rules(sheet: str) -> list[Rule]:
    """All rules that are understood, in the order of the cascade: by weight of the selector, then as written, dark
    ones last.
    """
    rules = list(_rules(COMMENT.sub("", sheet), dark=False))
    return sorted(rules, key=lambda rule: (rule.dark, WEIGHT[rule.kind]))


def apply_rules(root: Element, rules: list[Rule], *, dark: bool) -> None:
    """Write every rule and every style attribute into attributes, as a browser would decide between them."""
    for element in root.iter():
        for rule in rules:
            if (dark or not rule.dark) and rule.fits(element):
                element.attrib.update(rule.declarations)
        element.attrib.update(_declarations(element.attrib.pop("style", "")))


def _rules(sheet: str, *, dark: bool) -> Iterator[Rule]:
    for head, body in _blocks(sheet):
        if DARK.fullmatch(head):
            yield from _rules(body, dark=True)
        elif not head.startswith("@"):
            declarations = tuple(_declarations(body))
            found = (SELECTOR.fullmatch(selector.strip()) for selector in head.split(","))
            yield from (Rule(one["kind"], one["name"], declarations, dark) for one in found if one)


def _blocks(sheet: str) -> Iterator[tuple[str, str]]:
    """The outermost `head { body }` pairs; whatever is left open at the end is ignored."""
    depth, start, head = 0, 0, ""
    for at, sign in enumerate(sheet):
        if sign == "{":
            depth += 1
            if depth == 1:
                head, start = sheet[start:at].rpartition(";")[2].strip(), at + 1
        elif sign == "}" and depth:
            depth -= 1
            if not depth:
                yield head, sheet[start:at]
                start = at + 1


def _declarations(text: str) -> Iterator[tuple[str, str]]:
    for declaration in text.split(";"):
        name, _, value = declaration.partition(":")
        name, value = name.strip().lower(), value.replace("!important", "").strip()
        if name in PAINTING and VALUE.fullmatch(value):
            yield name, value
