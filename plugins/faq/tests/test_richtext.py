"""What editors may write, and what never reaches a reader."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from plugins.faq.richtext import render_markdown
from quartier.sdk import Heading, with_icons

FILES = {"ventil.png": "0197-a", "plan.pdf": "0197-b"}


def html(source: str) -> str:
    return render_markdown(source, FILES).html.strip()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Ein **Wort** und *noch eins*.", "<p>Ein <strong>Wort</strong> und <em>noch eins</em>.</p>"),
        ("- eins\n- zwei", "<ul>\n<li>eins</li>\n<li>zwei</li>\n</ul>"),
        ("3. drei\n4. vier", '<ol start="3">\n<li>drei</li>\n<li>vier</li>\n</ol>'),
        ("~~alt~~", "<p><s>alt</s></p>"),
        ("[Amt](https://www.bwo.admin.ch)", '<p><a href="https://www.bwo.admin.ch" rel="noopener">Amt</a></p>'),
        ("[Ruf an](tel:+41445550199)", '<p><a href="tel:+41445550199">Ruf an</a></p>'),
        ("[Mail](mailto:a@b.example)", '<p><a href="mailto:a@b.example">Mail</a></p>'),
        ("[Lüften](lueften#s-so)", '<p><a href="lueften#s-so">Lüften</a></p>'),
        ("[Plan](files/plan.pdf)", '<p><a href="/files/0197-b">Plan</a></p>'),
        ("![Ventil](files/ventil.png)", '<p><img src="/files/0197-a" alt="Ventil" loading="lazy"></p>'),
        ("![Fehlt](files/fehlt.png)", "<p>Fehlt</p>"),
        ("![Fremd](https://tracker.example/1.gif)", "<p>Fremd</p>"),
        ("[Fremd](//tracker.example)", '<p><a href="//tracker.example" rel="noopener">Fremd</a></p>'),
    ],
)
def test_markdown(source: str, expected: str) -> None:
    assert html(source) == expected


def test_headings_have_two_levels_and_an_anchor_each() -> None:
    rich = render_markdown("# Heizung\n\n## So *geht* es\n\n##### Ganz klein\n\n## So geht es\n\n## ???", {})
    assert rich.headings == (
        Heading(2, "s-heizung", "Heizung"),
        Heading(2, "s-so-geht-es", "So geht es"),
        Heading(3, "s-ganz-klein", "Ganz klein"),
        Heading(2, "s-so-geht-es-2", "So geht es"),
        Heading(2, "s-x", "???"),
    )
    assert re.findall(r'<h(\d) id="([^"]+)">', rich.html) == [(str(one.level), one.anchor) for one in rich.headings]


def test_a_call_out_has_a_title_and_a_text() -> None:
    source = "> [!WARNING] Wasser kann **heiss** sein\n> Schliessen Sie zuerst das Ventil.\n>\n> - Dann warten."
    assert html(source) == (
        '<div class="callout callout-warning">\n<p class="callout-title">Wasser kann <strong>heiss</strong> sein</p>\n'
        "<p>Schliessen Sie zuerst das Ventil.</p>\n<ul>\n<li>Dann warten.</li>\n</ul>\n</div>"
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("> [!TIP]\n> Nur Text.", '<div class="callout callout-success">\n<p>Nur Text.</p>\n</div>'),
        ("> [!NOTE] Nur Titel", '<div class="callout">\n<p class="callout-title">Nur Titel</p>\n</div>'),
        ("> [!BOMB] Unbekannt", "<blockquote>\n<p>[!BOMB] Unbekannt</p>\n</blockquote>"),
        ("> Zitat", "<blockquote>\n<p>Zitat</p>\n</blockquote>"),
    ],
)
def test_call_outs_and_quotations(source: str, expected: str) -> None:
    assert html(source) == expected


def test_icons_come_in_when_it_is_shown() -> None:
    shown = with_icons(html("> [!TIP] Gut\n\n> [!NOTE] So"), lambda name: Markup("<svg data-icon={}/>").format(name))
    assert re.findall(r'class="(callout[^"]*)"><svg data-icon=(\w+)/>', shown) == [
        ("callout callout-success", "light"),
        ("callout", "info"),
    ]


def test_a_table_aligns_by_class_because_styles_are_refused() -> None:
    table = html("| Was | Franken |\n|---|---:|\n| Schlüssel | 3 |")
    assert table.count('class="num"') == 2
    assert "style" not in table


def test_plain_words_are_what_the_search_sees() -> None:
    plain = render_markdown("## Titel\n\nEin [Wort](https://a.example)\nund `Code`.\n\n```\nBlock\n```", {}).plain
    assert plain.split() == ["Titel", "Ein", "Wort", "und", "Code.", "Block"]


ATTACKS = [
    "<script>alert(1)</script>",
    "<ScRiPt\n>alert(1)</sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<style>*{display:none}</style>",
    "<a href='javascript:alert(1)'>x</a>",
    '<p onclick="alert(1)">x</p>',
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A;avascript&colon;alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](<java\u200bscript:alert(1)>)",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](file:///etc/passwd)",
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    '![x" onerror="alert(1)](files/ventil.png)',
    "![x](data:image/svg+xml,<svg/onload=alert(1)>)",
    '[x](https://a.example "onmouseover=alert(1)")',
    '[x](https://a.example/"onmouseover="alert(1))',
    '## x" onmouseover="alert(1)',
    "> [!WARNING] <script>alert(1)</script>",
    "> [!NOTE] x\n> [x](javascript:alert(1))",
    "| <script>alert(1)</script> |\n|---|\n| [x](javascript:alert(1)) |",
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    '```" onload="alert(1)\nx\n```',
    '<https://a.example/"onmouseover=alert(1)>',
]
TAG = re.compile(r"<(/?)([a-z0-9]+)((?:\s[^>]*)?)>")
ATTRIBUTE = re.compile(r'\s([a-z]+)="([^"<>]*)"')
KNOWN = {
    "p": {"class"},
    "h2": {"id"},
    "h3": {"id"},
    "ul": set(),
    "ol": {"start"},
    "li": set(),
    "a": {"href", "rel"},
    "strong": set(),
    "em": set(),
    "s": set(),
    "br": set(),
    "hr": set(),
    "blockquote": set(),
    "code": set(),
    "pre": set(),
    "table": set(),
    "thead": set(),
    "tbody": set(),
    "tr": set(),
    "th": {"class"},
    "td": {"class"},
    "img": {"src", "alt", "loading"},
    "div": {"class"},
}
SAFE_TARGET = re.compile(r"(https?:|mailto:|tel:|/|[^:]*\Z|#)", re.IGNORECASE)


def assert_harmless(shown: str) -> None:
    """Every tag and attribute is one that we make, every target one that we allow, and no bare < is left."""
    for _slash, tag, attributes in TAG.findall(shown):
        given = dict(ATTRIBUTE.findall(attributes))
        assert given.keys() <= KNOWN[tag], shown
        assert ATTRIBUTE.sub("", attributes).strip() == "", shown
        assert SAFE_TARGET.match(given.get("href", "")), shown
        assert given.get("src", "/files/").startswith("/files/"), shown
    assert "<" not in TAG.sub("", shown), shown


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_leave_words_at_most(attack: str) -> None:
    assert_harmless(html(attack))


PIECES = st.sampled_from(
    [*"<>\"'`()[]!:/&#;*_\n |-=", "script", "javascript:", "onerror=", "img ", "](", "a", "> ", "[!TIP] "]
)


@given(st.lists(PIECES, max_size=30).map("".join))
@settings(max_examples=200, deadline=None)
def test_no_mixture_of_signs_gets_through(source: str) -> None:
    assert_harmless(html(source))


def test_deep_nesting_is_cut_off_instead_of_eating_the_stack() -> None:
    assert_harmless(html("> " * 500 + "tief"))
    assert_harmless(html("[" * 5_000 + "x"))
    assert_harmless(html("*a **b " * 2_000))
