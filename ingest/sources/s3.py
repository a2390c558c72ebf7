"""Objects behind s3:// addresses, listed and read as files in folders are.

Which server is asked, and with which credentials, boto3 finds out in its own usual way:
``AWS_ENDPOINT_URL``, ``AWS_PROFILE``, ``AWS_ACCESS_KEY_ID`` …; without credentials it asks without.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ingest.load import LARGEST, too_large
from rag.errors import DocumentError, missing_extra

_SCHEME = "s3://"
_TRIES = 3
"""For each request, the first one included, and for an object's bytes when they break off."""
_CONNECTED, _SILENT = 10, 60
"""Seconds to wait for a connection, and for what comes over it."""
_CREDENTIALS = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
_UNKNOWN_KEYS = {"InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken"}


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in a folder, as :class:`os.DirEntry` has it for files.

    :param path: its address; a folder's ends without a slash.
    :param size: bytes.
    :param mark: a number that is another one when the bytes are; 0 for a folder.
    """

    name: str
    path: str
    size: int = 0
    mark: int = 0

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        """Whether it is a folder: what keys have in common up to a slash."""
        return not self.mark


def is_address(path: str | Path) -> bool:
    """Whether a path is an s3:// address."""
    return str(path).startswith(_SCHEME)


def found(address: str) -> Entry | None:
    """The object or the folder at an address; None when there is neither.

    An address that ends with a slash, or has nothing after the bucket, is a folder's.

    :raises DocumentError: the object store cannot be asked, with the reason.
    """
    bucket, key = _split(address)
    if not bucket:
        raise DocumentError("an address is s3://BUCKET or s3://BUCKET/KEY")
    name = key.rstrip("/").rpartition("/")[2]
    folder = Entry(name, address.rstrip("/"))
    if not name:
        return folder
    with _asked(bucket) as client:
        for prefix in (key, f"{key.rstrip('/')}/"):
            first = client.list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=1)
            for item in first.get("Contents", ()):
                if prefix.endswith("/"):
                    return folder
                if item["Key"] == key:
                    return _object(address, item)
    return None


def entries(folder: str) -> list[Entry]:
    """What stands in a folder, in the order of names.

    :raises DocumentError: it cannot be listed, with the reason.
    """
    bucket, key = _split(folder)
    prefix = f"{key}/" if key else ""
    listed: list[Entry] = []
    with _asked(bucket) as client:
        for page in client.get_paginator("list_objects_v2").paginate(
            Bucket=bucket, Prefix=prefix, Delimiter="/"
        ):
            names = [item["Prefix"][len(prefix) : -1] for item in page.get("CommonPrefixes", ())]
            listed += [Entry(name, f"{folder}/{name}") for name in names]
            listed += [
                _object(f"{folder}/{item['Key'][len(prefix) :]}", item)
                for item in page.get("Contents", ())
                if item["Key"] != prefix  # what some programs put where a folder is to be
            ]
    return sorted(listed, key=lambda entry: entry.name)


def read(address: str) -> bytes:
    """An object's bytes, all of one version of it.

    :raises DocumentError: it cannot be read, with the reason.
    """
    bucket, key = _split(address)
    with _asked(bucket) as client:
        from botocore.exceptions import IncompleteReadError, ResponseStreamingError

        for tries_left in reversed(range(_TRIES)):
            answer = client.get_object(Bucket=bucket, Key=key)
            if answer["ContentLength"] > LARGEST:
                answer["Body"].close()
                raise too_large()
            try:
                with closing(answer["Body"]) as body:
                    return bytes(body.read())
            except (IncompleteReadError, ResponseStreamingError):
                if not tries_left:
                    raise
    raise AssertionError  # mypy does not see that the last try returns or raises


def _split(address: str) -> tuple[str, str]:
    bucket, _, key = address.removeprefix(_SCHEME).partition("/")
    return bucket, key


def _object(address: str, item: dict[str, Any]) -> Entry:
    # an ETag changes with the bytes; the few servers without one have the time instead
    version = item.get("ETag") or item["LastModified"].isoformat()
    mark = int.from_bytes(hashlib.sha256(version.encode()).digest()[:7]) or 1
    return Entry(address.rpartition("/")[2], address, item["Size"], mark)


@contextmanager
def _asked(bucket: str) -> Iterator[Any]:
    """The object store, to be asked; what fails is raised as a sentence."""
    if find_spec("boto3") is None:
        raise missing_extra("s3")
    from botocore import exceptions

    try:
        yield _client()
    except exceptions.ClientError as error:
        raise DocumentError(_refusal(error.response, bucket)) from error
    except (exceptions.BotoCoreError, ValueError) as error:
        said = re.sub(r'\?[^" ]*', "", " ".join(str(error).split()))  # without a request's details
        is_lost = isinstance(error, exceptions.ConnectionError | exceptions.HTTPClientError)
        remedy = "; is AWS_ENDPOINT_URL right, and the network there?" if is_lost else ""
        raise DocumentError(f"the object store cannot be asked: {said}{remedy}") from error


@cache
def _client() -> Any:
    """What speaks with the object store; several threads may use it."""
    from boto3.session import Session
    from botocore import UNSIGNED
    from botocore.config import Config

    session = Session()
    config = Config(
        connect_timeout=_CONNECTED,
        read_timeout=_SILENT,
        retries={"mode": "standard", "total_max_attempts": _TRIES},
        signature_version=None if session.get_credentials() else UNSIGNED,
    )
    return session.client("s3", config=config)


def _refusal(response: dict[str, Any], bucket: str) -> str:
    """What the object store refuses, and what to do."""
    code, said = response["Error"].get("Code", ""), response["Error"].get("Message", "")
    if code == "NoSuchBucket":
        return f"there is no bucket {bucket} at {_client().meta.endpoint_url}"
    if code == "NoSuchKey":
        return "it has vanished"
    if code in _UNKNOWN_KEYS:
        return f"the credentials are refused ({code}); set {_CREDENTIALS}"
    if response["ResponseMetadata"].get("HTTPStatusCode") == 403:
        return (
            f"access is denied ({code}); whoever asks needs s3:ListBucket and s3:GetObject, and "
            f"shows who that is by {_CREDENTIALS}"
        )
    return f"the object store refuses: {said} ({code})"
