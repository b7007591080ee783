"""What follows when people's addresses have changed: once per import, batch or form, however many they are."""

from __future__ import annotations

from quartier.i18n.texts import gettext as _
from quartier.invitations.acts import inviter_of
from quartier.jobs.definition import Job, Work
from quartier.people.services import READDRESS
from quartier.readdressing import services


def see_to(work: Work) -> None:
    """Ask, tell, and invite anew."""
    services.see_to(work.db, inviter_of(work.house.config, work.company, _("New e-mail address")))


JOBS = [Job(READDRESS, see_to)]
