"""Calls at random, and the lines that an Asterisk would write of them; it knows nothing of the reader."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

START = 1_772_409_600
"""2026-03-02 00:00 UTC."""


@dataclass(frozen=True)
class Call:
    name: str
    queue: str
    caller: str
    came: int
    left: int
    end: str
    """How the wait ended: "CONNECT", "ABANDON", "EXITWITHTIMEOUT" …"""
    agent: str = ""
    over: int = 0
    by: str = ""
    """How the talk ended: "COMPLETEAGENT", "BLINDTRANSFER" …"""


def calls_at_random(rng: np.random.Generator, number: int) -> list[Call]:
    """One in five of those answered is sent on to the other queue, where the same call waits a second time."""
    calls = list[Call]()
    for k in range(number):
        queue = str(rng.choice(["sales", "care"]))
        came = START + int(rng.integers(0, 86_400))
        left = came + int(rng.integers(0, 200))
        name, caller = f"{came}.{k}", f"555{rng.integers(0, 10_000):04d}"
        end = str(rng.choice(["CONNECT", "ABANDON", "EXITWITHTIMEOUT", "EXITWITHKEY"], p=[0.7, 0.2, 0.05, 0.05]))
        if end != "CONNECT":
            calls.append(Call(name, queue, caller, came, left, end))
            continue
        over = left + int(rng.integers(1, 600))
        agent = f"PJSIP/{rng.integers(201, 212)}"
        by = str(rng.choice(["COMPLETEAGENT", "COMPLETECALLER", "BLINDTRANSFER"], p=[0.4, 0.4, 0.2]))
        calls.append(Call(name, queue, caller, came, left, end, agent, over, by))
        if by == "BLINDTRANSFER":
            other = "care" if queue == "sales" else "sales"
            calls.append(Call(name, other, caller, over + 2, over + 30, "ABANDON"))
    return calls


def lines_of(calls: list[Call]) -> list[str]:
    """In order of time; each answered call has rung in vain at another agent before."""
    lines = list[tuple[int, str]]()
    for call in calls:
        head = f"{call.name}|{call.queue}"
        lines.append((call.came, f"{head}|NONE|ENTERQUEUE||{call.caller}|1"))
        wait = call.left - call.came
        if call.end == "CONNECT":
            lines.append((call.left, f"{head}|PJSIP/299|RINGNOANSWER|1000"))
            lines.append((call.left, f"{head}|{call.agent}|CONNECT|{wait}|{call.name}9|2"))
            talk = call.over - call.left
            data = f"{wait}|{talk}|1" if call.by.startswith("COMPLETE") else f"601|default|{wait}|{talk}|1"
            lines.append((call.over, f"{head}|{call.agent}|{call.by}|{data}"))
        elif call.end == "ABANDON":
            lines.append((call.left, f"{head}|NONE|ABANDON|1|1|{wait}"))
        else:
            lines.append((call.left, f"{head}|NONE|{call.end}|1"))
    lines.sort(key=lambda line: line[0])
    return [f"{moment}|{rest}" for moment, rest in lines]
