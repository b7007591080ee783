"""Forms: one marshmallow schema for a browser and for JSON, and its complaints as sentences people understand.

A form is flat, so a part is named by its path: `title`, `name.de` for a text in German, `address.street` for a nested
schema. The same paths are the keys of the errors, the ids of the inputs (with a dash) and the targets of the summary.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from flask import request
from marshmallow import EXCLUDE, Schema, ValidationError, fields
from marshmallow.fields import Field
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from quartier.db.base import new_id
from quartier.i18n.localized import LocalizedTextField
from quartier.i18n.texts import gettext as _
from quartier.i18n.voice import LANGUAGES
from quartier.web.complaints import sentence

WHOLE: Final = "_schema"
"""The key of what is wrong with a form as a whole."""

Errors = dict[str, list[str]]


@dataclass(frozen=True)
class Form:
    """A form, filled in or not. `values` are what the schema made of it, and only there when `ok`.

    `typed` is what stands in the inputs, by path; `errors` are sentences by path, in the order of the fields; `labels`
    are the schema's own (`metadata={"label": …}`), for the summary. What is `locked` is shown and not to
    be changed here.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    typed: Mapping[str, Any] = field(default_factory=dict)
    errors: Errors = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    locked: frozenset[str] = frozenset()

    @property
    def ok(self) -> bool:
        """Whether everything was understood."""
        return not self.errors

    def shown(self, name: str, default: Any = "") -> Any:
        """What the input of this path shows."""
        found = self.typed.get(name, default)
        return default if found is None else found

    def wrong(self, name: str, *sentences: str) -> Form:
        """The same form with one more complaint, such as "This name is taken." which only the database knows."""
        known = self.errors.get(name, [])
        return replace(self, errors={**self.errors, name: [*known, *map(str, sentences)]})

    def locks(self, name: str) -> bool:
        """Whether this input is read-only. One that was complained of is not: its value has to be taken back."""
        return name in self.locked and name not in self.errors


def load_form(schema: Schema, data: MultiDict[str, str] | None = None) -> Form:
    """Read what the browser sent. Never raises: `form.ok` tells, and `form.typed` keeps what was typed."""
    sent = request.form if data is None else data
    given, labels = _read(schema, sent, ""), labels_of(schema)
    typed = {name: values if len(values) > 1 else values[0] for name, values in sent.lists()}
    if unstorable := [name for name, values in sent.lists() if any("\0" in value for value in values)]:
        message = _("This text contains characters that cannot be stored.")
        return Form({}, typed, {name: [message] for name in unstorable}, labels)
    try:
        values = schema.load(given, unknown=EXCLUDE)
    except ValidationError as error:
        return Form({}, typed, complaints(error, schema, given), labels)
    return Form(values, typed, {}, labels)


def load_json(schema: Schema, sent: Mapping[str, Any]) -> Form:
    """The same for what a program sent as JSON; nothing is left out silently."""
    try:
        return Form(schema.load(sent), sent, {}, labels_of(schema))
    except ValidationError as error:
        return Form({}, sent, complaints(error, schema, sent), labels_of(schema))


def id_in(text: str | None) -> UUID | None:
    """The id that a text of a form or an address is, or None."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def sent_id(name: str) -> UUID:
    """The id that a form brought along under that name, or a new one: what is sent twice is made once."""
    return id_in(request.form.get(name)) or new_id()


def sent_order(ids: Sequence[UUID]) -> list[UUID]:
    """The order that was asked for: a whole one from dragging (`ids`), or one step of one row (`id`, `step`).

    Raises BadRequest for what is no id.
    """
    try:
        if given := request.form.getlist("ids"):
            return [UUID(one) for one in given]
        moved = UUID(request.form.get("id", ""))
    except ValueError as error:
        raise BadRequest from error
    wish = list(ids)
    if moved in wish:
        place = wish.index(moved)
        wish.insert(max(0, place + (-1 if request.form.get("step") == "up" else 1)), wish.pop(place))
    return wish


def unstorable(text: str, longest: int) -> str:
    """What keeps somebody's own words from being stored, as a sentence; empty when nothing does."""
    if "\0" in text:
        return _("This text contains characters that cannot be stored.")
    return _("At most %(count)s characters.", count=longest) if len(text) > longest else ""


def show_form(schema: Schema, thing: object = None, /, **typed: Any) -> Form:
    """The form before anything was sent: filled from a thing (an object or a mapping), and from `typed`."""
    dumped = schema.dump(thing) if thing is not None else {}
    return Form(typed={**_flat(dumped), **typed}, labels=labels_of(schema))


def complaints(error: ValidationError, schema: Schema | None = None, given: Mapping[str, Any] | None = None) -> Errors:
    """Sentences by path, for a form and for a problem document alike, in the order of the schema's fields."""
    found: Errors = {}
    for path, messages in _leaves(_by_place(error.messages), ()):
        empty = given is not None and _is_empty(given, path)
        said = [_("Please fill this in.")] if empty else [sentence(message) for message in messages]
        found.setdefault(".".join(path), []).extend(said)
    places = [_key(name, one) for name, one in schema.fields.items()] if schema is not None else []
    return dict(sorted(found.items(), key=lambda item: _place(item[0], places)))


def labels_of(schema: Schema, prefix: str = "") -> dict[str, str]:
    """The labels that the schema's fields carry, by path."""
    found: dict[str, str] = {}
    for name, one in schema.load_fields.items():
        path = prefix + _key(name, one)
        if label := one.metadata.get("label"):
            found[path] = str(label)
            if isinstance(one, LocalizedTextField):
                found |= {f"{path}.{language}": f"{label} ({language.upper()})" for language in LANGUAGES}
        if isinstance(one, fields.Nested):
            found |= labels_of(one.schema, f"{path}.")
    return found


def _read(schema: Schema, sent: MultiDict[str, str], prefix: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, one in schema.load_fields.items():
        key = _key(name, one)
        value = _value(one, sent, prefix + key)
        if value is not ABSENT:
            found[key] = value
    return found


ABSENT: Final = object()


def _value(one: Field[Any], sent: MultiDict[str, str], name: str) -> Any:
    """What JSON would have said. A box without a tick is not sent at all, which means no."""
    if isinstance(one, fields.Nested):
        return _read(one.schema, sent, f"{name}.")
    if isinstance(one, LocalizedTextField):
        return {
            language: _clean(text) for language in LANGUAGES if (text := sent.get(f"{name}.{language}")) is not None
        }
    if isinstance(one, fields.List):
        return [text for text in map(_clean, sent.getlist(name)) if text]
    if isinstance(one, fields.Boolean):
        return sent.get(name, "false") or "false"
    text = _clean(sent.get(name, ""))
    if text:
        return text
    if one.allow_none:
        return None
    return "" if isinstance(one, fields.String) and not one.required and name in sent else ABSENT


def _clean(text: str) -> str:
    """Browsers send line ends as on a teletype; nobody means the spaces around a text."""
    return text.replace("\r\n", "\n").strip()


def _by_place(messages: Any) -> Mapping[str, Any]:
    return messages if isinstance(messages, Mapping) else {WHOLE: messages}


def _leaves(messages: Any, path: tuple[str, ...]) -> list[tuple[tuple[str, ...], Sequence[Any]]]:
    if isinstance(messages, Mapping):
        parts = ((path if key == WHOLE and path else (*path, str(key)), below) for key, below in messages.items())
        return [leaf for part, below in parts for leaf in _leaves(below, part)]
    return [(path, messages if isinstance(messages, list) else [messages])]


def _is_empty(given: Any, path: Sequence[str]) -> bool:
    """Whether nothing was given at this path: then "at least 3 characters" would be beside the point."""
    if path == (WHOLE,):
        return False
    for part in path:
        if not isinstance(given, Mapping) or part not in given:
            return not isinstance(given, list)
        given = given[part]
    return given in ("", None, [], {})


def _flat(data: Any, prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in data.items():
        found |= _flat(value, f"{prefix}{key}.") if isinstance(value, Mapping) else {f"{prefix}{key}": value}
    return found


def _key(name: str, one: Field[Any]) -> str:
    return one.data_key or name


def _place(path: str, places: Sequence[str]) -> int:
    first = path.partition(".")[0]
    return places.index(first) if first in places else len(places)
