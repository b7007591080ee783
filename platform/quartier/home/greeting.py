"""The first words on the home page: as one greets here, in this language and tone, at any hour."""

from __future__ import annotations

from quartier.i18n.texts import current_voice, gettext, pgettext
from quartier.viewer import Viewer

SWISS = frozenset({"CH", "LI"})


def greeting(viewer: Viewer, own: str = "") -> str:
    """`Grüezi, Frau Keller`, `Hallo, Jannis`, `Bonjour Madame Rochat`; the whole name without a salutation.

    `own` is the company's word of welcome: one word is how one greets there, and takes the name (`Moin, Jannis`).
    """
    voice = current_voice()
    if is_salutation(own):
        return _as_the_company_does(own.strip(), viewer, informal=voice.tone == "informal")
    if voice.tone == "informal":
        return gettext("Hello, %(given_name)s", given_name=given_name(viewer))
    name = viewer.family_name if viewer.salutation in {"ms", "mr"} else viewer.own_name
    if voice.region in SWISS:
        return _swiss(viewer.salutation, name)
    return _formal(viewer.salutation, name)


def is_salutation(own: str) -> bool:
    """Whether the company's welcome is one word to a person, not a sentence to everybody."""
    return len(own.split()) == 1


def _as_the_company_does(word: str, viewer: Viewer, *, informal: bool) -> str:
    if informal:
        return gettext("%(greeting)s, %(name)s", greeting=word, name=given_name(viewer))
    if viewer.salutation == "ms":
        return gettext("%(greeting)s, Ms %(name)s", greeting=word, name=viewer.family_name)
    if viewer.salutation == "mr":
        return gettext("%(greeting)s, Mr %(name)s", greeting=word, name=viewer.family_name)
    return gettext("%(greeting)s, %(name)s", greeting=word, name=viewer.own_name)


def given_name(viewer: Viewer) -> str:
    """The name among people who say du; an alias such as "Family Fischer" stays whole."""
    return viewer.own_name.removesuffix(viewer.family_name).strip() or viewer.own_name


def _formal(salutation: str, name: str) -> str:
    if salutation == "ms":
        return gettext("Hello, Ms %(name)s", name=name)
    if salutation == "mr":
        return gettext("Hello, Mr %(name)s", name=name)
    return gettext("Hello, %(name)s", name=name)


def _swiss(salutation: str, name: str) -> str:
    """The same in a country that has a greeting of its own."""
    if salutation == "ms":
        return pgettext("in Switzerland", "Hello, Ms %(name)s", name=name)
    if salutation == "mr":
        return pgettext("in Switzerland", "Hello, Mr %(name)s", name=name)
    return pgettext("in Switzerland", "Hello, %(name)s", name=name)
