"""A workforce that moves, played whole: both calendars, everybody's luck apart, and stories with exact endings."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scenarios_at_random import write_scenario
from workforces_at_random import write_workforce
from worlds import Silent

from sim.measures.ledger import imbalance
from sim.measures.sums import Sums
from sim.observations import ANSWERED, LEAVE, SICK
from sim.report.tables.study import tabulate
from sim.scenario.load import load
from sim.scenario.model import Scenario
from sim.study.prepared import prepare
from sim.study.replicate import Replication, replicate
from sim.study.result import PlanResult
from sim.study.run import Entry, Options, run_study
from sim.workforce.day import Workforce

Floats = NDArray[np.float64]

SEEDS = range(16)


def tables_of(one: Replication) -> dict[str, bytes]:
    """Everything that a replication hands on, as bytes."""
    assert one.lives is not None
    assert one.rows is not None
    arrays = dict(vars(one.sums))
    arrays |= {name: np.asarray(array) for name, array in vars(one.lives).items()}
    arrays |= {name: getattr(one, name) for name in ("staff_slots", "staff_days", "costs", "group_costs", "rows")}
    return {name: array.tobytes() for name, array in arrays.items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_both_calendars_tell_the_same_lives(seed: int, tmp_path: Path) -> None:
    prepared = prepare(load(write_workforce(seed, tmp_path)))
    one, other = (replicate(prepared, 0, engine, keep_contacts=True) for engine in ("simpy", "compiled"))
    assert tables_of(one) == tables_of(other)
    assert one.lives is not None
    assert not imbalance(one.lives.movements, one.lives.standing).any()
    assert one.costs.sum() > 0.0
    assert (one.costs >= 0.0).all()


@pytest.mark.parametrize("seed", range(12))
def test_a_workforce_to_which_nothing_happens_is_the_paper_roster(seed: int, tmp_path: Path) -> None:
    """The day loop's path and the one that is prepared once are two ways to the same floor."""
    path = write_scenario(seed, tmp_path)
    # A ramp goes on day by day: without it nothing changes.
    path.write_text(re.sub(r', "ramp" = "[^"]*"', "", path.read_text()))
    found = []
    for moves in (False, True):
        scenario = load(path)
        scenario.uses.__dict__["moving_workforce"] = moves
        found.append(replicate(prepare(scenario), 0, "simpy"))
    still, moving = found
    for name in Sums.families():
        assert np.array_equal(getattr(still.sums, name), getattr(moving.sums, name)), name
    for name in ("staff_slots", "staff_days", "costs", "group_costs"):
        np.testing.assert_allclose(getattr(moving, name), getattr(still, name), rtol=1e-9, atol=1e-6, err_msg=name)


def test_the_same_lives_on_any_number_of_processes(tmp_path: Path) -> None:
    scenario = load(write_workforce(3, tmp_path))
    tables = []
    for jobs in (1, 2):
        study = run_study([Entry(scenario, scenario)], Options(replications=4, jobs=jobs, engine="simpy"), Silent())
        tables.append({name: table.to_csv() for name, table in tabulate(study.results, ["base"]).by_file().items()})
    assert tables[0] == tables[1]


# ---------------------------------------------------------------- everybody's luck is their own

CENTER = """\
[center]
start = 2027-01-04
days = 56
interval = "60min"
open = {{ mon-fri = "08:00-17:00" }}
[run]
replications = 1
[queues.calls]
channel = "phone"
forecast = {{ csv = "calls.csv" }}
talk = {{ family = "{talk}", mean = "6min" }}
[groups.core]
heads = 20
tenure = {{ from = "1w", to = "80w" }}
shifts = {{ day = "100%" }}
skills = {{ calls = {{}} }}
talent = {{ speed = 0.15 }}
wage = 20
attrition = "usual"
lateness = {{ share = 0.2, mean = "10min" }}
[shifts.day]
days = "mon-fri"
hours = "08:00-16:30"
breaks = [{{ within = "11:00-13:00", length = "30min" }}]
[attrition.usual]
annual_rate = {{ first_90_days = 2.0, first_year = 1.0, later = 0.5 }}
[absence.sick]
annual_days = 20
spell = "3d"
[absence.leave]
annual_days = 25
"""

CLASS = """
[hiring.spring]
group = "core"
starts = 2027-01-18
offers = 12
show_up = 0.8
training = { length = "2w", dropout = 0.2 }
nesting = { length = "1w", speed = 0.5, resolution = 0.8, mentor_per = 4, mentor_share = 0.2 }
"""


def world(
    folder: Path, more: str = "", talk: str = "exponential", contacts: int = 12, center: str = CENTER
) -> Scenario:
    folder.mkdir(parents=True, exist_ok=True)
    days, hours = ("mon", "tue", "wed", "thu", "fri"), range(8, 17)
    lines = [f"{day},{hour:02d}:00,{contacts}" for day in days for hour in hours]
    (folder / "calls.csv").write_text("\n".join(["weekday,start,contacts", *lines]))
    path = folder / "world.toml"
    path.write_text(center.format(talk=talk) + more)
    return load(path)


def lives(scenario: Scenario) -> dict[str, NDArray[np.generic]]:
    """Day by day, of the starting staff: stage, talent, absence and lateness; the floor plays no part."""
    prepared = prepare(scenario)
    assert prepared.roster is not None
    people = Workforce(scenario, prepared.agents, prepared.roster, replication=0)
    starting = prepared.agents.starting
    told: dict[str, list[NDArray[np.generic]]] = {"stage": [], "absent": [], "late": []}
    nobody = np.zeros(len(starting))
    for day in range(scenario.clock.days):
        today = people.morning(day).segments
        told["stage"].append(people.careers.stage[starting].copy())
        away = np.isin(today.activity, (LEAVE, SICK))
        told["absent"].append(np.bincount(today.agent[away], minlength=len(starting))[starting])
        first = np.full(len(starting), np.inf)
        np.minimum.at(first, today.agent, today.start)
        told["late"].append(np.isfinite(first[starting]))
        people.evening(day, nobody, np.zeros((day + 1, 1)), np.zeros((day + 1, 1)))
    return {name: np.array(days) for name, days in told.items()} | {"talent": people.careers.talent[:, starting]}


def test_a_hiring_class_leaves_everybody_elses_luck_alone(tmp_path: Path) -> None:
    before, after = lives(world(tmp_path / "a")), lives(world(tmp_path / "b", CLASS))
    for name, found in before.items():
        assert np.array_equal(found, after[name]), name
    # It is no empty claim: people left, and were away.
    assert before["stage"][-1].max() > before["stage"][0].max()
    assert before["absent"].any()


def test_a_hiring_class_leaves_every_customers_luck_alone(tmp_path: Path) -> None:
    rows = []
    for name, more in (("a", ""), ("b", CLASS)):
        played = replicate(prepare(world(tmp_path / name, more)), 0, "compiled", keep_contacts=True)
        assert played.rows is not None
        rows.append(np.sort(played.rows, order=["queue", "arrived", "index"]))
    for column in ("queue", "index", "arrived"):
        assert np.array_equal(rows[0][column], rows[1][column])
    # Who answers them is another matter.
    assert (rows[0]["agent"] != rows[1]["agent"]).any()


# ---------------------------------------------------------------- stories

ALONE = """\
[center]
start = 2027-01-04
days = 21
interval = "60min"
open = {{ mon-fri = "08:00-17:00" }}
[run]
replications = 1
[queues.calls]
channel = "phone"
forecast = {{ csv = "calls.csv" }}
talk = {{ family = "{talk}", mean = "6min" }}
basis = "standard"
[groups.core]
heads = 0
shifts = {{ day = "100%" }}
skills = {{ calls = {{}} }}
ramp = "three-weeks"
wage = {{ steps = [[0, 10.0], [2, 12.0]], raises = {{ spring = {{ on = 2027-01-21, factor = 1.10 }} }} }}
[shifts.day]
days = "mon-fri"
hours = "08:00-17:00"
[ramp.three-weeks]
family = "table"
steps = [[0, 0.8, 1.0], [0.9, 0.8, 1.0], [1.0, 1.0, 1.0]]
[hiring.one]
group = "core"
starts = 2027-01-04
offers = 1
cost = 500
training = {{ length = "1w", trainer = {{ per = 5, wage = 30 }} }}
nesting = {{ length = "1w", speed = 0.5, resolution = 0.5, mentor_per = 1, mentor_share = 0 }}
[costs]
load = 1.0
"""


def test_one_hire_is_trained_nests_ramps_and_earns_step_by_step(tmp_path: Path) -> None:
    """First week in class, second at half speed, third at 0.8: talk of 6 minutes takes 12, then 7.5 minutes."""
    scenario = world(tmp_path, talk="constant", contacts=1, center=ALONE)
    played = replicate(prepare(scenario), 0, "simpy", keep_contacts=True)
    assert played.rows is not None
    assert played.lives is not None
    answered = played.rows[played.rows["outcome"] == ANSWERED]
    week = (answered["answered"] // (7 * 86400)).astype(int)
    took = np.round(answered["ended"] - answered["answered"], 3)
    assert {int(w): set(took[week == w].tolist()) for w in np.unique(week)} == {1: {720.0}, 2: {450.0}}
    # 40 hours of class at 10 by the contract of a full-time head, with a trainer at 30; 45 hours a week on the floor:
    # at 10 in the second week, at 12 in the third (tenure of two weeks), from Thursday 21 January on at 12 × 1.10.
    overrun = float(played.sums.shift_overrun.sum()) / 3600
    lines = dict(zip(prepare(scenario).payroll.lines, played.costs.tolist(), strict=True))
    assert lines["training pay"] == pytest.approx(400.0)
    assert lines["trainers"] == pytest.approx(1200.0)
    assert lines["recruiting"] == pytest.approx(500.0)
    on_the_floor = 45 * 10.0 + 27 * 12.0 + 18 * 13.2
    assert on_the_floor <= lines["wages core"] <= on_the_floor + 13.2 * overrun + 1e-6


SPELT_OUT = """\
[center]
start = 2027-01-04
days = 7
interval = "60min"
open = {{ mon-fri = "08:00-17:00" }}
[run]
replications = 2
[queues.calls]
channel = "phone"
forecast = {{ csv = "calls.csv" }}
talk = {{ family = "{talk}", mean = "6min" }}
[groups.core]
people = {{ csv = "people.csv" }}
shifts = {{ day = "100%" }}
skills = {{ calls = {{}} }}
wage = 20
[groups.core.meetings.team]
days = "wed"
hours = "15:00-16:00"
[groups.core.away.project]
days = "tue"
hours = "13:30-15:30"
heads = 2
[shifts.day]
days = "mon-fri"
hours = "08:00-16:30"
breaks = [{{ within = "09:00-10:30", length = "15min", paid = true }}, {{ within = "11:30-13:30", length = "30min" }}]
[absence.leave]
annual_days = 0
csv = "leave.csv"
[shrinkage_plan]
leave = 0.10
meetings = 0.02
"""


def test_the_shrinkage_of_a_calendar_that_is_spelt_out_is_arithmetic(tmp_path: Path) -> None:
    """Ten people of 8 paid hours; one on leave all week, one on Monday: 6 of 50 days. The rest attends 352 hours."""
    (tmp_path / "people.csv").write_text("agent\n" + "".join(f"p{k}\n" for k in range(10)))
    (tmp_path / "leave.csv").write_text("agent,from,to\np0,2027-01-04,2027-01-08\np1,2027-01-04,2027-01-04\n")
    scenario = world(tmp_path, contacts=3, center=SPELT_OUT)
    study = run_study([Entry(scenario, scenario)], Options(engine="simpy", jobs=1), Silent())
    result: PlanResult = study.results[0]
    contracted, leave = 10 * 5 * 8.0, 6 * 8.0
    attended = contracted - leave
    in_office = {"breaks": 44 * 0.25, "meetings": 9 * 1.0, "away": 2 * 2.0}
    assert result.kpi("shrinkage_leave").mean == pytest.approx(leave / contracted)
    for kind, hours in in_office.items():
        assert result.kpi(f"shrinkage_{kind}").mean == pytest.approx(hours / attended), kind
    produced = 1 - (1 - leave / contracted) * (1 - sum(in_office.values()) / attended)
    assert result.kpi("shrinkage").mean == pytest.approx(produced)
    ledger = tabulate([result], ["base"]).workforce.iloc[0]
    assert ledger["contracted_hours"] == pytest.approx(contracted)
    assert ledger["shrinkage_planned"] == pytest.approx(1 - 0.9 * 0.98)


BURNOUT = "burnout = { above_occupancy = 0.80, factor_per_10_points = 3.0, over_weeks = 2 }\n"


def test_a_floor_that_is_too_busy_loses_more_people(tmp_path: Path) -> None:
    """The same people with the same luck: whoever leaves without burnout leaves with it too, no later."""
    calm = world(tmp_path / "calm", contacts=190)
    text = CENTER.replace("later = 0.5 }}\n", "later = 0.5 }}\n" + BURNOUT.replace("{", "{{").replace("}", "}}"))
    worn = world(tmp_path / "worn", contacts=190, center=text)
    left = []
    for scenario in (calm, worn):
        standing = [replicate(prepare(scenario), k, "compiled").lives for k in range(6)]
        left.append(np.array([one.standing[:, 0, 0] for one in standing if one is not None]))
    assert (left[1] <= left[0]).all()
    assert left[1][:, -1].mean() < left[0][:, -1].mean() - 1.0
