"""What a cluster asks, by IP address and without a company."""

from __future__ import annotations

from quartier.app import Platform
from quartier.testing import Browser


def test_probes_need_no_host(platform: Platform) -> None:
    browser = Browser(platform, "10.0.0.7")
    assert {path: browser.get(path).status_code for path in ("/-/live", "/-/ready", "/-/other")} == {
        "/-/live": 200,
        "/-/ready": 200,
        "/-/other": 404,
    }
