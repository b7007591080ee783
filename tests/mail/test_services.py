"""Mails: on the company's paper, in the reader's language, and harmless whatever stands in them."""

from __future__ import annotations

from email.message import EmailMessage

from sqlalchemy import select

from quartier.i18n.voice import Voice
from quartier.mail.letters import Action, Letter, compose
from quartier.mail.models import OutboxMail
from quartier.mail.services import write_mail
from quartier.testing import SomeCompany
from quartier.web.letterhead import company_letterhead, platform_letterhead

LETTER = Letter(
    subject="The heating\r\nBcc: everybody@example.ch",
    greeting="Guten Tag Verena Keller",
    paragraphs=("Am <b>Montag</b> & Dienstag wird geheizt.",),
    action=Action("Ansehen", "https://brunnenhof.example/faq/?a=1&b=2"),
    notes=("Bis bald",),
)


def written(company: SomeCompany, letter: Letter = LETTER, name: str | None = None) -> OutboxMail:
    """A mail as it stands in the outbox."""
    snapshot = company.platform.shell.snapshots(company.id)
    assert snapshot is not None
    head = company_letterhead(company.platform.shell, snapshot)
    if name is not None:
        head = type(head)(**{**vars(head), "name": name})
    with company.db() as db:
        write_mail(db, head, "verena@example.ch\nBcc: x@example.ch", Voice("de", "formal", "CH"), letter)
        db.commit()
        return db.scalars(select(OutboxMail)).one()


def test_a_mail_carries_the_companys_name_colours_and_icon(brunnenhof: SomeCompany) -> None:
    mail = written(brunnenhof)
    origin = brunnenhof.platform.shell.config.origin(brunnenhof.host)
    assert (mail.company_id, mail.sender) == (brunnenhof.id, "Brunnenhof AG <no-reply@localhost>")
    assert f'src="{origin}/icons/icon-192.png"' in mail.html
    assert "#1f5c4a" in mail.html
    assert 'lang="de-CH"' in mail.html
    assert (mail.language, mail.sent_at) == ("de", None)


def test_the_icon_may_be_shown_inside_a_mail_program(brunnenhof: SomeCompany) -> None:
    answer = brunnenhof.visitor().get("/icons/icon-192.png", headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, answer.content_type) == (200, "image/png")
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_headers_stay_on_their_line(brunnenhof: SomeCompany) -> None:
    mail = written(brunnenhof, name='Evil\r\nBcc: x@example.ch, "Immobilien" AG')
    assert not any("\n" in header or "\r" in header for header in (mail.sender, mail.recipient, mail.subject))
    message = EmailMessage()
    message["From"], message["Subject"] = mail.sender, mail.subject
    assert [address.addr_spec for address in message["From"].addresses] == ["no-reply@localhost"]


def test_words_are_text_in_html_and_themselves_in_plain_text(brunnenhof: SomeCompany) -> None:
    mail = written(brunnenhof)
    assert "Am &lt;b&gt;Montag&lt;/b&gt; &amp; Dienstag" in mail.html
    assert 'href="https://brunnenhof.example/faq/?a=1&amp;b=2"' in mail.html
    assert "Am <b>Montag</b> & Dienstag wird geheizt." in mail.text
    assert "\nhttps://brunnenhof.example/faq/?a=1&b=2\n" in mail.text


def test_a_letter_without_anything_to_do_has_no_button(brunnenhof: SomeCompany) -> None:
    mail = written(brunnenhof, Letter("Betreff", "Guten Tag", ("Ein Satz.",)))
    assert mail.html.count("<a ") == 1  # the company's own address at the foot
    assert mail.text == (
        f"Guten Tag\n\nEin Satz.\n\n-- \nBrunnenhof AG\n{brunnenhof.platform.shell.config.origin(brunnenhof.host)}"
    )


def test_the_platforms_own_paper_names_no_company(brunnenhof: SomeCompany) -> None:
    head = platform_letterhead(brunnenhof.platform.shell)
    text, html = compose(head, Voice("fr"), LETTER)
    assert (head.company_id, head.name, head.logo) == (None, "Quartier", None)
    assert "<img" not in html
    assert text.endswith(brunnenhof.platform.shell.config.origin("console.localhost"))


def test_nothing_is_in_the_outbox_before_the_commit(brunnenhof: SomeCompany) -> None:
    snapshot = brunnenhof.platform.shell.snapshots(brunnenhof.id)
    assert snapshot is not None
    head = company_letterhead(brunnenhof.platform.shell, snapshot)
    with brunnenhof.db() as db:
        write_mail(db, head, "verena@example.ch", Voice("de"), LETTER)
        db.flush()
        db.rollback()
        assert list(db.scalars(select(OutboxMail))) == []
