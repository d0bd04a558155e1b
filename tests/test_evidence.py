"""What was observed, in one object: what pilots saw makes the inflow, the inflow the volumes; and a solution's rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from worlds import Calls, Staff, write

from sim.scenario.load import load
from sim.scenario.model import Scenario
from sim.study.calibration.base_plan import BasePlan
from sim.study.calibration.evidence import Evidence
from sim.study.calibration.rows import rows_of
from sim.study.calibration.seen import Seen
from sim.study.prepared import prepare

FORECAST = np.array([1000.0])


def one_queue(folder: Path, more: str = "repeat = { share = 0.5 }\n") -> Scenario:
    says = 'talk = { family = "exponential", mean = "240s" }\npatience = { family = "never" }\nfcr = 0.7\n' + more
    return load(write(folder, {"calls": Calls(100, says)}, {"team": Staff(20, "skills.calls = {}")}))


def seen(came: float, repeats: float, followed: float, agents: int = 1) -> Seen:
    found = Seen.nothing(agents, 1)
    for name, number in {"came": came, "repeats": repeats, "followed": followed}.items():
        found.by_queue(name)[0] = number
    return found


def test_as_much_comes_by_itself_as_leaves_the_forecast_when_repeats_come(tmp_path: Path) -> None:
    """Of 100 contacts 20 bring a repeat, and only 10 repeats come: one contact brings 0.1 of one, so 0.9 are fresh."""
    evidence = Evidence.of_pilots(one_queue(tmp_path), FORECAST, seen(100.0, 20.0, 10.0))
    assert evidence.repeats == pytest.approx([0.2])
    assert evidence.inflow.whole == pytest.approx(np.array([[0.1]]))
    assert evidence.traffic.fresh == pytest.approx({"calls": 0.9})
    assert evidence.traffic.totals() == pytest.approx(FORECAST)


def test_what_others_saw_leaves_over_what_their_inflow_adds(tmp_path: Path) -> None:
    """The same 900 by themselves, and twice the repeats: 900 ÷ (1 − 0.2) come in all."""
    evidence = Evidence.of_pilots(one_queue(tmp_path), FORECAST, seen(100.0, 20.0, 10.0))
    other = evidence.but_for(seen(100.0, 20.0, 20.0))
    assert other.traffic.fresh == evidence.traffic.fresh
    assert other.traffic.totals() == pytest.approx([1125.0])
    assert other.seen.by_queue("followed") == pytest.approx([20.0])


def test_the_file_alone_says_what_unresolved_contacts_bring(tmp_path: Path) -> None:
    """Half of the 30 % unresolved come again: 0.15 a contact. Where nothing comes back, nothing is assumed."""
    evidence = Evidence.of_file(one_queue(tmp_path), FORECAST, 20, follow_ups=True)
    assert evidence.traffic.fresh == pytest.approx({"calls": 0.85})
    assert evidence.repeats == pytest.approx([0.15])
    plain = Evidence.of_file(one_queue(tmp_path, ""), FORECAST, 20, follow_ups=False)
    assert (plain.traffic.fresh, plain.repeats.tolist()) == ({}, [0.0])
    assert plain.traffic.totals() == pytest.approx(FORECAST)


def test_rows_say_where_others_bring_more_than_was_observed(tmp_path: Path) -> None:
    """Each contact brings more than one: nothing of the forecast comes by itself. Handle time and FCR need no more."""
    plan = BasePlan(prepare(one_queue(tmp_path)))
    evidence = plan.played(seen(100.0, 120.0, 120.0, len(plan.skilled)))
    assert evidence.traffic.fresh == {"calls": 0.0}
    rows = rows_of(plan, plan.solved(evidence), evidence, by_pilots=True, unsure=np.full((3, 1), np.inf))
    assert [(row.figure, row.method) for row in rows] == [
        ("aht_s", "pilot runs"),
        ("fcr", "pilot runs"),
        ("contacts", "pilot runs: others bring more"),
    ]
    assert [row.residual_half_width for row in rows] == [None] * 3
    assert rows[0].observed == pytest.approx(240.0)
    assert (rows[2].standard, rows[2].factor) == (0.0, 0.0)
