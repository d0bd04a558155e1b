"""Seats that are fractions: by arithmetic, and on the floor."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shop
from hypothesis import given
from hypothesis import strategies as st
from test_workforce import world
from worlds import Silent

from sim.floor.tables.duties import fixed_duties, seats_by_interval
from sim.floor.tables.part_seats import changes_of_seats
from sim.floor.tables.records import SEAT_ON
from sim.observations import AVAILABLE
from sim.scenario.load import load
from sim.scenario.model import Scenario
from sim.study.prepared import prepare
from sim.study.replicate import DayByDay, open_floor
from sim.study.run import Entry, Options, run_study

HALF_HOUR = 1800.0


def changes(*seats: float, day: int = 0) -> list[tuple[float, int]]:
    """In half hours."""
    found = changes_of_seats(np.array(seats), np.full(len(seats), day), HALF_HOUR)
    return [(time / HALF_HOUR, there) for time, there in found]


def there_in(found: list[tuple[float, int]], intervals: int, length: float) -> list[float]:
    """Seconds of seats in each interval, added up by hand from the changes."""
    moments = [*found, (intervals * length, 0)]
    seconds = [0.0] * intervals
    for (since, seats), (until, _) in pairwise(moments):
        for number in range(intervals):
            seconds[number] += seats * max(0.0, min(until, (number + 1) * length) - max(since, number * length))
    return seconds


def test_a_half_between_equals_changes_sides_from_day_to_day() -> None:
    assert changes(3, 3.5, 3, 0) == [(0, 3), (1, 4), (1.5, 3), (3, 0)]
    assert changes(3, 3.5, 3, 0, day=1) == [(0, 3), (1.5, 4), (2, 3), (3, 0)]


def test_a_part_joins_its_neighbours() -> None:
    """On every day alike: towards more seats the fourth comes in the middle and stays, towards fewer it stays on."""
    for day in (0, 1):
        assert changes(3, 3.5, 4, 3.25, 3, 0, day=day) == [(0, 3), (1.5, 4), (3.25, 3), (5, 0)]
        assert changes(3, 3.5, 3.5, 3, 0, day=day) == [(0, 3), (1.5, 4), (2.5, 3), (4, 0)]
        assert changes(2.5, 3.5, 4, day=day) == [(0, 2), (0.5, 3), (1.5, 4)]


def test_a_day_of_halves_is_one_person_half_of_the_time() -> None:
    """Two halves in a row are one stay of half an hour: in twelve intervals six people come, and nobody twice in one."""
    found = changes(*[3.5] * 12, 0)
    assert [time for time, there in found if there == 4] == [0.5, 2.5, 4.5, 6.5, 8.5, 10.5]
    assert [time for time, there in found if there == 3][1:] == [1.5, 3.5, 5.5, 7.5, 9.5, 11.5]


@given(st.lists(st.integers(0, 24), min_size=1, max_size=40), st.integers(0, 1))
def test_every_interval_has_its_seats_times_its_length(quarters: list[int], day: int) -> None:
    """Exactly, and no other choice of sides has fewer who come and go."""
    seats = [quarter / 4 for quarter in quarters]
    found = changes_of_seats(np.array(seats), np.full(len(seats), day), HALF_HOUR)
    assert there_in(found, len(seats), HALF_HOUR) == [one * HALF_HOUR for one in seats]
    assert [time for time, _ in found] == sorted({time for time, _ in found}), "one change at a time, in order"
    moves = sum(abs(now - before) for (_, before), (_, now) in zip([(0.0, 0), *found], found, strict=False))
    assert moves == fewest_moves(seats)


def fewest_moves(seats: list[float]) -> int:
    """By trying both sides of every interval; the seats at its two ends are all that the next one needs to know."""
    cheapest = {0: 0}
    for one in seats:
        low, high = int(one), int(one) + (one > int(one))
        found: dict[int, int] = {}
        for before, cost in cheapest.items():
            for first, then in {(low, high), (high, low)}:
                total = cost + abs(first - before) + high - low
                found[then] = min(found.get(then, total), total)
        cheapest = found
    return min(cheapest.values())


@given(st.lists(st.integers(0, 5), min_size=1, max_size=30))
def test_whole_seats_come_and_go_at_the_starts_of_intervals(seats: list[int]) -> None:
    found = changes_of_seats(np.array(seats, float), np.zeros(len(seats), np.int64), HALF_HOUR)
    expected = [(n * HALF_HOUR, s) for n, s in enumerate(seats) if s != ([0, *seats][n])]
    assert found == expected


def desk(folder: Path, rows: str, days: int = 4) -> Scenario:
    (folder / "seats.csv").write_text(f"weekday,start,seats\n{rows}")
    return world(folder, '[groups.g]\nseats = { csv = "seats.csv" }\nskills = { q = {} }\n', days=days)


ROWS = "".join(
    f"{day},{start},{seats}\n"
    for day in ("mon", "tue", "wed", "thu")
    for start, seats in (("08:00", 2), ("08:30", 2.5), ("09:00", 2), ("09:30", 3.25), ("10:00", 3.75), ("10:30", 0.1))
)


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
def test_an_idle_floor_is_signed_on_for_just_the_seats(tmp_path: Path, engine: str) -> None:
    """Nobody calls, so nobody stays longer: 2 + 2.5 + 2 + 3.25 + 3.75 + 0.1 half hours each day, interval by interval."""
    prepared = prepare(desk(tmp_path, ROWS))
    assert len(prepared.agents.names) == 4, "whoever sits on a part of a seat is a person"
    signed_on = np.zeros(4 * 48)
    for observed in DayByDay(prepared, open_floor(prepared.setting, engine), 0).play():
        for row in observed.presence[observed.presence["activity"] == AVAILABLE]:
            for number in range(int(row["began"] // HALF_HOUR), int(np.ceil(row["ended"] / HALF_HOUR))):
                inside = min(row["ended"], (number + 1) * HALF_HOUR) - max(row["began"], number * HALF_HOUR)
                signed_on[number] += max(0.0, inside)
    # The one caller of the log comes on Monday at 08:00, and is answered for 100 seconds by somebody who is there.
    assert signed_on.tolist() == (seats_by_interval(prepared.scenario, "g") * HALF_HOUR).tolist()


def test_sides_change_over_the_days(tmp_path: Path) -> None:
    rows = fixed_duties(desk(tmp_path, ROWS)).rows
    came = rows["time"][(rows["what"] == SEAT_ON)]
    at_half_past_eight = [(float(time) / HALF_HOUR) % 48 for time in came if 17 <= (time / HALF_HOUR) % 48 < 18]
    assert at_half_past_eight == [17.0, 17.5, 17.0, 17.5]


def test_paid_are_the_seats_and_their_shrinkage(tmp_path: Path) -> None:
    """Four days of 13.6 half hours are 27.2 hours signed on; with a fifth of paid time elsewhere, 34 are paid."""
    desk(tmp_path, ROWS)
    path = tmp_path / "world.toml"
    path.write_text(path.read_text().replace('"seats.csv" }', '"seats.csv", shrinkage = 0.2 }'))
    scenario = load(path)
    (result,) = run_study([Entry(scenario, scenario)], Options(2, jobs=1, engine="simpy"), Silent()).results
    assert result.kpi("paid_hours").mean == pytest.approx(34.0)
    assert any(one.where == "groups.g.seats" for one in scenario.assumptions)


def test_a_busy_floor_is_the_same_under_both_calendars(tmp_path: Path) -> None:
    rows = "".join(
        f"{day},{start},{4.5 if n % 2 else 1.25}\n" for day in ("mon", "tue") for n, start in enumerate(shop.STARTS)
    )
    text = shop.but("heads = 9\nshifts = { early = 4, late = 5 }", 'seats = { csv = "seats.csv" }')
    files = {"orders.csv": shop.table("contacts", "40"), "seats.csv": f"weekday,start,seats\n{rows}"}
    prepared = prepare(load(shop.write(tmp_path, text, files)))
    played = [
        list(DayByDay(prepared, open_floor(prepared.setting, engine), 0).play()) for engine in ("simpy", "compiled")
    ]
    assert sum(len(observed.contacts) for observed in played[0]) > 200
    for one, other in zip(*played, strict=True):
        assert one.contacts.tobytes() == other.contacts.tobytes()
        assert one.presence.tobytes() == other.presence.tobytes()
