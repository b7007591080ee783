"""Facts about the module."""

from __future__ import annotations

from typing import Any, Final

from quartier.sdk import (
    DOCUMENTS,
    PICTURES,
    CompanySession,
    FilePurpose,
    Holding,
    Manifest,
    Measure,
    Permission,
    Switch,
    ngettext,
)
from quartier.sdk import lazy_gettext as _l

VIEW, PUBLISH, ARRANGE = "pinboard.view", "pinboard.publish", "pinboard.arrange"
MODERATE = "pinboard.moderate"
REASONS: Final = ("insult", "private", "advert", "fraud", "false", "other")
DECISIONS: Final = ("kept", "removed")
FILES: Final = FilePurpose("pinboard.post", kinds=PICTURES | DOCUMENTS)

WIDER: Final = {"address": ["property", "area", "all"], "property": ["area", "all"], "area": ["all"]}
FURTHER: Final = """
    SELECT count(*) FROM pinboard_post WHERE NOT by_staff AND status = 'shown' AND reach = ANY(%(wider)s)
"""
OPEN: Final = "SELECT count(*) FROM pinboard_case WHERE decision IS NULL"
QUICK: Final = """
    SELECT count(DISTINCT author_id) FROM (
        SELECT author_id, created_at - lag(created_at) OVER (PARTITION BY author_id ORDER BY created_at) AS pause
          FROM pinboard_post
         WHERE NOT by_staff AND author_id IS NOT NULL AND created_at > now() - interval '30 days') written
     WHERE pause < make_interval(mins => %(minutes)s)
"""
IN_BUSINESS: Final = """
    SELECT count(DISTINCT a.person_id) FROM unit u
      JOIN occupancy o ON o.company_id = u.company_id AND o.unit_id = u.id
           AND o.starts <= (SELECT company_today()) AND (o.ends IS NULL OR (SELECT company_today()) < o.ends)
      JOIN occupant c ON c.company_id = o.company_id AND c.occupancy_id = o.id
      JOIN account a ON a.company_id = c.company_id AND a.person_id = c.person_id AND a.is_active
     WHERE u.is_commercial
"""


def _business(db: CompanySession, _on: Any) -> str:
    return ngettext("%(num)s person in business premises is registered.",
                    "%(num)s people in business premises are registered.", db.row(IN_BUSINESS)[0])  # fmt: skip


def _reaching(db: CompanySession, widest: Any) -> str:
    return ngettext(
        "%(num)s post that reaches further stays as it is.", "%(num)s posts that reach further stay as they are.",
        db.row(FURTHER, {"wider": WIDER.get(widest, [])})[0],
    )  # fmt: skip


def _reported(db: CompanySession, _on: Any) -> str:
    return ngettext("It holds for reports from now on; %(num)s case waits for a decision.",
                    "It holds for reports from now on; %(num)s cases wait for a decision.",
                    db.row(OPEN)[0])  # fmt: skip


def _waiting(db: CompanySession, minutes: Any) -> str:
    return ngettext(
        "In the last thirty days %(num)s person would have had to wait.",
        "In the last thirty days %(num)s people would have had to wait.",
        db.row(QUICK, {"minutes": int(minutes or 0)})[0],
    )


COMMUNITY: Final = Switch(
    "pinboard.community", "community", _l("Neighbours write to each other"),
    _l("Residents post, comment and react on the pinboard; off, they read there what you publish."),
    True, per_property=True,
)  # fmt: skip
BUSINESSES: Final = Switch(
    "pinboard.businesses", "community", _l("Business premises take part"),
    _l("Who rents business premises, and who works there, reads and writes what neighbours post."),
    False, effect=_business, per_property=True,
)  # fmt: skip
REACH: Final = Switch(
    "pinboard.reach", "community", _l("How far residents may post"),
    _l("The widest circle that they can choose for a post."),
    None, "choice", usual=_l("everybody in the portal"), effect=_reaching,
    choices={"address": _l("their house"), "property": _l("their property"), "area": _l("their postcode")},
)  # fmt: skip
HIDE_REPORTED: Final = Switch(
    "pinboard.hide_reported", "community", _l("What is reported is hidden at once"),
    _l("It comes back if you decide so; off, it stays on the board until you have decided."),
    False, effect=_reported,
)  # fmt: skip
SLOW: Final = Switch(
    "pinboard.slow", "community", _l("Time between two posts"),
    _l("So long somebody waits before posting again, which calms heated days."),
    None, "choice", usual=_l("none"), effect=_waiting,
    choices={"10": _l("10 minutes"), "60": _l("an hour"), "1440": _l("a day")},
)  # fmt: skip

manifest = Manifest(
    slug="pinboard",
    name={"de": "Pinnwand", "en": "Pinboard", "fr": "Le panneau"},
    short_name={"de": "Pinnwand", "en": "Pinboard", "fr": "Panneau"},
    description={
        "de": "Das Schwarze Brett im Hausflur, für alle dabei: Mitteilungen der Verwaltung und der Nachbarschaft.",
        "en": "The notice board of the stairwell, in everybody's pocket: from the management and from neighbours.",
        "fr": "Le panneau d’affichage du hall, dans la poche de chacun : avis de la gérance et du voisinage.",
    },
    icon="board",
    category="community",
    permissions=(
        Permission(
            VIEW,
            {"de": "Alle Beiträge lesen", "en": "Read all posts", "fr": "Lire toutes les publications"},
        ),
        Permission(
            PUBLISH,
            {
                "de": "Mitteilungen auf der Pinnwand veröffentlichen",
                "en": "Publish notices on the pinboard",
                "fr": "Publier des avis sur le panneau",
            },
        ),
        Permission(
            MODERATE,
            {
                "de": "Über gemeldete Beiträge entscheiden",
                "en": "Decide about reported posts",
                "fr": "Décider des publications signalées",
            },
        ),
        Permission(
            ARRANGE,
            {
                "de": "Kategorien und Hausregeln der Pinnwand festlegen",
                "en": "Set the pinboard's categories and house rules",
                "fr": "Définir les catégories et les règles du panneau",
            },
            whole=True,
        ),
    ),
    switches=(COMMUNITY, BUSINESSES, REACH, HIDE_REPORTED, SLOW),
    files=(FILES,),
    holdings=(
        Holding(
            "pinboard_post",
            {
                "de": ("%(num)s Beitrag", "%(num)s Beiträge"),
                "en": ("%(num)s post", "%(num)s posts"),
                "fr": ("%(num)s message", "%(num)s messages"),
            },
        ),
    ),
    measures=(
        Measure(
            "posts",
            {
                "de": ("Beitrag", "Beiträge"),
                "en": ("post", "posts"),
                "fr": ("message", "messages"),
            },
        ),
        Measure(
            "comments",
            {
                "de": ("Kommentar", "Kommentare"),
                "en": ("comment", "comments"),
                "fr": ("commentaire", "commentaires"),
            },
        ),
        Measure(
            "reactions",
            {
                "de": ("Reaktion", "Reaktionen"),
                "en": ("reaction", "reactions"),
                "fr": ("réaction", "réactions"),
            },
        ),
        Measure(
            "answers",
            {
                "de": ("Antwort auf Termine und Umfragen", "Antworten auf Termine und Umfragen"),
                "en": ("answer to events and polls", "answers to events and polls"),
                "fr": ("réponse à un événement ou un sondage", "réponses aux événements et sondages"),
            },
        ),
        Measure(
            "people",
            {
                "de": ("beteiligte Person", "beteiligte Personen"),
                "en": ("person taking part", "people taking part"),
                "fr": ("personne participante", "personnes participantes"),
            },
            people=True,
        ),
    ),
    scoped=True,
    position=20,
)
