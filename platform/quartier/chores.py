"""The core's own jobs, housekeeping and kinds of mail, in one list; the plugins' are declared by themselves."""

from __future__ import annotations

import structlog
from sqlalchemy.orm import Session

from quartier.accounts import jobs as accounts_jobs
from quartier.accounts import letters as accounts_letters
from quartier.alerts import jobs as alerts_jobs
from quartier.attachments import checking
from quartier.contracts import jobs as contracts_jobs
from quartier.customers import jobs as customers_jobs
from quartier.deliveries import digests
from quartier.deliveries import jobs as deliveries_jobs
from quartier.domains import jobs as domains_jobs
from quartier.domains import letters as domains_letters
from quartier.erp import jobs as erp_jobs
from quartier.estate import jobs as estate_jobs
from quartier.files import sweeping
from quartier.imports import jobs as imports_jobs
from quartier.imports import letters as imports_letters
from quartier.invitations import jobs as invitations_jobs
from quartier.invitations import letters as invitations_letters
from quartier.jobs.definition import Chore, House, Job
from quartier.lapse import jobs as lapse_jobs
from quartier.lapse import letters as lapse_letters
from quartier.legal import jobs as legal_jobs
from quartier.legal import letters as legal_letters
from quartier.mail.kinds import MailKind
from quartier.marketplace import jobs as marketplace_jobs
from quartier.marketplace import letters as marketplace_letters
from quartier.masterdata import letters as masterdata_letters
from quartier.merging import jobs as merging_jobs
from quartier.notifications import jobs as notifications_jobs
from quartier.people import jobs as people_jobs
from quartier.readdressing import jobs as readdressing_jobs
from quartier.readdressing import letters as readdressing_letters
from quartier.registration import jobs as registration_jobs
from quartier.registration import letters as registration_letters
from quartier.residents import jobs as residents_jobs
from quartier.rights import emptying, erasure_jobs
from quartier.rights import jobs as rights_jobs
from quartier.rights import letters as rights_letters
from quartier.sandboxes import jobs as sandboxes_jobs
from quartier.sandboxes import planting as sandboxes_planting
from quartier.sandboxes import yes as sandboxes_yes
from quartier.support import jobs as support_jobs
from quartier.support import letters as support_letters
from quartier.team import letters as team_letters
from quartier.usage import jobs as usage_jobs
from quartier.viewing import letters as viewing_letters
from quartier.webhooks import jobs as webhooks_jobs
from quartier.webhooks import letters as webhooks_letters

log = structlog.get_logger(__name__)


def _abandoned_files(house: House, db: Session) -> None:
    """Drop bytes that no row knows. Rows without bytes are told of: a backup may still have what they lost."""
    found = sweeping.look(db, house.storage)
    log.info("files_swept", kept=found.paired, dropped=sweeping.remove_stray(house.storage, found))
    if found.is_foreign:
        log.error("files_elsewhere", rows=len(found.lost), bytes=len(found.stray))
    elif found.lost:
        log.error("files_lost", keys=[one.key for one in found.lost[:100]], count=len(found.lost))


JOBS: list[Job] = [
    *alerts_jobs.JOBS,
    *checking.JOBS,
    *deliveries_jobs.JOBS,
    *digests.JOBS,
    *erp_jobs.JOBS,
    *estate_jobs.JOBS,
    *imports_jobs.JOBS,
    *invitations_jobs.JOBS,
    *lapse_jobs.JOBS,
    *legal_jobs.JOBS,
    *marketplace_jobs.JOBS,
    *merging_jobs.JOBS,
    *notifications_jobs.JOBS,
    *people_jobs.JOBS,
    *readdressing_jobs.JOBS,
    *residents_jobs.JOBS,
    *rights_jobs.JOBS,
    *erasure_jobs.JOBS,
    *usage_jobs.JOBS,
    *customers_jobs.JOBS,
    *sandboxes_planting.JOBS,
    *webhooks_jobs.JOBS,
    *domains_jobs.JOBS,
]
CHORES = [
    *accounts_jobs.CHORES,
    *alerts_jobs.CHORES,
    *checking.CHORES,
    *contracts_jobs.CHORES,
    *deliveries_jobs.CHORES,
    *digests.CHORES,
    *invitations_jobs.CHORES,
    *lapse_jobs.CHORES,
    *legal_jobs.CHORES,
    *marketplace_jobs.CHORES,
    *notifications_jobs.CHORES,
    *registration_jobs.CHORES,
    *rights_jobs.CHORES,
    *emptying.CHORES,
    *sandboxes_jobs.CHORES,
    *sandboxes_yes.CHORES,
    *support_jobs.CHORES,
    *webhooks_jobs.CHORES,
    *domains_jobs.CHORES,
    Chore("files.sweep", _abandoned_files, every="23 2 * * *"),
]
MAILS: tuple[MailKind, ...] = (
    *accounts_letters.KINDS,
    digests.KIND,
    *imports_letters.KINDS,
    *invitations_letters.KINDS,
    *lapse_letters.KINDS,
    *legal_letters.KINDS,
    *marketplace_letters.KINDS,
    *masterdata_letters.KINDS,
    *readdressing_letters.KINDS,
    *registration_letters.KINDS,
    *rights_letters.KINDS,
    *support_letters.KINDS,
    *team_letters.KINDS,
    *viewing_letters.KINDS,
    *webhooks_letters.KINDS,
    *domains_letters.KINDS,
)
