"""The look over the API: drafted, proved, published, planned, taken back and taken up again, one writer at a time."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from quartier.companies.branding import FACTS, current_brand
from quartier.companies.models import BrandVersion
from quartier.contracts.models import ContractEvent
from quartier.studio.api_schemas import LookSchema
from quartier.testing import SomeCompany
from tests.settings.conftest import POST, WALL
from tests.studio.test_look import NIGHT, png, stylesheet

Api = Callable[..., Any]
BRAND = "/brand"
DRAFT, VERSIONS, PICTURES = f"{BRAND}/draft", f"{BRAND}/versions", f"{BRAND}/draft/pictures"


def program(company: SomeCompany, *scopes: str) -> Api:
    """A program of the company; `match` is the ETag that it has read, or the address to read it at."""
    token, browser = company.token(*scopes), company.visitor()

    def call(method: str, path: str, match: str | None = None, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
        if match is not None:
            seen = call("GET", match).headers["ETag"] if match.startswith("/") else match
            headers["If-Match"] = seen
        return browser.open(method, f"/api/v1{path}", headers=headers, **more)

    return call


@pytest.fixture
def api(company: SomeCompany) -> Api:
    return program(company, "company.settings")


def complaints(answer: Any) -> dict[str, str]:
    assert answer.content_type == "application/problem+json"
    return {one["pointer"].removeprefix("#/"): one["detail"] for one in answer.json["errors"]}


def test_the_api_has_all_that_a_version_holds() -> None:
    assert set(LookSchema().fields) == set(FACTS)


def test_a_look_is_drafted_by_a_program_and_published(company: SomeCompany, api: Api) -> None:
    verena = company.resident("Verena Keller").browser
    before, first = stylesheet(verena), api("GET", BRAND).json
    assert (first["planned"], first["draft"], first["in_force"]["state"]) == (None, None, "in_force")
    changed = api("PATCH", DRAFT, DRAFT, json={"colour": "8C2F39", "corners": "round", "app_name": {"de": "Hof"}})
    assert (changed.status_code, changed.json["saved_by"], changed.json["based_on"]) == (200, "test", 1)
    expected = {**first["in_force"]["look"], "colour": "#8c2f39", "corners": "round", "app_name": {"de": "Hof"}}
    assert changed.json["look"] == expected
    sent = api("POST", f"{PICTURES}/logo", DRAFT, data={"file": (io.BytesIO(NIGHT), "logo.svg")})
    drawn = sent.json["look"]
    assert (sent.status_code, None in (drawn["logo_id"], drawn["logo_dark_id"]), drawn["icon_id"]) == (200, False, None)
    assert (stylesheet(verena), api("GET", BRAND).json["draft"]["look"]) == (before, drawn)
    made = api("POST", VERSIONS, DRAFT, json={})
    assert (made.status_code, made.json["number"], made.json["state"], made.json["look"]) == (201, 2, "in_force", drawn)
    company.platform.shell.snapshots.forget(company.id)
    assert stylesheet(verena) != before
    assert (api("GET", BRAND).json["draft"], api("POST", VERSIONS, DRAFT, json={}).status_code) == (None, 409)
    gone = api("PATCH", DRAFT, DRAFT, json={"logo_id": None}).json["look"]
    assert (gone["logo_id"], gone["logo_dark_id"]) == (None, None)
    assert api("DELETE", DRAFT, DRAFT).status_code == 204
    assert api("GET", DRAFT).json["look"] == drawn
    with company.db() as db:
        assert [one.kind for one in db.query(ContractEvent).filter(ContractEvent.kind.like("brand.%"))] == [
            "brand.published"
        ]


def test_names_tone_and_mails_are_part_of_the_draft(company: SomeCompany, api: Api) -> None:
    said = {
        "tone": "informal", "mail_header": {"de": "Wohnen am Hof"}, "mail_footer": {"fr": "L’Île d'Or"},
        "micro_apps": {WALL: {"name": {"de": "Brett"}, "position": 5}, POST: {"icon": "bike"}},
    }  # fmt: skip
    look = api("PATCH", DRAFT, DRAFT, json=said).json["look"]
    plain = {"name": {}, "short_name": {}, "icon": None}
    own = company.platform.shell.plugins.serving[POST].manifest.position
    assert look["micro_apps"] == {
        WALL: {**plain, "name": {"de": "Brett"}, "position": 5}, POST: {**plain, "icon": "bike", "position": own},
    }  # fmt: skip
    assert [look[name] for name in ("tone", "mail_header", "mail_footer")] == [
        said[name] for name in ("tone", "mail_header", "mail_footer")
    ]
    less = api("PATCH", DRAFT, DRAFT, json={"micro_apps": {WALL: None}}).json["look"]["micro_apps"]
    assert set(less) == {POST}
    wrong = {"tone": "rude", "micro_apps": {POST: {"icon": "skull", "short_name": {"de": "x" * 12}}}}
    assert set(complaints(api("PATCH", DRAFT, DRAFT, json=wrong))) == {
        "tone", f"micro_apps/{POST}/icon", f"micro_apps/{POST}/short_name/de",
    }  # fmt: skip
    strange = complaints(api("PATCH", DRAFT, DRAFT, json={"micro_apps": {"chess": {}}}))
    assert strange == {"micro_apps/chess": "There is no such module here."}
    api("POST", VERSIONS, DRAFT, json={})
    company.platform.shell.snapshots.forget(company.id)
    assert (
        "Wohnen am Hof"
        in company.agent("Nadja Frei", "company.settings", language="de")
        .browser.get("/cockpit/settings/mail/accounts.reset/html")
        .text
    )


def test_what_cannot_be_used_is_named_and_nothing_is_kept(company: SomeCompany, api: Api) -> None:
    stranger = "018f0000-0000-7000-8000-000000000001"
    values = {
        "colour": "green", "cover_at": 101, "corners": "oval", "density": "loose", "app_name": {"de": "x" * 31},
        "logo_id": "me", "shadow": 1,
    }  # fmt: skip
    assert set(complaints(api("PATCH", DRAFT, DRAFT, json=values))) == {
        "colour", "cover_at", "corners", "density", "app_name/de", "logo_id", "shadow",
    }  # fmt: skip
    known = {"theme": "sepia", "app_name": {"fr": "Cour"}, "icon_id": stranger}
    assert complaints(api("PATCH", DRAFT, DRAFT, json=known)) == {
        "theme": "Please choose one of the options.", "app_name": "Please fill this in.",
        "icon_id": "There is no such picture.",
    }  # fmt: skip
    bad = api("POST", f"{PICTURES}/icon", DRAFT, data={"file": (io.BytesIO(b"no picture"), "icon.png")})
    assert complaints(bad) == {"file": "This file is not a picture. Choose a PNG, JPEG, WebP or SVG file."}
    assert api("POST", f"{PICTURES}/poster", DRAFT, data={}).status_code == 404
    assert (api("GET", BRAND).json["draft"], api("POST", VERSIONS, DRAFT, json={}).status_code) == (None, 409)


def test_a_look_that_nobody_could_read_is_refused(company: SomeCompany, api: Api, monkeypatch: Any) -> None:
    shell = company.platform.shell
    pale = replace(shell.themes["klar"], colours={**shell.themes["klar"].colours, "text-muted": ("#cccccc",) * 2})
    monkeypatch.setitem(shell.themes, "klar", pale)
    said = {"theme": "With these colours not everything could be read. Choose another character."}
    assert complaints(api("PATCH", DRAFT, DRAFT, json={"colour": "#123456"})) == said
    proof = api("GET", f"{BRAND}/proof").json
    assert {(one["ink"], one["mode"]) for one in proof["pairs"] if not one["holds"]} >= {("text-muted", "light")}
    assert proof["holds"] is False
    assert api("PATCH", DRAFT, DRAFT, json={"theme": "warm"}).status_code == 200
    version = api("GET", VERSIONS).json["items"][0]["id"]
    assert complaints(api("POST", f"{VERSIONS}/{version}/restore", BRAND)) == said


def test_the_proof_of_a_draft_says_each_pair_and_what_was_moved(api: Api) -> None:
    api("PATCH", DRAFT, DRAFT, json={"colour": "#FFE11B", "app_name": {"de": "Haus zum Brunnen"}})
    proof = api("GET", f"{BRAND}/proof?of=draft").json
    assert (proof["holds"], min(one["contrast"] - one["least"] for one in proof["pairs"]) >= 0) == (True, True)
    (link,) = [one for one in proof["adjustments"] if one["token"] == "accent-text"]
    assert link["asked"] == "#ffe11b"
    assert link["reason"].startswith("Too light for text: links and icons are written in #")
    assert ("“Haus zum Brunnen” (Deutsch) has 16 characters" in proof["long_names"][0], len(proof["missing"])) == (
        True, 5,
    )  # fmt: skip
    assert api("GET", f"{BRAND}/proof").json["adjustments"] == []


def test_a_look_is_planned_taken_back_and_an_earlier_one_taken_up(company: SomeCompany, api: Api) -> None:
    api("PATCH", DRAFT, DRAFT, json={"theme": "warm"})
    over = {"publish_at": (datetime.now(UTC) - timedelta(minutes=1)).isoformat()}
    soon = {"publish_at": (datetime.now(UTC) + timedelta(days=1)).isoformat()}
    late = {"publish_at": "2201-01-01T00:00:00Z"}
    assert complaints(api("POST", VERSIONS, DRAFT, json=over)) == {
        "publish_at": "This moment is over. Choose a later one, or publish at once."
    }
    assert "look at the year" in complaints(api("POST", VERSIONS, DRAFT, json=late))["publish_at"]
    planned = api("POST", VERSIONS, DRAFT, json=soon)
    assert (planned.status_code, planned.json["state"]) == (201, "planned")
    assert api("GET", BRAND).json["planned"]["id"] == planned.json["id"]
    api("PATCH", DRAFT, DRAFT, json={"theme": "markant"})
    assert "is planned for" in complaints(api("POST", VERSIONS, DRAFT, json=soon))["publish_at"]
    assert api("POST", VERSIONS, DRAFT, json={"publish_at": None}).json["look"]["theme"] == "markant"
    back = f"{VERSIONS}/{planned.json['id']}/withdraw"
    assert api("POST", back).json["state"] == "withdrawn"
    assert api("GET", DRAFT).json["look"]["theme"] == "warm"
    assert api("POST", back).status_code == 409
    first = api("GET", f"{VERSIONS}?limit=1&after={api('GET', f'{VERSIONS}?limit=2').json['next']}").json["items"][0]
    again = api("POST", f"{VERSIONS}/{first['id']}/restore", BRAND)
    assert (again.status_code, again.json["number"], again.json["restored"]) == (201, 4, 1)
    states = [(one["number"], one["state"]) for one in api("GET", VERSIONS).json["items"]]
    assert states == [(4, "in_force"), (3, "past"), (2, "withdrawn"), (1, "past")]


def test_who_was_quicker_is_not_written_over(api: Api) -> None:
    seen = api("GET", DRAFT).headers["ETag"]
    assert api("PATCH", DRAFT, seen, json={"theme": "warm"}).status_code == 200
    late = api("PATCH", DRAFT, seen, json={"theme": "markant"})
    assert (late.status_code, late.headers["ETag"]) == (412, api("GET", DRAFT).headers["ETag"])
    version = api("GET", VERSIONS).json["items"][0]["id"]
    assert [
        api("POST", VERSIONS, seen, json={}).status_code, api("DELETE", DRAFT, seen).status_code,
        api("POST", f"{PICTURES}/icon", seen, data={"file": (io.BytesIO(png()), "i.png")}).status_code,
        api("POST", f"{VERSIONS}/{version}/restore", seen).status_code,
        api("PATCH", DRAFT, json={"theme": "markant"}).status_code,
    ] == [412, 412, 412, 412, 428]  # fmt: skip
    assert api("GET", DRAFT).json["look"]["theme"] == "warm"


def test_neither_another_company_nor_another_scope_reaches_a_look(
    company: SomeCompany, make_company: Callable[..., SomeCompany], api: Api
) -> None:
    other = program(make_company("Nordlicht"), "company.settings")
    sent = api("POST", f"{PICTURES}/icon", DRAFT, data={"file": (io.BytesIO(png()), "i.png")})
    stolen = other("PATCH", DRAFT, DRAFT, json={"icon_id": sent.json["look"]["icon_id"]})
    version = api("GET", BRAND).json["in_force"]["id"]
    assert complaints(stolen) == {"icon_id": "There is no such picture."}
    for path, method in ((version, "GET"), (f"{version}/restore", "POST"), (f"{version}/withdraw", "POST")):
        assert other(method, f"{VERSIONS}/{path}", *([BRAND] if "restore" in path else [])).status_code == 404
    narrow = program(company, "legal.edit")
    assert {narrow("GET", path).status_code for path in (BRAND, DRAFT, VERSIONS, f"{BRAND}/proof")} == {403}
    with company.db() as db:
        assert isinstance(current_brand(db, company.id), BrandVersion)
