"""Sickness against its chain's theory; leave against the calendar's arithmetic."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.luck import PeopleLuck
from sim.scenario.load import load
from sim.scenario.model import Scenario
from sim.workforce.absence import Absences
from sim.workforce.people import Agents, build_agents
from sim.workforce.roster import Roster

WORLD = """
[center]
start = {start}
days = {days}
{center}
[queues.q]
channel = "phone"
forecast = {{ replay = "none.csv" }}
talk = {{ family = "constant", mean = "100s" }}
[groups.g]
{staff}
shifts = {{ day = 1.0 }}
skills = {{ q = {{}} }}
[shifts.day]
hours = "08:00-16:30"
"""
FLU = '[absence.flu]\nannual_days = 12\nspell = "3d"\n'
HOLIDAY = '[absence.holiday]\nannual_days = 25.3\nblock = "5d"\n'
WORKING_DAYS_A_YEAR = 365 * 5 / 7


class Weekly:
    """A stand-in for the roster: the working weekdays of each agent, days off left out."""

    def __init__(self, scenario: Scenario, agents: Agents, days: tuple[str, ...] = ("mtwtf",)) -> None:
        self._scenario = scenario
        pattern = {"mtwtf": (0, 1, 2, 3, 4), "mwf": (0, 2, 4), "all": tuple(range(7))}
        self._works = np.zeros((7, len(agents.names)), np.bool_)
        for a in range(len(agents.names)):
            self._works[list(pattern[days[a % len(days)]]), a] = True

    def scheduled(self, day: int) -> NDArray[np.bool_]:
        date = self._scenario.clock.start + dt.timedelta(days=day)
        return self._works[date.weekday()] & (date not in self._scenario.group("g").days_off)


class World:
    """People and their absences, of one replication or another."""

    def __init__(
        self,
        folder: Path,
        text: str,
        *,
        heads: int = 200,
        staff: str | None = None,
        center: str = "",
        start: str = "2027-01-01",
        days: int = 365,
        **files: str,
    ) -> None:
        (folder / "none.csv").write_text(f"arrived\n{start} 08:00:00\n")
        for name, content in files.items():
            (folder / f"{name}.csv").write_text(content)
        staff = f"heads = {heads}" if staff is None else staff
        (folder / "world.toml").write_text(WORLD.format(start=start, days=days, staff=staff, center=center) + text)
        self.scenario = load(folder / "world.toml")
        self.agents = build_agents(self.scenario)
        self.everybody = self.agents.starting
        self.roster: Any = Weekly(self.scenario, self.agents)

    def begin(self, replication: int = 0) -> Absences:
        """With the starting staff on the floor."""
        sources = [(source.name, source.count) for source in self.agents.sources]
        absences = Absences(self.scenario, self.agents, self.roster, PeopleLuck(7, replication, sources))
        absences.joined(0, self.everybody, self.everybody)
        return absences

    def sick_days(self, absences: Absences, days: int, occupancy: float = np.nan) -> NDArray[np.bool_]:
        """Days × agents."""
        used = np.array([occupancy])
        return np.array([absences.sick(day, used)[0] for day in range(days)])

    def leave_days(self, absences: Absences) -> NDArray[np.bool_]:
        """Days × agents."""
        return absences.on_leave(0, self.scenario.clock.days).T

    def scheduled(self) -> NDArray[np.bool_]:
        return np.array([self.roster.scheduled(day) for day in range(self.scenario.clock.days)])


# ---------------------------------------------------------------- sickness


def test_sick_days_of_scheduled_ones_and_the_length_of_spells(tmp_path: Path) -> None:
    world = World(tmp_path, FLU, heads=25000, days=730)
    sick = world.sick_days(world.begin(), 730)
    share = 12 / WORKING_DAYS_A_YEAR
    working = world.scheduled()[:, 0]
    # Days of one person are correlated, by 1 − 1/L − a a day: the standard error here is 0.25 % of the share.
    assert sick[working].mean() == pytest.approx(share, rel=3.5 * 0.0025)
    recovered = (sick[:-1] & ~sick[1:]).sum()
    assert sick[:-1].sum() / recovered == pytest.approx(3.0, rel=3.5 * (2 / 3 / recovered) ** 0.5)
    # Spells that begin and end in sight: geometric, so 1/L of them last one day, (1 − 1/L)/L two.
    begun = ~sick[:-3] & sick[1:-2]
    one, two = begun & ~sick[2:-1], begun & sick[2:-1] & ~sick[3:]
    assert one.sum() / begun.sum() == pytest.approx(1 / 3, rel=3.5 * (2 / begun.sum()) ** 0.5)
    assert two.sum() / begun.sum() == pytest.approx(2 / 9, rel=3.5 * (3.5 / begun.sum()) ** 0.5)


def test_sickness_starts_in_its_steady_state(tmp_path: Path) -> None:
    world = World(tmp_path, FLU.replace("3d", "10d"), heads=20000, days=21)
    share = 12 / WORKING_DAYS_A_YEAR
    sick = np.array([world.sick_days(world.begin(replication), 3).mean(axis=1) for replication in range(20)])
    # 400,000 people, seen on the first days: 0.7 % of the share.
    assert sick.mean(axis=0) == pytest.approx([share] * 3, rel=3.5 * 0.0072)


def test_season_and_burnout_make_people_fall_ill_more_often_not_longer(tmp_path: Path) -> None:
    flu, months = (
        FLU + 'season = "flu.csv"\n',
        "month,factor\n" + "".join(f"{m},{1 + (m == 2)}\n" for m in range(1, 13)),
    )
    flu += "burnout = { above_occupancy = 0.8, factor_per_10_points = 1.5 }\n"
    world = World(tmp_path, flu, heads=20000, days=90, flu=months)
    f, recover = 12 / WORKING_DAYS_A_YEAR, 1 / 3
    for occupancy, factor in ((np.nan, 1.0), (0.7, 1.0), (0.95, 1.5**1.5)):
        sick = world.sick_days(world.begin(), 90, occupancy)
        # The first 15 days of a regime forget the one before.
        for days, season in ((slice(15, 31), 1.0), (slice(46, 59), 2.0)):
            fall_ill = recover * f / (1 - f) * season * factor
            assert sick[days].mean() == pytest.approx(fall_ill / (fall_ill + recover), rel=0.03)
            well, next_day = ~sick[days][:-1], sick[days][1:]
            begun = (well & next_day).sum()
            assert begun / well.sum() == pytest.approx(fall_ill, rel=3.5 * begun**-0.5)
            assert (next_day & ~well).sum() / (~well).sum() == pytest.approx(1 - recover, rel=0.015)


def test_two_sicknesses_come_independently_and_the_first_stays_as_it_was(tmp_path: Path) -> None:
    back = '[absence.back]\nannual_days = 12\nspell = "3d"\npaid = false\n'
    one = World(tmp_path, FLU, heads=4000, days=200)
    flu = one.sick_days(one.begin(), 200)
    both = World(tmp_path, back + FLU, heads=4000, days=200)
    absences, used = both.begin(), np.array([np.nan])
    sick, paid = np.array([absences.sick(day, used) for day in range(200)]).swapaxes(0, 1)
    share = 12 / WORKING_DAYS_A_YEAR
    assert sick.mean() == pytest.approx(1 - (1 - share) ** 2, rel=0.02)
    # Who has both counts once, as the first of them.
    assert (sick & ~paid)[flu].mean() == pytest.approx(share, rel=0.1)
    assert np.array_equal(paid, paid & flu)
    assert np.array_equal(flu & ~sick, np.zeros_like(flu))


def test_only_those_on_the_floor_fall_ill_and_newcomers_start_in_steady_state(tmp_path: Path) -> None:
    world = World(tmp_path, FLU, heads=40000, days=60)
    first = np.arange(40000) < 20000
    world.everybody = first
    absences, used = world.begin(), np.array([np.nan])
    for day in range(30):
        assert not absences.sick(day, used)[0][~first].any()
    absences.joined(30, ~first, np.ones(40000, np.bool_))
    assert absences.sick(30, used)[0][~first].mean() == pytest.approx(12 / WORKING_DAYS_A_YEAR, rel=3.5 * 0.033)


# ---------------------------------------------------------------- leave


def test_everybody_takes_their_allowance_in_blocks_of_their_working_days(tmp_path: Path) -> None:
    world = World(tmp_path, HOLIDAY, heads=2000)
    world.roster = Weekly(world.scenario, world.agents, ("mtwtf", "mwf"))
    absences = world.begin()
    leave, scheduled = world.leave_days(absences), world.scheduled()
    assert absences.not_taken == 0
    assert not (leave & ~scheduled).any()
    for first, due in ((0, 25.3), (1, 25.3 * 3 / 5)):
        taken = leave[:, first::2].sum(axis=0)
        assert set(taken) == {int(due), int(due) + 1}
        part = due - int(due)
        assert taken.mean() == pytest.approx(due, abs=3.5 * (part * (1 - part) / 1000) ** 0.5)
    # Two blocks may touch, so runs of working days are sums of 5s, and of one remainder.
    for a in range(100):
        ends = np.diff(np.concatenate([[0], leave[scheduled[:, a], a].astype(int), [0]]))
        runs = np.flatnonzero(ends == -1) - np.flatnonzero(ends == 1)
        assert sum(run % 5 for run in runs) % 5 == leave[:, a].sum() % 5
        assert sum(run % 5 > 0 for run in runs) <= 1


def test_rotations_and_part_time_have_their_part_of_the_allowance(tmp_path: Path) -> None:
    rotating = HOLIDAY + '[rotations.saturdays]\nweeks = ["MTWTF--", "MTW-FS-"]\nassign = "spread"\n'
    # Shifts of 8.5 hours: who has a contract of 25.5 works three of five of them.
    staff = 'heads = 600\nrotation = "saturdays"\ncontract_hours = { "42.5" = 300, "25.5" = 300 }'
    world = World(tmp_path, rotating, staff=staff)
    agents, world.roster = world.agents, Roster(world.scenario, world.agents)
    leave, scheduled = world.leave_days(world.begin()), world.scheduled()
    assert not (leave & ~scheduled).any()
    for hours, due in ((42.5, 25.3), (25.5, 25.3 * 3 / 5)):
        taken = leave[:, agents.contract_hours == hours].sum(axis=0)
        assert set(taken) <= {int(due) - 1, int(due), int(due) + 1}
        assert taken.mean() == pytest.approx(due, abs=0.12)


def test_a_holiday_takes_nothing_from_the_allowance(tmp_path: Path) -> None:
    closed = "[calendars.us]\nclosed = [2027-01-18, 2027-05-31, 2027-07-05, 2027-09-06, 2027-11-25, 2027-12-24]\n"
    world = World(tmp_path, HOLIDAY.replace("25.3", "25") + closed, heads=50, center='calendar = "us"')
    leave = world.leave_days(world.begin())
    assert set(leave.sum(axis=0)) == {25}
    assert not leave[17].any()


def test_a_few_days_have_their_share_of_the_year(tmp_path: Path) -> None:
    world = World(tmp_path, HOLIDAY.replace("25.3", "26"), heads=20000, start="2027-03-01", days=5)
    # Five working days of 260.7, though the horizon is not a week.
    assert world.leave_days(world.begin()).mean() == pytest.approx(26 / WORKING_DAYS_A_YEAR, rel=0.03)


def test_leave_is_planned_anew_each_year_and_in_proportion_to_what_is_left_of_it(tmp_path: Path) -> None:
    world = World(tmp_path, HOLIDAY.replace("25.3", "25"), heads=1000, start="2026-09-01", days=122 + 365)
    newcomers = np.arange(1000) >= 500
    world.everybody = ~newcomers
    absences, nobody = world.begin(), np.zeros(1000, np.bool_)
    for day in range(1, 487):
        on_floor = world.everybody | (newcomers & (day >= 60))
        absences.joined(day, newcomers if day == 60 else nobody, on_floor)
        if day == 121:
            assert not absences.on_leave(122, 487).any()
    leave = world.leave_days(absences)
    for who, days in ((~newcomers, 122), (newcomers, 62)):
        due = 25 * days / 365
        assert not leave[: 122 - days, who].any()
        assert set(leave[:122, who].sum(axis=0)) == {int(due), int(due) + 1}
        assert leave[:122, who].sum(axis=0).mean() == pytest.approx(due, abs=3.5 * 0.5 / 500**0.5)
        assert set(leave[122:, who].sum(axis=0)) == {25}


def test_leave_follows_the_season(tmp_path: Path) -> None:
    factors = [0.5, 0.5, 0.8, 1.0, 1.0, 1.5, 2.0, 2.0, 1.0, 0.8, 0.0, 1.2]
    season = "month,factor\n" + "".join(f"{m + 1},{factor}\n" for m, factor in enumerate(factors))
    for days in (1, 5):
        text = f'[absence.holiday]\nannual_days = {days}\nblock = "{days}d"\nseason = "season.csv"\n'
        world = World(tmp_path, text, heads=8000, season=season)
        leave = sum(world.leave_days(world.begin(replication)).sum(axis=1) for replication in range(6))
        # One block each. A start weighs what its days weigh together; none may touch a month of factor 0.
        dates = [date for date in world.scenario.clock.dates if date.weekday() < 5]
        weights = [factors[date.month - 1] for date in dates]
        expected: dict[dt.date, float] = dict.fromkeys(dates, 0.0)
        for first in range(len(dates) - days + 1):
            block = weights[first : first + days]
            for date in dates[first : first + days]:
                expected[date] += sum(block) if min(block) > 0 else 0.0
        months = np.array([date.month - 1 for date in world.scenario.clock.dates])
        total = 6 * 8000 * days
        scale = total / sum(expected.values())
        for month, factor in enumerate(factors):
            mean = scale * sum(value for date, value in expected.items() if date.month == month + 1)
            found = leave[months == month].sum()
            assert found == pytest.approx(mean, abs=3.5 * (days * mean) ** 0.5), (days, month)
            if days == 1:
                weekdays = sum(date.month == month + 1 for date in dates)
                whole = sum(weights)
                assert mean == pytest.approx(total * factor * weekdays / whole)


def test_two_blocks_of_a_person_are_placed_independently(tmp_path: Path) -> None:
    world = World(tmp_path, HOLIDAY.replace("25.3", "10"), heads=4000)
    leave = world.leave_days(world.begin())[world.scheduled()[:, 0]]
    last = len(leave) - 1 - np.argmax(leave[::-1], axis=0)
    # Of two of n points the distance is (n + 1)/3 on average; each block takes 4 days more than a point.
    expected = (len(leave) - 8 + 1) / 3 + 4 + 4
    assert (last - np.argmax(leave, axis=0)).mean() == pytest.approx(expected, rel=0.03)


def test_no_more_than_the_cap_are_on_leave_and_what_finds_no_place_is_counted(tmp_path: Path) -> None:
    months = "month,factor\n" + "".join(f"{m},{4 if m in (7, 8) else 1}\n" for m in range(1, 13))
    text = HOLIDAY.replace("25.3", "25") + 'season = "season.csv"\n'
    for at_most, tight in ((0.15, False), (0.10, True), (0.05, True)):
        world = World(tmp_path, f"{text}at_most = {at_most}\n", heads=60, season=months)
        absences = world.begin()
        leave = world.leave_days(absences)
        cap = int(60 * at_most + 1e-9)
        assert leave.sum(axis=1).max() == cap
        assert leave.sum() + absences.not_taken == 60 * 25
        assert tight == (absences.not_taken > 0.02 * 60 * 25)
        # A date has room left only where no block of five fits: not in the season.
        summer = [day for day, date in enumerate(world.scenario.clock.dates) if date.month == 7 and date.weekday() < 5]
        assert leave[summer].sum(axis=1).mean() > 0.8 * cap


def test_the_cap_is_of_those_on_the_floor_when_leave_is_planned(tmp_path: Path) -> None:
    world = World(tmp_path, HOLIDAY.replace("25.3", "60") + "at_most = 0.1\n", heads=200)
    late = np.arange(200) >= 100
    world.everybody = ~late
    absences = world.begin()
    assert world.leave_days(absences).sum(axis=1).max() == 10
    # Fifty leave, who had planned for later: their places are free again for those who come.
    stays = np.arange(200) >= 50
    absences.joined(100, late, stays)
    leave = world.leave_days(absences)
    assert leave[100:, stays].sum(axis=1).max() == 15
    assert leave[:100, late].sum() == 0


def test_a_cap_that_never_binds_changes_nothing(tmp_path: Path) -> None:
    free = World(tmp_path, HOLIDAY)
    capped = World(tmp_path, HOLIDAY + "at_most = 0.6\n")
    assert np.array_equal(free.leave_days(free.begin()), capped.leave_days(capped.begin()))


def test_granted_leave_is_taken_besides_and_counts_towards_the_cap(tmp_path: Path) -> None:
    rows = "agent,from,to\n" + "".join(f"g {k + 1},2027-06-04,2027-06-07\n" for k in range(20))
    rows += "g 30,2026-12-28,2027-01-04\ng 30,2027-12-31,2028-01-05\n"
    text = HOLIDAY.replace("25.3", "25") + 'at_most = 0.1\ncsv = "granted.csv"\npaid = false\n'
    names = "agent\n" + "".join(f"g {k + 1}\n" for k in range(200))
    world = World(tmp_path, text, staff='people = { csv = "names.csv" }', granted=rows, names=names)
    absences = world.begin()
    leave = world.leave_days(absences)
    # 2027-06-04 is a Friday; 2027-01-01, the first and the last day of the horizon too.
    friday = (dt.date(2027, 6, 4) - dt.date(2027, 1, 1)).days
    assert leave[[friday, friday + 3], :20].all()
    assert not leave[friday + 1 : friday + 3].any()
    assert leave[[friday, friday + 3]].sum(axis=1).tolist() == [20, 20]
    assert leave[[0, 3, 364], 29].all()
    assert leave.sum() + absences.not_taken == 200 * 25 + 20 * 2 + 3
    who, paid = absences.leave(friday)
    assert np.array_equal(who, leave[friday])
    assert not paid.any()


def test_two_kinds_of_leave_do_not_overlap_nor_share_their_luck(tmp_path: Path) -> None:
    family = '[absence.family]\nannual_days = 10\nblock = "1d"\npaid = false\n'
    alone = World(tmp_path, HOLIDAY, heads=2000)
    first = alone.leave_days(alone.begin())
    world = World(tmp_path, HOLIDAY + family, heads=2000)
    absences = world.begin()
    kinds = np.array([absences.leave(day) for day in range(365)])
    who, paid = kinds[:, 0], kinds[:, 1]
    assert np.array_equal(paid, first)
    assert (who & ~paid).sum(axis=0).tolist() == [10] * 2000
    # Rounded days, and the date of the first block, of both kinds: no correlation.
    days = np.argmax(who & ~paid, axis=0), np.argmax(paid, axis=0)
    assert abs(np.corrcoef(*days)[0, 1]) < 3.5 / 2000**0.5


def test_days_outside_the_horizon_are_free_of_leave(tmp_path: Path) -> None:
    world = World(tmp_path, HOLIDAY, days=14)
    absences = world.begin()
    assert not absences.leave(-2)[0].any()
    assert not absences.leave(14)[0].any()
    planned = absences.on_leave(-3, 15)
    assert planned.shape == (200, 18)
    assert not planned[:, [0, 1, 2, 17]].any()
    assert np.array_equal(planned[:, 3:17].T, world.leave_days(absences))


# ---------------------------------------------------------------- whose absence it is


def test_people_who_join_leave_everybody_elses_absence_as_it_was(tmp_path: Path) -> None:
    both = FLU + HOLIDAY
    few = World(tmp_path, both)
    sick = few.sick_days(few.begin(), 365)
    leave = few.leave_days(few.begin())
    many = World(tmp_path, both + '[hiring.summer]\ngroup = "g"\nstarts = 2027-03-01\noffers = 80\n')
    absences, used = many.begin(), np.array([np.nan])
    again = []
    for day in range(365):
        newcomers = ~many.agents.starting & (day == 59)
        absences.joined(day, newcomers, many.agents.starting | (day >= 59))
        again.append(absences.sick(day, used)[0])
    assert np.array_equal(np.array(again)[:, :200], sick)
    assert np.array_equal(many.leave_days(absences)[:, :200], leave)
    assert many.leave_days(absences)[59:, 200:].any()


def test_people_who_leave_leave_everybody_elses_absence_as_it_was(tmp_path: Path) -> None:
    world = World(tmp_path, FLU + HOLIDAY, start="2026-07-01")
    all_stay, some_leave, used = world.begin(), world.begin(), np.array([np.nan])
    stays, nobody = np.arange(200) % 3 > 0, np.zeros(200, np.bool_)
    for day in range(365):
        all_stay.joined(day, nobody, world.everybody)
        some_leave.joined(day, nobody, world.everybody if day < 100 else stays)
        sick, fewer = all_stay.sick(day, used)[0], some_leave.sick(day, used)[0]
        assert np.array_equal(sick[stays], fewer[stays])
    assert np.array_equal(world.leave_days(all_stay)[:, stays], world.leave_days(some_leave)[:, stays])


def test_absences_are_of_their_groups(tmp_path: Path) -> None:
    other = "[groups.h]\nheads = 50\nshifts = { day = 1.0 }\nskills = { q = {} }\n"
    limited = other + "".join(text + 'groups = ["h"]\n' for text in (FLU, HOLIDAY))
    world = World(tmp_path, limited, heads=50)
    absences = world.begin()
    used = np.array([np.nan, np.nan])
    sick = np.array([absences.sick(day, used)[0] for day in range(365)])
    leave = world.leave_days(absences)
    assert not sick[:, :50].any()
    assert not leave[:, :50].any()
    assert sick[:, 50:].any(axis=0).mean() > 0.8
    assert leave[:, 50:].any(axis=0).all()


def test_who_moves_keeps_spell_and_leave(tmp_path: Path) -> None:
    text = FLU + HOLIDAY + '[hiring.later]\ngroup = "g"\nstarts = 2027-03-01\noffers = 50\n'
    world = World(tmp_path, text, heads=50)
    stay, move = world.begin(), world.begin()
    sources = [(source.name, source.count) for source in world.agents.sources]
    luck = PeopleLuck(7, 0, sources)
    move = Absences(world.scenario, world.agents, world.roster, luck)
    move.joined(0, world.everybody, world.everybody)
    used, old, new = np.array([np.nan]), np.arange(50), np.arange(50, 100)
    for day in range(40):
        assert np.array_equal(stay.sick(day, used)[0], move.sick(day, used)[0])
    luck.keys[new] = luck.keys[old]
    move.moved(old, new)
    move.joined(40, ~world.everybody, ~world.everybody)
    for day in range(40, 365):
        assert np.array_equal(stay.sick(day, used)[0][old], move.sick(day, used)[0][new])
        assert np.array_equal(stay.leave(day)[0][old], move.leave(day)[0][new])


def test_an_absence_that_nobody_has_costs_nothing(tmp_path: Path) -> None:
    world = World(tmp_path, '[absence.none]\nannual_days = 0\n[absence.health]\nannual_days = 0\nspell = "2d"\n')
    absences = world.begin()
    assert not world.leave_days(absences).any()
    assert not world.sick_days(absences, 60).any()
    assert absences.not_taken == 0
