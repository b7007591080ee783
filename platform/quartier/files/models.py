"""What is known of a stored file; its bytes lie in the storage under a key that starts with the company."""

from __future__ import annotations

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, CompanyOwned, Dated, of_company


class StoredFile(CompanyOwned, Dated, Base):
    """`purpose` names the module or mechanism that may hand it out; `digest` is the SHA-256 of its bytes in hex."""

    __tablename__ = "stored_file"
    __table_args__ = (of_company(), Index(None, "company_id", "purpose", "digest"))

    purpose: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    content_type: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(Text)

    @property
    def key(self) -> str:
        """Where the bytes are."""
        return f"{self.company_id}/{self.id}"
