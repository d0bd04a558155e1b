"""What `[staffing]` asks that a search for the hiring year cannot do: refused, all of it at once."""

from __future__ import annotations

from collections.abc import Iterator

from sim.errors import Problem, ScenarioError
from sim.scenario.checks.staff_hiring import class_dates_fall_in_the_horizon
from sim.scenario.model import Scenario
from sim.scenario.reading.origins import placed
from sim.scenario.reading.plans import ScenarioFile
from sim.staffing.wanted import AIMS, COST, NET_COST


def refuse(file: ScenarioFile, scenario: Scenario) -> None:
    """ScenarioError where something would be left unheeded, or dates lie outside the horizon. Who works which shifts
    stays as it is: `groups`, `shifts` and their limits are of the other search."""
    found = [*_unheeded(scenario), *(one.problem for one in class_dates_fall_in_the_horizon(scenario))]
    problems = [placed(problem, scenario.resolved, file.path.name) for problem in found]
    if problems:
        raise ScenarioError(str(file.path), problems)


def _unheeded(scenario: Scenario) -> Iterator[Problem]:
    asked = scenario.spec.staffing
    if asked is None:
        return
    leave_out = "leave it out, or take it back in a plan of its own and name that: --plan NAME"
    if asked.minimise is not None and AIMS[asked.minimise] not in (COST, NET_COST):
        text = f'--hiring looks for the least cost, not the least {asked.minimise}; write "cost" or "net_cost"'
        yield Problem("staffing.minimise", text)
    if asked.hold.targets is not None:
        yield Problem("staffing.hold.targets", f"--hiring holds every target that the file declares; {leave_out}")
    if asked.hold.held is not None:
        text = "--hiring holds each period of a target on average"
        yield Problem("staffing.hold.in", f'{text}; write in = "on average", or {leave_out}')
    if asked.also:
        text = "--hiring holds service targets only, and would leave these limits unheeded"
        yield Problem("staffing.also", f"{text}; {leave_out}")
    if asked.change_at_most is not None:
        text = "--hiring is limited by the sizes and numbers of classes"
        yield Problem("staffing.change_at_most", f"{text}, [staffing.hiring.GROUP]; {leave_out}")
