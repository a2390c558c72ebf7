"""Reads Rich Text: paragraphs, headings, lists, tables, notes and comments, without pictures."""

from ingest.readers import Format, Source, Tell
from ingest.readers.open.rtf_document import Document
from ingest.readers.open.rtf_tokens import cut_tokens
from rag.errors import DocumentError

_NAME = "a Rich Text document"
_TELL_EVERY = 1_000_000
"""Tokens."""
_BEGIN = b"{\\rtf"


def read(data: bytes, tell: Tell) -> Source:
    """The document's text, its notes after it."""
    if not data.lstrip().startswith(_BEGIN):
        raise DocumentError(f"damaged: it does not begin as {_NAME} does")
    document = Document()
    for number, token in enumerate(cut_tokens(data)):
        if not document.take(token):
            break
        if number % _TELL_EVERY == 0:
            tell(number, number + 1)
    warning = "" if document.is_closed else "damaged: its end is missing"
    document.finish()
    writer = document.writer
    return Source(writer.text, document.title or writer.title, warning)


FORMAT = Format(name=_NAME, suffixes=(".rtf",), readers=(read,), signature=_BEGIN)
