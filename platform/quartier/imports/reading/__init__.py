"""Files as tables of cells: no database, no meaning, only what stands where."""

from __future__ import annotations

from quartier.imports.reading.contents import Content, opened
from quartier.imports.reading.sources import Source, from_folder, from_upload
from quartier.imports.reading.tables import Cell, Row, Sheet, sheets_of

__all__ = ["Cell", "Content", "Row", "Sheet", "Source", "from_folder", "from_upload", "opened", "sheets_of"]
