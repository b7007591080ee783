"""Pictures of products, drawn in the colours and with the names of the company that looks at them.

A drawing (SVG) may hold `{accent}` and other tokens of a palette where a colour stands, and `{name}` and `{company}`
where words stand. They are filled in for each company and the result is cleaned as any drawing that somebody sends, so
whatever stands in the file or in a name, what is served draws and does nothing else. Photographs are shown as they are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, undefer

from quartier.catalogue.models import Product, ProductPicture
from quartier.db.base import new_id
from quartier.i18n.localized import LocalizedText
from quartier.theming.images import SVG_TYPE, CleanImage
from quartier.theming.logo import clean_picture
from quartier.theming.palette import derive
from quartier.theming.svg import looks_like_svg

TOKEN: Final = re.compile(r"\{([a-z-]+)\}")
WORDS: Final = ("name", "company")
MOST: Final = 6
EXAMPLE: Final = ("#1f5c4a", None)


@dataclass(frozen=True)
class Look:
    """In whose brand: one or two colours, what the company calls itself, and what it calls the product."""

    colour: str
    second: str | None
    company: str
    name: str


def add_picture(db: Session, product: Product, body: bytes, alt: LocalizedText) -> ProductPicture:
    """One picture more, behind the others. Raises ImageRefused for what cannot be drawn, and ValueError for too many
    and for a drawing with a token that nothing fills."""
    there = db.scalar(select(func.count()).where(ProductPicture.product_id == product.id)) or 0
    last = db.scalar(select(func.max(ProductPicture.position)).where(ProductPicture.product_id == product.id)) or 0
    if there >= MOST:
        raise ValueError(f"a product has {MOST} pictures at most")
    kept, kind = _checked(body)
    picture = ProductPicture(
        id=new_id(), product_id=product.id, position=last + 1, alt=alt, content_type=kind, body=kept
    )  # fmt: skip
    db.add(picture)
    db.flush()
    return picture


def drop_picture(db: Session, product: Product, picture_id: UUID) -> None:
    """Show a picture no more."""
    db.execute(delete(ProductPicture).filter_by(product_id=product.id, id=picture_id))


def replace_pictures(db: Session, product: Product, wanted: Sequence[tuple[bytes, LocalizedText]]) -> bool:
    """Make a product's pictures those, where any are named; False where nothing differs."""
    query = select(ProductPicture).filter_by(product_id=product.id).order_by(ProductPicture.position)
    there = [(one.body, one.alt) for one in db.scalars(query.options(undefer(ProductPicture.body)))]
    if not wanted or there == [(_checked(body)[0], alt) for body, alt in wanted]:
        return False
    db.execute(delete(ProductPicture).filter_by(product_id=product.id))
    for body, alt in wanted:
        add_picture(db, product, body, alt)
    return True


def pictures_of(db: Session, keys: Collection[str]) -> dict[str, list[ProductPicture]]:
    """Pictures by their product's key, in their order and without their bytes; one statement."""
    query = select(Product.key, ProductPicture).join(ProductPicture, ProductPicture.product_id == Product.id)
    found: dict[str, list[ProductPicture]] = defaultdict(list)
    for key, picture in db.execute(query.where(Product.key.in_(keys)).order_by(ProductPicture.position)):
        found[key].append(picture)
    return found


def picture(db: Session, key: str, picture_id: UUID, look: Look) -> CleanImage | None:
    """One picture as that company sees it."""
    query = (
        select(ProductPicture)
        .join(Product, Product.id == ProductPicture.product_id)
        .where(Product.key == key, ProductPicture.id == picture_id)
        .options(undefer(ProductPicture.body))
    )
    row = db.scalars(query).first()
    if row is None:
        return None
    return drawn(row.body, look) if row.content_type == SVG_TYPE else CleanImage(row.content_type, row.body, 0, 0)


@lru_cache(maxsize=200)
def drawn(body: bytes, look: Look) -> CleanImage:
    """A drawing in a company's look, cleaned. Raises ImageRefused, and ValueError for a token that nothing fills."""
    colours = derive(look.colour, look.second).light
    said = {"name": look.name, "company": look.company}
    return clean_picture(_filled(body.decode("utf-8"), {**colours, **said}).encode())


def _filled(drawing: str, values: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        if found[1] not in values:
            raise ValueError(f"nothing fills {{{found[1]}}}; known: {', '.join(sorted(values))}")
        return escape(values[found[1]])

    return TOKEN.sub(value, drawing)


def _checked(body: bytes) -> tuple[bytes, str]:
    if looks_like_svg(body):
        drawn(body, Look(*EXAMPLE, company="Quartier", name="Quartier"))
        return body, SVG_TYPE
    clean = clean_picture(body)
    return clean.body, clean.content_type
