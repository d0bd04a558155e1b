"""Answers on disk, in an embedded database, so that a search that was killed goes on. Nothing in it is run."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import sqlite3
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.floor.calendars.cache import user_cache
from sim.staffing.allowed import Heads
from sim.staffing.conditions import Condition
from sim.staffing.playing import Answer, Question
from sim.staffing.wanted import Wanted
from sim.study.calibration.remembered import OFF, PLACE, key_of

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


def _judged_by(wanted: Wanted) -> Wanted:
    """What answers hang on: neither the time nor the sum."""
    return replace(wanted, seconds=None, budget=None)


class Kept(Shelf):
    """The answers of one search for staff: both of its seeds, staffing by staffing."""

    @classmethod
    def of(cls, question: Question) -> Kept | None:
        """None where nothing is to be remembered."""

        def asked() -> str:
            scenarios = f"{key_of(question.base)} {key_of(question.scenario(None))}"
            return f"{scenarios} {question.allowed} {_judged_by(question.wanted)}"

        path = shelf_of(asked)
        return None if path is None else cls(path)

    def read(self, seed: int, heads: Heads) -> Answer | None:
        found = self.get(seed, json.dumps(heads))
        if found is None:
            return None
        try:
            sums, spent = found[1]["sums"], found[1]["spent"]
            conditions = tuple(Condition(**one) for one in found[0])
            return Answer(conditions, sums, spent) if sums.shape == (len(spent), len(conditions), 2) else None
        except BROKEN:
            return None

    def write(self, seed: int, heads: Heads, answer: Answer) -> None:
        conditions = [asdict(one) for one in answer.conditions]
        self.put(seed, json.dumps(heads), conditions, {"sums": answer.sums, "spent": answer.spent})
