"""Today's mix of agents: who answers each queue's contacts, how they work, and what that makes of a base chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.chances import relative_chance
from sim.scenario.model import Scenario
from sim.study.calibration.seen import Seen

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

HALVINGS = 100


@dataclass(frozen=True)
class Mix:
    """Who answers each queue's contacts, and how: agents × queues; then per queue."""

    contacts: Floats
    """Shares of the first attempts; then of the work."""
    work: Floats
    care: Floats
    """What the floor did to the chance to resolve, in the mean; then to the time."""
    pace: Floats
    kept: Floats
    """Share of the answered who are not transferred and do not fall silent."""
    resolvable: Floats
    worked_on: Floats
    """Share of the unresolved that their agent's work afterwards resolves."""

    @classmethod
    def of(cls, base: Scenario, skilled: Flags, seen: Seen) -> Mix:
        """`skilled`: agents × queues, whose contacts these are where nothing was seen."""
        first, work = seen.by_agent("first"), seen.by_agent("work")
        hard = [queue.spec.escalation for queue in base.numbered.queues]
        worked_on = np.array([0.0 if e is None or e.to is not None else e.share * e.resolution for e in hard])
        return cls(
            _shares(first, skilled), _shares(work, skilled), _mean(seen.by_agent("care"), first),
            _mean(seen.by_agent("paced"), work), seen.share_kept(base), seen.share_resolvable(base),
            worked_on * (1.0 - seen.share_later_legs()),
        )  # fmt: skip

    def slowness(self, speed: Floats) -> Floats:
        """Mean of pace ÷ speed over agents; who cannot serve the queue has no weight."""
        found = []
        for q in range(len(self.kept)):
            able = speed[:, q] > 0.0
            found.append((self.work[able, q] * self.pace[able, q] / speed[able, q]).sum())
        return np.array(found)

    def chance(self, q: int, base_chance: float, resolution: Floats) -> float:
        """Mean chance that the agent resolves, at once, what can be resolved and is kept."""
        chance = np.minimum(1.0, relative_chance(base_chance, resolution[:, q]))
        return float((self.contacts[:, q] * relative_chance(chance, self.care[:, q])).sum())

    def may_resolve(self, q: int) -> float:
        """Share of the answered whose case is kept, and not beyond everybody."""
        return float(self.kept[q] * self.resolvable[q])

    def fcr(self, q: int, base_chance: float, resolution: Floats) -> float:
        """What comes of a base chance: work afterwards, and what goes on or is beyond everybody, included."""
        worked_on, chance = float(self.worked_on[q]), self.chance(q, base_chance, resolution)
        return (worked_on + (1.0 - worked_on) * chance if worked_on else chance) * self.may_resolve(q)

    def best_fcr(self, q: int, resolution: Floats) -> float:
        """The best that it can be."""
        worked_on = float(self.worked_on[q])
        return (worked_on + (1.0 - worked_on) * self._reach(q, resolution)) * self.may_resolve(q)

    def base_chance(self, q: int, fcr: float, resolution: Floats) -> float:
        """The base chance from which this FCR comes, by halving."""
        may, worked_on = self.may_resolve(q), float(self.worked_on[q])
        wanted = fcr / may if may < 1.0 else fcr
        if worked_on:
            wanted = max(wanted - worked_on, 0.0) / (1.0 - worked_on) if worked_on < 1.0 else 0.0
        own = resolution[:, q]
        low, high = 0.0, 1.0 / float(own[own > 0].min()) if self._reach(q, resolution) else 1.0
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            if middle in (low, high):
                # Neighbours: no number lies between.
                break
            if self.chance(q, middle, resolution) < wanted:
                low = middle
            else:
                high = middle
        return high

    def _reach(self, q: int, resolution: Floats) -> float:
        """The best that `chance` can be."""
        able = resolution[:, q] > 0
        return float((self.contacts[able, q] * self.care[able, q]).sum())


def _shares(seen: Floats, skilled: Flags) -> Floats:
    """Shares of each queue's contacts, or of its work, per agent; equal ones where nothing was answered."""
    whole = seen.sum(axis=0, keepdims=True)
    equal = skilled / np.maximum(skilled.sum(axis=0), 1)
    return np.asarray(np.where(whole > 0, seen / np.maximum(whole, 1e-12), equal))


def _mean(sums: Floats, weights: Floats) -> Floats:
    """1 where there is no weight."""
    return np.divide(sums, weights, out=np.ones_like(sums), where=weights > 0)
