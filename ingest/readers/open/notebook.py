"""Reads notebooks: Markdown cells as they are, code and its printed results as code blocks."""

import json
import re
from collections.abc import Iterator
from typing import Any

from ingest.readers import Format, Source, Tell
from ingest.readers.shared.decode import decode
from ingest.readers.shared.writer import Writer
from rag.errors import DocumentError
from rag.text.characters import replace_surrogates

_PICTURE = re.compile(r"!\[([^\[\]\n]{0,1000})\]\((?:data:|attachment:)[^)\s]*\)")
_DATA = re.compile(r"data:[\w/+.-]{1,100};base64,[\w+/=]{100,}")
"""A picture within a text."""
_TERMINAL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[@-_]")
"""Colours and the like."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_OBJECT = re.compile(r"\[?<[^<>\n]{1,200}(?: at 0x[0-9a-f]+| object| with \d+ Axes)>\]?")
"""What stands for a result that is no text, such as a drawing."""
_HEADING = re.compile(r"^#{1,6}[ \t]+(\S.{0,150})", re.M)
_FENCED = re.compile(r"^(```|~~~).*?(?:^\1|\Z)", re.M | re.S)
_LONGEST_TITLE = 150
_PRINTED = ("text/markdown", "text/plain", "text/latex", "application/json")
"""Forms of a result, the first one that a cell has is shown."""


def read(data: bytes, tell: Tell) -> Source:
    """Every cell in order."""
    text, warning = decode(data)
    try:
        notebook = json.loads(text)
    except json.JSONDecodeError as error:
        raise DocumentError(f"damaged: its JSON is invalid ({error})") from error
    except RecursionError:
        raise DocumentError("refused: its values are nested too deep") from None
    cells = _find_cells(notebook)
    if cells is None:
        raise DocumentError("not a notebook: it has no cells")
    writer = Writer()
    for number, cell in enumerate(cells, 1):
        if isinstance(cell, dict):
            _write_cell(cell, _find_language(notebook), writer)
        tell(number, len(cells))
    return Source(writer.text, _find_title(cells), warning)


def _find_cells(notebook: Any) -> list[Any] | None:
    """The cells, of version 4 or of earlier ones, whose cells are in worksheets."""
    if not isinstance(notebook, dict):
        return None
    if isinstance(notebook.get("cells"), list):
        cells: list[Any] = notebook["cells"]
        return cells
    sheets = notebook.get("worksheets")
    if not isinstance(sheets, list):
        return None
    listed = (sheet.get("cells") for sheet in sheets if isinstance(sheet, dict))
    return [cell for cells in listed if isinstance(cells, list) for cell in cells]


def _find_language(notebook: dict[str, Any]) -> str:
    found: Any = notebook.get("metadata")
    for name in ("kernelspec", "language"):
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) and re.fullmatch(r"[\w+#.-]{1,30}", found) else ""


def _write_cell(cell: dict[str, Any], language: str, writer: Writer) -> None:
    kind = cell.get("cell_type")
    source = _join(cell.get("source", cell.get("input")))
    if kind == "code":
        _write_code(source, language, writer)
        outputs = cell.get("outputs")
        for form, printed in _find_printed(outputs if isinstance(outputs, list) else []):
            if form == "text/markdown":
                writer.insert(printed)
            elif not _OBJECT.fullmatch(printed.strip()):
                _write_code(printed, "", writer)
    elif kind == "heading":
        level = cell.get("level")
        writer.heading(level if isinstance(level, int) else 1, source)
    else:
        writer.insert(_DATA.sub("", _PICTURE.sub(r"\1", source)))


def _write_code(text: str, language: str, writer: Writer) -> None:
    """Write a block of code with the name of its language."""
    kept = text.strip("\n").rstrip()
    if kept.strip():
        fence = "```" if "```" not in kept else "~~~~"
        writer.insert(f"{fence}{language}\n{kept}\n{fence}")


def _find_printed(outputs: list[Any]) -> Iterator[tuple[str, str]]:
    """The texts that the cell printed or returned, each with its form; what it drew is left out."""
    for output in outputs:
        if not isinstance(output, dict):
            continue
        kind = output.get("output_type")
        if kind == "stream":
            yield "", _clean(_join(output.get("text")))
        elif kind in {"error", "pyerr"}:
            yield "", _clean(f"{output.get('ename', '')}: {output.get('evalue', '')}")
        else:
            data = output.get("data")
            forms = data if isinstance(data, dict) else {"text/plain": output.get("text")}
            form = next((form for form in _PRINTED if forms.get(form)), "")
            yield form, _clean(_join(forms.get(form)))


def _join(source: Any) -> str:
    """A text, which may be written as a list of lines."""
    parts = source if isinstance(source, list) else [source]
    text = "".join(part for part in parts if isinstance(part, str))
    return replace_surrogates(text).replace("\r\n", "\n").replace("\0", "")


def _clean(text: str) -> str:
    """A printed text without colours, pictures, and lines that were written over."""
    lines = _TERMINAL.sub("", text).split("\n")
    shown = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)
    return _DATA.sub("", _CONTROL.sub("", shown))


def _find_title(cells: list[Any]) -> str:
    """The first heading of a cell that is no code."""
    for cell in cells:
        kind = cell.get("cell_type") if isinstance(cell, dict) else None
        source = _join(cell.get("source")) if kind in {"markdown", "heading"} else ""
        if kind == "heading" and source.strip():
            return source.strip()[:_LONGEST_TITLE]
        if heading := _HEADING.search(_FENCED.sub("", source)):
            return heading.group(1).rstrip("# \t")
    return ""


FORMAT = Format(name="a notebook", suffixes=(".ipynb",), readers=(read,))
