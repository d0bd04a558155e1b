"""The base plan reproduces what the center observed; plans inherit what was solved for."""

from __future__ import annotations

from pathlib import Path

import pytest
from worlds import Calls, Staff, agree, play, play_plans, write

PATIENCE = 'patience = { family = "exponential", mean = "2min" }\n'
LONG = """
talk = { family = "lognormal", mean = "200s", cv = 0.8 }
hold = { family = "exponential", mean = "40s" }
wrap = { family = "exponential", mean = "60s" }
fcr = 0.72
"""
SHORT = 'handle = { family = "gamma", mean = "2min", cv = 0.7, wrap_share = 0.25 }\nfcr = 0.84\n'
PEOPLE = """
ramp = "learning"
tenure = { from = "100w", to = "4000w" }
talent = { speed = 0.19, resolution = 0.1 }
"""
LEARNING = """[ramp.learning]
family = "exponential"
start = { speed = 0.6, resolution = 0.8 }
weeks_to_95 = 1400
"""
"""So slow that nobody moves along it within the horizon: observed is what the starting staff does."""


def test_a_mixed_staff_reproduces_the_observed_handle_time_and_fcr(tmp_path: Path) -> None:
    """Talents, new hires and two groups of other skill: the planner's AHT and FCR come back within 0.5 %.

    Standard errors are at most a third of that.
    """
    queues = {"orders": Calls(150, LONG + PATIENCE), "claims": Calls(200, SHORT + PATIENCE)}
    new = "skills = { claims = {}, orders = { speed = 0.9, resolution = 0.95 } }"
    old = "skills = { orders = { speed = 1.1 }, claims = { speed = 0.8, resolution = 0.9 } }"
    groups = {"starters": Staff(9, PEOPLE + new), "veterans": Staff(11, PEOPLE.replace('"100w"', '"2600w"') + old)}
    result = play(write(tmp_path, queues, groups, days=28, more=LEARNING), 16)
    observed = {
        "orders": {"aht_s": 300.0, "talk_s": 200.0, "hold_s": 40.0, "wrap_s": 60.0, "fcr": 0.72},
        "claims": {"aht_s": 120.0, "talk_s": 90.0, "hold_s": 0.0, "wrap_s": 30.0, "fcr": 0.84},
    }
    for queue, figures in observed.items():
        for kpi, value in figures.items():
            told = result.kpi(kpi, "queue", queue)
            print(f"{queue} {kpi}: observed {value}, played {told.mean:.5g} ± {told.half_width:.2g}")
            assert told.half_width / 2.0 <= 0.0015 * value
            assert told.mean == pytest.approx(value, rel=0.005)
    for row in result.calibration.rows:
        assert row.method == "pilot runs"
        assert abs(row.residual) < 0.005


def one_group(folder: Path, basis: str) -> Path:
    """Slow novices; in the plan, they have learnt."""
    says = f'basis = "{basis}"\n{LONG}{PATIENCE}'
    more = "[plans.learnt]\ngroups.novices.skills.calls = { speed = 1.0, resolution = 1.0 }"
    skills = "skills.calls = { speed = 0.8, resolution = 0.9 }"
    return write(folder, {"calls": Calls(300, says)}, {"novices": Staff(30, skills)}, days=14, more=more)


@pytest.mark.parametrize(
    ("basis", "base_aht", "plan_aht", "base_fcr", "plan_fcr"),
    [("observed", 300.0, 240.0, 0.72, 0.8), ("standard", 375.0, 300.0, 0.648, 0.72)],
)
def test_plans_inherit_the_standard_work(
    tmp_path: Path, basis: str, base_aht: float, plan_aht: float, base_fcr: float, plan_fcr: float
) -> None:
    """Mean handle time is standard work ÷ speed, and FCR base chance × resolution, to 0.3 %."""
    base, plan = play_plans(one_group(tmp_path, basis), ["base", "learnt"], 16)
    assert plan.calibration == base.calibration
    agree(base, "aht_s", base_aht)
    agree(base, "fcr", base_fcr)
    agree(plan, "aht_s", plan_aht)
    agree(plan, "fcr", plan_fcr)


@pytest.mark.parametrize("basis", ["observed", "standard"])
def test_observed_handle_times_contain_what_contacts_bring_along(tmp_path: Path, basis: str) -> None:
    """A machine that saves a quarter of the talk, a cold transfer that repeats half of it, a warm one of a minute:
    what the planner saw at each desk comes back, volumes too. Nobody waits, so the first agent of the warm transfer
    never does either; pilot runs tell shares and volumes to some tenths of a percent."""
    work = 'talk = {{ family = "constant", mean = "{}s" }}\nwrap = {{ family = "constant", mean = "20s" }}\n'
    machine = (
        'self_service = { containment = "30%", work_saved = "25%", come_back = { share = "20%", after = "10min" } }\n'
    )
    cold = 'transfer.billing = { share = "25%", repeated = "50%" }\n'
    warm = 'transfer.billing = { share = "20%", kind = "warm", handover = "60s" }\n'
    queues = {
        "care": Calls(120, work.format(280) + f'basis = "{basis}"\n' + PATIENCE + machine + cold),
        "sales": Calls(80, work.format(220) + PATIENCE + warm),
        "billing": Calls(100, work.format(180) + PATIENCE),
    }
    groups = {name: Staff(40, f"skills = {{ {name} = {{ speed = 0.8 }} }}") for name in queues}
    result = play(write(tmp_path, queues, groups, days=14), 8)
    seen = {"sales": 240.0, "billing": 200.0} | ({"care": 300.0} if basis == "observed" else {})
    for name, aht in seen.items():
        assert result.kpi("aht_s", "queue", name).mean == pytest.approx(aht, rel=0.004), name
    assert result.kpi("offered", "queue", "billing").mean == pytest.approx(100 * 24 * 14, rel=0.01)
    assert all(abs(row.residual) < 0.01 for row in result.calibration.rows)
