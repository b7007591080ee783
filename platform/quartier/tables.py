"""All tables of the core, so that references between them resolve whoever starts: app, command line or test."""

from __future__ import annotations

from quartier.accounts import models as accounts
from quartier.api import models as api
from quartier.companies import models as companies
from quartier.contracts import models as contracts
from quartier.db.base import Base
from quartier.estate import models as estate
from quartier.files import models as files
from quartier.mail import models as mail
from quartier.people import models as people
from quartier.tenancy import models as tenancy

METADATA = Base.metadata


def load() -> None:
    """Importing this module has done it; the call says in `create_app` that it is meant."""
    METADATA.sorted_tables  # noqa: B018 - resolves every reference, or raises
