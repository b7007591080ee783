"""Errors as people meet them: in words, under the company's name, with a next step and a reference."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import abort
from psycopg import OperationalError as DriverError
from sqlalchemy import update
from sqlalchemy.orm import Session
from structlog.testing import capture_logs
from werkzeug.exceptions import TooManyRequests
from werkzeug.test import TestResponse

from quartier.app import Platform, create_app
from quartier.portal import LARGEST_REQUEST
from quartier.tenancy.models import Company
from quartier.testing import Browser, SomeCompany
from quartier.web.error_words import STEPS, WORDS
from quartier.web.errors import words_for
from quartier.web.gate import PUBLIC
from quartier.web.pages import Pages
from tests.home.pages import headings, words

trouble = Pages("trouble", __name__, area="app")


@trouble.page("/trouble/<what>", needs=PUBLIC, methods=("GET", "POST"))
def fail(visit: Any, what: str) -> str:
    """Fails as asked."""
    if what.isdigit():
        abort(int(what))
    failures: dict[str, Exception] = {
        "crash": ZeroDivisionError("secret"),
        "database": DriverError("connection refused"),
        "busy": TooManyRequests(retry_after=30),
    }
    raise failures[what]


@pytest.fixture(scope="module")
def platform(platform: Platform) -> Iterator[Platform]:
    """The platform with a page that fails."""
    serving = create_app(platform.shell.config, plugins=platform.shell.plugins)
    serving.portal.register_blueprint(trouble)
    yield serving
    serving.close()


def steps(answer: TestResponse) -> list[tuple[str, str]]:
    group = re.search(r'<div class="btn-group">(.*?)</div>', answer.text, re.DOTALL)
    assert group
    return [(url, words(label)) for url, label in re.findall(r'href="([^"]*)">(.*?)</a>', group[1])]


@pytest.mark.parametrize("status", sorted(WORDS.keys() - {401}))
def test_every_error_has_words_and_a_next_step_in_each_language(brunnenhof: SomeCompany, status: int) -> None:
    verena = brunnenhof.resident().browser
    said = set()
    for language in ("de", "en", "fr"):
        answer = verena.get(f"/trouble/{status}", headers={"Accept-Language": language})
        assert answer.status_code == status
        assert answer.headers["Content-Language"].startswith(language)
        assert 'class="topbar"' in answer.text
        assert len(steps(answer)) >= 1
        said |= {*headings(answer.text, 1)}
    assert len(said) == 3
    assert str(WORDS[status][0]) in said


def test_every_word_has_its_steps() -> None:
    assert WORDS.keys() == STEPS.keys()


@pytest.mark.parametrize(("status", "shown"), [(405, 404), (415, 400), (418, 400), (502, 503), (501, 500)])
def test_other_statuses_keep_their_number_and_borrow_words(brunnenhof: SomeCompany, status: int, shown: int) -> None:
    answer = brunnenhof.resident(language="en").browser.get(f"/trouble/{status}")
    assert (answer.status_code, headings(answer.text, 1)) == (status, [str(WORDS[shown][0])])


def test_a_crash_tells_a_reference_and_nothing_else(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident(language="en").browser
    with capture_logs() as logged:
        answer = verena.get("/trouble/crash")
    named = re.search(r"<code>([0-9A-F]{4}) ([0-9A-F]{4})</code>", answer.text)
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert named
    assert [entry["request_id"][:8] for entry in logged] == [(named[1] + named[2]).lower()]


def test_a_database_that_is_away_comes_back_in_a_moment(brunnenhof: SomeCompany) -> None:
    answer = brunnenhof.resident(language="en").browser.get("/trouble/database")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert steps(answer) == [("/trouble/database", "Try again")]


def test_a_database_that_goes_before_the_viewer_is_known_leaves_the_brand(
    brunnenhof: SomeCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_arguments: object) -> None:
        raise DriverError("connection refused")

    monkeypatch.setattr("quartier.accounts.visitors.viewer_of", away)
    answer = brunnenhof.resident().browser.get("/more", headers={"Accept-Language": "fr"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert headings(answer.text, 1) == ["De retour dans un instant"]
    assert "Brunnenhof" in answer.text


def test_what_the_error_says_to_machines_is_kept(brunnenhof: SomeCompany) -> None:
    answer = brunnenhof.resident().browser.get("/trouble/busy")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")


def test_one_goes_back_to_ones_own_page_only(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident(language="en").browser
    ours = verena.get("/trouble/409", headers={"Referer": f"https://{brunnenhof.host}/search?q=a"})
    theirs = verena.get("/trouble/409", headers={"Referer": "https://evil.example/search"})
    assert steps(ours) == [("/search?q=a", "Go back"), ("/", "Go to the home page")]
    assert steps(theirs) == [("/", "Go to the home page")]


def test_signed_out_people_are_sent_to_the_door_and_come_back(brunnenhof: SomeCompany) -> None:
    stranger = brunnenhof.visitor()
    answer = stranger.get("/search?q=a b")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in?next=/search%3Fq%3Da%20b")
    assert stranger.open("HEAD", "/search").status_code == 302


def test_a_form_sent_when_signed_out_says_that_nothing_was_saved(brunnenhof: SomeCompany) -> None:
    came = {"Referer": f"https://{brunnenhof.host}/account", "Accept-Language": "en"}
    answer = brunnenhof.visitor().post("/trouble/401", headers=came)
    assert answer.status_code == 401
    assert headings(answer.text, 1) == ["You are signed out"]
    assert steps(answer) == [("/sign-in?next=/account", "Sign in")]


def test_more_than_the_portal_takes_is_refused_before_it_is_read(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller", language="de").browser
    too_much = {"CONTENT_LENGTH": str(LARGEST_REQUEST + 1)}
    answer = verena.post("/language", data={"language": "fr"}, environ_overrides=too_much)
    assert answer.status_code == 413
    assert {*headings(answer.text, 1)} == {"Das war zu gross"}


def test_a_fragment_that_fails_becomes_the_page(brunnenhof: SomeCompany) -> None:
    answer = brunnenhof.resident().browser.get("/trouble/404", headers={"HX-Request": "true"})
    assert (answer.headers["HX-Retarget"], answer.headers["HX-Reswap"]) == ("body", "innerHTML")
    gone = brunnenhof.visitor().get("/search", headers={"HX-Request": "true"})
    assert gone.headers["HX-Redirect"] == "/sign-in?next=/"


def test_programs_get_a_problem_document(brunnenhof: SomeCompany) -> None:
    for browser, path, status in (
        (brunnenhof.resident().browser, "/trouble/404", 404),
        (brunnenhof.visitor(), "/", 401),
    ):
        answer = browser.get(path, headers={"Accept": "application/json", "Accept-Language": "en"})
        assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
        assert answer.json is not None
        assert answer.json["title"] == str(WORDS[status][0])
        assert re.fullmatch("[0-9a-f]{16}", answer.json["request_id"])


def test_heads_have_no_body(brunnenhof: SomeCompany) -> None:
    answer = brunnenhof.resident().browser.open("HEAD", "/trouble/404")
    assert (answer.status_code, answer.data) == (404, b"")


def test_an_error_in_the_error_page_ends_at_the_neutral_page(
    brunnenhof: SomeCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    verena = brunnenhof.resident().browser
    broken = {status: pair for status, pair in STEPS.items() if status != 500}
    monkeypatch.setattr("quartier.web.errors.STEPS", {**broken, 500: (("nowhere", "x"),)})
    answer = verena.get("/trouble/crash")
    assert answer.status_code == 500
    assert 'class="topbar"' not in answer.text
    assert headings(answer.text, 1) == ["Back in a moment"]


@pytest.mark.parametrize(
    ("wish", "language", "said"),
    [("de-CH", "de", "Hier ist nichts"), ("fr", "fr", "Il n’y a rien ici"), ("it", "en", "There is nothing here")],
)
def test_an_unknown_host_is_neutral_in_the_browsers_language(
    brunnenhof: SomeCompany, wish: str, language: str, said: str
) -> None:
    answer = brunnenhof.visitor().get("/", base_url="https://nobody.localhost", headers={"Accept-Language": wish})
    assert (answer.status_code, answer.headers["Content-Language"]) == (404, language)
    assert headings(answer.text, 1) == [said]
    assert f'<html lang="{language}">' in answer.text
    assert "color-scheme:light dark" in answer.text
    assert "style-src 'sha256-" in answer.headers["Content-Security-Policy"]
    assert "Brunnenhof" not in answer.text


def test_a_suspended_company_keeps_its_name_and_its_emergency_line(brunnenhof: SomeCompany) -> None:
    with Session(brunnenhof.platform.shell.platform) as db:
        facts = {
            "status": "suspended",
            "emergency_phone": "+41 44 555 01 99",
        }
        db.execute(update(Company).where(Company.id == brunnenhof.id).values(**facts))
        db.commit()
    brunnenhof.platform.shell.snapshots.forget(brunnenhof.id)
    answer = brunnenhof.resident().browser.get("/")
    assert answer.status_code == 503
    assert headings(answer.text, 1) == ["Dieses Portal ist zurzeit geschlossen"]
    assert 'href="tel:+41445550199"' in answer.text
    problem = brunnenhof.resident().browser.get("/", headers={"Accept": "application/json"})
    assert (problem.status_code, problem.content_type) == (503, "application/problem+json")


def test_the_console_has_its_own_look_for_errors(console: Callable[..., Browser]) -> None:
    answer = console("sales").get("/nowhere", headers={"Accept-Language": "en"})
    assert answer.status_code == 404
    assert headings(answer.text, 1) == ["There is nothing here"]
    assert 'alt="Quartier, overview"' in answer.text


def test_no_status_is_without_words() -> None:
    assert {words_for(status) for status in range(400, 600)} == WORDS.keys()
