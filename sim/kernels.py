"""The loops over whole columns in which drawing spends its time.

Plain, they are numpy's. A process that loads numba for its floor has them compiled (sim.compiled_kernels): the same
bits, in one pass.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

U64 = np.uint64
Words = NDArray[np.uint64]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def mixed(word: Any) -> Any:
    """SplitMix64's finaliser (Steele, Lea & Flood 2014) of a word, or of an array of them."""
    word = (word ^ (word >> U64(30))) * U64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> U64(27))) * U64(0x94D049BB133111EB)
    return word ^ (word >> U64(31))


def key_of(word: Any, step: Any, base: Any, second: Any) -> Any:
    """The key of what a word counts."""
    return mixed(word * step + base) ^ second


def uniform_of(key: Any, ahead: Any) -> Any:
    """A uniform in (0, 1) of a key, `ahead` telling purposes apart."""
    return (np.float64(mixed(key + ahead) >> U64(11)) + 0.5) * 2.0**-53


RULES = (mixed, key_of, uniform_of)
"""One source each: plain, of arrays; compiled, of one element at a time."""


class Kernels(NamedTuple):
    """Every array has one dimension, `words` and `values` two."""

    keys: Callable[[Words, np.uint64, np.uint64, np.uint64], Words]
    """`key_of` each word."""
    uniforms: Callable[[Words, np.uint64], Floats]
    """`uniform_of` each key."""
    order_of: Callable[[Floats], Ints]
    """Where each comes from if they are sorted; equal ones stay as they stand."""
    put: Callable[[Words, Ints, Words, Ints, Words], None]
    """put(words, place, usual, fields, values): row `place[i]` of `words` becomes the usual one, but for these
    fields, which are column i of `values`."""


def _order_of(times: Floats) -> Ints:
    return np.argsort(times, kind="stable")


def _put(words: Words, place: Ints, usual: Words, fields: Ints, values: Words) -> None:
    words[place] = usual
    for field, value in zip(fields.tolist(), values, strict=True):
        words[place, field] = value


PLAIN = Kernels(key_of, uniform_of, _order_of, _put)


class _InUse:
    kernels = PLAIN


def in_use() -> Kernels:
    return _InUse.kernels


def use(kernels: Kernels) -> None:
    """From now on these, in this process; nobody can tell which from what is drawn."""
    _InUse.kernels = kernels
