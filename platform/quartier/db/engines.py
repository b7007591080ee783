"""Three ways into the same database: as owner (migrations), as the portal (one company), as the platform (console)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL, make_url

from quartier.config import Config
from quartier.db.embedded import EmbeddedPostgres

OWNER, APP, PLATFORM = "quartier_owner", "quartier_app", "quartier_platform"


@dataclass(frozen=True)
class Urls:
    """Where each role signs in. None of them is ever shown to a person."""

    admin: URL
    app: URL
    platform: URL


def embedded(config: Config) -> EmbeddedPostgres:
    """The server that an installation without DATABASE_URL brings along."""
    return EmbeddedPostgres(config.var / "postgres", durable=config.durable)


def urls(config: Config, *, database: str = "quartier") -> Urls:
    """Addresses for all roles; starts the embedded server when the environment names no other.

    With only DATABASE_URL given, the runtime roles are taken on at connection start (`-crole=`), so row security
    holds for a single-login database too. Separate logins (DATABASE_APP_URL, DATABASE_PLATFORM_URL) are stronger,
    because injected SQL cannot go back to the owner.
    """
    if config.database_url is None:
        server = embedded(config)
        server.start()
        server.ensure_database(database)
        return Urls(*(make_url(server.url(role, database)) for role in ("postgres", APP, PLATFORM)))
    admin = make_url(config.database_url).set(drivername="postgresql+psycopg")
    return Urls(
        admin, _login(config.database_app_url, admin, APP), _login(config.database_platform_url, admin, PLATFORM)
    )


def _login(given: str | None, admin: URL, role: str) -> URL:
    if given:
        return make_url(given).set(drivername="postgresql+psycopg")
    return admin.update_query_dict({"options": f"-crole={role}"})  # no space: in a URL it would become a plus


def engine(url: URL, *, size: int = 4) -> Engine:
    """A pool for one process. No ping per check-out: it would cost a round trip on every page."""
    return create_engine(url, pool_size=size, max_overflow=size, pool_recycle=1800)
