"""The way of a request to its company, and nobody else's."""

from __future__ import annotations

import pytest

from quartier.accounts.visitors import COOKIE
from quartier.testing import PASSWORD, SomeCompany


def test_a_resident_signs_in_and_is_home(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    browser = brunnenhof.visitor()
    answer = browser.post("/sign-in", {"email": verena.email, "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "Verena" in browser.get("/").text


def test_a_session_of_one_company_is_nobody_at_another(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    browser = nordlicht.visitor()
    browser.cookie(COOKIE, brunnenhof.resident().session_token())
    answer = browser.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in?next=/")


def test_an_unknown_host_is_a_neutral_404(brunnenhof: SomeCompany) -> None:
    answer = brunnenhof.visitor().get("/", base_url="https://nobody.localhost")
    assert answer.status_code == 404
    assert "Brunnenhof" not in answer.text


@pytest.mark.parametrize("spelling", ["{host}:8000", "{HOST}", "{host}.", "{HOST}.:443"])
def test_a_host_is_the_same_company_however_it_is_spelt(spelling: str, brunnenhof: SomeCompany) -> None:
    header = spelling.format(host=brunnenhof.host, HOST=brunnenhof.host.upper())
    answer = brunnenhof.visitor().get("/sign-in", headers={"Host": header})
    assert (answer.status_code, "Brunnenhof" in answer.text) == (200, True)


@pytest.mark.parametrize(
    "header", ["", "localhost", "brunnenhof", "a.b.localhost", "evil\\.localhost", "[::1]", "127.0.0.1"]
)
def test_no_host_is_a_default_company(header: str, brunnenhof: SomeCompany) -> None:
    answer = brunnenhof.visitor().get("/sign-in", headers={"Host": header})
    assert (answer.status_code, "Brunnenhof" in answer.text) == (404, False)
