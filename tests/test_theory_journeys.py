"""Journeys of a contact against queueing theory: promised a call, told the wait, met by a machine, handed on.

Power and tolerance as in `worlds.agree`: a standard error of at most 0.3 %, and within 3.5 of them.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import theory
import theory_channels as exact_of
from worlds import POWER, RARE, Calls, Staff, agree, play, write

STANDARD = 'basis = "standard"\n'
SIX_SECONDS = f'{STANDARD}talk = {{ family = "exponential", mean = "6s" }}\n'
TEN_SECONDS = 'patience = { family = "exponential", mean = "10s" }\n'
NEVER = 'patience = { family = "never" }\n'
RATE = 1.0 / 6.0


def one_queue(folder: Path, per_second: float, agents: int, says: str, days: int, more: str = "") -> Path:
    """Six seconds of exponential work on average, if `says` does not say otherwise."""
    calls = Calls(3600.0 * per_second, says if "talk" in says else SIX_SECONDS + says)
    return write(folder, {"calls": calls}, {"agents": Staff(agents, "skills.calls = {}")}, days=days, more=more)


# ---------------------------------------------------------------- the formulas themselves


def test_a_line_with_promises_is_the_textbooks_where_they_meet() -> None:
    """Nobody promised: Erlang A. Everybody offered alike: a law of patience with a share who never leave."""
    plain = exact_of.promises(0.2, 0.1, 2, 0.1, lambda _: (1.0, 0.0), within=3.0)
    erlang_a = theory.erlang_a(0.2, 0.1, 2, 0.1, 3.0)
    assert plain.abandoned == pytest.approx(erlang_a.abandoned, rel=1e-6)
    assert plain.answered_within == pytest.approx(erlang_a.answered_within, rel=1e-6)
    some = exact_of.promises(0.12, 0.1, 2, 0.1, lambda _: (0.6, 0.4), within=3.0, room=13)
    law = theory.m_m_n_g(0.12, 0.1, 2, lambda x: 0.4 + 0.6 * np.exp(-0.1 * x), 3.0)
    for name in ("abandoned", "waited", "wait_mean", "answered_within"):
        assert getattr(some, name) == pytest.approx(getattr(law, name), rel=1e-5), name
    reached = exact_of.callbacks_at_one_agent(0.1, 6.0, 72.0, 1.0, 25.0)
    assert reached.wait_mean == pytest.approx(theory.m_g_1_wait(0.1, 6.0, 1.0), rel=1e-12)


def test_journeys_are_the_textbooks_where_they_meet() -> None:
    """Hardly any hand-over, hardly any overflow: Erlang C and Erlang A; a loop by hand."""
    warm = exact_of.warm_transfers(0.25, 0.1, 3, 1e-9, 0.1)
    assert warm.wait_mean == pytest.approx(theory.erlang_c(0.25, 0.1, 3).wait_mean, rel=1e-6)
    late = exact_of.overflow_after(1.1, 0.1, 10, 0.1, 300.0, 3.0)
    assert late.abandoned == pytest.approx(theory.erlang_a(1.1, 0.1, 10, 0.1).abandoned, rel=1e-6)
    assert exact_of.jackson([1.0, 0.0], [[0.0, 0.5], [0.4, 0.0]], 4) == pytest.approx([1.0 + 0.2 + 0.04, 0.5 + 0.1])


# ---------------------------------------------------------------- callbacks


def test_a_callback_offered_to_all_who_wait_is_patience_without_end(tmp_path: Path) -> None:
    """Virtual hold: who accepts waits for ever. M/M/n+G with a law of patience that has mass at infinity."""
    accept = 0.25

    def survival(x: theory.Array) -> theory.Array:
        return np.asarray(accept + (1.0 - accept) * np.exp(-x / 10.0))

    exact = theory.m_m_n_g(1.9, RATE, 10, survival, 2.0)
    says = f"""{TEN_SECONDS}service_level.within = "2s"
        callback = {{ offer_above = {{ waiting = 0 }}, accept = {accept}, answered = 1.0 }}"""
    result = play(one_queue(tmp_path, 1.9, 10, says, days=3), 16)
    agree(result, "callback_rate", accept * exact.waited)
    agree(result, "abandon_rate", exact.abandoned)
    agree(result, "service_level", exact.answered_within)
    agree(result, "wait_mean_s", exact.wait_mean)
    agree(result, "asa_s", exact.wait_answered)
    agree(result, "occupancy", exact.occupancy)


def test_a_callback_offered_above_a_length_of_the_line_is_its_chain(tmp_path: Path) -> None:
    """Two agents; whoever would be third in line or later is offered a call in turn, and some of them accept."""
    exact = exact_of.promises(
        0.3, RATE, 2, 0.1, lambda place: (0.7, 0.3) if place > 2 else (1.0, 0.0), within=4.0, room=13
    )
    assert exact.lost < 1e-4
    says = f"""{TEN_SECONDS}service_level.within = "4s"
        callback = {{ offer_above = {{ waiting = 2 }}, accept = 0.3, answered = 1.0 }}"""
    result = play(one_queue(tmp_path, 0.3, 2, says, days=9), 20)
    agree(result, "callback_rate", exact.promised)
    agree(result, "callback_wait_s", exact.wait_promised)
    agree(result, "callback_promised_s", 6.0 / 2.0 * exact.place_promised)
    agree(result, "abandon_rate", exact.abandoned)
    agree(result, "service_level", exact.answered_within)
    agree(result, "wait_mean_s", exact.wait_mean)
    agree(result, "occupancy", exact.occupancy)


def test_a_callback_that_nobody_answers_costs_its_ring(tmp_path: Path) -> None:
    """One agent and one attempt: M/G/1 with exceptional first service; not reached is neither answered nor abandoned."""
    exact = exact_of.callbacks_at_one_agent(0.08, 6.0, 72.0, 0.7, 4.0)
    says = NEVER + (
        'callback = { offer_above = { waiting = 0 }, accept = 1.0, answered = 0.7, ring = "4s", attempts = 1 }'
    )
    result = play(one_queue(tmp_path, 0.08, 1, says, days=28), 24)
    agree(result, "asa_s", exact.wait_answered)
    agree(result, "callback_rate", exact.called)
    agree(result, "callback_reached", 0.7)
    agree(result, "answered", exact.answered * 0.08 * result.scenario.clock.end)
    agree(result, "occupancy", exact.occupancy)
    assert result.kpi("abandon_rate").mean == 0.0


# ---------------------------------------------------------------- announcements


def test_who_hears_a_wait_beyond_their_patience_leaves(tmp_path: Path) -> None:
    """State-dependent balking: exp(-place × 6 s ÷ 2 agents ÷ 10 s) stay, and then for ever."""
    exact = exact_of.promises(0.4, RATE, 2, 0.1, lambda place: (0.0, math.exp(-0.3 * place)), within=2.0, room=40)
    says = TEN_SECONDS + 'service_level.within = "2s"\nannounce = { patience_factor = 1e9 }'
    result = play(one_queue(tmp_path, 0.4, 2, says, days=8), 16)
    agree(result, "balk_rate", exact.balked)
    agree(result, "abandon_rate", exact.balked)
    agree(result, "service_level", exact.answered_within)
    agree(result, "wait_mean_s", exact.wait_mean)
    agree(result, "occupancy", exact.occupancy)


def test_short_waits_are_not_told(tmp_path: Path) -> None:
    """Only from the third in line on is the wait above 8 s: the first two wait as impatient as they came."""

    def joins(place: int) -> tuple[float, float]:
        return (1.0, 0.0) if place <= 2 else (0.0, math.exp(-0.3 * place))

    exact = exact_of.promises(0.4, RATE, 2, 0.1, joins, within=4.0, room=12)
    assert exact.lost < 1e-4
    says = TEN_SECONDS + 'service_level.within = "4s"\nannounce = { above = "8s", patience_factor = 1e9 }'
    result = play(one_queue(tmp_path, 0.4, 2, says, days=8), 16)
    agree(result, "balk_rate", exact.balked)
    agree(result, "abandon_rate", exact.abandoned)
    agree(result, "service_level", exact.answered_within)
    agree(result, "wait_mean_s", exact.wait_mean)


def test_who_is_told_and_stays_waits_longer(tmp_path: Path) -> None:
    """Nobody is put off, and everybody is told: Erlang A with 2.5 times the patience."""
    exact = theory.erlang_a(2.0, RATE, 10, 1.0 / 25.0)
    says = TEN_SECONDS + "announce = { tolerance = 1e12, patience_factor = 2.5 }"
    result = play(one_queue(tmp_path, 2.0, 10, says, days=2), 16)
    assert result.kpi("balk_rate").mean == pytest.approx(0.0, abs=1e-5)
    agree(result, "abandon_rate", exact.abandoned)
    agree(result, "wait_mean_s", exact.wait_mean)


# ---------------------------------------------------------------- self-service


@pytest.mark.parametrize(("enter", "back", "saved"), [(4.0, 0.0, 0.25), (2.5, 0.3, 0.0)])
def test_a_machine_in_front_thins_the_stream(tmp_path: Path, enter: float, back: float, saved: float) -> None:
    """A Poisson stream, thinned and delayed, is one still: Erlang A with what the machine does not contain."""
    contained = 0.4
    reach = enter * (1.0 - contained * (1.0 - back))
    exact = theory.erlang_a(reach, RATE / (1.0 - saved), 10, 0.1, 2.0)
    says = f"""{TEN_SECONDS}service_level.within = "2s"
        [queues.calls.self_service]
        containment = {contained}
        session = {{ family = "exponential", mean = "45s" }}
        work_saved = {saved}
        come_back = {{ share = {back}, after = "2min" }}"""
    result = play(one_queue(tmp_path, enter, 10, says, days=2), 16)
    end = result.scenario.clock.end
    agree(result, "self_service_sessions", enter * end)
    agree(result, "self_service_minutes", enter * end * 45.0 / 60.0)
    agree(result, "containment_rate", contained)
    agree(result, "offered", reach * end)
    agree(result, "abandon_rate", exact.abandoned)
    agree(result, "service_level", exact.answered_within)
    agree(result, "wait_mean_s", exact.wait_mean)
    agree(result, "aht_s", 6.0 * (1.0 - saved))
    agree(result, "occupancy", exact.occupancy)


# ---------------------------------------------------------------- transfers


def departments(
    folder: Path, outside: dict[str, float], agents: dict[str, int], transfer: dict[str, str], days: int
) -> Path:
    """A queue and a group of its own per department, where nobody gives up; `transfer` says where contacts go on to."""
    queues = {
        name: Calls(3600.0 * rate, SIX_SECONDS + NEVER + transfer.get(name, ""), contains="first contacts")
        for name, rate in outside.items()
    }
    groups = {f"{name}-team": Staff(count, f"skills.{name} = {{}}") for name, count in agents.items()}
    return write(folder, queues, groups, days=days)


@pytest.mark.long
def test_cold_transfers_onward_are_jackson(tmp_path: Path) -> None:
    """Each department is Erlang C at its own rate; the center counts who came, once."""
    outside, agents = {"desk": 0.07, "claims": 0.035, "law": 0.0}, {"desk": 1, "claims": 1, "law": 1}
    rates = exact_of.jackson([0.07, 0.035, 0.0], [[0.0, 0.4, 0.5], [0.0, 0.0, 0.5], [0.0, 0.0, 0.0]], 4)
    transfer = {"desk": "transfer.claims.share = 0.4\ntransfer.law.share = 0.5", "claims": "transfer.law.share = 0.5"}
    result = play(departments(tmp_path, outside, agents, transfer, days=28), 20)
    end = result.scenario.clock.end
    for (queue, servers), rate in zip(agents.items(), rates, strict=True):
        exact = theory.erlang_c(rate, RATE, servers, 20.0)
        agree(result, "offered", rate * end, scope="queue", name=queue)
        agree(result, "asa_s", exact.wait_mean, scope="queue", name=queue)
        agree(result, "service_level", exact.answered_within, scope="queue", name=queue)
        agree(result, "occupancy", 6.0 * rate / servers, scope="group", name=f"{queue}-team")
    agree(result, "offered", 0.105 * end)
    agree(result, "transfer_rate", 0.9, scope="queue", name="desk")
    agree(result, "transfer_rate", 0.5, scope="queue", name="claims")


@pytest.mark.long
def test_contacts_sent_to_and_fro_move_on_four_times_at_most(tmp_path: Path) -> None:
    """Two departments that send half of everything to each other: Kelly's network, with legs as classes."""
    outside, agents = {"sales": 0.035, "help": 0.025}, {"sales": 1, "help": 1}
    rates = exact_of.jackson([0.035, 0.025], [[0.0, 0.5], [0.6, 0.0]], 4)
    transfer = {"sales": "transfer.help.share = 0.5", "help": "transfer.sales.share = 0.6"}
    result = play(departments(tmp_path, outside, agents, transfer, days=28), 28)
    for (queue, servers), rate in zip(agents.items(), rates, strict=True):
        exact = theory.erlang_c(rate, RATE, servers)
        agree(result, "offered", rate * result.scenario.clock.end, scope="queue", name=queue)
        agree(result, "asa_s", exact.wait_mean, scope="queue", name=queue)


def test_a_forecast_contains_what_other_queues_send(tmp_path: Path) -> None:
    """Observed volumes: what comes by itself is less, so that each queue gets what its forecast says; 400 an hour go
    from the first to the second, 400 from there to the third. Pilot runs tell the volumes to about a percent."""
    sends = {"desk": "transfer.claims.share = 0.4", "claims": "transfer.law.share = 0.5"}
    hourly = {"desk": 1000, "claims": 800, "law": 600}
    queues = {name: Calls(calls, SIX_SECONDS + NEVER + sends.get(name, "")) for name, calls in hourly.items()}
    everybody = Staff(10, "skills = { desk = {}, claims = {}, law = {} }")
    result = play(write(tmp_path, queues, {"agents": everybody}), 4)
    for name, calls in hourly.items():
        assert result.kpi("offered", "queue", name).mean == pytest.approx(calls * 168, rel=0.01), name


@pytest.mark.long
def test_a_warm_hand_over_keeps_the_first_agent(tmp_path: Path) -> None:
    """One agent, nobody waits at the second desk: M/G/1 of talk, and of the hand-over for those who go on."""
    share, handover = 0.4, 2.5
    transfer = {"desk": f'transfer.law = {{ share = {share}, kind = "warm", handover = "{handover}s" }}'}
    path = departments(tmp_path, {"desk": 0.07, "law": 0.0}, {"desk": 1, "law": 15}, transfer, days=28)
    mean = 6.0 + share * handover
    variance = 36.0 + share * (1.0 - share) * handover**2
    result = play(path, 28)
    agree(result, "asa_s", theory.m_g_1_wait(0.07, mean, math.sqrt(variance) / mean), scope="queue", name="desk")
    agree(result, "aht_s", mean, scope="queue", name="desk")
    agree(result, "aht_s", 6.0 + handover, scope="queue", name="law")
    agree(result, "occupancy", 0.07 * mean, scope="group", name="desk-team")
    agree(result, "occupancy", 0.07 * share * (6.0 + handover) / 15.0, scope="group", name="law-team")
    assert result.kpi("asa_s", "queue", "law").mean == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(("agents", "come", "power"), [(1, 0.05, POWER), (2, 0.12, RARE)])
def test_a_first_agent_waits_with_the_customer(tmp_path: Path, agents: int, come: float, power: float) -> None:
    """Agents who hand over to one: their chain, in which waiting there takes agents here."""
    exact = exact_of.warm_transfers(come, RATE, agents, 0.6, RATE)
    transfer = {"desk": 'transfer.law = { share = 0.6, kind = "warm" }'}
    path = departments(tmp_path, {"desk": come, "law": 0.0}, {"desk": agents, "law": 1}, transfer, days=28 // agents)
    result = play(path, 28)
    agree(result, "asa_s", exact.wait_mean, scope="queue", name="desk", power=power)
    agree(result, "asa_s", exact.wait_second, scope="queue", name="law")
    agree(result, "occupancy", exact.occupancy, scope="group", name="desk-team")
    agree(result, "occupancy", exact.occupancy_second, scope="group", name="law-team")


# ---------------------------------------------------------------- vendors

ROUTE = """
    [[queues.calls.route]]
    groups = ["agents"]
    [[queues.calls.route]]
    vendor = "partner"
    after = "{after}s"
    [vendors.partner]
    price = {{ rate = 60 }}
    capacity = {capacity}
    wait = "{wait}s"
    handle_factor = {factor}"""


def with_vendor(
    folder: Path, per_second: float, agents: int, says: str, days: int, *, after: float = 0.0, capacity: int = 1000,
    wait: float = 0.0, factor: float = 1.0,
) -> Path:  # fmt: skip
    route = ROUTE.format(after=after, capacity=capacity, wait=wait, factor=factor)
    return one_queue(folder, per_second, agents, says, days, route)


@pytest.mark.long
def test_a_vendor_takes_what_our_own_cannot(tmp_path: Path) -> None:
    """Own agents first, then four places at a slower partner: their chain."""
    exact = theory.skills(
        [6, 4], [[0, 1]], [1.5], [[RATE, RATE / 1.25]], [0.1], room=60, choose="in_order", take=[[0], [0]]
    )
    path = with_vendor(tmp_path, 1.5, 6, TEN_SECONDS, 4, capacity=4, factor=1.25)
    result = play(path, 16)
    outcome = exact.queues[0]
    agree(result, "abandon_rate", outcome.abandoned)
    agree(result, "wait_mean_s", outcome.wait_mean)
    agree(result, "occupancy", exact.busy[0] / 6.0, scope="group", name="agents")
    end = result.scenario.clock.end
    agree(result, "answered", 1.5 * end * outcome.answered[0], scope="group", name="agents")
    agree(result, "answered", 1.5 * end * outcome.answered[1], scope="vendor", name="partner")
    agree(result, "aht_s", 7.5, scope="vendor", name="partner")


def test_a_vendor_answers_after_its_wait(tmp_path: Path) -> None:
    """Endless places: whoever finds all agents busy (Erlang B) goes there at once, and may give up there."""
    lost = theory.erlang_b(10, 10.8)
    stays = math.exp(-0.3)
    says = TEN_SECONDS + 'service_level.within = "2s"'
    result = play(with_vendor(tmp_path, 1.8, 10, says, 3, wait=3.0), 16)
    agree(result, "service_level", 1.0 - lost)
    agree(result, "abandon_rate", lost * (1.0 - stays))
    agree(result, "wait_mean_s", lost * 10.0 * (1.0 - stays))
    agree(result, "asa_s", lost * stays * 3.0 / (1.0 - lost * (1.0 - stays)))
    agree(result, "occupancy", 1.08 * (1.0 - lost), scope="group", name="agents")


@pytest.mark.long
def test_who_has_waited_long_enough_goes_to_the_vendor(tmp_path: Path) -> None:
    """To our line, going there after 3 s is a second, constant patience: M/M/n+G."""
    exact = exact_of.overflow_after(1.8, RATE, 10, 0.1, 3.0, 2.0)
    says = TEN_SECONDS + 'service_level.within = "2s"'
    result = play(with_vendor(tmp_path, 1.8, 10, says, 4, after=3.0), 16)
    agree(result, "abandon_rate", exact.abandoned)
    agree(result, "service_level", exact.answered_within)
    agree(result, "wait_mean_s", exact.wait_mean)
    own = 1.0 - exact.abandoned - exact.passed_on
    agree(result, "occupancy", 1.08 * own, scope="group", name="agents")
    end = result.scenario.clock.end
    agree(result, "answered", 1.8 * end * own, scope="group", name="agents")
    agree(result, "answered", 1.8 * end * exact.passed_on, scope="vendor", name="partner")
