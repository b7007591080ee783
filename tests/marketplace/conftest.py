"""A company with shelves to choose from, and who orders and approves there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import delete, update

from quartier.accounts.permissions import MODULES_APPROVE
from quartier.catalogue.models import Product, ProductPrice, ProductVersion
from quartier.contracts.models import ContractLine
from quartier.marketplace.models import ProductOrder
from quartier.testing import Browser, SomeCompany
from quartier.web.read_only import BUY
from tests.marketplace.shelves import version
from tests.rules.rows import as_owner


@pytest.fixture
def firm(make_company: Callable[..., SomeCompany]) -> Iterator[SomeCompany]:
    """A company with answers, three homes, and a board and bookings on the shelves."""
    firm = make_company("Brunnenhof", modules=("faq",))
    for name in ("Verena Keller", "Lea Zimmermann", "Jonas Meier"):
        firm.resident(name)
    version(firm, "pinboard", "0.50")
    version(firm, "bookings", "0.40", needs="pinboard")
    version(firm, "service_desk", "90.00", model="flat", kind="service")
    version(firm, "abroad", "1.00", kind="service", countries=["FR"])
    yield firm
    with as_owner(firm) as db:  # the catalogue is the same for all tests
        for statement in (
            delete(ProductOrder), update(ContractLine).values(version_id=None), delete(ProductPrice),
            delete(ProductVersion), delete(Product),
        ):  # fmt: skip
            db.execute(statement)
        db.commit()


@pytest.fixture
def nadja(firm: SomeCompany) -> Browser:
    return firm.agent("Nadja Frei", BUY, language="en").browser


@pytest.fixture
def chief(firm: SomeCompany) -> Browser:
    return firm.agent("Regula Steiner", BUY, MODULES_APPROVE, language="en").browser
