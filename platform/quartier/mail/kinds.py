"""Sorts of mail, declared by whoever writes them: the core and, in their manifests, modules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from quartier.i18n.localized import LocalizedText
from quartier.mail.letters import Letter

LANGUAGES = {"de", "en", "fr"}


@dataclass(frozen=True)
class MailKind:
    """A sort of mail, such as "accounts.reset"; a module's begin with its slug.

    `label` says to staff and readers what it is. `sample` writes one as an example, in the voice that is bound. An
    `essential` kind reaches people whatever they have switched off. A `secret` one opens something (a link, a code):
    its words are forgotten as soon as it is on its way.
    """

    key: str
    label: Mapping[str, str]
    sample: Callable[[], Letter]
    essential: bool = False
    secret: bool = False

    def __post_init__(self) -> None:
        if missing := LANGUAGES - self.label.keys():
            raise ValueError(f"{self.key}: the label is missing in {sorted(missing)}")

    @property
    def name(self) -> LocalizedText:
        """The label, as the rest of the product passes texts around."""
        return LocalizedText(self.label)
