"""The documents as everybody reads them, and the question whether somebody agrees."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from quartier.i18n.texts import gettext as _
from quartier.keys import key_of
from quartier.legal import consenting
from quartier.legal.agreements import answers_of
from quartier.legal.asking import AGREE, OWN_ANSWERS, tick_of, unanswered
from quartier.legal.consenting import AGREED, DECLINED, Who
from quartier.legal.kinds import TITLES, path_of
from quartier.legal.models import LegalConsent, LegalVersion
from quartier.legal.queries import Standing, standing_of
from quartier.legal.showing import shown
from quartier.web.flash import back_to
from quartier.web.gate import PUBLIC, SIGNED_IN
from quartier.web.origin import safe_next
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit

app = Pages("legal", __name__, area="app")


@app.page("/imprint", needs=PUBLIC)
def imprint(visit: Visit) -> str:
    """Who is responsible for this portal."""
    return _page(visit, "imprint")


@app.page("/privacy", needs=PUBLIC)
def privacy(visit: Visit) -> str:
    """What happens to people's data."""
    return _page(visit, "privacy")


@app.page("/terms", needs=PUBLIC)
def terms(visit: Visit) -> str:
    """What holds for who uses the portal."""
    return _page(visit, "terms")


@app.page("/legal/<key>", needs=PUBLIC)
def document(visit: Visit, key: str) -> str:
    """A document of the company's own, such as its house rules."""
    if key in TITLES:
        raise NotFound  # it has its own address, and no second one
    return _page(visit, key)


@app.page(AGREE, needs=SIGNED_IN, methods=("GET", "POST"))
def agree(visit: Visit) -> Any:
    """Read and agree, then go on to where one was going."""
    asked, target = unanswered(visit), _target()
    if not asked:
        return back_to(target)
    if request.method != "POST":
        return _question(visit, target)
    ticked = set(request.form.getlist("agree"))
    if any(tick_of(one) not in ticked for one in asked):
        if any(one.key in {tick.partition(":")[0] for tick in ticked} for one in asked):
            changed = _("There is a newer version in the meantime. Please read it.")
            return _question(visit, target, error=changed), 409
        return _question(visit, target, error=_("Please tick what you agree to.")), 422
    consenting.answer(visit.db, key_of(shell().config), _who(visit), asked, AGREED)
    return back_to(target, _("Thank you. Your agreement is noted."))


@app.page(OWN_ANSWERS, needs=SIGNED_IN)
def own_answers(visit: Visit) -> str:
    """What one has agreed to: which version of which document, when, and where it can be read."""
    return render("legal/own.html", answers=answers_of(visit.db, visit.viewer.account_id), path_of=path_of)


@app.page(f"{AGREE}/declined", needs=SIGNED_IN, methods=("GET", "POST"))
def decline(visit: Visit) -> Any:
    """What it means not to agree, and what is open nevertheless."""
    asked = unanswered(visit)
    if not asked:
        return back_to("/")
    if request.method == "POST":
        consenting.answer(visit.db, key_of(shell().config), _who(visit), asked, DECLINED)
        return back_to(f"{AGREE}/declined")
    return render("legal/declined.html", asked=asked)


def _question(visit: Visit, target: str, *, error: str = "") -> str:
    versions = {one.id: _version_of(visit, one.id, one.number) for one in unanswered(visit)}
    return render(
        "legal/agree.html", asked=unanswered(visit), versions=versions, target=target, error=error, shown=shown
    )


def _version_of(visit: Visit, document_id: UUID, number: int) -> LegalVersion:
    return visit.db.scalars(select(LegalVersion).filter_by(document_id=document_id, number=number)).one()


def _who(visit: Visit) -> Who:
    if visit.viewer.account_id is None:
        raise NotFound  # a program: it is asked nothing
    return Who(visit.viewer.account_id, visit.viewer.email, visit.voice.language)


def _target() -> str:
    target = safe_next(request.values.get("next"))
    return "/" if target.startswith(AGREE) else target


def _page(visit: Visit, key: str) -> str:
    """The version in force, or the one that was asked for; for who has nothing published yet, just that."""
    standing = standing_of(visit.db, key, visit.today)
    asked = request.args.get("version", "")
    if standing is None or (key not in TITLES and not standing.versions) or (asked and not asked.isdecimal()):
        raise NotFound
    version = standing.numbered(int(asked[:6])) if asked else standing.holds or standing.coming
    if version is None and (asked or standing.is_over):
        raise NotFound
    return render(
        "legal/document.html", standing=standing, version=version, shown=shown,
        text=visit.text(version.text) if version else None, heading=visit.text(standing.title),
        agreed=_agreed(visit, standing),
    )  # fmt: skip


def _agreed(visit: Visit, standing: Standing) -> LegalConsent | None:
    """The last time that this reader agreed to it."""
    if visit.viewer.account_id is None or standing.document is None or visit.viewer.kind != "resident":
        return None
    query = select(LegalConsent).filter_by(
        account_id=visit.viewer.account_id, document_id=standing.document.id, answer=AGREED
    )
    return visit.db.scalars(query.order_by(LegalConsent.number.desc(), LegalConsent.id).limit(1)).first()
