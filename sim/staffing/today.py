"""Today's heads of a group by shift and contract, as the program rosters them."""

from __future__ import annotations

import math
from collections import Counter

from sim.scenario.model import Scenario
from sim.scenario.shift_hours import parts_in_order
from sim.workforce.pairing import contract_mix, shifts_of_staff
from sim.workforce.people import Agents

Kind = tuple[str, float | None]
"""A shift, and contract hours a week; None where the file gives none."""


def heads_today(scenario: Scenario, agents: Agents, group: str) -> Counter[Kind]:
    """Of the starting staff of a group that has shifts."""
    one = scenario.group(group)
    contracts = agents.contract_hours[agents.of_group(one.number)]
    names = list(parts_in_order(scenario, one.spec))
    shifts = shifts_of_staff(scenario, one.spec, contracts).tolist()
    return Counter((names[shift], hours_of(hours)) for shift, hours in zip(shifts, contracts.tolist(), strict=True))


def contracts_today(scenario: Scenario, group: str, heads: int) -> list[float | None]:
    """Contract hours that some of a group's `heads` have, the longest first."""
    return [hours_of(hours) for hours, _ in contract_mix(scenario, scenario.spec.groups[group], heads)]


def heads_needed(scenario: Scenario, group: str) -> int:
    """No fewer: those who are off the floor at set hours, and those who leave or move on set days, are some of them."""
    spec = scenario.spec.groups[group]
    away = max((one.heads for one in spec.away.values()), default=0)
    gone = sum(leaver.heads or 1 for leaver in spec.leavers.values())
    moved = max((move.heads or 0 for move in scenario.spec.moves.values() if move.source == group), default=0)
    return max(away, gone, moved)


def hours_of(hours: float) -> float | None:
    """As a column has them: nobody's contract is None, not NaN, which is not even like itself."""
    return None if math.isnan(hours) else hours
