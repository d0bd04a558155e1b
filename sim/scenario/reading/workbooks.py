"""A sheet of an .xlsx workbook, as the rows of text that a CSV file would give: what is checked is the same of both."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim.errors import did_you_mean, nearest, shown
from sim.scenario.reading.files import FileProblem, opened
from sim.scenario.reading.workbook_parts import DAMAGED, Cells, cells_of, column_name, parts_of

LARGEST_WORKBOOK = 100_000_000
LARGEST_EXACT = 1e15
"""Below it a whole number is written as one."""

OTHERS = re.compile(r".*\.(xls|xlsm|xlsb|xltx|ods|numbers)", re.IGNORECASE)
"""Workbooks of other kinds."""

HINT = "; the cell holds a number: give it the format of a {}"

Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


class Sheet:
    """One sheet of a workbook, opened. FileProblem says why it cannot be, and the way out."""

    def __init__(self, path: Path, sheet: str | None) -> None:
        import python_calamine as calamine

        with opened(path, LARGEST_WORKBOOK) as file:
            content = file.read()
        parts = parts_of(content)
        try:
            workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
            self.name = _chosen(workbook.sheets_metadata, sheet)
            self.cells: Cells = cells_of(parts, self.name)
            self._sheet = workbook.get_sheet_by_name(self.name)
        except calamine.PasswordError:
            raise FileProblem("is protected by a password; save it without one") from None
        except (calamine.CalamineError, OSError, ValueError):
            raise FileProblem(DAMAGED) from None

    def problems(self) -> Iterator[tuple[int | None, str]]:
        """(row, what is wrong) of what no cell can be read for."""
        for (top, left), (bottom, right) in self._sheet.merged_cell_ranges or ():
            spots = f"{column_name(left + 1)}{top + 1}:{column_name(right + 1)}{bottom + 1}"
            yield top + 1, f"{spots} are merged into one cell; unmerge them, and fill every one"
        yield from self.cells.without
        if self.cells.further:
            yield None, f"and {self.cells.further:,} more cells without a value"

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """(row, cells) of each row that is not blank, as wide as the first of them, the header, or as what stands
        in it."""
        header: list[str] = []
        left = self._sheet.start[1] if self._sheet.start else 0
        for number, cells in enumerate(self._sheet.iter_rows(), 1):
            if not header:
                texts = _without_tail([*[""] * left, *(_text(cell, "") for cell in cells)])
                header = [text.strip().lower() for text in texts]
            else:
                padded = [*[""] * left, *cells]
                texts = [_text(cell, column) for cell, column in zip(padded, header, strict=False)]
                texts += _without_tail([_text(cell, "") for cell in padded[len(header) :]])
            if any(map(str.strip, texts)):
                yield number, texts


def _chosen(sheets: list[Any], wanted: str | None) -> str:
    """The sheet that is named, or the only one that is seen."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    of_cells: dict[str, bool] = {
        one.name: one.visible == SheetVisibleEnum.Visible for one in sheets if one.typ == SheetTypeEnum.WorkSheet
    }
    seen = [name for name, is_seen in of_cells.items() if is_seen]
    if wanted is None:
        if len(seen) == 1:
            return seen[0]
        if not seen:
            raise FileProblem("has no sheet to be seen")
        raise FileProblem(f"has several sheets: {_listed(seen)}; name one behind the file, such as #{seen[0]}")
    if wanted not in of_cells:
        known = f"; its sheets: {_listed(seen)}" if nearest(wanted, seen) and len(seen) > 1 else ""
        raise FileProblem(f"has no sheet {shown(wanted)}; {did_you_mean(wanted, seen)}{known}")
    if not of_cells[wanted]:
        raise FileProblem(f"sheet {shown(wanted)} is hidden; show it, so that everybody sees what is played")
    return wanted


def _listed(names: list[str]) -> str:
    return ", ".join(names[:20]) + (f" and {len(names) - 20} more" if len(names) > 20 else "")


def _without_tail(texts: list[str]) -> list[str]:
    """Without blank cells at the end: a table ends where nothing follows."""
    while texts and not texts[-1].strip():
        texts.pop()
    return texts


# ---------------------------------------------------------------- cells as text


def _text(cell: Cell, column: str) -> str:
    """As a CSV file writes what the cell shows."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return str(int(cell)) if float(cell).is_integer() and abs(cell) < LARGEST_EXACT else repr(cell)
    if isinstance(cell, dt.time):
        return _clock_text(cell.hour * 3600 + cell.minute * 60 + cell.second + cell.microsecond / 1e6, column)
    if isinstance(cell, dt.timedelta):
        return _clock_text(cell.total_seconds(), column)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ")
    # A month typed into a spreadsheet becomes its first day.
    return f"{cell:%Y-%m}" if column == "month" and cell.day == 1 else cell.isoformat()


def _clock_text(seconds: float, column: str) -> str:
    """A time of day, "08:30"; in a column of durations its seconds, "250"."""
    whole = round(seconds)
    if abs(seconds - whole) > 0.001:
        return repr(seconds)
    if (column.endswith("_s") or column == "seconds") and (whole < 3600 or whole % 60):
        return str(whole)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours:02d}:{minutes:02d}" + (f":{rest:02d}" if rest else "")


def hint(text: str, column: str) -> str:
    """What else to say of a cell of a sheet that is not what its column asks for."""
    if (column.endswith("_s") or column == "seconds") and re.fullmatch(r"\d+:\d\d", text):
        return f"; {text} in a spreadsheet is hours and minutes: write seconds, such as 250, or 0:04:10"
    if column in ("date", "from", "to", "hired", "arrived") and re.fullmatch(r"\d+(\.\d+)?", text):
        return HINT.format("date")
    if column in ("start", "end") and re.fullmatch(r"\d+(\.\d+)?", text):
        return HINT.format("time")
    return ""
