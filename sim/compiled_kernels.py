"""The kernels compiled by numba; to import this is to use them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba.extending import register_jitable

from sim import kernels
from sim.kernels import Floats, Ints, Kernels, Words

for _rule in kernels.RULES:
    register_jitable(_rule)

_key_of, _uniform_of = kernels.key_of, kernels.uniform_of

CROWD = 64
"""More moments than this in one of as many equal spans as there are moments: numpy sorts them."""


def entry_of(compiled: Any, *like: Any) -> Callable[..., Any]:
    """What numba compiles for arguments of these types, to be called with such alone.

    Called by its own name, it looks at the type of every array in every table each time: 7 µs for the floor, 21 µs for
    the folding, against 1 and 2.
    """
    entry: Callable[..., Any] = compiled.compile(tuple(compiled.typeof_pyval(one) for one in like))
    return entry


def build(source_hash: str, *, boundscheck: bool = False) -> Kernels:
    """The compiled kernels. The hash of the rules' file enters numba's cache key through the closures."""
    compiled: Any = numba.njit(cache=not boundscheck, boundscheck=boundscheck, nogil=True)

    @compiled  # type: ignore[untyped-decorator]
    def keys(words: Words, step: np.uint64, base: np.uint64, second: np.uint64) -> Words:
        found = np.empty(len(words) if len(source_hash) else 0, np.uint64)
        for i in range(len(words)):
            found[i] = _key_of(words[i], step, base, second)
        return found

    @compiled  # type: ignore[untyped-decorator]
    def uniforms(keys: Words, ahead: np.uint64) -> Floats:
        found = np.empty(len(keys) if len(source_hash) else 0, np.float64)
        for i in range(len(keys)):
            found[i] = _uniform_of(keys[i], ahead)
        return found

    @compiled  # type: ignore[untyped-decorator]
    def by_span(times: Floats) -> Ints:
        """As `order_of`, or nothing where moments crowd: to the span that each is in, then to its place among few."""
        count = len(times)
        order = np.empty(count if len(source_hash) else 0, np.int64)
        if count == 0:
            return order
        first = last = times[0]
        for time in times:
            first, last = min(first, time), max(last, time)
        spans = count / (last - first) if last > first else 0.0
        span_of = np.empty(count, np.int64)
        starts = np.zeros(count + 1, np.int64)
        for i in range(count):
            span = min(int((times[i] - first) * spans), count - 1)
            span_of[i] = span
            starts[span + 1] += 1
        if starts.max() > CROWD:
            return order[:0]
        for span in range(count):
            starts[span + 1] += starts[span]
        for i in range(count):
            span = span_of[i]
            order[starts[span]] = i
            starts[span] += 1
        for i in range(1, count):
            moved = order[i]
            time = times[moved]
            at = i
            while at > 0 and times[order[at - 1]] > time:
                order[at] = order[at - 1]
                at -= 1
            order[at] = moved
        return order

    @compiled  # type: ignore[untyped-decorator]
    def put(words: Words, place: Ints, usual: Words, fields: Ints, values: Words) -> None:
        if len(source_hash) == 0:
            return
        for i in range(len(place)):
            row = words[place[i]]
            for field in range(len(usual)):
                row[field] = usual[field]
            for j in range(len(fields)):
                row[fields[j]] = values[j, i]

    def order_of(times: Floats) -> Ints:
        order: Ints = by_span(times)
        return order if len(order) == len(times) else kernels.PLAIN.order_of(times)

    # Compile all of them, or find them in the cache, here and now: not in the middle of a run, nor in each worker.
    words, row = np.zeros((1, 1), np.uint64), np.zeros(1, np.int64)
    by_span(uniforms(keys(words[0], words[0, 0], words[0, 0], words[0, 0]), words[0, 0]))
    put(words, row, words[0].copy(), row, words.copy())
    return Kernels(keys, uniforms, order_of, put)


COMPILED = build(hashlib.sha256(Path(kernels.__file__).read_bytes()).hexdigest())
kernels.use(COMPILED)
