"""Texts that a company can start from: its own facts are filled in, and what only it knows is a gap.

A line `@CH`, `@EU`, `@PHONE` or `@NOPHONE` says for whom the paragraph below it is meant. The texts speak to nobody
directly, so that they fit companies that say du and companies that say Sie.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from string import Template
from typing import Final

from quartier.i18n.localized import LocalizedText
from quartier.tenancy.snapshot import Snapshot

FOLDER: Final = Path(__file__).parent / "starting"


def starting_text(key: str, company: Snapshot) -> LocalizedText:
    """The text of one of the usual documents in the company's languages; empty for a document of its own."""
    texts = {language: _source(key, language) for language in company.languages}
    filled = {language: _filled(text, company) for language, text in texts.items() if text}
    if company.country == "CH" and "de" in filled:
        filled["de"] = filled["de"].replace("ß", "ss")
    return LocalizedText(filled)


def _filled(text: str, company: Snapshot) -> str:
    meant = {"CH" if company.country == "CH" else "EU", "PHONE" if company.emergency_phone else "NOPHONE"}
    blocks = [block for block in text.strip().split("\n\n") if not block.startswith("@") or _mark(block) in meant]
    words = "\n\n".join(block.partition("\n")[2] if block.startswith("@") else block for block in blocks)
    facts = {"company": company.name, "address": company.host, "phone": company.emergency_phone or ""}
    return Template(_without_empty(words)).substitute(facts)


def _mark(block: str) -> str:
    return block.partition("\n")[0].removeprefix("@")


def _without_empty(text: str) -> str:
    """No heading without a paragraph below it."""
    blocks = text.split("\n\n")
    following = [*blocks[1:], "## "]
    pairs = zip(blocks, following, strict=True)
    return "\n\n".join(block for block, after in pairs if not (block.startswith("## ") and after.startswith("## ")))


@cache
def _source(key: str, language: str) -> str:
    path = FOLDER / f"{key}.{language}.md"
    return path.read_text(encoding="utf-8") if path.is_file() else ""
