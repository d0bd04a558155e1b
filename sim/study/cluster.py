"""Workers of a Dask cluster that a study hands its tasks to, through the same door as processes of this machine.

What is played there must come out as here, to the last bit: a cluster of other versions is refused.
"""

from __future__ import annotations

import atexit
import json
import logging
import socket
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from sim.errors import SimError
from sim.program import ROUNDING, program
from sim.study.workers import Shared
from sim.ways_out import option

T = TypeVar("T")

KNOCKS, GREETS, TELLS_WITHIN = 1.5, 3.0, 5.0
"""Seconds in which something must listen, a scheduler must answer, and its workers must tell their versions."""

NOBODY_LEFT = 30.0
"""Seconds after which a cluster without workers is given up: killed ones may be started anew."""

LOOKS_EVERY = 2.0
"""Seconds of waiting after which it is looked whether there still is a cluster."""

AHEAD = 4
"""Tasks by worker that are handed over before the first of them is done."""


class Cluster:
    """A cluster that plays what this process would: one task at a time on each worker."""

    def __init__(self, address: str, client: Any, threads: Mapping[str, int]) -> None:
        self.address, self._client = address, client
        self.places = len(threads)
        self.idle_threads = sum(threads.values()) - len(threads)
        """Threads that no task makes use of: a worker plays one replication at a time."""
        self._sent: dict[str, Any] = {}

    @property
    def is_there(self) -> bool:
        return bool(self._client.status == "running")

    def in_turn(self, tasks: Iterable[Any]) -> Iterator[Any]:
        """What came of each of joblib's delayed calls, in their order. SimError where the cluster is lost."""
        waiting = deque[Any]()
        try:
            for function, args, named in tasks:
                waiting.append(self._client.submit(function, *map(self._handed, args), pure=False, **named))
                if len(waiting) >= AHEAD * self.places:
                    yield self._result(waiting[0])
                    waiting.popleft()
            while waiting:
                yield self._result(waiting[0])
                waiting.popleft()
        finally:
            if self.is_there:
                self._client.cancel(list(waiting))

    def close(self) -> None:
        """Nothing more is asked of it."""
        self._client.close(timeout=2)

    def _handed(self, value: Any) -> Any:
        """What tasks share goes to each worker once; where it is lost with a worker, it is made again."""
        if not isinstance(value, Shared):
            return value
        if value.key not in self._sent:
            with warnings.catch_warnings():
                # It is large, and goes there once.
                warnings.simplefilter("ignore")
                future = self._client.submit(Shared, value.key, value.pickled, pure=False)
            self._result(future, fetch=False)
            # On all of them, or tasks would go where it lies.
            self._client.replicate([future])
            self._sent = {value.key: future}
        return self._sent[value.key]

    def _result(self, future: Any, *, fetch: bool = True) -> Any:
        from distributed import KilledWorker

        alone_since: float | None = None
        while True:
            try:
                future.exception(timeout=LOOKS_EVERY)
                return future.result(timeout=NOBODY_LEFT) if fetch else None
            except TimeoutError:
                if not self.is_there:
                    raise SimError(self._lost()) from None
                alone_since = None if self._client.nthreads() else (alone_since or time.monotonic())
                if alone_since is not None and time.monotonic() - alone_since > NOBODY_LEFT:
                    raise SimError(f"the cluster at {self.address} has no workers left; {_GO_ON}") from None
            except KilledWorker:
                text = "workers that played the same replications were killed again and again, perhaps for want of"
                raise SimError(f"{text} memory; {_GO_ON}") from None
            except SimError:
                raise
            except Exception as error:
                if type(error).__name__ in _LOST or not self.is_there:
                    raise SimError(self._lost()) from None
                raise

    def _lost(self) -> str:
        return f"the cluster at {self.address} was lost; {_GO_ON}"


_GO_ON = "what was played is kept, and the same command goes on from there"
_LOST = ("CancelledError", "FutureCancelledError", "FuturesCancelledError", "CommClosedError", "ClosedClientError")

TELLS = (
    "{'Python': __import__('platform').python_version()}"
    " | {'sim': __import__('sim').__version__ if __import__('importlib.util').util.find_spec('sim') else None}"
    " | {name: __import__('importlib.metadata').metadata.version(name)"
    " if __import__('importlib.util').util.find_spec(name) else None for name in (" + repr(ROUNDING)[1:-1] + ",)}"
)
"""Versions by name, as Python that needs nothing of ours there."""

_connected: dict[str, Cluster] = {}


def connect(address: str) -> Cluster:
    """The cluster at `tcp://host:port`, or of a scheduler's file; SimError where it is not there, or is another."""
    known = _connected.get(address)
    if known is None or not known.is_there:
        client = _client(address)
        try:
            threads = _within(
                TELLS_WITHIN, lambda: _check(address, client), f"the cluster at {address} does not answer"
            )
        except BaseException:
            client.close(timeout=1)
            raise
        if not _connected:
            # Before the interpreter is half gone.
            atexit.register(close_all)
        known = _connected[address] = Cluster(address, client, threads)
    return known


def close_all() -> None:
    """Let go of every cluster; they go on for others."""
    while _connected:
        _connected.popitem()[1].close()


def _client(address: str) -> Any:
    try:
        import distributed
    except ImportError:
        text = f'{option("cluster", address)} needs Dask: pip install "contact-center-sim[cluster]"'
        raise SimError(text) from None
    scheduler, nobody = _scheduler(address), f"no Dask scheduler of our version answers at {address}; is it running?"
    _knock(scheduler, nobody)
    # One message of ours says it all.
    for name in ("distributed", "tornado", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)

    def connected() -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            make: Any = distributed.Client
            return make(scheduler, timeout=GREETS - 0.3, set_as_default=False)

    return _within(GREETS, connected, nobody)


def _scheduler(address: str) -> str:
    """The address that was given, or that stands in the scheduler's file."""
    if "://" in address:
        return address
    try:
        found = json.loads(Path(address).read_text(encoding="utf-8"))["address"]
    except (OSError, ValueError, LookupError, TypeError):
        text = "is neither an address, such as tcp://host:8786, nor a scheduler's file"
        raise SimError(f"{option('cluster', address)}: {address} {text}") from None
    return str(found)


def _knock(scheduler: str, nobody: str) -> None:
    """SimError where nothing listens: known sooner, and with less noise, than Dask says it."""
    where = urlsplit(scheduler)
    try:
        host, port = where.hostname, where.port
    except ValueError:
        host = port = None
    if not host or not port:
        raise SimError(f"{scheduler} is no address of a scheduler; write it as tcp://host:8786")
    try:
        socket.create_connection((host, port), timeout=KNOCKS).close()
    except OSError:
        raise SimError(nobody) from None


def _within(seconds: float, call: Callable[[], T], otherwise: str) -> T:
    """What the call gives; SimError if it takes longer, or fails by itself."""
    found, failed = list[T](), list[Exception]()

    def answer() -> None:
        try:
            found.append(call())
        except Exception as error:
            failed.append(error)

    thread = threading.Thread(target=answer, name="asks the cluster", daemon=True)
    thread.start()
    thread.join(seconds)
    if found:
        return found[0]
    if failed and isinstance(failed[0], SimError):
        raise failed[0]
    raise SimError(otherwise) from None


# ---------------------------------------------------------------- whether it is of our kind


def _check(address: str, client: Any) -> dict[str, int]:
    """Threads by worker; SimError where there are none, or where results might not be ours."""
    threads: dict[str, int] = dict(client.nthreads())
    if not threads:
        raise SimError(f"the cluster at {address} has no workers; start some: dask worker {address} --nthreads 1")
    told = {f"worker {name}": one for name, one in client.run(eval, TELLS, on_error="return").items()}
    others = different({"the scheduler": client.run_on_scheduler(eval, TELLS), **told})
    if not others:
        ours = program()
        found = client.run(program, on_error="return")
        text = "has other source files of sim, or another kind of machine, than we have here"
        others = [f"worker {name} {text}" for name, one in found.items() if one != ours]
    if others:
        more = f" (and {len(others) - 1} more)" if len(others) > 1 else ""
        raise SimError(f"the cluster at {address} would not play the same: {others[0]}{more}; install the same there")
    return threads


def different(told: Mapping[str, Any]) -> list[str]:
    """Who has other versions than we, in words; by name, what `TELLS` gives there, or the error that it ends with."""
    ours, found = versions(), list[str]()
    for name, theirs in told.items():
        if not isinstance(theirs, Mapping):
            found.append(f"{name} cannot tell its versions ({theirs})")
            continue
        for package, version in ours.items():
            if (there := theirs.get(package)) != version:
                has = "is not there" if there is None else f"is {there} there"
                found.append(f"of {name}, {package} {has} and {version} here")
                break
    return found


def versions() -> dict[str, str | None]:
    """What must be the same there."""
    return dict(eval(TELLS))
