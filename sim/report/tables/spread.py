"""How far single dates lie apart: the 10th and 90th percentile of an interval, over replications (and over weeks)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.measures.kpis import ratio
from sim.study.kept import INTERVAL_COUNTS
from sim.study.result import PlanResult
from sim.study.statistics import tenth_and_ninetieth

Floats = NDArray[np.float64]

SPREAD = ("offered", "answered", "abandoned", "service_level")
BANDS = tuple(f"{figure}_{which}" for figure in SPREAD for which in ("p10", "p90"))
"""The columns, all of one dated interval: the next one lies between the two with chance 80 %."""


def bands_of(result: PlanResult, queue: int) -> dict[str, Floats]:
    """The queue's BANDS by slot. A typical week's row gathers the dates of a month, of which each counts for itself."""
    if not result.interval_counts.size:
        return {}
    slots = result.prepared.slots
    cells = result.interval_counts[:, :, queue].astype(np.float64)
    values = {name: cells[..., number] for number, name in enumerate(INTERVAL_COUNTS)}
    values["service_level"] = ratio(values["level_met"], values["level_base"])
    bands = {name: np.full(slots.count, np.nan) for name in BANDS}
    in_order, ends = np.argsort(slots.of_interval, kind="stable"), np.cumsum(slots.occurrences)
    for often in np.unique(slots.occurrences):
        alike = np.flatnonzero(slots.occurrences == often)
        intervals = in_order[ends[alike][:, None] - often + np.arange(often)]
        for name in SPREAD:
            dated = np.moveaxis(values[name][:, intervals], 0, 1).reshape(len(alike), -1)
            bands[f"{name}_p10"][alike], bands[f"{name}_p90"][alike] = tenth_and_ninetieth(dated)
    return bands
