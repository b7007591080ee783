"""The style sheet of each brand: made once, named by its content, kept while it is asked for."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import lru_cache

from quartier.tenancy.snapshot import Brand
from quartier.theming.palette import derive
from quartier.theming.shape import Shape
from quartier.theming.stylesheet import BrandUrls, Stylesheet, build_stylesheet
from quartier.theming.themes import Theme

KEPT = 200


class StyleSheets:
    """Builds sheets for one process. A digest is 16 hex characters of the sheet's SHA-256."""

    def __init__(self, themes: dict[str, Theme]) -> None:
        self._themes = themes
        self._digests: dict[Brand, str] = {}
        self._build = lru_cache(maxsize=KEPT)(self._built)

    def digest(self, brand: Brand) -> str:
        """The name of the brand's sheet; remembered without the sheet, for there may be thousands of companies."""
        if brand not in self._digests:
            self._digests[brand] = self.sheet(brand).digest
        return self._digests[brand]

    def url(self, brand: Brand) -> str:
        """Where the brand's sheet is served. A snapshot's brand knows its digest already."""
        return f"/theme/{brand.digest or self.digest(brand)}.css"

    def sheet(self, brand: Brand) -> Stylesheet:
        """The brand's sheet; what it looks like does not depend on what it is called."""
        return self._build(replace(brand, digest=""))

    def _built(self, brand: Brand) -> Stylesheet:
        urls = BrandUrls(**{field.name: getattr(brand, field.name) for field in fields(BrandUrls)})
        shape = Shape(brand.corners, brand.density)
        return build_stylesheet(brand.theme, derive(brand.colour, brand.second), urls, self._themes, shape)
