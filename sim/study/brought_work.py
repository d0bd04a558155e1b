"""Work that contacts bring to a queue beside its own: talk gone through again and hand-overs after a transfer; and the
talk that a machine has done before. An observed handle time contains all of it, so the queue's own work is less.

What the first agent of a warm transfer waits for the next one is not known before it is played, and not taken off.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.demand.forecast import expected, work_of
from sim.scenario.model import Scenario
from sim.study.volumes import moves_of, totals

Floats = NDArray[np.float64]

ROUNDS = 100
"""What one queue's talk brings to another comes back ever smaller in a transfer loop."""


@dataclass(frozen=True)
class BroughtWork:
    """Per queue, in seconds per contact; all 0, and `left` 1, where nothing is brought."""

    talk: Floats
    """Own talk and hold, as the file gives them."""
    wrap: Floats
    left: Floats
    """Share of talk and hold that machines leave, over all the queue's contacts."""
    told_before: Floats
    """Contacts that come by cold transfer × the share of talk repeated: queue that sends × queue."""
    handed_over: Floats
    """Agent time of warm hand-overs."""

    @property
    def is_some(self) -> NDArray[np.bool_]:
        return np.asarray((self.left < 1.0) | (self.handed_over > 0.0) | (self.told_before.sum(axis=0) > 0.0))

    def again(self, work: Floats) -> Floats:
        """Standard seconds per contact that are gone through again, when own work has these factors."""
        talk = work * self.left * self.talk
        again = np.zeros_like(work)
        for _ in range(ROUNDS):
            again = (talk + again) @ self.told_before
        return again

    def own_work(self, whole: Floats, observed: NDArray[np.bool_]) -> Floats:
        """Factors on own work with which an observed handle time comes out as if all were own work, with `whole`."""
        work, solved = whole.copy(), self.is_some & observed
        for _ in range(ROUNDS):
            rest = whole * (self.talk + self.wrap - self.handed_over) - self.again(work)
            work = np.where(solved, np.maximum(rest, 0.0) / (self.left * self.talk + self.wrap), whole)
        return work

    def whole_work(self, work: Floats, slowness: Floats) -> Floats:
        """Handle time, all work included, as a multiple of what the file gives."""
        standard = work * (self.left * self.talk + self.wrap) + self.again(work)
        return np.asarray((standard * slowness + self.handed_over) / (self.talk + self.wrap))


def brought_work(scenario: Scenario, forecast: Floats, sent: Floats, shares: dict[str, float]) -> BroughtWork:
    """`sent`: share of each queue's contacts sent on; `shares`: of the forecasts, what comes by itself."""
    queues, spec = scenario.queues, scenario.spec.queues
    total, moves = totals(scenario, forecast, sent, shares), moves_of(scenario, sent)
    come = total[:, None] * moves / np.where(total > 0, total, np.inf)
    laws = [(work_of(scenario, queue), expected(scenario, queue).usual_work) for queue in queues]
    wrap = np.array([(law.wrap.mean + law.talk.mean * law.tied_wrap) * usual for law, usual in laws])
    talk = np.array([law.mean * usual for law, usual in laws]) - wrap
    told, handed = np.zeros_like(moves), np.zeros(len(queues))
    for p, queue in enumerate(spec.values()):
        for target, transfer in queue.transfer.items():
            q = queues.index(target)
            told[p, q] = come[p, q] * transfer.repeated
            handed[q] += come[p, q] * transfer.handover
            handed[p] += moves[p, q] * transfer.handover
    saved = np.zeros(len(queues))
    for q, queue in enumerate(spec.values()):
        machine = queue.self_service
        if machine is not None and machine.containment < 1.0:
            on = 1.0 - machine.containment
            saved[q] = machine.work_saved * on / (on + machine.containment * machine.come_back.share)
    return BroughtWork(talk, wrap, 1.0 - saved * (1.0 - come.sum(axis=0)), told, handed)
