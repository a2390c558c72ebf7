"""The dates that documents give themselves."""

from __future__ import annotations

import io
import zipfile

import pytest

from ingest.reading.dates import find_date


def zipped(name: str, xml: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, xml)
    return file.getvalue()


CORE = (
    '<cp:coreProperties xmlns:dcterms="http://purl.org/dc/terms/">'
    '<dcterms:created xsi:type="dcterms:W3CDTF">2020-01-02T03:04:05Z</dcterms:created>{}'
    "</cp:coreProperties>"
)


@pytest.mark.parametrize(
    ("module", "data", "text", "date"),
    [
        ("pdf", b"/CreationDate (D:20190203) /ModDate (D:20210405060708Z)", "", "2021-04-05"),
        ("pdf", b"%PDF-1.7 /CreationDate (D:20190203040506)", "", "2019-02-03"),
        ("pdf", b"/ModDate 7 0 R 17 0 obj (D:20010101)\n7 0 obj\n(D:20190203040506)", "",
         "2019-02-03"),
        ("pdf", b"/ModDate 7 0 R /CreationDate (D:20190203)", "", "2019-02-03"),
        ("pdf", b"%PDF-1.7 /ModDate (D:20219999)", "", ""),
        ("docx", zipped("docProps/core.xml", CORE.format("")), "", "2020-01-02"),
        ("xlsx", zipped("docProps/core.xml", CORE.format(
            "<dcterms:modified>2022-06-07T00:00:00Z</dcterms:modified>")), "", "2022-06-07"),
        ("odt", zipped("meta.xml", "<dc:date>2018-09-10T11:12:13.5</dc:date>"), "", "2018-09-10"),
        ("epub", zipped("OEBPS/a.opf", "<dc:date>2017-01-01</dc:date>"), "", "2017-01-01"),
        ("docx", b"PK\x03\x04 cut off", "", ""),
        ("html", b'<meta name="date" content="2016-05-06"><meta property="article:modified_time"'
         b' content="2017-05-06T10:00:00Z">', "", "2017-05-06"),
        ("html", b"<p>date 2016-05-06</p>", "", ""),
        ("markdown", b"", "---\ntitle: A\ndate: 2024-02-29\nupdated: '2024-03-01'\n---\nText",
         "2024-03-01"),
        ("markdown", b"", "---\ndate: 2023-02-29\n---\nText", ""),
        ("markdown", b"", "Text\n---\ndate: 2023-02-28\n---\n", ""),
        ("eml", b"From: a\r\nDate: Tue, 5 Mar 2024 10:00:00 +0100\r\n\r\nDate: 1 Jan 2000", "",
         "2024-03-05"),
        ("eml", b"From: a\r\nDate: yesterday\r\n\r\n", "", ""),
        ("msg", b"", "Subject: A\nDate: 2024-03-05 10:00", "2024-03-05"),
        ("csv", b"date: 2024-03-05", "date: 2024-03-05", ""),
    ],
)  # fmt: skip
def test_a_document_tells_its_date(module: str, data: bytes, text: str, date: str) -> None:
    assert find_date(module, data, text) == date
