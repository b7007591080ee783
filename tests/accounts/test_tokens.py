"""A machine's key opens one company, some doors, for a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from quartier.accounts.models import ApiToken
from quartier.accounts.permissions import all_permissions
from quartier.accounts.tokens import viewer_of_token
from quartier.accounts.visitors import hash_token
from quartier.app import Platform
from quartier.testing import SomeCompany

EXISTING = frozenset({"team.admin", "api.tokens"})


def used_at(company: SomeCompany, secret: str) -> datetime | None:
    with company.db() as db:
        return db.scalars(select(ApiToken.used_at).filter_by(token_hash=hash_token(secret))).one()


def set_token(company: SomeCompany, secret: str, **values: object) -> None:
    with company.db() as db:
        db.execute(update(ApiToken).where(ApiToken.token_hash == hash_token(secret)).values(**values))
        db.commit()


def test_a_token_has_the_scopes_that_still_exist(brunnenhof: SomeCompany) -> None:
    secret = brunnenhof.token("team.admin", "gone.edit")
    with brunnenhof.db() as db:
        viewer = viewer_of_token(db, secret, EXISTING)
    assert viewer is not None
    assert (viewer.permissions, viewer.signed_in, viewer.is_agent) == (frozenset({"team.admin"}), True, True)
    assert (viewer.name, viewer.account_id, viewer.person_id) == ("test", None, None)


def test_a_token_of_one_company_is_nobodys_at_another(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    secret = brunnenhof.token("team.admin")
    with nordlicht.db() as db:
        assert viewer_of_token(db, secret, EXISTING) is None


def test_unknown_expired_and_revoked_tokens_are_nobodys(brunnenhof: SomeCompany) -> None:
    expired = brunnenhof.token("team.admin", expires=timedelta(seconds=-1))
    revoked = brunnenhof.token("team.admin")
    set_token(brunnenhof, revoked, revoked_at=datetime.now(UTC))
    with brunnenhof.db() as db:
        for secret in (expired, revoked, "qrt_unknown", "", "Bearer", "qrt_" + "x" * 5000):
            assert viewer_of_token(db, secret, EXISTING) is None


def test_the_last_use_is_noted_at_most_once_an_hour(brunnenhof: SomeCompany) -> None:
    secret = brunnenhof.token("team.admin")
    with brunnenhof.db() as db:
        viewer_of_token(db, secret, EXISTING)
    first = used_at(brunnenhof, secret)
    with brunnenhof.db() as db:
        viewer_of_token(db, secret, EXISTING)
    assert first is not None
    assert used_at(brunnenhof, secret) == first
    set_token(brunnenhof, secret, used_at=first - timedelta(hours=2))
    with brunnenhof.db() as db:
        viewer_of_token(db, secret, EXISTING)
    noted = used_at(brunnenhof, secret)
    assert noted is not None
    assert noted >= first


def test_every_permission_has_words_in_all_languages(platform: Platform) -> None:
    permissions = all_permissions(platform.shell.plugins)
    assert {"team.admin", "company.settings", "modules.switch", "api.tokens"} <= permissions.keys()
    assert {frozenset(permission.label) for permission in permissions.values()} == {frozenset({"de", "en", "fr"})}
