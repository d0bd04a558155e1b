"""Several queues against queueing theory: priorities, and skills in the shapes of N and X.

Power and tolerance as in `worlds.agree`: a standard error of at most 0.3 %, and within 3.5 of them.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import theory
from worlds import RARE, Calls, Staff, agree, play, write

MINUTE = 1.0 / 60.0
EXPONENTIAL = 'talk = { family = "exponential", mean = "60s" }\nbasis = "standard"\n'
PATIENT = 'patience = { family = "never" }\n'
ONE_MINUTE = 'patience = { family = "exponential", mean = "60s" }\n'

# ---------------------------------------------------------------- priorities


@pytest.mark.long
def test_two_priority_classes_at_many_seats_are_cobham(tmp_path: Path) -> None:
    """Non-preemptive M/M/n (Kella and Yechiali 1985), the order given by the queues' classes."""
    says = PATIENT + 'talk = { family = "exponential", mean = "6s" }\n'
    queues = {"orders": Calls(300, says + "priority = 2"), "claims": Calls(300, says + "priority = 1")}
    path = write(tmp_path, queues, {"agents": Staff(2, "skills = { orders = {}, claims = {} }")}, days=40)
    claims, orders = theory.m_m_n_priorities([5.0 * MINUTE, 5.0 * MINUTE], 10.0 * MINUTE, 2)
    result = play(path, 24)
    agree(result, "asa_s", claims, scope="queue", name="claims")
    agree(result, "asa_s", orders, scope="queue", name="orders")


def test_two_skill_priorities_with_work_of_their_own_are_cobham(tmp_path: Path) -> None:
    """Non-preemptive M/G/1, the order given by the agents' skills: short fixed claims before longer orders."""
    queues = {
        "orders": Calls(300, PATIENT + 'talk = { family = "gamma", mean = "3s", cv = 0.8 }'),
        "claims": Calls(600, PATIENT + 'talk = { family = "constant", mean = "1.5s" }'),
    }
    skills = "skills = { orders = { priority = 2 }, claims = { priority = 1 } }"
    path = write(tmp_path, queues, {"agents": Staff(1, skills)}, days=14)
    claims, orders = theory.m_g_1_priorities([600 / 3600, 300 / 3600], [1.5, 3.0], [0.0, 0.8])
    result = play(path, 24)
    agree(result, "asa_s", claims, scope="queue", name="claims")
    agree(result, "asa_s", orders, scope="queue", name="orders")


def test_an_agent_without_priorities_takes_the_longest_waiting(tmp_path: Path) -> None:
    """Two queues alike, one pool: each queue is the pooled Erlang A, whatever its share of the calls."""
    queues = {name: Calls(60 * rate, EXPONENTIAL + ONE_MINUTE) for name, rate in (("few", 3.0), ("many", 9.0))}
    path = write(tmp_path, queues, {"agents": Staff(10, "skills = { few = {}, many = {} }")}, days=18)
    exact = theory.erlang_a(12.0 * MINUTE, MINUTE, 10, MINUTE)
    result = play(path)
    for queue in queues:
        agree(result, "abandon_rate", exact.abandoned, scope="queue", name=queue)
        agree(result, "wait_mean_s", exact.wait_mean, scope="queue", name=queue)


# ---------------------------------------------------------------- skills

LINES = 10
AGENTS = {"east": 2, "west": 3}
SERVES = {
    "N": {"sales": ("east", "west"), "help": ("west",)},
    "X": {"sales": ("east", "west"), "help": ("west", "east")},
}
SPEED = {("sales", "east"): 1.0, ("sales", "west"): 0.5, ("help", "west"): 0.8, ("help", "east"): 2.0}
PER_MINUTE = {"sales": 2.8, "help": 2.0}
PATIENCE = {"sales": 40.0, "help": 90.0}


def two_groups(folder: Path, shape: str, choose: str, take: str) -> Path:
    """Speeds that differ by queue and group, so that it matters who answers; `LINES` for both queues together."""
    queues, skills = {}, dict[str, list[str]](east=[], west=[])
    for queue, groups in SERVES[shape].items():
        says = f'{EXPONENTIAL}patience = {{ family = "exponential", mean = "{PATIENCE[queue]:g}s" }}\n'
        names = ", ".join(f'"{group}"' for group in groups)
        says += f'[[queues.{queue}.route]]\ngroups = [{names}]\nchoose = ["{choose}"]'
        queues[queue] = Calls(60 * PER_MINUTE[queue], says)
        for group in groups:
            # Where skills decide, every group takes help first.
            priority = 1 if queue == "help" else 2
            skills[group].append(f"{queue} = {{ speed = {SPEED[queue, group]}, priority = {priority} }}")
    groups = {
        group: Staff(seats, f'take = ["{take}"]\nskills = {{ {", ".join(skills[group])} }}')
        for group, seats in AGENTS.items()
    }
    return write(folder, queues, groups, days=35, center=f"lines = {LINES}")


@pytest.mark.parametrize(
    ("shape", "choose", "take"),
    [
        ("N", "longest_idle", "longest_waiting"),
        ("X", "longest_idle", "longest_waiting"),
        ("X", "in_order", "skill_priority"),
    ],
)
def test_skills_are_the_exact_chain(tmp_path: Path, shape: str, choose: str, take: str) -> None:
    """Balance equations of the chain that remembers who is idle longest and who waits longest."""
    serves = SERVES[shape]
    of_group, names = list(AGENTS), list(serves)
    exact = theory.skills(
        list(AGENTS.values()),
        [[of_group.index(g) for g in serves[q]] for q in serves],
        [PER_MINUTE[q] * MINUTE for q in serves],
        [[SPEED.get((q, g), 1.0) * MINUTE for g in AGENTS] for q in serves],
        [1.0 / PATIENCE[q] for q in serves],
        room=LINES,
        lines=LINES,
        choose="longest_idle" if choose == "longest_idle" else "in_order",
        take="longest_waiting" if take == "longest_waiting" else [[1, 0], [1, 0]],
    )
    result = play(two_groups(tmp_path, shape, choose, take), 24)
    minutes = result.scenario.clock.end / 60.0
    for queue, outcome in zip(names, exact.queues, strict=True):
        agree(result, "abandon_rate", outcome.abandoned, scope="queue", name=queue)
        agree(result, "wait_mean_s", outcome.wait_mean, scope="queue", name=queue)
        agree(result, "blocked_rate", outcome.blocked, scope="queue", name=queue, power=RARE)
    for g, group in enumerate(AGENTS):
        agree(result, "occupancy", exact.busy[g] / AGENTS[group], scope="group", name=group)
        taken = sum(
            PER_MINUTE[queue] * minutes * (1.0 - outcome.blocked) * outcome.answered[g]
            for queue, outcome in zip(names, exact.queues, strict=True)
        )
        agree(result, "answered", taken, scope="group", name=group)
