"""Money: paid hours × wage with premiums and load, seats, contacts. Every line adds up to the total.

Paid are the scheduled paid hours and the time past a shift's end; never what is already in another line.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim import observations as obs
from sim.measures.sums import GROUP_SUMS, QUEUE_SUMS, Sums, spread
from sim.scenario.model import Scenario
from sim.units import DAY, HOUR
from sim.workforce.people import Agents
from sim.workforce.roster import Segments

Floats = NDArray[np.float64]

STAFF_SUMS = ("paid", "contracted", "scheduled", "in_office_off", "out_of_office")
"""Agent seconds per group: paid, contracted (the scheduled paid hours), scheduled to be available, and why not."""


class Premium:
    """Seconds of a stretch of time that fall in a premium's hours."""

    def __init__(self, spans: list[tuple[float, float]]) -> None:
        edges, total = [min((start for start, _ in spans), default=0.0) - 1.0], [0.0]
        for start, end in spans:
            edges += [start, end]
            total += [total[-1], total[-1] + end - start]
        self._edges, self._total = np.array([*edges, edges[-1] + 1.0]), np.array([*total, total[-1]])

    def seconds(self, start: Floats, end: Floats) -> Floats:
        return np.asarray(np.interp(end, self._edges, self._total) - np.interp(start, self._edges, self._total))


def premiums_of(scenario: Scenario) -> dict[str, tuple[float, Premium]]:
    """(rate, hours) of each premium that the scenario pays."""
    clock, pay = scenario.clock, scenario.spec.center.pay
    days = range(-1, clock.days)
    result: dict[str, tuple[float, Premium]] = {}
    if pay.night is not None and pay.night.premium:
        start, end = pay.night.hours
        result["night"] = (
            pay.night.premium,
            Premium([(clock.elapsed(d, start), clock.elapsed(d, end)) for d in days]),
        )
    for name, rate, chosen in (
        ("weekend", pay.weekend, lambda date: date.weekday() >= 5),
        ("holiday", pay.holiday, lambda date: date in scenario.holidays),
    ):
        if rate:
            dates = [clock.start + dt.timedelta(days=day) for day in days]
            whole = [
                (clock.elapsed(d, 0.0), clock.elapsed(d, DAY))
                for d, date in zip(days, dates, strict=True)
                if chosen(date)
            ]
            result[name] = rate, Premium(whole)
    return result


@dataclass(frozen=True)
class Payroll:
    """What a plan's schedule pays before anything happens, prepared once per plan.

    Hours per agent × day; the first day is the eve of the horizon, whose night shift reaches into it.
    """

    scenario: Scenario
    agents: Agents
    hours: Floats
    premium_hours: dict[str, Floats]
    """Hours per agent that earn each premium."""
    premiums: dict[str, tuple[float, Premium]]
    staff_slots: Floats
    """Slots × groups × STAFF_SUMS, from the schedule."""
    staff_days: Floats
    by_seats: NDArray[np.bool_]
    """Groups run by seats: paid for the time signed on, grossed up by their shrinkage."""
    shrinkage: Floats

    @property
    def lines(self) -> list[str]:
        """The cost lines of this plan, in order; they add up to the total."""
        groups, spec = self.scenario.groups, self.scenario.spec
        lines = [f"wages {group}" for group in groups]
        lines += [f"{premium} premium" for premium in self.premiums]
        lines += ["overtime premium", "load"]
        lines += ["seats"] if spec.costs.seat_per_hour else []
        per_contact = spec.costs.per_contact or any(queue.cost_per_contact for queue in spec.queues.values())
        lines += ["contacts"] if per_contact else []
        return lines + (["telecom"] if spec.costs.telecom_per_minute else [])


def prepare_payroll(
    scenario: Scenario, agents: Agents, segments: Segments, slot_of_interval: NDArray[np.int64], slots: int
) -> Payroll:
    clock, groups = scenario.clock, len(scenario.groups)
    length = segments.end - segments.start
    hours = np.zeros((len(agents.names), clock.days + 1))
    np.add.at(hours, (segments.agent, segments.day + 1), np.where(segments.paid, length, 0.0) / HOUR)
    premiums = premiums_of(scenario)
    premium_hours = {
        name: _per_agent(
            segments.agent, np.where(segments.paid, hours_of.seconds(segments.start, segments.end), 0.0), len(hours)
        )
        for name, (_, hours_of) in premiums.items()
    }
    staff_slots = np.zeros((slots, groups, len(STAFF_SUMS)))
    staff_days = np.zeros((clock.days, groups, len(STAFF_SUMS)))
    away_out = (segments.activity == obs.LEAVE) | (segments.activity == obs.SICK)
    working = segments.activity == obs.AVAILABLE
    chosen = {
        "paid": segments.paid,
        "contracted": segments.paid,
        "scheduled": working,
        "in_office_off": segments.paid & ~working & ~away_out,
        "out_of_office": segments.paid & away_out,
    }
    for number, name in enumerate(STAFF_SUMS):
        picked = chosen[name]
        if picked.any():
            group = agents.group[segments.agent[picked]]
            first, block = spread(clock, groups, group, segments.start[picked], segments.end[picked])
            last = first + len(block)
            np.add.at(staff_slots[:, :, number], slot_of_interval[first:last], block)
            np.add.at(staff_days[:, :, number], clock.interval_day[first:last], block)
    seats = [group.seats for group in scenario.spec.groups.values()]
    return Payroll(
        scenario, agents, hours, premium_hours, premiums, staff_slots, staff_days,
        np.array([spec is not None for spec in seats]),
        np.array([0.0 if spec is None else min(spec.shrinkage, 0.99) for spec in seats]),
    )  # fmt: skip


def _per_agent(agent: NDArray[np.int64], seconds: Floats, agents: int) -> Floats:
    """Hours per agent."""
    return np.asarray(np.bincount(agent, seconds / HOUR, agents), dtype=np.float64)


def with_staff(payroll: Payroll, group_sums: Floats, staff: Floats) -> Floats:
    """Group sums (… × groups × GROUP_SUMS) with STAFF_SUMS appended: the schedule's, or the seats signed on."""
    available = group_sums[..., GROUP_SUMS.index("available")]
    late = group_sums[..., GROUP_SUMS.index("shift_overrun")]
    gross = available / (1.0 - payroll.shrinkage)
    full = np.broadcast_to(staff, (*group_sums.shape[:-1], len(STAFF_SUMS))).copy()
    seats = payroll.by_seats
    full[..., STAFF_SUMS.index("paid")] = np.where(seats, gross, full[..., STAFF_SUMS.index("paid")] + late)
    full[..., STAFF_SUMS.index("contracted")] = np.where(seats, gross, full[..., STAFF_SUMS.index("contracted")])
    full[..., STAFF_SUMS.index("scheduled")] = np.where(seats, available, full[..., STAFF_SUMS.index("scheduled")])
    full[..., STAFF_SUMS.index("in_office_off")] = np.where(
        seats, gross - available, full[..., STAFF_SUMS.index("in_office_off")]
    )
    return np.concatenate([group_sums, full], axis=-1)


def unscheduled_premium_hours(payroll: Payroll, presence: obs.Table) -> dict[str, Floats]:
    """Hours per agent that earn each premium outside the schedule: seats signed on, and time past a shift's end."""
    by_seats = payroll.by_seats[presence["group"]]
    paid = (by_seats & (presence["activity"] == obs.AVAILABLE)) | (presence["activity"] == obs.OVERRUN + obs.OFF)
    rows = presence[paid]
    gross = 1.0 / (1.0 - payroll.shrinkage[rows["group"]])
    return {
        name: _per_agent(rows["agent"], hours_of.seconds(rows["began"], rows["ended"]) * gross, len(payroll.hours))
        for name, (_, hours_of) in payroll.premiums.items()
    }


def cost_lines(payroll: Payroll, sums: Sums, extra_premium_hours: dict[str, Floats]) -> Floats:
    """The amount of each of `payroll.lines` in one replication."""
    scenario, agents, costs = payroll.scenario, payroll.agents, payroll.scenario.spec.costs
    group_totals = sums.group_days.sum(axis=0)
    queue_totals = sums.queue_days.sum(axis=0)
    hours = payroll.hours.copy()
    hours[:, 1:] += sums.shift_overrun / HOUR
    available = group_totals[:, GROUP_SUMS.index("available")] / HOUR
    wage = agents.wage.copy()
    wages = np.bincount(agents.group, wage * hours.sum(axis=1), len(scenario.groups))
    for g in np.flatnonzero(payroll.by_seats):
        # Which of its people sits on a seat is nobody's choice: each is paid the group's mean.
        members = agents.of_group(int(g))
        if len(members):
            wage[members] = wage[members].mean()
            wages[g] = wage[members[0]] * available[g] / (1.0 - payroll.shrinkage[g])
    amounts = {f"wages {name}": wages[g] for g, name in enumerate(scenario.groups)}
    for name, (rate, _) in payroll.premiums.items():
        earned = payroll.premium_hours[name] + extra_premium_hours[name]
        amounts[f"{name} premium"] = rate * float((wage * earned).sum())
    over = overtime_hours(scenario, hours)
    amounts["overtime premium"] = scenario.spec.center.pay.overtime * float((wage * over).sum())
    amounts["load"] = (costs.load - 1.0) * sum(amounts.values())
    amounts["seats"] = costs.seat_per_hour * float(available.sum())
    per_contact = np.array([queue.cost_per_contact for queue in scenario.spec.queues.values()]) + costs.per_contact
    answered = queue_totals[:, QUEUE_SUMS.index("answered")]
    amounts["contacts"] = float((per_contact * answered).sum())
    connected = queue_totals[:, QUEUE_SUMS.index("connected")]
    amounts["telecom"] = costs.telecom_per_minute * float(connected.sum()) / 60.0
    return np.array([amounts[line] for line in payroll.lines])


def overtime_hours(scenario: Scenario, hours: Floats) -> Floats:
    """Hours per agent beyond the day's or the week's limit, none counted twice; weeks run Monday to Sunday.

    The first column of `hours` is the eve of the horizon.
    """
    limits = scenario.spec.center.overtime_after
    day_limit = np.inf if limits.day is None else limits.day / HOUR
    week_limit = np.inf if limits.week is None else limits.week / HOUR
    over_day = np.maximum(hours - day_limit, 0.0)
    week = (np.arange(-1, hours.shape[1] - 1) + scenario.clock.start.weekday() + 7) // 7
    normal = np.zeros((int(week[-1]) + 1, hours.shape[0]))
    np.add.at(normal, week, (hours - over_day).T)
    return np.asarray(over_day.sum(axis=1) + np.maximum(normal - week_limit, 0.0).sum(axis=0))
