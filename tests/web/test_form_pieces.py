"""The pieces that forms are made of: what is bound to what."""

from __future__ import annotations

import re
from typing import Any

import pytest
from marshmallow import Schema, fields
from werkzeug.datastructures import MultiDict

from quartier.config import shipped
from quartier.i18n.localized import LocalizedTextField
from quartier.theming.themes import load_themes, templates_of
from quartier.web.environment import Renderer
from quartier.web.forms import Form, load_form, show_form
from quartier.web.static_files import StaticFiles


class NoticeSchema(Schema):
    title = fields.String(required=True, metadata={"label": "Title"})
    text = LocalizedTextField(required_in=("de",), metadata={"label": "Text"})
    kind = fields.String(load_default="power")
    houses = fields.List(fields.String())
    is_urgent = fields.Boolean()


@pytest.fixture(scope="module")
def pieces() -> Any:
    themes = load_themes(shipped("themes"))
    renderer = Renderer({"klar": templates_of(themes["klar"])}, [], StaticFiles())
    return lambda name, *args, **options: str(renderer.macro("parts/form.html", name, "klar")(*args, **options))


def refused(*pairs: tuple[str, str]) -> Form:
    return load_form(NoticeSchema(), MultiDict(pairs))


def test_an_error_stands_above_its_field_and_is_bound_to_it(pieces: Any) -> None:
    html = pieces("field", "title", "Title", form=refused(), help="A few words.", required=True)
    assert 'aria-describedby="title-help title-error"' in html
    assert html.index('id="title-error"') < html.index("<input")
    assert 'aria-invalid="true"' in html


def test_the_summary_links_to_every_fault_by_its_label(pieces: Any) -> None:
    html = pieces("errors_summary", form=refused().wrong("_schema", "The end is before the beginning."))
    assert re.findall(r'<a href="(#[^"]*)">([^<]*)<', html) == [
        ("#title", "Title: Please fill this in."), ("#text-de", "Text (DE): Please fill this in."),
    ]  # fmt: skip
    assert "<li>The end is before the beginning.</li>" in html
    assert "3 things need another look" in html


def test_a_form_without_faults_has_no_summary(pieces: Any) -> None:
    assert pieces("errors_summary", form=show_form(NoticeSchema())).strip() == ""


def test_what_was_typed_is_shown_as_text(pieces: Any) -> None:
    form = refused(("title", '"><script>'), ("text.fr", "</textarea><b>"))
    assert 'value="&#34;&gt;&lt;script&gt;"' in pieces("field", "title", "Title", form=form)
    assert "&lt;/textarea&gt;&lt;b&gt;" in pieces("localized_text", "text", "Text", ("de", "fr"), form=form, rows=3)


def test_a_password_is_never_sent_back(pieces: Any) -> None:
    assert "hunter2" not in pieces("field", "title", "Password", type="password", form=refused(("title", "hunter2")))


def test_a_text_in_several_languages_has_one_input_each(pieces: Any) -> None:
    html = pieces(
        "localized_text", "text", "Text", ("de", "fr"), form=refused(("text.fr", "Pas d’eau")), required_in=("de",)
    )
    inputs = re.findall(r'<input[^>]*name="([^"]*)" lang="([^"]*)" value="([^"]*)"([^>]*)>', html)
    assert [(name, lang, value, "required" in rest, "aria-invalid" in rest) for name, lang, value, rest in inputs] == [
        ("text.de", "de", "", True, True), ("text.fr", "fr", "Pas d’eau", False, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("form", "ticked"),
    [
        (show_form(NoticeSchema(), {"is_urgent": True}), True),
        (show_form(NoticeSchema()), False),
        (refused(("is_urgent", "true")), True),
        (refused(), False),
    ],
)
def test_a_switch_shows_what_was_chosen(pieces: Any, form: Form, ticked: bool) -> None:
    assert ("checked" in pieces("switch", "is_urgent", "Urgent", form=form)) is ticked


def test_options_show_the_choice(pieces: Any) -> None:
    options = (("water", "Water"), ("power", "Power"))
    form = refused(("kind", "power"), ("houses", "12"), ("houses", "14"))
    assert re.findall(r'value="(\w+)" selected', pieces("select", "kind", "Kind", options, form=form)) == ["power"]
    assert re.findall(r'value="(\w+)" checked', pieces("radios", "kind", "Kind", options, form=form)) == ["power"]
    houses = tuple((number, number) for number in ("10", "12", "14"))
    assert re.findall(r'value="(\w+)" checked', pieces("checkboxes", "houses", "Houses", houses, form=form)) == [
        "12",
        "14",
    ]
