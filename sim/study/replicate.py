"""One plan made ready to play, and the day loop that plays one replication of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from sim.demand.arrivals import Demand
from sim.demand.contacts import Columns
from sim.demand.forecast import Expected, expected
from sim.errors import SimError
from sim.floor.engine import Engine, Observed
from sim.floor.lower import Duties, lower_contacts, lower_duties, lower_setting
from sim.floor.records import BORN_LAYOUT, Setting
from sim.luck import Luck
from sim.measures.contracts import income
from sim.measures.costs import Payroll, cost_lines, group_costs, prepare_payroll, unscheduled_premium_hours
from sim.measures.sums import GROUP_SUMS, QUEUE_SUMS, Folder, Slots, Sums, slots_of
from sim.observations import Table
from sim.scenario.model import Scenario
from sim.workforce.people import Agents, build_agents, skill_tables
from sim.workforce.roster import build_segments

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Standard:
    """What calibration solves for, per queue: the factor on work, the base chance to resolve, the fresh volume."""

    work: dict[str, float]
    resolution: dict[str, float]
    volume: dict[str, float] = field(default_factory=dict)
    """Share of the forecast that comes by itself, where other queues transfer the rest."""


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

    def fresh(self) -> dict[str, Expected]:
        """The forecast without what other queues transfer."""
        less = {
            queue: replace(self.expected[queue], contacts=self.expected[queue].contacts * share)
            for queue, share in self.standard.volume.items()
            if queue in self.expected
        }
        return self.expected | less

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
    # A vendor's chances, behind our own agents', are its own.
    own = chance.reshape(-1)
    resolution = np.concatenate([own, prepared.setting.resolution[len(own) :]])
    return replace(prepared, setting=replace(prepared.setting, resolution=resolution), standard=standard)


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


NOBODY = np.empty(0, BORN_LAYOUT)


@dataclass
class DayByDay:
    """The day loop of one replication: demand is drawn, the floor plays, what it saw is handed on."""

    prepared: Prepared
    floor: Engine
    replication: int
    born: int = 0
    floor_seconds: float = 0.0
    sessions: Columns | None = None
    """Today's sessions of self-service, which never reach the floor."""

    def play(self, first: int = 0, end: int | None = None) -> Iterator[Observed]:
        """What was observed from day `first` on, day by day; the horizon's end comes last, unless `end` is sooner."""
        scenario, clock = self.prepared.scenario, self.prepared.scenario.clock
        luck = Luck(scenario.spec.run.seed, self.replication)
        demand = Demand(scenario, luck, self.prepared.standard.work, self.prepared.fresh())
        for day in range(first):
            # Nobody calls, but who is signed on when the first day begins comes of what went before.
            self.floor.play(NOBODY, NOBODY, self.prepared.duties.day(day), float(clock.day_start[day + 1]))
        for day in range(first, clock.days if end is None else end):
            born = demand.day(day)
            self.sessions = born.sessions
            arrivals, legs = lower_contacts(born.contacts), lower_contacts(born.legs)
            self.born += len(arrivals)
            began = time.perf_counter()
            duties, midnight = self.prepared.duties.day(day), float(clock.day_start[day + 1])
            observed = self.floor.play(arrivals, legs, duties, midnight)
            self.floor_seconds += time.perf_counter() - began
            yield observed
        self.sessions = None
        if end is None:
            yield self.floor.close(clock.end)


@dataclass(frozen=True)
class Replication:
    """What one replication hands to the study."""

    sums: Sums
    costs: Floats
    """Amounts of the plan's cost lines; then what each group costs of them, and what clients pay."""
    group_costs: Floats
    income: Floats
    contacts: int
    floor_seconds: float
    rows: Table | None


def replicate(prepared: Prepared, replication: int, engine: str, keep_contacts: bool = False) -> Replication:
    """Play the whole horizon once and fold it into sums."""
    folder = Folder(prepared.scenario, prepared.slots, len(prepared.agents.names))
    loop = DayByDay(prepared, open_floor(prepared.setting, engine), replication)
    premium_hours: dict[str, Floats] = {}
    kept: list[Table] = []
    legs = first_legs = older = 0
    for observed in loop.play():
        folder.contacts(observed.contacts)
        if loop.sessions is not None:
            folder.sessions(loop.sessions)
        folder.presence(observed.presence)
        legs += len(observed.contacts)
        first_legs += int((observed.contacts["leg"] == 0).sum())
        older += int((observed.contacts["arrived"] < 0.0).sum())
        if prepared.payroll.premiums:
            for name, hours in unscheduled_premium_hours(prepared.payroll, observed.presence).items():
                premium_hours[name] = premium_hours.get(name, 0.0) + hours
        if keep_contacts:
            kept.append(observed.contacts)
    if first_legs != loop.born:
        raise SimError(f"the books do not balance: {loop.born} contacts born, {first_legs} ended; {REPORT_IT}")
    sums = folder.sums
    _check_conservation(sums, legs - older)
    costs = cost_lines(prepared.payroll, sums, premium_hours)
    by_group = group_costs(prepared.payroll, sums, premium_hours)
    rows = np.concatenate(kept) if keep_contacts else None
    return Replication(sums, costs, by_group, income(prepared.scenario, sums), loop.born, loop.floor_seconds, rows)


REPORT_IT = "please report this scenario"


def _check_conservation(sums: Sums, legs: int) -> None:
    """Every leg of a contact of the horizon is in one count; nobody handles, or holds, more than its time allows."""
    total = dict(zip(QUEUE_SUMS, sums.queue_days.sum(axis=(0, 1)), strict=True))
    counted = total["offered"] + total["open"] + total["blocked"] + total["refused"]
    if counted != legs or total["offered"] < total["answered"] + total["abandoned"] + total["unreached"]:
        raise SimError(f"the books do not balance: {counted:.0f} of {legs} contacts accounted for; {REPORT_IT}")
    for g in range(sums.group_days.shape[1]):
        staff = dict(zip(GROUP_SUMS, sums.group_days[:, g].sum(axis=0), strict=True))
        if staff["handling"] > staff["available"] or staff["slots_taken"] > staff["slots"]:
            text = f"{staff['handling']} s handling in {staff['available']} s signed on"
            raise SimError(f"the books do not balance: {text}; {REPORT_IT}")
