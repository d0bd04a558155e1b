"""Solutions of calibration, remembered on disk for the same base plan: pilots need not be played a second time.

A solution is found under a hash of all it depends on: the scenario with what its files say, the seed, every source
file of the program, and the libraries whose rounding it carries. Not of the calendar: both find the same. Files are
JSON with a checksum, and nothing in them is ever run; what is torn, foreign or of another version counts as not there.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import stat
import tempfile
import time
from array import array
from collections.abc import Callable, Iterator
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel

from sim.floor.calendars.cache import user_cache
from sim.program import program
from sim.scenario.model import Scenario
from sim.study.calibration.calibrate import Calibration
from sim.study.calibration.rows import CalibrationRow
from sim.study.prepared import Rates, Standard

PLACE = "SIM_SOLUTIONS"
"""Environment variable: the folder of remembered solutions, or `off`."""

OFF = "off"
MOST_KEPT = 200
LARGEST = 4_000_000
"""Bytes of a file that is read, or kept: a solution takes some thousand."""

LEFT_BEHIND = 86_400.0
"""Seconds after which a file that was never finished is taken for a dead process's."""

_LEAVES = (str, int, float, bool, type(None), dt.date, dt.time, dt.timedelta)


def recall(scenario: Scenario) -> Calibration | None:
    """The base plan's solution, if it is remembered."""
    path, key = _place_of(scenario)
    if path is None:
        return None
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode) or about.st_size > LARGEST:
            return None
        kept = json.loads(path.read_bytes())
        if kept["key"] != key or kept["checksum"] != _checksum(kept["solution"]):
            return None
        found = _read(kept["solution"], scenario.queues)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    with contextlib.suppress(OSError):
        # The oldest go first: this one is young again.
        os.utime(path)
    return found


def remember(scenario: Scenario, solution: Calibration) -> None:
    """Keep the base plan's solution; without a writable place it is solved for each time."""
    path, key = _place_of(scenario)
    if path is None:
        return
    kept = _written(solution)
    text = json.dumps({"key": key, "checksum": _checksum(kept), "solution": kept}).encode()
    if len(text) > LARGEST:
        return
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        number, scratch = tempfile.mkstemp(prefix=".", suffix=".partial", dir=path.parent)
        try:
            with os.fdopen(number, "wb") as file:
                file.write(text)
            Path(scratch).replace(path)
        except BaseException:
            Path(scratch).unlink(missing_ok=True)
            raise
        _forget_oldest(path.parent)


def _forget_oldest(folder: Path) -> None:
    """Only files that are named as ours are."""
    age = {path: path.stat().st_mtime for path in folder.glob("*.json") if len(path.stem) == 64}
    for path in sorted(age, key=lambda path: age[path])[: max(len(age) - MOST_KEPT, 0)]:
        path.unlink(missing_ok=True)
    for path in folder.glob(".*.partial"):
        if path.stat().st_mtime < time.time() - LEFT_BEHIND:
            path.unlink(missing_ok=True)


# ---------------------------------------------------------------- where


def _place_of(scenario: Scenario) -> tuple[Path | None, str]:
    """The file of the scenario's solution, and its key; None where nothing is to be remembered."""
    place = os.environ.get(PLACE, "")
    if place == OFF:
        return None, ""
    try:
        folder = Path(place) if place else user_cache() / "solutions"
        key = key_of(scenario)
    except (TypeError, RuntimeError, OSError):
        # What cannot be told apart is not remembered; nor is anything where nobody has a home.
        return None, ""
    return folder / f"{key}.json", key


def key_of(scenario: Scenario) -> str:
    """A hash of all that the solution of a base plan depends on.

    Raises TypeError where the scenario holds what cannot be written exactly.
    """
    run = scenario.spec.run.model_copy(update={"replications": None, "precision": None, "variance_reduction": None})
    # How the study is long, and shown, and who made it, is none of the pilots' business.
    spec = scenario.spec.model_copy(update={"run": run, "results": None, "author": None})
    digest = hashlib.sha256(program().encode())
    digest.update(scenario.clock.day_start.tobytes())
    for part in text_of([spec, scenario.data]):
        digest.update(part.encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def text_of(value: Any) -> Iterator[str]:
    """A value as text, of which no other value has the same."""
    if isinstance(value, _LEAVES):
        yield f"{type(value).__name__} {value!r};"
    elif isinstance(value, dict):
        yield "{"
        for key, item in value.items():
            yield from text_of(key)
            yield from text_of(item)
        yield "}"
    elif isinstance(value, list | tuple):
        yield "["
        for item in value:
            yield from text_of(item)
        yield "]"
    elif isinstance(value, set | frozenset):
        yield from text_of(sorted(value))
    elif isinstance(value, BaseModel):
        yield type(value).__name__
        yield from text_of(dict(value))
        yield from text_of(sorted(value.model_fields_set))
    elif isinstance(value, np.ndarray):
        yield f"{value.dtype} {value.shape} {hashlib.sha256(np.ascontiguousarray(value).tobytes()).hexdigest()};"
    elif isinstance(value, array):
        yield f"{value.typecode} {len(value)} {hashlib.sha256(value.tobytes()).hexdigest()};"
    elif is_dataclass(value) and not isinstance(value, type):
        yield type(value).__name__
        yield from text_of({field.name: getattr(value, field.name) for field in fields(value)})
    else:
        raise TypeError(f"a {type(value).__name__} has no text of its own")


# ---------------------------------------------------------------- what


def _checksum(solution: Any) -> str:
    return hashlib.sha256(json.dumps(solution).encode()).hexdigest()


def _written(solution: Calibration) -> dict[str, Any]:
    """As JSON has it; floats come back to the last bit."""
    whole = {"standard": asdict(solution.standard), "rows": [asdict(row) for row in solution.rows]}
    return dict(json.loads(json.dumps(whole)))


def _read(kept: dict[str, Any], queues: list[str]) -> Calibration:
    """Raises ValueError, LookupError or TypeError where it is not the solution of such queues."""
    standard, of_queues = kept["standard"], {}
    for name in ("work", "resolution", "volume", "carried", "solo"):
        of_queues[name] = {str(queue): _number(value) for queue, value in standard[name].items()}
        if not set(of_queues[name]) <= set(queues):
            raise ValueError(name)
    seen = {}
    for queue, rates in standard["seen"].items():
        *numbers, shares = rates
        seen[str(queue)] = Rates(*map(_number, numbers), shares=tuple(map(_number, shares)))  # type: ignore[misc, arg-type]
    if not set(seen) <= set(queues) or any(len(rates.shares) != 4 for rates in seen.values()):
        raise ValueError("seen")
    if not set(of_queues["work"]) == set(of_queues["resolution"]) == set(queues):
        raise ValueError("queues")
    customers_there = None if standard["customers_there"] is None else tuple(map(_number, standard["customers_there"]))
    rows = tuple(_row(row, queues) for row in kept["rows"])
    return Calibration(Standard(**of_queues, customers_there=customers_there, seen=seen), rows, remembered=True)


def _row(kept: dict[str, Any], queues: list[str]) -> CalibrationRow:
    known = {field.name: str(field.type) for field in fields(CalibrationRow)}
    if set(kept) != set(known) or kept["queue"] not in queues:
        raise ValueError("row")
    row: dict[str, Any] = {name: _READ[kind](kept[name]) for name, kind in known.items()}
    return CalibrationRow(**row)


def _number(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise TypeError("not a number")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _maybe(value: object) -> float | None:
    return None if value is None else _number(value)


_READ: dict[str, Callable[[object], Any]] = {"str": _text, "float": _number, "float | None": _maybe}
