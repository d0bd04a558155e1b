"""Whether the compiled floor is in numba's cache, found out without importing numba."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from pathlib import Path

COUNTING = (
    "cases",
    "elementwise",
    "folding",
    "folding_compiled",
    "folding_tables",
    "judging",
    "quality",
    "sums",
    "waiting",
)
"""The rules of counting."""

COMPILING = 22.0
"""Seconds of processor time that filling an empty cache takes: the loop 14, counting 7, drawing 2."""


def floor_hash() -> str:
    """A hash of every file that is compiled, and of those they take numbers from: numba sees only that of a loop."""
    folder = Path(__file__).parents[1]
    names = (
        "contact",
        "observations",
        "luck",
        "kernels",
        "compiled_kernels",
        *(f"measures/{name}" for name in COUNTING),
    )
    others = [folder.parent / f"{name}.py" for name in names]
    files = [*sorted(folder.rglob("*.py")), *others]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def user_cache() -> Path:
    """The program's folder among the user's caches; RuntimeError where nobody has a home."""
    return Path(os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")) / "contact-center-sim"


def cache_place() -> str:
    """Where numba keeps what it has compiled, in words."""
    folder = os.environ.get("NUMBA_CACHE_DIR")
    return folder or f"the __pycache__ folders under {Path(__file__).parents[2]} (or those of your own numba cache)"


def _markers() -> list[Path]:
    """Where a note of the last compilation may lie: by the package, or for the user if that is read-only."""
    place = os.environ.get("NUMBA_CACHE_DIR", "")
    key = hashlib.sha256(f"{floor_hash()}|{sys.version}|{place}".encode()).hexdigest()[:24]
    return [folder / f"floor-{key}.warm" for folder in (Path(__file__).parent / "__pycache__", user_cache())]


def is_warm() -> bool:
    return any(marker.exists() for marker in _markers())


def note_warm() -> None:
    """Remember that the loop has been compiled; without a writable place it is compiled each time."""
    for marker in _markers():
        try:
            marker.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=marker.parent):
                pass
            marker.touch()
        except OSError:
            continue
        return
