"""Where the embedded server lives and who may touch it: its folder, its operating-system user, its locks.

The server trusts everybody who can open its socket, so the file system is the only guard: the folder that holds
cluster, socket and log has mode 0700 and belongs to the user the server runs as. That user and root get in, no other.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import pwd
import re
import stat
import struct
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DEDICATED_USER = "quartier"
OVERFLOW_UID = 65534
OUR_NAMES = frozenset({"cluster", "cluster.new", "socket", "server.log", "server.log.1", "lost+found"})
SOCKET_FILE = ".s.PGSQL.5432"
LONGEST_SOCKET = 103  # bytes: Linux takes 107, macOS 103
ACL = "system.posix_acl_access"
ACL_USER, ACL_GROUP_OBJ, ACL_MASK, ACL_NOBODY = 0x02, 0x04, 0x10, 0xFFFFFFFF


class DatabaseUnavailable(Exception):
    """The database cannot be used now: `problem` in one sentence, `next_step` to take, `details` from the log."""

    def __init__(self, problem: str, next_step: str, details: str = "") -> None:
        super().__init__(problem, next_step, details)
        self.problem, self.next_step, self.details = problem, next_step, details

    def __str__(self) -> str:
        return "\n".join(part for part in (f"{self.problem} {self.next_step}", self.details) if part)


@dataclass(frozen=True, slots=True)
class ServerUser:
    """The operating-system user who owns the data and runs the server; never root, which PostgreSQL refuses."""

    name: str
    uid: int
    gid: int


def disk_full(folder: Path) -> DatabaseUnavailable:
    return DatabaseUnavailable(
        f"The disk that holds the database in {folder} is full.",
        "Free at least 100 MB there and start again; what was saved is not lost.",
    )


@contextlib.contextmanager
def explained(home: Path) -> Iterator[None]:
    """Turns what the operating system refuses into a sentence that names the path and the way out."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise disk_full(home) from error
        raise DatabaseUnavailable(
            f"The database in {home} cannot be opened: {error.strerror} ({error.filename or home}).",
            "Check who owns that path and its permissions, or set DATABASE_URL to another database.",
        ) from error


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[int]:
    """Holds the lock on `folder`; the kernel frees it with the last process that has the yielded descriptor."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def settle(home: Path) -> ServerUser:
    """Creates `home`, gives it to the server's user alone, and returns that user.

    Raises `DatabaseUnavailable` when it belongs to somebody else, or holds other things and no cluster yet: a folder
    named by mistake must not be given away.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = home.stat().st_uid
    if os.geteuid() not in (0, owner):
        raise _foreign(home, owner)
    names = {path.name for path in Path(home).iterdir()}
    if "cluster" not in names and (strangers := sorted(names - OUR_NAMES)):
        raise DatabaseUnavailable(
            f"The folder {home} is not a database folder: it holds {strangers[0]}.",
            "Name a folder that is empty or does not exist yet.",
        )
    user = _server_user(home)
    make_private(home, user)
    return user


def make_private(folder: Path, user: ServerUser) -> None:
    """Makes `folder` with mode 0700 for `user`; a folder or link that somebody else put there first is refused.

    Works on a descriptor, so that nobody can swap the folder for a link to a file that root would then give away.
    """
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        owner = os.fstat(descriptor).st_uid
        if owner not in (user.uid, os.geteuid()):
            raise _foreign(folder, owner)
        os.fchmod(descriptor, 0o700)
        if os.geteuid() == 0:
            os.fchown(descriptor, user.uid, user.gid)
    finally:
        os.close(descriptor)


def socket_folder(home: Path) -> Path:
    """`home/socket`, or a folder in /tmp where that is too long or has letters that connection strings cannot hold.

    Its name comes from the cluster's inode, so every process finds it, under whatever path it sees the checkout.
    """
    inside = home / "socket"
    if len(os.fsencode(inside / SOCKET_FILE)) <= LONGEST_SOCKET and re.fullmatch(r"[A-Za-z0-9/._-]+", str(inside)):
        return inside
    info = (home / "cluster").stat()
    return Path("/tmp", "quartier-" + hashlib.sha256(f"{info.st_dev}:{info.st_ino}".encode()).hexdigest()[:16])  # noqa: S108 - checked to be ours


def let_through(path: Path, user: ServerUser) -> None:
    """As root: lets `user` pass (not list, not read) the folders above `path`, for a checkout in /root or the like.

    An ACL entry for that one user does it, because `chmod o+x` would open the folder to everybody on the machine.
    """
    for folder in reversed(path.parents if os.geteuid() == 0 else ()):
        if _passable(folder.stat(), user):
            continue
        try:
            os.setxattr(folder, ACL, _acl_with_passage(folder, user.uid))
        except (OSError, AttributeError) as error:
            raise DatabaseUnavailable(
                f"PostgreSQL runs as user {user.name} here, who may not pass through {folder}.",
                f"Run `chmod o+x {folder}`, move the checkout elsewhere, or do not run this program as root.",
            ) from error


def _passable(info: os.stat_result, user: ServerUser) -> bool:
    if info.st_uid == user.uid:
        return bool(info.st_mode & stat.S_IXUSR)
    return bool(info.st_mode & (stat.S_IXGRP if info.st_gid == user.gid else stat.S_IXOTH))


def _acl_with_passage(folder: Path, uid: int) -> bytes:
    """The folder's access list with search permission for `uid`, in the layout of Linux' posix_acl_xattr.h."""
    entries = _acl(folder)
    entries[ACL_USER, uid] = 0o1
    entries[ACL_MASK, ACL_NOBODY] = entries.get((ACL_MASK, ACL_NOBODY), entries[ACL_GROUP_OBJ, ACL_NOBODY]) | 0o1
    packed = (struct.pack("<HHI", tag, permissions, who) for (tag, who), permissions in sorted(entries.items()))
    return struct.pack("<I", 2) + b"".join(packed)


def _acl(folder: Path) -> dict[tuple[int, int], int]:
    """{(tag, id): permissions}; a folder without a list has the three entries that its mode stands for."""
    try:
        raw = os.getxattr(folder, ACL)
    except OSError as error:
        if error.errno != errno.ENODATA:
            raise
        mode = folder.stat().st_mode
        return {(tag, ACL_NOBODY): mode >> shift & 0o7 for tag, shift in ((0x01, 6), (ACL_GROUP_OBJ, 3), (0x20, 0))}
    return {(tag, who): permissions for tag, permissions, who in struct.iter_unpack("<HHI", raw[4:])}


def _foreign(folder: Path, owner: int) -> DatabaseUnavailable:
    name = _name(owner)
    return DatabaseUnavailable(
        f"The folder {folder} belongs to user {name}, but this program runs as {_name(os.geteuid())}.",
        f"Run it as {name}, choose another folder, or set DATABASE_URL to another database.",
    )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _server_user(home: Path) -> ServerUser:
    """Ourselves; as root the owner of the cluster, else of the checkout, else a user of our own.

    So `sudo` in somebody's checkout leaves data that this person can still use without it.
    """
    if os.geteuid() != 0:
        return ServerUser(_name(os.geteuid()), os.geteuid(), os.getegid())
    cluster = home / "cluster"
    if cluster.exists():
        return _cluster_owner(cluster)
    for folder in (home, *home.parents):
        with contextlib.suppress(KeyError):
            if (uid := folder.stat().st_uid) not in (0, OVERFLOW_UID):
                return _from_passwd(pwd.getpwuid(uid))
    return _dedicated_user()


def _cluster_owner(cluster: Path) -> ServerUser:
    uid = cluster.stat().st_uid
    with contextlib.suppress(KeyError):
        if uid != 0:
            return _from_passwd(pwd.getpwuid(uid))
    raise DatabaseUnavailable(
        f"The database in {cluster} belongs to user {_name(uid)}, who cannot run PostgreSQL on this machine.",
        f"Give it to an ordinary user, for example with `chown -R {DEDICATED_USER} {cluster.parent}`.",
    )


def _dedicated_user() -> ServerUser:
    """The user `quartier`, made when missing; the lock keeps two processes from making it at the same time."""
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"]
    with locked(Path("/etc")):
        try:
            return _from_passwd(pwd.getpwnam(DEDICATED_USER))
        except KeyError:
            made = subprocess.run(  # noqa: S603 - a fixed command line
                [*command, DEDICATED_USER], capture_output=True, text=True, check=False
            )
        if made.returncode == 0:
            return _from_passwd(pwd.getpwnam(DEDICATED_USER))
    raise DatabaseUnavailable(
        f"PostgreSQL does not run as root, and the user {DEDICATED_USER} for it could not be created.",
        f"Create the user {DEDICATED_USER}, or run this program as an ordinary user.",
        made.stderr.strip(),
    )


def _from_passwd(entry: pwd.struct_passwd) -> ServerUser:
    return ServerUser(entry.pw_name, entry.pw_uid, entry.pw_gid)
