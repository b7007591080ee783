"""An article on a form: what the fields show, and what the editor wants changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from plugins.faq import services
from plugins.faq.queries import EditedArticle, Wording
from plugins.faq.schemas import BODY, SUMMARY, TITLE
from plugins.faq.services import Changes
from quartier.sdk import Audience, Visit, audience_of, formats, may_choose
from quartier.sdk import gettext as _
from quartier.sdk import lazy_gettext as _l

Typed = MultiDict[str, str]

PARTS: Mapping[str, str] = {"title": _l("Title"), "summary": _l("In one sentence"), "body": _l("Text")}
LONGEST = {"title": TITLE, "summary": SUMMARY, "body": BODY}


def typed_of(article: EditedArticle) -> Typed:
    """The form of an article as it is saved."""
    typed: Typed = MultiDict()
    for language, text in article.texts.items():
        typed |= {f"texts.{language}.{part}": getattr(text, part) for part in PARTS}
    typed |= {"version": str(article.version), "slug": article.slug, "category_id": str(article.category_id)}
    typed.setlist("related", [str(row.id) for row in article.related])
    typed.setlist("where", sorted(map(str, article.audience.where)))
    typed.setlist("who", sorted(article.audience.who))
    return typed


def wording(typed: Typed, language: str) -> Wording:
    """One language of the form."""
    return Wording(*(_clean(typed.get(f"texts.{language}.{part}", "")) for part in PARTS))


def copied(visit: Visit, typed: Typed) -> Typed:
    """The form with one language's text put into another one, where nothing stands yet."""
    source, _dash, target = typed.pop("copy").partition("-")
    if {source, target} <= set(visit.company.languages):
        for part in PARTS:
            if not typed.get(f"texts.{target}.{part}", "").strip():
                typed[f"texts.{target}.{part}"] = typed.get(f"texts.{source}.{part}", "")
        typed["language"] = target
    return typed


def chosen(typed: Typed) -> Audience:
    """The audience on the form; what the form cannot have offered means nobody's choice, so everybody."""
    try:
        return audience_of(typed)
    except ValueError:
        return Audience()


def changes_of(visit: Visit, typed: Typed) -> Changes:
    """What the form wants changed. Raises ValidationError with a sentence for each field."""
    errors: dict[str, list[str]] = {}
    texts = {language: wording(typed, language) for language in visit.company.languages}
    for language, text in texts.items():
        found = {part: _too_long(part, getattr(text, part)) for part in PARTS}
        errors |= {f"texts.{language}.{part}": words for part, words in found.items() if words}
    if not any(text.title for text in texts.values()):
        errors[f"texts.{visit.company.default_language}.title"] = [_("Please give the article a title.")]
    category_id = _uuid(typed.get("category_id", ""))
    if category_id is None:
        errors["category_id"] = [_("Please choose a topic.")]
    slug = _clean(typed.get("slug", ""))
    if slug and slug != services.slug_of(slug):
        better = services.slug_of(slug) or "keys"
        errors["slug"] = [_("Small letters, digits and hyphens only, such as “%(slug)s”.", slug=better)]
    audience = chosen(typed)
    if audience != _sent(typed) or not may_choose(visit.db, audience):
        errors["where"] = [_("This choice is not possible any more. Please choose again.")]
    if errors:
        raise ValidationError(errors)
    related = [one for text in typed.getlist("related") if (one := _uuid(text))]
    return Changes(texts=texts, slug=slug or None, category_id=category_id, audience=audience, related=related)


def moment_of(visit: Visit, typed: Typed) -> datetime:
    """When to publish: day and time by the author's clock. Raises ValidationError."""
    try:
        at = datetime.fromisoformat(typed.get("publish_at", "")).replace(tzinfo=visit.zone)
    except ValueError:
        raise ValidationError({"publish_at": [_("Please choose a day and a time.")]}) from None
    if at <= visit.now:
        raise ValidationError({"publish_at": [_("This moment has passed. Publish now, or choose a later one.")]})
    return at


def _sent(typed: Typed) -> Audience | None:
    try:
        return audience_of(typed)
    except ValueError:
        return None


def _too_long(part: str, text: str) -> list[str]:
    if len(text) <= LONGEST[part]:
        return []
    numbers = {"most": formats.format_number(LONGEST[part]), "now": formats.format_number(len(text))}
    return [_("At most %(most)s characters; now there are %(now)s.", **numbers)]


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\0", "").strip()


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
