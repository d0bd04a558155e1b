"""What must hold of days unlike each other, of times of day, and of the days before the first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np

from sim.clock import Clock
from sim.copula import NotPossibleError, mixing, reachable
from sim.scenario.busy_days import normals_of, pairs_of, unit_of
from sim.scenario.checks.findings import Finding, error, is_lost, is_unknown, time_is_known, warning, way_to
from sim.scenario.model import Scenario
from sim.units import DAY


def dials_turn_something(s: Scenario) -> Iterator[Finding]:
    """Settings that change nothing where another one is 0, or where a log is replayed."""
    for name, queue in s.spec.queues.items():
        where, own = f"queues.{name}.busyness", queue.busyness
        if own.interval_correlation and not own.interval_cv:
            yield warning(f"{where}.interval_correlation", "does nothing without interval_cv")
        if own.handle_shared is not None and not own.handle_day_cv:
            yield warning(f"{where}.handle_shared", "does nothing without handle_day_cv")
        if queue.forecast.replay is not None and (own.day_cv or own.interval_cv or own.handle_day_cv):
            yield warning(where, "does nothing: the log that is replayed has the days that it had")
        if queue.balk_by_time and not queue.balk:
            yield warning(f"queues.{name}.balk_by_time", "does nothing without balk: nobody balks")


def balking_is_a_share_at_all_times(s: Scenario) -> Iterator[Finding]:
    for name, queue in s.spec.queues.items():
        most = max((factor for _, factor in queue.balk_by_time), default=1.0)
        if queue.balk * most > 1.0:
            text = f"{queue.balk:.4g} × {most:g} is more than everybody; a factor of {1.0 / queue.balk:.3g} at most"
            yield error(f"queues.{name}.balk_by_time", text)


def opposite_days_are_of_two_queues(s: Scenario) -> Iterator[Finding]:
    queues, said = s.spec.queues, dict[frozenset[str], tuple[str, float]]()
    for name, queue in queues.items():
        for missing in queue.busyness.correlation:
            if is_unknown(s, "queues", missing):
                text = f'there is no queue "{missing}"; {way_to(s, "queues", missing)}'
                yield error(f"queues.{name}.busyness.correlation.{missing}", text)
    for pair in pairs_of(queues):
        one, other = queues[pair.queue], queues[pair.other]
        units = frozenset((unit_of(pair.queue, one), unit_of(pair.other, other)))
        if pair.queue == pair.other:
            yield error(pair.where, 'a queue goes with itself; name another one, or write "none" if `like` brings it')
            continue
        if len(units) == 1:
            text = f'both share the days of "{one.busyness.shared}": their correlation is 1'
            yield error(pair.where, f'{text}; remove it, or write shared = "none" in one of the two')
            continue
        where, value = said.setdefault(units, (pair.where, pair.correlation))
        if value != pair.correlation:
            yield error(pair.where, f"is {pair.correlation:g} here and {value:g} in {where}; say it once")
        flat = [q for q in (pair.queue, pair.other) if not queues[q].busyness.day_cv]
        if flat:
            text = f"does nothing: {' and '.join(flat)} {'have' if len(flat) > 1 else 'has'} no day_cv"
            yield warning(pair.where, text)
            continue
        low, high = reachable(one.busyness.day_cv, other.busyness.day_cv)
        if not low - 5e-3 <= pair.correlation <= high + 5e-3:
            cvs = f"{one.busyness.day_cv:g} and {other.busyness.day_cv:g}"
            text = f"gamma factors of CV {cvs} correlate by {low:.2f} to {high:.2f}, not by {pair.correlation:g}"
            yield error(pair.where, text)


def opposite_days_go_together(s: Scenario) -> Iterator[Finding]:
    """Two queues cannot both be opposite to a third and opposite to each other."""
    if any(is_lost(s, f"queues.{name}.busyness") for name in s.spec.queues):
        return
    units, correlation = normals_of(s.spec.queues)
    try:
        mixing(correlation)
    except NotPossibleError as impossible:
        culprit = units[impossible.row]
        named = [pair for pair in pairs_of(s.spec.queues) if culprit in _units(s, pair.queue, pair.other)]
        listed = ", ".join(f"{pair.queue} with {pair.other} {pair.correlation:g}" for pair in named)
        least = float(np.linalg.eigvalsh(correlation - np.eye(len(units)))[0])
        share = int(-100.0 / least)
        text = f"these cannot all hold at once ({listed}, beside the others); {share} % of each of them could"
        yield error(named[0].where.rsplit(".", 1)[0], text)


def _units(s: Scenario, *names: str) -> set[str]:
    return {unit_of(name, s.spec.queues[name]) for name in names}


LONGEST_WARM_UP = 56


def warm_up_is_possible(s: Scenario) -> Iterator[Finding]:
    given, where = s.spec.run.warm_up, "run.warm_up"
    if given is None:
        return
    days = given / DAY
    if days != int(days) or not 1 <= days <= LONGEST_WARM_UP:
        yield error(where, f'whole days, 1 to {LONGEST_WARM_UP}: write "7d"; "none" in a plan for none')
        return
    for name, queue in s.spec.queues.items():
        if queue.backlog_at_start is not None:
            text = "a warm-up fills the floor by itself; remove backlog_at_start, or the warm-up"
            yield error(f"queues.{name}.backlog_at_start", text)
        if queue.forecast.replay is not None:
            yield error(f"queues.{name}.forecast.replay", "a log has no days before it: remove run.warm_up")
    if time_is_known(s):
        start = s.clock.start - dt.timedelta(days=int(days))
        if not Clock(start, int(days), s.clock.interval, s.spec.center.timezone).regular():
            text = (
                f"clocks change in it, between {start} and {s.clock.start}, by less than an interval; make it shorter"
            )
            yield error(where, text)
