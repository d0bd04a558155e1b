"""Replications weighted to the expected load: the regression estimator, its interval, and where it is told."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from shop import but, problems, write
from shop import sim as command

import sim
from sim.demand.arrivals import Demand
from sim.luck import Luck
from sim.measures.kpis import ratio
from sim.study.drawn_load import drawn_excess
from sim.study.statistics import NOT_NEGATIVE, Replications, estimate
from sim.study.weighing import Weighing, weighing_of

RUN = "[run]\nreplications = 2"
WEIGHTED = '[run]\nreplications = 20\nvariance_reduction = "expected load"'
BUSY = (
    "fcr = 0.7", "fcr = 0.7\nbusyness = { day_cv = 0.2 }", "heads = 9", "heads = 2",
    "{ early = 4, late = 5 }", "{ early = 1, late = 1 }",
)  # fmt: skip


def intercept(excess, column):  # type: ignore[no-untyped-def]
    """Least squares by numpy: what a replication brings at the expected load."""
    return np.linalg.lstsq(np.stack([np.ones(len(excess)), excess], axis=1), column, rcond=None)[0][0]


def test_weighted_totals_are_the_regression_at_the_expected_load_with_all_replications_and_without_each() -> None:
    rng = np.random.default_rng(1)
    excess = rng.normal(0.02, 0.1, 8)
    column = rng.normal(5.0, 1.0, (8, 3)) + 30.0 * excess[:, None]
    weighing = Weighing(excess)
    assert weighing.totals(column) == pytest.approx(8 * intercept(excess, column))
    without = [7 * intercept(np.delete(excess, n), np.delete(column, n, axis=0)) for n in range(8)]
    assert weighing.left_out(column) == pytest.approx(np.array(without))
    assert weighing.weights @ excess == pytest.approx(0.0, abs=1e-12)


def test_what_is_the_same_in_all_replications_stays_exactly_that() -> None:
    excess = np.random.default_rng(2).normal(0.0, 0.1, 20)
    sums = Replications({"x": np.full(20, 0.25), "n": np.ones(20)}, Weighing(excess))
    found = estimate(lambda s: ratio(s["x"], s["n"]), sums, NOT_NEGATIVE)
    assert (found.low, found.mean, found.high) == (0.25, 0.25, 0.25)


def test_no_weight_is_below_zero() -> None:
    """A load far off the expected one in every replication: as much of the way to it as leaves nobody less than out."""
    excess = np.array([0.1, 0.11, 0.12, 0.13, 0.3])
    weights = Weighing(excess).weights
    assert weights.min() == pytest.approx(0.0, abs=1e-15)
    assert weights.sum() == pytest.approx(1.0)
    assert weights @ excess < excess.mean()


def test_too_few_replications_or_loads_are_not_weighted() -> None:
    assert weighing_of(np.array([0.1, 0.0, -0.1, 0.2])) is None
    assert weighing_of(np.zeros(20)) is None
    assert weighing_of(np.array([0.1, 0.0, -0.1, 0.2, 0.3])) is not None


@pytest.mark.parametrize("runs", [5, 20])
def test_intervals_hold_the_truth_and_the_variance_falls_as_theory_says(runs: int) -> None:
    """Normal with correlation √0.8: 95 % of intervals hold 50; variance falls by 1 − 0.8, and rises by
    (n − 2)/(n − 3) for the slope (Lavenberg and Welch). Of 3,000 studies the share has a standard error of 0.4 points,
    and jackknife errors are a little wide from few replications; t with one degree of freedom more would hold 92.6 %
    of 5."""
    rng = np.random.default_rng(3)
    excess, rest = rng.normal(0.0, 0.1, (3_000, runs)), rng.normal(0.0, 1.0, (3_000, runs))
    values = 50.0 + 20.0 * excess + rest
    found = []
    for own, column in zip(excess, values, strict=True):
        sums = Replications({"x": column, "n": np.ones(runs)}, Weighing(own))
        found.append(estimate(lambda s: ratio(s["x"], s["n"]), sums))
    held = np.mean([one.low <= 50.0 <= one.high for one in found])
    assert 0.95 - 3.5 * 0.004 <= held <= (0.97 if runs == 5 else 0.95 + 3.5 * 0.004)
    falls = np.var([one.mean for one in found]) / (5.0 / runs)
    # A variance of so many has a standard error of 2.6 %. Of 5, a weight would be below 0 in a fifth of the studies.
    expected = 0.2 * (runs - 2) / (runs - 3)
    assert falls == pytest.approx(expected, rel=3.5 * 0.026 if runs == 20 else 0.2)


def test_the_load_is_that_of_the_contacts_that_come(tmp_path: Path) -> None:
    toml = but(RUN, WEIGHTED, *BUSY) + "[forecast_error]\nlevel_cv = 0.1\n"
    result = sim.run(sim.load(write(tmp_path, toml)), replications=5, engine="simpy", jobs=1).study.results[0]
    scenario, prepared = result.scenario, result.prepared
    for replication in range(3):
        demand = Demand(prepared.customers, Luck(scenario.spec.run.seed, replication))
        came = sum(len(demand.day(day).contacts["arrived"]) for day in range(2))
        assert drawn_excess(prepared, replication) == pytest.approx(came / 80.0 - 1.0)


def test_levels_are_weighted_and_what_adds_up_is_as_played(tmp_path: Path) -> None:
    plain = sim.load(write(tmp_path, but(RUN, RUN.replace("2", "20"), *BUSY)))
    weighted = plain.vary({"run.variance_reduction": "expected load"})
    of_plain, of_weighted = (sim.run(one, engine="simpy", jobs=1) for one in (plain, weighted))
    assert of_plain.costs.drop(columns="plan").equals(of_weighted.costs.drop(columns="plan"))
    for kpi in ("offered", "cost_total", "paid_hours", "wait_p90_s"):
        assert of_plain.kpi(kpi) == of_weighted.kpi(kpi)
    result = of_weighted.study.results[0]
    weights = np.array(result.weighing().weights)  # type: ignore[union-attr]
    totals = result.queue_totals[:, 0, :]
    names = ("offered", "within")
    offered, within = (weights @ result.sums_of("center", "all")[name] for name in names)
    assert len(weights) == len(totals) == 20
    assert of_weighted.kpi("service_level").mean == pytest.approx(within / offered)
    assert of_weighted.kpi("service_level").half_width < of_plain.kpi("service_level").half_width


def test_plans_beside_each_other_differ_by_their_difference(tmp_path: Path) -> None:
    center = sim.load(write(tmp_path, but(RUN, WEIGHTED, *BUSY)))
    found = sim.compare(center, center.vary({"groups.core.heads": "+2"}, name="more"), engine="simpy", jobs=1)
    base, more = (found.kpi("service_level", plan=plan).mean for plan in found.plans)
    table = found.differences
    row = table[(table["scope"] == "center") & (table["kpi"] == "service_level")].iloc[0]
    assert row["difference"] == pytest.approx(more - base)


def test_the_terminal_the_page_and_the_manifest_say_so(tmp_path: Path) -> None:
    path = write(tmp_path, but(RUN, WEIGHTED, *BUSY))
    said = command("run", path, "--engine", "simpy", "--jobs", "1", "--out", tmp_path / "out")
    assert said.exit_code == 0
    assert "weighted to the expected load" in " ".join(said.output.split())
    assert "weighted to the expected load" in (tmp_path / "out" / "report.html").read_text()
    told = json.loads((tmp_path / "out" / "manifest.json").read_text())["plans"]["base"]["variance_reduction"]
    assert told["weighted_to"] == "expected load"
    assert told["narrowing"]["service_level"] > 1.0
    assert "cost_total" not in told["narrowing"]


def test_check_names_what_does_not_go_together(tmp_path: Path) -> None:
    both = '[run]\nprecision = { half_width = "1%" }\nvariance_reduction = "expected load"'
    said = command("check", write(tmp_path, but(RUN, both)))
    assert said.exit_code == 2
    assert problems(said)[0][0] == "run.variance_reduction"
    few = command("check", write(tmp_path, but(RUN, WEIGHTED.replace("20", "4"))))
    assert few.exit_code == 0
    assert "5 replications or more" in " ".join(few.output.split())
