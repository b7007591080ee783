"""A property has a picture; what cannot be one is said, and nobody else sees it."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image

from quartier.estate.models import Property
from quartier.files.models import StoredFile
from quartier.testing import Browser, SomeCompany


def photograph(colour: str = "#1f5c4a", kind: str = "JPEG") -> bytes:
    """A street, with where it was taken."""
    image, out = Image.new("RGB", (60, 40), colour), io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "47.3769 N, 8.5417 E"
    image.save(out, kind, exif=exif)
    return out.getvalue()


def nadja(company: SomeCompany, *permissions: str) -> Browser:
    return company.agent("Nadja Frei", *(permissions or ("estate.read", "estate.edit")), language="de").browser


def address(company: SomeCompany) -> str:
    return f"/cockpit/estate/properties/{company.property_id}"


def send(desk: Browser, company: SomeCompany, body: bytes | None, **more: str) -> int:
    shown = re.search(r'name="version" value="(\d+)"', desk.get(f"{address(company)}/picture").text)
    data: dict[str, object] = {"version": shown[1] if shown else "", **more}
    if body is not None:
        data["picture"] = (io.BytesIO(body), "strasse.jpg")
    return desk.post(f"{address(company)}/picture", data, content_type="multipart/form-data").status_code


def shown(desk: Browser, company: SomeCompany) -> str | None:
    """The address of the picture on the property's page."""
    found = re.search(r'<img class="picture" src="([^"]+)"', desk.get(address(company)).text)
    return found[1] if found else None


def test_a_picture_is_shown_without_what_the_camera_wrote_and_is_replaced_and_removed(brunnenhof: SomeCompany) -> None:
    desk = nadja(brunnenhof)
    assert shown(desk, brunnenhof) is None
    assert send(desk, brunnenhof, photograph()) == 303
    first = shown(desk, brunnenhof)
    assert first is not None
    answer = desk.get(first)
    assert (answer.status_code, answer.content_type) == (200, "image/jpeg")
    assert b"47.3769" not in answer.data
    assert send(desk, brunnenhof, photograph("#8c2f39")) == 303
    second = shown(desk, brunnenhof)
    assert second not in (None, first)
    assert desk.get(first).status_code == 404
    assert send(desk, brunnenhof, None, remove="1") == 303
    assert shown(desk, brunnenhof) is None
    db = brunnenhof.db()
    assert db.rows("SELECT id FROM stored_file WHERE purpose = 'estate'") == []
    assert "ein Bild" in desk.get(f"{address(brunnenhof)}/history").text


@pytest.mark.parametrize(
    "body",
    [
        None,
        b"",
        b"PK\x03\x04 a zip",
        b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9v9z"/></svg>',
        photograph()[:300],
    ],
    ids=["none", "empty", "zip", "svg", "half"],
)
def test_what_is_no_photograph_is_refused_at_the_field(brunnenhof: SomeCompany, body: bytes | None) -> None:
    desk = nadja(brunnenhof)
    assert send(desk, brunnenhof, body) == 422
    assert shown(desk, brunnenhof) is None


def test_two_at_once_are_told(brunnenhof: SomeCompany) -> None:
    desk = nadja(brunnenhof)
    data = {"version": "1", "picture": (io.BytesIO(photograph()), "a.jpg")}
    assert desk.post(f"{address(brunnenhof)}/picture", data, content_type="multipart/form-data").status_code == 303
    late = {"version": "1", "picture": (io.BytesIO(photograph("#8c2f39")), "b.jpg")}
    assert desk.post(f"{address(brunnenhof)}/picture", late, content_type="multipart/form-data").status_code == 409


def test_one_picture_of_two_properties_stays_with_the_other(brunnenhof: SomeCompany) -> None:
    desk, (other, _building) = nadja(brunnenhof), brunnenhof.house("Garnspulerweg")
    assert send(desk, brunnenhof, photograph()) == 303
    db = brunnenhof.db()
    home = db.get_one(Property, (brunnenhof.id, brunnenhof.property_id))
    db.get_one(Property, (brunnenhof.id, other)).picture_id = home.picture_id
    db.commit()
    assert send(desk, brunnenhof, None, remove="1") == 303
    db = brunnenhof.db()
    assert db.get(StoredFile, (brunnenhof.id, db.get_one(Property, (brunnenhof.id, other)).picture_id))


def test_who_may_not_change_it_sees_it_only(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    assert send(nadja(brunnenhof), brunnenhof, photograph()) == 303
    reader, stranger = nadja(brunnenhof, "estate.read"), nadja(nordlicht)
    place = shown(reader, brunnenhof)
    assert place is not None
    assert (reader.get(place).status_code, stranger.get(place).status_code) == (200, 404)
    assert reader.get(f"{address(brunnenhof)}/picture").status_code == 403
    assert brunnenhof.resident().browser.get(place).status_code == 403
