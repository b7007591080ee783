"""Slowing down who guesses codes, without keeping out who holds one.

A code of ours has 69 bits, so this is for codes that companies choose. A network has twenty tries in an hour, then it
waits twice as long each time, up to a quarter of an hour. Tries at a company from many networks are counted together as
well: after twenty in an hour each waits for five seconds after the one before, but not the first three of a network.
So whoever mistypes at home is let through whatever others try, and links and QR codes are not counted at all.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from quartier.accounts import throttle
from quartier.accounts.realm import PORTAL
from quartier.accounts.throttle import Count, Source, Tried
from quartier.tenancy.session import CompanySession

FREE: Final = 20
AT_HOME: Final = 3
HOUR: Final = timedelta(hours=1)
COMPANY: Final = Count("code:company", free=FREE, window=HOUR, longest=5)


def admit(db: CompanySession, source: Source) -> Tried:
    """Count a try, or raise TooSoon. The caller commits, whatever comes of it."""
    network = Count(f"code:{source.network_sign}", free=FREE, window=HOUR)
    known = throttle.tries(PORTAL, db, network) >= AT_HOME
    return throttle.admit_counts(PORTAL, db, [network, COMPANY] if known else [network])


def forgive(db: CompanySession, tried: Tried) -> None:
    """The code was right: this try does not count."""
    throttle.forgive_tries(PORTAL, db, tried)
