"""What a search wants: what is to be least, and what must hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sim.scenario.language.staffing import KpiSaid
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


AIMS = {"cost": COST, "net_cost": NET_COST, "paid_hours": PAID_HOURS, "heads": HEADS}
"""What is least, by the file's word for it."""


def wanted_of(scenario: Scenario) -> Wanted:
    """What `[staffing]` wants; without it, least net cost where customers have a value, else least cost.

    Every target is held, those too that a channel's default assumes, if the file does not name some.
    """
    usual = NET_COST if scenario.spec.customers is not None else COST
    said = scenario.spec.staffing
    if said is None:
        return Wanted(minimise=usual)
    named = said.hold.targets
    judged = {*scenario.queues, *scenario.spec.contracts}
    return Wanted(
        minimise=usual if said.minimise is None else AIMS[said.minimise],
        periods=None if said.hold.held is None else said.hold.held.share,
        limits=tuple(map(_limit, said.also)),
        left_out=frozenset() if named is None else frozenset(judged - set(named)),
        seconds=said.time,
    )


def _limit(said: KpiSaid) -> KpiLimit:
    least, most = (None, said.value) if said.at_most else (said.value, None)
    return KpiLimit(said.kpi, said.scope, said.name, least, most, said.said)
