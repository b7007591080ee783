"""What somebody hangs with a post and is not what it seems: told at the field or below the post, shown to nobody."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pikepdf
import pillow_heif
from PIL import Image
from werkzeug.datastructures import MultiDict

from plugins.pinboard import queries
from plugins.pinboard.tests.sample import topic
from quartier.sdk import StorageDown
from quartier.testing import Browser, SomeCompany

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The signature that every scanner knows; it harms nobody."""


class Down:
    """A storage that nobody reaches."""

    def __getattr__(self, _name: str) -> Any:
        def fails(*_arguments: Any, **_named: Any) -> Any:
            raise StorageDown("connection refused")

        return fails


@contextmanager
def storage_down(company: SomeCompany) -> Iterator[None]:
    shell = company.platform.shell
    known, shell.storage = shell.storage, Down()
    try:
        yield
    finally:
        shell.storage = known


def drawn(kind: str, **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(out, kind, **more)
    return out.getvalue()


def huge() -> bytes:
    """Two hundred megapixels, by its own word."""
    small, head = (
        drawn("PNG"),
        b"IHDR" + (20_000).to_bytes(4, "big") + (10_000).to_bytes(4, "big") + bytes([8, 2, 0, 0, 0]),
    )
    return small[:12] + head + zlib.crc32(head).to_bytes(4, "big") + small[33:]


def with_place() -> bytes:
    """A photograph that says where it was taken."""
    exif = Image.Exif()
    exif.get_ifd(0x8825)[2] = (47.0, 22.0, 30.0)
    exif[0x9C9C] = "Hardstrasse 1".encode("utf-16-le")
    return drawn("JPEG", exif=exif)


def with_script() -> bytes:
    document, out = pikepdf.new(), io.BytesIO()
    document.add_blank_page()
    action = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"
    document.Root.OpenAction = document.make_indirect(pikepdf.Object.parse(action))
    document.save(out)
    return out.getvalue()


def writing(company: SomeCompany) -> tuple[Browser, dict[str, str]]:
    lea = company.resident("Lea Zimmermann", language="en")
    visit = lea.visit()
    way, offer = queries.ways(visit)[1].value, str(topic(visit.db))
    visit.db.commit()
    return lea.browser, {"body": "Sofa zu verschenken", "way": way, "category_id": offer, "id": str(uuid4())}


def test_no_file_is_more_than_it_shows(brunnenhof: SomeCompany) -> None:
    """HEIC, 200 megapixels, a place, a PDF with a script, a virus: each on its own, and the rest is shown."""
    pillow_heif.register_heif_opener()
    browser, form = writing(brunnenhof)
    sent = {"iphone.heic": drawn("HEIF"), "hof.jpg": with_place(), "plan.pdf": with_script(), "virus.txt": EICAR}
    wide = browser.post("/pinboard/new", MultiDict([*form.items(), ("files.new", (io.BytesIO(huge()), "riesig.png"))]))
    assert (wide.status_code, "riesig.png: " in wide.text, "Sofa zu verschenken" in wide.text) == (422, True, True)
    many = [("files.new", (io.BytesIO(body), name)) for name, body in sent.items()]
    answer = browser.post("/pinboard/new", MultiDict([*form.items(), *many]))
    if answer.status_code == 422:  # what is seen at once is said at the field; the others were kept
        assert "virus.txt" in answer.text
        kept = re.findall(r'<input type="hidden" name="files" value="([^"]+)"', answer.text)
        answer = browser.post("/pinboard/new", MultiDict([*form.items(), *(("files", one) for one in kept)]))
    assert answer.status_code == 303
    brunnenhof.work()
    reader = brunnenhof.resident("Verena Keller").browser
    page = reader.get(f"/pinboard/{form['id']}").text
    shown = sorted(re.findall(r'<img [^>]*alt="([^"]+)"', page))
    assert (shown, "plan.pdf" in page, "virus" in page) == (["hof.jpg", "iphone.heic"], False, False)
    for url in re.findall(r'<a href="(/files/[^"]+)"><img', page):
        picture = Image.open(io.BytesIO(reader.get(url.replace("&amp;", "&")).data))
        assert (picture.format, dict(picture.getexif())) == ("WEBP", {})


def test_while_the_storage_is_away_a_post_loses_nothing(brunnenhof: SomeCompany) -> None:
    browser, form = writing(brunnenhof)
    file = ("files.new", (io.BytesIO(drawn("PNG")), "sofa.png"))
    with storage_down(brunnenhof):
        refused = browser.post("/pinboard/new", MultiDict([*form.items(), file]))
    assert (refused.status_code, "Sofa zu verschenken" in refused.text) == (422, True)
    again = ("files.new", (io.BytesIO(drawn("PNG")), "sofa.png"))
    assert browser.post("/pinboard/new", MultiDict([*form.items(), again])).status_code == 303
    brunnenhof.work()
    reader = brunnenhof.resident("Verena Keller").browser
    (url,) = re.findall(r'<a href="(/files/[^"]+)"><img', reader.get(f"/pinboard/{form['id']}").text)
    with storage_down(brunnenhof):
        assert reader.get(f"/pinboard/{form['id']}").status_code == 200
        away = reader.get(url.replace("&amp;", "&"))
    assert (away.status_code, "Retry-After" in away.headers) == (503, True)
    assert reader.get(url.replace("&amp;", "&")).status_code == 200
