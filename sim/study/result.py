"""One plan's replications, as sums: what every KPI, interval and table of it is worked out from."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.measures.costs import STAFF_SUMS, with_staff
from sim.measures.kpis import (
    CENTER,
    GROUP,
    KPIS,
    LEVEL_SUMS,
    LEVELS,
    QUEUE,
    by_name,
    ratio,
    wait_quantile,
    with_levels,
)
from sim.measures.requirement import Load, Requirement, requirement
from sim.measures.sums import DATED_SUMS, GROUP_SUMS
from sim.scenario.model import Scenario
from sim.study.calibrate import Calibration
from sim.study.replicate import Prepared, Replication
from sim.study.statistics import Estimate, estimate

Floats = NDArray[np.float64]

STAFF_NAMES = (*GROUP_SUMS, *STAFF_SUMS)


@dataclass
class PlanResult:
    """One plan's replications, as sums. First axis of the lists' arrays, once stacked: replications."""

    prepared: Prepared
    calibration: Calibration
    label: str = "base"
    queue_totals: list[Floats] = field(default_factory=list)
    group_totals: list[Floats] = field(default_factory=list)
    waits: list[Floats] = field(default_factory=list)
    costs: list[Floats] = field(default_factory=list)
    slot_levels: list[Floats] = field(default_factory=list)
    """Per replication: slots × queues × (level_met, level_base)."""
    day_levels: list[Floats] = field(default_factory=list)
    queue_slots: Floats | None = None
    """Summed over replications: slots × queues × LEVEL_SUMS; likewise below."""
    group_slots: Floats | None = None
    queue_days: Floats | None = None
    group_days: Floats | None = None
    dated: Floats | None = None
    """Summed over replications: intervals of the horizon × queues × DATED_SUMS."""
    signed_on: Floats | None = None
    intervals_met: list[Floats] = field(default_factory=list)
    """Per replication: queues × (intervals that met the target, intervals with contacts)."""
    contacts: int = 0
    floor_seconds: float = 0.0

    @property
    def scenario(self) -> Scenario:
        return self.prepared.scenario

    @property
    def replications(self) -> int:
        return len(self.costs)

    def add(self, one: Replication) -> None:
        spec, payroll = self.scenario.spec, self.prepared.payroll
        queue_slots, queue_days = (
            with_levels(spec, one.sums.queue_slots),
            with_levels(spec, one.sums.queue_days),
        )
        group_slots = with_staff(payroll, one.sums.group_slots, payroll.staff_slots)
        group_days = with_staff(payroll, one.sums.group_days, payroll.staff_days)
        self.queue_totals.append(queue_days.sum(axis=0))
        self.group_totals.append(group_days.sum(axis=0))
        self.waits.append(one.sums.waits)
        self.costs.append(one.costs)
        self.slot_levels.append(queue_slots[..., -2:].copy())
        self.day_levels.append(queue_days[..., -2:].copy())
        self.queue_slots = queue_slots if self.queue_slots is None else self.queue_slots + queue_slots
        self.group_slots = group_slots if self.group_slots is None else self.group_slots + group_slots
        self.queue_days = queue_days if self.queue_days is None else self.queue_days + queue_days
        self.group_days = group_days if self.group_days is None else self.group_days + group_days
        self.dated = one.sums.dated if self.dated is None else self.dated + one.sums.dated
        self.signed_on = one.sums.signed_on if self.signed_on is None else self.signed_on + one.sums.signed_on
        self.intervals_met.append(self._intervals_met(one.sums.dated))
        self.contacts += one.contacts
        self.floor_seconds += one.floor_seconds

    def _intervals_met(self, dated: Floats) -> Floats:
        counts = np.zeros((len(self.scenario.queues), 2))
        for q, queue in enumerate(self.scenario.spec.queues.values()):
            met, base = LEVELS[queue.service_level.counting]
            sums = by_name(DATED_SUMS, dated[:, q])
            level = ratio(met(sums), base(sums))
            counts[q] = (level >= queue.service_level.target).sum(), np.isfinite(level).sum()
        return counts

    def scopes(self) -> list[tuple[str, str]]:
        """(scope, name) of everything results are told of."""
        scenario = self.scenario
        channels = sorted({queue.channel for queue in scenario.spec.queues.values()})
        return [
            (CENTER, "all"),
            *(("channel", channel) for channel in channels),
            *((QUEUE, queue) for queue in scenario.queues),
            *((GROUP, group) for group in scenario.groups),
        ]

    def sums_of(self, scope: str, name: str) -> dict[str, Floats]:
        """Sums by name over replications, for `kpis` and `statistics`."""
        queues = by_name(LEVEL_SUMS, np.array(self.queue_totals))
        groups = by_name(STAFF_NAMES, np.array(self.group_totals))
        if scope == GROUP:
            number = self.scenario.groups.index(name)
            result = {key: column[:, number] for key, column in groups.items()}
        elif scope == QUEUE:
            number = self.scenario.queues.index(name)
            result = {key: column[:, number] for key, column in queues.items()}
        else:
            channels = [queue.channel for queue in self.scenario.spec.queues.values()]
            chosen = [scope == CENTER or channel == name for channel in channels]
            result = {key: column[:, chosen].sum(axis=1) for key, column in queues.items()}
        if scope == CENTER:
            result = {**{key: column.sum(axis=1) for key, column in groups.items()}, **result}
            result["cost"] = np.array(self.costs).sum(axis=1)
        result["replications"] = np.ones(self.replications)
        return result

    def waits_of(self, scope: str, name: str) -> dict[str, Floats]:
        """Wait counts per bin over replications; the bins stay on the last axis."""
        waits = np.array(self.waits)
        if scope == QUEUE:
            return {"waits": waits[:, self.scenario.queues.index(name)]}
        channels = [queue.channel for queue in self.scenario.spec.queues.values()]
        return {"waits": waits[:, [scope == CENTER or channel == name for channel in channels]].sum(axis=1)}

    def kpi(self, kpi_id: str, scope: str = CENTER, name: str = "all") -> Estimate:
        if kpi_id == "wait_p90_s":
            return estimate(lambda s: wait_quantile(s["waits"]), self.waits_of(scope, name))
        kpi = next(k for k in KPIS if k.id == kpi_id)
        return estimate(kpi.value, self.sums_of(scope, name))

    def requirement(self) -> Requirement:
        """Seats needed and short per interval of the horizon, on its mean load over replications."""
        assert self.dated is not None
        assert self.signed_on is not None
        sums, runs = by_name(DATED_SUMS, self.dated), self.replications
        # An interval whose contacts were all lost has the queue's own handle time.
        overall = ratio(sums["work"].sum(axis=0), sums["handled"].sum(axis=0))
        handle = ratio(sums["work"], sums["handled"])
        handle = np.where(np.isnan(handle), overall[None, :], handle)
        patience = np.array([self.scenario.law(queue, "patience").mean for queue in self.scenario.queues])
        demand = (sums["offered"] + sums["blocked"]) / runs
        seats = self.signed_on / runs / self.scenario.clock.interval
        return requirement(self.scenario, Load(demand, handle, 1.0 / np.maximum(patience, 1e-9)), seats)
