"""Speed against quality in the loop, against queueing theory: repeats, redials, haste, a second line.

Power and tolerance as in `worlds.agree`: a standard error of at most 0.3 % (0.8 % for mean waits and what hangs on them), and
within 3.5 of them. Customers come day and night, and come again within minutes, so that what the first minutes lack is
far below a standard error.
"""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import theory
import theory_quality as exact_of
from worlds import RARE, Calls, Staff, agree, agree_of, play, play_plans, write

RATE = 1.0 / 6.0
WAITS = 0.008
WORK = 'basis = "standard"\ntalk = { family = "exponential", mean = "6s" }\n'
NEVER = 'patience = { family = "never" }\n'
PATIENCE = 'patience = {{ family = "exponential", mean = "{}s" }}\n'
REPEAT = 'repeat = {{ share = {}, after = {{ family = "exponential", mean = "{}" }}, attempts = {}, repeated = 0 }}\n'
REDIAL = 'redial = {{ share = {}, after = {{ family = "exponential", mean = "{}" }}, attempts = 20 }}\n'


def cases(
    folder: Path, fresh: float, agents: int, says: str, *, days: int, group: str = "", more: str = "", center: str = ""
) -> Path:
    """`fresh` cases per second for a group whose agents are all alike."""
    queue = Calls(3600.0 * fresh, WORK + says, contains="first contacts")
    staff = Staff(agents, f"skills.calls = {{}}\n{group}")
    return write(folder, {"calls": queue}, {"agents": staff}, days=days, center=center, more=more)


# ---------------------------------------------------------------- the formulas themselves


def test_the_chains_are_the_textbooks_where_they_meet() -> None:
    """Nobody comes again: Erlang A, B and C. Everybody at once: lost calls come back as load. No pace: no haste."""
    alone = exact_of.redial_and_repeat(
        0.25, 0.1, 3, 0.1, redial=(0.0, 1.0), unresolved_again=(0.0, 1.0), room=30, redialing=1, repeating=1
    )
    erlang_a = theory.erlang_a(0.25, 0.1, 3, 0.1)
    for name in ("abandoned", "waited", "wait_mean", "occupancy"):
        assert getattr(alone, name) == pytest.approx(getattr(erlang_a, name), rel=1e-9), name
    late = exact_of.redial_and_repeat(
        0.14, 0.1, 3, 0.0, redial=(0.0, 1.0), unresolved_again=(0.3, 0.02), room=70, redialing=1, repeating=30
    )
    jackson = theory.erlang_c(0.2, 0.1, 3)
    assert (late.waited, late.wait_mean) == pytest.approx((jackson.waited, jackson.wait_mean), rel=1e-6)
    lost = exact_of.blocked_and_redial(0.5, 0.1, 6, 0.0, 0.1, 1)
    assert lost.blocked == pytest.approx(theory.erlang_b(6, 5.0), rel=1e-9)
    # One server, and everybody tries until served: the orbit holds ρ (ρ + λ/θ) / (1 − ρ) (Falin and Templeton 1997).
    patient = exact_of.blocked_and_redial(0.05, 0.1, 1, 1.0, 0.04, 120)
    assert patient.contacts == pytest.approx(0.05 + 0.04 * 0.5 * (0.5 + 0.05 / 0.04) / 0.5, rel=1e-6)
    assert patient.occupancy == pytest.approx(0.5, rel=1e-6)
    calm = exact_of.rushing(0.25, 0.1, 3, above=1.0, pace=1.0, impatience=0.1)
    assert calm.abandoned == pytest.approx(erlang_a.abandoned, rel=1e-9)
    # One agent who rushes whoever has waited: M/G/1 whose busy periods begin with a longer service (Welch 1964).
    always = exact_of.rushing(0.08, 0.1, 1, above=-1.0, pace=0.8, room=150)
    busy = 0.08 * 10.0 / (1.0 - 0.08 * (8.0 - 10.0))
    assert always.rushed == pytest.approx(busy, rel=1e-9)
    squares = (1.0 - busy) * 200.0 + busy * 128.0
    assert always.wait_mean == pytest.approx(0.08 * squares / (2.0 * (1.0 - 0.08 * 8.0)), rel=1e-9)
    nobody = exact_of.swarming(0.25, 0.1, 3, 1e-12, 0.1, 1)
    assert nobody.wait_mean == pytest.approx(theory.erlang_c(0.25, 0.1, 3).wait_mean, rel=1e-6)


def test_the_break_even_is_where_haste_and_repeats_cancel() -> None:
    """e = (1 − ρ(1 − r)) / (ρ r): the load is flat there, falls with haste below it, and rises above."""
    for resolution, share in ((0.7, 0.5), (0.5, 0.9), (0.8, 1.0)):
        even = exact_of.load_break_even(resolution, share)
        slopes = [
            exact_of.load_at_pace(1.001, e, resolution, share) - exact_of.load_at_pace(0.999, e, resolution, share)
            for e in (even - 0.05, even, even + 0.05)
        ]
        assert slopes[0] > 1e-5
        assert slopes[1] == pytest.approx(0.0, abs=2e-8)
        assert slopes[2] < -1e-5
    assert exact_of.load_break_even(0.7, 1.0) == pytest.approx(1.0)


# ---------------------------------------------------------------- repeats


@pytest.mark.parametrize(("share", "most"), [pytest.param(1.0, 20, marks=pytest.mark.long), (0.6, 3)])
def test_unresolved_contacts_come_again_as_in_a_jackson_network(tmp_path: Path, share: float, most: int) -> None:
    """Everybody comes until it is resolved: load λ ÷ FCR; a share of them, three times at most: less. M/M/n at that rate,
    however long they take to come again."""
    fresh, fcr, agents = 0.14, 0.7, 2
    once = exact_of.repeats(fcr, share, most, 0.0, 0.0)
    line = theory.erlang_c(fresh * once.attempts, RATE, agents, 6.0)
    case = exact_of.repeats(fcr, share, most, line.wait_mean + 6.0, 120.0)
    if most == 20:
        assert once.attempts == pytest.approx(1.0 / fcr, rel=1e-6)
    says = f'{NEVER}fcr = {fcr}\nservice_level.within = "6s"\n{REPEAT.format(share, "2min", most)}'
    result = play(cases(tmp_path, fresh, agents, says, days=7), 16)
    end = result.scenario.clock.end
    agree(result, "offered", fresh * case.attempts * end)
    agree(result, "occupancy", fresh * case.attempts * 6.0 / agents)
    agree(result, "wait_mean_s", line.wait_mean, power=WAITS)
    agree(result, "service_level", line.answered_within)
    agree(result, "aht_s", 6.0)
    agree(result, "fcr", fcr)
    agree(result, "attempts_per_case", case.attempts)
    if most < 20:
        agree(result, "case_resolution_rate", case.resolved)
    agree(result, "time_to_resolution_h", case.time / 3600.0)


@pytest.mark.long
def test_a_horizon_begins_as_if_repeats_had_always_come(tmp_path: Path) -> None:
    """Four days, and a day until they come again: without those of the days before, a sixth of the repeats were missing."""
    fcr, share = 0.6, 0.9
    case = exact_of.repeats(fcr, share, 20, 0.0, 0.0)
    result = play(cases(tmp_path, 0.3, 8, f"{NEVER}fcr = {fcr}\n{REPEAT.format(share, '1d', 20)}", days=4), 10)
    agree(result, "offered", 0.3 * case.attempts * result.scenario.clock.end)


def test_nobody_resolves_the_unresolvable(tmp_path: Path) -> None:
    """A fifth of the cases are beyond everybody, and come again like others; a proficient agent resolves 3/4 of the rest."""
    beyond, fcr, share, most = 0.2, 0.75, 0.8, 4
    others = exact_of.repeats(fcr, share, most, 0.0, 0.0)
    never = exact_of.repeats(0.0, share, most, 0.0, 0.0)
    attempts = beyond * never.attempts + (1.0 - beyond) * others.attempts
    says = f"{NEVER}fcr = {fcr}\nunresolvable = {beyond}\n{REPEAT.format(share, '2min', most)}"
    result = play(cases(tmp_path, 0.2, 3, says, days=4), 8)
    agree(result, "offered", 0.2 * attempts * result.scenario.clock.end)
    agree(result, "fcr", (1.0 - beyond) * fcr)
    agree(result, "fcr_net", fcr)
    agree(result, "case_resolution_rate", (1.0 - beyond) * others.resolved)


@pytest.mark.long
def test_repeats_that_come_by_another_queue_are_a_network(tmp_path: Path) -> None:
    """From the desk a third of the repeats go to the experts, whose own come to the experts again."""
    fresh, fcr, share, most = (0.12, 0.06), (0.6, 0.8), 0.9, 20
    other = 1.0 / 3.0
    rates = exact_of.network_of_queues(fresh, fcr, [[share * (1.0 - other), share * other], [0.0, share]], most)
    desk = REPEAT.format(share, "1min", most).replace(" }\n", f", to = {{ experts = {other} }} }}\n")
    says = {"desk": f"fcr = {fcr[0]}\n{desk}", "experts": f"fcr = {fcr[1]}\n{REPEAT.format(share, '1min', most)}"}
    queues = {
        name: Calls(3600.0 * rate, WORK + NEVER + says[name], contains="first contacts")
        for name, rate in zip(says, fresh, strict=True)
    }
    agents = {"desk": 2, "experts": 1}
    groups = {f"{name}-team": Staff(agents[name], f"skills.{name} = {{}}") for name in says}
    result = play(write(tmp_path, queues, groups, days=8), 14)
    for (name, servers), rate in zip(agents.items(), rates, strict=True):
        agree(result, "offered", rate * result.scenario.clock.end, scope="queue", name=name)
        agree(
            result, "wait_mean_s", theory.erlang_c(rate, RATE, servers).wait_mean, scope="queue", name=name, power=WAITS
        )


@pytest.mark.parametrize("shared", [False, True])
def test_what_is_told_again_is_work_unless_history_is_shared(tmp_path: Path, shared: bool) -> None:
    """One repeat at most, with a quarter of the talk gone through again; agents enough for everybody at once."""
    fcr, share, repeated = 0.6, 0.9, 0.25
    repeats = (1.0 - fcr) * share
    says = f"fcr = {fcr}\n{REPEAT.format(share, '1min', 2).replace('repeated = 0', f'repeated = {repeated}')}"
    more = "[quality]\nhistory_shared = true" if shared else ""
    result = play(cases(tmp_path, 1.0, 40, says, days=2, more=more), 12)
    brought = 0.0 if shared else repeats * repeated
    agree(result, "aht_s", 6.0 * (1.0 + brought / (1.0 + repeats)))
    agree(result, "occupancy", 6.0 * (1.0 + repeats + brought) / 40.0)


# ---------------------------------------------------------------- redials


def test_who_gave_up_dials_again_and_the_unresolved_come_again(tmp_path: Path) -> None:
    """Both loops at once, with a pace of their own each: the three-dimensional chain, per attempt."""
    fresh, agents, fcr = 0.25, 2, 0.5
    exact = exact_of.redial_and_repeat(
        fresh, RATE, agents, 0.1, redial=(0.6, 1.0 / 12.0), unresolved_again=((1.0 - fcr) * 0.5, 1.0 / 25.0),
        room=18, redialing=16, repeating=16,
    )  # fmt: skip
    assert exact.lost < 1e-5
    says = f"{PATIENCE.format(10)}fcr = {fcr}\n{REDIAL.format(0.6, '12s')}{REPEAT.format(0.5, '25s', 20)}"
    result = play(cases(tmp_path, fresh, agents, says, days=4), 12)
    agree(result, "offered", exact.contacts * result.scenario.clock.end)
    agree(result, "abandon_rate", exact.abandoned)
    agree(result, "wait_mean_s", exact.wait_mean, power=WAITS)
    agree(result, "occupancy", exact.occupancy)
    agree_of(result, "waited", lambda s: 1.0 - s["waits"][..., 0] / s["waits"].sum(axis=-1), exact.waited)


@pytest.mark.long
def test_who_finds_all_lines_busy_dials_again(tmp_path: Path) -> None:
    """As many lines as agents: every try is judged, and four of five that fail are followed by another."""
    exact = exact_of.blocked_and_redial(1.0, RATE, 6, 0.8, 0.1, 60)
    assert exact.lost < 1e-6
    path = cases(tmp_path, 1.0, 6, REDIAL.format(0.8, "10s"), days=2, center="lines = 6")
    result = play(path, 12)
    agree(result, "blocked_rate", exact.blocked)
    agree(result, "offered", exact.contacts * (1.0 - exact.blocked) * result.scenario.clock.end)
    agree(result, "occupancy", exact.occupancy)


# ---------------------------------------------------------------- pace and pressure


@pytest.mark.long
def test_a_pace_moves_the_load_by_its_elasticity(tmp_path: Path) -> None:
    """r = 0.7 and all come again: the break-even is 1. A tenth faster is less work below it, and as much at it."""
    fcr, pace, even = 0.7, 0.9, exact_of.load_break_even(0.7, 1.0)
    assert even == pytest.approx(1.0)
    more = "[quality]\npace = { resolution = 0.3, range = [0.0, 2.0] }\n" + "\n".join(
        f"[plans.{name}]\ngroups.agents.pace = {pace}\nquality.pace.resolution = {e}"
        for name, e in (("low", 0.3), ("even", even), ("high", 1.8))
    )
    says = f"{NEVER}fcr = {fcr}\n{REPEAT.format(1.0, '2min', 20)}"
    path = cases(tmp_path, 0.6, 10, says, days=1, more=more)
    elasticities = {"low": 0.3, "even": even, "high": 1.8}
    base, *fast = play_plans(path, ["base", *elasticities], 8)
    agree(base, "occupancy", 0.6 * 6.0 / 10.0 / fcr)
    for result, e in zip(fast, elasticities.values(), strict=True):
        agree(result, "aht_s", 6.0 * pace)
        agree(result, "fcr", fcr * pace**e)
        agree(result, "occupancy", 0.6 * 6.0 / 10.0 * exact_of.load_at_pace(pace, e, fcr, 1.0))


@pytest.mark.parametrize("again", [0.0, 0.8])
def test_haste_under_pressure_is_fixed_when_a_contact_is_answered(tmp_path: Path, again: float) -> None:
    """Two agents who rush while more than one other waits: the chain of what was rushed and what was not."""
    fresh, agents, fcr, pace, elasticity = 0.36 - 0.14 * (again > 0.0), 2, 0.7, 0.8, 0.8
    exact = exact_of.rushing(
        fresh, RATE, agents, above=1.0, pace=pace, impatience=1.0 / 30.0, resolution=fcr,
        hasty_resolution=fcr * pace**elasticity, again=(again, 1.0 / 25.0), room=40, repeating=18 * (again > 0.0),
    )  # fmt: skip
    assert exact.lost < 1e-6
    says = f"{PATIENCE.format(30)}fcr = {fcr}\n" + (REPEAT.format(again, "25s", 20) if again else "")
    more = f"[quality]\npace.resolution = {elasticity}"
    pressure = f"pressure = {{ waiting_per_agent = 0.5, pace = {pace} }}"
    result = play(cases(tmp_path, fresh, agents, says, days=4, group=pressure, more=more), 12)
    agree(result, "offered", exact.contacts * result.scenario.clock.end)
    agree(result, "rushed_share", exact.rushed, power=WAITS)
    agree(result, "aht_s", exact.handle)
    agree(result, "abandon_rate", exact.abandoned, power=WAITS)
    agree(result, "wait_mean_s", exact.wait_mean, power=WAITS)
    agree(result, "occupancy", exact.occupancy)
    if not again:
        agree(result, "fcr", exact.resolved)


# ---------------------------------------------------------------- a second line


def second_line(folder: Path, fresh: float, agents: int, says: str, *, seconds: int, days: int, work: int = 8) -> Path:
    """A desk that resolves six cases in ten, and experts who resolve nine in ten of what comes to them."""
    second = WORK.replace("6s", f"{work}s") + NEVER + "fcr = 0.9"
    queues = {
        "desk": Calls(3600.0 * fresh, f"{WORK}{NEVER}fcr = 0.6\n{says}", contains="first contacts"),
        "experts": Calls(0.0, second, contains="first contacts"),
    }
    groups = {"desk-team": Staff(agents, "skills.desk = {}"), "second": Staff(seconds, "skills.experts = {}")}
    return write(folder, queues, groups, days=days)


def test_cold_escalation_sends_the_unresolved_on(tmp_path: Path) -> None:
    """Three of four that are not resolved: a network, and both desks Erlang C."""
    hard = 0.4 * 0.75
    says = 'escalation = { share = 0.75, kind = "cold", to = "experts" }'
    result = play(second_line(tmp_path, 0.25, 2, says, seconds=1, days=8), 16)
    agree(result, "escalation_rate", hard, scope="queue", name="desk")
    agree(result, "offered", 0.25 * hard * result.scenario.clock.end, scope="queue", name="experts")
    agree(result, "wait_mean_s", theory.erlang_c(0.25, RATE, 2).wait_mean, scope="queue", name="desk", power=WAITS)
    second = theory.erlang_c(0.25 * hard, 1.0 / 8.0, 1)
    agree(result, "wait_mean_s", second.wait_mean, scope="queue", name="experts", power=WAITS)
    agree(result, "case_resolution_rate", 0.6 + hard * 0.9)


def test_a_swarm_holds_both_agents_to_the_end(tmp_path: Path) -> None:
    """The first agent waits for the second, and stays while he talks: the chain of the held."""
    hard = 0.4 * 0.75
    exact = exact_of.swarming(0.2, RATE, 3, hard, 1.0 / 8.0, 1)
    says = 'escalation = { share = 0.75, kind = "swarm", to = "experts" }'
    result = play(second_line(tmp_path, 0.2, 3, says, seconds=1, days=12), 16)
    agree(result, "wait_mean_s", exact.wait_mean, scope="queue", name="desk", power=WAITS)
    agree(result, "wait_mean_s", exact.wait_second, scope="queue", name="experts", power=WAITS)
    agree(result, "occupancy", exact.occupancy, scope="group", name="desk-team")
    agree(result, "occupancy", exact.occupancy_second, scope="group", name="second")
    agree(result, "swarm_rate", hard, scope="queue", name="desk")
    agree(result, "case_resolution_rate", 0.6 + hard * 0.9)


def test_a_first_agent_who_follows_up_is_m_g_1(tmp_path: Path) -> None:
    """One agent; a fraction of contacts takes further work of another law: Pollaczek and Khinchine."""
    fresh, fcr, share, extra = 0.08, 0.6, 0.75, 10.0
    hard = (1.0 - fcr) * share
    mean = 6.0 + hard * extra
    second_moment = 2.0 * 36.0 + 2.0 * 6.0 * hard * extra + hard * 2.0 * extra**2
    says = f"""{NEVER}fcr = {fcr}
        escalation = {{ share = {share}, kind = "follow up", resolution = 0.7,
            length = {{ family = "exponential", mean = "{extra}s" }} }}"""
    result = play(cases(tmp_path, fresh, 1, says.replace("\n            ", " "), days=14), 24)
    cv = math.sqrt(second_moment - mean**2) / mean
    agree(result, "occupancy", fresh * mean)
    agree(result, "offered", fresh * result.scenario.clock.end)
    agree(result, "case_resolution_rate", fcr + hard * 0.7, power=RARE)
    agree(result, "wait_mean_s", theory.m_g_1_wait(fresh, mean, cv), power=WAITS)
