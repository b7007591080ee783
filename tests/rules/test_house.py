"""What keeps the house a house: rules about files, which no linter knows."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
HOMELESS = {"utils.py", "util.py", "helpers.py", "common.py", "misc.py"}
FRONT_END = {".js", ".mjs", ".css"}
LONGEST_LINE_BY_HAND = 1000

# In two halves, so that this file may be read by its own test.
REGISTRIES = [
    "".join(halves)
    for halves in (
        ("pypi", ".org"),
        ("pypi.python", ".org"),
        ("python", "hosted.org"),
        ("npm", "js.org"),
        ("npm", "js.com"),
        ("yarn", "pkg.com"),
        ("deb.debian", ".org"),
        ("un", "pkg.com"),
        ("js", "delivr.net"),
        ("cdn", "js.com"),
        ("cdn", "js.cloudflare.com"),
        ("es", "m.sh"),
        ("proxy.golang", ".org"),
        ("crates", ".io"),
    )
]


@cache
def files() -> tuple[Path, ...]:
    """Every file that is, or is about to be, part of the repository, relative to its top."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return tuple(sorted(Path(name) for name in listed if name and (ROOT / name).is_file()))


@cache
def pins(lock: str) -> dict[str, tuple[str, bool]]:
    """Package → version and whether a digest follows, as `requirements/<lock>.txt` has them."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    found = re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==([^\s;\\]+)[^\n]*\n(    --hash=sha256:)?", text, re.MULTILINE)
    return {canonicalize_name(name): (version, bool(digest)) for name, version, digest in found}


def asked() -> tuple[list[Requirement], list[Requirement]]:
    """What pyproject.toml asks for: to run, and to develop."""
    facts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    development = facts["dependency-groups"]["dev"]
    return [Requirement(line) for line in facts["project"]["dependencies"]], [Requirement(line) for line in development]


def unmet(requirements: list[Requirement], lock: str) -> list[str]:
    """Requirements that the lock does not hold in a version that satisfies them."""
    held = pins(lock)
    versions = {name: version for name, (version, _digest) in held.items()}
    return [
        str(ask) for ask in requirements if not ask.specifier.contains(versions.get(canonicalize_name(ask.name), "0"))
    ]


def test_our_source_root_leaves_the_standard_library_alone() -> None:
    ask = "import platform, sys; print(platform.__file__)"
    answer = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, check=True, capture_output=True, text=True)
    assert not (ROOT / "platform" / "__init__.py").exists()
    assert Path(answer.stdout.strip()).name == "platform.py"


def test_no_file_says_where_packages_come_from() -> None:
    named = re.compile("|".join(map(re.escape, REGISTRIES)).encode())
    assert [str(path) for path in files() if named.search((ROOT / path).read_bytes())] == []


def test_everything_has_a_room_of_its_own() -> None:
    assert [str(path) for path in files() if path.name in HOMELESS] == []


def test_no_query_asks_the_database_which_day_it_is() -> None:
    """It counts in UTC. Where a company is, the day begins earlier: `company_today()`, or a day that is handed in."""
    code = [name for name in files() if name.suffix == ".py" and name.parts[0] in {"platform", "plugins"}]
    asking = re.compile(r"\bcurrent_date\b", re.IGNORECASE)
    found = {
        str(name) for name in code if "migrations" not in name.parts and asking.search((ROOT / name).read_text("utf-8"))
    }
    assert {name for name in found if "/tests/" not in name} == set()


def test_front_end_files_of_others_are_fetched_and_never_committed() -> None:
    parts = [path for path in files() if {"node_modules", "vendor"} & set(path.parts)]
    written_by_machine = [
        path
        for path in files()
        if path.suffix in FRONT_END
        and max(map(len, (ROOT / path).read_text(encoding="utf-8").splitlines()), default=0) > LONGEST_LINE_BY_HAND
    ]
    assert parts + written_by_machine == []


def test_the_locks_hold_what_is_asked_for() -> None:
    runtime, development = asked()
    assert (unmet(runtime, "runtime"), unmet(runtime + development, "dev")) == ([], [])


def test_development_runs_the_versions_that_are_shipped() -> None:
    shipped, used = pins("runtime"), pins("dev")
    assert {name: used.get(name) for name in shipped} == shipped


@pytest.mark.parametrize("lock", ["runtime", "dev"])
def test_every_locked_package_has_its_digest(lock: str) -> None:
    lines = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8").splitlines()
    packages = [line for line in lines if line and not line.startswith(("#", " "))]
    assert len(packages) == len(pins(lock)) > 0
    assert [name for name, (_version, digest) in pins(lock).items() if not digest] == []


def test_the_front_end_lock_holds_exactly_what_is_asked_for() -> None:
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    wanted = package["dependencies"] | package["devDependencies"]
    assert {name: locked.get(f"node_modules/{name}", {}).get("version") for name in wanted} == wanted
    assert [name for name, entry in locked.items() if name and ("resolved" in entry or "integrity" not in entry)] == []


def test_help_tells_of_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {name for line in re.findall(r"^\.PHONY:(.*)$", makefile, re.MULTILINE) for name in line.split()}
    told = subprocess.run(["make", "help"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    sentences = dict(re.findall(r"^make (\w+) +(\S.*)$", told, re.MULTILINE))
    assert sentences.keys() == targets
