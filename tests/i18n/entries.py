"""Entries of .po files, as the tests write them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

WritePo = Callable[..., Path]
"""The fixture `po`: folder, file name and entries → the folder."""


def entry(msgid: str, *forms: str, plural: str = "", context: str = "", comment: str = "") -> str:
    """One entry of a .po file."""
    lines = [comment] if comment else []
    if context:
        lines.append(f'msgctxt "{context}"')
    lines.append(f'msgid "{msgid}"')
    if plural:
        lines += [f'msgid_plural "{plural}"', *(f'msgstr[{i}] "{form}"' for i, form in enumerate(forms))]
    else:
        lines.append(f'msgstr "{forms[0]}"')
    return "\n".join(lines)
