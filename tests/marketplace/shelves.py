"""Products on the shelves, and what is stored of what people did with them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from quartier.catalogue.models import Product, ProductPrice, ProductVersion
from quartier.db.base import new_id
from quartier.i18n.localized import LocalizedText
from quartier.testing import Browser, SomeCompany

TODAY = datetime.now(UTC).astimezone(ZoneInfo("Europe/Zurich")).date()


def stored(company: SomeCompany, model: Any, **which: Any) -> list[Any]:
    with Session(company.platform.shell.platform, expire_on_commit=False) as db:
        return list(db.scalars(select(model).filter_by(company_id=company.id, **which).order_by(model.id)))


def version(
    company: SomeCompany, key: str, amount: str, *, number: int = 1, model: str = "unit",
    currencies: Sequence[str] = ("CHF", "EUR"), **more: Any,
) -> None:  # fmt: skip
    """One more version of a product, of this test alone: it goes when the test is over."""
    with Session(company.platform.shell.platform) as db:
        known = db.scalars(select(Product).filter_by(key=key)).first()
        product = known or Product(id=new_id(), key=key, kind=more.pop("kind", "module"))
        db.add(product)
        db.flush()
        words = LocalizedText(dict.fromkeys(("de", "en", "fr"), f"Product {key}"))
        row = ProductVersion(
            id=new_id(), product_id=product.id, number=number, name=words, summary=words, model=model, period="month",
            author="Mara", **more,
        )  # fmt: skip
        db.add(row)
        db.flush()
        for currency in currencies if model != "ask" else ():
            db.add(ProductPrice(version_id=row.id, currency=currency, from_unit=1, amount=Decimal(amount)))
        db.commit()


def seen(browser: Browser, key: str) -> dict[str, str]:
    """What the form for an order has in it, as the page shows it."""
    page = browser.get(f"/cockpit/marketplace/{key}").text
    hidden = dict(re.findall(r'name="(version|price|currency)" value="([^"]*)"', page))
    return {**hidden, "starts": TODAY.isoformat(), "do": "order"}
