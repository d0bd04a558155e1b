"""The rows of a planner's files, CSV or a sheet: one at a time, within a budget, every problem with its line."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from sim.errors import Problem
from sim.scenario.language.sheets import is_workbook, split_sheet
from sim.scenario.reading.csv_header import Columns, header_problems
from sim.scenario.reading.files import FileProblem, inside, opened, require_text
from sim.scenario.reading.workbooks import OTHERS, Sheet, hint
from sim.units import parse_time_of_day

LARGEST_CSV = 200_000_000
LONGEST_ROW = 200_000
"""Characters of a row, also where it runs over several lines."""

MOST_BLANK = 1_048_576
"""Blank lines of a file: as many as a spreadsheet has rows."""

MOST_PROBLEMS = 1000
"""Problems after which a file is not read further."""

SHOWN = 5
"""Problems shown of one file; the rest are counted."""

Row = dict[str, str]

CSV_ERRORS = {
    "unexpected end of data": "a quotation mark is not closed",
    "field larger than field limit": "a cell is longer than a page; is a quotation mark not closed?",
}


class TextSource(Protocol):
    """What rows are read from: a text file, or what a test makes."""

    def readline(self, size: int, /) -> str: ...

    def close(self) -> None: ...


class Limit(NamedTuple):
    """The most rows that make sense, and what to do about more."""

    rows: int
    way_out: str


class _Stop(Exception):
    """Why a file is not read further, in words for its reader."""


class CsvReader:
    """Rows of one file, with its problems collected under the place in the scenario that names it."""

    def __init__(self, where: str, name: str, problems: list[Problem]) -> None:
        self.where, self.name = where, name
        self._is_sheet = is_workbook(name)
        self.unit = "row" if self._is_sheet else "line"
        """What problems call the place where a row of cells stands."""
        self._problems = problems
        self._count = 0
        self._stopped_at: int | None = None
        self._row_length = 0
        self.header: tuple[str, ...] = ()
        """The columns; none where they could not be read."""
        self.whole = True
        """Whether every row could be placed, so that what is missing is missing in the file."""

    def problem(self, line: int | None, text: str) -> None:
        self._count += 1
        if self._count <= SHOWN:
            spot = self.name if line is None else f"{self.name}{',' * self._is_sheet} {self.unit} {line}"
            self._problems.append(Problem(self.where, f"{spot}: {text}"))

    def finish(self) -> bool:
        """Whether the file was read without a problem."""
        if self._count > SHOWN:
            stopped = "" if self._stopped_at is None else f" up to {self.unit} {self._stopped_at}; the rest is not read"
            text = f"{self.name}: and {self._count - SHOWN:,} more problems{stopped}"
            self._problems.append(Problem(self.where, text))
        return self._count == 0

    def rows(
        self, folder: Path, needed: Columns, optional: Columns = (), either: Columns = (), limit: Limit | None = None
    ) -> Iterator[tuple[int, Row]]:
        """(line number, cells by column) as they are read; of the columns `either`, exactly one must be there.

        The header is read at once.
        """
        if self._is_sheet:
            return self._rows_of_sheet(folder, needed, optional, either, limit)
        try:
            if OTHERS.fullmatch(self.name):
                raise FileProblem("is a workbook of another kind; save it as .xlsx, or as CSV")
            file = opened(inside(folder, self.name), LARGEST_CSV)
            try:
                require_text(file)
                file.seek(0)
            except FileProblem:
                file.close()
                raise
        except FileProblem as error:
            self.problem(None, str(error))
            return iter(())
        return self.rows_of(io.TextIOWrapper(file, "utf-8-sig", newline=""), needed, optional, either, limit)

    def rows_of(
        self, text: TextSource, needed: Columns, optional: Columns = (), either: Columns = (),
        limit: Limit | None = None,
    ) -> Iterator[tuple[int, Row]]:  # fmt: skip
        """The same of an open text, which is closed at the end."""
        return self._begun(self._lines(text), text.close, needed, optional, either, limit)

    def _rows_of_sheet(
        self, folder: Path, needed: Columns, optional: Columns, either: Columns, limit: Limit | None
    ) -> Iterator[tuple[int, Row]]:
        """The same of a sheet of a workbook; what its cells cannot say is told before its rows are read."""
        name, wanted = split_sheet(self.name)
        try:
            sheet = Sheet(inside(folder, name), wanted)
        except FileProblem as error:
            self.problem(None, str(error))
            return iter(())
        self.name = f"{name}, sheet {sheet.name}"
        for row, what in sheet.problems():
            self.problem(row, what)
        return iter(()) if self._count else self._begun(sheet.rows(), lambda: None, needed, optional, either, limit)

    def _begun(
        self, lines: Iterator[tuple[int, list[str]]], close: Callable[[], None], needed: Columns, optional: Columns,
        either: Columns, limit: Limit | None,
    ) -> Iterator[tuple[int, Row]]:  # fmt: skip
        line, written = next(lines, (0, []))
        header = tuple(cell.strip().lower() for cell in written)
        if written:
            for what in header_problems(written, header, needed, optional, either):
                self.problem(line, what)
        elif not self._count:
            self.problem(None, "is empty")
        if self._count:
            close()
            return iter(())
        self.header = header
        return self._rows(close, lines, limit)

    def _rows(
        self, close: Callable[[], None], lines: Iterator[tuple[int, list[str]]], limit: Limit | None
    ) -> Iterator[tuple[int, Row]]:
        header, columns, found = self.header, len(self.header), 0
        try:
            for line, cells in lines:
                if self._count >= MOST_PROBLEMS:
                    self._stopped_at, self.whole = line, False
                    break
                if len(cells) != columns:
                    decimals = "; delete what has no heading" if self._is_sheet else "; write decimals with a point"
                    way_out = decimals if len(cells) > columns else ""
                    self.problem(line, f"{len(cells)} cell{'s' * (len(cells) != 1)} under {columns} columns{way_out}")
                    self.whole = False
                    continue
                found += 1
                if limit is not None and found > limit.rows:
                    self.problem(line, f"more than {limit.rows:,} rows; {limit.way_out}")
                    self.whole = False
                    break
                yield line, dict(zip(header, map(str.strip, cells), strict=True))
        finally:
            close()
        if not found and not self._count:
            self.problem(None, "has a header but no rows")

    def _lines(self, text: TextSource) -> Iterator[tuple[int, list[str]]]:
        """(line number, cells) of each line that is not blank."""
        reader = csv.reader(self._pieces(text), strict=True)
        first, blank = 1, 0
        try:
            for cells in reader:
                self._row_length = 0
                if any(map(str.strip, cells)):
                    yield first, cells
                else:
                    blank += 1
                    if blank > MOST_BLANK:
                        raise _Stop(f"more than {MOST_BLANK:,} blank lines; delete them")
                first = reader.line_num + 1
        except csv.Error as error:
            self.whole = False
            self.problem(first, CSV_ERRORS.get(str(error).split(" (")[0], f"is not valid CSV ({error})"))
        except _Stop as stop:
            self.whole = False
            self.problem(first, str(stop))

    def _pieces(self, text: TextSource) -> Iterator[str]:
        """The lines of the text, for as long as a row fits the budget."""
        try:
            while piece := text.readline(LONGEST_ROW + 1):
                self._row_length += len(piece)
                if self._row_length > LONGEST_ROW:
                    raise _Stop(f"a row of more than {LONGEST_ROW:,} characters; is it the right file?")
                yield piece
        except (OSError, UnicodeDecodeError):
            raise _Stop("the file could not be read on; was it changed meanwhile?") from None

    def cell(self, line: int, row: Row, column: str, parse: Callable[[str], Any]) -> Any:
        """A parsed cell; None, with a problem, if it cannot be parsed."""
        try:
            return parse(row[column])
        except ValueError as error:
            further = hint(row[column], column) if self._is_sheet else ""
            self.problem(line, f"{column}: {error}{further}")
            return None


@lru_cache(8192)
def iso_date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ValueError(f'"{text}" is not a date; write 2026-03-02') from None


time_of_day = lru_cache(8192)(parse_time_of_day)
"""A file says the same times again and again: one value for all of them."""
