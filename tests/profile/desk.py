"""Forms of the account, and what became of them: a refused one is shown again by its page, not by the answer."""

from __future__ import annotations

from typing import Any, Final

from quartier.testing import SomeBody

REFUSED: Final = 422
"""What `sent` says of a form whose page was shown again with something wrong."""


def sent(body: SomeBody, path: str, data: Any, **more: Any) -> tuple[int, str]:
    """Send a form and go where it leads; its status, REFUSED where something is wrong with it, and the page."""
    browser = body.browser
    answer = browser.post(path, data, **more)
    assert answer.status_code == 303, "or a reload would send it again"
    page = browser.get(answer.headers["Location"].partition("#")[0]).text
    return (REFUSED if 'id="errors"' in page else 303), page
