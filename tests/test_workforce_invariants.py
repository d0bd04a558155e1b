"""What must hold of any workforce that moves, read off the rows and off each day's state by naive code of its own."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from workforces_at_random import write_workforce

from sim.measures.costs import STAFF_SUMS
from sim.measures.folder import Folder
from sim.measures.people_costs import REPLACEMENT_SUMS
from sim.observations import (
    ANSWERED,
    AVAILABLE,
    AWAY,
    BREAK,
    COACHING,
    HELD,
    LATE,
    LEAVE,
    OFF,
    OVERRUN,
    SICK,
    TRAINING,
    Table,
)
from sim.scenario.language.workforce import Ramp
from sim.scenario.load import load
from sim.scenario.model import Scenario
from sim.study import replicate as replicating
from sim.study.expected.moving_staff import MovingStaff
from sim.study.prepared import Prepared, prepare
from sim.study.replicate import Replication, replicate
from sim.workforce import careers as stages
from sim.workforce.careers import MOVEMENTS, STANDING
from sim.workforce.day import Workforce
from sim.workforce.segments import Segments

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SEEDS = (0, 1, 2, 3, 4, 5, 7, 8, 10, 12, 13, 16, 19, 118)

CLOSE = 1e-3
"""Seconds by which times on the floor's grid may be off."""


# ---------------------------------------------------------------- playing, and remembering everything


@dataclass(frozen=True)
class Day:
    """What was known in the morning of a day, and who had left in its evening."""

    stage: NDArray[np.int8]
    segments: Segments
    speed: Floats
    mentoring: Floats
    hired: Floats
    clock_start: Floats
    proficient: Bools
    nesting: NDArray[np.int64]
    moved: list[tuple[int, int]]
    trainers: Floats

    @cached_property
    def on_floor(self) -> Bools:
        return (self.stage == stages.NESTING) | (self.stage == stages.ON_FLOOR)


class Watched(MovingStaff):
    """Remembers every morning, every evening and every stay in an activity."""

    last: Watched

    def __init__(self, prepared: Prepared, replication: int) -> None:
        super().__init__(prepared, replication)
        Watched.last = self
        self.days: list[Day] = []
        self.evenings: list[NDArray[np.int8]] = []
        self.presence: list[Table] = []
        begin = self.workforce.morning

        def morning(day: int):  # type: ignore[no-untyped-def]
            today, careers = begin(day), self.workforce.careers
            moved = list(zip(*(ends.tolist() for ends in careers.moved), strict=True))
            self.days.append(
                Day(
                    careers.stage.copy(), today.segments, today.speed, today.mentoring, careers.hired_day.copy(),
                    careers.clock_start.copy(), careers.proficient.copy(), careers.nesting_entry.copy(), moved,
                    careers.trainers(day),
                )
            )  # fmt: skip
            return today

        self.workforce.morning = morning  # type: ignore[method-assign]

    def observe(self, day: int, presence: Table, folder: Folder) -> None:
        super().observe(day, presence, folder)
        if day < len(self.days):
            self.evenings.append(self.workforce.careers.stage.copy())


class Watching(Folder):
    def fold(self, contacts: Table, presence: Table) -> None:
        super().fold(contacts, presence)
        Watched.last.presence.append(presence.copy())


Stretch = tuple[float, float, int, bool, int]
"""(start, end, activity, paid, day on whose morning it was known)."""


@dataclass
class Lived:
    prepared: Prepared
    one: Replication
    days: list[Day]
    evenings: list[NDArray[np.int8]]
    presence: Table
    talent: Floats
    not_taken: float
    own: int = field(init=False)

    def __post_init__(self) -> None:
        self.own = len(self.prepared.agents.names)

    @property
    def scenario(self) -> Scenario:
        return self.prepared.scenario

    @cached_property
    def group(self) -> list[int]:
        return self.prepared.agents.group.tolist()

    def group_spec(self, agent: int):  # type: ignore[no-untyped-def]
        return self.scenario.spec.groups[self.scenario.groups[self.group[agent]]]

    @cached_property
    def answered(self) -> Table:
        rows = self.one.rows
        assert rows is not None
        return rows[(rows["outcome"] == ANSWERED) & (rows["agent"] >= 0) & (rows["agent"] < self.own)]

    def day_of(self, moment: float) -> int:
        return int(np.searchsorted(self.scenario.clock.day_start, moment, side="right")) - 1

    @cached_property
    def plan(self) -> dict[int, dict[int, list[Stretch]]]:
        """Agent → local date → stretches of the shift that begins on it."""
        found: dict[int, dict[int, list[Stretch]]] = defaultdict(lambda: defaultdict(list))
        for number, day in enumerate(self.days):
            columns = (column.tolist() for column in day.segments.columns())
            for agent, date, start, end, activity, paid, _ in zip(*columns, strict=True):
                found[agent][date].append((start, end, activity, paid, number))
        return found

    @cached_property
    def people(self) -> dict[int, int]:
        """Agent number → the number with which the person began."""
        first = {agent: agent for agent in range(self.own)}
        for day in self.days:
            for old, new in day.moved:
                first[new] = first[old]
        return first

    @cached_property
    def source(self) -> dict[int, tuple[str, str]]:
        """Agent → (groups, hiring or moves; its name)."""
        sources = self.prepared.agents.sources
        return {a: (s.kind, s.entry) for s in sources for a in s.members.tolist()}

    def rostered(self, agent: int) -> bool:
        return self.group_spec(agent).roster is not None

    @cached_property
    def lines(self) -> dict[str, float]:
        return dict(zip(self.prepared.payroll.lines, self.one.costs.tolist(), strict=True))

    @cached_property
    def by_seats(self) -> bool:
        return any(group.seats is not None for group in self.scenario.spec.groups.values())


def live(path: Path) -> Lived:
    prepared, usual = prepare(load(path)), (replicating.MovingStaff, replicating.Folder)
    replicating.MovingStaff, replicating.Folder = Watched, Watching  # type: ignore[misc]
    try:
        one = replicate(prepared, 0, "compiled", keep_contacts=True)
    finally:
        replicating.MovingStaff, replicating.Folder = usual  # type: ignore[misc]
    staff = Watched.last
    work = staff.workforce
    presence = np.concatenate(staff.presence)
    return Lived(
        prepared, one, staff.days, staff.evenings, presence, work.careers.talent.copy(), work.absences.not_taken
    )


def constant_talk(path: Path) -> Path:
    """Talk takes six minutes of work, no more and no less."""
    talk = '"family" = "{}", "mean" = "6min"'
    path.write_text(path.read_text().replace(talk.format("exponential"), talk.format("constant")))
    return path


@pytest.fixture(scope="module", params=SEEDS)
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Lived:
    return live(constant_talk(write_workforce(request.param, tmp_path_factory.mktemp("lived"))))


# ---------------------------------------------------------------- who is where


def test_stretches_follow_each_other(lived: Lived) -> None:
    for agent, dates in lived.plan.items():
        for date, stretches in dates.items():
            assert all(one[1] <= other[0] for one, other in pairwise(stretches)), (agent, date)
            assert all(0.0 <= start < end <= lived.scenario.clock.end for start, end, *_ in stretches)


def test_only_those_employed_on_the_floor_have_a_shift(lived: Lived) -> None:
    for number, day in enumerate(lived.days):
        assert day.on_floor[day.segments.agent].all(), number


def test_answers_come_from_people_at_work(lived: Lived) -> None:
    """Each answer lies in a stretch of work of a shift that began while its agent was on the floor."""
    for row in lived.answered:
        # Work that was laid down was begun by somebody else, or before a break.
        if row["paused"] or row["handed_back"]:
            continue
        agent, moment = int(row["agent"]), float(row["answered"])
        if lived.group_spec(agent).seats is not None:
            continue
        working = [
            known
            for stretches in lived.plan[agent].values()
            for start, end, activity, _, known in stretches
            if activity == AVAILABLE and start - CLOSE <= moment <= end + CLOSE
        ]
        assert working, f"{row} is not at work"
        assert any(lived.days[known].on_floor[agent] for known in working)


def test_nobody_is_signed_on_unscheduled(lived: Lived) -> None:
    """Signed on are stretches of work, and what runs past their end."""
    rows = lived.presence[lived.presence["agent"] < lived.own]
    late: dict[int, list[Table]] = defaultdict(list)
    for row in rows[(rows["activity"] >= OVERRUN) & (rows["activity"] < HELD)]:
        late[int(row["agent"])].append(row)
    work = {
        agent: np.array([one[:2] for dates in plan.values() for one in dates if one[2] == AVAILABLE]).reshape(-1, 2)
        for agent, plan in lived.plan.items()
    }
    for row in rows[rows["activity"] == AVAILABLE]:
        agent, began, ended = int(row["agent"]), float(row["began"]), float(row["ended"])
        if lived.group_spec(agent).seats is not None:
            continue
        own = work[agent]
        covered = np.maximum(np.minimum(own[:, 1], ended) - np.maximum(own[:, 0], began), 0.0).sum()
        covered += sum(
            one["ended"] - one["began"] for one in late[agent] if began <= one["began"] and one["ended"] <= ended
        )
        assert covered >= ended - began - CLOSE, f"{row} is not scheduled"


def test_nobody_answers_in_training_nor_before_or_after_their_time(lived: Lived) -> None:
    for row in lived.answered:
        agent, day = int(row["agent"]), lived.day_of(float(row["answered"]))
        stage = lived.days[day].stage[agent]
        assert stage not in (stages.YET_TO_COME, stages.TRAINING)
        if stage in (stages.LEFT, stages.MOVED):
            # A night's work goes on past the midnight at which somebody left.
            assert lived.days[day - 1].on_floor[agent]


def test_nesters_answer_what_they_may(lived: Lived) -> None:
    entries = list(lived.scenario.spec.hiring.values())
    for row in lived.answered:
        day = lived.days[lived.day_of(float(row["answered"]))]
        agent, queue = int(row["agent"]), int(row["queue"])
        if row["paused"]:
            continue
        assert day.speed[agent, queue] > 0.0 or lived.group_spec(agent).seats is not None
        nesting = entries[day.nesting[agent]].nesting if day.nesting[agent] >= 0 else None
        if nesting is not None and nesting.queues:
            assert lived.scenario.queues[queue] in nesting.queues


def test_who_is_absent_does_nothing_else(lived: Lived) -> None:
    for agent, dates in lived.plan.items():
        if lived.rostered(agent):
            continue
        for stretches in dates.values():
            done = {activity for _, _, activity, _, _ in stretches}
            assert len(done) == 1 or not done & {LEAVE, SICK}


def test_breaks_come_once_a_shift(lived: Lived) -> None:
    shifts, clock = lived.scenario.spec.shifts, lived.scenario.clock
    for agent, dates in lived.plan.items():
        group = lived.group_spec(agent)
        if group.shifts is None:
            continue
        breaks = [Counter(float(pause.length) for pause in shifts[name].breaks) for name in group.shifts]
        for stretches in dates.values():
            whole = stretches[0][0] > 0.0 and stretches[-1][1] < clock.end
            if stretches[0][2] in (LEAVE, SICK) or not whole:
                continue
            taken = Counter(round(end - start, 3) for start, end, activity, _, _ in stretches if activity == BREAK)
            assert taken in breaks, (agent, stretches)


# ---------------------------------------------------------------- absence


def leave_kinds(lived: Lived, group: int):  # type: ignore[no-untyped-def]
    return lived.scenario.group(lived.scenario.groups[group]).absences(sickness=False)


def granted(lived: Lived, agent: int) -> set[int]:
    """Dates of leave granted to somebody by name."""
    start = lived.scenario.clock.start
    return {
        day
        for name in leave_kinds(lived, lived.group[agent])
        for row in lived.scenario.data.granted_leave.get(name, ())
        if row.agent == lived.prepared.agents.names[lived.people[agent]]
        for day in range((row.first - start).days, (row.last - start).days + 1)
    }


def days_of_leave(lived: Lived, agent: int) -> set[int]:
    return {date for date, stretches in lived.plan[agent].items() if stretches[0][2] == LEAVE}


def test_leave_stays_below_its_cap(lived: Lived) -> None:
    """Of those who did not bring their leave from another group, and were not granted it beside the plan."""
    for g in range(len(lived.scenario.groups)):
        kinds = leave_kinds(lived, g)
        if not kinds or any(kind.at_most >= 1.0 for kind in kinds.values()):
            continue
        members = [a for a in range(lived.own) if lived.group[a] == g and not lived.rostered(a)]
        away = Counter(
            date
            for a in members
            if lived.source[a][0] != "moves"
            for date in days_of_leave(lived, a) - granted(lived, a)
        )
        heads = [int(day.on_floor[members].sum()) for day in lived.days]
        for date, number in away.items():
            so_far = max(heads[: max(date, 0) + 2])
            assert number <= sum(max(1, math.floor(kind.at_most * so_far + 1e-9)) for kind in kinds.values()), date


def test_nobody_has_more_leave_than_is_due(lived: Lived) -> None:
    dates = lived.scenario.clock.dates
    roster = lived.prepared.roster
    assert roster is not None
    scheduled = np.stack([roster.scheduled(day) for day in range(len(dates))])
    new_years = sum(date.timetuple().tm_yday == 1 for date in dates[1:])
    for person in set(lived.people.values()):
        numbers = [a for a, first in lived.people.items() if first == person]
        taken = sum(len(days_of_leave(lived, a) - granted(lived, a)) for a in numbers if not lived.rostered(a))
        due: dict[str, float] = {}
        """By kind: planned once for a person, whatever their number."""
        since = next((n for n, day in enumerate(lived.days) if day.on_floor[numbers].any()), len(dates))
        for a in numbers:
            # Every weekday as often as it may be: a short horizon, and days off, tell less.
            on = {date.weekday() for d, date in enumerate(dates) if scheduled[d, a]}
            a_week = 7 if len(dates) < 14 and on else len(on)
            for name, kind in leave_kinds(lived, lived.group[a]).items():
                mine = kind.annual_days * (len(dates) - since) / 365 * a_week / 5 + 1 + new_years
                due[name] = max(mine, due.get(name, 0.0))
        assert taken <= sum(due.values()), (person, taken, due)


# ---------------------------------------------------------------- planned activities and mentors


def test_at_most_so_many_are_off_the_floor_at_once(lived: Lived) -> None:
    spec = lived.scenario.spec
    for g, (name, group) in enumerate(spec.groups.items()):
        if group.shifts is None:
            continue
        shares = {
            TRAINING: [c.at_once for c in spec.courses.values() if name in c.groups]
            + [c.at_once for c in group.cross_training.values()],
            COACHING: [c.at_once for c in group.coaching.values()],
        }
        members = [a for a in range(lived.own) if lived.group[a] == g]
        heads = [int(day.on_floor[members].sum()) for day in lived.days]
        for activity, at_once in shares.items():
            steps: list[tuple[float, int, int]] = []
            for a in members:
                for date, stretches in lived.plan[a].items():
                    if activity == COACHING and any(lived.days[k].mentoring[a] for *_, k in stretches):
                        continue
                    steps += [(start, 1, date) for start, _, what, _, _ in stretches if what == activity]
                    steps += [(end, -1, date) for _, end, what, _, _ in stretches if what == activity]
            now = 0
            for moment, step, date in sorted(steps):
                now += step
                week = heads[max(0, date - 8) : date + 2]
                most = sum(max(1, math.floor(share * max(week) + 1e-9)) for share in at_once)
                assert now <= most, (name, activity, moment)


def shift_of(lived: Lived, agent: int, day: int) -> list[Stretch]:
    """The stretches that became known in a morning."""
    return [one for stretches in lived.plan[agent].values() for one in stretches if one[4] == day]


def test_mentors_are_the_longest_there_and_mentor_their_share(lived: Lived) -> None:
    hirings = lived.scenario.spec.hiring
    entries = [
        (number, hiring.nesting, lived.scenario.group(hiring.group).number)
        for number, hiring in enumerate(hirings.values())
        if hiring.nesting is not None and hiring.nesting.mentor_share
    ]
    for number, day in enumerate(lived.days):
        if len(set(day.segments.day.tolist())) > 1:
            # Of a site ahead of the center, or of the eve: two dates at once, each with mentors of its own.
            continue
        at_work, free = Counter[int](), Counter[int]()
        for agent, start, end, activity in zip(
            day.segments.agent.tolist(), day.segments.start, day.segments.end, day.segments.activity, strict=True
        ):
            at_work[agent] += (end - start) if activity not in (LEAVE, SICK, BREAK) else 0.0
            free[agent] += (end - start) if activity == AVAILABLE else 0.0
        mentors = set(np.flatnonzero(day.mentoring).tolist())
        allowed = {a for a in mentors if any(lived.group[a] == g for _, _, g in entries)}
        assert mentors == allowed
        for entry, nesting, g in entries:
            nesters = [a for a in np.flatnonzero(day.nesting == entry).tolist() if at_work[a] > 0.0]
            mine = {a for a in mentors if lived.group[a] == g}
            assert len(mine) <= math.ceil(len(nesters) / nesting.mentor_per)
            for a in mine:
                assert day.proficient[a]
                # Of the whole shift, though the horizon may end within it.
                if all(start > 0.0 and end < lived.scenario.clock.end for start, end, *_ in shift_of(lived, a, number)):
                    assert day.mentoring[a] <= nesting.mentor_share * at_work[a] + 1.0
                others = [
                    b for b in range(lived.own)
                    if lived.group[b] == g and b not in mine and day.proficient[b] and free[b] > 0.0
                ]  # fmt: skip
                assert all(day.hired[b] >= day.hired[a] for b in others), (number, a)


# ---------------------------------------------------------------- the ledger


def test_the_ledger_is_a_recount(lived: Lived) -> None:
    assert lived.one.lives is not None
    standing, movements = lived.one.lives.standing, lived.one.lives.movements
    before = np.where(lived.prepared.agents.starting, stages.ON_FLOOR, stages.YET_TO_COME)
    moves = np.array([lived.source[a][0] == "moves" for a in range(lived.own)])
    group = lived.prepared.agents.group
    employed = (stages.TRAINING, stages.NESTING, stages.ON_FLOOR)
    for day, after in enumerate(lived.evenings):
        for g in range(len(lived.scenario.groups)):
            mine = group == g
            heads = dict(zip(STANDING, standing[day + 1, g], strict=True))
            assert heads["heads"] == sum((after[mine] == stage).sum() for stage in employed)
            assert heads["in_training"] == (after[mine] == stages.TRAINING).sum()
            assert heads["nesting"] == (after[mine] == stages.NESTING).sum()
            came, gone = mine & (before == stages.YET_TO_COME) & (after != stages.YET_TO_COME), mine & (before != after)
            booked = dict(zip(MOVEMENTS, movements[day, g], strict=True))
            assert booked["hired"] == (came & ~moves).sum()
            assert booked["moved_in"] == (came & moves).sum()
            assert booked["left"] == (gone & (after == stages.LEFT)).sum()
            assert booked["moved_out"] == (gone & (after == stages.MOVED)).sum()
            assert booked["contract_ended"] + booked["dropped_out"] <= booked["left"]
        assert ((after >= before) | (before == stages.YET_TO_COME)).all(), "nobody goes back to an earlier stage"
        before = after


# ---------------------------------------------------------------- how good people are


def proficiency(ramp: Ramp, experience: float) -> float:
    """Speed after so many weeks, or contacts, by the textbook."""
    if ramp.family == "table":
        steps = ramp.steps or ()
        for (at, speed, _), (then, faster, _) in pairwise(steps):
            if at <= experience < then:
                return speed + (faster - speed) * (experience - at) / (then - at)
        return 1.0
    start = ramp.start.speed
    if ramp.family == "linear":
        return min(1.0, start + (1.0 - start) * experience / (ramp.weeks or ramp.contacts or math.nan))
    if ramp.family == "power":
        return min(1.0, start / (ramp.learning_rate or math.nan) ** math.log2(1.0 + experience))
    half = ramp.weeks_to_95 or ramp.contacts_to_95 or math.nan
    left = 0.05 / (1.0 - start)
    if ramp.family == "exponential":
        return 1.0 - (1.0 - start) * left ** (experience / half)
    middle = half * (left / (1.0 - left)) ** (1 / 3)
    return start + (1.0 - start) / (1.0 + (middle / experience) ** 3) if experience else start


def test_speed_is_ramp_times_talent(lived: Lived) -> None:
    """Of everybody who was not moved, where no course was held; contacts are counted off the rows."""
    spec, rows = lived.scenario.spec, lived.answered
    if spec.courses:
        return
    moved = {a for day in lived.days for pair in day.moved for a in pair}
    ends: dict[int, list[float]] = defaultdict(list)
    for row in rows:
        ends[int(row["agent"])].append(float(row["ended"]))
    for a in range(lived.own):
        group = lived.group_spec(a)
        if a in moved or group.cross_training or group.seats is not None:
            continue
        ramp = spec.ramp.get(group.ramp or "")
        for number, day in enumerate(lived.days):
            if day.stage[a] != stages.ON_FLOOR:
                continue
            start = day.clock_start[a]
            if ramp is None:
                expected = 1.0
            elif ramp.by == "weeks":
                expected = proficiency(ramp, (number - start) / 7.0)
            else:
                today, since = (lived.scenario.clock.day_start[int(max(d, 0))] for d in (number, start))
                handled = sum(since <= end < today for end in ends[a])
                expected = proficiency(ramp, handled + max(0.0, -start) / 7.0 * (ramp.contacts_a_week or 0.0))
            own = day.speed[a, [lived.scenario.queue(queue).number for queue in group.skills]]
            np.testing.assert_allclose(own[own > 0.0], expected * lived.talent[0, a], rtol=1e-6)


def test_talk_is_work_at_the_speed_of_its_day(lived: Lived) -> None:
    spec = lived.scenario.spec
    phone = [q for q, queue in enumerate(spec.queues.values()) if queue.channel == "phone"]
    rows = lived.answered[np.isin(lived.answered["queue"], phone) & (lived.answered["paused"] == 0)]
    for row in rows:
        agent = int(row["agent"])
        speed = lived.days[lived.day_of(float(row["answered"]))].speed[agent, int(row["queue"])]
        assert row["hung_up"] - row["answered"] == pytest.approx(360.0 / speed, abs=CLOSE)


# ---------------------------------------------------------------- hours and money


def wage(lived: Lived, agent: int, date: int, hired: float, in_class: bool) -> float:
    """Per hour on a date, in the center's currency."""
    scenario, group = lived.scenario, lived.group_spec(agent)
    named = {p.name: p.wage for people in scenario.data.people.values() for p in people}
    first = lived.people[agent]
    own = named.get(lived.prepared.agents.names[first]) if lived.prepared.agents.starting[first] else None
    weeks = 0.0 if in_class else max(date - hired, 0.0) / 7.0
    found = own if own is not None else [pay for since, pay in group.wage.steps if since <= weeks][-1]
    on = scenario.clock.start + dt.timedelta(days=date)
    for one in group.wage.raises.values():
        found *= one.factor if one.on <= on else 1.0
    return float(found * scenario.numbered.groups[lived.group[agent]].exchange)


def class_hours(lived: Lived, agent: int, day: int) -> float:
    """Of a trainee: a fifth of the week's on working days."""
    scenario, date = lived.scenario, lived.scenario.clock.dates[day]
    if date.weekday() >= 5 or date in scenario.numbered.groups[lived.group[agent]].days_off:
        return 0.0
    training = scenario.spec.hiring[lived.source[agent][1]].training
    assert training is not None
    contract = float(lived.prepared.agents.contract_hours[agent])
    full = scenario.spec.center.full_time_hours if math.isnan(contract) else contract
    return (training.hours_a_week or full) / 5.0


@dataclass
class Books:
    """Everything paid, added up person by person."""

    hours: dict[tuple[int, int], float] = field(default_factory=lambda: defaultdict(float))
    """(agent, local date) → paid hours of the shift that begins on it."""
    overrun: dict[tuple[int, int], float] = field(default_factory=lambda: defaultdict(float))
    wage: dict[tuple[int, int], float] = field(default_factory=dict)
    classroom: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    training_pay: float = 0.0
    trainers: float = 0.0
    supervisors: float = 0.0
    mentors: float = 0.0


def books_of(lived: Lived) -> Books:
    books, scenario = Books(), lived.scenario
    spec = scenario.spec
    hirings = list(spec.hiring.items())
    for agent, dates in lived.plan.items():
        for date, stretches in dates.items():
            hired = lived.days[stretches[0][4]].hired[agent]
            books.wage[agent, date] = wage(lived, agent, max(date, 0), hired, False)
            for start, end, _, paid, _ in stretches:
                books.hours[agent, date] += (end - start) * paid / 3600.0
    rows = lived.presence[(lived.presence["activity"] == OVERRUN + OFF) & (lived.presence["agent"] < lived.own)]
    for row in rows:
        agent, began = int(row["agent"]), float(row["began"])
        if row["group"] >= len(scenario.groups) or lived.group_spec(agent).seats is not None:
            continue
        ended = [(stretches[-1][1], date) for date, stretches in lived.plan[agent].items()]
        date = max((end, date) for end, date in ended if end <= began + CLOSE)[1]
        books.overrun[agent, date] += (float(row["ended"]) - began) / 3600.0
    for number, day in enumerate(lived.days):
        trainees = np.flatnonzero(day.stage == stages.TRAINING).tolist()
        for a in trainees:
            training = spec.hiring[lived.source[a][1]].training
            assert training is not None
            if training.paid:
                hours = class_hours(lived, a, number)
                books.classroom[lived.group[a]] += hours
                books.training_pay += hours * wage(lived, a, number, 0.0, True)
        for entry, (name, hiring) in enumerate(hirings):
            of_class = [class_hours(lived, a, number) for a in trainees if lived.source[a][1] == name]
            if of_class and hiring.training is not None and hiring.training.trainer is not None:
                trainer = hiring.training.trainer
                hours = math.ceil(len(of_class) / trainer.per) * max(of_class)
                assert day.trainers[entry] == pytest.approx(hours)
                books.trainers += hours * trainer.wage * scenario.group(hiring.group).exchange
        for g, (name, group) in enumerate(spec.groups.items()):
            led = group.supervisors
            if led is not None:
                mine = lived.prepared.agents.group == g
                heads = int((day.on_floor & mine).sum() + (mine & (day.stage == stages.TRAINING)).sum())
                a_day = spec.center.full_time_hours / 7.0
                books.supervisors += math.ceil(heads / led.per) * led.wage * a_day * scenario.group(name).exchange
        for a in np.flatnonzero(day.mentoring).tolist():
            books.mentors += day.mentoring[a] / 3600.0 * wage(lived, a, number, day.hired[a], False)
    return books


@pytest.fixture(scope="module")
def books(lived: Lived) -> Books:
    return books_of(lived)


def test_paid_hours_are_the_sum_of_everybodys_days(lived: Lived, books: Books) -> None:
    paid, classroom = (STAFF_SUMS.index(name) for name in ("paid", "classroom"))
    staff = lived.one.staff_days.sum(axis=0) / 3600.0
    np.testing.assert_allclose(lived.one.staff_slots.sum(axis=0) / 3600.0, staff, rtol=1e-9, atol=1e-6)
    for g in range(len(lived.scenario.groups)):
        hours = sum(hours for (a, _), hours in books.hours.items() if lived.group[a] == g)
        assert staff[g, paid] == pytest.approx(hours + books.classroom[g])
        assert staff[g, classroom] == pytest.approx(books.classroom[g])


def test_wages_are_everybodys_hours_at_the_wage_of_their_date(lived: Lived, books: Books) -> None:
    for g, name in enumerate(lived.scenario.groups):
        if lived.scenario.spec.groups[name].seats is not None:
            continue
        pay, late = (
            sum(hours * books.wage[key] for key, hours in table.items() if lived.group[key[0]] == g)
            for table in (books.hours, books.overrun)
        )
        # The minutes past a night's end are booked on the morning's date, whose wage may be another.
        assert lived.lines[f"wages {name}"] == pytest.approx(pay + late, rel=1e-9, abs=1e-6 + 0.13 * late)


def test_training_trainers_supervisors_mentors_and_recruiting(lived: Lived, books: Books) -> None:
    for line, amount in (
        ("training pay", books.training_pay), ("trainers", books.trainers), ("supervisors", books.supervisors),
    ):  # fmt: skip
        assert lived.lines.get(line, 0.0) == pytest.approx(amount), line
    assert lived.one.lives is not None
    mentors = lived.one.lives.replacement[:, REPLACEMENT_SUMS.index("mentors")].sum()
    assert mentors == pytest.approx(lived.scenario.spec.costs.load * books.mentors)
    came = [a for a, stage in enumerate(lived.evenings[-1]) if stage != stages.YET_TO_COME]
    hired = [lived.source[a][1] for a in came if lived.source[a][0] == "hiring"]
    assert lived.lines.get("recruiting", 0.0) == pytest.approx(sum(lived.scenario.spec.hiring[n].cost for n in hired))


def seconds_within(start: float, end: float, spans: list[tuple[float, float]]) -> float:
    return sum(max(0.0, min(end, last) - max(start, first)) for first, last in spans)


def test_premiums_and_overtime_hour_by_hour(lived: Lived, books: Books) -> None:
    if lived.by_seats:
        return
    scenario = lived.scenario
    around = range(-3, scenario.clock.days + 2)
    spans: dict[tuple[int, str], list[tuple[float, float]]] = {}
    for g, name in enumerate(scenario.groups):
        local, pay, start = scenario.group(name).local_time, scenario.group(name).pay, scenario.clock.start
        if pay.night is not None:
            spans[g, "night"] = [tuple(local.elapsed(day, time) for time in pay.night.hours) for day in around]  # type: ignore[misc]
        dates = {day: start + dt.timedelta(days=day) for day in around}
        for kind, chosen in (
            ("weekend", [day for day, date in dates.items() if date.weekday() >= 5]),
            ("holiday", [day for day, date in dates.items() if date in scenario.group(name).holidays]),
        ):
            spans[g, kind] = [(local.elapsed(day, 0.0), local.elapsed(day + 1, 0.0)) for day in chosen]
    expected = Counter[str]()
    for agent, dates_of in lived.plan.items():
        g = lived.group[agent]
        pay = scenario.group(scenario.groups[g]).pay
        for date, stretches in dates_of.items():
            night = pay.night.premium if pay.night else 0.0
            for kind, rate in (("night", night), ("weekend", pay.weekend), ("holiday", pay.holiday)):
                inside = sum(
                    seconds_within(start, end, spans[g, kind]) * paid for start, end, _, paid, _ in stretches if rate
                )
                expected[kind] += rate * inside / 3600.0 * books.wage[agent, date]
    late = sum(hours * books.wage[key] for key, hours in books.overrun.items())
    for kind, amount in expected.items():
        found = lived.lines.get(f"{kind} premium", 0.0)
        assert amount - 1e-6 <= found * (1 + 1e-9) <= (amount + late) * (1 + 1e-9) + 1e-6, kind

    overtime = 0.0
    for agent in {agent for agent, _ in books.hours}:
        name = scenario.groups[lived.group[agent]]
        limits = scenario.group(name).overtime_after
        most_day, most_week = ((math.inf if one is None else one / 3600.0) for one in (limits.day, limits.week))
        weeks: dict[int, float] = defaultdict(float)
        for date in sorted(date for a, date in books.hours if a == agent):
            worked = books.hours[agent, date]
            beyond = max(0.0, worked - most_day)
            week = (date + scenario.clock.start.weekday()) // 7
            normal = worked - beyond
            over_week = max(0.0, weeks[week] + normal - most_week) - max(0.0, weeks[week] - most_week)
            weeks[week] += normal
            overtime += (beyond + over_week) * books.wage[agent, date] * scenario.group(name).pay.overtime
    found = lived.lines.get("overtime premium", 0.0)
    assert overtime - 1e-6 <= found * (1 + 1e-9) <= overtime * (1 + 1e-9) + late + 1e-6


def test_the_load_is_on_all_pay(lived: Lived) -> None:
    pay = sum(
        amount
        for line, amount in lived.lines.items()
        if line.startswith("wages ") or line.endswith(" premium") or line in ("training pay", "trainers", "supervisors")
    )
    load = lived.scenario.spec.costs.load
    assert lived.lines["load"] == pytest.approx((load - 1.0) * pay)
    fees = sum(lived.lines.get(line, 0.0) for line in ("recruiting", "courses"))
    assert lived.one.group_costs.sum() == pytest.approx(load * pay + fees)


# ---------------------------------------------------------------- who comes, and when


def employed(stage: NDArray[np.int8]) -> Bools:
    return (stage >= stages.TRAINING) & (stage <= stages.ON_FLOOR)


def test_classes_and_terms_keep_their_dates(lived: Lived) -> None:
    start = lived.scenario.clock.start
    for a, (kind, name) in lived.source.items():
        if kind != "hiring":
            continue
        hiring = lived.scenario.spec.hiring[name]
        there = [number for number, day in enumerate(lived.days) if employed(day.stage)[a]]
        if hiring.starts is not None and there:
            assert there[0] == (hiring.starts - start).days
        if hiring.contract_until is not None and there:
            assert there[-1] <= (hiring.contract_until - start).days
        assert there == list(range(there[0], there[-1] + 1)) if there else True


def test_known_leavers_are_gone_on_their_day(lived: Lived) -> None:
    for name, group in lived.scenario.spec.groups.items():
        for leaver in group.leavers.values():
            on = (leaver.on - lived.scenario.clock.start).days
            if not 0 <= on < len(lived.days):
                continue
            if leaver.agent is not None:
                agent = lived.prepared.agents.names.index(leaver.agent)
                persons = [a for a, first in lived.people.items() if first == agent]
                assert not any(employed(day.stage)[persons].any() for day in lived.days[on:])
            elif on > 0:
                mine = np.array([g == lived.scenario.group(name).number for g in lived.group])
                before, after = lived.evenings[on - 1], lived.days[on].stage
                gone = int((mine & (after == stages.LEFT) & (before != stages.LEFT)).sum())
                floor = int((mine & np.isin(before, (stages.NESTING, stages.ON_FLOOR))).sum())
                assert gone >= min(leaver.heads or 0, floor)


def test_standing_orders_fill_each_vacancy_on_its_day(lived: Lived) -> None:
    group = lived.prepared.agents.group
    for name, hiring in lived.scenario.spec.hiring.items():
        if hiring.is_class or hiring.first is not None or hiring.last is not None:
            continue
        mine = group == lived.scenario.group(hiring.group).number
        if hiring.hold is not None:
            if hiring.vacancy == 0:
                # Whoever fails the licence on the morning on which somebody is hired is missed the day after.
                assert all((employed(day.stage) & mine).sum() >= hiring.hold for day in lived.days)
            continue
        until = {
            a: (lived.scenario.spec.hiring[n].contract_until - lived.scenario.clock.start).days  # type: ignore[operator]
            for a, (kind, n) in lived.source.items()
            if kind == "hiring" and lived.scenario.spec.hiring[n].contract_until is not None
        }
        wait, lost, taken = math.ceil(hiring.vacancy / 86400), Counter[int](), Counter[int]()
        before = np.where(lived.prepared.agents.starting, stages.ON_FLOOR, stages.YET_TO_COME)
        for number, (day, after) in enumerate(zip(lived.days, lived.evenings, strict=True)):
            left = stages.LEFT
            lost[number] += int((mine & (before != left) & (day.stage == left)).sum())
            evening = np.flatnonzero(mine & (day.stage != left) & (after == left)).tolist()
            lost[number + 1] += sum(until.get(a) != number for a in evening)
            came = np.flatnonzero((before == stages.YET_TO_COME) & (day.stage != stages.YET_TO_COME)).tolist()
            taken[number] = sum(lived.source[a] == ("hiring", name) for a in came)
            before = after
        assert {d: n for d, n in taken.items() if n} == {
            d + wait: n for d, n in lost.items() if n and d + wait < len(lived.days)
        }


def test_proficiency_is_booked_once(lived: Lived) -> None:
    assert lived.one.lives is not None
    lives, group = lived.one.lives, lived.prepared.agents.group
    ramping = STANDING.index("ramping")
    for number, (day, after) in enumerate(zip(lived.days, lived.evenings, strict=True)):
        for g in range(len(lived.scenario.groups)):
            slow = (group == g) & (after == stages.ON_FLOOR) & ~day.proficient
            assert lives.standing[number + 1, g, ramping] == slow.sum()
    if any(move.ramp_again for move in lived.scenario.spec.moves.values()):
        return
    people, weeks, known = 0, 0.0, set[int]()
    for number, day in enumerate(lived.days):
        for a in np.flatnonzero(day.proficient).tolist():
            person = lived.people[a]
            if person not in known:
                known.add(person)
                if number or not lived.prepared.agents.starting[person]:
                    people, weeks = people + 1, weeks + (number - day.hired[a]) / 7.0
    booked = lives.movements.sum(axis=(0, 1))
    assert booked[MOVEMENTS.index("became_proficient")] == people
    assert booked[MOVEMENTS.index("weeks_to_proficient")] == pytest.approx(weeks)


# ---------------------------------------------------------------- what takes people off the floor


def test_nobody_works_through_a_meeting(lived: Lived) -> None:
    clock = lived.scenario.clock
    for g, (name, group) in enumerate(lived.scenario.spec.groups.items()):
        local = lived.scenario.group(name).local_time
        windows = [
            tuple(local.elapsed(day, time) for time in one.hours)
            for one in [*group.meetings.values(), *group.coaching.values()]
            if one.hours is not None and one.every == 7 * 86400
            for day in range(-2, clock.days + 2)
            if (clock.start + dt.timedelta(days=day)).weekday() in one.days
        ]
        for a in range(lived.own) if windows else ():
            if lived.group[a] != g:
                continue
            work = [one[:2] for stretches in lived.plan[a].values() for one in stretches if one[2] == AVAILABLE]
            for start, end in work:
                assert not any(start < last and first < end for first, last in windows), (name, a)


def test_no_more_are_away_than_the_project_takes(lived: Lived) -> None:
    for g, group in enumerate(lived.scenario.spec.groups.values()):
        heads = sum(block.heads for block in group.away.values())
        rows = [
            one for a in range(lived.own) if lived.group[a] == g for dates in lived.plan[a].values() for one in dates
            if one[2] == AWAY
        ]  # fmt: skip
        for start, *_ in rows:
            assert sum(first <= start < last for first, last, *_ in rows) <= heads


def test_coaching_and_lessons_keep_their_measure(lived: Lived) -> None:
    """No more of a course on a day than it allows, and coaching once in its weeks."""
    spec, monday = lived.scenario.spec, lived.scenario.clock.start.weekday()
    for a, dates in lived.plan.items():
        name = lived.scenario.groups[lived.group[a]]
        group = spec.groups[name]
        if lived.rostered(a):
            continue
        lessons = [c for c in spec.courses.values() if name in c.groups] + list(group.cross_training.values())
        coached: Counter[int] = Counter()
        for date, stretches in dates.items():
            seconds = {
                what: sum(end - start for start, end, activity, *_ in stretches if activity == what)
                for what in (TRAINING, COACHING)
            }
            assert seconds[TRAINING] <= sum(min(one.a_day, one.length) for one in lessons) + CLOSE
            mentoring = sum(lived.days[day].mentoring[a] for day in {one[4] for one in stretches})
            coached[(date + monday) // 7] += max(0.0, seconds[COACHING] - mentoring)
        assert all(s <= sum(one.length or 0.0 for one in group.coaching.values()) + CLOSE for s in coached.values())


def test_a_skill_is_held_after_its_hours(lived: Lived) -> None:
    """Where nobody holds it before, as many as were to be trained do at most, and not before the hours are over."""
    for g, group in enumerate(lived.scenario.spec.groups.values()):
        for queue, terms in group.cross_training.items():
            q = lived.scenario.queue(queue).number
            if group.skills[queue].holders > 0 or group.roster is not None:
                continue
            own = [a for a in range(lived.own) if lived.group[a] == g and lived.source[a][0] != "moves"]
            holders = [a for a in own if any(day.speed[a, q] > 0.0 for day in lived.days)]
            assert len(holders) <= terms.heads
            for a in holders:
                since = next(number for number, day in enumerate(lived.days) if day.speed[a, q] > 0.0)
                hours = sum(
                    end - start
                    for date, stretches in lived.plan[a].items()
                    for start, end, what, *_ in stretches
                    if what == TRAINING and date < since
                )
                assert hours >= terms.length - 1.0


# ---------------------------------------------------------------- everybody's luck is their own


def told(path: Path) -> dict[str, object]:
    """Of the starting staff, day by day: talent, stage, who is ill, who is on leave, and who begins or ends untimely."""
    scenario = load(path)
    prepared = prepare(scenario)
    assert prepared.roster is not None
    work = Workforce(scenario, prepared.agents, prepared.roster, replication=0)
    starting, unknown = int(prepared.agents.starting.sum()), np.zeros((1, len(scenario.groups)))
    found: list[object] = []
    for day in range(scenario.clock.days):
        today = work.morning(day).segments
        rows = today.take((today.agent < starting) & np.isin(today.activity, (LEAVE, SICK, LATE)))
        # Breaks, which everybody on a shift shares, may cut them elsewhere.
        seconds = Counter[tuple[int, ...]]()
        for agent, date, activity, length in zip(
            rows.agent, rows.day, rows.activity, rows.end - rows.start, strict=True
        ):
            seconds[int(agent), int(date), int(activity)] += int(length)
        found.append((work.careers.stage[:starting].tolist(), seconds))
        work.evening(day, np.zeros(len(prepared.agents.names)), unknown, unknown)
    return {"talent": work.careers.talent[:, :starting].tolist(), "days": found}


@pytest.mark.parametrize("seed", [1, 2, 5, 8, 9, 11])
def test_a_class_leaves_everybody_elses_luck_alone(seed: int, tmp_path: Path) -> None:
    """Where no cap, no turn and no move makes people depend on each other."""
    path = write_workforce(seed, tmp_path)
    depend = ("moves = ", "courses = ")
    text = "\n".join(line for line in path.read_text().splitlines() if not line.startswith(depend))
    text = text.replace('"at_most" = 0.3', '"at_most" = 1.0').replace('"heads" = 1, "paid"', '"heads" = 0, "paid"')
    starts = next(line.split('"start" = ')[1][:10] for line in text.splitlines() if line.startswith("center"))
    path.write_text(text)
    before = told(path)
    training = '"training" = { "length" = "2d", "dropout" = 0.3 }'
    terms = f'"group" = "g0", "starts" = {starts}, "offers" = 5, "show_up" = 0.7, {training}'
    more = '"one more" = { ' + terms + " }"
    lines = text.splitlines()
    has = [n for n, line in enumerate(lines) if line.startswith("hiring = {")]
    if has:
        lines[has[0]] = lines[has[0]].removesuffix(" }") + ", " + more + " }"
    else:
        lines.append("hiring = { " + more + " }")
    path.write_text("\n".join(lines) + "\n")
    assert told(path) == before


def test_nobody_works_a_shift_of_before_they_came(lived: Lived) -> None:
    for a, dates in lived.plan.items():
        worked = {date: stretches for date, stretches in dates.items() if stretches}
        kind, _ = lived.source[a]
        if kind == "hiring" and worked:
            assert min(worked) >= min(lived.days[s[0][4]].hired[a] for s in worked.values())
