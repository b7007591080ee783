"""The module for machines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from plugins.faq import exchange, services
from plugins.faq.queries import Wording
from plugins.faq.tests.sample import draft, live, topic
from quartier.testing import Browser, SomeCompany

WRITE = ("faq.edit", "faq.view_drafts")
PUBLISH = (*WRITE, "faq.publish")
NEW = {"category": "heating", "texts": {"de": {"title": "Kalt?", "body": "**Entlüften**"}}}


class Machine:
    """A program with a token."""

    def __init__(self, company: SomeCompany, *scopes: str) -> None:
        self._browser: Browser = company.visitor()
        self._token = company.token(*scopes)

    def __call__(self, method: str, path: str, json: Any = None, **headers: str) -> Any:
        given = {"Authorization": f"Bearer {self._token}"} | {
            name.replace("_", "-"): text for name, text in headers.items()
        }
        options: dict[str, Any] = {"data": json} if isinstance(json, bytes) else {} if json is None else {"json": json}
        return self._browser.open(method, f"/api/v1/faq{path}", headers=given, **options)


def plant(company: SomeCompany, *titles: str) -> list[str]:
    db = company.db()
    made = [str(live(db, title, texts={"en": Wording(f"{title} (en)", "", "Text")}).id) for title in titles]
    db.commit()
    db.close()
    return made


def with_topic(company: SomeCompany) -> None:
    db = company.db()
    topic(db)
    db.commit()
    db.close()


def test_any_token_reads_and_finds_what_is_published_in_its_language(brunnenhof: SomeCompany) -> None:
    plant(brunnenhof, "Heizkörper")
    db = brunnenhof.db()
    draft(db, "Entwurf")
    live(db, "Geplant", at=datetime.now(UTC) + timedelta(days=1))
    db.commit()
    ask = Machine(brunnenhof)
    assert [row["title"] for row in ask("GET", "/articles", Accept_Language="en").json["items"]] == ["Heizkörper (en)"]
    assert [row["title"] for row in ask("GET", "/search?q=heizkoerper").json] == ["Heizkörper"]
    assert [(row["key"], row["name"], row["count"]) for row in ask("GET", "/topics").json] == [
        ("heating", {"de": "Heizen"}, 1)
    ]
    assert ask("GET", "/articles?state=draft").status_code == 403
    assert ask("GET", "/articles?state=nonsense").status_code == 422


def test_the_list_comes_in_pages(brunnenhof: SomeCompany) -> None:
    plant(brunnenhof, "A", "B", "C")
    ask, titles, path = Machine(brunnenhof), [], "/articles?limit=2"
    for _page in range(2):
        page = ask("GET", path).json
        titles += [row["title"] for row in page["items"]]
        path = f"/articles?limit=2&after={page['next']}"
    assert (titles, page["next"]) == (["A", "B", "C"], None)
    assert ask("GET", "/articles?after=nonsense").status_code == 422


def test_an_article_is_written_changed_published_and_withdrawn(brunnenhof: SomeCompany) -> None:
    with_topic(brunnenhof)
    ask = Machine(brunnenhof, *PUBLISH)
    made = ask("POST", "/articles", NEW)
    assert (made.status_code, made.json["slug"], made.headers["ETag"]) == (201, "kalt", '"1"')
    assert made.json["texts"]["de"]["html"] == "<p><strong>Entlüften</strong></p>\n"
    path = f"/articles/{made.json['id']}"
    changed = ask("PUT", path, {"texts": {"fr": {"title": "Froid ?", "body": "Purger"}}}, If_Match='"1"')
    assert (changed.status_code, set(changed.json["texts"]), changed.headers["ETag"]) == (200, {"de", "fr"}, '"2"')
    states = [
        ask("POST", f"{path}/{verb}", {}).json["status"] for verb in ("publish", "confirm", "unpublish", "archive")
    ]
    assert states == ["published", "published", "draft", "archived"]
    assert [step["event"] for step in ask("GET", f"{path}/revisions").json] == [
        "archived", "unpublished", "published", "saved", "created",
    ]  # fmt: skip
    assert ask("DELETE", path).status_code == 422


def test_a_change_needs_the_version_it_is_based_on(brunnenhof: SomeCompany) -> None:
    with_topic(brunnenhof)
    ask = Machine(brunnenhof, *WRITE)
    path = f"/articles/{ask('POST', '/articles', NEW).json['id']}"
    change = {"texts": {"de": {"title": "Neu", "body": "Neu"}}}
    assert ask("PUT", path, change).status_code == 428
    assert ask("PUT", path, change, If_Match='"1"').status_code == 200
    late = ask("PUT", path, change, If_Match='"1"')
    assert (late.status_code, late.headers["ETag"]) == (412, '"2"')
    assert ask("GET", path, If_None_Match='"2"').status_code == 304


def test_writing_is_not_publishing(brunnenhof: SomeCompany) -> None:
    (published,) = plant(brunnenhof, "Live")
    ask = Machine(brunnenhof, *WRITE)
    assert ask("POST", f"/articles/{published}/publish", {}).status_code == 403
    assert ask("PUT", f"/articles/{published}", NEW, If_Match="*").status_code == 403
    assert ask("POST", "/import", b"").status_code == 403
    assert Machine(brunnenhof, "faq.publish")("POST", "/import", b"").status_code == 403


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"category": "nowhere"}, "#/category"),
        ({"category": 7}, "#/category"),
        ({"slug": "Über uns"}, "#/slug"),
        ({"texts": {"de": {"title": "x" * 201}}}, "#/texts/de/title"),
        ({"texts": {"de": {"title": "x", "body": "x" * 300_000}}}, "#/texts/de/body"),
        ({"texts": {"it": {"title": "x"}}}, "#/texts/it"),
        ({"audience": {"who": ["cats"]}}, "#/audience/who/0"),
        ({"audience": {"where": ["here"]}}, "#/audience/where/0"),
        ({"related": ["nowhere"]}, "#/related"),
        ({"status": "published"}, "#/status"),
    ],
)
def test_what_cannot_be_used_is_told_at_its_place(
    brunnenhof: SomeCompany, change: dict[str, Any], pointer: str
) -> None:
    with_topic(brunnenhof)
    answer = Machine(brunnenhof, *WRITE)("POST", "/articles", NEW | change, Accept_Language="de")
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json["errors"]} == {pointer}


def test_publishing_what_is_empty_in_the_default_language_is_told_at_the_field(brunnenhof: SomeCompany) -> None:
    with_topic(brunnenhof)
    ask = Machine(brunnenhof, *PUBLISH)
    french = {"category": "heating", "texts": {"fr": {"title": "Froid ?", "body": "Purger"}}}
    made = ask("POST", "/articles", french).json
    answer = ask("POST", f"/articles/{made['id']}/publish", {})
    assert {error["pointer"] for error in answer.json["errors"]} == {"#/texts/de/title", "#/texts/de/body"}


def test_publishing_can_be_planned(brunnenhof: SomeCompany) -> None:
    with_topic(brunnenhof)
    ask = Machine(brunnenhof, *PUBLISH)
    made = ask("POST", "/articles", NEW).json
    planned = ask("POST", f"/articles/{made['id']}/publish", {"at": "2099-01-01T08:00:00+01:00"})
    assert planned.json["publish_at"] == "2099-01-01T07:00:00+00:00"
    assert Machine(brunnenhof)("GET", f"/articles/{made['id']}").status_code == 404
    assert ask("GET", "/articles?state=scheduled").json["items"][0]["id"] == made["id"]


def test_topics_are_made_ordered_and_given_up(brunnenhof: SomeCompany) -> None:
    (article,) = plant(brunnenhof, "Heizkörper")
    ask = Machine(brunnenhof, *WRITE)
    heat = ask("GET", "/topics").json[0]["id"]
    keys = ask("POST", "/topics", {"name": {"de": "Schlüssel"}, "icon": "key"}).json
    assert (keys["key"], keys["icon"]) == ("schluessel", "key")
    assert ask("PUT", f"/topics/{keys['id']}", {"name": {"de": "Türen"}}).json["name"] == {"de": "Türen"}
    assert ask("PUT", "/topics/order", {"ids": [keys["id"], heat]}).status_code == 204
    assert [row["key"] for row in ask("GET", "/topics").json] == ["schluessel", "heating"]
    assert ask("PUT", f"/topics/{heat}/order", {"ids": [article]}).status_code == 204
    assert ask("DELETE", f"/topics/{heat}").status_code == 409
    assert ask("DELETE", f"/topics/{heat}?move_to={keys['id']}").status_code == 204
    assert ask("GET", f"/articles/{article}").json["category"] == "schluessel"


def test_feedback_is_read_without_names(brunnenhof: SomeCompany) -> None:
    db = brunnenhof.db()
    article = live(db, "Heizkörper")
    verena = brunnenhof.resident("Verena Keller").viewer(db)
    services.give_feedback(db, article.id, by=verena, helpful=False, comment="Wo?")
    db.commit()
    said = Machine(brunnenhof, "faq.view_drafts")("GET", f"/articles/{article.id}/feedback").json
    assert (said["helpful"], said["unhelpful"], [one["comment"] for one in said["comments"]]) == (0, 1, ["Wo?"])
    assert "Verena" not in str(said)


def test_out_and_in_again(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    plant(brunnenhof, "Heizkörper", "Lüften")
    packed = Machine(brunnenhof, *PUBLISH)("GET", "/export").data
    taken = Machine(nordlicht, *PUBLISH)("POST", "/import", packed)
    assert (taken.status_code, set(taken.json["created"])) == (200, {"heizkoerper", "lueften"})
    bad = exchange.pack({"a.de.md": b"# Gut\n\nText", "b.html": b"<p>"})
    refused = Machine(nordlicht, *PUBLISH)("POST", "/import", bad)
    assert (refused.status_code, refused.content_type) == (422, "application/problem+json")
    assert [error["parameter"] for error in refused.json["errors"]] == ["b.html"]
    assert len(Machine(nordlicht)("GET", "/articles").json["items"]) == 2
    assert Machine(nordlicht, *PUBLISH)("POST", "/import", b"nonsense").status_code == 422


def test_the_document_names_every_operation(brunnenhof: SomeCompany) -> None:
    document: Any = brunnenhof.visitor().get("/api/v1/openapi.json").json
    operations = {
        f"{method.upper()} {path.removeprefix('/api/v1/faq')}"
        for path, item in document["paths"].items() if path.startswith("/api/v1/faq")
        for method in item.keys() & {"get", "post", "put", "delete"}
    }  # fmt: skip
    one, topic_path = "/articles/{article_id}", "/topics/{topic_id}"
    assert operations == {
        "GET /topics", "POST /topics", f"PUT {topic_path}", f"DELETE {topic_path}", "PUT /topics/order",
        f"PUT {topic_path}/order", "GET /articles", "GET /search", f"GET {one}", "POST /articles", f"PUT {one}",
        f"DELETE {one}", f"POST {one}/publish", f"POST {one}/unpublish", f"POST {one}/archive", f"POST {one}/confirm",
        f"GET {one}/revisions", f"GET {one}/feedback", "GET /export", "POST /import",
    }  # fmt: skip
