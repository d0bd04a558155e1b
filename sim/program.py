"""The program and what it computes with: what was remembered, or is played elsewhere, must be of the same one."""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
import sys
from functools import cache
from pathlib import Path

ROUNDING = ("numpy", "scipy", "simpy", "numba")
"""Libraries whose rounding results carry."""


@cache
def program() -> str:
    """Every source file, Python, the machine's kind, and the libraries. Quickly told: it loads none of them."""
    root = Path(__file__).parent
    digest = hashlib.sha256()
    for file in sorted(root.rglob("*.py")):
        digest.update(f"{file.relative_to(root).as_posix()}\n".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    libraries = [f"{name} {importlib.metadata.version(name)}" for name in ROUNDING]
    return "\n".join([digest.hexdigest(), sys.version, sys.platform, platform.machine(), *libraries])


TOLD = ("numpy", "scipy", "pandas", "simpy", "numba", "pydantic")
"""Libraries whose versions a result folder tells."""


def library_versions() -> dict[str, str]:
    """Of Python and the libraries that compute, by name."""
    return {"python": platform.python_version(), **{name: importlib.metadata.version(name) for name in TOLD}}
