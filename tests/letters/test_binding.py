"""Sets of letters become one file that any reader opens: every object where the table says, and nothing lost."""

from __future__ import annotations

import re

import pytest

from quartier.letters import press
from quartier.letters.binding import bound
from quartier.letters.press import Access, Page, Paper, printed

PAPER = Paper("Brunnenhof (1 0 R)", "Brunnenhof · Gasse 4", "Brunnenhof", "#8a3b12", "din")


def page(name: str) -> Page:
    return Page(
        language="de", address=[name, "Seestrasse 14", "8057 Zürich"], date="22. November 2026", subject="Ihr Zugang",
        greeting=f"Guten Tag {name}", paragraphs=["So kommen Sie hinein:"], notes=["Nur für Sie."],
        closing="Freundliche Grüsse", signature="B.", access=Access(
            steps=["Scannen Sie den Code."], code_label="Ihr Code", code="KM7Q-4TRX2-9WBHP",
            address_label="Im Browser", typed_at="portal.example/join", url=f"https://portal.example/join/{name}",
        ),
    )  # fmt: skip


def streams(document: bytes) -> list[bytes]:
    """What lies in streams, but for facts about the document itself."""
    found = re.findall(rb"obj\n(.*?)stream\n(.*?)endstream", document, re.DOTALL)
    return [body for head, body in found if b"/Metadata" not in head]


def test_bound_letters_are_all_there_and_every_object_stands_where_the_table_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(press, "SET", 2)
    names = ["Anna", "Beat", "Carla", "Dora", "Emil"]
    whole = printed(PAPER, (page(name) for name in names), title="Einladungen 7 0 R")
    table = int(re.findall(rb"startxref\n(\d+)\n%%EOF", whole)[-1])
    many = int(re.findall(rb"xref\n0 (\d+)\n", whole[table:])[0])
    places = [int(row) for row in re.findall(rb"(\d{10}) 00000 n\r\n", whole[table:])]
    assert [whole[at:].split(b" ", 1)[0] for at in places] == [b"%d" % number for number in range(1, many)]
    objects = {number: whole[at:] for number, at in enumerate(places, start=1)}
    root = int(re.findall(rb"/Root (\d+) 0 R", whole[table:])[0])
    above = int(re.findall(rb"/Pages (\d+) 0 R", objects[root])[0])
    count, kids = re.findall(rb"<</Type/Pages/Count (\d+)/Kids\[([^\]]+)\]", objects[above])[0]
    sets = [int(one) for one in re.findall(rb"(\d+) 0 R", kids)]
    found = [re.match(rb"\d+ 0 obj\n<</Type/Pages/Parent (\d+) 0 R/Count (\d+)", objects[one]) for one in sets]
    assert (int(count), [(int(one[1]), int(one[2])) for one in found if one]) == (
        5,
        [(above, 2), (above, 2), (above, 1)],
    )
    assert b"7 0 R" in objects[int(re.findall(rb"/Info (\d+) 0 R", whole[table:])[0])].split(b"endobj")[0]
    monkeypatch.setattr(press, "SET", 1)
    lonely = printed(PAPER, [page("Emil")], title="Einladungen")
    assert streams(whole)[-len(streams(lonely)) :] == streams(lonely)


def test_what_the_press_did_not_make_is_refused() -> None:
    for wrong in ([], [b"%PDF-1.7\nnothing"], [b""]):
        with pytest.raises(ValueError, match=r"nothing to bind|no document of the press"):
            bound(wrong)
