"""Drawing a day: plain and compiled to the same bits, without work in Python contact by contact, or tables in between."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from counted_calls import calls_of
from days_of_demand import center, constant, demand_of
from qualities_at_random import write_quality
from scenarios_at_random import write_scenario
from scipy import stats

from sim import kernels
from sim.compiled_kernels import COMPILED, CROWD, build
from sim.demand.arrivals import Demand
from sim.demand.customers_of import lower_customers
from sim.distributions import poisson_quantile
from sim.kernels import PLAIN, U64, Kernels
from sim.luck import Luck, Stream, uniforms
from sim.observations import LUCK, as_words, stacked, taken
from sim.scenario.load import load
from sim.scenario.model import Scenario

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15


@pytest.fixture
def using() -> Iterator[Callable[[Kernels], None]]:
    before = kernels.in_use()
    yield kernels.use
    kernels.use(before)


def by_hand(word: int) -> int:
    """SplitMix64's finaliser as published, in Python's whole numbers."""
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & MASK
    return word ^ (word >> 31)


@pytest.mark.parametrize("kind", [PLAIN, COMPILED])
def test_luck_is_the_published_hash_of_name_count_index_and_purpose(
    kind: Kernels, using: Callable[[Kernels], None]
) -> None:
    import hashlib

    using(kind)
    digest = hashlib.blake2b(b"7|3|queue/calls", digest_size=16).digest()
    first, second = (int.from_bytes(digest[at : at + 8], "little") for at in (0, 8))
    index = np.array([0, 1, 5, (1 << 47) + 3, -9])
    for counter in (0, 739_000):
        base = by_hand((first + counter * GOLDEN) & MASK)
        keys = [by_hand((base + number * GOLDEN) & MASK) ^ second for number in index.tolist()]
        drawn = Stream(7, 3, "queue/calls").keys(counter, index)
        assert drawn.tolist() == keys
        for purpose in (0, 2, 30_117):
            expected = [((by_hand((key + purpose * GOLDEN) & MASK) >> 11) + 0.5) / 2.0**53 for key in keys]
            assert uniforms(drawn, purpose).tolist() == expected


def moments(kind: str, count: int) -> Any:
    luck = np.random.default_rng(count)
    return {
        "anywhere": luck.random(count) * 86400.0,
        "alike": np.floor(luck.random(count) * count / 4),
        "all at once": np.full(count, 7.0),
        "crowded": np.concatenate([luck.random(count - count // 4), 1e6 + luck.random(count // 4)]),
        "in turn": np.arange(count, 0, -1.0),
    }[kind]


@pytest.mark.parametrize("kind", ["anywhere", "alike", "all at once", "crowded", "in turn"])
@pytest.mark.parametrize("count", [0, 1, 2, 5 * CROWD, 5000])
def test_both_kernels_sort_alike_and_leave_equals_in_their_order(kind: str, count: int) -> None:
    times = moments(kind, count)
    expected = sorted(range(count), key=lambda at: (times[at], at))
    assert COMPILED.order_of(times).tolist() == PLAIN.order_of(times).tolist() == expected


def test_both_kernels_write_the_same_rows() -> None:
    luck = np.random.default_rng(1)
    words = luck.integers(0, 1 << 60, (50, 6)).astype(U64)
    place, usual, fields = luck.permutation(50)[:30], np.arange(6).astype(U64), np.array([4, 1])
    values = luck.integers(0, 1 << 60, (2, 30)).astype(U64)
    written = [words.copy() for _ in range(3)]
    for kind, into in zip((PLAIN, COMPILED, build("bounds", boundscheck=True)), written, strict=True):
        kind.put(into, place, usual, fields, values)
    for at in range(50):
        row = words[at].tolist()
        if at in place:
            of = place.tolist().index(at)
            row = [0, int(values[1, of]), 2, 3, int(values[0, of]), 5]
        assert [into[at].tolist() for into in written] == [row] * 3


def all_tables(scenario: Scenario, most: float) -> list[bytes]:
    demand = Demand(lower_customers(scenario, dict.fromkeys(scenario.queues, 1.1)), Luck(3, 0))
    return [
        table.tobytes()
        for day in range(scenario.clock.days)
        for part in demand.parts(day, None, most)
        for table in (part.contacts, part.legs, part.follow_ups, *part.sessions.values())
    ]


@pytest.mark.parametrize("seed", range(12))
def test_a_day_is_drawn_alike_plain_and_compiled(seed: int, tmp_path: Path, using: Callable[[Kernels], None]) -> None:
    scenario = load((write_quality if seed % 2 else write_scenario)(seed, tmp_path))
    drawn = []
    for kind in (PLAIN, COMPILED):
        using(kind)
        drawn.append(all_tables(scenario, 60.0))
    assert drawn[0] == drawn[1]
    assert len(b"".join(drawn[0])) > 10_000


EVERYTHING = {
    "a": constant("100s", repeat={"share": 0.7, "attempts": 3}, redial={"share": 0.4})
    | {"transfer": {"b": {"share": 0.2}}},
    "b": {
        "talk": {"family": "lognormal", "mean": "4min", "cv": 1.1},
        "wrap": {"family": "gamma", "mean": "30s", "cv": 0.5},
    },
}


def busy(folder: Path, hourly: float) -> Scenario:
    folder.mkdir()
    return center(folder, {"a": hourly, "b": hourly}, EVERYTHING)


@pytest.mark.parametrize("kind", [PLAIN, COMPILED])
def test_no_call_is_made_contact_by_contact(kind: Kernels, tmp_path: Path, using: Callable[[Kernels], None]) -> None:
    """Four times the contacts, as many calls, but for a step more of a law's inverse: calls are counted, not timed."""
    using(kind)
    few, many = (demand_of(busy(tmp_path / str(hourly), hourly)) for hourly in (20.0, 80.0))
    for demand in (few, many):
        demand.day(1)
    made = [calls_of(lambda d=demand: d.day(0)) for demand in (few, many)]  # type: ignore[misc]
    sizes = [len(demand.day(0).contacts) for demand in (few, many)]
    assert sizes[1] - sizes[0] > 2500
    assert abs(sum(made[1].values()) - sum(made[0].values())) < 40


def test_a_day_is_written_once_into_the_floors_rows(tmp_path: Path, using: Callable[[Kernels], None]) -> None:
    """Contacts without a second row: beside the rows themselves, memory for keys, moments and places alone, not for a
    table of columns, which would be as large as the rows."""
    using(COMPILED)
    demand = demand_of(center(tmp_path, {"a": 4000.0}))
    demand.day(1)
    tracemalloc.start()
    today = demand.day(0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert today.contacts.dtype == today.legs.dtype == today.follow_ups.dtype == LUCK
    count = len(today.contacts)
    assert count > 90_000
    assert peak - today.contacts.nbytes < 0.5 * today.contacts.nbytes


@pytest.mark.parametrize("mean", [0.0, 1e-9, 0.02, 0.7, 3.0, 40.0, 350.0, 1e4, 3e6])
def test_poisson_counts_are_the_smallest_that_their_law_allows(mean: float) -> None:
    """As scipy's own statistics have them, an independent search of the same law."""
    u = np.concatenate([np.random.default_rng(2).random(300), [2.0**-54, 1e-9, 0.5, 1 - 1e-9, 1 - 2.0**-53]])
    found = poisson_quantile(u, np.full(len(u), mean))
    assert found.dtype == np.int64
    if mean == 0.0:
        assert not found.any()
        return
    assert (stats.poisson.cdf(found, mean) >= u).all()
    assert ((found == 0) | (stats.poisson.cdf(found - 1, mean) < u)).all()


def test_counts_of_intervals_keep_to_their_own() -> None:
    """Means of none among others, in any order: as each by itself."""
    mean = np.array([0.0, 5.0, 0.0, 80.0, 0.3])
    u = np.array([0.999, 0.3, 0.2, 0.8, 0.9])
    alone = [int(poisson_quantile(u[at : at + 1], mean[at : at + 1])[0]) for at in range(5)]
    assert poisson_quantile(u, mean).tolist() == alone
    assert alone[0] == alone[2] == 0


def test_rows_are_copied_whole() -> None:
    one, other = np.zeros(3, LUCK), np.zeros(2, LUCK)
    one["talk"], other["talk"], other["queue"] = [1.5, 2.5, 3.5], 7.25, 4
    both = stacked([one, other])
    assert both.tobytes() == np.concatenate([one, other]).tobytes()
    assert taken(both, np.array([4, 1])).tobytes() == both[[4, 1]].tobytes()
    assert taken(both, both["talk"] > 3.0).tobytes() == both[both["talk"] > 3.0].tobytes()
    assert stacked([one[:0], other[:0]]).dtype == LUCK
    one_copy = stacked([one])
    one_copy["talk"] = 0.0
    assert one["talk"].tolist() == [1.5, 2.5, 3.5]
    assert as_words(one).base is not None
