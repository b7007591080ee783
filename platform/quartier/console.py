"""The console: what answers on the operators' host. It shares nothing with the portal but the shell."""

from __future__ import annotations

from time import perf_counter

from flask import Flask, Response, g, request
from sqlalchemy.orm import Session

from quartier.accounts import operators
from quartier.api.documents import ROOT
from quartier.i18n import texts
from quartier.i18n.voice import LANGUAGES, Voice, choose_language, own_habits
from quartier.legal.operator import notices
from quartier.programs.services import program_of
from quartier.web import errors, flash, headers, origin
from quartier.web.application import new_request_id
from quartier.web.language import LANGUAGE_COOKIE
from quartier.web.shell import Shell
from quartier.web.visit import ConsoleVisit, Staff

ASSETS = ("/static/", "/theme/")
LARGEST_REQUEST = 12 * 1024 * 1024  # bytes: a logo and an icon of 5 MB each; more is refused before it is read


class Console:
    """The life of a request at the console. Its session sees all companies, so only operators get beyond the door."""

    def __init__(self, app: Flask, shell: Shell) -> None:
        self._shell, self._notices = shell, notices(shell.config.legal_folder)
        shell.attach(app)
        app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
        app.before_request(self._arrive)
        app.after_request(self._answer)
        app.teardown_request(self._leave)
        errors.install(app)

    def _arrive(self) -> None:
        g.began, g.request_id = perf_counter(), new_request_id()
        if request.path.startswith(ASSETS):
            return
        db = g.db = Session(self._shell.platform, expire_on_commit=False)
        staff = self._who(db)
        chosen = choose_language(
            LANGUAGES,
            request.cookies.get(LANGUAGE_COOKIE),
            staff.language,
            request.headers.get("Accept-Language"),
            "en",
        )
        voice = Voice(chosen, "formal", "CH", *own_habits(staff.formats, staff.timezone))  # type: ignore[arg-type]
        texts.bind(voice)
        g.visit = ConsoleVisit(staff, voice, db, notices=self._notices)
        if not request.path.startswith(ROOT):
            origin.refuse_foreign(request, staff.form_token)

    @staticmethod
    def _who(db: Session) -> Staff:
        """The API takes keys and no cookies, so that no page of another origin can use it in somebody's name."""
        if request.path.startswith(ROOT):
            return program_of(db, request.headers.get("Authorization", ""))
        token = request.cookies.get(operators.COOKIE)
        return operators.staff_of(db, token) if token else Staff()

    def _answer(self, response: Response) -> Response:
        if "visit" in g:
            response.headers.setdefault("Content-Language", g.visit.voice.tag)
        flash.forget_shown(response)
        return headers.secure(response, https=self._shell.config.scheme == "https")

    def _leave(self, _error: BaseException | None) -> None:
        texts.bind(Voice("en"))  # threads are reused: nothing speaks for a company after its request
        db: Session | None = g.pop("db", None)
        if db is not None:
            db.close()
