"""Markdown to HTML that may be shown to anybody: what an editor types is never trusted with more than this page allows.

Two walls, one behind the other: the parser knows no raw HTML and drops targets it does not know, and nh3 lets only the
listed elements and attributes through, whatever came before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from quartier.i18n.search import fold

FILE = "files/"
SCHEMES = ("http", "https", "mailto", "tel")
CALLOUTS = {
    "NOTE": ("callout", "info"),
    "TIP": ("callout callout-success", "light"),
    "WARNING": ("callout callout-warning", "alert"),
}

_TAGS = set("p h2 h3 ul ol li a strong em s br hr blockquote code pre table thead tbody tr th td img div".split())
_ATTRIBUTES = {"a": {"href", "rel"}, "img": {"src", "alt", "loading"}, "h2": {"id"}, "h3": {"id"}, "ol": {"start"}}
_CLASSES = {
    "div": {"callout", "callout-success", "callout-warning", "table-wrap"},
    "p": {"callout-title"},
    "th": {"num"},
    "td": {"num"},
}
_MARKER = re.compile(r"\[!(NOTE|TIP|WARNING)\][ \t]*(.*)")
_SCHEME = re.compile(r"([^/?#:]*):")  # wider than the rule, for what is not quite a scheme is no address of ours either
_INVISIBLE = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\ufeff]")
_CALLOUT = re.compile(r'<div class="(callout(?: callout-\w+)?)">')
_ICONS = dict(CALLOUTS.values())


@dataclass(frozen=True)
class Heading:
    """A place in a text to jump to; `level` is 2 or 3."""

    level: int
    anchor: str
    text: str


@dataclass(frozen=True)
class RichText:
    """A rendered text: safe `html`, its headings, and its words without any markup."""

    html: str
    headings: tuple[Heading, ...]
    plain: str


def render_markdown(source: str, files: Mapping[str, str] | None = None) -> RichText:
    """Render CommonMark with tables and call-outs; `files` gives the address of each attachment by its name.

    Pictures come from the text's own attachments only; any other leaves its description behind.
    """
    files = files or {}
    tokens = _PARSER.parse(source)
    _make_callouts(tokens)
    headings = tuple(_name_headings(tokens))
    for token in tokens:
        token.children = list(_safe_inline(token.children, files)) if token.children else token.children
        _own_attributes(token)
    html: str = _PARSER.renderer.render(tokens, _PARSER.options, {})
    return RichText(_clean(html, frozenset(files.values())), headings, _plain(tokens))


def with_icons(html: str, icon: Callable[[str], Markup]) -> Markup:
    """The stored HTML with a drawing in each call-out; its address changes with each release, so it is not stored."""
    return Markup(_CALLOUT.sub(lambda found: found[0] + str(icon(_ICONS[found[1]])), html))  # noqa: S704 - cleaned by nh3


def _clean(html: str, pictures: Collection[str]) -> str:
    """A picture from anywhere but the text's own files would tell a stranger who reads what."""

    def own(tag: str, attribute: str, value: str) -> str | None:
        return None if (tag, attribute) == ("img", "src") and value not in pictures else value

    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        allowed_classes=_CLASSES,
        url_schemes=set(SCHEMES),
        link_rel=None,
        attribute_filter=own,
    )


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").enable("strikethrough")
    parser.validateLink = bool  # type: ignore[method-assign,assignment]  # `_safe_inline` decides, and keeps the words
    return parser


_PARSER = _parser()


def _make_callouts(tokens: list[Token]) -> None:
    """A quotation that begins with `[!WARNING] Title` becomes a call-out; the rest of its first line is the title."""
    opened: list[bool] = []
    for index, token in enumerate(tokens):
        if token.type == "blockquote_open":
            opened.append(_becomes_callout(tokens, index))
        elif token.type == "blockquote_close" and opened.pop():
            token.tag = "div"


def _becomes_callout(tokens: list[Token], at: int) -> bool:
    inline = tokens[at + 2] if len(tokens) > at + 2 else None
    if inline is None or inline.type != "inline":
        return False
    first, _newline, rest = inline.content.partition("\n")
    if (found := _MARKER.fullmatch(first)) is None:
        return False
    tokens[at].tag = "div"
    tokens[at].attrs = {"class": CALLOUTS[found[1]][0]}
    title, body = found[2].strip(), rest.strip()
    _say(inline, title or body)
    if title:
        tokens[at + 1].attrs = {"class": "callout-title"}
    if title and body:
        tokens[at + 4 : at + 4] = _paragraph(body)
    return True


def _paragraph(text: str) -> list[Token]:
    inline = Token("inline", "", 0, block=True)
    _say(inline, text)
    return [Token("paragraph_open", "p", 1, block=True), inline, Token("paragraph_close", "p", -1, block=True)]


def _say(inline: Token, text: str) -> None:
    parsed = _PARSER.parseInline(text)
    inline.content, inline.children = text, parsed[0].children if parsed else []


def _name_headings(tokens: Sequence[Token]) -> Iterator[Heading]:
    """Two levels below the title of the page; each gets an anchor of its own that no other part of the page has."""
    taken: set[str] = set()
    for index, token in enumerate(tokens):
        if token.type in ("heading_open", "heading_close"):
            token.tag = _level(token.tag)
        if token.type == "heading_open":
            text = _words(tokens[index + 1])
            anchor = _free(f"s-{fold(text).replace(' ', '-')[:60] or 'x'}", taken)
            token.attrs = {"id": anchor}
            yield Heading(int(token.tag[1]), anchor, text)


def _level(tag: str) -> str:
    return "h2" if tag in ("h1", "h2") else "h3"


def _free(wanted: str, taken: set[str]) -> str:
    anchor, number = wanted, 2
    while anchor in taken:
        anchor, number = f"{wanted}-{number}", number + 1
    taken.add(anchor)
    return anchor


def _own_attributes(token: Token) -> None:
    """Alignment becomes a class, because a style attribute is refused by the pages' security policy."""
    style = str(token.attrs.pop("style", ""))
    if "right" in style:
        token.attrs["class"] = "num"


def _safe_inline(children: Sequence[Token], files: Mapping[str, str]) -> Iterator[Token]:
    """Links and pictures with targets that we allow; of all others only the words are left."""
    dropped: list[bool] = []
    for token in children:
        if token.type == "link_open":
            target = _target(str(token.attrs.get("href", "")), files)
            dropped.append(target is None)
            if target is None:
                continue
            token.attrs = _link(target)
        elif token.type == "link_close" and dropped.pop():
            continue
        yield _picture(token, files) if token.type == "image" else token


def _link(target: str) -> dict[str, str | int | float]:
    leaves = target.startswith("//") or target.lower().startswith(("http:", "https:"))
    return {"href": target, "rel": "noopener"} if leaves else {"href": target}


def _picture(token: Token, files: Mapping[str, str]) -> Token:
    name = str(token.attrs.get("src", ""))
    source = _file(name, files)
    if source is None:
        words = Token("text", "", 0)
        words.content = token.content
        return words
    token.attrs = {"src": source, "alt": token.content, "loading": "lazy"}
    return token


def _target(url: str, files: Mapping[str, str]) -> str | None:
    """Where a link may go, None when it may not; browsers skip invisible signs in a scheme, so we do as well."""
    bare = _INVISIBLE.sub("", url)
    if bare.startswith(FILE):
        return _file(bare, files)
    scheme = _SCHEME.match(bare)
    if scheme is None:
        return bare or None
    return bare if scheme[1].lower() in SCHEMES else None


def _file(url: str, files: Mapping[str, str]) -> str | None:
    name = url.removeprefix(FILE)
    return files[name] if url.startswith(FILE) and name in files else None


def _plain(tokens: Sequence[Token]) -> str:
    return "\n".join(_words(token) for token in tokens if token.type in ("inline", "fence", "code_block"))


def _words(token: Token) -> str:
    if not token.children:
        return token.content
    parts = (" " if child.type in ("softbreak", "hardbreak") else child.content for child in token.children)
    return "".join(parts)
