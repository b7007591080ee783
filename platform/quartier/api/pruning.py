"""An OpenAPI document without what is off: its operations, its tags, and what only they referred to."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

METHODS = frozenset({"get", "put", "post", "delete", "patch"})
PREFIX = "api_"

Document = dict[str, Any]


def for_modules(document: Document, tags: Mapping[str, str | None], on: frozenset[str]) -> Document:
    """The document without operations of modules outside `on`, and with readable tag names.

    `tags` maps the tag of each blueprint to its module, None for the core.
    """
    off = {tag for tag, module in tags.items() if module is not None and module not in on}
    left = copy.deepcopy(document)
    for item in left["paths"].values():
        _take_out(item, off)
    left["paths"] = {path: item for path, item in left["paths"].items() if METHODS & item.keys()}
    left["tags"] = [_readable(tag) for tag in left.get("tags", ()) if tag["name"] not in off]
    left["components"] = _used(left)
    return left


def _take_out(item: Document, off: set[str]) -> None:
    for method in METHODS & item.keys():
        if off & set(item[method]["tags"]):
            del item[method]
        else:
            item[method]["tags"] = [tag.removeprefix(PREFIX) for tag in item[method]["tags"]]


def _readable(tag: Document) -> Document:
    return {**tag, "name": tag["name"].removeprefix(PREFIX)}


def _used(document: Document) -> Document:
    """The components that something still refers to, directly or through another one."""
    everything, used, waiting = document.get("components", {}), set[str](), [document["paths"]]
    while waiting:
        for reference in _references(waiting.pop()):
            if reference not in used:
                used.add(reference)
                _root, _components, kind, name = reference.split("/")
                waiting.append(everything[kind][name])
    kept = {
        kind: {name: part for name, part in parts.items() if f"#/components/{kind}/{name}" in used}
        for kind, parts in everything.items()
        if kind != "securitySchemes"
    }
    return {kind: parts for kind, parts in kept.items() if parts} | {
        "securitySchemes": everything.get("securitySchemes", {})
    }


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for below in part.values():
            yield from _references(below)
    elif isinstance(part, list):
        for below in part:
            yield from _references(below)
