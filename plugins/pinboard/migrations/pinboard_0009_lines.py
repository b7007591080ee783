"""What stands on a page of the board, asked in one call: planned once for a connection, not anew for each reader."""

# ruff: noqa: S608 - put together from constants of this module only; values are arguments

from alembic import op

revision = "pinboard_0009"
down_revision = "pinboard_0008"
branch_labels = None
depends_on = None

DOORS = "unnest(keys, opens, closes) AS k(key, since, until)"
OPEN = """
    p.at <= moment AND (p.until IS NULL OR p.until > moment)
    AND (k.since IS NULL OR p.at >= k.since) AND (k.until IS NULL OR p.at < k.until)
"""
POSTS = """
    SELECT DISTINCT f.post_id, f.rank, f.at FROM {DOORS} CROSS JOIN LATERAL (
        SELECT p.post_id, p.rank, p.at FROM pinboard_spot p
        WHERE p.key = k.key {TOPIC} AND (p.rank, p.at, p.post_id) < (last_rank, last_at, last_post) AND {OPEN}
        ORDER BY p.rank DESC, p.at DESC, p.post_id DESC LIMIT most
    ) f ORDER BY f.rank DESC, f.at DESC, f.post_id DESC LIMIT most
"""
OWN = """
    SELECT p.id AS post_id, p.pinned::int AS rank, p.show_from AS at FROM pinboard_post p
    WHERE p.author_id = reader AND (p.pinned::int, p.show_from, p.id) < (last_rank, last_at, last_post)
    ORDER BY 2 DESC, 3 DESC, 1 DESC LIMIT most
"""
EVENTS = """
    SELECT DISTINCT f.post_id, -1 AS rank, f.over AS at FROM {DOORS} CROSS JOIN LATERAL (
        SELECT p.post_id, p.over FROM pinboard_spot p
        WHERE p.key = k.key AND p.over > moment AND (p.over, p.post_id) > (after_over, after_post) AND {OPEN}
        ORDER BY p.over, p.post_id LIMIT ahead
    ) f ORDER BY 3, 1 LIMIT ahead
"""
LINES = """
    WITH f AS ({found})
    SELECT f.rank::int, f.at, t.id, t.xmin::text::bigint,
        CASE WHEN NOT t.by_staff THEN (SELECT trim(q.given_name || ' ' || q.family_name) FROM account a
            JOIN person q ON q.company_id = a.company_id AND q.id = a.person_id WHERE a.id = t.author_id) END,
        (SELECT count(*)::int FROM pinboard_comment c WHERE c.post_id = t.id AND c.status = 'shown'),
        r.signs, r.own,
        EXISTS (SELECT FROM attachment x WHERE x.purpose = 'pinboard.post' AND x.thing_id = t.id),
        (SELECT jsonb_build_object('id', e.id, 'starts', e.starts, 'ends', e.ends, 'whole_day', e.whole_day,
                'zone', e.timezone, 'place', e.place, 'cancelled', e.cancelled_at IS NOT NULL,
                'counts', (SELECT jsonb_object_agg(g.answer, g.num) FROM (
                    SELECT answer, count(*) AS num FROM pinboard_guest g WHERE g.event_id = e.id GROUP BY answer) g),
                'mine', (SELECT g.answer FROM pinboard_guest g WHERE g.event_id = e.id AND g.account_id = reader))
            FROM pinboard_event e WHERE e.post_id = t.id),
        (SELECT jsonb_build_object('choices', o.choices, 'several', o.several, 'named', o.named, 'results', o.results,
                'ends', o.ends, 'people', (SELECT count(*) FROM pinboard_ballot b WHERE b.post_id = t.id),
                'counts', (SELECT jsonb_object_agg(b.place, b.num) FROM (
                    SELECT place, count(*) AS num FROM pinboard_ballot b, unnest(b.picked) place
                    WHERE b.post_id = t.id GROUP BY place) b),
                'mine', (SELECT b.picked FROM pinboard_ballot b WHERE b.post_id = t.id AND b.account_id = reader))
            FROM pinboard_poll o WHERE o.post_id = t.id)
    FROM f JOIN pinboard_post t ON t.id = f.post_id
    CROSS JOIN LATERAL (SELECT
        ARRAY[count(*) FILTER (WHERE kind = 'like'), count(*) FILTER (WHERE kind = 'heart'),
            count(*) FILTER (WHERE kind = 'laugh'), count(*) FILTER (WHERE kind = 'cheer'),
            count(*) FILTER (WHERE kind = 'join')]::int[] AS signs,
        max(kind) FILTER (WHERE account_id = reader) AS own
        FROM pinboard_reaction s WHERE s.post_id = t.id) r
    ORDER BY f.rank DESC, f.at DESC, f.post_id DESC
"""


def _lines(found: str, topic: str = "") -> str:
    return LINES.format(found=found.format(DOORS=DOORS, OPEN=OPEN, TOPIC=topic))


BOTH = f"SELECT * FROM ({POSTS}) b UNION ALL SELECT * FROM ({EVENTS}) e"
CREATE = f"""
    CREATE FUNCTION pinboard_lines(
        which text, reader uuid, moment timestamptz, keys text[], opens timestamptz[], closes timestamptz[],
        last_rank int, last_at timestamptz, last_post uuid, most int, topic uuid,
        after_over timestamptz, after_post uuid, ahead int
    ) RETURNS TABLE (
        rank int, at timestamptz, id uuid, state bigint, author text, comments int, signs int[], mine text,
        attached boolean, event jsonb, poll jsonb
    ) LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public SET plan_cache_mode = force_generic_plan AS $$
    #variable_conflict use_column
    BEGIN
        CASE which
        WHEN 'front' THEN RETURN QUERY {_lines(BOTH)};
        WHEN 'all' THEN RETURN QUERY {_lines(POSTS)};
        WHEN 'topic' THEN RETURN QUERY {_lines(POSTS, "AND p.category_id = topic")};
        WHEN 'own' THEN RETURN QUERY {_lines(OWN)};
        WHEN 'events' THEN RETURN QUERY {_lines(EVENTS)};
        END CASE;
    END $$
"""
"""Under the reader's row security: it sees what any statement of the portal sees. `state` is the transaction that wrote
the post's row last; `rank` is -1 for events that lie ahead; `signs` counts them in the order of REACTIONS."""


def upgrade() -> None:
    op.execute(CREATE)
