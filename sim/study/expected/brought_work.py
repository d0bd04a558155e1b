"""Work that contacts bring to a queue beside its own: talk gone through again after a transfer, an escalation or at a
repeat, hand-overs, staying while somebody else helps, working on afterwards; and the talk that a machine has done
before. An observed handle time contains all of it, so the queue's own work is less.

What the first agent of a warm transfer waits for the next one is not known before it is played, and not taken off.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.demand.forecast import Expected, expected, work_of
from sim.scenario.model import Scenario
from sim.study.expected.volumes import Traffic

Floats = NDArray[np.float64]

ROUNDS = 100
"""What one queue's talk brings to another comes back ever smaller in a transfer loop."""


@dataclass(frozen=True)
class HardCases:
    """Per queue, of the contacts answered: what escalation costs its agents, beside the second line's own work."""

    stayed: Floats
    """Seconds per contact of staying with it after handing it on."""
    worked_on: Floats
    """Share that is worked on afterwards."""


@dataclass(frozen=True)
class BroughtWork:
    """Per queue, in seconds per contact; all 0, and `left` 1, where nothing is brought."""

    talk: Floats
    """Own talk and hold, as the file gives them; then talk alone."""
    spoken: Floats
    wrap: Floats
    afterwards: Floats
    """Work on hard cases once the customer has hung up; calibrated like own work."""
    left: Floats
    """Share of talk and hold that machines leave, over all the queue's contacts."""
    repeated_on: Floats
    """Contacts that are handed on cold × the share of talk repeated: queue that sends × queue."""
    repeated_later: Floats
    """Repeats × the share of talk repeated, likewise."""
    handed_over: Floats
    """Agent time of hand-overs, and of staying with another agent."""

    @property
    def is_some(self) -> NDArray[np.bool_]:
        repeated = (self.repeated_on + self.repeated_later).sum(axis=0)
        return np.asarray((self.left < 1.0) | (self.handed_over > 0.0) | (repeated > 0.0) | (self.afterwards > 0.0))

    def again(self, work: Floats) -> Floats:
        """Standard seconds per contact that are gone through again, when own work has these factors."""
        own = work * self.left
        again = np.zeros_like(work)
        for _ in range(ROUNDS):
            again = (own * self.talk + again) @ self.repeated_on
        return np.asarray(again + (own * self.spoken) @ self.repeated_later)

    def own_work(self, whole: Floats, observed: NDArray[np.bool_]) -> Floats:
        """Factors on own work with which an observed handle time comes out as if all were own work, with `whole`."""
        work, solved = whole.copy(), self.is_some & observed
        for _ in range(ROUNDS):
            rest = whole * (self.talk + self.wrap - self.handed_over) - self.again(work)
            own = self.left * self.talk + self.wrap + self.afterwards
            work = np.where(solved, np.maximum(rest, 0.0) / own, whole)
        return work

    def whole_work(self, work: Floats, slowness: Floats) -> Floats:
        """Handle time, all work included, as a multiple of what the file gives."""
        standard = work * (self.left * self.talk + self.wrap + self.afterwards) + self.again(work)
        return np.asarray((standard * slowness + self.handed_over) / (self.talk + self.wrap))


def brought_work(traffic: Traffic, hard: HardCases, volumes: Mapping[str, Expected] | None = None) -> BroughtWork:
    """`volumes`: the forecasts by interval, if they are at hand."""
    scenario, inflow, total = traffic.scenario, traffic.inflow, traffic.totals()
    queues = scenario.queues
    per_contact = np.where(total > 0, total, np.inf)
    by_transfer, by_escalation, repeats = (
        total[:, None] * moves / per_contact for moves in (inflow.transferred, inflow.escalated, inflow.repeated)
    )
    laws = [(work_of(scenario, queue), volumes[queue] if volumes else expected(scenario, queue)) for queue in queues]
    wrap = np.array([law.wrap.mean * e.usual(e.wrap) + law.talk.mean * law.tied_wrap * e.usual_work for law, e in laws])
    talk = np.array([law.mean * e.usual_work for law, e in laws]) - wrap
    hold = np.array([law.hold.mean * e.usual(e.spoken) for law, e in laws])
    on, later = np.zeros((2, *inflow.whole.shape))
    handed, afterwards = np.zeros(len(queues)) + hard.stayed, np.zeros(len(queues))
    for one in scenario.numbered.queues:
        p, queue = one.number, one.spec
        for target, transfer in one.transfers:
            q = target.number
            on[p, q] = by_transfer[p, q] * transfer.repeated
            handed[q] += by_transfer[p, q] * transfer.handover
            handed[p] += inflow.transferred[p, q] * transfer.handover
        if queue.repeat is not None and not scenario.spec.quality.history_shared:
            later[p] = repeats[p] * queue.repeat.repeated
        escalation = queue.escalation
        if escalation is None:
            continue
        if escalation.to is None:
            afterwards[p] = hard.worked_on[p] * one.law("escalation.length").mean
        else:
            q = scenario.queue(escalation.to).number
            on[p, q] += by_escalation[p, q] * escalation.repeated
            # Of a warm one, the first agent's time is in what they stay.
            handed[q] += by_escalation[p, q] * escalation.handover
    saved = _saved_by_machines(scenario)
    brought = (total[:, None] * inflow.whole / per_contact).sum(axis=0)
    left = 1.0 - saved * (1.0 - brought)
    return BroughtWork(talk, talk - hold, wrap, afterwards, left, on, later, handed)


def _saved_by_machines(scenario: Scenario) -> Floats:
    """Per queue: the share of talk and hold that a machine has done before, of the contacts that it hands on."""
    saved = np.zeros(len(scenario.queues))
    for queue in scenario.numbered.queues:
        machine = queue.spec.self_service
        if machine is not None and machine.containment < 1.0:
            on = 1.0 - machine.containment
            saved[queue.number] = machine.work_saved * on / (on + machine.containment * machine.come_back.share)
    return saved
