"""What a company calls its micro-apps: the pages on which that is read, and those that the studio lists."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from quartier.testing import Browser
from tests.rules.routes import Route
from tests.settings.forms import send

PATH = "/cockpit/settings/names"
MAIN = re.compile(r"<main\b.*?</main>", re.DOTALL)
LINK = re.compile(r'<a href="([^"]+)">')


@dataclass
class Named:
    """Each micro-app has a name that nothing else says; `read` are the rules of pages that say it beside their menus,
    but for its own."""

    slugs: list[str]
    read: dict[str, set[str]] = field(default_factory=dict)

    def rename(self, chief: Browser) -> None:
        """Give the names, as the company does, in what its staff and its residents read."""
        self.read = {slug: set() for slug in self.slugs}
        for slug in self.slugs:
            name = f"Zebra {slug}"
            assert send(chief, f"{PATH}/{slug}", name__de=name, name__en=name).status_code == 303

    def look(self, route: Route, page: str) -> None:
        """Note whose names a page reads; the studio's own are no use of one."""
        said = "".join(MAIN.findall(page)) if not route.rule.rule.startswith(PATH) else ""
        for slug in self.slugs:
            if route.module != slug and f"Zebra {slug}" in said:
                self.read[slug].add(route.rule.rule)

    def listed(self, chief: Browser) -> dict[str, set[str]]:
        """The pages that the studio lists for each."""
        pages = {slug: chief.get(f"{PATH}/{slug}").text.split('id="places"')[1] for slug in self.slugs}
        return {slug: set(LINK.findall(page.split("</ul>")[0])) for slug, page in pages.items()}
