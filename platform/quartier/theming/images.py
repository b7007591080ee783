"""What all pictures of a brand have in common: the shape of a clean one, the limits, and the refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SVG_TYPE = "image/svg+xml"
Reason = Literal["too_large", "too_many_pixels", "not_an_image", "unsafe_svg", "broken"]


class ImageRefused(ValueError):
    """The file cannot be used; `reason` is a key of `wording.IMAGE_REASONS`, where the sentence for people stands."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True)
class CleanImage:
    """A picture that may be served: written by us, not by whoever sent it.

    Width and height in pixels (of the drawing, for SVG).

    `dark` is the same drawing as its own `prefers-color-scheme: dark` rules paint it, or None where it has no such
    rules. It is a file of its own because our style sheet decides which of the two is shown: a company or a person may
    choose dark against the system.
    """

    content_type: str
    body: bytes
    width: int
    height: int
    dark: bytes | None = None

    @property
    def is_svg(self) -> bool:
        return self.content_type == SVG_TYPE
