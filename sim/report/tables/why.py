"""Why hours of a queue fell short, as a table."""

from __future__ import annotations

import pandas as pd

from sim.explaining.bad_hours import Reasons
from sim.report.text.why import ranked, rest_name
from sim.study.statistics import Estimate

COLUMNS = ("plan", "queue", "first", "last", "interval", "what", "name", "points", "ci_low", "ci_high", "instead")
LEVEL, TARGET, PART, OVER = "level", "target", "part", "rest"


def why_table(r: Reasons) -> pd.DataFrame:
    """The level and the target, the part of each cause, and what is left: target − level = parts + rest. In points."""
    where = (r.label, r.queue, str(r.hours.dates[0]), str(r.hours.dates[-1]), r.hours.starts)
    rows = [
        (*where, LEVEL, "service level as played", *_points(r.level), ""),
        (*where, TARGET, "target", 100 * r.target, 100 * r.target, 100 * r.target, ""),
        *((*where, PART, part.cause.name, *_points(part.points), part.cause.without) for part in ranked(r)),
        (*where, OVER, rest_name(r), *_points(r.rest), ""),
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _points(one: Estimate) -> tuple[float, float, float]:
    return 100 * one.mean, 100 * one.low, 100 * one.high
