"""The platform's own look: ink instead of a colour, so that nobody takes the console for a customer's portal."""

from __future__ import annotations

from quartier.i18n.localized import LocalizedText
from quartier.tenancy.snapshot import Brand

CONSOLE_BRAND = Brand(
    app_name=LocalizedText(de="Quartier", en="Quartier", fr="Quartier"),
    theme="klar",
    colour="#1e2530",
    second="#d9dee7",
    digest="console",
    logo=None,
)
