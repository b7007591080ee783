"""The icons: one table, one file, and all of them in the package."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from quartier.config import shipped
from quartier.theming.sprite import SpriteError, all_names, build_sprite, read_icons

LUCIDE = Path(__file__).parents[2] / "node_modules" / "lucide-static"
DRAWING = """<!-- licence -->
<svg class="lucide" xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24" fill="none"
stroke="currentColor"><path class="x" d="M3 3"/><circle cx="1" cy="2" r="3" fill="currentColor"/></svg>"""


@pytest.fixture
def lucide(tmp_path: Path) -> Path:
    (tmp_path / "icons").mkdir()
    for name in ("house", "evil"):
        text = DRAWING if name == "house" else DRAWING.replace("<path", "<script/><path")
        (tmp_path / "icons" / f"{name}.svg").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_symbol_has_our_name_and_only_the_geometry(lucide: Path) -> None:
    sprite = build_sprite(lucide, {"home": "house", "start": "house"}).decode()
    shapes = '<path d="M3 3"/><circle cx="1" cy="2" r="3" fill="currentColor"/>'
    symbols = "".join(f'<symbol id="i-{name}" viewBox="0 0 24 24">{shapes}</symbol>' for name in ("home", "start"))
    assert (
        sprite
        == f'<!-- Icons: Lucide (lucide.dev), ISC licence. --><svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>'
    )


def test_a_drawing_that_is_not_there_is_named(lucide: Path) -> None:
    with pytest.raises(SpriteError, match="icon 'home': the package has no drawing 'hut'"):
        build_sprite(lucide, {"home": "hut"})


def test_a_drawing_with_more_than_shapes_is_refused(lucide: Path) -> None:
    with pytest.raises(SpriteError, match="<script>"):
        build_sprite(lucide, {"home": "evil"})


@pytest.mark.parametrize("names", [{"Home": "house"}, {'x"/><script': "house"}, {"home": "../../etc/passwd"}])
def test_a_name_that_is_no_name_is_refused(lucide: Path, names: dict[str, str]) -> None:
    with pytest.raises(SpriteError, match="small letters"):
        build_sprite(lucide, names)


def test_one_name_cannot_mean_two_drawings() -> None:
    with pytest.raises(SpriteError, match="'home' stands for both 'house' and 'hut'"):
        all_names({"interface": {"home": "house"}, "choice": {"home": "hut"}})


def test_a_company_has_about_fifty_icons_or_more_to_choose_from() -> None:
    groups = read_icons(shipped("themes") / "icons.toml")
    assert set(groups) == {"interface", "editor", "choice"}
    assert len(groups["choice"]) >= 50


@pytest.mark.skipif(not LUCIDE.is_dir(), reason="the icons are fetched by `make assets`")
def test_the_whole_table_is_in_the_package() -> None:
    names = all_names(read_icons(shipped("themes") / "icons.toml"))
    symbols = list(ElementTree.fromstring(build_sprite(LUCIDE, names)))
    assert {symbol.get("id") for symbol in symbols} == {f"i-{name}" for name in names}
    assert all(len(symbol) for symbol in symbols)
