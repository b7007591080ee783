"""Walking through a page with the Tab key: where one comes, and whether one sees it."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page

# The focused element; whether it shows so by itself or through an element around it; whether one of its points is bare.
# The page follows the focus in its own time: it is given some frames.
STOP = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const marked = element => { const style = getComputedStyle(element);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none'; };
  const around = [at, at.parentElement, ...at.labels ?? []].filter(Boolean);
  const shows = marked(at) || around.some(element => element.matches(':focus-within') && marked(element));
  const places = [[.5, .5], [.1, .5], [.9, .5], [.5, .1], [.5, .9]];
  const isBare = () => { const box = at.getBoundingClientRect(); return places.some(([x, y]) => {
    const top = document.elementFromPoint(box.x + box.width * x, box.y + box.height * y);
    return top && (at.contains(top) || top.contains(at) && !top.matches('nav, nav *, header')); }); };
  let bare = isBare();
  for (let frames = 0; !bare && frames < 30; frames++) { await frame(); bare = isBare(); }
  const name = at.getAttribute('aria-label') ?? (at.innerText?.trim() || at.id || at.name || at.tagName);
  return {name: name.replace(/\\s+/g, ' '), tag: at.tagName.toLowerCase(), shows, bare, href: at.getAttribute('href')};
}"""
MOST = 120


@dataclass(frozen=True)
class Stop:
    """One stop of the Tab key. `shows`: the focus can be seen; `bare`: nothing lies over all of it."""

    name: str
    tag: str
    shows: bool
    bare: bool
    href: str | None


def walk(page: Page) -> list[Stop]:
    """All stops from the top of the page to its end."""
    stops: list[Stop] = []
    while len(stops) < MOST:
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None:
            return stops
        stops.append(Stop(**stop))
    raise AssertionError(f"more than {MOST} stops, or no way out: {stops[-3:]}")
