"""What is wrong with the values that were sent, one entry each: where it stands, and a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quartier.web.complaints import sentence

BODY = "json"
WHOLE = "_schema"


def complaints(messages: Mapping[str, Any]) -> list[dict[str, str]]:
    """From a schema's messages by location ("json", "query", "path", …) to the entries of a problem document."""
    return [entry for location, found in messages.items() for entry in _entries(found, location, ())]


def _entries(found: Any, location: str, path: tuple[str, ...]) -> list[dict[str, str]]:
    if isinstance(found, Mapping):
        below = ((path if key == WHOLE else (*path, str(key)), value) for key, value in found.items())
        return [entry for place, value in below for entry in _entries(value, location, place)]
    sentences = found if isinstance(found, list | tuple) else [found]
    return [{**_place(location, path), "detail": sentence(one)} for one in sentences]


def _place(location: str, path: tuple[str, ...]) -> dict[str, str]:
    if location == BODY:
        return {"pointer": "#" + "".join(f"/{_escaped(part)}" for part in path)}
    return {"parameter": ".".join(path)}


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")
