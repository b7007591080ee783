"""From facts to words: in the voice that is bound, whenever somebody looks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quartier.i18n.localized import LocalizedText
from quartier.i18n.texts import current_voice
from quartier.mail.kinds import NotificationKind, Words


def plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as JSON knows them. A text in several languages is told from other values by being an object."""
    return {name: one.to_json() if isinstance(one, LocalizedText) else one for name, one in facts.items()}


def words_of(kind: NotificationKind, facts: Mapping[str, Any], author: str | None, default_language: str) -> Words:
    """What a notification says to the reader whose voice is bound."""
    language = current_voice().language
    said = {
        name: LocalizedText.from_json(one).pick(language, (default_language,)) if isinstance(one, dict) else one
        for name, one in facts.items()
    }
    return kind.tell({"important": False, **said, "author": author or ""})
