"""Web addresses: which are taken, in one spelling, and where a redirect or a page leads."""

import re
from html import unescape
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

from rag.errors import DocumentError

_SCHEME = re.compile(r"https?:/?/?", re.IGNORECASE)
_ONE_SLASH = re.compile(r"\A(https?):/(?!/)", re.IGNORECASE)
"""What a path makes of an address."""
_PORTS = {"http": 80, "https": 443}
_LONGEST = 2_000
"""Characters of an address."""
_BROKEN = re.compile(r"[\x00-\x20\x7f\\]")
"""Characters that programs read in different ways, so that a check and a client disagree."""
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"0x[0-9a-f]*|\d+")
_KEPT = "!$&'()*+,;=:@/%~-._"
_LINK = re.compile(r"<link\b[^<>]{0,2000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""\s([a-z-]{1,20})\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.I
)
_HEAD = 200_000
"""Bytes of a page that may hold its canonical address."""
_FRONT = re.compile(r"(?:index\.\w{1,5})?/?\Z")
"""What may end the path of one page or not."""


def is_web_address(path: str | Path) -> bool:
    """Whether a path is meant as a web address; a path keeps only one of two slashes."""
    return _SCHEME.match(str(path)) is not None


def normalize(address: str) -> str:
    """Write an address in one spelling, without fragment.

    :raises DocumentError: it is not one that is taken, and why.
    """
    address = _ONE_SLASH.sub(r"\1://", address.strip())
    if len(address) > _LONGEST:
        raise DocumentError(f"the address has more than {_LONGEST:,} characters")
    if _BROKEN.search(address):
        raise DocumentError("a web address has no spaces, control characters or backslashes")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise DocumentError(f"not a web address: {error}") from error
    if parts.scheme not in _PORTS or not parts.hostname:
        raise DocumentError(
            "write a web address as https://HOST/PATH; only http and https are read"
        )
    if parts.username is not None or parts.password is not None:
        raise DocumentError("an address with a name or a password is not read; leave them out")
    host = _normalize_host(parts.hostname)
    place = host if port in {None, _PORTS[parts.scheme]} else f"{host}:{port}"
    path = quote(parts.path or "/", safe=_KEPT)
    return urlunsplit((parts.scheme, place, path, quote(parts.query, safe=f"{_KEPT}?"), ""))


def join(base: str, reference: str) -> str:
    """The address that a page at ``base`` refers to.

    :raises DocumentError: it is not one that is taken.
    """
    try:
        return normalize(urljoin(base, reference.strip()))
    except ValueError as error:
        raise DocumentError(f"not a web address: {error}") from error


def find_canonical(address: str, page: bytes) -> str:
    """Find the address that a page gives as its own; else ``address``.

    Only another spelling is taken: the same scheme, host and path with another query, a slash or an
    index.html more or less. So no page can pass for another one.
    """
    head = page[:_HEAD].decode("utf-8", "replace")
    for link in _LINK.finditer(head):
        found = _ATTRIBUTE.findall(link.group())
        given = {name.lower(): "".join(values) for name, *values in found}
        if "canonical" in given.get("rel", "").lower().split() and given.get("href"):
            try:
                canonical = join(address, unescape(given["href"]))
            except DocumentError:
                return address
            return canonical if _without_query(canonical) == _without_query(address) else address
    return address


def file_name(address: str) -> str:
    """The last part of the path, or the host, as a name of a file; it may have no suffix."""
    parts = urlsplit(address)
    name = unquote(parts.path.rstrip("/").rpartition("/")[2]) or f"{parts.netloc}.html"
    return re.sub(r"[^\w.() -]", "_", name).strip(". ")[-60:] or "page"


def _without_query(address: str) -> tuple[str, str, str]:
    parts = urlsplit(address)
    return parts.scheme, parts.netloc, _FRONT.sub("", parts.path)


def _normalize_host(host: str) -> str:
    """A name in small ASCII letters, or a number in its usual form.

    :raises DocumentError: it is neither; 0177.1, 2130706433 and 0x7f000001 are other spellings of
        127.0.0.1 to some programs.
    """
    try:
        if ":" in host:
            return f"[{IPv6Address(host)}]"
        name = (host if host.isascii() else host.encode("idna").decode()).rstrip(".").lower()
        if _NUMBER.fullmatch(name.rpartition(".")[2]):
            return str(IPv4Address(name))
    except AddressValueError as error:
        raise DocumentError(f"{host} is not the usual form of a number of a host") from error
    except UnicodeError as error:
        raise DocumentError(f"{host} is not the name of a host") from error
    if not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise DocumentError(f"{host} is not the name of a host")
    return name
