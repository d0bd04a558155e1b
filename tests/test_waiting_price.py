"""A price per minute of customers' waiting: what counts, where it stands, and that nothing counts twice."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import theory
from omni import omni
from shop import SHOP, sim, write
from worlds import Calls, Staff, agree, play
from worlds import write as world

from sim.measures.judging import Judge
from sim.observations import ABANDONED, ANSWERED, CONTACT_ROW, WAITING
from sim.scenario.load import load

PATIENCE = 'patience = { family = "exponential", mean = "120s" }\n'


def test_waiting_is_priced_by_erlang_a(tmp_path: Path) -> None:
    """300 calls an hour of 3 min on 13 agents, patience of 2 min: λ E[W] minutes an hour, those of who gives up among
    them, at 0.40 a minute; beside it a queue with a price of its own, and one whose waiting costs nothing."""
    calls = 'talk = { family = "exponential", mean = "180s" }\n' + PATIENCE
    queues = {
        "usual": Calls(300, calls),
        "dear": Calls(300, calls + "waiting_per_minute = 2\n"),
        "free": Calls(30, calls + "waiting_per_minute = 0\n"),
    }
    groups = {name: Staff(13, f"skills.{name} = {{}}") for name in queues}
    result = play(world(tmp_path, queues, groups, days=7, more="[costs]\nwaiting_per_minute = 0.4"), 20)
    exact = theory.erlang_a(300 / 3600, 1 / 180, 13, 1 / 120)
    minutes = 300 * 24 * 7 * exact.wait_mean / 60
    agree(result, "waiting_cost", 0.4 * minutes, scope="queue", name="usual", power=0.01)
    agree(result, "waiting_cost", 2.0 * minutes, scope="queue", name="dear", power=0.01)
    assert ("queue", "free") in result.scopes()
    assert not any(kpi.id == "waiting_cost" for kpi, _ in result.kpi_sums("queue", "free"))
    sums = result.sums_of("center", "all")
    assert sums["waiting_cost"] == pytest.approx(
        sum(result.sums_of("queue", name)["waiting_cost"] for name in ("usual", "dear"))
    )
    # No part of the cost; of the net cost, once.
    net, cost = result.kpi("net_cost").mean, result.kpi("cost_total").mean
    assert net == pytest.approx(cost + sums["waiting_cost"].mean(), rel=1e-12)


def test_who_still_waits_has_waited_and_a_callback_is_no_waiting(tmp_path: Path) -> None:
    """Calls at 10 and 20 s on nobody: the first gives up after 60 s, the second waits to the end of a day."""
    offer = 'fcr = 0.7\ncallback = { offer_above = { wait = "1min" } }'
    scenario = load(write(tmp_path, omni("fcr = 0.7", offer)))
    judge, end = Judge(scenario), scenario.clock.end
    rows = np.zeros(5, CONTACT_ROW)
    rows["queue"] = [0, 0, 0, scenario.queue("email").number, 0]
    rows["arrived"] = [10.0, 20.0, 30.0, 40.0, 50.0]
    rows["outcome"] = [ABANDONED, WAITING, ANSWERED, WAITING, ANSWERED]
    rows["ended"] = [70.0, end, 900.0, end, 800.0]
    rows["answered"] = [0.0, 0.0, 75.0, 0.0, 600.0]
    rows["hung_up"] = rows["ended"]
    rows["promised"] = [-1.0, -1.0, -1.0, -1.0, 700.0]
    queued = np.asarray(judge(rows).columns.queued)
    assert queued.tolist() == [60.0, end - 20.0, 45.0, 0.0, 0.0]


def test_the_line_stands_below_the_total_and_in_the_report(tmp_path: Path) -> None:
    toml = SHOP.replace("heads = 9\nshifts = { early = 4, late = 5 }", 'heads = 1\nshifts = { early = "100%" }')
    path = write(tmp_path, toml + "[costs]\nwaiting_per_minute = 0.5\n")
    result = sim("run", path, "--engine", "compiled", "--jobs", "1", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    costs = pd.read_csv(tmp_path / "out" / "costs.csv")
    summary = pd.read_csv(tmp_path / "out" / "summary.csv").set_index(["plan", "scope", "name", "kpi"])["mean"]
    for plan, own in costs.groupby("plan"):
        lines = own.set_index("line")["mean"]
        assert list(lines.index[-2:]) == ["total", "waiting"]
        assert lines.iloc[:-2].sum() == pytest.approx(lines["total"])
        assert lines["waiting"] == pytest.approx(summary[plan, "center", "all", "waiting_cost"])
        assert lines["waiting"] > 0.0
        assert summary[plan, "center", "all", "net_cost"] == pytest.approx(lines["total"] + lines["waiting"])
    page = (tmp_path / "out" / "report.html").read_text()
    assert "Customers&#39; waiting, at its price" in page


def test_a_price_makes_the_frontier_look_at_the_net_cost(tmp_path: Path) -> None:
    assert not load(write(tmp_path)).uses.quality_prices
    assert load(write(tmp_path, SHOP + "[costs]\nwaiting_per_minute = 0.5\n")).uses.quality_prices
    own = SHOP.replace("fcr = 0.7", "fcr = 0.7\nwaiting_per_minute = 0.5")
    assert load(write(tmp_path, own)).uses.quality_prices


def test_mail_waits_for_nothing(tmp_path: Path) -> None:
    toml = omni('mean = "6min" }\n', 'mean = "6min" }\nwaiting_per_minute = 1\n')
    scenario = load(write(tmp_path, toml))
    told = {p.where: p.what for p in scenario.warnings}
    assert told["queues.email.waiting_per_minute"] == "customers of email do not wait on the line: it prices nothing"
    assert not scenario.uses.waiting_prices
