"""What weights did to a plan's figures: said wherever they are shown."""

from __future__ import annotations

from sim.report.text.numbers import decimal
from sim.study.result import PlanResult

SAME_LOAD = 0.0005
"""A load that is closer than this to the expected one is called the same."""

WORTH_SAYING = 3.0
"""Percent of an interval's width."""


def weighing_text(result: PlanResult) -> str:
    """Nothing where replications count alike and nobody asked for weights."""
    if result.scenario.spec.run.variance_reduction is None:
        return ""
    weighing = result.weighing()
    if weighing is None:
        return "Not weighted to the expected load: too few replications, or all draw the same load."
    off = float(weighing.excess.mean())
    drawn = "as many contacts as expected"
    if abs(off) >= SAME_LOAD:
        drawn = f"{decimal(100 * abs(off))} % {'more' if off > 0 else 'fewer'} contacts than expected"
    narrowing = result.narrowing().get("service_level")
    by = "" if narrowing is None else f"; the interval of service level is {_narrower(narrowing)}"
    return (
        f"Replications drew {drawn}. Shares, waits and handle times are weighted to the expected load{by}; counts, "
        "hours, money, percentiles, targets, and what is shown by interval, day or week, are as played."
    )


def _narrower(times: float) -> str:
    """Against as many replications that count alike."""
    change = 100.0 * (1.0 / times - 1.0)
    if abs(change) < WORTH_SAYING:
        return "as wide as without"
    if change < 0.0:
        return f"{decimal(-change, 0)} % narrower for it"
    return f"{decimal(change, 0)} % wider for it: play more replications, or leave variance_reduction out"
