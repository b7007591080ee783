"""Bytes in a bucket of any S3 service."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import boto3
from botocore.exceptions import ClientError


class S3Storage:
    """A bucket of an S3 service; credentials come from the environment, as boto3 reads them."""

    def __init__(self, bucket: str, endpoint: str | None) -> None:
        self._bucket = bucket
        self._client: Any = boto3.client("s3", endpoint_url=endpoint)

    def put(self, key: str, body: bytes, content_type: str) -> None:
        """Upload in one request."""
        self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType=content_type)

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
