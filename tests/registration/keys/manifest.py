"""Facts about the keys."""

from quartier.sdk import Manifest

words = {"de": "Schlüssel", "en": "Keys", "fr": "Clés"}
manifest = Manifest(slug="keys", name=words, short_name=words, description=words, icon="key")
