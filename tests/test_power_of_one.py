"""One person more, and one fewer: the same as a comparison with that person, added or taken away by hand."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner
from shop import SHOP, table

import sim
from sim.command.cli import main
from sim.errors import ScenarioError

RUNS = 5
WEEK = ("mon", "tue", "wed", "thu", "fri")
MORE = '[queues.returns]\nlike = "orders"\nforecast = { csv = "returns.csv" }\n[groups.core]'
TWO = SHOP.replace("[groups.core]", MORE).replace("skills = { orders = {} }", "skills = { orders = {}, returns = {} }")


def center(folder: Path, text: str = SHOP, calls: str = "70") -> sim.Center:
    (folder / "orders.csv").write_text(table("contacts", calls, WEEK), encoding="utf-8")
    (folder / "returns.csv").write_text(table("contacts", "15", WEEK), encoding="utf-8")
    (folder / "shop.toml").write_text(text, encoding="utf-8")
    return sim.load(folder / "shop.toml")


def asked(one: sim.Center, **more: Any) -> Any:
    return sim.power_of_one(one, **({"replications": RUNS, "engine": "compiled"} | more)).found


def compared(one: sim.Center, changes: dict[str, Any], kpi: str) -> float:
    """The difference that a comparison tells, of the whole center."""
    study = sim.compare(one, one.vary(changes, "other"), replications=RUNS, engine="compiled")
    rows = study.differences
    rows = rows[(rows["scope"] == "center") & (rows["kpi"] == kpi)]
    return float(rows["difference"].iloc[0])


@pytest.mark.parametrize("people", [1, -1])
def test_a_head_is_what_a_comparison_says(tmp_path: Path, people: int) -> None:
    one = center(tmp_path, SHOP.replace("shifts = { early = 4, late = 5 }", 'shifts = { early = "50%", late = "50%" }'))
    (head,) = (cell for cell in asked(one).heads if cell.way.people == people)
    changes = {"groups.core.heads": f"{people:+d}"}
    assert head.points.mean == pytest.approx(compared(one, changes, "service_level"), abs=1e-12)
    assert head.cost == pytest.approx(compared(one, changes, "cost_total"), abs=1e-9)


def test_one_more_for_half_an_hour_is_a_group_of_one_that_works_it(tmp_path: Path) -> None:
    """On a center of one day, so that the whole center's figures are the day's."""
    one = center(tmp_path, SHOP.replace("days = 2", "days = 1"))
    found = asked(one)
    (cell,) = (c for c in found.cells if c.way.people == 1 and c.way.begin == 10 * 3600)
    changes = {
        "groups.helper": {"heads": 1, "shifts": {"short": 1}, "skills": {"orders": {}}, "wage": 20},
        "shifts.short.hours": "10:00-10:30",
    }
    assert cell.points.mean == pytest.approx(compared(one, changes, "service_level"), abs=1e-12)
    assert cell.in_time.mean > 0
    assert cell.cost == pytest.approx(compared(one, changes, "cost_total"), abs=1e-9)
    assert cell.way.end - cell.way.begin == 1800.0


def test_one_fewer_is_somebody_who_is_away(tmp_path: Path) -> None:
    one = center(tmp_path, SHOP.replace("days = 2", "days = 1"))
    (cell,) = (c for c in asked(one).cells if c.way.people == -1 and c.way.begin == 10 * 3600)
    away = {"groups.core.away.off": {"hours": "10:00-10:30", "heads": 1, "paid": False}}
    assert cell.points.mean == pytest.approx(compared(one, away, "service_level"), abs=1e-12)
    assert cell.in_time.mean < 0


def test_whoever_is_added_is_offered_what_the_group_is(tmp_path: Path) -> None:
    """A route that names its groups names the one who is added beside them."""
    text = TWO.replace("days = 2", "days = 1").replace(
        "fcr = 0.7\n", 'fcr = 0.7\nroute = [{ groups = ["core"], choose = ["longest_idle"] }]\n'
    )
    with_route, without = asked(center(tmp_path, text)), asked(center(tmp_path, TWO.replace("days = 2", "days = 1")))
    more = [[c.in_time.mean for c in found.cells if c.way.people == 1] for found in (with_route, without)]
    assert more[0] == pytest.approx(more[1])
    assert max(more[0]) > 0


def test_cells_are_of_open_hours(tmp_path: Path) -> None:
    found = asked(center(tmp_path))
    assert {cell.weekday for cell in found.cells} == {0, 1}
    assert sorted({cell.way.begin / 3600 for cell in found.cells}) == [9.0, 9.5, 10.0, 10.5]
    assert len(found.cells) == 2 * 2 * 4


def test_the_best_are_played_again_on_fresh_luck(tmp_path: Path) -> None:
    found = asked(center(tmp_path))
    chosen = {id(cell) for people in (1, -1) for cell in found.best(people)}
    assert all((cell.fresh is not None) == (id(cell) in chosen) for cell in found.cells)
    assert any(cell.fresh is not None and cell.fresh.mean != cell.in_time.mean for cell in found.cells)


def test_the_curve_goes_through_the_plan_as_it_is(tmp_path: Path) -> None:
    one = center(tmp_path)
    found = asked(one, at="mon 10:10")
    assert found.curve_at is not None
    assert (found.curve_at.weekday, found.curve_at.way.begin) == (0, 36000.0)
    people = [point[0] for point in found.curve]
    assert people == list(range(-3, 6))
    rows = sim.run(one, replications=RUNS, engine="compiled").intervals
    rows = rows[(rows["scope"] == "queue") & (rows["date"].astype(str) == "2026-03-02") & (rows["start"] == "10:00")]
    assert found.curve[3][1].mean == pytest.approx(float(rows["service_level"].iloc[0]), abs=1e-12)
    assert found.curve[-1][1].mean > found.curve[0][1].mean + 0.1


def test_the_same_on_two_processes(tmp_path: Path) -> None:
    one = center(tmp_path)
    pd.testing.assert_frame_equal(
        *(sim.power_of_one(one, replications=2, engine="simpy", jobs=jobs).table for jobs in (1, 2))
    )


def test_of_a_longer_horizon_the_first_week_is_played(tmp_path: Path) -> None:
    long, short = (
        asked(center(tmp_path, SHOP.replace("days = 2", f"days = {days}")), replications=2) for days in (21, 7)
    )
    assert [cell.in_time for cell in long.cells] == [cell.in_time for cell in short.cells]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--group", "nobody"), "groups that do: core"),
        (("--at", "mon"), 'such as "mon 10:00"'),
        (("--at", "sat 10:00"), "is not played"),
        (("--at", "mon 15:00"), "is no hour at which"),
    ],
)
def test_bad_questions_are_one_message(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    center(tmp_path)
    ask = ["power-of-one", str(tmp_path / "shop.toml"), "--replications", "2", "--out", str(tmp_path / "out"), *words]
    ran = CliRunner().invoke(main, ask)
    assert ran.exit_code == 2
    assert said in ran.output
    assert not (tmp_path / "out").exists()


def test_where_nobody_waits_there_is_nothing_to_try(tmp_path: Path) -> None:
    text = SHOP.replace('channel = "phone"', 'channel = "email"').replace(
        'patience = { family = "exponential", mean = "5min" }\n', ""
    )
    with pytest.raises(ScenarioError, match="in which customers wait"):
        asked(center(tmp_path, text.replace('within = "20s"', 'within = "4h"')))


def test_the_command_says_it_and_writes_it(tmp_path: Path) -> None:
    center(tmp_path)
    ask = ["power-of-one", str(tmp_path / "shop.toml"), "--replications", "3", "--out", str(tmp_path / "out")]
    ran = CliRunner().invoke(main, ask)
    assert ran.exit_code == 0, ran.output
    assert ran.output.count("One person more does most in core, ") == 1
    assert [
        line for line in ran.output.splitlines() if len(line) > 80 and not line.startswith(("Next", "Results"))
    ] == []
    rows = pd.read_csv(tmp_path / "out" / "power_of_one.csv")
    assert len(rows) == 2 + 2 * 2 * 4
    assert rows["in_time_fresh"].notna().sum() == len(rows) - 2
    assert all(math.isfinite(value) for value in rows["in_time"])
    assert "Best hours for one person more" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
