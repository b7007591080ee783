"""What every answer says to the browser."""

from __future__ import annotations

from flask import Response

CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
SECURITY = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
}
EVERYWHERE = (*SECURITY.items(), ("Cache-Control", "private, no-store"))
HSTS = "max-age=31536000; includeSubDomains"
IMMUTABLE = "public, max-age=31536000, immutable"


def secure(response: Response, *, https: bool) -> Response:
    """Add what is missing; pages of a session are never stored by anybody, and every answer depends on its host."""
    headers = response.headers
    present = {name.lower() for name, _value in headers}
    headers.extend([(name, value) for name, value in EVERYWHERE if name.lower() not in present])
    if https:
        headers["Strict-Transport-Security"] = HSTS
    headers["Vary"] = f"{headers['Vary']}, Host, Cookie" if "vary" in present else "Host, Cookie"
    return response
