"""What an assistant reads of documents, and what it is told when it asks for what is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest import ingest
from rag import QuestionError, Rag, Settings
from rag.library.catalog import Catalog
from rag.types import EVERYTHING, Filter
from ui.api.mcp_documents import LONGEST_READING, list_documents, outline_document, read_section

MANUAL = """# Oven manual

## 1 Safety

Wear gloves of leather.

### 1.1 Children

Children stay two metres away.

## 2 Use

Heat the oven for ninety minutes.
"""


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    folder = tmp_path_factory.mktemp("shelf")
    for name, text in {
        "a/oven.md": MANUAL, "b/oven.md": MANUAL.replace("Oven", "New oven"),
        "note.txt": "The rent is 700 euros.", "long.txt": "A sentence of a long text. " * 1_000,
    }.items():  # fmt: skip
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    ingest(folder, settings)
    return Rag(settings).library.catalog


def test_documents_are_listed_all_or_some(catalog: Catalog) -> None:
    everything = list_documents(catalog, EVERYTHING)
    assert sorted(Path(each["source"]).name for each in everything) == [
        "long.txt", "note.txt", "oven.md", "oven.md"
    ]  # fmt: skip
    (note,) = list_documents(catalog, Filter(sources="*.txt", documents=(find(catalog, "note"),)))
    assert note["characters"] == len("The rent is 700 euros.")


def find(catalog: Catalog, name: str) -> str:
    return next(id_ for source, id_ in catalog.sources().items() if name in source)


def test_the_outline_has_the_headings_with_their_depth(catalog: Catalog) -> None:
    got = outline_document(catalog, "a/oven.md", EVERYTHING)
    headings = [(each["heading"], each["depth"]) for each in got["headings"]]
    assert headings == [("1 Safety", 0), ("1.1 Children", 1), ("2 Use", 0)]
    text = catalog.text(got["document_id"])
    assert all(text[each["start"] :].startswith(each["heading"]) for each in got["headings"])


@pytest.mark.parametrize(
    ("section", "has", "lacks"),
    [
        ("1", "Children stay", "ninety"),
        ("1.1", "Children stay", "gloves"),
        ("section 2", "ninety", "gloves"),
        ("Safety", "gloves", "ninety"),
        ("2 Use", "ninety", "gloves"),
    ],
)
def test_a_section_is_read_by_number_or_name(
    catalog: Catalog, section: str, has: str, lacks: str
) -> None:
    text = read_section(catalog, "a/oven.md", section, EVERYTHING)["text"]
    assert has in text
    assert lacks not in text


def test_a_long_document_is_read_piece_by_piece(catalog: Catalog) -> None:
    first = read_section(catalog, "long.txt", "", EVERYTHING)
    assert len(first["text"]) == LONGEST_READING == first["next_start"]
    rest = read_section(catalog, "long.txt", "", EVERYTHING, first["next_start"])
    assert rest["next_start"] is None
    assert first["text"] + rest["text"] == catalog.text(first["document_id"])


@pytest.mark.parametrize(
    ("name", "section", "said"),
    [
        ("oven.md", "1", "2 documents are called"),
        ("kiln.md", "1", "no document is called 'kiln.md'; the documents are: .*note.txt"),
        ("", "", "no document is called"),
        ("a/oven.md", "7", "no section '7'; its headings are: 1 Safety, 1.1 Children, 2 Use"),
        ("note.txt", "1", "has no headings"),
    ],
)
def test_what_is_not_there_is_told(catalog: Catalog, name: str, section: str, said: str) -> None:
    with pytest.raises(QuestionError, match=said):
        read_section(catalog, name, section, EVERYTHING)
    with pytest.raises(QuestionError, match="which has 22"):
        read_section(catalog, "note.txt", "", EVERYTHING, 99)


def test_only_the_part_that_is_asked_is_read(catalog: Catalog) -> None:
    with pytest.raises(QuestionError, match="no document is called"):
        outline_document(catalog, "note.txt", Filter(sources="a"))
    assert outline_document(catalog, "oven.md", Filter(sources="a"))["headings"]
