"""Names for bylines."""

from __future__ import annotations

from quartier.accounts.names import account_names, account_of_person
from quartier.db.base import new_id
from quartier.testing import SomeCompany


def test_accounts_have_the_names_of_their_people(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    nadja, svenja = brunnenhof.agent("Nadja Frei"), nordlicht.agent("Svenja Petersen")
    db = brunnenhof.db()
    assert account_names(db, [nadja.account_id, svenja.account_id, new_id()]) == {nadja.account_id: "Nadja Frei"}
    assert account_names(db, []) == {}
    db.close()


def test_a_person_has_one_account_or_none(brunnenhof: SomeCompany) -> None:
    nadja, nobody = brunnenhof.agent("Nadja Frei"), brunnenhof.person("Herr Niemand")
    db = brunnenhof.db()
    assert account_of_person(db, nadja.person_id) == nadja.account_id
    assert account_of_person(db, nobody.id) is None
    db.close()
