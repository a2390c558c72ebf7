"""Lists and reads objects at s3:// addresses, like files in folders.

boto3 finds the server and the credentials in its usual way: ``AWS_ENDPOINT_URL``, ``AWS_PROFILE``,
``AWS_ACCESS_KEY_ID`` …; without credentials, requests are anonymous.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ingest.readers import LARGEST, too_large_error
from rag.errors import DocumentError, missing_extra

_SCHEME = "s3://"
_TRIES = 3
"""For each request, with the first one, and for an object's bytes if they break off."""
_CONNECTED, _SILENT = 10, 60
"""Seconds to wait for a connection, and for data."""
_CREDENTIALS = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
_UNKNOWN_KEYS = {"InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken"}


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a folder, like :class:`os.DirEntry` for files.

    :param path: its address; a folder's address has no slash at its end.
    :param size: bytes.
    :param mark: a number that changes with the bytes; 0 for a folder.
    """

    name: str
    path: str
    size: int = 0
    mark: int = 0

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        """Whether it is a folder: a part that keys share, up to a slash."""
        return not self.mark


def is_address(path: str | Path) -> bool:
    return str(path).startswith(_SCHEME)


def find(address: str) -> Entry | None:
    """Find the object or the folder at an address; None if there is neither.

    An address is a folder's if it ends with a slash or has nothing after the bucket.

    :raises DocumentError: the object store cannot be used, with the reason.
    """
    bucket, key = _split(address)
    if not bucket:
        raise DocumentError("write an address as s3://BUCKET or s3://BUCKET/KEY")
    name = key.rstrip("/").rpartition("/")[2]
    folder = Entry(name, address.rstrip("/"))
    if not name:
        return folder
    with _open_store(bucket) as client:
        for prefix in (key, f"{key.rstrip('/')}/"):
            first = client.list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=1)
            for item in first.get("Contents", ()):
                if prefix.endswith("/"):
                    return folder
                if item["Key"] == key:
                    return _make_entry(address, item)
    return None


def list_folder(folder: str) -> list[Entry]:
    """List a folder, in the order of names.

    :raises DocumentError: it cannot be listed, with the reason.
    """
    bucket, key = _split(folder)
    prefix = f"{key}/" if key else ""
    entries: list[Entry] = []
    with _open_store(bucket) as client:
        for page in client.get_paginator("list_objects_v2").paginate(
            Bucket=bucket, Prefix=prefix, Delimiter="/"
        ):
            names = [item["Prefix"][len(prefix) : -1] for item in page.get("CommonPrefixes", ())]
            entries += [Entry(name, f"{folder}/{name}") for name in names]
            entries += [
                _make_entry(f"{folder}/{item['Key'][len(prefix) :]}", item)
                for item in page.get("Contents", ())
                if item["Key"] != prefix  # some programs store an object as the mark of a folder
            ]
    return sorted(entries, key=lambda entry: entry.name)


def read(address: str, largest: int = LARGEST) -> bytes:
    """Read an object's bytes, all of one version.

    :param largest: bytes, beyond which it is not read.
    :raises DocumentError: it cannot be read, with the reason.
    """
    bucket, key = _split(address)
    with _open_store(bucket) as client:
        from botocore.exceptions import IncompleteReadError, ResponseStreamingError

        for tries_left in reversed(range(_TRIES)):
            answer = client.get_object(Bucket=bucket, Key=key)
            if answer["ContentLength"] > largest:
                answer["Body"].close()
                raise too_large_error(largest)
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


def _make_entry(address: str, item: dict[str, Any]) -> Entry:
    # an ETag changes with the bytes; the few servers without one give the time
    version = item.get("ETag") or item["LastModified"].isoformat()
    mark = int.from_bytes(hashlib.sha256(version.encode()).digest()[:7]) or 1
    return Entry(address.rpartition("/")[2], address, item["Size"], mark)


@contextmanager
def _open_store(bucket: str) -> Iterator[Any]:
    """Open the object store; its errors are raised as sentences."""
    if find_spec("boto3") is None:
        raise missing_extra("s3")
    from botocore import exceptions

    try:
        yield _client()
    except exceptions.ClientError as error:
        raise DocumentError(_refusal(error.response, bucket)) from error
    except (exceptions.BotoCoreError, ValueError) as error:
        # without the details of the request
        said = re.sub(r'\?[^" ]*', "", " ".join(str(error).split()))
        is_lost = isinstance(error, exceptions.ConnectionError | exceptions.HTTPClientError)
        remedy = "; check AWS_ENDPOINT_URL and the network" if is_lost else ""
        raise DocumentError(f"the object store cannot be reached: {said}{remedy}") from error


@cache
def _client() -> Any:
    """The client of the object store; several threads may use it."""
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
    """What the object store refuses, and what to do about it."""
    code, said = response["Error"].get("Code", ""), response["Error"].get("Message", "")
    if code == "NoSuchBucket":
        return f"there is no bucket {bucket} at {_client().meta.endpoint_url}; check its name"
    if code == "NoSuchKey":
        return "it has vanished"
    if code in _UNKNOWN_KEYS:
        return f"the credentials are refused ({code}); set {_CREDENTIALS}"
    if response["ResponseMetadata"].get("HTTPStatusCode") == 403:
        return (
            f"access is denied ({code}); the user needs s3:ListBucket and s3:GetObject, with the "
            f"credentials {_CREDENTIALS}"
        )
    return f"the object store refuses: {said} ({code})"
