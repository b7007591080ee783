"""Forms read by the schema that also reads JSON."""

from __future__ import annotations

import re
from datetime import date

import pytest
from marshmallow import Schema, ValidationError, fields, validate
from werkzeug.datastructures import MultiDict

from quartier.i18n import texts
from quartier.i18n.localized import LocalizedText, LocalizedTextField
from quartier.i18n.voice import Voice
from quartier.web.complaints import sentence
from quartier.web.forms import WHOLE, complaints, labels_of, load_form, show_form


class AddressSchema(Schema):
    street = fields.String(required=True, metadata={"label": "Street"})
    number = fields.String(load_default="")


class NoticeSchema(Schema):
    title = fields.String(required=True, validate=validate.Length(min=3, max=10), metadata={"label": "Title"})
    text = LocalizedTextField(required_in=("de",), languages=("de", "fr"), metadata={"label": "Text"})
    phone = fields.String(allow_none=True)
    floor = fields.Integer(validate=validate.Range(min=0, max=30))
    kind = fields.String(validate=validate.OneOf(("water", "power")))
    houses = fields.List(fields.String(), validate=validate.Length(min=1))
    begins = fields.Date(allow_none=True)
    is_urgent = fields.Boolean()
    address = fields.Nested(AddressSchema)


def sent(*pairs: tuple[str, str]) -> MultiDict[str, str]:
    return MultiDict(pairs)


COMPLETE = (
    ("title", "  Kein Wasser "), ("text.de", "Am Montag\r\nvon 8 bis 10"), ("text.fr", ""), ("phone", ""),
    ("floor", "3"), ("kind", "water"), ("houses", "12"), ("houses", "14"), ("begins", "2026-03-17"),
    ("address.street", "Seestrasse"), ("form_token", "abc"),
)  # fmt: skip


def test_a_complete_form_has_values_as_json_would() -> None:
    form = load_form(NoticeSchema(), sent(*COMPLETE[1:], ("title", "Wasser weg")))
    assert form.ok
    assert form.values == {
        "title": "Wasser weg",
        "text": LocalizedText(de="Am Montag\nvon 8 bis 10"),
        "phone": None,
        "floor": 3,
        "kind": "water",
        "houses": ["12", "14"],
        "begins": date(2026, 3, 17),
        "is_urgent": False,
        "address": {"street": "Seestrasse", "number": ""},
    }


def test_every_fault_is_a_sentence_at_its_place_and_nothing_typed_is_lost() -> None:
    typed = (
        ("title", "Wasser bleibt weg"),
        ("text.fr", "Pas d'eau"),
        ("floor", "drei"),
        ("kind", "gas"),
        ("begins", "morgen"),
    )
    form = load_form(NoticeSchema(), sent(*typed))
    assert form.errors == {
        "title": ["3 to 10 characters."],
        "text.de": ["Please fill this in."],
        "floor": ["Please enter a whole number."],
        "kind": ["Please choose one of the options."],
        "houses": ["Please fill this in."],
        "begins": ["Please enter a date, such as 2026-03-17."],
        "address.street": ["Please fill this in."],
    }
    assert list(form.errors) == ["title", "text.de", "floor", "kind", "houses", "begins", "address.street"]
    assert not form.values
    assert form.shown("title") == "Wasser bleibt weg"
    assert form.shown("text.fr") == "Pas d'eau"
    assert form.labels["text.de"] == "Text (DE)"


def test_an_empty_field_is_asked_for_and_not_measured() -> None:
    assert load_form(NoticeSchema(only=("title",)), sent(("title", "   "))).errors == {
        "title": ["Please fill this in."]
    }


def test_what_the_database_cannot_store_is_refused_at_its_field() -> None:
    form = load_form(NoticeSchema(only=("title",)), sent(("title", "Was\0ser")))
    assert form.errors == {"title": ["This text contains characters that cannot be stored."]}


def test_a_tick_is_yes_and_no_tick_is_no() -> None:
    schema = NoticeSchema(only=("is_urgent",))
    assert load_form(schema, sent(("is_urgent", "true"))).values == {"is_urgent": True}
    assert load_form(schema, sent()).values == {"is_urgent": False}


def test_a_form_shows_a_thing_before_anything_was_typed() -> None:
    thing = {
        "title": "Kein Strom",
        "text": LocalizedText(de="Montag"),
        "is_urgent": True,
        "address": {"street": "Quai 3"},
    }
    form = show_form(NoticeSchema(), thing, note="extra")
    names = ("title", "text.de", "is_urgent", "address.street", "note", "phone")
    assert [form.shown(name) for name in names] == ["Kein Strom", "Montag", True, "Quai 3", "extra", ""]


def test_what_only_the_database_knows_is_added_without_losing_the_rest() -> None:
    form = load_form(NoticeSchema(only=("title",)), sent(("title", "Wasser"))).wrong("title", "This title is taken.")
    assert (form.ok, form.errors, form.shown("title")) == (False, {"title": ["This title is taken."]}, "Wasser")


def test_a_program_gets_the_same_sentences_by_the_same_paths() -> None:
    with pytest.raises(ValidationError) as refused:
        NoticeSchema(only=("title", "floor")).load({"title": "ab", "floor": 31, "colour": "red"})
    assert complaints(refused.value) == {
        "title": ["3 to 10 characters."], "floor": ["From 0 to 30."], "colour": ["This field is not known."],
    }  # fmt: skip


def test_a_fault_of_the_whole_form_has_no_field() -> None:
    error = ValidationError({WHOLE: ["The end is before the beginning."]})
    assert complaints(error, NoticeSchema(), {}) == {WHOLE: ["The end is before the beginning."]}


def test_labels_reach_into_nested_schemas() -> None:
    assert labels_of(NoticeSchema(only=("title", "address"))) == {"title": "Title", "address.street": "Street"}


SAMPLES = {"min": 2, "max": 5, "equal": 4, "other": "x", "choices": "a, b", "values": "a, b", "input": "x"}


def library_messages() -> set[str]:
    """All that marshmallow's fields and validators can say about input, with sample values."""
    classes = [thing for thing in vars(fields).values() if isinstance(thing, type) and issubclass(thing, fields.Field)]
    found = {text for one in classes for key, text in one.default_error_messages.items() if key != "format"}
    found |= set(Schema._default_error_messages.values())
    for thing in vars(validate).values():
        if isinstance(thing, type) and issubclass(thing, validate.Validator) and thing is not validate.Range:
            found |= {text for name, text in vars(thing).items() if re.match("(default_)?message", name)}
    for least, most in ((2, None), (None, 5), (2, 5)):
        for inclusive in (True, False):
            rule = validate.Range(least, most, min_inclusive=inclusive, max_inclusive=inclusive)
            found |= {one for one in (rule.message_min, rule.message_max, rule.message_all) if one}
    kinds = [
        {"obj_type": kind, "awareness": aware} for kind in ("date", "time", "datetime") for aware in ("naive", "aware")
    ]
    return {str(text).format(**SAMPLES, **kind) for text in found for kind in kinds}


IMPOSSIBLE = {
    "Not a valid naive date.",
    "Not a valid aware date.",
    "Not a valid naive time.",
    "Not a valid aware time.",
}


def test_no_message_of_the_library_reaches_a_reader_as_it_is() -> None:
    assert {text for text in library_messages() - IMPOSSIBLE if sentence(text) == text} == set()


@pytest.mark.usefixtures("words")
def test_sentences_are_in_the_readers_language() -> None:
    with texts.using(Voice("fr")):
        assert load_form(NoticeSchema(only=("title",)), sent()).errors == {"title": ["Ce champ est obligatoire."]}
