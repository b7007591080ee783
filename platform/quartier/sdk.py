"""The one door for plugins: everything that a module may use of the core, and nothing else."""

from __future__ import annotations

from quartier.accounts.names import account_names, account_of_person
from quartier.api.audiences import AudienceSchema
from quartier.api.blueprint import ApiBlueprint
from quartier.api.conditions import etag, not_modified, require_match
from quartier.api.paging import PageArguments, make_page, next_link, page_of, read_cursor
from quartier.api.problems import Problem
from quartier.attachments.attached import AttachedFile
from quartier.attachments.fields import FileField, attach_files, claim_files, files_of, sent_files, show_files
from quartier.attachments.services import add_file
from quartier.attachments.services import forget_of_things as forget_files
from quartier.attachments.serving import serve as serve_file
from quartier.audience.audience import GROUPS, Audience, HasAudience
from quartier.audience.meant import meant
from quartier.companies.sessions import opened_company
from quartier.db.base import CURRENT_COMPANY, Base, CompanyOwned, Dated, belongs_to, new_id, of_company
from quartier.db.ddl import announce, holds_files, secure, versioned
from quartier.deliveries.readers import Reader, readers_of
from quartier.deliveries.services import deliver, deliver_many
from quartier.estate.numbers import numbers_of_places, places_by_number
from quartier.estate.surroundings import properties_around
from quartier.files.models import StoredFile
from quartier.files.purposes import DOCUMENTS, PICTURES, FilePurpose
from quartier.files.services import drop as drop_file
from quartier.files.services import keep as keep_file
from quartier.files.storage import Storage, StorageDown
from quartier.files.storage import storage as storage_of
from quartier.i18n import formats
from quartier.i18n.localized import LocalizedText, LocalizedTextField, LocalizedTextType, Picked
from quartier.i18n.questions import search_key, search_words
from quartier.i18n.search import fold, sort_key
from quartier.i18n.texts import gettext, lazy_gettext, ngettext
from quartier.i18n.voice import LANGUAGES, OWN_NAMES, Voice
from quartier.jobs.definition import Job, Later, Work
from quartier.jobs.queue import defer
from quartier.mail.invitations import Invitation, Meeting
from quartier.mail.kinds import MailKind, NotificationKind, Words
from quartier.mail.letters import Action, Letter
from quartier.masterdata.export import as_file
from quartier.notifications.asking import Important, important_page
from quartier.notifications.important import notify_important
from quartier.notifications.services import TEAM, Subject, notify, withdraw_notifications
from quartier.outbound.previews import LinkPreview, look_up
from quartier.people.choosing import PersonChoice, PersonPicker, person_of, person_picker
from quartier.people.picker import AudiencePicker, audience_of, audience_picker, may_choose
from quartier.people.reach import meant_people
from quartier.plugin.hookspecs import hookimpl
from quartier.plugin.manifest import Holding, Manifest, Measure, Permission
from quartier.plugin.switches import Switch
from quartier.plugin.switches import value as switch_value
from quartier.plugin.switches import value_at as switch_value_at
from quartier.plugin.switches import value_for as switch_value_for
from quartier.plugin.things import Card, Hit, Offer
from quartier.posters.printing import Poster, print_posters
from quartier.profile.queries import InCharge, deputy_for, who_is
from quartier.richtext import Heading, RichText, render_markdown, with_icons
from quartier.tenancy.company import company_of
from quartier.tenancy.session import CompanySession
from quartier.tenancy.snapshot import Snapshot
from quartier.theming.logo import ImageRefused, clean_picture
from quartier.theming.wording import IMAGE_REASONS
from quartier.viewer import COMPANY, Grant, Place, Stay, Viewer, Within
from quartier.web.assets import icon_choice
from quartier.web.differences import Piece, differences
from quartier.web.flash import back_to
from quartier.web.forms import Form, complaints, load_form, sent_order, show_form
from quartier.web.gate import AGENT, OWN, PUBLIC, SIGNED_IN
from quartier.web.navigation import Entry
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.shell import file_storage
from quartier.web.slots import offers
from quartier.web.visit import Visit

__all__ = [
    "AGENT",
    "COMPANY",
    "CURRENT_COMPANY",
    "DOCUMENTS",
    "GROUPS",
    "IMAGE_REASONS",
    "LANGUAGES",
    "OWN",
    "OWN_NAMES",
    "PICTURES",
    "PUBLIC",
    "SIGNED_IN",
    "TEAM",
    "Action",
    "ApiBlueprint",
    "AttachedFile",
    "Audience",
    "AudiencePicker",
    "AudienceSchema",
    "Base",
    "Card",
    "CompanyOwned",
    "CompanySession",
    "Dated",
    "Entry",
    "FileField",
    "FilePurpose",
    "Form",
    "Grant",
    "HasAudience",
    "Heading",
    "Hit",
    "Holding",
    "ImageRefused",
    "Important",
    "InCharge",
    "Invitation",
    "Job",
    "Later",
    "Letter",
    "LinkPreview",
    "LocalizedText",
    "LocalizedTextField",
    "LocalizedTextType",
    "MailKind",
    "Manifest",
    "Measure",
    "Meeting",
    "NotificationKind",
    "Offer",
    "PageArguments",
    "Pages",
    "Permission",
    "PersonChoice",
    "PersonPicker",
    "Picked",
    "Piece",
    "Place",
    "Poster",
    "Problem",
    "Reader",
    "RichText",
    "Snapshot",
    "Stay",
    "Storage",
    "StorageDown",
    "StoredFile",
    "Subject",
    "Switch",
    "Viewer",
    "Visit",
    "Voice",
    "Within",
    "Words",
    "Work",
    "account_names",
    "account_of_person",
    "add_file",
    "announce",
    "as_file",
    "attach_files",
    "audience_of",
    "audience_picker",
    "back_to",
    "belongs_to",
    "claim_files",
    "clean_picture",
    "company_of",
    "complaints",
    "defer",
    "deliver",
    "deliver_many",
    "deputy_for",
    "differences",
    "drop_file",
    "etag",
    "file_storage",
    "files_of",
    "fold",
    "forget_files",
    "formats",
    "gettext",
    "holds_files",
    "hookimpl",
    "icon_choice",
    "important_page",
    "keep_file",
    "lazy_gettext",
    "load_form",
    "look_up",
    "make_page",
    "may_choose",
    "meant",
    "meant_people",
    "new_id",
    "next_link",
    "ngettext",
    "not_modified",
    "notify",
    "notify_important",
    "numbers_of_places",
    "of_company",
    "offers",
    "opened_company",
    "page_of",
    "person_of",
    "person_picker",
    "places_by_number",
    "print_posters",
    "properties_around",
    "read_cursor",
    "readers_of",
    "render",
    "render_markdown",
    "require_match",
    "search_key",
    "search_words",
    "secure",
    "sent_files",
    "sent_order",
    "serve_file",
    "show_files",
    "show_form",
    "sort_key",
    "storage_of",
    "switch_value",
    "switch_value_at",
    "switch_value_for",
    "versioned",
    "who_is",
    "with_icons",
    "withdraw_notifications",
]  # fmt: skip
