"""Which web addresses are taken, and how they are written."""

from __future__ import annotations

import pytest

from ingest.sources.web.address import file_name, find_canonical, is_web_address, join, normalize
from rag.errors import DocumentError


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("https://example.org", "https://example.org/"),
        ("HTTPS://Example.ORG:443/A?b=1#part", "https://example.org/A?b=1"),
        ("http://example.org:8080/", "http://example.org:8080/"),
        ("https:/example.org/a", "https://example.org/a"),
        ("https://example.org./a", "https://example.org/a"),
        ("https://bücher.example/Straße?q=ä", "https://xn--bcher-kva.example/Stra%C3%9Fe?q=%C3%A4"),
        ("https://example.org/a%20b", "https://example.org/a%20b"),
        ("http://93.184.216.34/", "http://93.184.216.34/"),
        ("http://[2001:DB8::1]:8080/", "http://[2001:db8::1]:8080/"),
    ],
)
def test_an_address_has_one_spelling(given: str, written: str) -> None:
    assert is_web_address(given)
    assert normalize(given) == written
    assert normalize(written) == written


@pytest.mark.fault(104)
@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("ftp://example.org/a", "only http and https"),
        ("file:///etc/passwd", "only http and https"),
        ("https://", "only http and https"),
        ("https:///etc/passwd", "only http and https"),
        ("https://ann:secret@example.org/", "name or a password"),
        ("https://ann@example.org/", "name or a password"),
        ("https://@example.org/", "name or a password"),
        ("https://example.org\\@127.0.0.1/", "backslashes"),
        ("https://exam ple.org/", "spaces"),
        ("https://example.org/\r\nX: y", "control characters"),
        ("https://example.org:99999/", "not a web address"),
        ("https://2130706433/", "usual form"),
        ("https://0x7f000001/", "usual form"),
        ("https://0177.0.0.1/", "usual form"),
        ("https://127.1/", "usual form"),
        ("https://example.0x7f/", "usual form"),
        ("https://[::1/", "not a web address"),
        ("https://a..b/", "not the name of a host"),
        ("https://a%00b/", "not the name of a host"),
        (f"https://example.org/{'a' * 3000}", "characters"),
    ],
)
def test_what_is_not_taken_is_a_sentence(given: str, why: str) -> None:
    with pytest.raises(DocumentError, match=why):
        normalize(given)


def test_a_redirect_leads_from_where_it_is() -> None:
    assert join("https://example.org/a/b", "../c#d") == "https://example.org/c"
    assert join("https://example.org/a", "//other.example/") == "https://other.example/"
    with pytest.raises(DocumentError, match="only http and https"):
        join("https://example.org/a", "file:///etc/passwd")


PAGE = "https://example.org/a/page?utm=1"


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ('<link rel="canonical" href="https://example.org/a/page">', "https://example.org/a/page"),
        ("<LINK href=/a/page?x=1&amp;y=2 rel=canonical>", "https://example.org/a/page?x=1&y=2"),
        ("<link rel='canonical' href='page/'/>", "https://example.org/a/page/"),
        ('<link rel="canonical" href="https://other.example/a/page">', PAGE),
        ('<link rel="canonical" href="http://example.org/a/page">', PAGE),
        ('<link rel="canonical" href="https://example.org:8443/a/page">', PAGE),
        ('<link rel="canonical" href="https://example.org/~bob/">', PAGE),
        ('<link rel="canonical" href="https://">', PAGE),
        ('<link rel="stylesheet" href="/a/page">', PAGE),
        ("<p>nothing", PAGE),
    ],
)
def test_a_page_can_give_only_another_spelling_of_its_address(link: str, found: str) -> None:
    assert find_canonical(PAGE, f"<html><head>{link}</head>".encode()) == found


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://example.org/", "example.org.html"),
        ("https://example.org/papers/cells.pdf?x=1", "cells.pdf"),
        ("https://example.org/a%2F..%2Fb", "a_.._b"),
        ("https://example.org/..", "page"),
        ("https://example.org/%00", "_"),
    ],
)
def test_an_address_gives_the_name_of_a_file(address: str, name: str) -> None:
    assert file_name(address) == name
