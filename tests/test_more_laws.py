"""The uniform law, and the hyperexponential one by its branches: moments and quantiles from arithmetic."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from days_of_demand import center, contacts_of
from shop import SHOP, problems, sim, write

from sim.distributions import Law
from sim.scenario.language.laws import LawSpec
from sim.scenario.load import load

GRID = (np.arange(2_000_000) + 0.5) / 2_000_000
"""Midpoints: the mean of a law's quantiles over them is its mean, to the width of a cell."""

TALK = 'talk = { family = "exponential", mean = "3min" }'


def law(**says: Any) -> Law:
    return LawSpec.model_validate(says).law()


@pytest.mark.parametrize(
    ("says", "low", "high"),
    [
        ({"from": "2min", "to": "6min"}, 120.0, 360.0),
        ({"mean": "4min", "cv": 0.25}, 240.0 * (1 - 0.25 * math.sqrt(3)), 240.0 * (1 + 0.25 * math.sqrt(3))),
        ({"from": "0s", "to": "100s"}, 0.0, 100.0),
        ({"from": "90s", "to": "90s"}, 90.0, 90.0),
    ],
)
def test_a_uniform_law_lies_between_its_ends(says: dict[str, Any], low: float, high: float) -> None:
    found = law(family="uniform", **says)
    assert found.mean == pytest.approx((low + high) / 2)
    assert found.cv * found.mean == pytest.approx((high - low) / math.sqrt(12))
    shares = np.array([0.0, 0.25, 0.9])
    assert found.quantile(shares) == pytest.approx(low + shares * (high - low), abs=1e-9)


BRANCHES = [[0.9, "2min"], ["10%", "20min"]]


def test_a_hyperexponential_law_has_the_branches_that_are_given() -> None:
    """Mean 228 s; E[X²] = 2 (0.9 · 120² + 0.1 · 1200²) = 313,920."""
    found = law(family="hyperexponential", branches=BRANCHES)
    assert found.mean == pytest.approx(228.0)
    assert found.cv == pytest.approx(math.sqrt(313_920.0 / 228.0**2 - 1.0))
    times = found.quantile(GRID)
    assert times.mean() == pytest.approx(228.0, rel=2e-4)
    assert (times**2).mean() == pytest.approx(313_920.0, rel=2e-3)
    for x in (10.0, 120.0, 600.0, 3000.0):
        exact = 1.0 - 0.9 * math.exp(-x / 120.0) - 0.1 * math.exp(-x / 1200.0)
        assert (times <= x).mean() == pytest.approx(exact, abs=2e-6)


def test_the_order_of_branches_is_no_matter_and_balanced_ones_are_the_law_by_cv() -> None:
    """Balanced means: both branches bring half of the time, p₁ m₁ = p₂ m₂; the law by mean and cv is that one."""
    found = law(family="hyperexponential", branches=BRANCHES)
    assert found == law(family="hyperexponential", branches=BRANCHES[::-1])
    share = 0.8
    balanced = law(family="hyperexponential", branches=[[share, f"{50 / share}s"], [1 - share, f"{50 / (1 - share)}s"]])
    by_cv = law(family="hyperexponential", mean="100s", cv=balanced.cv)
    places = GRID[:: len(GRID) // 1000]
    assert balanced.quantile(places) == pytest.approx(by_cv.quantile(places), rel=1e-9)


def test_contacts_are_born_with_these_laws(tmp_path: Path) -> None:
    talks = {
        "even": {"talk": {"family": "uniform", "from": "60s", "to": "180s"}},
        "odd": {"talk": {"family": "hyperexponential", "branches": BRANCHES}},
    }
    scenario = center(tmp_path, {"even": 2000, "odd": 2000}, talks)
    born = contacts_of(scenario)
    for number, (mean, variance) in enumerate([(120.0, 120.0**2 / 12.0), (228.0, 313_920.0 - 228.0**2)]):
        talk = born["talk"][born["queue"] == number]
        assert abs(talk.mean() - mean) <= 3.5 * math.sqrt(variance / len(talk))
    even = born["talk"][born["queue"] == 0]
    assert even.min() >= 60.0
    assert even.max() <= 180.0


WRONG = [
    ('family = "uniform", from = "2min"', 'write both from and to, such as from = "2min", to = "6min"'),
    ('family = "uniform", from = "6min", to = "2min"', "from is the shortest, to the longest, and to is more than 0s"),
    ('family = "uniform", from = "1min", to = "2min", cv = 1', "from and to go without cv"),
    ('family = "gamma", from = "1min", to = "2min"', "from and to go with the family uniform, and only with it"),
    ('family = "uniform", mean = "2min"', "the family uniform needs a cv; or write from and to"),
    ('family = "uniform"', "mean is missing; or write from and to"),
    ('family = "uniform", mean = "2min", cv = 0.7', "a uniform law's cv is 0.5774 at most (from 0 to twice the mean), not 0.7"),
    ('family = "hyperexponential", branches = [[0.9, "2min"], [0.2, "20min"]]', "the branches' shares add up to 1.1, not 1"),
    ('family = "hyperexponential", branches = [[1.0, "2min"]]',
     'write the share and the mean of each branch: [[0.9, "2min"], [0.1, "20min"]]'),
    ('family = "hyperexponential", mean = "2min", branches = [[0.9, "2min"], [0.1, "20min"]]', "branches go without mean"),
    ('family = "gamma", branches = [[0.9, "2min"], [0.1, "20min"]]', "branches go with the family hyperexponential, and only with it"),
]  # fmt: skip


@pytest.mark.parametrize(("says", "what"), WRONG)
def test_what_is_no_such_law_is_reported_with_the_way_out(tmp_path: Path, says: str, what: str) -> None:
    result = sim("check", write(tmp_path, SHOP.replace(TALK, f"talk = {{ {says} }}")))
    assert result.exit_code == 2
    assert [text for _, text in problems(result)] == [what]


def test_a_plan_replaces_one_law_by_another(tmp_path: Path) -> None:
    text = SHOP.replace(TALK, 'talk = { family = "uniform", from = "2min", to = "6min" }')
    text += '[plans.long]\nqueues.orders.talk.to = "+1min"\n[plans.other]\nqueues.orders.talk = '
    path = write(tmp_path, text + '{ family = "hyperexponential", branches = [[0.5, "1min"], [0.5, "3min"]] }\n')
    assert load(path, "long").queue("orders").law("talk").mean == 270.0
    assert load(path, "other").queue("orders").law("talk").mean == 120.0


def test_both_calendars_play_them_alike(tmp_path: Path) -> None:
    text = SHOP.replace(TALK, 'talk = { family = "uniform", from = "2min", to = "6min" }').replace(
        'patience = { family = "exponential", mean = "5min" }',
        'patience = { family = "hyperexponential", branches = [[0.3, "10s"], [0.7, "8min"]] }',
    )
    path = write(tmp_path, text)
    for engine in ("simpy", "compiled"):
        assert sim("run", path, "--engine", engine, "--jobs", "1", "--out", tmp_path / engine).exit_code == 0
    tables = [(tmp_path / engine / "summary.csv").read_bytes() for engine in ("simpy", "compiled")]
    assert tables[0] == tables[1]
