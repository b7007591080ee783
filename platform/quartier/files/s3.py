"""Bytes in a bucket of any S3 service."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from tempfile import TemporaryFile
from typing import Any, BinaryIO, Final, cast

import boto3
from botocore.config import Config as Calls
from botocore.exceptions import BotoCoreError, ClientError

from quartier.files.storage import PIECE, StorageDown

MISSING: Final = frozenset({"NoSuchKey", "404"})
CALLS: Final = Calls(connect_timeout=3, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 2})
"""Somebody waits for the page: a service that is away is said to be away within seconds."""


class Kept:
    """A file that stays open: boto3 closes what it has uploaded."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        return self._file.read(size)


class S3Storage:
    """A bucket of an S3 service; credentials come from the environment, as boto3 reads them."""

    def __init__(self, bucket: str, endpoint: str | None) -> None:
        self._bucket = bucket
        self._client: Any = boto3.client("s3", endpoint_url=endpoint, config=CALLS)

    def put(self, key: str, body: bytes, content_type: str) -> None:
        """Upload in one request."""
        with reached():
            self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType=content_type)

    def put_file(self, key: str, file: BinaryIO, content_type: str) -> None:
        """Upload in parts where it is large."""
        with reached():
            self._client.upload_fileobj(Kept(file), self._bucket, key, ExtraArgs={"ContentType": content_type})

    def fetch(self, key: str) -> BinaryIO | None:
        """Download to a file that is gone when it is closed, or None."""
        file = cast("BinaryIO", TemporaryFile())  # noqa: SIM115 - the caller closes it
        try:
            with reached():
                self._client.download_fileobj(self._bucket, key, file)
        except BaseException as error:
            file.close()
            if isinstance(error, FileNotFoundError):
                return None
            raise
        file.seek(0)
        return file

    def stream(self, key: str, start: int, length: int) -> Iterator[bytes] | None:
        """Ask the service for the range, and hand on what comes."""
        if length < 1:
            return iter(())
        body = self._body(key, Range=f"bytes={start}-{start + length - 1}")
        return body.iter_chunks(PIECE) if body is not None else None

    def get(self, key: str) -> bytes | None:
        """Download, or None."""
        body = self._body(key)
        if body is None:
            return None
        with reached():
            return bytes(body.read())

    def delete(self, key: str) -> None:
        """Remove the object."""
        with reached():
            self._client.delete_object(Bucket=self._bucket, Key=key)

    def listed(self) -> Iterator[tuple[str, datetime]]:
        """Objects as the service orders them, by their keys, a thousand per request."""
        with reached():
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket):
                yield from ((found["Key"], found["LastModified"]) for found in page.get("Contents", ()))

    def _body(self, key: str, **options: str) -> Any:
        try:
            with reached():
                return self._client.get_object(Bucket=self._bucket, Key=key, **options)["Body"]
        except FileNotFoundError:
            return None


@contextmanager
def reached() -> Iterator[None]:
    """What boto3 raises, in our words: there is no such key (FileNotFoundError), or StorageDown."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] in MISSING:
            raise FileNotFoundError from error
        raise StorageDown(str(error)) from error
    except BotoCoreError as error:
        raise StorageDown(str(error)) from error
