"""Somebody at a browser: one context, one page, and a list of everything that the browser complained about."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Response

from quartier.accounts.operators import COOKIE as CONSOLE_COOKIE
from quartier.accounts.visitors import COOKIE

# What the policy forbids is told to the page only; a script that comes before all others hands it on to the console.
TELL = "addEventListener('securitypolicyviolation', e => console.error('policy:', e.effectiveDirective, e.blockedURI))"

# Stories go without the service worker, or the browser would answer for the server; these are Playwright's words.
OURS_NOT = "Service Worker registration blocked by Playwright"
NO_NETWORK = "net::ERR_INTERNET_DISCONNECTED"


@dataclass
class Guest:
    """A person at a browser. `problems` stays empty, or the story fails when it ends."""

    context: BrowserContext
    origin: str
    page: Page = field(init=False)
    problems: list[str] = field(default_factory=list)
    offline: bool = False

    def __post_init__(self) -> None:
        self.context.add_init_script(TELL)
        self.context.on("weberror", lambda error: self.problems.append(f"raised: {error.error}"))
        self.context.on("console", self._heard)
        self.page = self.context.new_page()

    def goes(self, path: str) -> Response:
        """Open a path of the host, or a whole address."""
        answer = self.page.goto(path if "://" in path else self.origin + path)
        assert answer is not None
        return answer

    def signs_in(self, email: str, password: str) -> None:
        """Through the form, as people do; the door must be open already."""
        self.page.locator("[name=email]").fill(email)
        self.page.locator("[name=password]").fill(password)
        self.page.locator("[name=password]").press("Enter")
        self.page.wait_for_url(lambda url: urlsplit(url).path != "/sign-in")

    def has_session(self, token: str, *, console: bool = False) -> Guest:
        """Signed in without the form, for stories that are not about signing in."""
        host = urlsplit(self.origin).hostname
        name = CONSOLE_COOKIE if console else COOKIE
        cookie = {"name": name, "value": token, "url": f"https://{host}/", "secure": True, "httpOnly": True}
        self.context.add_cookies([cookie])  # type: ignore[list-item]
        return self

    def loses_the_network(self) -> None:
        """From now on nothing is reached, and that the browser says so, whenever it does, is no problem."""
        self.offline = True
        self.context.set_offline(True)

    def sees(self, role: str, name: str) -> Locator:
        """A thing as it is announced, for asserting on; `name` is exact."""
        return self.page.get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]

    def was_told(self, status: int) -> None:
        """The browser complains of an answer like this one; the story wanted it, and nothing else went wrong."""
        assert [problem for problem in self.problems if f"status of {status}" not in problem] == []
        assert self.problems, f"no answer was {status}"
        self.problems.clear()

    def _heard(self, message: ConsoleMessage) -> None:
        if self.offline and NO_NETWORK in message.text:
            return
        if message.type in {"error", "warning"} and message.text.strip() != OURS_NOT:
            self.problems.append(f"{message.type}: {message.text} ({message.location['url']})")
