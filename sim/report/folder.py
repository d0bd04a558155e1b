"""Result folders: written whole or not at all, and never at the cost of the previous one."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from sim.errors import SimError

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """A scratch folder beside `target` that takes its place when the block ends well, and vanishes otherwise."""
    if not target.name:
        raise SimError(f"{target} cannot be a result folder; name another place with --out")
    _recover(target)
    try:
        if target.is_symlink() or (target.exists() and not target.is_dir()):
            raise SimError(f"{target} is not a folder; move it away, or choose another place with --out")
        if target.is_dir() and any(target.iterdir()) and not (target / "manifest.json").exists():
            raise SimError(f"{target} holds other files than results; choose another place with --out")
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}.{os.getpid()}.", suffix=".partial", dir=target.parent))
    except OSError as error:
        raise SimError(f"{target} cannot be written: {error.strerror}; choose another place with --out") from None
    try:
        yield scratch
        _take_place(scratch, target)
    except OSError as error:
        raise SimError(
            f"{target} cannot be written: {error.strerror}; the previous results, if any, are untouched"
        ) from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _take_place(scratch: Path, target: Path) -> None:
    scratch.chmod(0o755)
    previous = _previous(target)
    if target.exists():
        target.rename(previous)
    try:
        scratch.rename(target)
    except BaseException:
        if previous.exists():
            previous.rename(target)
        raise
    shutil.rmtree(previous, ignore_errors=True)


def _previous(target: Path) -> Path:
    return target.with_name(f".{target.name}.previous")


def _recover(target: Path) -> None:
    """Mend what a killed run may have left: the previous results are put back, scratch folders of the dead removed."""
    if not target.parent.is_dir():
        return
    try:
        previous = _previous(target)
        if previous.exists():
            if target.exists():
                shutil.rmtree(previous, ignore_errors=True)
            else:
                previous.rename(target)
        for scratch in target.parent.glob(f".{target.name}.*.partial"):
            pid = scratch.name.removeprefix(f".{target.name}.").split(".")[0]
            if pid.isdigit() and not _alive(int(pid)):
                shutil.rmtree(scratch, ignore_errors=True)
    except OSError:
        return


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def as_text(value: object) -> object:
    """Text that a spreadsheet will not take for a formula."""
    return "'" + value if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


def write_csv(table: pd.DataFrame, path: Path) -> None:
    escaped = table.copy()
    for column in escaped.columns:
        if not pd.api.types.is_numeric_dtype(escaped[column]):
            escaped[column] = escaped[column].map(as_text)
    escaped.to_csv(path, index=False, float_format="%.10g", lineterminator="\n")
