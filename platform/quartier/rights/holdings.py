"""What the portal keeps of people beside the rows that go with them, table by table, and why.

`reach` finds the tables that go with a person by themselves. Every other table of a company stands in exactly one of
the lists below, a module's in the `info` of its model, as {"people": "why"}; a rule holds that none is forgotten.
"""

from __future__ import annotations

from typing import Final

OWN_WORDS: Final = (
    "what the company itself says and decides; who of the team wrote it stays for those who answer for it"
)
PLACES: Final = "facts of places"
SHORT: Final = "holds no names, only when something was read or counted"

NOTHING: Final = {
    "property": PLACES, "building": PLACES, "unit": PLACES, "unheld_unit": PLACES, "module_scope": PLACES,
    "switch_deviation": PLACES, "module_switch": OWN_WORDS,
    "brand_version": OWN_WORDS, "brand_draft": OWN_WORDS,
    "content_version": SHORT, "content_touched": SHORT, "person_look": SHORT,
    "legal_document": OWN_WORDS, "legal_version": OWN_WORDS,
    "domain": OWN_WORDS, "own_domain": OWN_WORDS, "own_sender": OWN_WORDS,
    "mail_settings": OWN_WORDS, "job_role": OWN_WORDS, "import_mapping": OWN_WORDS,
    "erp_link": OWN_WORDS, "webhook": OWN_WORDS, "webhook_pending": SHORT,
    "contract": "between the platform and the company", "contract_line": "as contract",
    "contract_event": "as contract, with who of the team or the platform ordered something",
    "quote": "as contract", "quote_version": "as contract", "quote_link": "as contract",
    "quote_acceptance": "as contract, with who accepted it for the company", "quote_refusal": "as contract",
    "entitlement_override": "as contract", "module_trial": "as contract",
    "lapse_reminder": "of which ends the company was told", "product_order": "as contract",
    "notification": "what a thing is called and where it is; who caused it is a reference, and looked up",
    "support_access": "between the platform and the company, with who of the team agreed",
    "support_page": "paths of pages, with ids and no names",
    "company_health": "how many people are reached and active",
    "usage_day": "how much of a module was used on a day, as numbers",
    "resident_figures": "how many people of a list have come how far",
    "passkey_question": "a question that waits for its answer for minutes; it does not say of whom",
}  # fmt: skip
"""Tables that say nothing of residents."""

ERASED: Final = {
    "unplaced_person": "by a trigger, with the person: that they are on no period",
    "change": "all of a person who is erased; of one who was deleted the values, after a month",
    "correction": "wishes about this person",
    "correction_field": "with the wish",
    "mail_address": "of addresses that nobody else has",
    "outbox_mail": "as mail_address; without a mail server an installation keeps mails here",
    "sign_in_failure": "tries with these addresses",
    "webhook_delivery": "messages that name this person; all of them after a month",
    "stored_file": "pictures and copies of people; other files are the company's own",
    "exchange_record": "rows of an exchange set about this person",
    "exchange_change": "as exchange_record",
    "import_run": "values of reports and fixes, a month after the import; files when it is applied, or after two weeks",
    "erp_batch": "bodies when the batch is done, values of problems after a month",
    "invitation_plan": "who was shown in a preview, when it is done, or after a day",
    "letter_batch": "files with letters, by a job of their own",
}  # fmt: skip
"""Tables that no reference leads to and that `erasing` or a chore clears: what, and when."""

KEPT: Final = {
    "erased_number": "a keyed hash of the number in the company's own system, so that the next import leaves them out",
    "erasure_request": "that somebody was erased and when, without who: what shows that the company has done it",
    "attachment": "a file of a thing that stays, without who sent it; drafts go with their bytes",
    "legal_consent": "that somebody agreed to which version and when, as proof for as long as claims can depend on it "
    "(Art. 17(3)(e) GDPR); without the person, and found only by who knows the e-mail address",
    "occupancy": "the period, its contract's number and dates without the person: the books of the unit, and vacancies",
}  # fmt: skip

"""Tables that keep something of people when these go, and why."""
UNBOUND: Final = {
    "correction.account_id": "who of the team wished; set free when that account is erased",
    "registration.account_id": "an account that is being made; the row goes with the invitation, or after two days",
}
"""Columns that name a person, an account or an agent and are no reference."""
STAYS: Final = {
    "attachment.account_id": "see `KEPT`",
    "attachment.token_id": "see `KEPT`",
    "absence.deputy_id": "the absence is somebody else's",
    "erasure_request.person_id": "see `KEPT`",
    "invitation.account_id": "falls with the person's own reference",
    "legal_consent.account_id": "see `KEPT`",
    "notification.author_id": "it tells of a thing, and does so without the name",
    "occupant.host_id": "the place on the period is a guest's own",
}  # fmt: skip
"""References that leave the row behind when somebody goes, without them."""
