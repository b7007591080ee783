"""What is said about each error, and which next steps are offered, the best one first."""

from __future__ import annotations

from typing import Final

from quartier.i18n.texts import lazy_gettext as _l

BACK: Final = ("back", _l("Go back"))
AGAIN: Final = ("again", _l("Try again"))
HOME: Final = ("home", _l("Go to the home page"))
SIGN_IN: Final = ("sign-in", _l("Sign in"))

WORDS: Final[dict[int, tuple[str, str]]] = {
    400: (
        _l("We did not understand that"),
        _l("The page may have been open for long, or the request came from another site. Reload it and try once more."),
    ),
    401: (
        _l("You are signed out"),
        _l("Nothing was saved. Sign in and do it once more."),
    ),
    403: (
        _l("This is not open to you"),
        _l("Your account does not have the right for it. Whoever manages the team can give it to you."),
    ),
    404: (
        _l("There is nothing here"),
        _l("The address is wrong, or what stood here has gone. The search finds what is there now."),
    ),
    409: (
        _l("Somebody was quicker"),
        _l("The same thing was changed at the same moment. Go back to see how it stands now, then make your change."),
    ),
    410: (
        _l("This link has had its day"),
        _l("It was used already, or it is too old. Ask for a new one; that takes a minute."),
    ),
    413: (
        _l("That was too large"),
        _l("We cannot take a file of this size. Choose a smaller one, or save the picture with fewer pixels."),
    ),
    423: (
        _l("At the moment you can only read here"),
        _l("Nothing was saved. What is there stays and can be read; new entries and changes are not possible."),
    ),
    429: (
        _l("One moment, please"),
        _l("There were many tries in a short time. Wait a minute, then it works again."),
    ),
    500: (
        _l("Something went wrong on our side"),
        _l("It was not your doing, and we have taken note. Try again; if it stays like this, name us the reference."),
    ),
    503: (
        _l("Back in a moment"),
        _l("The portal is being looked after. Try again in a few seconds; nothing is lost."),
    ),
}
STEPS: Final[dict[int, tuple[tuple[str, str], ...]]] = {
    400: (BACK, HOME),
    401: (SIGN_IN,),
    403: (HOME, BACK),
    404: (HOME, BACK),
    409: (BACK, HOME),
    410: (HOME,),
    413: (BACK, HOME),
    423: (BACK, HOME),
    429: (AGAIN, HOME),
    500: (AGAIN, HOME),
    503: (AGAIN,),
}
