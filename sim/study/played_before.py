"""Replications that an earlier run of the same plan has played, kept on disk as they come.

They are found under a hash of all they depend on: the plan with what its files say, its calibration, the seed, the
program and its libraries (not the calendar: both play the same). They lie in blocks, one after the other: of each
replication what is kept of each, and what is added up of all so far, so that sums come out in the order they were made
in, to the last bit. A block is written when that takes a hundredth of the time since the plan began, at most.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.scenario.model import Scenario
from sim.study.calibration.remembered import key_of, text_of
from sim.study.prepared import Standard
from sim.study.result import PlanResult
from sim.study.shelf import REPLICATIONS, Shelf, shelf_of

PAYS_FROM = 10.0
"""Seconds that a study is expected to take, starting included, from which on its replications are kept."""

SHARE, SHARE_AT_THE_END = 0.01, 0.02
"""Of the time since a plan began, that all writing of it may take; then the last, by itself."""

FIRST_WRITE = 0.02
"""Seconds that it is thought to take before it has been measured."""

on_shelves: dict[Path, int] = {}
"""Replications by shelf, of what this process plays: said where it is stopped."""

EACH, ADDED = "each ", "added "
"""Before the name of a family, in a block."""


class PlayedBefore:
    """Of one plan; without a shelf nothing is kept, and nothing was played before."""

    def __init__(self, shelf: Shelf | None = None) -> None:
        self._shelf = shelf
        self._began, self._spent, self._write_takes = time.perf_counter(), 0.0, FIRST_WRITE
        self._kept = 0
        self._lengths: dict[str, int] = {}
        """By family that is kept of each: of how many replications it is on the shelf."""

    @classmethod
    def of(cls, scenarios: Sequence[Scenario], standard: Standard) -> PlayedBefore:
        """`scenarios`: the plan as it was written, and as it is played."""
        # Tables need it later on; loaded now, for its loading is no part of what writing takes.
        import pyarrow  # noqa: F401

        def asked() -> str:
            # How results are reported decides what is added up.
            told = [[key_of(one), one.spec.results.intervals] for one in scenarios]
            return f"replications {told} {''.join(text_of(standard))}"

        path = shelf_of(asked, REPLICATIONS)
        return cls(None if path is None else Shelf(path))

    def take(self, result: PlanResult, most: int) -> None:
        """Into a result of nothing yet: the first replications, at most so many, as far as they are there."""
        blocks = list[dict[str, NDArray[Any]]]()
        told: dict[str, Any] = {"last": 0}
        while (found := self._block(told["last"], most)) is not None:
            told = found[0]
            blocks.append(found[1])
        self._kept, self._lengths = int(told["last"]), {}
        self._note()
        if not blocks:
            return
        arrays = {_family(name): array[()] for name, array in blocks[-1].items() if name.startswith(ADDED)}
        for name in dict.fromkeys(name for block in blocks for name in block if name.startswith(EACH)):
            arrays[_family(name)] = np.concatenate([block[name] for block in blocks if name in block])
            self._lengths[_family(name)] = len(arrays[_family(name)])
        result.put_back(arrays)
        result.replications = result.before = self._kept
        result.contacts = result.contacts_before = int(told["contacts"])
        result.floor_seconds = told["floor_seconds"]

    def _block(self, first: int, most: int) -> tuple[dict[str, Any], dict[str, NDArray[Any]]] | None:
        """The one from there on that reaches furthest, and is as it was written."""
        if self._shelf is None:
            return None
        ends = sorted((int(name) for name in self._shelf.names(first) if name.isdecimal()), reverse=True)
        found = (self._shelf.get(first, str(end)) for end in ends if first < end <= most)
        return next((block for block in found if block is not None), None)

    def keep(self, result: PlanResult, *, at_the_end: bool = False) -> None:
        """What has come since, if there is time for it."""
        if self._shelf is None or result.replications <= self._kept:
            return
        now = time.perf_counter()
        spent, share = (0.0, SHARE_AT_THE_END) if at_the_end else (self._spent, SHARE)
        if spent + self._write_takes > share * (now - self._began):
            return
        self._write(self._shelf, result)
        self._write_takes = time.perf_counter() - now
        self._spent += self._write_takes

    def _write(self, shelf: Shelf, result: PlanResult) -> None:
        rows, arrays, lengths = result.families(), dict[str, NDArray[Any]](), dict[str, int]()
        for name, array in result.taken().items():
            if rows[name].kept != "each":
                arrays[f"{ADDED}{name}"] = array
            elif len(array) > (known := self._lengths.get(name, 0)):
                arrays[f"{EACH}{name}"], lengths[name] = array[known:], len(array)
        told = {"last": result.replications, "contacts": result.contacts, "floor_seconds": result.floor_seconds}
        if shelf.put(self._kept, str(result.replications), told, arrays):
            self._kept = result.replications
            self._lengths |= lengths
            self._note()

    def _note(self) -> None:
        if self._shelf is not None:
            on_shelves[self._shelf.path] = self._kept

    def close(self) -> None:
        """Nothing more will be kept."""
        if self._shelf is not None:
            self._shelf.close()


def _family(name: str) -> str:
    return name.removeprefix(EACH).removeprefix(ADDED)
