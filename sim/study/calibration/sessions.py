"""The work behind chat sessions: what the center observed is how long a session took while agents held several.

A session is longer the more contacts its agent holds, and they hold more the longer sessions are; no formula tells
how many, so pilots of the base plan do. With s the factor that makes work of a session's length, and r(s) the sessions
that a pilot saw over those that were observed, r(s) = 1 is solved for: log r is close to a straight line in log s,
fitted to all pilots so far, those close to 1 counting most.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.scenario.model import Scenario
from sim.study.calibration.seen import Seen

Floats = NDArray[np.float64]

USUAL_SLOPE = 1.5
"""Of log r in log s: 1 where agents always hold as many, more where longer sessions also fill their hands."""

SLOPES = (1.0, 6.0)

CLOSE = 0.02
"""Of log r: farther away the line is bent."""


@dataclass
class Sessions:
    """By queue whose handle time is that of sessions: factors tried, and what pilots saw."""

    scenario: Scenario
    _tried: dict[int, list[tuple[float, float, float]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        queues = self.scenario.queues
        self.given = np.array([queue.as_session for queue in self.scenario.numbered.queues])
        self.factor: Floats = np.ones(len(queues))
        for q in np.flatnonzero(self.given):
            # To begin with, as if half the places were taken.
            own, groups = self.scenario.numbered.queues[q], self.scenario.numbered.groups
            held, speeds = [g.places for g in groups if not g.holding(own.spec.channel).alone], own.speed_by_load
            self.factor[q] = speeds[min(max(1, (max(held) + 1) // 2), len(speeds)) - 1]

    def learn(self, seen: Seen) -> None:
        """From a pilot under `factor`: how long sessions were, and how long the file has them."""
        sessions, given, contacts = (seen.by_queue(name) for name in ("session", "given", "held"))
        for q in np.flatnonzero(self.given & (sessions > 0.0) & (given > 0.0)).tolist():
            tried = self._tried.setdefault(q, [])
            tried.append((math.log(self.factor[q]), math.log(sessions[q] / given[q]), float(contacts[q])))
            self.factor[q] = math.exp(_root(np.array(tried)))


def _root(tried: Floats) -> float:
    """Where a straight line through (log s, log r, weight) crosses 0."""
    x, y, contacts = tried.T
    weight = contacts / (1.0 + (y / CLOSE) ** 2)
    weight /= weight.sum()
    at_x, at_y = float(weight @ x), float(weight @ y)
    spread = float(weight @ (x - at_x) ** 2)
    slope = float(weight @ ((x - at_x) * (y - at_y))) / spread if spread > CLOSE**4 else USUAL_SLOPE
    slope = min(max(slope, SLOPES[0]), SLOPES[1])
    return at_x - min(max(at_y / slope, -1.0), 1.0)
