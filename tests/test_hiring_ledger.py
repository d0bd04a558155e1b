"""The expected ledger of a hiring year: heads by hand, and the workforce's own days with luck averaged out."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from sim.scenario.load import load
from sim.scenario.model import Scenario
from sim.staffing.hiring.ledger import Offered, expected_heads
from sim.study.prepared import prepare
from sim.workforce.careers import TRAINING
from sim.workforce.day import Workforce
from sim.workforce.people import build_agents
from sim.workforce.roster import Roster

YEAR = """
[center]
start = 2027-01-04
weeks = 30
interval = "60min"
open = {{ mon-fri = "09:00-17:00" }}
[queues.calls]
channel = "phone"
talk = {{ family = "exponential", mean = "5m" }}
patience = {{ family = "exponential", mean = "5m" }}
forecast = {{ week = 400, shape = "shape.csv" }}
[groups.desk]
heads = 40
tenure = "400w"
contract_hours = 40
shifts = {{ day = "100%" }}
wage = 20
skills = {{ calls = {{ priority = 1 }} }}
attrition = "usual"
{group}
[shifts.day]
hours = "09:00-17:00"
[attrition.usual]
annual_rate = {rate}
{more}
"""


def center(folder: Path, rate: str = "0.0", group: str = "", more: str = "") -> Scenario:
    rows = [f"{day},{hour:02d}:00,0.025" for day in ("mon", "tue", "wed", "thu", "fri") for hour in range(9, 17)]
    (folder / "shape.csv").write_text("\n".join(["weekday,start,share", *rows]) + "\n")
    (folder / "center.toml").write_text(YEAR.format(rate=rate, group=group, more=more))
    return load(folder / "center.toml")


CLASS = """
[hiring.spring]
group = "desk"
starts = 2027-02-01
offers = 20
show_up = 0.9
training = { length = "4w", dropout = 0.2, licence_pass = 0.75 }
nesting = { length = "2w", speed = 0.5, resolution = 1.0, mentor_per = 5, mentor_share = 0.25 }
"""
NOBODY_KNOWS = np.nan


def heads_of(scenario: Scenario, classes: tuple[Offered, ...] = ()):  # type: ignore[no-untyped-def]
    occupancy = np.full((scenario.clock.days, 1), NOBODY_KNOWS)
    return expected_heads(scenario, build_agents(scenario), occupancy, classes)


def test_a_class_by_hand(tmp_path: Path) -> None:
    """n·s·(1−d)·p on the floor after the training, at half speed less a twentieth of a mentor, then at full speed."""
    heads = heads_of(center(tmp_path, more=CLASS))
    start, floor, nested = 28, 28 + 28, 28 + 28 + 14
    assert heads.hired == pytest.approx(20 * 0.9)
    assert heads.training[start, 0] == pytest.approx(18.0)
    # Half of the drop-outs are gone half way.
    assert heads.training[start + 14, 0] == pytest.approx(18.0 * (1 - 0.2 / 2))
    assert heads.training[floor, 0] == 0.0
    on_floor = 18.0 * 0.8 * 0.75
    assert heads.floor[[floor - 1, floor, -1], 0] == pytest.approx([40.0, 40.0 + on_floor, 40.0 + on_floor])
    assert heads.effective[floor, 0] == pytest.approx(40.0 + on_floor * (0.5 - 0.25 / 5))
    assert heads.effective[[nested, -1], 0] == pytest.approx(40.0 + on_floor)


def test_attrition_takes_them_by_its_rates(tmp_path: Path) -> None:
    """exp(−λt) of the class from its first day on the floor on; the rate is that of the tenure since the hire."""
    rate = "{ first_90_days = 1.2, first_year = 0.6, later = 0.3 }"
    heads = heads_of(center(tmp_path, rate, more=CLASS.replace(", licence_pass = 0.75", "")))
    starting = 40.0 * np.exp(-0.3 * np.arange(heads.floor.shape[0]) / 365)
    hired = heads.floor[:, 0] - starting
    floor, day = 56, 150
    tenure = np.arange(floor - 28, day - 28)
    hazard = np.where(tenure < 90, 1.2, 0.6).sum() / 365
    assert hired[floor] == pytest.approx(18.0 * 0.8)
    assert hired[day] == pytest.approx(18.0 * 0.8 * math.exp(-hazard))


def test_offers_are_linear(tmp_path: Path) -> None:
    scenario = center(tmp_path, "0.5", more=CLASS)
    hiring = scenario.spec.hiring["spring"]
    none, one, ten = (heads_of(scenario, (Offered(hiring, 70, n),)).effective for n in (0.0, 1.0, 10.0))
    np.testing.assert_allclose(ten - none, 10.0 * (one - none), atol=1e-9)


RETAKE = CLASS.replace("licence_pass = 0.75", 'licence_pass = 0.6, retake_after = "2w"')
TERM = CLASS.replace("show_up = 0.9", "show_up = 0.9\ncontract_until = 2027-06-30")
RAMP = """
[ramp.slow]
family = "linear"
start = { speed = 0.6 }
weeks = 12
"""
REPLACE = (
    '[hiring.order]\ngroup = "desk"\nreplace = "leavers"\nvacancy = "3w"\ntraining = { length = "2w", dropout = 0.2 }'
)
HOLD = '[hiring.order]\ngroup = "desk"\nhold = 45\nvacancy = "1w"\ntraining = { length = "2w", dropout = 0.2 }'
LEAVERS = 'leavers.a = { on = 2027-03-01, heads = 8 }\nramp = "slow"'


@pytest.mark.parametrize(
    ("rate", "group", "more"),
    [
        ("0.8", 'ramp = "slow"', RETAKE + RAMP),
        ("{ first_90_days = 1.5, later = 0.4 }", "", TERM),
        ("0.8", LEAVERS, REPLACE + RAMP),
        ("0.8", "", CLASS + HOLD),
    ],
    ids=["retake", "term", "replace", "hold"],
)
def test_it_is_the_mean_of_the_workforces_days(rate: str, group: str, more: str, tmp_path: Path) -> None:
    """Within 4 standard errors of 80 lives, played by the workforce itself, in the mornings."""
    scenario = center(tmp_path, rate, group, more)
    prepared = prepare(scenario)
    roster = Roster(scenario, prepared.agents)
    days, lives = scenario.clock.days, np.zeros((80, scenario.clock.days, 2))
    for run, life in enumerate(lives):
        careers = Workforce(scenario, prepared.agents, roster, run).careers
        for day in range(days):
            careers.morning(day)
            speed = careers.factors[0] * careers.on_floor
            # Mentors' time is no speed of anybody's.
            helped = (careers.nesting_entry >= 0).sum() if "mentor" in more else 0
            life[day] = (careers.stage == TRAINING).sum() + careers.on_floor.sum(), speed.sum() - 0.05 * helped
            careers.evening(day, np.zeros(len(speed)), np.array([np.nan]))
    heads = heads_of(scenario)
    expected = np.stack([(heads.floor + heads.training)[:, 0], heads.effective[:, 0]], axis=1)
    error = lives.std(axis=0, ddof=1) / math.sqrt(len(lives))
    assert np.abs(expected - lives.mean(axis=0)).max() < 4.0 * error.max()
    assert error.max() < 0.5
