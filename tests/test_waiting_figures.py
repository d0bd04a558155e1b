"""Who waits, how many and how long, and whose time is idle: against the formulas that name them, and by hand."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest
import theory
from scipy import sparse
from worlds import RARE, Calls, Staff, agree, play, write

from sim import observations as obs
from sim.measures.folder import NO_CONTACTS, NO_PRESENCE, Folder
from sim.measures.folding_tables import lower_counting
from sim.measures.kpis import KPIS, LEVEL_SUMS, by_name, with_levels
from sim.measures.sums import OPEN_SUMS, QUEUE_SUMS, slots_of
from sim.measures.waiting import OpenHours, open_parts, open_seconds
from sim.scenario.load import load
from sim.study.result import PlanResult

HOUR = 3600.0
CASES = Path(__file__).parent / "cases"
EXPONENTIAL = 'talk = { family = "exponential", mean = "60s" }\n'


def one_queue(folder: Path, load_: float, seats: int, says: str, days: int) -> Path:
    calls = {"calls": Calls(60.0 * load_, EXPONENTIAL + says)}
    return write(folder, calls, {"agents": Staff(seats, "skills.calls = {}")}, days=days)


def test_who_waits_for_an_answer_is_erlang_c(tmp_path: Path) -> None:
    """Calls that never give up: the delay probability, Lq = λ Wq, and what the agents are not busy is idle."""
    load_, seats, days = 8.0, 10, 14
    exact = theory.erlang_c(load_ / 60.0, 1 / 60.0, seats)
    result = play(one_queue(tmp_path, load_, seats, 'patience = { family = "never" }', days))
    agree(result, "waited_share", exact.waited, power=0.006)
    agree(result, "waiting_mean", load_ / 60.0 * exact.wait_mean, power=2 * RARE)
    agree(result, "idle_hours", (seats - load_) * 24 * days, power=0.005)
    assert np.isnan(result.kpi("wait_abandoned_s").mean)
    _little(result)


def test_those_who_give_up_waited_as_long_as_erlang_a_says(tmp_path: Path) -> None:
    """Patience 40 s. Who finds n busy and k waiting faces n+kθ, n+(k−1)θ … n departures a minute: E[T; T < wait].

    The wait's transform L(s) given k is the product of r/(r+s) over these rates; E[T; T < V] is −G'(θ), G(s) =
    θ (1 − L(s))/s, by its difference quotient; over the share that gives up.
    """
    load_, seats, impatience = 10.0, 9, 1 / 40.0
    exact = theory.erlang_a(load_ / 60.0, 1 / 60.0, seats, impatience)
    result = play(one_queue(tmp_path, load_, seats, 'patience = { family = "exponential", mean = "40s" }', 14))
    agree(result, "waited_share", exact.waited)
    agree(result, "waiting_mean", load_ / 60.0 * exact.wait_mean, power=0.004)
    agree(result, "wait_abandoned_s", _wait_of_losses(load_ / 60.0, 1 / 60.0, seats, impatience), power=RARE)
    _little(result)


def _little(result: PlanResult) -> None:
    """On the very contacts that were played: the mean number is the arrivals per second × their mean wait."""
    sums = result.sums_of("queue", "calls")
    seconds = sums["open_s"]
    arrivals, wait = sums["offered"] / seconds, sums["wait"] / sums["offered"]
    assert sums["in_line"] / seconds == pytest.approx(arrivals * wait, rel=2e-3)


def _wait_of_losses(arrivals: float, service: float, seats: int, impatience: float, most: int = 400) -> float:
    states = np.arange(most)
    deaths = np.minimum(states, seats) * service + np.maximum(states - seats, 0) * impatience
    chance = np.cumprod(np.r_[1.0, arrivals / deaths[1:]])
    chance /= chance.sum()
    ahead = np.arange(most - seats)
    rates = seats * service + ahead * impatience

    def given_up(s: float) -> float:
        """Σ over who waits of θ ∫ e^(−s t) P(V > t) dt."""
        transform = np.cumprod(rates / (rates + s))
        return float((chance[seats:] * impatience * (1.0 - transform) / s).sum())

    step = impatience * 1e-4
    return (given_up(impatience - step) - given_up(impatience + step)) / (2 * step) / given_up(impatience)


def test_balkers_would_have_had_to_wait(tmp_path: Path) -> None:
    """A third of those who find everybody busy hang up at once: with them, as many as find everybody busy."""
    load_, seats = 9.0, 9
    says = 'patience = { family = "exponential", mean = "60s" }\nbalk = 0.3333333333'
    exact = theory.m_m_n(load_ / 60.0, 1 / 60.0, seats, impatience=1 / 60.0, balk=1 / 3)
    result = play(one_queue(tmp_path, load_, seats, says, 7))
    agree(result, "waited_share", exact.waited + exact.balked, power=0.004)


def test_a_day_that_falls_behind_leaves_its_line_to_midnight() -> None:
    """15.9 erlangs on 14 people from empty, by Kolmogorov's equations: 257 wait at the end, half of it on average.

    Nobody is lost: who is offered is answered, waits late, or came less than the limit before midnight.
    """
    arrivals, service, seats, most = 88.68 / HOUR, 1.0 / 646.0, 14, 900
    states = np.arange(most)
    up, down = np.full(most - 1, arrivals), np.minimum(states[1:], seats) * service
    rates = sparse.diags_array([up, down], offsets=[1, -1])
    generator = sparse.csr_array(rates - sparse.diags_array(np.asarray(rates.sum(axis=1)).ravel()))
    at_end, passed = theory.transient(generator, np.eye(1, most)[0], 24 * HOUR)
    line = np.maximum(states - seats, 0)
    result = play(CASES / "falls-behind.toml", replications=400)
    agree(result, "waiting_end", float(at_end @ line), power=0.015)
    agree(result, "waiting_mean", float(passed @ line) / (24 * HOUR), power=0.015)
    sums = result.sums_of("queue", "hotline")
    assert (sums["waiting"] == sums["offered"] + sums["open"] - sums["answered"]).all()
    assert (sums["offered"] - sums["answered"] - sums["abandoned"] == sums["waiting"] - sums["open"]).all()


def test_of_all_who_try_erlang_b_is_lost() -> None:
    """Three lines and three people at 1.5 erlangs: 13.43 % hear it engaged, and the rest are answered at once."""
    exact = theory.erlang_b(3, 1.5)
    assert exact == pytest.approx(0.1343, abs=5e-5)
    result = play(CASES / "three-lines.toml", replications=150)
    # Each day begins empty: a hundredth of its twelve hours is over before it is steady.
    told, tried = result.kpi("blocked_rate"), result.kpi("service_level_tried")
    error = tried.half_width / 1.976
    assert abs(tried.mean - (1.0 - exact)) <= 3.5 * error + 0.01 * exact
    assert error <= 0.003
    assert tried.mean == pytest.approx(1.0 - told.mean)
    assert (result.kpi("service_level").mean, result.kpi("waited_share").mean) == (1.0, 0.0)


# ---------------------------------------------------------------- by hand

WORLD = """
[center]
start = 2026-03-02
days = 2
interval = "30min"
open = { mon = "09:00-13:00", tue = "09:00-10:15" }
[queues.calls]
channel = "phone"
forecast = { replay = "calls.csv" }
talk = { family = "constant", mean = "100s" }
service_level = { target = 0.8, within = "20s", counting = "COUNTING" }
[queues.letters]
channel = "email"
open = { mon = "09:00-17:00" }
forecast = { replay = "calls.csv" }
talk = { family = "constant", mean = "100s" }
[groups.desk]
seats = { csv = "seats.csv" }
skills = { calls = {}, letters = {} }
[groups.back]
seats = { csv = "seats.csv" }
skills = { letters = {} }
"""


def folder_of(folder: Path, counting: str = "negative") -> Folder:
    (folder / "calls.csv").write_text("arrived\n2026-03-02 09:00:00\n")
    (folder / "seats.csv").write_text("weekday,start,seats\nmon,08:00,2\n")
    (folder / "world.toml").write_text(WORLD.replace("COUNTING", counting))
    scenario = load(folder / "world.toml")
    return Folder(lower_counting(scenario, slots_of(scenario), np.zeros(4, np.int64)))


def call(outcome: int, arrived: float, until: float, queue: int = 0) -> tuple[object, ...]:
    """A contact that is answered, or ends, at `until`; seconds after Monday 09:00."""
    at, answered = 9 * HOUR, outcome == obs.ANSWERED
    group = 0 if answered else -1
    row = obs.ContactRow(
        queue, arrived=at + arrived, agent=group, answered=at + until if answered else -1.0,
        hung_up=at + until + 100.0 * answered, ended=at + until + 100.0 * answered, outcome=outcome, group=group,
    )  # fmt: skip
    return astuple(row)


def test_who_had_to_wait_by_hand(tmp_path: Path) -> None:
    """Answered at once, after 10 s, after 40 s; gave up after 30 and 50 s; a balk; one waits still, one for a reply.

    Five of the seven callers waited or balked; another came at 12:59:30 and waited until 13:10, of which 30 s while it
    was open; that of a busy signal and the one out of hours are in no wait.
    """
    folder = folder_of(tmp_path)
    rows = [
        call(obs.ANSWERED, 0, 0), call(obs.ANSWERED, 5, 15), call(obs.ANSWERED, 5, 45),
        call(obs.ABANDONED, 10, 40), call(obs.ABANDONED, 10, 60), call(obs.BALKED, 20, 20),
        call(obs.ANSWERED, 4 * HOUR - 30, 4 * HOUR + 600), call(obs.WAITING, -10 * HOUR, 39 * HOUR),
        call(obs.WAITING, 24 * HOUR, 39 * HOUR), call(obs.WAITING, 100, 39 * HOUR, queue=1),
        call(obs.BLOCKED, 30, 30), call(obs.REFUSED, 30, 30),
    ]  # fmt: skip
    folder.fold(np.array(rows, obs.CONTACT_ROW), NO_PRESENCE)
    s = dict(zip(QUEUE_SUMS, folder.sums.queue_days[:, 0].sum(axis=0), strict=True))
    # One of the two who wait still came before the horizon, and is in no sum by arrival but this.
    assert s["waiting"] == 2
    assert (s["delayed"], s["offered"] + s["open"]) == (2 + 2 + 1 + 1 + 1, 8)
    assert (s["gave_up"], s["wait_gave_up"]) == (2, 80)
    # Tuesday's caller waits from the opening at 09:00 to 10:15.
    assert s["in_line"] == 10 + 40 + 30 + 50 + 30 + 1.25 * HOUR
    letters = dict(zip(QUEUE_SUMS, folder.sums.queue_days[:, 1].sum(axis=0), strict=True))
    assert (letters["waiting"], letters["delayed"], letters["in_line"]) == (0, 0, 0)


def test_opening_hours_of_several_queues(tmp_path: Path) -> None:
    folder_of(tmp_path)
    scenario = load(tmp_path / "world.toml")
    assert open_seconds(scenario, ["calls"]) == 5.25 * HOUR
    assert open_seconds(scenario, ["calls", "letters"]) == (8 + 1.25) * HOUR
    assert open_seconds(scenario, []) == 0.0
    assert OpenHours(scenario, "letters", "calls").between(np.array([12 * HOUR]), np.array([34 * HOUR])).tolist() == [
        6 * HOUR
    ]
    # The desk's hours are those of its calls, the back office's those of its letters; 10:00 to 10:30 is half open.
    parts = open_parts(scenario)
    assert parts[[17, 18, 25, 26, 48 + 20], 0].tolist() == [0.0, 1.0, 1.0, 0.0, 0.5]
    assert parts[[26, 33, 34], 1].tolist() == [1.0, 1.0, 0.0]


def test_staff_kept_on_dilutes_occupancy_and_not_that_of_opening_hours(tmp_path: Path) -> None:
    """One agent from 08:00 to 16:00 with contacts from 09:00 to 12:00 and 13:00 to 14:00: 4 of 8 h, 3 of the 4 open."""
    folder = folder_of(tmp_path)
    folder.fold(NO_CONTACTS, np.array([(0, 0, obs.AVAILABLE, 8 * HOUR, 16 * HOUR)], obs.PRESENCE_ROW))
    held = [(0, 0, obs.HELD + 1, 9 * HOUR, 12 * HOUR), (0, 0, obs.HELD + 1, 13 * HOUR, 14 * HOUR)]
    folder.fold(NO_CONTACTS, np.array(held, obs.PRESENCE_ROW))
    told = dict(zip(OPEN_SUMS, folder.sums.while_open[0] / HOUR, strict=True))
    assert told == {"handling_open": 3.0, "available_open": 4.0}


@pytest.mark.parametrize(("counting", "met"), [("negative", 2), ("positive", 3), ("ignore", 2), ("answered", 2)])
def test_of_all_who_tried_counts_everybody(tmp_path: Path, counting: str, met: int) -> None:
    """Two in time, one late, one gave up within the limit; a busy signal, two out of hours: of seven who tried."""
    folder = folder_of(tmp_path, counting)
    rows = [
        call(obs.ANSWERED, 0, 0), call(obs.ANSWERED, 5, 15), call(obs.ANSWERED, 5, 45), call(obs.ABANDONED, 10, 20),
        call(obs.BLOCKED, 30, 30), call(obs.REFUSED, 30, 30), call(obs.REFUSED, 31, 31),
    ]  # fmt: skip
    folder.fold(np.array(rows, obs.CONTACT_ROW), NO_PRESENCE)
    sums = with_levels(load(tmp_path / "world.toml"), folder.sums.queue_days).sum(axis=0)[0]
    s = by_name(LEVEL_SUMS, sums)
    [tried] = [kpi for kpi in KPIS if kpi.id == "service_level_tried"]
    assert float(tried.value(s)) == pytest.approx(met / 7)
