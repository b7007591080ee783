"""Mara sits with a prospect: a form, and a portal that can be shown; and everything that may go wrong with it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from quartier.app import Platform, house_of
from quartier.companies.models import BrandVersion
from quartier.mail.models import OutboxMail
from quartier.sandboxes import planting, samples
from quartier.sandboxes.jobs import tend
from quartier.sandboxes.wishing import app_name
from quartier.tenancy.models import Company
from quartier.testing import Browser, SomeCompany, work_off
from tests.deliveries.desk import send, write
from tests.mail.server import mail_host
from tests.sandboxes.conftest import LOGO, Demo, seller, typed

MakeDemo = Callable[..., Demo]


def picture(kind: str, size: tuple[int, int], colour: str | tuple[int, ...], mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind)
    return out.getvalue()


def moving() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (200, 200), colour) for colour in ("#1f5c8a", "#c8503f")]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    return out.getvalue()


def complaint(page: str, field: str) -> str | None:
    found = re.search(rf'<p class="error" id="{field}-error">(.*?)</p>', page, re.DOTALL)
    return re.sub(r"<[^>]*>", "", found[1]).removeprefix("Error:").strip() if found else None


def brand(demo: Demo) -> BrandVersion:
    with Session(demo.platform.shell.platform, expire_on_commit=False) as db:
        newest = select(BrandVersion).filter_by(company_id=demo.id).order_by(BrandVersion.number.desc())
        return db.scalars(newest).first()  # type: ignore[return-value]


def test_a_demo_has_people_houses_and_contents_and_opens_by_its_link(make_demo: MakeDemo) -> None:
    demo = make_demo()
    company, look = demo.company, brand(demo)
    assert (company.name, company.languages, company.country) == ("Seeblick Verwaltungen AG", ["de", "en", "fr"], "CH")
    assert (look.colour, look.app_name["fr"], look.logo_id is None) == ("#7a1f3d", "Seeblick Verwaltungen", False)
    door = demo.visitor().get(demo.door())
    assert (door.status_code, "Verena Keller" in door.text, "Daniela Zürcher" in door.text) == (200, True, True)
    resident, manager = demo.enter("resident"), demo.enter("manager")
    assert "Verena" in resident.get("/account").text
    for path in ("/faq/", "/pinboard/", "/bookings/"):
        assert resident.get(path).status_code == 200
    assert manager.get("/cockpit/people").status_code in {200, 308}
    assert resident.get("/cockpit/").status_code == 403
    assert manager.get("/cockpit/tokens").status_code == 403  # no key to machines by a link that many have
    page = demo.mara.get(demo.path).text
    assert re.search(r"Visited</dt><dd>2 times", page)


@pytest.mark.parametrize(("country", "language"), [("CH", "fr"), ("DE", "de"), ("AT", "en"), ("FR", "fr")])
def test_the_town_and_the_names_are_of_the_country(make_demo: MakeDemo, country: str, language: str) -> None:
    demo = make_demo(country=country, default_language=language, languages=["en", language])
    with Session(demo.platform.shell.platform) as db:
        towns = set(db.scalars(text("SELECT DISTINCT city FROM building WHERE company_id = :id"), {"id": demo.id}))
        wrong = db.scalars(
            text("SELECT body::text FROM pinboard_post WHERE company_id = :id AND body::text LIKE '%${%'"),
            {"id": demo.id},
        ).all()
    assert (towns, wrong) == ({{"CH": "Lausanne", "DE": "Hamburg", "AT": "Graz", "FR": "Lyon"}[country]}, [])


def test_a_link_opens_this_demo_only_and_only_while_it_is_one(make_demo: MakeDemo, brunnenhof: SomeCompany) -> None:
    demo, other = make_demo(), make_demo(name="Seeblick Verwaltungen AG")
    assert demo.company.slug != other.company.slug  # the same name twice
    door = demo.door()
    assert other.visitor().get(door).status_code == 404
    assert brunnenhof.visitor().get(door).status_code == 404
    assert other.visitor().post(f"{door}/manager").status_code == 404
    assert demo.visitor().post(f"{door}/operator").status_code == 404
    demo.mara.post(f"{demo.path}/link")
    assert demo.visitor().get(door).status_code == 404
    door = demo.door()
    with demo.platform.shell.platform.begin() as connection:  # a real person takes the made-up one's place
        connection.execute(
            text("UPDATE account SET email = 'p@real.ch', email_key = 'p@real.ch' WHERE id = (SELECT manager_id FROM "
                 "sandbox WHERE company_id = :id)"), {"id": demo.id},
        )  # fmt: skip
    assert demo.visitor().post(f"{door}/manager").status_code == 404
    assert demo.visitor().post(f"{door}/resident").status_code == 303
    with demo.platform.shell.platform.begin() as connection:
        connection.execute(text("UPDATE company SET demo_ends = now() WHERE id = :id"), {"id": demo.id})
    assert demo.visitor().post(f"{door}/resident").status_code == 404
    with demo.platform.shell.platform.begin() as connection:
        connection.execute(text("UPDATE company SET demo_ends = NULL WHERE id = :id"), {"id": demo.id})
    assert demo.visitor().get(door).status_code == 404
    assert demo.mara.get(demo.path).status_code == 404


def test_who_guesses_links_has_to_wait(make_demo: MakeDemo) -> None:
    demo = make_demo()
    guesser = demo.visitor()
    answers = [guesser.post(f"/demo/{number:024d}/manager").status_code for number in range(22)]
    assert (set(answers[:20]), answers[-1]) == ({404}, 303)
    assert guesser.get(guesser.post(f"{demo.door()}/manager").headers["Location"]).status_code == 200
    assert guesser.get("/cockpit/").status_code == 302


TOO_MANY = "This picture has too many pixels. Save it in a smaller size, for example 2000 pixels wide."
BAD = {
    "words": (b"not a picture at all", "This file is not a picture. Choose a PNG, JPEG, WebP or SVG file."),
    "huge": (picture("PNG", (12_000, 3_000), "#1f5c8a"), TOO_MANY),
    "animated": (picture("GIF", (20, 20), 0, "P"), "This file is not a picture. Choose a PNG, JPEG, WebP or SVG file."),
}  # fmt: skip


@pytest.mark.parametrize("kind", ["words", "huge", "animated"])
def test_a_logo_that_cannot_be_used_is_complained_of_and_nothing_is_lost(
    platform: Platform, console: Callable[..., Browser], kind: str
) -> None:
    mara = console("sales")
    body, sentence = BAD[kind]
    name = "O’Neill & Söhne <b>eG</b>"
    answer = mara.post("/sandboxes/new", typed(seller(platform, mara), name=name, logo=(io.BytesIO(body), "l.png")))
    assert (answer.status_code, complaint(answer.text, "logo")) == (422, sentence)
    assert 'value="O’Neill &amp; Söhne &lt;b&gt;eG&lt;/b&gt;"' in answer.text


def test_a_logo_that_was_fine_comes_back_with_a_form_that_was_not(
    platform: Platform, console: Callable[..., Browser]
) -> None:
    mara = console("sales")
    answer = mara.post("/sandboxes/new", typed(owner := seller(platform, mara), name=" "))
    kept = dict(re.findall(r'<input type="hidden" name="(logo_\w+)" value="([^"]*)">', answer.text))
    assert (answer.status_code, kept["logo_name"]) == (422, "logo.svg")
    again = typed(owner, **kept)
    del again["logo"]
    made = mara.post("/sandboxes/new", again)
    demo = Demo(platform, mara, made.headers["Location"].rpartition("/")[2], "")
    assert brand(demo).colour == "#7a1f3d"


PLAIN = (picture("PNG", (20, 20), "#c8503f"), "#c8503f", (True, None))


@pytest.mark.parametrize(
    ("name", "slug", "logo", "colour", "slots"),
    [
        # White: only on the brand's colour.
        ("🏡🏡", "demo-", picture("PNG", (200, 80), "#ffffff"), "#1f5c4a", (None, True)),
        ("شركة النخيل للعقارات", "demo-", moving(), "#1f5c8a", (True, None)),
        (
            "Wohnbau" + "x" * 53,
            "wohnbauxxx",
            picture("JPEG", (300, 300), (0, 200, 200, 20), "CMYK"),
            None,
            (True, None),
        ),
        ("<script>alert(1)</script>", "script-alert-1-script", b"", "#1f5c4a", (None, None)),
        ("L’Habitat d’Aujourd’hui", "lhabitat-daujourdhui", *PLAIN),
        ("Demo", "demo-", *PLAIN),
        ("Turn\u202earound\u0007 GmbH", "turn-around", *PLAIN),
    ],
    ids=["emoji", "right to left", "long", "markup", "apostrophes", "demo", "turns around"],
)
def test_any_name_and_logo_become_a_portal(
    make_demo: MakeDemo, name: str, slug: str, logo: bytes, colour: str | None, slots: tuple[bool | None, bool | None]
) -> None:
    """With a look that is sensible also for a logo that is white, small, moving, of a printer, or none."""
    demo = make_demo(name=name, logo=(io.BytesIO(logo), "logo.png" if logo else ""))
    look = brand(demo)
    assert colour in {None, look.colour}
    assert (look.logo_id is not None or None, look.logo_reverse_id is not None or None) == slots
    assert demo.company.slug.startswith(slug)
    page = demo.visitor().get(demo.door()).text
    assert "<script>alert" not in page
    assert "\u202e" not in demo.company.name
    assert demo.enter("resident").get("/").status_code == 200


def test_the_apps_name_is_short_and_without_the_legal_form() -> None:
    names = [
        "Seeblick Verwaltungen AG",
        "Régie du Lac S.A.",
        "AG",
        "x" * 60,
        "Gemeinnützige Wohnbaugenossenschaft Am Waldrand eG",
    ]
    assert [app_name(one) for one in names] == [
        "Seeblick Verwaltungen", "Régie du Lac", "AG", "x" * 30, "Gemeinnützige",
    ]  # fmt: skip


def test_what_the_form_has_no_time_for_is_planted_by_a_worker_and_seen_to_come(
    make_demo: MakeDemo, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planting.make, "__kwdefaults__", {"patience": 0.0})
    demo = make_demo()
    page = demo.mara.get(demo.path).text
    assert ('value="0"' in page, "hx-trigger" in page) == (True, True)
    assert demo.enter("resident").get("/").status_code == 200  # it can be shown already
    with Session(platform.shell.platform) as db:
        before = samples.marked(db, demo.id)
    work_off(platform)
    assert "Everything is planted." in demo.mara.get(f"{demo.path}/progress").text
    with Session(platform.shell.platform) as db:
        after = samples.marked(db, demo.id)
        assert {name for name in after if name.startswith(("faq_", "pinboard_", "bookings_"))} == {
            name for name in samples.rows_of(db, demo.id) if name.startswith(("faq_", "pinboard_", "bookings_"))
        }
        assert "faq_article" not in before
        assert after["faq_article"].keys() == samples.rows_of(db, demo.id)["faq_article"].keys()


def test_no_mail_leaves_a_demo(make_demo: MakeDemo, platform: Platform) -> None:
    demo = make_demo()
    company = SomeCompany(platform, demo.id, demo.company.slug, ("de",), demo.id, demo.id)
    platform.shell.snapshots.forget(demo.id)
    with mail_host() as host:
        send(company, host, write(company, "prospect@seeblick.example"))
    with Session(platform.shell.platform) as db:
        kept = db.scalars(select(OutboxMail.recipient).filter_by(company_id=demo.id)).all()
    assert (host.taken, kept) == ([], ["prospect@seeblick.example"])
    company.close()


def test_a_demo_is_warned_of_extended_and_gone_at_last_with_everything(make_demo: MakeDemo, platform: Platform) -> None:
    demo, other = make_demo(), make_demo(name="Bleibt GmbH")
    keys = [key for key, _at in platform.shell.storage.listed() if key.startswith(str(demo.id))]
    assert keys
    stays = other.rows()
    let_end(demo, timedelta(days=3))
    tend_demos(platform, twice=True)
    assert _warnings(platform, demo) == 1
    assert demo.mara.post(f"{demo.path}/extend").headers["Location"] == demo.path
    ends = datetime.now(ZoneInfo("Europe/Zurich")).date() + timedelta(days=30)
    assert demo.company.demo_ends == datetime.combine(ends, time(), ZoneInfo("Europe/Zurich"))
    with Session(platform.shell.platform) as db:
        granted = db.scalars(text("SELECT ends FROM entitlement_override WHERE company_id = :id"), {"id": demo.id})
        assert set(granted) == {ends}
    let_end(demo, timedelta(seconds=-1))
    tend_demos(platform)
    assert demo.rows()  # told a moment ago, so not today
    with platform.shell.platform.begin() as connection:
        late = text("UPDATE sandbox SET warned_at = now() - interval '2 days' WHERE company_id = :id")
        connection.execute(late, {"id": demo.id})
    tend_demos(platform)
    assert demo.rows() == {}
    assert [key for key, _at in platform.shell.storage.listed() if key.startswith(str(demo.id))] == []
    assert other.rows() == stays
    with Session(platform.shell.platform) as db:
        assert db.get(Company, demo.id) is None


def test_only_a_demo_can_be_removed(
    make_demo: MakeDemo, brunnenhof: SomeCompany, console: Callable[..., Browser]
) -> None:
    demo = make_demo()
    assert demo.mara.post(f"/sandboxes/{brunnenhof.id}/remove").status_code == 404
    assert console("support").post(f"{demo.path}/remove").status_code == 403
    assert demo.mara.get(f"{demo.path}/remove").status_code == 200
    assert demo.mara.post(f"{demo.path}/remove").headers["Location"] == "/sandboxes"
    assert demo.rows() == {}


def tend_demos(platform: Platform, *, twice: bool = False) -> None:
    for _time in range(1 + twice):
        with Session(platform.shell.platform) as db:
            tend(house_of(platform.shell), db)
            db.commit()


def let_end(demo: Demo, left: timedelta) -> None:
    with Session(demo.platform.shell.platform) as db:
        db.get_one(Company, demo.id).demo_ends = datetime.now(UTC) + left
        db.commit()


def _warnings(platform: Platform, demo: Demo) -> int:
    with Session(platform.shell.platform) as db:
        return db.query(OutboxMail).filter(OutboxMail.text.contains(f"/sandboxes/{demo.id}")).count()


def test_the_list_shows_demos_and_begins_with_what_to_do(make_demo: MakeDemo, console: Callable[..., Browser]) -> None:
    demo = make_demo(name="Zum Vorzeigen AG")
    assert f'href="/sandboxes/{demo.id}"' in console("support").get("/sandboxes").text
    assert console("support").get("/sandboxes/new").status_code == 403
    assert LOGO
