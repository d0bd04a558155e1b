"""What an estimator says: a value, its 95 % interval, and from how many observations."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.study.statistics import t_quantile

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NORMAL = 1.959963984540054
"""Of a two-sided 95 % interval."""


class Finding(NamedTuple):
    """An estimate; `low` and `high` are NaN where no interval could be had."""

    value: float
    low: float
    high: float
    n: int
    """Observations behind it."""
    of: str
    """What they are, in the plural."""

    @property
    def is_known(self) -> bool:
        return bool(np.isfinite(self.value))

    @property
    def leaves_out_nothing(self) -> bool:
        """Whether the interval lies wholly on one side of 0."""
        return bool(self.low > 0.0 or self.high < 0.0)


def unknown(of: str, n: int = 0) -> Finding:
    return Finding(np.nan, np.nan, np.nan, n, of)


def share_of(hits: int, n: int, of: str) -> Finding:
    """A share with Wilson's interval (1927), which holds near 0 and 1 too."""
    if n == 0:
        return unknown(of)
    share, z = hits / n, NORMAL
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return Finding(share, max(0.0, float(middle - half)), min(1.0, float(middle + half)), n, of)


def mean_by_days(values: Floats, days: Ints, of: str) -> Finding:
    """The mean of all values, its interval over days: values of a day may go together.

    Ratio of sums, its variance from the days' residuals with the small-sample factor D ÷ (D − 1), Student's t with
    D − 1 degrees. With fewer than four days the values count as independent.
    """
    n = len(values)
    if n == 0:
        return unknown(of)
    mean = float(values.mean())
    _, day = np.unique(days, return_inverse=True)
    several = int(day.max()) + 1
    if several < 4:
        error = float(values.std(ddof=1) / np.sqrt(n)) if n > 1 else np.nan
        half = t_quantile(n - 1) * error
    else:
        left = np.bincount(day, weights=values - mean)
        error = float(np.sqrt(several / (several - 1) * (left**2).sum()) / n)
        half = t_quantile(several - 1) * error
    return Finding(mean, mean - half, mean + half, n, of)
