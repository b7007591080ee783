"""Pictures and documents of posts: seen by whoever reads the post, refused in words, gone with it."""

from __future__ import annotations

import io
import re
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image
from werkzeug.datastructures import MultiDict

from plugins.pinboard import exchange, queries
from plugins.pinboard.manifest import FILES
from plugins.pinboard.tests.sample import EDITOR, notice, topic
from quartier.sdk import add_file
from quartier.testing import SomeCompany


def picture() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "PNG")
    out.seek(0)
    return out


def test_pictures_of_a_post_are_for_its_readers(brunnenhof: SomeCompany) -> None:
    lea, verena = brunnenhof.resident("Lea Zimmermann", language="en"), brunnenhof.resident("Verena Keller")
    away = brunnenhof.resident("Urs Meier", building_id=brunnenhof.house("Seestrasse")[1])
    visit = lea.visit()
    way, offer, post = queries.ways(visit)[1].value, str(topic(visit.db)), uuid4()
    visit.db.commit()
    many = [("files.new", (picture(), f"{number}.png")) for number in range(50)]
    sent = [("body", "Sofa zu verschenken"), ("way", way), ("category_id", offer), ("id", str(post))]
    refused = lea.browser.post("/pinboard/new", MultiDict([*sent, *many]))
    said = ("Sofa zu verschenken", "40 files were not taken: at most 10 are possible here.")
    assert (refused.status_code, [words in refused.text for words in said]) == (422, [True, True])
    first = re.findall(r'<input type="hidden" name="files" value="([^"]+)"', refused.text)
    assert len(first) == 10  # kept: they are not sent again
    album, kept = uuid4(), [("files", one) for one in first]
    fields = [(name, str(album) if name == "id" else value) for name, value in sent]
    assert lea.browser.post("/pinboard/new", MultiDict([*fields, *kept])).status_code == 303
    bad = MultiDict([*sent, ("files.new", (io.BytesIO(b"MZ\x90\x00"), "spiel.exe"))])
    assert "spiel.exe" in lea.browser.post("/pinboard/new", bad).text
    taken = lea.browser.post("/pinboard/new", MultiDict([*sent, ("files.new", (picture(), "sofa.png"))]))
    assert taken.status_code == 303
    brunnenhof.work()
    assert len(re.findall(r'<img src="/files/[^"]+"', verena.browser.get(f"/pinboard/{album}").text)) == 10
    for path in ("/pinboard/", f"/pinboard/{post}"):
        page = verena.browser.get(path).text
        (url,) = re.findall(r'<img src="([^"]+)"[^>]* alt="sofa', page)
        assert verena.browser.get(url.replace("&amp;", "&")).status_code == 200
    assert away.browser.get(f"/pinboard/{post}").status_code == 404
    assert away.browser.get(url.replace("&amp;", "&")).status_code == 404
    lea.browser.post(f"/pinboard/{post}/delete")
    with brunnenhof.db() as db:
        assert db.rows("SELECT 1 FROM attachment WHERE thing_id = %s", (post,)) == []


def test_a_companys_files_carry_what_hangs_with_its_notices_and_bring_it_back(
    brunnenhof: SomeCompany, nordlicht: SomeCompany, tmp_path: Path
) -> None:
    storage = brunnenhof.platform.shell.storage
    with brunnenhof.db() as db:
        post = notice(db, "Neue Waschmaschine").id
        sent = [("maschine.png", picture().read(), "Die neue Maschine"), ("anleitung.txt", b"Eins, zwei, drei.", "")]
        for name, body, alt in sent:
            add_file(db, storage, FILES, post, by=EDITOR, name=name, body=body, alt=alt)
        db.commit()
    brunnenhof.work()
    with brunnenhof.db() as db:
        exchange.export(db, tmp_path, storage=storage)
    written = sorted(path.name for path in (tmp_path / "files" / str(post)).iterdir())
    assert written == ["anleitung.txt", "maschine.png"]
    for _twice in range(2):
        with nordlicht.db() as db:
            exchange.plant(db, tmp_path, by=EDITOR, storage=storage)
            db.commit()
    nordlicht.work()
    page = nordlicht.resident("Ayşe Demir").browser.get("/pinboard/").text
    assert re.findall(r'alt="([^"]+)"', page) == ["Die neue Maschine"]
    assert re.findall(r"download>([^<]+)<", page) == ["anleitung.txt"]
    (tmp_path / "posts.toml").write_text(
        '[x]\ncategory = "notice"\ntitle = { de = "X" }\nbody = { de = "x" }\nfiles = [{ name = "../../posts.toml" }]'
    )
    with nordlicht.db() as db, pytest.raises(ValueError, match="not a file beside it"):
        exchange.plant(db, tmp_path, by=EDITOR, storage=storage)
