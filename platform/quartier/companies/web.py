"""Pages of companies."""

from __future__ import annotations

from quartier.web.pages import Pages

cockpit = Pages("companies_cockpit", __name__, area="cockpit")
console = Pages("companies_console", __name__, area="console")
