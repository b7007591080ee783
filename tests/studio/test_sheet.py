"""The proof sheet says what was measured, what is too long and what is missing; the statement follows from it."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pikepdf
import pytest

from quartier.companies.branding import current_brand, save_draft
from quartier.i18n.localized import LocalizedText
from quartier.i18n.texts import using
from quartier.i18n.voice import Voice
from quartier.studio.names_form import Named, named
from quartier.studio.sheet import ProofSheet, sheet_of
from quartier.testing import Browser, SomeCompany
from quartier.theming.pairs import MODES, RULES
from quartier.web.environment import colon
from tests.legal.documents import published
from tests.settings.conftest import POST, WALL
from tests.settings.forms import send, words

SHORT = "“Wall board” has no short name of yours in this language: {}. The module’s own word stands there."
PATH = "/cockpit/settings/brand"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><rect width="40" height="10" fill="#123456"/></svg>'


@pytest.fixture
def nadja(company: SomeCompany) -> Browser:
    """Looks after the company's look."""
    return company.agent("Nadja Frei", "company.settings", language="en").browser


def sheet(company: SomeCompany, **changes: str) -> ProofSheet:
    """The sheet of the look in force; the wall board has these short names."""
    shell = company.platform.shell
    with company.db() as db, using(Voice("en")):
        look, snapshot = current_brand(db, company.id), shell.snapshots(company.id)
        assert look
        assert snapshot
        apps: list[Named] = named(look.micro_apps, snapshot, shell.plugins)
        apps = [replace(app, own_short_name=LocalizedText(changes)) if app.slug == WALL else app for app in apps]
        return sheet_of(look, snapshot, apps, shell.themes)


def test_every_pair_of_the_table_is_on_the_sheet_light_and_dark(company: SomeCompany) -> None:
    found = sheet(company)
    ruled = {(ink, ground) for rule in RULES for ink in rule.inks for ground in rule.grounds}
    wanted = {(mode, *pair) for mode in MODES for pair in ruled}
    assert {(pair.mode, pair.ink, pair.ground) for pair in found.pairs} == wanted
    assert (found.holds, found.notes, found.grounds) == (True, (), ())
    assert found.worst_text.ratio == min(pair.ratio for pair in found.pairs if pair.least == 4.5)


def test_long_names_and_missing_languages_are_said(company: SomeCompany, nadja: Browser) -> None:
    send(nadja, f"/cockpit/settings/names/{POST}", name__de="Briefkasten im Hof")
    send(nadja, PATH, app_name__fr="", app_name__en="Brunnenhof Wells")
    found = sheet(company, de="Anschlagbrett am Haus")
    assert found.long_names == (
        "“Anschlagbrett am Haus” (Deutsch) has 21 characters; in the bar 11 find room.",
        "“Brunnenhof Wells” (English) has 16 characters; below the icon on a phone about 12 find room.",
    )
    assert found.gaps == (
        "“Letter box” has no name of yours in this language: English. The module’s own word stands there.",
        SHORT.format("English"),
        "The name of the app is missing in this language: Français",
        "“Boîte aux lettres” has no name of yours in this language: Français. The module’s own word stands there.",
        SHORT.format("Français").replace("Wall board", "Affichage"),
    )


def test_mails_and_legal_pages_that_are_missing_in_a_language_are_said_too(
    company: SomeCompany, nadja: Browser
) -> None:
    published(company, "terms", de="Ruhe", fr="Silence")
    published(company, "imprint", de="Brunnenhof AG", en="Brunnenhof", fr="Brunnenhof")
    with company.db() as db:
        facts = {"mail_footer": LocalizedText(de="Seefeldstrasse 61"), "mail_header": LocalizedText(fr="Chez vous")}
        save_draft(db, company.id, {**facts, "corners": "round"}, author="Nadja Frei")
        db.commit()
    page = nadja.get(f"{PATH}/proof?of=draft")
    said = re.findall(r"<span>([^<]+)</span>", page.text.partition('id="gaps"')[2].partition("</section>")[0])
    assert [unescape(one) for one in said] == [
        "The line at the head of mails is missing in this language: Deutsch",
        "The line at the head of mails is missing in this language: English",
        "The lines at the foot of mails are missing in this language: English",
        "“Terms of use” is missing in this language: English",
        "The lines at the foot of mails are missing in this language: Français",
        "Nothing is published of this legal page: Privacy",
    ]
    assert "Corners: Round · Density: As designed" in words(page)


def test_the_sheet_is_read_and_kept_and_a_draft_has_one_of_its_own(company: SomeCompany, nadja: Browser) -> None:
    send(nadja, PATH, logo=(io.BytesIO(SVG), "logo.svg"), colour="#FFE11B", do="draft")
    page, draft = nadja.get(f"{PATH}/proof"), nadja.get(f"{PATH}/proof?of=draft")
    assert ("Version 1, published" in words(page), "Nothing had to be adjusted." in words(page)) == (True, True)
    assert ("Draft, saved" in words(draft), "Too light for text" in words(draft)) == (True, True)
    assert draft.text.count("<image href=") == 4
    made = nadja.get(f"{PATH}/proof.pdf?of=draft")
    assert made.content_type == "application/pdf"
    with pikepdf.open(io.BytesIO(made.data)) as pdf:
        assert (len(pdf.pages) > 2, str(pdf.docinfo["/Title"])) == (True, "Proof sheet of the look")
    dragan = company.agent("Dragan Petrović", "modules.switch").browser
    assert [dragan.get(f"{PATH}/{one}").status_code for one in ("proof", "proof.pdf")] == [403, 403]


def test_everybody_reads_how_accessible_the_portal_is(company: SomeCompany, nadja: Browser) -> None:
    send(nadja, PATH, colour="#8c2f39", do="draft")
    found, visitor = sheet(company), company.visitor()
    said = words(visitor.get("/accessibility", headers={"Accept-Language": "en"}))
    assert f"{len(found.pairs)} pairs of writing or sign and ground were measured" in said
    assert f"The lowest contrast of writing is {int(found.worst_text.ratio * 10) / 10} : 1" in said
    assert "All of them reach what is asked for." in said
    assert 'href="/accessibility"' in visitor.get("/sign-in").text
    assert 'href="/accessibility"' in company.resident("Verena Keller").browser.get("/more").text


def test_no_label_is_glued_to_its_colon() -> None:
    """In French there is a space before it, at which no line breaks: the filter `colon` knows."""
    spoken_only = {"_calendar.html", "_cards.html"}
    glued = [
        found.name
        for part in ("platform", "plugins")
        for found in Path(part).rglob("templates/**/*.html")
        if found.name not in spoken_only and "styleguide" not in str(found)
        and re.search(r"\{\{ _\([^{}]*\) \}\}:", found.read_text())
    ]  # fmt: skip
    assert glued == []
    with using(Voice("fr", "formal", "CH")):
        assert colon("<Angles>") == "&lt;Angles&gt;\u00a0:"
