"""Webhooks for programs: what a token may set up and see, and what it may not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from quartier.accounts.models import ApiToken
from quartier.accounts.visitors import hash_token
from quartier.erp.policies import WEBHOOKS
from quartier.testing import SomeCompany
from quartier.webhooks.services import MOST, TESTS
from tests.webhooks.conftest import Receiver, Subscribe, rows, work

HOOKS = "/api/v1/erp/webhooks"
EVERYTHING = (WEBHOOKS, "estate.read", "people.read")


class Program:
    """A program with a token."""

    def __init__(self, company: SomeCompany, *scopes: str) -> None:
        self.company, self.browser = company, company.visitor()
        self.headers = {"Authorization": f"Bearer {company.token(*(scopes or EVERYTHING))}"}

    def ask(self, method: str, path: str = HOOKS, body: Any = None, **headers: str) -> Any:
        options = {} if body is None else {"json": body}
        return self.browser.open(method, path, headers={**self.headers, **headers}, **options)

    def add(self, url: str, **more: Any) -> Any:
        return self.ask("POST", body={"name": "ERP", "url": url, "nouns": ["unit", "person"], **more})


def wrong(answer: Any) -> dict[str, str]:
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json"), answer.text
    return {one["pointer"].split("/")[1]: one["detail"] for one in answer.json["errors"]}


def test_a_program_sets_up_a_webhook_and_sees_its_secret_once(
    brunnenhof: SomeCompany, private: None, receiver: Receiver
) -> None:
    program = Program(brunnenhof)
    made = program.add(receiver.url)
    assert made.status_code == 201
    assert made.json["secret"].startswith("whsec_")
    location = made.headers["Location"]
    shown = program.ask("GET", location)
    assert (shown.status_code, "secret" in shown.json, shown.headers["ETag"]) == (200, False, made.headers["ETag"])
    assert (shown.json["nouns"], shown.json["with_api"], shown.json["paused"]) == (["unit", "person"], True, "")
    listed = program.ask("GET").json
    assert ([one["id"] for one in listed["items"]], listed["next"]) == ([made.json["id"]], None)
    rotated = program.ask("POST", f"{location}/secret")
    assert (rotated.status_code, rotated.json["secret"] == made.json["secret"]) == (200, False)
    assert program.ask("DELETE", location).status_code == 204
    assert program.ask("GET", location).status_code == 404


def test_a_webhook_is_changed_by_who_knows_its_present_version(brunnenhof: SomeCompany, subscribe: Subscribe) -> None:
    hook, program = subscribe(brunnenhof, "unit"), Program(brunnenhof)
    path = f"{HOOKS}/{hook.id}"
    version = program.ask("GET", path).headers["ETag"]
    assert program.ask("PATCH", path, {"name": "x"}).status_code == 428
    assert program.ask("PATCH", path, {"name": "Abacus"}, **{"If-Match": version}).json["name"] == "Abacus"
    assert program.ask("PATCH", path, {"name": "x"}, **{"If-Match": version}).status_code == 412
    paused = program.ask("PATCH", path, {"paused": True}, **{"If-Match": "*"})
    assert (paused.json["paused"], paused.json["name"]) == ("agent", "Abacus")
    assert program.ask("PATCH", path, {"paused": False}, **{"If-Match": "*"}).json["paused"] == ""


@pytest.mark.parametrize(("body", "fields"), [
    ({}, {"name", "url", "nouns"}),
    ({"name": "", "url": "", "nouns": []}, {"name", "url", "nouns"}),
    ({"name": "x" * 81, "url": "https://a.example/" + "x" * 2000, "nouns": ["castle"]}, {"name", "url", "nouns"}),
    ({"name": None, "url": 7, "nouns": "unit"}, {"name", "url", "nouns"}),
    ({"name": "E", "url": "https://127.0.0.1/", "nouns": ["unit"]}, {"url"}),
    ({"name": "E", "url": "https://169.254.169.254/latest/meta-data", "nouns": ["unit"]}, {"url"}),
    ({"name": "E", "url": "https://[::ffff:10.0.0.1]/", "nouns": ["unit"]}, {"url"}),
    ({"name": "E", "url": "http://erp.example/", "nouns": ["unit"]}, {"url"}),
    ({"name": "E", "url": "https://8.8.8.8:22/", "nouns": ["unit"]}, {"url"}),
    ({"name": "E", "url": "https://console.localhost/", "nouns": ["unit"]}, {"url"}),
    ({"name": "E", "url": "https://nobody.invalid/", "nouns": ["unit"]}, {"url"}),
])  # fmt: skip
def test_what_cannot_be_a_webhook_is_told_at_the_field(
    brunnenhof: SomeCompany, body: dict[str, Any], fields: set[str]
) -> None:
    found = wrong(Program(brunnenhof).ask("POST", body=body))
    assert found.keys() == fields
    assert rows(brunnenhof, "SELECT count(*) FROM webhook") == [(0,)]


def test_a_text_with_nul_is_refused(brunnenhof: SomeCompany) -> None:
    answer = Program(brunnenhof).ask("POST", body={"name": "a\0b", "url": "https://8.8.8.8/", "nouns": ["unit"]})
    assert answer.status_code == 422


def test_nobody_hands_on_more_than_they_may_read(
    brunnenhof: SomeCompany, subscribe: Subscribe, receiver: Receiver
) -> None:
    """Neither by a new webhook, nor by sending the messages of another one elsewhere, nor through its log."""
    limited = Program(brunnenhof, WEBHOOKS, "estate.read")
    assert set(wrong(limited.add(receiver.url))) == {"nouns"}
    assert limited.add(receiver.url, nouns=["unit"]).status_code == 201
    hook = subscribe(brunnenhof, "person")
    path = f"{HOOKS}/{hook.id}"
    brunnenhof.person("Hanna Berger")
    work(brunnenhof)
    ((message_id,),) = rows(brunnenhof, f"SELECT id FROM webhook_delivery WHERE webhook_id = '{hook.id}'")
    tried = [
        ("GET", path), ("DELETE", path), ("POST", f"{path}/secret"), ("POST", f"{path}/test"),
        ("POST", f"{path}/replay"), ("GET", f"{path}/deliveries"), ("GET", f"{path}/deliveries/{message_id}"),
        ("POST", f"{path}/deliveries/{message_id}/replay"),
    ]  # fmt: skip
    assert {limited.ask(*one).status_code for one in tried} == {403}
    assert limited.ask("PATCH", path, {"url": "https://8.8.8.8/"}, **{"If-Match": "*"}).status_code == 403
    assert "Berger" not in limited.ask("GET").text
    assert str(hook.id) not in limited.ask("GET").text
    mine = limited.ask("GET").json["items"][0]["id"]
    widened = limited.ask("PATCH", f"{HOOKS}/{mine}", {"nouns": ["unit", "person"]}, **{"If-Match": "*"})
    assert set(wrong(widened)) == {"nouns"}


def test_who_is_limited_to_some_properties_sets_up_none(brunnenhof: SomeCompany, subscribe: Subscribe) -> None:
    hook, program = subscribe(brunnenhof, "unit"), Program(brunnenhof)
    secret = program.headers["Authorization"].removeprefix("Bearer ")
    db = brunnenhof.db()
    token = db.query(ApiToken).filter_by(token_hash=hash_token(secret)).one()
    token.properties = [brunnenhof.property_id]
    db.commit()
    assert program.add("https://8.8.8.8/", nouns=["unit"]).status_code == 403
    assert program.ask("GET", f"{HOOKS}/{hook.id}").status_code == 403
    assert program.ask("GET").status_code == 403


def test_a_token_without_the_scope_gets_nowhere(brunnenhof: SomeCompany) -> None:
    program = Program(brunnenhof, "estate.read", "people.read", "erp.write")
    assert [program.ask("GET").status_code, program.add("https://8.8.8.8/").status_code] == [403, 403]


def test_the_log_is_filtered_and_paged_and_a_message_is_shown_as_it_was_sent(
    brunnenhof: SomeCompany, subscribe: Subscribe, receiver: Receiver
) -> None:
    hook, program = subscribe(brunnenhof, "person", "property"), Program(brunnenhof)
    path = f"{HOOKS}/{hook.id}/deliveries"
    receiver.reply = b"danke"
    receiver.statuses = [200]
    brunnenhof.person("Hanna Berger")
    work(brunnenhof)
    brunnenhof.house("Seefeld")
    work(brunnenhof)
    first = program.ask("GET", f"{path}?limit=1")
    second = program.ask("GET", first.headers["Link"].split(";")[0].strip("<>"))
    assert [first.json["items"][0]["nouns"], second.json["items"][0]["nouns"], second.json["next"]] == [
        ["property"], ["person"], None,
    ]  # fmt: skip
    assert [one["nouns"] for one in program.ask("GET", f"{path}?noun=person").json["items"]] == [["person"]]
    assert program.ask("GET", f"{path}?status=failed").json["items"] == []
    for bad in ("?status=lost", "?noun=castle", "?limit=0", "?after=x"):
        assert program.ask("GET", path + bad).status_code == 422
    one = program.ask("GET", f"{path}/{second.json['items'][0]['id']}").json
    assert one["message"] == receiver.letters[0].json
    assert (one["message_id"], one["reply"], one["answer"]) == (
        receiver.letters[0].headers["webhook-id"], "danke", 200,
    )  # fmt: skip


def test_messages_are_sent_again_one_or_all_that_failed(
    brunnenhof: SomeCompany, subscribe: Subscribe, receiver: Receiver
) -> None:
    hook, program = subscribe(brunnenhof, "person"), Program(brunnenhof)
    path = f"{HOOKS}/{hook.id}"
    for name in ("Hanna Berger", "Dragan Petrović", "Svenja Petersen"):
        brunnenhof.person(name)
        work(brunnenhof)
    ids = [row[0] for row in rows(brunnenhof, "SELECT id FROM webhook_delivery ORDER BY id")]
    assert program.ask("POST", f"{path}/replay").json == {"messages": 0}
    assert program.ask("POST", f"{path}/deliveries/{ids[1]}/replay").json == {"messages": 1}
    assert program.ask("POST", f"{path}/deliveries/{ids[1]}/replay").json == {"messages": 0}
    work(brunnenhof)
    db = brunnenhof.db()
    db.row("UPDATE webhook_delivery SET status = 'failed' WHERE id <> %s RETURNING id", (ids[1],))
    db.commit()
    assert program.ask("POST", f"{path}/replay").json == {"messages": 2}
    work(brunnenhof)
    sent = [UUID(letter.headers["webhook-id"].removeprefix("msg_")) for letter in receiver.letters]
    assert sent == [*ids, ids[1], ids[0], ids[2]]


def test_a_test_message_is_sent_and_only_some_may_wait(
    brunnenhof: SomeCompany, subscribe: Subscribe, receiver: Receiver
) -> None:
    hook, program = subscribe(brunnenhof, "person"), Program(brunnenhof)
    answers = [program.ask("POST", f"{HOOKS}/{hook.id}/test") for _try in range(TESTS + 1)]
    assert [answer.status_code for answer in answers] == [202] * TESTS + [409]
    work(brunnenhof)
    done = program.ask("GET", answers[0].headers["Location"]).json
    assert (done["status"], done["changes"], done["message"]["type"]) == ("delivered", 0, "webhook.test")


def test_a_company_has_only_so_many(brunnenhof: SomeCompany, private: None, receiver: Receiver) -> None:
    program = Program(brunnenhof)
    made = [program.add(receiver.url).status_code for _number in range(MOST + 1)]
    assert made == [201] * MOST + [409]


def test_another_companys_webhook_is_not_there(
    brunnenhof: SomeCompany, nordlicht: SomeCompany, subscribe: Subscribe
) -> None:
    hook, program = subscribe(nordlicht, "unit"), Program(brunnenhof)
    path = f"{HOOKS}/{hook.id}"
    for method, more in [("GET", ""), ("DELETE", ""), ("POST", "/test"), ("POST", "/secret"), ("GET", "/deliveries")]:
        assert program.ask(method, path + more).status_code == 404
    assert program.ask("PATCH", path, {"url": "https://8.8.8.8/"}, **{"If-Match": "*"}).status_code == 404
