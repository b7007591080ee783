"""The yardstick: bare Flask and psycopg, one page that selects and renders the same rows. No tenancy, no rights."""

from __future__ import annotations

import os

from flask import Flask
from psycopg.rows import namedtuple_row
from psycopg_pool import ConnectionPool

ROWS = """
    SELECT a.slug, t.title, t.summary FROM faq_article a
    JOIN faq_article_text t ON t.company_id = a.company_id AND t.article_id = a.id AND t.language = 'de'
    WHERE a.company_id = %s AND a.status = 'published' ORDER BY a.position
"""
PAGE = """<!doctype html><html lang="de"><head><meta charset="utf-8"><title>FAQ</title></head><body><h1>FAQ</h1><ul>
{% for row in rows %}<li><a href="/faq/{{ row.slug }}"><strong>{{ row.title }}</strong>
<span>{{ row.summary }}</span></a></li>
{% endfor %}</ul></body></html>"""

app = Flask(__name__)
page = app.jinja_env.from_string(PAGE)  # once: a template given as a string is compiled at each call
pool = ConnectionPool(
    os.environ.get("BARE_DATABASE", ""), min_size=1, max_size=4, open=False, kwargs={"row_factory": namedtuple_row}
)


@app.get("/faq/")
def faq() -> str:
    pool.open()
    with pool.connection() as connection:
        rows = connection.execute(ROWS, (os.environ["BARE_COMPANY"],)).fetchall()
    return page.render(rows=rows)
