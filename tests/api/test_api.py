"""The API's shell, through its one core operation and the document."""

from __future__ import annotations

from datetime import timedelta

from quartier.testing import SomeCompany


def bearer(token: str, **headers: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", **headers}


def test_a_token_says_who_it_is(brunnenhof: SomeCompany) -> None:
    answer = brunnenhof.visitor().get("/api/v1/me", headers=bearer(brunnenhof.token("team.admin")))
    assert answer.status_code == 200
    assert answer.json is not None
    assert (answer.json["company"], answer.json["scopes"]) == ("Brunnenhof AG", ["team.admin"])


def test_without_a_token_there_is_a_problem_document_in_the_callers_language(brunnenhof: SomeCompany) -> None:
    answer = brunnenhof.visitor().get("/api/v1/me", headers={"Accept-Language": "fr"})
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="API"'
    assert answer.json == {
        "type": "/api/problems/401",
        "title": "Il manque un jeton valable",
        "status": 401,
        "instance": "/api/v1/me",
    }


def test_a_token_of_one_company_is_nobodys_at_another(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    answer = nordlicht.visitor().get("/api/v1/me", headers=bearer(brunnenhof.token("team.admin")))
    assert answer.status_code == 401


def test_an_expired_token_is_nobodys(brunnenhof: SomeCompany) -> None:
    token = brunnenhof.token("team.admin", expires=timedelta(seconds=-1))
    assert brunnenhof.visitor().get("/api/v1/me", headers=bearer(token)).status_code == 401


def test_a_session_cookie_does_not_open_the_api(brunnenhof: SomeCompany) -> None:
    assert brunnenhof.agent("Nadja Frei", "team.admin").browser.get("/api/v1/me").status_code == 401


def test_each_answer_says_how_many_requests_are_left(brunnenhof: SomeCompany) -> None:
    browser, token = brunnenhof.visitor(), brunnenhof.token()
    limits = [browser.get("/api/v1/me", headers=bearer(token)).headers["RateLimit"].split(";t=")[0] for _ in range(3)]
    assert limits == ['"default";r=599', '"default";r=598', '"default";r=597']


def test_one_request_too_many_is_told_when_to_come_back(brunnenhof: SomeCompany) -> None:
    browser, token = brunnenhof.visitor(), brunnenhof.token()
    browser.get("/api/v1/me", headers=bearer(token))
    db = brunnenhof.db()
    db.row("UPDATE api_window SET requests = 600 RETURNING 1")
    db.commit()
    answer = browser.get("/api/v1/me", headers=bearer(token))
    assert (answer.status_code, answer.headers["RateLimit"].split(";t=")[0]) == (429, '"default";r=0')
    assert 1 <= int(answer.headers["Retry-After"]) <= 60


def test_nothing_below_api_is_ever_a_page(brunnenhof: SomeCompany) -> None:
    answer = brunnenhof.visitor().get("/api/v1/nothing")
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


def test_the_document_is_openapi_3_1_and_names_every_core_operation(brunnenhof: SomeCompany) -> None:
    document = brunnenhof.visitor().get("/api/v1/openapi.json").json
    assert document is not None
    assert document["openapi"] == "3.1.0"
    assert {path for path in document["paths"] if path.count("/") == 3} == {
        f"/api/v1/{name}"
        for name in (
            "me",
            "properties",
            "buildings",
            "units",
            "occupancies",
            "people",
            "occupants",
            "imports",
            "corrections",
            "invitations",
            "legal",
            "erasures",
            "files",
            "settings",
            "brand",
            "team",
            "entitlements",
            "marketplace",
            "important-messages",
        )
    }
