"""Mails: on the company's paper, in the reader's language, and harmless whatever stands in them."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

import pytest
from sqlalchemy.orm import Session

from quartier.companies.branding import publish_brand
from quartier.deliveries.letterhead import company_letterhead, platform_letterhead
from quartier.deliveries.models import MailSettings
from quartier.i18n.localized import LocalizedText
from quartier.i18n.texts import using
from quartier.i18n.voice import LANGUAGES, Voice
from quartier.mail.addresses import Mailbox, mailbox
from quartier.mail.kinds import MailKind, Words, letter_of
from quartier.mail.letters import Action, Letter, Letterhead, compose
from quartier.mail.messages import Label, message, return_path
from quartier.testing import SomeCompany

SWISS = Voice("de", "formal", "CH")
LETTER = Letter(
    subject="The heating\r\nBcc: everybody@example.ch",
    greeting="Guten Tag Verena Keller",
    paragraphs=("Am <b>Montag</b> & Dienstag wird geheizt.",),
    action=Action("Ansehen", "https://brunnenhof.example/faq/?a=1&b=2"),
    notes=("Bis bald",),
)


def head_of(company: SomeCompany, language: str = "de", own: MailSettings | None = None) -> Letterhead:
    snapshot = company.platform.shell.snapshots(company.id)
    assert snapshot is not None
    return company_letterhead(company.platform.shell.config, snapshot, language, own)


def travelled(head: Letterhead, to: str, *, name: str = "Verena Keller", letter: Letter = LETTER) -> EmailMessage:
    """The mail as it reaches the other side."""
    address = mailbox(to)
    assert address is not None
    sent = message(head, SWISS, letter, Label("0123", name, address))
    return cast("EmailMessage", message_from_bytes(sent, policy=policy.SMTP))


def test_a_mail_carries_the_companys_name_colours_and_icon(brunnenhof: SomeCompany) -> None:
    head = head_of(brunnenhof)
    _text, html = compose(head, SWISS, LETTER)
    assert (head.company_id, head.name, head.address) == (brunnenhof.id, "Brunnenhof AG", "no-reply@localhost")
    assert f'src="{head.origin}/icons/icon-192.png"' in html
    assert "#1f5c4a" in html
    assert 'lang="de-CH"' in html


def test_a_mail_has_colours_for_the_night(brunnenhof: SomeCompany) -> None:
    head = head_of(brunnenhof)
    _text, html = compose(head, SWISS, LETTER)
    night = html[html.index("prefers-color-scheme: dark") : html.index("</style>")]
    assert head.night.colour != head.day.colour
    assert {head.night.colour, head.night.ink, head.night.text} <= {word.strip(";") for word in night.split()}


def test_the_icon_may_be_shown_inside_a_mail_program(brunnenhof: SomeCompany) -> None:
    answer = brunnenhof.visitor().get("/icons/icon-192.png", headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, answer.content_type) == (200, "image/png")
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_a_company_signs_as_it_likes(brunnenhof: SomeCompany) -> None:
    foot = LocalizedText(de="Brunnenhofstrasse 14\n8057 Zürich", fr="Case postale 14")
    head = LocalizedText(de="Seit 1923 im Quartier")
    with Session(brunnenhof.platform.shell.platform) as db, db.begin():
        publish_brand(db, brunnenhof.id, {"mail_footer": foot, "mail_header": head})
    brunnenhof.platform.shell.snapshots.forget(brunnenhof.id)
    own = MailSettings(sender_name="Ihr Brunnenhof", reply_to="post@brunnenhof.example")
    mail = travelled(head_of(brunnenhof, own=own), "verena@example.ch")
    assert mail["From"] == "Ihr Brunnenhof <no-reply@localhost>"
    assert mail["Reply-To"] == "Ihr Brunnenhof <post@brunnenhof.example>"
    text, html = compose(head_of(brunnenhof, own=own), SWISS, LETTER)
    assert text.startswith("Ihr Brunnenhof\nSeit 1923 im Quartier\n\nGuten Tag Verena Keller")
    assert ("8057 Zürich" in html, "Seit 1923 im Quartier" in html) == (True, True)
    assert "Case postale 14" in compose(head_of(brunnenhof, "fr", own), Voice("fr"), LETTER)[0]
    assert head_of(brunnenhof, "en", own).footer.startswith("Brunnenhofstrasse")


@pytest.mark.parametrize("name", ['Evil\r\nBcc: x@example.ch, "Immobilien" AG', "Régie du Lac, Genève", "A" * 300])
def test_headers_stay_on_their_line_whatever_somebody_is_called(brunnenhof: SomeCompany, name: str) -> None:
    mail = travelled(replace(head_of(brunnenhof), name=name), "verena@example.ch", name=name)
    assert set(mail.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Content-Language", "Auto-Submitted", "MIME-Version",
        "Content-Type",
    }  # fmt: skip
    assert [address.addr_spec for address in mail["From"].addresses] == ["no-reply@localhost"]
    assert [address.addr_spec for address in mail["To"].addresses] == ["verena@example.ch"]
    assert mail["From"].addresses[0].display_name == " ".join(name.split())
    assert mail["Subject"] == "The heating Bcc: everybody@example.ch"


@pytest.mark.parametrize(
    ("typed", "envelope"),
    [
        (" Verena@Example.CH ", "Verena@example.ch"),
        ("verena@müller.example", "verena@xn--mller-kva.example"),
        ("verena@straße.example", "verena@xn--strae-oqa.example"),
        ('"verena keller"@example.ch', '"verena keller"@example.ch'),
        ("o'neill+flat@example.ch", "o'neill+flat@example.ch"),
    ],
)
def test_addresses_are_written_as_servers_want_them(brunnenhof: SomeCompany, typed: str, envelope: str) -> None:
    assert mailbox(typed) == Mailbox(envelope)
    assert travelled(head_of(brunnenhof), typed)["To"].addresses[0].addr_spec == envelope


def test_a_name_in_another_script_needs_a_server_that_knows_it() -> None:
    assert mailbox("zoë@example.ch") == Mailbox("zoë@example.ch", is_plain=False)


@pytest.mark.parametrize(
    "typed",
    ["", "verena", "@example.ch", "verena@", "a b@example.ch", "a@b\r\nBcc: x@y.ch", "v@[192.0.2.1]", "a@b..ch"],
)
def test_what_is_no_address_is_none(typed: str) -> None:
    assert mailbox(typed) is None


def test_a_mail_says_the_same_when_it_has_travelled(brunnenhof: SomeCompany) -> None:
    odd = (
        "Grüezi = ü, €, 😀, ein Punkt am Anfang:\n.\r\n..\r"
        + "und ein sehr langes Wort " * 9
        + "mit Leerzeichen am Ende \n--=_"
    )
    letter, head = Letter("Heizung & Lüftung 😀", "Guten Tag", (odd,)), head_of(brunnenhof)
    mail = travelled(head, "verena@example.ch", letter=letter)
    parts = {part.get_content_type(): part.get_content().splitlines() for part in mail.iter_parts()}
    text, html = (one.splitlines() for one in compose(head, SWISS, letter))
    assert parts == {"text/plain": text, "text/html": html}
    assert (mail["Subject"], mail.defects) == ("Heizung & Lüftung 😀", [])
    sent = message(head, SWISS, letter, Label("0123", "", Mailbox("v@example.ch")))
    assert b"\n" not in sent.replace(b"\r\n", b"")
    assert max(map(len, sent.split(b"\r\n\r\n", 1)[1].split(b"\r\n"))) <= 76


def test_words_are_text_in_html_and_themselves_in_plain_text(brunnenhof: SomeCompany) -> None:
    text, html = compose(head_of(brunnenhof), SWISS, LETTER)
    assert "Am &lt;b&gt;Montag&lt;/b&gt; &amp; Dienstag" in html
    assert 'href="https://brunnenhof.example/faq/?a=1&amp;b=2"' in html
    assert "Am <b>Montag</b> & Dienstag wird geheizt." in text
    assert "\nhttps://brunnenhof.example/faq/?a=1&b=2\n" in text


def test_a_letter_without_anything_to_do_has_no_button(brunnenhof: SomeCompany) -> None:
    head = head_of(brunnenhof)
    text, html = compose(head, SWISS, Letter("Betreff", "Guten Tag", ("Ein Satz.",)))
    assert html.count("<a ") == 1  # the company's own address at the foot
    assert text == f"Guten Tag\n\nEin Satz.\n\n-- \nBrunnenhof AG\n{head.origin}\n"


def test_who_may_end_mails_of_a_kind_is_told_how(brunnenhof: SomeCompany) -> None:
    head, way = head_of(brunnenhof), "https://brunnenhof.example/mails/abc?kind=faq.news"
    with using(SWISS):
        text, html = compose(head, SWISS, LETTER, unsubscribe=way)
        mail = message(head, SWISS, LETTER, Label("0123", "", Mailbox("v@example.ch"), way))
    assert f'href="{way}"' in html
    assert text.endswith(f"Keine E-Mails dieser Art mehr\n{way}\n")
    lines = mail.split(b"\r\n")
    assert {f"List-Unsubscribe: <{way}>".encode(), b"List-Unsubscribe-Post: List-Unsubscribe=One-Click"} <= set(lines)
    assert max(map(len, lines)) <= 250


def test_the_platforms_own_paper_names_no_company(brunnenhof: SomeCompany) -> None:
    config = brunnenhof.platform.shell.config
    head = platform_letterhead(config)
    text, html = compose(head, Voice("fr"), LETTER)
    assert (head.company_id, head.name, head.logo) == (None, "Quartier", None)
    assert "<img" not in html
    assert text.endswith(config.origin("console.localhost") + "\n")


def test_a_bounce_can_be_told_from_all_others(brunnenhof: SomeCompany) -> None:
    head = head_of(brunnenhof)
    assert return_path(None, head.address, "0123") == "no-reply@localhost"
    assert return_path("bounces@mail.example", head.address, "0123") == "bounces+0123@mail.example"
    assert travelled(head, "v@example.ch")["Message-ID"] == "<0123@localhost>"


def test_a_letter_is_kept_and_comes_back_the_same() -> None:
    bare = Letter("Betreff", "Guten Tag", ())
    assert [Letter.from_json(one.as_json()) for one in (LETTER, bare)] == [LETTER, bare]


def test_a_kind_is_named_in_every_language() -> None:
    with pytest.raises(ValueError, match="fr"):
        MailKind("faq.news", {"de": "Neues", "en": "News"}, lambda _company: LETTER)


def test_the_mail_of_a_notification_says_what_its_button_does_and_has_a_short_subject() -> None:
    words = Words("Ida Sommer asks to look", "A tenant is missing in your list. " * 14)
    said = {}
    for language in LANGUAGES:
        with using(Voice(language)):
            letter = letter_of(words, "", "https://portal.example/notifications/1")
            said[language] = letter.action.label if letter.action else ""
            assert len(letter.subject) <= 130
            assert letter.subject.endswith("…")
            assert letter.paragraphs[1] == words.text
    assert said == {"de": "Im Portal öffnen", "en": "Open in the portal", "fr": "Ouvrir dans le portail"}
