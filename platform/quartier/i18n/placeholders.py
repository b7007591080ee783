"""Named %-placeholders in texts, the only ones that gettext, Jinja and translators agree on."""

from __future__ import annotations

import re

_PLACEHOLDER = re.compile(r"%\([A-Za-z_]\w*\)[-#0 +]*\d*(?:\.\d+)?[diouxXeEfFgGcrsa]")


def placeholders(text: str) -> frozenset[str]:
    """Each placeholder with its type, such as "%(name)s"."""
    return frozenset(_PLACEHOLDER.findall(text.replace("%%", "")))


def has_stray_percent(text: str) -> bool:
    """Whether a % is neither a placeholder nor doubled: formatting such a text would raise."""
    return "%" in _PLACEHOLDER.sub("", text.replace("%%", ""))


def formats_like(text: str, *originals: str) -> bool:
    """Whether the text can be formatted with what the caller of the originals passes, so that it can never raise."""
    return not has_stray_percent(text) and placeholders(text) <= frozenset().union(*map(placeholders, originals))
