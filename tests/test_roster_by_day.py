"""The paper roster date by date: who joins which shift, breaks, absence, and away blocks in turn; by arithmetic."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from test_workforce import DAY, group, world

from sim.clock import Clock
from sim.observations import ACTIVITIES, AVAILABLE, AWAY, BREAK, LEAVE, MEETING, SICK
from sim.scenario.model import Scenario
from sim.workforce.away import AwayBlocks
from sim.workforce.people import Agents, build_agents
from sim.workforce.roster import Roster, build_segments
from sim.workforce.segments import Segments, Window, absent, clipped, cut_out, joined

HOUR = 3600.0

EARLY_LATE = '[shifts.early]\nhours = "06:00-14:00"\n[shifts.late]\nhours = "14:00-22:00"\n'
PAUSES = 'breaks = [{ within = "09:30-11:00", length = "15min", paid = true }, { at = "12:00", length = "30min" }]\n'

Story = list[tuple[int, str, float, float]]


def story(segments: Segments) -> Story:
    """(agent, activity, start, end in hours) of each stretch."""
    return [
        (int(a), ACTIVITIES[activity], float(start / HOUR), float(end / HOUR))
        for a, activity, start, end in zip(segments.agent, segments.activity, segments.start, segments.end, strict=True)
    ]


def made(*rows: tuple[int, int, float, float], paid: bool = True) -> Segments:
    """(agent, activity, start, end in hours), on date 0; unpaid breaks are not contracted."""
    agent, activity, start, end = (np.array(column) for column in zip(*rows, strict=True))
    pays = np.full(len(rows), paid)
    return Segments(agent, 0 * agent, start * HOUR, end * HOUR, activity, pays, pays.copy())


def paper(scenario: Scenario) -> tuple[Agents, Roster]:
    agents = build_agents(scenario)
    return agents, Roster(scenario, agents)


def hiring(text: str, shifts: str = "{ early = 0.5, late = 0.5 }", more: str = "") -> str:
    staff = f"[groups.g]\nheads = 2\nshifts = {shifts}\nskills = {{ q = {{}} }}\n{more}\n"
    return staff + f'[hiring.new]\ngroup = "g"\n{text}\n' + EARLY_LATE


CLASS = "starts = 2026-03-03\noffers = {}\n"


def shift_of(roster: Roster, agents: Agents, name: str, day: int) -> list[str]:
    """Of each of a source's people, by when they begin on a date."""
    source = next(source for source in agents.sources if source.name == name)
    found = roster.of_date(day, np.isin(np.arange(len(agents.names)), source.members))
    return ["early" if start < day * 86400.0 + 12 * HOUR else "late" for start in found.start]


# ---------------------------------------------------------------- dates


NIGHTS = """
[groups.g]
heads = 11
contract_hours = { "40" = 6, "24" = 5 }
rotation = "r"
shifts = { day = 0.5, night = 0.5 }
skills = { q = {} }
[shifts.day]
hours = "08:00-16:30"
breaks = [{ within = "09:30-11:00", length = "15min", paid = true }, { within = "11:30-13:30", length = "30min" }]
[shifts.night]
hours = "22:00-06:00"
breaks = [{ within = "01:00-04:00", length = "30min" }]
[rotations.r]
weeks = ["MTWTF--", "--WTFSS"]
"""


@pytest.mark.parametrize(("start", "zone"), [("2026-03-23", "Europe/Berlin"), ("2026-10-19", "Europe/Berlin")])
def test_the_dates_together_are_the_horizons_roster(tmp_path: Path, start: str, zone: str) -> None:
    """Two weeks with a night shift on the night of a clock change: date by date, or all at once, the same stretches."""
    scenario = world(tmp_path, NIGHTS, start=start, days=14, zone=zone)
    agents, roster = paper(scenario)
    dates = [roster.of_date(day, agents.starting) for day in roster.dates]
    for day, one in zip(roster.dates, dates, strict=True):
        assert set(one.day.tolist()) <= {day}
        assert np.array_equal(np.unique(one.agent), np.flatnonzero(roster.scheduled(day)))
        assert np.array_equal(np.lexsort((one.start, one.agent)), np.arange(len(one.agent))), "by agent and time"
    together = clipped(joined(dates), scenario.clock)
    together = together.take(np.lexsort((together.start, together.agent)))
    whole = build_segments(scenario, agents)
    for column, other in zip(whole.columns(), together.columns(), strict=True):
        assert np.array_equal(column, other)


def test_a_date_goes_past_the_horizon_until_it_is_clipped(tmp_path: Path) -> None:
    scenario = world(tmp_path, group(1) + '[shifts.day]\nhours = "22:00-06:00"\n', days=1)
    agents, roster = paper(scenario)
    assert story(roster.of_date(0, agents.starting)) == [(0, "work", 22.0, 30.0)]
    assert story(clipped(roster.of_date(0, agents.starting), scenario.clock)) == [(0, "work", 22.0, 24.0)]
    assert story(clipped(roster.of_date(-1, agents.starting), scenario.clock)) == [(0, "work", 0.0, 6.0)]
    assert not roster.scheduled(-9).any(), "no shift of that date reaches into the horizon"


def test_breaks_in_the_night_of_a_clock_change(tmp_path: Path) -> None:
    """Berlin, 29 March 2026: 04:00 comes three hours after midnight, and the break still lasts half an hour."""
    text = group(1) + '[shifts.day]\nhours = "22:00-06:00"\nbreaks = [{ at = "04:00", length = "30min" }]\n'
    agents, roster = paper(world(tmp_path, text, start="2026-03-28", days=2, zone="Europe/Berlin"))
    assert story(roster.of_date(-1, agents.starting))[1] == (0, "break", 4.0, 4.5)
    assert story(roster.of_date(0, agents.starting)) == [
        (0, "work", 22.0, 27.0), (0, "break", 27.0, 27.5), (0, "work", 27.5, 29.0),
    ]  # fmt: skip


def test_only_those_who_are_asked_for(tmp_path: Path) -> None:
    """Whether a colleague has left changes nobody's break."""
    scenario = world(tmp_path, group(3) + DAY + PAUSES)
    agents, roster = paper(scenario)
    everybody = roster.of_date(0, agents.starting)
    two = roster.of_date(0, np.array([True, False, True]))
    assert story(two) == [row for row in story(everybody) if row[0] != 1]


def test_a_roster_file_by_date(tmp_path: Path) -> None:
    """Bob's night belongs to the date on which it begins; ann's rows of a date are in order, whatever the file's is."""
    (tmp_path / "roster.csv").write_text(
        "agent,date,start,end,activity,paid\n"
        "bob,2026-03-02,22:00,06:00,work,yes\nann,2026-03-03,10:00,12:00,meeting,yes\nann,2026-03-03,08:00,10:00,work,no\n"
    )
    text = '[groups.g]\nroster = { csv = "roster.csv" }\nskills = { q = {} }\n'
    agents, roster = paper(world(tmp_path, text, days=3))
    assert agents.names == ("ann", "bob")
    assert story(roster.of_date(0, agents.starting)) == [(1, "work", 22.0, 30.0)]
    of_tuesday = roster.of_date(1, agents.starting)
    assert story(of_tuesday) == [(0, "work", 32.0, 34.0), (0, "meeting", 34.0, 36.0)]
    assert of_tuesday.paid.tolist() == of_tuesday.contracted.tolist() == [False, True]
    assert [roster.scheduled(day).tolist() for day in (0, 1, 2)] == [[False, True], [True, False], [False, False]]
    assert not len(roster.of_date(2, agents.starting).agent)


# ---------------------------------------------------------------- those who join


def test_a_class_takes_the_shifts_by_turns(tmp_path: Path) -> None:
    """Half and half: one here, one there. Three quarters: every fourth is late, wherever the row is cut."""
    agents, roster = paper(world(tmp_path, hiring(CLASS.format(6)), days=7))
    assert shift_of(roster, agents, "hiring/new", 2) == ["early", "late"] * 3
    text = hiring(CLASS.format(12), "{ early = 0.75, late = 0.25 }")
    agents, roster = paper(world(tmp_path, text, days=7))
    late = [shift == "late" for shift in shift_of(roster, agents, "hiring/new", 2)]
    assert [sum(late[k : k + 4]) for k in (0, 4, 8)] == [1, 1, 1]


def test_a_class_takes_shifts_given_by_counts_in_their_proportions(tmp_path: Path) -> None:
    text = hiring(CLASS.format(9), "{ early = 2, late = 1 }").replace("heads = 2\n", "")
    agents, roster = paper(world(tmp_path, text, days=7))
    assert sorted(shift_of(roster, agents, "hiring/new", 2)) == ["early"] * 6 + ["late"] * 3


def test_part_timers_of_a_class_are_in_every_shift(tmp_path: Path) -> None:
    """Contracts alternate and shifts alternate: without care, all part-timers would work late."""
    text = hiring(CLASS.format(8), more='contract_hours = { "56" = 1, "28" = 1 }')
    agents, roster = paper(world(tmp_path, text, days=28))
    members = next(source for source in agents.sources if source.kind == "hiring").members
    days = np.sum([roster.scheduled(day)[members] for day in range(28)], axis=0)
    who = np.isin(np.arange(len(agents.names)), members)
    starts = dict.fromkeys(members.tolist(), 0.0)
    for day in range(28):
        found = roster.of_date(day, who)
        starts |= dict(zip(found.agent.tolist(), (found.start % 86400.0 / HOUR).tolist(), strict=True))
    kinds = list(zip(agents.contract_hours[members].tolist(), starts.values(), days.tolist(), strict=True))
    assert sorted(kinds) == sorted([(56.0, 6.0, 28), (56.0, 14.0, 28), (28.0, 6.0, 14), (28.0, 14.0, 14)] * 2)


def test_breaks_of_a_class_are_staggered_over_it(tmp_path: Path) -> None:
    """Two are there on Monday; from Tuesday on five are a quarter of 75 minutes apart, the class and the others in turn."""
    text = group(2) + DAY + PAUSES + '[hiring.new]\ngroup = "g"\n' + CLASS.format(3)
    _, roster = paper(world(tmp_path, text))
    first = roster.of_date(0, np.arange(5) < 2)
    assert (first.start[(first.activity == BREAK) & first.paid] / HOUR).tolist() == [9.5, 10.75]
    found = roster.of_date(1, np.ones(5, bool))
    pauses = found.take((found.activity == BREAK) & found.paid)
    assert pauses.agent.tolist() == [0, 1, 2, 3, 4]
    quarters = (pauses.start - 86400.0 - 9.5 * HOUR) / (75 * 60 / 4)
    assert quarters.tolist() == [1, 3, 0, 2, 4]


def test_breaks_of_a_standing_order_are_spread_however_many_came(tmp_path: Path) -> None:
    """Of the numbers that may ever be needed only some are there: any ten in a row leave no gap of more than 18 %."""
    text = group(20, 'attrition = "a"') + DAY + PAUSES
    text += '[attrition.a]\nannual_rate = 1.0\n[hiring.order]\ngroup = "g"\nreplace = "leavers"\n'
    agents, roster = paper(world(tmp_path, text, days=28))
    found = roster.of_date(0, ~agents.starting)
    places = (found.start[(found.activity == BREAK) & found.paid] / HOUR - 9.5) / 1.25
    assert len(places) > 20
    for first in range(len(places) - 9):
        some = np.sort(places[first : first + 10])
        assert np.diff([0.0, *some, 1.0]).max() < 0.18


# ---------------------------------------------------------------- absence, pieces


def test_absence_leaves_what_the_roster_pays_and_drops_the_rest(tmp_path: Path) -> None:
    """Ann is ill: her work and her paid break are sick, her unpaid lunch is nothing; bob works on."""
    agents, roster = paper(world(tmp_path, group(2) + DAY + PAUSES))
    scheduled = roster.of_date(0, agents.starting)
    found = absent(scheduled, np.array([True, False]), SICK, np.array([True, True]))
    ann = found.take(found.agent == 0)
    assert story(ann) == [
        (0, "sick", 8.0, 9.5), (0, "sick", 9.5, 9.75), (0, "sick", 9.75, 12.0), (0, "sick", 12.5, 16.5),
    ]  # fmt: skip
    assert ann.paid.all()
    assert ann.contracted.all()
    assert story(found.take(found.agent == 1)) == story(scheduled.take(scheduled.agent == 1))
    unpaid = absent(scheduled, np.array([True, False]), LEAVE, np.array([False, True]))
    assert not unpaid.paid[unpaid.agent == 0].any()
    assert unpaid.contracted[unpaid.agent == 0].all()
    hours = (unpaid.end - unpaid.start)[unpaid.contracted].sum() / HOUR
    assert hours == (scheduled.end - scheduled.start)[scheduled.contracted].sum() / HOUR == 16.0


def test_what_the_roster_says_of_leave_stands() -> None:
    rows = made((0, LEAVE, 8.0, 12.0), (0, MEETING, 12.0, 13.0), (0, AVAILABLE, 13.0, 16.0))
    found = absent(rows, np.array([True]), SICK, np.array([False]))
    assert story(found) == [(0, "leave", 8.0, 12.0), (0, "sick", 12.0, 13.0), (0, "sick", 13.0, 16.0)]
    assert found.paid.tolist() == [True, False, False]


def test_windows_are_cut_out_of_work_only() -> None:
    """A window from 9:00 to 13:00 over a break at 10:00; a later window at 12:30 takes what is left of its time."""
    rows = made((0, AVAILABLE, 8.0, 10.0), (0, BREAK, 10.0, 10.5), (0, AVAILABLE, 10.5, 16.0), (1, AVAILABLE, 8.0, 9.0))
    who = np.array([0])
    found, seconds = cut_out(
        rows,
        [
            Window(who, 9.0 * HOUR, 13.0 * HOUR, MEETING, False, "first"),
            Window(np.array([0, 1]), 12.5 * HOUR, 14.0 * HOUR, AWAY, True, "second"),
        ],
        2,
    )
    assert story(found) == [
        (0, "work", 8.0, 9.0), (0, "meeting", 9.0, 10.0), (0, "break", 10.0, 10.5), (0, "meeting", 10.5, 13.0),
        (0, "away", 13.0, 14.0), (0, "work", 14.0, 16.0), (1, "work", 8.0, 9.0),
    ]  # fmt: skip
    assert found.paid.tolist() == [True, False, True, False, True, True, True]
    assert found.contracted.all()
    assert {key: (of / HOUR).tolist() for key, of in seconds.items()} == {"first": [3.5, 0.0], "second": [1.0, 0.0]}
    assert story(rows)[0] == (0, "work", 8.0, 10.0), "what was given stays as it was"


def test_a_window_as_long_as_the_stretch_leaves_nothing_of_it() -> None:
    found, _ = cut_out(made((0, AVAILABLE, 8.0, 9.0)), [Window(np.array([0]), 8 * HOUR, 9 * HOUR, AWAY, True)], 1)
    assert story(found) == [(0, "away", 8.0, 9.0)]


def test_clipped_keeps_what_lies_inside() -> None:
    clock = Clock(dt.date(2026, 3, 2), 1, 1800.0, "UTC")
    found = clipped(made((0, AVAILABLE, -2.0, 1.0), (0, BREAK, -3.0, -2.0), (1, AVAILABLE, 23.0, 30.0)), clock)
    assert story(found) == [(0, "work", 0.0, 1.0), (1, "work", 23.0, 24.0)]


# ---------------------------------------------------------------- away blocks


def cut_by_date(scenario: Scenario, present: list[NDArray[np.bool_]] | None = None) -> Segments:
    """All dates' stretches, each cut as its day comes; `present`: who is there, from day 0 on."""
    agents, roster = paper(scenario)
    away = AwayBlocks(scenario, agents)
    parts = []
    for day in roster.dates:
        who = present[day] if present is not None and 0 <= day < len(present) else agents.starting
        parts.append(away.cut(roster.of_date(day, who), day))
    found = clipped(joined(parts), scenario.clock)
    return found.take(np.lexsort((found.start, found.agent)))


def away_days(segments: Segments) -> list[tuple[int, int]]:
    gone = segments.take(segments.activity == AWAY)
    return sorted(set(zip(gone.day.tolist(), gone.agent.tolist(), strict=True)))


BLOCK = '[groups.g.away.project]\nhours = "09:00-12:00"\nheads = 2\n'


def test_away_blocks_day_by_day_are_those_of_the_whole_roster(tmp_path: Path) -> None:
    """Four people, two of them each day: the same stretches, turn by turn."""
    scenario = world(tmp_path, group(4) + DAY + PAUSES + BLOCK, days=14)
    whole, by_date = build_segments(scenario, build_agents(scenario)), cut_by_date(scenario)
    for column, other in zip(whole.columns(), by_date.columns(), strict=True):
        assert np.array_equal(column, other)
    assert away_days(by_date)[:4] == [(0, 0), (0, 1), (1, 2), (1, 3)]


def test_a_block_between_two_dates_takes_its_heads_once(tmp_path: Path) -> None:
    """04:00-08:00 for one head: somebody of the night that ends at 06:00 goes, so nobody of the morning does."""
    shifts = '[shifts.night]\nhours = "22:00-06:00"\n[shifts.morning]\nhours = "06:00-14:00"\n'
    text = "[groups.g]\nshifts = { night = 2, morning = 2 }\nskills = { q = {} }\n"
    block = BLOCK.replace("09:00-12:00", "04:00-08:00").replace("heads = 2", "heads = 1")
    found = away_days(cut_by_date(world(tmp_path, text + block + shifts, days=4)))
    # The morning, which begins first, has the first two.
    assert found == [(-1, 2), (0, 3), (1, 2), (2, 3)]
    both = away_days(cut_by_date(world(tmp_path, text + block.replace("heads = 1", "heads = 3") + shifts, days=2)))
    assert both == [(-1, 2), (-1, 3), (0, 0), (0, 2), (0, 3), (1, 1)], "the third head is of the morning's date"


def test_who_is_ill_is_not_sent_away(tmp_path: Path) -> None:
    scenario = world(tmp_path, group(3) + DAY + BLOCK.replace("heads = 2", "heads = 1"), days=1)
    agents, roster = paper(scenario)
    there = absent(roster.of_date(0, agents.starting), np.array([True, False, False]), SICK, np.ones(3, bool))
    assert away_days(AwayBlocks(scenario, agents).cut(there, 0)) == [(0, 1)]


def test_who_joins_later_has_no_turns_to_make_up_for(tmp_path: Path) -> None:
    """One of two each day; from Friday on they are three: the new one is as far as who was away the fewest times.

    Monday to Thursday 0, 1, 0, 1. Then each of the three has two turns behind them: 0, 1, 2 and again.
    """
    text = group(2) + DAY.replace("mon-fri", "mon-sun") + BLOCK.replace("heads = 2", "heads = 1")
    scenario = world(tmp_path, text + '[hiring.new]\ngroup = "g"\n' + CLASS.format(1), days=11)
    old, new = np.array([True, True, False]), np.ones(3, bool)
    found = cut_by_date(scenario, [old] * 4 + [new] * 7)
    assert [agent for _, agent in away_days(found)] == [0, 1, 0, 1, 0, 1, 2, 0, 1, 2, 0]
