"""Sorts of mail, declared by whoever writes them: the core and, in their manifests, modules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from quartier.i18n.localized import LocalizedText
from quartier.mail.letters import Letter

LANGUAGES = {"de", "en", "fr"}
Pace = Literal["now", "daily", "weekly", "never"]
PACES: Final[tuple[Pace, ...]] = get_args(Pace)
Because = Literal["", "access", "safety", "asked", "duty"]
"""Why a mail is always sent: nobody gets in without it, it guards an account, its reader asked for it, or somebody has
to act on it."""


@dataclass(frozen=True)
class MailKind:
    """A sort of mail, such as "accounts.reset"; a module's begin with its slug.

    `label` says to staff and readers what it is. `sample` writes one as an example, in the voice that is bound. An
    `essential` kind reaches people whatever they have chosen, and says why. A `secret` one opens something (a link, a
    code): its words are forgotten as soon as it is on its way, so it cannot wait for a summary. `default` is how soon
    it comes to who has not chosen, at a company that has not either. A kind for the `team` is offered to nobody else.
    """

    key: str
    label: Mapping[str, str]
    sample: Callable[[], Letter]
    essential: Because = ""
    secret: bool = False
    default: Pace = "now"
    team: bool = False

    def __post_init__(self) -> None:
        if missing := LANGUAGES - self.label.keys():
            raise ValueError(f"{self.key}: the label is missing in {sorted(missing)}")
        if self.essential not in get_args(Because):
            raise ValueError(f"{self.key}: {self.essential!r} is no reason why a mail is essential")
        if self.default not in self.paces:
            raise ValueError(f"{self.key}: it cannot come {self.default}")

    @property
    def name(self) -> LocalizedText:
        """The label, as the rest of the product passes texts around."""
        return LocalizedText(self.label)

    @property
    def paces(self) -> tuple[Pace, ...]:
        """How soon it can come."""
        if self.essential:
            return ("now",)
        return ("now", "never") if self.secret else PACES
