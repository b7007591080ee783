"""What other people's Flask code learns from Flask-Babel."""

from __future__ import annotations

from datetime import UTC, datetime

import flask_babel
import pytest

from quartier.app import Platform
from quartier.testing import SomeCompany

NEW_YEAR = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)


def asked(platform: Platform, host: str, language: str) -> tuple[str, str]:
    """The locale and a moment, as Flask-Babel has them in the middle of a request."""
    app = platform.console if host.startswith("console.") else platform.portal
    with app.test_request_context("/sign-in", headers={"Host": host, "Accept-Language": language}):
        app.preprocess_request()
        return str(flask_babel.get_locale()), flask_babel.format_datetime(NEW_YEAR, "dd.MM.yyyy HH:mm")


@pytest.mark.parametrize(("language", "locale"), [("de", "de_CH"), ("fr", "fr_CH"), ("en", "en_GB")])
def test_it_speaks_and_counts_time_as_the_visit_does(brunnenhof: SomeCompany, language: str, locale: str) -> None:
    assert asked(brunnenhof.platform, brunnenhof.host, language) == (locale, "01.01.2027 00:30")


def test_the_console_has_a_language_and_no_zone(platform: Platform) -> None:
    host = platform.shell.config.console_host
    assert asked(platform, host, "fr") == ("fr_CH", "31.12.2026 23:30")
