"""A family of sums is one row: its zeros, its keeping, its look-up and its checks follow from it."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.errors import SimError
from sim.measures import folding
from sim.measures.families import AtMost, Families, Family
from sim.measures.sums import Sums
from sim.scenario.load import load
from sim.scenario.model import Scenario
from sim.study.calibration.calibrate import Calibration
from sim.study.prepared import prepare
from sim.study.replicate import Replication, replicate
from sim.study.result import PlanResult

TWO_QUEUES = """
[center]
start = 2026-03-02
days = 2
interval = "1h"
open = { mon-sun = "09:00-12:00" }
[run]
seed = 7
[queues.a]
channel = "phone"
forecast = { csv = "volume.csv" }
talk = { family = "exponential", mean = "4min" }
patience = { family = "exponential", mean = "5min" }
[queues.b]
channel = "phone"
forecast = { csv = "volume.csv" }
talk = { family = "exponential", mean = "3min" }
patience = { family = "exponential", mean = "5min" }
[groups.g]
heads = 3
shifts = { day = 3 }
skills = { a = {}, b = {} }
[shifts.day]
days = "mon-sun"
hours = "09:00-12:00"
"""


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    (tmp_path / "two.toml").write_text(TWO_QUEUES)
    rows = [f"{day},{hour:02d}:00,8" for day in ("mon", "tue") for hour in (9, 10, 11)]
    (tmp_path / "volume.csv").write_text("\n".join(["weekday,start,contacts", *rows]))
    return load(tmp_path / "two.toml")


@pytest.fixture
def new_row() -> Iterator[Family]:
    """A row more in the table of sums, and nothing else anywhere."""
    row = Family("queues", columns=("red", "blue"), kept="each")
    row.__set_name__(Sums, "colours")
    Sums.colours = row  # type: ignore[attr-defined]
    _forget()
    yield row
    del Sums.colours  # type: ignore[attr-defined]
    _forget()


def _forget() -> None:
    vars(Families)["families"].__func__.cache_clear()


def test_a_new_sum_is_one_row(scenario: Scenario, new_row: Family) -> None:
    """It comes as zeros, crosses to the parent process, is kept of each replication, and KPIs find it by its names."""
    prepared = prepare(scenario)
    result = PlanResult(prepared, Calibration(prepared.standard, ()))
    for replication, counted in enumerate(([[1, 10], [2, 20]], [[3, 30], [4, 40]])):
        one = replicate(prepared, replication, "simpy")
        colours = one.sums.named(new_row)
        assert {name: column.tolist() for name, column in colours.items()} == {"red": [0, 0], "blue": [0, 0]}
        colours["red"][:], colours["blue"][:] = np.transpose(counted)
        result.add(pickle.loads(pickle.dumps(one)))
    assert result.named(new_row)["blue"].tolist() == [[10, 20], [30, 40]]
    assert result.sums_of("queue", "b")["red"].tolist() == [2, 4]
    assert result.sums_of("channel", "phone")["blue"].tolist() == [30, 70]
    assert result.sums_of("center", "all")["red"].tolist() == [3, 7]
    assert "red" not in result.sums_of("group", "g")


class Fruit(Families):
    apples = Family("days", "groups", columns=("picked", "eaten"), laws=(
        AtMost("apples eaten, of those picked", lambda s: s["eaten"], lambda s: s["picked"]),
    ))  # fmt: skip
    pears = Family("groups", where=lambda scenario: scenario.spec.contracts)


class Juice(Fruit):
    pears = Family("days")


def test_zeros_have_the_axes_of_the_row_and_are_empty_where_it_does_not_apply(scenario: Scenario) -> None:
    fruit = Fruit.zeros(Fruit.shapes(scenario, {"days": 3, "groups": 2}))
    assert (fruit.apples.shape, fruit.pears.shape) == ((3, 2, 2), (0,))
    assert not fruit.apples.any()


def test_a_row_stands_in_place_of_that_of_a_wider_table(scenario: Scenario) -> None:
    assert list(Juice.families()) == ["apples", "pears"]
    assert Juice.zeros(Juice.shapes(scenario, {"days": 3, "groups": 2})).pears.shape == (3,)


def test_a_misspelt_family_is_an_error() -> None:
    with pytest.raises(TypeError, match="Fruit has no family aples"):
        Fruit(aples=np.zeros(1))
    with pytest.raises(TypeError, match="no family cost"):
        Replication(Sums(), contacts=0, floor_seconds=0.0, cost=np.zeros(1))
    with pytest.raises(AttributeError):
        Fruit().aples  # type: ignore[attr-defined]  # noqa: B018


def test_laws_hold_by_group_over_all_days(scenario: Scenario) -> None:
    """The first group eats on Tuesday what it picked on Monday; the second eats one more than it has, though the
    first has plenty."""
    fruit = Fruit.zeros(Fruit.shapes(scenario, {"days": 2, "groups": 2}))
    apples = fruit.named(Fruit.apples)
    apples["picked"][:], apples["eaten"][:] = [[9, 2], [0, 2]], [[0, 2], [5, 2]]
    assert fruit.broken_laws() == []
    apples["eaten"][1, 1] += 1
    assert fruit.broken_laws() == ["apples eaten, of those picked: 5.0 of 4.0, groups 1"]


def test_a_replication_whose_books_do_not_balance_is_refused(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Agents who handle more than they are signed on for."""
    spread = folding.spread_over
    monkeypatch.setattr(folding, "spread_over", lambda *given: spread(*_twice(given)))
    with pytest.raises(SimError, match="seconds handling, of those signed on"):
        replicate(prepare(scenario), 0, "simpy")


def _twice(given: tuple[Any, ...]) -> tuple[Any, ...]:
    """Handling, whose seconds count a hundred times."""
    return (*given[:-1], 100.0) if given[1] == folding.HANDLING else given


def test_what_is_kept_adds_up(scenario: Scenario) -> None:
    prepared = prepare(scenario)
    played = [replicate(prepared, k, "simpy") for k in range(3)]
    result = PlanResult(prepared, Calibration(prepared.standard, ()))
    assert (result.dated.size, result.waits.size, result.replications) == (0, 0, 0)
    for one in played:
        result.add(one)
        # Looking at what there is so far changes nothing.
        assert len(result.waits) == result.replications
    assert result.dated.tolist() == sum(one.sums.dated for one in played).tolist()
    assert result.waits.tolist() == [one.sums.waits.tolist() for one in played]
    assert result.movements.size == result.customers.size == result.contract_levels.size == 0


def test_columns_are_looked_up_by_name_alone() -> None:
    """Positions are known to the modules that name the columns."""
    root = Path(sim.__file__).parent
    found = {
        str(path.relative_to(root).as_posix())
        for path in root.rglob("*.py")
        if re.search(r"_(SUMS|NAMES)\.index\(", path.read_text(encoding="utf-8"))
    }
    assert found <= {"measures/sums.py"}
