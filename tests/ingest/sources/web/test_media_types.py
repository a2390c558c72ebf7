"""Which file a server's answer becomes, by type, name and first bytes."""

from __future__ import annotations

import pytest

from ingest.sources.web.client import Answer
from ingest.sources.web.media_types import charset_of, name_file

HTML = b"\n<!-- made by hand --><!DOCTYPE html><html>"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("path", "kind", "data", "disposition", "name"),
    [
        ("", "text/html; charset=utf-8", HTML, "", "example.org.html"),
        ("wiki/Heron", "application/xhtml+xml", HTML, "", "Heron.html"),
        ("a.htm", "text/html", HTML, "", "a.htm"),
        ("report.pdf", "text/html", HTML, "", "report.html"),
        ("report.pdf", "application/octet-stream", b"%PDF-1.7", "", "report.pdf"),
        ("get?id=1", "application/pdf", b"%PDF-1.7", "", "get.pdf"),
        ("get?id=1", "application/octet-stream", b"%PDF-1.7", "", "get.pdf"),
        ("get", "application/x-unknown", b"?", 'attachment; filename="a b.docx"', "a b.docx"),
        ("get", WORD, b"PK", "attachment; filename=../../etc/cron.d/x", "x.docx"),
        ("notes.md", "text/plain", b"# Notes", "", "notes.md"),
        ("notes", "text/plain", b"Notes", "", "notes.txt"),
        ("notes", "text/plain", HTML, "", "notes.html"),
        ("notes", "", HTML, "", "notes.html"),
        ("data", "text/csv", b"a,b", "", "data.csv"),
        ("photo", "image/png", b"\x89PNG", "", "photo.png"),
        ("film", "video/mp4", b"?", "", "film"),
    ],
)
def test_the_type_outranks_the_name_unless_it_is_vague(
    path: str, kind: str, data: bytes, disposition: str, name: str
) -> None:
    assert name_file(Answer(f"https://example.org/{path}", data, kind, disposition)) == name


def test_a_type_names_an_encoding() -> None:
    assert charset_of('text/html; charset="ISO-8859-1"') == "iso-8859-1"
    assert charset_of("text/html") == ""
    assert charset_of("") == ""
