"""Bytes come back as they went in: from a folder, and from a real S3 service."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import URLError
from urllib.request import urlopen

import boto3
import pytest

from quartier.config import Config
from quartier.files.s3 import S3Storage
from quartier.files.storage import FolderStorage, Storage, StorageDown, storage

KEY = "01a20174-0000-7000-8000-000000000001/01a20174-0000-7000-8000-000000000002"
_taken: set[int] = set()
IDENTITY = {
    "identities": [
        {"name": "quartier", "credentials": [{"accessKey": "quartier", "secretKey": "secret"}], "actions": ["Admin"]}
    ]
}


def free_port() -> int:
    """A free port whose partner, 10,000 higher, is free as well: there the service speaks to itself."""
    for port in range(20_000 + os.getpid() % 10_000, 50_000):
        if all(_is_free(number) for number in (port, port + 10_000)) and port not in _taken:
            _taken.add(port)
            return port
    raise RuntimeError("no free port")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.fixture(scope="module")
def seaweed() -> Iterator[str]:
    """An S3 service on this machine, for this module."""
    port = free_port()
    with TemporaryDirectory() as folder:
        config = Path(folder) / "s3.json"
        config.write_text(json.dumps(IDENTITY))
        command = [
            str(Path(sys.executable).parent / "weed"),
            "server",
            f"-dir={folder}",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            "-s3",
        ]
        command += [f"-s3.port={port}", f"-s3.config={config}", "-volume.max=5", f"-master.port={free_port()}"]
        command += [f"-volume.port={free_port()}", f"-filer.port={free_port()}"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            await_answer(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()
            process.wait()


def await_answer(url: str) -> None:
    """Until the service answers, whatever it answers."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            urlopen(url, timeout=1)
        except URLError as error:
            if getattr(error, "code", None) is not None:
                return
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(url)


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Storage:
    if request.param == "folder":
        return FolderStorage(tmp_path)
    endpoint = request.getfixturevalue("seaweed")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "quartier")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    client = boto3.client("s3", endpoint_url=endpoint)
    with suppress(client.exceptions.BucketAlreadyOwnedByYou):
        client.create_bucket(Bucket="quartier", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    return S3Storage("quartier", endpoint)


def test_what_was_put_is_got_until_it_is_deleted(store: Storage) -> None:
    store.put(KEY, b"\x00plan\xff", "application/octet-stream")
    assert store.get(KEY) == b"\x00plan\xff"
    before = KEY.replace("1/", "0/")
    for key in (KEY, before):
        store.put(key, b"plan", "text/plain")
    listed = dict(store.listed())
    assert [key for key in listed if key in (KEY, before)] == [before, KEY]
    assert abs(datetime.now(UTC) - listed[KEY]) < timedelta(hours=1)
    for key in (KEY, before, KEY):
        store.delete(key)
    assert store.get(KEY) is None


def test_the_environment_chooses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    kinds = [type(storage(Config(var=tmp_path, s3_bucket=bucket))) for bucket in (None, "quartier")]
    assert kinds == [FolderStorage, S3Storage]


def test_no_key_leads_out_of_the_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="outside"):
        FolderStorage(tmp_path / "files").put("../../evil", b"", "text/plain")


def test_a_large_file_goes_in_and_out_in_pieces(store: Storage, tmp_path: Path) -> None:
    """Twelve megabytes: an S3 service gets that in parts."""
    piece = bytes(range(256)) * 4096
    large = tmp_path / "large"
    large.write_bytes(piece * 12)
    with large.open("rb") as file:
        store.put_file(KEY, file, "text/csv")
        assert file.closed is False  # it is its owner's to close
    fetched = store.fetch(KEY)
    assert fetched is not None
    with fetched:
        assert [fetched.read(len(piece)) == piece for _number in range(12)] == [True] * 12
        assert (fetched.read(), fetched.seek(0), fetched.read(3)) == (b"", 0, piece[:3])
    assert store.fetch(KEY.replace("2", "3")) is None
    part = store.stream(KEY, len(piece) - 2, 4)
    assert part is not None
    assert (b"".join(part), store.stream(KEY.replace("2", "3"), 0, 1)) == (b"\xfe\xff\x00\x01", None)


def test_a_storage_that_nobody_reaches_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that is away, a disk that is gone: one word for both, and what was there is asked for again later."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "quartier")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    (tmp_path / "disk").write_text("not a folder any more")
    away = [S3Storage("quartier", f"http://127.0.0.1:{free_port()}"), FolderStorage(tmp_path / "disk")]
    for store in away:
        with pytest.raises(StorageDown):
            store.put(KEY, b"plan", "text/plain")
    for ask in (away[0].get, away[0].fetch, away[0].delete, lambda key: away[0].stream(key, 0, 1)):
        with pytest.raises(StorageDown):
            ask(KEY)
