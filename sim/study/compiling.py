"""An empty cache is filled on two cores: this process compiles the loop, another one the counting."""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sim.measures.folding_tables import CountingOf
from sim.processes import this_process

_CHILD = """
import pickle, sys
path, parent, counting = pickle.load(sys.stdin.buffer)
sys.path[:] = path
from sim.processes import end_with
end_with(*parent)
from sim.measures.folder import compile_folding
compile_folding(pickle.loads(counting))
"""


@contextmanager
def counting_compiled_beside(of: CountingOf) -> Iterator[None]:
    """While the block compiles something else, another process puts the rules of counting into numba's cache, and has
    by the end. Where it cannot, nothing is lost: whoever asks for them compiles them."""
    child = _started(of) if (os.cpu_count() or 1) > 1 else None
    try:
        yield
        if child is not None:
            child.wait()
    finally:
        if child is not None:
            child.kill()
            child.wait()


def _started(of: CountingOf) -> subprocess.Popen[bytes] | None:
    start, silent = [sys.executable, "-c", _CHILD], subprocess.DEVNULL
    try:
        child = subprocess.Popen(start, stdin=subprocess.PIPE, stdout=silent, stderr=silent)
    except OSError:
        return None
    assert child.stdin is not None
    with contextlib.suppress(OSError), child.stdin:
        pickle.dump((sys.path, this_process(), pickle.dumps(of)), child.stdin)
    return child
