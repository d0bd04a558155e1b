"""One plan's replications, as sums: what every KPI, interval and table of it is worked out from."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.measures.cases import CASE_SUMS
from sim.measures.contracts import contract_levels
from sim.measures.costs import STAFF_SUMS, with_staff
from sim.measures.customers import CUSTOMER_SUMS
from sim.measures.kpis import (
    CENTER,
    CHANNEL,
    GROUP,
    KPIS,
    LEVEL_SUMS,
    LEVELS,
    QUEUE,
    SITE,
    VENDOR,
    WAIT_P90,
    Kpi,
    by_name,
    groups_of,
    kpis_of,
    queues_of,
    ratio,
    with_levels,
)
from sim.measures.ledger import LEDGER_SUMS, emptied_on, ledger_sums
from sim.measures.quality import EXPERIENCE_SUMS
from sim.measures.requirement import Requirement
from sim.measures.sums import DATED_SUMS, GROUP_SUMS, OPEN_SUMS, OUTREACH_SUMS, SESSION_SUMS, VENDOR_SUMS, Sums
from sim.measures.waiting import deferred_queues, open_seconds
from sim.scenario.model import Scenario
from sim.study.calibrate import Calibration
from sim.study.need import Need
from sim.study.prepared import Prepared
from sim.study.replicate import Lives, Replication
from sim.study.statistics import NOT_NEGATIVE, Estimate, Figure, Replications, estimate, estimate_of
from sim.units import MINUTE

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CONTAINED = SESSION_SUMS.index("contained")

STAFF_NAMES = (*GROUP_SUMS, *STAFF_SUMS)

EVERY_LEG = {
    "talk", "hold", "wrap", "effort", "resolved", "connected",
    "callbacks", "reached", "first_reached", "kept", "promised_wait", "callback_wait", "waiting", "in_line", "queued",
}  # fmt: skip
"""What the center adds up over all legs of a contact; the rest it counts where the contact entered."""

ENTERED = ("first_handled", "first_beyond", "escalated", "swarmed", "rushed")
"""Of CASE_SUMS, what the center counts only where the contact entered: shares of contacts handled."""

INTERVAL_COUNTS = ("offered", "answered", "abandoned", "level_met", "level_base")

TYPICAL_RUNS = 25
"""Where results are told by typical weeks, the first so many replications keep their dated intervals: some hundred of
each weekday and hour of a month, and memory does not grow with more."""

BACKLOG_NAMES = ("backlog", "backlog_end", "oldest_s")


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
    later_legs: list[Floats] = field(default_factory=list)
    """Of `queue_totals`, and below of `waits`, what came by transfer."""
    later_waits: list[Floats] = field(default_factory=list)
    sessions: list[Floats] = field(default_factory=list)
    vendors: list[Floats] = field(default_factory=list)
    backlog: Floats | None = None
    """Summed over replications: intervals of the horizon × deferred queues; likewise the oldest's age in seconds."""
    oldest: Floats | None = None
    backlog_totals: list[Floats] = field(default_factory=list)
    """Per replication: `backlog_scopes` × BACKLOG_NAMES, added up over the intervals' ends; `backlog_end`: the last."""
    income: list[Floats] = field(default_factory=list)
    """Per replication, where there are contracts: the amounts of `payroll.income_lines`."""
    group_costs: list[Floats] = field(default_factory=list)
    """Per replication, where there are sites: what each group's people cost."""
    effective: Floats | None = None
    """Summed over replications: agent seconds signed on × speed; days × groups."""
    movements: Floats | None = None
    """Summed over replications, of a workforce that moves: days × groups × MOVEMENTS."""
    standing: Floats | None = None
    """Likewise: before the first day and at the end of each, × groups × STANDING."""
    ledgers: list[Floats] = field(default_factory=list)
    """Per replication: groups × LEDGER_SUMS."""
    emptied: list[Ints] = field(default_factory=list)
    """Per replication and group: the day on which nobody was left on the floor; -1 where that never was."""
    replacement: Floats | None = None
    """Summed over replications: groups × REPLACEMENT_SUMS."""
    cases: list[Floats] = field(default_factory=list)
    """Per replication, where they are counted: (as they came, by transfer) × queues × CASE_SUMS."""
    group_cases: list[Floats] = field(default_factory=list)
    experience: list[Floats] = field(default_factory=list)
    """Per replication, where it is asked for: queues × EXPERIENCE_SUMS, and below by group."""
    group_experience: list[Floats] = field(default_factory=list)
    customers: list[Floats] = field(default_factory=list)
    """Per replication, where they have a memory: CUSTOMER_SUMS."""
    outreach: list[Floats] = field(default_factory=list)
    """Per replication: queues × OUTREACH_SUMS."""
    while_open: list[Floats] = field(default_factory=list)
    """Per replication: groups × OPEN_SUMS."""
    interval_counts: list[NDArray[np.unsignedinteger[Any]]] = field(default_factory=list)
    """Per replication, of typical weeks the first `TYPICAL_RUNS`: intervals of the horizon × queues × INTERVAL_COUNTS,
    in the smallest integers that hold them."""
    contract_levels: list[Floats] = field(default_factory=list)
    """Per replication, where clients' contracts name a service level: days × `judged_contracts` × (met, base)."""
    leave_not_taken: float = 0.0
    """Days that found no place under the cap, over all replications."""
    on_contract: Floats | None = None
    """Summed over replications, of a workforce that moves: contract hours a week on the floor, days × groups."""
    contacts: int = 0
    floor_seconds: float = 0.0
    _stacks: dict[str, Floats] = field(default_factory=dict, repr=False)
    _estimates: dict[tuple[str, str], tuple[int, dict[str, Estimate]]] = field(default_factory=dict, repr=False)
    """By scope and name: of how many replications, and the estimates by KPI."""
    _known_kpis: dict[tuple[str, tuple[str, ...]], list[Kpi]] = field(default_factory=dict, repr=False)

    @property
    def scenario(self) -> Scenario:
        return self.prepared.scenario

    @property
    def replications(self) -> int:
        return len(self.costs)

    def add(self, one: Replication) -> None:
        scenario, payroll = self.scenario, self.prepared.payroll
        queue_slots, queue_days = (
            with_levels(scenario, one.sums.queue_slots),
            with_levels(scenario, one.sums.queue_days),
        )
        group_slots = with_staff(payroll, one.sums.group_slots, one.staff_slots)
        group_days = with_staff(payroll, one.sums.group_days, one.staff_days)
        self.queue_totals.append(queue_days.sum(axis=0))
        self.group_totals.append(group_days.sum(axis=0))
        self.waits.append(one.sums.waits)
        self.costs.append(one.costs)
        self.slot_levels.append(queue_slots[..., -2:].copy())
        self.day_levels.append(queue_days[..., -2:].copy())
        self.queue_slots = _plus(self.queue_slots, queue_slots)
        self.group_slots = _plus(self.group_slots, group_slots)
        self.queue_days = _plus(self.queue_days, queue_days)
        self.group_days = _plus(self.group_days, group_days)
        self.dated = _plus(self.dated, one.sums.dated)
        self.signed_on = _plus(self.signed_on, one.sums.signed_on)
        counts = self._interval_counts(one.sums.dated)
        self.intervals_met.append(self._intervals_met(counts))
        if self.by_date or self.replications <= TYPICAL_RUNS:
            self.interval_counts.append(counts.astype(np.min_scalar_type(int(counts.max(initial=0)))))
        self.while_open.append(one.sums.while_open)
        self.later_legs.append(with_levels(scenario, one.sums.later_legs)[0])
        self.later_waits.append(one.sums.later_waits)
        self.sessions.append(one.sums.sessions)
        self.vendors.append(one.sums.vendor_days.sum(axis=1))
        self.backlog = _plus(self.backlog, one.sums.backlog)
        self.oldest = _plus(self.oldest, one.sums.oldest)
        self.backlog_totals.append(self._backlog_totals(one.sums))
        if scenario.spec.contracts:
            self.income.append(one.income)
            self.contract_levels.append(contract_levels(scenario, one.sums))
        if scenario.spec.sites:
            self.group_costs.append(one.group_costs)
        self.effective = _plus(self.effective, one.sums.effective)
        if one.lives is not None:
            self._add_lives(one.lives)
        if one.sums.cases.size:
            self.cases.append(one.sums.cases)
            self.group_cases.append(one.sums.group_cases[0])
        if one.sums.experience.size:
            self.experience.append(one.sums.experience[0])
            self.group_experience.append(one.sums.group_experience[0])
        if one.customers is not None:
            self.customers.append(one.customers)
        self.outreach.append(one.sums.outreach)
        self.contacts += one.contacts
        self.floor_seconds += one.floor_seconds

    def _add_lives(self, lives: Lives) -> None:
        self.movements = _plus(self.movements, lives.movements)
        self.standing = _plus(self.standing, lives.standing)
        self.ledgers.append(ledger_sums(lives.movements, lives.standing))
        self.emptied.append(emptied_on(lives.movements, lives.standing))
        self.replacement = _plus(self.replacement, lives.replacement)
        self.leave_not_taken += lives.leave_not_taken
        self.on_contract = _plus(self.on_contract, lives.on_contract)

    @property
    def by_date(self) -> bool:
        """Whether every interval of the horizon is told of by its date, and not in a typical week."""
        return self.prepared.slots.count == self.scenario.clock.intervals

    def _interval_counts(self, dated: Floats) -> Floats:
        """Intervals of the horizon × queues × INTERVAL_COUNTS."""
        counts = np.zeros((*dated.shape[:2], len(INTERVAL_COUNTS)))
        for q, queue in enumerate(self.scenario.queues):
            met, base = LEVELS[self.scenario.level(queue).counting]
            s = by_name(DATED_SUMS, dated[:, q])
            counts[:, q] = np.stack([s["offered"], s["answered"], s["abandoned"], met(s), base(s)], axis=-1)
        return counts

    def _intervals_met(self, counts: Floats) -> Floats:
        targets = np.array([self.scenario.level(queue).target for queue in self.scenario.queues])
        level = ratio(counts[..., -2], counts[..., -1])
        return np.stack([(level >= targets).sum(axis=0), np.isfinite(level).sum(axis=0)], axis=1).astype(np.float64)

    def _backlog_totals(self, sums: Sums) -> Floats:
        deferred, rows = deferred_queues(self.scenario), []
        for scope, name in self.backlog_scopes:
            own = [deferred.index(queue) for queue in queues_of(self.scenario, scope, name)]
            contacts, oldest = sums.backlog[:, own].sum(axis=1), sums.oldest[:, own].max(axis=1)
            rows.append((contacts.sum(), contacts[-1], oldest.sum()))
        return np.array(rows).reshape(-1, len(BACKLOG_NAMES))

    @property
    def backlog_scopes(self) -> list[tuple[str, str]]:
        """Deferred queues and their channels."""
        scenario = self.scenario
        queues = deferred_queues(scenario)
        channels = sorted({scenario.spec.queues[queue].channel for queue in queues})
        return [*((CHANNEL, channel) for channel in channels), *((QUEUE, queue) for queue in queues)]

    def scopes(self) -> list[tuple[str, str]]:
        """(scope, name) of everything results are told of."""
        scenario = self.scenario
        channels = sorted({queue.channel for queue in scenario.spec.queues.values()})
        sites = {scenario.site_of(group) for group in scenario.groups}
        return [
            (CENTER, "all"),
            *((CHANNEL, channel) for channel in channels),
            *((SITE, site) for site in scenario.spec.sites if site in sites),
            *((QUEUE, queue) for queue in scenario.queues),
            *((GROUP, group) for group in scenario.groups),
            *((VENDOR, vendor) for vendor in scenario.spec.vendors),
        ]

    def told(self, scope: str, name: str) -> list[tuple[Kpi, Replications]]:
        """The KPIs that are told of a scope, each with the sums that it is worked out from."""
        of_all = self.sums_of(scope, name)
        of_live = self.sums_of(scope, name, of_live=True) if scope == CENTER else of_all
        return [(kpi, of_live if kpi.of_live else of_all) for kpi in self._kpis_of(scope, name)]

    def _kpis_of(self, scope: str, name: str) -> list[Kpi]:
        # Of groups, sites and vendors the same is told, whichever they are.
        queues = tuple(queues_of(self.scenario, scope, name))
        if (scope, queues) not in self._known_kpis:
            self._known_kpis[scope, queues] = kpis_of(self.scenario, scope, name)
        return self._known_kpis[scope, queues]

    def sums_of(self, scope: str, name: str, of_live: bool = False) -> Replications:
        """Sums by name over replications, for `kpis` and `statistics`; the center's also of live channels alone."""
        scenario, result = self.scenario, dict[str, Floats]()
        if scope in (CENTER, SITE, GROUP):
            own = self._numbers(self._group_numbers, groups_of(scenario, scope, name))
            result |= _over(STAFF_NAMES, self._stacked("group_totals"), own)
            result |= _over(OPEN_SUMS, self._stacked("while_open"), own)
            if self.ledgers:
                result |= _over(LEDGER_SUMS, self._stacked("ledgers"), own)
            if self.cases:
                result |= _over(CASE_SUMS, self._stacked("group_cases"), own)
            if self.experience:
                result |= _over(EXPERIENCE_SUMS, self._stacked("group_experience"), own)
        if scope in (CENTER, CHANNEL, QUEUE):
            chosen = self._queues_of(scope, name, of_live)
            result |= _over(LEVEL_SUMS, self._stacked("queue_totals"), chosen)
            result |= _over(SESSION_SUMS, self._stacked("sessions"), chosen)
            result |= self._of_cases(scope, chosen)
            # The line of those who wait for their answer: deferred work waits outside it, and has a backlog.
            live = [queue for queue in queues_of(scenario, scope, name) if scenario.is_live(queue)]
            result["open_s"] = np.full(self.replications, open_seconds(scenario, live))
        if scope == CENTER:
            later = _over(LEVEL_SUMS, self._stacked("later_legs"), chosen)
            result |= {key: result[key] - column for key, column in later.items() if key not in EVERY_LEG}
            # Money per resolved case: a machine's customers who do not come back needed nobody.
            result["settled"] = result["resolved"] + self._stacked("sessions")[..., CONTAINED] @ self._stay_away()
            result["cost"] = np.array(self.costs).sum(axis=1)
            result["income"] = np.array(self.income).sum(axis=1) if self.income else np.zeros(self.replications)
            nobody = np.zeros((self.replications, len(CUSTOMER_SUMS)))
            result |= by_name(CUSTOMER_SUMS, np.array(self.customers) if self.customers else nobody)
        if scope == SITE:
            result["staff_cost"] = self._stacked("group_costs")[:, own].sum(axis=1)
        if scope == VENDOR:
            number = list(scenario.spec.vendors).index(name)
            result |= by_name(VENDOR_SUMS, self._stacked("vendors")[:, number])
        if scope in (CHANNEL, QUEUE) and (scope, name) in (known := self.backlog_scopes):
            totals = self._stacked("backlog_totals")[:, known.index((scope, name))]
            result |= by_name(BACKLOG_NAMES, totals)
            result["interval_ends"] = np.full(self.replications, float(scenario.clock.intervals))
        result["replications"] = np.ones(self.replications)
        return Replications(result)

    def _of_cases(self, scope: str, chosen: list[int]) -> dict[str, Floats]:
        """What becomes of cases, what their customers feel and buy, and what outreach prevents."""
        result = _over(OUTREACH_SUMS, self._stacked("outreach"), chosen)
        if self.cases:
            entered, later = self._stacked("cases").swapaxes(0, 1)
            if len(chosen) == 1:
                # The sum of what is added up anyhow: of one queue, no other is needed.
                entered, later, own = entered[:, chosen], later[:, chosen], [0]
            else:
                own = chosen
            result |= _over(CASE_SUMS, entered + later, own)
            if scope == CENTER:
                of_later = _over(CASE_SUMS, later, own)
                result |= {key: result[key] - of_later[key] for key in ENTERED}
        if self.experience:
            result |= _over(EXPERIENCE_SUMS, self._stacked("experience"), chosen)
        share, margin, price = self._worth
        totals = self._stacked("queue_totals")
        resolved, queued = (totals[..., LEVEL_SUMS.index(key)] for key in ("resolved", "queued"))
        if len(chosen) == 1:
            resolved, queued, share, margin, price = (
                of[..., chosen] for of in (resolved, queued, share, margin, price)
            )
        else:
            inside = np.isin(np.arange(len(share)), chosen)
            share, price = share * inside, price * inside
        worth = {"waiting_cost": queued @ price / MINUTE}
        return result | worth | {"sales": resolved @ share, "sales_margin": resolved @ (share * margin)}

    @cached_property
    def _worth(self) -> tuple[Floats, Floats, Floats]:
        """By queue: the share of resolved contacts that buy, the margin of a sale, and the price of a minute's wait."""
        # A sale is what is to be expected of a contact that resolved its case.
        offers = [queue.sale for queue in self.scenario.spec.queues.values()]
        share = np.array([0.0 if sale is None else sale.share for sale in offers])
        margin = np.array([0.0 if sale is None else sale.margin for sale in offers])
        # All waiting has its price, also that of a contact that has been handed on.
        return share, margin, np.array([self.scenario.waiting_price(queue) for queue in self.scenario.queues])

    def _queues_of(self, scope: str, name: str, of_live: bool) -> list[int]:
        """Numbers of the queues that a scope adds up; if those of live channels are asked for and there are none,
        all."""
        scenario, wanted = self.scenario, queues_of(self.scenario, scope, name)
        if of_live and scope == CENTER:
            wanted = [queue for queue in wanted if scenario.is_live(queue)] or wanted
        return self._numbers(self._queue_numbers, wanted)

    @staticmethod
    def _numbers(known: dict[str, int], names: list[str]) -> list[int]:
        return sorted(known[name] for name in names)

    @cached_property
    def _queue_numbers(self) -> dict[str, int]:
        return {queue: number for number, queue in enumerate(self.scenario.queues)}

    @cached_property
    def _group_numbers(self) -> dict[str, int]:
        return {group: number for number, group in enumerate(self.scenario.groups)}

    def _stacked(self, what: str) -> Floats:
        """A list's arrays as one (first axis: replications), laid together once for all that ask; the list then holds
        views of it, so that nothing is kept twice."""
        values = getattr(self, what)
        if len(self._stacks.get(what, ())) != len(values) or not len(values):
            self._stacks[what] = np.array(values)
            values[:] = self._stacks[what]
        return self._stacks[what]

    def _stay_away(self) -> Floats:
        """By queue: share of the contained who do not come to an agent later."""
        machines = [queue.self_service for queue in self.scenario.spec.queues.values()]
        return np.array([0.0 if machine is None else 1.0 - machine.come_back.share for machine in machines])

    def waits_of(self, scope: str, name: str) -> Replications:
        """Wait counts per bin over replications; the bins stay on the last axis."""
        chosen = self._queues_of(scope, name, of_live=True)
        waits = self._stacked("waits")[:, chosen].sum(axis=1)
        later = self._stacked("later_waits")[:, chosen].sum(axis=1) if scope == CENTER else 0.0
        return Replications({"waits": waits - later if scope == CENTER else waits})

    def kpi(self, kpi_id: str, scope: str = CENTER, name: str = "all") -> Estimate:
        """A figure with its 95 % interval, worked out once."""
        known = self._known_of(scope, name)
        if kpi_id not in known:
            known[kpi_id] = self._estimate(kpi_id, scope, name)
        return known[kpi_id]

    def kpis(self, scope: str, name: str) -> list[tuple[Kpi, Estimate]]:
        """All that is told of a scope beside the quantile of waits, worked out from its sums together."""
        known = self._known_of(scope, name)
        if any(kpi.id not in known for kpi in self._kpis_of(scope, name)):
            known |= {kpi.id: estimate(kpi.value, sums, kpi.within) for kpi, sums in self.told(scope, name)}
        return [(kpi, known[kpi.id]) for kpi in self._kpis_of(scope, name)]

    def keep(self, kpi: Kpi, scope: str, name: str, found: Figure) -> None:
        """A figure of all replications that was worked out for another purpose, so that it is not done again."""
        self._known_of(scope, name).setdefault(kpi.id, estimate_of(found, kpi.within))

    def _known_of(self, scope: str, name: str) -> dict[str, Estimate]:
        """Estimates by KPI; those of fewer replications are forgotten."""
        runs, known = self._estimates.get((scope, name), (-1, {}))
        if runs != self.replications:
            known = {}
            self._estimates[scope, name] = self.replications, known
        return known

    def _estimate(self, kpi_id: str, scope: str, name: str) -> Estimate:
        if kpi_id == WAIT_P90.id:
            return estimate(WAIT_P90.value, self.waits_of(scope, name), NOT_NEGATIVE)
        named = [k for k in KPIS if k.id == kpi_id and scope in k.scopes]
        queues = queues_of(self.scenario, scope, name)
        kpi = next((k for k in named if k.where(self.scenario, queues)), named[0])
        return estimate(kpi.value, self.sums_of(scope, name, kpi.of_live), kpi.within)

    def requirement(self) -> Requirement:
        """Seats needed, there and short per interval of the horizon, on its expected load: the same however many
        replications are played."""
        return self.need.requirement

    @cached_property
    def need(self) -> Need:
        """The expected load and the people on shift behind the requirement, worked out when first asked for."""
        return Need(self.prepared)


def _over(names: tuple[str, ...], totals: Floats, chosen: list[int]) -> dict[str, Floats]:
    """Sums by name, added up over the chosen queues or groups; one value per replication."""
    if len(chosen) == 1:
        return dict(zip(names, np.ascontiguousarray(totals[:, chosen[0]].T), strict=True))
    return {key: column[:, chosen].sum(axis=1) for key, column in by_name(names, totals).items()}


def _plus(total: Floats | None, more: Floats) -> Floats:
    return more if total is None else total + more
