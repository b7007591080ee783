"""Choosing an audience on a form."""

from __future__ import annotations

from uuid import uuid4

import pytest
from werkzeug.datastructures import MultiDict

from quartier.audience.audience import Audience
from quartier.people.picker import audience_of, audience_picker, may_choose
from quartier.testing import SomeCompany


def test_a_form_without_a_choice_means_everybody_everywhere() -> None:
    assert audience_of(MultiDict()) == Audience()


def test_a_form_names_places_and_groups() -> None:
    place = uuid4()
    form = MultiDict([("where", str(place)), ("who", "owners"), ("who", "tenants")])
    assert audience_of(form) == Audience(frozenset({place}), frozenset({"owners", "tenants"}))


@pytest.mark.parametrize(
    ("form", "words"), [({"where": "everywhere"}, "badly formed"), ({"who": "cats"}, "unknown groups")]
)
def test_what_the_form_cannot_have_offered_is_an_error(form: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        audience_of(MultiDict(form))


def test_the_picker_says_in_words_whom_it_reaches(brunnenhof: SomeCompany) -> None:
    brunnenhof.resident("Verena Keller")
    visit = brunnenhof.agent("Nadja Frei").visit("en")
    picker = audience_picker(visit, Audience(frozenset({brunnenhof.property_id}), frozenset({"owners", "tenants"})))
    assert (picker.where, picker.who, picker.reach.people) == (["Brunnenhofstrasse"], ["Tenants", "Owners"], 1)
    visit.db.close()


def test_places_of_another_company_cannot_be_chosen(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    with brunnenhof.db() as db:
        assert may_choose(db, Audience())
        assert may_choose(db, Audience(frozenset({brunnenhof.building_id})))
        assert not may_choose(db, Audience(frozenset({brunnenhof.building_id, nordlicht.building_id})))


def test_a_limit_holds_for_places_and_for_everywhere(brunnenhof: SomeCompany) -> None:
    lake, house = brunnenhof.house("Seestrasse")
    with brunnenhof.db() as db:
        assert may_choose(db, Audience(frozenset({house})), within={lake})
        assert not may_choose(db, Audience(frozenset({brunnenhof.building_id})), within={lake})
        assert not may_choose(db, Audience(), within={lake})
