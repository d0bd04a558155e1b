"""What all worlds of a sensitivity share, what tells one from another, and what comes of one that is played."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.choosing.alike import LeftOut
from sim.choosing.candidate import Candidate
from sim.errors import Problem
from sim.scenario.assumptions.inputs import Input
from sim.scenario.reading.plans import ScenarioFile
from sim.study.calibration.calibrate import Calibration

World = tuple[tuple[int, float], ...]
"""(number of an input, its value): all others are as the file has them."""


@dataclass(frozen=True)
class Setting:
    """What all worlds share."""

    file: ScenarioFile
    plans: tuple[str, ...]
    inputs: tuple[Input, ...]
    calibration: Calibration
    """Of the base plan as the file has it."""
    seed: int
    engine: str
    kpi: str
    left_out: Mapping[str, LeftOut]
    """By plan, why it cannot be chosen: as of today."""


Played = list[Candidate] | Problem
"""A world's plans as they were played; or why it cannot be."""
