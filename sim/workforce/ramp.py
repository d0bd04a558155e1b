"""How proficient an agent is after so much experience: speed and chance to resolve, relative to a proficient agent.

Experience is weeks, or contacts handled, as the ramp says.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.scenario.language.workforce import Ramp

Floats = NDArray[np.float64]
Number = TypeVar("Number", float, Floats)

PROFICIENT = 0.95
"""The ramp's speed from which an agent counts as proficient."""


def ramp_at(ramp: Ramp, experience: float) -> tuple[float, float]:
    """(speed, resolution) of one agent."""
    if ramp.steps is not None:
        speeds, resolutions = _of_table(ramp, np.array([experience]))
        return float(speeds[0]), float(resolutions[0])
    # numpy's exp may differ from math's in the last bit, and a starting staff's speeds are known to the bit.
    speed = _value(ramp, ramp.start.speed, experience, math.exp)
    return float(speed), float(_value(ramp, ramp.start.resolution, experience, math.exp))


def ramp_of_all(ramp: Ramp, experience: Floats) -> tuple[Floats, Floats]:
    """(speed, resolution) of many agents."""
    if ramp.steps is not None:
        return _of_table(ramp, experience)
    return _value(ramp, ramp.start.speed, experience, np.exp), _value(ramp, ramp.start.resolution, experience, np.exp)


def _of_table(ramp: Ramp, experience: Floats) -> tuple[Floats, Floats]:
    reached, speed, resolution = np.array(ramp.steps).T
    return np.interp(experience, reached, speed), np.interp(experience, reached, resolution)


def _value(ramp: Ramp, start: float, experience: Number, exp: Callable[[Number], Number]) -> Number:
    if ramp.family == "linear":
        whole = ramp.weeks or ramp.contacts
        assert whole is not None
        share: Number = np.minimum(1.0, experience / whole)
        return start + (1.0 - start) * share
    if ramp.family == "power":
        return start + (1.0 - start) * _learnt(ramp, experience)
    to_95 = ramp.weeks_to_95 or ramp.contacts_to_95
    assert to_95 is not None
    # The part of the gap still open when 95 % is reached; whoever starts above 95 % closes to a twentieth of it.
    left = 0.05 / (1.0 - start) if start < 0.95 else 0.05
    if ramp.family == "exponential":
        return 1.0 - (1.0 - start) * exp(math.log(left) * experience / to_95)
    # S-curve: w³ / (w³ + h³) of the gap is closed after w weeks.
    half_cubed = to_95**3 * left / (1.0 - left)
    return start + (1.0 - start) * experience**3 / (experience**3 + half_cubed)


def _learnt(ramp: Ramp, experience: Number) -> Number:
    """Share of the gap that the learning curve has closed: each doubling of 1 + n leaves the same share of the time.

    The gap of the speed; that of the resolution closes in step with it.
    """
    assert ramp.learning_rate is not None
    start = ramp.start.speed
    speed: Number = np.minimum(1.0, start * (1.0 + experience) ** -math.log2(ramp.learning_rate))
    return (speed - start) / (1.0 - start)
