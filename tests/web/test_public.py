"""What a browser fetches to make the portal an app: manifest, service worker, icons."""

from __future__ import annotations

import re

import pytest

from quartier.testing import SomeCompany
from quartier.web.static_files import FOLDER


def test_the_manifest_speaks_the_readers_language(nordlicht: SomeCompany) -> None:
    found = nordlicht.visitor().get("/manifest.webmanifest?lang=en").json
    assert found is not None
    icons = found.pop("icons")
    assert found == {
        "id": "/", "start_url": "/", "scope": "/", "display": "standalone", "name": "Nordlicht",
        "short_name": "Nordlicht", "lang": "en", "dir": "ltr", "theme_color": "#0b4f8a", "background_color": "#ffffff",
    }  # fmt: skip
    assert [(icon["sizes"], icon["purpose"]) for icon in icons] == [
        ("192x192", "any"), ("512x512", "any"), ("512x512", "maskable"),
    ]  # fmt: skip
    assert {nordlicht.visitor().get(icon["src"]).status_code for icon in icons} == {200}


@pytest.mark.parametrize("asked", ["fr", "", "xx", "%00"])
def test_a_language_that_is_not_offered_is_the_companys_own(nordlicht: SomeCompany, asked: str) -> None:
    found = nordlicht.visitor().get(f"/manifest.webmanifest?lang={asked}").json
    assert found is not None
    assert found["lang"] == "de"


def test_the_worker_keeps_files_and_the_offline_page_only(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    script = brunnenhof.visitor().get("/worker.js").text
    name, kept = re.findall(r'^const CACHE = "([^"]+)", KEPT = \[(.*?)\];$', script, re.MULTILINE)[0]
    assert re.fullmatch(rf"{brunnenhof.slug}-[0-9a-f]{{12}}", name)
    paths = re.findall('"([^"]+)"', kept)
    assert paths[0] == "/offline"
    assert [re.sub(r"[0-9a-f]{12,16}", "*", path) for path in paths[1:]] == [
        "/theme/*.css", "/static/app.*.js", "/static/vendor/icons.*.svg",
    ]  # fmt: skip
    assert {brunnenhof.visitor().get(path).status_code for path in paths} == {200}
    assert name not in nordlicht.visitor().get("/worker.js").text


def test_the_worker_of_a_changed_company_is_another(brunnenhof: SomeCompany) -> None:
    before = brunnenhof.visitor().get("/worker.js").text
    with brunnenhof.db() as db:
        db.rows("UPDATE company SET version = version + 1 WHERE id = %s RETURNING id", (brunnenhof.id,))
        db.commit()
    brunnenhof.platform.shell.snapshots.forget(brunnenhof.id)
    assert brunnenhof.visitor().get("/worker.js").text != before


def test_the_offline_page_is_the_same_for_everybody(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller").browser.get("/offline").text
    assert verena == brunnenhof.visitor().get("/offline").text
    assert "Das Internet ist gerade weg" in verena


def test_scripts_are_small_and_need_no_exception_from_the_policy() -> None:
    assert (FOLDER / "app.js").stat().st_size <= 5120
    for name in ("app.js", "worker.js"):
        text = (FOLDER / name).read_text("utf-8")
        assert [word for word in ("eval(", "new Function", "innerHTML", ".style") if word in text] == []


def test_pages_name_the_bar_by_day_and_by_night(brunnenhof: SomeCompany) -> None:
    html = brunnenhof.visitor().get("/sign-in").text
    colours = re.findall(r'name="theme-color" content="(#[0-9a-f]{6})" media="\(prefers-color-scheme: (\w+)\)"', html)
    assert [mode for _colour, mode in colours] == ["light", "dark"]
    assert colours[0][0] != colours[1][0]
    assert '<link rel="manifest" href="/manifest.webmanifest?lang=de">' in html


def test_the_icon_is_where_browsers_look_for_it(brunnenhof: SomeCompany) -> None:
    answer = brunnenhof.visitor().get("/favicon.ico")
    assert (answer.status_code, answer.content_type, answer.data[:4]) == (200, "image/x-icon", b"\0\0\1\0")
