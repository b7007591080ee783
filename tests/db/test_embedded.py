"""The embedded server as its users meet it: first start, sharing, crashes, strangers, full disks. Always a real one."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pwd
import select
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from quartier.db.embedded import DatabaseUnavailable, EmbeddedPostgres
from quartier.db.embedded_place import ServerUser, let_through

ROOT = os.geteuid() == 0
needs_root = pytest.mark.skipif(not ROOT, reason="only root can act as another user or mount a small disk")
DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin"))

FORK = multiprocessing.get_context("fork")
PATIENCE = 90.0  # seconds after which a process counts as hanging; no test that passes waits that long


class Neighbour:
    """Another process, perhaps of another user; does what it is told and answers in one line.

    Forked, not started anew: the Python of this run may lie where the other user cannot go.
    """

    def __init__(self, home: Path, user: pwd.struct_passwd | None = None) -> None:
        self._ours, theirs = FORK.Pipe()
        self.process = FORK.Process(target=live, args=(theirs, home, user))
        self.process.start()
        theirs.close()
        assert self.hear() == "here"
        assert self.process.pid is not None
        self.pid = self.process.pid

    def ask(self, request: str) -> None:
        self._ours.send(request)

    def hear(self) -> str:
        assert self._ours.poll(PATIENCE), "the other process does not answer"
        return str(self._ours.recv())

    def end(self, number: signal.Signals = signal.SIGKILL) -> None:
        os.killpg(self.pid, number)
        self.process.join()
        self._ours.close()


def live(orders: Connection, home: Path, user: pwd.struct_passwd | None) -> None:
    os.setsid()
    if user:
        os.setgroups([])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)
    server = EmbeddedPostgres(home, durable=False)
    orders.send("here")
    with contextlib.suppress(KeyboardInterrupt):
        while orders.poll(PATIENCE):
            orders.send(obey(server, orders.recv()))


def obey(server: EmbeddedPostgres, request: str) -> str:
    try:
        if request == "knock":
            socket.socket(socket.AF_UNIX).connect(str(server.data_dir / "socket/.s.PGSQL.5432"))
        else:
            getattr(server, request)()
    except DatabaseUnavailable as error:
        return error.problem
    except OSError as error:
        return str(error.strerror)
    return "started" if server.started_here else "joined"


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder for the data inside a private folder of ours, as a checkout in /root would be."""
    with tempfile.TemporaryDirectory(prefix="q", dir="/tmp") as folder:
        yield Path(folder, "data")
        for cluster in Path(folder).rglob("cluster"):
            EmbeddedPostgres(cluster.parent).stop()


@pytest.fixture(scope="session")
def made() -> Iterator[Path]:
    """Data of a server that was started once and stopped: making it is the slow part of a first start."""
    with tempfile.TemporaryDirectory(prefix="q", dir="/tmp") as folder:
        embedded = EmbeddedPostgres(Path(folder, "data"), durable=False)
        embedded.start()
        embedded.stop()
        yield Path(folder, "data")


@pytest.fixture
def server(home: Path, made: Path) -> EmbeddedPostgres:
    subprocess.run(["cp", "-a", made, home], check=True)
    embedded = EmbeddedPostgres(home, durable=False)
    embedded.start()
    return embedded


@pytest.fixture
def nobody() -> pwd.struct_passwd:
    """An ordinary user, who owns nothing here."""
    return pwd.getpwnam("nobody")


@contextlib.contextmanager
def folder_of(user: pwd.struct_passwd) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="q", dir="/tmp") as folder:
        os.chown(folder, user.pw_uid, user.pw_gid)
        yield Path(folder)
        EmbeddedPostgres(Path(folder, "data")).stop()


@contextlib.contextmanager
def small_disk(place: Path, size: str, kind: str = "tmpfs") -> Iterator[None]:
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", kind, "-o", f"size={size}", "none", place], check=False)
    if mounted.returncode != 0:
        pytest.skip("this machine lets nobody mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", place], check=True)


def query(embedded: EmbeddedPostgres, statement: str) -> list[tuple[str, ...]]:
    address = embedded.url("postgres", "postgres").replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def settings(embedded: EmbeddedPostgres, *names: str) -> dict[str, str]:
    return {name: query(embedded, f"SHOW {name}")[0][0] for name in names}


def postmaster(home: Path) -> int:
    return int((home / "cluster/postmaster.pid").read_text().split()[0])


def kill(pid: int) -> None:
    """Kills and returns when the process is gone."""
    watch = os.pidfd_open(pid)
    os.kill(pid, signal.SIGKILL)
    select.select([watch], [], [])
    os.close(watch)


def as_owner(folder: Path, *command: str | Path) -> None:
    owner = folder.stat()
    output = subprocess.DEVNULL
    subprocess.run(command, user=owner.st_uid, group=owner.st_gid, cwd=folder, stdout=output, check=True)


def occupy(folder: Path) -> None:
    """Fills the disk of `folder` to the last byte."""
    with (folder / "film.mp4").open("wb", buffering=0) as film, contextlib.suppress(OSError):
        while True:
            film.write(bytes(4096))


def test_first_start_gives_a_database_in_utf8_that_sorts_alike_everywhere(home: Path) -> None:
    server = EmbeddedPostgres(home, durable=False)
    server.start()
    server.ensure_database("quartier")
    found = query(
        server,
        "SELECT pg_encoding_to_char(encoding), datlocprovider::text, datlocale, lower('ÄÉÜ')"
        " FROM pg_database WHERE datname = 'quartier'",
    )
    assert found == [("UTF8", "b", "C.UTF-8", "äéü")]
    assert server.started_here


def test_url_opens_a_database_through_sqlalchemy_whatever_pgport_says(
    server: EmbeddedPostgres, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPORT", "6543")
    server.ensure_database("quartier")
    query(server, "CREATE ROLE quartier_app LOGIN")
    engine = create_engine(server.url("quartier_app"))
    with engine.connect() as connection:
        row = connection.execute(text("SELECT current_user, current_database()")).one()
    engine.dispose()
    assert tuple(row) == ("quartier_app", "quartier")
    assert server.url("quartier_app") == (
        f"postgresql+psycopg://quartier_app@/quartier?host={home.resolve()}/socket&port=5432"
    )


def test_ensure_database_creates_once_and_takes_any_name(server: EmbeddedPostgres) -> None:
    for name in ("quartier", 'Régie "du" Lac', "quartier", 'Régie "du" Lac'):
        server.ensure_database(name)
    found = query(server, "SELECT datname FROM pg_database WHERE NOT datistemplate")
    assert {name for (name,) in found} == {"postgres", "quartier", 'Régie "du" Lac'}


def test_tests_trade_safety_for_speed_and_nobody_else_does(server: EmbeddedPostgres, home: Path) -> None:
    names = ("fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "max_connections", "listen_addresses")
    both = {"max_connections": "100", "listen_addresses": ""}
    assert settings(server, *names) == dict.fromkeys(names[:3], "off") | both | {"shared_buffers": "128MB"}
    server.stop()
    lasting = EmbeddedPostgres(home)
    lasting.start()
    found = settings(lasting, *names)
    assert 128 <= int(found.pop("shared_buffers").removesuffix("MB")) <= 512, "an eighth of the machine's memory"
    assert found == dict.fromkeys(names[:3], "on") | both


def test_only_the_server_user_may_enter_data_and_socket(server: EmbeddedPostgres, home: Path) -> None:
    owner = home.stat().st_uid
    assert owner != 0
    for folder in (home, home / "cluster", home / "socket"):
        assert (folder.stat().st_uid, stat.S_IMODE(folder.stat().st_mode)) == (owner, 0o700)
    assert stat.S_IMODE((home / "socket/.s.PGSQL.5432").stat().st_mode) == 0o700
    assert Path(f"/proc/{postmaster(home)}").stat().st_uid == owner


def test_data_is_still_there_after_stop_and_start(server: EmbeddedPostgres) -> None:
    query(server, "CREATE TABLE note AS SELECT 'Frau Keller, 2nd floor' AS words")
    server.stop()
    assert not server.started_here
    server.start()
    assert query(server, "SELECT words FROM note") == [("Frau Keller, 2nd floor",)]


def test_start_and_stop_may_be_repeated(server: EmbeddedPostgres, home: Path) -> None:
    first = postmaster(home)
    server.start()
    assert (postmaster(home), server.started_here) == (first, True)
    server.stop()
    server.stop()
    assert not (home / "cluster/postmaster.pid").exists()


def test_stop_before_the_first_start_creates_nothing(home: Path) -> None:
    EmbeddedPostgres(home).stop()
    assert not home.exists()


def test_second_process_joins_the_running_server(server: EmbeddedPostgres, home: Path) -> None:
    first = postmaster(home)
    console = Neighbour(home)
    console.ask("start")
    assert console.hear() == "joined"
    console.end()
    assert postmaster(home) == first


def test_of_processes_starting_at_once_one_starts_and_all_have_it(home: Path) -> None:
    web, events, worker = team = [Neighbour(home) for _ in range(3)]
    for process in team:
        process.ask("start")
    assert sorted(process.hear() for process in (web, events, worker)) == ["joined", "joined", "started"]
    for process in team:
        process.end()
    assert {entry.name for entry in home.iterdir()} == {"cluster", "socket", "server.log"}


def test_server_outlives_ctrl_c_and_the_death_of_the_process_that_started_it(home: Path) -> None:
    for number in (signal.SIGINT, signal.SIGKILL):
        parent = Neighbour(home)
        parent.ask("start")
        assert parent.hear() == "started"
        started = postmaster(home)
        assert os.getsid(started) not in (os.getsid(0), os.getsid(parent.pid))
        parent.end(number)
        child = EmbeddedPostgres(home, durable=False)
        child.start()
        assert (postmaster(home), child.started_here) == (started, False)
        child.stop()


def test_killed_server_comes_back_with_all_that_was_committed(home: Path) -> None:
    server = EmbeddedPostgres(home)
    server.start()
    query(server, "CREATE TABLE note AS SELECT 'Herr Brunner, deposit' AS words")
    kill(postmaster(home))
    server.start()
    assert query(server, "SELECT words FROM note") == [("Herr Brunner, deposit",)]


def test_start_killed_during_initdb_leaves_nothing_in_the_way(home: Path) -> None:
    (home / "cluster.new/base").mkdir(parents=True)
    (home / "cluster.new/PG_VERSION").write_text("18\n")
    server = EmbeddedPostgres(home, durable=False)
    server.start()
    assert query(server, "SELECT 'here'") == [("here",)]
    assert not (home / "cluster.new").exists()


def test_process_id_that_now_belongs_to_another_program_of_the_same_user(server: EmbeddedPostgres, home: Path) -> None:
    pid_file, owner = home / "cluster/postmaster.pid", home.stat()
    server.stop()
    other = subprocess.Popen(["cat"], stdin=subprocess.PIPE, user=owner.st_uid, group=owner.st_gid)
    pid_file.write_text(f"{other.pid}\n{home}/cluster\n1\n5432\n{home}/socket\n\n  1  1\nready   \n")
    (home / "socket").mkdir(exist_ok=True)
    (home / "socket/.s.PGSQL.5432.lock").write_text(f"{other.pid}\n")
    try:
        server.start()
        assert postmaster(home) != other.pid
        server.stop()
        assert other.poll() is None
    finally:
        other.communicate()


def test_server_started_by_hand_is_not_doubled(server: EmbeddedPostgres, home: Path) -> None:
    """It does not hold our lock on the cluster, but its process id names a process that serves this very cluster."""
    programs = Path(query(server, "SELECT setting FROM pg_config WHERE name = 'BINDIR'")[0][0])
    server.stop()
    by_hand = ["-D", f"{home.resolve()}/cluster", "-l", f"{home}/server.log", "-o", f"-k {home} -h ''"]
    as_owner(home, programs / "pg_ctl", *by_hand, "start")
    first = postmaster(home)
    try:
        with pytest.raises(DatabaseUnavailable, match=r"did not start(.|\n)*postmaster.pid.* already exists"):
            server.start()
        assert (postmaster(home), server.started_here) == (first, False)
    finally:
        as_owner(home, programs / "pg_ctl", *by_hand, "stop")


@pytest.mark.parametrize("name", ["a" * 120, "Müller & Söhne, $HOME", 'it\'s "quoted"'])
def test_long_and_odd_paths(home: Path, name: str) -> None:
    checkout = home / name / "data"
    server = EmbeddedPostgres(checkout, durable=False)
    server.start()
    assert query(server, "SELECT 'here'") == [("here",)]
    folder = Path(query(server, "SHOW unix_socket_directories")[0][0])
    assert folder.parent == Path("/tmp")
    assert len(bytes(folder / ".s.PGSQL.5432")) <= 107
    assert (folder.stat().st_uid, stat.S_IMODE(folder.stat().st_mode)) == (checkout.stat().st_uid, 0o700)
    server.stop()
    assert not folder.exists()


def test_checkout_that_moves_takes_its_data_along(home: Path) -> None:
    before, after = home / "before" / "data", home / "after" / "data"
    server = EmbeddedPostgres(before, durable=False)
    server.start()
    query(server, "CREATE TABLE note AS SELECT 'Madame Rochat, keys' AS words")
    server.stop()
    before.parent.rename(after.parent)
    moved = EmbeddedPostgres(after, durable=False)
    moved.start()
    assert query(moved, "SELECT words FROM note") == [("Madame Rochat, keys",)]


def test_data_of_another_major_version_is_named_and_left_alone(server: EmbeddedPostgres, home: Path) -> None:
    server.stop()
    version = home / "cluster/PG_VERSION"
    real = version.read_text()
    version.write_text("12\n")
    with pytest.raises(DatabaseUnavailable) as caught:
        server.start()
    assert caught.value.problem.startswith(
        f"The data in {home.resolve()} was written by PostgreSQL 12, but this is PostgreSQL "
    )
    assert "pg_dumpall" in caught.value.next_step
    version.write_text(real)
    server.start()
    assert query(server, "SELECT 'here'") == [("here",)]


@pytest.mark.skipif(not DEBIAN, reason="Debian's PostgreSQL is not installed here")
def test_data_made_with_debians_programs_stays_with_them(home: Path) -> None:
    EmbeddedPostgres(home, durable=False, bin_dir=DEBIAN[0]).start()
    EmbeddedPostgres(home).stop()
    later = EmbeddedPostgres(home, durable=False)
    later.start()
    major = DEBIAN[0].parent.name
    assert query(later, "SHOW server_version")[0][0].split(".")[0] == major
    assert query(later, "SELECT lower('ÄÉÜ')") == [("äéü",)]


def test_folder_with_other_files_is_refused_untouched(home: Path) -> None:
    home.mkdir(mode=0o755)
    (home / "thesis.odt").write_text("mine")
    with pytest.raises(DatabaseUnavailable, match=r"is not a database folder: it holds thesis\.odt\."):
        EmbeddedPostgres(home).start()
    assert [entry.name for entry in home.iterdir()] == ["thesis.odt"]
    assert (home.stat().st_uid, stat.S_IMODE(home.stat().st_mode)) == (os.geteuid(), 0o755)


def test_missing_programs_are_named(home: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match="No PostgreSQL server programs were found"):
        EmbeddedPostgres(home, bin_dir=home.parent / "nowhere").start()


def test_server_that_does_not_come_up_shows_the_end_of_its_log(server: EmbeddedPostgres, home: Path) -> None:
    server.stop()
    with (home / "cluster/postgresql.conf").open("a") as configuration:
        configuration.write("shared_preload_libraries = 'no_such_library'\n")
    with pytest.raises(DatabaseUnavailable) as caught:
        server.start()
    assert caught.value.problem == "PostgreSQL did not start."
    assert str(home.resolve() / "server.log") in caught.value.next_step
    assert 'could not access file "no_such_library"' in caught.value.details
    assert not server.started_here


@needs_root
def test_disk_too_small_for_a_first_start(home: Path) -> None:
    with small_disk(home, "9m"):
        with pytest.raises(DatabaseUnavailable) as caught:
            EmbeddedPostgres(home).start()
        assert caught.value.problem == f"The disk that holds the database in {home.resolve()} is full."
        assert list(home.iterdir()) == []


@needs_root
def test_full_disk_is_named_and_the_data_is_there_once_it_has_room(home: Path) -> None:
    with small_disk(home, "150m"):
        data = home / "data"
        server = EmbeddedPostgres(data)
        server.start()
        query(server, "CREATE TABLE note AS SELECT 'Frau Meier, heating' AS words")
        server.stop()
        occupy(home)
        with pytest.raises(DatabaseUnavailable) as caught:
            server.start()
        assert caught.value.problem == f"The disk that holds the database in {data.resolve()} is full."
        (home / "film.mp4").unlink()
        server.start()
        assert query(server, "SELECT words FROM note") == [("Frau Meier, heating",)]
        server.stop()


@needs_root
def test_ordinary_user_runs_the_server_as_himself(nobody: pwd.struct_passwd) -> None:
    with folder_of(nobody) as folder:
        janitor = Neighbour(folder / "data", nobody)
        janitor.ask("start")
        assert janitor.hear() == "started"
        assert Path(f"/proc/{postmaster(folder / 'data')}").stat().st_uid == nobody.pw_uid
        admin = EmbeddedPostgres(folder / "data")
        admin.start()
        assert not admin.started_here
        janitor.ask("stop")
        assert janitor.hear() == "joined"
        admin.start()
        assert admin.started_here
        assert Path(f"/proc/{postmaster(folder / 'data')}").stat().st_uid == nobody.pw_uid
        janitor.end()


@needs_root
def test_data_of_another_user_is_refused_and_its_socket_closed(
    server: EmbeddedPostgres, home: Path, nobody: pwd.struct_passwd
) -> None:
    home.parent.chmod(0o755)
    stranger = Neighbour(home, nobody)
    stranger.ask("start")
    owner = pwd.getpwuid(home.stat().st_uid).pw_name
    assert stranger.hear() == f"The folder {home.resolve()} belongs to user {owner}, but this program runs as nobody."
    stranger.ask("knock")
    assert stranger.hear() == "Permission denied"
    stranger.end()


@needs_root
def test_socket_folder_that_a_stranger_made_first_is_refused(home: Path, nobody: pwd.struct_passwd) -> None:
    server = EmbeddedPostgres(home / ("a" * 120) / "data", durable=False)
    server.start()
    folder = Path(query(server, "SHOW unix_socket_directories")[0][0])
    server.stop()
    folder.mkdir()
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    try:
        with pytest.raises(DatabaseUnavailable, match=f"The folder {folder} belongs to user nobody"):
            server.start()
    finally:
        folder.rmdir()


@needs_root
def test_cluster_that_root_took_over_says_how_to_give_it_back(server: EmbeddedPostgres, home: Path) -> None:
    server.stop()
    owner = (home / "cluster").stat()
    os.chown(home / "cluster", 0, 0)
    with pytest.raises(DatabaseUnavailable, match=r"belongs to user root, who cannot run PostgreSQL.*\n?.*chown -R"):
        server.start()
    os.chown(home / "cluster", owner.st_uid, owner.st_gid)
    server.start()
    assert server.started_here


@needs_root
def test_passage_through_a_private_folder_is_for_the_server_user_alone(home: Path, nobody: pwd.struct_passwd) -> None:
    """The private folder is nearly as closed as before: one user may pass but not list, others may not even pass."""
    home.mkdir()
    home.parent.chmod(0o750)
    (home / "letter").write_text("to the landlord")
    porter = ServerUser("daemon", pwd.getpwnam("daemon").pw_uid, pwd.getpwnam("daemon").pw_gid)
    let_through(home, porter)
    let_through(home, ServerUser("games", pwd.getpwnam("games").pw_uid, pwd.getpwnam("games").pw_gid))
    let_through(home, porter)

    def may(uid: int, *command: str | Path) -> bool:
        done = subprocess.run(command, user=uid, group=uid, extra_groups=[], cwd="/", capture_output=True, check=False)
        return done.returncode == 0

    seen = {
        name: (may(uid, "/bin/cat", home / "letter"), may(uid, "/bin/ls", home.parent))
        for name, uid in (("porter", porter.uid), ("stranger", nobody.pw_uid))
    }
    assert seen == {"porter": (True, False), "stranger": (False, False)}


@needs_root
def test_private_folder_without_access_lists_says_which_one_to_open(home: Path) -> None:
    with small_disk(home, "50m", kind="ramfs"):
        home.chmod(0o700)
        with pytest.raises(DatabaseUnavailable, match=f"who may not pass through {home}. Run `chmod o.x {home}`"):
            EmbeddedPostgres(home / "data").start()
        assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_clean_copy_of_a_stopped_cluster_runs_beside_the_first(server: EmbeddedPostgres, home: Path) -> None:
    """Two checkouts on one machine do not meet: each has its own socket."""
    server.stop()
    copy = home.parent / "copy"
    shutil.copytree(home, copy)
    if ROOT:
        owner = home.stat()
        for path in (copy, *copy.rglob("*")):
            os.chown(path, owner.st_uid, owner.st_gid)
    second = EmbeddedPostgres(copy, durable=False)
    server.start()
    second.start()
    assert postmaster(home) != postmaster(copy)
    assert query(server, "SHOW data_directory") != query(second, "SHOW data_directory")
