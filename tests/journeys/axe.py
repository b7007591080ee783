"""What axe-core finds on a page, by day on the phone and by night at the desk, and whether it scrolls sideways."""

from __future__ import annotations

from typing import Literal

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
# Waits until the window is that wide and the day that bright, says how much wider the page is, and lets axe look at it.
LOOK = """async ([width, scheme, options, exclude]) => {
  const there = () => innerWidth === width && matchMedia(`(prefers-color-scheme: ${scheme})`).matches;
  do await new Promise(requestAnimationFrame); while (!there());
  const root = document.documentElement, more = root.scrollWidth - root.clientWidth;
  const found = more ? [`${more} pixels too wide`] : [];
  if (!options) return found;
  const why = node => [...node.any, ...node.all, ...node.none][0]?.message ?? '';
  const { violations } = await axe.run({ include: [document], exclude }, options);
  return found.concat(violations.flatMap(
    rule => rule.nodes.map(node => `${rule.id}: ${node.target.join(' ')} ${why(node)}`)));
}"""

Scheme = Literal["light", "dark"]
Look = tuple[int, Scheme]
# A colour does not depend on the width nor a size on the light, so two looks see nearly all; four see the rest.
TWO: tuple[Look, ...] = ((320, "light"), (1280, "dark"))
FOUR: tuple[Look, ...] = (*TWO, (1280, "light"), (320, "dark"))
# No page may scroll sideways on the narrowest phones, nor at the desk's 1280 at 200 %.
NARROW: tuple[Look, ...] = ((320, "light"), (640, "light"))


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
    for look in (*looks, *(narrow for narrow in NARROW if narrow not in looks)):
        width, scheme = look
        options = (ALL if structure and look in TWO else STYLE) if look in looks else None
        page.set_viewport_size({"width": width, "height": 740})
        page.emulate_media(color_scheme=scheme)
        seen = page.evaluate(LOOK, [width, scheme, options, [*but, *REPEATED]])
        found += [f"{scheme} {width}: {fault}" for fault in seen]
    return found
