"""A KPI is one row: what it says of itself is enough to be written, listed, compared and printed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from shop import but, write

from sim.measures.kpis import KPIS, PRINTED, TITLED
from sim.report.text.known import Known
from sim.report.text.names import CASES, CUSTOMERS, PILLARS, SATISFACTION, narrow_text
from sim.study.statistics import UNKNOWN, Estimate

ONE_ROW = """
import sys
from sim.measures import kpis
row = kpis.Kpi(
    "trial_rate", "share", 1, kpis.CONTACTS, lambda s: s["resolved"], lambda s: s["handled"],
    title="A trial", narrow="on trial", table="cases",
)
kpis.KPIS = (*kpis.KPIS, row)
kpis.TITLED[row.id] = row
from sim.report.charts import plan as charts
charts.draw = lambda *_: {}
from sim.command.cli import main
main(sys.argv[1:])
"""
AGAIN = but("fcr = 0.7", "fcr = 0.65\nrepeat = { share = 0.5 }") + "[plans.more]\ngroups.core.heads = '+1'\n"


def test_one_row_is_all_it_takes(tmp_path: Path) -> None:
    path, out = write(tmp_path, AGAIN), tmp_path / "out"
    words = [str(path), "--engine", "simpy", "--jobs", "1", "--replications", "3", "--seed", "1"]
    run = subprocess.run(
        [sys.executable, "-c", ONE_ROW, "run", *words, "--out", str(out)], capture_output=True, text=True, check=True
    )
    summary = pd.read_csv(out / "summary.csv")
    mine = summary[(summary["kpi"] == "trial_rate") & (summary["scope"] == "center")].iloc[0]
    # What is resolved of what is handled, as a share of the same sums.
    whole = summary[summary["scope"] == "center"].set_index("kpi")["mean"]
    assert mine["unit"] == "share"
    assert 0.0 < mine["mean"] < 1.0
    assert mine["mean"] * whole["answered"] == pytest.approx(whole["resolution_rate"] * whole["offered"], rel=1e-6)
    assert "on trial" in " ".join(run.stdout.split())
    assert f"{100 * mine['mean']:.1f}" in run.stdout
    page = (out / "report.html").read_text()
    assert "A trial" in page
    assert f"{100 * mine['mean']:.1f}" in page
    subprocess.run(
        [sys.executable, "-c", ONE_ROW, "compare", *words, "--out", str(tmp_path / "two")],
        check=True,
        capture_output=True,
    )
    comparison = pd.read_csv(tmp_path / "two" / "comparison.csv")
    assert set(comparison[comparison["kpi"] == "trial_rate"]["scope"]) == {"center", "channel", "queue"}


def test_every_form_is_known_and_every_column_has_its_head() -> None:
    assert {kpi.form for kpi in KPIS} <= set(PRINTED)
    assert {kpi.table for kpi in KPIS} <= {"", "cases", "satisfaction", "customers"}
    listed = {*CASES, *SATISFACTION, *PILLARS}
    assert listed - {"further_attempts"} == {kpi for kpi in listed if TITLED[kpi].narrow}
    assert len(set(CUSTOMERS)) == len(CUSTOMERS)


@pytest.mark.parametrize(
    ("kpi", "value", "text"),
    [
        ("fcr", 0.7234, "72.3"), ("time_to_resolution_h", 26.0, "26.0 h"), ("asa_s", 185.0, "3:05"),
        ("attempts_per_case", 1.234, "1.23"), ("cases", 1234.4, "1,234"), ("nps", -12.34, "−12.3"), ("ces", 5.678, "5.68"),
        ("fcr", float("nan"), "–"),
    ],
)  # fmt: skip
def test_figures_are_printed_as_their_rows_say(kpi: str, value: float, text: str) -> None:
    assert narrow_text(Estimate(value), kpi) == text


def test_a_share_stands_with_its_interval_where_that_is_asked_for() -> None:
    assert narrow_text(Estimate(0.7, 0.65, 0.75), "fcr", with_interval=True) == "70.0 ±5.0"
    assert narrow_text(Estimate(0.02, 0.003, 0.10), "fcr", with_interval=True) == "2.0 (0.3–10.0)"


def test_figures_are_looked_up_in_one_place() -> None:
    """KPIs, lines of the costs and changes; nothing is made up where nothing is known."""
    summary = pd.DataFrame(
        [("a", "queue", "calls", "fcr", 0.7, 0.6, 0.8)],
        columns=["plan", "scope", "name", "kpi", "mean", "ci_low", "ci_high"],
    )
    costs = pd.DataFrame([("a", "wages", 10.0, 9.0, 11.0)], columns=["plan", "line", "mean", "ci_low", "ci_high"])
    columns = ["plan", "scope", "name", "kpi", "difference", "ci_low", "ci_high", "better"]
    changes = pd.DataFrame([("b", "center", "all", "fcr", 0.1, 0.0, 0.2, "better")], columns=columns)
    known = Known(summary, costs, changes)
    own = known.of("a")
    assert own.kpi("fcr", "queue", "calls") == known.kpi("a", "fcr", "queue", "calls") == Estimate(0.7, 0.6, 0.8)
    assert (own.tells("fcr", "queue", "calls"), own.tells("fcr")) == (True, False)
    assert own.kpi("fcr") is UNKNOWN
    assert (own.cost("wages"), known.has_cost("a", "wages")) == (Estimate(10.0, 9.0, 11.0), True)
    assert (own.cost("rent"), known.has_cost("a", "rent")) == (UNKNOWN, False)
    assert known.change("b", "fcr") == (Estimate(0.1, 0.0, 0.2), "better")
    assert known.change("a", "fcr") == (UNKNOWN, "")
    assert known.names("a", "queue") == ["calls"]
