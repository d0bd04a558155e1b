"""The hours and pay of one replication whose workforce moves, booked day by day at each date's wages."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.clock import BEYOND, EARLIEST
from sim.measures.costs import (
    STAFF_SUMS,
    Earned,
    Payroll,
    book_staff,
    overrun_days,
    unscheduled_premium_hours,
)
from sim.measures.families import by_name
from sim.measures.pay import overtime_by_date, premium_seconds
from sim.measures.people_costs import PeopleCosts
from sim.measures.sums import Sums
from sim.observations import Table
from sim.units import HOUR
from sim.workforce.careers import Careers
from sim.workforce.courses import Courses
from sim.workforce.segments import Segments, joined

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BOOKED_AT_ONCE = 14
"""Days whose stretches are booked together, which costs less: whole seconds add up alike in any order."""

PAID_AT_ONCE = 128
"""People whose pay of the whole horizon is worked out together."""

CLASSROOM = ("paid", "classroom")
"""Of STAFF_SUMS, where hours before the floor are booked."""


class Timesheet:
    """Who works when, and earns what. Money is in the center's currency."""

    def __init__(self, payroll: Payroll, careers: Careers, courses: Courses) -> None:
        self._careers = careers
        scenario, agents = payroll.scenario, payroll.agents
        self._payroll, self._clock, people = payroll, scenario.clock, len(agents.names)
        self._staff_slots, self._staff_days = payroll.no_staff()
        self._to_book: list[Segments] = []
        self._booked_at_once = BOOKED_AT_ONCE
        self._people = PeopleCosts(scenario, agents, careers, courses)
        # Local dates × agents: paid hours, the wage, and, where there are sites, when the last stretch ended.
        shape = scenario.clock.days + BEYOND - EARLIEST, people
        self._hours, self._wage = np.zeros(shape), np.zeros(shape)
        self._ends = np.zeros(shape) if any(group.site for group in scenario.numbered.groups) else None
        self._exchange = payroll.exchange[agents.group]
        self._premium_pay = {kind: np.zeros(people) for kind in payroll.premiums}
        self._premium_rate = {kind: _rates(payroll, kind) for kind in (*payroll.premiums, "overtime")}
        self._pay_days, self._today = np.zeros(scenario.clock.days), 0

    @property
    def staff_slots(self) -> Floats:
        """Slots × groups × STAFF_SUMS, of the days added so far; `staff_days` likewise."""
        self._book_staff()
        return self._staff_slots

    @property
    def staff_days(self) -> Floats:
        self._book_staff()
        return self._staff_days

    def _book_staff(self) -> None:
        segments, self._to_book = joined(self._to_book), []
        group = self._payroll.agents.group[segments.agent]
        slots, days = self._staff_slots, self._staff_days
        book_staff(self._clock, self._payroll.slot_of_interval, group, segments, slots, days)

    def add(self, day: int, segments: Segments, mentoring: Floats) -> None:
        """Book a day of the center, between its morning and its evening, and the stretches of shifts that begin on it.

        `mentoring`: seconds in them that each agent spends with nesters.
        """
        payroll, agents = self._payroll, self._payroll.agents
        wage, self._today = self._wages_on(day), day
        self._wage[day - EARLIEST] = wage
        worth, paid = wage[segments.agent], np.zeros(len(wage))
        if (segments.day == day).all():
            paid += self._book_hours(day, segments, worth)
        else:
            # A site's date is not the center's, nor need its wages be today's.
            for date in np.unique(segments.day).tolist():
                rows = np.flatnonzero(segments.day == date)
                of_date = segments.take(rows)
                worth[rows] = self._wages_on(max(date, 0))[of_date.agent]
                paid += self._book_hours(date, of_date, worth[rows])
        group = agents.group[segments.agent]
        for kind, pay in self._premium_pay.items():
            seconds = premium_seconds(payroll.rules, kind, group, segments.start, segments.end) * segments.paid
            self._earn(kind, pay, np.bincount(segments.agent, seconds / HOUR * worth, len(pay)).astype(np.float64))
        self._to_book.append(segments)
        if len(self._to_book) >= self._booked_at_once:
            self._book_staff()
        classroom = self._careers.classroom_hours(day)
        self._book_classroom(day, classroom)
        self._people.add(day, wage, paid, classroom, mentoring / HOUR)

    def _wages_on(self, day: int) -> Floats:
        wage = self._careers.wages(day) * self._exchange
        for g in np.flatnonzero(self._payroll.by_seats):
            members = self._payroll.agents.of_group(int(g))
            if len(members):
                wage[members] = wage[members].mean()
        return wage

    def _book_hours(self, date: int, segments: Segments, worth: Floats) -> Floats:
        """Book stretches of one local date, and the wage of each; paid hours per agent."""
        row, who = date - EARLIEST, segments.agent
        paid = np.bincount(who, (segments.end - segments.start) * segments.paid / HOUR, self._hours.shape[1])
        self._hours[row] += paid
        self._wage[row, who] = worth
        if self._ends is not None:
            np.maximum.at(self._ends[row], who, segments.end)
        return np.asarray(paid, dtype=np.float64)

    def _book_classroom(self, day: int, hours: Floats) -> None:
        """Hours in training before the floor, per agent: they have a date and no time of day."""
        if hours.any():
            seconds = np.bincount(self._payroll.agents.group, hours * HOUR, self._staff_days.shape[1])
            by_day, by_slot = by_name(STAFF_SUMS, self._staff_days[day]), by_name(STAFF_SUMS, self._staff_slots)
            slots = self._payroll.slot_of_interval[self._clock.day_first[day] : self._clock.day_first[day + 1]]
            if (seconds / len(slots) % 1.0).any():
                # From now on it matters what is added first.
                self._book_staff()
                self._booked_at_once = 1
            for column in CLASSROOM:
                by_day[column] += seconds
                np.add.at(by_slot[column], slots, seconds / len(slots))

    def add_presence(self, presence: Table) -> None:
        """Book the premiums earned outside the schedule; rows that began on a day already added."""
        if not self._premium_pay:
            return
        unscheduled = unscheduled_premium_hours(self._payroll, presence, self._wage[-EARLIEST:])
        for kind, pay in unscheduled.items():
            self._earn(kind, self._premium_pay[kind], pay)

    def _earn(self, kind: str, so_far: Floats, pay: Floats) -> None:
        """More that earns a premium, today."""
        so_far += pay
        self._pay_days[self._today] += self._premium_rate[kind] @ pay

    def earned(self, sums: Sums) -> Earned:
        """What everybody earned over the horizon, and what else was spent on them."""
        payroll, agents = self._payroll, self._payroll.agents
        earned, overtime = np.zeros((2, len(agents.names)))
        worked = np.flatnonzero(self._hours.any(axis=0) | sums.shift_overrun.any(axis=1))
        for first in range(0, len(worked), PAID_AT_ONCE):
            who = worked[first : first + PAID_AT_ONCE]
            earned[who], overtime[who] = self._earned_by(who, sums.shift_overrun[who])
        by_group = np.bincount(agents.group, earned, len(payroll.by_seats))
        wages = np.asarray(by_group, dtype=np.float64)
        for g in np.flatnonzero(payroll.by_seats):
            members = agents.of_group(int(g))
            if len(members):
                available = sums.named(Sums.group_days)["available"][:, g] / HOUR
                each_day = self._wage[-EARLIEST : len(available) - EARLIEST, members[0]]
                wages[g] = (available * each_day).sum() / (1.0 - payroll.shrinkage[g])
                self._pay_days += available * each_day / (1.0 - payroll.shrinkage[g])
        on_top = self._premium_pay | {"overtime": overtime}
        return Earned(wages, on_top, np.ones(len(overtime)), self._people.pay(), self._people.fees())

    def _earned_by(self, who: Ints, overrun: Floats) -> tuple[Floats, Floats]:
        """What these people's hours earn, and what those among them that are overtime would at the same wage.

        `overrun`: their seconds past a shift's end, by day of the center.
        """
        payroll, group = self._payroll, self._payroll.agents.group[who]
        hours, wage = self._hours[:, who].T.copy(), self._wage[:, who].T
        late = np.nonzero(overrun)
        dates = late[1] - EARLIEST
        if self._ends is not None:
            dates = overrun_days(payroll.scenario, group, self._ends[:, who].T, EARLIEST)[late]
        np.add.at(hours, (late[0], dates), overrun[late] / HOUR)
        overtime = np.zeros(len(who))
        for one in payroll.rules:
            theirs = one.groups[group]
            beyond = overtime_by_date(payroll.scenario, hours[theirs], EARLIEST, one.overtime_after)
            overtime[theirs] = (beyond * wage[theirs]).sum(axis=1)
            self._book_dates(self._premium_rate["overtime"][who[theirs]] @ (beyond * wage[theirs]))
        scheduled = ~payroll.by_seats[group]
        self._book_dates((wage * hours)[scheduled].sum(axis=0))
        return np.asarray((wage * hours).sum(axis=1)), overtime

    def _book_dates(self, pay: Floats) -> None:
        """Pay by local date; what lies beyond the horizon's ends counts to its first and its last day."""
        days = np.clip(np.arange(len(pay)) + EARLIEST, 0, len(self._pay_days) - 1)
        np.add.at(self._pay_days, days, pay)

    def spent(self) -> Floats:
        """By day: pay with its load, and fees; once all is `earned`."""
        return np.asarray(self._payroll.scenario.spec.costs.load * (self._pay_days + self._people.pay_days)
                          + np.diff(self._people.fees_so_far, prepend=0.0))  # fmt: skip

    def replacement(self) -> Floats:
        """Groups × REPLACEMENT_SUMS, at the end of the horizon."""
        return self._people.replacement()


def _rates(payroll: Payroll, kind: str) -> Floats:
    """Per agent, what an hour that earns the premium is paid on top, as a share of the wage."""
    group, rates = payroll.agents.group, np.zeros(len(payroll.agents.names))
    for one in payroll.rules:
        rates = np.where(one.groups[group], one.rates.get(kind, 0.0), rates)
    return rates
