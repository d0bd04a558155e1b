"""The ledger of a workforce that moves: who came, who went and who is there, added up by week and for the KPIs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.measures.families import by_name
from sim.measures.periods import by_period
from sim.workforce.careers import MOVEMENTS, STANDING

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEDGER_SUMS = ("hired", "left", "contract_ended", "head_days", "heads_end", "became_proficient", "weeks_to_proficient")
"""Per group. `head_days`: a day counts the mean of the heads at its two ends; `weeks_to_proficient`: added up over
those who became so, since the hire."""


def nobody_moves(heads: Floats, days: int) -> tuple[Floats, Floats]:
    """(movements, standing) of groups whose people are the same every day, all of them proficient."""
    standing = np.zeros((days + 1, len(heads), len(STANDING)))
    by_name(STANDING, standing)["heads"][:] = heads
    return np.zeros((days, len(heads), len(MOVEMENTS))), standing


def imbalance(movements: Floats, standing: Floats) -> Floats:
    """What is missing at the end of each day after all who came and went: 0 everywhere, or the ledger is wrong."""
    moved, heads = by_name(MOVEMENTS, movements), by_name(STANDING, standing)["heads"]
    came, went = moved["hired"] + moved["moved_in"], moved["left"] + moved["moved_out"]
    return np.asarray(heads[:-1] + came - went - heads[1:])


def ledger_sums(movements: Floats, standing: Floats) -> Floats:
    """One replication's ledger (days × groups × MOVEMENTS, (days + 1) × groups × STANDING) as groups × LEDGER_SUMS."""
    heads = by_name(STANDING, standing)["heads"]
    sums = by_name(MOVEMENTS, movements.sum(axis=0))
    sums |= {"head_days": (heads[:-1] + heads[1:]).sum(axis=0) / 2.0, "heads_end": heads[-1]}
    return np.stack([sums[name] for name in LEDGER_SUMS], axis=-1)


def emptied_on(movements: Floats, standing: Floats) -> Ints:
    """By group, the first day in whose evening the last of the floor was lost (not by the end of a contract); or -1."""
    moved, there = by_name(MOVEMENTS, movements), by_name(STANDING, standing)
    floor = there["heads"] - there["in_training"]
    lost = moved["left"] - moved["dropped_out"] > 0
    emptied = (floor[:-1] > 0) & (floor[1:] == 0) & lost & (moved["contract_ended"] == 0)
    return np.where(emptied.any(axis=0), emptied.argmax(axis=0), -1)


def by_week(movements: Floats, standing: Floats, first: Ints) -> dict[str, Floats]:
    """MOVEMENTS of each week and STANDING at its end, by name, and `heads_start`; weeks (from these days) × groups."""
    last = np.append(first[1:], len(movements))
    weeks = by_name(MOVEMENTS, by_period(movements, first)) | by_name(STANDING, standing[last])
    return weeks | {"heads_start": by_name(STANDING, standing[first])["heads"], "heads_end": weeks["heads"]}
