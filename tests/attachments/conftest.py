"""A platform with a board, where people hang up notes with files."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PIL import Image

from quartier.app import Platform, create_app
from quartier.plugin.manager import Plugins
from quartier.testing import SomeCompany
from tests.attachments.board import plugin as board
from tests.journeys.site import held_port, serving


@pytest.fixture(scope="session")
def platform(platform: Platform) -> Iterator[Platform]:
    """The same database, served with the board, on a port of its own for browsers."""
    plugins = Plugins()
    plugins.add(board)
    with held_port() as port:
        config = replace(platform.shell.config, platform_domain="quartier.localhost", port=port.getsockname()[1])
        with_board = create_app(config, plugins=plugins)
        with serving(with_board, port):
            yield with_board
        with_board.close()


@pytest.fixture
def brunnenhof(make_company: Callable[..., SomeCompany]) -> SomeCompany:
    """A company with the board."""
    return make_company("Brunnenhof", modules=("board",))


def picture(width: int = 40, height: int = 30, kind: str = "JPEG", **options: object) -> bytes:
    """A picture of the top of a house: the upper half is red."""
    image = Image.new("RGB", (width, height), "navy")
    image.paste("red", (0, 0, width, height // 2))
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()
