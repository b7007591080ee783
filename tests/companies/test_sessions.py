"""A company's session from a terminal."""

from __future__ import annotations

import pytest

from quartier.companies.sessions import opened_company
from quartier.tenancy.company import company_of
from quartier.testing import SomeCompany


def test_a_company_is_opened_by_name_and_sees_only_itself(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    with opened_company(brunnenhof.platform.shell.config, brunnenhof.slug) as db:
        assert (db.company_id, company_of(db).slug) == (brunnenhof.id, brunnenhof.slug)
        assert {row.company_id for row in db.rows("SELECT company_id FROM property")} == {brunnenhof.id}


def test_a_company_that_does_not_exist_is_told(brunnenhof: SomeCompany) -> None:
    config = brunnenhof.platform.shell.config
    with pytest.raises(LookupError, match="there is no company 'nobody'"), opened_company(config, "nobody"):
        pass
