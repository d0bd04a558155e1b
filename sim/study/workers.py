"""Processes that a study, or a search, hands its tasks to; they end with this process, which alone hears Ctrl-C."""

from __future__ import annotations

import pickle
import signal
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from sim.errors import SimError
from sim.processes import end_with, this_process
from sim.ways_out import option

T = TypeVar("T")


class Workers:
    """So many processes, started when the first task is there."""

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs

    def in_turn(self, tasks: Iterable[Any]) -> Iterator[Any]:
        """What came of each of joblib's delayed calls, in their order. SimError where a process was killed."""
        from joblib.externals.loky.process_executor import TerminatedWorkerError

        try:
            yield from self._parallel(tasks)
        except TerminatedWorkerError:
            text = f"a worker process was killed, perhaps for want of memory; try {option('jobs', 1)}"
            raise SimError(text) from None

    def close(self) -> None:
        """Nothing more will come."""
        if "_parallel" in vars(self):
            self._parallel.__exit__(None, None, None)
            del self._parallel

    @cached_property
    def _parallel(self) -> Any:
        from joblib import Parallel

        ends: dict[str, Any] = {"initializer": end_with, "initargs": this_process()}
        _start(self.jobs, ends)
        # Entered once, so that what tasks share is handed to the processes once.
        return Parallel(n_jobs=self.jobs, return_as="generator", pre_dispatch="2*n_jobs", **ends).__enter__()


def _start(jobs: int, ends: dict[str, Any]) -> None:
    """Workers are started with Ctrl-C held back: it is this process that stops, and takes them along."""
    from multiprocessing.resource_tracker import ensure_running

    from joblib import Parallel, delayed

    if not hasattr(signal, "pthread_sigmask"):
        return
    # Its own start would let Ctrl-C through again.
    ensure_running()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        Parallel(n_jobs=jobs, **ends)(delayed(int)() for _ in range(jobs))
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


@dataclass(frozen=True)
class Shared(Generic[T]):
    """What all tasks go by, on its way to other processes: written down once, and read once by each of them.

    What a process has worked out for one task is still there for the next.
    """

    key: str
    pickled: NDArray[np.uint8]
    """An array, which joblib hands to all processes of a machine in one piece."""

    @classmethod
    def of(cls, value: T) -> Shared[T]:
        return cls(uuid.uuid4().hex, np.frombuffer(pickle.dumps(value), np.uint8))

    def read(self) -> T:
        if self.key not in _READ:
            _READ.clear()
            _READ[self.key] = pickle.loads(self.pickled.tobytes())
        return cast("T", _READ[self.key])


_READ: dict[str, Any] = {}
"""What this process has read last."""
