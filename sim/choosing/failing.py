"""How often a target is not held: the chance that a day, a week, a month or all of the horizon fails it.

A span of time fails a target when any of the target's own periods in it does: a week fails a target per day on whose
Tuesday it is missed. Spans shorter than the target's period are not judged by it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.clock import Clock
from sim.measures.kpis import CENTER, ratio
from sim.measures.periods import first_days
from sim.scenario.model import Scenario
from sim.study.statistics import UNKNOWN, Estimate, binomial, t_quantile
from sim.study.targets import NOBODY_CAME, Periods, Verdict

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

HORIZON = "horizon"
SPANS = ("interval", "day", "week", "month", HORIZON)
"""From the shortest on."""


@dataclass(frozen=True)
class Failing:
    """How often spans of time fail a target, or any of them (`scope` center)."""

    scope: str
    name: str
    per: str
    """The target's own period; of all targets nothing."""
    span: str
    chance: Estimate
    """Of a span of the horizon, whichever it is; unknown from one replication, and where nobody came."""
    failed: int
    spans: int
    """In which anybody came, of all replications together; `failed` of them."""
    replications: int


def failing(scenario: Scenario, targets: Sequence[Periods], verdicts: Sequence[Verdict]) -> list[Failing]:
    """Of each target by every span from its own period on, and of all of them where there are several.

    `verdicts`: on each target, and last on all of them together.
    """
    found, lasting = list[Failing](), has_lasting_luck(scenario)
    known = [one for one, verdict in zip(targets, verdicts, strict=False) if verdict.verdict != NOBODY_CAME]
    for one, verdict in zip(targets, verdicts, strict=False):
        if verdict.verdict != NOBODY_CAME:
            found += _of([one], (one.scope, one.name, one.level.per), scenario.clock, verdict, lasting=lasting)
    if len(known) > 1:
        found += _of(known, (CENTER, "all", ""), scenario.clock, verdicts[-1], lasting=lasting)
    return found


def has_lasting_luck(scenario: Scenario) -> bool:
    """Whether a replication's days share luck: an error of the whole forecast, or people who come and go."""
    error = scenario.spec.forecast_error
    return bool(error.level_cv or error.aht_cv or scenario.uses.moving_workforce or scenario.spec.customers)


def chance_of(failed: Floats, spans: Floats, *, lasting: bool) -> Estimate:
    """The share of spans that fail, with Wilson's interval on as many trials as they are worth.

    By replication: `failed` of so many `spans`. Spans of a replication may hang together: how many independent ones
    they are worth, one a replication at the least, is told by how much these differ (Korn and Graubard 1998). Where all
    spans are alike that tells nothing: then they count one by one, or, where `lasting` luck may join them, a
    replication counts as one.
    """
    runs, total = len(failed), float(spans.sum())
    if runs < 2 or not total:
        return UNKNOWN
    share, trials = float(failed.sum()) / total, total
    if failed.sum() in (0.0, total):
        trials = float(runs) if lasting else total
    else:
        with np.errstate(divide="ignore", invalid="ignore"):
            left_out = (failed.sum() - failed) / (total - spans)
        error = (runs - 1) / runs * float(((left_out - left_out.mean()) ** 2).sum())
        if np.isfinite(error) and error > 0.0:
            # How much they differ is itself known from so many replications alone.
            known = t_quantile(round(total) - 1) / t_quantile(runs - 1)
            trials = float(np.clip(known * known * (share * (1.0 - share) / error + 1.0), min(runs, total), total))
    return binomial(share * trials, trials)


def _of(
    targets: Sequence[Periods], about: tuple[str, str, str], clock: Clock, whole: Verdict, *, lasting: bool
) -> list[Failing]:
    """Of targets together, by every span in which each of them is judged; `whole`: the verdict on them."""
    found, runs = list[Failing](), min(len(one.levels) for one in targets)
    shortest = max(SPANS.index(one.level.per) for one in targets)
    for span in SPANS[shortest:-1]:
        first = None if span == "interval" else first_days(clock, span)
        if first is not None and len(first) < 2:
            # It is the horizon.
            continue
        known, failed = _spans(targets, runs, clock, first)
        counts, failures = known.sum(axis=1).astype(np.float64), failed.sum(axis=1).astype(np.float64)
        chance = chance_of(failures, counts, lasting=lasting)
        found.append(Failing(*about, span, chance, int(failures.sum()), int(counts.sum()), runs))
    held = whole.all_met
    chance = Estimate(1.0 - held.mean, 1.0 - held.high, 1.0 - held.low, held.sd)
    found.append(Failing(*about, HORIZON, chance, whole.replications - whole.held, whole.replications,
                         whole.replications))  # fmt: skip
    return found


def _spans(targets: Sequence[Periods], runs: int, clock: Clock, first: NDArray[np.int64] | None) -> tuple[Flags, Flags]:
    """(anybody came, some period failed), replications × spans; `first`: the spans' first days, none for intervals."""
    known: Flags | None = None
    failed: Flags | None = None
    for one in targets:
        reached = ratio(one.levels[:runs, :, 0], one.levels[:runs, :, 1])
        came, missed = np.isfinite(reached), reached < one.level.target
        if first is not None:
            came, missed = (_by_span(flags, _days_of(one, clock), first) for flags in (came, missed))
        known, failed = (came, missed) if known is None or failed is None else (known | came, failed | missed)
    assert known is not None
    assert failed is not None
    return known, failed


def _days_of(target: Periods, clock: Clock) -> NDArray[np.int64]:
    """Number of the day with which each of its periods begins."""
    return np.array([(dt.date.fromisoformat(date) - clock.start).days for date, _ in target.labels], np.int64)


def _by_span(flags: Flags, days: NDArray[np.int64], first: NDArray[np.int64]) -> Flags:
    """Whether any period that begins in a span is flagged, replications × spans."""
    spans, starts = np.unique(np.searchsorted(first, days, "right") - 1, return_index=True)
    whole = np.zeros((len(flags), len(first)), np.bool_)
    whole[:, spans] = np.logical_or.reduceat(flags, starts, axis=1)
    return whole
