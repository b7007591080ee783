"""What was read of modules' contents, kept by one process while they stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from typing import Any, TypeVar, cast
from uuid import UUID

T = TypeVar("T")

Modules = str | tuple[str, ...]
Version = int | tuple[int, ...]
Key = tuple[UUID, Modules, Hashable]


class KeptContents:
    """Values by company, module and key, each true for one version of the module's contents.

    The version comes with a visit's first statement, and so from before anything is read: a value is at least as new
    as the version it is kept under, and a change that is committed is seen by the next request of every process. Where
    there are too many, what nobody asked for the longest goes.
    """

    def __init__(self, *, size: int = 300, things: int = 3000) -> None:
        self._size, self._most = size, things
        self._kept: dict[Key, tuple[Version, object]] = {}
        self._things: dict[Key, tuple[Hashable, object]] = {}

    def has(self, key: Key, version: Version) -> bool:
        """Whether the value of this version can be had without reading it."""
        found = self._kept.get(key)
        return found is not None and found[0] == version

    def get(self, key: Key, version: Version, read: Callable[[], T]) -> T:
        """The value of this version, read now if need be. Nobody may change it."""
        found = self._kept.get(key)
        if found is not None and found[0] == version:
            self._kept.pop(key, None)  # to the end: what goes first is what was not asked for the longest
            self._kept[key] = found
            return cast(T, found[1])
        value = read()
        if found is None and len(self._kept) >= self._size:
            self._drop_first(self._kept)
        self._kept[key] = (version, value)
        return value

    def each(
        self, company: UUID, module: str, kind: Hashable, versions: Mapping[UUID, Hashable],
        read: Callable[[list[UUID]], Mapping[UUID, T]],
    ) -> dict[UUID, T]:  # fmt: skip
        """Things that carry a version of their own, by id; those that are missing or changed are read in one go.

        What cannot be read any more is left out. A thing is small, a card of a list, and there is room for many.
        """
        keys: dict[UUID, Key] = {one: (company, module, (kind, one)) for one in versions}
        found = {one: self._things.get(keys[one]) for one in versions}
        missing = [one for one, kept in found.items() if kept is None or kept[0] != versions[one]]
        for one, value in (read(missing) if missing else {}).items():
            found[one] = self._things[keys[one]] = (versions[one], value)
        while len(self._things) > self._most:
            self._drop_first(self._things)
        return {one: cast(T, kept[1]) for one, kept in found.items() if kept and kept[0] == versions[one]}

    @staticmethod
    def _drop_first(kept: dict[Key, Any]) -> None:
        """Other threads write meanwhile, and a dictionary that grows is not walked through: then the next one drops."""
        with suppress(StopIteration, RuntimeError):
            kept.pop(next(iter(kept)), None)
