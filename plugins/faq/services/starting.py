"""What a company has on the first day: topics that every house needs, and nothing in them."""

from __future__ import annotations

from sqlalchemy import select

from plugins.faq.models import Category
from plugins.faq.services.categories import create_category
from quartier.sdk import CompanySession, LocalizedText, Viewer

TOPICS = (
    ("heating", "heat", {"de": "Heizen und Lüften", "en": "Heating and fresh air", "fr": "Chauffage et aération"}),
    ("repairs", "wrench", {"de": "Schäden und Reparaturen", "en": "Damage, repairs", "fr": "Dégâts et réparations"}),
    ("keys", "key", {"de": "Schlüssel und Zugang", "en": "Keys and access", "fr": "Clés et accès"}),
    ("house", "wash", {"de": "Hausordnung, Waschküche", "en": "House rules, laundry", "fr": "Vie commune, buanderie"}),
    ("waste", "recycle", {"de": "Abfall und Recycling", "en": "Waste and recycling", "fr": "Déchets et tri"}),
    ("rent", "coins", {"de": "Miete und Nebenkosten", "en": "Rent and service charges", "fr": "Loyer et charges"}),
    ("moving", "truck", {"de": "Ein- und Auszug", "en": "Moving in and out", "fr": "Arrivée et départ"}),
)


def plant_default_topics(db: CompanySession, *, by: Viewer) -> None:
    """Give a company without topics the usual ones; a company that has some keeps them as they are."""
    if db.scalars(select(Category.id)).first() is None:
        for key, icon, name in TOPICS:
            create_category(db, by=by, key=key, icon=icon, name=LocalizedText(name))
