"""A form that can only be read is a record of what it says."""

from __future__ import annotations

import re

import pytest
from markupsafe import Markup

from quartier.web.records import record, writes_text

CHECK = Markup("<svg>✓</svg>")
FORM = """<form class="fields" method="post" action="/x" data-unsaved="1" hx-post="/x">
<input type="hidden" name="form_token" value="s3cret">
<div class="lang-tabs"><label><input type="radio" name="language" value="de" checked>Deutsch</label></div>
<section hx-trigger="load"><h2>Texte</h2>
<div class="field"><label for="t">Titel <span class="optional">(freiwillig)</span></label><p class="help">Kurz.</p>
<div class="toolbar"><button>B</button></div><input id="t" value="O&#39;Neill &amp; Söhne &lt;b&gt;"></div>
<div class="field"><label for="b">Text</label><textarea id="b">Erste Zeile &amp;
zweite</textarea></div>
<div class="field"><label for="e">Leer</label><input id="e" value=""></div>
<fieldset class="field localized"><legend>Name</legend>
<div class="localized-line"><label class="badge" for="n">DE</label><input id="n" value="Saal"></div>
<div class="localized-line"><label class="badge" for="m">EN</label><input id="m" value=""></div></fieldset></section>
<div class="field"><label for="s">Ort</label><select id="s"><option value="">Alle</option>
<option selected value="1">Hof</option></select></div>
<div class="field"><label for="z">Art</label><select id="z"><option value="">Bitte wählen</option></select></div>
<div class="field"><label for="d">Ab</label><input id="d" type="date" value="2026-12-04"></div>
<div class="field"><label for="m">Bis</label><input id="m" type="datetime-local" value="2026-12-06T11:00"></div>
<div class="field"><label for="q">Am</label><input id="q" type="date" value="bald"></div>
<fieldset class="field"><legend>Wer</legend><label><input type="checkbox" checked>Mieter</label>
<label><input type="checkbox">Besitzer</label></fieldset>
<label><input type="checkbox" name="c" checked>Kommentare erlaubt</label>
<label><input type="checkbox" name="p">Oben</label>
<section><h2>Nur zum Ausfüllen</h2>
<div class="field"><label for="f">Datei</label><input id="f" type="file"></div></section>
<details><summary>Mehr</summary><button>Weg</button></details>
<table><tr><td><input value="7.50"></td></tr></table><p>Steht da.</p><img src="a.png">
<a class="btn" href="/back">Abbrechen</a><a href="/else">Verlauf</a>
</form>"""


def test_a_form_says_what_was_filled_in_and_asks_for_nothing() -> None:
    fact = '<dl class="facts"><div><dt>{}</dt><dd>{}</dd></div></dl>'.format
    assert re.sub(r"\s*\n\s*", "", record(FORM, CHECK)) == (
        '<div class="fields">'
        '<div class="lang-tabs"><label><input type="radio" name="language" value="de" checked>Deutsch</label></div>'
        "<section><h2>Texte</h2>"
        + fact("Titel", "O&#39;Neill &amp; Söhne &lt;b&gt;")
        + fact("Text", "Erste Zeile &amp;zweite")
        + fact("Name", '<span class="badge">DE</span> Saal')
        + "</section>"
        + fact("Ort", "Hof")
        + fact("Ab", "4\xa0December 2026")
        + fact("Bis", "6\xa0December 2026, 11:00")
        + fact("Am", "bald")
        + fact("Wer", "Mieter")
        + f'<p class="cluster">{CHECK}<span>Kommentare erlaubt</span></p>'
        '<table><tr><td>7.50</td></tr></table><p>Steht da.</p><img src="a.png"><a href="/else">Verlauf</a></div>'
    )


def test_a_list_that_could_be_ordered_stays_a_list() -> None:
    rows = '<ol class="order" data-order="/x" data-token="t"><li><span class="drag"></span><form><button>↑</button>'
    assert record(rows + "</form><a href='/1'>Heizen</a></li></ol>", CHECK) == (
        '<ol class="order" data-token="t"><li><a href=\'/1\'>Heizen</a></li></ol>'
    )


@pytest.mark.parametrize(
    ("inside", "written"),
    [
        ("", False),
        ('<input type="date" value="2026-01-01"><input type="checkbox" value="1" checked>', False),
        ('<input value=""><textarea> </textarea>', False),
        ("<textarea>Ruhe ab 22 Uhr</textarea>", True),
        ('<input value="Saal">', True),
    ],
)
def test_a_new_form_says_nothing_yet(inside: str, written: bool) -> None:
    assert writes_text(f"<form>{inside}</form>") is written
    assert record("<form><h2>Neu</h2><input value=''></form>", CHECK) == ""
