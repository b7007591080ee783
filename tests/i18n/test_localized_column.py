from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from quartier.db.embedded import EmbeddedPostgres
from quartier.i18n import LocalizedText, LocalizedTextType


class Base(DeclarativeBase):
    pass


class Notice(Base):
    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[LocalizedText] = mapped_column(LocalizedTextType)
    note: Mapped[LocalizedText | None] = mapped_column(LocalizedTextType)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    server = EmbeddedPostgres(Path(tmp_path_factory.mktemp("pg")), durable=False)
    server.start()
    try:
        server.ensure_database("notices")
        engine = sa.create_engine(server.url("postgres", "notices"))
        Base.metadata.create_all(engine)
        yield engine
        engine.dispose()
    finally:
        server.stop()


@pytest.fixture
def session(engine: sa.Engine) -> Iterator[Session]:
    with engine.connect() as connection, Session(connection) as session:
        heating = Notice(id=1, title=LocalizedText(de="Heizung", fr="Chauffage"), note=LocalizedText(de="Ab Montag"))
        session.add_all([heating, Notice(id=2, title=LocalizedText(fr="Ascenseur", de=" "))])
        session.flush()
        session.expire_all()
        yield session


def test_texts_come_back_as_values_and_none_is_null(session: Session) -> None:
    notices = session.scalars(sa.select(Notice).order_by(Notice.id)).all()
    assert [(notice.title, notice.note) for notice in notices] == [
        (LocalizedText(de="Heizung", fr="Chauffage"), LocalizedText(de="Ab Montag")),
        (LocalizedText(fr="Ascenseur"), None),
    ]
    assert session.scalars(sa.select(Notice.id).where(Notice.note.is_(None))).all() == [2]
    stored = session.execute(sa.text("select jsonb_typeof(title), title::text from notice where id = 2")).one()
    assert tuple(stored) == ("object", '{"fr": "Ascenseur"}')


def test_one_language_can_be_sorted_and_searched(session: Session) -> None:
    assert session.scalars(sa.select(Notice.id).order_by(Notice.title["fr"].astext)).all() == [2, 1]
    assert session.scalars(sa.select(Notice.id).where(Notice.title["de"].astext == "Heizung")).all() == [1]
    assert session.scalars(sa.select(Notice.id).where(Notice.title == LocalizedText(fr="Ascenseur"))).all() == [2]


def test_a_new_value_is_written_and_an_equal_one_is_no_change(session: Session) -> None:
    notice = session.get_one(Notice, 1)
    notice.title = LocalizedText(notice.title)
    assert not session.is_modified(notice)
    notice.title = notice.title.replacing("en", "Heating")
    session.flush()
    session.expire_all()
    assert notice.title == LocalizedText(de="Heizung", en="Heating", fr="Chauffage")
