"""Rules of the floor against Markov chains: dropped work for anybody, callbacks behind the queue, random agents, seats
that are cut, and a beginning in the middle of things.

Power and tolerance as in `worlds.agree`: a standard error of at most 0.3 %, 1 % for what happens at one moment.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import theory
import theory_channels as exact_of
from scipy import stats
from test_theory_channels import NEVER, PATIENCE, SECONDS, calls_and_emails
from worlds import RARE, Calls, Staff, agree, close, play, write

from sim.demand.arrivals import Demand
from sim.demand.customers_of import lower_customers
from sim.luck import Luck, Stream
from sim.observations import ABANDONED, Table
from sim.scenario.load import load
from sim.study.prepared import prepare
from sim.study.replicate import DayByDay, open_floor

# ---------------------------------------------------------------- work that is dropped, and taken up by anybody


def taken_up_by_anybody(
    calls: float, call_service: float, impatience: float, emails: float, email_service: float, agents: int, room: int
) -> float:
    """Mean time from an e-mail's arrival to its reply: the agents whom calls leave free are never idle beside one.

    (calls there, e-mails there); pre-emptive resume, exponential.
    """

    def moves(state: tuple[int, int]) -> Iterator[tuple[float, tuple[int, int]]]:
        there, mails = state
        if there < room:
            yield calls, (there + 1, mails)
        if mails < room:
            yield emails, (there, mails + 1)
        leaving = min(there, agents) * call_service + max(there - agents, 0) * impatience
        yield leaving, (there - 1, mails)
        yield min(mails, max(agents - there, 0)) * email_service, (there, mails - 1)

    return exact_of.steady((0, 0), moves).mean(lambda s: s[1]) / emails


def test_taken_up_by_anybody_is_one_line_of_all_where_the_work_is_alike() -> None:
    """Calls and e-mails of the same law, nobody gives up: together they are M/M/n (Little's law)."""
    both, calls = (theory.erlang_c(rate, 0.2, 3).wait_mean * rate + rate / 0.2 for rate in (0.42, 0.30))
    assert taken_up_by_anybody(0.30, 0.2, 0.0, 0.12, 0.2, 3, 90) == pytest.approx((both - calls) / 0.12, rel=1e-6)


def test_dropped_emails_are_for_anybody(tmp_path: Path) -> None:
    """Three agents; beside the chain in which an e-mail waits for the agent who dropped it."""
    calls = Calls(3600 * 0.30, SECONDS.format(5) + PATIENCE.format(8))
    emails = Calls(3600 * 0.12, SECONDS.format(6), "back office")
    exact = taken_up_by_anybody(0.30, 0.2, 1.0 / 8.0, 0.12, 1.0 / 6.0, 3, 40)
    same_agent = exact_of.interrupted_team(0.30, 0.2, 1.0 / 8.0, 0.12, 1.0 / 6.0, 3, 12).response
    assert same_agent > 1.02 * exact
    capacity = 'capacity."back office" = { interrupted_by = ["phone"], resumed_by = "anybody" }'
    result = play(calls_and_emails(tmp_path, calls, emails, 3, capacity, days=9))
    agree(result, "asa_s", exact, scope="queue", name="mail")
    agree(result, "aht_s", 6.0, scope="queue", name="mail")
    agree(result, "effort_s", 6.0, scope="queue", name="mail")


# ---------------------------------------------------------------- callbacks behind the live queue


def called_back_behind(
    calls: float, service: float, impatience: float, agents: int, accept: float, keep_idle: int, room: int = 45
) -> tuple[float, float, float]:
    """(share who give up, share called back, mean wait of these); a callback is made while nobody waits on the line and
    `keep_idle` others are idle.

    (busy, waiting on the line, waiting for a call)
    """

    def moves(state: tuple[int, int, int]) -> Iterator[tuple[float, tuple[int, int, int]]]:
        busy, line, later = state
        if busy < agents:
            yield calls, (busy + 1, line, later)
        else:
            if line < room:
                yield calls * (1.0 - accept), (busy, line + 1, later)
            if later < room:
                yield calls * accept, (busy, line, later + 1)
        yield line * impatience, (busy, line - 1, later)
        if line:
            yield busy * service, (busy, line - 1, later)
        elif later and agents - busy >= keep_idle:
            yield busy * service, (busy, 0, later - 1)
        else:
            yield busy * service, (busy - 1, 0, later)

    chain = exact_of.steady((0, 0, 0), moves)
    accepted = accept * chain.mean(lambda s: s[0] == agents)
    gone = impatience * chain.mean(lambda s: s[1]) / calls
    return gone, accepted, chain.mean(lambda s: s[2]) / (calls * accepted)


@pytest.mark.parametrize(("keep_idle", "days"), [(0, 3), (1, 3)])
def test_callbacks_behind_the_queue_are_a_birth_and_death(tmp_path: Path, keep_idle: int, days: int) -> None:
    gone, accepted, wait = called_back_behind(0.5, 1.0 / 6.0, 1.0 / 8.0, 5, 0.5, keep_idle)
    callback = 'offer_above = { waiting = 0 }, accept = 0.5, answered = 1.0, when = "behind"'
    says = f"{SECONDS.format(6)}{PATIENCE.format(8)}callback = {{ {callback}, keep_idle = {keep_idle} }}"
    result = play(write(tmp_path, {"calls": Calls(1800, says)}, {"agents": Staff(5, "skills.calls = {}")}, days=days))
    agree(result, "abandon_rate", gone, power=RARE)
    agree(result, "callback_rate", accepted, power=RARE)
    agree(result, "callback_wait_s", wait, power=RARE)


# ---------------------------------------------------------------- a random agent


def test_a_random_agent_is_each_with_equal_chance(tmp_path: Path) -> None:
    """One quick agent and three slow ones in two groups: who is busy how much, where any idle one may be called."""
    route = '[[queues.calls.route]]\ngroups = ["quick", "slow"]\nchoose = "random"'
    says = f'{NEVER}balk = 1.0\ntalk = {{ family = "exponential", mean = "4s" }}\nbasis = "standard"\n{route}'
    groups = {"quick": Staff(1, "skills.calls = {}"), "slow": Staff(3, "skills.calls.speed = 0.4")}

    def moves(state: tuple[int, int]) -> Iterator[tuple[float, tuple[int, int]]]:
        quick, slow = state
        idle = (1 - quick) + (3 - slow)
        if quick == 0:
            yield 0.3 / idle, (1, slow)
        if slow < 3:
            yield 0.3 * (3 - slow) / idle, (quick, slow + 1)
        yield quick * 0.25, (0, slow)
        yield slow * 0.1, (quick, slow - 1)

    chain = exact_of.steady((0, 0), moves)
    result = play(write(tmp_path, {"calls": Calls(1080, says)}, groups, days=4))
    agree(result, "occupancy", chain.mean(lambda s: s[0]), scope="group", name="quick")
    agree(result, "occupancy", chain.mean(lambda s: s[1] / 3), scope="group", name="slow")
    agree(result, "balk_rate", chain.mean(lambda s: s == (1, 3)))


# ---------------------------------------------------------------- what happens at one moment

COPIES = 12
"""Queues with a group each, all alike: so many independent stories in one replication."""


def moments(path: Path, replications: int, value: Callable[[Table], float]) -> tuple[float, float]:
    """Mean and standard error, over copies and replications, of what the rows of a queue say."""
    prepared = prepare(load(path))
    told = []
    for replication in range(replications):
        loop = DayByDay(prepared, open_floor(prepared.setting, "compiled"), replication)
        rows = np.concatenate([day.contacts for day in loop.play()])
        told += [value(rows[rows["queue"] == q]) for q in range(COPIES)]
    return float(np.mean(told)), float(np.std(told, ddof=1) / math.sqrt(len(told)))


def copies(folder: Path, rate: float, seats: list[int], says: str, of_seats: str = "") -> Path:
    """Calls of a minute, in as many hours of one day as are given seats."""
    hourly = [3600 * rate] * len(seats) + [0.0] * (24 - len(seats))
    queues = {f"q{n}": Calls(hourly, f"{SECONDS.format(60)}{says}") for n in range(COPIES)}
    groups = {f"g{n}": Staff(seats + [seats[-1]] * (24 - len(seats)), f"skills.q{n} = {{}}") for n in range(COPIES)}
    path = write(folder, queues, groups, days=1)
    path.write_text(path.read_text().replace('-seats.csv" }', f'-seats.csv"{of_seats} }}'))
    return path


@pytest.mark.parametrize(("in_hand", "waiting"), [(4, 6), (2, 0)])
def test_a_beginning_in_the_middle_of_things_is_the_transient_chain(tmp_path: Path, in_hand: int, waiting: int) -> None:
    """M/M/4+M from so many on the phone and in line: who is there two minutes later."""
    rate, service, impatience, most, at = 0.05, 1.0 / 60.0, 1.0 / 90.0, 60, 120.0
    n = np.arange(most)
    down = np.minimum(n[1:], 4) * service + np.maximum(n[1:] - 4, 0) * impatience
    generator = theory._generator(most, [(n[:-1], n[1:], np.full(most - 1, rate)), (n[1:], n[:-1], down)])
    start = np.zeros(most)
    start[in_hand + waiting] = 1.0
    p, _ = theory.transient(generator, start, at)
    backlog = f'{{ contacts = {waiting}, in_hand = {in_hand}, oldest = "3min" }}'
    path = copies(tmp_path, rate, [4], f"{PATIENCE.format(90)}backlog_at_start = {backlog}\nbalk = 0.0")

    def there(rows: Table) -> float:
        return float(((rows["arrived"] <= at) & (rows["ended"] > at)).sum())

    mean, error = moments(path, 320, there)
    close("contacts there", mean, error, float((p * n).sum()), power=RARE)
    # Without those who were there it would be another number.
    start = np.zeros(most)
    start[0] = 1.0
    assert abs(float((theory.transient(generator, start, at)[0] * n).sum()) - mean) > 7 * error


@pytest.mark.parametrize("leave", ["first free", "named"])
def test_seats_that_are_cut_are_the_transient_chain_of_their_rule(tmp_path: Path, leave: str) -> None:
    """Five seats for an hour, then two: those who give up in the ten minutes after."""
    rate, service, impatience, most = 0.06, 1.0 / 60.0, 1.0 / 120.0, 40
    n = np.arange(most)
    down = np.minimum(n[1:], 5) * service + np.maximum(n[1:] - 5, 0) * impatience
    generator = theory._generator(most, [(n[:-1], n[1:], np.full(most - 1, rate)), (n[1:], n[:-1], down)])
    start = np.zeros(most)
    start[0] = 1.0
    before, _ = theory.transient(generator, start, 3600.0)
    cut: dict[tuple[int, int, int], float] = {}
    for there, p in enumerate(before.tolist()):
        busy, line = min(there, 5), max(there - 5, 0)
        for leavers in range(min(busy, 3) + 1):
            # Named beforehand, whoever is busy; else the idle leave first, and of the busy whoever is first to finish.
            share = float(stats.hypergeom.pmf(leavers, 5, 3, busy)) if leave == "named" else leavers == max(busy - 2, 0)
            if p * share > 0.0:
                state = (busy - leavers, leavers, line)
                cut[state] = cut.get(state, 0.0) + p * share

    def moves(state: tuple[int, int, int]) -> Iterator[tuple[float, tuple[int, int, int]]]:
        stay, leavers, line = state
        if stay < 2:
            yield rate, (stay + 1, leavers, line)
        elif line < most:
            yield rate, (stay, leavers, line + 1)
        yield line * impatience, (stay, leavers, line - 1)
        if leave == "named":
            yield leavers * service, (stay, leavers - 1, line)
            yield stay * service, (stay - (line == 0), leavers, line - (line > 0))
        elif leavers:
            yield (stay + leavers) * service, (stay, leavers - 1, line)
        else:
            yield stay * service, (stay - (line == 0), 0, line - (line > 0))

    states, of_cut = exact_of._explore(cut, moves)
    p = np.zeros(len(states))
    p[: len(cut)] = list(cut.values())
    _, over_time = theory.transient(of_cut, p, 600.0)
    exact = impatience * float(sum(seconds * state[2] for state, seconds in zip(states, over_time, strict=True)))
    path = copies(tmp_path, rate, [5, 2], PATIENCE.format(120), f', leave = "{leave}"')

    def gave_up(rows: Table) -> float:
        gone = rows["ended"][rows["outcome"] == ABANDONED]
        return float(((gone >= 3600.0) & (gone < 4200.0)).sum())

    mean, error = moments(path, 160, gave_up)
    close(f"gave up, {leave}", mean, error, exact, power=RARE)


@pytest.mark.parametrize("family", ["lognormal", "gamma"])
def test_who_has_waited_is_more_patient_than_others(tmp_path: Path, family: str) -> None:
    """P(more than y is left | waited w) = S(w + y) / S(w), each at 60 s and 120 s."""
    law = f'patience = {{ family = "{family}", mean = "90s", cv = 1.5 }}\n'
    path = write(tmp_path, {"calls": Calls(10, SECONDS.format(60) + law)}, {"g": Staff(1, "skills.calls = {}")}, days=1)
    demand = Demand(lower_customers(load(path), {"calls": 1.0}), Luck(1, 0))
    keys = Stream(1, 0, "a test").keys(0, np.arange(20_000))
    for waited in (60.0, 120.0):
        left = demand._laws_of[0].patience_left(keys, np.full(len(keys), waited))
        for more in (20.0, 200.0):
            cdf = theory.law_cdf(family, 90.0, 1.5, np.array([waited, waited + more]))  # type: ignore[arg-type]
            exact = float((1.0 - cdf[1]) / (1.0 - cdf[0]))
            assert (left > more).mean() == pytest.approx(exact, abs=3.5 * math.sqrt(exact * (1 - exact) / len(keys)))
