"""Wages by tenure, with dated raises, of everybody at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.scenario.model import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

APART = 1e6
"""Weeks between the steps of two groups in the one table of all steps; nobody serves that long."""


class Wages:
    def __init__(self, scenario: Scenario) -> None:
        groups, start = scenario.numbered.groups, scenario.clock.start
        steps = [(group.number * APART + weeks, wage) for group in groups for weeks, wage in group.spec.wage.steps]
        self._from, self._wage = np.array(steps).T
        self._raises = [
            ((one.on - start).days, group.number, one.factor)
            for group in groups
            for one in group.spec.wage.raises.values()
        ]
        self._groups = len(groups)

    def on(self, day: int, group: Ints, weeks: Floats, own: Floats) -> Floats:
        """Per hour and person, in the group's currency; `own` is NaN where the group's steps apply."""
        raised = np.ones(self._groups)
        for since, g, factor in self._raises:
            if since <= day:
                raised[g] *= factor
        step = self._wage[np.searchsorted(self._from, group * APART + weeks, side="right") - 1]
        return np.asarray(np.where(np.isnan(own), step, own) * raised[group])
