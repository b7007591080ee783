"""Pages of a module that can only be read: what is said of it, and no form or button that would only be refused.

The gate refuses writing whatever a page shows. Here its offers are taken out of the finished page, so that no module
has to think of it: forms and buttons that send to a writing route of such a module, and buttons that lead to a form.
Where the Cockpit shows a thing inside the form in which it is changed, that form becomes a record (`web.records`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin, urlsplit

from flask import current_app, request
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from quartier.i18n import formats
from quartier.i18n.texts import gettext as _
from quartier.tenancy.snapshot import Lapse, Snapshot
from quartier.web.records import record, writes_text
from quartier.web.shell import shell
from quartier.web.visit import Visit

BUY: Final = "modules.buy"
"""The right to buy modules, and to read what they cost."""
SENDS = ("hx-post", "hx-put", "hx-patch", "hx-delete")
CUT: Final = "\0"
"""Stands where something was, until what is left empty around it has gone as well."""
BLANK: Final = rf"(?:\s|{CUT}|<p\b[^>]*>\s*</p>)*"
TITLE: Final = r"(?:<(h[2-6])\b[^>]*>(?:(?!</\2>).)*</\2>)?"
EMPTIED: Final = re.compile(
    rf"<(div|p|li|ul|span|footer|nav|section)\b[^>]*>\s*{TITLE}{BLANK}{CUT}{BLANK}</\1>", re.DOTALL
)
"""What has nothing left in it but its heading."""
UNFOLDED: Final = re.compile(
    rf"<details\b[^>]*>\s*<summary\b(?:(?!</summary>).)*</summary>{BLANK}{CUT}{BLANK}</details>", re.DOTALL
)
"""What folds out nothing any more."""
CLOSED = frozenset({"form", "a", "button", "ol"})
"""What is taken out with all that is inside; none of them may contain another of its kind."""


def read_only_words(visit: Visit, module: str) -> str:
    """One sentence for whoever wants to write, with the company's own name of the module."""
    name = visit.say(visit.company.micro_apps[module].name)
    return _("You can still read “%(name)s”. New entries and changes are not possible at the moment.", name=name)


def without_offers(page: str, company: Snapshot) -> str:
    """The page without what would write in a module of which only reading is left."""
    finder = _Offers(page, company, shell().renderer.icon("check"))
    finder.feed(page)
    finder.close()
    kept, place = [], 0
    for start, end, instead in sorted(finder.found):
        kept += [page[place:start], instead]
        place = end
    left = "".join([*kept, page[place:]])
    while (emptied := UNFOLDED.sub(CUT, EMPTIED.sub(CUT, left))) != left:
        left = emptied
    return left.replace(CUT, "")


class _Offers(HTMLParser):
    """Finds where elements begin and end that are to go. Pages are ours, so each of these is closed."""

    def __init__(self, page: str, company: Snapshot, chosen: Markup) -> None:
        super().__init__(convert_charrefs=False)
        self._page, self._company, self._chosen = page, company, chosen
        self._lines = [0]
        for line in page.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))
        self._open: tuple[str, int] | None = None
        self._forms: set[str] = set()
        self._record = False
        self._menus = 0
        self.found: list[tuple[int, int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember where something begins that goes; what is inside of it goes with it."""
        if self._open is not None:
            return
        given = {name: value or "" for name, value in attrs}
        if tag == "details":
            self._menus += "menu" in given.get("class", "").split()
        if not self._goes(tag, given):
            return
        if tag in CLOSED:
            self._record = tag == "ol" or (tag == "form" and self._shows(given))
            self._open = (tag, self._here)
        else:
            self.found.append((self._here, self._here + len(self.get_starttag_text() or ""), CUT))

    def handle_endtag(self, tag: str) -> None:
        """Where it ends."""
        if self._open is None:
            self._menus -= tag == "details" and self._menus > 0
        elif self._open[0] == tag:
            start, end = self._open[1], self._here + len(f"</{tag}>")
            self.found.append((start, end, self._left(self._page[start:end]) if self._record else CUT))
            self._open = None

    def _shows(self, given: dict[str, str]) -> bool:
        """Whether a form of the Cockpit is about the thing of its page, and not about what could be done with it."""
        action = urlsplit(urljoin(request.path, given.get("action", ""))).path
        return request.path.startswith("/cockpit/") and action == request.path

    def _left(self, part: str) -> str:
        says = request.view_args or not part.startswith("<form") or writes_text(part)
        left = record(part, self._chosen) if says else ""
        return left or str(Markup('<p class="muted">{}</p>').format(_("Nothing has been entered here.")))

    @property
    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def _goes(self, tag: str, given: dict[str, str]) -> bool:
        if tag == "form":
            goes = given.get("method", "").lower() == "post" and self._writes(given.get("action", ""), "POST")
            goes |= any(self._writes(given[name], name[3:].upper()) for name in SENDS if name in given)
            self._forms |= {given["id"]} if goes and "id" in given else set()
            return goes
        if tag == "a" and "data-sends" in given:
            return self._writes(given["data-sends"], "POST")
        if tag == "a" and given.get("href"):
            if urlsplit(urljoin(request.path, given["href"])).path == request.path:
                return False  # another place, day or part of this very page: the menu, the next week
            button = bool(self._menus) or "btn" in given.get("class", "").split()
            return self._writes(given["href"], "POST", asks="GET", always=button)
        if tag == "ol":
            return "data-order" in given and self._writes(given["data-order"], "POST")
        if any(self._writes(given[name], name[3:].upper()) for name in SENDS if name in given):
            return True
        if "formaction" in given and self._writes(given["formaction"], "POST"):
            return True
        return given.get("form", "") in self._forms

    def _writes(self, url: str, method: str, *, asks: str = "", always: bool = True) -> bool:
        """Whether sending there would write in a module that can only be read; with `asks`, a form is shown there.

        Without `always`, only a form of the app whose address ends with what it does: that of a thing has more to read.
        """
        target = urlsplit(urljoin(request.path, url))
        if target.netloc:
            return False
        return all(self._is_of_such(target.path, one, always) for one in filter(None, (method, asks)))

    def _is_of_such(self, path: str, method: str, always: bool) -> bool:
        try:
            rule, _values = current_app.url_map.bind("").match(path, method, return_rule=True)
        except HTTPException:
            return False
        if not always and (rule.rule.endswith((">", ">/")) or path.startswith("/cockpit/")):
            return False
        view = current_app.view_functions[rule.endpoint]
        module = getattr(view, "module", None)
        return module is not None and self._company.only_reads(module)


@dataclass(frozen=True)
class Told:
    """What stands above a page of a module whose contract has ended. `sentence` is for this viewer, `buys` whether they
    can do something about it."""

    sentence: str
    buys: bool


def told_above(visit: Visit) -> Told | None:
    """That the page's module can only be read; and to who may buy, from when on, and that it has ended."""
    view = current_app.view_functions.get(request.endpoint or "")
    module = getattr(view, "module", None)
    lapse = visit.company.lapsing.get(module) if module is not None else None
    if module is None or lapse is None or module not in visit.modules:
        return None
    if not (visit.viewer.is_agent and visit.viewer.may(BUY)):
        return Told(read_only_words(visit, module), buys=False) if lapse.read_only else None
    reads = f"{read_only_words(visit, module)} " if lapse.read_only else ""
    return Told(reads + ended_words(lapse), buys=True)


def ended_words(lapse: Lapse) -> str:
    """For who may buy: what is left, and until when."""
    day = formats.format_date(lapse.until) if lapse.until else ""
    if lapse.read_only:
        until = _("The contract has ended; residents can read until and including %(date)s.", date=day)
        return until if day else _("The contract has ended.")
    until = _(
        "The contract has ended; everything works until and including %(date)s, then it can only be read.", date=day
    )
    return until if day else _("The contract has ended; everything works for the time being.")
