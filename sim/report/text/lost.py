"""Who did not get in, or still waits at the end, in words: told wherever there are any, beside the service level."""

from __future__ import annotations

from typing import NamedTuple

from sim.measures.kpis import QUEUE
from sim.report.text.known import Known
from sim.report.text.numbers import decimal, share
from sim.scenario.model import Scenario
from sim.study.targets import Verdict


class Lost(NamedTuple):
    """Of a queue, a channel or the whole center; shares as their KPIs have them, `waiting` a number of contacts."""

    busy: float
    refused: float
    waiting: float
    of_those: float
    """What part of those who got in wait still."""
    tried: float
    """Service level of all who tried."""

    @property
    def shut_out(self) -> bool:
        return self.busy > 0 or self.refused > 0


def lost_of(known: Known, plan: str, scope: str = "center", name: str = "all") -> Lost:
    def mean(kpi: str) -> float:
        value = known.kpi(plan, kpi, scope, name).mean
        return value if value == value else 0.0

    waiting, offered = mean("waiting_end"), mean("offered")
    # Deferred queues have a backlog instead.
    of_those = waiting / max(offered, waiting, 1e-12)
    tried = known.kpi(plan, "service_level_tried", scope, name).mean
    return Lost(mean("blocked_rate"), mean("out_of_hours_rate"), waiting, of_those, tried)


def small_share(value: float) -> str:
    """ "13.4 %"; what rounds to nothing is not nothing."""
    return "less than 0.1 %" if 0.0 < value < 0.0005 else share(value)


def shut_out(lost: Lost) -> str:
    """ "13.4 % got a busy signal, 2.0 % came out of hours"."""
    parts = ((lost.busy, "got a busy signal"), (lost.refused, "came out of hours"))
    return ", ".join(f"{small_share(value)} {what}" for value, what in parts if value > 0)


def beside_level(lost: Lost) -> str:
    """What a service level must not be told without: "13.4 % got a busy signal: 86.6 % of all who tried"."""
    return f"{shut_out(lost)}: {share(lost.tried)} of all who tried" if lost.shut_out else ""


def beside_target(known: Known, plan: str, scenario: Scenario, one: Verdict) -> str:
    """The same for a target's queue, or the queues of a contract: "13.4 % got a busy signal"."""
    if one.scope == QUEUE:
        return shut_out(lost_of(known, plan, QUEUE, one.name))
    queues = [queue.name for queue in scenario.numbered.queues if queue.spec.contract == one.name]
    texts = {name: shut_out(lost_of(known, plan, QUEUE, name)) for name in queues}
    return "; ".join(f"{name}: {text}" for name, text in texts.items() if text)


def chart_note(known: Known, plan: str) -> str:
    """Below the title of a chart of service levels or contacts: "Did not get in: 13.4 % got a busy signal."."""
    text = shut_out(lost_of(known, plan))
    return f"Did not get in: {text}." if text else ""


def still_waiting(lost: Lost) -> str:
    """ "258 still wait at the end (12.1 % of those who got in)"; "" where nobody does."""
    if not lost.waiting > 0:
        return ""
    number = decimal(lost.waiting, 0 if lost.waiting >= 10 else 1)
    number = "less than 0.1" if number == "0.0" else number
    return f"{number} still wait{'s' * (number == '1')} at the end ({small_share(lost.of_those)} of those who got in)"


def sentences(lost: Lost) -> list[str]:
    """For the top of the page, and the line below a table."""
    told = []
    if lost.shut_out:
        told.append(f"{shut_out(lost)}: of all who tried, {share(lost.tried)} were answered in time.")
    if text := still_waiting(lost):
        told.append(f"{text}; how long they will have waited is in no mean.")
    return told
