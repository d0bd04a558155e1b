"""Sites, holders of skills and away blocks, by arithmetic: what a place's clock says is worked out in UTC by hand.

Standard time is UTC-5 in New York, UTC+1 in Berlin, UTC+8 in Manila, UTC-5 in Bogota and UTC-10 in Honolulu; in 2026
New York is an hour ahead of that from 8 March, 07:00 UTC, and Berlin from 29 March, 01:00 UTC.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.observations import AVAILABLE, AWAY, BREAK, SICK, TRAINING
from sim.scenario.load import load
from sim.scenario.model import Scenario
from sim.workforce.people import build_agents, holders_among, holds
from sim.workforce.roster import build_segments
from sim.workforce.segments import Segments
from sim.workforce.skills import skill_tables

HOUR = 3600.0

Stretches = list[tuple[int, float, float]]


def world(folder: Path, text: str, *, start: str, days: int, zone: str = "America/New_York") -> Scenario:
    """A center with the queues q and r, and the groups and sites of `text`."""
    (folder / "log.csv").write_text(f"arrived\n{start} 12:00:00\n")
    queue = 'channel = "phone"\nforecast = { replay = "log.csv" }\ntalk = { family = "constant", mean = "100s" }\n'
    center = f'[center]\nstart = {start}\ndays = {days}\ntimezone = "{zone}"\n'
    (folder / "world.toml").write_text(f"{center}[queues.q]\n{queue}[queues.r]\n{queue}{text}")
    return load(folder / "world.toml")


def at_site(zone: str, hours: str, more: str = "", group: str = "", site: str = "") -> str:
    """One agent (or what `group` says) on one shift at a site of this zone."""
    return (
        f'[sites.s]\ntimezone = "{zone}"\n{site}\n'
        f'[groups.g]\nsite = "s"\nskills = {{ q = {{}}, r = {{}} }}\n{group or "shifts = { shift = 1 }"}\n'
        f'[shifts.shift]\nhours = "{hours}"\n{more}\n'
    )


def schedule(scenario: Scenario) -> Segments:
    return build_segments(scenario, build_agents(scenario))


def in_hours(segments: Segments) -> Stretches:
    """(day, start, end) of each stretch, in hours since the start of the horizon."""
    return list(
        zip(segments.day.tolist(), (segments.start / HOUR).tolist(), (segments.end / HOUR).tolist(), strict=True)
    )


def hours_of(segments: Segments, activity: int, agents: int) -> list[float]:
    """Each agent's hours of an activity."""
    of = segments.activity == activity
    length = (segments.end - segments.start)[of] / HOUR
    return [float(hours) for hours in np.bincount(segments.agent[of], length, agents)]


# ---------------------------------------------------------------- sites


def test_a_place_without_daylight_saving_slides_an_hour_against_the_center(tmp_path: Path) -> None:
    """Manila's 21:00-06:00 is 13:00-22:00 UTC: 08:00-17:00 in New York's winter, 09:00-18:00 in its summer."""
    scenario = world(tmp_path, at_site("Asia/Manila", "21:00-06:00"), start="2026-03-06", days=4)
    found = schedule(scenario)
    # The horizon begins on Friday at 05:00 UTC; New York's Sunday has 23 hours.
    assert in_hours(found) == [(0, 8.0, 17.0), (1, 32.0, 41.0), (2, 56.0, 65.0), (3, 80.0, 89.0)]
    clock = scenario.clock
    assert [clock.moment(start).hour for start in found.start] == [8, 8, 9, 9]
    assert [clock.moment(end).hour for end in found.end] == [17, 17, 18, 18]


def test_a_site_ahead_begins_and_ends_the_horizon_within_its_shifts(tmp_path: Path) -> None:
    """Manila's 05:00-14:00 is 21:00-06:00 UTC, the evening before in New York; the horizon is 05:00-05:00 UTC.

    Monday's shift reaches into the first hour, and Wednesday's has begun when the two days end.
    """
    found = schedule(world(tmp_path, at_site("Asia/Manila", "05:00-14:00"), start="2026-01-05", days=2))
    assert in_hours(found) == [(0, 0.0, 1.0), (1, 16.0, 25.0), (2, 40.0, 48.0)]
    assert found.days(2) == range(-1, 3)


def test_a_site_behind_begins_with_its_day_before(tmp_path: Path) -> None:
    """Manila's Monday is 16:00 UTC on Sunday to 16:00 UTC on Monday; Bogota's 08:00-17:00 is 13:00-22:00 UTC."""
    text = at_site("America/Bogota", "08:00-17:00")
    found = schedule(world(tmp_path, text, start="2026-01-05", days=1, zone="Asia/Manila"))
    assert in_hours(found) == [(-1, 0.0, 6.0), (0, 21.0, 24.0)]


def test_a_night_at_the_other_end_of_the_world_began_two_dates_ago(tmp_path: Path) -> None:
    """Auckland's Monday (UTC+13) begins on Sunday at 11:00 UTC; Honolulu's 22:00-06:00 is 08:00-16:00 UTC.

    Saturday night, day -2 there, has five hours left. Sunday night begins 21 hours later.
    """
    text = at_site("Pacific/Honolulu", "22:00-06:00")
    found = schedule(world(tmp_path, text, start="2026-01-05", days=1, zone="Pacific/Auckland"))
    assert in_hours(found) == [(-2, 0.0, 5.0), (-1, 21.0, 24.0)]
    assert found.days(1) == range(-2, 1)


def test_weekdays_of_a_shift_are_the_sites(tmp_path: Path) -> None:
    """Of the same two nights, Saturday's is worked where the shift says sat, though Auckland has no Saturday in it."""
    text = at_site("Pacific/Honolulu", "22:00-06:00", 'days = "sat"')
    found = schedule(world(tmp_path, text, start="2026-01-05", days=1, zone="Pacific/Auckland"))
    assert in_hours(found) == [(-2, 0.0, 5.0)]


def test_each_place_changes_its_own_clocks(tmp_path: Path) -> None:
    """Berlin, 22:00-06:00 around 29 March: 21:00-05:00 UTC, then 21:00-04:00 (an hour lost), then 20:00-04:00.

    New York, in summer time since three weeks, begins its Friday at 04:00 UTC.
    """
    found = schedule(world(tmp_path, at_site("Europe/Berlin", "22:00-06:00"), start="2026-03-27", days=3))
    assert in_hours(found) == [(-1, 0.0, 1.0), (0, 17.0, 25.0), (1, 41.0, 48.0), (2, 64.0, 72.0)]


def test_a_rotation_is_anchored_at_the_monday_of_the_start(tmp_path: Path) -> None:
    """Weekdays in week 1 and 3, the weekend in week 2, by Manila's dates; the start is a Wednesday.

    08:00-17:00 there is 19:00-04:00 of New York's evening before, so the first shift has 4 hours left, and of the
    last one 5 hours lie before the end.
    """
    text = at_site("Asia/Manila", "08:00-17:00", group='shifts = { shift = 1 }\nrotation = "r"')
    text += '[rotations.r]\nweeks = ["MTWTF--", "-----SS"]\nassign = "together"\n'
    found = schedule(world(tmp_path, text, start="2026-01-07", days=14))
    assert found.day.tolist() == [0, 1, 2, 10, 11, 12, 13, 14]
    assert ((found.end - found.start) / HOUR).tolist() == [4.0, *[9.0] * 6, 5.0]


def test_days_off_are_the_sites(tmp_path: Path) -> None:
    """The center is closed on the 6th, the site on the 7th: Manila works on the 6th and not on the 7th, its dates."""
    text = at_site("Asia/Manila", "21:00-06:00", site='calendar = "ph"')
    text += "[calendars.us]\nclosed = [2026-01-06]\n[calendars.ph]\nclosed = [2026-01-07]\n"
    world(tmp_path, text, start="2026-01-05", days=4)
    path = tmp_path / "world.toml"
    path.write_text(path.read_text().replace("days = 4\n", 'days = 4\ncalendar = "us"\n', 1))
    assert schedule(load(path)).day.tolist() == [0, 1, 3]
    path.write_text(path.read_text().replace('calendar = "ph"', ""))
    assert schedule(load(path)).day.tolist() == [0, 2, 3], "a site without a calendar has the center's"


def test_breaks_are_taken_at_the_sites_hours(tmp_path: Path) -> None:
    """00:30 in Manila is 16:30 UTC, 11:30 in New York; the night is paid but for the unpaid hour."""
    breaks = 'breaks = [{ at = "00:30", length = "60min", paid = false }]'
    found = schedule(world(tmp_path, at_site("Asia/Manila", "21:00-06:00", breaks), start="2026-01-05", days=1))
    assert in_hours(found) == [(0, 8.0, 11.5), (0, 11.5, 12.5), (0, 12.5, 17.0)]
    assert found.activity.tolist() == [AVAILABLE, BREAK, AVAILABLE]
    assert (found.end - found.start)[found.paid].sum() == 8 * HOUR


def test_a_roster_is_read_in_the_sites_time(tmp_path: Path) -> None:
    """08:00-10:00 in Manila is 00:00-02:00 UTC, 19:00-21:00 of New York's evening before: rows of the 5th are over
    before it is the 5th in New York, and those of the 7th are within its 6th."""
    rows = [f"ann,2026-01-{day:02d},08:00,10:00,work,yes" for day in (5, 6, 7, 8)]
    (tmp_path / "roster.csv").write_text("\n".join(["agent,date,start,end,activity,paid", *rows]) + "\n")
    text = at_site("Asia/Manila", "08:00-10:00", group='roster = { csv = "roster.csv" }')
    found = schedule(world(tmp_path, text, start="2026-01-05", days=2))
    assert in_hours(found) == [(1, 19.0, 21.0), (2, 43.0, 45.0)]


def test_a_site_in_the_centers_zone_changes_nothing(tmp_path: Path) -> None:
    """Night shifts, part-timers and a clock change: with and without the site, the same stretches."""
    group = 'heads = 5\ncontract_hours = 20\nrotation = "r"\nshifts = { shift = "100%" }'
    text = at_site("America/New_York", "22:00-06:00", group=group) + '[rotations.r]\nweeks = ["MTWTF--", "--WTFSS"]\n'
    there = schedule(world(tmp_path, text, start="2026-03-05", days=9))
    here = schedule(world(tmp_path, text.replace('site = "s"\n', ""), start="2026-03-05", days=9))
    assert in_hours(there) == in_hours(here)
    assert there.days(9) == here.days(9) == range(-1, 9)


# ---------------------------------------------------------------- holders


@pytest.mark.parametrize(
    ("heads", "share", "holders"),
    [(30, 0.4, 12), (5, 0.5, 3), (100, 0.145, 15), (7, 0.35, 2), (3, 0.1, 1), (10, 0.0, 0), (10, 1.0, 10), (0, 0.5, 0)],
)
def test_holders_are_the_rounded_share_of_the_heads(heads: int, share: float, holders: int) -> None:
    """Halves are rounded up; a share that is not 0 has somebody."""
    chosen = holders_among(heads, share).tolist()
    assert len(chosen) == len(set(chosen)) == holders
    assert set(chosen) <= set(range(heads))


def test_holders_of_a_larger_share_include_those_of_a_smaller_one() -> None:
    assert set(holders_among(30, 0.4).tolist()) < set(holders_among(30, 0.6).tolist())


STAFF = """
[groups.g]
heads = 30
shifts = { early = 10, day = 10, late = 10 }
tenure = { from = "0w", to = "100w" }
skills = { q = { speed = 0.9 }, r = { speed = 0.8, resolution = 0.7, holders = "40%" } }
[groups.h]
heads = 2
shifts = { day = 2 }
skills = { q = {} }
[shifts.early]
hours = "06:00-14:00"
[shifts.day]
hours = "08:00-16:00"
[shifts.late]
hours = "12:00-20:00"
"""


def test_who_does_not_hold_a_skill_has_no_speed_at_it(tmp_path: Path) -> None:
    """12 of the 30 have r at 0.8; the others 0; the second group has not got the skill at all."""
    scenario = world(tmp_path, STAFF, start="2026-03-02", days=1)
    agents = build_agents(scenario)
    known = holds(scenario, agents)
    assert known[:, 0].all()
    assert known[:30, 1].sum() == 12
    assert not known[30:, 1].any()
    speed, resolution = skill_tables(scenario, agents)
    assert speed[:30, 1].tolist() == pytest.approx([0.8 if has else 0.0 for has in known[:30, 1]])
    assert speed[:, 0].tolist() == pytest.approx([0.9] * 30 + [1.0] * 2)
    assert speed[30:, 1].tolist() == [1.0, 1.0], "as wherever a group has not got a skill: nobody asks"
    assert resolution[:30, 1].tolist() == pytest.approx([0.7] * 30)


def test_holders_mix_over_shifts_and_tenures(tmp_path: Path) -> None:
    """Of 12 holders in three shifts of ten, each shift has 3 to 5; their mean tenure is the group's, give or take 15
    weeks (of 12 at random it would have a standard deviation of 100 / sqrt(12) / sqrt(12) = 8.3)."""
    scenario = world(tmp_path, STAFF, start="2026-03-02", days=1)
    agents = build_agents(scenario)
    holders = np.flatnonzero(holds(scenario, agents)[:, 1])
    assert np.isin(np.bincount(holders // 10, minlength=3), (3, 4, 5)).all()
    assert abs(agents.tenure_weeks[holders].mean() - agents.tenure_weeks[:30].mean()) < 15


# ---------------------------------------------------------------- away

LINE = """
[groups.g]
heads = {heads}
shifts = {{ day = {heads} }}
skills = {{ q = {{}}, r = {{}} }}
{away}
[shifts.day]
hours = "08:00-16:30"
breaks = [{{ within = "11:30-13:30", length = "30min", paid = false }}]
"""


def line(heads: int, *away: str) -> str:
    blocks = "\n".join(f"[groups.g.away.block-{number}]\n{text}" for number, text in enumerate(away))
    return LINE.format(heads=heads, away=blocks)


PROJECT = 'days = "tue"\nhours = "09:00-12:00"\nheads = 2\npaid = true\n'


def test_an_away_block_takes_heads_in_turn(tmp_path: Path) -> None:
    """Two of four, four Tuesdays, 09:00-12:00: 0 and 1, then 2 and 3, and again.

    Lunch begins at 11:30, 12:00, 12:30 and 13:00, so agent 0 has half an hour of it within the block: 2.5 hours twice.
    What they are away they do not work; all else stays.
    """
    found = schedule(world(tmp_path, line(4, PROJECT), start="2026-03-02", days=28, zone="UTC"))
    before = schedule(world(tmp_path, line(4), start="2026-03-02", days=28, zone="UTC"))
    assert hours_of(found, AWAY, 4) == [5.0, 6.0, 6.0, 6.0]
    assert hours_of(before, AVAILABLE, 4) == [28 * 8.0] * 4
    assert hours_of(found, AVAILABLE, 4) == [28 * 8.0 - away for away in (5.0, 6.0, 6.0, 6.0)]
    assert hours_of(found, BREAK, 4) == hours_of(before, BREAK, 4) == [14.0] * 4
    away = found.activity == AWAY
    assert sorted(set(zip(found.day[away].tolist(), found.agent[away].tolist(), strict=True))) == [
        (1, 0), (1, 1), (8, 2), (8, 3), (15, 0), (15, 1), (22, 2), (22, 3),
    ]  # fmt: skip
    assert found.paid[away].all()
    paid = (found.end - found.start)[found.paid].sum()
    assert paid == (before.end - before.start)[before.paid].sum() == 4 * 28 * 8 * HOUR


def test_the_day_of_an_away_block_in_pieces(tmp_path: Path) -> None:
    """Work, away until lunch, lunch at 11:30 within the block, work from its end, which is the block's."""
    found = schedule(
        world(
            tmp_path,
            line(1, PROJECT.replace("12:00", "12:30").replace("heads = 2", "heads = 1")),
            start="2026-03-03",
            days=1,
            zone="UTC",
        )
    )
    assert in_hours(found) == [(0, 8.0, 9.0), (0, 9.0, 11.5), (0, 11.5, 12.0), (0, 12.0, 12.5), (0, 12.5, 16.5)]
    assert found.activity.tolist() == [AVAILABLE, AWAY, BREAK, AWAY, AVAILABLE]


def test_time_away_may_be_unpaid(tmp_path: Path) -> None:
    text = line(4, PROJECT.replace("true", "false"))
    found = schedule(world(tmp_path, text, start="2026-03-02", days=28, zone="UTC"))
    assert (found.end - found.start)[found.paid].sum() == (4 * 28 * 8 - 23) * HOUR
    assert not found.paid[found.activity == AWAY].any()


def test_if_too_few_are_at_work_all_of_them_go(tmp_path: Path) -> None:
    """Five are wanted on the weekend, when two of the five work."""
    text = (
        "[groups.g]\nshifts = { week = 3, weekend = 2 }\nskills = { q = {}, r = {} }\n"
        '[groups.g.away.course]\ndays = "sat"\nhours = "10:00-12:00"\nheads = 5\n'
        '[shifts.week]\ndays = "mon-fri"\nhours = "08:00-16:00"\n'
        '[shifts.weekend]\ndays = "sat,sun"\nhours = "09:00-16:00"\n'
    )
    found = schedule(world(tmp_path, text, start="2026-03-02", days=7, zone="UTC"))
    assert hours_of(found, AWAY, 5) == [0.0, 0.0, 0.0, 2.0, 2.0]


def test_turns_come_out_even(tmp_path: Path) -> None:
    """One of three, an hour on each of six days: two hours each."""
    text = line(3, 'hours = "15:00-16:00"\nheads = 1\n')
    found = schedule(world(tmp_path, text, start="2026-03-02", days=6, zone="UTC"))
    assert hours_of(found, AWAY, 3) == [2.0] * 3


def test_who_is_there_for_the_whole_block_goes_first(tmp_path: Path) -> None:
    """10:00-12:00: the early shift leaves at 11:00, so the two of the day shift take turns; with three heads wanted,
    both of them go, and the early ones take turns for their hour."""
    text = (
        "[groups.g]\nshifts = { early = 2, day = 2 }\nskills = { q = {}, r = {} }\n"
        '[groups.g.away.course]\nhours = "10:00-12:00"\nheads = 1\n'
        '[shifts.early]\nhours = "05:00-11:00"\n[shifts.day]\nhours = "08:00-16:00"\n'
    )
    found = schedule(world(tmp_path, text, start="2026-03-02", days=4, zone="UTC"))
    assert hours_of(found, AWAY, 4) == [0.0, 0.0, 4.0, 4.0]
    found = schedule(world(tmp_path, text.replace("heads = 1", "heads = 3"), start="2026-03-02", days=4, zone="UTC"))
    assert hours_of(found, AWAY, 4) == [2.0, 2.0, 8.0, 8.0]


def test_blocks_at_the_same_time_take_different_people(tmp_path: Path) -> None:
    one = 'hours = "09:00-10:00"\nheads = 1\n'
    found = schedule(world(tmp_path, line(2, one, one), start="2026-03-02", days=1, zone="UTC"))
    assert hours_of(found, AWAY, 2) == [1.0, 1.0]


def test_a_block_at_night_is_of_its_own_date_at_the_site(tmp_path: Path) -> None:
    """Tuesday 02:00-03:00 in Manila is within Monday's night shift: 18:00-19:00 UTC on Monday, 13:00 in New York.

    The next Tuesday after the change of New York's clocks is 14:00 there, the same 24 hours a day later in UTC.
    """
    away = '[groups.g.away.course]\ndays = "tue"\nhours = "02:00-03:00"\nheads = 1\n'
    text = at_site("Asia/Manila", "21:00-06:00", more=away)
    scenario = world(tmp_path, text, start="2026-03-02", days=8)
    found = schedule(scenario)
    away_rows = found.activity == AWAY
    assert found.day[away_rows].tolist() == [0, 7], "the shift's date, as for every stretch of it"
    assert (found.start[away_rows] / HOUR).tolist() == [13.0, 7 * 24 + 13.0]
    assert [scenario.clock.moment(start).hour for start in found.start[away_rows]] == [13, 14]
    # Days of 24 hours from 05:00 UTC on: all eight nights of 13:00-22:00 UTC are over by 04:00 UTC, the end.
    assert hours_of(found, AVAILABLE, 1) == [8 * 9.0 - 2.0]


def test_who_is_at_lunch_throughout_does_not_go(tmp_path: Path) -> None:
    """Lunch of the two begins at 11:30 and 13:00: a block at 11:30-12:00 takes the second one, every day."""
    found = schedule(
        world(tmp_path, line(2, 'hours = "11:30-12:00"\nheads = 1\n'), start="2026-03-02", days=4, zone="UTC")
    )
    assert hours_of(found, AWAY, 2) == [0.0, 2.0]


def test_only_work_is_left_for_a_block(tmp_path: Path) -> None:
    """Of a roster's people, the one in training stays there; who is ill until 10:00 goes for what is left, if wanted."""
    (tmp_path / "roster.csv").write_text(
        "agent,date,start,end,activity,paid\n"
        "ann,2026-03-03,08:00,10:00,sick,yes\nann,2026-03-03,10:00,16:00,work,yes\n"
        "bob,2026-03-03,08:00,16:00,training,yes\ncyd,2026-03-03,08:00,16:00,work,yes\n"
    )
    text = (
        '[groups.g]\nroster = { csv = "roster.csv" }\nskills = { q = {}, r = {} }\n[groups.g.away.project]\n' + PROJECT
    )
    found = schedule(world(tmp_path, text, start="2026-03-02", days=7, zone="UTC"))
    assert hours_of(found, AWAY, 3) == [2.0, 0.0, 3.0]
    assert hours_of(found, SICK, 3) == [2.0, 0.0, 0.0]
    assert hours_of(found, TRAINING, 3) == [0.0, 8.0, 0.0]
    assert hours_of(found, AVAILABLE, 3) == [4.0, 0.0, 5.0]
    found = schedule(world(tmp_path, text.replace("heads = 2", "heads = 1"), start="2026-03-02", days=7, zone="UTC"))
    assert hours_of(found, AWAY, 3) == [0.0, 0.0, 3.0]
