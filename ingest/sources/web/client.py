"""Asks a web server for one page or file, within limits.

No cookies, no proxy of the environment, no login, and nothing is kept open between two addresses.
"""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version

import httpcore

from ingest.sources.web.address import join
from ingest.sources.web.found import Known
from ingest.sources.web.network import CheckedNetwork
from rag.errors import DocumentError

_REDIRECTS = 5
_STEP = 1 << 20
"""Bytes that are unpacked at once."""
_MOVED = {301, 302, 303, 307, 308}
_GONE = {404, 410}
_ACCEPTED = b"text/html,application/xhtml+xml,application/pdf;q=0.9,*/*;q=0.8"


class GonePageError(DocumentError):
    """There is nothing at an address.

    :param address: after redirects.
    """

    def __init__(self, address: str, status: int) -> None:
        super().__init__(f"there is no such page: the server answers {status}")
        self.address = address


_NOTHING = Known()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answers.

    :param address: after redirects.
    :param data: None if the known version is still the present one.
    :param kind: the media type with its parameters, or "".
    :param disposition: the header Content-Disposition, or "".
    :param version: what to send the next time.
    """

    address: str
    data: bytes | None
    kind: str = ""
    disposition: str = ""
    version: Known = _NOTHING


def fetch(
    address: str,
    network: CheckedNetwork,
    most: int,
    find_known: Callable[[str], Known] = lambda _: Known(),
) -> Answer:
    """Fetch what is at an address, or at the end of its redirects.

    :param address: as :func:`ingest.sources.web.address.normalize` writes it.
    :param most: bytes that it may have, also after unpacking.
    :param find_known: finds the version that the library has of an address.
    :raises GonePageError: there is nothing.
    :raises DocumentError: it cannot be fetched, and why.
    """
    context = httpcore.default_ssl_context()
    for _ in range(_REDIRECTS + 1):
        with httpcore.ConnectionPool(ssl_context=context, network_backend=network) as pool:
            found = _ask(pool, network, address, most, find_known(address))
        if isinstance(found, Answer):
            return found
        if address.startswith("https:") and not found.startswith("https:"):
            raise DocumentError(f"it is redirected from https to {found}; give that address")
        address = found
    raise DocumentError(f"it is redirected more than {_REDIRECTS} times")


def _ask(
    pool: httpcore.ConnectionPool, network: CheckedNetwork, address: str, most: int, known: Known
) -> Answer | str:
    """Ask for one address; return the answer, or where it is redirected to."""
    try:
        with pool.stream("GET", address, headers=_headers(known)) as response:
            headers = {
                name.decode("latin-1").lower(): value.decode("latin-1")
                for name, value in response.headers
            }
            if response.status in _MOVED and "location" in headers:
                return join(address, _as_utf8(headers["location"]))
            if response.status == 304 and known != Known():
                return Answer(address, None, version=known)
            if response.status in _GONE:
                raise GonePageError(address, response.status)
            if response.status != 200:
                raise DocumentError(_refusal(response.status))
            data = b"".join(_limit(_unpack(response.iter_stream(), headers), most))
    except httpcore.TimeoutException as error:
        network.seconds_left()  # raises if all of the time is over
        raise DocumentError("the server does not answer; try again later") from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        said = " ".join(str(error).split()) or "it ended the connection"
        raise DocumentError(f"the server cannot be read from: {said}") from error
    kind, disposition = headers.get("content-type", ""), headers.get("content-disposition", "")
    return Answer(address, data, kind, disposition, _read_version(headers))


def _headers(known: Known) -> list[tuple[str, str | bytes]]:
    headers: list[tuple[str, str | bytes]] = [
        ("User-Agent", f"citespan/{_own_version()}"),
        ("Accept", _ACCEPTED),
        ("Accept-Encoding", "gzip"),
    ]
    if known.etag:
        headers.append(("If-None-Match", known.etag.encode("latin-1", "replace")))
    elif known.modified:
        headers.append(("If-Modified-Since", _write_date(known.modified)))
    return headers


def _own_version() -> str:
    try:
        return version("citespan")
    except PackageNotFoundError:
        return "0"


def _write_date(nanoseconds: int) -> str:
    return format_datetime(datetime.fromtimestamp(nanoseconds // 10**9, UTC), usegmt=True)


def _read_version(headers: dict[str, str]) -> Known:
    etag = headers.get("etag", "").strip()
    try:
        moment = parsedate_to_datetime(headers["last-modified"]).timestamp()
    except (KeyError, ValueError, OverflowError, OSError):
        moment = 0
    return Known(etag if len(etag) <= 500 else "", max(0, int(moment)) * 10**9)


def _unpack(parts: Iterator[bytes], headers: dict[str, str]) -> Iterator[bytes]:
    """Unpack gzip in small steps, so that no bomb fills the memory."""
    coding = headers.get("content-encoding", "identity").strip().lower()
    if coding in {"identity", ""}:
        yield from parts
        return
    if coding not in {"gzip", "x-gzip"}:
        raise DocumentError(f"its encoding {coding[:20]} is not read")
    unpacker = zlib.decompressobj(wbits=31)
    try:
        for part in parts:
            waiting, unpacked = part, b""
            while (waiting or len(unpacked) == _STEP) and not unpacker.eof:
                unpacked = unpacker.decompress(waiting, _STEP)
                yield unpacked
                waiting = unpacker.unconsumed_tail
    except zlib.error as error:
        raise DocumentError("damaged: it cannot be unpacked") from error
    if not unpacker.eof:
        raise DocumentError("damaged: it ends too early")


def _limit(parts: Iterator[bytes], most: int) -> Iterator[bytes]:
    size = 0
    for part in parts:
        size += len(part)
        if size > most:
            raise DocumentError(
                f"larger than {most / 1e6:.0f} MB, the limit for web addresses; "
                "`CITESPAN_UPLOAD_MEGABYTES` sets it"
            )
        yield part


def _refusal(status: int) -> str:
    if status in {401, 403, 407}:
        return f"the server refuses it ({status}); pages behind a login are not read"
    if status == 429 or status >= 500:
        return f"the server cannot answer now ({status}); try again later"
    return f"the server answers {status}"


def _as_utf8(header: str) -> str:
    """A header as text: servers send addresses in UTF-8."""
    return header.encode("latin-1").decode("utf-8", "replace")
