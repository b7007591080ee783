"""What a test sees through: a browser without a screen."""

from __future__ import annotations

from typing import Any

from werkzeug.test import Client, TestResponse

from quartier.app import Platform

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


class Browser:
    """A client on one host that says where its requests come from, as browsers do."""

    def __init__(self, platform: Platform, host: str) -> None:
        self.host = host
        self._client = Client(platform, use_cookies=True)

    def cookie(self, name: str, value: str) -> None:
        """Put a cookie in the jar."""
        self._client.set_cookie(name, value, domain=self.host, secure=True, path="/")

    def cookies(self) -> dict[str, str]:
        """What is in the jar for this host."""
        return {cookie.key: cookie.value for cookie in self._client._cookies.values()}  # type: ignore[union-attr]

    def get(self, path: str, **options: Any) -> TestResponse:
        """GET a path of this host."""
        return self.open("GET", path, **options)

    def post(self, path: str, data: Any = None, **options: Any) -> TestResponse:
        """POST a form to a path of this host."""
        return self.open("POST", path, data=data, **options)

    def open(self, method: str, path: str, **options: Any) -> TestResponse:
        """Any request; `headers` are added to those that a browser sends from our own pages."""
        headers = {**SAME_ORIGIN, **options.pop("headers", {})}
        base = options.pop("base_url", f"https://{self.host}")  # https, so that Secure cookies are sent
        return self._client.open(path, method=method, base_url=base, headers=headers, **options)
