"""What axe-core finds on a page: by day on the phone, by night at the desk."""

from __future__ import annotations

from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, Page

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
# `preload` would fetch and parse the style sheet once more for a rule that is not among these.
ALL = {"runOnly": {"type": "tag", "values": LEVELS}, "resultTypes": ["violations"], "preload": False}
# What a style sheet can break. Structure is the same in the dark and in every brand, so there it is looked at once.
LOOKS = ["color-contrast", "link-in-text-block", "target-size"]
STYLE = {"runOnly": {"type": "rule", "values": LOOKS}, "resultTypes": ["violations"], "preload": False}
# A long list says the same again and again, and contrast is what axe takes longest to measure.
REPEATED = ["tbody > tr:nth-child(n+6)", "li:nth-child(n+7)"]
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

Scheme = Literal["light", "dark"]
Look = tuple[int, Scheme]
# A colour does not depend on the width nor a size on the light, so two looks see nearly all; four see the rest.
TWO: tuple[Look, ...] = ((360, "light"), (1280, "dark"))
FOUR: tuple[Look, ...] = (*TWO, (1280, "light"), (360, "dark"))


def bring_axe(context: BrowserContext) -> None:
    """Give every page of a context axe-core; handing it to each page anew takes longer than looking."""
    context.add_init_script(AXE_SCRIPT)


def faults(
    page: Page, *, looks: tuple[Look, ...] = FOUR, structure: bool = True, but: tuple[str, ...] = ()
) -> list[str]:
    """Everything wrong with the page that is open, in these looks: `dark 360: color-contrast: .badge …`.

    `but` are selectors of drawings: axe-core takes the text in them for text of the page, on the page's ground.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = []
    for width, scheme in looks:
        options: dict[str, Any] = ALL if structure and (width, scheme) in TWO else STYLE
        settle(page, width, scheme)
        found += [f"{scheme} {width}: {fault}" for fault in page.evaluate(RUN, [options, [*but, *REPEATED]])]
    return found


def settle(page: Page, width: int, scheme: Scheme) -> None:
    """Make the window that wide and the day that bright, and wait until the page is drawn so."""
    page.set_viewport_size({"width": width, "height": 740})
    page.emulate_media(color_scheme=scheme)
    page.evaluate(SETTLED, [width, scheme])
