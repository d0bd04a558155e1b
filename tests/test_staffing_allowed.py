"""What a search for staff may change: today's heads by shift and contract, and staffings said as plans."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from sim.scenario.load import plan_of
from sim.scenario.model import Scenario
from sim.scenario.reading.plans import BASE, read_file
from sim.staffing.allowed import Allowed, allowed_of
from sim.workforce.people import build_agents
from sim.workforce.roster import build_segments

SHIPPED = Path(__file__).parents[1] / "scenarios"
CASES = Path(__file__).parent / "cases"


def with_heads(path: Path, heads: tuple[int, ...] | None = None) -> tuple[Scenario, Scenario, Allowed]:
    """The base plan, and the same with its own heads, or these, as a plan of what is allowed."""
    file = read_file(path)
    base = plan_of(file, BASE)
    allowed = allowed_of(base)
    return base, plan_of(file, BASE, [allowed.changes(allowed.today if heads is None else heads)]), allowed


def rows(scenario: Scenario) -> list[tuple[object, ...]]:
    segments = build_segments(scenario, build_agents(scenario))
    return list(zip(*(column.tolist() for column in segments.columns()), strict=True))


def seats(scenario: Scenario) -> Counter[tuple[object, ...]]:
    """Rows of the roster without the person."""
    return Counter(row[1:] for row in rows(scenario))


@pytest.mark.parametrize("name", ["starter", "omnichannel", "it-help-desk", "bot-first", "rush-trap", "second-tier"])
def test_todays_heads_as_a_plan_have_the_roster_that_the_base_has(name: str) -> None:
    base, plan, allowed = with_heads(SHIPPED / f"{name}.toml")
    assert allowed.holds(allowed.today)
    assert rows(plan) == rows(base)


def test_the_starters_columns_are_its_shifts_and_contracts() -> None:
    """50 % of 21 is 11 and 10; of nine on early 4 and late 5, the two part-timers are spread evenly: one on each."""
    _, plan, allowed = with_heads(SHIPPED / "starter.toml")
    assert {c.name: (c.today, c.least, c.most) for c in allowed.columns} == {
        "core early, 40 h": (11, 0, 42),
        "core late, 40 h": (10, 0, 42),
        "returns-desk early, 40 h": (3, 0, 18),
        "returns-desk early, 24 h": (1, 0, 18),
        "returns-desk late, 40 h": (4, 0, 18),
        "returns-desk late, 24 h": (1, 0, 18),
    }
    assert [(limit.name, limit.low, limit.high) for limit in allowed.limits] == [
        ("groups.core.heads", 0, 42),
        ("groups.returns-desk.heads", 0, 18),
    ]
    assert plan.spec.groups["core"].heads == 21


def test_shifts_of_unlike_lengths_have_the_same_seats() -> None:
    """Which of equal contracts works which shift may differ: who is named for a shift is named in its order."""
    base, plan, allowed = with_heads(CASES / "two-contracts.toml")
    assert len({c.hours for c in allowed.columns}) == 2
    assert seats(plan) == seats(base)


def test_any_staffing_can_be_said() -> None:
    """Contracts and shifts that end at nobody, and others that grow, play as many heads as they say."""
    for heads in ((0, 5, 0, 0, 2, 3), (42, 0, 0, 2, 0, 0), (3, 3, 0, 0, 0, 0), (0, 1, 1, 0, 0, 0)):
        _, plan, allowed = with_heads(SHIPPED / "starter.toml", heads)
        assert allowed_of_plan(plan, allowed) == heads


def allowed_of_plan(plan: Scenario, allowed: Allowed) -> tuple[int, ...]:
    """Heads that really work each column's shift, counted by the hours of their roster."""
    agents = build_agents(plan)
    segments = build_segments(plan, agents)
    first = {"early": 8.0, "late": 11.5}
    found = []
    for column in allowed.columns:
        of_group = agents.group == plan.groups.index(column.group)
        own = np.flatnonzero(of_group & (agents.contract_hours == column.hours) & agents.starting)
        begins = [segments.start[segments.agent == one].min(initial=np.inf) % 86400 / 3600 for one in own]
        found.append(sum(abs(begin - first[column.shift]) < 1e-9 for begin in begins))
    return tuple(found)


def test_groups_of_files_stay_as_they_are() -> None:
    allowed = allowed_of(plan_of(read_file(SHIPPED / "bpo-four-sites.toml"), BASE))
    assert allowed.fixed == {"bogota": "its roster is given by a file"}
    assert "bogota" not in allowed.groups
