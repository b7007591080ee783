"""Changing the catalogue: a product, another version of it, and taking it out."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from quartier.catalogue import expressions
from quartier.catalogue.models import Product, ProductPrice, ProductVersion
from quartier.catalogue.pricing import Terms
from quartier.catalogue.queries import versions_of
from quartier.db.base import new_id
from quartier.db.turns import take_turn
from quartier.i18n.texts import gettext as _

LOCK = "catalogue"


class CatalogueError(ValueError):
    """A change that cannot be made; `field` is the input it stands at, the message a sentence for the reader."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def add_product(
    db: Session, *, key: str, kind: str, terms: Terms, known: Collection[str], actor: str, note: str = ""
) -> Product:
    """A product with its first version. `known` are keys beside the catalogue's that it may need (modules).

    Raises CatalogueError when the key is taken, or for something needed that nobody knows.
    """
    _one_at_a_time(db)
    if db.scalars(select(Product.id).filter_by(key=key)).first():
        raise CatalogueError("key", _("There is a product with this key already."))
    _needs_exist(db, key, terms.needs, known)
    product = Product(id=new_id(), key=key, kind=kind)
    db.add(product)
    db.flush()
    _write(db, product, 1, terms, actor=actor, note=note)
    return product


def add_version(
    db: Session, product: Product, terms: Terms, *, seen: int, known: Collection[str], actor: str, note: str = ""
) -> bool:
    """Say and cost something else from now on; what was sold keeps its version. False when nothing differs.

    `seen` is the version that was changed: raises CatalogueError when there is a newer one.
    """
    _one_at_a_time(db)
    newest = versions_of(db, product)[0]
    if newest.number != seen:
        raise CatalogueError(
            "_schema", _("Somebody has saved version %(number)s in the meantime. Compare, then save again.",
                         number=newest.number),
        )  # fmt: skip
    if newest.terms == terms:
        return False
    _needs_exist(db, product.key, terms.needs, known)
    _write(db, product, newest.number + 1, terms, actor=actor, note=note)
    return True


def retire(db: Session, product: Product, *, actor: str) -> None:
    """Take a product out of the catalogue. Contracts that have it keep it until they end."""
    if product.retired_at is None:
        product.retired_at, product.retired_by = func.now(), actor
        db.flush()


def offer_again(db: Session, product: Product) -> None:
    """Put a product back."""
    product.retired_at, product.retired_by = None, None
    db.flush()


def _needs_exist(db: Session, key: str, needs: str, known: Collection[str]) -> None:
    named = expressions.keys(expressions.parse(needs))
    if key in named:
        raise CatalogueError("needs", _("A product cannot need itself."))
    there = {*known, *db.scalars(select(Product.key).where(Product.key.in_(named)))}
    if missing := sorted(named - there):
        raise CatalogueError("needs", _("There is no product with the key “%(key)s”.", key=missing[0]))


def _write(db: Session, product: Product, number: int, terms: Terms, *, actor: str, note: str) -> None:
    version = ProductVersion(
        id=new_id(), product_id=product.id, number=number, name=terms.name, summary=terms.summary,
        data_used=terms.data_used, needs=terms.needs, model=terms.model, period=terms.period,
        countries=list(terms.countries), author=actor, note=note,
    )  # fmt: skip
    db.add(version)
    db.flush()
    for currency, tiers in terms.prices.items():
        for tier in tiers:
            db.add(ProductPrice(version_id=version.id, currency=currency, from_unit=tier.from_unit, amount=tier.amount))
    db.flush()


def _one_at_a_time(db: Session) -> None:
    """Two people at the catalogue: the second sees what the first did, not a constraint's error."""
    take_turn(db, LOCK)
