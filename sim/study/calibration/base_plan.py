"""The base plan as its planner observed it, and the standard figures that make it so.

A planner's AHT and FCR are those of today's mix of agents, as they work in a hurry, tired, and with several contacts at
a time. With w the share of a queue's contacts that an agent answers, factor = 1 / Σ w pace/speed, and the base chance b
solves Σ w care × (b made as good as the agent) = FCR ÷ the share of contacts that are neither transferred, nor end in
silence, nor are beyond everybody.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.errors import Problem, ScenarioError
from sim.study.calibration.customers_there import share_there
from sim.study.calibration.evidence import Evidence
from sim.study.calibration.mix import Mix
from sim.study.calibration.seen import Seen
from sim.study.calibration.sessions import Sessions
from sim.study.expected.brought_work import BroughtWork, HardCases, brought_work
from sim.study.expected.need import tempo_of
from sim.study.expected.rates import rates_seen
from sim.study.expected.volumes import assumed_inflow
from sim.study.prepared import Prepared, Standard, with_standard
from sim.workforce.people import holds
from sim.workforce.skills import skill_tables

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SURE = 3.5
"""Standard errors by which what the pilots saw must miss an observed FCR for it to be out of reach."""


class BasePlan:
    """What is solved for in it, from the evidence of how it works."""

    def __init__(self, prepared: Prepared) -> None:
        base, agents = prepared.scenario, prepared.agents
        self.base, self.prepared = base, prepared
        self.speed, self.resolution = skill_tables(base, agents)
        self.skilled: Flags = holds(base, agents) & agents.starting[:, None]
        self.observed = np.array([queue.spec.basis == "observed" for queue in base.numbered.queues])
        self.same_speed, self.same_resolution = (_alike(t, self.skilled) for t in (self.speed, self.resolution))
        self.sessions = Sessions(base)
        self.forecast = np.array([prepared.expected[queue].contacts.sum() for queue in base.queues])
        # Where nobody serves the queue yet there is nothing to solve for.
        self.as_given: Flags = ~(self.observed & self.skilled.any(axis=0))
        self.brought = self.forecast
        for _ in base.queues:
            self.brought = self.forecast + self.brought @ assumed_inflow(base).whole

    # ---------------------------------------------------------------- what it takes

    @property
    def turns(self) -> bool:
        """Whether what contacts bring about, or what the floor does to people's work, comes back to the floor."""
        return self.base.uses.feedback

    @property
    def has_sessions(self) -> bool:
        return bool(self.sessions.given.any())

    @property
    def asks_pilots(self) -> bool:
        """Whether some figure has no closed form: the mix of agents has a say in it, or contacts go on."""
        alike = zip(self.observed, self.same_speed, self.same_resolution, strict=True)
        is_mixed = any(observed and not (speed and resolution) for observed, speed, resolution in alike)
        return is_mixed or self.base.uses.transfers

    @property
    def takes_pilots(self) -> bool:
        return self.turns or self.has_sessions or self.asks_pilots

    def unplayed(self) -> Evidence:
        """What the file alone says of it."""
        return Evidence.of_file(self.base, self.forecast, len(self.skilled), follow_ups=self.turns)

    def played(self, seen: Seen) -> Evidence:
        return Evidence.of_pilots(self.base, self.forecast, seen)

    def mix(self, seen: Seen) -> Mix:
        return Mix.of(self.base, self.skilled, seen)

    # ---------------------------------------------------------------- solving

    def solved(self, evidence: Evidence) -> Standard:
        """As if all work were own work."""
        base, traffic, mix = self.base, evidence.traffic, self.mix(evidence.seen)
        work: dict[str, float] = {}
        chances: dict[str, float] = {}
        slowness = mix.slowness(self.speed)
        for q, queue in enumerate(base.queues):
            if self.observed[q] and mix.contacts[:, q].sum() > 0:
                work[queue] = float(self.sessions.factor[q] / slowness[q])
                chances[queue] = self._base_chance(q, mix, evidence.seen)
            else:
                work[queue], chances[queue] = 1.0, base.spec.queues[queue].fcr
        gross = traffic.before_outreach()
        fresh = self.forecast * np.array([gross.get(queue, 1.0) for queue in base.queues])
        due = traffic.totals() * evidence.repeats
        chance = np.minimum(1.0, due / np.where(fresh > 0.0, fresh, np.inf))
        carried = {queue: float(chance[q]) for q, queue in enumerate(base.queues) if base.spec.queues[queue].repeat}
        solo = {queue: float(self.sessions.factor[q]) for q, queue in enumerate(base.queues) if self.sessions.given[q]}
        return Standard(work, chances, gross, carried, solo=solo)

    def less_brought(self, standard: Standard, evidence: Evidence) -> Standard:
        """With less own work, where contacts bring work along or leave some of it with a machine."""
        brought = self._brought(standard, evidence)
        own = brought.own_work(np.array([standard.work[queue] for queue in self.base.queues]), self.observed)
        return replace(standard, work=dict(zip(self.base.queues, own.tolist(), strict=True)))

    def with_rates(self, standard: Standard, evidence: Evidence) -> Standard:
        """With what was seen of the base plan, by which plans' expected loads are judged."""
        seen, inflow = evidence.seen, evidence.inflow
        hard, prepared = self._hard(standard, seen), with_standard(self.prepared, standard)
        known = replace(standard, seen=rates_seen(prepared, inflow, hard, np.ones(len(self.base.queues))))
        if not seen.by_queue("ended").any():
            return known
        tempo = tempo_of(replace(prepared, standard=known), self.mix(seen).slowness(self.speed))
        return replace(standard, seen=rates_seen(prepared, inflow, hard, tempo))

    def _brought(self, standard: Standard, evidence: Evidence) -> BroughtWork:
        return brought_work(evidence.traffic, self._hard(standard, evidence.seen), self.prepared.expected)

    def _hard(self, standard: Standard, seen: Seen) -> HardCases:
        mix = self.mix(seen)
        ended = np.maximum(seen.by_queue("ended"), 1.0)
        worked_on = np.zeros(len(self.base.queues))
        for one in self.base.numbered.queues:
            q, queue, spec = one.number, one.name, one.spec
            if spec.escalation is not None and spec.escalation.to is None:
                # Among all attempts, more are beyond everybody than among the first.
                somebody_can = 1.0 - seen.by_queue("beyond")[q] / ended[q]
                resolved = somebody_can * mix.chance(q, standard.resolution[queue], self.resolution)
                worked_on[q] = spec.escalation.share * mix.kept[q] * (1.0 - resolved)
        return HardCases(seen.by_queue("stayed") / ended, worked_on * (1.0 - seen.by_queue("later_legs") / ended))

    def _base_chance(self, q: int, mix: Mix, seen: Seen) -> float:
        """ScenarioError where no chance of anybody's leads to the observed FCR."""
        queue, resolution = self.base.queues[q], self.resolution
        fcr, best = self.observed_fcr(q, mix), mix.best_fcr(q, resolution)
        if fcr > best + max(1e-12, self._luck(q, best, seen)):
            text = f"{fcr:.0%} cannot be reached: {self._why_not(q, mix)}; write {int(100 * best)}% or less"
            raise ScenarioError(self.base.name, [Problem(f"queues.{queue}.fcr", text)])
        return mix.base_chance(q, fcr, resolution)

    def _why_not(self, q: int, mix: Mix) -> str:
        may = mix.may_resolve(q)
        if may < 1.0:
            return f"{1 - may:.0%} of its contacts are transferred, end in silence, or are beyond everybody"
        if not (self.resolution[self.skilled[:, q], q] == 0.0).any():
            return "haste, fatigue and contacts held beside each other cost too much resolution"
        return "some agents' resolution at this queue is 0"

    def _luck(self, q: int, best: float, seen: Seen) -> float:
        """By how much the best that was seen may lie below the best there is, by the luck of the pilots alone."""
        if not self.takes_pilots:
            return 1e-12
        ended = float(seen.by_queue("ended")[q])
        return SURE * math.sqrt(best * max(0.0, 1.0 - best) / ended) if ended else math.inf

    # ---------------------------------------------------------------- what is left over

    def observed_fcr(self, q: int, mix: Mix) -> float:
        """The queue's FCR: as the planner saw it, over all its contacts; the default is of those it keeps."""
        spec, kept = self.base.spec.queues[self.base.queues[q]], float(mix.kept[q])
        return spec.fcr if "fcr" in spec.model_fields_set or kept == 1.0 else spec.fcr * kept

    def left_over(self, standard: Standard, evidence: Evidence) -> Floats:
        """Of handle time, FCR and contacts, by queue, what is left over in what was seen: a share; of FCR, a chance."""
        base, traffic, mix = self.base, evidence.traffic, self.mix(evidence.seen)
        slower, in_all = self._slower(standard, evidence, mix), traffic.as_forecast()
        left = np.zeros((3, len(base.queues)))
        for q, queue in enumerate(base.queues):
            if not self.as_given[q]:
                fcr = mix.fcr(q, standard.resolution[queue], self.resolution)
                left[:2, q] = slower[q], fcr - self.observed_fcr(q, mix)
            if queue in traffic.fresh and self.forecast[q]:
                left[2, q] = float(in_all[q] / self.forecast[q]) - 1.0
        return left

    def _slower(self, standard: Standard, evidence: Evidence, mix: Mix) -> Floats:
        """By what share handle times, or sessions, were longer than observed."""
        brought = self._brought(standard, evidence)
        work, slowness = np.array([standard.work[queue] for queue in self.base.queues]), mix.slowness(self.speed)
        slower = np.where(brought.is_some, brought.whole_work(work, slowness), work * slowness) - 1.0
        given = evidence.seen.by_queue("given")
        session = evidence.seen.by_queue("session") / np.where(given > 0.0, given, np.inf)
        return np.where(self.sessions.given, np.where(given > 0.0, session - 1.0, 0.0), slower)

    def still_there(self, seen: Seen) -> float:
        """About the share of customers who have not left by the end; 1 where nobody ever does."""
        customers = self.base.spec.customers
        if customers is None:
            return 1.0
        return share_there(seen.bad_cases_a_case() * float(self.forecast.sum()) / customers.number, customers.leave)


def _alike(table: Floats, skilled: Flags) -> list[bool]:
    """Per queue, whether all agents with the skill have the same figure."""
    return [len(np.unique(table[skilled[:, q], q])) <= 1 for q in range(table.shape[1])]
