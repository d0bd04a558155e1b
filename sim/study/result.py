"""One plan's replications, as sums: what every KPI, interval and table of it is worked out from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.measures.customers import CUSTOMER_SUMS
from sim.measures.families import WHOLE, Family, by_name
from sim.measures.kpis import (
    CENTER,
    CHANNEL,
    GROUP,
    KPIS,
    QUEUE,
    SITE,
    VENDOR,
    WAIT_P90,
    Kpi,
    groups_of,
    kpis_of,
    queues_of,
)
from sim.measures.requirement import Requirement
from sim.measures.sums import Sums
from sim.measures.waiting import open_seconds
from sim.scenario.model import Scenario
from sim.study.calibration.calibrate import Calibration
from sim.study.drawn_load import drawn_excess
from sim.study.expected.need import Need
from sim.study.kept import Played, Worked, WorkedOut, backlog_scopes
from sim.study.prepared import Prepared
from sim.study.replicate import Booked, Lives, Replication
from sim.study.statistics import NOT_NEGATIVE, Estimate, Figure, Replications, estimate, estimate_of
from sim.study.weighing import Weighing, weighing_of
from sim.units import MINUTE

Floats = NDArray[np.float64]

WEIGHTED = ("share", "s")
"""Units of the figures that weights are for: levels. What is added up (contacts, hours, money) stays as it was played,
and so adds up with the tables by interval, day and line."""


@dataclass
class PlanResult(WorkedOut, Sums, Lives, Booked):
    """One plan's replications, as sums. A family that is kept of each replication has them on its first axis; of what a
    scenario does not have, and where nothing was played, it is empty."""

    prepared: Prepared
    calibration: Calibration
    label: str = "base"
    contacts: int = 0
    floor_seconds: float = 0.0
    replications: int = 0
    before: int = 0
    """Replications, and contacts, that an earlier run has played."""
    contacts_before: int = 0
    _of_each: dict[str, list[NDArray[Any]]] = field(default_factory=dict, repr=False)
    """By family, blocks of replications."""
    _estimates: dict[tuple[str, str], tuple[int, dict[str, Estimate]]] = field(default_factory=dict, repr=False)
    """By scope and name: of how many replications, and the estimates by KPI."""
    _excess: Floats = field(default_factory=lambda: np.empty(0), repr=False)
    """By replication, as far as it was asked for: contacts drawn ÷ expected − 1."""
    _known_kpis: dict[tuple[str, tuple[str, ...]], list[Kpi]] = field(default_factory=dict, repr=False)

    @property
    def scenario(self) -> Scenario:
        return self.prepared.scenario

    def add(self, one: Replication, only: Collection[str] | None = None) -> None:
        """Keep what the rows say of a replication; `only` of the families of these names, if any are named."""
        played = Played(self.prepared, one, self.replications)
        for row in self.families().values():
            if not row.kept or (only is not None and row.name not in only) or not row.where(self.scenario):
                continue
            found = row.of(played) if isinstance(row, Worked) else played.given(row)
            if found is None:
                continue
            if row.kept == "each":
                self._of_each.setdefault(row.name, []).append(found[None])
            else:
                so_far = vars(self).get(row.name)
                vars(self)[row.name] = found if so_far is None else so_far + found
        self.replications += 1
        self.contacts += one.contacts
        self.floor_seconds += one.floor_seconds

    def missing(self, row: Family) -> Floats:
        """What is kept of each replication, in one block once it is asked for."""
        blocks = self._of_each.get(row.name)
        if blocks is None:
            return super().missing(row)
        if len(blocks) > 1:
            blocks[:] = [np.concatenate(blocks)]
        return blocks[0]

    def taken(self) -> dict[str, NDArray[Any]]:
        """All that is kept, by family: what `put_back` makes the same of."""
        kept = {name: row for name, row in self.families().items() if row.kept}
        found = {name: self.missing(kept[name]) for name in self._of_each}
        return found | {name: vars(self)[name] for name in kept if name in vars(self)}

    def put_back(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Into a result of nothing yet; its counts are the caller's to set. KeyError of a family that there is not."""
        rows = self.families()
        for name, array in arrays.items():
            if rows[name].kept == "each":
                self._of_each[name] = [array]
            else:
                vars(self)[name] = array

    def scopes(self) -> list[tuple[str, str]]:
        """(scope, name) of everything results are reported for."""
        scenario = self.scenario
        uses = scenario.uses
        return [
            (CENTER, "all"),
            *((CHANNEL, channel) for channel in sorted(uses.channels)),
            *((SITE, site) for site in uses.sites),
            *((QUEUE, queue) for queue in scenario.queues),
            *((GROUP, group) for group in scenario.groups),
            *((VENDOR, vendor) for vendor in scenario.spec.vendors),
        ]

    def kpi_sums(self, scope: str, name: str) -> list[tuple[Kpi, Replications]]:
        """The KPIs that are reported for a scope, each with the sums that it is worked out from."""
        of_all = self._both(self.sums_of(scope, name))
        of_live = self._both(self.sums_of(scope, name, of_live=True)) if scope == CENTER else of_all
        return [(kpi, (of_live if kpi.of_live else of_all)[kpi.unit in WEIGHTED]) for kpi in self._kpis_of(scope, name)]

    def _both(self, sums: Replications) -> tuple[Replications, Replications]:
        """As they are, and with the weights, if there are any."""
        weighing = self.weighing()
        return sums, sums if weighing is None else Replications(sums, weighing)

    def _kpis_of(self, scope: str, name: str) -> list[Kpi]:
        # Of groups, sites and vendors the same is reported, whichever they are.
        queues = tuple(queues_of(self.scenario, scope, name))
        if (scope, queues) not in self._known_kpis:
            self._known_kpis[scope, queues] = kpis_of(self.scenario, scope, name)
        return self._known_kpis[scope, queues]

    def sums_of(self, scope: str, name: str, of_live: bool = False) -> Replications:
        """Sums by name over replications, for `kpis` and `statistics`; the center's also of live channels alone."""
        scenario, result = self.scenario, dict[str, Floats]()
        if scope in (CENTER, SITE, GROUP):
            own = sorted(scenario.group(group).number for group in groups_of(scenario, scope, name))
            for row in self._looked_up("groups"):
                result |= _over(own, self.named(row))
        if scope in (CENTER, CHANNEL, QUEUE):
            chosen = self._queues_of(scope, name, of_live)
            for row in self._looked_up("queues"):
                result |= self._over_queues(row, chosen, scope == CENTER)
            result |= self._worth(chosen)
            # The line of those who wait for their answer: deferred work waits outside it, and has a backlog.
            live = [queue for queue in queues_of(scenario, scope, name) if scenario.queue(queue).is_live]
            result["open_s"] = np.full(self.replications, open_seconds(scenario, live))
        if scope == CENTER:
            # Money per resolved case: a machine's customers who do not come back needed nobody.
            contained = self.named(PlanResult.sessions)["contained"]
            result["settled"] = result["resolved"] + contained @ self._stay_away()
            result["cost"] = self.costs.sum(axis=1)
            result["income"] = self.income.sum(axis=1) if self.income.size else np.zeros(self.replications)
            nobody = np.zeros((self.replications, len(CUSTOMER_SUMS)))
            result |= by_name(CUSTOMER_SUMS, self.customers if self.customers.size else nobody)
        if scope == SITE:
            result["staff_cost"] = self.group_costs[:, own].sum(axis=1)
        if scope == VENDOR:
            number = scenario.vendor(name).number
            result |= {key: column[:, number] for key, column in self.named(PlanResult.vendors).items()}
        if scope in (CHANNEL, QUEUE) and (scope, name) in (scopes := backlog_scopes(scenario)):
            totals = self.named(PlanResult.backlog_totals)
            result |= {key: column[:, scopes.index((scope, name))] for key, column in totals.items()}
            result["interval_ends"] = np.full(self.replications, float(scenario.clock.intervals))
        result["replications"] = np.ones(self.replications)
        return Replications(result)

    def weighing(self, runs: int | None = None) -> Weighing | None:
        """The weights of the first so many replications, or of all; None where they count alike."""
        if self.scenario.spec.run.variance_reduction is None:
            return None
        runs = self.replications if runs is None else runs
        excess = [drawn_excess(self.prepared, n) for n in range(len(self._excess), runs)]
        self._excess = np.append(self._excess, excess)
        return weighing_of(self._excess[:runs])

    def narrowing(self) -> dict[str, float]:
        """By KPI of the center: how many times as wide its interval would be without weights."""
        found: dict[str, float] = {}
        for kpi, sums in self.kpi_sums(CENTER, "all"):
            if sums.spent:
                plain, own = (estimate(kpi.value, s, kpi.within).half_width for s in (Replications(sums), sums))
                found |= {kpi.id: plain / own} if own > 0.0 else {}
        return found

    def _looked_up(self, axis: str) -> list[Family]:
        """The families of named sums per queue, or per group, that are kept of each replication."""
        rows, parts = self.families().values(), {row.later for row in self.families().values()}
        return [
            row
            for row in rows
            if row.kept == "each" and row.columns and row.name not in parts and row.axes in ((axis,), (WHOLE, axis))
            if getattr(self, row.name).size
        ]

    def _over_queues(self, row: Family, chosen: list[int], of_center: bool) -> dict[str, Floats]:
        """Added up over queues; of the center, a contact counts where it entered."""
        result = _over(chosen, self.named(row))
        if of_center and row.later:
            later = _over(chosen, self.named(self.families()[row.later]))
            result |= {key: result[key] - later[key] for key in row.entered}
        return result

    def _worth(self, chosen: list[int]) -> dict[str, Floats]:
        """What customers buy, and what their waiting is worth."""
        share, margin, price = self._prices
        totals = self.named(PlanResult.queue_totals)
        resolved, queued = totals["resolved"], totals["queued"]
        if len(chosen) == 1:
            resolved, queued, share, margin, price = (
                of[..., chosen] for of in (resolved, queued, share, margin, price)
            )
        else:
            inside = np.isin(np.arange(len(share)), chosen)
            share, price = share * inside, price * inside
        worth = {"waiting_cost": queued @ price / MINUTE}
        return worth | {"sales": resolved @ share, "sales_margin": resolved @ (share * margin)}

    @cached_property
    def _prices(self) -> tuple[Floats, Floats, Floats]:
        """By queue: the share of resolved contacts that buy, the margin of a sale, and the price of a minute's wait."""
        # A sale is what is to be expected of a contact that resolved its case.
        offers = [queue.spec.sale for queue in self.scenario.numbered.queues]
        share = np.array([0.0 if sale is None else sale.share for sale in offers])
        margin = np.array([0.0 if sale is None else sale.margin for sale in offers])
        # All waiting has its price, also that of a contact that has been handed on.
        return share, margin, np.array([queue.waiting_price for queue in self.scenario.numbered.queues])

    def _queues_of(self, scope: str, name: str, of_live: bool) -> list[int]:
        """Numbers of the queues that a scope adds up; if those of live channels are asked for and there are none,
        all."""
        scenario, wanted = self.scenario, queues_of(self.scenario, scope, name)
        if of_live and scope == CENTER:
            wanted = [queue for queue in wanted if scenario.queue(queue).is_live] or wanted
        return sorted(scenario.queue(queue).number for queue in wanted)

    def _stay_away(self) -> Floats:
        """By queue: share of the contained who do not come to an agent later."""
        machines = [queue.spec.self_service for queue in self.scenario.numbered.queues]
        return np.array([0.0 if machine is None else 1.0 - machine.come_back.share for machine in machines])

    def waits_of(self, scope: str, name: str) -> Replications:
        """Wait counts per bin over replications; the bins stay on the last axis."""
        chosen = self._queues_of(scope, name, of_live=True)
        waits = self.waits[:, chosen].sum(axis=1)
        later = self.later_waits[:, chosen].sum(axis=1) if scope == CENTER else 0.0
        return Replications({"waits": waits - later if scope == CENTER else waits})

    def kpi(self, kpi_id: str, scope: str = CENTER, name: str = "all") -> Estimate:
        """A figure with its 95 % interval, worked out once."""
        known = self._known_of(scope, name)
        if kpi_id not in known:
            known[kpi_id] = self._estimate(kpi_id, scope, name)
        return known[kpi_id]

    def kpis(self, scope: str, name: str) -> list[tuple[Kpi, Estimate]]:
        """All that is reported for a scope beside the quantile of waits, worked out from its sums together."""
        known = self._known_of(scope, name)
        if any(kpi.id not in known for kpi in self._kpis_of(scope, name)):
            known |= {kpi.id: estimate(kpi.value, sums, kpi.within) for kpi, sums in self.kpi_sums(scope, name)}
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

    def _estimate(self, kpi_id: str, scope: str, name: str, runs: int | None = None) -> Estimate:
        if kpi_id == WAIT_P90.id:
            return estimate(WAIT_P90.value, self._first(self.waits_of(scope, name), runs), NOT_NEGATIVE)
        named = [k for k in KPIS if k.id == kpi_id and scope in k.scopes]
        queues = queues_of(self.scenario, scope, name)
        kpi = next((k for k in named if k.where(self.scenario, queues)), named[0])
        sums = self._both(self.sums_of(scope, name, kpi.of_live))[kpi.unit in WEIGHTED]
        return estimate(kpi.value, self._first(sums, runs), kpi.within)

    def _first(self, sums: Replications, runs: int | None) -> Replications:
        """Of the first so many replications, under weights of their own."""
        if runs is None or runs == self.replications:
            return sums
        cut = {key: column[:runs] for key, column in sums.items()}
        return Replications(cut, self.weighing(runs) if sums.spent else None)

    def half_width(self, kpi_id: str, runs: int) -> float:
        """Of a figure of the center, had only the first so many replications been played."""
        if runs == self.replications:
            return self.kpi(kpi_id).half_width
        return self._estimate(kpi_id, CENTER, "all", runs).half_width

    def requirement(self) -> Requirement:
        """Seats needed, there and short per interval of the horizon, on its expected load: the same however many
        replications are played."""
        return self.need.requirement

    @cached_property
    def need(self) -> Need:
        """The expected load and the people on shift behind the requirement, worked out when first asked for."""
        return Need(self.prepared)


def _over(chosen: list[int], columns: dict[str, Floats]) -> dict[str, Floats]:
    """Sums by name, added up over the chosen queues or groups; one value per replication."""
    if len(chosen) == 1:
        return {key: np.ascontiguousarray(column[:, chosen[0]]) for key, column in columns.items()}
    return {key: column[:, chosen].sum(axis=1) for key, column in columns.items()}
