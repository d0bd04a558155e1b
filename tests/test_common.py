"""Plans of different lengths and queues: what is common is compared, and what is not is said."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pandas as pd
import pytest
from shop import SHOP, but, sim, write

import sim as simulator
from sim.scenario.described import description_of

QUICK = ("--engine", "simpy", "--jobs", "1")
LETTERS = """
[plans.post.queues.letters]
channel = "email"
forecast = { csv = "orders.csv" }
handle = { family = "exponential", mean = "3min" }
service_level = { target = 0.8, within = "4h" }
[plans.post.groups.core]
skills.letters = {}
"""


def test_a_longer_plan_is_compared_on_the_days_that_all_play(tmp_path: Path) -> None:
    file = write(tmp_path, SHOP + "[plans.short]\ncenter.days = 1\ngroups.core.wage = 22\n")
    shown = sim("compare", file, *QUICK, "--out", tmp_path / "out")
    assert shown.exit_code == 0, shown.output
    text = "compared on the first 1 of its 2 days, those that all plans play"
    assert f"plan base: {text}" in " ".join(shown.output.split())
    costs = pd.read_csv(tmp_path / "out" / "costs.csv").query("line == 'total'").set_index("plan")["mean"]
    # One day of nine people for eight hours and a half or eight hours each, at 20 and at 22.
    assert costs["short"] / costs["base"] == pytest.approx(1.1)
    one_day = simulator.run(simulator.load(write(tmp_path, but("days = 2", "days = 1"))), engine="simpy")
    assert costs["base"] == pytest.approx(one_day.kpi("cost_total").mean)
    assert text in (tmp_path / "out" / "report.html").read_text()
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["uncommon"] == [f"plan base: {text}"]


def test_a_plan_that_is_cut_is_described_as_its_file_says(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        but("days = 2", "weeks = 2", 'mon-fri = "09:00-11:00"', 'mon-tue = "09:00-11:00"')
        + "[plans.long]\ncenter.weeks = 3\n",
    )
    result = simulator.compare(simulator.load(file), engine="simpy", jobs=1)
    long = result.study.results[1].scenario
    assert (long.clock.days, description_of(long)) == (14, "center: weeks 2 → 3")


def test_queues_that_not_all_plans_have_are_named(tmp_path: Path) -> None:
    center = simulator.load(write(tmp_path, SHOP + LETTERS))
    result = simulator.compare(center, engine="simpy", jobs=1)
    assert [one.where for one in result.uncommon] == ["queues.letters"]
    assert result.uncommon[0].what.startswith("not in base: its own figures are compared with nothing")
    assert "letters" not in set(result.differences["name"])
    assert "orders" in set(result.differences["name"])


def test_plans_alike_have_nothing_uncommon(tmp_path: Path) -> None:
    center = simulator.load(write(tmp_path, SHOP + "[plans.dear]\ngroups.core.wage = 22\n"))
    result = simulator.compare(center, engine="simpy", jobs=1)
    assert result.uncommon == ()
    assert result.study.results[0].scenario.clock.days == 2


def test_a_plan_that_does_not_go_on_the_common_days_says_so(tmp_path: Path) -> None:
    center = simulator.load(write(tmp_path, SHOP))
    short = center.vary({"center.days": 1}, "short")
    late = center.vary(
        {"queues.orders.forecast.events.fair": {"from": dt.date(2026, 3, 3), "to": dt.date(2026, 3, 3), "factor": 2}},
        "late",
    )
    compared = simulator.compare(short, late, engine="simpy", jobs=1)
    # An event on the second day is odd on the first alone, not wrong.
    assert [one.where for one in compared.uncommon] == ["plan late"]
    with pytest.raises(simulator.ScenarioError) as wrong:
        simulator.compare(center, center.vary({"center.start": dt.date(2026, 3, 9)}, "later"),
                          center.vary({"center.currency": "EUR"}, "dear"))  # fmt: skip
    assert [one.where for one in wrong.value.problems] == ["later: center.start", "dear: center.currency"]
