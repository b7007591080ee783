"""The sentences behind the codes of this package, as English msgids: whoever shows a page puts them into the reader's
language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final


def _(msgid: str) -> str:
    """Mark a sentence for the catalogues; it is translated where it is shown."""
    return msgid


COLOUR_REASONS: Final[Mapping[str, str]] = {
    "empty": _("Enter the brand colour, for example #1F5C4A."),
    "has_alpha": _("A brand colour cannot be transparent. Leave out the last digits: six are enough, as in #1F5C4A."),
    "not_hex": _("This is not a colour. Write # and six digits from 0 to F, for example #1F5C4A."),
}
IMAGE_REASONS: Final[Mapping[str, str]] = {
    "too_large": _("This file is too large. Drawings (SVG) may have up to 512 kB, logos 5 MB, photographs 15 MB."),
    "too_many_pixels": _("This picture has too many pixels. Save it in a smaller size, for example 2000 pixels wide."),
    "not_an_image": _("This file is not a picture. Choose a PNG, JPEG, WebP or SVG file."),
    "unsafe_svg": _("This drawing contains more than a drawing. Export it again as plain SVG, or choose a PNG file."),
    "broken": _("This picture cannot be read. It may be damaged: save it again, or choose another file."),
}
"""Why a picture was refused, by `ImageRefused.reason`, as a sentence for whoever uploaded it."""
LOGO_REMARKS: Final[Mapping[str, str]] = {
    "empty": _("Nothing is to be seen in this picture."),
    "all_white": _("This logo is white throughout, and would not be seen on light pages. It fits on the brand colour."),
    "all_dark": _("This logo is black throughout: it suggests no colour."),
    "no_colour": _("This logo has shades of grey only: it suggests no colour."),
    "small": _("This picture is small and will look blurred. A drawing (SVG) or a larger picture looks sharp."),
    "large": _("This picture was far larger than needed. It has been made smaller."),
    "animated": _("This picture moves. Its first image is kept, and stands still."),
    "cmyk": _("This file has the colours of print (CMYK). On a screen they look different: compare the brand colour."),
    "letters": _(
        "The words in this drawing are letters, and each device writes them in a face of its own. Saved with outlines "
        "(paths), they look the same everywhere."
    ),
    "words_only": _(
        "This logo is a line of words, and becomes small in the bar. As the app icon, a sign suits better."
    ),
}
"""What to know about a logo that was taken, by `proposal.Remark`."""
ADJUSTMENTS: Final[Mapping[str, str]] = {
    "darker_as_text": _("Too light for text: links and icons are written in %(used)s, the same hue but darker."),
    "darker_as_edge": _("Too light for outlines: buttons and fields get an edge in %(used)s."),
    "dark_text_on_brand": _("White would be hard to read on this colour: it carries dark text."),
    "second_moved_as_text": _("As text on the brand colour, the second colour becomes %(used)s."),
}
