"""What only the company's own facts can say of a webhook: who asks, and where the address leads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quartier.config import Config
from quartier.i18n.texts import gettext as _
from quartier.outbound.addresses import Refused, checked, read
from quartier.viewer import Viewer
from quartier.webhooks.policies import readable
from quartier.webhooks.wording import refusal


def complaints(values: Mapping[str, Any], viewer: Viewer, config: Config) -> dict[str, str]:
    """Sentences by field; empty when it can be so. A name server is asked, so it may take a moment."""
    found = {}
    if "nouns" in values and not set(values["nouns"]) <= set(readable(viewer)):
        found["nouns"] = _("You can hand on only what you may see yourself, and only when you see the whole estate.")
    if "url" in values and (why := _why_not(values["url"], config)):
        found["url"] = refusal(why)
    return found


def _why_not(url: str, config: Config) -> str:
    try:
        checked(read(url, config), config)
    except Refused as refused:
        return refused.why
    return ""
