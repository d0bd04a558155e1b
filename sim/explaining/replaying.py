"""Which replication, which day and which contact a story is told of; and that replication, played with all its rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np

from sim.errors import Problem, ScenarioError
from sim.explaining.seen import Ints, Seen
from sim.observations import REFUSED
from sim.scenario.model import Scenario
from sim.study.player import Player
from sim.study.result import PlanResult
from sim.study.run import Entry, Options, Watcher, run_study
from sim.units import parse_days

WORST, MEDIAN, RANDOM = "worst", "median", "random"


def replay(
    entry: Entry, options: Options, which: str | int, day: int | None, watcher: Watcher
) -> tuple[PlanResult, int, Seen]:
    """A replication of the plan, with everything that was seen: number `which`, or the worst or the median one by the
    service level of live queues (of all queues, where none is), on a day if one is given.

    (the plan, the replication's number, what was seen). Those two are sought among as many as the options say.
    """
    runs = which + 1 if isinstance(which, int) else options.replications
    # One replication alone is played, whatever its number: luck is counted, not drawn in turn.
    asked = replace(options, replications=1 if isinstance(which, int) else runs)
    study = run_study([entry], asked, watcher)
    result = study.results[0]
    number = which if isinstance(which, int) else _by_level(result, which, day)
    watcher.stage(f"playing replication {number} again, with all its rows")
    one = Player(result.prepared, study.engine).replicate(number, True)
    assert one.rows is not None
    return result, number, Seen(result.prepared, one.rows, one.stays)


def number_of(entry: Entry, options: Options, which: str | int, day: int | None, watcher: Watcher) -> int:
    """The number of a replication: one that is given, or the worst or the median one, found as `replay` finds it."""
    if isinstance(which, int):
        return which
    return _by_level(run_study([entry], options, watcher).results[0], which, day)


def _by_level(result: PlanResult, which: str, day: int | None) -> int:
    queues = [q.number for q in result.scenario.numbered.queues if q.is_live]
    levels = result.day_levels if not queues else result.day_levels[:, :, queues]
    levels = levels if day is None else levels[:, day : day + 1]
    met, base = np.moveaxis(levels.reshape(len(levels), -1, 2).sum(axis=1), -1, 0)
    order = np.argsort(np.where(base > 0, met / np.maximum(base, 1), np.inf), kind="stable")
    return int(order[0] if which == WORST else order[(len(order) - 1) // 2])


def day_of(scenario: Scenario, text: str) -> int:
    """The number of a day of the horizon: "mon" for its first Monday, or a date. ScenarioError if it has none."""
    dates = scenario.clock.dates
    days: list[int]
    try:
        date = dt.date.fromisoformat(text)
        days = [number for number, one in enumerate(dates) if one == date]
    except ValueError:
        try:
            weekdays = parse_days(text)
        except ValueError:
            hint = f"write a weekday such as mon, or a date such as {dates[0]}"
            raise ScenarioError(scenario.name, [Problem(f"--day {text}", f"is no day; {hint}")]) from None
        days = [number for number, one in enumerate(dates) if one.weekday() in weekdays]
    if not days:
        text_of = f"is not played; the scenario plays {dates[0]} to {dates[-1]}"
        raise ScenarioError(scenario.name, [Problem(f"--day {text}", text_of)])
    return days[0]


def contact_of(seen: Seen, which: str | int, day: int | None) -> int:
    """The number of a contact: one that is given, the one that waited longest, or any.

    Of the worst and of any: contacts that came to live queues in opening hours and waited for themselves, if there are
    such, on the day if one is given.
    """
    if isinstance(which, int):
        known = int(seen.contact.max(initial=-1))
        if which in range(known + 1):
            _came_on(seen, which, day)
            return which
        told = f"is not there; they go from 0 to {known}" if known >= 0 else "is not there; nobody came"
        raise ScenarioError(seen.scenario.name, [Problem(f"--contact {which}", told)])
    chosen = _among(seen, day)
    if not len(chosen):
        when = "" if day is None else f" on {seen.scenario.clock.dates[day]}"
        raise ScenarioError(seen.scenario.name, [Problem(f"--contact {which}", f"nobody came{when}")])
    if which == RANDOM:
        return int(seen.contact[np.random.default_rng().choice(chosen)])
    waits = (seen.left - seen.rows["arrived"])[chosen]
    return int(seen.contact[chosen[np.argmax(waits)]])


def _came_on(seen: Seen, which: int, day: int | None) -> None:
    """ScenarioError where a contact came on another day than the one that is asked for."""
    clock = seen.scenario.clock
    came = float(seen.rows["arrived"][seen.contact == which].min())
    if day is not None and not clock.day_start[day] <= came < clock.day_start[day + 1]:
        text = f"came on {clock.moment(came).date()}, not on {clock.dates[day]}; leave --day out, or name that day"
        raise ScenarioError(seen.scenario.name, [Problem(f"--contact {which}", text)])


def _among(seen: Seen, day: int | None) -> Ints:
    rows, starts = seen.rows, seen.scenario.clock.day_start
    came = rows["outcome"] != REFUSED
    if day is not None:
        came &= (rows["arrived"] >= starts[day]) & (rows["arrived"] < starts[day + 1])
    lives = np.flatnonzero(came & seen.live & (rows["promised"] < 0.0))
    return lives if len(lives) else np.flatnonzero(came)
