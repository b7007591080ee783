"""The one door for plugins: everything that a module may use of the core, and nothing else."""

from __future__ import annotations

from quartier.api.blueprint import ApiBlueprint
from quartier.api.conditions import etag, not_modified, require_match
from quartier.api.paging import PageArguments, make_page, next_link, page_of, read_cursor
from quartier.api.problems import Problem
from quartier.audience.audience import GROUPS, Audience, HasAudience
from quartier.db.base import CURRENT_COMPANY, Base, CompanyOwned, Dated, belongs_to, new_id, of_company
from quartier.db.ddl import announce, secure
from quartier.i18n import formats
from quartier.i18n.localized import LocalizedText, LocalizedTextType, Picked
from quartier.i18n.search import fold, sort_key
from quartier.i18n.texts import gettext, lazy_gettext, ngettext
from quartier.people.picker import AudiencePicker, audience_of, audience_picker, may_choose
from quartier.plugin.hookspecs import hookimpl
from quartier.plugin.manifest import Manifest, Permission
from quartier.plugin.things import Card, Hit
from quartier.tenancy.session import CompanySession
from quartier.viewer import Viewer
from quartier.web.differences import Piece, differences
from quartier.web.flash import back_to
from quartier.web.forms import Form, load_form, show_form
from quartier.web.forms import Form, load_form, show_form
from quartier.web.gate import AGENT, PUBLIC, SIGNED_IN
from quartier.web.navigation import Entry
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.visit import Visit

__all__ = [
    "AGENT", "CURRENT_COMPANY", "GROUPS", "PUBLIC", "SIGNED_IN", "ApiBlueprint", "Audience", "AudiencePicker", "Base",
    "Card", "CompanyOwned", "CompanySession", "Dated", "Entry", "Form", "HasAudience", "Hit", "LocalizedText",
    "LocalizedTextType", "Manifest", "PageArguments", "Pages", "Permission", "Picked", "Piece", "Problem", "Viewer",
    "Visit", "announce", "audience_of", "audience_picker", "back_to", "belongs_to", "differences", "etag", "fold",
    "formats", "gettext", "hookimpl", "lazy_gettext", "load_form", "make_page", "may_choose", "new_id", "next_link",
    "ngettext", "not_modified", "of_company", "page_of", "read_cursor", "render", "require_match", "secure",
    "show_form", "sort_key",
]  # fmt: skip
