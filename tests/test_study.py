"""Studies through their front door: precision, kept contacts, and what a repeated run repeats."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from sim.command.cli import main

ONE_QUEUE = """
[center]
start = 2026-03-02
days = 1
interval = "60min"
[run]
{run}
[queues.calls]
channel = "phone"
forecast = {{ csv = "volumes.csv" }}
talk = {{ family = "exponential", mean = "5min" }}
balk = 0.1
[groups.team]
seats = {{ csv = "seats.csv" }}
skills = {{ calls = {{}} }}
"""


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    for name, column, value in (("volumes", "contacts", 60), ("seats", "seats", 6)):
        rows = [f"mon,{hour:02d}:00,{value}" for hour in range(24)]
        (tmp_path / f"{name}.csv").write_text("\n".join([f"weekday,start,{column}", *rows]))
    return tmp_path / "calls.toml"


def run(file: Path, text: str, *options: str) -> Path:
    file.write_text(ONE_QUEUE.format(run=text))
    out = file.parent / "out"
    result = CliRunner().invoke(main, ["run", str(file), "--out", str(out), "--engine", "simpy", *options])
    assert result.exit_code == 0, result.output
    return out


def service_level(out: Path) -> pd.Series:
    table = pd.read_csv(out / "summary.csv")
    return table[(table.scope == "center") & (table.kpi == "service_level")].iloc[0]


def test_a_study_stops_at_the_precision_asked_for(scenario: Path) -> None:
    """In steps of five from eight on, whatever the number of processes; no sooner than the interval is narrow enough."""
    text = "precision = { half_width = 0.02, at_least = 8, at_most = 100 }"
    row = service_level(run(scenario, text, "--jobs", "1"))
    assert (row.ci_high - row.ci_low) / 2 <= 0.02
    assert row.replications in range(13, 100, 5)
    before = service_level(run(scenario, text, "--replications", str(row.replications - 5)))
    assert (before.ci_high - before.ci_low) / 2 > 0.02
    assert service_level(run(scenario, text, "--jobs", "2")).replications == row.replications


def test_a_cap_ends_what_would_go_on(scenario: Path) -> None:
    row = service_level(run(scenario, "precision = { half_width = 1e-6, at_least = 2, at_most = 4 }"))
    assert row.replications == 4


def test_a_precision_of_an_unknown_kpi_is_named(scenario: Path) -> None:
    scenario.write_text(ONE_QUEUE.format(run='precision = { kpi = "service_levle", half_width = 0.02 }'))
    result = CliRunner().invoke(main, ["run", str(scenario)])
    assert result.exit_code == 2
    assert 'did you mean "service_level"?' in result.output


def test_kept_contacts_tell_the_same_story_as_the_summary(scenario: Path) -> None:
    out = run(scenario, "replications = 3", "--keep", "contacts")
    contacts, table = pd.read_parquet(out / "contacts.parquet"), pd.read_csv(out / "summary.csv")
    mean = table[table.scope == "queue"].set_index("kpi")["mean"]
    assert sorted(contacts.replication.unique()) == [0, 1, 2]
    answered = contacts[contacts.outcome.isin(["answered", "in hand"])]
    assert len(answered) / 3 == pytest.approx(mean["answered"])
    assert answered.wait_s.mean() == pytest.approx(mean["asa_s"])
    assert (answered.wait_s <= 20).sum() / 3 == pytest.approx(mean["sl_negative"] * mean["offered"])
    assert (contacts.outcome == "balked").sum() / 3 == pytest.approx(mean["balk_rate"] * mean["offered"])
    handled = contacts[contacts.outcome == "answered"]
    assert (handled.talk_s + handled.hold_s + handled.wrap_s).mean() == pytest.approx(mean["aht_s"])
    assert handled.resolved.mean() == pytest.approx(mean["fcr"])
    assert contacts.arrived.dt.date.astype(str).unique().tolist() == ["2026-03-02"]


def test_the_manifest_repeats_the_run(scenario: Path) -> None:
    """Same file, same seed, same version: the same tables; another seed: others."""
    out = run(scenario, "replications = 2")
    first = (out / "summary.csv").read_bytes()
    manifest = json.loads((out / "manifest.json").read_text())
    plan = manifest["plans"]["base"]
    assert (plan["seed"], plan["replications"], manifest["engine"]) == (1, 2, "simpy")
    assert plan["resolved"]["queues"]["calls"]["balk"] == 0.1
    assert {row["figure"] for row in plan["calibration"]} == {"aht_s", "fcr"}
    assert (run(scenario, "replications = 2") / "summary.csv").read_bytes() == first
    assert (run(scenario, "replications = 2", "--seed", "2") / "summary.csv").read_bytes() != first


def test_cost_lines_add_up_to_the_total(scenario: Path) -> None:
    costs = pd.read_csv(run(scenario, "replications = 3") / "costs.csv").set_index("line")["mean"]
    assert costs.drop("total").sum() == pytest.approx(costs["total"])
    # 6 seats round the clock at the default wage, times the load.
    assert costs["total"] == pytest.approx(6 * 24 * 20.92 * 1.27, rel=0.01)


@pytest.mark.parametrize(
    ("skill", "before", "fcr"),
    [(1.0, 0.7, 0.8), (0.9, 0.7, 0.6), pytest.param(0.7, 0.74, 0.72, id="nobody is as good as standard")],
)
def test_a_plan_may_know_of_another_fcr(skill: float, before: float, fcr: float, scenario: Path) -> None:
    """From what was observed to what the plan says, exactly in the mean: every chance by the same factor."""
    text = ONE_QUEUE.format(run="replications = 8").replace("balk = 0.1", f"fcr = {before}")
    text = text.replace("{ calls = {} }", f"{{ calls = {{ resolution = {skill} }} }}")
    scenario.write_text(f"{text}[plans.other]\nqueues.calls.fcr = {fcr}\n")
    words = ["run", str(scenario), "--plan", "other", "--engine", "simpy", "--out", str(scenario.parent / "other")]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    table = pd.read_csv(scenario.parent / "other" / "summary.csv")
    found = table[table.scope == "center"].set_index("kpi")["mean"]
    handled = 8 * found["answered"]
    assert abs(found["fcr"] - fcr) <= 3.5 * (fcr * (1 - fcr) / handled) ** 0.5


def test_an_fcr_beyond_the_staff_is_refused(scenario: Path) -> None:
    text = ONE_QUEUE.format(run="replications = 2").replace("{ calls = {} }", "{ calls = { resolution = 0.9 } }")
    scenario.write_text(text.replace("balk = 0.1", "fcr = 0.7") + "[plans.other]\nqueues.calls.fcr = 0.95\n")
    result = CliRunner().invoke(
        main, ["compare", str(scenario), "--engine", "simpy", "--out", str(scenario.parent / "o")]
    )
    assert result.exit_code == 2
    assert "plans.other.queues.calls.fcr" in result.output
    assert "95% cannot be reached" in result.output
    assert "90%" in result.output
