"""Another quantity or price from a day on: the line that runs ends there, and a new one goes on. What was stays."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from quartier.catalogue.queries import version_by_id
from quartier.contracts import services
from quartier.contracts.models import Contract, ContractLine
from quartier.contracts.refusal import ContractError
from quartier.contracts.sale import Sale
from quartier.contracts.services import By
from quartier.i18n.texts import gettext as _


def new_terms(
    db: Session, contract: Contract, line: ContractLine, *, quantity: int | None, price: Decimal | None
) -> Sale:  # fmt: skip
    """What the line's own version costs for another quantity, or what was agreed instead.

    Not the catalogue's newest version: who has bought keeps what was bought, also when it is no longer sold. Raises
    ContractError where nobody can say what it costs, and where nothing would differ.
    """
    version = version_by_id(db, line.version_id) if line.version_id else None
    many = quantity or line.quantity
    if version is None:
        raise ContractError("price", _("This line has no price from the catalogue. Let it end, and sell it anew."))
    wanted = price or version.terms.price(contract.currency, many)
    if wanted is None and version.terms.model == "ask":
        raise ContractError("price", _("The price is on request: please write down what was agreed."))
    if wanted is None:
        raise ContractError(
            "price",
            _("The catalogue has no price in %(currency)s, the currency of this contract. "
              "Please write down what was agreed.", currency=contract.currency),
        )  # fmt: skip
    if (many, wanted) == (line.quantity, line.price):
        raise ContractError("quantity", _("Quantity and price are as they are already."))
    return Sale(many, wanted, version.terms.period, line.version_id, line.needs)


def renew(db: Session, line: ContractLine, sale: Sale, *, starts: date, by: By) -> ContractLine:
    """End the line the day before `starts` and go on with other terms until the end that it had.

    Raises ContractError for a day that does not lie inside the line.
    """
    contract = db.get_one(Contract, (line.company_id, line.contract_id))
    services.one_at_a_time(db, line.company_id)
    db.refresh(line)
    if starts <= line.starts:
        raise ContractError("starts", _("Choose a day after the first one. A line that has not begun is sold anew."))
    ends = line.ends
    if ends is not None and starts >= ends:
        raise ContractError("starts", _("The line has ended by then."))
    services.change_line(db, line, starts=line.starts, ends=starts, by=by)
    return services.add_line(db, contract, module=line.module, starts=starts, ends=ends, sale=sale, by=by)
