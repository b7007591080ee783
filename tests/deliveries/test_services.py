"""Writing to people: with the change or not at all, once per event, in the voice of each reader."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select

from quartier.accounts.models import Account
from quartier.db.base import new_id
from quartier.deliveries import services
from quartier.deliveries.models import MailAddress, MailDelivery
from quartier.deliveries.readers import Reader, readers_of
from quartier.deliveries.services import deliver, deliver_many
from quartier.i18n.texts import current_voice
from quartier.mail.letters import Letter
from quartier.testing import SomeCompany, Statements
from tests.deliveries.desk import LINK, NEWS, change_address, deliveries, news, queued, states, write, write_to


def test_a_mail_is_there_when_the_change_is_and_not_otherwise(brunnenhof: SomeCompany) -> None:
    with brunnenhof.db() as db:
        deliver(db, NEWS, Reader("verena@example.ch"), news)
        db.rollback()
    assert (deliveries(brunnenhof), queued(brunnenhof)) == ([], [])
    with brunnenhof.db() as db:
        found = deliver(db, NEWS, Reader("verena@example.ch", "Verena Keller"), news)
        db.commit()
    (mail,) = deliveries(brunnenhof)
    assert (mail.id, mail.kind, mail.name, mail.subject) == (found, "core.news", "Verena Keller", "Neues im Haus")
    assert (mail.state, mail.language, mail.essential, mail.secret) == ("waiting", "de", False, False)
    assert queued(brunnenhof) == [(1, False, 10)]


def test_nobody_is_told_twice_of_one_event(brunnenhof: SomeCompany) -> None:
    readers = [Reader("verena@example.ch"), Reader("Verena@Example.ch "), Reader("urs@example.ch")]
    assert len(write_to(brunnenhof, readers, event="house:1")) == 2
    assert write_to(brunnenhof, readers, event="house:1") == []
    assert len(write(brunnenhof, "verena@example.ch", event="house:2")) == 1
    assert len(deliveries(brunnenhof)) == 3
    assert sum(portion for portion, _later, _priority in queued(brunnenhof)) == 3


def test_two_requests_at_once_tell_of_an_event_once(brunnenhof: SomeCompany) -> None:
    addresses = [f"p{number}@example.ch" for number in range(20)]

    def tell(order: int) -> int:
        return len(write(brunnenhof, *addresses[::order], event="house:1"))

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(tell, (1, -1))) == 20
    assert len(deliveries(brunnenhof)) == 20


def test_one_event_at_two_companies_is_two(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    assert [len(write(one, "verena@example.ch", event="house:1")) for one in (brunnenhof, nordlicht)] == [1, 1]
    assert len({one.token for company in (brunnenhof, nordlicht) for one in addresses(company)}) == 2


def addresses(company: SomeCompany) -> list[MailAddress]:
    with company.db() as db:
        return list(db.scalars(select(MailAddress)))


def test_each_is_written_to_in_their_own_voice(nordlicht: SomeCompany) -> None:
    def write_down(reader: Reader) -> Letter:
        voice = current_voice()
        return Letter(f"{reader.name} {voice.language} {voice.tone} {voice.region}", "", ())

    readers = [Reader("a@example.de", "A", "en"), Reader("b@example.de", "B", "fr"), Reader("c@example.de", "C")]
    with nordlicht.db() as db:
        deliver_many(db, NEWS, readers, write_down)
        db.commit()
    assert {one.subject for one in deliveries(nordlicht)} == {
        "A en informal DE", "B de informal DE", "C de informal DE",  # French is not spoken at this company
    }  # fmt: skip


def test_what_is_no_address_is_written_down_and_not_tried(brunnenhof: SomeCompany) -> None:
    write(brunnenhof, "verena@", "a@b\r\nBcc: x@example.ch", "fine@example.ch")
    assert states(brunnenhof) == {"verena@": "failed", "a@b Bcc: x@example.ch": "failed", "fine@example.ch": "waiting"}
    assert {one.reason for one in deliveries(brunnenhof)} == {"address", ""}
    assert queued(brunnenhof) == [(1, False, 10)]
    write(brunnenhof, "ida@", kind=LINK)
    assert {one.address: one.letter is None for one in deliveries(brunnenhof)}["ida@"] is True


def test_a_mailing_is_stored_in_few_statements_and_waits_behind_letters(
    brunnenhof: SomeCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "AT_ONCE", 200)
    readers = [Reader(f"p{number}@example.ch") for number in range(500)]
    with Statements() as sent:
        assert len(write_to(brunnenhof, readers)) == 500
    assert sum("mail_delivery" in one and "INSERT INTO mail_delivery" in one for one in sent.sent) == 3
    assert queued(brunnenhof) == [(100, False, 0)] * 5
    write(brunnenhof, "verena@example.ch", kind=LINK)
    assert queued(brunnenhof)[-1] == (1, False, 10)


def test_people_are_written_to_where_they_sign_in(brunnenhof: SomeCompany) -> None:
    verena, urs = brunnenhof.resident("Verena Keller", language="fr"), brunnenhof.person("Urs Meier")
    ida = brunnenhof.person("Ida Graf", email="ida@example.ch", language="en")
    with brunnenhof.db() as db:
        account = db.scalars(select(Account).filter_by(id=verena.account_id)).one()
        account.email = "neu@example.ch"
        db.commit()
        found = readers_of(db, [verena.person_id, urs.id, ida.id, new_id()])
    assert {(one.address, one.name, one.language) for one in found} == {
        ("neu@example.ch", "Verena Keller", "fr"), ("ida@example.ch", "Ida Graf", "en"),
    }  # fmt: skip


def test_a_choice_follows_the_person_to_another_address(brunnenhof: SomeCompany) -> None:
    ida = brunnenhof.person("Ida Graf", email="ida@example.ch")
    write(brunnenhof, "ida@example.ch", person=ida.id)
    change_address(brunnenhof, "ida@example.ch", paces={"core.news": "never"})
    write(brunnenhof, "ida@neu.example", person=ida.id)
    assert {one.address_key: one.paces for one in addresses(brunnenhof)} == {
        "ida@example.ch": {"core.news": "never"}, "ida@neu.example": {"core.news": "never"},
    }  # fmt: skip


def test_a_mail_of_another_company_is_not_to_be_seen(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    (mail,) = write(nordlicht, "verena@example.ch")
    with brunnenhof.db() as db:
        assert db.get(MailDelivery, (nordlicht.id, mail)) is None


def test_a_kind_of_a_module_begins_with_its_slug(brunnenhof: SomeCompany) -> None:
    manifest = brunnenhof.platform.shell.plugins.serving["faq"].manifest
    with pytest.raises(ValueError, match="kinds of mail"):
        replace(manifest, mails=(NEWS,))
    assert replace(manifest, mails=(replace(NEWS, key="faq.news"),)).mails[0].key == "faq.news"
