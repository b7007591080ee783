"""Plain texts as they come out of mail, word processors and web pages."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.faq.exchange.plaintext import markdown_of
from plugins.faq.richtext import render_markdown

ONE_LINE_PER_PARAGRAPH = """\
Inhalt
- Fenster öffnen
- Heizung drosseln
Mit diesen zwei Handgriffen bleibt Ihre Wohnung trocken.
Fenster öffnen
Öffnen Sie am Morgen und am Abend alle Fenster für fünf Minuten.
Wichtig: Gekippte Fenster kühlen nur die Wand.
Heizung drosseln
Stellen Sie den Thermostat zurück, solange gelüftet wird. Nachher stellen Sie ihn wieder ein.
"""
BROKEN_LINES = """\
Le local à vélos
Le local se trouve au sous-sol, à côté de la buanderie. Il est ouvert à tous les habitants de
l’immeuble. La clé est celle de la porte d’entrée.
Remarque :
Les vélos sans étiquette sont retirés deux fois par an par le concierge,
qui les garde trois mois.
Remorques et vélos-cargos
Demandez une place à la gérance. Les places sont attri-
buées dans l’ordre des demandes.
"""
NUMBERED_CHAPTERS = """\
How to use the laundry room

N

1. Before washing

Booking

Book a slot of four hours. The calendar hangs beside the door.

Payment

Load your card at the terminal.

2. After washing

Please leave the room as you would like to find it.
"""
STEPS = """\
So geht es:
1 - Drehen Sie den Thermostat zu und warten Sie, bis der Heizkörper ganz
kalt geworden ist
2 - Öffnen Sie die Schraube
• Becher
• Lappen
"""


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        (
            ONE_LINE_PER_PARAGRAPH,
            """\
Mit diesen zwei Handgriffen bleibt Ihre Wohnung trocken.

## Fenster öffnen

Öffnen Sie am Morgen und am Abend alle Fenster für fünf Minuten.

> [!WARNING] Wichtig
> Gekippte Fenster kühlen nur die Wand.

## Heizung drosseln

Stellen Sie den Thermostat zurück, solange gelüftet wird. Nachher stellen Sie ihn wieder ein.""",
        ),
        (
            BROKEN_LINES,
            """\
## Le local à vélos

Le local se trouve au sous-sol, à côté de la buanderie. Il est ouvert à tous les habitants de l’immeuble. \
La clé est celle de la porte d’entrée.

> [!NOTE] Remarque
> Les vélos sans étiquette sont retirés deux fois par an par le concierge, qui les garde trois mois.

## Remorques et vélos-cargos

Demandez une place à la gérance. Les places sont attribuées dans l’ordre des demandes.""",
        ),
        (
            NUMBERED_CHAPTERS,
            """\
## How to use the laundry room

## 1. Before washing

### Booking

Book a slot of four hours. The calendar hangs beside the door.

### Payment

Load your card at the terminal.

## 2. After washing

Please leave the room as you would like to find it.""",
        ),
        (
            STEPS,
            """\
So geht es:

1. Drehen Sie den Thermostat zu und warten Sie, bis der Heizkörper ganz kalt geworden ist
2. Öffnen Sie die Schraube

- Becher
- Lappen""",
        ),
    ],
    ids=["paragraphs", "broken lines", "chapters", "steps"],
)
def test_structure_is_found(text: str, markdown: str) -> None:
    assert markdown_of(text) == markdown


def test_signs_stay_signs() -> None:
    text = "Der Code lautet *17#* und [nicht] <anders>."
    assert render_markdown(markdown_of(text), {}).plain == text


@given(
    st.lists(st.sampled_from(["Ein Satz.", "Titel", "- Punkt", "1. Schritt", "", "Hinweis:", "klein weiter", "x" * 95]))
)
@settings(max_examples=150, deadline=None)
def test_no_order_of_lines_loses_a_word(lines: list[str]) -> None:
    words = render_markdown(markdown_of("\n".join(lines)), {}).plain
    for line in ("Satz", "Punkt", "Schritt", "klein"):
        assert words.count(line) == sum(line in one for one in lines)
