"""The tables of a search for staff, its rosters, and what the manifest says of it."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pandas as pd

from sim import observations as obs
from sim.report.text.staffing import verdict
from sim.report.text.staffing_values import (
    found_result,
    heads_text,
    how_sure,
    in_unit,
    is_tested,
    money_of,
    rows_of,
    unit_of,
)
from sim.scenario.model import Scenario
from sim.staffing.found import Found
from sim.staffing.span import span_of
from sim.study.result import PlanResult
from sim.study.statistics import Estimate
from sim.study.targets import verdicts_of
from sim.units import WEEKDAYS
from sim.workforce.roster import Roster

STAFFED = "staffed"
"""What the plan found is called."""


def staffing_table(f: Found) -> pd.DataFrame:
    """A row per group, shift and contract: people today, and in the plan found."""
    columns = ["plan", "group", "shift", "contract_hours", "today", "found", "change"]
    rows = [
        (STAFFED, c.group, c.shift, math.nan if c.hours is None else c.hours, c.today, found, found - c.today)
        for c, found in rows_of(f)
    ]
    return pd.DataFrame(rows, columns=columns)


def binding_table(f: Found) -> pd.DataFrame:
    """A row per period of every target, the tightest first, under the plan found; on which luck."""
    columns = [
        "plan", "scope", "name", "kpi", "per", "date", "start", "is", "target", "mean", "ci_low", "ci_high", "margin",
        "holds", "luck", "taking_away_breaks",
    ]  # fmt: skip
    luck = "fresh" if is_tested(f) else "the search's"
    breakers: dict[tuple[str, ...], list[str]] = {}
    for w in f.worth:
        if w.breaks is not None:
            p = w.breaks
            breakers.setdefault((p.scope, p.name, p.kpi, p.date, p.start), []).append(f.allowed.columns[w.column].name)
    rows = [
        (
            STAFFED, p.scope, p.name, p.kpi, p.per, p.date, p.start, "at most" if p.at_most else "at least", p.target,
            p.level.mean, p.level.low, p.level.high, p.margin, how_sure(p), luck,
            "; ".join(breakers.get((p.scope, p.name, p.kpi, p.date, p.start), ())),
        )
        for p in f.periods
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def worth_table(f: Found) -> pd.DataFrame:
    """A row per group, shift and contract: what one person fewer saves, and which target that breaks first."""
    columns = [
        "plan", "group", "shift", "contract_hours", "people", "saves", "unit", "periods_failing", "breaks", "kpi",
        "date", "start", "target", "level", "confirmed",
    ]  # fmt: skip
    rows = []
    for w in f.worth:
        c, p = f.allowed.columns[w.column], w.breaks
        broken = (
            ("", "", "", "", math.nan, math.nan)
            if p is None
            else (p.name, p.kpi, p.date, p.start, p.target, p.level.mean)
        )
        rows.append((
            STAFFED, c.group, c.shift, math.nan if c.hours is None else c.hours, f.heads[w.column],
            in_unit(f, w.saves), unit_of(f), w.failing, *broken, "no",
        ))  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def curve_table(f: Found) -> pd.DataFrame:
    """A row per level of all targets: the least of what is minimised, and with whom; on the search's luck."""
    columns = ["plan", "target", "minimised", "unit", "least", "people", "staffing", "confirmed"]
    rows = [
        (
            STAFFED, p.target, f.wanted.minimise, unit_of(f), math.nan if p.heads is None else in_unit(f, p.cost),
            math.nan if p.heads is None else sum(p.heads), "" if p.heads is None else heads_text(f, p.heads), "no",
        )
        for p in f.curve
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def need_table(f: Found) -> pd.DataFrame:
    """A row per pool, weekday and interval: seats that the formula and the simulation ask for, and those there are."""
    columns = [
        "plan", "pool", "weekday", "start", "required_formula", "required_simulated", "seats_today", "seats_found",
        "required_formula_whole", "required_simulated_whole",
    ]  # fmt: skip
    rows = [
        (
            STAFFED, n.pool, WEEKDAYS[n.weekday], n.start, n.formula, n.simulated, n.today, n.found,
            math.ceil(n.formula - 1e-9), math.ceil(n.simulated - 1e-9),
        )
        for n in f.need
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def roster_table(result: PlanResult, group: str | None = None) -> pd.DataFrame:
    """The starting staff's shifts and breaks as a roster file has them, each date's by agent: of a group, or of all."""
    scenario, agents = result.scenario, result.prepared.agents
    roster = result.prepared.roster or Roster(scenario, agents)
    who = agents.starting if group is None else agents.starting & (agents.group == scenario.group(group).number)
    found = roster.of_dates(roster.dates, who)
    columns = ["agent", "date", "start", "end", "activity", "paid"]
    numbers = zip(*(getattr(found, key).tolist() for key in columns if key != "date"), strict=True)
    rows = [
        (agents.names[agent], *_local(scenario, int(agents.group[agent]), start, end), obs.ACTIVITIES[activity], paid)
        for agent, start, end, activity, paid in numbers
        if start < scenario.clock.end and end > 0.0
    ]
    table = pd.DataFrame(rows, columns=columns).sort_values(["date", "agent", "start"], kind="stable")
    return table.assign(paid=["yes" if paid else "no" for paid in table["paid"]]).reset_index(drop=True)


def rostered(scenario: Scenario) -> list[str]:
    """Groups with people whose shifts a roster can say."""
    return [group for group, spec in scenario.spec.groups.items() if spec.seats is None]


def _local(scenario: Scenario, group: int, start: float, end: float) -> tuple[str, str, str]:
    """(date, start, end) where the group is."""
    zone = scenario.numbered.groups[group].local_time.zone
    first, last = (scenario.clock.moment(moment).astimezone(zone) for moment in (start, end))
    return first.date().isoformat(), _time(first), _time(last)


def _time(moment: dt.datetime) -> str:
    return moment.strftime("%H:%M" if moment.second == 0 else "%H:%M:%S")


def described(f: Found) -> dict[str, Any]:
    """The answer, for the manifest; money and hours in the unit told."""
    b, c = f.bound, f.confirmation
    result = found_result(f)
    return {
        "sentence": verdict(f).text,
        "minimised": f.wanted.minimise,
        "unit": unit_of(f),
        "found": _plain(result.kpi(money_of(f)).times(span_of(f.plan).scale)),
        "people": sum(f.heads),
        "people_today": sum(f.allowed.today),
        "holds": f.holds,
        "finished": f.is_finished,
        "changes": f.changes,
        "confirmed": {
            "sure": c.is_sure, "replications": c.replications, "seed": c.seed, "plans_tried": c.tried, "says": c.says,
        },
        "bound": None if b is None else {
            "least": in_unit(f, b.cost), "gap": b.gap, "kind": b.kind, "rests_on": b.rests_on,
        },
        "impossible": None if f.impossible is None else {
            "name": f.impossible.period.name, "date": f.impossible.period.date,
            "level": f.impossible.period.level.mean, "target": f.impossible.period.target,
            "in_the_way": f.impossible.in_the_way,
        },
        "chance_that_all_targets_hold": _plain(verdicts_of(result)[-1].all_met),
        "staffings_played": f.plays,
        "replications_played": f.replications,
        "seconds": round(f.seconds, 3),
    }  # fmt: skip


def _plain(e: Estimate) -> dict[str, float | None]:
    known = {"mean": e.mean, "low": e.low, "high": e.high}
    return {name: value if math.isfinite(value) else None for name, value in known.items()}
