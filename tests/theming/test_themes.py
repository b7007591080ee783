"""Themes are found, inherit, and say clearly what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from quartier.config import shipped
from quartier.theming.themes import Theme, ThemeError, load_themes, sheets_of, templates_of

TEXTS = '[name]\nde = "A"\nen = "A"\nfr = "A"\n[character]\nde = "B."\nen = "B."\nfr = "B."\n'


def plant(root: Path, slug: str, extends: str | None = None, more: str = "") -> Path:
    folder = root / slug
    folder.mkdir(parents=True)
    head = f'extends = "{extends}"\n' if extends else ""
    (folder / "theme.toml").write_text(head + TEXTS + more, encoding="utf-8")
    return folder


def test_the_three_themes_can_be_chosen_and_the_base_cannot(themes: dict[str, Theme]) -> None:
    assert {slug for slug, theme in themes.items() if theme.selectable} == {"klar", "warm", "markant"}
    assert set(themes) == {"base", "klar", "warm", "markant"}


def test_each_theme_has_a_name_and_one_sentence_in_each_language(themes: dict[str, Theme]) -> None:
    for theme in themes.values():
        assert set(theme.name) == set(theme.character) == {"de", "en", "fr"}
        assert [text.count(".") for text in theme.character.values()] == [1, 1, 1]


def test_a_child_says_only_what_differs(tmp_path: Path) -> None:
    plant(tmp_path, "base", more='[colours]\nline = "#dddddd"\ntext = ["#111111", "#eeeeee"]\n')
    plant(tmp_path, "middle", "base", more='[colours]\nline = "#cccccc"\n')
    plant(tmp_path, "child", "middle", more='[colours]\naccent-soft = "line"\n')
    child = load_themes(tmp_path)["child"]
    assert child.colours == {
        "line": ("#cccccc", "#cccccc"),
        "text": ("#111111", "#eeeeee"),
        "accent-soft": ("line", "line"),
    }
    assert child.attribute == "middle child"


def test_templates_are_looked_up_from_the_child_to_the_base(tmp_path: Path) -> None:
    for slug, parent in (("base", None), ("middle", "base"), ("child", "middle")):
        plant(tmp_path, slug, parent)
    for slug in ("base", "child"):
        (tmp_path / slug / "templates").mkdir()
    assert templates_of(load_themes(tmp_path)["child"]) == [
        tmp_path / "child" / "templates",
        tmp_path / "base" / "templates",
    ]


def test_sheets_come_from_the_base_to_the_child_and_the_order_of_the_layers_first(tmp_path: Path) -> None:
    base, child = plant(tmp_path, "base"), plant(tmp_path, "child", "base")
    (base / "components").mkdir()
    sheets = [base / "layers.css", base / "base.css", base / "components" / "button.css", child / "alpha.css"]
    for sheet in sheets:
        sheet.write_text("", encoding="utf-8")
    assert sheets_of(load_themes(tmp_path)["child"]) == sheets


def test_an_unknown_parent_is_named_with_those_that_exist(tmp_path: Path) -> None:
    plant(tmp_path, "base")
    plant(tmp_path, "hansa", "klaar")
    with pytest.raises(ThemeError, match="'hansa' extends 'klaar', which does not exist; there are base, hansa"):
        load_themes(tmp_path)


def test_a_circle_is_shown_as_one(tmp_path: Path) -> None:
    for slug, parent in (("ebbe", "flut"), ("flut", "ebbe")):
        plant(tmp_path, slug, parent)
    with pytest.raises(ThemeError, match="'ebbe' extends itself: ebbe → flut → ebbe"):
        load_themes(tmp_path)


def test_a_missing_translation_is_named(tmp_path: Path) -> None:
    (tmp_path / "hansa").mkdir()
    (tmp_path / "hansa" / "theme.toml").write_text('[name]\nde = "Hansa"\n', encoding="utf-8")
    with pytest.raises(ThemeError, match=r"\[name\] lacks en, fr"):
        load_themes(tmp_path)


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    (tmp_path / "hansa").mkdir()
    (tmp_path / "hansa" / "theme.toml").write_text("name = ", encoding="utf-8")
    with pytest.raises(ThemeError, match=r"hansa.theme\.toml"):
        load_themes(tmp_path)


def test_a_folder_name_that_could_leave_its_selector_is_refused(tmp_path: Path) -> None:
    plant(tmp_path, 'x"]{}')
    with pytest.raises(ThemeError, match="small letters"):
        load_themes(tmp_path)


def test_no_style_sheet_of_ours_names_a_colour_or_leaves_its_layer() -> None:
    """Colours come from `theme.toml`, or nobody could vouch for the contrast of a page; paper is black and white."""
    root = shipped("themes")
    for sheet in root.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        words = (
            text.replace("#000", "").replace("#fff", "").replace("#333", "") if sheet.name == "utilities.css" else text
        )
        assert "@layer " in text, sheet
        assert "url(" not in text, sheet
        assert not [word for word in ("rgb(", "hsl(", "oklch(", ": #") if word in words], sheet
