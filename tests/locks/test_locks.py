"""Who owns a field."""

from __future__ import annotations

from quartier.locks.fields import locked_fields, owner_of
from quartier.locks.services import drop_link, save_link
from quartier.testing import SomeCompany


def test_the_erp_owns_what_the_company_gave_it(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    db, other = brunnenhof.db(), nordlicht.db()
    assert (locked_fields(db, "unit"), owner_of(db, "unit")) == (frozenset(), None)
    for owned in (["unit.name"], ["unit.area_m2", "person.email", "unit.colour", "account.email"]):
        save_link(db, system="GARAIO REM", correction_email="erp@brunnenhof.example", owned=owned)
        db.commit()
    assert locked_fields(db, "unit") == {"area_m2"}
    assert locked_fields(db, "person") == {"email"}
    assert (owner_of(db, "building"), locked_fields(other, "unit")) == (None, frozenset())
    drop_link(db)
    assert locked_fields(db, "unit") == frozenset()
    db.close()
    other.close()
