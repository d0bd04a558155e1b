"""Attrition by tenure with any of its three steps: survival curves by arithmetic."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from shop import SHOP, write
from staffed import change

from sim.scenario.load import load
from sim.workforce.attrition import survival

CASES = [
    ("{ first_90_days = 1.1, later = 0.2 }", (1.1, 0.2, 0.2)),
    ("{ first_90_days = 1.1 }", (1.1, 1.1, 1.1)),
    ("{ first_year = 0.6, later = 0.2 }", (0.6, 0.6, 0.2)),
    ("{ first_year = 0.6 }", (0.6, 0.6, 0.6)),
    ("{ first_90_days = 1.1, first_year = 0.6 }", (1.1, 0.6, 0.6)),
    ("{ later = 0.2 }", (0.2, 0.2, 0.2)),
    ("{ first_90_days = 1.1, first_year = 0.6, later = 0.2 }", (1.1, 0.6, 0.2)),
]


def path_of(folder: Path, rate: str, more: str = "") -> Path:
    toml = change("wage = 20\n", f'wage = 20\nattrition = "a"\n[attrition.a]\nannual_rate = {rate}\n', SHOP)
    return write(folder, toml + more)


@pytest.mark.parametrize(("rate", "steps"), CASES)
def test_a_step_that_is_not_given_is_as_the_next_one(tmp_path: Path, rate: str, steps: tuple[float, ...]) -> None:
    """S(730) = exp(−(90 a + 275 b + 365 c) ÷ 365)."""
    law = load(path_of(tmp_path, rate)).spec.attrition["a"].annual_rate
    left = survival(law, 731)
    assert left[90] == pytest.approx(math.exp(-90 * steps[0] / 365), rel=1e-12)
    days = 90 * steps[0] + 275 * steps[1] + 365 * steps[2]
    assert left[730] == pytest.approx(math.exp(-days / 365), rel=1e-12)


def test_what_was_filled_in_is_said(tmp_path: Path) -> None:
    told = {p.where: p.what for p in load(path_of(tmp_path, "{ first_90_days = 1.1, later = 0.2 }")).assumptions}
    assert told["attrition.a.annual_rate.first_year"] == "0.2 a year, as later: it is not given"
    whole = load(path_of(tmp_path, "0.3")).assumptions
    assert not any(p.where.startswith("attrition") for p in whole)


def test_a_plan_may_give_a_step_that_the_base_leaves_out(tmp_path: Path) -> None:
    path = path_of(tmp_path, "{ later = 0.2 }", "[plans.x]\nattrition.a.annual_rate.first_90_days = 0.9\n")
    law = load(path, "x").spec.attrition["a"].annual_rate
    assert (law.first_90_days, law.first_year, law.later) == (0.9, 0.2, 0.2)
