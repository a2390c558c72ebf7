"""What an assistant may read of the documents themselves: their names, outlines and sections."""

from __future__ import annotations

import ntpath
from collections.abc import Sequence
from typing import Any

from rag.errors import QuestionError
from rag.library.catalog import Catalog, chunk_id
from rag.questions.checks import check_part
from rag.questions.scope.parts import choose_section
from rag.requests.outline import find_headings
from rag.types import DocumentInfo, Filter

LONGEST_READING = 20_000
"""Characters of a section that one call returns."""
_MOST_HEADINGS = 500
_MOST_TOLD = 8
"""Names and headings that a message lists."""


def list_documents(catalog: Catalog, where: Filter) -> list[dict[str, Any]]:
    """List the documents that a filter lets through, oldest first.

    :raises QuestionError: a source of the filter is the name of nothing.
    """
    check_part(catalog, where)
    return [
        {
            "document_id": each.document_id,
            "source": each.sources[0] if each.sources else "",
            "title": each.title,
            "characters": each.characters,
        }
        for each in catalog.documents(where)
    ]


def outline_document(catalog: Catalog, name: str, part: Filter) -> dict[str, Any]:
    """List the headings of a document in their order, each with its depth, counting from 0.

    :raises QuestionError: no document or several are called so.
    """
    document = find_document(catalog, name, part)
    headings = [
        {
            "heading": each.passage.text[each.start : each.end],
            "depth": (len(mark) - 2) // 2,
            "page": each.passage.page,
            "start": each.passage.start + each.start,
        }
        for mark, each in find_headings(catalog, document.document_id, _MOST_HEADINGS)
    ]
    return {"source": _source(document), "document_id": document.document_id, "headings": headings}


def read_section(
    catalog: Catalog, name: str, section: str, part: Filter, start: int = 0
) -> dict[str, Any]:
    """Read a section of a document, or all of it, as it stands there.

    :param section: the number or the name of the section; empty for the whole document.
    :param start: character of it from which to read.
    :raises QuestionError: there is no such document or section, or nothing so far on in it.
    """
    document = find_document(catalog, name, part)
    if section.strip():
        headed = catalog.find_headed("", Filter(documents=(document.document_id,)))
        ids = [chunk.id for chunk in choose_section(headed, section)]
        if not ids:
            raise QuestionError(_no_section(catalog, document, section))
    else:
        ids = [chunk_id(document.document_id, place) for place in range(document.chunks)]
    chunks = sorted(catalog.chunks(ids).values(), key=lambda chunk: chunk.start)
    text = "".join(chunk.text for chunk in chunks)
    if not 0 <= start < max(1, len(text)):
        raise QuestionError(f"start is a character of the section, which has {len(text):,}")
    shown = text[start : start + LONGEST_READING]
    left = len(text) - start - len(shown)
    return {
        "source": _source(document),
        "document_id": document.document_id,
        "section": chunks[0].heading if section.strip() else "",
        "page": chunks[0].page,
        "text": shown,
        "characters": len(text),
        "next_start": start + len(shown) if left else None,
    }


def find_document(catalog: Catalog, name: str, part: Filter) -> DocumentInfo:
    """Find the one document of a name or an id.

    :raises QuestionError: there is none, or there are several.
    """
    inside = catalog.documents(part)
    for document in inside:
        if document.document_id == name:
            return document
    held = catalog.resolve_filter(Filter(sources=name)).documents or ()
    found = [document for document in inside if document.document_id in held]
    if len(found) == 1:
        return found[0]
    listed = _list_some([ntpath.basename(_source(each)) for each in found or inside])
    if found:
        raise QuestionError(f"{len(found)} documents are called {name!r}; name one of: {listed}")
    raise QuestionError(f"no document is called {name!r}; the documents are: {listed}")


def _no_section(catalog: Catalog, document: DocumentInfo, section: str) -> str:
    found = find_headings(catalog, document.document_id, _MOST_HEADINGS)
    headings = [each.passage.text[each.start : each.end] for _, each in found]
    if not headings:
        return "the document has no headings; leave the section out to read all of it"
    return f"the document has no section {section!r}; its headings are: {_list_some(headings)}"


def _list_some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_TOLD:,} more" if len(names) > _MOST_TOLD else ""
    return f"{', '.join(names[:_MOST_TOLD]) or 'none'}{more}"


def _source(document: DocumentInfo) -> str:
    return document.sources[0] if document.sources else ""
