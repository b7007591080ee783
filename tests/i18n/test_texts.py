from __future__ import annotations

import copy
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread

import jinja2
import pytest
from marshmallow import Schema, ValidationError, fields, validate

from quartier.i18n import (
    Catalogues,
    Voice,
    _,
    _l,
    bind,
    current_voice,
    gettext,
    lazy_ngettext,
    lazy_pgettext,
    load_catalogues,
    ngettext,
    npgettext,
    pgettext,
    prepare_jinja,
    unbind,
    using,
)
from tests.i18n.entries import WritePo, entry

GERMAN, FRENCH = Voice("de", region="DE"), Voice("fr", region="FR")
SAVE = _l("Save")


@pytest.fixture(autouse=True)
def words(po: WritePo, speak: Callable[[Catalogues], None]) -> None:
    folder = po(
        "web",
        "de.po",
        entry("Save", "Speichern"),
        entry("Hello %(name)s", "Guten Tag %(name)s"),
        entry("Hello <b>%(name)s</b>", "Guten Tag <b>%(name)s</b>"),
        entry("%(num)s day", "%(num)s Tag", "%(num)s Tage", plural="%(num)s days"),
        entry("%(num)s case", "%(num)s Fall", "%(num)s Fälle", plural="%(num)s cases", context="ticket"),
        entry("Open", "Öffnen"),
        entry("Open", "Offen", context="ticket"),
        entry("100 %% sure", "100 %% sicher"),
        entry("Please fill in %(field)s.", "Bitte %(field)s ausfüllen."),
        entry("At most {max} characters", "Höchstens {max} Zeichen"),
    )
    po("web", "fr.po", entry("%(num)s day", "%(num)s jour", "%(num)s jours", plural="%(num)s days"))
    speak(load_catalogues([folder]))


def test_without_a_bound_voice_texts_are_english() -> None:
    assert current_voice() == Voice("en")
    assert [_("Save"), gettext("Hello %(name)s", name="Nadja Frei"), pgettext("ticket", "Open")] == [
        "Save",
        "Hello Nadja Frei",
        "Open",
    ]
    assert [ngettext("%(num)s day", "%(num)s days", count) for count in (0, 1, 2)] == ["0 days", "1 day", "2 days"]


def test_the_bound_voice_speaks() -> None:
    with using(GERMAN):
        assert _("Save") == "Speichern"
        assert _("Hello %(name)s", name="Nadja Frei") == "Guten Tag Nadja Frei"
        assert [_("Open"), pgettext("ticket", "Open"), pgettext("door", "Open")] == ["Öffnen", "Offen", "Open"]
        assert [ngettext("%(num)s day", "%(num)s days", count) for count in (0, 1, 2)] == ["0 Tage", "1 Tag", "2 Tage"]
        assert npgettext("ticket", "%(num)s case", "%(num)s cases", 3) == "3 Fälle"
        assert _("100 %% sure") == "100 % sicher"
    assert _("Save") == "Save"


def test_what_is_not_translated_is_english_with_english_plurals() -> None:
    with using(FRENCH):
        assert _("Save") == "Save"
        assert ngettext("%(num)s day", "%(num)s days", 0) == "0 jour"
        assert ngettext("%(num)s key", "%(num)s keys", 0) == "0 keys"
        assert npgettext("ticket", "%(num)s case", "%(num)s cases", 1) == "1 case"


def test_a_counted_text_also_answers_a_plain_question() -> None:
    with using(GERMAN):
        assert _("%(num)s day", num=1) == "1 Tag"


@pytest.mark.parametrize(
    ("voice", "person"),
    [(GERMAN, "1.223 Tage"), (Voice("de", region="CH"), "1’223 Tage"), (Voice("de", formats="GB"), "1,223 Tage")],
)
def test_a_large_count_is_written_in_the_figures_of_the_reader(voice: Voice, person: str) -> None:
    with using(voice):
        assert ngettext("%(num)s day", "%(num)s days", 1223) == person
        assert ngettext("%(num)s day", "%(num)s days", 1) == "1 Tag"


def test_a_half_is_written_in_the_figures_of_the_reader() -> None:
    with using(GERMAN):
        assert ngettext("%(num)s day", "%(num)s days", 1.5) == "1,5 Tage"


def test_voices_nest_and_come_back_even_after_an_error() -> None:
    token = bind(GERMAN)
    with suppress(KeyError), using(FRENCH):
        assert current_voice() == FRENCH
        raise KeyError
    assert current_voice() == GERMAN
    unbind(token)
    assert current_voice() == Voice("en")


def test_another_thread_hears_nothing_of_the_voice() -> None:
    heard: list[str] = []
    with using(GERMAN):
        thread = Thread(target=lambda: heard.append(_("Save")))
        thread.start()
        thread.join()
    assert heard == ["Save"]


def test_a_lazy_text_speaks_the_voice_of_the_moment() -> None:
    assert (str(SAVE), f"{SAVE:>6}", f"{SAVE}!", SAVE.upper()) == ("Save", "  Save", "Save!", "SAVE")
    with using(GERMAN):
        assert (str(SAVE), f"{SAVE}!", SAVE.upper()) == ("Speichern", "Speichern!", "SPEICHERN")
        assert str(lazy_ngettext("%(num)s day", "%(num)s days", 3)) == "3 Tage"
        assert str(lazy_pgettext("ticket", "Open")) == "Offen"
        assert _("Hello %(name)s", name=SAVE) == "Guten Tag Speichern"


def test_a_lazy_text_is_a_value_in_a_frozen_dataclass() -> None:
    @dataclass(frozen=True)
    class Fact:
        label: str = SAVE

    assert Fact() == Fact(_l("Save")) != Fact(_l("Open"))
    assert len({Fact(), Fact(_l("Save"))}) == 1
    assert _l("Hello %(name)s", name="A") != _l("Hello %(name)s", name="B")
    assert copy.deepcopy(SAVE) == SAVE
    assert repr(SAVE) == "LazyText('Save')"


@pytest.mark.parametrize(
    "use",
    [
        json.dumps,
        lambda text: json.dumps(text, indent=1),
        lambda text: "".join([text]),  # noqa: FLY002 - the join is what is tested
        lambda text: text + "!",
    ],
)
def test_a_lazy_text_is_never_taken_for_its_english_original(use: Callable[[str], str]) -> None:
    with pytest.raises(TypeError):
        use(SAVE)


def test_marshmallow_shows_lazy_messages_in_the_voice_of_the_moment() -> None:
    class NameForm(Schema):
        name = fields.String(required=True, error_messages={"required": _l("Please fill in %(field)s.", field="Name")})
        note = fields.String(validate=validate.Length(max=3, error=_l("At most {max} characters")))

    with using(GERMAN), pytest.raises(ValidationError) as caught:
        NameForm().load({"note": "long"})
    assert caught.value.messages == {"name": ["Bitte Name ausfüllen."], "note": ["Höchstens 3 Zeichen"]}
    assert {type(message) for messages in caught.value.messages_dict.values() for message in messages} == {str}


@pytest.fixture
def env() -> jinja2.Environment:
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    prepare_jinja(environment)
    return environment


@pytest.mark.parametrize(
    ("template", "page"),
    [
        ("{{ _('Save') }}", "Speichern"),
        ("{{ _('Hello %(name)s', name=name) }}", "Guten Tag &lt;Jo&gt;"),
        ("{% trans %}Hello <b>{{ name }}</b>{% endtrans %}", "Guten Tag <b>&lt;Jo&gt;</b>"),
        ("{% trans %}\n   Hello\n   {{ name }}\n{% endtrans %}", "Guten Tag &lt;Jo&gt;"),
        ("{% trans num=2000 %}{{ num }} day{% pluralize %}{{ num }} days{% endtrans %}", "2.000 Tage"),
        ("{{ ngettext('%(num)s day', '%(num)s days', 2) }}", "2 Tage"),
        ("{{ pgettext('ticket', 'Open') }}", "Offen"),
        ("{{ npgettext('ticket', '%(num)s case', '%(num)s cases', 1) }}", "1 Fall"),
        ("{{ _('100 %% sure') }} {% trans %}100 % sure{% endtrans %}", "100 % sicher 100 % sicher"),
        ("{{ label }}", "Speichern"),
        ("{{ _('Hello %(name)s', name=label) }}", "Guten Tag Speichern"),
    ],
)
def test_templates_speak_the_bound_voice_and_escape_what_they_are_given(
    env: jinja2.Environment, template: str, page: str
) -> None:
    with using(GERMAN):
        assert env.from_string(template).render(name="<Jo>", label=SAVE) == page


def test_one_compiled_template_serves_every_voice(env: jinja2.Environment) -> None:
    template = env.from_string("{{ _('Save') }}")
    with using(GERMAN):
        assert template.render() == "Speichern"
    assert template.render() == "Save"


def test_a_lazy_text_with_markup_is_escaped(env: jinja2.Environment) -> None:
    assert env.from_string("{{ label }}").render(label=_l("a < b")) == "a &lt; b"
