"""What a first visit costs over the wire: a phone in a cellar has little of it.

Counted are all answers that a page causes, as they travel (with headers, compressed), except pictures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic

import pytest

from quartier.testing import SomeCompany
from tests.journeys import pages
from tests.journeys.conftest import PATIENCE, Finds, Opens
from tests.journeys.guest import Guest

FIRST = pages.BRANDS[0]
BUDGET = 60_000  # bytes
# A page on which nothing moves is never idle where there are no windows: then a second is enough.
IDLE = "() => new Promise(done => requestIdleCallback(done, {timeout: 1000}))"
PICTURES = frozenset({"Image", "Other"})


@dataclass(frozen=True)
class Visit:
    """Bytes over the wire, and how many answers there were of each kind."""

    size: int
    kinds: Counter[str]


def weigh(guest: Guest, path: str) -> Visit:
    """Open a page for the first time, with an empty cache."""
    types: dict[str, str] = {}
    sizes: dict[str, int] = {}
    session = guest.context.new_cdp_session(guest.page)
    session.on("Network.responseReceived", lambda event: types.update({event["requestId"]: event["type"]}))
    session.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    session.on("Network.loadingFailed", lambda event: types.pop(event["requestId"], None))  # given up by the page
    session.send("Network.enable")
    session.send("Network.clearBrowserCache")
    guest.goes(path)
    guest.page.evaluate(IDLE)  # what scripts fetch when the page stands, they ask for now
    until, seen = monotonic() + PATIENCE / 1000, counted(types)
    while seen.keys() - sizes.keys():
        assert monotonic() < until, f"{path}: an answer has no end"
        guest.page.evaluate(IDLE)
        seen = counted(types)
    session.detach()
    return Visit(sum(sizes[key] for key in seen), Counter(seen.values()))


def counted(types: Mapping[str, str]) -> dict[str, str]:
    """All answers but pictures."""
    return {key: kind for key, kind in types.items() if kind not in PICTURES}


def paths(company: SomeCompany) -> tuple[str, ...]:
    """What residents see; of a further brand the first page, for what it weighs more is its logo and its cover."""
    return tuple(path for path in pages.app(company) if path != "/no-such-page") if company.slug == FIRST else ("/",)


@pytest.mark.parametrize("brand", pages.BRANDS)
def test_a_page_of_the_app_is_light(
    demo: Finds, opens: Opens, brand: str, record_property: Callable[[str, object], None]
) -> None:
    company = demo(brand)
    guest = opens(company.host, size="phone", language=company.languages[0])
    guest.has_session(company.resident().session_token())
    found = {path: weigh(guest, path) for path in paths(company)}
    record_property("bytes", {path: visit.size for path, visit in found.items()})
    assert {path: visit.size for path, visit in found.items() if visit.size > BUDGET} == {}
    assert {visit.kinds["Stylesheet"] for visit in found.values()} == {1}
    assert max(visit.kinds["Script"] for visit in found.values()) <= 2
