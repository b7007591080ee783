"""Facts about what bends."""

from quartier.sdk import Manifest

words = {"de": "Verbogen", "en": "Bent", "fr": "Tordu"}
manifest = Manifest(slug="bent", name=words, short_name=words, description=words, icon="key")
