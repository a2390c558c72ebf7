"""What can go wrong, each with its remedy in the message.

RagError
├── QuestionError        the question is empty, without words, too long or not text
├── EmptyLibraryError    nothing has been ingested into this home yet
├── ModelError           the embedding model is missing, altered or unusable
├── ChatModelError       the chat model named in the settings is not one that can be used
│   └── MissingExtraError    its package is not installed; the message has the pip command
├── DocumentError        one file cannot be read; ingest reports it and goes on
├── CitationError        a quote is not the text at its span; never shown, always raised
└── LibraryError         the home folder cannot be used as it is
    ├── NewerFormatError     written by a newer citespan
    ├── EmbedderMismatchError    vectors were made by another model
    ├── DamagedError         the catalog's file is damaged, or gone though its indexes are there
    ├── LibraryBusyError     another process is writing
    ├── GoneError            a document or passage was removed, or replaced by a newer version
    └── ServiceError         a database, a Chroma server or a Ray cluster that was named fails
"""


class RagError(Exception):
    """Any error this library raises on purpose; the message says what to do."""


class QuestionError(RagError):
    """The question is empty, without words, too long, or not text."""


class EmptyLibraryError(RagError):
    """Nothing has been ingested into this home yet."""


class ModelError(RagError):
    """The embedding model is missing, altered or unusable."""


class ChatModelError(RagError):
    """The chat model named in the settings is not one that can be used."""


class MissingExtraError(ChatModelError):
    """An optional package is not installed; the message has the pip command."""


def pip_command(extra: str) -> str:
    """How to install what an extra of this distribution brings."""
    return f"pip install 'citespan[{extra}]' (from a checkout: pip install -e '.[{extra}]')"


def missing_extra(extra: str) -> MissingExtraError:
    """What to raise where a package of an extra is not there."""
    return MissingExtraError(f"this needs one more package; run: {pip_command(extra)}")


class DocumentError(RagError):
    """One file cannot be read; the message is the reason shown beside its name."""


class CitationError(RagError):
    """A quote is not the text at its span in the source."""


class LibraryError(RagError):
    """The home folder cannot be used as it is."""


class NewerFormatError(LibraryError):
    """The home was written by a newer version of citespan."""


class EmbedderMismatchError(LibraryError):
    """The home's vectors were made by another embedding model."""


class DamagedError(LibraryError):
    """The catalog's file is damaged, or gone though its indexes are there."""


class LibraryBusyError(LibraryError):
    """Another process is writing to this home."""


class GoneError(LibraryError):
    """A document or passage that was removed, or replaced by a newer version."""


class ServiceError(LibraryError):
    """A database, a Chroma server or a Ray cluster that was named cannot be used."""
