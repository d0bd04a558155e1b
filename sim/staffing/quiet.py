"""Keeps what a solver's C code prints by itself from whoever reads the output."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
import threading
from collections.abc import Iterator

ONE_AT_A_TIME = threading.Lock()
"""A process has one standard output."""


@contextlib.contextmanager
def no_word_of_the_solver() -> Iterator[None]:
    """Standard output leads nowhere meanwhile: HiGHS 1.12 prints lines that no setting turns off
    (`HighsMipSolverData::transformNewIntegerFeasibleSolution`). Where it cannot be led away, nothing is changed."""
    with ONE_AT_A_TIME:
        try:
            _flush()
            kept = os.dup(1)
        except (OSError, ValueError):
            yield
            return
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, 1)
            yield
        finally:
            # C keeps lines back where nobody looks on; they go nowhere too.
            _flush()
            os.dup2(kept, 1)
            os.close(kept)
            os.close(nowhere)


def _flush() -> None:
    """Of Python's standard output and of C's."""
    if sys.stdout is not None:
        sys.stdout.flush()
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).fflush(None)
