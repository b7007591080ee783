"""Sorts of mail and of notifications, declared by whoever writes them: the core and, in their manifests, modules."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from textwrap import shorten
from typing import TYPE_CHECKING, Any, Final, Literal, get_args
from uuid import UUID

from quartier.i18n.localized import LocalizedText, Picked
from quartier.i18n.texts import gettext as _
from quartier.mail.invitations import Invitation
from quartier.mail.letters import Action, Letter

if TYPE_CHECKING:
    from quartier.audience.audience import Audience
    from quartier.tenancy.session import CompanySession

LANGUAGES = {"de", "en", "fr"}
Pace = Literal["now", "daily", "weekly", "never"]
PACES: Final[tuple[Pace, ...]] = get_args(Pace)
Because = Literal["", "access", "safety", "asked", "duty"]
"""Why a mail is always sent: nobody gets in without it, it guards an account, its reader asked for it, or somebody has
to act on it."""

LONGEST_ABOUT: Final = 100
"""Characters of what a notification is about in a mail's subject; the rest is in the mail."""


@dataclass(frozen=True)
class MailKind:
    """A sort of mail, such as "accounts.reset"; a module's begin with its slug.

    `label` says to staff and readers what it is. `sample` writes one as an example from the company of
    that name, in the voice that is bound. An `essential` kind reaches people whatever they have chosen, and says why. A
    `secret` one opens something (a link, a code): its words are forgotten as soon as it is on its way, so it cannot
    wait for a summary. `default` is how soon it comes to who has not chosen, at a company that has not either. A kind
    for the `team` is offered to nobody else.
    """

    key: str
    label: Mapping[str, str]
    sample: Callable[[str], Letter]
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


Facts = Mapping[str, Any]
"""What `tell` makes words of: plain values as they were given to `notify`, and a `Picked` for each LocalizedText."""
SOMEWHERE: Final = "https://portal.example/"  # in examples


@dataclass(frozen=True)
class Words:
    """A notification in the reader's language: a sentence of ours, below it what it is about, and for mails more.

    `text` is usually a company's or a person's own words, in whichever language they are: hand over the `Picked` and
    they are marked with it. `paragraphs` stand in mails only, for who cannot open the portal, and the `invitation` goes
    with them, for calendars.
    """

    title: str
    text: str | Picked = ""
    paragraphs: tuple[str, ...] = ()
    invitation: Invitation | None = None

    @property
    def about(self) -> str:
        """The text, whatever its language."""
        return self.text.text if isinstance(self.text, Picked) else self.text


@dataclass(frozen=True, kw_only=True)
class NotificationKind(MailKind):
    """A sort of notification: a kind of mail that also stands under the bell.

    `tell` makes the words, in the voice that is bound, whenever somebody looks: so they are always in the reader's
    language. `example` are facts to show what it says. `audiences` answers for things that this kind was told of which
    audience each has now; what is gone or hidden is not in the answer, and nobody is told of it any more. Without
    `audiences` a notification is for those named and nobody else. What is for the team `needs` a permission, which is
    asked when it is told and when it is read.

    `default` is how soon the mail comes to who has not chosen, `in_app` whether it stands under the bell for them, and
    `push` whether it is worth ringing their devices for; a company can say otherwise.
    """

    tell: Callable[[Facts], Words]
    example: Facts = field(default_factory=dict, hash=False)
    audiences: Callable[[CompanySession, Collection[UUID]], Mapping[UUID, Audience]] | None = None
    needs: str = ""
    in_app: bool = True
    push: bool = True
    sample: Callable[[str], Letter] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sample", self._example)
        if self.secret:
            raise ValueError(f"{self.key}: what is secret stands under no bell")
        super().__post_init__()

    def _example(self, _company: str) -> Letter:
        return letter_of(self.tell(self.example), _("Hello"), SOMEWHERE)


def letter_of(words: Words, greeting: str, url: str | None) -> Letter:
    """The mail of a notification; `url` is where its thing is, None for who cannot sign in."""
    about = shorten(words.about, LONGEST_ABOUT, placeholder="…")
    subject = _("%(title)s: %(about)s", title=words.title, about=about) if about else words.title
    said = words.paragraphs or tuple(filter(None, (words.title, words.about)))
    action = Action(_("Open in the portal"), url) if url else None
    return Letter(subject, greeting, said, action, invitation=words.invitation)
