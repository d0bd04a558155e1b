"""What the file says of how far its numbers may be off."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.checks.findings import Finding
from sim.scenario.model import Scenario
from sim.scenario.uncertain import stated_ranges


def ranges_are_of_numbers(s: Scenario) -> Iterator[Finding]:
    for problem in stated_ranges(s)[1]:
        yield Finding(problem)
