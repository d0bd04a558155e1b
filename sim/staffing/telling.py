"""What a search is told by: the periods of the plan found, what people are worth, the need, what is in the way."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.staffing.allowed import MOST_TIMES, Allowed, Heads
from sim.staffing.conditions import Condition
from sim.staffing.confirming import levels_of
from sim.staffing.coverage import Coverage
from sim.staffing.found import Impossible, NeedRow, Period, Worth
from sim.staffing.judge import Judge, Judged
from sim.staffing.playing import Answer
from sim.staffing.polishing import stepped
from sim.study.result import PlanResult
from sim.study.statistics import Estimate

Floats = NDArray[np.float64]

KEPT = "--keep-heads"

MOST_CORRECTED = 0.25
"""Points by which a need is corrected at most."""


def periods_of(judge: Judge, answer: Answer) -> tuple[Period, ...]:
    """Every condition in its own period, the tightest first; those in which nobody came are left out."""
    found = []
    counted = {number for members in judge.kinds.members for number in members}
    for number, level in enumerate(levels_of(answer)):
        if number in counted and not np.isnan(level.mean):
            found.append(_period(judge.conditions[number], judge.aim(number), level))
    return tuple(sorted(found, key=lambda one: one.margin))


def _period(one: Condition, aim: float, level: Estimate) -> Period:
    return Period(one.scope, one.name, one.kpi, one.per, one.date, one.start, aim, level, one.at_most)


def worst_of(judge: Judge, heads: Heads, margin: Floats) -> Period:
    """The kind of condition that fails by most, by the period of it in which least is reached: on the search's luck."""
    answer = judge.playing.answer(heads, judge.runs)
    assert answer is not None
    levels = levels_of(answer)
    members = judge.kinds.members[int(np.argmin(margin))]
    periods = [_period(judge.conditions[number], judge.aim(number), levels[number]) for number in members]
    return min((one for one in periods if not np.isnan(one.level.mean)), key=lambda one: one.margin)


def worth_of(judge: Judge, best: Judged) -> tuple[Worth, ...]:
    """One person of each column taken away, where that is allowed."""
    columns = [
        j for j, number in enumerate(best.heads) if number > 0 and judge.allowed.holds(stepped(best.heads, (j, -1)))
    ]
    without = judge.of_all([stepped(best.heads, (j, -1)) for j in columns]) if columns else []
    return tuple(
        Worth(
            j, best.cost - one.cost, None if one.holds else worst_of(judge, one.heads, one.margin),
            int((one.margin < 0.0).sum()),
        )
        for j, one in zip(columns, without, strict=True)
        if one is not None
    )  # fmt: skip


def need_of(coverage: Coverage, allowed: Allowed, heads: Heads, found: PlanResult) -> tuple[NeedRow, ...]:
    """By pool and interval of the usual week. `found`: the plan found, as it was played."""
    simulated = _simulated(coverage, found)
    queues, rows = found.scenario.queues, []
    today, now = (_seats_by_group(coverage, np.array(number, dtype=np.float64)) for number in (allowed.today, heads))
    for pool in coverage.pools:
        own, name = list(pool), " + ".join(queues[q] for q in pool)
        groups = coverage.skills[:, own].any(axis=1)
        for i, (weekday, start) in enumerate(zip(coverage.week.weekday.tolist(), coverage.week.start, strict=True)):
            needed = coverage.need[i, own].sum(), simulated[i, own].sum()
            there = today[i, groups].sum(), now[i, groups].sum()
            if needed[0] > 0.0 or any(there):
                rows.append(NeedRow(name, weekday, start, *(float(value) for value in (*needed, *there))))
    return tuple(rows)


def _simulated(coverage: Coverage, found: PlanResult) -> Floats:
    """The formula's need, more where the plan's service was below what the formula says of the same seats, less where
    it was above: by as many seats as that many points take."""
    requirement, week = found.requirement(), coverage.week
    slots = found.prepared.slots.of_interval
    met, base = (week.mean(found.queue_slots[slots][..., column]) for column in (-2, -1))
    expected, counted = week.mean(requirement.erlang_met), week.mean(requirement.erlang_counted)
    with np.errstate(divide="ignore", invalid="ignore"):
        below = np.nan_to_num(expected / counted - met / base)
    below = np.clip(below, -MOST_CORRECTED, MOST_CORRECTED) * (counted > 0.0)
    return np.asarray(np.maximum(coverage.need + coverage.slope * below, 0.0))


def _seats_by_group(coverage: Coverage, heads: np.ndarray) -> np.ndarray:
    seats = coverage.seats_fixed.copy()
    for column, group in enumerate(coverage.group.tolist()):
        seats[:, group] += coverage.presence[:, column] * heads[column]
    return seats


def impossible_of(judge: Judge, best: Judged) -> Impossible:
    """What fails by most, and which allowances the staffing that came nearest has used up."""
    return Impossible(worst_of(judge, best.heads, best.margin), _in_the_way(judge.allowed, best.heads))


def _in_the_way(allowed: Allowed, heads: Heads) -> str:
    used = [limit.name for limit in allowed.limits if _is_used_up(limit.weights, limit.high, heads)]
    # The search's own limit, where the file says nothing.
    ours = [name.removeprefix("groups.").removesuffix(".heads") for name in used if name.startswith("groups.")]
    used = [name for name in used if not name.startswith("groups.")]
    full = [
        column.name
        for column, number in zip(allowed.columns, heads, strict=True)
        if number >= column.most and column.group not in ours
    ]
    moved = allowed.most_moved is not None and allowed.moved(heads) >= allowed.most_moved
    parts = []
    if any(name.startswith(KEPT) for name in used):
        used = [name for name in used if not name.startswith(KEPT)]
        parts.append("the people are today's, no more of any group and contract")
    if used:
        parts.append(f"the limit of {', '.join(used)} is used up")
    if ours:
        more = f"`[staffing.groups.{ours[0]}] heads = {{ at_most = … }}` in the file allows more"
        parts.append(f"no more than {MOST_TIMES} times today's people were tried in {', '.join(ours)}; {more}")
    if full:
        parts.append(f"no more are allowed of {', '.join(full)}")
    if moved:
        parts.append(f"no more than {allowed.most_moved} people may change")
    if not parts:
        return "no limit; as far as was tried, neither more people nor other shifts that are allowed bring it"
    return "; ".join(parts)


def _is_used_up(weights: Sequence[float], high: float, heads: Heads) -> bool:
    """Whether not one person more has room."""
    whole = sum(weight * number for weight, number in zip(weights, heads, strict=True))
    return whole + min((weight for weight in weights if weight > 0.0), default=math.inf) > high + 1e-9
