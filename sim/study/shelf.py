"""Arrays on disk, in an embedded database, so that what was killed goes on. Nothing in it is run."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import sqlite3
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.floor.calendars.cache import user_cache
from sim.study.calibration.remembered import OFF, PLACE

BROKEN = (sqlite3.Error, OSError, ValueError, LookupError, TypeError, zipfile.BadZipFile)
"""What a torn or foreign file may raise: it counts as not there."""


class Shelf:
    """Of one question, by seed and plan: what is told of an answer, as JSON has it, and its arrays."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._open: sqlite3.Connection | None = None
        with contextlib.suppress(*BROKEN):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._open = self._opened()

    def _opened(self) -> sqlite3.Connection:
        found = sqlite3.connect(self.path, timeout=1.0, isolation_level=None)
        found.execute("PRAGMA synchronous = NORMAL")
        found.execute("CREATE TABLE IF NOT EXISTS answers (seed, plan, told, arrays, PRIMARY KEY (seed, plan))")
        return found

    def get(self, seed: int, plan: str) -> tuple[Any, dict[str, NDArray[Any]]] | None:
        if self._open is None:
            return None
        try:
            row = self._open.execute(
                "SELECT told, arrays FROM answers WHERE seed = ? AND plan = ?", (seed, plan)
            ).fetchone()
            if row is None:
                return None
            with np.load(io.BytesIO(row[1]), allow_pickle=False) as held:
                return json.loads(row[0]), {name: held[name] for name in held.files}
        except BROKEN:
            return None

    def put(self, seed: int, plan: str, told: Any, arrays: Mapping[str, NDArray[Any]]) -> None:
        if self._open is None:
            return
        file = io.BytesIO()
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
        with contextlib.suppress(*BROKEN):
            self._open.execute(
                "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)", (seed, plan, json.dumps(told), file.getvalue())
            )

    @property
    def count(self) -> int:
        """Answers that an earlier search has left."""
        with contextlib.suppress(*BROKEN):
            return 0 if self._open is None else int(self._open.execute("SELECT count(*) FROM answers").fetchone()[0])
        return 0

    def drop(self) -> None:
        """The search is over: nothing of it is needed again."""
        with contextlib.suppress(*BROKEN):
            if self._open is not None:
                self._open.close()
            self.path.unlink(missing_ok=True)


def shelf_of(question: Callable[[], str]) -> Path | None:
    """Where the answers to a question lie, by all that they hang on; None where nothing is to be remembered."""
    place = os.environ.get(PLACE, "")
    if place == OFF:
        return None
    try:
        folder = Path(place) if place else user_cache()
        return folder / "searches" / f"{hashlib.sha256(question().encode()).hexdigest()}.sqlite"
    except (TypeError, RuntimeError, OSError):
        return None
