"""Why hours of a queue fell short: the same replications played again with each set of causes taken away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sim.errors import Problem, ScenarioError
from sim.explaining.causes import Asked, Cause, Changes, causes_of, played_otherwise
from sim.explaining.replaying import day_of
from sim.explaining.sharing_out import EXACT_UP_TO, ORDERS, Removed, parts, sets_of
from sim.explaining.variants import Variants, jackknifed, level_of, mean_of
from sim.scenario.model import Scenario
from sim.study.result import PlanResult
from sim.study.run import Entry, Options, Watcher, make_ready
from sim.study.statistics import Estimate
from sim.units import HOUR, format_time_of_day, parse_time_of_day

Floats = NDArray[np.float64]

KEPT = frozenset({"interval_counts"})
PLAYING = "the plan without causes"


@dataclass(frozen=True)
class Hours:
    """The hours that are asked about: one interval, a day, or all days from one on for a week."""

    dates: tuple[dt.date, ...]
    starts: str
    """Local time of the interval's begin and end, "10:30-11:00"; of whole days nothing."""
    intervals: tuple[int, ...]

    @property
    def is_one(self) -> bool:
        return bool(self.starts)


@dataclass(frozen=True)
class Part:
    """What a cause costs: points of service level, more than none where its removal helps."""

    cause: Cause
    points: Estimate


@dataclass(frozen=True)
class Reasons:
    """Why hours of a queue fell short, or did not. Levels and points are shares of 1."""

    scenario: Scenario
    label: str
    queue: str
    hours: Hours
    replications: int
    only: int | None
    """The one replication that is told of; None for all of them together."""
    target: float
    level: Estimate
    """In these hours, as played."""
    without_all: Estimate
    """Without any of the causes."""
    parts: tuple[Part, ...]
    offered: Estimate
    """Contacts of these hours in one replication."""
    hours_there: float
    """Seat hours of the queue on these dates, and those that its target needs; its share of seats that others use."""
    hours_needed: float

    @property
    def has_hours(self) -> bool:
        """Whether the dates' people would do, if their hours lay where they are needed."""
        return self.hours_there >= self.hours_needed

    @property
    def gap(self) -> float:
        """Points below the target; less than none where it is reached."""
        return self.target - self.level.mean

    @property
    def rest(self) -> Estimate:
        """What is short without any of the causes: too few people; less than none where there are some to spare."""
        e = self.without_all
        return Estimate(self.target - e.mean, self.target - e.high, self.target - e.low, e.sd)

    @property
    def is_exact(self) -> bool:
        """Whether all sets of the causes were played."""
        return len(self.parts) <= EXACT_UP_TO

    @property
    def orders(self) -> int:
        return 2 * ORDERS


def hours_of(scenario: Scenario, queue: str, at: str | None, day: str | None, week: str | None) -> Hours:
    """The hours that are meant by "mon 10:40", a day, or the week from a day on. ScenarioError if there are none."""
    given = [(name, text) for name, text in (("--at", at), ("--day", day), ("--week", week)) if text is not None]
    if len(given) != 1:
        text = 'say which hours: --at "mon 10:40", --day mon, or --week 2026-03-02; one of them'
        raise ScenarioError(scenario.name, [Problem("why", text)])
    if queue not in scenario.queues:
        known = ", ".join(scenario.queues)
        raise ScenarioError(scenario.name, [Problem(f"--queue {queue}", f"is no queue; queues are {known}")])
    (option, text), clock = given[0], scenario.clock
    when, _, time = text.strip().rpartition(" ") if option == "--at" else (text, "", "")
    if option == "--at" and not when:
        raise ScenarioError(scenario.name, [Problem(f"--at {text}", 'write a day and a time, such as "mon 10:40"')])
    first = day_of(scenario, when)
    last = min(first + 7, clock.days) if option == "--week" else first + 1
    intervals = range(int(clock.day_first[first]), int(clock.day_first[last]))
    starts = ""
    if option == "--at":
        try:
            moment = clock.elapsed(first, parse_time_of_day(time))
        except ValueError as error:
            raise ScenarioError(scenario.name, [Problem(f"--at {text}", str(error))]) from None
        number = int(moment // clock.interval)
        intervals = range(number, number + 1)
        begin, end = (clock.moment(clock.interval * n) for n in (number, number + 1))
        starts = f"{begin:%H:%M}-{format_time_of_day(86400.0) if end.date() > begin.date() else f'{end:%H:%M}'}"
    dates = tuple(clock.dates[first:last])
    hours = Hours(dates, starts, tuple(intervals))
    if not _is_open(scenario, queue, hours):
        closed = f"{queue} is closed then, and nobody comes"
        raise ScenarioError(scenario.name, [Problem(f"{option} {text}", closed)])
    return hours


def _is_open(scenario: Scenario, queue: str, hours: Hours) -> bool:
    """Whether anybody is expected to come."""
    elapsed, first = scenario.clock.elapsed, scenario.clock.start
    spans = [
        (elapsed((date - first).days, begin), elapsed((date - first).days, end))
        for date in hours.dates
        for begin, end in scenario.queue(queue).open_spans(date)
    ]
    length = scenario.clock.interval
    return any(begin < (n + 1) * length and end > n * length for n in hours.intervals for begin, end in spans)


Varied = Callable[[Changes], Entry]
"""The plan with changes, as a study plays it."""


def why(
    entry: Entry, vary: Varied, queue: str, hours: Hours, only: int | None, options: Options, watcher: Watcher
) -> Reasons:
    """Play the plan without each set of the causes, on the same luck, and share the shortfall out among them."""
    scenario = entry.plan
    causes = causes_of(Asked(scenario, queue, hours.dates))
    seed = scenario.spec.run.seed if options.seed is None else options.seed
    removed = sets_of(len(causes), seed)
    entries = [_without(causes, one, vary) for one in removed]
    wanted = make_ready([entry], options).wanted[0]
    runs = range(only, only + 1) if only is not None else range(wanted)
    look = partial(_seen_in, queue=scenario.queue(queue).number, intervals=hours.intervals)
    variants = Variants(entry, KEPT, look, PLAYING, options, watcher, len(entries) * len(runs))
    counts = variants.of(entries, runs)
    # By set of causes: the level of all replications, then that without each of them.
    level = {one: np.append(*level_of(*seen.T)) for one, seen in zip(removed, counts, strict=True)}
    shares = parts(lambda one: level[one], len(causes), seed) if causes else np.empty((0, 1 + len(runs)))
    everything, nothing = frozenset(range(len(causes))), frozenset[int]()
    return Reasons(
        scenario, entry.label or scenario.plan, queue, hours, len(runs), only, scenario.queue(queue).level.target,
        _estimate(level[nothing]), _estimate(level[everything]),
        tuple(Part(cause, _estimate(share)) for cause, share in zip(causes, shares, strict=True)),
        mean_of(counts[0][:, 1]), *_seat_hours(variants.today, hours.dates, scenario.queue(queue).number),
    )  # fmt: skip


def _seat_hours(result: PlanResult, dates: tuple[dt.date, ...], queue: int) -> tuple[float, float]:
    """(there, needed) of a queue, its share of those that others use too, on whole dates."""
    need, clock = result.requirement(), result.scenario.clock
    chosen = np.isin(clock.interval_day, [(date - clock.start).days for date in dates]) & need.is_open[:, queue]
    hours = clock.interval / HOUR
    return float(need.seats[chosen, queue].sum()) * hours, float(need.exact[chosen, queue].sum()) * hours


def _estimate(levels: Floats) -> Estimate:
    return jackknifed(float(levels[0]), levels[1:])


def _seen_in(result: PlanResult, *, queue: int, intervals: tuple[int, ...]) -> Floats:
    """Replications × (met, base) of a queue's hours."""
    counts = result.interval_counts[:, list(intervals), queue]
    return np.asarray(counts[..., -2:].sum(axis=1), dtype=np.float64)


def _without(causes: Sequence[Cause], removed: Removed, vary: Varied) -> Entry:
    chosen = [causes[n] for n in sorted(removed)]
    entry = vary({place: value for cause in chosen for place, value in cause.changes.items()})
    return replace(entry, plan=played_otherwise(entry.plan, [cause.shifts for cause in chosen]))
