from __future__ import annotations

import pytest
from marshmallow import Schema, ValidationError
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from quartier.i18n import (
    LocalizedText,
    LocalizedTextField,
    LocalizedTextType,
    Picked,
    Voice,
    using,
)

PSYCOPG = PGDialect_psycopg()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
UNSTORABLE = ["This text contains characters that cannot be stored."]
GREETING = LocalizedText(fr="Bienvenue", de="Willkommen daheim")


def test_a_text_is_an_immutable_value() -> None:
    assert LocalizedText(GREETING) == LocalizedText({"de": "Willkommen daheim", "fr": "Bienvenue", "en": " \n"})
    assert len({GREETING, LocalizedText(GREETING), LocalizedText(de="Willkommen")}) == 2
    assert list(GREETING.items()) == [("de", "Willkommen daheim"), ("fr", "Bienvenue")]
    assert "en" not in GREETING
    assert not LocalizedText(de="")
    with pytest.raises(TypeError):
        GREETING["de"] = "Hallo"  # type: ignore[index]


def test_replacing_leaves_the_original_alone() -> None:
    assert GREETING.replacing("en", "Welcome").to_json() == {
        "de": "Willkommen daheim",
        "en": "Welcome",
        "fr": "Bienvenue",
    }
    assert GREETING.replacing("fr", "").to_json() == {"de": "Willkommen daheim"}
    assert GREETING["fr"] == "Bienvenue"


def test_unknown_languages_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\['it', 'rm'\]"):
        LocalizedText({"de": "Hallo", "rm": "Allegra", "it": "Ciao"})


@pytest.mark.parametrize(
    ("texts", "language", "fallbacks", "picked"),
    [
        ({"de": "Haus", "fr": "maison"}, "fr", ["de"], Picked("maison", "fr", False)),
        ({"de": "Haus", "fr": "maison"}, "en", ["fr"], Picked("maison", "fr", True)),  # company default
        ({"de": "Haus", "en": "house"}, "fr", [], Picked("house", "en", True)),
        ({"de": "Haus", "fr": "maison"}, "en", [], Picked("Haus", "de", True)),
        ({"fr": "maison"}, "de", ["en"], Picked("maison", "fr", True)),
        ({}, "de", ["en"], Picked("", "de", False)),
    ],
)
def test_the_reader_gets_the_best_text(
    texts: dict[str, str], language: str, fallbacks: list[str], picked: Picked
) -> None:
    assert LocalizedText(texts).pick(language, fallbacks) == picked


def test_missing_languages_keep_the_companys_order() -> None:
    assert LocalizedText(en="Welcome").missing(["fr", "en", "de"]) == ("fr", "de")
    assert GREETING.missing(["de", "fr"]) == ()


def test_json_goes_out_and_in() -> None:
    assert GREETING.to_json() == {"de": "Willkommen daheim", "fr": "Bienvenue"}
    assert LocalizedText.from_json(GREETING.to_json()) == GREETING


@pytest.mark.parametrize("raw", [None, "Hallo", ["de"], {"de": 1}, {"de": None}, {1: "Hallo"}, {"it": "Ciao"}])
def test_json_of_another_shape_is_refused(raw: object) -> None:
    with pytest.raises(ValueError, match=r"expected|unknown"):
        LocalizedText.from_json(raw)


def test_the_column_stores_an_object_and_reads_a_value() -> None:
    column = LocalizedTextType()
    assert column.process_bind_param(GREETING, PSYCOPG) == {"de": "Willkommen daheim", "fr": "Bienvenue"}
    assert column.process_result_value({"fr": "Bienvenue", "de": "Willkommen daheim"}, PSYCOPG) == GREETING
    assert (column.process_bind_param(None, PSYCOPG), column.process_result_value(None, PSYCOPG)) == (None, None)


class NoticeForm(Schema):
    title = LocalizedTextField(languages=("de", "fr"), max_length=10, required_in=("de",), required=True)


def errors_of(data: object, form: Schema | None = None) -> object:
    with pytest.raises(ValidationError) as caught:
        (form or NoticeForm()).load(data)  # type: ignore[arg-type]
    return caught.value.messages


def test_the_field_reads_trims_and_writes() -> None:
    loaded = NoticeForm().load({"title": {"de": " Heizung ", "fr": ""}})
    assert loaded == {"title": LocalizedText(de="Heizung")}
    assert type(loaded["title"]) is LocalizedText
    assert NoticeForm().dump(loaded) == {"title": {"de": "Heizung"}}


@pytest.mark.parametrize(
    ("title", "errors"),
    [
        ({"fr": "chauffage"}, {"de": ["Please fill this in."]}),
        ({"de": "  "}, {"de": ["Please fill this in."]}),
        ({"de": "x" * 11, "fr": "y" * 12}, {"de": ["At most 10 characters."], "fr": ["At most 10 characters."]}),
        ({"de": "ok", "it": "riscaldamento"}, {"it": ["This language is not offered."]}),
        ({"de": "ok", "en": "heating"}, {"en": ["This language is not offered."]}),
        ({"de": 5, "fr": ["x"]}, {"de": ["This must be text."], "fr": ["This must be text."]}),
        (
            {"de": "a\0b", "fr": "\ud83d"},
            {"de": UNSTORABLE, "fr": UNSTORABLE},
        ),
        ({7: "ok"}, {"7": ["This language is not offered."], "de": ["Please fill this in."]}),
        ("Heizung", ["One text per language is expected here."]),
        (["Heizung"], ["One text per language is expected here."]),
        (None, ["Please fill this in."]),
    ],
)
def test_errors_stand_at_the_language(title: object, errors: object) -> None:
    assert errors_of({"title": title}) == {"title": errors}


def test_a_text_of_the_longest_length_fits_whatever_blanks_surround_it() -> None:
    assert NoticeForm().load({"title": {"de": " " + "ß" * 10 + "\n"}}) == {"title": LocalizedText(de="ß" * 10)}


@pytest.mark.usefixtures("own_words")
@pytest.mark.parametrize(
    ("voice", "errors"),
    [
        (Voice("de"), {"de": ["Bitte ausfüllen."], "fr": ["Höchstens 10 Zeichen."]}),
        (Voice("fr"), {"de": ["Ce champ est obligatoire."], "fr": ["10 caractères au maximum."]}),
    ],
)
def test_errors_are_in_the_readers_language(voice: Voice, errors: dict[str, list[str]]) -> None:
    with using(voice):
        assert errors_of({"title": {"fr": "un titre trop long"}}) == {"title": errors}
        assert errors_of({}) == {"title": errors["de"]}


def test_languages_may_be_those_of_the_company_at_hand() -> None:
    offered = ["de"]

    class Form(Schema):
        title = LocalizedTextField(languages=lambda: offered, required_in=lambda: offered[:1])

    assert errors_of({"title": {"de": "Heizung", "fr": "Chauffage"}}, Form()) == {
        "title": {"fr": ["This language is not offered."]}
    }
    offered.append("fr")
    assert Form().load({"title": {"de": "Heizung", "fr": "Chauffage"}}) == {
        "title": LocalizedText(de="Heizung", fr="Chauffage")
    }


def test_none_stays_none_where_it_is_allowed() -> None:
    class Form(Schema):
        note = LocalizedTextField(allow_none=True)

    assert Form().load({"note": None}) == {"note": None}
    assert Form().dump({"note": None}) == {"note": None}
