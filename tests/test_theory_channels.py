"""Channels against queueing theory: chats that share an agent, e-mails beside calls, customers who fall silent.

Power and tolerance as in `worlds.agree`: a standard error of at most 0.3 %, and within 3.5 of them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import theory
import theory_channels as exact_of
from worlds import Calls, Staff, agree, play, write

SECONDS = 'talk = {{ family = "exponential", mean = "{}s" }}\nbasis = "standard"\n'
NEVER = 'patience = { family = "never" }\n'
PATIENCE = 'patience = {{ family = "exponential", mean = "{}s" }}\n'


# ---------------------------------------------------------------- the chains themselves


def test_chains_are_the_textbooks_where_they_meet() -> None:
    """Each chain at the edge of its parameters, against a formula that is derived another way."""
    one_each = exact_of.sharing(1.2, 0.1, 10, [1.0], impatience=0.1, within=3.0)
    unhindered = exact_of.sharing(1.2, 0.1, 1, [1.0] * 10, impatience=0.1, within=3.0)
    erlang_a = theory.erlang_a(1.2, 0.1, 10, 0.1, 3.0)
    for chain in (one_each, unhindered):
        for name in ("waited", "abandoned", "wait_mean", "wait_answered", "answered_within"):
            assert getattr(chain, name) == pytest.approx(getattr(erlang_a, name), rel=1e-9), name
        assert (chain.session, chain.slot_occupancy) == pytest.approx((10.0, erlang_a.occupancy), rel=1e-9)
    chats = exact_of.sharing(0.2, 0.1, 1, [1.0, 0.8], impatience=0.1)
    hardly_wrap = exact_of.sharing_with_wrap(0.2, 0.1, 100.0, [1.0, 0.8], impatience=0.1)
    hardly_call = exact_of.calls_and_chats(1e-9, 0.2, 0.1, 0.1, [1.0, 0.8], call_impatience=0.1, chat_impatience=0.1)
    assert (hardly_wrap.talk, hardly_wrap.effort) == pytest.approx((chats.session, chats.effort), rel=5e-3)
    assert hardly_call.session == pytest.approx(chats.session, rel=1e-6)
    assert hardly_call.chat_wait == pytest.approx(chats.wait_mean, rel=1e-6)
    # All customers silent from the middle of their work on, and no slower together: Erlang B of both times.
    silent = exact_of.sharing_with_silence(0.05, 60.0, 1.0, 30.0, [1.0] * 4)
    assert silent.lost == pytest.approx(theory.erlang_b(4, 0.05 * 60.0), rel=1e-12)


def test_interrupted_work_is_the_textbooks_where_they_meet() -> None:
    """Pre-emptive resume in M/G/1 (Conway, Maxwell and Miller 1967); the chain for one agent; no reserve, all reserve."""
    for cv in (0.0, 0.5, 1.0):
        residual = (0.3 * 2.0 + 0.2 * 4.0 * (1.0 + cv**2)) / 2.0
        assert exact_of.interrupted(0.3, 1.0, 0.2, 2.0, cv).response == pytest.approx(
            2.0 / 0.7 + residual / (0.7 * 0.3)
        )
    alone = exact_of.interrupted(0.3, 1.0, 0.15, 2.0)
    chain = exact_of.interrupted_team(0.3, 1.0, 0.0, 0.15, 0.5, 1, 60)
    assert (chain.response, chain.paused) == pytest.approx((alone.response, alone.paused), rel=1e-6)
    erlang_a = theory.erlang_a(0.4, 0.1, 6, 0.1, 2.0)
    held_back = exact_of.blend(0.4, 0.1, 0.1, 0.2, 6, 6, 2.0)
    assert held_back.abandoned == pytest.approx(erlang_a.abandoned, rel=1e-9)
    assert held_back.answered_within == pytest.approx(erlang_a.answered_within, rel=1e-9)


# ---------------------------------------------------------------- chats


def chats(folder: Path, per_second: float, agents: int, speeds: list[float], says: str, days: int) -> Path:
    """Solo work of six seconds; as many chats together as there are speeds."""
    talk = SECONDS.format(6) if "talk" not in says else ""
    queue = Calls(3600 * per_second, f"{talk}speed_by_load = {speeds}\n{says}", "chat")
    group = Staff(agents, f"skills.chats = {{}}\ncapacity.chat.at_once = {len(speeds)}")
    return write(folder, {"chats": queue}, {"agents": group}, days=days)


@pytest.mark.parametrize(
    ("agents", "speeds", "choose", "load"),
    [
        (1, [1.0, 0.8, 0.65], "least_loaded", 1.6),
        (3, [1.0, 0.75, 0.55], "least_loaded", 5.2),
        (3, [1.0, 0.75, 0.55], "most_loaded", 5.2),
    ],
)
def test_chats_that_share_agents_are_the_chain_of_loads(
    tmp_path: Path, agents: int, speeds: list[float], choose: str, load: float
) -> None:
    """Who takes the next chat changes how many agents are slowed down, and nothing else."""
    exact = exact_of.sharing(
        load / 6.0, 1.0 / 6.0, agents, speeds, impatience=1.0 / 12.0, within=2.0,
        choose="least_loaded" if choose == "least_loaded" else "most_loaded",
    )  # fmt: skip
    says = PATIENCE.format(12) + 'service_level.within = "2s"\n'
    says += f'[[queues.chats.route]]\ngroups = ["agents"]\nchoose = "{choose}"'
    result = play(chats(tmp_path, load / 6.0, agents, speeds, says, days=12 if agents == 1 else 5))
    agree(result, "abandon_rate", exact.abandoned)
    agree(result, "service_level", exact.answered_within)
    agree(result, "wait_mean_s", exact.wait_mean)
    agree(result, "asa_s", exact.wait_answered)
    agree(result, "aht_s", exact.session)
    agree(result, "effort_s", exact.effort)
    agree(result, "occupancy", exact.occupancy)
    agree(result, "slot_occupancy", exact.slot_occupancy)


def test_speeds_go_on_with_the_last(tmp_path: Path) -> None:
    """Three together, two speeds given: the third chat is no slower."""
    exact = exact_of.sharing(1.6 / 6.0, 1.0 / 6.0, 1, [1.0, 0.7, 0.7], impatience=1.0 / 12.0)
    path = chats(tmp_path, 1.6 / 6.0, 1, [1.0, 0.7], PATIENCE.format(12), days=12)
    path.write_text(path.read_text().replace("at_once = 2", "at_once = 3"))
    result = play(path)
    agree(result, "aht_s", exact.session)
    agree(result, "abandon_rate", exact.abandoned)


def test_wrap_shares_the_agent_too(tmp_path: Path) -> None:
    """Talk and wrap as two stages: a contact in wrap keeps its place and slows the others."""
    speeds = [1.0, 0.7]
    exact = exact_of.sharing_with_wrap(0.25, 1.0 / 4.0, 1.0 / 2.0, speeds, impatience=1.0 / 12.0)
    says = 'talk = { family = "exponential", mean = "4s" }\nwrap = { family = "exponential", mean = "2s" }\n'
    result = play(chats(tmp_path, 0.25, 1, speeds, says + PATIENCE.format(12), days=14))
    agree(result, "abandon_rate", exact.abandoned)
    agree(result, "wait_mean_s", exact.wait_mean)
    agree(result, "talk_s", exact.talk)
    agree(result, "wrap_s", exact.wrap)
    agree(result, "effort_s", exact.effort)
    agree(result, "occupancy", exact.occupancy)
    agree(result, "slot_occupancy", exact.slot_occupancy)


def test_the_silent_hold_a_place_and_slow_nobody(tmp_path: Path) -> None:
    """One agent, nobody waits: product form, for work of any law. The silent are never resolved."""
    speeds = [1.0, 0.8, 0.6]
    exact = exact_of.sharing_with_silence(0.25, 6.0, 0.3, 5.0, speeds)
    says = f"""{NEVER}balk = 1.0
        talk = {{ family = "lognormal", mean = "6s", cv = 1.3 }}
        silent = {{ share = 0.3, closes_after = "5s" }}
        basis = "standard"
        fcr = 0.8"""
    result = play(chats(tmp_path, 0.25, 1, speeds, says, days=14))
    agree(result, "balk_rate", exact.lost)
    agree(result, "aht_s", exact.session)
    agree(result, "effort_s", exact.effort)
    agree(result, "occupancy", exact.occupancy)
    agree(result, "slot_occupancy", exact.slot_occupancy)
    agree(result, "fcr", 0.8 * 0.7)


def test_calls_and_chats_on_one_agent_are_their_chain(tmp_path: Path) -> None:
    """A call wants the agent's whole attention: it waits until no chat is left."""
    speeds = [1.0, 0.8]
    exact = exact_of.calls_and_chats(
        0.06, 0.12, 1.0 / 5.0, 1.0 / 6.0, speeds, call_impatience=1.0 / 15.0, chat_impatience=1.0 / 10.0
    )
    queues = {
        "calls": Calls(3600 * 0.06, SECONDS.format(5) + PATIENCE.format(15)),
        "chats": Calls(3600 * 0.12, f"{SECONDS.format(6)}{PATIENCE.format(10)}speed_by_load = {speeds}", "chat"),
    }
    skills = "skills = { calls = { priority = 1 }, chats = { priority = 2 } }"
    result = play(write(tmp_path, queues, {"agents": Staff(1, skills)}, days=21), 20)
    for queue, wait, patience in (("calls", exact.call_wait, 15.0), ("chats", exact.chat_wait, 10.0)):
        agree(result, "wait_mean_s", wait, scope="queue", name=queue)
        agree(result, "abandon_rate", wait / patience, scope="queue", name=queue)
    agree(result, "aht_s", exact.session, scope="queue", name="chats")
    agree(result, "effort_s", exact.chat_effort, scope="queue", name="chats")
    agree(result, "aht_s", 5.0, scope="queue", name="calls")
    agree(result, "occupancy", exact.occupancy)
    agree(result, "slot_occupancy", exact.slot_occupancy)


# ---------------------------------------------------------------- e-mails


def calls_and_emails(folder: Path, calls: Calls, emails: Calls, agents: int, capacity: str, days: int) -> Path:
    """Calls go first; `capacity` says how an e-mail is held."""
    skills = "skills = { calls = { priority = 1 }, mail = { priority = 2 } }"
    queues = {"calls": calls, "mail": emails}
    return write(folder, queues, {"agents": Staff(agents, f"{skills}\n{capacity}")}, days=days)


def test_an_email_is_answered_when_the_reply_is_sent(tmp_path: Path) -> None:
    """M/M/1 alone: the time in the system is exponential, and it is what `within` judges."""
    path = write(
        tmp_path,
        {"mail": Calls(540, SECONDS.format(4) + 'service_level.within = "10s"', "email")},
        {"agents": Staff(1, "skills.mail = {}")},
        days=28,
    )
    result = play(path, 20)
    agree(result, "wait_mean_s", 10.0, scope="queue", name="mail")
    agree(result, "asa_s", 10.0, scope="queue", name="mail")
    agree(result, "service_level", 1.0 - np.exp(-1.0), scope="queue", name="mail")
    agree(result, "aht_s", 4.0, scope="queue", name="mail")


def test_emails_behind_calls_are_cobham(tmp_path: Path) -> None:
    """Calls first, but what is begun is finished: non-preemptive M/G/1; the reply ends the e-mail's wait."""
    calls = Calls(360, NEVER + SECONDS.format(3))
    emails = Calls(360, 'talk = { family = "gamma", mean = "3.5s", cv = 0.6 }\nbasis = "standard"', "social")
    first, second = theory.m_g_1_priorities([0.1, 0.1], [3.0, 3.5], [1.0, 0.6])
    result = play(calls_and_emails(tmp_path, calls, emails, 1, "", days=18), 20)
    agree(result, "asa_s", first, scope="queue", name="calls")
    agree(result, "asa_s", second + 3.5, scope="queue", name="mail")
    agree(result, "occupancy", 0.65)


@pytest.mark.parametrize("penalty", [0.0, 1.0])
def test_interrupted_emails_are_preemptive_resume(tmp_path: Path, penalty: float) -> None:
    """One agent: calls as if no e-mail were there; e-mails by their completion times, the way back into them included."""
    calls = Calls(3600 * 0.25, NEVER + SECONDS.format(1))
    emails = Calls(3600 * 0.08, 'talk = { family = "gamma", mean = "3s", cv = 0.7 }\nbasis = "standard"', "email")
    capacity = f'capacity.email = {{ interrupted_by = ["phone"], resume_penalty = "{penalty}s" }}'
    exact = exact_of.interrupted(0.25, 1.0, 0.08, 3.0, 0.7, penalty)
    alone = theory.erlang_c(0.25, 1.0, 1)
    result = play(calls_and_emails(tmp_path, calls, emails, 1, capacity, days=14), 16)
    agree(result, "asa_s", alone.wait_mean, scope="queue", name="calls")
    agree(result, "aht_s", 1.0, scope="queue", name="calls")
    agree(result, "asa_s", exact.response, scope="queue", name="mail")
    agree(result, "aht_s", exact.work, scope="queue", name="mail")
    agree(result, "effort_s", exact.work, scope="queue", name="mail")
    agree(result, "occupancy", 0.25 + 0.08 * exact.work)


def test_a_team_drops_emails_for_calls(tmp_path: Path) -> None:
    """Three agents: calls are Erlang A of their own; e-mails by the chain of who is at what."""
    calls = Calls(3600 * 0.30, SECONDS.format(5) + PATIENCE.format(8) + 'service_level.within = "1s"')
    emails = Calls(3600 * 0.12, SECONDS.format(6), "back office")
    alone = theory.erlang_a(0.30, 0.2, 3, 1.0 / 8.0, 1.0)
    exact = exact_of.interrupted_team(0.30, 0.2, 1.0 / 8.0, 0.12, 1.0 / 6.0, 3, 40)
    path = calls_and_emails(tmp_path, calls, emails, 3, 'capacity."back office".interrupted_by = ["phone"]', days=12)
    result = play(path)
    agree(result, "abandon_rate", alone.abandoned, scope="queue", name="calls")
    agree(result, "service_level", alone.answered_within, scope="queue", name="calls")
    agree(result, "asa_s", exact.response, scope="queue", name="mail")
    agree(result, "aht_s", 6.0, scope="queue", name="mail")


@pytest.mark.parametrize(("keep_idle", "come", "days"), [(0, 0.65, 3), pytest.param(2, 0.3, 7, marks=pytest.mark.long)])
def test_a_reserve_of_idle_agents_is_threshold_blending(tmp_path: Path, keep_idle: int, come: float, days: int) -> None:
    """More e-mails than can be done, begun only while a reserve stays idle: what the calls gain, the e-mails lose."""
    calls = Calls(3600 * 0.5, SECONDS.format(6) + PATIENCE.format(10) + 'service_level.within = "2s"')
    route = f'route = [{{ groups = ["agents"], keep_idle = {keep_idle} }}]'
    emails = Calls(3600 * come, f"{SECONDS.format(4)}{route}", "email")
    exact = exact_of.blend(0.5, 1.0 / 6.0, 0.1, 0.25, 5, keep_idle, 2.0)
    result = play(calls_and_emails(tmp_path, calls, emails, 5, "", days=days), 16)
    agree(result, "abandon_rate", exact.abandoned, scope="queue", name="calls")
    agree(result, "service_level", exact.answered_within, scope="queue", name="calls")
    agree(result, "wait_mean_s", exact.wait_mean, scope="queue", name="calls")
    agree(result, "answered", exact.emails * result.scenario.clock.end, scope="queue", name="mail")


# ---------------------------------------------------------------- channels that are phones by another name


@pytest.mark.parametrize("channel", ["video", "in person"])
def test_video_and_visits_are_played_as_calls(tmp_path: Path, channel: str) -> None:
    """The same seeds, the same numbers."""
    told = []
    for kind in ("phone", channel):
        folder = tmp_path / kind
        folder.mkdir()
        queue = Calls(700, SECONDS.format(60) + PATIENCE.format(60) + "balk = 0.1", kind)
        result = play(write(folder, {"visits": queue}, {"agents": Staff(10, "skills.visits = {}")}, days=2), 3)
        told.append([result.kpi(kpi).mean for kpi in ("service_level", "wait_mean_s", "abandon_rate", "occupancy")])
    assert told[0] == told[1]
