"""A module that fails whenever it is asked."""

from quartier.plugin.manifest import Manifest

manifest = Manifest(
    slug="leaky",
    name={"de": "Undicht", "en": "Leaky", "fr": "Percé"},
    short_name={"de": "Undicht", "en": "Leaky", "fr": "Percé"},
    description={"de": "Fällt aus", "en": "Fails", "fr": "Échoue"},
    icon="water",
)
