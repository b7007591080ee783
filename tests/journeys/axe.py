"""What axe-core finds on a page, in one look: light or dark, phone or desk."""

from __future__ import annotations

from functools import cache
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
LOOKS = [("light", 360, 740), ("dark", 360, 740), ("dark", 1280, 800), ("light", 1280, 800)]
RUN = """([options, exclude]) => {
  const why = node => [...node.any, ...node.all, ...node.none][0]?.message ?? '';
  return axe.run({ include: [document], exclude }, options).then(found => found.violations.flatMap(
    rule => rule.nodes.map(node => `${rule.id}: ${node.target.join(' ')} ${why(node)}`)));
}"""

SETTLED = """([width, scheme]) => new Promise(done => {
  const there = () => innerWidth === width && matchMedia(`(prefers-color-scheme: ${scheme})`).matches;
  const look = () => there() ? requestAnimationFrame(() => requestAnimationFrame(done)) : requestAnimationFrame(look);
  look();
})"""


@cache
def options() -> dict[str, Any]:
    """All rules of WCAG 2.2 A and AA, and only what they find wrong."""
    return {"runOnly": {"type": "tag", "values": LEVELS}, "resultTypes": ["violations"]}


def faults(page: Page, *, but: tuple[str, ...] = ()) -> list[str]:
    """Everything wrong with the page that is open, in every look: `dark 360: color-contrast: .badge …`.

    `but` are selectors of drawings: axe-core takes the text in them for text of the page, on the page's ground.
    """
    page.evaluate(AXE_SCRIPT)
    found = []
    for scheme, width, height in LOOKS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
        page.evaluate(SETTLED, [width, scheme])
        found += [f"{scheme} {width}: {fault}" for fault in page.evaluate(RUN, [options(), list(but)])]
    return found
