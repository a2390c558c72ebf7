"""What citespan itself says beside the documents' own sentences: names, counts, a welcome."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from rag.names import path_of
from rag.requests.listing import Listing, date_of
from rag.types import DocumentInfo, Intent

MOST_LISTED = 12
"""Documents that a list describes."""
_NAMED = 3
"""Documents that a welcome names."""


def count_documents(documents: Sequence[DocumentInfo]) -> str:
    """Say how many documents there are."""
    count = len(documents)
    listed = f" The first {MOST_LISTED}:" if count > MOST_LISTED else ""
    said = "There is one document." if count == 1 else f"There are {count:,} documents.{listed}"
    return f"{said}\n\n"


def count_listed(
    listing: Listing, found: Sequence[DocumentInfo], documents: Sequence[DocumentInfo]
) -> str:
    """Say how many documents a list has, and which these are."""
    if listing.order:
        which = "newest" if listing.order < 0 else "oldest"
        among = replace(listing, order=0).choose(documents)
        return f"The {which} of {number_of(len(among))}, by date:\n\n"
    if listing.is_of_all:
        return count_documents(found)
    listed = f" The first {MOST_LISTED}:" if len(found) > MOST_LISTED else ""
    are = "There is" if len(found) == 1 else "There are"
    return f"{are} {listing.describe(len(found))}.{listed}\n\n"


def number_of(count: int) -> str:
    """So many documents, in words."""
    return "one document" if count == 1 else f"{count:,} documents"


def count_mentions(documents: Sequence[DocumentInfo], words: str) -> str:
    """Say how many documents mention some words."""
    count = len(documents)
    said = "One document mentions" if count == 1 else f"{count:,} documents mention"
    listed = f" The first {MOST_LISTED}:" if count > MOST_LISTED else ""
    return f"{said} “{words}”.{listed}\n\n"


def name_document(document: DocumentInfo) -> str:
    """Its file name, and its title where that says more."""
    file = file_name(document)
    stem = PurePosixPath(file).stem
    return file if document.title in ("", stem, file) else f"{file} ({document.title})"


def show_date(document: DocumentInfo) -> str:
    """Its date, and whether it is only that of its file: ``, 2024-03-05``."""
    date = date_of(document)
    told = "-".join(filter(None, (date[:4], date[4:6], date[6:])))
    is_of_file = told == document.date and not document.own_date
    return f", {'file changed ' if is_of_file else ''}{told}" if told else ", no date"


def file_name(document: DocumentInfo) -> str:
    """The file name of a document; its title where it has none."""
    source = document.sources[0] if document.sources else ""
    return path_of(source).name or document.title


def _welcome(documents: Sequence[DocumentInfo]) -> str:
    return f"Hello. {_help(documents)}"


def _help(documents: Sequence[DocumentInfo]) -> str:
    count = f"your {len(documents):,} documents" if len(documents) != 1 else "your document"
    names = ", ".join(map(file_name, documents[:_NAMED]))
    more = ", …" if len(documents) > _NAMED else ""
    example = file_name(documents[0])
    return (
        f"I answer from {count} ({names}{more}), in their own sentences, and every sentence opens "
        "the place where it stands. If they do not hold the answer, I say so. Ask a question in "
        f"plain words, or for example: “What documents are there?”, “What is {example} about?”, "
        f"“Show the outline of {example}”, or name a document in a question: “In {example}, …”."
    )


def _thanks(_documents: Sequence[DocumentInfo]) -> str:
    return "You are welcome. Ask the next question whenever you like."


SAYINGS: Mapping[Intent, Callable[[Sequence[DocumentInfo]], str]] = {
    "greeting": _welcome, "help": _help, "thanks": _thanks
}  # fmt: skip
