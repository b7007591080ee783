"""Facts about the module."""

from __future__ import annotations

from typing import Final

from quartier.sdk import DOCUMENTS, PICTURES, FilePurpose, Manifest, Permission, Switch
from quartier.sdk import lazy_gettext as _l

VIEW, PUBLISH, ARRANGE = "pinboard.view", "pinboard.publish", "pinboard.arrange"
MODERATE = "pinboard.moderate"
REASONS: Final = ("insult", "private", "advert", "fraud", "false", "other")
DECISIONS: Final = ("kept", "removed")
FILES: Final = FilePurpose("pinboard.post", kinds=PICTURES | DOCUMENTS)

COMMUNITY: Final = Switch(
    "pinboard.community", "community", _l("Neighbours write to each other"),
    _l("Residents post, comment and react on the pinboard. Off, they read there what you publish."),
    True, per_property=True,
)  # fmt: skip
BUSINESSES: Final = Switch(
    "pinboard.businesses", "community", _l("Business premises take part"),
    _l("Who rents business premises, and who works there, reads and writes what neighbours post."),
    False, per_property=True,
)  # fmt: skip
REACH: Final = Switch(
    "pinboard.reach", "community", _l("How far residents may post"),
    _l("The widest circle that they can choose for a post."),
    None, "choice",
    choices={"address": _l("their house"), "property": _l("their property"), "area": _l("their postcode")},
)  # fmt: skip
HIDE_REPORTED: Final = Switch(
    "pinboard.hide_reported", "community", _l("What is reported is hidden at once"),
    _l("It comes back if you decide so. Off, it stays on the board until you have decided."),
    False,
)  # fmt: skip
SLOW: Final = Switch(
    "pinboard.slow", "community", _l("Time between two posts"),
    _l("So long somebody waits before posting again. It calms heated days."),
    None, "choice", choices={"10": _l("10 minutes"), "60": _l("an hour"), "1440": _l("a day")},
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
    scoped=True,
    position=20,
)
