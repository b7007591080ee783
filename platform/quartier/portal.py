"""The portal: what answers on a company's host. One request, from the Host header to the answer."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from time import perf_counter
from uuid import UUID

import structlog
from flask import Flask, Response, current_app, g, redirect, request

from quartier.accounts import visitors
from quartier.accounts.permissions import all_permissions
from quartier.accounts.relying import WELL_KNOWN
from quartier.accounts.tokens import viewer_of_token
from quartier.api import problems
from quartier.api.documents import ROOT as API
from quartier.i18n import texts
from quartier.i18n.voice import Voice, choose_language, own_habits
from quartier.legal.asking import detour, is_document
from quartier.studio import preview
from quartier.support import services as support
from quartier.support import sight as support_sight
from quartier.tenancy.hosts import domain_key, normal_host
from quartier.tenancy.session import CompanySession
from quartier.tenancy.snapshot import Snapshot
from quartier.viewer import ANONYMOUS, Viewer
from quartier.viewing import services as viewing
from quartier.viewing import watching
from quartier.web import errors, flash, headers, origin, wearing
from quartier.web.application import new_request_id
from quartier.web.hidden import refuse_hidden
from quartier.web.language import LANGUAGE_COOKIE
from quartier.web.shell import Shell
from quartier.web.visit import Visit

log = structlog.get_logger(__name__)

NOBODY = Voice("en")  # speaks before it is known to whom
LARGEST_REQUEST = 64 * 1024 * 1024  # bytes; a page that takes more, or should take less, says so itself
ASSETS = ("/static/", "/theme/", "/brand/", "/icons/", "/manifest.webmanifest", "/worker.js")


class Portal:
    """The life of a request at a company's host. Everything it finds out goes into the visit."""

    def __init__(self, app: Flask, shell: Shell) -> None:
        self._shell = shell
        shell.attach(app)
        app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
        known = all_permissions(shell.plugins)
        self._permissions = frozenset(known)
        self._support = support_sight.rights(shell.plugins)
        self._whole = frozenset(key for key, permission in known.items() if permission.whole)
        app.before_request(self._arrive)
        app.after_request(self._answer)
        app.teardown_request(self._leave)
        errors.install(app)

    def _arrive(self) -> Response | str | tuple[str, int] | None:
        g.began, g.request_id = perf_counter(), new_request_id()
        match = self._match()
        if match is None:
            return errors.unknown_host()
        company_id, canonical = match
        if canonical is not None and request.path != WELL_KNOWN:
            return self._moved(canonical)
        company = self._shell.snapshots(company_id)
        if company is None:
            return errors.unknown_host()
        g.company = company
        if request.path.startswith(ASSETS):
            return None
        self._welcome(company)
        if company.status == "suspended" and not is_document(request.path):
            return problems.suspended() if request.path.startswith(API) else errors.suspended()
        if not request.path.startswith(API):
            _only_look(g.visit.viewer)
            refuse_hidden(g.visit)
            view = current_app.view_functions.get(request.endpoint or "")
            if largest := getattr(view, "largest", None):
                request.max_content_length = largest  # before somebody reads the form
            if not _is_for_outsiders():
                origin.refuse_foreign(request, g.visit.viewer.form_token)
            return detour(g.visit, view)
        return None

    def _match(self) -> tuple[UUID, str | None] | None:
        host = normal_host(request.headers.get("Host"))
        key = domain_key(host, self._shell.config.platform_domain) if host else None
        found = self._shell.hosts(key) if key else None
        return (found.company_id, found.canonical) if found else None

    def _moved(self, canonical: str) -> Response:
        """The company has a new name; links to the old one still arrive, with path and query."""
        where = self._shell.url_of(canonical, request.full_path.removesuffix("?"))
        answer = redirect(where, 308)
        answer.headers["Cache-Control"] = "no-store"
        return answer  # type: ignore[return-value]

    def _welcome(self, company: Snapshot) -> None:
        """Bind the company, find the viewer, choose the voice."""
        db = g.db = CompanySession(self._shell.engine, company.id)
        viewer = self._machine(db) if request.path.startswith(API) else self._viewer(db)
        viewer = viewer.settled(self._whole)
        voice = voice_for(company, viewer)
        company = wearing.company_for(company, viewer, request)
        visit = Visit(company, viewer, voice, db, self._shell.contents, bell=self._shell.bell)
        g.visit = preview.rehearsed(visit, self._shell, request)
        texts.bind(g.visit.voice)
        if viewer.watched is not None:
            watching.open_for_reading(g.visit, request)
        if viewer.support is not None:
            support_sight.open_for_reading(g.visit, request)

    def _machine(self, db: CompanySession) -> Viewer:
        """The API takes tokens and no cookies, so that no page of another origin can use it in somebody's name."""
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        found = viewer_of_token(db, token.strip(), self._permissions) if scheme.lower() == "bearer" and token else None
        return found or ANONYMOUS

    def _viewer(self, db: CompanySession) -> Viewer:
        if mark := request.cookies.get(support.COOKIE):
            supporter = support.supporter(db, mark, self._support)
            if supporter is not None:
                return replace(supporter, form_token=origin.form_token(mark))
        token = request.cookies.get(visitors.COOKIE)
        viewer = visitors.viewer_of(db, token)
        if not token or not viewer.signed_in:
            return viewer
        mark = request.cookies.get(viewing.COOKIE)
        watched = viewing.seen_as(db, viewer.settled(self._whole), mark) if mark and viewer.is_agent else None
        return replace(watched or viewer, form_token=origin.form_token(token))

    def _answer(self, response: Response) -> Response:
        if "visit" in g:
            response.headers.setdefault("Content-Language", g.visit.voice.tag)
            wearing.remember(g.visit, request, response)
        flash.forget_shown(response)
        if "visit" in g and g.visit.rehearsal is not None:
            preview.framed(response)
        if "visit" in g and g.visit.viewer.watched is not None:
            watching.write_down(self._shell.engine, g.visit, request, response)
        if "visit" in g and g.visit.viewer.support is not None:
            response = support_sight.keep_here(response)
            support_sight.write_down(self._shell.engine, g.visit, request, response)
        return headers.secure(response, https=self._shell.config.scheme == "https")

    def _leave(self, _error: BaseException | None) -> None:
        texts.bind(NOBODY)  # threads are reused: nothing speaks for a company after its request
        db: CompanySession | None = g.pop("db", None)
        if db is not None:
            db.close()


def _only_look(viewer: Viewer) -> None:
    """Whoever sees the portal as somebody else, or a Cockpit that is not theirs, changes nothing."""
    if viewer.watched is not None:
        watching.only_look(request)
    if viewer.support is not None:
        support_sight.only_look(request)


def _is_for_outsiders() -> bool:
    """Whether what is asked for takes requests from anywhere, for it does nothing in the name of a session."""
    return bool(getattr(current_app.view_functions.get(request.endpoint or ""), "from_outside", False))


_voice = lru_cache(maxsize=1024)(Voice)


def voice_for(company: Snapshot, viewer: Viewer) -> Voice:
    """Explicit choice > profile > browser > the company's default, among the languages that the company offers.

    Dates, numbers and the clock are those of the profile, or else the company's: no browser says which somebody reads.
    """
    asked = (request.cookies.get(LANGUAGE_COOKIE), viewer.language, request.headers.get("Accept-Language"))
    if viewer.watched is not None:
        asked = (viewer.language, None, None)  # what the agent's browser likes is not what the resident reads
    chosen = choose_language(company.languages, *asked)
    formats, zone = own_habits(viewer.formats, viewer.timezone)
    return _voice(chosen, company.tone, company.country, formats, zone)
