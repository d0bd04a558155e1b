"""What is wrong with a plan, its people and their roster known: warnings before anything is played."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sim.errors import Problem
from sim.measures.waiting import OpenHours
from sim.scenario.model import Scenario
from sim.study.expected.gaps import gaps
from sim.study.expected.most_staff import MostStaff, most_staff_of
from sim.study.expected.reach import out_of_reach
from sim.workforce.contract_hours import ContractPlayed, contracts_played

MOST_OUTSIDE = 0.10
"""Of the hours on shift: people come before the doors open, and leave after they close."""


def foresee(plan: Scenario, base: Scenario) -> tuple[Problem, ...]:
    """The warnings of a plan; `base`: the plan of whose staff the handle times were observed."""
    staff = most_staff_of(plan)
    return (*_contracts(staff), *_outside_hours(staff), *gaps(staff), *out_of_reach(staff, base))


def foreseen_in(plans: Sequence[Scenario]) -> list[Problem]:
    """Of a file's plans, the base first: each warning once, with the plans that have it if not all do."""
    owners: dict[Problem, list[str]] = {}
    for plan in plans:
        for problem in foresee(plan, plans[0]):
            owners.setdefault(problem, []).append(plan.plan)
    return [
        problem
        if len(have) == len(plans)
        else Problem(f"{problem.where} (plan{'s' * (len(have) > 1)} {', '.join(have)})", problem.what)
        for problem, have in owners.items()
    ]


def _outside_hours(staff: MostStaff) -> Iterator[Problem]:
    """Groups that only serve queues in which customers wait, and are on shift when all of these are closed."""
    scenario = staff.scenario
    for group in scenario.numbered.groups:
        if not group.queues or not all(queue.is_live for queue in group.queues):
            continue
        queues = [queue.name for queue in group.queues]
        own = staff.agents.group[staff.agent] == group.number
        start, end = staff.start[own], staff.end[own]
        whole = float((end - start).sum())
        outside = whole - float(OpenHours(scenario, *queues).between(start, end).sum())
        if whole and outside > MOST_OUTSIDE * whole:
            text = f"{outside / whole:.0%} of its hours on shift lie outside the opening hours of its queues"
            yield Problem(f"groups.{group.name}", f"{text}; give its shifts days, or other hours")


def _contracts(staff: MostStaff) -> Iterator[Problem]:
    """Contracts that the roster does not give their hours, of the starting staff and of each class."""
    scenario, agents, roster = staff.scenario, staff.agents, staff.roster
    for one in contracts_played(scenario, agents, roster, agents.starting):
        if one.is_off:
            key = "people" if scenario.spec.groups[one.group].contract_hours is None else "contract_hours"
            yield Problem(f"groups.{one.group}.{key}", _contract_text(one))
    for source in agents.sources:
        if source.kind != "hiring":
            continue
        who = np.zeros(len(agents.names), np.bool_)
        who[source.members] = True
        for one in contracts_played(scenario, agents, roster, who):
            if one.is_off:
                yield Problem(f"hiring.{source.entry}", _contract_text(one))


def _contract_text(one: ContractPlayed) -> str:
    hours = f"{one.hours:g} h contracts play {one.rostered:.1f} h a week ({one.heads} head{'s' * (one.heads > 1)})"
    if one.rostered < one.hours:
        return f"{hours}: their shifts pay no more; give them longer shifts or more days, or write the hours they work"
    return f"{hours}: the roster gives them more; shorten it, or write the hours they work"
