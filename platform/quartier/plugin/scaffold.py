"""`quartier plugin new`: a working module to start from, as a distribution of its own or as a folder of ours."""

from __future__ import annotations

from pathlib import Path
from string import Template

from quartier.plugin.manifest import SLUG

SKELETON = Path(__file__).parent / "skeleton"
SHORT = 11


class ScaffoldError(ValueError):
    """Why nothing was written."""


def new_plugin(slug: str, where: Path) -> Path:
    """Write a new module and return its folder.

    Inside a checkout of Quartier it becomes `plugins/<slug>`, with its entry point added to `pyproject.toml`;
    anywhere else a distribution `quartier-<slug>`. Existing files are never touched.
    """
    if not SLUG.match(slug):
        raise ScaffoldError("A slug is lower-case ASCII, 2 to 31 characters, and begins with a letter.")
    return _built_in(slug, where) if is_checkout(where) else _outside(slug, where)


def is_checkout(where: Path) -> bool:
    """Whether a folder is the top of this repository."""
    return (where / "platform" / "quartier").is_dir() and (where / "plugins").is_dir()


def _outside(slug: str, where: Path) -> Path:
    top, package = where / f"quartier-{slug.replace('_', '-')}", f"quartier_{slug}"
    _free(top)
    words = _words(slug, package)
    for path in SKELETON.glob("*.tmpl"):
        _write(path, top / path.stem, words)
    _package(top / package, words)
    return top


def _built_in(slug: str, where: Path) -> Path:
    folder = where / "plugins" / slug
    _free(folder)
    _package(folder, _words(slug, f"plugins.{slug}"))
    project = where / "pyproject.toml"
    group = '[project.entry-points."quartier.plugins"]\n'
    project.write_text(
        project.read_text(encoding="utf-8").replace(group, f'{group}{slug} = "plugins.{slug}.plugin"\n', 1),
        encoding="utf-8",
    )
    return folder


def _package(folder: Path, words: dict[str, str]) -> None:
    for path in (SKELETON / "package").rglob("*.tmpl"):
        relative = path.relative_to(SKELETON / "package").as_posix().replace("SLUG", words["slug"])
        _write(path, folder / relative.removesuffix(".tmpl"), words)


def _write(source: Path, target: Path, words: dict[str, str]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(Template(source.read_text(encoding="utf-8")).substitute(words), encoding="utf-8")


def _free(folder: Path) -> None:
    if folder.exists():
        raise ScaffoldError(f"{folder} exists already.")


def _words(slug: str, package: str) -> dict[str, str]:
    name = slug.replace("_", " ").capitalize()
    return {
        "slug": slug,
        "slug_dashed": slug.replace("_", "-"),
        "package": package,
        "name": name,
        "short": name[:SHORT],
    }
