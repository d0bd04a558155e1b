"""What was observed of the base plan at work: by pilots, or as its file alone says where none were played."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.scenario.model import Scenario
from sim.study.calibration.seen import Seen
from sim.study.expected.volumes import Inflow, Traffic, assumed_inflow

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Evidence:
    """Who answered and how, what their contacts brought about, and what therefore came by itself."""

    seen: Seen
    traffic: Traffic
    repeats: Floats
    """That each queue's contacts bring about, per contact."""

    @property
    def inflow(self) -> Inflow:
        return self.traffic.inflow

    @classmethod
    def of_file(cls, base: Scenario, forecast: Floats, agents: int, *, follow_ups: bool) -> Evidence:
        """Before anything is played; without `follow_ups` contacts bring nothing that a forecast could contain."""
        seen = Seen.nothing(agents, len(base.queues))
        if follow_ups:
            traffic = Traffic.of_forecast(base, forecast, assumed_inflow(base))
        else:
            traffic = Traffic(base, forecast, seen.inflow(base), {})
        return cls(seen, traffic, traffic.inflow.repeated.sum(axis=1))

    @classmethod
    def of_pilots(cls, base: Scenario, forecast: Floats, seen: Seen) -> Evidence:
        return cls(seen, Traffic.of_forecast(base, forecast, seen.inflow(base)), seen.per_contact("repeats"))

    def but_for(self, seen: Seen) -> Evidence:
        """What others saw while as much came by itself as here: it shows what a solution leaves over."""
        return replace(self, seen=seen, traffic=replace(self.traffic, inflow=seen.inflow(self.traffic.scenario)))
