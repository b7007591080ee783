"""The installation's key: one for all processes, private, and of no use for two purposes."""

from __future__ import annotations

import multiprocessing
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from quartier import keys
from quartier.config import Config
from quartier.keys import Unsealable, seal, unseal

SECRET = "a long secret of the operator, kept in a vault"


def ask(var: Path, start: object, answers: object) -> None:
    start.wait()  # type: ignore[attr-defined]
    answers.put(keys.key_of(Config(var=var)))  # type: ignore[attr-defined]


def test_processes_that_start_at_once_have_the_same_key(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    start, answers = context.Barrier(3), context.Queue()
    processes = [context.Process(target=ask, args=(tmp_path, start, answers)) for _ in range(3)]
    for process in processes:
        process.start()
    found = {answers.get(timeout=60) for _ in processes}
    for process in processes:
        process.join()
    assert found == {keys.key_of(Config(var=tmp_path))}
    assert {len(key) for key in found} == {64}


def test_only_the_owner_reads_it(tmp_path: Path) -> None:
    keys.key_of(Config(var=tmp_path))
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(SECRET)
    (tmp_path / "key").chmod(0o640)
    with pytest.raises(keys.KeyUnusable, match="chmod 600"):
        keys.key_of(Config(var=tmp_path))


def test_what_a_crash_left_half_written_is_written_anew(tmp_path: Path) -> None:
    (tmp_path / "key").touch(mode=0o600)
    assert len(keys.key_of(Config(var=tmp_path))) == 64


def test_the_operators_own_key_goes_first(tmp_path: Path) -> None:
    config = Config.from_env({"QUARTIER_KEY": SECRET, "QUARTIER_VAR": str(tmp_path)})
    assert keys.key_of(config) == SECRET.encode()
    assert not (tmp_path / "key").exists()
    assert SECRET not in repr(config)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(keys.KeyUnusable, match="32 characters"):
        keys.key_of(replace(Config(), key="quartier"))


def test_purposes_and_parts_are_apart() -> None:
    key = SECRET.encode()
    asked = [("code", "ab", "c"), ("code", "a", "bc"), ("code", "abc"), ("link", "ab", "c"), ("code", "ab", b"c")]
    found = [keys.derive(key, *one) for one in asked]
    assert found[0] == found[-1]
    assert len(set(found)) == len(found) - 1
    assert keys.derive(b"another key, as long as it has to be", *asked[0]) != found[0]


def test_what_is_sealed_opens_only_here_and_for_what_it_is_about() -> None:
    ours, theirs = b"k" * 32, b"l" * 32
    sealed = seal(ours, "webhook", "whsec_Zürich", b"company", b"hook")
    assert unseal(ours, "webhook", sealed, b"company", b"hook") == "whsec_Zürich"
    assert seal(ours, "webhook", "whsec_Zürich", b"company", b"hook") != sealed
    for key, purpose, text, about in (
        (theirs, "webhook", sealed, (b"company", b"hook")), (ours, "mail", sealed, (b"company", b"hook")),
        (ours, "webhook", sealed, (b"companyhook",)),
        (ours, "webhook", sealed[:-8] + "AAAAAAA=", (b"company", b"hook")),
        (ours, "webhook", "sealed:1:%", (b"company", b"hook")), (ours, "webhook", "plain", (b"company", b"hook")),
    ):  # fmt: skip
        with pytest.raises(Unsealable):
            unseal(key, purpose, text, *about)
