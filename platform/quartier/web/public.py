"""What a browser fetches to look like the company: style sheet, logo, icons, manifest. Public, and kept for long."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from uuid import UUID

import orjson
from flask import Blueprint, Response, abort, g, request

from quartier.files.models import StoredFile
from quartier.files.purposes import BRAND
from quartier.i18n.voice import choose_language
from quartier.tenancy.session import CompanySession
from quartier.tenancy.snapshot import Brand, Snapshot
from quartier.theming.icons import app_icons
from quartier.theming.logo import CleanImage
from quartier.theming.palette import derive
from quartier.web.brand import CONSOLE_BRAND, bars
from quartier.web.headers import IMMUTABLE
from quartier.web.shell import shell
from quartier.web.wearing import company_asked

WORKER_POLICY = "default-src 'none'; connect-src 'self'"
SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
HOURS = "public, max-age=3600"
ICON_TYPES = {"svg": "image/svg+xml", "png": "image/png", "ico": "image/x-icon"}

shared = Blueprint("public", __name__)
portal = Blueprint("public", __name__)


@shared.get("/static/<path:name>")
def static(name: str) -> Response:
    """Our own and vendored files, at addresses that carry their digest."""
    found = shell().static.get(name)
    if found is None:
        abort(404)
    content_type, body, compressed = found
    return _immutable(body, content_type, compressed)


@shared.get("/theme/<digest>.css")
def theme(digest: str) -> Response:
    """A style sheet of this host's, or of a property's. An old digest gets the new sheet, but may not keep it."""
    brand = g.company.wearing(digest) if "company" in g else CONSOLE_BRAND
    sheet = shell().sheets.sheet(brand)
    answer = _immutable(sheet.body, "text/css; charset=utf-8", sheet.gzip)
    if digest != sheet.digest:
        answer.headers["Cache-Control"] = "no-cache"
    return answer


portal.add_url_rule("/static/<path:name>", view_func=static)
portal.add_url_rule("/theme/<digest>.css", view_func=theme)


@portal.get("/brand/<uuid:file_id>/<name>")
def brand_file(file_id: UUID, name: str) -> Response:  # noqa: ARG001 - the name is for whoever saves the picture
    """A logo or picture; an SVG may do nothing but be drawn."""
    known = _brand_file(g.company.id, file_id)
    if known is None:
        abort(404)
    answer = _immutable(known.body, known.content_type)
    answer.headers["Content-Security-Policy"] = SVG_POLICY
    return answer


@portal.get("/icons/<name>")
def icon(name: str) -> Response:
    """One of the app's icons, drawn from the company's icon or, without one, from its initials."""
    icons = icons_of(company_asked(g.company, request))
    if name not in icons:
        abort(404)
    content_type = ICON_TYPES[name.rpartition(".")[2]]
    answer = Response(icons[name], content_type=content_type)
    answer.headers["Cache-Control"] = HOURS
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # mails show it, also those read in a browser
    if content_type == "image/svg+xml":
        answer.headers["Content-Security-Policy"] = SVG_POLICY
    return answer


@portal.get("/favicon.ico")
def favicon() -> Response:
    """Where browsers look when what they show has no head to say so, such as a picture."""
    return icon("favicon.ico")


@portal.get("/manifest.webmanifest")
def manifest() -> Response:
    """The portal as an app of its own, under the company's name in the reader's language (`?lang=`)."""
    company = company_asked(g.company, request)
    language = choose_language(company.languages, request.args.get("lang"), request.headers.get("Accept-Language"))
    name = company.brand.app_name.pick(language, (company.default_language,)).text or company.name
    look = bars(company.brand.theme, company.brand.colour, company.brand.second)
    facts = {
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "name": name,
        "short_name": name,
        "lang": language,
        "dir": "ltr",
        "theme_color": look.light,
        "background_color": look.ground,
        "icons": [
            _app_icon(company, "icon", 192, "any"),
            _app_icon(company, "icon", 512, "any"),
            _app_icon(company, "maskable", 512, "maskable"),
        ],
    }
    answer = Response(orjson.dumps(facts), content_type="application/manifest+json")
    answer.headers["Cache-Control"] = HOURS
    answer.vary.add("Accept-Language")
    return answer


@portal.get("/worker.js")
def worker() -> Response:
    """The service worker; its scope is the whole host, so it cannot live below /static.

    The name of its cache changes with the company and with the build, so nothing old is ever shown for long.
    """
    company = company_asked(g.company, request)
    static, body = shell().static, shell().static.read("worker.js")
    kept = ["/offline", shell().sheets.url(company.brand), static.url("app.js"), static.url("vendor/icons.svg")]
    kept += [picture for picture in (company.brand.logo, company.brand.logo_dark) if picture]
    icon = f"/icons/icon-192.png{company.asked}"
    build = sha256(body + orjson.dumps([kept, icon, company.version])).hexdigest()[:12]
    head = f'const CACHE = "{company.slug}-{build}", KEPT = {orjson.dumps(kept).decode()};\nconst ICON = "{icon}";\n'
    answer = Response(head.encode() + body, content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["Content-Security-Policy"] = WORKER_POLICY
    return answer


def _app_icon(company: Snapshot, name: str, side: int, purpose: str) -> dict[str, str]:
    size = f"{side}x{side}"
    return {"src": f"/icons/{name}-{side}.png{company.asked}", "sizes": size, "type": "image/png", "purpose": purpose}


def _immutable(body: bytes, content_type: str, compressed: bytes | None = None) -> Response:
    if compressed is not None and request.accept_encodings.quality("gzip") > 0:
        answer = Response(compressed, content_type=content_type, headers={"Content-Encoding": "gzip"})
    else:
        answer = Response(body, content_type=content_type)
    answer.vary.add("Accept-Encoding")
    answer.headers["Cache-Control"] = IMMUTABLE
    return answer


def _brand_file(company_id: UUID, file_id: UUID) -> CleanImage | None:
    """Only what was uploaded as brand is public; the digest in the row makes the bytes immutable."""
    db = CompanySession(shell().engine, company_id)
    try:
        file = db.get(StoredFile, (company_id, file_id))
        if file is None or file.purpose != BRAND:
            return None
        body = shell().storage.get(file.key)
        return CleanImage(file.content_type, body, 0, 0) if body is not None else None
    finally:
        db.close()


def icons_of(company: Snapshot) -> dict[str, bytes]:
    """The icons of the company's app, by file name."""
    return _icons(company.id, company.brand, company.name)


@lru_cache(maxsize=100)
def _icons(company_id: UUID, brand: Brand, name: str) -> dict[str, bytes]:
    uploaded = _brand_file(company_id, UUID(brand.icon.split("/")[2])) if brand.icon else None
    return app_icons(uploaded, initials=_initials(name), palette=derive(brand.colour, brand.second))


def _initials(name: str) -> str:
    words = [word for word in name.split() if word[:1].isalpha()]
    return "".join(word[0] for word in words[:2]).upper() or "Q"
