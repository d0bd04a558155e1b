"""When agents were signed on and in pause, from events of signing on and off: a state per agent, event by event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.fitting.records import PRESENCE_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

ON = ("ADDMEMBER", "AGENTLOGIN", "AGENTCALLBACKLOGIN")
OFF = ("REMOVEMEMBER", "AGENTLOGOFF", "AGENTCALLBACKLOGOFF")
EVENTS = (*ON, *OFF, "PAUSE", "UNPAUSE", "PAUSEALL", "UNPAUSEALL")
EVERY = "NONE"
"""The queue of an event that concerns every queue."""


class _Agent:
    """What is known of one agent now. In pause is who is signed on, and paused in every queue signed on to."""

    def __init__(self) -> None:
        self.on = dict[str, float]()
        self.paused = set[str]()
        self.rests: tuple[float, str | None] | None = None

    @property
    def in_pause(self) -> bool:
        return bool(self.on) and self.paused >= set(self.on)


def presence_of(events: pd.DataFrame, first: float, last: float) -> tuple[pd.DataFrame | None, list[str]]:
    """(PRESENCE_COLUMNS, or None where nobody signs on; what was noticed). `events`: time, agent, queue, event, d1, in
    order of time; `first` and `last`: the ends of the log, between which its stretches lie."""
    import pandas as pd

    rows, agents = list[tuple[Any, ...]](), dict[str, _Agent]()
    before, of_nobody = 0, 0
    columns = (events[name].tolist() for name in ("time", "agent", "queue", "event", "d1"))
    for now, name, queue, event, reason in zip(*columns, strict=True):
        agent = agents.setdefault(name, _Agent())
        if event in ON:
            agent.on.setdefault(queue, now)
        elif event in OFF:
            if queue not in agent.on:
                before += 1
            rows.append((name, "signed on", None, _queue(queue), agent.on.pop(queue, first), now))
            agent.paused.discard(queue)
        elif event == "PAUSE":
            of_nobody += not agent.on
            agent.paused.add(queue)
        elif event == "UNPAUSE":
            agent.paused.discard(queue)
        elif event == "PAUSEALL":
            of_nobody += not agent.on
            agent.paused |= set(agent.on)
        else:
            agent.paused.clear()
        if agent.in_pause and agent.rests is None:
            agent.rests = now, reason or None
        elif not agent.in_pause and agent.rests is not None:
            rows.append((name, "pause", agent.rests[1], None, agent.rests[0], now))
            agent.rests = None
    open_ends = 0
    for name, agent in agents.items():
        open_ends += len(agent.on)
        rows += [(name, "signed on", None, _queue(queue), since, last) for queue, since in agent.on.items()]
        if agent.rests is not None:
            rows.append((name, "pause", agent.rests[1], None, agent.rests[0], last))
    noticed = []
    if before:
        noticed.append(f"{before:,} sign-offs have no sign-on before: taken as signed on since the log begins")
    if open_ends:
        noticed.append(f"{open_ends:,} sign-ons have no end in the log: taken as signed on until it ends")
    if of_nobody:
        noticed.append(f"{of_nobody:,} pauses are of agents whose sign-on is not in the log; they are not used")
    if not rows:
        noticed.append("nobody signs on in this log (fixed members of a queue do not): seats are inferred")
        return None, noticed
    table = pd.DataFrame(rows, columns=list(PRESENCE_COLUMNS))
    for column in ("agent", "state", "reason", "queue"):
        table[column] = table[column].astype("category")
    return table.sort_values(["since", "until"], kind="stable").reset_index(drop=True), noticed


def _queue(name: str) -> str | None:
    return None if name == EVERY else name
