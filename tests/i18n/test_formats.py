from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from quartier.i18n import (
    Voice,
    format_date,
    format_moment,
    format_money,
    format_number,
    format_range,
    format_relative,
    format_time,
    using,
    zone_of_reader,
)
from quartier.i18n.formats import DateStyle
from quartier.i18n.voice import Language, own_habits

ZURICH, LONDON = ZoneInfo("Europe/Zurich"), ZoneInfo("Europe/London")
SWISS, HAMBURG = Voice("de", region="CH"), Voice("de", "informal", "DE")
LAUSANNE, PARIS, ENGLISH = Voice("fr", region="CH"), Voice("fr", region="FR"), Voice("en", region="CH")
DAY = date(2026, 11, 24)
MOMENT = datetime(2026, 11, 24, 7, 10, tzinfo=UTC)  # 8.10 in Zürich

pytestmark = pytest.mark.usefixtures("own_words")


def soft(text: str) -> str:
    """The text with ~ for a hard space and _ for a narrow one, so that the tests can be read."""
    return text.replace("\u00a0", "~").replace("\u202f", "_")


@pytest.mark.parametrize(
    ("voice", "style", "written"),
    [
        (SWISS, "long", "24.~November 2026"),
        (SWISS, "weekday", "Dienstag, 24.~November 2026"),
        (SWISS, "day", "24.~November"),
        (SWISS, "month", "November 2026"),
        (SWISS, "short", "24.11.2026"),
        (HAMBURG, "long", "24.~November 2026"),
        (HAMBURG, "short", "24.11.2026"),
        (LAUSANNE, "long", "24~novembre 2026"),
        (LAUSANNE, "weekday", "mardi 24~novembre 2026"),
        (LAUSANNE, "short", "24.11.2026"),
        (PARIS, "short", "24/11/2026"),
        (ENGLISH, "long", "24~November 2026"),
        (ENGLISH, "weekday", "Tuesday 24~November 2026"),
        (ENGLISH, "short", "24/11/2026"),
    ],
)
def test_dates(voice: Voice, style: DateStyle, written: str) -> None:
    with using(voice):
        assert soft(format_date(DAY, style)) == written


@pytest.mark.parametrize(
    ("style", "written"),
    [
        ("long", "1er~décembre 2026"),
        ("weekday", "mardi 1er~décembre 2026"),
        ("day", "1er~décembre"),
        ("month", "décembre 2026"),
        ("short", "01.12.2026"),
    ],
)
def test_the_first_of_a_french_month_is_an_ordinal(style: DateStyle, written: str) -> None:
    with using(LAUSANNE):
        assert soft(format_date(date(2026, 12, 1), style)) == written


@pytest.mark.parametrize(
    ("voice", "long", "full_hour"),
    [
        (SWISS, "8.10~Uhr", "9.00~Uhr"),
        (HAMBURG, "8:10~Uhr", "9:00~Uhr"),
        (LAUSANNE, "8~h~10", "9~h"),
        (PARIS, "8~h~10", "9~h"),
        (ENGLISH, "08:10", "09:00"),
    ],
)
def test_times(voice: Voice, long: str, full_hour: str) -> None:
    with using(voice):
        assert soft(format_time(MOMENT, ZURICH)) == long
        assert soft(format_time(MOMENT + timedelta(minutes=50), ZURICH)) == full_hour
        assert format_time(MOMENT, ZURICH, "short") == "08:10"


def test_an_instant_is_shown_in_the_zone_of_the_place() -> None:
    late = datetime(2026, 7, 31, 22, 30, tzinfo=UTC)
    assert (soft(format_date(late, zone=ZURICH)), format_time(late, ZURICH)) == ("1~August 2026", "00:30")
    assert (soft(format_date(late, zone=LONDON)), format_time(late, LONDON)) == ("31~July 2026", "23:30")


def test_an_instant_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="pass zone"):
        format_date(MOMENT)
    with pytest.raises(ValueError, match="without time zone"):
        format_time(datetime(2026, 11, 24, 8, 10), ZURICH)


@pytest.mark.parametrize(
    ("voice", "long", "short"),
    [
        (SWISS, "24.~November 2026 um 8.10~Uhr", "24.11.2026, 08:10"),
        (LAUSANNE, "24~novembre 2026 à 8~h~10", "24.11.2026, 08:10"),
        (ENGLISH, "24~November 2026 at 08:10", "24/11/2026, 08:10"),
    ],
)
def test_moments(voice: Voice, long: str, short: str) -> None:
    with using(voice):
        assert soft(format_moment(MOMENT, ZURICH)) == long
        assert format_moment(MOMENT, ZURICH, "short") == short


@pytest.mark.parametrize(
    ("later", "swiss", "french", "english"),
    [
        (timedelta(seconds=20), "gerade eben", "à l’instant", "just now"),
        (timedelta(minutes=5), "vor 5 Minuten", "il y a 5 minutes", "5 minutes ago"),
        (timedelta(minutes=59, seconds=59), "vor 59 Minuten", "il y a 59 minutes", "59 minutes ago"),
        (timedelta(minutes=-5), "in 5 Minuten", "dans 5 minutes", "in 5 minutes"),
        (timedelta(hours=1), "heute um 8.10~Uhr", "aujourd’hui à 8~h~10", "today at 08:10"),
        (timedelta(hours=-2), "heute um 8.10~Uhr", "aujourd’hui à 8~h~10", "today at 08:10"),
        (timedelta(hours=16), "gestern um 8.10~Uhr", "hier à 8~h~10", "yesterday at 08:10"),
        (timedelta(hours=-9), "morgen um 8.10~Uhr", "demain à 8~h~10", "tomorrow at 08:10"),
        (timedelta(days=3), "24.~November um 8.10~Uhr", "24~novembre à 8~h~10", "24~November at 08:10"),
        (timedelta(days=90), "24.~November 2026 um 8.10~Uhr", "24~novembre 2026 à 8~h~10", "24~November 2026 at 08:10"),
    ],
)
def test_relative_to_now(later: timedelta, swiss: str, french: str, english: str) -> None:
    for voice, text in ((SWISS, swiss), (LAUSANNE, french), (ENGLISH, english)):
        with using(voice):
            assert soft(format_relative(MOMENT, ZURICH, now=MOMENT + later)) == text


def test_now_is_the_clock_when_nobody_says_otherwise() -> None:
    with using(SWISS):
        assert format_relative(datetime.now(UTC), ZURICH) == "gerade eben"


@pytest.mark.parametrize(
    ("first", "last", "swiss", "french", "english"),
    [
        (DAY, DAY, "24.~November 2026", "24~novembre 2026", "24~November 2026"),
        (DAY, date(2026, 11, 28), "24.–28.~November 2026", "24–28~novembre 2026", "24–28~November 2026"),
        (date(2026, 11, 1), date(2026, 11, 3), "1.–3.~November 2026", "1er–3~novembre 2026", "1–3~November 2026"),
        (
            DAY,
            date(2026, 12, 1),
            "24.~November~– 1.~Dezember 2026",
            "24~novembre~– 1er~décembre 2026",
            "24~November~– 1~December 2026",
        ),
        (
            DAY,
            date(2027, 11, 24),
            "24.~November 2026~– 24.~November 2027",
            "24~novembre 2026~– 24~novembre 2027",
            "24~November 2026~– 24~November 2027",
        ),
        (DAY, None, "ab 24.~November 2026", "dès le 24~novembre 2026", "from 24~November 2026"),
        (None, DAY, "bis 24.~November 2026", "jusqu’au 24~novembre 2026", "until 24~November 2026"),
    ],
)
def test_ranges(first: date | None, last: date | None, swiss: str, french: str, english: str) -> None:
    for voice, text in ((SWISS, swiss), (LAUSANNE, french), (ENGLISH, english)):
        with using(voice):
            assert soft(format_range(first, last)) == text


def test_ranges_of_instants_and_impossible_ones() -> None:
    assert soft(format_range(MOMENT, MOMENT + timedelta(days=1), zone=ZURICH)) == "24–25~November 2026"
    with pytest.raises(ValueError, match="before it starts"):
        format_range(DAY, DAY - timedelta(days=1))
    with pytest.raises(ValueError, match="at least one end"):
        format_range(None, None)


@pytest.mark.parametrize(
    ("voice", "number", "fixed", "francs", "euros"),
    [
        (SWISS, "1’234’567.5", "1’234.50", "CHF~-1’250.00", "EUR~1’250.50"),
        (HAMBURG, "1.234.567,5", "1.234,50", "-1.250,00~CHF", "1.250,50~€"),
        (LAUSANNE, "1_234_567,5", "1_234,50", "CHF~-1’250.00", "EUR~1’250.50"),
        (PARIS, "1_234_567,5", "1_234,50", "-1_250,00~CHF", "1_250,50~€"),
        (ENGLISH, "1,234,567.5", "1,234.50", "CHF~-1,250.00", "€1,250.50"),
    ],
)
def test_numbers_and_money(voice: Voice, number: str, fixed: str, francs: str, euros: str) -> None:
    with using(voice):
        assert soft(format_number(Decimal("1234567.5"))) == number
        assert soft(format_number(1234.5, 2)) == fixed
        assert soft(format_money(-1250, "CHF")) == francs
        assert soft(format_money(Decimal("1250.5"), "EUR")) == euros


def test_money_knows_its_decimals_and_its_sign() -> None:
    with using(ENGLISH):
        assert [format_money(1250, "JPY"), format_money(-5, "GBP")] == ["JP¥1,250", "-£5.00"]
        assert [format_number(3), format_number(3, 0), format_number(Decimal("0.12345"))] == ["3", "3", "0.123"]


def test_money_is_never_a_float() -> None:
    with pytest.raises(TypeError, match="Decimal"):
        format_money(12.5, "CHF")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "country", "moment", "long", "range_", "number", "francs", "euros"),
    [
        ("de", "CH", "24.11.2026, 08:10", "8.10~Uhr", "24.–28.~November 2026", "1’234.5", "CHF~7.50", "EUR~7.50"),
        ("en", "CH", "24.11.2026, 08:10", "08:10", "24–28~November 2026", "1’234.5", "CHF~7.50", "EUR~7.50"),
        ("fr", "CH", "24.11.2026, 08:10", "8~h~10", "24–28~novembre 2026", "1_234,5", "CHF~7.50", "EUR~7.50"),
        ("de", "DE", "24.11.2026, 08:10", "8:10~Uhr", "24.–28.~November 2026", "1.234,5", "7,50~CHF", "7,50~€"),
        ("de", "AT", "24.11.2026, 08:10", "8:10~Uhr", "24.–28.~November 2026", "1.234,5", "CHF~7,50", "€~7,50"),
        ("en", "FR", "24/11/2026, 08:10", "08:10", "24–28~November 2026", "1_234,5", "7,50~CHF", "7,50~€"),
        ("de", "NL", "24-11-2026, 08:10", "8:10~Uhr", "24.–28.~November 2026", "1.234,5", "CHF~7,50", "€~7,50"),
        ("fr", "GB", "24/11/2026, 08:10", "8~h~10", "24–28~novembre 2026", "1,234.5", "CHF~7.50", "€7.50"),
        ("en", "US", "11/24/2026, 8:10~AM", "8:10~AM", "November~24~– November~28, 2026", "1,234.5", "CHF~7.50",
         "€7.50"),
    ],
)  # fmt: skip
def test_figures_follow_the_country_that_somebody_chose_and_words_the_language(
    language: Language, country: str, moment: str, long: str, range_: str, number: str, francs: str, euros: str
) -> None:
    with using(Voice(language, region="DE", formats=country)):
        assert soft(format_moment(MOMENT, ZURICH, "short")) == moment
        assert soft(format_time(MOMENT, ZURICH)) == long
        assert soft(format_range(DAY, DAY + timedelta(days=4))) == range_
        assert soft(format_number(1234.5)) == number
        assert [soft(format_money(Decimal("7.5"), one)) for one in ("CHF", "EUR")] == [francs, euros]


def test_what_is_not_offered_any_more_counts_for_nothing() -> None:
    assert own_habits("AT", "Europe/London") == ("AT", LONDON)
    assert own_habits("XX", "Mars/Olympus") == own_habits(None, "../etc/passwd") == (None, None)
    with pytest.raises(ValueError, match="unknown formats 'XX'"):
        Voice("de", formats="XX")
    with using(Voice("de", zone=LONDON)):
        assert zone_of_reader(ZURICH) is LONDON
    assert zone_of_reader(ZURICH) is ZURICH
