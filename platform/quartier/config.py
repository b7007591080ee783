"""What an installation is told by its environment; read once, passed on, never looked up again."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

DEFAULT_PORTS = {"http": 80, "https": 443}
SMTP_PORTS = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True)
class MailServer:
    """Who takes our mail. `security` is a key of SMTP_PORTS; without a `user` nobody signs in.

    `bounces` is an address whose server delivers `name+anything@` to it too: there come reports of what could not be
    delivered. `per_minute` is how many mails one company may send (0: as many as the server takes).
    """

    host: str
    port: int = 587
    security: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    helo: str = "localhost"
    bounces: str | None = None
    per_minute: int = 0
    timeout: float = 30.0

    @classmethod
    def from_env(cls, environ: Mapping[str, str], helo: str) -> MailServer | None:
        """Read `SMTP_*`; None without `SMTP_HOST`. Raises ValueError for a security that there is not."""
        if not environ.get("SMTP_HOST"):
            return None
        security = environ.get("SMTP_SECURITY", "starttls").lower()
        if security not in SMTP_PORTS:
            raise ValueError(f"SMTP_SECURITY is one of {', '.join(SMTP_PORTS)}, not {security!r}")
        return cls(
            host=environ["SMTP_HOST"],
            port=int(environ.get("SMTP_PORT") or SMTP_PORTS[security]),
            security=security,
            user=environ.get("SMTP_USER", ""),
            password=environ.get("SMTP_PASSWORD", ""),
            helo=helo,
            bounces=environ.get("SMTP_BOUNCES") or None,
            per_minute=int(environ.get("SMTP_PER_MINUTE", "0")),
            timeout=float(environ.get("SMTP_TIMEOUT", "30")),
        )


@dataclass(frozen=True)
class Config:
    """One installation. `platform_domain` carries neither scheme nor port; URLs are only made by `origin()`.

    `port` is where we listen, `public_port` what people see when a proxy stands in front. `proxies` is how many of
    them we trust to say who is asking. `private_webhooks` is for development: webhooks may then go to this machine and
    its network, and over plain HTTP. `clamd` is where ClamAV's daemon listens ("unix:/run/clamav/clamd.ctl" or
    "host:3310"); without it files are checked for everything but viruses. `key` is the installation's secret, if it is
    not to lie in `var` (see `keys`). `push_contact` (mailto: or https:) is whom the operators of push services can ask
    about what we send them; without it, it is the address that mail comes from. `name_server` ("9.9.9.9" or
    "127.0.0.1:5353") is asked about companies' own hosts; without it, those of this machine.
    """

    platform_domain: str = "localhost"
    scheme: str = "http"
    port: int = 8000
    public_port: int | None = None
    var: Path = Path("var")
    tenants: Path = Path("tenants")
    legal: Path | None = None
    database_url: str | None = None
    database_app_url: str | None = None
    database_platform_url: str | None = None
    s3_bucket: str | None = None
    s3_endpoint: str | None = None
    clamd: str | None = None
    workers: int = 2
    durable: bool = True
    proxies: int = 0
    private_webhooks: bool = False
    smtp: MailServer | None = None
    mail_from: str | None = None
    key: str | None = field(default=None, repr=False)
    push_contact: str | None = None
    name_server: str | None = None

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Config:
        """Read `QUARTIER_*`, `DATABASE_*`, `S3_*`, `SMTP_*`, `CLAMD`, `PUSH_CONTACT`, `NAME_SERVER`.

        What is not set is as on one machine.
        """
        domain = environ.get("QUARTIER_DOMAIN", "localhost").lower().strip(".")
        return cls(
            platform_domain=domain,
            scheme=environ.get("QUARTIER_SCHEME", "http"),
            port=int(environ.get("QUARTIER_PORT", "8000")),
            public_port=int(environ["QUARTIER_PUBLIC_PORT"]) if environ.get("QUARTIER_PUBLIC_PORT") else None,
            var=Path(environ.get("QUARTIER_VAR", "var")).resolve(),
            tenants=Path(environ.get("QUARTIER_TENANTS", "tenants")).resolve(),
            legal=Path(environ["QUARTIER_LEGAL"]).resolve() if environ.get("QUARTIER_LEGAL") else None,
            database_url=environ.get("DATABASE_URL") or None,
            database_app_url=environ.get("DATABASE_APP_URL") or None,
            database_platform_url=environ.get("DATABASE_PLATFORM_URL") or None,
            s3_bucket=environ.get("S3_BUCKET") or None,
            s3_endpoint=environ.get("S3_ENDPOINT") or None,
            clamd=environ.get("CLAMD") or None,
            workers=int(environ.get("QUARTIER_WORKERS", "2")),
            proxies=int(environ.get("QUARTIER_PROXIES", "0")),
            private_webhooks=environ.get("QUARTIER_PRIVATE_WEBHOOKS", "") == "1",
            smtp=MailServer.from_env(environ, domain),
            mail_from=environ.get("SMTP_SENDER") or None,
            key=environ.get("QUARTIER_KEY") or None,
            push_contact=environ.get("PUSH_CONTACT") or None,
            name_server=environ.get("NAME_SERVER") or None,
        )

    @property
    def legal_folder(self) -> Path:
        """Where imprint and privacy notice of the console lie."""
        return self.legal or self.var / "legal"

    @property
    def console_host(self) -> str:
        """The one host on which operators work; no company can have it."""
        return f"console.{self.platform_domain}"

    @property
    def sender(self) -> str:
        """The address that all mail comes from: only from there may the platform send."""
        return self.mail_from or f"no-reply@{self.platform_domain}"

    def origin(self, host: str) -> str:
        """Absolute origin of a host, without a trailing slash: the only place where scheme and port meet a host."""
        port = self.public_port or self.port
        return f"{self.scheme}://{host}" + ("" if DEFAULT_PORTS.get(self.scheme) == port else f":{port}")


def shipped(folder: str) -> Path:
    """A folder that comes with the product: beside the package when installed, at the top of the repository else."""
    package = Path(__file__).resolve().parent
    return package / folder if (package / folder).is_dir() else package.parent.parent / folder
