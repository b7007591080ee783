"""What is important: shown before it is sent, sent once, proven afterwards; and what hangs in the stairwell."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta

import pikepdf
from PIL import Image

from plugins.pinboard import services
from plugins.pinboard.manifest import FILES
from plugins.pinboard.tests.sample import notice
from quartier.sdk import add_file
from quartier.testing import SomeCompany, scanned


def test_an_important_notice_reaches_everybody_once_after_a_look_at_who_that_is(brunnenhof: SomeCompany) -> None:
    house, building = brunnenhof.house("Seestrasse")
    nadja = brunnenhof.agent("Nadja Frei", "pinboard.view", "pinboard.publish", "mails.read", language="en")
    elsewhere = brunnenhof.agent("Beat Ammann", "pinboard.view", "pinboard.publish").limited_to(house)
    verena = brunnenhof.resident("Verena Keller", language="en")
    brunnenhof.resident("Urs Meier", building_id=building)
    with brunnenhof.db() as db:
        here = next(iter(verena.visit().viewer.places)).property_id
        post = notice(db, "Kein Wasser", where=[here])
        later = notice(db, "Bald", show_from=datetime.now(UTC) + timedelta(days=1))
        db.commit()
    page = f"/cockpit/pinboard/{post.id}/important"
    assert "/important" in nadja.browser.get(f"/cockpit/pinboard/{post.id}/edit").text
    assert nadja.browser.get(f"/cockpit/pinboard/{later.id}/important").status_code == 303
    assert elsewhere.browser.get(page).status_code == 403
    shown = nadja.browser.get(page).text
    assert ("Verena Keller" in shown, "Urs Meier" in shown) == (True, False)
    seal = re.search(r'name="seal" value="([^"]+)"', shown)
    assert seal is not None
    assert nadja.browser.post(page, {"seal": "9-9-9-9"}).status_code == 409
    sent = nadja.browser.post(page, {"seal": seal[1]})
    assert sent.headers["Location"].startswith("/cockpit/notifications/")
    again = nadja.browser.post(page, {"seal": seal[1]})
    assert again.headers["Location"] == f"/cockpit/pinboard/{post.id}/edit"
    brunnenhof.work()
    assert "Kein Wasser" in verena.browser.get("/notifications").text
    assert "Important" in verena.browser.get("/pinboard/").text
    assert sent.headers["Location"] in nadja.browser.get(f"/cockpit/pinboard/{post.id}/edit").text


def test_a_notice_hangs_in_the_stairwell_in_each_of_its_languages(brunnenhof: SomeCompany) -> None:
    nadja = brunnenhof.agent("Nadja Frei", "pinboard.view", "pinboard.publish", language="en")
    lea, drawn = brunnenhof.resident("Lea Zimmermann"), io.BytesIO()
    Image.new("RGB", (400, 300), "navy").save(drawn, "PNG")
    with brunnenhof.db() as db:
        both = {"de": "Bitte **füllen** Sie einen Krug.", "fr": "Merci d'y penser."}
        post = notice(db, "Kein Wasser", titles={"de": "Kein Wasser: 1/2 Tag", "fr": "Pas d'eau à l’étage"}, body=both)
        add_file(db, brunnenhof.platform.shell.storage, FILES, post.id, by=services.machine("test"), name="a.png",
                 body=drawn.getvalue())  # fmt: skip
        db.commit()
    brunnenhof.work()
    page = f"/cockpit/pinboard/{post.id}/print.pdf"
    assert page in nadja.browser.get(f"/pinboard/{post.id}").text
    assert page not in lea.browser.get(f"/pinboard/{post.id}").text
    whole, french = nadja.browser.get(page), nadja.browser.get(f"{page}?language=fr")
    assert whole.headers["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(whole.data)) as made:
        assert [len(one.get_images()) for one in made.pages] == [2, 2]  # the code, and the picture of the post
    (code,), again = scanned(whole.data)
    assert (code, again) == (f"{brunnenhof.platform.shell.config.origin(brunnenhof.host)}/pinboard/{post.id}", [code])
    assert french.headers["Content-Disposition"].endswith(
        "filename*=UTF-8''Pas%20d%27eau%20%C3%A0%20l%E2%80%99%C3%A9tage.pdf"
    )
    assert [nadja.browser.get(f"{page}?language=it").status_code, lea.browser.get(page).status_code] == [404, 403]


def test_who_prints_what_has_no_letters_is_asked_first(brunnenhof: SomeCompany) -> None:
    """Of Arabic, Greek and emoji there are letters; of Chinese and Thai a sheet would show empty boxes."""
    nadja = brunnenhof.agent("Nadja Frei", "pinboard.view", "pinboard.publish", language="en").browser
    with brunnenhof.db() as db:
        fine, boxes = (
            notice(db, title, body={"de": body}).id
            for title, body in (("Für Ελένη & Đorđe", "مرحبا 👋🏽 ½ ✓"), ("Familie 王", "Willkommen **王小** <ย>, 王."))
        )
        db.commit()
    printed = nadja.get(f"/cockpit/pinboard/{fine}/print.pdf")
    assert (printed.status_code, printed.headers["Content-Type"]) == (200, "application/pdf")
    editor = f"/cockpit/pinboard/{boxes}/edit"
    from_there = {"Referer": f"https://{nadja.host}{editor}"}
    asked = nadja.get(f"/cockpit/pinboard/{boxes}/print.pdf?language=de", headers=from_there)
    assert (asked.status_code, "<strong>王 小 ย</strong>" in asked.text) == (422, True)
    assert f'class="backlink" href="{editor}"' in asked.text
    (anyway,) = re.findall(r'href="([^"]+as-it-is[^"]+)"', asked.text)
    assert nadja.get(anyway.replace("&amp;", "&")).headers["Content-Type"] == "application/pdf"
