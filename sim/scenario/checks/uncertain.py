"""What the file says of how far its numbers may be off."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.checks.findings import Finding, warning
from sim.scenario.model import Scenario
from sim.scenario.reading.plans import BASE
from sim.scenario.reading.toml_lines import as_keys
from sim.scenario.settings import value_at
from sim.scenario.uncertain import is_handle_time, stated_ranges


def ranges_are_of_numbers(s: Scenario) -> Iterator[Finding]:
    if s.plan != BASE:
        # They are of the file's numbers: a plan may have others, and without that queue or group.
        return
    found, problems = stated_ranges(s)
    for problem in problems:
        yield Finding(problem)
    for one in found:
        if one.is_outside:
            today = "1, as the file has it" if is_handle_time(one.path) else value_at(s, one.path).label
            text = f"today's value, {today}, lies outside: sim sensitivity takes the range up to it"
            yield warning(f"uncertain.{as_keys(one.path)}", text)
