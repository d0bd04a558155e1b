"""Money of a workforce that moves, by arithmetic: wages that change, training, sickness, supervisors, courses.

Shifts and careers are written by hand; nobody calls, and nothing is played.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from test_costs import CENTER, MANILA, NEW_YORK, QUEUE, REST, group, no_sums, payroll_of, presence, world

from sim import observations as obs
from sim.luck import PeopleLuck
from sim.measures.costs import (
    STAFF_SUMS,
    Payroll,
    costs_by_group,
    costs_by_line,
    prepare_payroll,
    scheduled_pay,
    unscheduled_premium_hours,
)
from sim.measures.pay import overtime_by_date, overtime_hours
from sim.measures.people_costs import REPLACEMENT_SUMS
from sim.measures.sums import GROUP_SUMS, Sums, slots_of
from sim.measures.timesheet import Timesheet
from sim.scenario.language.business import DailyWeeklyHours
from sim.scenario.load import load
from sim.units import HOUR
from sim.workforce.careers import LEFT, MOVEMENTS, NESTING, ON_FLOOR, TRAINING, YET_TO_COME, Careers
from sim.workforce.people import build_agents
from sim.workforce.roster import build_segments
from sim.workforce.segments import NO_SEGMENTS, Segments

WEEK = CENTER.format(start="2026-03-30", days=7, zone="UTC")
"""Monday to Sunday."""


@dataclass
class Stub:
    """Careers as the timesheet sees them: what each agent's figures are on the day that is booked."""

    wage: Any
    """By day number: per agent."""
    stage: np.ndarray
    entries: int = 0
    hours: Any = None
    """In the classroom, by day: per agent."""
    trainer_hours: Any = None
    speed: np.ndarray | None = None
    graduated: tuple[float, ...] = (0.0,)
    started: np.ndarray = field(default_factory=lambda: np.zeros(0))

    @property
    def on_floor(self) -> np.ndarray:
        return (self.stage == ON_FLOOR) | (self.stage == NESTING)

    @property
    def talent(self) -> np.ndarray:
        return np.full((2, len(self.stage)), 1.25)

    @property
    def factors(self) -> np.ndarray:
        speed = np.ones(len(self.stage)) if self.speed is None else self.speed
        return np.stack([speed, speed]) * self.talent

    @property
    def proficient(self) -> np.ndarray:
        return (self.stage == ON_FLOOR) & (self.factors[0] / self.talent[0] >= 0.95)

    @property
    def movements(self) -> np.ndarray:
        table = np.zeros((1, len(self.graduated), len(MOVEMENTS)))
        table[0, :, MOVEMENTS.index("graduated")] = self.graduated
        return table

    def wages(self, day: int) -> np.ndarray:
        return np.asarray(self.wage(day), dtype=np.float64)

    def classroom_hours(self, day: int) -> np.ndarray:
        return np.zeros(len(self.stage)) if self.hours is None else np.asarray(self.hours(day), dtype=np.float64)

    def trainers(self, day: int) -> np.ndarray:
        return np.zeros(self.entries) if self.trainer_hours is None else np.asarray(self.trainer_hours(day))


def careers_of(payroll: Payroll, wage: Any = None, **more: Any) -> Stub:
    """The starting staff on the floor, at their first wages, and nobody else yet."""
    agents, entries = payroll.agents, len(payroll.scenario.spec.hiring)
    more = {"stage": np.where(agents.starting, ON_FLOOR, YET_TO_COME), "started": np.zeros(entries)} | more
    return Stub(wage or (lambda _: agents.wage), entries=entries, **more)


def shift(
    agent: int,
    day: int,
    start: float,
    end: float,
    activity: int = obs.AVAILABLE,
    paid: bool = True,
    contracted: bool = True,
) -> Segments:
    """One stretch, in hours of its date."""
    row = (agent, day, (24 * day + start) * HOUR, (24 * day + end) * HOUR, activity, paid, contracted)
    return Segments(*(np.array([value]) for value in row))


def together(parts: list[Segments]) -> Segments:
    columns = zip(*(part.columns() for part in [NO_SEGMENTS, *parts]), strict=True)
    return Segments(*(np.concatenate(column) for column in columns))


def booked(
    payroll: Payroll,
    careers: Stub,
    stretches: list[Segments],
    mentoring: dict[int, float] | None = None,
    begun: dict[str, Any] | None = None,
) -> Timesheet:
    """A timesheet of the whole horizon; `mentoring`: hours of the first day, by agent."""
    agents = len(payroll.agents.names)
    timesheet = Timesheet(payroll, careers, SimpleNamespace(begun={k: np.array(v) for k, v in (begun or {}).items()}))
    helped = np.zeros(agents)
    for agent, hours in (mentoring or {}).items():
        helped[agent] = hours * HOUR
    for day in range(payroll.scenario.clock.days):
        today = [part for part in stretches if day == max(int(part.start[0] // (24 * HOUR)), 0)]
        timesheet.add(day, together(today), helped if day == 0 else np.zeros(agents))
    return timesheet


FEES = ("recruiting", "courses")


def amounts(timesheet: Timesheet, payroll: Payroll, sums: Sums | None = None) -> dict[str, float]:
    """Every cost line; those of people add up to what the groups cost."""
    sums = no_sums(payroll.scenario, len(payroll.agents.names)) if sums is None else sums
    earned = timesheet.earned(sums)
    lines = dict(zip(payroll.lines, costs_by_line(payroll, sums, earned).tolist(), strict=True))
    pay = [lines[line] for line in lines if line not in (*FEES, "load") and not line.startswith("seats")]
    assert lines["load"] == pytest.approx(0.25 * sum(pay))
    fees = sum(lines.get(line, 0.0) for line in FEES)
    assert costs_by_group(payroll, earned).sum() == pytest.approx(1.25 * sum(pay) + fees)
    return lines


def five_days(hours: float = 8.0, agent: int = 0) -> list[Segments]:
    return [shift(agent, day, 8.0, 8.0 + hours) for day in range(5)]


def raised(day: int) -> list[float]:
    """20 an hour, and a tenth more from Thursday on."""
    return [20.0 if day < 3 else 22.0]


def test_a_raise_counts_from_its_date(tmp_path: Path) -> None:
    payroll = payroll_of(world(tmp_path, WEEK + QUEUE.format(name="q") + group("g", 20) + REST))
    found = amounts(booked(payroll, careers_of(payroll, raised), five_days()), payroll)
    assert found == pytest.approx({"wages g": 3 * 160 + 2 * 176, "overtime premium": 0.0, "load": 0.25 * 832})


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ('day = "8h"', 3 * 20 + 2 * 22),
        # Friday's last five hours are those beyond 40.
        ('week = "40h"', 5 * 22),
        # 8 + 8 + 8 + 8 + 4 and 4: an hour each day, and of Friday's other eight the last four.
        ('day = "8h", week = "36h"', 3 * 20 + 2 * 22 + 4 * 22),
    ],
)
def test_overtime_is_paid_at_the_wage_of_the_day_on_which_it_falls(
    tmp_path: Path, limits: str, expected: float
) -> None:
    text = WEEK + f'overtime_after = {{ {limits} }}\npay = {{ overtime = "50%" }}\n'
    payroll = payroll_of(world(tmp_path, text + QUEUE.format(name="q") + group("g", 20) + REST))
    found = amounts(booked(payroll, careers_of(payroll, raised), five_days(9.0)), payroll)
    assert found["overtime premium"] == pytest.approx(0.5 * expected)
    assert found["wages g"] == pytest.approx(27 * 20 + 18 * 22)


def test_overtime_by_date_adds_up_to_the_overtime_of_the_agent() -> None:
    """Random hours, from a Thursday on, over limits of every kind."""
    rng, start = np.random.default_rng(4), SimpleNamespace(weekday=lambda: 3)
    scenario: Any = SimpleNamespace(clock=SimpleNamespace(start=start))
    for days, first in ((1, 0), (30, -3), (21, -1), (9, -2)):
        hours = np.round(rng.uniform(0.0, 12.0, (5, days)) * (rng.uniform(size=(5, days)) < 0.7), 1)
        for day, week in ((8.0, None), (None, 38.5), (9.0, 40.0), (None, None)):
            limits = DailyWeeklyHours.model_construct(day=day and day * HOUR, week=week and week * HOUR)
            found = overtime_by_date(scenario, hours, first, limits)
            assert found.sum(axis=1) == pytest.approx(overtime_hours(scenario, hours, first, limits))
            assert (found >= 0.0).all()
            assert (found <= hours + 1e-9).all()
            # A group may have nobody.
            assert overtime_by_date(scenario, hours[:0], first, limits).shape == (0, days)


def test_time_past_the_end_is_paid_at_that_days_wage_with_its_premiums(tmp_path: Path) -> None:
    """Half an hour past eight on Wednesday and on Thursday, all of it at night: 20 and 22 an hour, and half on top."""
    text = (
        WEEK
        + 'overtime_after = { day = "8h" }\npay = { overtime = "25%", night = { hours = "22:00-06:00", premium = "50%" } }\n'
    )
    payroll = payroll_of(world(tmp_path, text + QUEUE.format(name="q") + group("g", 20) + REST))
    shifts = [shift(0, day, 14.0, 22.0) for day in (2, 3)]
    timesheet = booked(payroll, careers_of(payroll, raised), shifts)
    over = obs.OVERRUN + obs.OFF
    timesheet.add_presence(presence([(0, 0, over, 24 * day + 22.0, 24 * day + 22.5) for day in (2, 3)]))
    sums = no_sums(payroll.scenario)
    sums.shift_overrun[0, 2:4] = 1800.0
    found = amounts(timesheet, payroll, sums)
    assert found["wages g"] == pytest.approx(8.5 * 20 + 8.5 * 22)
    assert found["night premium"] == pytest.approx(0.5 * 0.5 * (20 + 22))
    assert found["overtime premium"] == pytest.approx(0.25 * 0.5 * (20 + 22))


def test_seats_are_paid_the_groups_mean_of_each_day(tmp_path: Path) -> None:
    """Two people at 20 and 30, a tenth more from Thursday on; a fifth of the paid time shrinks away: 10 hours a day."""
    seats = '[groups.g]\nwage = 20\nskills = { q = {} }\nseats = { csv = "seats.csv", shrinkage = "20%" }\n'
    text = WEEK + 'pay = { weekend = "50%" }\n' + QUEUE.format(name="q") + seats + "[costs]\nload = 1.25\n"
    scenario = world(tmp_path, text)
    (tmp_path / "seats.csv").write_text("weekday,start,seats\nmon,10:00,2\n")
    payroll = payroll_of(load(scenario.folder / "world.toml"))
    careers = careers_of(payroll, lambda day: np.array([20.0, 30.0]) * (1.0 if day < 3 else 1.1))
    timesheet = booked(payroll, careers, [])
    timesheet.add_presence(presence([(1, 0, obs.AVAILABLE, 24 * 5 + 9.0, 24 * 5 + 17.0)]))
    sums = no_sums(scenario, 2)
    sums.group_days[[2, 3, 5], 0, GROUP_SUMS.index("available")] = 8 * HOUR
    found = amounts(timesheet, payroll, sums)
    assert found["wages g"] == pytest.approx(10 * 25.0 + 2 * 10 * 27.5)
    assert found["weekend premium"] == pytest.approx(0.5 * 10 * 27.5)


def staff(timesheet: Timesheet, name: str) -> tuple[float, float]:
    """Hours of one of STAFF_SUMS: by slots, and by days."""
    number = STAFF_SUMS.index(name)
    return timesheet.staff_slots[..., number].sum() / HOUR, timesheet.staff_days[..., number].sum() / HOUR


def test_unpaid_sickness_is_contracted_and_not_paid(tmp_path: Path) -> None:
    """A paid day sick, an unpaid one, and a day of work that begins half an hour late, unpaid, with an hour's meeting."""
    payroll = payroll_of(world(tmp_path, WEEK + QUEUE.format(name="q") + group("g", 20) + REST))
    shifts = [
        shift(0, 0, 9.0, 17.0, obs.SICK),
        shift(0, 1, 9.0, 17.0, obs.SICK, paid=False),
        shift(0, 2, 9.0, 9.5, obs.LATE, paid=False),
        shift(0, 2, 9.5, 11.0),
        shift(0, 2, 11.0, 12.0, obs.MEETING),
        shift(0, 2, 12.0, 12.5, obs.BREAK, paid=False, contracted=False),
        shift(0, 2, 12.5, 12.75, obs.BREAK),
        shift(0, 2, 12.75, 17.5),
        shift(0, 3, 9.0, 13.0, obs.LEAVE),
        shift(0, 3, 13.0, 14.0, obs.COACHING),
        shift(0, 3, 14.0, 16.0, obs.TRAINING),
        shift(0, 3, 16.0, 17.0, obs.AWAY),
    ]
    timesheet = booked(payroll, careers_of(payroll), shifts)
    assert amounts(timesheet, payroll)["wages g"] == pytest.approx((8 + 7.5 + 8) * 20)
    expected = {
        "paid": 23.5, "contracted": 32.0, "scheduled": 6.75, "in_office_off": 0.5 + 1.25 + 4.0, "out_of_office": 20.0,
        "leave": 4.0, "sick": 16.0, "breaks": 0.25, "meetings": 1.0, "coaching": 1.0, "training": 2.0, "away": 1.0,
        "late": 0.5, "classroom": 0.0,
    }  # fmt: skip
    for name in STAFF_SUMS:
        assert staff(timesheet, name) == pytest.approx((expected[name], expected[name])), name


def test_a_night_is_booked_where_it_falls(tmp_path: Path) -> None:
    """20:00 to 4:00, on the eve of the horizon (of which four hours are left), on Monday, and on Sunday, cut at its end."""
    payroll = payroll_of(world(tmp_path, WEEK + QUEUE.format(name="q") + group("g", 20) + REST))
    eve = Segments(*(np.array([v]) for v in (0, -1, 0.0, 4 * HOUR, obs.AVAILABLE, True, True)))
    timesheet = booked(payroll, careers_of(payroll, raised), [eve, shift(0, 0, 20.0, 28.0), shift(0, 6, 20.0, 24.0)])
    hours = timesheet.staff_days[:, 0, STAFF_SUMS.index("scheduled")] / HOUR
    assert hours.tolist() == [8.0, 4.0, 0.0, 0.0, 0.0, 0.0, 4.0]
    assert amounts(timesheet, payroll)["wages g"] == pytest.approx(12 * 20 + 4 * 22)


def test_careers_own_wages_steps_and_raises_are_what_is_paid(tmp_path: Path) -> None:
    """25 weeks of tenure, 20, and an own wage; the second step comes at week 26, a tenth more on the second Thursday."""
    (tmp_path / "people.csv").write_text("agent,hired,wage\nAda,2025-10-06,\nBo,2025-11-10,\nCy,2020-01-06,30\n")
    staff = (
        '[groups.g]\npeople = { csv = "people.csv" }\nshifts = { day = "100%" }\nskills = { q = {} }\n'
        "wage = { steps = [[0, 17], [26, 18]], raises = { spring = { on = 2026-04-09, factor = 1.1 } } }\n"
    )
    text = WEEK.replace("days = 7", "days = 14") + QUEUE.format(name="q") + staff + REST
    payroll = payroll_of(world(tmp_path, text))
    scenario = payroll.scenario
    careers = Careers(scenario, payroll.agents, PeopleLuck(1, 0, [("groups/g", 3)]))
    timesheet = Timesheet(payroll, careers, SimpleNamespace(begun={}))  # type: ignore[arg-type]
    for day in range(14):
        careers.morning(day)
        shifts = [shift(agent, day, 9.0, 17.0) for agent in range(3)] if day % 7 < 5 else []
        timesheet.add(day, together(shifts), np.zeros(3))
        careers.evening(day, np.zeros(3), np.full(1, np.nan))
    ada, bo, cy = 5 * 17 + 3 * 18 + 2 * 18 * 1.1, 8 * 17 + 2 * 17 * 1.1, 8 * 30 + 2 * 30 * 1.1
    assert amounts(timesheet, payroll)["wages g"] == pytest.approx(8 * (ada + bo + cy))


CLASS = """
[hiring.spring]
group = "g"
starts = 2026-03-30
offers = 4
cost = 500
training = { length = "1w", trainer = { per = 3, wage = 30 } }
"""


def test_training_is_paid_apart_from_the_wages_and_trainers_too(tmp_path: Path) -> None:
    """Four trainees at 15 an hour, eight hours from Monday to Friday; two trainers at 30; 500 for each who started."""
    payroll = payroll_of(world(tmp_path, WEEK + QUEUE.format(name="q") + group("g", 20) + CLASS + REST))
    assert payroll.lines == ["wages g", "overtime premium", "training pay", "trainers", "load", "recruiting"]
    careers = careers_of(
        payroll,
        lambda _: [20.0, 15.0, 15.0, 15.0, 15.0],
        stage=np.array([ON_FLOOR, TRAINING, TRAINING, TRAINING, TRAINING]),
        hours=lambda day: np.array([0.0, 8.0, 8.0, 8.0, 8.0]) * (day < 5),
        trainer_hours=lambda day: [16.0 * (day < 5)],
        started=np.array([4.0]),
    )
    timesheet = booked(payroll, careers, five_days())
    pay = {"wages g": 800.0, "overtime premium": 0.0, "training pay": 4 * 40 * 15.0, "trainers": 2 * 40 * 30.0}
    load = 0.25 * sum(pay.values())
    assert amounts(timesheet, payroll) == pytest.approx(pay | {"load": load, "recruiting": 2000.0})
    # Paid, but neither contracted nor on the floor.
    assert staff(timesheet, "classroom") == pytest.approx((160.0, 160.0))
    assert staff(timesheet, "paid") == pytest.approx((200.0, 200.0))
    assert staff(timesheet, "contracted") == pytest.approx((40.0, 40.0))
    # While all are still in training, nobody has been replaced, whatever has been spent.
    assert timesheet.replacement().tolist() == [[0.0] * len(REPLACEMENT_SUMS)]


def test_what_dropouts_cost_is_borne_by_those_who_reach_the_floor(tmp_path: Path) -> None:
    """Of four, one drops out on Tuesday evening, one stays in training, two reach the floor on Thursday and nest.

    There each works 8 hours at 15 on Thursday and Friday, at 0.6 of the speed, then at 0.8; the talent is no part of it.
    A proficient agent at 20 helps for two hours. Pay carries the load.
    """
    payroll = payroll_of(world(tmp_path, WEEK + QUEUE.format(name="q") + group("g", 20) + CLASS + REST))
    careers = careers_of(payroll, lambda _: [20.0, 15.0, 15.0, 15.0, 15.0], started=np.array([4.0]), graduated=(2.0,))
    careers.speed, there = np.array([1.0, 1.0, 1.0, 1.0, 1.0]), SimpleNamespace(begun={})
    timesheet = Timesheet(payroll, careers, there)  # type: ignore[arg-type]
    classroom = np.array([[8, 8, 8, 8], [8, 8, 8, 8], [8, 8, 8, 0], [0, 0, 8, 0], [0, 0, 8, 0]], float)
    for day, hours in enumerate(classroom):
        floor = day >= 3
        left = LEFT if day >= 2 else TRAINING
        careers.stage = np.array(
            [ON_FLOOR, *([NESTING if day == 3 else ON_FLOOR] * 2 if floor else [TRAINING] * 2), TRAINING, left]
        )
        careers.speed[1:3] = 0.6 if day == 3 else 0.8
        careers.hours = lambda _, hours=hours: [0.0, *hours]
        # Three to a trainer: two for the four of the first days, then one.
        careers.trainer_hours = lambda _, day=day: [16.0 if day < 2 else 8.0]
        shifts = [shift(agent, day, 9.0, 17.0) for agent in (0, *((1, 2) if floor else ()))]
        timesheet.add(day, together(shifts), np.array([2.0 * HOUR * (day == 3), 0, 0, 0, 0]))
    found = dict(zip(REPLACEMENT_SUMS, timesheet.replacement()[0].tolist(), strict=True))
    # Of the trainers' 480 a day three quarters are for the three whose training is over; of Wednesday's 240 two thirds.
    assert found == pytest.approx(
        {
            "reached": 2.0, "recruiting": 3 * 500.0, "training_pay": 1.25 * (16 + 2 * 24) * 15,
            "trainers": 1.25 * (2 * 0.75 * 480 + 240 * 2 / 3), "mentors": 1.25 * 2 * 20,
            "ramp": 1.25 * 2 * 8 * 15 * (0.4 + 0.2),
        }
    )  # fmt: skip
    lines = amounts(timesheet, payroll)
    # What it takes is in the lines already: mentors and those who ramp are paid their wages, once.
    assert lines["wages g"] == pytest.approx(5 * 160 + 2 * 2 * 120)
    assert lines["training pay"] == pytest.approx(classroom.sum() * 15)
    assert lines["trainers"] == pytest.approx(2 * 480 + 3 * 240)


def test_supervisors_lead_those_in_training_too_on_every_calendar_day(tmp_path: Path) -> None:
    """17 on the floor, 4 in training: 21 heads at 10 to one are three supervisors of 40 hours a week, at 28 an hour."""
    led = group("g", 20, "supervisors = { per = 10, wage = 28 }", heads=17)
    payroll = payroll_of(world(tmp_path, WEEK + QUEUE.format(name="q") + led + group("h", 20) + CLASS + REST))
    assert "supervisors" in payroll.lines
    stage = np.where(payroll.agents.starting, ON_FLOOR, TRAINING)
    found = amounts(booked(payroll, careers_of(payroll, stage=stage), []), payroll)
    assert found["supervisors"] == pytest.approx(3 * 40 * 28)
    gone = np.where(payroll.agents.starting, ON_FLOOR, YET_TO_COME)
    assert amounts(booked(payroll, careers_of(payroll, stage=gone), []), payroll)["supervisors"] == pytest.approx(
        2 * 40 * 28
    )


def test_courses_cost_their_fee_for_each_who_began(tmp_path: Path) -> None:
    """Two of g and one of h begin a course at 300, one of them twice; one of h begins another skill at 80."""
    text = (
        WEEK + QUEUE.format(name="q") + QUEUE.format(name="r")
        + group("g", 20, heads=2) + group("h", 20, skills="q = {}, r = { holders = 0.5 }", heads=2)
        + '[groups.h.cross_training.r]\nheads = 1\nstarts = 2026-03-30\nlength = "8h"\ncost = 80\n'
        + '[courses.tact]\ngroups = ["g", "h"]\nstarts = 2026-03-30\nlength = "4h"\ncost = 300\n' + REST
    )  # fmt: skip
    payroll = payroll_of(world(tmp_path, text))
    begun = {"courses/tact": [2, 1, 1, 0], "cross_training/h/r": [0, 0, 0, 1]}
    timesheet = booked(payroll, careers_of(payroll), [], begun=begun)
    assert amounts(timesheet, payroll)["courses"] == pytest.approx(4 * 300 + 80)
    assert costs_by_group(payroll, timesheet.earned(no_sums(payroll.scenario, 4))) == pytest.approx([900.0, 380.0])


def test_a_site_pays_in_its_currency_by_its_own_dates_and_fees_are_the_centers(tmp_path: Path) -> None:
    """Manila's Thursday 8:00-16:00 is Wednesday 20:00-4:00 in New York, and paid Thursday's wage, a tenth higher.

    Manila's 22:00-6:00 of Wednesday, the same day's 10:00-18:00 in New York, is still at the old one, and all night.
    The trainee is paid on the center's dates.
    """
    text = (
        NEW_YORK + MANILA + QUEUE.format(name="q")
        + group("g", 160, 'site = "manila"\nsupervisors = { per = 10, wage = 300 }', heads=2)
        + group("here", 20) + CLASS.replace("wage = 30", "wage = 240") + REST
    )  # fmt: skip
    payroll = payroll_of(world(tmp_path, text))
    peso, stage = 0.0175, np.array([ON_FLOOR] * 3 + [TRAINING] + [YET_TO_COME] * 3)
    careers = careers_of(
        payroll,
        lambda day: np.array([160, 160, 20, 140, 140, 140, 140]) * (1.0 if day < 3 else 1.1),
        stage=stage,
        hours=lambda day: [0, 0, 0, 8.0 * (day == 3), 0, 0, 0],
        trainer_hours=lambda day: [8.0 * (day == 3)],
        started=np.array([1.0]),
    )
    ahead = Segments(*(np.array([v]) for v in (0, 3, 68 * HOUR, 76 * HOUR, obs.AVAILABLE, True, True)))
    night = Segments(*(np.array([v]) for v in (1, 2, 58 * HOUR, 66 * HOUR, obs.AVAILABLE, True, True)))
    timesheet = booked(payroll, careers, [ahead, night])
    expected = {
        "wages g": peso * 8 * (176 + 160), "wages here": 0.0, "night premium": peso * 0.1 * 8 * 160,
        "weekend premium": 0.0, "overtime premium": 0.0, "training pay": peso * 8 * 154, "trainers": peso * 8 * 240,
        "supervisors": peso * 40 * 300,
    }  # fmt: skip
    found = amounts(timesheet, payroll)
    assert found == pytest.approx(expected | {"load": 0.25 * sum(expected.values()), "recruiting": 500.0})
    by_group = costs_by_group(payroll, timesheet.earned(no_sums(payroll.scenario, 7)))
    assert by_group == pytest.approx([1.25 * sum(expected.values()) + 500.0, 0.0])


def test_a_plan_whose_people_cost_no_more_than_their_wages_has_no_such_lines(tmp_path: Path) -> None:
    free = '[hiring.spring]\ngroup = "g"\nstarts = 2026-03-30\noffers = 4\ntraining = { length = "1w", paid = false }\n'
    course = '[courses.tact]\ngroups = ["g"]\nstarts = 2026-03-30\nlength = "4h"\n'
    payroll = payroll_of(world(tmp_path, WEEK + QUEUE.format(name="q") + group("g", 20) + free + course + REST))
    assert payroll.lines == ["wages g", "overtime premium", "load"]


def test_a_workforce_that_stands_still_costs_the_same_day_by_day() -> None:
    """The four sites as shipped, booked a day at a time, against the payroll that was prepared at once."""
    text = Path(__file__).parents[1] / "scenarios" / "bpo-four-sites.toml"
    scenario = load(text)
    agents, slots = build_agents(scenario), slots_of(scenario)
    segments = build_segments(scenario, agents)
    payroll = prepare_payroll(scenario, agents, segments, slots.of_interval, slots.count)
    timesheet = Timesheet(payroll, careers_of(payroll), SimpleNamespace(begun={}))  # type: ignore[arg-type]
    clock = scenario.clock
    nobody = np.zeros(len(agents.names))
    # A shift is booked whole, on the day on which it begins.
    _, shift_of = np.unique(segments.agent * 1000 + segments.day, return_inverse=True)
    begins = np.full(shift_of.max() + 1, clock.end)
    np.minimum.at(begins, shift_of, segments.start)
    day_of = np.searchsorted(clock.day_start[1:], begins, side="right")[shift_of]
    for day in range(clock.days):
        timesheet.add(day, segments.take(day_of == day), nobody)
    assert (timesheet.staff_slots == payroll.scheduled.staff_slots).all()
    assert (timesheet.staff_days == payroll.scheduled.staff_days).all()
    rng, sums = np.random.default_rng(5), no_sums(scenario, len(agents.names))
    sums.shift_overrun[:] = np.where(rng.uniform(size=sums.shift_overrun.shape) < 0.3, 600.0, 0.0)
    who = rng.integers(0, len(agents.names), 400)
    began = rng.uniform(0, clock.end / HOUR - 1.0, 400)
    seen = presence([(a, agents.group[a], obs.OVERRUN + obs.OFF, b, b + 0.2) for a, b in zip(who, began, strict=True)])
    timesheet.add_presence(seen)
    earned = timesheet.earned(sums)
    extra = unscheduled_premium_hours(payroll, seen)
    assert costs_by_line(payroll, sums, earned) == pytest.approx(
        costs_by_line(payroll, sums, scheduled_pay(payroll, sums, extra))
    )
