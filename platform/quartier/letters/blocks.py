"""A text that `render_markdown` made, taken apart into what the press sets: blocks and runs of words, never markup."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final

Block = dict[str, Any]
INLINE: Final = {"strong": "strong", "em": "em", "s": "struck", "code": "code"}
VOID: Final = frozenset({"br", "hr", "img"})
SPOKEN: Final = ("mailto:", "tel:")


@dataclass
class _Node:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[_Node | str] = field(default_factory=list)


def blocks_of(html: str) -> list[Block]:
    """What stands in a text, in its order.

    `kind` is "text" (with `runs`), "heading" (`level`, `runs`), "list" (`numbered`, `first`, `items` of blocks),
    "quote" and "box" (`blocks`), "table" (`rows` of cells: `head`, `runs`), "code" (`text`) or "rule". A run has `text`
    and of `strong em struck code` what holds; `{"turn": True}` ends a line.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return list(_blocks(reader.top))


class _Reader(HTMLParser):
    """The tree of a text; it was cleaned before, so every element that opens is closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.top = _Node("div")
        self._open = [self.top]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = _Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(node)
        if tag not in VOID:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if len(self._open) > 1 and self._open[-1].tag == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def _blocks(node: _Node) -> Iterator[Block]:
    """The blocks inside; words that stand in none of their own are a text."""
    loose: list[_Node | str] = []
    for child in node.children:
        made = None if isinstance(child, str) else _block(child)
        if made is None:
            loose.append(child)
            continue
        yield from _loose(loose)
        loose = []
        yield from made
    yield from _loose(loose)


def _loose(children: list[_Node | str]) -> Iterator[Block]:
    runs = _runs(_Node("p", {}, children))
    if any(run.get("text", "").strip() for run in runs):
        yield {"kind": "text", "runs": runs}


def _block(node: _Node) -> list[Block] | None:
    """What an element is; None where it stands in a line."""
    match node.tag:
        case "p":
            titled = node.attributes.get("class") == "callout-title"
            return [_heading(node, 3)] if titled else list(_loose(node.children))
        case "h2" | "h3":
            return [_heading(node, int(node.tag[1]))]
        case "ul" | "ol":
            return [_list(node)]
        case "blockquote":
            return [{"kind": "quote", "blocks": list(_blocks(node))}]
        case "div":
            inside, boxed = list(_blocks(node)), "callout" in node.attributes.get("class", "")
            return [{"kind": "box", "blocks": inside}] if boxed else inside
        case "table":
            return [{"kind": "table", "rows": [_cells(row) for row in _rows(node)]}]
        case "pre":
            return [{"kind": "code", "text": "".join(run.get("text", "") for run in _runs(node)).rstrip("\n")}]
        case "hr":
            return [{"kind": "rule"}]
    return None


def _heading(node: _Node, level: int) -> Block:
    return {"kind": "heading", "level": level, "runs": _runs(node)}


def _list(node: _Node) -> Block:
    items, first = [list(_blocks(item)) for item in _elements(node, "li")], int(node.attributes.get("start") or 1)
    return {"kind": "list", "numbered": node.tag == "ol", "first": first, "items": items}


def _rows(table: _Node) -> Iterator[_Node]:
    for part in _elements(table, "thead", "tbody"):
        yield from _elements(part, "tr")


def _cells(row: _Node) -> list[Block]:
    return [{"head": cell.tag == "th", "runs": _runs(cell)} for cell in _elements(row, "th", "td")]


def _elements(node: _Node, *tags: str) -> list[_Node]:
    return [child for child in node.children if isinstance(child, _Node) and child.tag in tags]


def _runs(node: _Node, **style: bool) -> list[dict[str, Any]]:
    """The words of an element and how they look; paper opens no link, so its address is written out."""
    found: list[dict[str, Any]] = []
    for child in node.children:
        if isinstance(child, str):
            found.append({"text": child, **style})
        elif child.tag == "br":
            found.append({"turn": True})
        elif child.tag == "img":
            found.append({"text": child.attributes.get("alt", ""), **style})
        else:
            more = {INLINE[child.tag]: True} if child.tag in INLINE else {}
            found += _runs(child, **style, **more)
            found += _address(child, style)
    return found


def _address(node: _Node, style: dict[str, bool]) -> list[dict[str, Any]]:
    """Where a link leads, unless its words say so."""
    target = node.attributes.get("href", "")
    if node.tag != "a" or not target.startswith(("http://", "https://", *SPOKEN)):
        return []
    said = "".join(run.get("text", "") for run in _runs(node))
    for scheme in SPOKEN:
        target = target.removeprefix(scheme)
    return [] if _bare(target) == _bare(said) else [{"text": f" ({target})", **style}]


def _bare(address: str) -> str:
    return address.strip().removeprefix("https://").removeprefix("http://").rstrip("/").replace(" ", "")
