"""Arrays on disk, in an embedded database, so that what was killed goes on. Nothing in it is run."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
import sqlite3
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import SimError
from sim.floor.calendars.cache import user_cache
from sim.study.calibration.remembered import OFF, PLACE

BROKEN = (sqlite3.Error, OSError, ValueError, LookupError, TypeError, zipfile.BadZipFile)
"""What a torn or foreign file may raise: it counts as not there."""

LIMIT = "SIM_STORE_LIMIT"
"""Environment variable: how much all shelves may take on disk, such as 500MB."""

USUAL_LIMIT = 2e9
SEARCHES, REPLICATIONS = "searches", "replications"
"""The folders of shelves."""

_UNITS = {"": 1.0, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12}
_TABLE = "CREATE TABLE IF NOT EXISTS answers (number, name, told, arrays, checksum, PRIMARY KEY (number, name))"


class Shelf:
    """Of one question, by a number and a name: what is told of an answer, as JSON has it, and its arrays."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._open: sqlite3.Connection | None = None
        self._room = 0.0
        with contextlib.suppress(*BROKEN):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                self._open = self._opened()
            except sqlite3.DatabaseError as error:
                self._begin_anew(error)
            # The oldest go first: this one is young again.
            os.utime(path)

    def _opened(self) -> sqlite3.Connection:
        found = sqlite3.connect(self.path, timeout=1.0, isolation_level=None)
        # What a machine that loses its power leaves half-written, its checksum tells.
        found.execute("PRAGMA synchronous = OFF")
        found.execute(_TABLE)
        return found

    def _begin_anew(self, error: sqlite3.DatabaseError) -> None:
        """A file that is no database any more makes place for one; other trouble (somebody writes, say) may pass."""
        if isinstance(error, sqlite3.OperationalError):
            raise error
        self.drop()
        self._open = self._opened()

    def get(self, number: int, name: str) -> tuple[Any, dict[str, NDArray[Any]]] | None:
        """None of what is not there, or not as it was written."""
        if self._open is None:
            return None
        try:
            row = self._open.execute(
                "SELECT told, arrays, checksum FROM answers WHERE number = ? AND name = ?", (number, name)
            ).fetchone()
            if row is None or row[2] != _checksum(number, name, row[0], row[1]):
                return None
            return json.loads(row[0]), _unpacked(row[1])
        except BROKEN:
            return None

    def put(self, number: int, name: str, told: Any, arrays: Mapping[str, NDArray[Any]]) -> bool:
        """Whether it is kept now: not, where there is no place for it."""
        if self._open is None:
            return False
        text, packed = json.dumps(told), _packed(arrays)
        if not self._has_room(len(packed) + len(text)):
            return False
        row = (number, name, text, packed, _checksum(number, name, text, packed))
        try:
            self._write(row)
        except sqlite3.DatabaseError as error:
            with contextlib.suppress(*BROKEN):
                self._begin_anew(error)
                self._write(row)
                return True
            return False
        return True

    def _write(self, row: tuple[int, str, str, bytes, str]) -> None:
        assert self._open is not None
        self._open.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?)", row)

    def _has_room(self, size: float) -> bool:
        """Under the limit; the disk is looked at once for many answers."""
        if size > self._room:
            with contextlib.suppress(OSError):
                self._room = room_beside(self.path, size)
        if size > self._room:
            return False
        self._room -= size
        return True

    def names(self, number: int) -> list[str]:
        """Of the answers by this number."""
        with contextlib.suppress(*BROKEN):
            if self._open is not None:
                found = self._open.execute("SELECT name FROM answers WHERE number = ?", (number,)).fetchall()
                return [str(name) for (name,) in found]
        return []

    @property
    def count(self) -> int:
        """Answers that an earlier search has left."""
        with contextlib.suppress(*BROKEN):
            return 0 if self._open is None else int(self._open.execute("SELECT count(*) FROM answers").fetchone()[0])
        return 0

    def close(self) -> None:
        """What is on it stays."""
        with contextlib.suppress(*BROKEN):
            if self._open is not None:
                self._open.close()
        self._open = None

    def drop(self) -> None:
        """The search is over: nothing of it is needed again."""
        self.close()
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)
            # What a killed process has left of a write must not be taken for the next file's.
            Path(f"{self.path}-journal").unlink(missing_ok=True)


def _packed(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """As numpy writes them, without pickles; made small the fast way, for a study must not wait for its shelf."""
    import pyarrow as pa

    file, small = io.BytesIO(), pa.BufferOutputStream()
    np.savez(file, **arrays)  # type: ignore[arg-type]
    with pa.CompressedOutputStream(small, "zstd") as stream:
        stream.write(file.getbuffer())
    return bytes(small.getvalue())


def _unpacked(packed: bytes) -> dict[str, NDArray[Any]]:
    import pyarrow as pa

    with pa.input_stream(pa.py_buffer(packed), compression="zstd") as stream:
        whole = io.BytesIO(stream.read())
    with np.load(whole, allow_pickle=False) as held:
        return {name: held[name] for name in held.files}


def _checksum(number: int, name: str, told: str, packed: bytes) -> str:
    digest = hashlib.sha256(f"{number}\n{name}\n{told}\n".encode())
    digest.update(packed)
    return digest.hexdigest()


# ---------------------------------------------------------------- where, and how much


def place_of_all() -> Path | None:
    """The folder of all that is remembered; None where nothing is."""
    place = os.environ.get(PLACE, "")
    if place == OFF:
        return None
    try:
        return Path(place) if place else user_cache()
    except (RuntimeError, OSError):
        return None


def shelf_of(question: Callable[[], str], kind: str = SEARCHES) -> Path | None:
    """Where the answers to a question lie, by all that they hang on; None where nothing is to be remembered."""
    folder = place_of_all()
    try:
        return None if folder is None else folder / kind / f"{hashlib.sha256(question().encode()).hexdigest()}.sqlite"
    except (TypeError, OSError):
        return None


def store_limit() -> float:
    """Bytes that all shelves may take; SimError where the environment says what is no size."""
    said = os.environ.get(LIMIT, "").strip()
    if not said:
        return USUAL_LIMIT
    found = re.fullmatch(r"(\d{1,15}(?:\.\d+)?)\s*([KMGT]?B)?", said.upper())
    if found is None:
        raise SimError(f"{LIMIT} is {said[:40]!r}, which is no size; write 500MB or 2GB, or 0 to keep nothing")
    return float(found[1]) * _UNITS[found[2] if found[2] in _UNITS else ""]


def room_beside(path: Path, wanted: float) -> float:
    """Bytes that may be written before it is asked again, once the oldest shelves have made room for those wanted.

    None are thrown out in vain: 0 where all the others together would not make room.
    """
    limit, files = store_limit(), _shelves(path.parent.parent)
    about = {file: file.stat() for file in files}
    total, own = sum(one.st_size for one in about.values()), about[path].st_size if path in about else 0
    if own + wanted > limit:
        return 0.0
    for file in sorted(about, key=lambda file: about[file].st_mtime):
        if total + wanted <= limit:
            break
        if file != path:
            file.unlink(missing_ok=True)
            total -= about[file].st_size
    return min(limit - total, max(wanted, limit / 16))


def _shelves(folder: Path) -> list[Path]:
    """Only files that are named as ours are."""
    found = (file for kind in (SEARCHES, REPLICATIONS) for file in (folder / kind).glob("*.sqlite*"))
    return [file for file in found if len(file.name.partition(".")[0]) == 64]


def forget_all() -> tuple[Path | None, int]:
    """Delete what earlier runs have left: replications, searches, solutions. From where, and how many bytes."""
    folder, freed = place_of_all(), 0
    if folder is None:
        return None, 0
    place = folder if os.environ.get(PLACE) else folder / "solutions"
    solutions = [file for file in place.glob("*.json") if len(file.stem) == 64]
    for file in (*_shelves(folder), *solutions):
        with contextlib.suppress(FileNotFoundError):
            size = file.stat().st_size
            file.unlink()
            freed += size
    return folder, freed
