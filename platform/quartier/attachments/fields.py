"""Files in a form: what it shows, and what came back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

import structlog
from flask import request
from marshmallow import ValidationError
from werkzeug.datastructures import FileStorage

from quartier.attachments import queries, services, wording
from quartier.attachments.attached import AttachedFile
from quartier.attachments.links import Links, links_for
from quartier.attachments.refusals import FileRefused
from quartier.files.models import Attachment
from quartier.files.purposes import FilePurpose
from quartier.files.storage import StorageDown
from quartier.keys import key_of
from quartier.web.forms import id_in, unstorable
from quartier.web.shell import shell
from quartier.web.visit import Visit

log = structlog.get_logger(__name__)

NAME: Final = "files"


@dataclass(frozen=True)
class FileField:
    """The files of a form: `files` in their order, what is wrong as sentences, and the rules in words.

    `rows` and `gone` are for `attach_files`.
    """

    purpose: FilePurpose
    files: tuple[AttachedFile, ...] = ()
    errors: tuple[str, ...] = ()
    name: str = NAME
    rows: tuple[Attachment, ...] = ()
    gone: tuple[Attachment, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether all files were taken."""
        return not self.errors

    @property
    def rules(self) -> str:
        """How many, of what, how large."""
        return wording.rules(self.purpose)

    @property
    def accept(self) -> str:
        """What a browser offers to choose from."""
        return wording.accept(self.purpose)

    @property
    def takes_pictures(self) -> bool:
        """Whether a phone's camera can be used."""
        return "picture" in self.purpose.kinds

    @property
    def words(self) -> dict[str, str]:
        """What the script says."""
        refusals = {"too_large": "too-large", "too_many": "too-many"}
        values = {"most": str(self.purpose.most)}
        said = {f"data-{name}": wording.refused(FileRefused(reason, **values)) for reason, name in refusals.items()}  # type: ignore[arg-type]
        return said | {"data-waiting": str(wording.WAITING), "data-failed": str(wording.DOWN)}


def links_of(visit: Visit) -> Links:
    """Addresses for whoever looks."""
    return links_for(key_of(shell().config), visit.company.id, visit.viewer)


def files_of(visit: Visit, purpose: FilePurpose, things: Iterable[UUID]) -> dict[UUID, list[AttachedFile]]:
    """Files of things that this viewer may see (the module has asked), by thing, in their order. One query for all.

    Also what is being checked or was refused: show others than the author only those that are `is_ready`.
    """
    links, ids = links_of(visit), list(things)
    found: dict[UUID, list[AttachedFile]] = {one: [] for one in ids}
    for row in queries.of_things(visit.db, purpose.key, ids) if ids else ():
        if row.thing_id is not None:
            found[row.thing_id].append(AttachedFile.of(row, links))
    return found


def show_files(visit: Visit, purpose: FilePurpose, thing_id: UUID | None = None, *, name: str = NAME) -> FileField:
    """The field before anything was sent: the files that the thing has."""
    rows = queries.of_things(visit.db, purpose.key, [thing_id]) if thing_id else []
    links = links_of(visit)
    return FileField(purpose, tuple(AttachedFile.of(row, links) for row in rows), name=name, rows=tuple(rows))


def sent_files(visit: Visit, purpose: FilePurpose, thing_id: UUID | None = None, *, name: str = NAME) -> FileField:
    """The field as it came back: order, descriptions, what was removed, and files that came with the form itself.

    Call it before anything else is written: what came is kept as drafts and committed, so that nothing of it is lost
    when the form has to be shown again. Never raises; `field.ok` tells.
    """
    asked = list(dict.fromkeys(filter(None, map(id_in, request.form.getlist(name)))))
    removed = set(filter(None, map(id_in, request.form.getlist(f"{name}.remove"))))
    known = queries.usable(visit.db, visit.viewer, purpose.key, thing_id, asked)
    rows = [known[one] for one in _placed(asked, name) if one in known and one not in removed]
    gone = [row for one, row in known.items() if row not in rows]
    errors = [wording.refused(FileRefused("gone"))] if set(asked) - set(known) - removed else []
    errors += _take(visit, purpose, request.files.getlist(f"{name}.new"), rows)
    if len(rows) > purpose.most:
        errors.append(wording.refused(FileRefused("too_many", most=purpose.most)))
    for row in rows:
        errors += [f"{row.name}: {row_error}"] if (row_error := _alt(row, name)) else []
    links = links_of(visit)
    shown = tuple(replace(AttachedFile.of(row, links), alt=_typed(row, name)) for row in rows)
    return FileField(purpose, shown, tuple(errors), name, tuple(rows), tuple(gone))


def attach_files(visit: Visit, field: FileField, thing_id: UUID) -> None:
    """Make what was sent the files of the thing, and drop what was removed."""
    alts = {file.id: file.alt for file in field.files}
    services.arrange(visit.db, thing_id, field.rows, alts=alts, gone=field.gone, in_text=field.purpose.in_text)


def claim_files(visit: Visit, purpose: FilePurpose, ids: Sequence[UUID], thing_id: UUID) -> None:
    """Make these, in this order, the files of the thing: its own, and drafts of whoever asks. For a module's API.

    What it had and is not among them goes. Raises ValidationError, at `files`, and then changes nothing.
    """
    wanted = list(dict.fromkeys(ids))
    known = queries.usable(visit.db, visit.viewer, purpose.key, thing_id, wanted)
    refusal = FileRefused("gone") if set(wanted) - set(known) else None
    if len(wanted) > purpose.most:
        refusal = FileRefused("too_many", most=purpose.most)
    if refusal:
        raise ValidationError({NAME: [wording.refused(refusal)]})
    gone = [row for one, row in known.items() if one not in wanted]
    rows = [known[one] for one in wanted]
    services.arrange(visit.db, thing_id, rows, alts={}, gone=gone, in_text=purpose.in_text)


def _take(visit: Visit, purpose: FilePurpose, sent: list[FileStorage], rows: list[Attachment]) -> list[str]:
    """Keep files that came with the form, one by one: a poor one does not spoil the others."""
    errors: list[str] = []
    chosen = [one for one in sent if one.filename]
    for at, one in enumerate(chosen):
        if len(rows) >= purpose.most:
            errors.append(wording.too_many(len(chosen) - at, purpose))
            break
        try:
            rows.append(take(visit, purpose, one))
        except FileRefused as refusal:
            errors.append(f"{one.filename}: {wording.refused(refusal)}")
        except StorageDown:
            errors.append(str(wording.DOWN))
            break
    return errors


def take(visit: Visit, purpose: FilePurpose, sent: FileStorage) -> Attachment:
    """Keep one file as a draft, for good. Raises FileRefused and StorageDown."""
    name = (sent.filename or "").replace("\0", "")
    try:
        row = services.receive(
            visit.db,
            shell().storage,
            purpose,
            by=visit.viewer,
            name=name,
            file=sent.stream,  # type: ignore[arg-type]
        )
        visit.db.commit()
    except (FileRefused, StorageDown) as error:
        visit.db.rollback()
        if isinstance(error, StorageDown):
            log.error("storage_down", error=str(error))
        raise
    return row


def _placed(asked: list[UUID], name: str) -> list[UUID]:
    """The files in the order that was chosen without a script: what is given a place stands in front of what has it."""

    def place(numbered: tuple[int, UUID]) -> float:
        now, one = numbered
        wish = request.form.get(f"{name}.place.{one}", "")
        chosen = int(wish) if wish.isdecimal() and len(wish) < 4 else now
        return chosen + 0.5 * ((chosen > now) - (chosen < now))

    return [one for _now, one in sorted(enumerate(asked, 1), key=place)]


def _typed(row: Attachment, name: str) -> str:
    return " ".join(request.form.get(f"{name}.alt.{row.id}", row.alt).split())


def _alt(row: Attachment, name: str) -> str:
    return unstorable(_typed(row, name), services.LONGEST_ALT)
