"""Result folders: written whole or not at all, never at the cost of the previous one, and never of what is not ours."""

from __future__ import annotations

import contextlib
import csv
import errno
import json
import os
import re
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from sim.errors import SimError, one_line
from sim.processes import is_running, this_machine, this_process
from sim.report.exchange import exchange, keep_entries, keep_on_disk
from sim.scenario.reading.names import folder_problem
from sim.ways_out import option

MANIFEST = "manifest.json"
FORMAT = {"format": "contact-center-sim results", "format_version": 1}
"""What a manifest says of itself. Only a folder whose manifest says it is a run's, and only its files are."""

LITTER = re.compile(r"\.DS_Store|Thumbs\.db|desktop\.ini|~\$.*|\.~lock\..*#")
"""What systems and office programs leave in any folder that is looked at."""

STOPS = (signal.SIGINT, signal.SIGTERM)
MOST_NAMED = 3
TRIES = 20

written: list[Path] = []
"""Result folders that have taken their place in this process, in order: what can be said after a signal."""


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """A scratch folder beside `target` that takes its place when the block ends well, and vanishes otherwise.

    The block writes a manifest by `write_manifest` last.
    """
    if not target.name:
        raise SimError(f"{target} cannot be a result folder; name another place with {option('out')}")
    if folder_problem(target.name):
        raise SimError(f"{one_line(str(target))}: the name {folder_problem(target.name)} with {option('out')}")
    _clean_up(target)
    try:
        refusal = _refusal(target)
        if refusal:
            raise SimError(f"{target} {refusal}")
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=_scratch_prefix(target), suffix=".partial", dir=target.parent))
    except OSError as error:
        raise SimError(f"{target} cannot be written: {error.strerror}; {_elsewhere()}") from None
    try:
        yield scratch
        scratch.chmod(0o755)
        keep_on_disk(scratch)
        with _undisturbed():
            _take_place(scratch, target)
    except OSError as error:
        raise SimError(
            f"{target} cannot be written: {error.strerror}; the previous results, if any, are untouched"
        ) from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def write_manifest(folder: Path, content: dict[str, Any]) -> None:
    """The manifest of a result folder, with its mark and the names of all files that are there by now."""
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    whole = {**FORMAT, **content, "files": [*files, MANIFEST]}
    text = json.dumps(whole, indent=2, ensure_ascii=False, default=_plain)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def _plain(value: object) -> object:
    import numpy as np

    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} in the manifest")


# ---------------------------------------------------------------- what is ours


def _refusal(target: Path) -> str:
    """Why what lies at the target may not be replaced, with the way out; empty where nothing is lost by it."""
    elsewhere = _elsewhere()
    if target.is_symlink():
        return f"is a link, not a folder; name the folder itself, or {elsewhere}"
    if target.exists() and not target.is_dir():
        return f"is not a folder; move it away, or {elsewhere}"
    if not target.exists():
        return ""
    # A folder without files is nobody's work.
    found = (path for path in target.rglob("*") if path.is_symlink() or not path.is_dir())
    there = {path.relative_to(target).as_posix() for path in found if not LITTER.fullmatch(path.name)}
    if not there:
        return ""
    files = _files_of(target)
    if files is None:
        return f"holds other files than results, or those of an earlier version; move them away, or {elsewhere}"
    foreign = sorted(there - files)
    if not foreign:
        return ""
    named = ", ".join(one_line(name) for name in foreign[:MOST_NAMED])
    more = f" and {len(foreign) - MOST_NAMED} more" if len(foreign) > MOST_NAMED else ""
    return f"holds what no run wrote ({named}{more}); move it away, or {elsewhere}"


def _elsewhere() -> str:
    return f"choose another place with {option('out')}"


def _files_of(folder: Path) -> set[str] | None:
    """The files that a run wrote into the folder, by its manifest; None where no run did."""
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, IsADirectoryError, ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or told.get("format") != FORMAT["format"]:
        return None
    files = told.get("files")
    return {str(name) for name in files} if isinstance(files, list) else None


# ---------------------------------------------------------------- taking the place


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Signals to stop wait: whether the folder was written must be known when one is answered."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = {name: signal.signal(name, lambda number, _: came.append(number)) for name in STOPS}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
    if came:
        raise KeyboardInterrupt


def _take_place(scratch: Path, target: Path) -> None:
    """Another run may do the same at any moment: then the last one's results stand."""
    for _ in range(TRIES):
        if _refusal(target):
            _set_aside(scratch, target)
        try:
            if not target.exists():
                scratch.rename(target)
            elif exchange(scratch, target):
                if _refusal(scratch):
                    # Somebody put a file there in this very moment.
                    exchange(scratch, target)
                    _set_aside(scratch, target)
            else:
                _change_over(scratch, target)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.EEXIST, errno.ENOTEMPTY) and scratch.exists():
                continue
            raise
        written.append(target)
        keep_entries(target.parent)
        return
    raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), str(target))


def _change_over(scratch: Path, target: Path) -> None:
    """In two steps, where one will not do; whoever looks between them finds the previous results beside it."""
    previous = scratch.with_suffix(".previous")
    target.rename(previous)
    try:
        scratch.rename(target)
    except BaseException:
        if not target.exists():
            previous.rename(target)
        raise
    shutil.rmtree(previous, ignore_errors=True)


def _set_aside(scratch: Path, target: Path) -> None:
    """What was played is not lost because the target has become somebody else's."""
    why, number = _refusal(target), 2
    while (aside := target.with_name(f"{target.name}-{number}")).exists():
        number += 1
    scratch.rename(aside)
    written.append(aside)
    raise SimError(f"{target} {why}. What was played is in {aside}")


# ---------------------------------------------------------------- leftovers


def _scratch_prefix(target: Path) -> str:
    """Names the process that writes: `.out.1f2e3d4c-4711-1771843200.`, then what makes it unique."""
    number, since = this_process()
    return f".{target.name}.{this_machine()}-{number}-{since:.0f}."


def _clean_up(target: Path) -> None:
    """Mend what a killed run has left: the previous results are put back, scratch folders of the dead removed.

    Those of another machine are left alone: nobody here can tell whether their run is alive.
    """
    pattern = re.compile(re.escape(f".{target.name}.") + r"([0-9a-f]{8})-(\d+)-(\d+)\.\w+\.(partial|previous)")
    with contextlib.suppress(OSError):
        for path in sorted(target.parent.iterdir()):
            named = pattern.fullmatch(path.name)
            if named is None or named[1] != this_machine() or is_running(int(named[2]), float(named[3])):
                continue
            if named[4] == "previous" and not target.exists():
                path.rename(target)
            else:
                shutil.rmtree(path, ignore_errors=True)


# ---------------------------------------------------------------- tables

_LOOKS_LIKE_A_FORMULA = re.compile("[\\s\u200b\ufeff'\"\\x00]*[=+\\-@\uff1d\uff0b\uff0d\uff20]|\\t")
"""As spreadsheets spell them: after blanks, in full width, or by a character that begins a cell anew."""


def as_text(value: object) -> object:
    """Text that a spreadsheet will not take for a formula, on one line."""
    if not isinstance(value, str):
        return value
    text = value.replace("\r", " ").replace("\n", " ")
    return "'" + text if _LOOKS_LIKE_A_FORMULA.match(text) else text


def write_csv(table: pd.DataFrame, path: Path, *, goes_on: bool = False) -> None:
    """As `DataFrame.to_csv` without an index, in a fifth of its time: ten digits of a fraction, nothing for NaN.

    `goes_on`: behind the rows that are there, without another header."""
    columns = [_cells(table[name]) for name in table.columns]
    with path.open("a" if goes_on else "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        if not goes_on:
            writer.writerow(table.columns)
        writer.writerows(zip(*columns, strict=True))


def _cells(column: pd.Series[Any]) -> list[object]:
    """A column as it is written."""
    values: list[Any] = column.tolist()
    if pd.api.types.is_float_dtype(column.dtype):
        return [f"{value:.10g}" if value == value else "" for value in values]
    if pd.api.types.is_numeric_dtype(column.dtype):
        return values
    # The same few names and dates again and again.
    texts = {value: as_text(value) for value in {value for value in values if isinstance(value, str)}}
    return [texts[value] if isinstance(value, str) else "" if pd.isna(value) else value for value in values]
