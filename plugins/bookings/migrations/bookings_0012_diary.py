"""What calendars and lists show of bookings is kept until one of them changes, or a name that stands in them."""

from alembic import op

from quartier.sdk import versioned

revision = "bookings_0012"
down_revision = "bookings_0011"
branch_labels = None
depends_on = None

BOOKED = ("bookings_booking", "bookings_blocking", "bookings_waiter", "bookings_feed")
NAMES = ("given_name", "family_name", "company_name")
PLACE = ("name", "timezone")


def upgrade() -> None:
    for table in BOOKED:
        versioned(table, "diary")
    # The diary is counted before the assets, whichever of them a transaction changes first (triggers of a row fire in
    # the order of their names): two that take these two rows in different orders would wait for each other.
    for table in ("bookings_asset", "bookings_link"):
        op.execute(_counts(table, "INSERT OR UPDATE OR DELETE", "diary"))
    op.execute(_counts("person", f"UPDATE OF {', '.join(NAMES)}", "diary", NAMES))
    op.execute(_counts("property", f"UPDATE OF {', '.join(PLACE)}", "diary", PLACE))
    op.execute(_counts("property", f"UPDATE OF {', '.join(PLACE)}", "place", PLACE, "bookings"))


def downgrade() -> None:
    for table in BOOKED:
        op.execute(f"DROP TRIGGER count_contents ON {table}")
    for table in ("bookings_asset", "bookings_link", "person", "property"):
        op.execute(f"DROP TRIGGER bookings_diary ON {table}")
    op.execute("DROP TRIGGER bookings_place ON property")


def _counts(table: str, when: str, name: str, columns: tuple[str, ...] = (), module: str = "diary") -> str:
    """Count as `versioned` does; with columns, only when one of them is another than before."""
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("old", "new"))
    only = f"WHEN (ROW({old}) IS DISTINCT FROM ROW({new}))" if columns else ""
    return (
        f"CREATE CONSTRAINT TRIGGER bookings_{name} AFTER {when} ON {table} DEFERRABLE INITIALLY DEFERRED "
        f"FOR EACH ROW {only} EXECUTE FUNCTION count_contents('{module}')"
    )
