"""A notice for the stairwell is set whole, whatever stands in it."""

from __future__ import annotations

import io

import pikepdf

from quartier.letters.blocks import blocks_of
from quartier.letters.notice import Sheet, pressed
from quartier.letters.press import Paper
from quartier.richtext import render_markdown

PAPER = Paper("Verwaltung O'Neill & Söhne", "", "Gasse 4", "#8a3b12", "din")


def sheet(text: str, title: str = "Kein Wasser: l'eau, übermorgen") -> Sheet:
    html = render_markdown(text).html
    return Sheet("de", title, "23. November", html, [("Wann", "Di")], "https://p.example/1", "Scannen", "p.example",
                 "{page}/{pages}", "Abhängen")  # fmt: skip


def test_a_text_is_taken_apart_into_blocks_without_losing_a_word() -> None:
    found = blocks_of(render_markdown(
        "## Ab *morgen*\n\nSiehe [Merkblatt](https://a.example/b),\nja **[a@b.example](mailto:a@b.example)** #x $y$\n\n"
        "3. eins\n   * unter\n4. zwei\n\n> [!WARNING] Trüb\n> Warten\n\n|A|B|\n"
        "|---|---|\n|1|2|\n\n```\na\n b\n```\n\n---"
    ).html)  # fmt: skip
    assert [block["kind"] for block in found] == ["heading", "text", "list", "box", "table", "code", "rule"]
    assert found[0]["runs"] == [{"text": "Ab "}, {"text": "morgen", "em": True}]
    assert "".join(run.get("text", "") for run in found[1]["runs"]) == (
        "Siehe Merkblatt (https://a.example/b),\nja a@b.example #x $y$"
    )
    assert (found[2]["numbered"], found[2]["first"], len(found[2]["items"])) == (True, 3, 2)
    assert [block["kind"] for block in found[2]["items"][0]] == ["text", "list"]
    assert [block["runs"][0]["text"] for block in found[3]["blocks"]] == ["Trüb", "Warten"]
    assert [[cell["head"] for cell in row] for row in found[4]["rows"]] == [[True, True], [False, False]]
    assert found[5]["text"] == "a\n b"


def test_a_long_notice_goes_on_on_a_second_sheet_and_each_language_begins_one() -> None:
    short, long = (
        sheet("Nur #let x = 1 *ein* Satz @niemand <b>."),
        sheet("Absatz mit Äpfeln. " * 20 + "\n\n" + "Satz. " * 900),
    )
    for sheets, pages in (([short], 1), ([long], 2), ([short, long, sheet("", "W" * 160)], 4)):
        with pikepdf.open(io.BytesIO(pressed(PAPER, sheets, title="Kein Wasser"))) as made:
            assert (len(made.pages), str(made.docinfo["/Title"])) == (pages, "Kein Wasser")
