"""The team for programs: who may do what, inviting, giving and ending rights, and the same refusals as on the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select, text

from quartier.accounts.models import AgentGrant
from quartier.accounts.permissions import COMPANY_SETTINGS, TEAM_ADMIN, TEAM_READ
from quartier.estate.policies import EDIT, READ
from quartier.testing import SomeCompany


class Machine:
    """A program with a token."""

    def __init__(self, company: SomeCompany, *scopes: str) -> None:
        self._browser, self._token = company.visitor(), company.token(*scopes)

    def __call__(self, method: str, path: str, *, version: int | None = None, **sent: Any) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self._token}", "Accept-Language": "en"}
        headers |= {"If-Match": f'"{version}"'} if version else {}
        answer = self._browser.open(
            method, f"/api/v1/team{path}", headers=headers, **({} if method == "GET" else {"json": sent})
        )
        return answer.status_code, answer.get_json(silent=True)


def wrong(answer: tuple[int, Any]) -> tuple[int, set[str]]:
    """The status, and what is complained of."""
    return answer[0], {one["pointer"].rpartition("/")[2] for one in answer[1].get("errors", ())}


def test_a_program_invites_gives_and_ends(brunnenhof: SomeCompany) -> None:
    chief = brunnenhof.agent("Regula Steiner", TEAM_ADMIN)
    today, home = chief.visit().today, str(brunnenhof.property_id)
    ask, reads = Machine(brunnenhof, TEAM_ADMIN, TEAM_READ), Machine(brunnenhof, TEAM_READ)
    there = {"level": "property", "place_id": home}
    new = {"given_name": "Dragan", "family_name": "Petrović", "email": "dragan@petrovic.example",
           "grant": {**there, "permissions": [READ]}}  # fmt: skip
    assert wrong(ask("POST", "", **{**new, "phone": "soon", "email": "no"})) == (422, {"email"})
    assert wrong(ask("POST", "", **new, phone="soon")) == (422, {"phone"})
    assert wrong(ask("POST", "", **new, employer="Aebi")) == (422, {"ends"})
    assert wrong(ask("POST", "", **new, ends=str(today))) == (422, {"ends"})
    assert ask("POST", "", **new, employer="", ends=None)[0] == 201
    assert wrong(ask("POST", "", **new)) == (422, {"email"})
    brunnenhof.work()
    with brunnenhof.platform.shell.platform.connect() as connection:
        told = text("SELECT recipient FROM outbox_mail WHERE company_id = :company ORDER BY id DESC LIMIT 1")
        assert connection.scalars(told, {"company": brunnenhof.id}).one() == "dragan@petrovic.example"

    dragan = next(one for one in reads("GET", "")[1]["items"] if one["name"] == "Dragan Petrović")
    assert (dragan["state"], [one["permissions"] for one in dragan["grants"]]) == ("invited", [[READ]])
    place = f"/{dragan['id']}"
    give = f"{place}/grants"
    assert wrong(ask("POST", give, **there, permissions=[READ], ends=str(today + timedelta(days=9)))) == (
        422, {"permissions"},
    )  # fmt: skip
    for strange, field in (
        ({"permissions": [COMPANY_SETTINGS], **there}, "permissions"),
        ({"permissions": ["faq.fly"]}, "permissions"),
        ({"permissions": [], **there}, "permissions"),
        ({"permissions": [EDIT], "level": "unit", "place_id": home}, "place_id"),
        ({"permissions": [EDIT], "level": "property"}, "place_id"),
        ({"permissions": [EDIT], "starts": "2020-01-01"}, "starts"),
        ({"permissions": [EDIT], "ends": "2020-01-01"}, "ends"),
        ({"permissions": [EDIT], "starts": str(today), "ends": str(today)}, "ends"),
    ):
        assert wrong(ask("POST", give, **strange)) == (422, {field}), strange
    later = str(today + timedelta(days=30))
    status, now = ask("POST", give, **there, permissions=[READ, EDIT], starts=later)
    assert (status, [(one["permissions"], one["starts"], one["holds"]) for one in now["grants"]]) == (
        201, [([READ], None, True), ([EDIT], later, False)],
    )  # fmt: skip
    status, held = reads("GET", f"/rights?level=property&place_id={home}&day={later}")
    rights = {one["name"]: [right["permission"] for right in one["rights"]] for one in held["items"]}
    assert (status, rights) == (200, {"Regula Steiner": [TEAM_ADMIN], "Dragan Petrović": [EDIT, READ]})
    origin = {one["name"]: one["rights"][0]["origins"][0] for one in held["items"]}
    assert [origin[name]["level"] for name in ("Regula Steiner", "Dragan Petrović")] == ["company", "property"]
    assert {one["preset"] for one in origin.values()} == {None}
    assert (reads("GET", f"/rights?level=unit&place_id={home}")[0], reads("GET", "/rights?level=unit")[0]) == (404, 422)
    assert {one["key"] for one in reads("GET", "/presets")[1]["items"]} == {
        "manager", "caretaker", "bookkeeper", "editor",
    }  # fmt: skip
    for grant in now["grants"]:
        assert ask("DELETE", f"{give}/{grant['id']}")[0] == 200
    assert reads("GET", place)[1]["grants"] == []
    assert ask("PATCH", place, version=1, job={"de": "Hauswart"}, is_public=True)[0] == 200
    assert ask("PATCH", place, version=1, is_public=False)[0] == 412
    assert wrong(ask("PATCH", place, version=2, employer="Aebi")) == (422, {"ends"})
    assert (reads("POST", give, permissions=[READ])[0], ask("POST", f"{place}/deactivate")[0]) == (403, 200)
    assert (reads("GET", place)[1]["state"], ask("POST", f"{place}/reactivate")[1]["state"]) == ("off", "withdrawn")
    assert (ask("POST", f"{place}/invitation")[1]["state"], ask("POST", f"/{chief.agent_id}/invitation")[0]) == (
        "invited", 409,
    )  # fmt: skip


def test_a_program_cannot_leave_the_team_without_an_admin(brunnenhof: SomeCompany) -> None:
    chief, ask = brunnenhof.agent("Regula Steiner", TEAM_ADMIN), Machine(brunnenhof, TEAM_ADMIN)
    place = f"/{chief.agent_id}"
    with brunnenhof.db() as db:
        grant = db.scalars(select(AgentGrant.id).filter_by(agent_id=chief.agent_id)).one()
    for method, path, sent in (
        ("DELETE", f"{place}/grants/{grant}", {}),
        ("POST", f"{place}/deactivate", {}),
        ("PATCH", place, {"ends": "2099-01-01"}),
    ):
        status, said = ask(method, path, version=1, **sent)
        assert (status, said["detail"]) == (
            409, "Then nobody could manage the team any more. Give this right to somebody first.",
        )  # fmt: skip
    assert chief.visit().viewer.permissions == frozenset({TEAM_ADMIN})


def test_a_program_makes_roles_and_gives_them(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    chief, ask = brunnenhof.agent("Regula Steiner", TEAM_ADMIN), Machine(brunnenhof, TEAM_ADMIN, TEAM_READ)
    assert wrong(ask("POST", "/roles", name={"de": " "})) == (422, {"name"})
    status, role = ask("POST", "/roles", name={"de": "Schlüssel", "en": "Keys"})
    assert (status, role["key"]) == (201, "keys")
    one = f"/roles/{role['id']}"
    assert ask("PATCH", one, name={"de": "Schlüssel"})[0] == 428
    assert [ask("PATCH", one, version=1, name={"de": "Schlüssel"})[0] for _twice in range(2)] == [200, 412]
    assert Machine(nordlicht, TEAM_ADMIN)("DELETE", one)[0] == 404
    there = f"{one}/properties/{brunnenhof.property_id}"
    assert ask("PUT", there, agent_id=str(chief.agent_id))[0] == 200
    theirs = nordlicht.agent("Svenja Petersen", READ)
    assert wrong(ask("PUT", there, agent_id=str(theirs.agent_id))) == (422, {"agent_id"})
    assert ask("PUT", there.replace(str(brunnenhof.property_id), str(nordlicht.property_id)), agent_id=None)[0] == 404
    _status, roles = Machine(brunnenhof, TEAM_READ)("GET", "/roles")
    assert [(one["key"], one["name"]) for one in roles["items"]] == [("keys", {"de": "Schlüssel"})]
    assert [one["agent_id"] for one in roles["assigned"]] == [str(chief.agent_id)]
    assert (ask("PUT", there, agent_id=None)[0], Machine(brunnenhof, TEAM_READ)("GET", "/roles")[1]["assigned"]) == (
        200,
        [],
    )
    assert [ask("DELETE", one)[0] for _twice in range(2)] == [204, 404]
