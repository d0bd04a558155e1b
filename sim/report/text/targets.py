"""Targets in words: the verdict under the target's own period, the worst period by name, the chance that all hold."""

from __future__ import annotations

import math
from collections.abc import Iterable

from sim.report.text.names import date_text, month_text, plural
from sim.report.text.numbers import NOTHING, share
from sim.scenario.model import Scenario
from sim.study.targets import CONTRACT, MET, MISSED, NO_VERDICT, UNCLEAR, Verdict

SHORT = {UNCLEAR: "too close to tell", NO_VERDICT: "no verdict"}
"""Where a verdict's own name is no word for it."""

FULL = {MET: "target met", MISSED: "target missed", NO_VERDICT: "no verdict from one replication"}

ONE_REPLICATION = "one replication tells no verdict and no chance"


def verdict_words(verdict: str, full: bool = False) -> str:
    return (FULL if full else {}).get(verdict) or SHORT.get(verdict, verdict)


def target_name(one: Verdict) -> str:
    return f"contract {one.name}" if one.scope == CONTRACT else one.name


def level_of(scenario: Scenario, one: Verdict) -> tuple[float, bool, str]:
    """(limit in seconds, whether customers wait for the answer, the clock of the limit)."""
    if one.scope == CONTRACT:
        level = scenario.spec.contracts[one.name].service_level
        assert level is not None
        queues = [queue for queue in scenario.numbered.queues if queue.spec.contract == one.name]
        return level.within, any(queue.is_live for queue in queues), level.clock
    queue = scenario.queue(one.name)
    return queue.level.within, queue.is_live, queue.level.clock


def assumed_targets(scenario: Scenario) -> str:
    """ "The file gives no target for orders and returns: 80 % in 20 s per day (industry habit)."; nothing where it
    gives all."""
    named: dict[str, list[str]] = {}
    for one in scenario.assumptions:
        match one.where.split("."):
            case ["queues", queue, "service_level"]:
                named.setdefault(one.what, []).append(queue)
    if not named:
        return ""
    told = [f"{', '.join(queues)}: {what}" for what, queues in named.items()]
    return f"The file gives no target for {'; none for '.join(told)}."


def worst_name(one: Verdict) -> str:
    """ "June 2027", "week of Mon 2 Mar", "Mon 2 Mar", "Mon 2 Mar 10:30": the worst period."""
    return period_name(one.per, *one.worst)


def period_name(per: str, date: str, start: str) -> str:
    """A period of a target by its first date, and the start of an interval."""
    if not date:
        return NOTHING
    if per == "month":
        return month_text(date)
    text = date_text(date)
    return f"week of {text}" if per == "week" else f"{text} {start}".rstrip()


def period_at(one: Verdict) -> str:
    """ "in June 2027", "on Sat 7 Mar", "in the week of Mon 2 Mar", "at Mon 2 Mar 10:30": the worst period."""
    return f"{ {'day': 'on', 'week': 'in the', 'interval': 'at'}.get(one.per, 'in') } {worst_name(one)}".strip()


def worst_text(one: Verdict) -> str:
    """ "June 2027 62.0 %"."""
    return f"{worst_name(one)} {share(one.worst_level.mean)}" if one.worst[0] else NOTHING


def met_text(one: Verdict) -> str:
    """ "71 % of days"; not 100 % where some fail, nor 0 % where some do not."""
    mean = one.met.mean
    digits = 1 if (0.0 < mean < 0.005 or 0.995 <= mean < 1.0) else 0
    return f"{share(mean, digits)} of {one.per}s" if math.isfinite(mean) else NOTHING


def held_text(one: Verdict) -> str:
    """ "2 of 20": replications in which every period met the target."""
    return f"{one.held} of {one.replications}" if math.isfinite(one.all_met.mean) else NOTHING


def every(per: str) -> str:
    """ "on every day", "in every month"."""
    return f"{'on' if per == 'day' else 'in'} every {per}"


def chance_text(one: Verdict) -> str:
    """ "10 % (3 to 30 %)": the chance that every period does."""
    e = one.all_met
    return f"{share(e.mean, 0)} ({share(e.low, 0)[:-2]} to {share(e.high, 0)})" if math.isfinite(e.mean) else ""


def chance_sentence(verdicts: Iterable[Verdict]) -> tuple[str, str]:
    """How often all targets hold in all their periods, and its tone; the last verdict is that of all together."""
    *singles, whole = verdicts
    if not any(one.met.mean == one.met.mean for one in singles):
        return "", ""
    several = len(singles) > 1
    what = "All targets hold in all their periods" if several else f"The target holds {every(singles[0].per)}"
    if not math.isfinite(whole.all_met.mean):
        return f"{what}: {ONE_REPLICATION}.", ""
    runs = plural(whole.replications, "replication")
    text = f"{what} in {whole.held} of {runs}: a chance of {chance_text(whole)}."
    # Even odds are what a plan should beat at the least.
    return text, "bad" if whole.all_met.high < 0.5 else "unsure" if whole.all_met.low < 0.5 else ""
