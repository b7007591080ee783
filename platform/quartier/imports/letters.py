"""The report that goes to the addresses of a manifest. Bind the reader's voice before calling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from quartier.i18n import formats
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import ngettext
from quartier.imports import words
from quartier.imports.problems import Problem
from quartier.mail.kinds import MailKind
from quartier.mail.letters import Action, Letter

Outcome = Literal["applied", "partly", "waiting", "failed"]


@dataclass(frozen=True)
class Outline:
    """What came of an import. `problems` are the first errors: their places and reasons, never what the cells hold."""

    outcome: Outcome
    files: str
    url: str
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    errors: int = 0
    problems: Sequence[Problem] = ()
    failure: str | None = None


def report_letter(outline: Outline) -> Letter:
    """What came of an import."""
    return Letter(
        subject=_subject(outline),
        greeting=_("Hello"),
        paragraphs=(_sentence(outline), *_counts(outline), *_problems(outline)),
        action=Action(_("Look at the import"), outline.url),
        notes=(_("You get this report because the manifest of the files names your address."),),
    )


def _subject(outline: Outline) -> str:
    return {
        "applied": _("Import applied: %(files)s", files=outline.files),
        "partly": _("Import applied, but for rows with errors: %(files)s", files=outline.files),
        "waiting": _("An import waits for a decision: %(files)s", files=outline.files),
        "failed": _("Import not applied: %(files)s", files=outline.files),
    }[outline.outcome]


def _sentence(outline: Outline) -> str:
    left_out = ngettext(
        "%(num)s row with an error was left out.", "%(num)s rows with errors were left out.", outline.errors
    )
    return {
        "applied": _("All rows were taken."),
        "partly": left_out,
        "waiting": _("Nothing was changed yet: rows have errors, or persons may be known already."),
        "failed": words.why(outline.failure),
    }[outline.outcome]


def _counts(outline: Outline) -> list[str]:
    if outline.outcome == "failed":
        return []
    names, states = words.nouns(), words.states()
    return [
        f"{names[noun]}: "
        + ", ".join(f"{formats.format_number(numbers[one])} {said}" for one, said in states.items() if numbers.get(one))
        for noun, numbers in outline.counts.items()
        if any(numbers.get(one) for one in states)
    ]


def _problems(outline: Outline) -> list[str]:
    def place(one: Problem) -> str:
        line = _("line %(number)s", number=one.line) if one.line else ""
        return ", ".join(filter(None, (one.file, line, one.column)))

    return [f"{place(one)}: {one.words}" for one in outline.problems]


REPORT = MailKind(
    "imports.report",
    {"de": "Bericht über einen Import", "en": "Report on an import", "fr": "Rapport d’import"},
    lambda _company: report_letter(Outline(
        "partly", "export.zip", "https://portal.example/cockpit/imports/", {"unit": {"new": 12, "bad": 1}}, 1,
        [Problem("bad_date", "utilisationPeriods.csv", 14, "startDate")],
    )),
    team=True,
)  # fmt: skip
KINDS = (REPORT,)
