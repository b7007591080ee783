"""Who guesses waits; who owns does not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from quartier.accounts import services, throttle
from quartier.accounts.models import SignInFailure
from quartier.accounts.realm import PORTAL
from quartier.accounts.throttle import LONGEST_WAIT, Source, TooSoon, Tried, network_of
from quartier.testing import PASSWORD, SomeCompany

HOME, ELSEWHERE = Source("192.0.2.0/24"), Source("198.51.100.0/24")
PHONE = Source("203.0.113.0/24", "m" * 43)


def attempt(company: SomeCompany, email: str, source: Source, purpose: str = "sign-in") -> Tried:
    with company.db() as db:
        tried = throttle.admit(PORTAL, db, purpose, email, source)
        db.commit()
        return tried


def wait(company: SomeCompany, email: str, source: Source) -> int:
    """How long the next try has to wait; 0 when it is let through (and counts)."""
    try:
        attempt(company, email, source)
    except TooSoon as error:
        return error.seconds
    return 0


def fail(company: SomeCompany, email: str, source: Source, times: int, *, also: str = "") -> None:
    """So many failures, patiently, the last one now; on another address as well, if one is named."""
    for _time in range(times):
        age(company, timedelta(minutes=-20))
        for address in filter(None, (email, also)):
            attempt(company, address, source)


def age(company: SomeCompany, by: timedelta) -> None:
    """Move all failures of a company in time: into the past with a negative number."""
    with company.db() as db:
        db.execute(update(SignInFailure).values(failed_at=SignInFailure.failed_at + by))
        db.commit()


def count(company: SomeCompany) -> int:
    with company.db() as db:
        return db.scalar(select(func.count()).select_from(SignInFailure)) or 0


def test_after_five_tries_each_has_to_wait_twice_as_long(brunnenhof: SomeCompany) -> None:
    waits = []
    fail(brunnenhof, "verena@example.ch", HOME, 5)
    for _time in range(13):
        waits.append(wait(brunnenhof, "verena@example.ch", HOME))
        fail(brunnenhof, "verena@example.ch", HOME, 1)
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]
    assert max(waits) == LONGEST_WAIT


def test_a_refused_try_is_not_counted(brunnenhof: SomeCompany) -> None:
    fail(brunnenhof, "verena@example.ch", HOME, 8)
    before = count(brunnenhof)
    assert [wait(brunnenhof, "verena@example.ch", HOME) for _time in range(3)] == [8, 8, 8]
    assert count(brunnenhof) == before


def test_an_address_that_nobody_has_waits_the_same(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    fail(brunnenhof, verena.email, HOME, 7, also="nobody@example.ch")
    assert wait(brunnenhof, verena.email, HOME) == wait(brunnenhof, "nobody@example.ch", HOME) == 4


def test_guessing_from_many_networks_is_one_guess(brunnenhof: SomeCompany) -> None:
    for number in range(7):
        fail(brunnenhof, "verena@example.ch", Source(f"10.0.{number}.0/24"), 1)
    assert wait(brunnenhof, "verena@example.ch", Source("10.0.99.0/24")) == 4


def test_one_network_trying_many_accounts_is_slowed_down(brunnenhof: SomeCompany) -> None:
    with brunnenhof.db() as db:
        db.add_all(SignInFailure(subject=f"sign-in:{ELSEWHERE.network_sign}") for _try in range(53))
        db.commit()
    assert wait(brunnenhof, "somebody.new@example.ch", ELSEWHERE) == 8
    assert wait(brunnenhof, "somebody.new@example.ch", HOME) == 0


def test_the_owner_at_home_does_not_wait_for_tries_from_elsewhere(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    with brunnenhof.db() as db:
        throttle.remember(PORTAL, db, verena.account_id, HOME)
        db.commit()
    fail(brunnenhof, verena.email, ELSEWHERE, 20)
    assert wait(brunnenhof, verena.email, ELSEWHERE) == LONGEST_WAIT
    assert wait(brunnenhof, verena.email, HOME) == 0


def test_the_owners_phone_waits_for_nobody_even_in_the_same_network(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    with brunnenhof.db() as db:
        throttle.remember(PORTAL, db, verena.account_id, PHONE)
        db.commit()
    fail(brunnenhof, verena.email, ELSEWHERE, 20)
    with brunnenhof.db() as db:
        db.add_all(SignInFailure(subject=f"sign-in:{PHONE.network_sign}") for _try in range(70))
        db.commit()
    neighbour = Source(PHONE.network, "n" * 43)
    assert wait(brunnenhof, verena.email, neighbour) > 0
    assert wait(brunnenhof, verena.email, PHONE) == 0


def test_a_known_device_is_known_for_its_own_account_only(brunnenhof: SomeCompany) -> None:
    verena, urs = brunnenhof.resident("Verena Keller"), brunnenhof.resident("Urs Meier")
    with brunnenhof.db() as db:
        throttle.remember(PORTAL, db, verena.account_id, PHONE)
        db.commit()
    fail(brunnenhof, urs.email, ELSEWHERE, 7)
    assert wait(brunnenhof, urs.email, PHONE) == 4


def test_a_known_device_may_not_guess_for_ever_either(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    with brunnenhof.db() as db:
        throttle.remember(PORTAL, db, verena.account_id, PHONE)
        db.commit()
    fail(brunnenhof, verena.email, PHONE, 7)
    assert wait(brunnenhof, verena.email, PHONE) == 4


def test_failures_at_one_company_slow_nobody_down_at_another(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    fail(brunnenhof, "verena@example.ch", HOME, 20)
    assert wait(nordlicht, "verena@example.ch", HOME) == 0


def test_a_success_washes_away_the_owners_failures_but_not_the_networks(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    for _time in range(3):
        attempt(brunnenhof, verena.email, HOME)
        attempt(brunnenhof, "other@example.ch", HOME)
    with brunnenhof.db() as db:
        assert services.check_credentials(PORTAL, db, verena.email, PASSWORD, HOME) is not None
        db.commit()
        left = list(db.execute(select(SignInFailure.subject, func.count()).group_by(SignInFailure.subject)))
    others = {(subject, number) for subject, number in left if ":account:" not in subject}
    assert others == {("sign-in:network:192.0.2.0/24", 6)}
    assert {number for subject, number in left if ":account:" in subject} == {3}


def test_old_failures_are_swept(brunnenhof: SomeCompany) -> None:
    attempt(brunnenhof, "verena@example.ch", HOME)
    age(brunnenhof, timedelta(days=-2))
    attempt(brunnenhof, "other@example.ch", ELSEWHERE)
    with brunnenhof.db() as db:
        oldest = db.scalar(select(func.min(SignInFailure.failed_at)))
    assert oldest is not None
    assert oldest > datetime.now(UTC) - timedelta(hours=1)
    assert count(brunnenhof) == 2


def test_a_wrong_password_counts_although_nothing_else_is_written(brunnenhof: SomeCompany) -> None:
    with brunnenhof.db() as db:
        assert services.check_credentials(PORTAL, db, "nobody@example.ch", "wrong", HOME) is None
        db.rollback()
    assert count(brunnenhof) == 2


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("not an address", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
    ],
)
def test_a_network_is_a_neighbourhood_of_addresses(address: str | None, network: str) -> None:
    assert network_of(address) == network


def test_tries_at_the_same_moment_see_each_other(brunnenhof: SomeCompany) -> None:
    """Twelve threads, one account: as many get through as are free, not twelve."""

    def attempt_once(_number: int) -> int:
        return wait(brunnenhof, "verena@example.ch", HOME)

    with ThreadPoolExecutor(max_workers=12) as threads:
        waits = list(threads.map(attempt_once, range(12)))
    assert waits.count(0) == 5
    assert count(brunnenhof) == 10
