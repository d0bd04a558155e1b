"""One plan made ready to play, and the day loop that plays one replication of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.demand.arrivals import Demand
from sim.demand.forecast import Expected, expected
from sim.errors import SimError
from sim.floor.engine import Engine, Observed
from sim.floor.lower import Duties, lower_contacts, lower_duties, lower_setting
from sim.floor.records import Contact, Setting, blank
from sim.luck import Luck
from sim.measures.costs import Payroll, cost_lines, prepare_payroll, unscheduled_premium_hours
from sim.measures.sums import GROUP_SUMS, QUEUE_SUMS, Folder, Slots, Sums, slots_of
from sim.observations import Table
from sim.scenario.model import Scenario
from sim.workforce.people import Agents, build_agents, skill_tables
from sim.workforce.roster import build_segments

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Standard:
    """What calibration solves for: per queue, the factor on work and the base chance to resolve."""

    work: dict[str, float]
    resolution: dict[str, float]


@dataclass(frozen=True)
class Prepared:
    """A plan lowered once; every replication starts from it."""

    scenario: Scenario
    agents: Agents
    duties: Duties
    setting: Setting
    expected: dict[str, Expected]
    payroll: Payroll
    slots: Slots
    standard: Standard

    @property
    def contacts(self) -> float:
        """Contacts expected in one replication."""
        return float(sum(queue.contacts.sum() for queue in self.expected.values()))


def prepare(scenario: Scenario, standard: Standard | None = None) -> Prepared:
    """The plan under a calibration's solution; without one, its figures are taken as standard."""
    if standard is None:
        chances = {name: queue.fcr for name, queue in scenario.spec.queues.items()}
        standard = Standard(dict.fromkeys(scenario.queues, 1.0), chances)
    agents = build_agents(scenario)
    segments = build_segments(scenario, agents)
    speed, multiplier = skill_tables(scenario, agents)
    chance = _chance_to_resolve(scenario, multiplier, standard)
    slots = slots_of(scenario)
    return Prepared(
        scenario, agents, lower_duties(scenario, segments), lower_setting(scenario, agents, speed, chance),
        {queue: expected(scenario, queue) for queue in scenario.queues},
        prepare_payroll(scenario, agents, segments, slots.of_interval, slots.count), slots, standard,
    )  # fmt: skip


def with_standard(prepared: Prepared, standard: Standard) -> Prepared:
    """The same plan under a calibration's solution."""
    _, multiplier = skill_tables(prepared.scenario, prepared.agents)
    chance = _chance_to_resolve(prepared.scenario, multiplier, standard)
    setting = replace(prepared.setting, resolution=np.ascontiguousarray(chance.reshape(-1)))
    return replace(prepared, setting=setting, standard=standard)


def _chance_to_resolve(scenario: Scenario, multiplier: Floats, standard: Standard) -> Floats:
    base = np.array([standard.resolution[queue] for queue in scenario.queues])
    return np.asarray(np.minimum(1.0, multiplier * base))


def open_floor(setting: Setting, engine: str) -> Engine:
    """A floor under the named calendar; the compiled one is imported only when asked for."""
    if engine == "compiled":
        try:
            from sim.floor.calendar_compiled import CompiledFloor
        except KeyError as error:
            # numba says so of an option it does not know (see build_loop).
            raise SimError(f"this version of numba cannot compile the floor ({error}); use --engine simpy") from None
        return CompiledFloor(setting)
    from sim.floor.calendar_simpy import SimpyFloor

    return SimpyFloor(setting)


NOBODY = blank(Contact, 0)


@dataclass
class DayByDay:
    """The day loop of one replication: demand is drawn, the floor plays, what it saw is handed on."""

    prepared: Prepared
    floor: Engine
    replication: int
    born: int = 0
    floor_seconds: float = 0.0

    def play(self, first: int = 0, end: int | None = None) -> Iterator[Observed]:
        """What was observed from day `first` on, day by day; the horizon's end comes last, unless `end` is sooner."""
        scenario, clock = self.prepared.scenario, self.prepared.scenario.clock
        luck = Luck(scenario.spec.run.seed, self.replication)
        demand = Demand(scenario, luck, self.prepared.standard.work, self.prepared.expected)
        for day in range(first):
            # Nobody calls, but who is signed on when the first day begins comes of what went before.
            self.floor.play(NOBODY, self.prepared.duties.day(day), float(clock.day_start[day + 1]))
        for day in range(first, clock.days if end is None else end):
            arrivals = lower_contacts(demand.day(day))
            self.born += len(arrivals)
            began = time.perf_counter()
            observed = self.floor.play(arrivals, self.prepared.duties.day(day), float(clock.day_start[day + 1]))
            self.floor_seconds += time.perf_counter() - began
            yield observed
        if end is None:
            yield self.floor.close(clock.end)


@dataclass(frozen=True)
class Replication:
    """What one replication hands to the study."""

    sums: Sums
    costs: Floats
    contacts: int
    floor_seconds: float
    rows: Table | None


def replicate(prepared: Prepared, replication: int, engine: str, keep_contacts: bool = False) -> Replication:
    """Play the whole horizon once and fold it into sums."""
    folder = Folder(prepared.scenario, prepared.slots, len(prepared.agents.names))
    loop = DayByDay(prepared, open_floor(prepared.setting, engine), replication)
    premium_hours: dict[str, Floats] = {}
    kept: list[Table] = []
    ended = 0
    for observed in loop.play():
        folder.contacts(observed.contacts)
        folder.presence(observed.presence)
        ended += len(observed.contacts)
        if prepared.payroll.premiums:
            for name, hours in unscheduled_premium_hours(prepared.payroll, observed.presence).items():
                premium_hours[name] = premium_hours.get(name, 0.0) + hours
        if keep_contacts:
            kept.append(observed.contacts)
    _check_conservation(folder.sums, loop.born, ended)
    costs = cost_lines(prepared.payroll, folder.sums, premium_hours)
    return Replication(
        folder.sums, costs, loop.born, loop.floor_seconds, np.concatenate(kept) if keep_contacts else None
    )


def _check_conservation(sums: Sums, born: int, ended: int) -> None:
    """Every contact born has exactly one row; offered ones are answered, lost or still waiting."""
    totals = dict(zip(QUEUE_SUMS, sums.queue_days.sum(axis=(0, 1)), strict=True))
    accounted = totals["answered"] + totals["abandoned"] + totals["blocked"] + totals["refused"]
    if ended != born or accounted > born or totals["offered"] < totals["answered"] + totals["abandoned"]:
        raise SimError(f"the books do not balance: {born} contacts born, {ended} ended; please report this scenario")
    staff = dict(zip(GROUP_SUMS, sums.group_days.sum(axis=(0, 1)), strict=True))
    handling, available = staff["handling"], staff["available"]
    if handling > available:
        raise SimError(
            f"the books do not balance: {handling} s handling in {available} s signed on; please report this scenario"
        )
