"""Who comes back by a mail instead of a key: which passkeys go on opening the account is asked there and then.

A lost phone must not keep a way in, and a key that somebody else made with a stolen mailbox must not stay unnoticed. So
none stays that its owner does not say is theirs.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import request

from quartier.accounts import passkeys
from quartier.accounts.pages import AnyVisit, realm_of, zone_of
from quartier.i18n.formats import format_relative
from quartier.i18n.texts import gettext as _

KEEP: Final = "keep"


def keys_to_keep(visit: AnyVisit, account_id: UUID) -> list[tuple[str, str]]:
    """Options of the form: each key of the account, with when it was last used."""
    zone, found = zone_of(visit), []
    for key in passkeys.passkeys_of(realm_of(visit), visit.db, account_id):
        if key.used_at:
            words = _("%(name)s (last used: %(moment)s)", name=key.name, moment=format_relative(key.used_at, zone))
        else:
            words = _("%(name)s (added: %(moment)s)", name=key.name, moment=format_relative(key.created_at, zone))
        found.append((str(key.id), words))
    return found


def remove_others(visit: AnyVisit, account_id: UUID) -> list[str]:
    """Remove every key that was not ticked; the names of those that are gone."""
    kept, gone = set(request.form.getlist(KEEP)), []
    for key in passkeys.passkeys_of(realm_of(visit), visit.db, account_id):
        if str(key.id) not in kept:
            gone.append(key.name)
            passkeys.remove(visit.db, key)
    return gone
