"""Documents as files: `legal/documents.toml` with the facts, and the text of each in `legal/<document>.<language>.md`.

    [terms]
    from = 2026-04-01
    agreement = true

    [house-rules]
    title = { de = "Hausordnung", fr = "Règlement de maison" }
    from = 2026-04-01

A folder holds what is in force or announced: the version published last. Drafts and earlier versions stay in the
database.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import tomlkit

from quartier.i18n.localized import LocalizedText
from quartier.i18n.voice import LANGUAGES
from quartier.legal.kinds import EXTRA, NOTICES, TITLES
from quartier.legal.services import gaps

FACTS: Final = "documents.toml"
KEY: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
KNOWN: Final = {"title", "from", "agreement"}


@dataclass(frozen=True)
class Written:
    """A document as a folder has it."""

    title: LocalizedText
    starts: date
    needs_agreement: bool
    text: LocalizedText


def read_documents(folder: Path, default: str) -> dict[str, Written]:
    """What a folder says, by key, in its order. Raises ValueError, which names the file and what is wrong."""
    path = folder / FACTS
    if not path.is_file():
        return {}
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: {error}") from error
    if len([key for key in given if key not in TITLES]) > EXTRA:
        raise ValueError(f"{path}: at most {EXTRA} documents of its own")
    if strange := sorted(one.name for one in folder.glob("*.md") if one.name.split(".")[0] not in given):
        raise ValueError(f"{folder / strange[0]}: {FACTS} does not know this document")
    return {key: _document(folder, key, facts, default) for key, facts in given.items()}


def write_documents(folder: Path, documents: dict[str, Written]) -> None:
    """The same folder, so that reading it says the same."""
    if not documents:
        return
    folder.mkdir(exist_ok=True)
    facts = tomlkit.document()
    for key, one in documents.items():
        table = tomlkit.table()
        if key not in TITLES:
            title = tomlkit.inline_table()
            title.update(one.title.to_json())
            table["title"] = title
        table["from"] = one.starts
        if one.needs_agreement:
            table["agreement"] = True
        facts[key] = table
        for language, text in one.text.items():
            (folder / f"{key}.{language}.md").write_text(f"{text.strip()}\n", encoding="utf-8")
    (folder / FACTS).write_text(tomlkit.dumps(facts), encoding="utf-8")


def _document(folder: Path, key: str, facts: Any, default: str) -> Written:
    path = folder / FACTS
    if not KEY.fullmatch(key) or not isinstance(facts, dict):
        raise ValueError(f"{path}: {key!r} is no name of a document")
    if strange := facts.keys() - KNOWN:
        raise ValueError(f"{path}: {key}.{min(strange)}: there is no such key")
    starts, agreement = facts.get("from"), facts.get("agreement", False)
    if type(starts) is not date:
        raise ValueError(f"{path}: {key}.from: a day is missing, such as 2026-04-01")
    if not isinstance(agreement, bool) or (agreement and key in NOTICES):
        raise ValueError(f"{path}: {key}.agreement: true or false, and never for a notice")
    title = LocalizedText() if key in TITLES else LocalizedText.from_json(facts.get("title", {}))
    if key not in TITLES and default not in title:
        raise ValueError(f"{path}: {key}.title: the title in {default} is missing")
    return Written(title, starts, agreement, _text(folder, key, default))


def _text(folder: Path, key: str, default: str) -> LocalizedText:
    files: dict[str, Path] = {language: folder / f"{key}.{language}.md" for language in LANGUAGES}
    texts = LocalizedText(
        {language: path.read_text(encoding="utf-8").strip() for language, path in files.items() if path.is_file()}
    )
    if default not in texts:
        raise ValueError(f"{files[default]}: the text is missing")
    for language, text in texts.items():
        if left := gaps(text):
            raise ValueError(f"{files[language]}: a gap is still open: {left[0]!r}")
    return texts
