"""Reports and what becomes of them: hidden or not by rule, decided once, told to both, asked again; words and rules."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from plugins.pinboard import queries
from plugins.pinboard.manifest import MODERATE
from plugins.pinboard.tests.sample import said, topic
from quartier.sdk import Visit
from quartier.testing import SomeBody, SomeCompany


def posted(body: SomeBody, words: str = "Die vom dritten Stock sind schuld") -> UUID:
    visit = body.visit()
    post = said(visit, words)
    visit.db.commit()
    return post.id


def headings(visit: Visit) -> list[str]:
    return [card.heading for card in queries.feed(visit).cards]


def the_case(company: SomeCompany) -> queries.CaseRow:
    (case,) = queries.cases(company.agent("Regula Steiner", MODERATE).visit())
    return case


def told(body: SomeBody, company: SomeCompany) -> str:
    company.work()
    return body.browser.get("/notifications").text


def ask(company: SomeCompany, token: str, method: str, path: str, body: Any = None, *, match: str = "") -> Any:
    """A program at the API."""
    headers = {"Authorization": f"Bearer {token}", "If-Match": match}
    return company.visitor().open(method, path, json=body, headers=headers)


def test_a_report_is_decided_once_and_both_sides_hear_of_it_and_the_author_asks_again(brunnenhof: SomeCompany) -> None:
    lea = brunnenhof.resident("Lea Zimmermann", language="en")
    verena = brunnenhof.resident("Verena Keller", language="en")
    nadja = brunnenhof.agent("Nadja Frei", MODERATE, language="en")
    post = posted(lea)
    path = f"/pinboard/{post}/report"
    assert lea.browser.get(path).status_code == 404
    assert verena.browser.post(path, {"reason": "vexed"}).status_code == 422
    assert "x" * 90 in verena.browser.post(path, {"reason": "insult", "note": "x" * 1001}).text
    assert [verena.browser.post(path, {"reason": "insult", "note": "Gemein"}).status_code for _ in range(2)] == [
        303
    ] * 2
    brunnenhof.resident("Urs Meier").browser.post(path, {"reason": "false"})
    assert headings(verena.visit()) != []  # the rule of this company: it stays until somebody decides
    case = the_case(brunnenhof)
    assert sorted((one.reason, one.note) for one in case.reports) == [("false", ""), ("insult", "Gemein")]
    assert "A post waits for your decision" in told(nadja, brunnenhof)
    desk = f"/cockpit/pinboard/cases/{case.id}"
    assert "Gemein" in nadja.browser.get(desk).text
    assert nadja.browser.post(desk, {"decision": "removed", "version": "1"}).status_code == 422
    verdict = {"decision": "removed", "version": "1", "reason": "Keine Namen von Nachbarn."}
    api, token = f"/api/v1/pinboard/cases/{case.id}", brunnenhof.token(MODERATE)
    stale = ask(brunnenhof, token, "POST", f"{api}/decide", {"decision": "kept"}, match='"7"')
    poor = ask(brunnenhof, token, "POST", f"{api}/decide", {"decision": "removed"}, match='"1"')
    assert (stale.status_code, poor.status_code, poor.json["errors"][0]["pointer"]) == (412, 422, "#/reason")
    assert [nadja.browser.post(desk, verdict).status_code for _twice in range(2)] == [303, 409]
    late = ask(brunnenhof, token, "POST", f"{api}/decide", {"decision": "kept"}, match='"2"')
    assert (late.status_code, late.content_type) == (409, "application/problem+json")
    assert headings(verena.visit()) == []
    assert verena.browser.get(f"/pinboard/{post}").status_code == 404
    assert "What you reported was taken from the board" in told(verena, brunnenhof)
    assert "Your post was taken from the board" in told(lea, brunnenhof)
    page = lea.browser.get(f"/pinboard/{post}").text
    assert "Keine Namen von Nachbarn." in page
    assert ("Your comment" in page, "Comments are switched off" in page) == (False, False)
    assert lea.browser.post(f"/pinboard/{post}/comments", {"comment": "Doch!"}).status_code == 403
    again = {"case": str(case.id), "appeal": "Ich nenne ja niemanden."}
    assert verena.browser.post(f"/pinboard/{post}/appeal", again).status_code == 404
    assert lea.browser.post(f"/pinboard/{post}/appeal", {**again, "appeal": ""}).status_code == 422
    assert [lea.browser.post(f"/pinboard/{post}/appeal", again).status_code for _ in range(2)] == [303, 404]
    waiting = the_case(brunnenhof)
    assert (waiting.appeal, waiting.version) == ("Ich nenne ja niemanden.", 3)
    (listed,) = ask(brunnenhof, token, "GET", "/api/v1/pinboard/cases").json["items"]
    assert (listed["appeal"], listed["author"], listed["waits"]) == (waiting.appeal, "Lea Zimmermann", True)
    etag = ask(brunnenhof, token, "GET", api).headers["ETag"]
    settled = ask(brunnenhof, token, "POST", f"{api}/decide", {"decision": "kept"}, match=etag)
    assert (settled.status_code, settled.json["decision"], settled.json["waits"]) == (200, "kept", False)
    assert [len(ask(brunnenhof, token, "GET", f"/api/v1/pinboard/cases{query}").json["items"])
            for query in ("", "?waiting=false&limit=1")] == [0, 1]  # fmt: skip
    assert headings(verena.visit()) != []


def test_a_reported_post_that_its_author_deletes_can_still_be_decided(brunnenhof: SomeCompany) -> None:
    brunnenhof.settings(**{"pinboard.hide_reported": True})
    lea, verena = brunnenhof.resident("Lea Zimmermann"), brunnenhof.resident("Verena Keller")
    elsewhere = brunnenhof.agent("Beat Ammann", MODERATE).limited_to(brunnenhof.house("Seestrasse")[0])
    post = posted(lea)
    verena.browser.post(f"/pinboard/{post}/report", {"reason": "insult"})
    assert headings(verena.visit()) == []
    assert lea.browser.post(f"/pinboard/{post}/delete").status_code == 303
    case = the_case(brunnenhof)
    assert (case.gone, case.words) == (True, "Die vom dritten Stock sind schuld")
    desk = f"/cockpit/pinboard/cases/{case.id}"
    assert elsewhere.browser.get(desk).status_code == 404
    verdict = {"decision": "removed", "version": "1", "reason": "Bitte nicht mehr."}
    assert brunnenhof.agent("Nadja Frei", MODERATE).browser.post(desk, verdict).status_code == 303
    assert "Bitte nicht mehr." in told(lea, brunnenhof)


def test_listed_words_house_rules_and_slow_days(brunnenhof: SomeCompany) -> None:
    regula = brunnenhof.agent("Regula Steiner", "pinboard.arrange", MODERATE)
    rules = {"rules.de": "Wir grüssen uns.", "words": "Mistkerl\n idiot, "}
    assert regula.browser.post("/cockpit/pinboard/rules", {"rules.fr": "Bonjour", "words": ""}).status_code == 422
    assert regula.browser.post("/cockpit/pinboard/rules", rules).status_code == 303
    lea, verena = brunnenhof.resident("Lea Zimmermann", language="en"), brunnenhof.resident("Verena Keller")
    visit = lea.visit()
    way, offer = queries.ways(visit)[1].value, str(topic(visit.db))
    visit.db.commit()
    sent = {"body": "So ein MISTKÈRL!", "way": way, "category_id": offer}
    refused = lea.browser.post("/pinboard/new", sent)
    assert (refused.status_code, "Wir grüssen uns." in refused.text, "MISTKÈRL" in refused.text) == (422, True, True)
    answer = lea.browser.post("/pinboard/new", {**sent, "agree": "1"})
    assert answer.status_code == 303
    assert "Somebody of the management looks at this post" in lea.browser.get(answer.headers["Location"]).text
    assert headings(verena.visit()) == []
    assert the_case(brunnenhof).found == "Mistkerl"
    brunnenhof.settings(**{"pinboard.slow": "60"})
    slow = lea.browser.post("/pinboard/new", {**sent, "body": "Und noch etwas"})
    assert (slow.status_code, "There is some time between two posts here." in slow.text) == (422, True)
    brunnenhof.settings(**{"pinboard.slow": None})
    assert lea.browser.post("/pinboard/new", {**sent, "body": "Und noch etwas"}).status_code == 303
    (post,) = re.findall(r'id="post-([0-9a-f-]{36})"', verena.browser.get("/pinboard/").text)
    lea.browser.post(f"/pinboard/{post}/comments", {"comment": "Idiot"})
    assert "Idiot" not in verena.browser.get(f"/pinboard/{post}").text
    assert "Only you see this comment at the moment." in lea.browser.get(f"/pinboard/{post}").text
