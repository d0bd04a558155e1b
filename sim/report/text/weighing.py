"""What weights did to a plan's figures: said wherever they are told."""

from __future__ import annotations

from sim.report.text.numbers import decimal
from sim.study.result import PlanResult

TOLD = 0.0005
"""A load that is closer than this to the expected one is told as the same."""


def weighing_text(result: PlanResult) -> str:
    """Nothing where replications count alike and nobody asked for weights."""
    if result.scenario.spec.run.variance_reduction is None:
        return ""
    weighing = result.weighing()
    if weighing is None:
        return "Not weighted to the expected load: too few replications, or all draw the same load."
    off = float(weighing.excess.mean())
    drawn = "as many contacts as expected"
    if abs(off) >= TOLD:
        drawn = f"{decimal(100 * abs(off))} % {'more' if off > 0 else 'fewer'} contacts than expected"
    narrowing = result.narrowing().get("service_level")
    by = "" if narrowing is None else f", with an interval of service level {_narrower(narrowing)}"
    return (
        f"Replications drew {drawn}. Shares, waits and handle times are weighted to the expected load{by}; counts, "
        "hours, money, percentiles, targets, and what is told by interval, day or week, are as played."
    )


def _narrower(times: float) -> str:
    return f"{decimal(times)} times narrower" if times >= 1.0 else f"{decimal(1 / times)} times wider"
