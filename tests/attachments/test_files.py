"""Files of things, from the form to the reader: sent, checked, shown, fetched, gone."""

from __future__ import annotations

import io
import re
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import pikepdf
import pillow_heif
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from marshmallow import ValidationError
from PIL import Image
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from quartier.app import house_of
from quartier.attachments.checking import expire
from quartier.attachments.fields import claim_files
from quartier.attachments.kinds import TEST_VIRUS
from quartier.attachments.links import STEP, Links
from quartier.contracts.models import Contract
from quartier.db.base import new_id
from quartier.db.ddl import holds_files
from quartier.files.models import Attachment, StoredFile
from quartier.files.services import keep_attached
from quartier.files.storage import FolderStorage, StorageDown
from quartier.jobs.queue import defer
from quartier.keys import key_of
from quartier.testing import Browser, SomeBody, SomeCompany
from tests.attachments.board.manifest import NOTE
from tests.attachments.board.plugin import READERS
from tests.attachments.conftest import picture
from tests.attachments.test_kinds import huge_png

SIDEWAYS = 6  # how a phone says that the top of the picture is on its right
PLACE = {0x8825: {1: "N", 2: (47.0, 22.0, 0.0), 3: "E", 4: (8.0, 32.0, 0.0)}}


def photo(width: int = 1600, height: int = 1200) -> bytes:
    """As a phone takes it: lying on its side, with the place where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = SIDEWAYS
    exif._ifds = PLACE
    exif[0x8825] = PLACE[0x8825]
    return picture(width, height, exif=exif, comment=b"Hardstrasse 1")


def send(browser: Browser, body: bytes, name: str = "bild.jpg", purpose: str = "board.note") -> Any:
    sent = {"purpose": purpose, "file": (io.BytesIO(body), name)}
    return browser.post("/files", sent, content_type="multipart/form-data")


def form(ids: list[str], *files: tuple[bytes, str], **typed: str) -> MultiDict[str, Any]:
    """What a browser sends: ids in their order, and files that come with the form."""
    new = [("files.new", (io.BytesIO(body), name)) for body, name in files]
    return MultiDict([*(("files", one) for one in ids), *typed.items(), *new])


def save(browser: Browser, note: UUID, *args: Any, **typed: str) -> Any:
    return browser.post(f"/board/{note}/edit", form(*args, **typed), content_type="multipart/form-data")


def links(page: str) -> list[str]:
    """Addresses of files on a page."""
    return re.findall(r'href="(/files/[^"]+)"', page)


def states(company: SomeCompany) -> list[tuple[str, str, str]]:
    with company.db() as db:
        return [(row.name, row.state, row.reason) for row in db.scalars(select(Attachment).order_by(Attachment.id))]


def keys(company: SomeCompany) -> tuple[set[str], set[str]]:
    """What the company's rows say that there is, and what there is."""
    root = company.platform.shell.config.var / "files"
    with company.db() as db:
        rows = {file.key for file in db.scalars(select(StoredFile))}
    return rows, {str(path.relative_to(root)) for path in root.glob(f"{company.id}/*")}


def test_a_photograph_is_drawn_upright_in_sizes_and_says_nothing_of_where(brunnenhof: SomeCompany) -> None:
    lea, note = brunnenhof.resident("Lea Baumann"), new_id()
    sent = send(lea.browser, photo(), "Küche 3.JPG")
    assert (sent.status_code, sent.json["state"], sent.json["name"]) == (201, "waiting", "Küche 3.JPG")
    assert lea.browser.get(f"/files/{sent.json['id']}/x").status_code == 404  # nobody gets what is not checked
    brunnenhof.work()
    (found,) = lea.browser.get("/files/states").json
    assert (found["state"], found["message"]) == ("ready", "")
    alt = {f"files.alt.{found['id']}": "Die Küche"}
    assert save(lea.browser, note, [found["id"]], title="Küche", **alt).status_code == 303
    page = lea.browser.get(f"/board/{note}").text
    (url,) = links(page)
    answer = lea.browser.get(url)
    with Image.open(io.BytesIO(answer.data)) as drawn:
        assert (drawn.format, drawn.size, dict(drawn.getexif())) == ("WEBP", (1200, 1600), {})
        assert [drawn.convert("RGB").getpixel(at)[0] > 200 for at in ((1100, 800), (100, 800))] == [True, False]
    assert b"Hardstrasse" not in answer.data
    assert (
        answer.headers["Content-Disposition"]
        == "inline; filename=\"K_che 3.webp\"; filename*=UTF-8''K%C3%BCche%203.webp"
    )
    assert (answer.headers["Content-Security-Policy"], answer.headers["X-Content-Type-Options"]) == (
        "default-src 'none'; sandbox", "nosniff",
    )  # fmt: skip
    assert re.fullmatch(r"private, max-age=\d+", answer.headers["Cache-Control"])
    widths = re.findall(r" (\d+)w", re.findall('srcset="([^"]+)"', page)[0])
    assert (widths, 'alt="Die Küche"' in page) == (["320", "960", "1200"], True)
    brunnenhof.work()
    rows, there = keys(brunnenhof)
    assert (len(rows), rows) == (3, there)  # the original is gone


def test_bad_files_are_refused_with_a_reason_and_the_good_ones_stay(brunnenhof: SomeCompany) -> None:
    """A form without a script: what can be said at once is said at the field, with everything else kept."""
    browser, note = brunnenhof.resident("Lea Baumann").browser, new_id()
    poor = [
        (huge_png(), "riesig.png"), (TEST_VIRUS, "eicar.txt"), (b"MZ\x90\x00", "spiel.exe"), (b"", "leer.pdf"),
        (b"a" * (100 * 1024 + 1), "lang.txt"),
    ]  # fmt: skip
    answer = save(browser, note, [], (picture(), "gut.jpg"), *poor, title="Titel")
    errors = re.findall(r"<li>([\w.]+): ([^<]+)</li>", answer.text)
    assert (answer.status_code, [name for name, _said in errors]) == (422, [name for _body, name in poor])
    shown = ["60" in errors[0][1], 'value="Titel"' in answer.text, "gut.jpg" in answer.text]
    assert shown == [True, True, True]
    (kept,) = re.findall(r'name="files" value="([^"]+)"', answer.text)
    many = save(browser, note, [kept], *[(picture(40 + i), f"{i}.jpg") for i in range(50)], title="Titel")
    assert (many.status_code, len(states(brunnenhof))) == (422, 3)  # a note has three
    assert send(browser, picture(), purpose="board.plan").status_code == 404  # only the team hangs up plans
    assert save(browser, note, [str(new_id())], title="Titel").status_code == 422  # somebody else's, or gone


def pdf(action: str = "", *, packed: bool = False) -> bytes:
    """A document of one page, which does something when it is opened; also where no search for words sees it."""
    document = pikepdf.new()
    document.add_blank_page()
    if action:
        document.Root.OpenAction = document.make_indirect(pikepdf.Object.parse(action.encode()))
    out = io.BytesIO()
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    document.save(out, object_stream_mode=mode, compress_streams=True)
    return out.getvalue()


def test_the_worker_finds_what_is_hidden_and_lets_documents_out_as_they_are(brunnenhof: SomeCompany) -> None:
    lea, note = brunnenhof.resident("Lea Baumann"), new_id()
    plain, locked = pdf(), io.BytesIO()
    with pikepdf.open(io.BytesIO(plain)) as document:
        document.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    heic = io.BytesIO()
    pillow_heif.register_heif_opener()
    Image.new("RGB", (64, 48), "red").save(heic, "HEIF")
    sent = {
        "plan.pdf": plain, "js.pdf": pdf("<</S/JavaScript/JS(app.alert\\(1\\))>>", packed=True),
        "start.pdf": pdf("<</S/L#61unch/F(calc.exe)>>"), "zu.pdf": locked.getvalue(), "halb.pdf": plain[:80],
        "IMG_1.HEIC": heic.getvalue(), "halb.jpg": picture(400, 400)[:700],
    }  # fmt: skip
    for name, body in sent.items():
        assert send(lea.browser, body, name).status_code == 201, name
    brunnenhof.work()
    found = {name: (state, reason) for name, state, reason in states(brunnenhof)}
    assert found == {
        "plan.pdf": ("ready", ""), "js.pdf": ("refused", "pdf_program"), "start.pdf": ("refused", "pdf_program"),
        "zu.pdf": ("refused", "pdf_locked"), "halb.pdf": ("refused", "broken"), "IMG_1.HEIC": ("ready", ""),
        "halb.jpg": ("refused", "broken"),
    }  # fmt: skip
    ids = {one["name"]: one["id"] for one in lea.browser.get("/files/states").json}
    assert save(lea.browser, note, [ids["plan.pdf"], ids["IMG_1.HEIC"], ids["js.pdf"]], title="Plan").status_code == 303
    page = lea.browser.get(f"/board/{note}")
    url = next(one for one in links(page.text) if one.endswith(".pdf"))
    whole = lea.browser.get(url)
    assert (whole.data, whole.headers["Content-Disposition"][:11]) == (plain, "attachment;")
    part = lea.browser.get(url, headers={"Range": "bytes=5-7"})
    assert (part.status_code, part.data, part.headers["Content-Range"]) == (206, plain[5:8], f"bytes 5-7/{len(plain)}")
    assert lea.browser.get(url, headers={"Range": f"bytes={len(plain)}-"}).status_code == 416
    assert "PDF" in page.text.split("js.pdf")[1]  # the author reads why


def test_an_address_is_for_one_reader_at_one_company_for_minutes(
    brunnenhof: SomeCompany, nordlicht: SomeCompany
) -> None:
    lea, otto, note = brunnenhof.resident("Lea Baumann"), brunnenhof.resident("Otto Frei"), new_id()
    draft = send(lea.browser, b"Hausordnung", "ordnung.txt").json["id"]
    brunnenhof.work()
    assert lea.browser.get(f"/files/{draft}").status_code == 302  # one's own draft
    assert otto.browser.get(f"/files/{draft}").status_code == 404
    assert otto.browser.post(f"/files/{draft}/remove").status_code == 404
    assert save(otto.browser, note, [draft], title="Meins").status_code == 422
    save(lea.browser, note, [draft], title="Ordnung")
    READERS.clear()
    READERS.add(lea.account_id)
    url = lea.browser.get(f"/files/{draft}").headers["Location"]
    assert lea.browser.get(url).data == b"Hausordnung"
    strangers = [otto.browser, brunnenhof.visitor(), nordlicht.resident().browser]
    assert {browser.get(url).status_code for browser in strangers} == {404}
    assert otto.browser.get(f"/files/{draft}").status_code == 404  # the module says no
    old = late(brunnenhof, lea, UUID(draft))
    assert lea.browser.get(old).headers["Location"] == url
    READERS.clear()
    assert lea.browser.get(old).status_code == 404
    assert lea.browser.get(url.replace("/files/", "/files/A")).status_code == 404
    brunnenhof.switch("board", on=False)
    assert lea.browser.get(url).status_code == 404
    READERS.add(lea.account_id)
    assert lea.browser.get(old).status_code == 404


def late(company: SomeCompany, reader: SomeBody, attachment_id: UUID) -> str:
    """An address that was made an hour ago."""
    now = Links(key_of(company.platform.shell.config), company.id, reader.account_id, 0)

    return f"/files/{replace(now, now=int(time.time()) - 4 * STEP).token(attachment_id, 0)}/x"


class Down(FolderStorage):
    """A storage that nobody reaches."""

    def _path(self, key: str) -> Any:
        raise StorageDown("connection refused")


@contextmanager
def storage_down(company: SomeCompany) -> Iterator[None]:
    shell = company.platform.shell
    known, shell.storage = shell.storage, Down(shell.config.var / "files")
    try:
        yield
    finally:
        shell.storage = known


def test_while_the_storage_is_down_nothing_is_lost(brunnenhof: SomeCompany) -> None:
    lea, note = brunnenhof.resident("Lea Baumann", language="fr"), new_id()
    draft = send(lea.browser, b"Plan", "plan.txt").json["id"]
    brunnenhof.work()
    save(lea.browser, note, [draft], title="Plan")
    (url,) = links(lea.browser.get(f"/board/{note}").text)
    with storage_down(brunnenhof):
        assert send(lea.browser, b"Noch einer", "b.txt").status_code == 503
        answer = save(lea.browser, note, [draft], (b"Neu", "neu.txt"), title="Getippt")
        assert (answer.status_code, 'value="Getippt"' in answer.text, draft in answer.text) == (422, True, True)
        away = lea.browser.get(url)
    assert (away.status_code, away.headers["Content-Language"], "Retry-After" in away.headers) == (503, "fr-CH", True)
    assert (lea.browser.get(url).data, states(brunnenhof)) == (b"Plan", [("plan.txt", "ready", "")])


def test_what_is_taken_away_leaves_no_bytes(brunnenhof: SomeCompany) -> None:
    lea, note = brunnenhof.resident("Lea Baumann"), new_id()
    ids = [send(lea.browser, f"Seite {i}".encode(), f"{i}.txt").json["id"] for i in range(3)]
    brunnenhof.work()
    assert lea.browser.post(f"/files/{ids[2]}/remove").status_code == 204
    save(lea.browser, note, ids[1::-1], title="Zwei")  # the other order
    assert [url.rpartition("/")[2] for url in links(lea.browser.get(f"/board/{note}").text)] == ["1.txt", "0.txt"]
    placed = {
        f"files.place.{ids[1]}": "1",
        f"files.place.{ids[0]}": "1",
    }  # without a script: what was second stands first
    for order in (ids[:2], ids[1::-1]):
        save(lea.browser, note, order, title="Zwei", **placed)
        shown = [url.rpartition("/")[2] for url in links(lea.browser.get(f"/board/{note}").text)]
        assert shown == [f"{ids.index(one)}.txt" for one in order[::-1]]
    save(lea.browser, note, ids[:2], title="Eine", **{"files.remove": ids[0]})
    brunnenhof.work()
    assert (states(brunnenhof), keys(brunnenhof)[0] == keys(brunnenhof)[1]) == ([("1.txt", "ready", "")], True)
    lea.browser.post(f"/board/{note}/delete")
    brunnenhof.work()
    assert (states(brunnenhof), keys(brunnenhof)) == ([], (set(), set()))


class Scanner(socketserver.StreamRequestHandler):
    """Speaks as ClamAV's daemon does, and knows one virus."""

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        body = b""
        while size := int.from_bytes(self.rfile.read(4), "big"):
            body += self.rfile.read(size)
        self.wfile.write(b"stream: Wurm FOUND\0" if b"Wurm" in body else b"stream: OK\0")


def test_a_scanner_is_asked_where_there_is_one(brunnenhof: SomeCompany, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, shell = brunnenhof.resident("Lea Baumann").browser, brunnenhof.platform.shell
    with socketserver.TCPServer(("127.0.0.1", 0), Scanner) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        monkeypatch.setattr(shell, "config", replace(shell.config, clamd=f"127.0.0.1:{server.server_address[1]}"))
        for name, body in {"gut.txt": b"Apfel", "wurm.txt": b"Wurm im Apfel"}.items():
            send(browser, body, name)
        brunnenhof.work()
        server.shutdown()
    send(browser, b"Birne", "wartet.txt")  # nobody answers any more
    brunnenhof.work()
    found = [("gut.txt", "ready", ""), ("wurm.txt", "refused", "infected"), ("wartet.txt", "waiting", "")]
    assert (states(brunnenhof), keys(brunnenhof)[0] == keys(brunnenhof)[1]) == (found, True)


def test_a_full_quota_is_said_at_the_field_and_before_that_in_the_cockpit(brunnenhof: SomeCompany) -> None:
    nadja = brunnenhof.agent("Nadja Frei", "company.settings", language="en").browser
    lea, note = brunnenhof.resident().browser, new_id()
    draft = send(lea, b"x" * 2000, "plan.txt").json["id"]
    space = nadja.get("/cockpit/settings/space").text
    assert ["2\xa0kB of 20\xa0GB" in space, "1 is being checked" in space, ">Board<" in space] == [True] * 3
    with brunnenhof.db() as db:
        contract = db.scalars(select(Contract)).one()
    contract.file_quota = 0
    brunnenhof.plant(contract)
    assert "nobody can add files" in nadja.get("/cockpit/settings/space").text
    answer = save(lea, note, [draft], (b"noch einer", "b.txt"), title="Plan")
    assert (answer.status_code, draft in answer.text, len(keys(brunnenhof)[0])) == (422, True, 1)


def test_programs_send_wait_fetch_and_delete(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    nadja, otto = brunnenhof.token("company.settings"), brunnenhof.token("company.settings")
    theirs = nordlicht.token("company.settings")

    def ask(
        method: str, path: str = "", *, token: str = nadja, company: SomeCompany = brunnenhof, **options: Any
    ) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        return company.visitor().open(method, f"/api/v1/files{path}", headers=headers, **options)

    def post(body: bytes, name: str = "plan.txt", purpose: str = "board.note") -> Any:
        return ask("POST", data={"purpose": purpose, "file": (io.BytesIO(body), name)})

    sent = post(b"Plan")
    path = f"/{sent.json['id']}"
    assert (sent.status_code, sent.json["state"], sent.headers["Location"]) == (201, "waiting", f"/api/v1/files{path}")
    assert ask("GET", f"{path}/content").status_code == 404
    brunnenhof.work()
    assert (ask("GET", path).json["state"], ask("GET", f"{path}/content").data) == ("ready", b"Plan")
    assert [one["id"] for one in ask("GET").json["items"]] == [sent.json["id"]]
    poor = post(b"MZ\x90\0", "spiel.exe")
    assert (poor.status_code, poor.content_type) == (422, "application/problem+json")
    assert post(b"Plan", purpose="board.nothing").status_code == 404
    with storage_down(brunnenhof):
        assert [post(b"Neu").status_code, ask("GET", f"{path}/content").status_code] == [503, 503]
    strangers = [{"token": otto}, {"token": theirs, "company": nordlicht}]
    assert [ask("GET", path, **who).status_code for who in strangers] == [404, 404]
    assert [ask("DELETE", path, token=otto).status_code, ask("DELETE", path).status_code] == [404, 204]
    assert ask("GET").json["items"] == []


def test_files_go_with_their_thing_however_it_goes(brunnenhof: SomeCompany) -> None:
    """The trigger that a module puts on its table, on one that is there for this test alone."""
    thing, other = new_id(), new_id()
    rows = [
        Attachment(id=new_id(), purpose="board.note", thing_id=one, name="a", content_type="text/plain", size=1)
        for one in (thing, other)
    ]
    brunnenhof.plant(*rows)
    admin = create_engine(str(brunnenhof.platform.shell.config.database_url))
    with admin.connect() as connection, Operations.context(MigrationContext.configure(connection)):
        connection.execute(text("CREATE TABLE sticker (company_id uuid, id uuid)"))
        holds_files("sticker")
        connection.execute(text("INSERT INTO sticker VALUES (:company, :id)"), {"company": brunnenhof.id, "id": thing})
        connection.execute(text("DELETE FROM sticker"))
        left = connection.scalars(text("SELECT thing_id FROM attachment WHERE company_id = :c"), {"c": brunnenhof.id})
        assert left.all() == [other]
        connection.rollback()
    admin.dispose()


def test_a_modules_api_takes_drafts_by_their_ids(brunnenhof: SomeCompany) -> None:
    lea, otto, note = brunnenhof.resident("Lea Baumann"), brunnenhof.resident("Otto Frei"), new_id()
    ids = [UUID(send(lea.browser, f"Seite {i}".encode(), f"{i}.txt").json["id"]) for i in range(4)]
    mine, other = lea.visit(), otto.visit()
    claim_files(mine, NOTE, [ids[1], ids[0], ids[1]], note)
    claim_files(mine, NOTE, [ids[2], ids[1]], note)
    for visit, wanted in ((mine, ids), (other, ids[3:]), (mine, [new_id()])):
        with pytest.raises(ValidationError, match="files"):
            claim_files(visit, NOTE, wanted, note)
    found = mine.db.scalars(select(Attachment.name).filter_by(thing_id=note).order_by(Attachment.position))
    assert found.all() == ["2.txt", "1.txt"]


def test_drafts_that_nobody_uses_expire_with_their_bytes(brunnenhof: SomeCompany) -> None:
    lea, note = brunnenhof.resident("Lea Baumann").browser, new_id()
    ids = [send(lea, f"Seite {i}".encode(), f"{i}.txt").json["id"] for i in range(2)]
    save(lea, note, ids[:1], title="Eine")
    shell, expired = brunnenhof.platform.shell, text("UPDATE attachment SET created_at = now() - interval '25 hours'")
    with Session(shell.platform) as db:
        db.execute(expired)
        expire(house_of(shell), db)
        db.commit()
    assert [name for name, _state, _reason in states(brunnenhof)] == ["0.txt"]
    assert keys(brunnenhof)[0] == keys(brunnenhof)[1]
    assert save(lea, note, ids, title="Zwei").status_code == 422


def test_files_that_a_module_kept_by_itself_get_bytes_of_their_own_and_sizes(brunnenhof: SomeCompany) -> None:
    """As a migration leaves them: a picture in one size, one that shares its bytes, one that nobody can draw."""
    shell, thing = brunnenhof.platform.shell, new_id()
    names = {"own": picture(1200, 900), "bad": b"\x89PNG\r\n\x1a\n", "shared": b""}
    rows = {
        name: Attachment(id=new_id(), purpose="board.note", thing_id=thing, name=f"{name}.jpg", size=1,
                         content_type="image/jpeg", state="ready" if body else "waiting")
        for name, body in names.items()
    }  # fmt: skip
    ids = {name: row.id for name, row in rows.items()}
    brunnenhof.plant(*rows.values())
    with brunnenhof.db() as db:
        kept = {}
        for name in ("own", "bad"):
            one = StoredFile(
                purpose="attached", name=name, content_type="image/jpeg", attachment_id=ids[name], fits=1920
            )
            kept[name] = keep_attached(db, shell.storage, names[name], one).id
        for name in ("shared", "own", "bad", "own"):
            source = kept["own" if name == "shared" else name]
            defer(db, "attachments.settle", attachment=str(ids[name]), source=str(source))
        db.commit()
    brunnenhof.work()
    with brunnenhof.db() as db:
        found = {row.name: (row.state, row.content_type, row.width) for row in db.scalars(select(Attachment))}
        drawn = ("ready", "image/webp", 1200)
        assert found == {"own.jpg": drawn, "shared.jpg": drawn, "bad.jpg": ("ready", "image/jpeg", 0)}
        sizes = sorted((file.attachment_id, file.fits) for file in db.scalars(select(StoredFile)))
        assert sizes == sorted([*((ids[name], fits) for name in ("own", "shared") for fits in (320, 960, 1920)),
                                (ids["bad"], 1920)])  # fmt: skip
    assert keys(brunnenhof)[0] == keys(brunnenhof)[1]
