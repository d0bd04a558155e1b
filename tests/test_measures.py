"""Observations written by hand, and what must follow from them by arithmetic."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim import observations as obs
from sim.measures.costs import overtime_hours
from sim.measures.erlang_seats import seats_needed
from sim.measures.folder import NO_PRESENCE, Folder
from sim.measures.folding_tables import lower_counting
from sim.measures.kpis import LEVEL_SUMS, by_name, kpis_of, wait_quantile, with_levels
from sim.measures.seat_shares import pools_of, split_seats
from sim.measures.sums import GROUP_SUMS, WAIT_EDGES, slots_of, spread
from sim.scenario.load import load
from sim.scenario.model import Scenario
from sim.study.compare import verdict_of
from sim.study.prepared import prepare
from sim.study.replicate import replicate
from sim.study.statistics import Estimate, difference, estimate, figure

HEAD = """
[center]
start = 2026-03-02
days = 1
interval = "30min"
open = { mon-sun = "08:00-20:00" }
"""
QUEUE = """
channel = "phone"
forecast = { replay = "none-come.csv" }
talk = { family = "constant", mean = "100s" }
service_level = { target = 0.8, within = "20s", counting = "negative", short_abandon = "5s" }
"""


def world(folder: Path, text: str) -> Scenario:
    (folder / "none-come.csv").write_text("arrived\n2026-03-02 08:00:00\n")
    (folder / "seats.csv").write_text("weekday,start,seats\nmon,08:00,2\nmon,08:30,2\n")
    (folder / "world.toml").write_text(text)
    return load(folder / "world.toml")


@pytest.fixture
def one_queue(tmp_path: Path) -> Scenario:
    return world(
        tmp_path, f'{HEAD}[queues.q]{QUEUE}[groups.g]\nseats = {{ csv = "seats.csv" }}\nskills = {{ q = {{}} }}\n'
    )


def contact(
    outcome: int, arrived: float, answered: float = -1.0, hung_up: float = 0.0, ended: float = 0.0, resolved: int = 0
) -> tuple[Any, ...]:
    """A contact row, times in seconds after 08:00."""
    at = 8 * 3600.0
    group = 0 if answered >= 0 else -1
    return astuple(
        obs.ContactRow(
            arrived=at + arrived, agent=group, answered=at + answered if answered >= 0 else -1.0, on_hold=10.0,
            hung_up=at + hung_up, ended=at + ended, effort=ended - answered if answered >= 0 else 0.0,
            outcome=outcome, group=group, resolved=resolved,
        )
    )  # fmt: skip


ROWS = [
    contact(obs.ANSWERED, 0, 0, 100, 130, resolved=1),
    contact(obs.ANSWERED, 10, 30, 100, 110),
    contact(obs.ANSWERED, 50, 110, 400, 460, resolved=1),
    contact(obs.ABANDONED, 60, ended=64),
    contact(obs.ABANDONED, 60, ended=160),
    contact(obs.BALKED, 70, ended=70),
    contact(obs.BLOCKED, 80, ended=80),
    contact(obs.REFUSED, 90, ended=90),
]


def kpi_values(scenario: Scenario) -> dict[str, float]:
    folder = Folder(lower_counting(scenario, slots_of(scenario), np.zeros(2, np.int64)))
    folder.fold(np.array(ROWS, obs.CONTACT_ROW), NO_PRESENCE)
    sums = by_name(LEVEL_SUMS, with_levels(scenario, folder.sums.queue_days).sum(axis=(0, 1)))
    sums |= {"replications": np.array(1.0), "open_s": np.array(12 * 3600.0)}
    return {kpi.id: float(kpi.value(sums)) for kpi in kpis_of(scenario, "queue", "q")}


def test_six_offered_contacts_give_their_kpis(one_queue: Scenario) -> None:
    """Three answered after 0, 20 and 60 s; given up after 4 and 100 s; one balk; one blocked; one out of hours."""
    value = kpi_values(one_queue)
    expected = {
        "offered": 6, "answered": 3, "abandoned": 3, "blocked": 1, "out_of_hours": 1,
        "sl_negative": 2 / 6, "sl_positive": 3 / 6, "sl_ignore": 2 / 5, "sl_answered": 2 / 3, "sl_short_excluded": 2 / 5,
        "service_level": 2 / 6, "abandon_rate": 2 / 5, "balk_rate": 1 / 6, "blocked_rate": 1 / 7, "out_of_hours_rate": 1 / 8,
        "asa_s": 80 / 3, "wait_mean_s": (80 + 104) / 6,
        "aht_s": (130 + 80 + 350) / 3, "effort_s": (130 + 80 + 350) / 3, "talk_s": (90 + 60 + 280) / 3, "hold_s": 10, "wrap_s": (30 + 10 + 60) / 3,
        "fcr": 2 / 3, "resolution_rate": 2 / 7,
    }  # fmt: skip
    assert {name: value[name] for name in expected} == pytest.approx(expected)


def test_the_check_values_of_the_conventions() -> None:
    """S = 70, abandoned within the limit 10, O = 100: ignore 77.8 %, negative 70 %, positive 80 %."""
    from sim.measures.kpis import LEVELS

    s = {"within": 70.0, "offered": 100.0, "abandoned_within": 10.0, "answered": 85.0, "abandoned_short": 4.0}
    share = {name: met(s) / base(s) for name, (met, base) in LEVELS.items()}  # type: ignore[arg-type]
    assert share == pytest.approx(
        {"negative": 0.7, "positive": 0.8, "ignore": 70 / 90, "answered": 70 / 85, "short_excluded": 70 / 96}
    )


def test_a_contact_still_waiting_counts_once_its_limit_has_passed(one_queue: Scenario) -> None:
    folder = Folder(lower_counting(one_queue, slots_of(one_queue), np.zeros(2, np.int64)))
    rows = [contact(obs.WAITING, 0, ended=19), contact(obs.WAITING, 0, ended=20)]
    folder.fold(np.array(rows, obs.CONTACT_ROW), NO_PRESENCE)
    sums = by_name(LEVEL_SUMS, with_levels(one_queue, folder.sums.queue_days).sum(axis=(0, 1)))
    assert (sums["offered"], sums["waited"], sums["level_base"]) == (1, 0, 1)


def test_handling_belongs_to_the_clock_and_service_to_the_arrival(one_queue: Scenario) -> None:
    """A contact of 08:29 answered at once and handled for an hour fills 1, 30 and 29 minutes."""
    folder = Folder(lower_counting(one_queue, slots_of(one_queue), np.zeros(2, np.int64)))
    folder.fold(np.array([contact(obs.ANSWERED, 1740, 1740, 5340, 5340)], obs.CONTACT_ROW), NO_PRESENCE)
    handling = folder.sums.group_slots[16:19, 0, GROUP_SUMS.index("handling")]
    assert handling.tolist() == [60.0, 1800.0, 1740.0]
    assert folder.sums.queue_slots[16:19, 0, 0].tolist() == [1.0, 0.0, 0.0]


def test_spread_adds_up(one_queue: Scenario) -> None:
    start, end = np.array([100.0, 1800.0, 5000.0]), np.array([100.0, 3600.0, 9000.5])
    first, block = spread(one_queue.clock, 1, np.zeros(3, np.int64), start, end)
    assert first == 0
    assert block.sum() == (end - start).sum()
    assert block[1, 0] == 1800.0


def test_the_quantile_of_waits_interpolates_within_a_bin() -> None:
    """Half wait 0; the rest between 10 and 11 s: the 90th percentile lies four fifths into that bin."""
    bins = np.zeros(len(WAIT_EDGES) + 1)
    bins[0], bins[11] = 50, 50
    assert WAIT_EDGES[10:12].tolist() == [10.0, 11.0]
    assert float(wait_quantile(bins)) == pytest.approx(10.8)
    assert float(wait_quantile(bins, 0.3)) == 0.0


def test_jackknife_of_a_mean_is_the_t_interval() -> None:
    """For a plain mean the jackknife error is s/√n; t(0.975, 3) = 3.182446."""
    amounts = np.array([1.0, 2.0, 4.0, 9.0])
    found = estimate(lambda s: s["x"] / s["n"], {"x": amounts, "n": np.ones(4)})
    half = 3.182446305 * amounts.std(ddof=1) / 2
    assert (found.mean, found.low, found.high) == pytest.approx((4.0, 4.0 - half, 4.0 + half))


def test_pairing_is_exact_on_common_luck() -> None:
    """Every replication one better: the paired interval has no width, the unpaired one does."""
    base = {"x": np.array([1.0, 5.0, 9.0]), "n": np.ones(3)}
    plan = {"x": base["x"] + 1.0, "n": np.ones(3)}
    found, unpaired = difference(*(figure(lambda s: s["x"] / s["n"], sums) for sums in (plan, base)))
    assert found.mean == pytest.approx(1.0)
    assert found.half_width == pytest.approx(0.0, abs=1e-12)
    assert unpaired == pytest.approx(4.302652730 * 4.0 / np.sqrt(3) * np.sqrt(2))
    assert verdict_of(Estimate(1.0, 0.5, 1.5, 1.0), -1) == "worse"
    assert verdict_of(Estimate(1.0, -0.5, 2.5, 1.0), 1) == "unclear"


def test_requirement_of_a_table_book_case() -> None:
    """Erlang C by hand: 100 calls an hour of 180 s, no abandonment, 80 % in 20 s needs 8 agents (5 erlangs)."""
    need = seats_needed(np.array([100 / 3600]), np.array([180.0]), np.array([0.0]), 20.0, 0.0, "negative", 0.8)
    assert need.tolist() == [8.0]


def test_seats_follow_need_as_far_as_skills_allow() -> None:
    """Group A serves both queues, B the second alone: 4 and 2 seats against 3 and 3 needed leave 3 to each."""
    can = np.array([[True, True], [False, True]])
    split = split_seats(np.array([[3.0, 3.0]]), np.array([[4.0, 2.0]]), can)
    assert split.sum(axis=1)[0] == pytest.approx([3.0, 3.0], abs=1e-3)
    # With need only where B cannot help, B's seats are no use to it.
    split = split_seats(np.array([[6.0, 0.0]]), np.array([[4.0, 2.0]]), can)
    assert split.sum(axis=1)[0] == pytest.approx([4.0, 2.0], abs=1e-3)


def test_queues_pool_through_shared_agents(tmp_path: Path) -> None:
    queues = "".join(f"[queues.{q}]{QUEUE}" for q in "abc")
    skills = {"g": "a = {}, b = {}", "h": "b = {}", "i": "c = {}"}
    groups = "".join(f'[groups.{g}]\nseats = {{ csv = "seats.csv" }}\nskills = {{ {s} }}\n' for g, s in skills.items())
    assert pools_of(world(tmp_path, HEAD + queues + groups)) == [[0, 1], [2]]


PAID = (
    HEAD.replace("days = 1", "days = 7").replace('"08:00-20:00"', '"00:00-24:00"')
    + """
calendar = "here"
overtime_after = { day = "9h", week = "40h" }
pay = { night = { hours = "22:00-06:00", premium = "10%" }, weekend = "20%", holiday = "100%", overtime = "50%" }
[calendars.here]
holidays = [2026-03-04]
[costs]
load = 1.25
seat_per_hour = 2.0
"""
)


def test_wages_and_premiums_by_arithmetic(tmp_path: Path) -> None:
    """One agent, Monday to Saturday 20:00-06:00 with an unpaid half hour at midnight, at 20 an hour.

    57 paid hours: six shifts of 9.5 h. Night: 22-24 and 0:30-6, 7.5 h a shift, 45 h. Weekend: 6 h of Friday's shift
    less its half hour, and all 9.5 h of Saturday's: 15 h. Holiday (Wednesday): 5.5 h from Tuesday's shift, 4 of its own.
    Overtime: half an hour a day over 9 h, 3 h; then 54 normal hours, 14 over 40. Nobody calls.
    """
    text = PAID + f"[queues.q]{QUEUE}" + (
        '[groups.g]\nheads = 1\nshifts = { n = 1 }\nskills = { q = {} }\nwage = 20\n'
        '[shifts.n]\ndays = "mon-sat"\nhours = "20:00-06:00"\n'
        'breaks = [{ within = "00:00-00:30", length = "30min", paid = false }]\n'
    )  # fmt: skip
    scenario = world(tmp_path, text)
    prepared = prepare(scenario)
    costs = dict(zip(prepared.payroll.lines, replicate(prepared, 0, "simpy").costs, strict=True))
    expected = {
        "wages g": 57 * 20.0,
        "night premium": 45 * 2.0,
        "weekend premium": 15 * 4.0,
        "holiday premium": 9.5 * 20.0,
        "overtime premium": 17 * 10.0,
        "load": 0.25 * (1140 + 90 + 60 + 190 + 170),
        "seats": 57 * 2.0,
    }
    assert costs == pytest.approx(expected)


def test_overtime_counts_no_hour_twice(tmp_path: Path) -> None:
    scenario = world(
        tmp_path, PAID + f'[queues.q]{QUEUE}[groups.g]\nseats = {{ csv = "seats.csv" }}\nskills = {{ q = {{}} }}\n'
    )
    hours = np.array([[0.0, 10.0, 10.0, 10.0, 10.0, 0.0, 0.0, 0.0], [8.0] * 8])
    assert overtime_hours(scenario, hours).tolist() == [4.0, 16.0]
