"""Reading a planner's files: bounded, UTF-8, under the scenario's folder, every problem named."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sim.errors import Problem, did_you_mean

LARGEST_TOML = 2_000_000
LARGEST_CSV = 200_000_000
SHOWN = 5
"""Problems shown of one CSV file; the rest are counted."""

Row = dict[str, str]


class FileProblem(Exception):
    """What is wrong with a file, in one line."""


def read_text(path: Path, largest: int) -> str:
    try:
        if path.is_dir():
            raise FileProblem("is a folder, not a file")
        if path.stat().st_size > largest:
            raise FileProblem(f"is larger than {largest // 1_000_000} MB; is it the right file?")
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        near = did_you_mean(path.name, [p.name for p in path.parent.glob("*") if p.suffix == path.suffix])
        raise FileProblem(f"no such file; {near}" if path.parent.is_dir() else "no such folder") from None
    except UnicodeDecodeError as error:
        raise FileProblem(f"is not UTF-8 text (byte {error.start}); save it as UTF-8") from None
    except OSError as error:
        raise FileProblem(f"cannot be read: {error.strerror}") from None


def read_toml(path: Path) -> dict[str, Any]:
    text = read_text(path, LARGEST_TOML)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FileProblem(f"is not valid TOML: {error}") from None
    except RecursionError:
        raise FileProblem("is nested too deeply to be a scenario") from None
    except ValueError as error:
        raise FileProblem(f"is not valid TOML: {error}") from None


def inside(folder: Path, name: str) -> Path:
    """The file `name` under `folder`; FileProblem if it leads outside."""
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise FileProblem("lies outside the scenario's folder; move it there")
    return path


class CsvReader:
    """Rows of one CSV file, with its problems collected under the place in the scenario that names it."""

    def __init__(self, where: str, name: str, problems: list[Problem]) -> None:
        self.where, self.name = where, name
        self._problems = problems
        self._count = 0

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
        self, folder: Path, needed: tuple[str, ...], optional: tuple[str, ...] = (), either: tuple[str, ...] = ()
    ) -> list[tuple[int, Row]]:
        """(line number, cells by column); of the columns `either`, exactly one must be there."""
        try:
            text = read_text(inside(folder, self.name), LARGEST_CSV)
        except FileProblem as error:
            self.problem(None, str(error))
            return []
        if "\0" in text:
            self.problem(None, "is not a text file")
            return []
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        try:
            lines = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
        except csv.Error as error:
            self.problem(reader.line_num, f"is not valid CSV ({error})")
            return []
        if not lines:
            self.problem(None, "is empty")
            return []
        header = [cell.strip().lower() for cell in lines[0][1]]
        known = (*either, *needed, *optional)
        for column in header:
            if column not in known:
                self.problem(lines[0][0], f'column "{column}" is not known; {did_you_mean(column, known)}')
        for column in needed:
            if column not in header:
                self.problem(lines[0][0], f'column "{column}" is missing; the header is {",".join(known)}')
        if either and sum(column in header for column in either) != 1:
            self.problem(lines[0][0], f"give exactly one of the columns {' and '.join(either)}")
        if len(set(header)) != len(header):
            self.problem(lines[0][0], "a column appears twice")
        if self._count:
            return []
        if len(lines) == 1:
            self.problem(None, "has a header but no rows")
        result = []
        for line, cells in lines[1:]:
            if len(cells) != len(header):
                self.problem(line, f"{len(cells)} cells under {len(header)} columns")
            else:
                result.append((line, dict(zip(header, (cell.strip() for cell in cells), strict=True))))
        return result

    def cell(self, line: int, row: Row, column: str, parse: Callable[[str], Any]) -> Any:
        """A parsed cell; None, with a problem, if it cannot be parsed."""
        try:
            return parse(row[column])
        except ValueError as error:
            self.problem(line, f"{column}: {error}")
            return None
