"""The pinboard of a company in which 50,000 posts have been written, all of which one reader may read."""

from __future__ import annotations

from uuid import UUID

import psycopg
from sqlalchemy.orm import Session

from quartier.contracts.models import Contract, ContractLine, ModuleSwitch
from quartier.db.base import new_id
from tests.bench.pages import pages
from tests.bench.world import World, driver_url

SLUG, POSTS = "pinnwand", 50_000
PLANTED = """
    INSERT INTO pinboard_category (company_id, id, key, name)
        VALUES (%(company)s, md5('topic')::uuid, 'offer', '{"de": "Biete"}');
    INSERT INTO pinboard_post (company_id, id, category_id, author_id, property_id, from_where, reach, title, body,
        html, plain, search_key, show_from, created_at, audience_keys)
    SELECT %(company)s, md5('post' || n)::uuid, md5('topic')::uuid, %(author)s,
        %(home)s::text::uuid, 'Brunnenhofstrasse 14', 'property', '{}', jsonb_build_object('de', words),
        jsonb_build_object('de', '<p>' || words || '</p>'), jsonb_build_object('de', words),
        ' ' || lower(words) || ' ', at, at, ARRAY[%(home)s::text || ':*']
    FROM (SELECT n, 'Nummer ' || n || ': wer hat ' || (ARRAY['eine Leiter', 'einen Akkuschrauber', 'Zeit zum Giessen',
        'ein Sofa abzugeben'])[1 + n %% 4] || '? ' || repeat(md5(n::text) || ' ', 8) AS words,
        now() - n * interval '10 minutes' AS at FROM generate_series(1, %(posts)s) n) p;
    INSERT INTO pinboard_spot (company_id, id, post_id, key, category_id, rank, at)
    SELECT %(company)s, md5('spot' || n || k.key)::uuid, md5('post' || n)::uuid, k.key, md5('topic')::uuid, 0,
        now() - n * interval '10 minutes'
    FROM generate_series(1, %(posts)s) n,
        unnest(ARRAY['!', '!' || %(home)s::text, '~' || %(home)s::text || ':*', '~*:*']) k(key);
    INSERT INTO pinboard_comment (company_id, id, post_id, author_id, body)
    SELECT %(company)s, md5('comment' || n)::uuid, md5('post' || 1 + n %% %(posts)s)::uuid, %(author)s, 'Im Keller.'
    FROM generate_series(1, %(posts)s) n;
    INSERT INTO pinboard_reaction (company_id, id, post_id, account_id, kind)
    SELECT %(company)s, md5('sign' || n)::uuid, md5('post' || n)::uuid, %(author)s, 'like'
    FROM generate_series(1, %(posts)s) n
"""
CHANGED = "UPDATE pinboard_reaction SET created_at = now() WHERE post_id = %s"
PAGES = {
    "feed": "/pinboard/",
    "feed of a category": "/pinboard/?category=offer",
    "a post": "/pinboard/{post}",
    "search for a rare word": "/search?q=nummer+4711",
    "search for a word that a quarter has": "/search?q=leiter",
}
DESK = {"the team's list": "/cockpit/pinboard/", "the team's list, searched": "/cockpit/pinboard/?q=nummer+4711"}


def board(world: World) -> dict[str, str]:
    """Page by page: statements, milliseconds of this process, and of the whole for one reader."""
    company = world.company(SLUG, articles=1)
    sell(world, company, "pinboard")
    resident, agent = world.session(company), world.session(company, agent=True)
    post = plant(world, company)
    asked = [(name, path.format(post=post), resident) for name, path in PAGES.items()]
    asked += [(name, path, agent) for name, path in DESK.items()]
    with psycopg.connect(driver_url(world.config.database_url), autocommit=True) as db:
        return pages(world, SLUG, "50,000 posts", asked, change=lambda: db.execute(CHANGED, (post,)))


def sell(world: World, company: UUID, module: str) -> None:
    """The module, beside what the company has."""
    with Session(world.platform) as db:
        contract = Contract(company_id=company, id=new_id(), number=f"B-{module}", timezone="Europe/Zurich")
        contract.starts = db.query(Contract).filter_by(company_id=company).one().starts
        db.add(contract)
        db.flush()
        line = ContractLine(company_id=company, contract_id=contract.id, module=module, starts=contract.starts)
        db.add_all([line, ModuleSwitch(company_id=company, module=module, is_on=True)])
        db.commit()


def plant(world: World, company: UUID) -> str:
    """By plain SQL, as writing them one by one would take a minute; the id of one post."""
    with psycopg.connect(driver_url(world.config.database_url)) as db:
        author, home = db.execute(
            "SELECT (SELECT id FROM account WHERE company_id = %(id)s ORDER BY id LIMIT 1), "
            "(SELECT id::text FROM property WHERE company_id = %(id)s ORDER BY id LIMIT 1)",
            {"id": company},
        ).fetchone() or (None, None)
        for statement in PLANTED.split(";"):
            db.execute(statement.encode(), {"company": company, "author": author, "home": home, "posts": POSTS})
        post = db.execute("SELECT id FROM pinboard_post WHERE company_id = %s LIMIT 1", (company,)).fetchone()
    world.analyse()
    assert post is not None
    return str(post[0])
