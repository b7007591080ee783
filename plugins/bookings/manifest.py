"""Facts about the module."""

from __future__ import annotations

from quartier.sdk import DOCUMENTS, PICTURES, FilePurpose, Holding, Manifest, Measure, Permission

VIEW, MANAGE, OVERRIDE, ASSETS = "bookings.view", "bookings.manage", "bookings.override", "bookings.assets"

FILES = FilePurpose("bookings.asset", needs=ASSETS, kinds=PICTURES | DOCUMENTS, most=12)
"""Pictures of an asset, and documents such as its inventory or the manual of a machine."""

manifest = Manifest(
    slug="bookings",
    name={"de": "Buchen", "en": "Bookings", "fr": "Réservations"},
    short_name={"de": "Buchen", "en": "Book", "fr": "Réserver"},
    description={
        "de": "Gemeinschaftsräume, Gästezimmer, Waschküche, Parkplätze: sehen, was frei ist, und selber buchen. Mit "
        "Regeln für Zeiten, Kontingente und Preise.",
        "en": "Common rooms, guest rooms, laundry, parking: see what is free and book it. With rules for times, quotas "
        "and prices.",
        "fr": "Salles communes, chambres d’hôtes, buanderie, places de parc : voir ce qui est libre et réserver. Avec "
        "des règles d’horaires, de quotas et de prix.",
    },
    icon="calendar",
    category="service",
    permissions=(
        Permission(
            VIEW,
            {
                "de": "Buchungen mit Namen sehen",
                "en": "See bookings with names",
                "fr": "Voir les réservations et les noms",
            },
        ),
        Permission(
            MANAGE,
            {
                "de": "Über Buchungen entscheiden, für andere buchen, Zeiten sperren",
                "en": "Decide about bookings, book for others, block times",
                "fr": "Décider des réservations, réserver pour autrui, bloquer des plages",
            },
        ),
        Permission(
            OVERRIDE,
            {
                "de": "Mit Begründung gegen die Regeln buchen",
                "en": "Book against the rules, with a reason",
                "fr": "Réserver en dérogeant aux règles, avec motif",
            },
        ),
        Permission(
            ASSETS,
            {
                "de": "Festlegen, was wie gebucht werden kann",
                "en": "Decide what can be booked, and how",
                "fr": "Définir ce qui peut être réservé, et comment",
            },
        ),
    ),
    files=(FILES,),
    holdings=(
        Holding(
            "bookings_booking",
            {
                "de": ("%(num)s kommende Buchung", "%(num)s kommende Buchungen"),
                "en": ("%(num)s booking to come", "%(num)s bookings to come"),
                "fr": ("%(num)s réservation à venir", "%(num)s réservations à venir"),
            },
            coming="ends",
            states=("requested", "confirmed"),
        ),
        Holding(
            "bookings_asset",
            {
                "de": ("%(num)s Buchungsobjekt", "%(num)s Buchungsobjekte"),
                "en": ("%(num)s thing to book", "%(num)s things to book"),
                "fr": ("%(num)s objet à réserver", "%(num)s objets à réserver"),
            },
        ),
    ),
    measures=(
        Measure(
            "bookings",
            {
                "de": ("Buchung", "Buchungen"),
                "en": ("booking", "bookings"),
                "fr": ("réservation", "réservations"),
            },
        ),
        Measure(
            "people",
            {
                "de": ("Person, die gebucht hat", "Personen, die gebucht haben"),
                "en": ("person who booked", "people who booked"),
                "fr": ("personne ayant réservé", "personnes ayant réservé"),
            },
            people=True,
        ),
        Measure(
            "cancelled",
            {
                "de": ("abgesagte Buchung", "abgesagte Buchungen"),
                "en": ("booking cancelled", "bookings cancelled"),
                "fr": ("réservation annulée", "réservations annulées"),
            },
        ),
    ),
    scoped=True,
    position=20,
)
