"""Days before the horizon that are played and count nowhere: a center that never closes does not open empty."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import theory
from shop import problems, sim

from sim.measures.sums import DATED_SUMS, GROUP_SUMS, Sums
from sim.scenario.load import load
from sim.study.calibration.calibrate import calibrate
from sim.study.prepared import Prepared, prepare, with_standard
from sim.study.replicate import replicate

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

ROUND_THE_CLOCK = """
[center]
start = 2026-03-02
days = {days}
interval = "30min"
open = "24/7"
[run]
replications = 3
{run}
[queues.q]
channel = "phone"
forecast = {{ csv = "v.csv" }}
talk = {{ family = "exponential", mean = "10min" }}
patience = {{ family = "exponential", mean = "4min" }}
service_level = {{ target = 0.80, within = "20s" }}
{queue}
"""
SEATS = '[groups.g]\nseats = { csv = "s.csv" }\nskills = { q = {} }\n'


def world(folder: Path, run: str, staff: str = SEATS, queue: str = "", days: int = 1, contacts: float = 60.0) -> Path:
    for name, column, value in (("v", "contacts", contacts), ("s", "seats", 20)):
        rows = [f"{day},{k // 2:02d}:{30 * (k % 2):02d},{value}" for day in WEEK for k in range(48)]
        (folder / f"{name}.csv").write_text(f"weekday,start,{column}\n" + "\n".join(rows))
    path = folder / "world.toml"
    path.write_text(ROUND_THE_CLOCK.format(days=days, run=run, queue=queue) + staff)
    return path


def prepared_of(path: Path, plan: str = "base") -> Prepared:
    plain = prepare(load(path, plan) if plan != "base" else load(path))
    return with_standard(plain, calibrate(plain, "simpy").standard)


def test_the_first_interval_is_as_stationary_as_the_last(tmp_path: Path) -> None:
    """M/M/20+M at 120 an hour, 10 min each, patience 4 min: every half hour has Erlang A's shares, to 3.5 of its standard
    errors over 120 days; all of them together, to well below 1 %."""
    exact = theory.erlang_a(120 / 3600, 1 / 600, 20, 1 / 240, within=20.0)
    warm = prepared_of(world(tmp_path, 'warm_up = "1d"'))
    found = np.array([replicate(warm, k, "compiled").sums.dated[:, 0] for k in range(120)])
    offered, within = (found[:, :, DATED_SUMS.index(name)] for name in ("offered", "within"))
    share = within.sum(axis=0) / offered.sum(axis=0)
    error = np.std(within - share * offered, axis=0, ddof=1) / np.sqrt(len(found)) / offered.mean(axis=0)
    assert abs(share[0] - exact.answered_within) < 3.5 * error[0]
    assert (np.abs(share - exact.answered_within) < 4.5 * error).all()
    assert within.sum() / offered.sum() == pytest.approx(exact.answered_within, abs=0.006)
    # From an empty floor the first half hour is far from it: the test sees what it is for.
    cold = prepared_of(world(tmp_path, ""))
    found = np.array([replicate(cold, k, "compiled").sums.dated[0, 0] for k in range(120)]).sum(axis=0)
    assert (
        found[DATED_SUMS.index("within")] / found[DATED_SUMS.index("offered")] > exact.answered_within + 10 * error[0]
    )


def test_the_days_that_count_have_the_same_customers_staff_and_pay(tmp_path: Path) -> None:
    (warm, cold) = (replicate(prepared_of(world(tmp_path, run, days=2)), 0, "simpy") for run in ('warm_up = "2d"', ""))
    offered = DATED_SUMS.index("offered")
    # Whoever is cut by the end may be open: until then, the same contacts, interval by interval.
    assert np.array_equal(warm.sums.dated[:-1, 0, offered], cold.sums.dated[:-1, 0, offered])
    available, handling = GROUP_SUMS.index("available"), GROUP_SUMS.index("handling")
    assert warm.sums.group_slots[:, 0, available] == pytest.approx(np.full(96, 20 * 1800.0))
    assert warm.costs.sum() == pytest.approx(cold.costs.sum())
    # At work from the first second on, and never more than there are.
    first = warm.sums.group_slots[0, 0, handling] / (20 * 1800)
    assert first > 0.75 > cold.sums.group_slots[0, 0, handling] / (20 * 1800)
    assert warm.sums.group_slots[:, 0, handling].max() <= 20 * 1800


NIGHTS = """
[groups.g]
heads = 30
shifts = { day = 10, late = 10, night = 10 }
skills = { q = {}, mail = {} }
capacity = { email = { interrupted_by = ["phone"] } }
[shifts.day]
hours = "06:00-14:00"
breaks = [{ within = "09:00-11:00", length = "30min" }]
[shifts.late]
hours = "14:00-22:00"
[shifts.night]
hours = "22:00-06:00"
breaks = [{ within = "23:30-00:30", length = "30min" }]
[queues.mail]
channel = "email"
forecast = { csv = "v.csv", factor = 0.2 }
talk = { family = "exponential", mean = "5min" }
service_level = { target = 0.90, within = "4h" }
"""
LOOP = 'fcr = 0.6\nrepeat = { share = "50%", after = { family = "exponential", mean = "6h" } }\nredial = { share = "30%" }\ntransfer = { mail = { share = "5%" } }'
MOVING = "[absence.sick]\nannual_days = 20\n[attrition.usual]\nannual_rate = 0.5\n"


@pytest.mark.parametrize("moving", [False, True])
def test_nights_cases_and_backlogs_go_over_the_start_alike_under_both_calendars(tmp_path: Path, moving: bool) -> None:
    """The books balance (or `replicate` refuses), both calendars agree bit for bit, and the night shift stays."""
    staff = NIGHTS + MOVING if moving else NIGHTS
    staff = staff.replace("heads = 30", 'heads = 30\nattrition = "usual"\ntenure = "2y"') if moving else staff
    prepared = prepare(load(world(tmp_path, 'warm_up = "7d"', staff, LOOP, days=8, contacts=15.0)))
    one, other = (replicate(prepared, 3, engine, keep_contacts=True) for engine in ("simpy", "compiled"))
    for name in Sums.families():
        assert np.array_equal(getattr(one.sums, name), getattr(other.sums, name)), name
    assert np.array_equal(one.costs, other.costs)
    assert one.rows is not None
    assert other.rows is not None
    assert one.rows.tobytes() == other.rows.tobytes()
    assert one.rows["arrived"].min() >= 0.0
    # Cases from before come again, and their contacts count.
    assert (one.rows["case_began"] < 0.0).any()
    # Breaks begin between 23:30 and midnight, or after the contact in hand: ten go, half of that half hour is left.
    available = one.sums.group_slots[:, 0, GROUP_SUMS.index("available")] / 1800
    assert available[0] == pytest.approx(5.0, abs=2.0)
    if not moving:
        assert available[48] == pytest.approx(5.0, abs=2.0)
        assert available[2:12] == pytest.approx(np.full(10, 10.0), abs=0.3)
    # Mail lies there from the start.
    assert one.sums.backlog[0, 0] > 0


def test_a_shift_that_goes_on_over_the_start_has_no_seam(tmp_path: Path) -> None:
    """Nobody's night is cut at the first midnight: as many rows of duty at midnight 0 as at midnight 7."""
    prepared = prepare(load(world(tmp_path, 'warm_up = "7d"', NIGHTS, days=8)))
    rows = prepared.duties.rows
    per_night = [int(((rows["time"] >= at - 3600) & (rows["time"] < at + 3600)).sum()) for at in (-86400, 0, 86400)]
    assert len(set(per_night)) == 1, per_night
    midnight = prepared.duties.day(0)["time"].min()
    assert midnight >= 0.0
    assert prepared.duties.day(-7)["time"].min() >= -7 * 86400.0


def test_only_the_days_that_count_are_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.report.charts.plan.draw", lambda *_: {})
    path = world(tmp_path, 'warm_up = "3d"', days=2, contacts=20.0)
    out = tmp_path / "out"
    result = sim("run", path, "--engine", "simpy", "--jobs", "1", "--keep", "contacts", "--out", out)
    assert result.exit_code == 0, result.output
    assert "the 3 days before the first" in " ".join(result.output.split())
    assert set(pd.read_csv(out / "intervals.csv")["date"]) == {"2026-03-02", "2026-03-03"}
    kept = pd.read_parquet(out / "contacts.parquet")
    assert 2 * 960 * 0.95 < len(kept) / 3 < 2 * 960 * 1.05


@pytest.mark.parametrize(
    ("run", "queue", "where", "what"),
    [
        ('warm_up = "36h"', "", "run.warm_up", "whole days, 1 to 56"),
        ('warm_up = "90d"', "", "run.warm_up", "whole days, 1 to 56"),
        ('warm_up = "0d"', "", "run.warm_up", "whole days, 1 to 56"),
        ('warm_up = "7d"', 'channel = "email"\nbacklog_at_start = { contacts = 5 }', "queues.q.backlog_at_start", "fills the floor by itself"),
    ],
)  # fmt: skip
def test_what_cannot_be_warmed_up_is_said(tmp_path: Path, run: str, queue: str, where: str, what: str) -> None:
    path = world(tmp_path, run, queue=queue)
    if "channel" in queue:
        text = (
            path.read_text()
            .replace('channel = "phone"\n', "")
            .replace('patience = { family = "exponential", mean = "4min" }\n', "")
        )
        path.write_text(text)
    result = sim("check", path)
    assert result.exit_code == 2, result.output
    found = dict(problems(result))
    assert where in found, result.output
    assert what in found[where]
