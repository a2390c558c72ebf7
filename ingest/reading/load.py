"""Loads the text of one file by the reader of its format.

The name of a file gives its format, and its first bytes must agree, so that no file is read as
something else. Readers that parse more than text run in child processes; see
:mod:`ingest.reading.workers`.
"""

from dataclasses import replace
from pathlib import Path

from ingest.readers import Format, Source, Tell, format_of, formats, too_large_error
from ingest.readers.shared.titles import clean_title
from ingest.reading.dates import find_date
from ingest.reading.gate import check_line, check_source
from ingest.reading.workers import Workers
from rag.errors import DocumentError
from rag.names import name_as_text

_SIGNATURES = (
    (b"%PDF-", "a PDF (.pdf)"),
    (b"PK\x03\x04", "a zip archive or an Office file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or password-protected Office file"),
    (b"{\\rtf", "Rich Text (.rtf)"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x89PNG", "a PNG image"),
    (b"GIF8", "a GIF image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
"""First bytes of files, for the sentence that says what a file really is."""
_EMPTY = "empty: there is no text in it"


def load(
    path: str | Path,
    data: bytes,
    workers: Workers | None = None,
    tell: Tell | None = None,
    module: str | None = None,
) -> Source:
    """Load the text of a file.

    :param path: gives the format, and the title if the document has none.
    :param data: the file's bytes.
    :param workers: the child processes to use; without them one is started and ended here.
    :param tell: called with how many pages are read, and how many there are.
    :param module: the format's, where the path does not give it.
    :raises DocumentError: the format is not known, or the content is damaged, empty or binary.
    """
    module = module or format_of(path)
    if module is None:
        raise DocumentError(unknown_format(path))
    format_ = formats()[module]
    if len(data) > format_.largest:
        raise too_large_error(format_.largest)
    if not data or data.isspace():
        raise DocumentError(_EMPTY)
    _check_signature(format_, data)
    tell = tell or (lambda *_: None)
    if not format_.isolated:
        source = format_.readers[0](data, tell)
        source = replace(source, date=find_date(module, data, source.text))
    elif workers is not None:
        source = workers.read(module, data, tell)
    else:
        with Workers(1) as own:
            source = own.read(module, data, tell)
    source = check_source(source)
    if not any(char.isalnum() for char in source.text):
        raise DocumentError(_EMPTY)
    title = clean_title(source.title) or check_line(name_as_text(Path(path).stem))
    return replace(source, title=title)


def unknown_format(path: str | Path) -> str:
    """The message about a file whose format no reader knows."""
    suffix = name_as_text(Path(path).suffix) or "without a suffix"
    return f"the format {suffix} is not read; save it as PDF, Word, HTML or text"


def _check_signature(format_: Format, data: bytes) -> None:
    """Refuse a file whose first bytes do not fit its name, and say what it is."""
    begin = data[:1024].lstrip()
    if format_.signature and not begin.startswith(format_.signature):
        raise DocumentError(f"not {format_.name}{_looks_like(begin)}")
    if not format_.signature and begin.startswith(tuple(mark for mark, _ in _SIGNATURES[:2])):
        raise DocumentError(f"binary: it is not {format_.name}{_looks_like(begin)}")


def _looks_like(begin: bytes) -> str:
    for mark, kind in _SIGNATURES:
        if begin.startswith(mark):
            return f" but looks like {kind}; give it the right suffix, or save it again"
    return "; the file is damaged, or its suffix is wrong"
