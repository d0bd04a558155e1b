"""Two calendars, one answer, where cases go on: random scenarios with haste, fatigue, escalation, repeats and redials."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from qualities_at_random import write_quality

from sim.demand.opening import open_seconds
from sim.floor.calendars.compiled import CompiledFloor
from sim.floor.calendars.simpy import SimpyFloor
from sim.floor.tables.engine import Engine, Observed
from sim.observations import ABANDONED, ANSWERED, BALKED, BLOCKED, CUT_OFF, IN_HAND, KEPT, SWARMED, WAITING, Table
from sim.scenario.load import load
from sim.scenario.model import Scenario
from sim.study.prepared import Prepared, prepare
from sim.study.replicate import DayByDay

SEEDS = range(40)
"""How many random scenarios a run plays; any number agrees, so try a thousand now and then."""


def days_of(prepared: Prepared, floor: Engine) -> list[Observed]:
    return list(DayByDay(prepared, floor, 0).play())


def as_bytes(days: list[Observed]) -> list[tuple[bytes, bytes]]:
    return [(day.contacts.tobytes(), day.presence.tobytes()) for day in days]


@pytest.mark.parametrize("seed", SEEDS)
def test_both_calendars_tell_the_same_true_story(seed: int, tmp_path: Path) -> None:
    prepared = prepare(load(write_quality(seed, tmp_path)))
    one = days_of(prepared, SimpyFloor(prepared.setting, careful=True))
    assert as_bytes(one) == as_bytes(days_of(prepared, CompiledFloor(prepared.setting)))
    rows = np.concatenate([day.contacts for day in one])
    for holds in (every_attempt_has_its_reason, cases_keep_their_limits, follow_ups_keep_hours, haste_is_fixed):
        holds(prepared.scenario, rows)


def test_cases_go_on_at_random(tmp_path: Path) -> None:
    """The random scenarios have what they are for: each kind of second attempt, escalation and haste happens."""
    seen: Counter[str] = Counter()
    for seed in range(20):
        folder = tmp_path / str(seed)
        folder.mkdir()
        prepared = prepare(load(write_quality(seed, folder)))
        rows = np.concatenate([day.contacts for day in days_of(prepared, CompiledFloor(prepared.setting))])
        seen["repeats"] += int(((rows["again"] >= 0) & (rows["outcome"] == ANSWERED)).sum())
        seen["redials"] += int(((rows["again"] >= 0) & (rows["outcome"] != ANSWERED)).sum())
        seen["third attempts"] += int((rows["attempt"] > 2).sum())
        seen["escalated"] += int((rows["transferred"] == SWARMED - 1).sum())
        seen["swarmed"] += int((rows["transferred"] == SWARMED).sum())
        seen["rushed or tired"] += int((rows["pace"] != 1.0).sum())
        seen["less care"] += int((rows["care"] < 1.0).sum())
        seen["beyond help"] += int((rows["resolved"] == -1).sum())
    assert all(count > 5 for count in seen.values()), seen


# ---------------------------------------------------------------- what must hold


def every_attempt_has_its_reason(scenario: Scenario, rows: Table) -> None:
    """A later attempt comes when an earlier row said so, one for one; cases keep their beginning and their customer."""
    said = rows[(rows["again"] >= 0.0) & (rows["again"] < scenario.clock.end)]
    came = rows[(rows["attempt"] > 1) & (rows["leg"] == 0)]
    names = ("case_began", "customer")
    due = Counter((row["again"], row["attempt"] + 1, *(row[name] for name in names)) for row in said)
    assert due == Counter((row["arrived"], row["attempt"], *(row[name] for name in names)) for row in came)
    assert (rows["case_began"][rows["attempt"] == 1] <= rows["arrived"][rows["attempt"] == 1]).all()


def cases_keep_their_limits(scenario: Scenario, rows: Table) -> None:
    """Only what is over, not resolved and not handed on is followed by another attempt."""
    goes_on = rows["again"] >= 0.0
    assert not goes_on[rows["resolved"] == 1].any()
    assert not goes_on[rows["transferred"] != KEPT].any()
    assert not goes_on[(rows["outcome"] == IN_HAND) | (rows["outcome"] == WAITING)].any()
    lost = np.isin(rows["outcome"], (ABANDONED, BALKED, BLOCKED, CUT_OFF))
    assert (rows["outcome"][goes_on & ~lost] == ANSWERED).all()
    limits = [
        again.attempts for queue in scenario.spec.queues.values() for again in (queue.repeat, queue.redial) if again
    ]
    assert rows["attempt"].max(initial=1) <= max(limits, default=1)


def follow_ups_keep_hours(scenario: Scenario, rows: Table) -> None:
    """Nobody comes again to a queue that is closed."""
    for q, name in enumerate(scenario.queues):
        if scenario.queue(name).accepts_at_all_hours:
            continue
        spans = [span for day in range(scenario.clock.days) for span in open_seconds(scenario, name, day)]
        came = rows["arrived"][(rows["queue"] == q) & (rows["attempt"] > 1) & (rows["leg"] == 0)]
        assert all(any(start <= at <= end for start, end in spans) for at in came.tolist())


def haste_is_fixed(scenario: Scenario, rows: Table) -> None:
    """Without fatigue a contact is handled at the usual pace or at that of the rush, and nobody else rushes."""
    groups = list(scenario.spec.groups.values())
    for number, group in enumerate(groups):
        if group.fatigue is None:
            allowed = {1.0} if group.pressure is None else {1.0, group.pressure.pace}
            assert set(rows["pace"][rows["group"] == number].tolist()) <= allowed
