"""The validation library's English messages as sentences in the reader's language.

They are recognised by their wording, after the fact: so a schema needs nothing special, whoever wrote it, and speaks to
a person at a form as to a program. A test walks through the library and finds every message that is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from quartier.i18n import formats
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.i18n.texts import ngettext

Say = Callable[..., str]

PLAIN: Final = {
    "Missing data for required field.": _l("Please fill this in."),
    "Field may not be null.": _l("Please fill this in."),
    "Invalid value.": _l("This does not fit here."),
    "Invalid input.": _l("This does not fit here."),
    "Invalid type.": _l("This does not fit here."),
    "Invalid input type.": _l("This does not fit here."),
    "Unknown field.": _l("This field is not known."),
    "Not a valid boolean.": _l("Only yes or no is possible here."),
    "Not a valid string.": _l("This must be text."),
    "Not a valid utf-8 string.": _l("This must be text."),
    "Not a valid number.": _l("Please enter a number."),
    "Not a valid integer.": _l("Please enter a whole number."),
    "Number too large.": _l("This number is too large."),
    "Special numeric values (nan or infinity) are not permitted.": _l("Please enter a number."),
    "Not a valid date.": _l("Please enter a date, such as 2026-03-17."),
    "Not a valid time.": _l("Please enter a time, such as 13:30."),
    "Not a valid datetime.": _l("Please enter a date and a time."),
    "Not a valid naive datetime.": _l("Please enter a date and a time."),
    "Not a valid aware datetime.": _l("Please enter a date and a time."),
    "Not a valid period of time.": _l("Please enter a number."),
    "Not a valid email address.": _l("This is not an e-mail address. It looks like name@example.ch."),
    "Not a valid URL.": _l("This is not a web address. It begins with https://."),
    "Not a valid UUID.": _l("This does not fit here."),
    "Not a valid list.": _l("A list is expected here."),
    "Not a valid tuple.": _l("A list is expected here."),
    "Not a valid mapping type.": _l("This does not fit here."),
    "String does not match expected pattern.": _l("This is not written as expected."),
    "Not a valid IP address.": _l("This is not a network address."),
    "Not a valid IPv4 address.": _l("This is not a network address."),
    "Not a valid IPv6 address.": _l("This is not a network address."),
    "Not a valid IP interface.": _l("This is not a network address."),
    "Not a valid IPv4 interface.": _l("This is not a network address."),
    "Not a valid IPv6 interface.": _l("This is not a network address."),
}
WITH_VALUES: Final[tuple[tuple[str, Say], ...]] = (
    (r"Shorter than minimum length (\d+)\.", lambda n: _at_least(int(n))),
    (r"Longer than maximum length (\d+)\.", lambda n: _at_most(int(n))),
    (r"Length must be between (\d+) and (\d+)\.", lambda least, most: _between_lengths(int(least), int(most))),
    (
        r"Length must be (\d+)\.",
        lambda n: ngettext("Exactly %(num)s character.", "Exactly %(num)s characters.", int(n)),
    ),
    (r"Must be greater than or equal to (\S+)\.", lambda least: _("At least %(value)s.", value=least)),
    (r"Must be less than or equal to (\S+)\.", lambda most: _("At most %(value)s.", value=most)),
    (r"Must be greater than (\S+)\.", lambda bound: _("More than %(value)s.", value=bound)),
    (r"Must be less than (\S+)\.", lambda bound: _("Less than %(value)s.", value=bound)),
    (
        r"Must be greater than or equal to (\S+) and less than or equal to (\S+)\.",
        lambda least, most: _("From %(least)s to %(most)s.", least=least, most=most),
    ),
    (
        r"Must be greater than (?:or equal to )?(\S+) and less than (?:or equal to )?(\S+)\.",
        lambda least, most: _("Between %(least)s and %(most)s.", least=least, most=most),
    ),
    (r"Must be equal to (.*)\.", lambda value: _("This must be %(value)s.", value=value)),
    (r"Must be one of: .*\.", lambda: _("Please choose one of the options.")),
    (r"One or more of the choices you made was (?:not )?in: .*\.", lambda: _("Please choose from the options.")),
)
_COMPILED: Final = tuple((re.compile(pattern, re.DOTALL), say) for pattern, say in WITH_VALUES)


def sentence(message: object) -> str:
    """What a message of the library means; a sentence of our own stays as it is."""
    text = str(message)
    if text in PLAIN:
        return str(PLAIN[text])
    for pattern, say in _COMPILED:
        if found := pattern.fullmatch(text):
            return say(*found.groups())
    return text


def _at_least(count: int) -> str:
    return ngettext("At least %(num)s character.", "At least %(num)s characters.", count)


def _at_most(count: int) -> str:
    return ngettext("At most %(num)s character.", "At most %(num)s characters.", count)


def _between_lengths(least: int, most: int) -> str:
    """A range that starts at one only says that something must stand there; the end is what the reader must know."""
    if least <= 1:
        return _at_most(most)
    return _("%(least)s to %(most)s characters.", least=least, most=formats.format_number(most))
