"""Reading a planner's files: bounded, UTF-8, under the scenario's folder, every problem named."""

from __future__ import annotations

import csv
import io
import stat
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from sim.errors import Problem, nearest, shown
from sim.scenario.toml_reader import Document, read

LARGEST_TOML = 2_000_000
LARGEST_CSV = 200_000_000
MOST_DOTS = 500
SHOWN = 5
"""Problems shown of one CSV file; the rest are counted."""

Row = dict[str, str]
Columns = tuple[str, ...]

CSV_ERRORS = {
    "unexpected end of data": "a quotation mark is not closed",
    "field larger than field limit": "a cell is longer than a page; is a quotation mark not closed?",
}


class FileProblem(Exception):
    """What is wrong with a file, in one line."""


def read_text(path: Path, largest: int) -> str:
    """The text of a file. FileProblem says why there is none, and the way out."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise FileProblem("is a folder, not a file")
        if not stat.S_ISREG(status.st_mode):
            raise FileProblem("is not a regular file; save it as one")
        if status.st_size > largest:
            raise FileProblem(f"is larger than {largest // 1_000_000} MB; is it the right file?")
        content = path.read_bytes()
    except FileNotFoundError:
        raise FileProblem(_no_such_file(path)) from None
    except OSError as error:
        raise FileProblem(f"cannot be read: {error.strerror}") from None
    except ValueError:
        raise FileProblem("is not the name of a file") from None
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileProblem("is UTF-16 text; save it as UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileProblem(f"is not UTF-8 text (line {line}); save it as UTF-8") from None
    if "\0" in text:
        raise FileProblem("is not a text file")
    return text


def _no_such_file(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return "no such folder"
    near = nearest(path.name, [entry.name for entry in islice(folder.iterdir(), 1000) if entry != path])
    return f'no such file; did you mean "{near}"?' if near else "no such file"


def read_toml(path: Path) -> Document:
    """What the file says, with the mistakes in it; FileProblem if it is no text of a scenario at all."""
    text = read_text(path, LARGEST_TOML)
    if not text.strip():
        raise FileProblem("is empty; `sim new FILE` writes a scenario that runs")
    if text.lstrip().startswith("{"):
        raise FileProblem("is JSON, and a scenario is TOML; `sim new FILE` writes one that runs")
    if any(line.count(".") > MOST_DOTS for line in text.splitlines()):
        # The parser's memory grows with the square of a key's parts.
        raise FileProblem("is nested too deeply to be a scenario")
    return read(text)


def inside(folder: Path, name: str) -> Path:
    """The file `name` under `folder`; FileProblem if it leads outside."""
    try:
        path = (folder / name).resolve()
    except (OSError, RuntimeError, ValueError):
        raise FileProblem("is not the name of a file") from None
    if not path.is_relative_to(folder.resolve()):
        raise FileProblem("lies outside the scenario's folder; move it there")
    return path


class CsvReader:
    """Rows of one CSV file, with its problems collected under the place in the scenario that names it."""

    def __init__(self, where: str, name: str, problems: list[Problem]) -> None:
        self.where, self.name = where, name
        self._problems = problems
        self._count = 0
        self.whole = True
        """Whether every row could be placed, so that what is missing is missing in the file."""

    def problem(self, line: int | None, text: str) -> None:
        self._count += 1
        if self._count <= SHOWN:
            spot = self.name if line is None else f"{self.name} line {line}"
            self._problems.append(Problem(self.where, f"{spot}: {text}"))

    def finish(self) -> bool:
        """Whether the file was read without a problem."""
        if self._count > SHOWN:
            self._problems.append(Problem(self.where, f"{self.name}: and {self._count - SHOWN} more problems"))
        return self._count == 0

    def rows(
        self, folder: Path, needed: Columns, optional: Columns = (), either: Columns = ()
    ) -> list[tuple[int, Row]]:
        """(line number, cells by column); of the columns `either`, exactly one must be there."""
        try:
            text = read_text(inside(folder, self.name), LARGEST_CSV)
        except FileProblem as error:
            self.problem(None, str(error))
            return []
        lines = self._lines(text)
        line, written = next(lines, (0, []))
        if not written:
            if not self._count:
                self.problem(None, "is empty")
            return []
        header = [cell.strip().lower() for cell in written]
        self._check_header(line, written, header, needed, optional, either)
        if self._count:
            return []
        result = []
        for line, cells in lines:
            if len(cells) != len(header):
                way_out = "; write decimals with a point" if len(cells) > len(header) else ""
                self.problem(line, f"{len(cells)} cell{'s' * (len(cells) != 1)} under {len(header)} columns{way_out}")
                self.whole = False
            else:
                result.append((line, dict(zip(header, (cell.strip() for cell in cells), strict=True))))
        if not result and not self._count:
            self.problem(None, "has a header but no rows")
        return result

    def _lines(self, text: str) -> Iterator[tuple[int, list[str]]]:
        """(line number, cells) of each line that is not blank."""
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        first = 1
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield first, cells
                first = reader.line_num + 1
        except csv.Error as error:
            self.whole = False
            self.problem(first, CSV_ERRORS.get(str(error).split(" (")[0], f"is not valid CSV ({error})"))

    def _check_header(
        self, line: int, written: list[str], header: list[str], needed: Columns, optional: Columns, either: Columns
    ) -> None:
        known = (*either, *needed, *optional)
        rest = "".join(f"[,{column}]" for column in optional)
        headers = [(column, *needed) for column in either] or [needed]
        expected = " or ".join(",".join(columns) + rest for columns in headers)
        if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
            mark = '";"' if ";" in header[0] else "tabs"
            self.problem(
                line,
                f'columns are separated by {mark}; save it with "," between columns and "." in decimals (CSV UTF-8)',
            )
            return
        if not set(header) & set(known) and not any(nearest(column, known) for column in header):
            self.problem(line, f"is not the header; the first line must be {expected}")
            return
        misspelt = set()
        for column, as_written in zip(header, written, strict=True):
            if column == "":
                self.problem(line, "a column has no name; remove it")
            elif column not in known:
                near = nearest(column, known)
                misspelt.add(near)
                way_out = f'did you mean "{near}"?' if near else f"the header is {expected}"
                self.problem(line, f"column {shown(as_written.strip())} is not known; {way_out}")
        for column in needed:
            if column not in header and column not in misspelt:
                self.problem(line, f'column "{column}" is missing; the header is {expected}')
        if either and sum(column in header for column in either) != 1 and not misspelt & set(either):
            self.problem(line, f"give exactly one of the columns {' and '.join(either)}; the header is {expected}")
        for column in dict.fromkeys(column for column in header if column and header.count(column) > 1):
            self.problem(line, f'column "{column}" stands twice')

    def cell(self, line: int, row: Row, column: str, parse: Callable[[str], Any]) -> Any:
        """A parsed cell; None, with a problem, if it cannot be parsed."""
        try:
            return parse(row[column])
        except ValueError as error:
            self.problem(line, f"{column}: {error}")
            return None
