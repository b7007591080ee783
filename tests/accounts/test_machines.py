"""The Cockpit's page of API tokens: who may issue what, for how long, and who sees the secret."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from quartier.accounts.models import AgentGrant, ApiToken
from quartier.accounts.tokens import viewer_of_token
from quartier.accounts.visitors import hash_token
from quartier.db.base import new_id
from quartier.testing import Browser, SomeCompany
from quartier.viewer import Grant

EXISTING = frozenset({"team.admin", "api.tokens", "company.settings", "modules.switch"})


def day(company: SomeCompany, ahead: int) -> str:
    """A day so many days ahead, where the company is."""
    visit = company.agent("Regula Steiner").visit()
    visit.db.close()
    return (visit.today + timedelta(days=ahead)).isoformat()


def order(company: SomeCompany, **changes: Any) -> dict[str, Any]:
    """A form that will do."""
    return {
        "token_id": str(new_id()),
        "name": "Rimo R5",
        "scopes": ["team.admin"],
        "expires": day(company, 30),
        **changes,
    }


def tokens(company: SomeCompany) -> list[ApiToken]:
    with company.db() as db:
        return list(db.scalars(select(ApiToken).order_by(ApiToken.created_at)))


def secret_in(page: str) -> str:
    found = re.search(r"<code>(qrt_[\w-]{43})</code>", page)
    assert found
    return found[1]


def clerk(company: SomeCompany, *permissions: str) -> Browser:
    return company.agent("Nadja Frei", "api.tokens", *permissions, language="en").browser


def test_a_token_is_issued_shown_once_and_works(brunnenhof: SomeCompany) -> None:
    browser = clerk(brunnenhof, "team.admin")
    answer = browser.post("/cockpit/tokens/new", order(brunnenhof))
    secret = secret_in(answer.text)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert secret not in browser.get("/cockpit/tokens").text
    (token,) = tokens(brunnenhof)
    assert (token.token_hash, token.created_by) == (hash_token(secret), "Nadja Frei")
    with brunnenhof.db() as db:
        viewer = viewer_of_token(db, secret, EXISTING)
    assert viewer is not None
    assert viewer.permissions == frozenset({"team.admin"})
    assert brunnenhof.visitor().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 200


def test_sending_the_form_twice_issues_one_token(brunnenhof: SomeCompany) -> None:
    browser, form = clerk(brunnenhof, "team.admin"), order(brunnenhof)
    statuses = [browser.post("/cockpit/tokens/new", form).status_code for _time in range(2)]
    assert statuses == [200, 303]
    assert len(tokens(brunnenhof)) == 1


def test_nobody_hands_on_more_than_they_may(brunnenhof: SomeCompany) -> None:
    browser = clerk(brunnenhof)
    assert 'value="team.admin"' not in browser.get("/cockpit/tokens/new").text
    answer = browser.post("/cockpit/tokens/new", order(brunnenhof, scopes=["api.tokens", "team.admin"]))
    assert answer.status_code == 422
    assert "You can hand on only what you may do yourself." in answer.text
    assert tokens(brunnenhof) == []


def test_what_limits_the_maker_limits_the_token_from_day_to_day(brunnenhof: SomeCompany) -> None:
    nadja = brunnenhof.agent("Nadja Frei", "api.tokens").granted("team.admin", property_id=brunnenhof.property_id)
    wanted = order(brunnenhof, scopes=["team.admin", "me.read"])
    secret = secret_in(nadja.browser.post("/cockpit/tokens/new", wanted).text)
    with brunnenhof.db() as db:
        viewer = viewer_of_token(db, secret, EXISTING)
        assert viewer is not None
        assert (viewer.permissions, viewer.grants, viewer.own_scopes) == (
            frozenset(),
            (Grant(frozenset({"team.admin"}), (brunnenhof.property_id,)),),
            frozenset({"me.read"}),  # and no permission: those hold for the whole company
        )
        assert list(viewer.within()) == [brunnenhof.property_id]
        said = brunnenhof.visitor().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).json
        assert said is not None
        assert said["scopes"] == ["me.read", "team.admin"]
        db.execute(update(AgentGrant).filter_by(agent_id=nadja.agent_id).values(ended_at=func.now()))
        db.commit()
        ended = viewer_of_token(db, secret, EXISTING)
    assert ended is not None
    assert (ended.permissions, ended.grants) == (frozenset(), ())


def test_who_may_issue_tokens_in_one_property_only_may_not_at_all(brunnenhof: SomeCompany) -> None:
    nadja = brunnenhof.agent("Nadja Frei", "api.tokens").limited_to(brunnenhof.property_id).browser
    assert nadja.get("/cockpit/tokens").status_code == 403
    assert nadja.post("/cockpit/tokens/new", order(brunnenhof)).status_code == 403


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["faq.invented"]}, "scopes"),
        ({"expires": ""}, "expires"),
        ({"expires": "tomorrow"}, "expires"),
        ({"expires": "31.12.2026"}, "expires"),
        ({"expires": "0001-01-01"}, "expires"),
        ({"expires": "9999-12-31"}, "expires"),
    ],
)
def test_what_cannot_be_issued_is_refused_at_its_field(
    brunnenhof: SomeCompany, changes: dict[str, Any], field: str
) -> None:
    answer = clerk(brunnenhof, "team.admin").post("/cockpit/tokens/new", order(brunnenhof, **changes))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert tokens(brunnenhof) == []


@pytest.mark.parametrize(("ahead", "status"), [(-1, 422), (0, 422), (1, 200), (365, 200), (366, 422)])
def test_a_token_lasts_from_tomorrow_to_a_year(brunnenhof: SomeCompany, ahead: int, status: int) -> None:
    form = order(brunnenhof, expires=day(brunnenhof, ahead))
    assert clerk(brunnenhof, "team.admin").post("/cockpit/tokens/new", form).status_code == status


def test_a_token_ends_with_the_last_day_where_the_company_is(brunnenhof: SomeCompany) -> None:
    form = order(brunnenhof)
    clerk(brunnenhof, "team.admin").post("/cockpit/tokens/new", form)
    visit = brunnenhof.agent("Regula Steiner").visit()
    ends = tokens(brunnenhof)[0].expires_at.astimezone(visit.company.zone)
    visit.db.close()
    assert (ends - timedelta(days=1)).date().isoformat() == form["expires"]
    assert (ends.hour, ends.minute) == (0, 0)


def test_a_revoked_token_opens_nothing_any_more(brunnenhof: SomeCompany) -> None:
    browser = clerk(brunnenhof, "team.admin")
    secret = secret_in(browser.post("/cockpit/tokens/new", order(brunnenhof)).text)
    (token,) = tokens(brunnenhof)
    assert browser.post(f"/cockpit/tokens/{token.id}/revoke").status_code == 303
    assert browser.post(f"/cockpit/tokens/{token.id}/revoke").status_code == 404
    with brunnenhof.db() as db:
        assert viewer_of_token(db, secret, EXISTING) is None
    assert "revoked" in browser.get("/cockpit/tokens").text


def test_no_company_sees_or_ends_anothers_tokens(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    clerk(nordlicht, "team.admin").post("/cockpit/tokens/new", order(nordlicht, name="Nordlichtgeheimnis"))
    (theirs,) = tokens(nordlicht)
    browser = clerk(brunnenhof, "team.admin")
    assert "Nordlichtgeheimnis" not in browser.get("/cockpit/tokens").text
    assert browser.post(f"/cockpit/tokens/{theirs.id}/revoke").status_code == 404
    assert browser.post("/cockpit/tokens/new", order(brunnenhof, token_id=str(theirs.id))).status_code == 200
    assert tokens(nordlicht)[0].revoked_at is None


def test_a_form_without_a_sensible_id_still_issues_one(brunnenhof: SomeCompany) -> None:
    answer = clerk(brunnenhof, "team.admin").post("/cockpit/tokens/new", order(brunnenhof, token_id="nonsense"))
    assert answer.status_code == 200
    assert isinstance(tokens(brunnenhof)[0].id, UUID)


def test_what_may_be_done_is_said_in_the_readers_language(brunnenhof: SomeCompany) -> None:
    pages = {
        language: brunnenhof.agent("Nadja Frei", "api.tokens", language=language)
        .browser.get("/cockpit/tokens/new")
        .text
        for language in ("de", "en", "fr")
    }
    assert "Zugangsschlüssel für die API ausstellen und widerrufen" in pages["de"]
    assert "Issue and revoke API tokens" in pages["en"]
    assert "Émettre et révoquer des jetons d’API" in pages["fr"]
