"""Where the pages of one's own profile stand."""

from __future__ import annotations

from quartier.web.again import forget_left
from quartier.web.pages import Pages

app = Pages("profile", __name__, area="app")
app.after_request(forget_left)
