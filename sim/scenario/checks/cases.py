"""What must hold of cases: what can be resolved, who comes again, and who helps."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from sim.scenario.checks.findings import ALL, Finding, error, others_are_known, queues_of_known_channel, warning
from sim.scenario.estimates import share_of_repeats
from sim.scenario.language.channels import CHANNELS
from sim.scenario.language.quality import OF_KIND, Escalation
from sim.scenario.language.queues import Queue
from sim.scenario.model import Scenario
from sim.scenario.reading.plans import BASE
from sim.scenario.serving import groups_serving, holding_several, paces_of, why_not_joined
from sim.units import format_duration

REMOVE = 'remove it, or write {key} = "none" in a plan'

STEEP = 0.7
"""What each contact may bring on average before it is worth a word: three times the load of the first contacts."""


# ---- What can be resolved ------------------------------------------------------------------------------------------


def something_can_be_resolved(s: Scenario) -> Iterator[Finding]:
    for name, queue in s.spec.queues.items():
        if queue.unresolvable >= ALL:
            yield error(f"queues.{name}.unresolvable", "is 100%: nobody could resolve anything; write less")
            continue
        if s.plan != BASE and queue.basis == "observed":
            # What the base plan observed says nothing about a plan's cases.
            continue
        solvable = 1.0 - queue.unresolvable
        if queue.fcr > solvable + 1e-9:
            given = "" if "fcr" in queue.model_fields_set else " (the usual, as none is given)"
            text = f"cannot be {queue.fcr:.0%}{given}: {queue.unresolvable:.0%} of the cases nobody can resolve"
            yield error(
                f"queues.{name}.fcr",
                f"{text}, and the FCR counts them; write {math.floor(100 * solvable + 1e-9)}% or less",
            )


def resolution_falls_by_load(s: Scenario) -> Iterator[Finding]:
    for name, queue in queues_of_known_channel(s):
        chances, where = queue.resolution_by_load, f"queues.{name}.resolution_by_load"
        if chances is None:
            continue
        if not chances:
            yield error(where, "is empty; write the relative chance with 1, 2, … in hand, such as [1.0, 0.97, 0.94]")
            continue
        if chances[0] != 1:
            yield warning(where, f"starts at {chances[0]:g}: it is relative to one contact in hand, so that is 1.0")
        if list(chances) != sorted(chances, reverse=True):
            yield warning(where, "rises: agents would resolve more with more contacts in hand")
        if not holding_several(s, name):
            yield warning(where, f"no group holds {queue.channel} beside other contacts: it does nothing")


# ---- Who comes again -----------------------------------------------------------------------------------------------


def delays_are_times(s: Scenario) -> Iterator[Finding]:
    for name, queue in s.spec.queues.items():
        for key, part in (("repeat", "after"), ("redial", "after"), ("escalation", "length")):
            table = getattr(queue, key)
            if table is not None and getattr(table, part).family == "never":
                yield error(f"queues.{name}.{key}.{part}.family", '"never" is a law of patience only')


def repeats_arrive(s: Scenario) -> Iterator[Finding]:
    for name, queue in s.spec.queues.items():
        if queue.repeat is None:
            continue
        where = f"queues.{name}.repeat.to"
        yield from others_are_known(s, where, name, list(queue.repeat.to))
        total = sum(queue.repeat.to.values())
        if total > 1 + 1e-6:
            yield error(where, f"the shares add up to {total:.1%}, more than all repeats")


def follow_ups_are_possible(s: Scenario) -> Iterator[Finding]:
    for name, queue in queues_of_known_channel(s):
        for key in ("repeat", "redial"):
            again, where = getattr(queue, key), f"queues.{name}.{key}"
            if again is None:
                continue
            if again.attempts == 1:
                yield warning(f"{where}.attempts", "is 1, the first contact included: nobody comes again")
            if queue.forecast.replay is not None:
                yield warning(where, "the log that is replayed holds all that came: these contacts come on top")
        if queue.redial is not None and _nobody_is_lost(s, name, queue):
            reason = f"customers of {queue.channel} do not wait on the line"
            reason = "customers never give up, and always get a line" if s.queue(name).is_live else reason
            yield warning(f"queues.{name}.redial", f"{reason}: nobody is lost, and nobody tries again")


def _nobody_is_lost(s: Scenario, name: str, queue: Queue) -> bool:
    if not s.queue(name).is_live:
        return True
    may_be_blocked = queue.lines is not None or (s.spec.center.lines is not None and CHANNELS[queue.channel].lines)
    may_leave = queue.balk > 0 or queue.announce is not None or s.queue(name).law("patience").family != "never"
    return not may_be_blocked and not may_leave and queue.at_close == "serve"


def repeats_come_in_time(s: Scenario) -> Iterator[Finding]:
    for name, queue in s.spec.queues.items():
        for key in ("repeat", "redial"):
            again = getattr(queue, key)
            if again is None or again.after.family == "never":
                continue
            mean = s.queue(name).law(f"{key}.after").mean
            if mean > s.clock.end:
                text = f"is {format_duration(round(mean))} on average: most come after the end of the horizon"
                yield warning(f"queues.{name}.{key}.after", text)


def repeats_settle(s: Scenario) -> Iterator[Finding]:
    """What a contact brings on average, at the worst chance to resolve that haste makes: the load of a loop."""
    names = [name for name, queue in s.spec.queues.items() if queue.repeat is not None and queue.repeat.share > 0]
    brings = np.array([[_repeats(s, one, other) for other in names] for one in names]).reshape(len(names), len(names))
    for loop in _loops(brings > 0):
        ratio = float(max(abs(np.linalg.eigvals(brings[np.ix_(loop, loop)]))))
        if ratio < STEEP:
            continue
        queues = {names[k]: s.spec.queues[names[k]] for k in loop}
        most = max(queue.repeat.attempts for queue in queues.values() if queue.repeat is not None)
        of = f" of {', '.join(queues)}" if len(queues) > 1 else ""
        text = f"each contact{of} brings {ratio:.2f} more on average"
        if ratio >= ALL:
            text += f": load grows without bound, until the limit of {most} attempts; lower the share, or raise fcr"
            if any(s.queue(name).counts_what_is_brought for name in queues):
                text += ". And the forecast contains the repeats: no first contacts would be left"
        else:
            limited = sum(ratio**attempt for attempt in range(most))
            text += f": load is {1 / (1 - ratio):.1f} times that of the first contacts"
            text += f", {limited:.1f} times with the limit of {most} attempts"
        yield warning(f"queues.{next(iter(queues))}.repeat.share", text)


def _repeats(s: Scenario, name: str, other: str) -> float:
    """Repeats that a contact of a queue brings to another, or itself, where the hastiest of its agents answer."""
    queue = s.spec.queues[name]
    paces = [pace for group in groups_serving(s, name) for pace in paces_of(s, group, name).values()]
    worst = math.pow(min([1.0, *paces]), s.spec.quality.pace.resolution)
    assert queue.repeat is not None
    return queue.repeat.share * (1.0 - queue.fcr * worst) * share_of_repeats(queue.repeat, name, other)


def _loops(leads: np.ndarray) -> list[list[int]]:
    """Sets of places that lead to one another; a place that does not lead to itself is in none."""
    reached = leads.copy()
    for k in range(len(leads)):
        reached |= np.outer(reached[:, k], reached[k])
    both = reached & reached.T
    sets = {tuple(np.flatnonzero(both[k]).tolist()) for k in range(len(leads)) if both[k, k]}
    return [list(members) for members in sorted(sets)]


def redials_settle(s: Scenario) -> Iterator[Finding]:
    for name, queue in queues_of_known_channel(s):
        redial = queue.redial
        if redial is not None and redial.share >= ALL and redial.attempts > 1 and not _nobody_is_lost(s, name, queue):
            text = f"is 100%: where nobody is answered, each contact comes again until the limit of {redial.attempts}"
            yield warning(f"queues.{name}.redial.share", f"{text} attempts; most lost customers try again, not all")


# ---- The second line -----------------------------------------------------------------------------------------------


def escalations_arrive(s: Scenario) -> Iterator[Finding]:
    known = dict(queues_of_known_channel(s))
    for name, queue in s.spec.queues.items():
        escalation, where = queue.escalation, f"queues.{name}.escalation"
        if escalation is None:
            continue
        yield from _settings_of_kind(where, escalation)
        if escalation.to is not None:
            yield from others_are_known(s, f"{where}.to", name, [escalation.to])
        if escalation.kind in ("warm", "swarm") and escalation.to != name and {name, escalation.to} <= set(known):
            deed = "a warm escalation" if escalation.kind == "warm" else "a swarm"
            if reason := why_not_joined(s, deed, name, str(escalation.to)):
                yield error(f"{where}.kind", f'{reason}: write kind = "cold"')
        if sum(transfer.share for transfer in queue.transfer.values()) >= ALL:
            yield warning(where, "all contacts are transferred: none is left to escalate")


def _settings_of_kind(where: str, escalation: Escalation) -> Iterator[Finding]:
    for key, kind in OF_KIND.items():
        if kind != escalation.kind and key in escalation.model_fields_set and getattr(escalation, key):
            yield error(f"{where}.{key}", f'goes with kind = "{kind}"; {REMOVE.format(key=key)}')
