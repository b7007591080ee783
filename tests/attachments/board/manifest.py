"""Facts about the board."""

from quartier.sdk import AGENT, DOCUMENTS, PICTURES, FilePurpose, Manifest

NOTE = FilePurpose("board.note", kinds=PICTURES | DOCUMENTS, most=3, largest=100 * 1024)
PLAN = FilePurpose("board.plan", needs=AGENT)
words = {"de": "Brett", "en": "Board", "fr": "Tableau"}
manifest = Manifest(slug="board", name=words, short_name=words, description=words, icon="board", files=(NOTE, PLAN))
