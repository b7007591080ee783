"""What axe-core finds on a page: light and dark, phone and desk."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
ALL = {"runOnly": {"type": "tag", "values": LEVELS}, "resultTypes": ["violations"]}
# What a style sheet can break. Structure is the same in the dark and in every brand, so there it is looked at once.
LOOKS = ["color-contrast", "link-in-text-block", "target-size"]
STYLE = {"runOnly": {"type": "rule", "values": LOOKS}, "resultTypes": ["violations"]}
SIZES = ((360, 740), (1280, 800))
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


def faults(page: Page, *, structure: bool = True, but: tuple[str, ...] = ()) -> list[str]:
    """Everything wrong with the page that is open, in every look: `dark 360: color-contrast: .badge …`.

    `but` are selectors of drawings: axe-core takes the text in them for text of the page, on the page's ground.
    """
    page.evaluate(AXE_SCRIPT)
    found = []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        found += _look(page, "light", width, ALL if structure else STYLE, but)
        found += _look(page, "dark", width, STYLE, but)
    return found


def _look(page: Page, scheme: str, width: int, options: dict[str, Any], but: tuple[str, ...]) -> list[str]:
    page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
    page.evaluate(SETTLED, [width, scheme])
    return [f"{scheme} {width}: {fault}" for fault in page.evaluate(RUN, [options, list(but)])]
