"""Webhooks in the Cockpit."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest

from quartier.db.base import new_id
from quartier.erp.policies import WEBHOOKS
from quartier.keys import key_of
from quartier.testing import Browser, SomeCompany
from quartier.webhooks.models import Webhook
from quartier.webhooks.sealing import opened
from quartier.webhooks.signing import signature
from tests.webhooks.conftest import Receiver, Subscribe, again_now, rows, work

HOME = "/cockpit/settings/webhooks"


@pytest.fixture
def nadja(brunnenhof: SomeCompany) -> Browser:
    """May do everything about webhooks."""
    return brunnenhof.agent("Nadja Frei", WEBHOOKS, "estate.read", "people.read").browser


def secret_on(page: str) -> str:
    found = re.search(r"whsec_[A-Za-z0-9+/=]+", page.replace("&#43;", "+"))
    assert found, page
    return found[0]


def form(at: str, **more: Any) -> dict[str, Any]:
    return {"name": "Abacus", "url": at, "nouns": ["unit", "person"], "with_api": "true", **more}


def test_an_agent_sets_up_a_webhook_and_it_works_again_and_again(
    brunnenhof: SomeCompany, nadja: Browser, private: None, receiver: Receiver
) -> None:
    blank = nadja.get(f"{HOME}/new").text
    webhook_id = re.search(r'name="webhook_id" value="([^"]+)"', blank)
    assert webhook_id
    sent = form(receiver.url, webhook_id=webhook_id[1])
    made = nadja.post(f"{HOME}/new", sent)
    secret = secret_on(made.text)
    assert made.status_code == 200
    again = nadja.post(f"{HOME}/new", sent)
    assert (again.status_code, again.headers["Location"]) == (303, HOME)
    assert rows(brunnenhof, "SELECT name, nouns, with_api FROM webhook") == [("Abacus", ["unit", "person"], True)]
    for path in (HOME, f"{HOME}/{webhook_id[1]}", f"{HOME}/{webhook_id[1]}/edit", f"{HOME}/{webhook_id[1]}/secret"):
        page = nadja.get(path)
        assert (page.status_code, "whsec_" in page.text) == (200, False)
    brunnenhof.person("Hanna Berger")
    work(brunnenhof)
    (letter,) = receiver.letters
    signed = signature(letter.headers["webhook-id"], letter.headers["webhook-timestamp"], letter.body, secret)
    assert letter.headers["webhook-signature"] == f"v1,{signed}"
    log = nadja.get(f"{HOME}/{webhook_id[1]}").text
    message = re.search(rf'href="({HOME}/{webhook_id[1]}/messages/[^"]+)"', log)
    assert "Status 204" in log
    assert message
    assert nadja.post(f"{message[1]}/replay").status_code == 303
    work(brunnenhof)
    assert [one.headers["webhook-id"] for one in receiver.letters] == [letter.headers["webhook-id"]] * 2
    assert receiver.letters[1].body == letter.body


@pytest.mark.parametrize(("sent", "field", "sentence"), [
    ({"name": ""}, "name", "ausfüllen"),
    ({"nouns": []}, "nouns", "ausfüllen"),
    ({"nouns": ["castle"]}, "nouns", ""),
    ({"url": "https://127.0.0.1/"}, "url", "privaten Netz"),
    ({"url": "https://localhost.example.invalid/"}, "url", "nicht bekannt"),
    ({"url": "http://erp.example/"}, "url", "https://"),
    ({"url": "https://erp.example:22/"}, "url", "Port"),
    ({"url": "https://nadja:geheim@erp.example/"}, "url", "Passwort"),
    ({"url": "erp.example"}, "url", "https://"),
    ({"url": "https://a b/"}, "url", "Beispiel"),
    ({"url": "https://" + "x" * 3000}, "url", ""),
    ({"name": "x" * 81}, "name", ""),
    ({"name": "a\0b"}, "name", ""),
])  # fmt: skip
def test_what_cannot_be_is_told_at_the_field_and_nothing_typed_is_lost(
    brunnenhof: SomeCompany, nadja: Browser, sent: dict[str, Any], field: str, sentence: str
) -> None:
    answer = nadja.post(f"{HOME}/new", form("https://8.8.8.8/", **sent), headers={"Accept-Language": "de"})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert sentence in answer.text
    if "name" not in sent:
        assert 'value="Abacus"' in answer.text
    assert rows(brunnenhof, "SELECT count(*) FROM webhook") == [(0,)]


def test_it_is_changed_and_not_over_somebody_elses_change(
    brunnenhof: SomeCompany, nadja: Browser, subscribe: Subscribe, receiver: Receiver
) -> None:
    hook = subscribe(brunnenhof, "unit")
    page = nadja.get(f"{HOME}/{hook.id}/edit").text
    version = re.search(r'name="version" value="([^"]+)"', page)
    assert version
    sent = form(receiver.url, version=version[1], with_api="")
    assert nadja.post(f"{HOME}/{hook.id}/edit", sent).status_code == 303
    assert rows(brunnenhof, "SELECT name, nouns, with_api FROM webhook") == [("Abacus", ["unit", "person"], False)]
    late = nadja.post(f"{HOME}/{hook.id}/edit", {**sent, "name": "Später"})
    assert (late.status_code, 'value="Später"' in late.text) == (422, True)
    assert rows(brunnenhof, "SELECT name FROM webhook") == [("Abacus",)]


def test_the_secret_is_changed_once_by_a_form_that_is_sent_twice(
    brunnenhof: SomeCompany, nadja: Browser, subscribe: Subscribe
) -> None:
    hook = subscribe(brunnenhof, "unit")
    mark = re.search(r'name="mark" value="([^"]+)"', nadja.get(f"{HOME}/{hook.id}/secret").text)
    assert mark
    first = nadja.post(f"{HOME}/{hook.id}/secret", {"mark": mark[1]})
    second = nadja.post(f"{HOME}/{hook.id}/secret", {"mark": mark[1]})
    fresh = secret_on(first.text)
    assert (first.status_code, second.status_code, fresh == hook.shown_secret) == (200, 303, False)
    db = brunnenhof.db()
    now, key = db.get_one(Webhook, (brunnenhof.id, hook.id)), key_of(brunnenhof.platform.shell.config)
    assert [opened(key, now, one or "") for one in (now.secret, now.old_secret)] == [fresh, hook.shown_secret]
    db.close()


def test_a_test_message_shows_what_came_of_it(
    brunnenhof: SomeCompany, nadja: Browser, subscribe: Subscribe, receiver: Receiver
) -> None:
    hook = subscribe(brunnenhof, "unit")
    receiver.statuses, receiver.reply = [503], b"<b>maintenance</b>"
    sent = nadja.post(f"{HOME}/{hook.id}/test")
    assert (sent.status_code, "/messages/" in sent.headers["Location"]) == (303, True)
    assert "wartet" in nadja.get(sent.headers["Location"]).text
    work(brunnenhof)
    page = nadja.get(sent.headers["Location"]).text
    assert ["Status 503" in page, "fehlgeschlagen" in page, "&lt;b&gt;maintenance" in page, "<b>maint" in page] == [
        True, True, True, False,
    ]  # fmt: skip
    file = nadja.get(sent.headers["Location"] + "/body.json")
    assert (file.data, file.content_type) == (receiver.letters[0].body, "application/json")
    assert "attachment" in file.headers["Content-Disposition"]


def test_the_log_is_filtered_and_sent_again(
    brunnenhof: SomeCompany, nadja: Browser, subscribe: Subscribe, receiver: Receiver
) -> None:
    hook = subscribe(brunnenhof, "person", "property")
    brunnenhof.person("Hanna Berger")
    work(brunnenhof)
    brunnenhof.house("Seefeld")
    work(brunnenhof)
    ids = [row[0] for row in rows(brunnenhof, "SELECT id FROM webhook_delivery ORDER BY id")]
    db = brunnenhof.db()
    db.row("UPDATE webhook_delivery SET status = 'failed' WHERE id = %s RETURNING id", (ids[0],))
    db.commit()
    page = f"{HOME}/{hook.id}"

    def listed(query: str) -> list[UUID]:
        return [UUID(one) for one in re.findall(r'messages/([0-9a-f-]{36})"', nadja.get(page + query).text)]

    assert listed("") == [ids[1], ids[0]]
    assert listed("?status=failed") == [ids[0]]
    assert listed("?about=property") == [ids[1]]
    assert listed("?status=delivered&about=person") == []
    assert listed("?status=nonsense&about=nonsense") == [ids[1], ids[0]]
    assert listed(f"?before={ids[1]}") == [ids[0]]
    assert nadja.get(f"{page}?before=x").status_code == 400
    assert nadja.post(f"{page}/replay").status_code == 303
    assert nadja.post(f"{page}/messages/{ids[1]}/replay").status_code == 303
    work(brunnenhof)
    sent = [letter.headers["webhook-id"][4:] for letter in receiver.letters]
    assert sent == [ids[0].hex, ids[1].hex, ids[0].hex, ids[1].hex]
    assert nadja.get(f"{page}/messages/{new_id()}").status_code == 404


def test_a_long_log_is_paged(brunnenhof: SomeCompany, nadja: Browser, subscribe: Subscribe, receiver: Receiver) -> None:
    hook = subscribe(brunnenhof, "person")
    brunnenhof.person("Hanna Berger")
    work(brunnenhof)
    db = brunnenhof.db()
    for _copy in range(60):
        db.row("INSERT INTO webhook_delivery (id, webhook_id, batch, page, nouns, changes, body, status) "
               "SELECT ordered_uuid(), webhook_id, batch, page, nouns, changes, body, status FROM webhook_delivery "
               "LIMIT 1 RETURNING id")  # fmt: skip
    db.commit()
    first = nadja.get(f"{HOME}/{hook.id}").text
    more = re.search(r'hx-get="([^"]+)"', first)
    assert more
    second = nadja.get(more[1].replace("&amp;", "&")).text
    assert [len(set(re.findall(r"messages/([0-9a-f-]{36})", page))) for page in (first, second)] == [50, 11]


def test_pausing_resuming_and_deleting(
    brunnenhof: SomeCompany, nadja: Browser, subscribe: Subscribe, receiver: Receiver
) -> None:
    hook = subscribe(brunnenhof, "person")
    page = f"{HOME}/{hook.id}"
    receiver.statuses = [410, 204]
    brunnenhof.person("Hanna Berger")
    work(brunnenhof)
    assert "Status 410" in nadja.get(page).text
    assert "angehalten" in nadja.get(HOME).text
    assert nadja.post(f"{page}/pause", {"way": "resume"}).status_code == 303
    work(brunnenhof)
    assert (len(receiver.letters), "läuft" in nadja.get(HOME).text) == (2, True)
    assert nadja.post(f"{page}/pause", {"way": "pause"}).status_code == 303
    assert "Jemand aus dem Team" in nadja.get(page).text
    assert nadja.get(f"{page}/delete").status_code == 200
    assert nadja.post(f"{page}/delete").status_code == 303
    assert (nadja.get(page).status_code, rows(brunnenhof, "SELECT count(*) FROM webhook_delivery")) == (404, [(0,)])


def test_trouble_is_told_on_the_page(
    brunnenhof: SomeCompany, nadja: Browser, subscribe: Subscribe, receiver: Receiver
) -> None:
    hook = subscribe(brunnenhof, "person")
    receiver.statuses = [302]
    brunnenhof.person("Hanna Berger")
    work(brunnenhof)
    again_now(brunnenhof)
    page = nadja.get(f"{HOME}/{hook.id}").text
    assert ["gestört" in page, "verweist auf eine andere Adresse" in page] == [True, True]


def test_who_may_not_see_people_neither_sees_nor_moves_what_tells_of_them(
    brunnenhof: SomeCompany, subscribe: Subscribe, receiver: Receiver
) -> None:
    dragan = brunnenhof.agent("Dragan Petrović", WEBHOOKS, "estate.read").browser
    hook = subscribe(brunnenhof, "person")
    brunnenhof.person("Hanna Berger")
    work(brunnenhof)
    ((message_id,),) = rows(brunnenhof, "SELECT id FROM webhook_delivery")
    page = f"{HOME}/{hook.id}"
    asked = [dragan.get(page + more) for more in ("", "/edit", "/secret", "/delete", f"/messages/{message_id}",
                                                  f"/messages/{message_id}/body.json")]  # fmt: skip
    told = [dragan.post(page + more) for more in ("/edit", "/secret", "/delete", "/test", "/pause", "/replay",
                                                  f"/messages/{message_id}/replay")]  # fmt: skip
    assert {answer.status_code for answer in asked + told} == {403}
    listed = dragan.get(HOME).text
    assert ["ERP" in listed, receiver.url in listed, str(hook.id) in listed] == [True, False, False]
    assert 'value="person"' not in dragan.get(f"{HOME}/new").text
    assert dragan.post(f"{HOME}/new", form("https://8.8.8.8/")).status_code == 422


def test_who_is_limited_to_some_properties_sets_up_none(brunnenhof: SomeCompany, subscribe: Subscribe) -> None:
    hook = subscribe(brunnenhof, "unit")
    anne = brunnenhof.agent("Anne Rochat", WEBHOOKS, "estate.read").limited_to(brunnenhof.property_id)
    for path in (HOME, f"{HOME}/{hook.id}", f"{HOME}/new"):
        assert anne.browser.get(path).status_code == 403
    beat = brunnenhof.agent("Beat Kunz", "estate.read").limited_to(brunnenhof.property_id).granted(WEBHOOKS).browser
    assert (beat.get(HOME).status_code, beat.get(f"{HOME}/{hook.id}").status_code) == (200, 403)
    assert beat.post(f"{HOME}/new", form("https://8.8.8.8/", nouns=["unit"])).status_code == 422


def test_another_companys_webhook_is_not_there(nadja: Browser, nordlicht: SomeCompany, subscribe: Subscribe) -> None:
    hook = subscribe(nordlicht, "unit")
    assert {nadja.get(f"{HOME}/{hook.id}").status_code, nadja.post(f"{HOME}/{hook.id}/delete").status_code} == {404}
    db = nordlicht.db()
    assert db.get(Webhook, (nordlicht.id, hook.id)) is not None
