"""The truth: documents, chunks and vectors in one transactional database.

A document is content: its id is a digest of its bytes and of how they were chunked and embedded.
A source is a name under which that content was found, so the same file twice is stored once. A
document's text is the concatenation of its chunks, which tile it. Every commit raises the
generation; whatever was removed leaves a tombstone, so an index at an older generation can be
brought forward by replaying what came after.

``tables`` has the tables, ``migrations`` their format, ``database`` what differs between SQLite and
PostgreSQL, ``queries`` the shared queries; ``reading`` and ``catalog`` have the class that the rest
of the library uses.
"""

from rag.library.catalog.catalog import Catalog as Catalog
from rag.library.catalog.migrations import FORMAT as FORMAT
from rag.library.catalog.records import (
    Changes as Changes,
    DocumentDate as DocumentDate,
    FileState as FileState,
    HeadedChunk as HeadedChunk,
    IndexState as IndexState,
    NamedDocument as NamedDocument,
    NewChunk as NewChunk,
    NewDocument as NewDocument,
    StoredChunk as StoredChunk,
    chunk_id as chunk_id,
)
