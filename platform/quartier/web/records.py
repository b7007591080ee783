"""A form as a record: what it says, with nothing to fill in, for whoever may only read what it is about.

Fields become facts; what is empty, what was not chosen and what only helps to fill in goes, and then what is left empty
around it. Tabs of languages stay, for they change nothing but what is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from html.parser import HTMLParser
from typing import Final

from markupsafe import Markup, escape

from quartier.i18n import formats

VOID: Final = frozenset("area base br col embed hr img input link meta source track wbr".split())
CONTROLS: Final = frozenset({"input", "textarea", "select"})
ACTS: Final = frozenset({"form", "button", "template", "script", "datalist"})
FOR_WRITING: Final = frozenset(
    {"help", "optional", "savebar", "toolbar", "drag", "order-tools", "error-summary", "how-to", "btn"}
)
SENT: Final = frozenset({"hidden", "file", "submit", "button", "image", "reset", "password"})
CHOSEN: Final = frozenset({"checkbox", "radio"})
TABS: Final = "lang-tabs"
LINE: Final = "localized-line"
HEADED: Final = re.compile(r"<(h[1-6]|legend|summary|caption|thead|title)\b.*?</\1>", re.DOTALL)
TAG: Final = re.compile(r"<(?!img\b)[^>]*>")
DRIVEN: Final = re.compile(
    r"""\s(?:hx-[\w:-]+|data-(?:order|toolbar|dirty-guard|unsaved)[\w-]*)(?:=(?:"[^"]*"|'[^']*'))?"""
)


@dataclass
class Node:
    """One element, as it stood in the page."""

    tag: str
    given: dict[str, str]
    start: str = ""
    inside: list[Node | str] = field(default_factory=list)

    @property
    def classes(self) -> set[str]:
        return set(self.given.get("class", "").split())

    def below(self) -> Iterator[Node]:
        """All elements in it, in the order of the page."""
        for one in self.inside:
            if isinstance(one, Node):
                yield one
                yield from one.below()

    @property
    def words(self) -> str:
        """What it says, without tags; entities stay as they are."""
        return "".join(one if isinstance(one, str) else one.words for one in self.inside)


def record(form: str, chosen: Markup) -> str:
    """What the form says, as HTML; empty if it says nothing. `chosen` stands before what was ticked."""
    tree = _Tree()
    tree.feed(form)
    tree.close()
    return "".join(_Record(chosen).root(one) for one in tree.root.inside)


def writes_text(form: str) -> bool:
    """Whether somebody wrote something in it: a new form only has what is proposed."""
    tree = _Tree()
    tree.feed(form)
    tree.close()
    return any(
        bool(one.words.strip()) if one.tag == "textarea" else bool(one.given.get("value"))
        for one in tree.root.below()
        if one.tag == "textarea" or (one.tag == "input" and one.given.get("type", "text") == "text")
    )


class _Tree(HTMLParser):
    """Pages are ours, so what is opened is closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.root = Node("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, self.get_starttag_text() or "")
        self._open[-1].inside.append(node)
        if tag not in VOID and not node.start.endswith("/>"):
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        at = next((at for at in range(len(self._open) - 1, 0, -1) if self._open[at].tag == tag), 0)
        if at:
            del self._open[at:]

    def handle_data(self, data: str) -> None:
        self._open[-1].inside.append(data)

    def handle_entityref(self, name: str) -> None:
        self._open[-1].inside.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._open[-1].inside.append(f"&#{name};")


class _Record:
    def __init__(self, chosen: Markup) -> None:
        self._chosen = chosen

    def root(self, node: Node | str) -> str:
        """The form itself, which becomes a plain box of the same look; a list stays one."""
        if isinstance(node, str) or node.tag != "form":
            return self.shown(node)
        look = escape(node.given.get("class", ""))
        node.start = f'<div class="{look}">' if look else "<div>"
        return self._around(node, "div")

    def shown(self, node: Node | str) -> str:
        """A piece of the form, as a record has it."""
        if isinstance(node, str):
            return node
        if node.tag in ACTS or node.classes & FOR_WRITING or node.given.get("role") == "toolbar":
            return ""
        if TABS in node.classes:
            return _as_it_is(node)
        if node.tag in CONTROLS:
            return _value(node)
        if node.tag == "label":
            return self._label(node)
        if {"field", "localized"} & node.classes and not any("field" in one.classes for one in node.below()):
            return self._field(node)
        return self._around(node, node.tag)

    def _around(self, node: Node, tag: str) -> str:
        inside = "".join(map(self.shown, node.inside))
        said = TAG.sub("", HEADED.sub("", inside)).strip()
        asks = any(one.tag in CONTROLS or one.tag in ACTS for one in node.below())
        if asks and not said:
            return ""
        start = DRIVEN.sub("", node.start)
        return start if node.tag in VOID else f"{start}{inside}</{tag}>"

    def _label(self, node: Node) -> str:
        asked = [one for one in node.below() if one.tag in CONTROLS]
        if any(one.given.get("type") in CHOSEN for one in asked):
            return f'<p class="cluster">{self._chosen}<span>{chosen}</span></p>' if (chosen := _choice(node)) else ""
        values = [value for one in asked if (value := _value(one))]
        return _fact(_said(node), values) if values else ""

    def _field(self, node: Node) -> str:
        names = [one for one in node.below() if one.tag in {"label", "legend"} and not _asks(one)]
        return _fact(_said(names[0]) if names else "", [*_values(node)])


def _fact(name: str, values: list[str]) -> str:
    if not values:
        return ""
    return f'<dl class="facts"><div><dt>{name}</dt><dd>{"<br>".join(values)}</dd></div></dl>'


def _values(node: Node) -> Iterator[str]:
    for one in node.inside:
        if isinstance(one, str) or one.tag in ACTS or one.classes & FOR_WRITING:
            continue
        if one.tag in CONTROLS:
            yield from filter(None, [_value(one)])
        elif one.tag == "label" and _asks(one):
            yield from filter(None, [_choice(one)])
        elif LINE in one.classes:
            name = next((each for each in one.below() if each.tag == "label"), Node("span", {}))
            look = Markup(' class="{}"').format(name.given["class"]) if "class" in name.given else ""
            yield from (f"<span{look}>{_said(name)}</span> {value}" for value in _values(one))
        else:
            yield from _values(one)


def _asks(label: Node) -> bool:
    return any(one.tag in CONTROLS for one in label.below())


def _choice(label: Node) -> str:
    """What a ticked box or the chosen one of several says; nothing of the others."""
    boxes = [one for one in label.below() if one.given.get("type") in CHOSEN]
    return _said(label) if any("checked" in box.given for box in boxes) else ""


def _said(node: Node) -> str:
    """A label's own words and signs, without what is filled in."""
    kept = (
        one if isinstance(one, str) else _as_it_is(one)
        for one in node.inside
        if isinstance(one, str) or not (one.tag in CONTROLS or one.tag in ACTS or one.classes & FOR_WRITING)
    )
    return "".join(kept).strip()


def _value(control: Node) -> str:
    if control.tag == "textarea":
        return control.words.strip()
    if control.tag == "select":
        return ", ".join(
            one.words.strip() for one in control.below() if one.tag == "option" and "selected" in one.given
        ) or _first(control)
    kind, value = control.given.get("type", "text"), control.given.get("value", "")
    if kind in SENT or kind in CHOSEN:
        return ""
    return str(escape(_in_words(kind, value)))


def _first(select: Node) -> str:
    options = [one for one in select.below() if one.tag == "option"]
    return options[0].words.strip() if options and options[0].given.get("value") else ""


def _in_words(kind: str, value: str) -> str:
    """Days and moments as the reader writes them; they stand in a form as machines do."""
    try:
        if kind == "date":
            return formats.format_date(date.fromisoformat(value))
        if kind == "datetime-local":
            moment = datetime.fromisoformat(value)
            return f"{formats.format_date(moment.date())}, {moment:%H:%M}"
    except ValueError:
        return value
    return value


def _as_it_is(node: Node) -> str:
    inside = "".join(one if isinstance(one, str) else _as_it_is(one) for one in node.inside)
    return node.start if node.tag in VOID or node.start.endswith("/>") else f"{node.start}{inside}</{node.tag}>"
