"""Everybody who may be at work under a plan, before anything is played: nobody ill, nobody gone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.clock import EARLIEST
from sim.floor.tables.duties import seats_by_interval
from sim.floor.tables.part_seats import changes_of_seats
from sim.observations import AVAILABLE
from sim.scenario.model import Scenario
from sim.workforce.away import AwayBlocks
from sim.workforce.joining import is_capacity
from sim.workforce.people import Agents, build_agents, holds
from sim.workforce.roster import Roster
from sim.workforce.segments import clipped

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

ENOUGH_OF_THEM = 60
"""Places of a standing order that say when somebody of it may be there."""


@dataclass(frozen=True)
class MostStaff:
    """A plan's roster with its classes from their first day on the floor, and its seats, as stretches of work."""

    scenario: Scenario
    agents: Agents
    roster: Roster
    agent: Ints
    """Of each stretch; a seat is as good as an agent."""
    start: Floats
    end: Floats
    can: Bools
    """Agents × queues, whether they have, or will have, the skill."""
    endless: frozenset[int]
    """Groups that people join of whom nobody can say how many come."""

    def serving(self, queue: str) -> Bools:
        """Per agent: whether the queue's route reaches them, and they have its skill."""
        groups = set(self.scenario.queue(queue).routed_to)
        reached = np.array([group in groups for group in self.scenario.groups])[self.agents.group]
        return np.asarray(reached & self.can[:, self.scenario.queue(queue).number])


def most_staff_of(scenario: Scenario) -> MostStaff:
    agents = build_agents(scenario)
    roster, can = Roster(scenario, agents), holds(scenario, agents)
    who = agents.starting.copy()
    endless = set[int]()
    for source in agents.sources:
        if is_capacity(scenario, source):
            endless.add(source.group)
            who[source.members[:ENOUGH_OF_THEM]] = True
        elif source.kind != "groups":
            who[source.members] = True
    found = AwayBlocks(scenario, agents).cut_all(roster.of_dates(roster.dates, who))
    there = np.ones(len(found.agent), np.bool_)
    for source in agents.sources:
        if source.kind != "groups" and not is_capacity(scenario, source):
            own = (found.agent >= source.first) & (found.agent < source.first + source.count)
            there[own] = roster.may_be_there(source)[found.day[own] - EARLIEST]
    work = clipped(found.take(there & (found.activity == AVAILABLE)), scenario.clock)
    stretches = [(work.agent, work.start, work.end)]
    for group in scenario.numbered.groups:
        if group.spec.seats is not None:
            members = agents.of_group(group.number)
            stretches.append(_seats(scenario, group.name, members))
            # Which of its people sits where is nobody's choice.
            for queue in group.queues:
                can[members, queue.number] = group.spec.skills[queue.name].holders > 0.0
    agent, start, end = (np.concatenate(column) for column in zip(*stretches, strict=True))
    return MostStaff(scenario, agents, roster, agent, start, end, can, frozenset(endless))


def _seats(scenario: Scenario, name: str, members: Ints) -> tuple[Ints, Floats, Floats]:
    """A group's seats, one above the other: when each of them is there."""
    clock = scenario.clock
    changes = changes_of_seats(seats_by_interval(scenario, name), clock.interval_day, clock.interval)
    since: list[float] = []
    rows: list[tuple[int, float, float]] = []
    for time, wanted in [*changes, (clock.end, 0)]:
        while len(since) > wanted:
            rows.append((int(members[len(since) - 1]), since.pop(), time))
        since += [time] * (wanted - len(since))
    table = np.array(rows, dtype=np.float64).reshape(-1, 3)
    return table[:, 0].astype(np.int64), table[:, 1], table[:, 2]
