"""Which queues have their good and bad days together, or on opposite days: one normal per queue, or shared word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.copula import normal_correlation
from sim.scenario.language.queues import Queue


@dataclass(frozen=True)
class Pair:
    """Two queues whose days' factors are correlated, as the first of them says."""

    queue: str
    other: str
    correlation: float

    @property
    def where(self) -> str:
        return f"queues.{self.queue}.busyness.correlation.{self.other}"


def unit_of(name: str, queue: Queue) -> str:
    """Whose luck makes the queue's days busy: its own, or that of all who name the same word."""
    return f"busyness/{queue.busyness.shared}" if queue.busyness.shared else f"busyness/queue/{name}"


def pairs_of(queues: Mapping[str, Queue]) -> Iterator[Pair]:
    """All that is said, between queues that there are."""
    for name, queue in queues.items():
        for other, correlation in queue.busyness.correlation.items():
            if other in queues:
                yield Pair(name, other, correlation)


def normals_of(queues: Mapping[str, Queue]) -> tuple[list[str], NDArray[np.float64]]:
    """The units that are correlated with another, in the order of the queues, and the correlation of their normals."""
    pairs = [
        pair
        for pair in pairs_of(queues)
        if queues[pair.queue].busyness.day_cv and queues[pair.other].busyness.day_cv
    ]  # fmt: skip
    named = {name for pair in pairs for name in (pair.queue, pair.other)}
    units = list(dict.fromkeys(unit_of(name, queue) for name, queue in queues.items() if name in named))
    matrix = np.eye(len(units))
    for pair in pairs:
        one, other = queues[pair.queue], queues[pair.other]
        j, k = units.index(unit_of(pair.queue, one)), units.index(unit_of(pair.other, other))
        if j != k:
            found = normal_correlation(one.busyness.day_cv, other.busyness.day_cv, pair.correlation)
            matrix[j, k] = matrix[k, j] = found
    return units, matrix
