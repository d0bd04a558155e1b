"""How proficient an agent is after so many weeks: speed and chance to resolve, relative to a proficient agent."""

from __future__ import annotations

import math

import numpy as np

from sim.scenario.schema import Ramp


def ramp_at(ramp: Ramp, weeks: float) -> tuple[float, float]:
    """(speed, resolution) at this tenure."""
    if ramp.steps is not None:
        tenure, speed, resolution = zip(*ramp.steps, strict=True)
        return float(np.interp(weeks, tenure, speed)), float(np.interp(weeks, tenure, resolution))
    return _value(ramp, ramp.start.speed, weeks), _value(ramp, ramp.start.resolution, weeks)


def _value(ramp: Ramp, start: float, weeks: float) -> float:
    if ramp.family == "linear":
        assert ramp.weeks is not None
        return start + (1.0 - start) * min(1.0, weeks / ramp.weeks)
    assert ramp.weeks_to_95 is not None
    # The part of the gap still open when 95 % is reached; whoever starts above 95 % closes to a twentieth of it.
    left = 0.05 / (1.0 - start) if start < 0.95 else 0.05
    if ramp.family == "exponential":
        return 1.0 - (1.0 - start) * math.exp(math.log(left) * weeks / ramp.weeks_to_95)
    # S-curve: w³ / (w³ + h³) of the gap is closed after w weeks.
    half_cubed = ramp.weeks_to_95**3 * left / (1.0 - left)
    return start + (1.0 - start) * weeks**3 / (weeks**3 + half_cubed)
