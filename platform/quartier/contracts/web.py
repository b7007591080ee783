"""Pages of contracts."""

from __future__ import annotations

from quartier.web.pages import Pages

cockpit = Pages("contracts_cockpit", __name__, area="cockpit")
console = Pages("contracts_console", __name__, area="console")
