"""Names are written down as their authors wrote them."""

from __future__ import annotations

from pathlib import Path

import pytest

from quartier.docs import source

MODULE = '''"""A module that somebody documents."""

from house import DOOR as FRONT_DOOR

ROOMS = (1, 2)
"""How many rooms
there are."""
SILENT: int = 3
LONG = "{long}"
"""A long story."""


def knock(times: int = 2, *, loudly: bool = False) -> str:
    """Knock.

    And wait.
    """


class Key(str, metaclass=type):
    """Opens."""

    teeth: int
    _secret: str

    def __init__(self, teeth: int) -> None: ...

    @property
    def bent(self) -> bool:
        """Whether it is of no use."""

    @bent.setter
    def bent(self, bent: bool) -> None: ...

    def turn(self, times: int = 1) -> None:
        """Turn it."""

    def _break(self) -> None: ...
'''


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "house.py").write_text('DOOR = "red"\n"""Of wood."""\n', encoding="utf-8")
    (tmp_path / "street.py").write_text(MODULE.replace("{long}", "x" * 99), encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    return "street"


def test_a_function_has_its_arguments_and_its_whole_text(module: str) -> None:
    knock = source.find(module, "knock", "knock")
    assert knock.signature == "knock(times: int=2, *, loudly: bool=False) -> str"
    assert (knock.text, source.paragraph(knock.text)) == ("Knock.\n\nAnd wait.", "Knock.")


def test_a_class_has_fields_how_it_is_made_and_what_is_public(module: str) -> None:
    key = source.find(module, "Key", "Key")
    assert key.signature == "class Key(str)\n    teeth: int\n    Key(teeth: int)"
    assert [(member.signature, member.text) for member in key.members] == [
        (".bent: bool", "Whether it is of no use."),
        (".turn(times: int=1) -> None", "Turn it."),
    ]


def test_a_constant_is_documented_by_the_text_below_it(module: str) -> None:
    rooms, silent, long = (source.find(module, name, name) for name in ("ROOMS", "SILENT", "LONG"))
    assert (rooms.signature, source.paragraph(rooms.text)) == ("ROOMS = (1, 2)", "How many rooms there are.")
    assert (silent.signature, silent.text) == ("SILENT = 3", "")
    assert (long.signature, long.text) == ("LONG = …", "A long story.")


def test_a_name_from_elsewhere_is_found_there_and_shown_as_it_is_called_here(module: str) -> None:
    assert source.find(module, "FRONT_DOOR", "FRONT_DOOR")[:3] == ("FRONT_DOOR", "FRONT_DOOR = 'red'", "Of wood.")


def test_a_name_that_is_nowhere_is_an_error(module: str) -> None:
    with pytest.raises(ModuleNotFoundError):
        source.find(module, "GARDEN", "GARDEN")
