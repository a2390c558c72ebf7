"""Reads workbooks of Excel: each row becomes a line that names its columns."""

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingest.readers import Format, Source, Tell
from ingest.readers.shared.archive import Archive, find_elements
from ingest.readers.shared.writer import one_line
from ingest.readers.tabular.number_formats import show_number
from ingest.readers.tabular.sheet import Sheet, Value, show_value, write_sheets
from ingest.readers.tabular.xlsx_styles import SheetFormats, read_sheet_formats, read_styles
from rag.errors import DocumentError

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_NAME = "a spreadsheet"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The first bytes of .xls, and of an .xlsx with a password."""
_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_ENCRYPTED = "encrypted: save it without a password"


def read(data: bytes, tell: Tell) -> Source:
    """Every sheet under its name; numbers and dates as they are shown, formulas as their values."""
    if data.startswith(_OLE):
        if _PACKAGE in data:
            raise DocumentError(_ENCRYPTED)
        return write_sheets(_read_sheets(_open(data), {}), "", tell)
    archive = Archive(data, _NAME)
    formats = _check_parts(archive, tell)
    return write_sheets(_read_sheets(_open(data), formats), archive.title, tell)


def _open(data: bytes) -> "CalamineWorkbook":
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError as error:
        raise DocumentError(_ENCRYPTED) from error
    except (CalamineError, OSError, ValueError) as error:
        raise DocumentError(f"damaged: not {_NAME} ({error})") from error
    except BaseException as error:  # a panic of the library is no Exception
        raise _refuse_panic(error) from error


def _refuse_panic(error: BaseException) -> BaseException:
    """The error to raise for one that the library did not expect."""
    if type(error).__name__ == "PanicException":
        return DocumentError(f"damaged: not {_NAME} that can be read")
    return error


def _check_parts(archive: Archive, tell: Tell) -> dict[str, SheetFormats]:
    """Read each part within its limits before the library does → formats by the sheet's name."""
    workbook = archive.part_of("officeDocument") or "xl/workbook.xml"
    related = archive.relations(workbook)
    for kind, part in related.values():
        if kind == "sharedStrings" and part in archive:
            archive.read(part)
    styles = read_styles(archive, workbook)
    found: dict[str, SheetFormats] = {}
    for listed in find_elements(archive.read(workbook), "sheet"):
        kind, part = related.get(listed.get("id", ""), ("", ""))
        if kind == "worksheet" and part in archive:
            tell(len(found), len(related))
            found[listed.get("name", "")] = read_sheet_formats(archive.read(part), styles)
    return found


def _read_sheets(book: "CalamineWorkbook", formats: dict[str, SheetFormats]) -> Iterator[Sheet]:
    from python_calamine import CalamineError, SheetTypeEnum, SheetVisibleEnum

    for listed in book.sheets_metadata:
        if listed.typ != SheetTypeEnum.WorkSheet:
            continue
        try:
            sheet = book.get_sheet_by_name(listed.name)
            merged = [(*first, *last) for first, last in sheet.merged_cell_ranges or ()]
        except (CalamineError, OSError, ValueError) as error:
            raise DocumentError(f"damaged: its sheet {listed.name} cannot be read") from error
        except BaseException as error:  # a panic of the library is no Exception
            raise _refuse_panic(error) from error
        hidden = listed.visible != SheetVisibleEnum.Visible
        rows = _read_rows(sheet, formats.get(listed.name) or SheetFormats(()))
        yield Sheet(one_line(listed.name), hidden, rows, merged)


def _read_rows(sheet: "CalamineSheet", formats: SheetFormats) -> Iterator[tuple[int, list[str]]]:
    for row, values in enumerate(sheet.iter_rows()):
        if row in formats.hidden_rows:
            continue
        cells = [
            "" if value == "" or column in formats.hidden_columns
            else _show(value, formats, row, column)
            for column, value in enumerate(values)
        ]  # fmt: skip
        yield row + 1, cells


def _show(value: Value, formats: SheetFormats, row: int, column: int) -> str:
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, float) or (isinstance(value, int) and not isinstance(value, bool)):
        own = formats.find(row, column)
        return own.show(value) if own else show_number(value)
    return show_value(value)


FORMAT = Format(
    name=_NAME,
    suffixes=(".xlsx", ".xlsm", ".xltx", ".xltm", ".xls"),
    readers=(read,),
    version=2,
    signature=(b"PK", _OLE),
)
