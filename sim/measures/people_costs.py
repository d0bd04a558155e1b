"""What is spent on people beside their hours on the floor: recruiting, training, supervisors, courses.

And what it takes to replace an agent, as simulated: a cross-check of published figures, in no line and no total.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.measures.families import by_name
from sim.scenario.model import Scenario
from sim.workforce.careers import MOVEMENTS, TRAINING, Careers
from sim.workforce.courses import Courses
from sim.workforce.people import Agents

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

REPLACEMENT_SUMS = ("reached", "recruiting", "training_pay", "trainers", "mentors", "ramp")
"""People hired who reached the floor, and what was spent on bringing them there: for those whose training is over,
however it ended; the time that mentors spend with nesters; and the part of their pay that the ramp made nothing of."""

PUBLISHED_REPLACEMENT = (10_000.0, 20_000.0)
"""Dollars per agent, as Gartner and McKinsey are quoted second hand."""


class PeopleCosts:
    """Booked day by day. Money is in the center's currency: wages are the site's, fees the center's own."""

    def __init__(self, scenario: Scenario, agents: Agents, careers: Careers, courses: Courses) -> None:
        self._careers, self._courses = careers, courses
        spec, heads, groups = scenario.spec, len(agents.names), len(scenario.groups)
        self._load, self._group, self._groups = spec.costs.load, agents.group, groups
        exchange = np.array([group.exchange for group in scenario.numbered.groups])
        entries = list(spec.hiring.values())
        self._entry = np.full(heads, -1)
        for source in agents.sources:
            if source.kind == "hiring":
                self._entry[source.members] = list(spec.hiring).index(source.entry)
        self._entry_group = np.array([scenario.group(entry.group).number for entry in entries], np.int64)
        trainers = [entry.training.trainer if entry.training else None for entry in entries]
        self._trainer_wage = np.array([one.wage if one else 0.0 for one in trainers]) * exchange[self._entry_group]
        self._recruiting_cost = np.array([entry.cost for entry in entries])
        led = [group.spec.supervisors for group in scenario.numbered.groups]
        self._led_by_one = np.array([one.per if one else np.inf for one in led])
        a_day = spec.center.full_time_hours / 7
        self._supervisor_pay = np.array([one.wage * a_day if one else 0.0 for one in led]) * exchange
        self._course_cost = {f"courses/{name}": course.cost for name, course in spec.courses.items()}
        for group in scenario.numbered.groups:
            taught = group.spec.cross_training.items()
            self._course_cost |= {f"cross_training/{group.name}/{queue}": course.cost for queue, course in taught}
        # Per agent; the trainers' pay is shared out among those whom they train.
        self._training_pay, self._trainers, self._mentors, self._ramp = np.zeros((4, heads))
        self._supervisors = np.zeros(groups)
        self.pay_days, self.fees_so_far = np.zeros((2, scenario.clock.days))
        """By day: what `pay` adds up to on it, and `fees` up to its end."""

    def add(self, day: int, wage: Floats, paid: Floats, classroom: Floats, mentoring: Floats) -> None:
        """Book a day; per agent: wage per hour, paid hours of the shifts that begin, and of training before the floor,
        and hours spent mentoring."""
        careers = self._careers
        training = careers.stage == TRAINING
        self._training_pay += classroom * wage
        classes, entry = careers.trainers(day) * self._trainer_wage, self._entry[training]
        self._trainers[training] += (classes / np.maximum(np.bincount(entry, minlength=len(classes)), 1))[entry]
        heads = np.bincount(self._group[training | careers.on_floor], minlength=self._groups)
        supervisors = np.ceil(heads / self._led_by_one) * self._supervisor_pay
        self._supervisors += supervisors
        trained = (classroom * wage).sum() + classes[np.unique(entry)].sum()
        self.pay_days[day] = trained + supervisors.sum()
        self.fees_so_far[day:] = sum(float(by_group.sum()) for by_group in self.fees().values())
        self._mentors += mentoring * wage
        ramping = (self._entry >= 0) & careers.on_floor & ~careers.proficient
        speed = careers.factors[0, ramping] / careers.talent[0, ramping]
        self._ramp[ramping] += paid[ramping] * (1.0 - speed) * wage[ramping]

    def pay(self) -> dict[str, Floats]:
        """By cost line, per group: what the load is on."""
        return {
            "training pay": self._by_group(self._training_pay),
            "trainers": self._by_group(self._trainers),
            "supervisors": self._supervisors,
        }

    def fees(self) -> dict[str, Floats]:
        """By cost line, per group: what is paid as it stands."""
        # An agent pays again each time that a course is begun again.
        courses = [cost * self._by_group(self._courses.begun[key]) for key, cost in self._course_cost.items()]
        return {
            "recruiting": self._recruited(self._careers.started),
            "courses": np.array(courses).reshape(-1, self._groups).sum(axis=0),
        }

    def replacement(self) -> Floats:
        """Groups × REPLACEMENT_SUMS, at the end of the horizon; pay with the load that is on it."""
        careers = self._careers
        # Who is still in training may yet reach the floor, and does not say what it takes.
        over = careers.stage != TRAINING
        waiting = np.bincount(self._entry[~over], minlength=len(careers.started))
        columns = {
            "reached": by_name(MOVEMENTS, careers.movements)["graduated"].sum(axis=0),
            "recruiting": self._recruited(careers.started - waiting),
            "training_pay": self._load * self._by_group(np.where(over, self._training_pay, 0.0)),
            "trainers": self._load * self._by_group(np.where(over, self._trainers, 0.0)),
            "mentors": self._load * self._by_group(self._mentors),
            "ramp": self._load * self._by_group(self._ramp),
        }
        return np.stack([columns[name] for name in REPLACEMENT_SUMS], axis=1)

    def _recruited(self, people: Floats) -> Floats:
        """What recruiting so many people cost, by hiring entry; per group."""
        fees = people * self._recruiting_cost
        return np.asarray(np.bincount(self._entry_group, fees, self._groups), dtype=np.float64)

    def _by_group(self, per_agent: Floats | Ints) -> Floats:
        return np.asarray(np.bincount(self._group, per_agent, self._groups), dtype=np.float64)
