"""Categories: names in each language, a sign, their order; one with posts goes only when they have a new place."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from marshmallow import Schema, fields, validate
from werkzeug.exceptions import NotFound

from plugins.pinboard import queries, services
from plugins.pinboard.desk.area import page, pages
from plugins.pinboard.manifest import ARRANGE
from plugins.pinboard.queries import Topic
from plugins.pinboard.schemas import NAME
from quartier.sdk import LocalizedTextField, Visit, back_to, icon_choice, load_form, sent_order, show_form
from quartier.sdk import gettext as _
from quartier.sdk import lazy_gettext as _l


@pages.page("/categories", needs=ARRANGE)
def categories(visit: Visit) -> str:
    """All categories in their order."""
    return page(visit, "categories", topics=queries.topics(visit))


@pages.action("/categories/order", needs=ARRANGE)
def order_categories(visit: Visit) -> Any:
    """Put the categories in order: by dragging, or one step."""
    ids = sent_order([topic.id for topic in queries.topics(visit)])
    services.reorder_topics(visit.db, by=visit.viewer, ids=ids)
    return back_to(f"/cockpit/pinboard/categories#row-{request.form.get('id', '')}")


@pages.page("/categories/new", needs=ARRANGE, methods=("GET", "POST"))
def new_category(visit: Visit) -> Any:
    """One category more."""
    schema = _schema(visit)
    if request.method == "GET":
        return _form(visit, None, show_form(schema, icon="board"))
    form = load_form(schema)
    if not form.ok:
        return _form(visit, None, form), 422
    services.create_topic(visit.db, by=visit.viewer, **form.values)
    return back_to("/cockpit/pinboard/categories", _("The category is there."))


@pages.page("/categories/<uuid:category_id>", needs=ARRANGE, methods=("GET", "POST"))
def edit_category(visit: Visit, category_id: UUID) -> Any:
    """Names and sign of a category, and who writes in it."""
    topic, schema = _found(visit, category_id), _schema(visit)
    if request.method == "GET":
        return _form(visit, topic, _as_it_is(schema, topic))
    form = load_form(schema)
    if not form.ok:
        return _form(visit, topic, form), 422
    services.rename_topic(visit.db, topic.id, by=visit.viewer, **form.values)
    return back_to("/cockpit/pinboard/categories", _("The category is saved."))


@pages.action("/categories/<uuid:category_id>/delete", needs=ARRANGE)
def delete_category(visit: Visit, category_id: UUID) -> Any:
    """Give a category up; its posts move to another one first."""
    topic = _found(visit, category_id)
    others = {str(other.id): other.id for other in queries.topics(visit) if other.id != topic.id}
    try:
        services.delete_topic(visit.db, topic.id, by=visit.viewer, move_to=others.get(request.form.get("move_to", "")))
    except services.TopicInUse:
        form = _as_it_is(_schema(visit), topic).wrong("move_to", _("Please choose where its posts go."))
        return _form(visit, topic, form), 422
    return back_to("/cockpit/pinboard/categories", _("The category is deleted."))


def _found(visit: Visit, category_id: UUID) -> Topic:
    for topic in queries.topics(visit):
        if topic.id == category_id:
            return topic
    raise NotFound


def _as_it_is(schema: Schema, topic: Topic) -> Any:
    return show_form(schema, {"name": topic.name, "icon": topic.icon, "staff_only": topic.staff_only})


def _form(visit: Visit, topic: Topic | None, form: Any) -> str:
    others = [
        (str(row.id), visit.say(row.name)) for row in queries.topics(visit) if topic is None or row.id != topic.id
    ]
    return page(visit, "category", topic=topic, form=form, icons=icon_choice(), others=others)


def _schema(visit: Visit) -> Schema:
    """Made per company, because its languages decide what can be filled in."""
    languages = tuple(visit.company.languages)
    name = LocalizedTextField(
        required=True, languages=languages, required_in=languages[:1], max_length=NAME, metadata={"label": _l("Name")}
    )
    parts: dict[str, fields.Field[Any]] = {
        "name": name,
        "icon": fields.String(required=True, validate=validate.OneOf(icon_choice()), metadata={"label": _l("Sign")}),
        "staff_only": fields.Boolean(load_default=False, metadata={"label": _l("Only we post in it")}),
    }
    return Schema.from_dict(parts)()
