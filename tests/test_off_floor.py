"""Off the floor: meetings, coaching, course hours, mentoring and lateness; who goes, when, and how many at once."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from test_roster_by_day import HOUR, story
from test_workforce import DAY, group, world

from sim.luck import PeopleLuck
from sim.observations import AVAILABLE, BREAK, COACHING, LATE, MEETING, SICK, TRAINING
from sim.scenario.load import load
from sim.scenario.model import Scenario
from sim.workforce.off_floor import MENTORING, OffFloor, Wanted
from sim.workforce.people import build_agents
from sim.workforce.quietest import LAST_SEAT, NO_LOAD, Cover
from sim.workforce.roster import Roster
from sim.workforce.segments import Segments, absent, joined


@dataclass
class Careers:
    """Nobody nests, all are proficient, the first is there longest; unless said otherwise."""

    heads: int
    nesting_entry: NDArray[np.int64] = field(init=False)
    proficient: NDArray[np.bool_] = field(init=False)
    hired_day: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        self.nesting_entry = np.full(self.heads, -1)
        self.proficient = np.ones(self.heads, bool)
        self.hired_day = np.arange(self.heads) - 1000.0


@dataclass
class Played:
    segments: Segments
    attended: dict[str, NDArray[np.float64]]

    def when(self, activity: int) -> list[tuple[int, float, float]]:
        """(agent, start, end in hours of the horizon)."""
        rows = self.segments.take(self.segments.activity == activity)
        return list(zip(rows.agent.tolist(), (rows.start / HOUR).tolist(), (rows.end / HOUR).tolist(), strict=True))


class Center:
    """A center whose week is planned on its Monday, and played day by day."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario, self.agents = scenario, build_agents(scenario)
        self.roster = Roster(scenario, self.agents)
        luck = PeopleLuck(1, 0, [(source.name, source.count) for source in self.agents.sources])
        self.off_floor = OffFloor(scenario, self.agents, self.roster, luck)
        self.heads = len(self.agents.names)
        self.careers = Careers(self.heads)

    def play(
        self,
        days: range = range(7),
        wanted: list[Wanted] | None = None,
        on_leave: dict[int, list[int]] | None = None,
        sick: dict[int, list[int]] | None = None,
    ) -> Played:
        """`on_leave`, known beforehand, and `sick`: agents by day."""
        everybody, parts, attended = np.ones(self.heads, bool), [], dict[str, NDArray[np.float64]]()
        for day in days:
            if day % 7 == 0:
                leave = np.zeros((self.heads, 7), bool)
                for date in range(day, day + 7):
                    leave[(on_leave or {}).get(date, []), date - day] = True
                self.off_floor.plan_week(day, day + 7, everybody, leave, wanted or [])
            away = np.zeros(self.heads, bool)
            away[[*(on_leave or {}).get(day, []), *(sick or {}).get(day, [])]] = True
            segments = absent(self.roster.of_date(day, everybody), away, SICK, everybody)
            segments, seconds = self.off_floor.cut(segments, day, self.careers)
            parts.append(segments)
            for key, of in seconds.items():
                attended[key] = attended.get(key, np.zeros(self.heads)) + of
        return Played(joined(parts), attended)


def busy(folder: Path, staff: str, volumes: dict[str, float], days: int = 7, usual: float = 100.0) -> Center:
    """A center in which so many contacts of 100 seconds come per half hour ("mon 09:00"), and elsewhere the usual."""
    world(folder, staff, days=days)
    rows = ["weekday,start,contacts"]
    for weekday in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"):
        for minute in range(0, 1440, 30):
            start = f"{minute // 60:02d}:{minute % 60:02d}"
            rows.append(f"{weekday},{start},{volumes.get(f'{weekday} {start}', volumes.get(start, usual))}")
    (folder / "volumes.csv").write_text("\n".join(rows) + "\n")
    path = folder / "world.toml"
    path.write_text(path.read_text().replace('replay = "none.csv"', 'csv = "volumes.csv"'))
    return Center(load(path))


def kept(kind: str, text: str) -> str:
    return f"[groups.g.{kind}.one]\n{text}\n"


LUNCH = 'breaks = [{ at = "12:00", length = "30min" }]\n'


# ---------------------------------------------------------------- fixed hours


def test_a_meeting_at_set_hours_takes_everybody_at_work(tmp_path: Path) -> None:
    """Tuesdays of every other week, 11:30-12:30: until lunch, and from its end; who is ill misses it."""
    meeting = kept("meetings", 'days = "tue"\nhours = "11:30-13:00"\nevery = "2w"\npaid = false')
    center = Center(world(tmp_path, group(2) + DAY + LUNCH + meeting, days=28))
    played = center.play(range(28), sick={15: [1]})
    first, third = 24.0, 15 * 24.0
    assert played.when(MEETING) == [
        (0, first + 11.5, first + 12.0), (0, first + 12.5, first + 13.0),
        (1, first + 11.5, first + 12.0), (1, first + 12.5, first + 13.0),
        (0, third + 11.5, third + 12.0), (0, third + 12.5, third + 13.0),
    ]  # fmt: skip
    meetings = played.segments.activity == MEETING
    assert not played.segments.paid[meetings].any()
    assert played.segments.contracted[meetings].all()
    assert not played.attended


def test_a_meeting_of_a_date_meets_the_night_before(tmp_path: Path) -> None:
    """Wednesday 02:00-02:30 is in Tuesday's shift, and only there."""
    text = group(1, kept("coaching", 'days = "wed"\nhours = "02:00-02:30"')) + '[shifts.day]\nhours = "22:00-06:00"\n'
    played = Center(world(tmp_path, text)).play()
    assert played.when(COACHING) == [(0, 50.0, 50.5)]
    assert played.segments.day[played.segments.activity == COACHING].tolist() == [1]


# ---------------------------------------------------------------- the quietest interval


def test_coaching_is_in_the_quietest_interval_of_the_week(tmp_path: Path) -> None:
    """Quiet is Sunday (nobody works), Thursday noon (lunch), and then Wednesday 10:30."""
    volumes = {"sun 09:00": 1.0, "thu 12:00": 2.0, "wed 10:30": 5.0, "tue 15:00": 6.0}
    center = busy(tmp_path, group(1, kept("coaching", 'length = "30min"')) + DAY + LUNCH, volumes)
    assert center.play().when(COACHING) == [(0, 48 + 10.5, 48 + 11.0)]


def test_only_on_its_days(tmp_path: Path) -> None:
    volumes = {"wed 10:30": 5.0, "tue 15:00": 6.0}
    coaching = kept("coaching", 'length = "30min"\ndays = "mon,tue"')
    assert busy(tmp_path, group(1, coaching) + DAY, volumes).play().when(COACHING) == [(0, 24 + 15.0, 24 + 15.5)]


def test_who_goes_leaves_fewer_behind(tmp_path: Path) -> None:
    """Four seats; 8 contacts at 9:00, 9 at 9:30. Load over seats left: 8/3 < 9/3, then 9/3 < 8/2, then 8/2 < 9/2, and
    then 9/2 < 8/1: two and two."""
    volumes = {"mon 09:00": 8.0, "mon 09:30": 9.0}
    center = busy(tmp_path, group(4, kept("meetings", 'length = "30min"')) + DAY, volumes)
    assert center.play().when(MEETING) == [(0, 9.0, 9.5), (1, 9.5, 10.0), (2, 9.0, 9.5), (3, 9.5, 10.0)]


@pytest.mark.parametrize(("share", "most"), [("50%", 2), ("49%", 1), ("1%", 1), ("100%", 4)])
def test_at_most_so_many_at_once(tmp_path: Path, share: str, most: int) -> None:
    """Four heads, each hour a thousand times as busy as the one before: as many go together as may, then the next."""
    volumes = {f"mon {9 + k:02d}:00": 1e-4 * 1000.0**k for k in range(4)}
    coaching = kept("coaching", f'length = "30min"\nat_once = "{share}"')
    played = busy(tmp_path, group(4, coaching) + DAY, volumes, usual=1e6).play()
    assert [start for _, start, _ in played.when(COACHING)] == [9.0 + k // most for k in range(4)]


def test_a_block_lies_within_one_stretch_of_work(tmp_path: Path) -> None:
    """90 minutes around lunch at 12:00: 10:30 is the last start of the morning, 12:30 the first of the afternoon."""
    quiet = {f"{minute // 60:02d}:{minute % 60:02d}": 1.0 for minute in range(660, 780, 30)}
    center = busy(tmp_path, group(1, kept("coaching", 'length = "90min"')) + DAY + LUNCH, quiet, days=1)
    # From 10:30, 11:00-12:00 is quiet: 100 + 1 + 1; from 12:30, only 12:30-13:00: 1 + 100 + 100.
    assert center.play(range(1)).when(COACHING) == [(0, 10.5, 12.0)]


def test_a_block_may_end_within_an_interval(tmp_path: Path) -> None:
    """45 minutes from 15:30 end at 16:15, a quarter before the shift does; 16:00 would be too late."""
    center = busy(tmp_path, group(1, kept("coaching", 'length = "45min"')) + DAY, {"16:00": 1.0, "15:30": 50.0}, days=1)
    assert center.play(range(1)).when(COACHING) == [(0, 15.5, 16.25)]


def test_without_load_the_best_staffed_interval_is_the_quietest(tmp_path: Path) -> None:
    """Nobody calls; three work 08:00-16:30 and two of them from 12:00 on only: the first best-staffed is 12:00."""
    shifts = '[shifts.day]\nhours = "08:00-16:30"\n[shifts.late]\nhours = "12:00-20:00"\n'
    text = "[groups.g]\nshifts = { day = 1, late = 2 }\nskills = { q = {} }\n"
    center = busy(tmp_path, text + kept("coaching", 'length = "30min"') + shifts, {}, days=1, usual=0.0)
    assert center.play(range(1)).when(COACHING)[0] == (0, 12.0, 12.5)


def test_nobody_is_in_two_places_at_once(tmp_path: Path) -> None:
    """A fixed meeting 09:00-09:30 and two things to be placed, on one quiet morning of a single agent."""
    text = kept("meetings", 'days = "mon"\nhours = "09:00-09:30"') + '[groups.g.meetings.team]\nlength = "30min"\n'
    volumes = {"mon 09:00": 1.0, "mon 09:30": 2.0, "mon 10:00": 3.0}
    center = busy(tmp_path, group(1, text + kept("coaching", 'length = "30min"')) + DAY, volumes)
    played = center.play()
    assert played.when(MEETING) == [(0, 9.0, 9.5), (0, 9.5, 10.0)]
    assert played.when(COACHING) == [(0, 10.0, 10.5)]


def test_who_is_on_leave_is_not_planned_and_who_is_ill_has_missed_it(tmp_path: Path) -> None:
    """Wednesday is quiet. 0 is on leave then, and goes on Tuesday; 1 falls ill and does not go this week; 4 would be the
    last to leave, and goes on Tuesday too."""
    volumes = {"wed 10:30": 0.01, "tue 15:00": 1.0}
    center = busy(tmp_path, group(5, kept("coaching", 'length = "30min"')) + DAY, volumes)
    wednesday, tuesday = (48 + 10.5, 48 + 11.0), (24 + 15.0, 24 + 15.5)
    played = center.play(on_leave={2: [0]}, sick={2: [1]})
    assert sorted(played.when(COACHING)) == [(0, *tuesday), (2, *wednesday), (3, *wednesday), (4, *tuesday)]


def test_every_second_week_half_of_them_go_and_who_could_not_goes_next(tmp_path: Path) -> None:
    """0 and 2 in even weeks, 1 and 3 in odd ones; 2 is on leave in the first week, and makes up for it in the second."""
    coaching = kept("coaching", 'length = "30min"\nevery = "2w"')
    center = busy(tmp_path, group(4, coaching) + DAY, {}, days=28)
    played = center.play(range(28), on_leave={day: [2] for day in range(7)})
    weeks = sorted((int(start // 168), agent) for agent, start, _ in played.when(COACHING))
    assert weeks == [(0, 0), (1, 1), (1, 2), (1, 3), (2, 0), (2, 2), (3, 1), (3, 3)]


def test_the_plan_is_the_same_every_time(tmp_path: Path) -> None:
    text = group(9, kept("coaching", 'length = "1h"\nat_once = "20%"') + kept("meetings", 'length = "45min"'))
    one, other = (busy(tmp_path, text + DAY + LUNCH, {"09:30": 3.0}).play().segments for _ in range(2))
    assert story(one) == story(other)


# ---------------------------------------------------------------- courses


def wanted(agents: list[int], hours: float, at_once: float = 1.0, a_day: float = 4.0) -> Wanted:
    seconds = np.full(len(agents), hours * HOUR)
    return Wanted(np.array(agents), seconds, a_day * HOUR, at_once, TRAINING, True, "courses/x")


def test_a_course_in_blocks_of_a_day(tmp_path: Path) -> None:
    """Ten hours, four a day: two blocks of four and one of two, on three days, in the quietest hours of each."""
    volumes = {
        f"{day} {hour:02d}:{half}": 1.0
        for day in ("mon", "wed", "thu")
        for hour in (8, 9, 10, 11)
        for half in ("00", "30")
    }
    played = busy(tmp_path, group(1) + DAY, volumes).play(wanted=[wanted([0], 10.0)])
    assert played.when(TRAINING) == [(0, 8.0, 12.0), (0, 56.0, 60.0), (0, 80.0, 82.0)]
    assert played.attended["courses/x"].tolist() == [10 * HOUR]


def test_who_stands_first_finishes_first(tmp_path: Path) -> None:
    """One of ten at once, four hours a day of 8.5: two half days each day. 2 and 0 have four of them by Thursday; 1 has
    Friday, of which four hours are allowed."""
    played = busy(tmp_path, group(10) + DAY, {}).play(wanted=[wanted([2, 0, 1], 16.0, at_once=0.1)])
    hours = (played.attended["courses/x"] / HOUR)[:3].tolist()
    assert hours == [16.0, 4.0, 16.0]
    at = sorted((start, end) for _, start, end in played.when(TRAINING))
    assert all(end <= start for (_, end), (start, _) in pairwise(at)), "one at a time"


def test_hours_missed_were_not_attended(tmp_path: Path) -> None:
    quiet = {f"mon {hour:02d}:{half}": 1.0 for hour in range(8, 12) for half in ("00", "30")}
    played = busy(tmp_path, group(2) + DAY, quiet).play(wanted=[wanted([0, 1], 4.0)], sick={0: [1]})
    assert played.attended["courses/x"].tolist() == [4 * HOUR, 0.0]


# ---------------------------------------------------------------- an independent planner


def plain(rows: list[tuple[int, float, float]], load: list[float], due: list[float], most: int) -> list[float]:
    """Where each agent's block goes, written down step by step: intervals of 1, blocks of one length per agent."""
    seats = [sum(max(0.0, min(end, i + 1) - max(start, i)) for _, start, end in rows) for i in range(len(load))]
    booked, chosen = [0] * len(load), []
    for agent, length in enumerate(due):
        best, at = math.inf, -1
        for start in range(len(load)):
            fits = any(a == agent and s <= start and start + length <= e for a, s, e in rows)
            touched = range(start, start + math.ceil(length))
            if not fits or any(booked[i] >= most for i in touched):
                continue
            parts = [min(1.0, start + length - i) for i in touched]
            score = sum(
                p * max(load[i], NO_LOAD) / (max(seats[i] - 1, 0) + LAST_SEAT)
                for p, i in zip(parts, touched, strict=True)
            )
            if score < best - 1e-12:
                best, at = score, start
        chosen.append(float(at))
        if at >= 0:
            for i in range(at, at + math.ceil(length)):
                booked[i] += 1
                seats[i] -= min(1.0, at + length - i)
    return chosen


@pytest.mark.parametrize("seed", range(12))
def test_blocks_go_where_a_plain_search_puts_them(seed: int) -> None:
    """Twenty agents with two stretches each, a day of 48 intervals, blocks of 0.5, 1.75 and 3 intervals."""
    luck = np.random.default_rng(seed)
    rows = []
    for agent in range(20):
        start = float(luck.integers(0, 24)) + luck.choice([0.0, 0.25, 0.5])
        pause = start + luck.integers(5, 11) / 2
        rows += [(agent, start, pause), (agent, pause + 1.0, pause + 1.0 + luck.integers(2, 16) / 2)]
    load, most = luck.choice([0.0, 3.0, 10.0, 17.0], 48).tolist(), int(luck.integers(2, 8))
    due = luck.choice([0.5, 1.75, 3.0], 20).tolist()
    agent, start, end = (np.array(column) for column in zip(*rows, strict=True))
    ones = np.ones(len(rows), bool)
    stretches = Segments(agent, 0 * agent, start * 900, end * 900, 0 * agent + AVAILABLE, ones, ones)
    expected = {a: at for a, at in enumerate(plain(rows, load, due, most)) if at >= 0}
    cover = Cover(stretches, np.array(load) * 900, 900.0)
    blocks = cover.place(np.arange(20), np.array(due) * 900, 3 * 900.0, most, [0])
    assert {a: at / 900 for a, _, at, _ in blocks} == expected


# ---------------------------------------------------------------- late, and gone early


def test_lateness_begins_the_shift_and_is_not_paid(tmp_path: Path) -> None:
    """Everybody, by an hour on average: until the first break at most, and what is late was contracted."""
    lateness = (
        'lateness = { share = "100%", mean = "1h" }\nearly_log_off = { share = "100%", mean = "1h", paid = true }'
    )
    center = Center(world(tmp_path, group(1500, lateness) + DAY + LUNCH, days=1))
    played = center.play(range(1))
    rows = played.segments.take(played.segments.activity == LATE)
    late = rows.take(rows.start < 12 * HOUR)
    early = rows.take(rows.start >= 12 * HOUR)
    assert set(late.start.tolist()) == {8 * HOUR}
    assert set(early.end.tolist()) == {16.5 * HOUR}
    assert late.end.max() == 12 * HOUR
    assert not late.paid.any()
    assert early.paid.all()
    assert rows.contracted.all()
    # The mean of min(X, c) of an exponential time X of mean 1 h is 1 − exp(−c); its variance is below 1.
    for found in (late, early):
        mean = (found.end - found.start).sum() / HOUR / 1500
        assert mean == pytest.approx(1 - math.exp(-4.0), abs=3.5 / math.sqrt(1500))
    work = played.segments.take(played.segments.contracted)
    assert (work.end - work.start).sum() == 1500 * 8 * HOUR


def test_a_share_of_shifts_is_late(tmp_path: Path) -> None:
    text = group(400, 'lateness = { share = "10%", mean = "10min" }') + DAY
    played = Center(world(tmp_path, text)).play(range(5))
    late = len(played.when(LATE))
    assert late == pytest.approx(200, abs=3.5 * math.sqrt(2000 * 0.1 * 0.9))


def test_who_is_ill_is_not_late(tmp_path: Path) -> None:
    text = group(2, 'lateness = { share = "100%", mean = "1h" }') + DAY
    played = Center(world(tmp_path, text, days=1)).play(range(1), sick={0: [0]})
    assert {agent for agent, _, _ in played.when(LATE)} == {1}


# ---------------------------------------------------------------- mentors


NESTING = """
[hiring.new]
group = "g"
starts = 2026-03-02
offers = {}
nesting = {{ length = "4w", speed = 0.5, resolution = 0.8, mentor_per = 2, mentor_share = "25%" }}
"""


def nest(center: Center) -> None:
    """All who were hired are nesting, the rest are proficient."""
    new = ~center.agents.starting
    center.careers.nesting_entry[new] = 0
    center.careers.proficient[new] = False


def test_mentors_spend_a_part_of_their_shift_with_the_nesters(tmp_path: Path) -> None:
    """Five nesters, one mentor for two: three, who are there longest. A quarter of 8 hours of work is 2 hours: after
    1, 3 and 5 of their 6 other hours; lunch at 12:00 comes after the fourth hour of work."""
    center = Center(world(tmp_path, group(4) + DAY + LUNCH + NESTING.format(5), days=1))
    nest(center)
    center.careers.hired_day[:4] = [-10.0, -400.0, -300.0, -200.0]
    played = center.play(range(1))
    assert played.when(COACHING) == [(1, 9.0, 11.0), (2, 11.0, 12.0), (2, 12.5, 13.5), (3, 13.5, 15.5)]
    assert played.segments.paid[played.segments.activity == COACHING].all()
    assert (played.attended[MENTORING] / HOUR).tolist() == [0.0, 2.0, 2.0, 2.0] + [0.0] * 5


def test_mentors_follow_who_is_at_work(tmp_path: Path) -> None:
    """On Tuesday three of four nesters are ill, on Wednesday the senior is: one mentor, another one, and none at all
    when no nester comes. Who is not proficient mentors nobody."""
    center = Center(world(tmp_path, group(3) + DAY + NESTING.format(4), days=4))
    nest(center)
    center.careers.proficient[1] = False
    sick = {1: [4, 5, 6], 2: [0, 4, 5, 6], 3: [3, 4, 5, 6]}
    assert [(int(start // 24), agent) for agent, start, _ in center.play(range(4), sick=sick).when(COACHING)] == [
        (0, 0), (0, 2), (1, 0), (2, 2),
    ]  # fmt: skip


def test_nothing_is_lost_or_paid_twice(tmp_path: Path) -> None:
    """With everything at once, each agent's contracted time is what the roster says, and no two stretches overlap."""
    text = group(
        12,
        'lateness = { share = "50%", mean = "20min" }\nearly_log_off = { share = "50%", mean = "20min" }\n'
        + kept("coaching", 'length = "1h"\nat_once = "20%"')
        + kept("meetings", 'days = "mon-wed"\nhours = "08:00-08:45"'),
    )
    center = busy(tmp_path, text + DAY + LUNCH + NESTING.format(4), {"10:00": 5.0})
    nest(center)
    played = center.play(wanted=[wanted([1, 3, 5, 7], 6.0, at_once=0.2, a_day=2.0)], sick={2: [1], 3: [4]})
    found = played.segments
    assert set(np.unique(found.activity)) == {AVAILABLE, BREAK, MEETING, COACHING, TRAINING, SICK, LATE}
    order = np.lexsort((found.start, found.agent))
    agent, start, end = found.agent[order], found.start[order], found.end[order]
    assert ((end[:-1] <= start[1:]) | (agent[:-1] < agent[1:])).all()
    assert (start < end).all()
    contracted = np.bincount(found.agent, (found.end - found.start) * found.contracted)
    assert (contracted / HOUR).tolist() == [8.0 * 5] * 16
