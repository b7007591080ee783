"""Assets have pictures and documents, which go with them."""

from quartier.sdk import holds_files

revision = "bookings_0006"
down_revision = "bookings_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    holds_files("bookings_asset")
