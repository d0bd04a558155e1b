"""Named, counter-based luck.

A stream's seed is its name, and a draw is a pure function of (stream, counters, purpose): nobody's luck
depends on how many other draws were made, so adding a queue, a group or a contact leaves the rest alone.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from sim.kernels import U64, Floats, Words, in_use, key_of

_GOLDEN = U64(0x9E3779B97F4A7C15)

# Purposes of a contact's luck. Numbers are part of the luck: never renumber, only add.
ARRIVAL, TALK, HOLD, WRAP, PATIENCE, BALK, RESOLVE, SHARE = range(1, 9)
SILENCE, SILENT_AT, CALLBACK, CONTAIN, SESSION, COME_BACK, COME_BACK_AFTER, DEFLECT, TRANSFER = range(9, 18)
REPEAT, REPEAT_TO, REPEAT_AFTER, REDIAL, REDIAL_AFTER, COMES_WHEN, ESCALATE, UNRESOLVABLE, CUSTOMER = range(18, 27)
REACHED, PREVENTED, PICK = range(27, 30)

NEXT_LEG = 100
"""Added to a purpose for each leg after the first: a transferred contact draws anew."""

NEXT_ATTEMPT = 10_000
"""Added for each attempt after a case's first: it draws anew too, whatever became of the one before."""

NOBODY_CAN = 3.0
"""In place of a uniform to resolve: above every chance, as the case is beyond everybody."""

# Purposes of a person's luck, likewise.
SHOW_UP, DROP_OUT, DROP_OUT_WHEN, LICENCE, RETAKE, LEAVING, KNOWN_LEAVER, PROMOTION = range(1, 9)
TALENT_SPEED, TALENT_RESOLUTION, SICKNESS, LEAVE_DAYS, LEAVE_WHEN, LATE, LATE_BY, EARLY, EARLY_BY = range(9, 18)
CHOSEN = 18

PURPOSES_A_DAY = 64
EVE = 16
"""Days before the horizon that luck can be drawn for."""


class Stream:
    """One named stream; its two 64-bit keys are a hash of (seed, replication, name)."""

    def __init__(self, seed: int, replication: int, name: str) -> None:
        digest = hashlib.blake2b(f"{seed}|{replication}|{name}".encode(), digest_size=16).digest()
        self._first, self._second = np.frombuffer(digest, "<u8").astype(U64)

    def keys(self, counter: int, index: NDArray[np.int64]) -> Words:
        """One key per index (any shape), for use with `uniforms`; `counter` sets days or people apart."""
        keys, words = in_use().keys, index.astype(U64)
        base = keys(np.array([counter], U64), _GOLDEN, self._first, U64(0))[0]
        return keys(words.ravel(), _GOLDEN, base, self._second).reshape(words.shape)

    def paired(self, counters: NDArray[np.int64], index: NDArray[np.int64]) -> Words:
        """The same of pairs of a counter and an index (one dimension, equally many)."""
        bases = in_use().keys(counters.astype(U64), _GOLDEN, self._first, U64(0))
        keys: Words = key_of(index.astype(U64), _GOLDEN, bases, self._second)
        return keys

    def uniform(self, counter: int, index: int, purpose: int = 0) -> float:
        """One uniform in (0, 1)."""
        return float(uniforms(self.keys(counter, np.array([index], dtype=np.int64)), purpose)[0])


def uniforms(keys: Words, purpose: int) -> Floats:
    """Uniforms in (0, 1), one per key, for this purpose."""
    return in_use().uniforms(keys.ravel(), _ahead(purpose)).reshape(keys.shape)


def _ahead(purpose: int) -> np.uint64:
    return U64((purpose * int(_GOLDEN)) & 0xFFFFFFFFFFFFFFFF)


def next_attempt(keys: Words) -> Words:
    """The same cases' keys at their next attempt: every purpose counts NEXT_ATTEMPT further."""
    return keys + _ahead(NEXT_ATTEMPT)


class Luck:
    """The streams of one replication; asking for a name twice is a mistake in the program."""

    def __init__(self, seed: int, replication: int) -> None:
        self._seed, self.replication = seed, replication
        self._taken: set[str] = set()

    def stream(self, name: str) -> Stream:
        if name in self._taken:
            raise ValueError(f"two streams of luck named {name!r}")
        self._taken.add(name)
        return Stream(self._seed, self.replication, name)


class PeopleLuck:
    """Everybody's luck in one replication, drawn for many people at once: by person, purpose and day.

    `sources` are (name, how many) of those who come from one place, in the order of the agents. A person's luck
    follows them when they move: copy the key.
    """

    def __init__(self, seed: int, replication: int, sources: list[tuple[str, int]]) -> None:
        names = [name for name, _ in sources]
        if len(set(names)) < len(names):
            raise ValueError("two sources of people of one name")
        keys = [Stream(seed, replication, f"{name}/people").keys(0, np.arange(count)) for name, count in sources]
        self.keys: Words = np.concatenate(keys) if keys else np.empty(0, U64)

    def uniforms(self, purpose: int, day: int = 0, who: NDArray[np.int64] | NDArray[np.bool_] | None = None) -> Floats:
        """One uniform in (0, 1) per person; `day` tells draws of one purpose apart."""
        return uniforms(self.keys if who is None else self.keys[who], purpose + PURPOSES_A_DAY * (day + EVE))
