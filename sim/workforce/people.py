"""Every agent is a person: group, tenure, talent, contract and wage, and what follows for speed and quality."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.luck import Stream, uniforms
from sim.scenario.assumptions import ASSUMED_TENURE
from sim.scenario.data import Person
from sim.scenario.model import Scenario
from sim.scenario.schema import Group
from sim.units import WEEK
from sim.workforce.ramp import ramp_at

Floats = NDArray[np.float64]

HOLDERS_STEP = math.sqrt(3.0)
"""Multiples of it fall evenly between whole numbers, so the holders of a skill mix over the shifts, which take heads in
turn. Not the golden ratio: that places the tenures, and the newest would be those who hold the skill."""

STARTING_STAFF = -1
"""The 'replication' of the starting staff's talent: the same people in every replication, as AHT and FCR were
observed of them."""


@dataclass(frozen=True)
class Agents:
    """The agents of a plan, group by group. `speed` and `resolution` are the person's own, before skills."""

    names: tuple[str, ...]
    group: NDArray[np.int64]
    tenure_weeks: Floats
    contract_hours: Floats
    """NaN where the file gives none: the scheduled hours are then the contract."""
    wage: Floats
    speed: Floats
    resolution: Floats
    ramp: Floats
    """The ramp's part of the speed: 1 for whoever is proficient."""

    def of_group(self, number: int) -> NDArray[np.int64]:
        return np.flatnonzero(self.group == number)


def build_agents(scenario: Scenario) -> Agents:
    names: list[str] = []
    columns: dict[str, list[float]] = {
        key: [] for key in ("group", "tenure", "contract", "wage", "speed", "resolution", "ramp")
    }
    for number, (name, group) in enumerate(scenario.spec.groups.items()):
        people = _people(scenario, name)
        hours = _contracts(group, len(people))
        talent = Stream(scenario.spec.run.seed, STARTING_STAFF, f"group/{name}/talent")
        z = _normals(talent, len(people), 0), _normals(talent, len(people), 1)
        for k, person in enumerate(people):
            weeks = _tenure_weeks(scenario, group, person, k, len(people))
            speed, resolution = ramp_at(scenario.spec.ramp[group.ramp], weeks) if group.ramp else (1.0, 1.0)
            columns["ramp"].append(speed)
            # The mean of 1/speed, and of resolution, over the talent's spread is 1.
            sd_speed, sd_resolution = group.talent.speed, group.talent.resolution
            speed *= person.speed * math.exp(sd_speed * z[0][k] + sd_speed * sd_speed / 2)
            resolution *= person.resolution * math.exp(sd_resolution * z[1][k] - sd_resolution * sd_resolution / 2)
            step = max(wage for start, wage in group.wage if start == max(w for w, _ in group.wage if w <= weeks))
            names.append(person.name)
            columns["group"].append(number)
            columns["tenure"].append(weeks)
            columns["contract"].append(person.contract_hours if person.contract_hours is not None else hours[k])
            columns["wage"].append(person.wage if person.wage is not None else step)
            columns["speed"].append(speed)
            columns["resolution"].append(resolution)
    return Agents(
        tuple(names),
        np.array(columns["group"], dtype=np.int64),
        *(np.array(columns[key]) for key in ("tenure", "contract", "wage", "speed", "resolution", "ramp")),
    )


def _people(scenario: Scenario, name: str) -> list[Person]:
    """The people file, or as many nameless heads as the shifts, roster or seats call for."""
    if name in scenario.data.people:
        return list(scenario.data.people[name])
    if name in scenario.data.rosters:
        labels = sorted({row.agent for row in scenario.data.rosters[name]})
    else:
        labels = [f"{name} {k + 1}" for k in range(heads_of(scenario, name))]
    return [Person(label, None, None, None, 1.0, 1.0) for label in labels]


def heads_of(scenario: Scenario, name: str) -> int:
    """Heads of a group without a people file or roster; for seats, as many as are ever signed on."""
    group = scenario.spec.groups[name]
    if group.seats is not None:
        seats = scenario.data.seats[name]
        dates = set(scenario.clock.dates)
        return int(
            max(
                (v for (day, _), v in seats.values.items() if seats.by == "weekday" or day in dates),
                default=0,
            )
        )
    if group.heads is not None:
        return group.heads
    return int(sum(value for _, value in (group.shifts or {}).values()))


def _tenure_weeks(scenario: Scenario, group: Group, person: Person, k: int, heads: int) -> float:
    if person.hired is not None:
        return max(0.0, (scenario.spec.center.start - person.hired).days / 7)
    if group.tenure is None:
        return ASSUMED_TENURE / WEEK
    newest, oldest = group.tenure.newest / WEEK, group.tenure.oldest / WEEK
    # Spread in an order that mixes the tenures over shifts, which take heads in turn.
    place = (k * 0.6180339887498949) % 1.0 if heads > 1 else 0.5
    return newest + (oldest - newest) * place


def _contracts(group: Group, heads: int) -> list[float]:
    if group.contract_hours is None:
        return [math.nan] * heads
    if len(group.contract_hours) == 1:
        return [group.contract_hours[0][0]] * heads
    return [group.contract_hours[kind][0] for kind in interleave([count for _, count in group.contract_hours])]


def interleave(counts: list[int]) -> list[int]:
    """Kinds 0, 1, … in the given numbers, each spread evenly over the whole."""
    places = [((j + 0.5) / count, kind) for kind, count in enumerate(counts) for j in range(count)]
    return [kind for _, kind in sorted(places)]


def _normals(stream: Stream, count: int, purpose: int) -> Floats:
    from scipy.special import ndtri

    return np.asarray(ndtri(uniforms(stream.keys(0, np.arange(count)), purpose)))


def skill_tables(scenario: Scenario, agents: Agents) -> tuple[Floats, Floats]:
    """(speed, resolution) of each agent at each queue, relative to standard; shape agents × queues.

    Speed 0 where the group has the skill and the agent does not hold it.
    """
    factors = np.ones((2, len(scenario.groups), len(scenario.queues)))
    for g, group in enumerate(scenario.spec.groups.values()):
        for queue, skill in group.skills.items():
            factors[:, g, scenario.queues.index(queue)] = skill.speed, skill.resolution
    speed = agents.speed[:, None] * factors[0][agents.group]
    has = np.array([[queue in group.skills for queue in scenario.queues] for group in scenario.spec.groups.values()])
    speed[has[agents.group] & ~holds(scenario, agents)] = 0.0
    return speed, agents.resolution[:, None] * factors[1][agents.group]


def holds(scenario: Scenario, agents: Agents) -> NDArray[np.bool_]:
    """Whether each agent has the skill of each queue: the group has it, and the agent is one of its holders."""
    result = np.zeros((len(agents.names), len(scenario.queues)), dtype=np.bool_)
    for number, group in enumerate(scenario.spec.groups.values()):
        members = agents.of_group(number)
        for queue, skill in group.skills.items():
            result[members[holders_among(len(members), skill.holders)], scenario.queues.index(queue)] = True
    return result


def holders_among(heads: int, share: float) -> NDArray[np.int64]:
    """Positions in a group of the share of its heads who hold a skill: at least one, if the share is not 0.

    The holders of a smaller share are among those of a larger one: who has a rare skill has the common ones too.
    """
    count = math.floor(share * heads + 0.5 + 1e-9)
    return np.argsort((np.arange(heads) * HOLDERS_STEP) % 1.0)[: max(count, 1) if share > 0 else 0]
