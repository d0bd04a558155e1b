"""The weekly ledger from hand-made movements: it adds up, and every figure of it is arithmetic."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from shop import but, table, write
from worlds import play

from sim.measures.kpis import CENTER, GROUP, KPIS, kpis_of
from sim.measures.ledger import (
    LEDGER_SUMS,
    by_week,
    emptied_on,
    imbalance,
    ledger_sums,
    nobody_moves,
)
from sim.measures.shrinkage import kinds_of, planned_in_all
from sim.report.tables.study import tabulate
from sim.scenario.load import load
from sim.study.kept import STAFF_NAMES
from sim.study.result import PlanResult
from sim.units import HOUR
from sim.workforce.careers import MOVEMENTS, STANDING

Floats = NDArray[np.float64]

CONTRACT = [
    "plan", "week", "group", "heads_start", "hired", "graduated", "left", "heads_end", "in_training", "nesting",
    "ramping", "contracted_hours", "paid_hours", "available_hours", "fte_effective", "required_hours", "peak_short",
    "shrinkage_planned", "shrinkage_produced",
]  # fmt: skip
APPENDED = [
    "moved_in", "moved_out", "contract_ended", "dropped_out", "intervals_short", "fte_required", "intervals_open",
    "contract_hours",
]  # fmt: skip


def lived(days: int, *heads: float) -> tuple[Floats, Floats]:
    """(movements, standing) in which nothing has happened yet to groups of so many heads."""
    return nobody_moves(np.array(heads), days)


def happens(ledger: tuple[Floats, Floats], day: int, group: int, **what: float) -> None:
    """Book movements of a day; standing follows, and `in_training` and the like are what they are from then on."""
    movements, standing = ledger
    for name, value in what.items():
        if name in MOVEMENTS:
            movements[day, group, MOVEMENTS.index(name)] += value
            sign = {"hired": 1, "moved_in": 1, "left": -1, "moved_out": -1}.get(name, 0)
            standing[day + 1 :, group, STANDING.index("heads")] += sign * value
        else:
            standing[day + 1 :, group, STANDING.index(name)] = value


def a_story() -> tuple[Floats, Floats]:
    """Ten days of 20 and 5 heads, from a Wednesday: weeks of 5 days and of 5 more."""
    ledger = lived(10, 20, 5)
    happens(ledger, 0, 0, hired=6, in_training=6)
    happens(ledger, 1, 0, left=1)
    happens(ledger, 3, 0, left=2, dropped_out=1, in_training=5)
    happens(ledger, 4, 0, moved_out=1)
    happens(ledger, 4, 1, moved_in=1)
    happens(ledger, 5, 0, graduated=5, in_training=0, nesting=5)
    happens(ledger, 7, 0, nesting=0, ramping=5)
    happens(ledger, 9, 0, left=3, contract_ended=2, became_proficient=4, weeks_to_proficient=30, ramping=1)
    return ledger


def test_a_ledger_adds_up_day_by_day() -> None:
    movements, standing = a_story()
    assert not imbalance(movements, standing).any()
    standing[7:, 0, STANDING.index("heads")] += 1
    # Somebody who came from nowhere is missed on the day he came.
    assert np.argwhere(imbalance(movements, standing)).tolist() == [[6, 0]]


def test_weeks_add_up_and_carry_on() -> None:
    movements, standing = a_story()
    weeks = by_week(movements, standing, np.array([0, 5]))
    assert weeks["heads_start"].tolist() == [[20, 5], [22, 6]]
    assert weeks["heads_end"].tolist() == [[22, 6], [19, 6]]
    assert weeks["hired"].tolist() == [[6, 0], [0, 0]]
    assert weeks["left"].tolist() == [[3, 0], [3, 0]]
    assert weeks["moved_out"].tolist() == [[1, 0], [0, 0]]
    assert weeks["moved_in"].tolist() == [[0, 1], [0, 0]]
    assert weeks["dropped_out"][:, 0].tolist() == [1, 0]
    assert weeks["contract_ended"][:, 0].tolist() == [0, 2]
    assert weeks["in_training"][:, 0].tolist() == [5, 0]
    assert weeks["ramping"][:, 0].tolist() == [0, 1]
    came, went = weeks["hired"] + weeks["moved_in"], weeks["left"] + weeks["moved_out"]
    assert (weeks["heads_start"] + came - went).tolist() == weeks["heads_end"].tolist()


def test_a_replication_in_sums() -> None:
    """Heads of the ten days' ends: 26, 25, 25, 23, 22 …, 22, 19; a day counts the mean of its two ends."""
    sums = dict(zip(LEDGER_SUMS, ledger_sums(*a_story()).T.tolist(), strict=True))
    ends = [20, 26, 25, 25, 23, 22, 22, 22, 22, 22, 19]
    assert sums["head_days"] == [sum(ends) - (20 + 19) / 2, 4 * 5 + 5.5 + 5 * 6]
    assert sums["heads_end"] == [19, 6]
    assert (sums["hired"], sums["left"], sums["contract_ended"]) == ([6, 0], [6, 0], [2, 0])
    assert (sums["became_proficient"], sums["weeks_to_proficient"]) == ([4, 0], [30, 0])


def test_attrition_empties_a_group_but_contracts_classes_and_moves_do_not() -> None:
    ledger = lived(6, 2, 2, 0, 2, 1)
    happens(ledger, 1, 0, left=1)
    happens(ledger, 4, 0, left=1)
    happens(ledger, 4, 1, left=2, contract_ended=2)
    happens(ledger, 0, 2, hired=3, in_training=3)
    happens(ledger, 3, 2, left=3, dropped_out=3, in_training=0)
    happens(ledger, 3, 3, moved_out=2)
    # Those who are still in training do not answer anybody.
    happens(ledger, 1, 4, hired=4, in_training=4)
    happens(ledger, 2, 4, left=1)
    assert emptied_on(*ledger).tolist() == [4, -1, -1, -1, 2]


def kpi(name: str, **sums: float) -> float:
    row = next(row for row in KPIS if row.id == name)
    return float(row.value({key: np.asarray(value) for key, value in sums.items()}))


def test_attrition_is_a_years_and_leaves_contract_ends_out() -> None:
    # 12 left, 4 of them at the end of a contract, of 100 heads on average over 73 days, a fifth of a year.
    assert kpi("attrition_rate", left=12.0, contract_ended=4.0, head_days=7300.0) == pytest.approx(0.40)
    assert np.isnan(kpi("attrition_rate", left=0.0, contract_ended=0.0, head_days=0.0))


def test_weeks_to_proficiency_are_those_of_the_ones_who_became_so() -> None:
    assert kpi("weeks_to_proficiency", weeks_to_proficient=57.0, became_proficient=4.0) == 14.25
    assert np.isnan(kpi("weeks_to_proficiency", weeks_to_proficient=0.0, became_proficient=0.0))


def test_shrinkage_by_kind_combines_to_the_whole() -> None:
    """1000 h contracted, 80 on leave, 40 sick, so 880 attended; 44 on breaks and 22 late of these."""
    hours = {"contracted": 1000.0, "out_of_office": 120.0, "in_office_off": 66.0, "leave": 80.0, "sick": 40.0,
             "breaks": 44.0, "late": 22.0}  # fmt: skip
    kinds = {kind: kpi(f"shrinkage_{kind}", **hours) for kind in ("leave", "sick", "breaks", "late")}
    assert kinds == pytest.approx({"leave": 0.08, "sick": 0.04, "breaks": 0.05, "late": 0.025})
    whole = 1 - (1 - kinds["leave"] - kinds["sick"]) * (1 - kinds["breaks"] - kinds["late"])
    assert kpi("shrinkage", **hours) == pytest.approx(whole) == pytest.approx(1 - 814 / 1000)


# ---- What is shown where --------------------------------------------------------------------------------------------

HIRING = """
[hiring.spring]
group = "core"
starts = 2026-03-03
offers = 2
training = { length = "2d" }
"""


def ids(folder: Path, toml: str, scope: str = CENTER, name: str = "all") -> set[str]:
    return {row.id for row in kpis_of(load(write(folder, toml)), scope, name)}


def test_a_workforce_that_stays_is_told_nothing_new(tmp_path: Path) -> None:
    new = {row.id for row in KPIS if row.id.startswith("shrinkage_")}
    new |= {"hired", "left", "heads_end", "attrition_rate", "weeks_to_proficiency", "training_hours"}
    assert not new & ids(tmp_path, but())
    # Not even a plan of shrinkage makes a workforce move.
    assert not new & ids(tmp_path, but() + "[shrinkage_plan]\nleave = 0.1\n")


def test_kpis_are_reported_where_there_is_what_they_measure(tmp_path: Path) -> None:
    hires = ids(tmp_path, but() + HIRING)
    assert {"hired", "left", "heads_end", "attrition_rate", "training_hours"} <= hires
    assert {row for row in hires if row.startswith("shrinkage_")} == {"shrinkage_breaks"}
    assert "weeks_to_proficiency" not in hires
    sick = ids(tmp_path, but() + '[absence.flu]\nannual_days = 8\nspell = "3d"\n', GROUP, "core")
    assert {"shrinkage_sick", "shrinkage_breaks"} <= sick
    assert not {"hired", "training_hours", "shrinkage_leave"} & sick


def test_what_was_planned_is_reported_even_if_nothing_produces_it(tmp_path: Path) -> None:
    scenario = load(write(tmp_path, but() + HIRING + "[shrinkage_plan]\nleave = 0.1\ncoaching = 0.05\n"))
    assert kinds_of(scenario) == ["leave", "breaks", "coaching"]
    assert planned_in_all(scenario, "core") == pytest.approx(1 - 0.9 * 0.95)
    assert scenario.uses.turnover


# ---- The table ------------------------------------------------------------------------------------------------------


def world(folder: Path, days: int = 10, more: str = "") -> Path:
    """The shop from Wednesday 4 March on, ten days: weeks from the 4th and the 9th. Paid quarter-hour breaks."""
    weekdays = ("mon", "tue", "wed", "thu", "fri")
    toml = but("start = 2026-03-02", "start = 2026-03-04", "days = 2", f"days = {days}")
    return write(folder, toml + more, {"orders.csv": table("contacts", days=weekdays)})


@pytest.fixture
def result(tmp_path: Path) -> PlanResult:
    return play(world(tmp_path), replications=2)


def test_the_columns_are_the_contract_and_then_the_new_ones(result: PlanResult) -> None:
    assert tabulate([result], ["base"]).workforce.columns.tolist() == CONTRACT + APPENDED


def test_where_nobody_moves_heads_stay(result: PlanResult) -> None:
    ledger = tabulate([result], ["base"]).workforce
    assert ledger[["heads_start", "heads_end"]].to_numpy().tolist() == [[9, 9], [9, 9]]
    assert not ledger[["hired", "graduated", "left", "in_training", "nesting", "ramping", *APPENDED[:4]]].any().any()


def test_the_table_is_the_mean_of_the_replications(result: PlanResult) -> None:
    """Two replications: one loses nobody, the other two of nine and gets three trainees."""
    quiet, other = lived(10, 9), lived(10, 9)
    happens(other, 2, 0, left=2)
    happens(other, 6, 0, hired=3, in_training=3)
    result.movements, result.standing = (one + two for one, two in zip(quiet, other, strict=True))
    ledger = tabulate([result], ["base"]).workforce
    assert ledger["week"].tolist() == ["2026-03-04", "2026-03-09"]
    assert ledger[["heads_start", "hired", "left", "heads_end", "in_training"]].to_numpy().tolist() == [
        [9.0, 0.0, 1.0, 8.0, 0.0], [8.0, 1.5, 0.0, 9.5, 1.5],
    ]  # fmt: skip


def test_effective_people_are_hours_times_speed_over_full_time(result: PlanResult) -> None:
    """Wednesday to Sunday is a whole working week, and so is what comes of the second: 40 h each.

    All at 80 % speed, and half of the second week's hours gone.
    """
    assert result.group_days is not None
    available = result.group_days[:, :, STAFF_NAMES.index("available")]
    available[:] = 0.0
    available[[0, 1, 2], 0] = 2 * 50 * HOUR
    available[[5, 6], 0] = 2 * 37.5 * HOUR
    result.effective = 0.8 * available
    ledger = tabulate([result], ["base"]).workforce
    assert ledger["available_hours"].tolist() == pytest.approx([150, 75])
    assert ledger["fte_effective"].tolist() == pytest.approx([150 * 0.8 / 40, 75 * 0.8 / 40])


def test_required_people_are_counted_at_the_speed_of_those_there(tmp_path: Path) -> None:
    """Seat hours needed in every interval, at 0.8 of a standard agent's work each; and the worst interval's gap. The
    queue is open four half hours a day on weekdays: three days of the first week, and two of the second."""
    path = world(tmp_path)
    text = (
        path.read_text()
        .replace("orders = {}", "orders = { speed = 0.8 }")
        .replace('mean = "3min"', 'mean = "20min"', 1)
    )
    path.write_text(text)
    result = play(path, replications=2)
    need, clock = result.requirement(), result.scenario.clock
    of_week = np.array([0 if clock.interval_day[i] < 5 else 1 for i in range(clock.intervals)])
    ledger = tabulate([result], ["base"]).workforce
    assert need.group_short.any()
    for week, days in ((0, 3), (1, 5)):
        own = of_week == week
        hours = need.group_required[own, 0].sum() * 0.5
        assert ledger["fte_required"][week] == pytest.approx(hours * 0.8 / 40)
        assert ledger["peak_short"][week] == pytest.approx(need.group_short[own, 0].max())
        assert ledger["intervals_short"][week] == (need.group_short[own, 0] >= 0.05).sum()
        assert ledger["intervals_open"][week] == 4 * days


def test_a_week_cut_to_two_days_counts_as_two_fifths(tmp_path: Path) -> None:
    result = play(world(tmp_path, days=7), replications=1)
    assert result.group_days is not None
    result.group_days[:, :, STAFF_NAMES.index("available")] = 16 * HOUR
    result.effective = np.full((7, 1), 16 * HOUR)
    ledger = tabulate([result], ["base"]).workforce
    assert ledger["fte_effective"].tolist() == pytest.approx([5 * 16 / 40, 2 * 16 / (40 * 2 / 5)])


def test_shrinkage_as_produced_is_the_contracted_time_in_and_out_of_office(result: PlanResult) -> None:
    assert result.group_days is not None
    hours = {"contracted": 100.0, "out_of_office": 8.0, "in_office_off": 17.0}
    for name, value in hours.items():
        result.group_days[:, :, STAFF_NAMES.index(name)] = value
    assert tabulate([result], ["base"]).workforce["shrinkage_produced"].tolist() == pytest.approx([0.25, 0.25])


def test_shrinkage_as_planned_is_the_plans_or_the_seats(tmp_path: Path) -> None:
    seats = '[groups.flex]\nseats = { csv = "seats.csv", shrinkage = 0.3 }\nskills = { orders = {} }\n'
    plan = "[shrinkage_plan]\nleave = 0.1\nbreaks = 0.05\n"
    path = world(tmp_path, 10, seats + plan)
    (tmp_path / "seats.csv").write_text(table("seats", "2", days=("mon", "tue", "wed", "thu", "fri")))
    ledger = tabulate([play(path, replications=1)], ["base"]).workforce.groupby("group")["shrinkage_planned"]
    assert ledger.first().to_dict() == pytest.approx({"core": 1 - 0.9 * 0.95, "flex": 0.3})
