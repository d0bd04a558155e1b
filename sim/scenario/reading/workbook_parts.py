"""What an .xlsx file holds before anybody reads its cells: its parts, how large they are, and what in them is no value.

A small file may unpack to gigabytes, and one cell far out make a table of billions: the library that reads cells does
not look. It also takes an error for an empty cell, and a formula that was never reckoned.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from xml.parsers import expat

from sim.errors import shown
from sim.scenario.reading.files import PIECE, FileProblem

LARGEST_UNPACKED = 1_000_000_000
"""Bytes of a part, unpacked."""

MOST_CELLS = 10_000_000
"""Rows × columns of a sheet, filled or not: a full sheet of nine columns."""

MOST_TEXT = 200_000_000
"""Characters of a sheet's cells: what a CSV file may have."""

MOST_PARTS = 10_000
SHOWN = 20
"""Cells without a value that are kept; they are counted to the end."""

DAMAGED = "is not a sound workbook; open it in a spreadsheet program and save it anew as .xlsx"
OTHER_KIND = "is not an .xlsx workbook; save it as one, or as CSV"
LOCKED = "is protected by a password; save it without one"

Start = Callable[[str, dict[str, str]], None]


@dataclass
class Cells:
    """What the cells of a sheet are like; rows and columns count from 1."""

    rows: int = 0
    columns: int = 0
    text: int = 0
    without: list[tuple[int, str]] = field(default_factory=list)
    """(row, what is wrong) of cells that hold an error, or a formula without its value."""
    further: int = 0
    """How many more of them there are."""


def parts_of(content: bytes) -> zipfile.ZipFile:
    """The parts of a workbook. FileProblem says why there are none."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        # What encrypts a workbook puts it into a file of this older kind, under a name of its own.
        raise FileProblem(LOCKED if "EncryptedPackage".encode("utf-16-le") in content else OTHER_KIND)
    try:
        parts = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise FileProblem(OTHER_KIND) from None
    names = [name.casefold() for name in parts.namelist()]
    if "xl/workbook.xml" not in names:
        raise FileProblem(OTHER_KIND)
    if any(part.flag_bits & 1 for part in parts.infolist()):
        raise FileProblem(LOCKED)
    if len(names) != len(set(names)) or len(names) > MOST_PARTS:
        raise FileProblem(DAMAGED)
    _check_size(parts, "xl/styles.xml")
    return parts


def cells_of(parts: zipfile.ZipFile, sheet: str) -> Cells:
    """What the cells of the named sheet are like. FileProblem where they are more than anybody fills."""
    scan = _Scan(_lengths_of_texts(parts))
    _parse(parts, _path_of(parts, sheet), scan.start, scan.end, scan.text)
    return scan.found


def _path_of(parts: zipfile.ZipFile, sheet: str) -> str:
    """The part in which a sheet's cells stand."""
    keys, targets = dict[str, str](), dict[str, str]()

    def of_workbook(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            keys[attributes.get("name", "")] = next(
                (value for key, value in attributes.items() if key.rpartition(":")[2] == "id" and ":" in key), ""
            )

    def of_relations(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    _parse(parts, "xl/workbook.xml", of_workbook)
    _parse(parts, "xl/_rels/workbook.xml.rels", of_relations)
    # A target is relative to the folder of the workbook's own part, or begins at the root.
    return posixpath.normpath(posixpath.join("/xl", targets.get(keys.get(sheet, ""), ""))).lstrip("/")


def _lengths_of_texts(parts: zipfile.ZipFile) -> list[int]:
    """How long each text is that cells may point to."""
    lengths = list[int]()
    if _named(parts, "xl/sharedStrings.xml") is None:
        return lengths

    def start(name: str, attributes: dict[str, str]) -> None:  # noqa: ARG001
        if name == "si":
            lengths.append(0)

    def text(piece: str) -> None:
        if lengths:
            lengths[-1] += len(piece)

    _parse(parts, "xl/sharedStrings.xml", start, text=text)
    return lengths


class _Scan:
    """Notes a sheet's cells as they pass."""

    def __init__(self, lengths: list[int]) -> None:
        self.found, self._lengths = Cells(), lengths
        self._row = self._column = 0
        self._kind, self._formula, self._held = "", False, ""
        self._inside = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._place(attributes.get("r", ""))
            self._kind, self._formula, self._held = attributes.get("t", "n"), False, ""
        elif name == "row":
            number = attributes.get("r", "")
            self._row, self._column = int(number) if number.isdecimal() else self._row + 1, 0
        elif name == "f":
            self._formula = True
        elif name in ("v", "t"):
            self._inside = name

    def text(self, piece: str) -> None:
        if self._inside:
            self._held += piece

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self._inside = ""
        elif name == "c":
            self._note()

    def _place(self, spot: str) -> None:
        """From "C12"; a cell that does not say is the next one."""
        self._column += 1
        letters = spot.rstrip("0123456789")
        if letters:
            row = spot[len(letters) :]
            self._row, self._column = int(row) if row else self._row, column_number(letters)

    def _count(self) -> None:
        found = self.found
        found.rows, found.columns = max(found.rows, self._row), max(found.columns, self._column)
        if found.rows * found.columns > MOST_CELLS:
            raise FileProblem(
                f"has a cell at {column_name(self._column)}{self._row}, which makes more than {MOST_CELLS:,} cells; "
                "delete what stands far from the table"
            )

    def _note(self) -> None:
        if not (self._held or self._formula or self._kind == "e"):
            # Spreadsheet programs write cells for their looks alone, to the last row and column.
            return
        self._count()
        found = self.found
        if self._kind == "s":
            number = int(self._held) if self._held.isdecimal() else -1
            found.text += self._lengths[number] if 0 <= number < len(self._lengths) else 0
        else:
            found.text += len(self._held)
        if found.text > MOST_TEXT:
            raise FileProblem(f"has more than {MOST_TEXT:,} characters in its cells; is it the right file?")
        if self._kind == "e":
            self._without(f"holds the error {shown(self._held)}; mend its formula")
        elif self._formula and not self._held.strip() and self._kind not in ("str", "inlineStr"):
            self._without("is a formula without its value; open the file in a spreadsheet program and save it")

    def _without(self, text: str) -> None:
        if len(self.found.without) < SHOWN:
            self.found.without.append((self._row, f"{column_name(self._column)}{self._row} {text}"))
        else:
            self.found.further += 1


def column_name(number: int) -> str:
    """1 → "A", 28 → "AB"."""
    name = ""
    while number > 0:
        number, letter = divmod(number - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


@lru_cache(1024)
def column_number(name: str) -> int:
    """ "A" → 1, "AB" → 28."""
    number = 0
    for letter in name.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


# ---------------------------------------------------------------- parts


def _named(parts: zipfile.ZipFile, path: str) -> zipfile.ZipInfo | None:
    return next((part for part in parts.infolist() if part.filename.casefold() == path.casefold()), None)


def _check_size(parts: zipfile.ZipFile, path: str) -> None:
    """What the library unpacks as well, though nothing of it is looked at here."""
    if _named(parts, path) is not None:
        for _ in _pieces(parts, path):
            pass


def _pieces(parts: zipfile.ZipFile, path: str) -> Iterator[bytes]:
    """A part, unpacked, for as long as it stays within bounds: what it says of its size is not believed."""
    named, size = _named(parts, path), 0
    if named is None:
        raise FileProblem(DAMAGED)
    try:
        with parts.open(named) as part:
            while piece := part.read(PIECE):
                size += len(piece)
                if size > LARGEST_UNPACKED:
                    raise FileProblem(f"unpacks to more than {LARGEST_UNPACKED // 1_000_000} MB; is it the right file?")
                yield piece
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
        raise FileProblem(DAMAGED) from None


def _parse(
    parts: zipfile.ZipFile, path: str, start: Start, end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:  # fmt: skip
    """Hands on what begins and ends in a part, by names without their prefix."""
    parser: Any = expat.ParserCreate()
    parser.buffer_text = True
    local = _Local()
    parser.StartElementHandler = lambda name, attributes: start(local[name], attributes)
    if end is not None:
        parser.EndElementHandler = lambda name: end(local[name])
    if text is not None:
        parser.CharacterDataHandler = text
    # A workbook declares no entities: what does is made to blow up.
    parser.EntityDeclHandler = _no_entities
    try:
        for piece in _pieces(parts, path):
            parser.Parse(piece)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError):
        raise FileProblem(DAMAGED) from None


def _no_entities(*_: Any) -> None:
    raise FileProblem(DAMAGED)


class _Local(dict[str, str]):
    """Names without the prefix of their namespace."""

    def __missing__(self, name: str) -> str:
        self[name] = short = name.rpartition(":")[2]
        return short
