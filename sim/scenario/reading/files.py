"""Reading a planner's files: bounded, UTF-8, under the scenario's folder."""

from __future__ import annotations

import codecs
import stat
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from sim.errors import nearest

PIECE = 1 << 18
"""Bytes that are looked at together."""


class FileProblem(Exception):
    """What is wrong with a file, in one line; with the setting and its line, where that is known."""

    def __init__(self, text: str, *, place: str = "", line: int | None = None) -> None:
        super().__init__(text)
        self.place, self.line = place, line


def opened(path: Path, largest: int) -> BinaryIO:
    """The file, to be read from its beginning. FileProblem says why it cannot be, and the way out."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise FileProblem("is a folder, not a file")
        if not stat.S_ISREG(status.st_mode):
            raise FileProblem("is not a regular file; save it as one")
        if status.st_size > largest:
            raise FileProblem(f"is larger than {largest // 1_000_000} MB; is it the right file?")
        return path.open("rb")
    except FileNotFoundError:
        raise FileProblem(_no_such_file(path)) from None
    except OSError as error:
        raise FileProblem(f"cannot be read: {error.strerror}") from None
    except ValueError:
        raise FileProblem("is not the name of a file") from None


def require_text(file: BinaryIO) -> None:
    """FileProblem unless the rest of the file is UTF-8 text, piece by piece."""
    decoder, lines, begun = codecs.getincrementaldecoder("utf-8")(), 1, False
    while True:
        piece = _piece(file)
        if not begun and (encoding := _other_encoding(piece)):
            raise FileProblem(f"is {encoding} text; save it as UTF-8")
        begun = True
        try:
            decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            line = lines + error.object.count(b"\n", 0, error.start)
            raise FileProblem(f"is not UTF-8 text (line {line}); save it as UTF-8") from None
        if b"\0" in piece:
            raise FileProblem("is not a text file")
        if not piece:
            return
        lines += piece.count(b"\n")


def _other_encoding(begin: bytes) -> str:
    """What the mark at a file's beginning says, if not UTF-8; the one of UTF-32 may begin as that of UTF-16."""
    if begin.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "UTF-32"
    return "UTF-16" if begin.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ""


def _piece(file: BinaryIO) -> bytes:
    try:
        return file.read(PIECE)
    except OSError as error:
        raise FileProblem(f"cannot be read: {error.strerror}") from None


def read_text(path: Path, largest: int) -> str:
    """The text of a file. FileProblem says why there is none, and the way out."""
    with opened(path, largest) as file:
        require_text(file)
        file.seek(0)
        return file.read().decode("utf-8-sig")


def _no_such_file(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return "no such folder"
    near = nearest(path.name, [entry.name for entry in islice(folder.iterdir(), 1000) if entry != path])
    return f'no such file; did you mean "{near}"?' if near else "no such file"


def inside(folder: Path, name: str) -> Path:
    """The file `name` under `folder`; FileProblem if it leads outside."""
    try:
        path = (folder / name).resolve()
    except (OSError, RuntimeError, ValueError):
        raise FileProblem("is not the name of a file") from None
    if not path.is_relative_to(folder.resolve()):
        raise FileProblem("lies outside the scenario's folder; move it there")
    return path
