"""Finds staff. A place holder until the engine is merged: its own module of this name takes the place of this one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.scenario.reading.plans import ScenarioFile
from sim.staffing.found import Found
from sim.staffing.wanted import Wanted
from sim.study.run import Options, Watcher


def find_staff(
    file: ScenarioFile,
    plan: str,
    wanted: Wanted | None,
    options: Options,
    watcher: Watcher,
    *,
    layers: Sequence[Mapping[str, Any]] = (),
) -> Found:
    """The best plan found for a file's plan with `layers` of changes over it."""
    raise NotImplementedError
