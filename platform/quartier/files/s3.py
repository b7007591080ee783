"""Bytes in a bucket of any S3 service."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

import boto3
from botocore.exceptions import ClientError


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
        self._client: Any = boto3.client("s3", endpoint_url=endpoint)

    def put(self, key: str, body: bytes, content_type: str) -> None:
        """Upload in one request."""
        self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType=content_type)

    def put_file(self, key: str, file: BinaryIO, content_type: str) -> None:
        """Upload in parts where it is large."""
        self._client.upload_fileobj(Kept(file), self._bucket, key, ExtraArgs={"ContentType": content_type})

    def fetch(self, key: str) -> BinaryIO | None:
        """Download to a file that is gone when it is closed, or None."""
        file = cast("BinaryIO", TemporaryFile())  # noqa: SIM115 - the caller closes it
        try:
            self._client.download_fileobj(self._bucket, key, file)
        except ClientError as error:
            file.close()
            if error.response["Error"]["Code"] in {"NoSuchKey", "404"}:
                return None
            raise
        file.seek(0)
        return file

    def get(self, key: str) -> bytes | None:
        """Download, or None."""
        try:
            return bytes(self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read())
        except ClientError as error:
            if error.response["Error"]["Code"] in {"NoSuchKey", "404"}:
                return None
            raise

    def delete(self, key: str) -> None:
        """Remove the object."""
        self._client.delete_object(Bucket=self._bucket, Key=key)

    def keys(self, before: datetime) -> Iterator[str]:
        """Objects by their time, a thousand per request."""
        for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket):
            for found in page.get("Contents", ()):
                if found["LastModified"] < before:
                    yield found["Key"]
