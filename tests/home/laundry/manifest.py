"""A module as a stranger would write it: a laundry room."""

from quartier.plugin.manifest import Manifest

manifest = Manifest(
    slug="laundry",
    name={"de": "Waschküche", "en": "Laundry", "fr": "Buanderie"},
    short_name={"de": "Waschen", "en": "Laundry", "fr": "Laver"},
    description={"de": "Waschen nach Plan", "en": "Washing by plan", "fr": "Lessive planifiée"},
    icon="wash",
)
