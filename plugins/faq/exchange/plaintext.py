"""Structure that plain text only hints at: what a person sees as a heading, a list or a remark, written as Markdown.

Texts come out of mail, word processors and web pages, with one line per paragraph or with lines broken anywhere. Where
a hint is not clear the words stay a paragraph; nothing is ever left out but a table of contents, which the page makes
itself, and single letters, which are icons that did not survive the copying.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from quartier.sdk import fold

LONGEST_HEADING, SHORT_HEADING = 90, 60  # characters
WRAPPED = range(50, 101)  # lengths of lines that a program may have broken

_CONTENTS = {"inhalt", "inhaltsverzeichnis", "contents", "table of contents", "sommaire", "table des matieres"}
_LABELS = {
    "WARNING": {"wichtig", "achtung", "warnung", "important", "warning", "caution", "attention"},
    "NOTE": {"hinweis", "bitte beachten", "please note", "note", "remarque", "a noter"},
    "TIP": {"tipp", "tip", "hint", "astuce", "conseil"},
}
_BULLET = re.compile(r"[-*•–·▪◦]\s+(?=\S)")
_NUMBER = re.compile(r"(\d{1,2})(?:[.)]\s+|\s+[-–]\s+)(?=\S)")
_LABEL = re.compile(r"([^\W\d_][\w ]{2,20}?)\s?:(?:\s+(.*))?")
_END = re.compile(r"[.!?:…][\"»”’)]*\Z")
_INSIDE = re.compile(r"[.!?] +[A-ZÄÖÜÉÈÀ]")
_SPECIAL, _ESCAPED = re.compile(r"([\\`*_\[\]<])"), r"\\\1"


def markdown_of(text: str) -> str:
    """Markdown with the structure that the text seems to have."""
    lines = _without_contents([line.strip() for line in text.split("\n") if len(line.strip()) != 1])
    return "\n\n".join(_blocks(lines)).strip()


def _without_contents(lines: list[str]) -> list[str]:
    """Drop "Contents" and the short lines after it, as they come again as headings."""
    for index, line in enumerate(lines):
        if fold(line) in _CONTENTS:
            end = index + 1
            while end < len(lines) and (not lines[end] or _is_announced(lines, end)):
                end += 1
            if end > index + 1:
                return lines[:index] + lines[end:]
    return lines


def _is_announced(lines: Sequence[str], index: int) -> bool:
    """Whether a line belongs to a table of contents: an item of its list, or words with which a later line begins."""
    words = fold(lines[index])
    return bool(_BULLET.match(lines[index])) or any(fold(line).startswith(words) for line in lines[index + 1 :])


def _blocks(lines: Sequence[str]) -> Iterator[str]:
    headings = _headings(lines)
    index = 0
    while index < len(lines):
        line = lines[index]
        if not line:
            index += 1
        elif index in headings:
            yield f"{'#' * headings[index]} {_SPECIAL.sub(_ESCAPED, line)}"
            index += 1
        elif kind := _remark(line):
            index, body = _remark_body(lines, index, headings)
            yield "\n".join((f"> [!{kind}] {_plain(_label(line))}", *(f"> {_plain(part)}" for part in body)))
        elif _BULLET.match(line) or _NUMBER.match(line):
            index, items = _items(lines, index, headings)
            yield "\n".join(items)
        else:
            index, paragraph = _paragraph(lines, index, headings)
            yield _plain(paragraph)


def _headings(lines: Sequence[str]) -> dict[int, int]:
    """Index → level. A heading stands above a sentence, or above another heading, which is then one level lower."""
    filled = [index for index, line in enumerate(lines) if line]
    found: dict[int, bool] = {}
    for index, following in reversed(list(pairwise(filled))):
        before = next((lines[i] for i in reversed(filled) if i < index), "")
        stands_above = following in found or _is_sentence(lines[following])
        if stands_above and _may_be_heading(lines[index]) and _may_start(lines, index, before):
            found[index] = following in found
    return _levels(lines, dict(sorted(found.items())))


def _levels(lines: Sequence[str], above: dict[int, bool]) -> dict[int, int]:
    levels: dict[int, int] = {}
    inside = numbered = False
    for index, has_heading_below in above.items():
        is_numbered = _NUMBER.match(lines[index]) is not None
        if has_heading_below or (numbered and is_numbered):
            inside, numbered = has_heading_below, is_numbered
            levels[index] = 2
        else:
            levels[index] = 3 if inside else 2
    return levels


def _may_be_heading(line: str) -> bool:
    first = line[:1]
    return (
        3 <= len(line) <= LONGEST_HEADING
        and (first.isupper() or bool(_NUMBER.match(line)))
        and not _BULLET.match(line)
        and line[-1] not in ".,;:…"
        and not _INSIDE.search(_NUMBER.sub("", line))
        and (len(line) <= SHORT_HEADING or not ("," in line or _NUMBER.match(line)))
    )


def _may_start(lines: Sequence[str], index: int, before: str) -> bool:
    """Whether the line can begin something: after an end, a blank line, or a line too long to have been broken."""
    after_blank = index == 0 or not lines[index - 1]
    if index + 1 < len(lines) and lines[index + 1][:1].islower():
        return False
    if _remark(before) and before.endswith(":"):
        return False
    ended = after_blank or bool(_END.search(before)) or len(before) not in WRAPPED
    sentence_like = lines[index][-1] in "!?" and not _NUMBER.match(lines[index])
    if after_blank and sentence_like:
        return False
    return ended or len(lines[index]) <= SHORT_HEADING // 2


def _is_sentence(line: str) -> bool:
    is_long = len(line) > SHORT_HEADING
    return line[-1:] in ".!?" or is_long or bool(_INSIDE.search(line)) or _remark(line) is not None


def _label(line: str) -> str:
    found = _LABEL.fullmatch(line)
    return found[1].strip() if found else ""


def _remark(line: str) -> str | None:
    """The kind of remark that a line begins with its label, such as "Hinweis:"."""
    label = fold(_label(line))
    return next((kind for kind, words in _LABELS.items() if label in words), None)


def _remark_body(lines: Sequence[str], index: int, headings: dict[int, int]) -> tuple[int, list[str]]:
    """The text of a remark: what follows the label, or the lines below it as long as they are as narrow."""
    found = _LABEL.fullmatch(lines[index])
    index += 1
    if found and found[2]:
        return index, [found[2]]
    body: list[str] = []
    while index < len(lines) and lines[index] and index not in headings and not _remark(lines[index]):
        if body and len(lines[index]) > WRAPPED.stop - 25:
            break
        start = index
        index, paragraph = _paragraph(lines, index, headings)
        body += [""] * bool(body) + [paragraph]
        if len(lines[start]) > WRAPPED.stop:
            break
    return index, body


def _items(lines: Sequence[str], index: int, headings: dict[int, int]) -> tuple[int, list[str]]:
    items: list[str] = []
    kind = _BULLET if _BULLET.match(lines[index]) else _NUMBER
    while index < len(lines) and index not in headings and (found := kind.match(lines[index])):
        mark = "-" if kind is _BULLET else f"{found[1]}."
        index, text = _paragraph([*lines[:index], lines[index][found.end() :], *lines[index + 1 :]], index, headings)
        items.append(f"{mark} {_plain(text)}")
    return index, items


def _paragraph(lines: Sequence[str], index: int, headings: dict[int, int]) -> tuple[int, str]:
    """Lines that belong together because one was broken in the middle of a sentence."""
    text = lines[index]
    last = text
    index += 1
    while index < len(lines) and lines[index] and index not in headings and _goes_on(last, lines[index]):
        last = lines[index]
        text = text[:-1] + last if text.endswith("-") and last[0].islower() else f"{text} {last}"
        index += 1
    return index, text


def _goes_on(line: str, following: str) -> bool:
    if _BULLET.match(following) or _NUMBER.match(following) or _remark(following):
        return False
    if following[0].islower():
        return not _END.search(line) or len(line) in WRAPPED
    return len(line) in WRAPPED and not _END.search(line)


def _plain(text: str) -> str:
    """The words as they are: signs that mean something in Markdown are meant as signs here."""
    escaped = _SPECIAL.sub(_ESCAPED, text)
    return re.sub(r"\A(\d+)([.)])(\s)", r"\1\\\2\3", re.sub(r"\A([-+#>])", r"\\\1", escaped))
