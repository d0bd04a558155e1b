"""One queue and one group of seats against queueing theory.

Every world plays millions of contacts, so that the standard error is at most 0.3 % of the exact value (1 % for
rare events), and the simulation must lie within 3.5 of them. The center starts empty and is steady after a few mean
handle times, of which a replication plays ten thousand and more: that moves a mean by less than a tenth of an error.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import theory
from scipy.optimize import brentq
from worlds import RARE, Calls, Floats, Staff, agree, agree_of, play, write

MINUTE = 1.0 / 60.0
EXPONENTIAL = 'talk = { family = "exponential", mean = "60s" }\n'
PATIENT = 'patience = { family = "never" }\n'


def one_queue(
    folder: Path, load: float, seats: int, says: str, *, days: int = 14, center: str = "", per_minute: float = 1.0
) -> Path:
    """`load` × `per_minute` calls a minute, to a group whose agents are all alike."""
    calls = {"calls": Calls(60.0 * per_minute * load, says)}
    return write(folder, calls, {"agents": Staff(seats, "skills.calls = {}")}, days=days, center=center)


def share_waiting(s: dict[str, Floats]) -> Floats:
    return 1.0 - s["waits"][..., 0] / s["waits"].sum(axis=-1)


# ---------------------------------------------------------------- nobody waits, or everybody does


@pytest.mark.parametrize(
    "talk",
    [
        'talk = { family = "exponential", mean = "60s" }',
        'talk = { family = "lognormal", mean = "60s", cv = 1.4 }',
        'talk = { family = "constant", mean = "35s" }\nhold = { family = "gamma", mean = "25s", cv = 2 }',
    ],
    ids=["exponential", "lognormal", "constant and gamma"],
)
def test_lost_calls_are_erlang_b_whatever_the_law_of_work(tmp_path: Path, talk: str) -> None:
    """As many lines as seats: M/G/n/n, of which only the mean handle time matters (Sevastyanov 1957)."""
    exact = theory.erlang_b(10, 11.0)
    result = play(one_queue(tmp_path, 11.0, 10, talk, days=11, center="lines = 10"))
    agree(result, "blocked_rate", exact)
    agree(result, "occupancy", 1.1 * (1.0 - exact))
    assert result.kpi("wait_mean_s").mean == 0.0


def test_a_line_is_free_when_the_customer_hangs_up(tmp_path: Path) -> None:
    """Ten lines and agents enough for wrap as well: Erlang B of talk alone; wrap is work that blocks nobody."""
    says = """
        talk = { family = "lognormal", mean = "60s", cv = 1.0 }
        wrap = { family = "exponential", mean = "60s" }
        lines = 10"""
    exact = theory.erlang_b(10, 11.0)
    result = play(one_queue(tmp_path, 11.0, 60, says))
    agree(result, "blocked_rate", exact)
    agree(result, "occupancy", 22.0 * (1.0 - exact) / 60.0)
    agree(result, "aht_s", 120.0)
    assert result.kpi("wait_mean_s").mean == 0.0


def test_endless_patience_is_erlang_c(tmp_path: Path) -> None:
    """M/M/n: who waits, how long, and who is answered within 20 seconds."""
    exact = theory.erlang_c(10.0 * MINUTE, 10.0 * MINUTE, 2, 3.0)
    says = f'{PATIENT}talk = {{ family = "exponential", mean = "6s" }}\nservice_level.within = "3s"'
    result = play(one_queue(tmp_path, 1.0, 2, says, days=28, per_minute=10.0), 24)
    agree_of(result, "waited", share_waiting, exact.waited)
    agree(result, "wait_mean_s", exact.wait_mean)
    agree(result, "asa_s", exact.wait_mean)
    agree(result, "service_level", exact.answered_within)
    agree(result, "occupancy", 0.5)


def test_handle_times_without_spread_are_m_d_n(tmp_path: Path) -> None:
    """M/D/n (Crommelin 1932); talk, hold and wrap of fixed lengths add up to six seconds."""
    says = f"""{PATIENT}
        talk = {{ family = "constant", mean = "3s" }}
        hold = {{ family = "constant", mean = "1s" }}
        wrap = {{ family = "constant", mean = "2s" }}
        service_level.within = "1s\""""
    exact = theory.m_d_n(12.0 * MINUTE, 6.0, 2, 1.0)
    result = play(one_queue(tmp_path, 1.2, 2, says, days=14, per_minute=10.0))
    agree_of(result, "waited", share_waiting, exact.waited)
    agree(result, "wait_mean_s", exact.wait_mean)
    agree(result, "service_level", exact.answered_within)


def test_lognormal_handle_times_at_one_seat_are_m_g_1(tmp_path: Path) -> None:
    """Pollaczek and Khinchine: half of the waiting is caused by the spread of the handle time."""
    says = f'{PATIENT}talk = {{ family = "lognormal", mean = "6s", cv = 1.0 }}'
    result = play(one_queue(tmp_path, 0.5, 1, says, days=44, per_minute=10.0), 28)
    agree(result, "wait_mean_s", theory.m_g_1_wait(5.0 * MINUTE, 6.0, 1.0))
    agree_of(result, "waited", share_waiting, 0.5)


# ---------------------------------------------------------------- customers who give up


def test_impatience_is_erlang_a(tmp_path: Path) -> None:
    """M/M/n+M, and the five ways to count its service level, with T = 20 s and t0 = 5 s.

    The 90th percentile of waits is read from bins of a second, straight lines within: 0.01 s at most.
    """
    says = (
        EXPONENTIAL
        + """patience = { family = "exponential", mean = "60s" }
        service_level = { within = "20s", short_abandon = "5s", counting = "short_excluded" }"""
    )

    def erlang_a(within: float) -> theory.Delay:
        return theory.erlang_a(12.0 * MINUTE, MINUTE, 10, MINUTE, within)

    exact, short = erlang_a(20.0), erlang_a(5.0).abandoned_within
    levels = theory.service_levels(1.0, 1.0 - exact.abandoned, exact.answered_within, exact.abandoned_within, short)
    result = play(one_queue(tmp_path, 12.0, 10, says, days=21))
    agree_of(result, "waited", share_waiting, exact.waited)
    agree(result, "wait_mean_s", exact.wait_mean)
    agree(result, "asa_s", exact.wait_answered)
    agree(result, "occupancy", exact.occupancy)
    agree(result, "abandon_rate", (exact.abandoned - short) / (1.0 - short))
    for convention in ("negative", "positive", "ignore", "answered", "short_excluded"):
        agree(result, f"sl_{convention}", getattr(levels, convention))
    agree(result, "service_level", levels.short_excluded)

    def beyond(wait: float) -> float:
        delay = erlang_a(wait)
        return delay.answered_within + delay.abandoned_within - 0.9

    agree(result, "wait_p90_s", float(brentq(beyond, 1.0, 300.0)))


def constant(x: Floats) -> Floats:
    return (x < 20.0).astype(float)


def lognormal(x: Floats) -> Floats:
    return 1.0 - theory.law_cdf("lognormal", 60.0, 1.3, x)


def weibull(x: Floats) -> Floats:
    return 1.0 - theory.law_cdf("weibull", 60.0, 0.5, x)


@pytest.mark.parametrize(
    ("patience", "survival"),
    [
        ('{ family = "constant", mean = "20s" }', constant),
        ('{ family = "lognormal", mean = "60s", cv = 1.3 }', lognormal),
        ('{ family = "weibull", mean = "60s", cv = 0.5 }', weibull),
    ],
    ids=["constant", "lognormal", "weibull"],
)
def test_patience_of_any_law_is_m_m_n_g(tmp_path: Path, patience: str, survival: Callable[[Floats], Floats]) -> None:
    """M/M/n+G (Zeltyn and Mandelbaum 2005), constant patience included."""
    exact = theory.m_m_n_g(12.0 * MINUTE, MINUTE, 10, survival, 25.0, breaks=[20.0])
    says = f'{EXPONENTIAL}patience = {patience}\nservice_level.within = "25s"'
    result = play(one_queue(tmp_path, 12.0, 10, says, days=16))
    agree(result, "abandon_rate", exact.abandoned)
    agree(result, "wait_mean_s", exact.wait_mean)
    agree(result, "asa_s", exact.wait_answered)
    agree(result, "sl_negative", exact.answered_within)
    agree(result, "sl_positive", exact.answered_within + exact.abandoned_within)
    agree(result, "occupancy", exact.occupancy)


def test_balkers_leave_at_once_and_only_if_they_would_wait(tmp_path: Path) -> None:
    """Birth and death with arrivals thinned while all are busy; a balk is no success of any convention."""
    says = f'{EXPONENTIAL}balk = 0.3\npatience = {{ family = "exponential", mean = "60s" }}'
    exact = theory.m_m_n(12.0 * MINUTE, MINUTE, 10, impatience=MINUTE, balk=0.3, within=20.0)
    result = play(one_queue(tmp_path, 12.0, 10, says, days=20))
    agree(result, "balk_rate", exact.balked)
    agree(result, "abandon_rate", exact.abandoned)
    agree_of(result, "waited", share_waiting, exact.waited)
    agree(result, "wait_mean_s", exact.wait_mean)
    agree(result, "sl_negative", exact.answered_within)
    agree(result, "sl_positive", exact.answered_within + exact.abandoned_within)


def test_full_lines_turn_customers_away(tmp_path: Path) -> None:
    """M/M/n/K+M: ten agents and fourteen lines; who is blocked is not offered."""
    says = f'{EXPONENTIAL}patience = {{ family = "exponential", mean = "60s" }}\nlines = 14'
    exact = theory.m_m_n(12.0 * MINUTE, MINUTE, 10, impatience=MINUTE, places=14, within=10.0)
    result = play(one_queue(tmp_path, 12.0, 10, says + '\nservice_level.within = "10s"', days=21))
    agree(result, "blocked_rate", exact.blocked)
    agree(result, "abandon_rate", exact.abandoned)
    agree(result, "wait_mean_s", exact.wait_mean)
    agree(result, "service_level", exact.answered_within)
    agree(result, "occupancy", exact.occupancy)


def test_a_good_center_loses_one_call_in_a_hundred(tmp_path: Path) -> None:
    """Erlang A where giving up is rare: the standard error is at most 1 %."""
    says = f'{EXPONENTIAL}patience = {{ family = "exponential", mean = "60s" }}'
    exact = theory.erlang_a(20.0 * MINUTE, MINUTE, 26, MINUTE, 20.0)
    result = play(one_queue(tmp_path, 20.0, 26, says, days=9))
    agree(result, "abandon_rate", exact.abandoned, power=RARE)
    agree(result, "wait_mean_s", exact.wait_mean, power=RARE)
    agree(result, "service_level", exact.answered_within)
    assert np.isclose(exact.abandoned, 0.02, atol=0.01)
