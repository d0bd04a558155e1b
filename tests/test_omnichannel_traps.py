"""Traps of several channels in one center, each found once: stories through the front door's own steps."""

from __future__ import annotations

from pathlib import Path

import pytest
from worlds import Calls, Silent, Staff, play, play_plans, write

from sim.errors import ScenarioError
from sim.scenario.load import load
from sim.study.run import Entry, Options, run_study

CENTER = """
[center]
start = 2026-03-02
days = 3
interval = "30min"
open = { mon-sun = "08:00-20:00" }
"""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def every_half_hour(path: Path, contacts: float) -> str:
    rows = [f"{day},{h:02d}:{m:02d},{contacts}" for day in WEEKDAYS for h in range(24) for m in (0, 30)]
    path.write_text("\n".join(["weekday,start,contacts", *rows]))
    return path.name


def test_a_team_that_finishes_what_another_dropped_works_no_more_than_its_hours(tmp_path: Path) -> None:
    """Emails dropped for calls lie until the evening team takes them up: that night is nobody's handling."""
    calls, emails = every_half_hour(tmp_path / "p.csv", 20), every_half_hour(tmp_path / "e.csv", 5)
    path = tmp_path / "scenario.toml"
    path.write_text(
        CENTER
        + f"""
[queues.phone]
channel = "phone"
forecast = {{ csv = "{calls}" }}
talk = {{ family = "exponential", mean = "6min" }}
[queues.email]
channel = "email"
forecast = {{ csv = "{emails}" }}
talk = {{ family = "exponential", mean = "40min" }}
[groups.day]
shifts = {{ day = 9 }}
skills = {{ phone = {{}}, email = {{ priority = 2 }} }}
capacity = {{ email = {{ interrupted_by = "phone", resume_penalty = "60s" }} }}
[groups.evening]
shifts = {{ evening = 4 }}
skills = {{ email = {{}} }}
[shifts.day]
hours = "08:00-20:00"
[shifts.evening]
hours = "20:00-23:00"
"""
    )
    scenario = load(path)
    result = run_study([Entry(scenario, scenario)], Options(3, jobs=1, engine="simpy"), Silent()).results[0]
    assert 0.9 < result.kpi("occupancy", "group", "evening").mean <= 1.0


@pytest.mark.parametrize("seats", [7, 30])
def test_the_need_of_chats_is_not_what_happens_to_be_held(tmp_path: Path, seats: int) -> None:
    """120 chats an hour of 6 min alone, three at 0.62 each: 120 × 360 s ÷ (3 × 0.62) is 6.5 agents of work an hour,
    and seven reach 80 % in 20 s, whoever is signed on."""
    says = 'talk = { family = "exponential", mean = "6min" }\nspeed_by_load = [1.0, 0.8, 0.62]\n'
    queues = {"chat": Calls(120, says, "chat")}
    staff = {"desk": Staff(seats, "skills.chat = {}\ncapacity.chat.at_once = 3")}
    result = play(write(tmp_path, queues, staff, days=3), 4)
    required = result.requirement().required[:, 0]
    assert required.mean() == pytest.approx(7.3, abs=0.8)
    if seats == 7:
        assert result.kpi("service_level", "queue", "chat").mean == pytest.approx(0.80, abs=0.05)


def test_a_default_fcr_is_of_the_contacts_that_stay(tmp_path: Path) -> None:
    """Nobody observed it: 70 % of those not transferred, in the base and in a plan that transfers nobody."""
    says = 'talk = { family = "constant", mean = "60s" }\n'
    queues = {"care": Calls(600, says + "transfer.desk.share = 0.4"), "desk": Calls(0, says)}
    staff = {name: Staff(40, f"skills.{name} = {{}}") for name in queues}
    path = write(tmp_path, queues, staff, days=3, more='[plans.keep]\nqueues.care.transfer = "none"')
    base, keep = play_plans(path, ["base", "keep"], 6)
    assert base.kpi("fcr", "queue", "care").mean == pytest.approx(0.7 * 0.6, abs=0.01)
    assert keep.kpi("fcr", "queue", "care").mean == pytest.approx(0.7, abs=0.01)


def at_a_site(folder: Path, wage: str) -> Path:
    """Eight people at six desks, all day, and their site's own money."""
    calls = every_half_hour(folder / "c.csv", 4)
    path = folder / "site.toml"
    path.write_text(
        CENTER
        + f"""
[sites.cebu]
currency = "PHP"
exchange = 0.0175
seats = 6
[queues.calls]
channel = "phone"
forecast = {{ csv = "{calls}" }}
talk = {{ family = "exponential", mean = "3min" }}
[groups.team]
site = "cebu"
shifts = {{ day = 8 }}
skills = {{ calls = {{}} }}
{wage}
[shifts.day]
hours = "08:00-20:00"
"""
    )
    return path


def test_people_without_a_desk_are_paid_and_shrink_the_hours(tmp_path: Path) -> None:
    """Two of eight never sit down: a quarter of the paid hours."""
    scenario = load(at_a_site(tmp_path, "wage = 140"))
    result = run_study([Entry(scenario, scenario)], Options(2, jobs=1, engine="simpy"), Silent()).results[0]
    assert result.kpi("shrinkage", "group", "team").mean == pytest.approx(0.25, abs=0.002)


def test_the_default_wage_is_no_wage_in_another_currency(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="write it in PHP, the currency of cebu"):
        load(at_a_site(tmp_path, ""))
