"""Payback: a plan that spends first and saves later, and the week from which on it has cost less than today's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.study.statistics import UNKNOWN, Estimate, t_quantile

Floats = NDArray[np.float64]

Kind = Literal["", "pays back", "not within the horizon", "spends more throughout", "saves from the start", "not told"]

A_WEEK = 7


@dataclass(frozen=True)
class Payback:
    """`kind`: "" of today's plan; "not told" of less than two weeks, one replication, or where luck decides."""

    kind: Kind = ""
    weeks: int | None = None
    """After so many weeks of the horizon the money spent from its first day on is below today's, and stays there."""
    low: int | None = None
    high: int | None = None
    """The 95 % interval of the weeks; no `high`: perhaps not within the horizon."""
    most: Estimate = UNKNOWN
    """The most that it was behind at a week's end."""
    end: Estimate = UNKNOWN
    """Against today, at the end of the horizon."""


def payback_of(own: Floats, base: Floats, smallest: float = 0.0) -> Payback:
    """Of cost by day, replications × days, on common luck; `smallest`: less money is nothing.

    Both ends of the interval come from the differences cumulated by week, each with an interval by itself: before the
    first week in which it reaches 0 the plan surely is behind, and from the last one on it surely is ahead.
    """
    runs, days = own.shape
    if runs < 2 or days < 2 * A_WEEK:
        return Payback("not told")
    ends = np.append(np.arange(A_WEEK, days, A_WEEK), days) - 1
    behind = np.cumsum(own - base, axis=1)[:, ends]
    mean, half = behind.mean(axis=0), t_quantile(runs - 1) * behind.std(axis=0, ddof=1) / np.sqrt(runs)
    worst = int(mean.argmax())
    most, end = (Estimate(float(mean[n]), float((mean - half)[n]), float((mean + half)[n])) for n in (worst, -1))
    if mean[worst] <= smallest or not most.low > 0.0:
        surely = end.high < 0.0 and end.mean < -smallest
        return Payback("saves from the start" if surely else "not told", most=most, end=end)
    weeks = _stays(mean <= 0.0, worst)
    high = _stays(mean + half <= 0.0, worst)
    if weeks is None and not _falls(behind, worst):
        return Payback("spends more throughout", most=most, end=end)
    reaches = np.flatnonzero((mean - half <= 0.0)[worst:])
    low = worst + int(reaches[0]) + 1 if len(reaches) else None
    return Payback("not within the horizon" if weeks is None else "pays back", weeks, low, high, most, end)


def _stays(ahead: NDArray[np.bool_], worst: int) -> int | None:
    """Number of the first week, from 1 on, at whose end it is ahead, and at all later ones; None if there is none."""
    if not ahead[-1]:
        return None
    not_yet = np.flatnonzero(~ahead)
    return max(int(not_yet[-1]) + 1 if len(not_yet) else 0, worst) + 1


def _falls(behind: Floats, worst: int) -> bool:
    """Whether it surely has made up for some of the most that it was behind, by the end."""
    made_up = behind[:, worst] - behind[:, -1]
    half = t_quantile(len(made_up) - 1) * made_up.std(ddof=1) / np.sqrt(len(made_up))
    return bool(made_up.mean() > 0.0 and made_up.mean() - half > 0.0)
