"""What a difference between plans says: its size, its certainty, and that many of them hold at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from shop import but, problems, sim, table, write

from sim.measures.kpis import KPIS
from sim.scenario.language.center import Matters
from sim.study.compare import HEADLINES, OF_THE_SHUT_OUT, smallest_that_matters, verdict_of
from sim.study.statistics import Estimate, joint_confidence, t_quantile

PLANS = """
[plans.one-more]
groups.core.shifts.early = 5
[plans.two-more]
groups.core.shifts.early = 6
[plans.same]
groups.core.shifts.early = 4
"""
BUSY = {"orders.csv": table("contacts", "70")}
QUICK = ("--replications", "5", "--engine", "simpy", "--jobs", "1")


@pytest.mark.parametrize(
    ("low", "high", "better", "smallest", "said"),
    [
        (0.5, 1.5, 1, 0.9, "better"),
        (0.5, 1.5, -1, 0.9, "worse"),
        (-1.5, -0.5, -1, 0.9, "better"),
        (0.5, 1.5, 0, 0.9, ""),
        (0.0005, 0.0015, 1, 0.0011, "same"),  # certain, and too small to matter
        (-0.4, 0.5, 1, 1.0, "same"),  # surely too small, whichever way
        (-0.4, 0.5, 0, 1.0, "same"),
        (-0.4, 2.5, 1, 1.0, "unclear"),
        (-0.4, 2.5, 0, 1.0, "unclear"),
        (0.0, 0.0, -1, 0.0, "same"),
        (float("nan"), float("nan"), 1, 0.1, "unclear"),  # one replication
    ],
)
def test_a_verdict_needs_a_size_and_a_certainty(
    low: float, high: float, better: int, smallest: float, said: str
) -> None:
    mean = 3.0 if np.isnan(low) else (low + high) / 2
    assert verdict_of(Estimate(mean, low, high, 1.0), better, smallest) == said


def test_what_matters_has_a_default_per_unit() -> None:
    usual = Matters()
    assert smallest_that_matters(usual, "service_level", "share", 0.8) == 0.001
    assert smallest_that_matters(usual, "asa_s", "s", 24.0) == 1.0
    # 30 dollars of 30,000; and of an income that is a loss.
    assert smallest_that_matters(usual, "cost_total", "money", 30_000.0) == pytest.approx(30.0)
    assert smallest_that_matters(usual, "margin", "money", -5_000.0) == pytest.approx(5.0)
    own = Matters.model_validate({"seconds": "5s", "kpis": {"service_level": "2%", "cost_total": 250}})
    assert smallest_that_matters(own, "service_level", "share", 0.8) == pytest.approx(0.02)
    assert smallest_that_matters(own, "cost_total", "money", 30_000.0) == 250.0
    assert smallest_that_matters(own, "wait_mean_s", "s", 24.0) == 5.0


def test_every_headline_is_a_figure_of_the_whole_center() -> None:
    assert set(HEADLINES) <= {kpi.id for kpi in KPIS if "center" in kpi.scopes}


def test_joint_intervals_hold_jointly() -> None:
    """Six means of ten normal numbers: all six intervals hold in (1 − 5 % ÷ 6)⁶ = 95.1 % of 40,000 studies (to 3.5
    standard errors, 0.4 points); ordinary ones would in 73.5 %."""
    rng, studies, figures, runs = np.random.default_rng(17), 40_000, 6, 10
    seen = rng.normal(size=(studies, figures, runs))
    error = seen.std(axis=2, ddof=1) / np.sqrt(runs)
    half = t_quantile(runs - 1, joint_confidence(figures)) * error
    hold = (np.abs(seen.mean(axis=2)) <= half).all(axis=1).mean()
    expected = (1 - 0.05 / figures) ** figures
    assert abs(hold - expected) <= 3.5 * np.sqrt(expected * (1 - expected) / studies)


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    """All plans against the base, one of them alone, and what the first said."""
    folder = tmp_path_factory.mktemp("verdicts")
    file = write(folder, but("heads = 9\n", "") + PLANS, BUSY)
    said = sim("compare", file, *QUICK, "--out", folder / "all")
    one = sim("compare", file, "--plan", "two-more", *QUICK, "--out", folder / "one")
    assert (said.exit_code, one.exit_code) == (0, 0), said.output + one.output
    both = (pd.read_csv(folder / name / "comparison.csv", keep_default_na=False) for name in ("all", "one"))
    return *both, said.output


def headlines(table: pd.DataFrame) -> pd.DataFrame:
    return table[(table.scope == "center") & table.kpi.isin(set(HEADLINES) - set(OF_THE_SHUT_OUT))]


def test_more_plans_widen_the_headlines_and_nothing_else(compared: tuple[pd.DataFrame, pd.DataFrame, str]) -> None:
    """By Student's t at 1 − 5 % ÷ k, k being the headlines in which luck has a say."""
    every, one, said = compared
    found = {}
    for rows in (every, one):
        top = headlines(rows)
        k = int((top.confidence > 0.95).sum())
        assert k == (top.ci_high.astype(float) > top.ci_low.astype(float)).sum() > 5
        assert top[top.confidence > 0.95].confidence.to_numpy(float) == pytest.approx(1 - 0.05 / k)
        found[len(rows)] = stats.t.ppf(1 - 0.025 / k, 4)
    of_all, of_one = found[len(every)], found[len(one)]
    both = every[every.plan == "two-more"].merge(one, on=["plan", "scope", "name", "kpi"])
    half = {side: both[f"ci_high_{side}"].astype(float) - both[f"ci_low_{side}"].astype(float) for side in "xy"}
    top = (both.scope == "center") & both.kpi.isin(set(HEADLINES) - set(OF_THE_SHUT_OUT)) & (half["y"] > 0)
    assert half["x"][top].to_numpy() == pytest.approx(half["y"][top].to_numpy() * of_all / of_one)
    assert half["x"][~top].to_numpy() == pytest.approx(half["y"][~top].to_numpy(), nan_ok=True)
    assert (every[~every.index.isin(headlines(every).index)].confidence == 0.95).all()
    assert f"{(headlines(every).confidence > 0.95).sum()} intervals hold jointly with 95 %" in " ".join(said.split())


def test_a_plan_that_changes_nothing_is_the_same(compared: tuple[pd.DataFrame, pd.DataFrame, str]) -> None:
    every, _, _ = compared
    assert set(every[every.plan == "same"].better) == {"same"}


def test_what_matters_is_set_in_the_file(tmp_path: Path) -> None:
    """A head more costs a tenth more: worse by default, the same where only a million matters."""
    file = write(tmp_path, but("heads = 9\n", "") + PLANS + "[results.matters]\nkpis = { cost_total = 1e6 }\n", BUSY)
    result = sim("compare", file, "--plan", "one-more", *QUICK, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    top = headlines(pd.read_csv(tmp_path / "out" / "comparison.csv", keep_default_na=False)).set_index("kpi")
    assert top.better["cost_total"] == "same"
    assert top.better["paid_hours"] == "worse"


def test_a_kpi_that_does_not_exist_is_named(tmp_path: Path) -> None:
    file = write(tmp_path, but() + "[results.matters]\nkpis = { servce_level = 0.01 }\n")
    told = '"servce_level" is not a KPI; did you mean "service_level"?'
    assert problems(sim("check", file)) == [("results.matters.kpis.servce_level", told)]
    run = sim("run", file, "--out", tmp_path / "out")
    assert (run.exit_code, told in run.output) == (2, True)
