"""What a search wants: what is to be least, and what must hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sim.scenario.model import Scenario

COST, NET_COST, PAID_HOURS, HEADS = "cost_total", "net_cost", "paid_hours", "heads"


@dataclass(frozen=True)
class KpiLimit:
    """A KPI that must stay at or below `most`, or at or above `least`, over the whole horizon."""

    kpi: str
    scope: str
    name: str
    least: float | None = None
    most: float | None = None
    said: str = ""
    """As the file says it: "queues.orders.abandon_rate <= 4%"."""


@dataclass(frozen=True)
class Wanted:
    """The aim and the conditions of a search."""

    minimise: str = COST
    """COST, NET_COST, PAID_HOURS or HEADS."""
    periods: float | None = None
    """Share of a target's periods that must reach it; None: each of them, on average over replications."""
    limits: tuple[KpiLimit, ...] = ()
    targets: Mapping[str, float] = field(default_factory=dict)
    """By queue or contract, a target other than the file's."""
    left_out: frozenset[str] = frozenset()
    """Queues and contracts whose target need not hold."""
    budget: float | None = None
    """Cost over the horizon that may not be passed; the best service for it is wanted then."""
    keep_heads: bool = False
    """The same people of each group and contract; the best service of other shifts is wanted."""
    seconds: float | None = None
    """After so many, the best plan so far."""


def wanted_of(scenario: Scenario) -> Wanted:
    """What `[staffing]` wants; without it, least net cost where customers have a value, else least cost."""
    priced = scenario.spec.customers is not None
    return Wanted(minimise=NET_COST if priced else COST)
