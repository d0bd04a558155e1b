"""Speed against quality in figures that the terminal, the page and the manifest share: pace beside its break-even."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from sim.errors import Problem
from sim.measures.break_even import load_break_even
from sim.measures.cases import OBSERVED_WITHIN
from sim.measures.kpis import CENTER, QUEUE
from sim.report.text.names import ALL, plural
from sim.report.text.numbers import decimal, share
from sim.scenario.model import Scenario
from sim.study.result import PlanResult
from sim.units import DAY

LOOP = ("first", "repeats", "redials")


def contacts_by_cause(result: PlanResult, label: str) -> pd.DataFrame:
    """Contacts of a run by queue, and of all, where customers come again: plan, name, LOOP.

    Those who come again are told apart by what led to it: no resolution, or no answer.
    """
    rows = []
    if result.scenario.uses.cases:
        places = [*((QUEUE, name, name) for name in result.scenario.queues), (CENTER, "all", ALL)]
        for scope, name, shown in places:
            sums = {key: column.mean() for key, column in result.sums_of(scope, name).items()}
            led = max(sums["repeated"] + sums["redialled"], 1e-12)
            again = [sums["came_again"] * sums[cause] / led for cause in ("repeated", "redialled")]
            rows.append((label, shown, sums["opened"], *again))
    return pd.DataFrame(rows, columns=["plan", "name", *LOOP])


def beyond_the_end(days: int) -> str:
    """What "no repeat within 7 days" must not be told without where fewer are played; repeats are drawn as a contact
    ends, those that are due after the last day, too."""
    if days * DAY >= OBSERVED_WITHIN:
        return ""
    return f"only {plural(days, 'day')} {'is' if days == 1 else 'are'} played: repeats due later are counted as drawn"


class BreakEven(NamedTuple):
    """Of a queue with repeats: from which elasticity of resolution to pace on haste brings more work than it saves."""

    queue: str
    repeat_share: float
    resolution: float
    """At first contact, as the file gives it."""
    elasticity: float


def break_evens(scenario: Scenario) -> list[BreakEven]:
    """Where the pace is not everywhere the standard one: a break-even for each queue whose unresolved come again."""
    found: list[BreakEven] = []
    if not scenario.uses.pace:
        return found
    for queue in scenario.numbered.queues:
        repeat, fcr = queue.spec.repeat, queue.spec.fcr
        if repeat is not None:
            elasticity = load_break_even(repeat.share, fcr)
            if elasticity is not None:
                found.append(BreakEven(queue.name, repeat.share, fcr, elasticity))
    return found


def told_again(scenario: Scenario) -> str:
    """What the formula leaves out, where customers go through a part of the talk again."""
    repeats = [queue.spec.repeat for queue in scenario.numbered.queues if queue.spec.repeat is not None]
    if scenario.spec.quality.history_shared or not any(repeat.repeated > 0.0 for repeat in repeats):
        return ""
    return " The formula leaves out what is told again: with it, load breaks even at less."


def pace_line(scenario: Scenario) -> str:
    """The assumed elasticity beside its break-evens, in a line; nothing where the pace is standard everywhere."""
    if not scenario.uses.pace:
        return ""
    found = break_evens(scenario)
    told = ", ".join(f"{decimal(one.elasticity, 2)} ({one.queue})" for one in found)
    even = f"load breaks even at {told}" if told else "nobody comes again: haste costs no load"
    return f"{_assumed(scenario)}; {even}{_hangs(scenario, found)}"


def pace_remarks(scenario: Scenario) -> tuple[Problem, ...]:
    """(what, in words): the same for the page, with what it means."""
    if not scenario.uses.pace:
        return ()
    found = break_evens(scenario)
    meaning = (
        "; below it haste saves more work than it brings, above it the unresolved who come again take more than is "
        "saved. What they, and their customers, cost is another question"
    )
    text = f"{_assumed(scenario)}, which nobody has measured here. "
    if not found:
        return (Problem("Pace", f"{text}Nobody comes again: haste costs quality, and no load."),)
    told = ", ".join(
        f"{decimal(one.elasticity, 2)} for {one.queue} ({share(one.repeat_share, 0)} of the unresolved come again, "
        f"{share(one.resolution)} are resolved)"
        for one in found
    )
    return (
        Problem("Pace", f"{text}Load breaks even at {told}{meaning}{_hangs(scenario, found)}.{told_again(scenario)}"),
    )


def _assumed(scenario: Scenario) -> str:
    pace = scenario.spec.quality.pace
    low, high = pace.range
    return f"Elasticity of resolution to pace {pace.resolution:g}, assumed within {low:g} to {high:g}"


def _hangs(scenario: Scenario, found: list[BreakEven]) -> str:
    """Whether the sign of haste depends on a number within its range."""
    low, high = scenario.spec.quality.pace.range
    inside = any(low < one.elasticity < high for one in found)
    return "; that lies within the range: it hangs on a number nobody has measured" if inside else ""
