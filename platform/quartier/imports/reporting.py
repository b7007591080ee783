"""Who hears of an import: the addresses that the manifest of an exchange set names, each for the outcomes it wants."""

from __future__ import annotations

from typing import Final

from quartier.deliveries.readers import Reader
from quartier.deliveries.services import deliver_many
from quartier.imports.letters import REPORT, Outcome, Outline, report_letter
from quartier.imports.models import ImportRun
from quartier.imports.problems import ERRORS
from quartier.imports.services import problems_of
from quartier.tenancy.session import CompanySession

FIRST: Final = 10  # errors in a mail; all of them are in the Cockpit


def addresses(found: ImportRun) -> dict[str, list[str]]:
    """Address → outcomes that it wants to hear of: error, success."""
    reports: dict[str, list[str]] = found.choices.get("manifest", {}).get("reports", {})
    return reports


def report(db: CompanySession, found: ImportRun, url: str) -> None:
    """Write to whom the manifest names, unless somebody has said not to; `url` is the page of the import."""
    if found.choices.get("report") is False:
        return
    outline = _outline(found, url)
    level = "success" if outline.outcome == "applied" else "error"
    readers = [Reader(address) for address, levels in addresses(found).items() if level in levels]
    deliver_many(db, REPORT, readers, lambda _reader: report_letter(outline))


def _outline(found: ImportRun, url: str) -> Outline:
    errors = sum(count for code, count in found.report.get("numbers", {}).items() if code in ERRORS)
    outcome: Outcome = "partly" if errors else "applied"
    if found.status != "applied":
        outcome = "failed" if found.status == "failed" else "waiting"
    wrong = [one for one in problems_of(found) if one.severity == "error"] if outcome != "failed" else []
    names = ", ".join(file["name"] for file in found.files)
    names = names if len(names) <= LONGEST else names[: LONGEST - 1] + "…"
    return Outline(outcome, names, url, found.counts, errors, wrong[:FIRST], found.error)


LONGEST: Final = 80
