"""An SVG that somebody sent, made harmless: a picture and nothing else.

Three fences, one behind the other. What a drawing has no need for is refused before it is parsed (size, entities, too
many elements); the tree is rebuilt from elements of SVG alone, with styles turned into attributes and references kept
inside the drawing; and svg-hush, an allow-list made for this, has the last word. A drawing that repeats itself through
references until a renderer dies is counted as if it were written out.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from xml.etree.ElementTree import Element, ParseError, fromstring, tostring

import py_svg_hush

from quartier.theming.images import SVG_TYPE, CleanImage, ImageRefused
from quartier.theming.svg_styles import VALUE, Rule, apply_rules, read_rules

MAX_BYTES = 512 * 1024
MAX_NODES = 20_000
MAX_DEPTH = 64
MAX_REFERENCES_DEEP = 200
MAX_DRAWN = 200_000  # elements, once every reference is written out
FILTER_WEIGHT = 500  # a filter primitive works on every pixel
NAMESPACE = "http://www.w3.org/2000/svg"
XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
DECLARATION = re.compile(r"\s*<\?xml\s[^>]*\?>")
PUBLIC_DOCTYPE = re.compile(r'<!DOCTYPE\s+svg\s+PUBLIC\s+"-//W3C//DTD SVG 1\.[01]//EN"\s+"[^"<>\[\]]*"\s*>')
FORBIDDEN = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)|<\?xml-stylesheet", re.IGNORECASE)
START = re.compile(r"<[^/!?]")
REFERENCE = re.compile(r"url\(\s*['\"]?#([^'\")\s]+)")
EMBEDDED = re.compile(r"data:image/(?:png|jpeg|webp);base64,(.+)", re.DOTALL)
LENGTH = re.compile(r"\s*(\d*\.?\d+)(?:px)?\s*", re.ASCII)
NUMBERS = re.compile(r"[-+]?\d*\.?\d+(?:e[-+]?\d+)?", re.ASCII | re.IGNORECASE)
DROPPED = frozenset(
    {"style", "script", "foreignObject", "metadata", "feImage", "animate", "animateMotion", "animateTransform", "set"}
)
NO_DRAWING = frozenset({"class", "role", "tabindex", "focusable"})


def clean_svg(data: bytes, reencode: Callable[[bytes], CleanImage]) -> CleanImage:
    """Pictures embedded in the drawing go through `reencode`, as a file of their own would. Raises ImageRefused."""
    root = _parse(_text(data))
    rules = read_rules("".join(element.text or "" for element in root.iter("style")))
    width, height = _measure(root)
    _keep_what_draws(root, reencode)
    night = _written(root, rules, dark=True) if any(rule.dark for rule in rules) else None
    return CleanImage(SVG_TYPE, _written(root, rules, dark=False), width, height, night)


def looks_like_svg(data: bytes) -> bool:
    """Does a drawing begin here? A declaration and comments may come first."""
    return data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and b"svg" in data[:16384].lower()


def _text(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise ImageRefused("too_large")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImageRefused("broken") from error
    text = PUBLIC_DOCTYPE.sub("", DECLARATION.sub("", text, count=1), count=1)
    if FORBIDDEN.search(text):
        raise ImageRefused("unsafe_svg")
    if sum(1 for _ in START.finditer(text)) > MAX_NODES:
        raise ImageRefused("too_large")
    return text


def _parse(text: str) -> Element:
    """The tree, with plain names for SVG's own elements and attributes; everything of another namespace is gone."""
    try:
        root = fromstring(text)  # noqa: S314 - entities, size and number of elements were refused above
    except ParseError as error:
        raise ImageRefused("broken") from error
    if _plain(root.tag) != "svg":
        raise ImageRefused("not_an_image")
    if _deeper_than(root, MAX_DEPTH):
        raise ImageRefused("unsafe_svg")
    for element in root.iter():
        element.tag = _plain(element.tag)
    return root


def _deeper_than(root: Element, depth: int) -> bool:
    """Level by level, as a recursion into a hostile file would end in Python's own limit."""
    level = [root]
    for _ in range(depth):
        level = [child for element in level for child in element]
    return bool(level)


def _plain(tag: str) -> str:
    """`{…svg}path` → `path`; an element of anything else → "" and is dropped with all it holds."""
    namespace, _, name = tag.rpartition("}")
    return name if namespace in ("", "{" + NAMESPACE) else ""


def _measure(root: Element) -> tuple[int, int]:
    """Width and height in user units. A drawing without a viewBox gets one, or it could not be scaled."""
    lengths = [LENGTH.fullmatch(root.get(side, "")) for side in ("width", "height")]
    sides = [float(found[1]) for found in lengths if found]
    box = [float(number) for number in NUMBERS.findall(root.get("viewBox", ""))]
    if len(box) != 4:
        if len(sides) != 2:
            raise ImageRefused("broken")
        box = [0.0, 0.0, *sides]
        root.set("viewBox", " ".join(f"{number:g}" for number in box))
    width, height = sides if len(sides) == 2 else box[2:]
    if not (0 < width <= 1e5 and 0 < height <= 1e5 and 0 < box[2] <= 1e7 and 0 < box[3] <= 1e7):
        raise ImageRefused("broken")
    return max(1, round(width)), max(1, round(height))


def _keep_what_draws(root: Element, reencode: Callable[[bytes], CleanImage]) -> None:
    for parent in list(root.iter()):
        _keep_attributes(parent)
        for child in list(parent):
            if not child.tag or child.tag in DROPPED or (child.tag == "image" and not _embed(child, reencode)):
                parent.remove(child)


def _keep_attributes(element: Element) -> None:
    target = element.attrib.pop(XLINK_HREF, None) or element.attrib.pop("href", None)
    for name, value in list(element.attrib.items()):
        refers = "url(" in value.lower() and name != "style"
        if name.startswith(("{", "on")) or (refers and not VALUE.fullmatch(value)):
            del element.attrib[name]
    if target and element.tag != "a" and (target.startswith("#") or element.tag == "image"):
        element.set("href", target)


def _embed(image: Element, reencode: Callable[[bytes], CleanImage]) -> bool:
    """Re-encode a picture inside the drawing; False if it is not inside."""
    found = EMBEDDED.fullmatch(image.get("href", "").strip())
    if not found:
        return False
    try:
        clean = reencode(base64.b64decode(re.sub(r"\s", "", found[1]), validate=True))
    except binascii.Error as error:
        raise ImageRefused("broken") from error
    image.set("href", f"data:{clean.content_type};base64,{base64.b64encode(clean.body).decode()}")
    return True


class _Weight:
    """How many elements a renderer meets when it follows every reference. A circle of references is refused."""

    def __init__(self, root: Element) -> None:
        self.by_id = {element.get("id"): element for element in root.iter() if element.get("id")}
        self.known: dict[Element, int] = {}
        self.open: set[Element] = set()

    def of(self, element: Element) -> int:
        if element in self.known:
            return self.known[element]
        if element in self.open or len(self.open) > MAX_REFERENCES_DEEP:
            raise ImageRefused("unsafe_svg")
        self.open.add(element)
        own = FILTER_WEIGHT if element.tag.startswith("fe") else 1
        self.known[element] = own + sum(self.of(other) for other in (*element, *self._targets(element)))
        self.open.discard(element)
        return self.known[element]

    def _targets(self, element: Element) -> Iterator[Element]:
        names = [name for value in element.attrib.values() for name in REFERENCE.findall(value)]
        names.append(element.get("href", "").removeprefix("#"))
        return (self.by_id[name] for name in names if name in self.by_id)


def _written(root: Element, rules: list[Rule], *, dark: bool) -> bytes:
    """The drawing as a file. It is weighed only now, as a style rule can refer to other parts too."""
    tree = deepcopy(root)
    apply_rules(tree, rules, dark=dark)
    if _Weight(tree).of(tree) > MAX_DRAWN:
        raise ImageRefused("unsafe_svg")
    for element in tree.iter():
        for name in [name for name in element.attrib if name in NO_DRAWING or name.startswith(("aria-", "data-"))]:
            del element.attrib[name]
    tree.set("xmlns", NAMESPACE)
    try:
        return bytes(py_svg_hush.filter_svg(tostring(tree, encoding="us-ascii"), {"image": ["png", "jpeg", "webp"]}))
    except ValueError as error:
        raise ImageRefused("broken") from error
