"""The catalogue as a file: what `planting` reads, written so that planting it again changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tomlkit
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from quartier.catalogue.models import CURRENCIES, Product, ProductPicture
from quartier.catalogue.pricing import Terms
from quartier.catalogue.queries import Version, offers, versions_of
from quartier.letters.press import KINDS

TEXTS = ("name", "summary", "data_used")


def written(db: Session, folder: Path) -> str:
    """Every product with all its versions, as TOML; in the order of their keys. Pictures are put into the folder."""
    document, products = tomlkit.document(), tomlkit.aot()
    for key, offer in offers(db).items():
        newest, *earlier = versions_of(db, offer.product)
        facts: dict[str, Any] = {"key": key, "kind": offer.product.kind}
        facts |= {"retired": True} if offer.product.retired_at is not None else {}
        facts |= _said(newest)
        facts |= {"pictures": found} if (found := _pictures(db, offer.product, folder)) else {}
        if earlier:
            facts["earlier"] = [_said(one) for one in reversed(earlier)]
        products.append(_table(facts))
    document["product"] = products
    return tomlkit.dumps(document)


def _pictures(db: Session, product: Product, folder: Path) -> list[dict[str, Any]]:
    query = select(ProductPicture).filter_by(product_id=product.id).order_by(ProductPicture.position)
    found = []
    for place, one in enumerate(db.scalars(query.options(undefer(ProductPicture.body))), start=1):
        name = f"{product.key}-{place}.{KINDS[one.content_type]}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(one.body)
        found.append({"file": f"{folder.name}/{name}", "alt": one.alt.to_json()})
    return found


def _said(version: Version) -> dict[str, Any]:
    terms = version.terms
    found: dict[str, Any] = {name: getattr(terms, name).to_json() for name in TEXTS if getattr(terms, name)}
    found |= {name: getattr(terms, name) for name in ("needs", "model", "period") if getattr(terms, name)}
    found |= {"countries": list(terms.countries)} if terms.countries else {}
    found |= {"note": version.note} if version.note else {}
    return found | ({"prices": _prices(terms)} if terms.prices else {})


def _prices(terms: Terms) -> dict[str, list[list[Any]]]:
    return {
        currency: [[tier.from_unit, f"{tier.amount:.2f}"] for tier in terms.prices[currency]]
        for currency in CURRENCIES
        if currency in terms.prices
    }


def _table(facts: dict[str, Any]) -> Any:
    table = tomlkit.table()
    for name, value in facts.items():
        if name in ("earlier", "pictures"):
            tables = tomlkit.aot()
            for one in value:
                tables.append(_table(one))
            table[name] = tables
        elif isinstance(value, dict):
            inline = tomlkit.inline_table()
            inline.update(value)
            table[name] = inline
        else:
            table[name] = value
    return table
