"""Front-end files by address."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from quartier.testing import SomeCompany
from quartier.web.static_files import StaticFiles


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "app.min.js").write_text("let one = 1;", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not served", encoding="utf-8")
    return tmp_path


def test_a_file_is_served_at_the_address_of_its_content(folder: Path) -> None:
    files = StaticFiles(folder)
    address = files.url("parts/app.min.js")
    assert address.startswith("/static/parts/app.min.")
    content_type, body, compressed = files.get(address.removeprefix("/static/")) or ("", b"", b"")
    assert (content_type, body, gzip.decompress(compressed)) == (
        "text/javascript; charset=utf-8", b"let one = 1;", b"let one = 1;",
    )  # fmt: skip


def test_every_process_knows_the_addresses_that_another_one_made(folder: Path) -> None:
    address = StaticFiles(folder).url("parts/app.min.js").removeprefix("/static/")
    assert StaticFiles(folder).get(address) is not None


def test_nothing_is_read_before_it_is_asked_for(folder: Path) -> None:
    files = StaticFiles(folder)
    (folder / "parts" / "app.min.js").write_text("let two = 2;", encoding="utf-8")
    assert files.read("parts/app.min.js") == b"let two = 2;"


def test_what_was_read_once_stays_what_its_address_says(folder: Path) -> None:
    files = StaticFiles(folder)
    address = files.url("parts/app.min.js")
    (folder / "parts" / "app.min.js").write_text("let two = 2;", encoding="utf-8")
    assert (files.url("parts/app.min.js"), files.read("parts/app.min.js")) == (address, b"let one = 1;")


@pytest.mark.parametrize(
    "address",
    [
        "",
        ".",
        "..",
        "app",
        "parts/app.min.js",
        "parts/app.min.000000000000.js",
        "notes.txt",
        "../secret.0.js",
        "a.b.c.d",
    ],
)
def test_other_addresses_are_nothing(folder: Path, address: str) -> None:
    assert StaticFiles(folder).get(address) is None


def test_a_plugins_files_have_its_prefix(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    own = tmp_path_factory.mktemp("static")
    (own / "own.css").write_text("a{}", encoding="utf-8")
    files = StaticFiles(folder)
    files.add(own, "faq/")
    assert files.url("faq/own.css").startswith("/static/faq/own.")


def test_browsers_may_keep_them_for_ever(brunnenhof: SomeCompany) -> None:
    address = brunnenhof.platform.shell.static.url("app.js")
    answer = brunnenhof.visitor().get(address, headers={"Accept-Encoding": "gzip"})
    assert (answer.status_code, answer.headers["Content-Encoding"]) == (200, "gzip")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert brunnenhof.visitor().get(address.replace(".js", ".css")).status_code == 404
