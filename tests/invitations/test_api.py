"""Invitations over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from quartier.db.base import new_id
from quartier.testing import Browser, SomeCompany

SCOPE = "people.invite"


def ask(company: SomeCompany, method: str, path: str, **options: Any) -> Any:
    headers = {"Authorization": f"Bearer {company.token(SCOPE)}"}
    return Browser(company.platform, company.host).open(method, f"/api/v1{path}", headers=headers, **options)


def test_people_are_invited_found_and_withdrawn(brunnenhof: SomeCompany) -> None:
    anna = brunnenhof.person("Anna Amsler", email="anna@post.example").id
    emil, stranger = brunnenhof.person("Emil").id, new_id()
    answer = ask(brunnenhof, "POST", "/invitations", json={"person_ids": [str(anna), str(emil), str(stranger)]}).json
    assert [one["person_id"] for one in answer["invitations"]] == [str(anna)]
    assert answer["left"] == [
        {"person_id": str(emil), "reason": "no_email"}, {"person_id": str(stranger), "reason": "unknown"}
    ]  # fmt: skip
    assert "code" not in answer["invitations"][0]
    one = f"/invitations/{answer['invitations'][0]['id']}"
    full = ask(brunnenhof, "GET", one).json
    assert (full["state"], len(full["code"]), "/join/" in full["url"]) == ("open", 16, True)
    assert [ask(brunnenhof, "DELETE", one).status_code for _again in range(2)] == [204, 204]
    gone = ask(brunnenhof, "GET", one).json
    assert (gone["state"], gone["code"], gone["url"]) == ("withdrawn", None, None)
    assert ask(brunnenhof, "GET", "/invitations?live=true").json["items"] == []
    assert len(ask(brunnenhof, "GET", f"/invitations?person_id={anna}").json["items"]) == 1


def test_many_are_withdrawn_at_once_and_those_left_out_are_named(
    brunnenhof: SomeCompany, nordlicht: SomeCompany
) -> None:
    people = [str(brunnenhof.person(f"Gast {number}").id) for number in range(3)]
    theirs = {"person_ids": [str(nordlicht.person("Fremd").id)], "way": "phone"}
    made = ask(brunnenhof, "POST", "/invitations", json={"person_ids": people, "way": "phone"}).json["invitations"]
    other = ask(nordlicht, "POST", "/invitations", json=theirs).json["invitations"][0]["id"]
    ids = [one["id"] for one in made]
    assert ask(brunnenhof, "DELETE", f"/invitations/{ids[2]}").status_code == 204
    answer = ask(brunnenhof, "POST", "/invitations/withdrawal", json={"invitation_ids": [*ids, ids[0], other]}).json
    assert answer == {
        "withdrawn": ids[:2],
        "left": [{"invitation_id": ids[2], "reason": "withdrawn"}, {"invitation_id": other, "reason": "unknown"}],
    }
    assert ask(nordlicht, "GET", f"/invitations/{other}").json["state"] == "open"


def test_a_code_is_handed_over_by_the_caller(brunnenhof: SomeCompany) -> None:
    emil = brunnenhof.person("Emil").id
    body = {"person_ids": [str(emil)], "way": "phone"}
    first, again = (ask(brunnenhof, "POST", "/invitations", json=body).json for _each in range(2))
    assert UUID(first["invitations"][0]["person_id"]) == emil
    assert again["left"] == [{"person_id": str(emil), "reason": "invited"}]
    wrong = ask(brunnenhof, "POST", "/invitations", json={"person_ids": [], "way": "pigeon"})
    assert (wrong.status_code, len(wrong.json["errors"])) == (422, 2)
