"""Posts have pictures and documents, which go with them."""

from quartier.sdk import holds_files

revision = "pinboard_0003"
down_revision = "pinboard_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    holds_files("pinboard_post")
