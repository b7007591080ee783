"""What people type, and what texts are found by: both go through the same fold, or nothing would ever match."""

from __future__ import annotations

import re

from quartier.i18n.search import fold

MOST_WORDS, LONGEST_WORD = 8, 40

_UMLAUT_SPELT_OUT = re.compile(r"(?<![aeoq])ue|ae|oe")
_FILLERS = frozenset(
    """
    a about ai am an and are as at au aux avec be beim bei can ce ces comment con d da dans das de dem den der des did
    die do does dois doit du ein eine einem einen einer en er es est et faire fait fur habe have how i ich if il im in
    is ist it j je kann l la las le les ma man me mein meine meinem meinen meiner mes mich mir mit mon muss must my n
    ne nicht not of on ou par pas peux pour qu que quel quelle qui quoi s se sein sich si sie sind sont sur the to tun
    um un und une uns unser unsere van vom von vor vos votre wann was we wenn wer werden wie wir wird wo wohin you
    your zu zum zur
    """.split()
)


def search_key(text: str) -> str:
    """The text as it is searched: folded, umlauts by one letter however they were typed, blanks around each word."""
    return f" {_simplified(text)} " if text else ""


def search_words(query: str) -> list[str]:
    """What to look for in a question: its words without those that every text has, each once, in order.

    A question of nothing but fillers ("wo ist was?") keeps them.
    """
    words = list(dict.fromkeys(word[:LONGEST_WORD] for word in _simplified(query[:500]).split()))
    telling = [word for word in words if word not in _FILLERS]
    return (telling or words)[:MOST_WORDS]


def _simplified(text: str) -> str:
    return _UMLAUT_SPELT_OUT.sub(lambda found: found[0][0], fold(text))
