"""Rows from and into the bytes of a spreadsheet: CSV as Excel writes it, and XLSX."""

import csv
import io
import zipfile
from typing import Any

import openpyxl
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from tocsin.exercises.scenario.main_list import HEAD, Rows
from tocsin.tables import TableError

MOST_ROWS = 5000
MOST_BYTES = 60_000_000  # of an unpacked workbook
WIDE, NARROW = 42, 14
WIDE_FROM = 11
# A cell that begins so is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def read_rows(data: bytes, file: str) -> list[list[Any]]:
    """The rows of a CSV or XLSX file, told apart by their content. Raises TableError."""
    rows = _from_xlsx(data, file) if data[:2] == b"PK" else _from_csv(data, file)
    if len(rows) > MOST_ROWS:
        raise TableError([f"{file}:{MOST_ROWS + 1}: more than {MOST_ROWS} rows"])
    return rows


def to_csv(rows: Rows) -> bytes:
    """UTF-8 with the mark by which Excel knows it; no cell can act as a formula."""
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(
        [f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row] for row in rows
    )
    return text.getvalue().encode("utf-8-sig")


def to_xlsx(rows: Rows) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for i, row in enumerate(rows, start=1):
        for k, text in enumerate(row, start=1):
            cell = sheet.cell(i, k, text)
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=k >= WIDE_FROM, vertical="top")
    header = next(i for i, row in enumerate(rows, start=1) if not row[0].startswith(HEAD))
    for cell in sheet[header]:
        cell.font = Font(bold=True)
    for k in range(1, len(rows[header - 1]) + 1):
        sheet.column_dimensions[get_column_letter(k)].width = WIDE if k >= WIDE_FROM else NARROW
    sheet.freeze_panes = f"B{header + 1}"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _from_csv(data: bytes, file: str) -> list[list[Any]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TableError([f"{file}:1: is not UTF-8: save it as `CSV UTF-8`"]) from None
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise TableError([f"{file}:1: not CSV: {error}"]) from None
    return [[_unquoted(cell) for cell in row] for row in rows]


def _unquoted(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_FORMULA) else cell


def _from_xlsx(data: bytes, file: str) -> list[list[Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_BYTES:
                raise TableError([f"{file}:1: unpacks to more than {MOST_BYTES // 1_000_000} MB"])
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(max_row=MOST_ROWS + 1, values_only=True)
        return [list(row) for row in rows]
    except TableError:
        raise
    except Exception as error:  # openpyxl raises whatever a broken part makes it raise
        raise TableError([f"{file}:1: is no workbook that can be read ({error})"]) from None
