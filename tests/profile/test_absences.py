"""Who is away, who stands in, and what residents read of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from quartier.accounts.models import Account, Agent
from quartier.profile.models import Absence
from quartier.profile.queries import deputy_for
from quartier.testing import SomeBody, SomeCompany
from tests.profile.desk import REFUSED, sent

URL = "/account/absence"
MAY = date(2041, 5, 1)


def agent_id(company: SomeCompany, body: SomeBody) -> UUID:
    with company.db() as db:
        return db.scalars(select(Agent.id).filter_by(person_id=body.person_id)).one()


def away(
    company: SomeCompany, body: SomeBody, first: int, last: int, deputy: SomeBody | None = None
) -> tuple[int, str]:
    """Days of May in which somebody is away, both inclusive; the answer's status and what it says."""
    typed = {
        "starts": str(MAY.replace(day=first)), "until": str(MAY.replace(day=last)), "note.de": "Gute Zeit!",
        "deputy": str(agent_id(company, deputy)) if deputy else "",
    }  # fmt: skip
    return sent(body, URL, typed)


def acting(company: SomeCompany, body: SomeBody, day: int) -> UUID | None:
    with company.db() as db:
        return deputy_for(db, agent_id(company, body), MAY.replace(day=day))


def test_the_chain_is_followed_to_whoever_is_there(brunnenhof: SomeCompany) -> None:
    nadja, jan, lea = (brunnenhof.agent(name) for name in ("Nadja Frei", "Jan Meier", "Lea Roth"))
    assert away(brunnenhof, jan, 5, 6, lea)[0] == 303
    assert away(brunnenhof, nadja, 1, 10, jan)[0] == 303
    ids = {name: agent_id(brunnenhof, one) for name, one in {"nadja": nadja, "jan": jan, "lea": lea}.items()}
    assert [acting(brunnenhof, nadja, day) for day in (4, 5, 6, 7, 10, 11)] == [
        ids["jan"], ids["lea"], ids["lea"], ids["jan"], ids["jan"], ids["nadja"]
    ]  # fmt: skip
    assert away(brunnenhof, lea, 6, 6)[0] == 422  # Jan counts on her
    with brunnenhof.db() as db:
        db.execute(update(Account).where(Account.person_id == lea.person_id).values(is_active=False))
        db.commit()
    assert acting(brunnenhof, nadja, 5) is None


def test_nobody_stands_in_for_each_other(brunnenhof: SomeCompany) -> None:
    nadja, jan, lea = (brunnenhof.agent(name) for name in ("Nadja Frei", "Jan Meier", "Lea Roth"))
    assert away(brunnenhof, nadja, 1, 10, jan)[0] == 303
    status, page = away(brunnenhof, jan, 10, 12, nadja)
    assert (status, 'id="deputy-error"' in page, "gegenseitige" in page, "Gute Zeit!" in page) == (
        422,
        True,
        True,
        True,
    )
    assert away(brunnenhof, jan, 10, 12, lea)[0] == 303
    assert away(brunnenhof, lea, 10, 10, nadja)[0] == 422  # Lea for Jan, Jan for Nadja, Nadja for Lea
    assert away(brunnenhof, lea, 11, 12, nadja)[0] == 303  # Nadja is back by then


def test_a_deputy_who_is_away_needs_one(brunnenhof: SomeCompany) -> None:
    nadja, jan = brunnenhof.agent("Nadja Frei"), brunnenhof.agent("Jan Meier")
    assert away(brunnenhof, jan, 3, 4)[0] == 303
    status, page = away(brunnenhof, nadja, 1, 10, jan)
    assert (status, "Jan Meier ist auch abwesend" in page) == (422, True)
    assert away(brunnenhof, nadja, 5, 10, jan)[0] == 303


def test_what_cannot_be_is_refused_at_the_field(brunnenhof: SomeCompany) -> None:
    nadja = brunnenhof.agent("Nadja Frei")
    for more, field in (
        ({"until": "2041-04-30"}, "until"), ({"starts": "2020-05-01", "until": "2020-05-02"}, "until"),
        ({"starts": "bald"}, "starts"), ({"starts": ""}, "starts"), ({"until": "2099-01-01"}, "until"),
        ({"deputy": "01a2036b-fbdd-7066-acb2-d9215e7ed636"}, "deputy"), ({"deputy": "Jan"}, "deputy"),
    ):  # fmt: skip
        status, page = sent(nadja, URL, {"starts": str(MAY), "until": str(MAY), "deputy": "", **more})
        assert (status, f'id="{field}-error"' in page) == (REFUSED, True), more


def test_a_program_that_knows_of_holidays_says_when_its_maker_is_away(brunnenhof: SomeCompany) -> None:
    nadja, jan, machine = brunnenhof.agent("Nadja Frei"), brunnenhof.agent("Jan Meier"), brunnenhof.visitor()
    own = {"Authorization": f"Bearer {brunnenhof.token('me.read', 'me.write', by=nadja)}"}
    strange = {"Authorization": f"Bearer {brunnenhof.token('me.read')}"}

    def ask(method: str, path: str = "", **json: object) -> tuple[int, Any]:
        sent = {"json": json} if json else {}
        answer = machine.open(method, f"/api/v1/me/absences{path}", headers=own, **sent)
        return answer.status_code, answer.get_json(silent=True)

    days = {"starts": str(MAY), "ends": str(MAY.replace(day=8)), "deputy_id": str(jan.agent_id), "note": {"de": "Weg"}}
    for wrong, field in (
        ({"ends": str(MAY)}, "ends"), ({"deputy_id": str(nadja.agent_id)}, "deputy_id"), ({"starts": "bald"}, "starts"),
    ):  # fmt: skip
        status, said = ask("POST", **{**days, **wrong})
        assert (status, [one["pointer"] for one in said["errors"]]) == (422, [f"#/{field}"]), wrong
    status, made = ask("POST", **days)
    assert (status, {**days, "id": made["id"]}) == (201, made)
    assert ask("GET") == (200, {"items": [made]})
    assert machine.get("/api/v1/me/absences", headers=strange).status_code == 404
    assert [ask("DELETE", f"/{made['id']}")[0] for _twice in range(2)] == [204, 404]


def test_one_is_away_once_at_a_time_and_nobody_for_themselves(brunnenhof: SomeCompany) -> None:
    nadja = brunnenhof.agent("Nadja Frei")
    assert away(brunnenhof, nadja, 1, 5, nadja)[0] == 422
    assert [away(brunnenhof, nadja, *days)[0] for days in ((1, 5), (5, 6), (6, 7))] == [303, 422, 303]


def test_residents_read_who_stands_in_until_somebody_is_back(brunnenhof: SomeCompany) -> None:
    nadja, jan = brunnenhof.agent("Nadja Frei"), brunnenhof.agent("Jan Meier")
    with brunnenhof.db() as db:
        db.execute(update(Agent).where(Agent.person_id == nadja.person_id).values(is_public=True))
        db.commit()
    today = nadja.visit().today
    typed = {"starts": str(today), "until": str(today + timedelta(days=3)), "note.de": "Bis bald!"}
    nadja.browser.post(URL, {**typed, "deputy": str(agent_id(brunnenhof, jan))})
    resident = brunnenhof.resident().browser
    page = resident.get("/").text
    assert resident.get(URL).status_code in {403, 404}
    assert ("Abwesend bis und mit" in page, "Bis bald!" in page, "Vertretung: Jan Meier." in page) == (True, True, True)
    with brunnenhof.db() as db:
        absence = db.scalars(select(Absence)).one()
    assert jan.browser.post(f"{URL}/{absence.id}/end").status_code == 404
    assert nadja.browser.post(f"{URL}/{absence.id}/end").status_code == 303
    assert "Abwesend" not in resident.get("/").text


def test_what_comes_to_the_companys_own_people_does_not_go_outside(brunnenhof: SomeCompany) -> None:
    nadja, walter, ruedi = (brunnenhof.agent(name) for name in ("Nadja Frei", "Walter Aebi", "Ruedi Aebi"))
    with brunnenhof.db() as db:
        theirs = update(Agent).where(Agent.id.in_([walter.agent_id, ruedi.agent_id]))
        db.execute(theirs.values(employer="Aebi AG", ends=MAY.replace(day=20)))
        db.commit()
    assert "Aebi" not in nadja.browser.get(URL).text
    assert away(brunnenhof, nadja, 3, 9, walter)[0] == 422
    assert "Ruedi Aebi (Aebi AG)" in walter.browser.get(URL).text
    assert away(brunnenhof, walter, 15, 21, ruedi)[0] == 422
    assert away(brunnenhof, walter, 15, 19, ruedi)[0] == 303
