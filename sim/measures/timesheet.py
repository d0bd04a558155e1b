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
from sim.workforce.segments import Segments

Floats = NDArray[np.float64]

CLASSROOM = ("paid", "classroom")
"""Of STAFF_SUMS, where hours before the floor are booked."""


class Timesheet:
    """Who works when, and earns what. Money is in the center's currency."""

    def __init__(self, payroll: Payroll, careers: Careers, courses: Courses) -> None:
        self._careers = careers
        scenario, agents = payroll.scenario, payroll.agents
        self._payroll, self._clock, people = payroll, scenario.clock, len(agents.names)
        self.staff_slots, self.staff_days = np.zeros_like(payroll.staff_slots), np.zeros_like(payroll.staff_days)
        self._people = PeopleCosts(scenario, agents, careers, courses)
        # Local dates × agents: paid hours, the wage, and when the last stretch ended.
        self._hours, self._wage, self._ends = np.zeros((3, scenario.clock.days + BEYOND - EARLIEST, people))
        self._exchange = payroll.exchange[agents.group]
        self._premium_pay = {kind: np.zeros(people) for kind in payroll.premiums}

    def add(self, day: int, segments: Segments, mentoring: Floats) -> None:
        """Book a day of the center, between its morning and its evening, and the stretches of shifts that begin on it.

        `mentoring`: seconds in them that each agent spends with nesters.
        """
        payroll, agents = self._payroll, self._payroll.agents
        wage = self._wages_on(day)
        self._wage[day - EARLIEST] = wage
        worth, paid = np.empty(len(segments.agent)), np.zeros(len(wage))
        for date in np.unique(segments.day):
            # A site's date is not the center's, nor need its wages be today's.
            of_date = wage if date == day else self._wages_on(max(int(date), 0))
            rows = segments.day == date
            worth[rows] = of_date[segments.agent[rows]]
            paid += self._book_hours(int(date), segments.take(rows), of_date)
        group = agents.group[segments.agent]
        for kind, pay in self._premium_pay.items():
            seconds = premium_seconds(payroll.rules, kind, group, segments.start, segments.end) * segments.paid
            pay += np.bincount(segments.agent, seconds / HOUR * worth, len(pay))
        book_staff(self._clock, payroll.slot_of_interval, group, segments, self.staff_slots, self.staff_days)
        self._book_classroom(day, self._careers.classroom_hours(day))
        self._people.add(day, wage, paid, mentoring / HOUR)

    def _wages_on(self, day: int) -> Floats:
        wage = self._careers.wages(day) * self._exchange
        for g in np.flatnonzero(self._payroll.by_seats):
            members = self._payroll.agents.of_group(int(g))
            if len(members):
                wage[members] = wage[members].mean()
        return wage

    def _book_hours(self, date: int, segments: Segments, wage: Floats) -> Floats:
        """Book stretches of one local date; paid hours per agent."""
        row, who = date - EARLIEST, segments.agent
        paid = np.bincount(who, (segments.end - segments.start) * segments.paid / HOUR, len(wage))
        self._hours[row] += paid
        self._wage[row, who] = wage[who]
        np.maximum.at(self._ends[row], who, segments.end)
        return np.asarray(paid, dtype=np.float64)

    def _book_classroom(self, day: int, hours: Floats) -> None:
        """Hours in training before the floor, per agent: they have a date and no time of day."""
        if hours.any():
            seconds = np.bincount(self._payroll.agents.group, hours * HOUR, self.staff_days.shape[1])
            by_day, by_slot = by_name(STAFF_SUMS, self.staff_days[day]), by_name(STAFF_SUMS, self.staff_slots)
            slots = self._payroll.slot_of_interval[self._clock.day_first[day] : self._clock.day_first[day + 1]]
            for column in CLASSROOM:
                by_day[column] += seconds
                np.add.at(by_slot[column], slots, seconds / len(slots))

    def add_presence(self, presence: Table) -> None:
        """Book the premiums earned outside the schedule; rows that began on a day already added."""
        unscheduled = unscheduled_premium_hours(self._payroll, presence, self._wage[-EARLIEST:])
        for kind, pay in unscheduled.items():
            self._premium_pay[kind] += pay

    def earned(self, sums: Sums) -> Earned:
        """What everybody earned over the horizon, and what else was spent on them."""
        payroll, agents, rows = self._payroll, self._payroll.agents, np.arange(len(self._exchange))[:, None]
        hours, wage = self._hours.T.copy(), self._wage.T
        columns = overrun_days(payroll.scenario, agents, self._ends.T, EARLIEST)
        np.add.at(hours, (rows, columns), sums.shift_overrun / HOUR)
        by_group = np.bincount(agents.group, (wage * hours).sum(axis=1), len(payroll.by_seats))
        wages = np.asarray(by_group, dtype=np.float64)
        for g in np.flatnonzero(payroll.by_seats):
            members = agents.of_group(int(g))
            if len(members):
                available = sums.named(Sums.group_days)["available"][:, g] / HOUR
                each_day = wage[members[0], -EARLIEST : len(available) - EARLIEST]
                wages[g] = (available * each_day).sum() / (1.0 - payroll.shrinkage[g])
        overtime = np.zeros(len(hours))
        for one in payroll.rules:
            theirs = one.groups[agents.group]
            late = overtime_by_date(payroll.scenario, hours[theirs], EARLIEST, one.overtime_after)
            overtime[theirs] = (late * wage[theirs]).sum(axis=1)
        on_top = self._premium_pay | {"overtime": overtime}
        return Earned(wages, on_top, np.ones(len(hours)), self._people.pay(), self._people.fees())

    def replacement(self) -> Floats:
        """Groups × REPLACEMENT_SUMS, at the end of the horizon."""
        return self._people.replacement()
