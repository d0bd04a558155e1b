"""The day loop that plays one replication of a plan."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.demand.arrivals import DayOfDemand, Demand
from sim.demand.remembered import Memory, RememberedDemand
from sim.demand.rows import Columns
from sim.errors import SimError
from sim.floor.tables.engine import Births, Engine, Observed
from sim.floor.tables.layout import Setting
from sim.floor.tables.lower import lower_births
from sim.luck import Luck
from sim.measures.contracts import income
from sim.measures.cost_days import cost_by_day
from sim.measures.costs import (
    STAFF_SUMS,
    costs_by_group,
    costs_by_line,
    outside_schedule,
    scheduled_pay,
    unscheduled_premium_hours,
)
from sim.measures.customers import CUSTOMER_SUMS, Customers
from sim.measures.families import Families, Family, Views
from sim.measures.folder import NO_PRESENCE, By, Folder
from sim.measures.folding import DUE, FIRST_LEGS, LEGS, OLDER
from sim.measures.ledger import imbalance
from sim.measures.people_costs import REPLACEMENT_SUMS
from sim.measures.sums import QUEUE_SUMS, Sums
from sim.observations import Table
from sim.scenario.model import Scenario
from sim.study.expected.moving_staff import MovingStaff
from sim.study.prepared import Prepared
from sim.workforce.careers import MOVEMENTS, STANDING

Floats = NDArray[np.float64]


def open_floor(setting: Setting, engine: str, *, lends: bool = False) -> Engine:
    """A floor under the named calendar; the compiled one is imported only when asked for.

    `lends`: what it observes need not outlast its next move."""
    if engine == "compiled":
        try:
            from sim.floor.calendars.compiled import CompiledFloor
        except KeyError as error:
            # numba says so of an option it does not know (see build_loop).
            raise SimError(f"this version of numba cannot compile the floor ({error}); use --engine simpy") from None
        return CompiledFloor(setting, lends=lends)
    from sim.floor.calendars.simpy import SimpyFloor

    return SimpyFloor(setting)


NO_BIRTHS = Births()


@dataclass
class DayByDay:
    """The day loop of one replication: demand is drawn, the floor plays, what it saw is handed on."""

    prepared: Prepared
    floor: Engine
    replication: int
    born: int = 0
    floor_seconds: float = 0.0
    sessions: list[Columns] = field(default_factory=list)
    """Sessions of self-service, which never reach the floor, of what has been played since they were taken last."""
    outreach: list[NDArray[np.int64]] = field(default_factory=list)
    """Likewise, queues × cases whose customers were written to, and those of them that were prevented."""
    day: int = 0
    """The day of what was observed last."""
    day_is_over: bool = True
    """Whether that was all of it: a day of many contacts comes in parts."""
    staff: MovingStaff | None = None
    """The starting staff, all of them every day, where there is none."""
    customers: Customers | None = None
    """Everybody stays where there is none."""
    memory: Memory | None = None
    """Of demand that other plans have drawn."""
    aht_error: float = 1.0
    """What the forecast error multiplies all work by, once it plays."""

    def play(self, first: int = 0, end: int | None = None) -> Iterator[Observed]:
        """What was observed from day `first` on, day by day; the horizon's end comes last, unless `end` is sooner.

        A day of many contacts comes in parts: see `day` and `day_is_over`. A warm-up comes before the horizon's own
        first day alone, and is not reported.
        """
        scenario, warm_up = self.prepared.scenario, self.prepared.warm_up
        clock, before = scenario.clock, 0 if warm_up is None else warm_up.days
        luck = Luck(scenario.spec.run.seed, self.replication)
        gone = None if self.customers is None else self.customers.gone
        if warm_up is not None:
            scenario = warm_up.scenario
        demand: Demand | RememberedDemand
        if self.memory is None or first or self.customers is not None:
            demand = Demand(self.prepared.customers, luck, first + before if first else 0)
        else:
            demand = self.memory.demand(self.prepared.customers, luck)
        self.aht_error = demand.aht_error
        for day in range(-before, first):
            # Nobody calls before a later first day, but who is signed on when it begins comes of what went before.
            parts = iter([NO_BIRTHS]) if first else (lower_births(today) for today in demand.parts(day + before))
            for seen in self._on_floor(parts, self.prepared.duties.day(day), day):
                first_legs, due = ended_and_due(seen.contacts, scenario.clock.end)
                self.born += due - first_legs
        for day in range(first, clock.days if end is None else end):
            duties = self.prepared.duties.day(day) if self.staff is None else self.staff.morning(day, self.floor)
            if self.staff is not None and warm_up is not None and day == 0:
                duties = np.concatenate([warm_up.home, duties])
            self.day = day
            for observed in self._on_floor(self._births(demand.parts(day + before, gone)), duties, day):
                yield self._noted(observed)
        if end is None:
            self.day = clock.days
            yield self._noted(self.floor.close(scenario.clock.end))

    def _births(self, parts: Iterator[DayOfDemand]) -> Iterator[Births]:
        """What they bring to the floor; what never reaches it is put by."""
        for part in parts:
            self.sessions.append(part.sessions)
            self.outreach.append(part.outreach)
            yield lower_births(part)

    def _on_floor(self, parts: Iterator[Births], duties: Table, day: int) -> Iterator[Observed]:
        """A day of the floor, by its own clock, which a warm-up sets ahead; none but the first part without contacts.

        Each part lasts until the next one's first contact, which is why that is drawn before.
        """
        warm_up, clock, number = self.prepared.warm_up, self.prepared.scenario.clock, day + 1
        if warm_up is not None:
            duties, clock, number = warm_up.by_the_floor(duties), warm_up.scenario.clock, number + warm_up.days
        born, midnight = next(parts), float(clock.day_start[number])
        opens, ends = True, False
        while not ends:
            later = next((part for part in parts if len(part.arrivals)), None)
            if not len(born.arrivals) and later is not None:
                born = later
                continue
            ends = later is None
            until = midnight if later is None else float(later.arrivals["arrived"][0])
            began = time.perf_counter()
            observed = self.floor.play(born, duties, until, opens=opens, ends=ends)
            self.floor_seconds += time.perf_counter() - began
            self.born += len(born.arrivals)
            opens, self.day_is_over = False, ends
            if later is not None:
                born = later
            yield observed

    def _noted(self, observed: Observed) -> Observed:
        """What was seen on a day that counts, by the horizon's clock."""
        if self.prepared.warm_up is not None:
            observed = self.prepared.warm_up.by_the_horizon(observed)
        if self.customers is not None:
            rows = observed.contacts
            # Who came in the warm-up is nobody's customer yet.
            rows = rows if self.prepared.warm_up is None else rows[rows["arrived"] >= 0.0]
            if self.day_is_over:
                self.customers.evening(self.day, rows)
            else:
                self.customers.remember(rows)
        return observed


def ended_and_due(contacts: Table, end: float) -> tuple[int, int]:
    """First legs among these rows, and follow-ups that they bring before the end."""
    due = (contacts["again"] >= 0.0) & (contacts["again"] < end)
    return int((contacts["leg"] == 0).sum()), int(due.sum())


def _moves(scenario: Scenario) -> bool:
    return scenario.uses.moving_workforce


class Lives(Families):
    """What happened to the people of one replication, of a workforce that moves."""

    movements = Family("days", "groups", columns=MOVEMENTS, kept="added up", where=_moves)
    standing = Family("days and the eve", "groups", columns=STANDING, kept="added up", where=_moves)
    """Before the first day and at the end of each."""
    replacement = Family("groups", columns=REPLACEMENT_SUMS, kept="added up", where=_moves)
    leave_not_taken = Family(kept="added up", where=_moves)
    """Days that found no place in the leave plan."""
    on_contract = Family("days", "groups", kept="added up", where=_moves)
    """Contract hours a week of those on the floor."""


class Booked(Families):
    """What the books say at the end of one replication."""

    staff_slots = Family("slots", "groups", columns=STAFF_SUMS)
    staff_days = Family("days", "groups", columns=STAFF_SUMS)
    costs = Family("cost lines", kept="each")
    """Amounts of the plan's cost lines; then what each group costs of them, and what clients pay."""
    group_costs = Family("groups", kept="each", where=lambda scenario: scenario.spec.sites)
    income = Family("income lines", kept="each", where=lambda scenario: scenario.spec.contracts)
    cost_days = Family("days", kept="each")
    """The cost by day: all lines together."""
    customers = Family(columns=CUSTOMER_SUMS, kept="each", where=lambda scenario: scenario.spec.customers)
    """Where customers have a memory."""


class Replication(Booked):
    """What one replication hands to the study: its sums, its people's lives, and what is booked."""

    def __init__(
        self,
        sums: Sums,
        *,
        contacts: int,
        floor_seconds: float,
        rows: Table | None = None,
        stays: Table | None = None,
        lives: Lives | None = None,
        **booked: Floats,
    ) -> None:
        super().__init__(**booked)
        self.sums, self.lives, self.rows, self.stays = sums, lives, rows, stays
        self.contacts, self.floor_seconds = contacts, floor_seconds


def replicate(
    prepared: Prepared,
    replication: int,
    engine: str,
    keep_contacts: bool = False,
    *,
    floor: Engine | None = None,
    by: By | None = None,
    memory: Memory | None = None,
) -> Replication:
    """Play the whole horizon once and fold it into sums.

    `floor`: one of this setting on which nothing has happened. `by`: the folding compiled for this plan. `memory`: of
    plans with the same customers.
    """
    scenario, payroll = prepared.scenario, prepared.payroll
    folder = Folder(prepared.counting, compiled=engine == "compiled", warmed_up=prepared.warm_up is not None, by=by)
    staff = MovingStaff(prepared, replication) if scenario.uses.moving_workforce else None
    remembers, compiled = scenario.spec.customers is not None, engine == "compiled"
    customers = Customers(scenario, replication, compiled=compiled) if remembers else None
    floor = open_floor(prepared.setting, engine, lends=True) if floor is None else floor
    loop = DayByDay(prepared, floor, replication, staff=staff, customers=customers, memory=memory)
    premium_hours: dict[str, Floats] = {}
    kept: list[Table] = []
    stays: list[Table] = []
    unscheduled: list[Table] = []
    folder.work_at(prepared.speed)
    for observed in loop.play():
        if staff is not None:
            folder.work_at(staff.speed)
        folder.fold(observed.contacts, observed.presence)
        for sessions in loop.sessions:
            folder.sessions(sessions)
        for outreach in loop.outreach:
            folder.outreach(outreach)
        loop.sessions, loop.outreach = [], []
        if keep_contacts:
            rows = observed.contacts
            kept.append(rows.copy() if prepared.warm_up is None else rows[rows["arrived"] >= 0.0])
            stays.append(observed.presence.copy())
        if payroll.premiums:
            unscheduled.append(outside_schedule(payroll, observed.presence))
        if not loop.day_is_over:
            continue
        folder.close_day()
        presence, unscheduled = np.concatenate(unscheduled) if unscheduled else NO_PRESENCE, []
        if staff is not None:
            staff.observe(loop.day, presence, folder)
        elif payroll.premiums:
            for name, hours in unscheduled_premium_hours(payroll, presence).items():
                premium_hours[name] = premium_hours.get(name, 0.0) + hours
    legs, older, first_legs, due = (int(folder.counts[number]) for number in (LEGS, OLDER, FIRST_LEGS, DUE))
    if first_legs != loop.born + due:
        text = f"{loop.born} contacts born, {due} follow-ups due, {first_legs} ended"
        raise SimError(f"the books do not balance: {text}; {REPORT_IT}")
    sums, lives = folder.sums, None if staff is None else _lives(staff)
    _check_conservation(sums, legs - older)
    earned = scheduled_pay(payroll, sums, premium_hours) if staff is None else staff.timesheet.earned(sums)
    booked = payroll.scheduled if staff is None else staff.timesheet
    remembered = None if customers is None else customers.sums
    books = {
        "staff_slots": booked.staff_slots,
        "staff_days": booked.staff_days,
        "costs": costs_by_line(payroll, sums, earned, remembered),
        "group_costs": costs_by_group(payroll, earned),
        "income": income(scenario, sums),
    }
    spent = None if staff is None else staff.timesheet.spent()
    books["cost_days"] = cost_by_day(payroll, sums, books["costs"], booked.staff_days, spent)
    if remembered is not None:
        books["customers"] = np.array(list(remembered.values()))
    return Replication(
        sums,
        contacts=first_legs,
        floor_seconds=loop.floor_seconds,
        rows=np.concatenate(kept) if keep_contacts else None,
        stays=np.concatenate(stays) if keep_contacts else None,
        lives=lives,
        **books,
    )


def _lives(staff: MovingStaff) -> Lives:
    careers = staff.workforce.careers
    if imbalance(careers.movements, careers.standing).any():
        raise SimError(f"the books do not balance: heads; {REPORT_IT}")
    return Lives(
        movements=careers.movements,
        standing=careers.standing,
        replacement=staff.timesheet.replacement(),
        leave_not_taken=np.float64(staff.workforce.absences.not_taken),
        on_contract=careers.on_contract,
    )


REPORT_IT = "please report this scenario"


def _check_conservation(sums: Sums, legs: int) -> None:
    """Every leg of a contact of the horizon is in one count, and no family breaks its laws."""
    total = Views(QUEUE_SUMS, sums.queue_days.sum(axis=(0, 1)))
    counted = total["offered"] + total["open"] + total["blocked"] + total["refused"]
    broken = [] if counted == legs else [f"{counted:.0f} of {legs} contacts accounted for"]
    if broken := [*broken, *sums.broken_laws()]:
        raise SimError(f"the books do not balance: {'; '.join(broken)}; {REPORT_IT}")
