"""The time that money and hours are told for: a week where whole weeks are played, else all days that are.

Part of a week stands for no week: its closed days, and the days that are missing, are not like the others.
"""

from __future__ import annotations

from typing import NamedTuple

from sim.scenario.model import Scenario

DAYS_A_WEEK = 7


class Span(NamedTuple):
    scale: float
    """What a sum over the horizon is multiplied with."""
    words: str
    """ "a week", "in 3 days"."""


def span_of(scenario: Scenario) -> Span:
    days = scenario.clock.days
    if days % DAYS_A_WEEK == 0:
        return Span(DAYS_A_WEEK / days, "a week")
    return Span(1.0, f"in {days} days" if days > 1 else "in a day")
