"""Where the pages of addresses stand."""

from __future__ import annotations

from quartier.web.pages import Pages

app = Pages("readdressing", __name__, area="app")
