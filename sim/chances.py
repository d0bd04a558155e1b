"""Relative chances: effects on a probability that stays one."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def relative_chance(chance: Floats | float, times: Floats | float) -> Floats:
    """A chance made `times` as good: × times up to 1; above, the odds grow as much as × 1/times would shrink them.

    For times > 1 the odds are multiplied by (times − p) / (1 − p): never above 1, and the slope at times = 1 is p from
    both sides.
    """
    p, k = np.broadcast_arrays(np.asarray(chance, float), np.asarray(times, float))
    result: Any = np.asarray(p * k)
    more = k > 1.0
    p, k = p[more], k[more]
    better: Any = p * (k - p)
    below = (1.0 - p) * (1.0 - p) + better
    raised = np.divide(better, below, out=np.ones(p.shape), where=below > 0.0)
    result[more] = np.where(p < 1.0, raised, 1.0)
    return np.asarray(result)
