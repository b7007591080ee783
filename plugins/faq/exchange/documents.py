"""Articles as files: one per article and language, Markdown with its facts on top, or whatever text somebody has.

`<article>.<language>.md` is what we write and what reads without a question. Everything else is read as well as it can
be, and each guess is told: a title from the first heading, a language from the words, structure from plain text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

import yaml
from marshmallow import ValidationError

from plugins.faq.exchange.plaintext import markdown_of
from plugins.faq.schemas import FileAudienceSchema, FrontMatterSchema
from quartier.sdk import LANGUAGES, complaints, fold, gettext

_ = gettext

TEXT_ENDINGS = {".md", ".markdown", ".txt"}
WEB_ENDINGS = {".html", ".htm", ".xhtml"}
LONGEST_FILE, LONGEST_FRONT = 400_000, 20_000  # bytes
LONGEST_TITLE = 110  # characters of a question or a call that stands in for a title
LONGEST_STATEMENT = 60  # characters of a statement that does; a longer one is an introduction, not a title
KNOWN = FrontMatterSchema().fields.keys() | FileAudienceSchema().fields.keys()

_FENCE = re.compile(r"\A---[ \t]*\n((?:.*?\n)??)---[ \t]*(?:\n|\Z)", re.DOTALL)
_IN_NAME = re.compile(rf"(.+?)[._-]({'|'.join(LANGUAGES)})", re.IGNORECASE)
_HEADING = re.compile(r"#{1,6}[ \t]+(.+?)[ \t]*#*")
_LOOKS_LIKE_HTML = re.compile(r"\s*(<!doctype html|<html|<head|<body|<div|<p[ >])", re.IGNORECASE)
_TELLING_WORDS = {
    "de": set("der die das und ist nicht sie wir ein eine mit fur auf den von zu im des dem werden oder".split()),
    "en": set("the and is of to in for you with that this are on be not it your or as can".split()),
    "fr": set("le la les et est des une un vous pour dans que pas sur avec du au par ce qui ou".split()),
}


@dataclass(frozen=True)
class Complaint:
    """What is wrong in a file, or worth a look: `line` counts from 1, None where it is about the whole file."""

    file: str
    line: int | None
    reason: str
    is_error: bool = True


class Unreadable(Exception):
    """A file that cannot be taken, with everything that is wrong with it."""

    def __init__(self, *found: Complaint) -> None:
        super().__init__(found)
        self.complaints = found


@dataclass(frozen=True)
class Document:
    """One article in one language. `facts` are those that the file states; `notes` are the guesses made."""

    file: str
    article: str
    language: str
    title: str
    summary: str
    body: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[Complaint, ...] = ()


def read_document(file: str, raw: bytes) -> Document:
    """Read one file. Raises Unreadable."""
    path = PurePosixPath(file)
    if path.suffix.lower() in WEB_ENDINGS:
        raise _refused(file, _("This is a web page. Please save it as text or Markdown."))
    if len(raw) > LONGEST_FILE:
        raise _refused(file, _("This file is too large for an article: at most 400 kB are read."))
    text = _decoded(file, raw)
    if _LOOKS_LIKE_HTML.match(text):
        raise _refused(file, _("This is a web page. Please save it as text or Markdown."))
    return _document(file, *_front_matter(file, text))


def _document(file: str, front: dict[str, Any], lines: Mapping[str, int], rest: str) -> Document:
    path = PurePosixPath(file)
    strange = sorted(lines.keys() - KNOWN, key=lambda name: lines[name])
    left_out = {name: _("“%(name)s” is not known here and was left out.", name=name) for name in strange}
    notes = [_note(file, reason, lines[name]) for name, reason in left_out.items()]
    if path.suffix.lower() == ".txt" and not front:
        rest = markdown_of(rest)
    title, body = str(front.pop("title", "")).strip(), rest.strip()
    if not title:
        title, body = _title_of(file, body)
        if len(title) > LONGEST_STATEMENT and body.startswith(title) and (by_name := _title_in_name(path)):
            title = by_name
            notes.append(_note(file, _("The title was taken from the name of the file: “%(title)s”.", title=title)))
        else:
            title = _shortened(title)
            notes.append(_note(file, _("The title was taken from the text: “%(title)s”.", title=title)))
    named = _IN_NAME.fullmatch(path.stem)
    language = front.pop("language", None) or (named[2].lower() if named else None)
    if language is None:
        language = _guessed_language(f"{title} {body}")
        notes.append(_note(file, _("The language was guessed from the words: %(language)s.", language=language)))
    article = named[1] if named else (path.stem if front or lines else title)
    summary = front.pop("summary", "")
    return Document(file, article, language, title, summary.strip(), body, front, lines, tuple(notes))


def _decoded(file: str, raw: bytes) -> str:
    """UTF-8, or what old programs on Windows write; never a guess that loses a letter."""
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    if "\0" in text or text.count("\ufffd") > 3:
        raise _refused(file, _("This is not a text file."))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise _refused(file, _("This file is empty."))
    return text


def _front_matter(file: str, text: str) -> tuple[dict[str, Any], dict[str, int], str]:
    found = _FENCE.match(text)
    if found is None:
        if text.startswith("---\n") and re.match(r"[\w-]+:", text[4:]):
            raise _refused(file, _("The facts on top have no end: a second line --- is missing."), 1)
        return {}, {}, text
    lines = {match[1]: number for number, line in enumerate(found[1].split("\n"), 2) if (match := _key(line))}
    given = _parsed(file, found[1])
    try:
        return FrontMatterSchema().load(given), lines, text[found.end() :]
    except ValidationError as error:
        raise Unreadable(*_complaints(file, error, lines)) from error


def _key(line: str) -> re.Match[str] | None:
    return re.match(r"\s*([\w-]+)\s*:", line)


def _complaints(file: str, error: ValidationError, lines: Mapping[str, int]) -> list[Complaint]:
    found = []
    for place, reasons in complaints(error, FrontMatterSchema()).items():
        name = next((part for part in reversed(place.split(".")) if part in lines), place)
        found += [Complaint(file, lines.get(name), f"{name}: {reason}") for reason in reasons]
    return found


class _Plain(yaml.SafeLoader):
    """YAML without references: a few of them can stand for more text than fits into memory."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.composer.ComposerError(None, None, "references are not read here", self.get_mark())
        return super().compose_node(parent, index)


def _parsed(file: str, front: str) -> dict[str, Any]:
    if len(front) > LONGEST_FRONT:
        raise _refused(file, _("The facts on top are too long."), 1)
    try:
        given = yaml.load(front, _Plain)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        reason = _("The facts on top cannot be read. Put texts with a colon in quotation marks.")
        raise _refused(file, reason, line) from error
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise _refused(file, _("The facts on top must be lines such as “category: heating”."), 2)
    return {str(name): value for name, value in given.items()}


def _title_of(file: str, body: str) -> tuple[str, str]:
    """A title and what remains: the first heading, a first line that reads like one, or the first sentence, which
    stays in the text unless it is a question or a call."""
    first, _newline, rest = body.partition("\n")
    if heading := _HEADING.fullmatch(first.strip()):
        return _bare(heading[1]), rest.strip()
    if (later := re.search(r"(?m)^# +(.+)$", body)) is not None:
        return _bare(later[1]), (body[: later.start()] + body[later.end() :]).strip()
    line = _bare(first)
    if not line:
        raise _refused(file, _("There is no title in this file."), 1)
    if len(line) <= LONGEST_TITLE and line[-1] not in ".:;," and (not rest or rest.startswith("\n")):
        return line, rest.strip()
    sentence = re.split(r"(?<=[.!?])\s", _bare(body.split("\n\n", 1)[0].replace("\n", " ")), maxsplit=1)[0]
    if sentence[-1] in "!?" and len(sentence) <= LONGEST_TITLE and body.startswith(sentence):
        return sentence, body[len(sentence) :].strip()
    return sentence.rstrip("."), body


def _title_in_name(path: PurePosixPath) -> str:
    """`erste-schritte.de.txt` → `Erste schritte`; nothing where the name tells no words, such as `003_27c8`."""
    named = _IN_NAME.fullmatch(path.stem)
    words = re.split(r"[\W_]+", named[1] if named else path.stem)
    if len(words) < 2 or not all(word.isalpha() for word in words):
        return ""
    name = " ".join(words)
    return name[:1].upper() + name[1:]


def _bare(markdown: str) -> str:
    """The words without the signs of Markdown around them."""
    words = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", markdown.strip().lstrip("#>-*+ "))
    return re.sub(r"(?<!\\)[*_`]", "", words).replace("\\", "").strip()


def _shortened(text: str) -> str:
    if len(text) <= LONGEST_TITLE:
        return text
    return f"{text[:LONGEST_TITLE].rpartition(' ')[0].rstrip(' ,;:–-')} …"


def _guessed_language(text: str) -> str:
    words = fold(text).split()
    counts = {language: sum(word in telling for word in words) for language, telling in _TELLING_WORDS.items()}
    return max(counts, key=lambda language: counts[language])


def _refused(file: str, reason: str, line: int | None = None) -> Unreadable:
    return Unreadable(Complaint(file, line, reason))


def _note(file: str, reason: str, line: int | None = None) -> Complaint:
    return Complaint(file, line, reason, is_error=False)


def write_document(document: Document) -> str:
    """The file of a document, such that reading it gives the same again."""
    front = {"title": document.title, "summary": document.summary} if document.summary else {"title": document.title}
    top = yaml.dump({**front, **document.facts}, Dumper=_Flow, allow_unicode=True, sort_keys=False, width=10_000)
    return f"---\n{top}---\n{document.body}\n"


class _Flow(yaml.SafeDumper):
    """Lists in one line, as people write them."""

    def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> Any:
        return super().represent_sequence(tag, sequence, flow_style=True)
