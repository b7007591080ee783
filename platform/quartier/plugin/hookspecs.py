"""Everything a plugin can be asked. Facts are in the manifest, folders are found; these are the reactions.

A hook is here only because a plugin uses it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import pluggy

if TYPE_CHECKING:
    import click

    from quartier.api.blueprint import ApiBlueprint
    from quartier.files.storage import Storage
    from quartier.jobs.definition import Job
    from quartier.mail.kinds import NotificationKind
    from quartier.plugin.things import Card, Hit, Offer
    from quartier.tenancy.session import CompanySession
    from quartier.web.pages import Pages
    from quartier.web.visit import Visit

PROJECT = "quartier"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
"""Decorates a function of a plugin's `plugin.py` that answers the hook of the same name."""


@hookspec
def register_pages() -> list[Pages]:
    """Blueprints of HTML pages. Asked once, at start; they are mounted under `/<slug>` and `/cockpit/<slug>`."""


@hookspec
def register_api() -> list[ApiBlueprint]:
    """Blueprints of the documented JSON API. Asked once, at start; mounted under `/api/v1/<slug>`."""


@hookspec
def register_notifications() -> list[NotificationKind]:
    """Kinds of notification, under keys that begin with the slug. Asked once, at start."""


@hookspec
def register_jobs() -> list[Job]:
    """Work to be done later or by the clock, under names that begin with the slug. Asked once, as a worker starts."""


@hookspec
def register_commands(cli: click.Group) -> None:
    """Add commands below `quartier <slug>`. Asked once, when the command line starts."""


@hookspec
def dashboard_cards(visit: Visit) -> list[Card]:
    """What this person should see on coming home; for staff also what needs attention in the Cockpit (`Card.desk`)."""


@hookspec
def tile_note(visit: Visit) -> str | None:
    """A few words under the module's tile on the home page, such as a number of articles."""


@hookspec
def search(visit: Visit, query: str) -> list[Hit]:
    """Things this person may see that match the words, best first."""


@hookspec
def fill_slot(visit: Visit, slot: str) -> list[Offer]:
    """Things that this person may do with what another module shows, in a place that it left; else an empty list.

    Places are named by the module that leaves them, which says in its README what is sent to `Offer.url`: so two
    modules meet without knowing each other. Where nobody offers anything, there is nothing to be seen.

    * `pinboard.instead`: a resident writes, or has written, what is for the management alone. The button sends the
      words as `body`; of a post that is on the board, also its address as `origin`.
    """


@hookspec
def may_read_file(visit: Visit, purpose: str, thing_id: UUID) -> bool:
    """Whether this viewer may see the thing now, and so its files. Asked for addresses that were kept for longer."""


@hookspec
def count_usage(db: CompanySession, since: datetime, until: datetime) -> Mapping[str, int]:
    """What happened in the module between two moments (the second one exclusive), as numbers under the keys of the
    manifest's `measures`: how much, and never whose.

    Asked each night for the company's day that is over and for the thirty days up to then; for days that are long over
    when a company has just begun with the module. It is counted from what the module keeps anyway.
    """


@hookspec
def could_do(db: CompanySession) -> Sequence[str]:
    """What the module could do for a company that does not have it, from what the company has anyway: one sentence or
    two with numbers of the bound company ("184 households share 3 laundries."), nothing invented and of no person;
    none where there is nothing to say. Asked for the marketplace, in the voice of the reader."""


@hookspec
def module_switched_on(db: CompanySession, actor: str) -> None:
    """The module has just become effective for a company that did not have it; plant what it needs to start."""


@hookspec
def plant_files(db: CompanySession, folder: Path, actor: str, storage: Storage) -> None:
    """Read the module's folder of a company kept as code (`tenants/<slug>/<module>/`) and make it true; idempotent."""


@hookspec
def export_files(db: CompanySession, folder: Path, storage: Storage) -> None:
    """The opposite of `plant_files`: write the module's part of a company kept as code into its empty folder."""


@hookspec
def export_person(db: CompanySession, person_id: UUID) -> dict[str, object]:
    """Everything this module holds about a person, for that person."""


@hookspec
def people_merged(db: CompanySession, accounts: Sequence[UUID], people: Sequence[UUID]) -> None:
    """Entries became one person, or were taken apart again: in the Cockpit, or when somebody whom the company knew by
    name comes with an account. `people` are all of them, whether they still are or not, `accounts` their logins.

    The core has moved every row that refers to a person or an account, the module's own included: where both had a row
    that there may be only one of, that of the one who stays is left. What is left to do is to count anew what the
    module counts from such rows. A table takes part by having an `id` and a reference to `person` or `account`.
    Modules that the company has off are asked as well. One that raises is taken back by itself: the people stay one.
    """


@hookspec
def erase_person(db: CompanySession, person_id: UUID) -> None:
    """Forget a person: called before the person's rows go.

    A table of the module that no reference with `ondelete="CASCADE"` ties to a person says in the `info` of its model,
    as {"people": "why"}, what of people is left there.
    """
