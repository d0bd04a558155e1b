"""Two calendars, one answer: random scenarios played under both, and what must hold in any of them."""

from __future__ import annotations

import datetime as dt
import inspect
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest
from invariants import INVARIANTS, play
from qualities_at_random import write_quality
from scenarios_at_random import write_csv, write_scenario, write_toml

from sim.demand.arrivals import Demand
from sim.demand.customers_of import lower_customers
from sim.floor.calendars import compiled as calendar_compiled
from sim.floor.calendars.cache import floor_hash
from sim.floor.calendars.compiled import CompiledFloor, build_loop
from sim.floor.calendars.heap import TOP
from sim.floor.calendars.simpy import SimpyFloor
from sim.floor.rules.handlers import HANDLERS
from sim.floor.tables import records
from sim.luck import Luck
from sim.observations import Table
from sim.scenario.load import load, load_plans
from sim.scenario.model import Scenario
from sim.study.prepared import Prepared, prepare
from sim.study.replicate import DayByDay
from sim.study.result import PlanResult
from sim.study.run import Entry, Options, run_study

SEEDS = range(80)
"""How many random scenarios a run plays; any number agrees, so try a thousand now and then."""


def as_given(scenario: Scenario) -> Prepared:
    """Without calibration: work and resolution as the file says."""
    return prepare(scenario)


@pytest.mark.parametrize("seed", SEEDS)
def test_both_calendars_tell_the_same_true_story(seed: int, tmp_path: Path) -> None:
    prepared = as_given(load(write_scenario(seed, tmp_path)))
    one = play(prepared, SimpyFloor(prepared.setting, careful=True))
    other = play(prepared, CompiledFloor(prepared.setting))
    assert one.tables() == other.tables()
    assert one.events == other.events
    for holds in INVARIANTS:
        holds(one)


# ---------------------------------------------------------------- the compiled calendar's own promises


def test_the_random_scenarios_meet_every_event(tmp_path: Path) -> None:
    met: set[int] = set()

    class Watched(SimpyFloor):
        def schedule(self, when: float, what: int, who: int, stamp: int) -> None:
            met.add(what)
            super().schedule(when, what, who, stamp)

    for seed in range(20):
        folder = tmp_path / str(seed)
        folder.mkdir()
        prepared = as_given(load(write_quality(seed, folder)))
        list(DayByDay(prepared, Watched(prepared.setting), 0).play())
    assert met == set(range(len(HANDLERS)))


EVENTS = {
    "ARRIVE": "arrive", "ABANDON": "abandon", "OVERFLOW": "overflow", "HANG_UP": "hang_up", "FINISH": "finish",
    "DUTY": "duty", "RETURN": "return_from_break", "END_STAGE": "end_stage", "CALL_BACK": "call_back",
    "UNANSWERED": "unanswered", "HAND_OVER": "hand_over", "TAKE_DESK": "take_desk", "COME_AGAIN": "come_again",
}  # fmt: skip


def test_both_calendars_dispatch_alike() -> None:
    """An event constant names its rule, is its place in HANDLERS, and the compiled if-chain calls that rule."""
    assert [getattr(records, event) for event in EVENTS] == list(range(len(HANDLERS)))
    assert [handler.__name__ for handler in HANDLERS] == list(EVENTS.values())
    chain = inspect.getsource(build_loop)
    branches = dict(re.findall(r"if what == (\w+):\n +(\w+)\(floor, now, who, stamp\)", chain))
    otherwise = re.findall(r"else:\n +(\w+)\(floor, now, who, stamp\)", chain)
    assert len(otherwise) == 1
    (last,) = set(EVENTS) - set(branches)
    assert {**branches, last: otherwise[0]} == EVENTS
    for handler in HANDLERS:
        assert getattr(calendar_compiled, handler.__name__) is handler


def test_the_option_that_makes_the_loop_fast_still_works() -> None:
    """`_nrt=False` is private to numba; without it each call counts references, ten times slower."""
    way_round = (
        "numba no longer has its private option _nrt. The public way round: drop the option, pass the arrays' "
        "addresses, and rebuild the tuple inside the loop from owner-less views (numba.carray)"
    )
    assert calendar_compiled.LOOP.targetoptions["_nrt"] is False
    try:

        @numba.njit(_nrt=False)
        def allocates(count: int) -> int:
            return len(np.zeros(count))

    except KeyError:
        pytest.fail(way_round)
    with pytest.raises(numba.core.errors.TypingError):
        allocates(3)


def test_tables_may_grow_at_any_moment(tmp_path: Path) -> None:
    """Tables that start too small for a single event change nothing."""
    prepared = as_given(load(write_scenario(11, tmp_path)))
    room, tight = CompiledFloor(prepared.setting), CompiledFloor(prepared.setting)
    tight.floor = tight.floor._replace(
        contacts=tight.floor.contacts[:1],
        contact_stamp=tight.floor.contact_stamp[:1],
        calendar=tight.floor.calendar[: TOP + 1],
        contact_log=tight.floor.contact_log[:1],
        presence_log=tight.floor.presence_log[: 3 * len(prepared.setting.agents) + calendar_compiled.EVENTS_AT_ONCE],
    )
    one, other = play(prepared, room), play(prepared, tight)
    assert len(one.story.rows) > 100
    assert one.tables() == other.tables()
    assert one.events == other.events


@pytest.mark.long
def test_no_index_leaves_its_table(tmp_path: Path) -> None:
    """Out of range, the compiled loop would read rubbish in silence: this one looks, and compiles for ten seconds."""
    loop = build_loop(floor_hash(), boundscheck=True)
    for seed in SEEDS[::2]:
        folder = tmp_path / str(seed)
        folder.mkdir()
        prepared = as_given(load(write_quality(seed, folder)))
        looked, trusted = CompiledFloor(prepared.setting, loop), CompiledFloor(prepared.setting)
        assert played(prepared, looked) == played(prepared, trusted)


def played(prepared: Prepared, floor: CompiledFloor) -> list[tuple[bytes, bytes]]:
    days = DayByDay(prepared, floor, 0).play()
    return [(day.contacts.tobytes(), day.presence.tobytes()) for day in days]


# ---------------------------------------------------------------- the tables of a study


class Nobody:
    """Watches a study and says nothing."""

    def stage(self, text: str) -> None: ...

    def progress(self, plan: str, done: int, wanted: int) -> None: ...

    def kept(self, result: PlanResult, replication: int, rows: Table, stays: Table) -> None: ...


def study_bytes(base: Scenario, **options: Any) -> dict[str, bytes]:
    """Every figure of a study's only plan."""
    (result,) = run_study([Entry(base, base)], Options(replications=3, **options), Nobody()).results
    standard = result.calibration.standard
    figures: dict[str, Any] = {name: getattr(result, name) for name, row in result.families().items() if row.kept}
    assert figures["queue_totals"].size
    figures |= {
        "contacts": result.contacts,
        "work": list(standard.work.values()),
        "resolution": list(standard.resolution.values()),
    }
    return {name: np.asarray(figure).tobytes() for name, figure in figures.items()}


@pytest.mark.parametrize("seed", [5, 8, 23])
def test_a_study_tells_the_same_under_any_calendar_and_number_of_processes(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.study.calibration.calibrate.PILOT_CONTACTS", 2_000)
    base = load(write_scenario(seed, tmp_path))
    one = study_bytes(base, engine="simpy", jobs=1)
    assert one == study_bytes(base, engine="compiled", jobs=1)
    if seed == 5:
        assert one == study_bytes(base, engine="compiled", jobs=2)
        assert one != study_bytes(base, engine="compiled", jobs=1, seed=base.spec.run.seed + 1)


# ---------------------------------------------------------------- luck that nobody else's changes


def center(folder: Path, **changes: Any) -> Path:
    """Two queues, two groups, all kinds of luck; `changes` are further tables, such as plans."""
    law = {"family": "lognormal", "mean": "3min", "cv": 1.0}
    volumes = [("mon", f"{hour:02d}:00", 30) for hour in range(24)]
    queue = {
        "channel": "phone",
        "forecast": {"csv": write_csv(folder / "volumes.csv", "weekday,start,contacts", volumes)},
        "busyness": {"day_cv": 0.2, "interval_cv": 0.2},
        "talk": law,
        "hold": law,
        "wrap": law,
        "patience": law,
        "balk": 0.2,
        "route": [{"groups": ["east", "west"], "share": {"east": 0.5, "west": 0.5}}],
    }
    group = {"shifts": {"day": 6}, "skills": {"a": {}, "b": {}}, "talent": {"speed": 0.2}}
    tables: dict[str, Any] = {
        "center": {"start": dt.date(2026, 3, 2), "days": 1, "interval": "60min"},
        "queues": {"a": queue, "b": queue},
        "groups": {"east": group, "west": group},
        "shifts": {"day": {"hours": "06:00-22:00"}},
        "forecast_error": {"level_cv": 0.1, "aht_cv": 0.1},
        **changes,
    }
    return write_toml(folder / "center.toml", tables)


def customers(scenario: Scenario, queue: str) -> Table:
    """A queue's contacts of the first day, with all their luck but not their queue's number."""
    demand = Demand(lower_customers(scenario, dict.fromkeys(scenario.queues, 1.0)), Luck(scenario.spec.run.seed, 0))
    born = demand.day(0).contacts
    born = born[born["queue"] == scenario.queue(queue).number]
    return born[[name for name in born.dtype.names or () if name != "queue"]]


def test_another_queue_or_group_leaves_the_customers_alone(tmp_path: Path) -> None:
    knows_it: dict[str, Any] = {"skills": {"first": {}}}
    plans = {
        "queue": {"queues": {"first": {"like": "a"}}, "groups": {"east": knows_it, "west": knows_it}},
        "group": {"groups": {"north": {"like": "east"}}},
        "heads": {"groups": {"west": {"shifts": {"day": 9}}}},
    }
    base, *others = load_plans(center(tmp_path, plans=plans))
    for other in others:
        for queue in base.queues:
            assert np.array_equal(customers(base, queue), customers(other, queue)), f"{other.plan}, {queue}"
    with_group = as_given(others[1])
    assert np.array_equal(as_given(base).agents.speed, with_group.agents.speed[:12])


def test_a_queue_listed_first_leaves_the_customers_alone(tmp_path: Path) -> None:
    base = load(center(tmp_path))
    spec = base.spec.model_copy(update={"queues": dict(reversed(base.spec.queues.items()))})
    turned = replace(base, spec=spec)
    assert turned.queues == ["b", "a"]
    for queue in base.queues:
        assert np.array_equal(customers(base, queue), customers(turned, queue))


def test_more_demand_keeps_the_customers_and_adds_some(tmp_path: Path) -> None:
    plans = {"busy": {"queues": {"a": {"forecast": {"factor": "110%"}}}}}
    base, busy = load_plans(center(tmp_path, plans=plans))
    before, after = customers(base, "a"), customers(busy, "a")
    kept = np.isin(after["arrived"], before["arrived"])
    assert np.array_equal(after[kept], before)
    assert 0.05 < (len(after) - len(before)) / len(before) < 0.15
    assert np.array_equal(customers(base, "b"), customers(busy, "b"))


def test_replications_differ_and_repeat(tmp_path: Path) -> None:
    prepared = as_given(load(center(tmp_path)))
    one, again = play(prepared, CompiledFloor(prepared.setting)), play(prepared, CompiledFloor(prepared.setting))
    assert one.tables() == again.tables()
    other = list(DayByDay(prepared, CompiledFloor(prepared.setting), 1).play())
    assert other[0].contacts.tobytes() != one.days[0].contacts.tobytes()
