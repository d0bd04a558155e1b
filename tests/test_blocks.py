"""A day of many contacts is drawn, played and folded in parts: the same numbers to the last byte, wherever it is cut."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from days_of_demand import HOUR, center, demand_of, only
from qualities_at_random import write_quality
from scenarios_at_random import write_csv, write_scenario, write_toml
from workforces_at_random import write_workforce

from sim.contact import DRAWN
from sim.demand.parts import cuts_of
from sim.scenario.load import load
from sim.scenario.model import Scenario
from sim.study.prepared import Prepared, prepare
from sim.study.replicate import DayByDay, Replication, open_floor, replicate

WHOLE = 10**9


def figures(one: Replication) -> dict[str, bytes]:
    """Every figure of a replication, its contact rows among them."""
    found: dict[str, Any] = {name: v for name, v in vars(one).items() if name not in ("floor_seconds", "lives")}
    found |= {f"sums.{name}": values for name, values in vars(found.pop("sums")).items()}
    found |= {f"lives.{name}": values for name, values in vars(one.lives).items()} if one.lives is not None else {}
    return {name: np.asarray(values).tobytes() for name, values in found.items() if values is not None}


def played(prepared: Prepared, engine: str, most: float, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    monkeypatch.setattr("sim.demand.arrivals.A_PART", most)
    return figures(replicate(prepared, 0, engine, keep_contacts=True))


@pytest.mark.parametrize("seed", range(0, 24, 6))
@pytest.mark.parametrize("write", [write_scenario, write_quality, write_workforce])
def test_parts_change_no_byte(write: Any, seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chats, callbacks, email over night, machines, transfers, repeats, customers with a memory, people who learn: as in
    one piece, whether a part has 300 contacts or 30."""
    prepared = prepare(load(write(seed, tmp_path)))
    whole = played(prepared, "compiled", WHOLE, monkeypatch)
    for engine, most in (("compiled", 30), ("simpy", 300)):
        assert played(prepared, engine, most, monkeypatch) == whole


def parts_of(scenario: Scenario, day: int, most: float) -> list[int]:
    """Contacts by part."""
    return [len(part.contacts["arrived"]) for part in demand_of(scenario).parts(day, most=most)]


def test_the_small_parts_were_parts_indeed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The day is cut, each part comes after the one before, and the floor sees as many parts as have contacts."""
    scenario = center(tmp_path, {"q": 50, "r": 20})
    counts = parts_of(scenario, 0, 100)
    assert len(counts) == 24
    assert sum(counts) == len(demand_of(scenario).day(0).contacts["arrived"])
    times = [part.contacts["arrived"] for part in demand_of(scenario).parts(0, most=100)]
    assert all(before.max() < after.min() for before, after in pairwise(times))
    monkeypatch.setattr("sim.demand.arrivals.A_PART", 100)
    prepared = prepare(scenario)
    loop = DayByDay(prepared, open_floor(prepared.setting, "simpy"), 0)
    told = [(loop.day, loop.day_is_over, len(seen.contacts)) for seen in loop.play()]
    assert [over for _, over, _ in told] == ([False] * 23 + [True]) * 2 + [True]
    assert [day for day, _, _ in told] == [0] * 24 + [1] * 24 + [2]


# ---------------------------------------------------------------- where a day is cut


def test_a_day_of_few_contacts_is_in_one_piece() -> None:
    assert cuts_of(np.full(24, 10.0), 48, 3600.0, 240.0) == [48 * 3600.0, 72 * 3600.0]


def test_cuts_fall_between_intervals() -> None:
    """Hours of 10, 20, 30, 40 contacts, at most 60 in a part: 10 + 20 + 30, then 40."""
    assert cuts_of(np.array([10.0, 20.0, 30.0, 40.0]), 0, 3600.0, 60.0) == [0.0, 3 * 3600.0, 4 * 3600.0]


def test_an_interval_that_is_too_much_by_itself_is_cut_in_equal_pieces() -> None:
    """An hour of 250 at 100 a part is cut after 20 and 40 minutes; what comes before and after it is apart."""
    cuts = cuts_of(np.array([50.0, 250.0, 0.0, 50.0]), 0, 3600.0, 100.0)
    assert cuts == pytest.approx([0.0, 3600.0, 4800.0, 6000.0, 7200.0, 4 * 3600.0])
    assert cuts_of(np.array([0.0, 250.0]), 0, 3600.0, 100.0) == pytest.approx([0.0, 3600.0, 4800.0, 6000.0, 7200.0])


def test_pieces_of_one_interval_together_are_its_contacts(tmp_path: Path) -> None:
    """A day that all comes within one hour; pieces that begin and end within it hold everybody once."""
    scenario = center(tmp_path, {"q": only(9, 900.0)})
    counts = parts_of(scenario, 0, 90)
    busy = [count for count in counts if count]
    assert sum(counts) == len(demand_of(scenario).day(0).contacts["arrived"])
    # Ten pieces of 90 by Poisson: 4 standard errors.
    assert len(busy) == 10
    assert all(abs(count - 90) < 4 * 90**0.5 for count in busy)


# ---------------------------------------------------------------- traps


def two_at_once(folder: Path) -> Scenario:
    """A log in which calls come at the same second to two queues, some of them on the hour."""
    moments = [f"2026-03-02 {hour:02d}:{minute:02d}:00" for hour in range(8, 12) for minute in (0, 0, 20, 20, 40, 59)]
    queue = {
        "channel": "phone",
        "fcr": 0.5,
        "talk": {"family": "exponential", "mean": "6min"},
        "patience": {"family": "constant", "mean": "10min"},
        "repeat": {"share": 0.9, "after": {"family": "constant", "mean": "20min"}, "attempts": 3},
        "forecast": {"replay": write_csv(folder / "log.csv", "arrived", [(moment,) for moment in moments])},
    }
    tables = {
        "center": {"start": dt.date(2026, 3, 2), "days": 2, "interval": "60min", "timezone": "UTC"},
        "queues": {"a": queue, "b": dict(queue)},
        "groups": {"g": {"heads": 3, "shifts": {"day": 3}, "skills": {"a": {}, "b": {}}, "wage": 20}},
        "shifts": {"day": {"hours": "08:00-12:00"}},
    }
    return load(write_toml(folder / "log.toml", tables))


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
def test_who_comes_at_the_same_moment_keeps_the_order(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Calls of two queues at the same second, on the edge of a part, beside roster and patience on the same second."""
    prepared = prepare(two_at_once(tmp_path))
    whole = played(prepared, engine, WHOLE, monkeypatch)
    for most in (13, 12, 5, 1):
        assert played(prepared, engine, most, monkeypatch) == whole


def with_a_machine(folder: Path) -> Scenario:
    """Two queues hand contacts on to a third, behind a bot that keeps some of them until after midnight."""
    bot = {
        "kind": "bot",
        "containment": 0.5,
        "session": {"family": "exponential", "mean": "2h"},
        "come_back": {"share": 0.5, "after": "9h"},
    }
    queues = {"chat": {"self_service": bot}, "a": {"deflect": {"chat": 0.4}}, "z": {"deflect": {"chat": 0.3}}}
    return center(folder, {"a": 30, "chat": 30, "z": 30}, queues, days=3)


def test_a_machine_hands_on_in_a_later_part_whom_it_met_in_an_earlier_one(tmp_path: Path) -> None:
    scenario = with_a_machine(tmp_path)
    whole, cut = demand_of(scenario), demand_of(scenario)
    for day in range(3):
        one, parts = whole.day(day), list(cut.parts(day, most=40))
        for name in set(DRAWN) - {"next_repeat", "next_redial", "first_leg"}:
            assert np.array_equal(one.contacts[name], np.concatenate([part.contacts[name] for part in parts])), name
        assert sum(len(part.sessions["queue"]) for part in parts) == len(one.sessions["queue"])
    # Days asked for out of turn are as in turn.
    late = list(demand_of(scenario).parts(2, most=40))
    assert np.array_equal(one.contacts["arrived"], np.concatenate([part.contacts["arrived"] for part in late]))


# ---------------------------------------------------------------- memory


def test_memory_does_not_follow_the_contacts_of_a_day(tmp_path: Path) -> None:
    """Eight times the contacts a day draw on the same memory: the largest part alone counts."""
    import tracemalloc

    def peak(an_hour: float) -> float:
        scenario = center(tmp_path, {"q": an_hour}, days=1)
        demand = demand_of(scenario)
        tracemalloc.start()
        for _ in demand.parts(0, most=4_000):
            pass
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return float(found)

    assert peak(8_000) < 1.25 * peak(1_000 * 4)


def test_memory_of_a_replication_does_not_follow_them_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four times the contacts a day, played and folded: under 1.3 times the memory, where it was four times as much."""
    import tracemalloc

    monkeypatch.setattr("sim.demand.arrivals.A_PART", 4_000)

    def peak(an_hour: float) -> float:
        staff = {"g": {"heads": 400, "shifts": {"day": 400}, "skills": {"q": {}}}}
        world = {"groups": staff, "shifts": {"day": {"hours": "00:00-16:00"}}}
        own = {"talk": {"family": "constant", "mean": "10s"}, "patience": {"family": "constant", "mean": "60s"}}
        prepared = prepare(center(tmp_path, {"q": an_hour}, {"q": own}, world, days=1))
        tracemalloc.start()
        replicate(prepared, 0, "compiled")
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return float(found)

    peak(1_000)
    assert peak(16_000) < 1.3 * peak(4_000)


def test_those_whom_a_machine_lets_go_at_the_same_moment_keep_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sessions that all end on the hour, whoever began them, and from whichever queue: hundreds of ties."""
    monkeypatch.setattr("sim.demand.self_service.grid_up", lambda times: np.ceil(times / HOUR) * HOUR)
    scenario = with_a_machine(tmp_path)
    whole, cut = demand_of(scenario), demand_of(scenario)
    for day in range(3):
        one, parts = whole.day(day).contacts, [part.contacts for part in cut.parts(day, most=17)]
        assert len(np.unique(one["arrived"])) < 0.9 * len(one["arrived"])
        for name in ("queue", "index", "talk"):
            assert np.array_equal(one[name], np.concatenate([part[name] for part in parts])), name
