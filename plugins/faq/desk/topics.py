"""Topics: names in each language, a sign, their order; one with articles goes only when they have a new place."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from marshmallow import Schema, fields, validate

from plugins.faq import queries, services
from plugins.faq.desk.area import found_topic, page, pages
from plugins.faq.manifest import EDIT, VIEW_DRAFTS
from plugins.faq.queries import Topic
from plugins.faq.services import CategoryInUse
from quartier.sdk import LocalizedTextField, Visit, back_to, icon_choice, load_form, sent_order, show_form
from quartier.sdk import gettext as _
from quartier.sdk import lazy_gettext as _l


@pages.page("/categories", needs=VIEW_DRAFTS)
def categories(visit: Visit) -> str:
    """All topics, also those without an article."""
    return page(visit, "categories", topics=queries.topics(visit))


@pages.action("/categories/order", needs=EDIT)
def order_categories(visit: Visit) -> Any:
    """Put the topics in order: by dragging, or one step."""
    ids = sent_order([topic.id for topic in queries.topics(visit)])
    services.reorder_categories(visit.db, by=visit.viewer, ids=ids)
    return back_to(f"/cockpit/faq/categories#row-{request.form.get('id', '')}")


@pages.page("/categories/new", needs=EDIT, methods=("GET", "POST"))
def new_category(visit: Visit) -> Any:
    """One topic more."""
    schema = _schema(visit)
    if request.method == "GET":
        return _form(visit, None, show_form(schema, icon="help"))
    form = load_form(schema)
    if not form.ok:
        return _form(visit, None, form), 422
    services.create_category(visit.db, by=visit.viewer, **form.values)
    return back_to("/cockpit/faq/categories", _("The topic is there. It appears in the app with its first article."))


@pages.page("/categories/<key>", needs=EDIT, methods=("GET", "POST"))
def edit_category(visit: Visit, key: str) -> Any:
    """Names and sign of a topic; its key stays, for links and files depend on it."""
    topic, schema = found_topic(visit, key), _schema(visit)
    if request.method == "GET":
        return _form(visit, topic, show_form(schema, {"name": topic.name, "icon": topic.icon}))
    form = load_form(schema)
    if not form.ok:
        return _form(visit, topic, form), 422
    services.rename_category(visit.db, topic.id, by=visit.viewer, **form.values)
    return back_to("/cockpit/faq/categories", _("The topic is saved."))


@pages.action("/categories/<key>/delete", needs=EDIT)
def delete_category(visit: Visit, key: str) -> Any:
    """Give a topic up; what belongs to it moves to another one first."""
    topic = found_topic(visit, key)
    others = {str(other.id): other.id for other in queries.topics(visit) if other.id != topic.id}
    target: UUID | None = others.get(request.form.get("move_to", ""))
    try:
        services.delete_category(visit.db, topic.id, by=visit.viewer, move_to=target)
    except CategoryInUse:
        form = show_form(_schema(visit), {"name": topic.name, "icon": topic.icon})
        return _form(visit, topic, form.wrong("move_to", _("Please choose where its articles go."))), 422
    return back_to("/cockpit/faq/categories", _("The topic is deleted."))


def _form(visit: Visit, topic: Topic | None, form: Any) -> str:
    rows = [row for row in queries.topics(visit) if topic is None or row.id != topic.id]
    others = [(str(row.id), visit.say(row.name)) for row in rows]
    return page(visit, "category", topic=topic, form=form, icons=icon_choice(), others=others)


def _schema(visit: Visit) -> Schema:
    """Made per company, because its languages decide what can be filled in."""
    default = visit.company.default_language
    languages = tuple(visit.company.languages)
    parts: dict[str, fields.Field[Any]] = {
        "name": LocalizedTextField(
            required=True, languages=languages, required_in=(default,), max_length=60, metadata={"label": _l("Name")}
        ),
        "icon": fields.String(required=True, validate=validate.OneOf(icon_choice()), metadata={"label": _l("Sign")}),
    }
    return Schema.from_dict(parts)()
