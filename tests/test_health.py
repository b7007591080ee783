"""What a cluster asks, by IP address and without a company."""

from __future__ import annotations

from sqlalchemy import text

from quartier.app import Platform
from quartier.testing import Browser


def test_probes_need_no_host(platform: Platform) -> None:
    browser = Browser(platform, "10.0.0.7")
    assert {path: browser.get(path).status_code for path in ("/-/live", "/-/ready", "/-/other")} == {
        "/-/live": 200,
        "/-/ready": 200,
        "/-/other": 404,
    }


def test_a_silent_worker_is_missed(platform: Platform) -> None:
    browser = Browser(platform, "10.0.0.7")
    said = []
    for age in ("5 seconds", "5 minutes"):
        with platform.shell.platform.begin() as connection:
            connection.execute(text("DELETE FROM procrastinate_workers"))
            connection.execute(
                text("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - cast(:age AS interval))"),
                {"age": age},
            )
        said.append((browser.get("/-/worker").status_code, browser.get("/-/ready").status_code))
    assert said == [(200, 200), (503, 200)]
