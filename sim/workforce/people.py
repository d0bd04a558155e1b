"""Every agent is a person: group, tenure, talent, contract and wage, and what follows for speed and quality."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.luck import Stream, uniforms
from sim.scenario.heads import ASSUMED_TENURE
from sim.scenario.language.groups import Group
from sim.scenario.model import Scenario
from sim.scenario.reading.csv_tables import Person
from sim.shares import GOLDEN, in_proportion, interleave, largest_remainder
from sim.units import WEEK
from sim.workforce.attrition import steady_tenures
from sim.workforce.joining import Source, is_capacity, joining_sources
from sim.workforce.pairing import contract_mix, contracts_of
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
    """The agents of a plan: the starting staff, group by group, then all who may join, source by source.

    Figures are those of the first day. Whoever is not there yet has speed and resolution 0.
    """

    names: tuple[str, ...]
    group: NDArray[np.int64]
    tenure_weeks: Floats
    contract_hours: Floats
    """NaN where the file gives none: the scheduled hours are then the contract."""
    wage: Floats
    own_wage: Floats
    """NaN where the group's wage steps apply."""
    speed: Floats
    """The person's own, before skills; likewise resolution."""
    resolution: Floats
    ramp: Floats
    """The ramp's part of the speed: 1 for whoever is proficient."""
    talent: Floats
    """2 × agents: what stays of a person's speed and resolution when proficient; 1 for those who may join."""
    starting: NDArray[np.bool_]
    sources: tuple[Source, ...]

    def of_group(self, number: int) -> NDArray[np.int64]:
        """The group's starting staff."""
        return np.flatnonzero((self.group == number) & self.starting)


def build_agents(scenario: Scenario) -> Agents:
    names: list[str] = []
    sources: list[Source] = []
    columns: dict[str, list[float]] = {
        key: []
        for key in ("group", "tenure", "contract", "wage", "own_wage", "speed", "resolution", "ramp", "fast", "good")
    }
    for one in scenario.numbered.groups:
        number, name, group = one.number, one.name, one.spec
        people = _people(scenario, name)
        hours = _contracts(scenario, group, len(people))
        tenures = _tenures(scenario, name, people)
        talent = Stream(scenario.spec.run.seed, STARTING_STAFF, f"group/{name}/talent")
        differ = group.talent.speed, group.talent.resolution
        z = [_normals(talent, len(people), n) if sd else np.zeros(len(people)) for n, sd in enumerate(differ)]
        sources.append(Source(f"groups/{name}", number, len(names), len(people)))
        for k, person in enumerate(people):
            weeks = tenures[k]
            ramp_speed, ramp_resolution = starting_ramp(scenario, group, weeks)
            # The mean of 1/speed, and of resolution, over the talent's spread is 1.
            sd_speed, sd_resolution = differ
            fast = math.exp(sd_speed * z[0][k] + sd_speed * sd_speed / 2)
            good = math.exp(sd_resolution * z[1][k] - sd_resolution * sd_resolution / 2)
            names.append(person.name)
            columns["group"].append(number)
            columns["tenure"].append(weeks)
            columns["contract"].append(person.contract_hours if person.contract_hours is not None else hours[k])
            columns["own_wage"].append(math.nan if person.wage is None else person.wage)
            columns["wage"].append(person.wage if person.wage is not None else wage_step(group, weeks))
            columns["ramp"].append(ramp_speed)
            columns["speed"].append(ramp_speed * (person.speed * fast))
            columns["resolution"].append(ramp_resolution * (person.resolution * good))
            columns["fast"].append(person.speed * fast)
            columns["good"].append(person.resolution * good)
    starting = len(names)
    for source in joining_sources(scenario, [source.count for source in sources]):
        group = scenario.numbered.groups[source.group].spec
        sources.append(source)
        names += [f"{source.entry} {k + 1}" for k in range(source.count)]
        columns["contract"] += _joining_contracts(scenario, source, group, sources[source.group].count)
        blank = {"group": source.group, "wage": wage_step(group, 0.0), "own_wage": math.nan, "fast": 1.0, "good": 1.0}
        for key, column in columns.items():
            if key != "contract":
                column += [blank.get(key, 0.0)] * source.count
    table = {key: np.array(column, dtype=np.float64) for key, column in columns.items()}
    return Agents(
        tuple(names), table["group"].astype(np.int64), table["tenure"], table["contract"], table["wage"],
        table["own_wage"], table["speed"], table["resolution"], table["ramp"], np.stack([table["fast"], table["good"]]),
        np.arange(len(names)) < starting, tuple(sources),
    )  # fmt: skip


def wage_step(group: Group, weeks: float) -> float:
    """The group's wage per hour at a tenure, before raises."""
    return max(wage for start, wage in group.wage.steps if start == max(w for w, _ in group.wage.steps if w <= weeks))


def starting_ramp(scenario: Scenario, group: Group, weeks: float) -> tuple[float, float]:
    """(speed, resolution) of somebody there at the start, after so many weeks."""
    if group.ramp is None:
        return 1.0, 1.0
    ramp = scenario.spec.ramp[group.ramp]
    return ramp_at(ramp, weeks if ramp.contacts_a_week is None else weeks * ramp.contacts_a_week)


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
        # Whoever sits on a part of a seat is a person too.
        return math.ceil(
            max(
                (v for (day, _), v in seats.values.items() if seats.by == "weekday" or day in dates),
                default=0,
            )
        )
    if group.heads is not None:
        return group.heads
    return int(sum(part.value for part in (group.shifts or {}).values()))


def _tenures(scenario: Scenario, name: str, people: list[Person]) -> list[float]:
    """Weeks of tenure of each of a group's starting staff."""
    group, start = scenario.spec.groups[name], scenario.spec.center.start
    if group.tenure == "steady":
        steady = steady_tenures(scenario, name, len(people))
        return [
            steady[k] if person.hired is None else max(0.0, (start - person.hired).days / 7)
            for k, person in enumerate(people)
        ]
    return [_tenure_weeks(scenario, group, person, k, len(people)) for k, person in enumerate(people)]


def _tenure_weeks(scenario: Scenario, group: Group, person: Person, k: int, heads: int) -> float:
    if person.hired is not None:
        return max(0.0, (scenario.spec.center.start - person.hired).days / 7)
    if group.tenure is None:
        return ASSUMED_TENURE / WEEK
    assert group.tenure != "steady"
    newest, oldest = group.tenure.newest / WEEK, group.tenure.oldest / WEEK
    # Spread in an order that mixes the tenures over shifts, which take heads in turn.
    place = (k * GOLDEN) % 1.0 if heads > 1 else 0.5
    return newest + (oldest - newest) * place


def _contracts(scenario: Scenario, group: Group, heads: int) -> list[float]:
    """Contract hours of a group's starting staff, whatever a people file says."""
    if group.shifts is None and group.contract_hours is None:
        return [math.nan] * heads
    return contracts_of(scenario, group, heads)


def _joining_contracts(scenario: Scenario, source: Source, group: Group, starting: int) -> list[float]:
    """Contract hours of those who may join: their class's, else the mix of the `starting` heads of the group."""
    hiring = scenario.spec.hiring.get(source.entry) if source.kind == "hiring" else None
    if hiring is not None and hiring.contract_hours is not None:
        return [hiring.contract_hours] * source.count
    mix = contract_mix(scenario, group, starting)
    counts = [max(count, 1e-9) for _, count in mix]
    shares = [count / sum(counts) for count in counts]
    # Of places that are more than ever come, the first are to be the same under every plan.
    if is_capacity(scenario, source):
        kinds = in_proportion(shares, source.count)
    else:
        kinds = interleave(largest_remainder(shares, source.count))
    return [mix[kind][0] for kind in kinds]


def _normals(stream: Stream, count: int, purpose: int) -> Floats:
    from scipy.special import ndtri

    return np.asarray(ndtri(uniforms(stream.keys(0, np.arange(count)), purpose)))


def holds(scenario: Scenario, agents: Agents) -> NDArray[np.bool_]:
    """Whether each agent has the skill of each queue: the group has it, and the agent is one of its holders.

    Of those who may join, whether they will.
    """
    result = np.zeros((len(agents.names), len(scenario.queues)), dtype=np.bool_)
    for source in agents.sources:
        group = scenario.numbered.groups[source.group]
        for queue in group.queues:
            holders = source.members[holders_in(scenario, source, group.spec.skills[queue.name].holders)]
            result[holders, queue.number] = True
    return result


def holders_among(heads: int, share: float) -> NDArray[np.int64]:
    """Positions in a group of the share of its heads who hold a skill: at least one, if the share is not 0.

    The holders of a smaller share are among those of a larger one: who has a rare skill has the common ones too.
    """
    count = math.floor(share * heads + 0.5 + 1e-9)
    return np.argsort((np.arange(heads) * HOLDERS_STEP) % 1.0)[: max(count, 1) if share > 0 else 0]


def holders_in(scenario: Scenario, source: Source, share: float) -> NDArray[np.int64]:
    """The same of a source; of places that are more than ever come, the first are the same under every plan."""
    if not is_capacity(scenario, source):
        return holders_among(source.count, share)
    return np.flatnonzero((np.arange(source.count) * HOLDERS_STEP) % 1.0 < share)
