"""What months did to people, in figures that the terminal and the page share: groups, burnout, who is lost."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import Problem
from sim.measures.families import by_name
from sim.measures.kpis import GROUP, ratio
from sim.measures.people_costs import PUBLISHED_REPLACEMENT, REPLACEMENT_SUMS
from sim.measures.shrinkage import kinds_of, planned
from sim.report.text.names import plural
from sim.report.text.numbers import count, decimal, money, share
from sim.report.text.shortage import CenterShort
from sim.scenario.model import Scenario
from sim.study.kept import STAFF_NAMES
from sim.study.result import PlanResult

Floats = NDArray[np.float64]

KIND_NAMES = {
    "leave": "leave", "sick": "sickness", "breaks": "paid breaks", "meetings": "meetings", "coaching": "coaching",
    "training": "training", "away": "other work", "late": "late and early off",
}  # fmt: skip
"""The kinds of shrinkage, as people read them."""

MOVED = ("hired", "left", "contract_ended", "dropped_out", "moved_in", "moved_out")

"""The ledger's movements that a story adds up."""

SEEN = 0.05
"""Of people, or days: told with one decimal, less is nothing."""


WEARING = 0.90
"""Occupancy above which people wear out."""

DILUTED = 0.005
"""A difference between occupancy overall and in opening hours that is shown."""


def is_diluted(occupancy: float, in_hours: float) -> bool:
    """Whether staff who stay on after hours make people look less busy than customers find them."""
    return abs(in_hours - occupancy) >= DILUTED


@dataclass(frozen=True)
class Story:
    """What became of a group over the horizon, on average over replications: heads, FTE, people short."""

    heads_start: float
    heads_end: float
    hired: float
    left: float
    contract_ended: float
    dropped_out: float
    moved_in: float
    moved_out: float
    fte: float
    """Effective, mean over weeks; likewise required."""
    fte_required: float
    peak_short: float
    peak_week: str
    """The Monday, or first day, of the week with the worst interval."""
    intervals_short: float
    intervals_open: float
    weeks: int
    weeks_enough: int
    """Weeks whose effective hours are enough in total; then those of them with an interval that is short."""
    enough_but_short: int


def story_of(ledger: pd.DataFrame, plan: str, group: str) -> Story:
    """A group's rows of the weekly ledger in one."""
    own = ledger[(ledger["plan"] == plan) & (ledger["group"] == group)]
    total, worst = own.sum(numeric_only=True), int(own["peak_short"].to_numpy(float).argmax())
    enough = own["fte_effective"].to_numpy(float) >= own["fte_required"].to_numpy(float)
    # A week that the horizon cuts is as full as any other: FTE are per week there is.
    return Story(
        heads_start=float(own["heads_start"].iloc[0]),
        heads_end=float(own["heads_end"].iloc[-1]),
        **{name: float(total[name]) for name in MOVED},
        fte=float(own["fte_effective"].mean()),
        fte_required=float(own["fte_required"].mean()),
        peak_short=float(own["peak_short"].iloc[worst]),
        peak_week=str(own["week"].iloc[worst]),
        intervals_short=float(total["intervals_short"]),
        intervals_open=float(total["intervals_open"]),
        weeks=len(own),
        weeks_enough=int(enough.sum()),
        enough_but_short=int((enough & (own["intervals_short"].to_numpy(float) > 0.0)).sum()),
    )


def of_all_groups(ledger: pd.DataFrame, plan: str, whole: CenterShort) -> pd.DataFrame:
    """The ledger's weeks with all groups in one: intervals, and people missing in them, are the whole center's."""
    own = ledger[ledger["plan"] == plan].groupby("week", sort=False).sum(numeric_only=True)
    found = own.drop(columns=["peak_short", "intervals_short", "intervals_open"]).join(whole.weeks.set_index("week"))
    return found.reset_index().assign(plan=plan, group="")


def story_of_all(ledger: pd.DataFrame, plan: str, whole: CenterShort) -> Story:
    """All groups in one."""
    return story_of(of_all_groups(ledger, plan, whole), plan, "")


def heads_text(result: PlanResult, groups: list[str]) -> str:
    """How many people the groups have, on average if they come and go; at most so many if they are given as seats."""
    scenario, numbers = result.scenario, [result.scenario.group(group).number for group in groups]
    if scenario.uses.turnover:
        head_days = result.named(PlanResult.ledgers)["head_days"][:, numbers]
        return count(float(head_days.sum(axis=1).mean()) / scenario.clock.days)
    heads = sum(len(result.prepared.agents.of_group(number)) for number in numbers)
    return f"≤ {heads}" if any(scenario.spec.groups[group].seats for group in groups) else str(heads)


def shrinkage_rows(scenario: Scenario) -> list[tuple[str, float | None]]:
    """(kind, planned share) of each kind that is told of; paid breaks alone, as everybody has them, are not."""
    kinds = kinds_of(scenario)
    return [] if kinds == ["breaks"] else [(kind, planned(scenario, kind)) for kind in kinds]


@dataclass(frozen=True)
class Wear:
    """A group's busiest weeks, all replications together, and what they did to its attrition."""

    group: str
    weeks: float
    """That its law looks back on."""
    occupancy: float
    last: dt.date
    """Of these weeks."""
    above: float
    """The occupancy from which burnout begins."""
    factor: float
    """On attrition, in these weeks."""
    left: float
    """Over the horizon, per replication."""


def wear_of(result: PlanResult) -> list[Wear]:
    """Of each group that burnout makes leave: the busiest stretch of the weeks that its law looks back on."""
    scenario, found = result.scenario, []
    if not result.group_days.size:
        return []
    signed_on = by_name(STAFF_NAMES, result.group_days)
    for group in scenario.numbered.groups:
        g, name, law = group.number, group.name, scenario.spec.attrition.get(group.spec.attrition or "")
        burnout = law.burnout if law is not None else None
        if burnout is None:
            continue
        span = min(scenario.clock.days, round(7 * burnout.over_weeks))
        handling, available = (
            np.concatenate([[0.0], np.cumsum(signed_on[which][:, g])]) for which in ("handling", "available")
        )
        occupancy = ratio(handling[span:] - handling[:-span], available[span:] - available[:-span])
        if not np.isfinite(occupancy).any():
            continue
        last = int(np.nanargmax(occupancy))
        highest = float(occupancy[last])
        left = result.kpi("left", GROUP, name).mean
        date = scenario.clock.dates[last + span - 1]
        factor = burnout.factor(highest)
        found.append(Wear(name, burnout.over_weeks, highest, date, burnout.above_occupancy, factor, left))
    return found


def findings_of(result: PlanResult) -> tuple[Problem, ...]:
    """The scenario's warnings, what its roster shows, and what only playing does: groups of whom nobody is left."""
    return (*result.scenario.warnings, *result.prepared.foreseen, *_emptied(result))


def _emptied(result: PlanResult) -> list[Problem]:
    found = []
    for g, group in enumerate(result.scenario.groups):
        when = np.array([int(one[g]) for one in result.emptied if one[g] >= 0], dtype=int)
        if not len(when):
            continue
        week = _monday(result.scenario.clock.dates[math.floor(float(np.median(when)))])
        runs = f"{len(when)} of {plural(result.replications, 'replication')}"
        text = (
            f"nobody is left on the floor in {runs}, typically from the week of {week} on: attrition empties the group"
        )
        found.append(Problem(f"groups.{group}", text))
    return found


def _monday(date: dt.date) -> str:
    return (date - dt.timedelta(days=date.weekday())).isoformat()


def _wear_text(wear: Wear) -> str:
    """What burnout did to a group, in a sentence."""
    weeks = "week" if wear.weeks == 1.0 else f"{wear.weeks:g} weeks"
    text = f"{share(wear.occupancy)} occupancy in its busiest {weeks}, up to "
    text += f"{wear.last.day} {wear.last:%b %Y}; "
    if wear.factor > 1.0:
        text += f"attrition was {decimal(wear.factor, 2)} times the usual then; {decimal(wear.left)} left in all"
    else:
        text += f"on average below the {share(wear.above, 0)} from which more people leave"
    return text


def remarks_of(result: PlanResult) -> tuple[Problem, ...]:
    """(what, how) of burnout, and of what a leaver costs beside what is published; nothing where nobody moves."""
    if not result.scenario.uses.moving_workforce:
        return ()
    burnout = (Problem(f"Burnout of {wear.group}", _wear_text(wear)) for wear in wear_of(result))
    days = float(result.leave_not_taken) / result.replications
    leave = f"{decimal(days)} days a run found no place under the cap" if days >= SEEN else ""
    told = (("Replacing an agent", _replacement_text(result)), ("Leave not taken", leave))
    return (*burnout, *(Problem(what, text) for what, text in told if text))


def _replacement_text(result: PlanResult) -> str:
    """What it took to replace an agent, beside what is published; nothing where nobody reached the floor."""
    if not result.replacement.size:
        return ""
    spent = dict(zip(REPLACEMENT_SUMS, result.replacement.sum(axis=0).tolist(), strict=True))
    reached = spent.pop("reached")
    if not reached:
        return ""
    currency = result.scenario.spec.center.currency
    parts = ", ".join(f"{name.replace('_', ' ')} {count(amount / reached)}" for name, amount in spent.items() if amount)
    low, high = PUBLISHED_REPLACEMENT
    return (
        f"{money(sum(spent.values()) / reached, currency)} as simulated"
        + (f" ({parts})" if parts else "")
        + f"; published: USD {count(low)} to {count(high)} (Gartner, McKinsey, second hand), which is in no total"
    )
