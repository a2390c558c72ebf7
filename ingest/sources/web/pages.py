"""Fetches the web addresses of an ingest into files, under the names that they get as sources."""

import codecs
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.readers import format_of
from ingest.reading.load import unknown_format
from ingest.sources.web.address import find_canonical, is_web_address, normalize
from ingest.sources.web.client import Answer, GonePageError, fetch
from ingest.sources.web.found import Known, WebPage, WebPages
from ingest.sources.web.media_types import charset_of, name_file
from ingest.sources.web.network import CheckedNetwork
from rag.errors import DocumentError

SECONDS = 120.0
"""For one address with its redirects."""


FindKnown = Callable[[str], WebPage | None]
"""An address → the page as the library has it; None if it has to be read anyway."""


@dataclass(frozen=True, slots=True)
class WebRequest:
    """How addresses are fetched.

    :param folder: where the files are written.
    :param most: bytes of one.
    :param allow_private: whether addresses of an intranet and of this machine are read.
    """

    folder: Path
    most: int
    find_known: FindKnown = lambda _: None
    allow_private: bool = False


def fetch_pages(paths: Iterable[str], request: WebRequest) -> WebPages:
    """Fetch the web addresses among ``paths``, one after the other."""
    pages = WebPages()
    for given in filter(is_web_address, dict.fromkeys(paths)):
        try:
            page, address = _fetch_page(given, request)
            others = (other for other in pages.found.values() if other.name == page.name)
            is_claimed = any(other.mark != page.mark for other in others)
            pages.found[given] = replace(page, name=address) if is_claimed else page
        except DocumentError as error:
            pages.failed[given] = str(error)
            if isinstance(error, GonePageError):
                pages.gone[given] = (normalize(given), error.address)
    return pages


def _fetch_page(given: str, request: WebRequest) -> tuple[WebPage, str]:
    """Fetch a page; return it with the address at the end of its redirects."""
    network = CheckedNetwork(SECONDS, allow_private=request.allow_private)
    known: dict[str, WebPage] = {}

    def find_version(address: str) -> Known:
        page = request.find_known(address)
        if page is not None:
            known[address] = page
        return page.version if page else Known()

    answer = fetch(normalize(given), network, request.most, find_version)
    known_page = known.get(answer.address) if answer.data is None else None
    return known_page or _keep_page(answer, request.folder), answer.address


def _keep_page(answer: Answer, folder: Path) -> WebPage:
    """Write what was fetched to a file that is named by its format.

    :raises DocumentError: no reader knows its format.
    """
    file = name_file(answer)
    module = format_of(file)
    if module is None:
        kind = answer.kind.partition(";")[0].strip() or "none"
        raise DocumentError(f"{unknown_format(file)} (its type is {kind})")
    data = _as_utf8(answer.data or b"", answer.kind)
    name = find_canonical(answer.address, data) if module == "html" else answer.address
    mark = int.from_bytes(hashlib.sha256(data).digest()[:7]) or 1
    own = folder / hashlib.sha256(answer.address.encode()).hexdigest()[:32]
    own.mkdir(exist_ok=True)
    (own / file).write_bytes(data)
    # what the server calls a version is about the address that was asked
    version = answer.version if name == answer.address else Known()
    path = str(own / file)
    return WebPage(name, path, len(data), version.modified, mark, module, version.etag)


def _as_utf8(data: bytes, kind: str) -> bytes:
    """A text in the encoding that the server names, as UTF-8; readers are given bytes alone."""
    charset = charset_of(kind)
    if not kind.lower().startswith("text/") or not charset or data.startswith(codecs.BOM_UTF8):
        return data
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        try:
            return data.decode(charset).encode("utf-8")
        except (LookupError, UnicodeError):
            return data
    return data
