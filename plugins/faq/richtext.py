"""The text of an article: the house's Markdown, with the article's own attachments in it."""

from __future__ import annotations

from collections.abc import Mapping

from quartier.sdk import RichText
from quartier.sdk import render_markdown as rendered

FILE_ROUTE = "/faq/files/"


def render_markdown(source: str, files: Mapping[str, str]) -> RichText:
    """Render an article; `files` gives the id of each attachment by its name, which the text calls `files/<name>`."""
    return rendered(source, {name: f"{FILE_ROUTE}{one}/{name}" for name, one in files.items()})
