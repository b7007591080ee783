"""A notice for the stairwell is set whole, whatever stands in it."""

from __future__ import annotations

import io

import pikepdf
from PIL import Image

from quartier.letters.blocks import blocks_of
from quartier.letters.notice import Sheet, pressed
from quartier.letters.press import Paper
from quartier.richtext import render_markdown

PAPER = Paper("Verwaltung O'Neill & Söhne", "", "Gasse 4", "#8a3b12", "din")


def sheet(text: str, title: str = "Kein Wasser: l'eau, übermorgen", pictures: tuple[bytes, ...] = ()) -> Sheet:
    html = render_markdown(text).html
    return Sheet("de", title, "23. November", html, [("Wann", "Di")], "https://p.example/1", "Scannen", "p.example",
                 "{page}/{pages}", "Abhängen", [(one, "Ein Ventil") for one in pictures])  # fmt: skip


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


def test_pictures_stand_where_the_text_leaves_room_and_take_no_page_of_their_own() -> None:
    out = io.BytesIO()
    Image.new("RGB", (400, 300), "navy").save(out, "WEBP")
    found = []
    for many in (1, 70, 104, 110, 160, 170):
        text, pages = "Ein Satz steht hier. " * many, []
        for pictures in ((), (out.getvalue(),)):
            made = pressed(PAPER, [sheet(text, pictures=pictures)], title="Kein Wasser")
            with pikepdf.open(io.BytesIO(made)) as pdf:
                pages.append([len(page.get_images()) for page in pdf.pages])
        found.append(tuple(pages))
    room, none = ([1], [2]), ([1], [1])  # the code is a picture as well
    assert found == [room, room, none, room, none, ([1, 1], [1, 1])]


def test_signs_that_no_letter_has_are_drawn_and_are_no_boxes() -> None:
    signs = "👍🏽 💧 🇨🇭 ❤️ ☎️ 1️⃣ ✅ 🫶 👨‍👩‍👧".split()
    made = pressed(PAPER, [sheet(one, title="Danke") for one in signs], title="Danke")
    with pikepdf.open(io.BytesIO(made)) as pdf:
        used = [
            {str(one["/BaseFont"]).partition("+")[2] for one in page.resources["/Font"].values()} for page in pdf.pages
        ]
    letters = {"LibertinusSerif-Bold-Identity-H", "LibertinusSerif-Regular-Identity-H"}
    assert [fonts - letters for fonts in used] == [{"NotoEmoji-Regular"}] * len(signs)
