"""Schedules and people by arithmetic."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

import numpy as np
import pytest

from sim.observations import AVAILABLE, BREAK
from sim.scenario.language.workforce import Ramp
from sim.scenario.load import load
from sim.scenario.model import Scenario
from sim.shares import interleave, largest_remainder
from sim.workforce.people import build_agents
from sim.workforce.ramp import ramp_at
from sim.workforce.roster import build_segments
from sim.workforce.segments import Segments
from sim.workforce.skills import skill_tables

CENTER = """
[center]
start = {start}
days = {days}
timezone = "{zone}"
[queues.q]
channel = "phone"
forecast = {{ replay = "none.csv" }}
talk = {{ family = "constant", mean = "100s" }}
"""


def world(folder: Path, text: str, *, start: str = "2026-03-02", days: int = 7, zone: str = "UTC") -> Scenario:
    (folder / "none.csv").write_text(f"arrived\n{start} 08:00:00\n")
    (folder / "world.toml").write_text(CENTER.format(start=start, days=days, zone=zone) + text)
    return load(folder / "world.toml")


def schedule(scenario: Scenario) -> Segments:
    return build_segments(scenario, build_agents(scenario))


def group(heads: int, more: str = "") -> str:
    return f"[groups.g]\nheads = {heads}\nshifts = {{ day = 1.0 }}\nskills = {{ q = {{}} }}\n{more}\n"


DAY = '[shifts.day]\ndays = "mon-fri"\nhours = "08:00-16:30"\n'


def test_largest_remainder_adds_up() -> None:
    assert largest_remainder([0.55, 0.45], 40) == [22, 18]
    assert largest_remainder([1 / 3, 1 / 3, 1 / 3], 10) == [4, 3, 3]
    assert largest_remainder([0.5, 0.5], 3) == [2, 1]


def test_kinds_are_interleaved() -> None:
    assert interleave([2, 2]) == [0, 1, 0, 1]
    assert interleave([7, 2]).count(1) == 2


def test_breaks_are_staggered_over_the_shifts_agents(tmp_path: Path) -> None:
    """Three agents, 15 minutes within 09:30-11:00: at 9:30, half way to 10:45, and 10:45."""
    breaks = 'breaks = [{ within = "09:30-11:00", length = "15min", paid = true }]\n'
    found = schedule(world(tmp_path, group(3) + DAY + breaks, days=1))
    pauses = found.activity == BREAK
    assert found.start[pauses].tolist() == [34200.0, 36450.0, 38700.0]
    assert (found.end - found.start)[pauses].tolist() == [900.0] * 3
    assert (found.end - found.start).sum() == 3 * 8.5 * 3600


def test_a_part_timer_works_its_contract(tmp_path: Path) -> None:
    """16 of 40 hours: two fifths of the days, so 8 of 20 in four weeks, and never two colleagues in step by design."""
    found = schedule(world(tmp_path, group(5, "contract_hours = 16") + DAY.replace("16:30", "16:00"), days=28))
    days = np.bincount(found.agent)
    assert days.tolist() == [8] * 5
    # Whole multiples of 0.4 are passed on the 3rd, 5th, 8th and 10th working day.
    assert found.day[found.agent == 0].tolist()[:4] == [2, 4, 9, 11]


def test_contract_hours_by_heads(tmp_path: Path) -> None:
    text = group(9, 'contract_hours = { "40" = 7, "20" = 2 }') + DAY.replace("16:30", "16:00")
    agents = build_agents(world(tmp_path, text))
    assert sorted(agents.contract_hours.tolist()) == [20.0] * 2 + [40.0] * 7


def test_a_rotation_spreads_its_weeks(tmp_path: Path) -> None:
    """Two-week rotation, four agents: half of them work each Saturday, and all five days a week."""
    text = group(4, 'rotation = "r"') + DAY.replace("mon-fri", "mon-sun")
    text += '[rotations.r]\nweeks = ["MTWTF--", "-TWTFS-"]\nassign = "spread"\n'
    found = schedule(world(tmp_path, text, days=14))
    saturdays = found.agent[(found.day == 5) | (found.day == 12)]
    assert sorted(saturdays.tolist()) == [0, 1, 2, 3]
    assert np.bincount(found.agent).tolist() == [10] * 4


def test_a_night_shift_crosses_midnight_and_the_clock_change(tmp_path: Path) -> None:
    """Berlin, 29 March 2026: the night of the change is an hour shorter; the eve's shift reaches into the first day."""
    text = group(1) + '[shifts.day]\nhours = "22:00-06:00"\n'
    found = schedule(world(tmp_path, text, start="2026-03-28", days=2, zone="Europe/Berlin"))
    hours = ((found.end - found.start) / 3600).tolist()
    # Friday's shift from midnight on; Saturday's loses 02:00-03:00; Sunday's is cut by the end of the horizon.
    assert hours == [6.0, 7.0, 2.0]
    assert found.day.tolist() == [-1, 0, 1]


def test_closed_days_have_no_shifts(tmp_path: Path) -> None:
    text = group(1) + DAY + "[calendars.c]\nclosed = [2026-03-04]\n"
    scenario = world(tmp_path, text.replace("[groups.g]", "[groups.g]"))
    path = tmp_path / "world.toml"
    path.write_text(path.read_text().replace("days = 7\n", 'days = 7\ncalendar = "c"\n', 1))
    scenario = load(path)
    assert schedule(scenario).day.tolist() == [0, 1, 3, 4]


def test_a_roster_file_is_played_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text(
        "agent,date,start,end,activity,paid\n"
        "ann,2026-03-02,08:00,10:00,work,yes\nann,2026-03-02,10:00,10:30,meeting,yes\nbob,2026-03-02,22:00,02:00,work,yes\n"
    )
    found = schedule(world(tmp_path, '[groups.g]\nroster = { csv = "roster.csv" }\nskills = { q = {} }\n', days=1))
    assert found.agent.tolist() == [0, 0, 1]
    assert found.end.tolist() == [36000.0, 37800.0, 86400.0]
    assert found.activity.tolist()[::2] == [AVAILABLE, AVAILABLE]


def test_tenure_decides_ramp_and_wage(tmp_path: Path) -> None:
    """Hired 14 weeks before the start, 95 % of the way is behind; hired two years before, all of it."""
    (tmp_path / "people.csv").write_text("agent,hired\nnew,2025-11-24\nold,2023-01-02\n")
    text = (
        '[groups.g]\npeople = { csv = "people.csv" }\nshifts = { day = 1.0 }\nskills = { q = { speed = 0.5 } }\nramp = "r"\n'
        "wage = { steps = [[0, 17], [26, 18], [104, 21]] }\n"
        '[ramp.r]\nfamily = "exponential"\nstart = { speed = 0.6, resolution = 0.8 }\nweeks_to_95 = 14\n'
    )
    scenario = world(tmp_path, text + DAY)
    agents = build_agents(scenario)
    assert agents.tenure_weeks.tolist() == [14.0, pytest.approx((dt.date(2026, 3, 2) - dt.date(2023, 1, 2)).days / 7)]
    assert agents.wage.tolist() == [17.0, 21.0]
    assert agents.speed[0] == pytest.approx(0.95)
    speed, resolution = skill_tables(scenario, agents)
    assert speed[0, 0] == pytest.approx(0.475)
    assert resolution[0, 0] == pytest.approx(0.95)


@pytest.mark.parametrize(
    ("ramp", "weeks", "speed"),
    [
        ({"family": "exponential", "start": {"speed": 0.6}, "weeks_to_95": 14}, 0, 0.6),
        ({"family": "exponential", "start": {"speed": 0.6}, "weeks_to_95": 14}, 28, 1 - 0.4 * (0.05 / 0.4) ** 2),
        ({"family": "s-curve", "start": {"speed": 0.55}, "weeks_to_95": 20}, 20, 0.95),
        ({"family": "linear", "start": {"speed": 0.5}, "weeks": 10}, 4, 0.7),
        ({"family": "linear", "start": {"speed": 0.5}, "weeks": 10}, 40, 1.0),
        ({"family": "table", "steps": [[0, 0.5, 0.6], [10, 0.9, 0.9], [20, 1.0, 1.0]]}, 5, 0.7),
    ],
)
def test_ramps(ramp: dict[str, object], weeks: float, speed: float) -> None:
    assert ramp_at(Ramp.model_validate(ramp), weeks)[0] == pytest.approx(speed)


def test_talent_is_the_persons_and_neutral_on_average(tmp_path: Path) -> None:
    """The mean of 1/speed over many people is 1, the log's spread is as given, and two more heads change nobody."""
    text = group(4000, "talent = { speed = 0.19 }") + DAY
    many = build_agents(world(tmp_path, text, days=1))
    error = 0.19 / math.sqrt(4000)
    assert (1 / many.speed).mean() == pytest.approx(1.0, abs=3.5 * error)
    assert np.log(many.speed).std() == pytest.approx(0.19, abs=3.5 * 0.19 / math.sqrt(8000))
    more = build_agents(world(tmp_path, text.replace("4000", "4002"), days=1))
    assert more.speed[:4000].tolist() == many.speed.tolist()
