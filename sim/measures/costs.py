"""Money: paid hours × wage with premiums and load, training, seats, contacts. Every line adds up to the total.

Paid are the scheduled paid hours and the time past a shift's end; never what is already in another line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim import observations as obs
from sim.clock import Clock
from sim.measures.contracts import income_lines, vendor_bills
from sim.measures.families import Views, by_name
from sim.measures.pay import PREMIUMS, PayRules, overtime_hours, pay_rules, premium_seconds
from sim.measures.sums import GROUP_SUMS, QUEUE_SUMS, Sums, spread
from sim.scenario.language.off_floor import OUT_OF_OFFICE, Course, CrossTraining
from sim.scenario.language.quality import Outreach
from sim.scenario.model import Scenario
from sim.units import HOUR
from sim.workforce.people import Agents
from sim.workforce.roster import build_segments
from sim.workforce.segments import Segments

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STAFF_SUMS = (
    "paid", "contracted", "scheduled", "in_office_off", "out_of_office",
    "leave", "sick", "breaks", "meetings", "coaching", "training", "away", "late", "classroom",
)  # fmt: skip
"""Agent seconds per group: paid, contracted (what the roster pays when everybody comes), scheduled to be available, and
why not; then the contracted seconds of each reason; and paid ones in training before the floor, which are not
contracted."""

REASONS = {
    obs.LEAVE: "leave", obs.SICK: "sick", obs.BREAK: "breaks", obs.MEETING: "meetings", obs.COACHING: "coaching",
    obs.TRAINING: "training", obs.AWAY: "away", obs.LATE: "late",
}  # fmt: skip


def _counted_in() -> Floats:
    """Which of STAFF_SUMS each kind of time (4 × activity + 2 × paid + contracted) is in; kinds × STAFF_SUMS."""
    kinds = np.arange(4 * len(obs.ACTIVITIES))
    activity, paid, contracted = kinds // 4, kinds % 4 >= 2, kinds % 2 == 1
    out = np.isin(activity, [number for number, reason in REASONS.items() if reason in OUT_OF_OFFICE])
    columns = {
        "paid": paid,
        "contracted": contracted,
        "scheduled": (activity == obs.AVAILABLE) | (activity == obs.LATE),
        "in_office_off": contracted & (activity != obs.AVAILABLE) & ~out,
        "out_of_office": contracted & out,
        "classroom": np.zeros(len(kinds), np.bool_),
    } | {reason: contracted & (activity == number) for number, reason in REASONS.items()}
    return np.stack([columns[name] for name in STAFF_SUMS], axis=1).astype(np.float64)


COUNTED_IN = _counted_in()


def book_staff(
    clock: Clock, slot_of_interval: Ints, group: Ints, segments: Segments, slots: Floats, days: Floats
) -> None:
    """Add stretches of these groups' time to STAFF_SUMS by slot and by day, both × groups × STAFF_SUMS."""
    if not len(group):
        return
    kind = 4 * segments.activity + 2 * segments.paid + segments.contracted
    kinds = np.flatnonzero(np.bincount(kind))
    entity = group * len(kinds) + np.searchsorted(kinds, kind)
    first, block = spread(clock, slots.shape[1] * len(kinds), entity, segments.start, segments.end)
    last = first + len(block)
    booked = (block.reshape(-1, len(kinds)) @ COUNTED_IN[kinds]).reshape(last - first, *slots.shape[1:])
    np.add.at(slots, slot_of_interval[first:last], booked)
    np.add.at(days, clock.interval_day[first:last], booked)


@dataclass(frozen=True)
class Scheduled:
    """What a schedule pays before anything happens."""

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


@dataclass(frozen=True)
class Payroll:
    """How a plan pays, prepared once per plan."""

    scenario: Scenario
    agents: Agents
    rules: tuple[PayRules, ...]
    slot_of_interval: Ints
    slots: int
    by_seats: NDArray[np.bool_]
    """Groups run by seats: paid for the time signed on, grossed up by their shrinkage."""
    shrinkage: Floats
    of_segments: Scheduled | None
    """None: `scheduled` is worked out if somebody asks."""

    @cached_property
    def scheduled(self) -> Scheduled:
        """Of the starting staff, when everybody comes; where the workforce moves it is large, and no replication's."""
        if self.of_segments is not None:
            return self.of_segments
        return self._scheduled(build_segments(self.scenario, self.agents))

    def _scheduled(self, segments: Segments) -> Scheduled:
        clock, agents = self.scenario.clock, self.agents
        length = segments.end - segments.start
        dates = segments.days(clock.days)
        hours = np.zeros((len(agents.names), len(dates)))
        np.add.at(hours, (segments.agent, segments.day - dates.start), np.where(segments.paid, length, 0.0) / HOUR)
        group_of = agents.group[segments.agent]
        premium_hours = {
            kind: _per_agent(
                segments.agent,
                np.where(segments.paid, premium_seconds(self.rules, kind, group_of, segments.start, segments.end), 0.0),
                len(hours),
            )
            for kind in self.premiums
        }
        staff_slots, staff_days = self.no_staff()
        book_staff(clock, self.slot_of_interval, group_of, segments, staff_slots, staff_days)
        ends = np.zeros(hours.shape)
        np.maximum.at(ends, (segments.agent, segments.day - dates.start), segments.end)
        columns = overrun_days(self.scenario, agents.group, ends, dates.start)
        return Scheduled(dates.start, hours, columns, premium_hours, staff_slots, staff_days)

    def no_staff(self) -> tuple[Floats, Floats]:
        """Tables of STAFF_SUMS by slot and by day in which nothing is booked."""
        columns = len(self.scenario.groups), len(STAFF_SUMS)
        return np.zeros((self.slots, *columns)), np.zeros((self.scenario.clock.days, *columns))

    @cached_property
    def premiums(self) -> list[str]:
        """The premiums that anybody is paid."""
        return [kind for kind in PREMIUMS if any(kind in one.hours for one in self.rules)]

    @cached_property
    def exchange(self) -> Floats:
        """What one unit of the currency of each group's wages is worth in the center's."""
        return np.array([group.exchange for group in self.scenario.numbered.groups])

    @cached_property
    def seat_wages(self) -> dict[int, float]:
        """By number of a group run by seats that has people: which of them sits on a seat is nobody's choice, and each
        is paid the group's mean."""
        wage, members = self._own_wage, [(int(g), self.agents.of_group(int(g))) for g in np.flatnonzero(self.by_seats)]
        return {g: wage[who].mean() for g, who in members if len(who)}

    @property
    def _own_wage(self) -> Floats:
        return self.agents.wage * self.exchange[self.agents.group]

    @cached_property
    def wage(self) -> Floats:
        """Per agent, an hour on the first day."""
        wage = self._own_wage
        for g, mean in self.seat_wages.items():
            wage[self.agents.of_group(g)] = mean
        return wage

    @cached_property
    def as_scheduled(self) -> tuple[Floats, Floats]:
        return self.worked(self.scheduled.hours)

    def worked(self, hours: Floats) -> tuple[Floats, Floats]:
        """What these hours (as `hours` above) earn each group at the wages of the first day; overtime in them, per
        agent."""
        by_group = np.bincount(self.agents.group, self._own_wage * hours.sum(axis=1), len(self.by_seats))
        overtime, first_day = np.zeros(len(hours)), self.scheduled.first_day
        for one in self.rules:
            theirs = one.groups[self.agents.group]
            overtime[theirs] = overtime_hours(self.scenario, hours[theirs], first_day, one.overtime_after)
        return np.asarray(by_group, dtype=np.float64), overtime

    @cached_property
    def cost_per_contact(self) -> Floats:
        """By queue, beside the center's own."""
        return np.array([queue.spec.cost_per_contact for queue in self.scenario.numbered.queues])

    @cached_property
    def cost_per_session(self) -> Floats:
        """By queue, of the machine in front of it."""
        machines = [queue.spec.self_service for queue in self.scenario.numbered.queues]
        return np.array([0.0 if machine is None else machine.cost_per_session for machine in machines])

    @cached_property
    def cost_of_writing(self) -> Floats:
        """By queue, what it costs to write to one customer in time."""
        return np.array([0.0 if one is None else one.messages * one.cost for one in _outreach(self.scenario)])

    @property
    def income_lines(self) -> list[str]:
        """What clients pay under this plan, in order; the lines add up to the income."""
        return income_lines(self.scenario)

    @cached_property
    def lines(self) -> list[str]:
        """The cost lines of this plan, in order; they add up to the total."""
        groups, spec = self.scenario.groups, self.scenario.spec
        lines = [f"wages {group}" for group in groups]
        lines += [f"{premium} premium" for premium in self.premiums]
        loaded, fees = people_lines(self.scenario)
        lines += ["overtime premium", *loaded, "load", *fees]
        lines += ["seats"] if spec.costs.seat_per_hour else []
        per_contact = spec.costs.per_contact or self.scenario.uses.contact_costs
        lines += ["contacts"] if per_contact else []
        lines += ["telecom"] if spec.costs.telecom_per_minute else []
        lines += [f"vendor {vendor}" for vendor in self.scenario.uses.vendors]
        lines += ["self-service"] if self.cost_per_session.any() else []
        lines += ["goodwill"] if spec.customers and self.scenario.uses.credits else []
        return lines + (["outreach"] if any(_outreach(self.scenario)) else [])


def people_lines(scenario: Scenario) -> tuple[list[str], list[str]]:
    """What is spent on people beside wages and premiums, where the plan has it: pay, under the load, and fees."""
    spec = scenario.spec
    trainings = [hiring.training for hiring in spec.hiring.values() if hiring.training is not None]
    tables: list[Mapping[str, Course | CrossTraining]] = [
        group.spec.cross_training for group in scenario.numbered.groups
    ]
    taught = [course for table in (spec.courses, *tables) for course in table.values()]
    pay = {
        "training pay": any(training.paid for training in trainings),
        "trainers": any(training.trainer is not None for training in trainings),
        "supervisors": scenario.uses.supervisors,
    }
    fees = {
        "recruiting": any(hiring.cost for hiring in spec.hiring.values()),
        "courses": any(course.cost for course in taught),
    }
    return [line for line, used in pay.items() if used], [line for line, used in fees.items() if used]


def _outreach(scenario: Scenario) -> list[Outreach | None]:
    return [queue.spec.outreach for queue in scenario.numbered.queues]


def prepare_payroll(
    scenario: Scenario, agents: Agents, segments: Segments | None, slot_of_interval: NDArray[np.int64], slots: int
) -> Payroll:
    """`segments`: those of the starting staff; without them, what they pay is worked out once somebody asks."""
    seats = [group.spec.seats for group in scenario.numbered.groups]
    payroll = Payroll(
        scenario, agents, pay_rules(scenario), slot_of_interval, slots,
        np.array([spec is not None for spec in seats]),
        np.array([0.0 if spec is None else min(spec.shrinkage, 0.99) for spec in seats]), None,
    )  # fmt: skip
    return payroll if segments is None else replace(payroll, of_segments=payroll._scheduled(segments))


def overrun_days(scenario: Scenario, group: Ints, ends: Floats, first_day: int) -> Ints:
    """The column of the hours to which time past a shift's end belongs, by agent and day of the center.

    Without a site that day's own; at a site, whose dates are not the center's, the date of the shift that ended last.
    `group`: of each of these agents. `ends`: when the last stretch of each date ended, agents × dates from `first_day`
    on; 0 for none.
    """
    clock = scenario.clock
    columns = np.tile(np.arange(clock.days) - first_day, (len(group), 1))
    at_site = np.array([one.site is not None for one in scenario.numbered.groups])
    for a in np.flatnonzero(at_site[group]):
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
    s = by_name(GROUP_SUMS, group_sums)
    gross = s["available"] / (1.0 - payroll.shrinkage)
    full = np.broadcast_to(staff, (*group_sums.shape[:-1], len(STAFF_SUMS))).copy()
    seats = payroll.by_seats
    booked = by_name(STAFF_SUMS, full)
    # Who finds no desk is there, and not available.
    for name, seated, scheduled in (
        ("paid", gross, booked["paid"] + s["shift_overrun"]),
        ("contracted", gross, booked["contracted"]),
        ("scheduled", s["available"], booked["scheduled"]),
        ("in_office_off", gross - s["available"], booked["in_office_off"] + s["deskless"]),
    ):
        booked[name][:] = np.where(seats, seated, scheduled)
    return np.concatenate([group_sums, full], axis=-1)


def outside_schedule(payroll: Payroll, presence: obs.Table) -> obs.Table:
    """Presence rows that are paid, and in no schedule: seats signed on, and time past a shift's end."""
    # Vendors' people are paid by the vendor.
    presence = presence[presence["group"] < len(payroll.by_seats)]
    by_seats = payroll.by_seats[presence["group"]]
    paid = (by_seats & (presence["activity"] == obs.AVAILABLE)) | (presence["activity"] == obs.OVERRUN + obs.OFF)
    return np.asarray(presence[paid])


def unscheduled_premium_hours(payroll: Payroll, presence: obs.Table, wage: Floats | None = None) -> dict[str, Floats]:
    """Hours per agent that earn each premium outside the schedule.

    With a wage (days of the center × agents), what these hours were worth.
    """
    rows = outside_schedule(payroll, presence)
    weight = 1.0 / (1.0 - payroll.shrinkage[rows["group"]])
    if wage is not None:
        clock = payroll.scenario.clock
        weight *= wage[clock.interval_day[(rows["began"] / clock.interval).astype(np.int64)], rows["agent"]]
    return {
        kind: _per_agent(
            rows["agent"],
            premium_seconds(payroll.rules, kind, rows["group"], rows["began"], rows["ended"]) * weight,
            len(payroll.agents.names),
        )
        for kind in payroll.premiums
    }


@dataclass(frozen=True)
class Earned:
    """What people earn in one replication, and what else is spent on them; money in the center's currency."""

    wages: Floats
    """Per group."""
    on_top: dict[str, Floats]
    """Per agent, hours that earn each premium, and hours of overtime."""
    wage: Floats
    """Per agent, for each of these hours; 1 where wages move, and the hours are counted at what each was worth."""
    more: dict[str, Floats] = field(default_factory=dict)
    """Other pay per group, by cost line; load is on it."""
    fees: dict[str, Floats] = field(default_factory=dict)
    """What is spent per group beside pay, by cost line."""


def scheduled_pay(payroll: Payroll, sums: Sums, extra_premium_hours: dict[str, Floats]) -> Earned:
    """What the schedule and the time past its ends earn, where nobody's wage moves."""
    late = np.nonzero(sums.shift_overrun)
    by_group, overtime = payroll.as_scheduled
    if len(late[0]):
        hours = payroll.scheduled.hours.copy()
        np.add.at(hours, (late[0], payroll.scheduled.overrun_day[late]), sums.shift_overrun[late] / HOUR)
        by_group, overtime = payroll.worked(hours)
    wages = by_group.copy()
    if payroll.seat_wages:
        available = Views(GROUP_SUMS, sums.group_days.sum(axis=0))["available"] / HOUR
    for g, wage in payroll.seat_wages.items():
        wages[g] = wage * available[g] / (1.0 - payroll.shrinkage[g])
    on_top = {kind: payroll.scheduled.premium_hours[kind] + extra_premium_hours[kind] for kind in payroll.premiums}
    return Earned(wages, on_top | {"overtime": overtime}, payroll.wage)


def costs_by_line(payroll: Payroll, sums: Sums, earned: Earned, customers: Mapping[str, float] | None = None) -> Floats:
    """The amount of each of `payroll.lines` in one replication; `customers`: CUSTOMER_SUMS, if they have a memory."""
    scenario, costs = payroll.scenario, payroll.scenario.spec.costs
    amounts = {f"wages {name}": float(earned.wages[g]) for g, name in enumerate(scenario.groups)}
    for kind, hours in earned.on_top.items():
        paid = earned.wage * hours
        amounts[f"{kind} premium"] = sum(
            one.rates.get(kind, 0.0) * float(paid[one.groups[payroll.agents.group]].sum()) for one in payroll.rules
        )
    amounts |= {line: float(by_group.sum()) for line, by_group in earned.more.items()}
    amounts["load"] = (costs.load - 1.0) * sum(amounts.values())
    amounts |= {line: float(by_group.sum()) for line, by_group in earned.fees.items()}
    if "seats" in payroll.lines:
        available = Views(GROUP_SUMS, sums.group_days.sum(axis=0))["available"] / HOUR
        amounts["seats"] = costs.seat_per_hour * float(available.sum())
    queue_totals = Views(QUEUE_SUMS, sums.queue_days.sum(axis=0))
    if "contacts" in payroll.lines:
        per_contact = payroll.cost_per_contact + costs.per_contact
        # A transferred contact costs its price at every queue that answered it, and the center's own once.
        again = sums.views(Sums.later_legs)["answered"]
        amounts["contacts"] = float((per_contact * queue_totals["answered"]).sum())
        amounts["contacts"] -= costs.per_contact * float(again.sum())
    if "telecom" in payroll.lines:
        amounts["telecom"] = costs.telecom_per_minute * float(queue_totals["connected"].sum()) / 60.0
    amounts |= {f"vendor {name}": amount for name, amount in vendor_bills(scenario, sums).items()}
    if "self-service" in payroll.lines:
        sessions = sums.views(Sums.sessions)["sessions"]
        amounts["self-service"] = float((payroll.cost_per_session * sessions).sum())
    amounts["goodwill"] = 0.0 if customers is None else customers["credit_cost"]
    if "outreach" in payroll.lines:
        amounts["outreach"] = float((payroll.cost_of_writing * sums.views(Sums.outreach)["written_to"]).sum())
    return np.array([amounts[line] for line in payroll.lines])


def costs_by_group(payroll: Payroll, earned: Earned) -> Floats:
    """What the people of each group cost in one replication: their part of pay, the load on it, and the fees."""
    amounts = earned.wages.copy()
    for one in payroll.rules:
        extra = sum(rate * earned.on_top[kind] for kind, rate in one.rates.items())
        amounts += np.where(one.groups, np.bincount(payroll.agents.group, earned.wage * extra, len(amounts)), 0.0)
    amounts += sum(earned.more.values(), np.zeros(len(amounts)))
    return np.asarray(payroll.scenario.spec.costs.load * amounts + sum(earned.fees.values(), np.zeros(len(amounts))))
