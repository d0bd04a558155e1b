"""Whether a pasted handle time contains wrap: what is then played, and what is said of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from days_of_demand import demand_of, together
from shop import SHOP, STARTS, write
from worlds import Silent

from sim.demand.forecast import expected
from sim.observations import Table
from sim.scenario.load import load
from sim.scenario.model import Scenario
from sim.study.run import Entry, Options, run_study

OLD = 'talk = { family = "exponential", mean = "3min" }\n'
APART = """\
talk = { family = "constant", mean = "150s" }
hold = { family = "constant", mean = "30s" }
wrap = { family = "constant", mean = "60s" }
"""
ONE_LAW = 'handle = { family = "constant", mean = "from forecast", wrap_share = 0.2 }\n'
AHT = "weekday,start,contacts,aht_s\n" + "".join(
    f"{day},{start},30,{aht}\n" for day, aht in (("mon", 200), ("tue", 360)) for start in STARTS
)
"""On Monday, talk and hold as their laws have them would be 180 s; on Tuesday they are twice that."""


def path_of(folder: Path, work: str, aht: str | None) -> Path:
    forecast = '{ csv = "orders.csv" }' if aht is None else f'{{ csv = "orders.csv", aht = "{aht}" }}'
    toml = SHOP.replace(OLD, work).replace('{ csv = "orders.csv" }', forecast)
    return write(folder, toml, {"orders.csv": AHT})


def born(scenario: Scenario) -> Table:
    demand = demand_of(scenario)
    return together(demand.day(day).contacts for day in range(2))


@pytest.mark.parametrize(
    ("aht", "work", "monday", "tuesday"),
    [
        # Contains wrap: all parts are scaled alike, to 200 and 360 s in all.
        ("talk + hold + wrap", APART, (125.0, 25.0, 50.0), (225.0, 45.0, 90.0)),
        # Does not: talk and hold come to 200 and 360 s, and wrap stays as its law has it.
        ("talk + hold", APART, (200 * 150 / 180, 200 * 30 / 180, 60.0), (300.0, 60.0, 60.0)),
        ("talk + hold + wrap", ONE_LAW, (160.0, 0.0, 40.0), (288.0, 0.0, 72.0)),
        # A share of one law: 200 s are the 80 % without wrap.
        ("talk + hold", ONE_LAW, (200.0, 0.0, 50.0), (360.0, 0.0, 90.0)),
    ],
)
def test_contacts_are_born_with_the_parts_that_were_reported(
    tmp_path: Path, aht: str, work: str, monday: tuple[float, ...], tuesday: tuple[float, ...]
) -> None:
    scenario = load(path_of(tmp_path, work, aht))
    columns = born(scenario)
    for day, parts in enumerate((monday, tuesday)):
        of_day = (columns["arrived"] // 86400.0) == day
        assert of_day.any()
        for name, seconds in zip(("talk", "hold", "wrap"), parts, strict=True):
            values = np.broadcast_to(columns[name], of_day.shape)
            assert values[of_day] == pytest.approx(np.full(of_day.sum(), seconds)), name
    volumes = expected(scenario, "orders")
    mean = 240.0 if work == APART else 1.0
    assert volumes.work_factor[18] * mean == pytest.approx(sum(monday))
    assert volumes.usual_work * mean == pytest.approx((sum(monday) + sum(tuesday)) / 2)


def test_what_is_not_said_is_as_if_wrap_were_in_it(tmp_path: Path) -> None:
    silent, said = (load(path_of(tmp_path / str(n), APART, aht)) for n, aht in enumerate((None, "talk + hold + wrap")))
    assert born(silent).tobytes() == born(said).tobytes()


@pytest.mark.parametrize(("aht", "seconds"), [("talk + hold + wrap", 280.0), ("talk + hold", 340.0)])
def test_the_base_plan_reproduces_the_handle_time_with_wrap(tmp_path: Path, aht: str, seconds: float) -> None:
    """280 s in the mean as given; where wrap is not in it, its 60 s are on top, whatever the agents' speed."""
    path = path_of(tmp_path, APART, aht)
    path.write_text(path.read_text().replace("skills = { orders = {} }", "skills = { orders = { speed = 0.8 } }"))
    scenario = load(path)
    (result,) = run_study([Entry(scenario, scenario)], Options(2, 1, 1, "simpy"), Silent()).results
    (row,) = [row for row in result.calibration.rows if row.figure == "aht_s"]
    assert row.observed == pytest.approx(seconds)
    sums = result.sums_of("queue", "orders")
    handled = sums["handled"].sum()
    monday = scenario.clock.interval_day == 0
    assert handled > 200
    assert monday.any()
    wrap = sums["wrap"].sum() / handled
    assert wrap == pytest.approx(60.0, rel=1e-6) if aht == "talk + hold" else wrap == pytest.approx(70.0, rel=0.02)


def test_how_it_was_read_is_said_unless_the_file_says_it(tmp_path: Path) -> None:
    where = "queues.orders.forecast.aht"
    told = {p.where: p.what for p in load(path_of(tmp_path / "a", APART, None)).assumptions}
    # 60 s of wrap on a mean of 280 s.
    assert 'write aht = "talk + hold": handle time is then 21% longer' in told[where]
    told = {p.where: p.what for p in load(path_of(tmp_path / "b", ONE_LAW, None)).assumptions}
    assert "25% longer" in told[where]
    no_wrap = APART.replace('wrap = { family = "constant", mean = "60s" }\n', "")
    told = {p.where: p.what for p in load(path_of(tmp_path / "c", no_wrap, None)).assumptions}
    assert "the file gives no wrap" in told[where]
    told = {p.where: p.what for p in load(path_of(tmp_path / "d", APART, "talk + hold")).assumptions}
    assert where not in told


def test_signed_on_is_reported_of_seats_and_wrap_of_talk_alone(tmp_path: Path) -> None:
    told = {p.where: p.what for p in load(write(tmp_path / "a")).assumptions}
    assert told["queues.orders.wrap"].startswith("none: agents are free when the customer hangs up")
    seats = SHOP.replace(
        "heads = 9\nshifts = { early = 4, late = 5 }", 'seats = { csv = "seats.csv", shrinkage = "30%" }'
    )
    csv = "weekday,start,seats\n" + "".join(f"{day},{start},9\n" for day in ("mon", "tue") for start in STARTS)
    told = {p.where: p.what for p in load(write(tmp_path / "b", seats, {"seats.csv": csv})).assumptions}
    assert told["groups.core.seats"].startswith("signed on: at work on contacts, wrap included, or free for one")
    assert told["groups.core.seats"].endswith("paid is that ÷ (1 − 30%)")
