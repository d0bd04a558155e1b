"""Replications played one after the other on what the one before has left: the same to the last bit, and few calls."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pytest
from counted_calls import calls
from numpy.typing import NDArray

from sim.scenario.load import load
from sim.scenario.model import Scenario
from sim.study.calibration.calibrate import calibrate
from sim.study.player import JUDGED, Player
from sim.study.prepared import Prepared, prepare
from sim.study.replicate import Replication, replicate
from sim.study.result import PlanResult
from sim.study.targets import verdicts_of
from sim.workforce.roster import Roster
from sim.workforce.segments import Segments

SCENARIOS = Path(__file__).parents[1] / "scenarios"


@cache
def shipped(name: str, days: int) -> Scenario:
    folder = Path(mkdtemp()) / "scenarios"
    shutil.copytree(SCENARIOS, folder)
    (folder / "short.toml").write_text(f'extends = "{name}.toml"\n[center]\nweeks = "none"\ndays = {days}\n')
    return load(folder / "short.toml")


def bytes_of(one: Replication) -> dict[str, bytes]:
    tables = [one, one.sums, *([] if one.lives is None else [one.lives])]
    arrays = {name: vars(table)[name] for table in tables for name in table.families() if name in vars(table)}
    return {name: np.asarray(array).tobytes() for name, array in arrays.items()}


# Holding of several contacts, vendors, callbacks; repeats and customers who remember; sites; a moving workforce.
@pytest.mark.parametrize("name", ["omnichannel", "rush-trap", "bpo-four-sites", "starter"])
def test_a_floor_played_again_is_as_a_new_one(name: str) -> None:
    prepared = prepare(shipped(name, 2))
    player = Player(prepared, "compiled")
    again = [bytes_of(player.replicate(number)) for number in (0, 1, 2, 1)]
    assert again == [bytes_of(replicate(prepared, number, "compiled")) for number in (0, 1, 2, 1)]
    assert again[0] != again[1]


def test_simpys_floor_begins_anew_too() -> None:
    prepared = prepare(shipped("starter", 1))
    player = Player(prepared, "simpy")
    found = [bytes_of(player.replicate(number)) for number in (0, 1, 0)]
    assert found[0] == found[2] == bytes_of(replicate(prepared, 0, "compiled"))
    assert found[1] == bytes_of(replicate(prepared, 1, "compiled"))


def test_a_result_of_what_is_judged_gives_the_same_verdicts() -> None:
    prepared = prepare(shipped("starter", 3))
    calibration = calibrate(prepared, "compiled")
    whole, part = PlanResult(prepared, calibration), PlanResult(prepared, calibration)
    player = Player(prepared, "compiled")
    player.add_to(whole, range(3), only=None)
    player.add_to(part, range(3))
    assert verdicts_of(part) == verdicts_of(whole)
    assert part.costs.tobytes() == whole.costs.tobytes()
    kept = {name for name in PlanResult.families() if name in vars(part) or name in part._of_each}
    assert {"costs", "day_levels"} < kept <= JUDGED


def with_heads(scenario: Scenario, more: int) -> Scenario:
    name, group = next((name, group) for name, group in scenario.spec.groups.items() if group.heads)
    changed = group.model_copy(update={"heads": (group.heads or 0) + more})
    return scenario.with_spec(groups={**scenario.spec.groups, name: changed})


def test_a_plan_prepared_from_another_is_as_from_nothing() -> None:
    base = prepare(shipped("starter", 3))
    plan = with_heads(base.scenario, 2)
    like, alone = prepare(plan, like=base), prepare(plan)
    assert like.expected is base.expected
    assert like.slots is base.slots
    assert len(like.agents.names) > len(base.agents.names)
    one, other = (replicate(prepared, 0, "compiled") for prepared in (like, alone))
    assert bytes_of(one) == bytes_of(other)


def test_a_plan_with_other_customers_takes_nothing_over() -> None:
    base = prepare(shipped("starter", 3))
    queues = base.scenario.spec.queues
    name, queue = next(iter(queues.items()))
    twice = queue.model_copy(update={"forecast": queue.forecast.model_copy(update={"factor": 2.0})})
    plan = base.scenario.with_spec(queues={**queues, name: twice})
    assert prepare(plan, like=base).contacts == pytest.approx(prepare(plan).contacts)
    assert prepare(plan, like=base).contacts > 1.2 * base.contacts


def ready(prepared: Prepared) -> Player:
    """A player that has played twice: from then on nothing is made that can be used again."""
    player = Player(prepared, "compiled")
    for number in (0, 1):
        player.replicate(number)
    return player


ONE_QUEUE = """
[center]
start = 2026-03-02
days = 1
[queues.calls]
channel = "phone"
forecast = { csv = "calls.csv" }
talk = { family = "lognormal", mean = "4min", cv = 1.0 }
wrap = { family = "exponential", mean = "45s" }
patience = { family = "exponential", mean = "5min" }
[groups.core]
seats = { csv = "seats.csv" }
skills = { calls = {} }
"""


def test_a_further_replication_of_a_day_takes_a_bounded_number_of_calls(tmp_path: Path) -> None:
    halves = [f"{half // 2:02}:{half % 2 * 30:02}" for half in range(48)]
    (tmp_path / "one.toml").write_text(ONE_QUEUE)
    (tmp_path / "calls.csv").write_text("weekday,start,contacts\n" + "".join(f"mon,{at},35\n" for at in halves))
    (tmp_path / "seats.csv").write_text("weekday,start,seats\n" + "".join(f"mon,{at},30\n" for at in halves))
    player = ready(prepare(load(tmp_path / "one.toml")))
    assert player.replicate(2).contacts > 1500
    assert calls(lambda: player.replicate(3)) < 900


def test_a_further_day_of_a_moving_workforce_takes_a_bounded_number_of_calls() -> None:
    short, longer = (ready(prepare(shipped("starter", days))) for days in (3, 4))
    a_day = calls(lambda: longer.replicate(2)) - calls(lambda: short.replicate(2))
    assert 200 < a_day < 1300


def test_a_week_of_the_roster_is_drawn_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by the day, nor by the replication: once for those who are there, and for whoever joins them."""
    drawn: list[tuple[range, int]] = []
    of_dates = Roster.of_dates

    def watched(self: Roster, days: range, who: NDArray[np.bool_]) -> Segments:
        drawn.append((days, int(who.sum())))
        return of_dates(self, days, who)

    prepared = prepare(shipped("starter", 14))
    monkeypatch.setattr(Roster, "of_dates", watched)
    player = Player(prepared, "simpy")
    player.replicate(0)
    assert {len(days) for days, _ in drawn} == {7}
    assert len({days for days, _ in drawn}) <= 4
    drawn.clear()
    player.replicate(0)
    assert not drawn


def test_a_plan_like_another_is_prepared_in_a_bounded_number_of_calls() -> None:
    base = prepare(shipped("starter", 7))
    plan = with_heads(base.scenario, 1)
    assert calls(lambda: prepare(plan, like=base)) < 7500
