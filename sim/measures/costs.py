"""Money: paid hours × wage with premiums and load, seats, contacts. Every line adds up to the total.

Paid are the scheduled paid hours and the time past a shift's end; never what is already in another line.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim import observations as obs
from sim.clock import BEYOND, EARLIEST
from sim.measures.contracts import income_lines, vendor_bills, vendors_in_use
from sim.measures.sums import GROUP_SUMS, QUEUE_SUMS, SESSION_SUMS, Sums, spread
from sim.scenario.model import Scenario
from sim.scenario.schema_business import DailyWeeklyHours
from sim.units import DAY, HOUR
from sim.workforce.people import Agents
from sim.workforce.roster import Segments

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PREMIUMS = ("night", "weekend", "holiday")

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


@dataclass(frozen=True)
class PayRules:
    """What a site pays on top of wages, in its local time; the center's rules for groups without a site."""

    groups: NDArray[np.bool_]
    """The groups that go by them."""
    rates: dict[str, float]
    """Of each premium paid, and of overtime."""
    hours: dict[str, Premium]
    """When each premium is earned."""
    overtime_after: DailyWeeklyHours


def pay_rules(scenario: Scenario) -> tuple[PayRules, ...]:
    """The rules of every site with a group, and the center's where a group has no site."""
    sites = [scenario.site_of(group) for group in scenario.groups]
    rules = []
    for site in dict.fromkeys(sites):
        one = scenario.groups[sites.index(site)]
        premiums = _premiums(scenario, one)
        rates = {kind: rate for kind, (rate, _) in premiums.items()} | {"overtime": scenario.pay(one).overtime}
        hours = {kind: hours_of for kind, (_, hours_of) in premiums.items()}
        rules.append(PayRules(np.array([s == site for s in sites]), rates, hours, scenario.overtime_after(one)))
    return tuple(rules)


def _premiums(scenario: Scenario, group: str) -> dict[str, tuple[float, Premium]]:
    """(rate, hours) of each premium that the group is paid."""
    clock, local = scenario.clock, scenario.local_time(group)
    pay, holidays = scenario.pay(group), scenario.holidays(group)
    # A site's dates lie up to two days from the center's, and a night began on the eve.
    days = range(EARLIEST, clock.days + BEYOND)
    dates = [clock.start + dt.timedelta(days=day) for day in days]
    result: dict[str, tuple[float, Premium]] = {}
    if pay.night is not None and pay.night.premium:
        start, end = pay.night.hours
        result["night"] = (
            pay.night.premium,
            Premium([(local.elapsed(d, start), local.elapsed(d, end)) for d in days]),
        )
    for name, rate, chosen in (
        ("weekend", pay.weekend, lambda date: date.weekday() >= 5),
        ("holiday", pay.holiday, lambda date: date in holidays),
    ):
        if rate:
            whole = [
                (local.elapsed(d, 0.0), local.elapsed(d, DAY))
                for d, date in zip(days, dates, strict=True)
                if chosen(date)
            ]
            result[name] = rate, Premium(whole)
    return result


def _premium_seconds(rules: tuple[PayRules, ...], kind: str, group: Ints, start: Floats, end: Floats) -> Floats:
    """Seconds of stretches of these groups' time that earn a premium, each by its own rules."""
    seconds = np.zeros(len(start))
    for one in rules:
        if kind in one.hours:
            theirs = one.groups[group]
            seconds[theirs] = one.hours[kind].seconds(start[theirs], end[theirs])
    return seconds


@dataclass(frozen=True)
class Payroll:
    """What a plan's schedule pays before anything happens, prepared once per plan."""

    scenario: Scenario
    agents: Agents
    rules: tuple[PayRules, ...]
    first_day: int
    """Number of the first date of `hours`; -1, the eve whose night shift reaches into the horizon, or a site's own."""
    hours: Floats
    """Paid hours, agents × local dates."""
    overrun_day: Ints
    """The column of `hours` to which time past a shift's end belongs; agents × days of the center."""
    premium_hours: dict[str, Floats]
    """Hours per agent that earn each premium."""
    staff_slots: Floats
    """Slots × groups × STAFF_SUMS, from the schedule."""
    staff_days: Floats
    by_seats: NDArray[np.bool_]
    """Groups run by seats: paid for the time signed on, grossed up by their shrinkage."""
    shrinkage: Floats

    @property
    def premiums(self) -> list[str]:
        """The premiums that anybody is paid."""
        return list(self.premium_hours)

    @cached_property
    def exchange(self) -> Floats:
        """What one unit of the currency of each group's wages is worth in the center's."""
        return np.array([self.scenario.exchange(group) for group in self.scenario.groups])

    @property
    def income_lines(self) -> list[str]:
        """What clients pay under this plan, in order; the lines add up to the income."""
        return income_lines(self.scenario)

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
        lines += ["telecom"] if spec.costs.telecom_per_minute else []
        lines += [f"vendor {vendor}" for vendor in vendors_in_use(self.scenario)]
        return lines + (["self-service"] if any(_session_costs(self.scenario)) else [])


def _session_costs(scenario: Scenario) -> list[float]:
    """What a session with the machine in front of each queue costs."""
    machines = [queue.self_service for queue in scenario.spec.queues.values()]
    return [0.0 if machine is None else machine.cost_per_session for machine in machines]


def prepare_payroll(
    scenario: Scenario, agents: Agents, segments: Segments, slot_of_interval: NDArray[np.int64], slots: int
) -> Payroll:
    clock, groups, rules = scenario.clock, len(scenario.groups), pay_rules(scenario)
    length = segments.end - segments.start
    dates = segments.days(clock.days)
    hours = np.zeros((len(agents.names), len(dates)))
    np.add.at(hours, (segments.agent, segments.day - dates.start), np.where(segments.paid, length, 0.0) / HOUR)
    group_of = agents.group[segments.agent]
    premium_hours = {
        kind: _per_agent(
            segments.agent,
            np.where(segments.paid, _premium_seconds(rules, kind, group_of, segments.start, segments.end), 0.0),
            len(hours),
        )
        for kind in PREMIUMS
        if any(kind in one.hours for one in rules)
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
            first, block = spread(clock, groups, group_of[picked], segments.start[picked], segments.end[picked])
            last = first + len(block)
            np.add.at(staff_slots[:, :, number], slot_of_interval[first:last], block)
            np.add.at(staff_days[:, :, number], clock.interval_day[first:last], block)
    seats = [group.seats for group in scenario.spec.groups.values()]
    return Payroll(
        scenario, agents, rules, dates.start, hours, _overrun_days(scenario, agents, segments, dates),
        premium_hours, staff_slots, staff_days,
        np.array([spec is not None for spec in seats]),
        np.array([0.0 if spec is None else min(spec.shrinkage, 0.99) for spec in seats]),
    )  # fmt: skip


def _overrun_days(scenario: Scenario, agents: Agents, segments: Segments, dates: range) -> Ints:
    """The column of the hours to which time past a shift's end belongs, by agent and day of the center.

    Without a site that day's own; at a site, whose dates are not the center's, the date of the shift that ended last.
    """
    clock = scenario.clock
    columns = np.tile(np.arange(clock.days) - dates.start, (len(agents.names), 1))
    ends = np.zeros((len(agents.names), len(dates)))
    np.maximum.at(ends, (segments.agent, segments.day - dates.start), segments.end)
    at_site = np.array([scenario.site_of(group) is not None for group in scenario.groups])
    for a in np.flatnonzero(at_site[agents.group]):
        worked = np.flatnonzero(ends[a])
        if len(worked):
            last = np.searchsorted(ends[a, worked], clock.day_start[1:], side="left") - 1
            columns[a] = np.where(last >= 0, worked[last], columns[a])
    return columns


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
    # Who finds no desk is there, and not available.
    off = full[..., STAFF_SUMS.index("in_office_off")] + group_sums[..., GROUP_SUMS.index("deskless")]
    full[..., STAFF_SUMS.index("in_office_off")] = np.where(seats, gross - available, off)
    return np.concatenate([group_sums, full], axis=-1)


def unscheduled_premium_hours(payroll: Payroll, presence: obs.Table) -> dict[str, Floats]:
    """Hours per agent that earn each premium outside the schedule: seats signed on, and time past a shift's end."""
    # Vendors' people are paid by the vendor.
    presence = presence[presence["group"] < len(payroll.by_seats)]
    by_seats = payroll.by_seats[presence["group"]]
    paid = (by_seats & (presence["activity"] == obs.AVAILABLE)) | (presence["activity"] == obs.OVERRUN + obs.OFF)
    rows = presence[paid]
    gross = 1.0 / (1.0 - payroll.shrinkage[rows["group"]])
    return {
        kind: _per_agent(
            rows["agent"],
            _premium_seconds(payroll.rules, kind, rows["group"], rows["began"], rows["ended"]) * gross,
            len(payroll.hours),
        )
        for kind in payroll.premiums
    }


@dataclass(frozen=True)
class _Earned:
    """What agents earn in one replication; money in the center's currency."""

    wages: Floats
    """Per group."""
    wage: Floats
    """Per agent and hour, for what is paid on top."""
    on_top: dict[str, Floats]
    """Hours per agent that earn each premium, and hours of overtime."""


def _earned(payroll: Payroll, sums: Sums, extra_premium_hours: dict[str, Floats]) -> _Earned:
    scenario, agents = payroll.scenario, payroll.agents
    hours = payroll.hours.copy()
    late = np.nonzero(sums.shift_overrun)
    np.add.at(hours, (late[0], payroll.overrun_day[late]), sums.shift_overrun[late] / HOUR)
    available = sums.group_days.sum(axis=0)[:, GROUP_SUMS.index("available")] / HOUR
    wage = agents.wage * payroll.exchange[agents.group]
    by_group = np.bincount(agents.group, wage * hours.sum(axis=1), len(scenario.groups))
    wages = np.asarray(by_group, dtype=np.float64)
    for g in np.flatnonzero(payroll.by_seats):
        # Which of its people sits on a seat is nobody's choice: each is paid the group's mean.
        members = agents.of_group(int(g))
        if len(members):
            wage[members] = wage[members].mean()
            wages[g] = wage[members[0]] * available[g] / (1.0 - payroll.shrinkage[g])
    overtime = np.zeros(len(hours))
    for one in payroll.rules:
        theirs = one.groups[agents.group]
        overtime[theirs] = overtime_hours(scenario, hours[theirs], payroll.first_day, one.overtime_after)
    on_top = {kind: payroll.premium_hours[kind] + extra_premium_hours[kind] for kind in payroll.premiums}
    return _Earned(wages, wage, on_top | {"overtime": overtime})


def cost_lines(payroll: Payroll, sums: Sums, extra_premium_hours: dict[str, Floats]) -> Floats:
    """The amount of each of `payroll.lines` in one replication."""
    scenario, costs = payroll.scenario, payroll.scenario.spec.costs
    queue_totals = sums.queue_days.sum(axis=0)
    earned = _earned(payroll, sums, extra_premium_hours)
    amounts = {f"wages {name}": float(earned.wages[g]) for g, name in enumerate(scenario.groups)}
    for kind, hours in earned.on_top.items():
        paid = earned.wage * hours
        amounts[f"{kind} premium"] = sum(
            one.rates.get(kind, 0.0) * float(paid[one.groups[payroll.agents.group]].sum()) for one in payroll.rules
        )
    amounts["load"] = (costs.load - 1.0) * sum(amounts.values())
    available = sums.group_days.sum(axis=0)[:, GROUP_SUMS.index("available")] / HOUR
    amounts["seats"] = costs.seat_per_hour * float(available.sum())
    per_contact = np.array([queue.cost_per_contact for queue in scenario.spec.queues.values()]) + costs.per_contact
    answered = queue_totals[:, QUEUE_SUMS.index("answered")]
    # A transferred contact costs its price at every queue that answered it, and the center's own once.
    again = sums.later_legs[..., QUEUE_SUMS.index("answered")]
    amounts["contacts"] = float((per_contact * answered).sum()) - costs.per_contact * float(again.sum())
    connected = queue_totals[:, QUEUE_SUMS.index("connected")]
    amounts["telecom"] = costs.telecom_per_minute * float(connected.sum()) / 60.0
    amounts |= {f"vendor {name}": amount for name, amount in vendor_bills(scenario, sums).items()}
    if "self-service" in payroll.lines:
        amounts["self-service"] = float(
            (np.array(_session_costs(scenario)) * sums.sessions[:, SESSION_SUMS.index("sessions")]).sum()
        )
    return np.array([amounts[line] for line in payroll.lines])


def group_costs(payroll: Payroll, sums: Sums, extra_premium_hours: dict[str, Floats]) -> Floats:
    """What the people of each group cost in one replication: their part of the wages, premiums, overtime and load."""
    group = payroll.agents.group
    earned = _earned(payroll, sums, extra_premium_hours)
    amounts = earned.wages.copy()
    for one in payroll.rules:
        extra = sum(rate * earned.on_top[kind] for kind, rate in one.rates.items())
        amounts += np.where(one.groups, np.bincount(group, earned.wage * extra, len(amounts)), 0.0)
    return np.asarray(payroll.scenario.spec.costs.load * amounts)


def overtime_hours(
    scenario: Scenario, hours: Floats, first_day: int = -1, limits: DailyWeeklyHours | None = None
) -> Floats:
    """Hours per agent beyond the day's or the week's limit, none counted twice; weeks run Monday to Sunday.

    The first column of `hours` is the date of that number, the eve of the horizon; the limits are the center's unless
    a site has its own.
    """
    limits = scenario.spec.center.overtime_after if limits is None else limits
    day_limit = np.inf if limits.day is None else limits.day / HOUR
    week_limit = np.inf if limits.week is None else limits.week / HOUR
    over_day = np.maximum(hours - day_limit, 0.0)
    week = (first_day + np.arange(hours.shape[1]) + scenario.clock.start.weekday() + 7) // 7
    normal = np.zeros((int(week[-1]) + 1, hours.shape[0]))
    np.add.at(normal, week, (hours - over_day).T)
    return np.asarray(over_day.sum(axis=1) + np.maximum(normal - week_limit, 0.0).sum(axis=0))
