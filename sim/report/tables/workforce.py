"""The weekly ledger as a table: heads, hours, full-time equivalents against need, shrinkage, by week and group."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.measures.kpis import GROUP, by_name, shrinkage
from sim.measures.ledger import by_week, nobody_moves
from sim.measures.periods import by_period, first_days
from sim.measures.shortage import shortage
from sim.measures.shrinkage import planned_in_all
from sim.study.kept import STAFF_NAMES
from sim.study.result import PlanResult
from sim.units import HOUR
from sim.workforce.contract_hours import have_contracts, parts_of_week, weekly_contracts

Floats = NDArray[np.float64]

WORKING_DAYS = 5
"""Of a full-time week: one that the horizon cuts counts by them, not by the calendar's seven."""


def workforce_table(result: PlanResult, label: str, paid_need: Floats) -> pd.DataFrame:
    """A row per week and group, group by group; `paid_need`: paid hours required, intervals × groups.

    Movements are a week's, stages those at its end, hours and shrinkage means over replications. What is required and
    short is of the expected load and the people scheduled: the same however many are played.
    """
    scenario, clock, runs = result.scenario, result.scenario.clock, result.replications
    first = first_days(clock, "week")
    first_interval = np.asarray(clock.day_first)[first]
    full_time = scenario.spec.center.full_time_hours * np.minimum(1.0, np.diff(first, append=clock.days) / WORKING_DAYS)
    ledger = {name: values / runs for name, values in by_week(*_ledger(result), first).items()}
    staff = by_name(STAFF_NAMES, by_period(result.group_days, first) / runs / HOUR)
    effective = by_period(result.effective, first) / runs / HOUR
    need = result.requirement()
    found = [shortage(scenario, need, GROUP, group).by_period(first_interval) for group in scenario.groups]
    peak, short, is_open = (np.stack(column, axis=1).astype(float) for column in zip(*found, strict=True))
    # What is needed is counted in hours of the people there, at their speed.
    effective_hours = need.group_required * result.need.presence.speed * clock.interval / HOUR
    required_fte = np.add.reduceat(effective_hours, first_interval, axis=0) / full_time[:, None]
    planned = [planned_in_all(scenario, group) for group in scenario.groups]
    columns: dict[str, Any] = {
        **{name: ledger[name] for name in ("heads_start", "hired", "graduated", "left", "heads_end")},
        **{name: ledger[name] for name in ("in_training", "nesting", "ramping")},
        "contracted_hours": staff["contracted"],
        "paid_hours": staff["paid"],
        "available_hours": staff["available"],
        "fte_effective": effective / full_time[:, None],
        "required_hours": np.add.reduceat(paid_need, first_interval, axis=0),
        "peak_short": peak,
        "shrinkage_planned": np.broadcast_to([np.nan if p is None else p for p in planned], effective.shape),
        "shrinkage_produced": shrinkage(staff),
        **{name: ledger[name] for name in ("moved_in", "moved_out", "contract_ended", "dropped_out")},
        "intervals_short": short,
        "fte_required": required_fte,
        "intervals_open": is_open,
        "contract_hours": by_period(_contract_hours(result), first),
    }
    weeks, groups = effective.shape
    dates = [clock.dates[day].isoformat() for day in first]
    frame = pd.DataFrame({"plan": label, "week": dates * groups, "group": np.repeat(scenario.groups, weeks)})
    for name, values in columns.items():
        frame[name] = np.asarray(values).T.reshape(-1)
    return frame


def _ledger(result: PlanResult) -> tuple[Floats, Floats]:
    """(movements, standing), summed over replications."""
    if result.movements.size:
        return result.movements, result.standing
    scenario, agents = result.scenario, result.prepared.agents
    heads = np.array([float(len(agents.of_group(g))) for g in range(len(scenario.groups))])
    return nobody_moves(heads * result.replications, scenario.clock.days)


def _contract_hours(result: PlanResult) -> Floats:
    """Days × groups: the hours that contracts call for; NaN where the file gives none."""
    scenario, agents = result.scenario, result.prepared.agents
    if result.on_contract.size:
        a_week = result.on_contract / result.replications
    else:
        hours = weekly_contracts(agents.contract_hours, scenario.spec.center.full_time_hours)
        a_week = np.bincount(agents.group, hours, len(scenario.groups))[None, :].astype(np.float64)
    given = np.where(have_contracts(scenario, agents), 1.0, np.nan)
    return np.asarray(a_week * parts_of_week(scenario) * given)


def contract_rows(result: PlanResult, label: str) -> pd.DataFrame:
    """Rows of the summary: of each group's contracts, the hours, those of a full week's roster, and the heads."""
    rows = [
        (
            label,
            "contract",
            f"{one.group} {one.hours:g} h",
            kpi,
            unit,
            value,
            np.nan,
            np.nan,
            np.nan,
            result.replications,
        )
        for one in result.prepared.contracts
        for kpi, unit, value in (
            ("contract_hours_week", "h", one.hours),
            ("rostered_hours_week", "h", one.rostered),
            ("contract_heads", "heads", float(one.heads)),
        )
    ]
    columns = ["plan", "scope", "name", "kpi", "unit", "mean", "ci_low", "ci_high", "sd", "replications"]
    return pd.DataFrame(rows, columns=columns)
