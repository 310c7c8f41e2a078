"""An S3 service: one object a file, written on the condition that the name is free."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from palier.gateways.memory import checked_name
from palier.gateways.outage import TIMEOUT_SECONDS, GatewayDown
from palier.gateways.storage.facts import AlreadyStored, NotStored

ABSENT = ("NoSuchKey", "404", "NotFound")
TAKEN = ("PreconditionFailed", "ConditionalRequestConflict")


class S3Store:
    """Objects of one bucket. Without key and secret the client looks where such clients do (role of the machine)."""

    def __init__(self, bucket: str, options: dict[str, str], service: str, label: str) -> None:
        self.bucket = bucket
        self.words = (service, label)
        self.client: Any = boto3.client(
            "s3",
            endpoint_url=options.get("endpoint"),
            region_name=options.get("region", "eu-west-3"),
            aws_access_key_id=options.get("key") or None,
            aws_secret_access_key=options.get("secret") or None,
            config=Config(
                connect_timeout=TIMEOUT_SECONDS,
                read_timeout=TIMEOUT_SECONDS,
                retries={"total_max_attempts": 2},
                s3={"addressing_style": "path"},
            ),
        )

    @contextmanager
    def _reached(self, name: str) -> Iterator[dict[str, str]]:
        """The object's coordinates; what the service refuses becomes one of our words, or an outage."""
        try:
            yield {"Bucket": self.bucket, "Key": checked_name(name)}
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in ABSENT:
                raise NotStored(name) from error
            if code in TAKEN:
                raise AlreadyStored(name) from error
            raise self._down() from error
        except BotoCoreError as error:
            raise self._down() from error

    def _down(self) -> GatewayDown:
        service, label = self.words
        return GatewayDown(service, f"{label} ne répond pas en ce moment.")

    def put(self, name: str, content: bytes) -> None:
        with self._reached(name) as place:
            self.client.put_object(**place, Body=content, IfNoneMatch="*")

    def get(self, name: str) -> bytes:
        with self._reached(name) as place:
            content: bytes = self.client.get_object(**place)["Body"].read()
            return content

    def delete(self, name: str) -> None:
        with self._reached(name) as place:
            self.client.delete_object(**place)

    def exists(self, name: str) -> bool:
        try:
            with self._reached(name) as place:
                self.client.head_object(**place)
        except NotStored:
            return False
        return True

    def names_older_than(self, age: timedelta) -> Iterator[str]:
        before = datetime.now(UTC) - age
        try:
            for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket):
                for found in page.get("Contents", ()):
                    if found["LastModified"] <= before:
                        yield found["Key"]
        except (ClientError, BotoCoreError) as error:
            raise self._down() from error
