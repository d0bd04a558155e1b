"""The tables of a hiring year that was found, and what the manifest says of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.measures.periods import first_days
from sim.report.tables.staffing import STAFFED
from sim.staffing.hiring.found import HiringFound
from sim.study.statistics import Estimate


def classes_table(f: HiringFound) -> pd.DataFrame:
    """A row per class of the plan found."""
    columns = ["plan", "class", "group", "like", "starts", "on_the_floor", "until", "offers", "expected_to_start"]
    rows = []
    for name, one in f.names.items():
        intake, starts = f.intakes[one.intake], f.starts(name)
        until = intake.hiring.contract_until
        rows.append((
            STAFFED, name, intake.group, intake.like, starts.isoformat(), intake.on_the_floor(starts).isoformat(),
            "" if until is None else until.isoformat(), one.offers, one.offers * intake.hiring.show_up,
        ))  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def binding_table(f: HiringFound) -> pd.DataFrame:
    """A row per period of every target, the tightest first, under the plan found."""
    columns = ["plan", "scope", "name", "kpi", "per", "date", "start", "target", "mean", "ci_low", "ci_high", "margin"]
    rows = [
        (STAFFED, p.scope, p.name, p.kpi, p.per, p.date, p.start, p.target, p.level.mean, p.level.low, p.level.high,
         p.margin)
        for p in f.periods
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def plans_table(f: HiringFound) -> pd.DataFrame:
    """A row per plan of the file on the fresh luck, and the plan found; money over the horizon."""
    columns = ["plan", "kpi", "cost", "cost_low", "cost_high", "found_less_it", "low", "high", "holds_on_average"]
    rows: list[tuple[Any, ...]] = [
        (r.plan, f.kpi, r.cost.mean, r.cost.low, r.cost.high, r.difference.mean, r.difference.low, r.difference.high,
         r.holds)
        for r in f.rivals
    ]  # fmt: skip
    on_average = all(one.gap <= 0.0 for one in f.verdicts)
    rows.append((STAFFED, f.kpi, f.cost.mean, f.cost.low, f.cost.high, np.nan, np.nan, np.nan, on_average))
    return pd.DataFrame(rows, columns=columns)


def delays_table(f: HiringFound) -> pd.DataFrame:
    """A row per delay of the first class: as played, and what the best found without an earlier one costs more."""
    columns = [
        "plan", "weeks_later", "saves", "saves_low", "saves_high", "lowest", "date", "target", "mean", "ci_low",
        "ci_high", "best_from_then_on_costs_more", "more_low", "more_high",
    ]  # fmt: skip
    rows = [
        (STAFFED, d.weeks, d.saves.mean, d.saves.low, d.saves.high, d.lowest.name, d.lowest.date, d.lowest.target,
         d.lowest.level.mean, d.lowest.level.low, d.lowest.level.high, *_of(d.instead))
        for d in f.delays
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _of(e: Estimate | None) -> tuple[float, float, float]:
    return (np.nan, np.nan, np.nan) if e is None else (e.mean, e.low, e.high)


def heads_table(f: HiringFound) -> pd.DataFrame:
    """Expected effective people, proficient agents on the contract, in the mean of each week: a row per week, group
    and plan."""
    clock, rows = f.plan.clock, []
    first = first_days(clock, "week")
    ends = [*first[1:].tolist(), clock.days]
    for plan, people in f.effective.items():
        for begin, end in zip(first.tolist(), ends, strict=True):
            for number, group in enumerate(f.plan.groups):
                rows.append((plan, clock.dates[begin].isoformat(), group, float(people[begin:end, number].mean())))
    return pd.DataFrame(rows, columns=["plan", "week", "group", "effective_expected"])


TABLES = {
    "classes": classes_table,
    "binding": binding_table,
    "plans": plans_table,
    "delays": delays_table,
    "heads": heads_table,
}


def described(f: HiringFound) -> dict[str, Any]:
    """For the manifest."""
    return {
        "minimise": f.kpi,
        "classes": {
            name: {
                "group": f.intakes[one.intake].group, "starts": f.starts(name).isoformat(), "offers": one.offers
            }
            for name, one in f.names.items()
        },
        "allowed": {
            f"{n}": {
                "group": i.group, "like": i.like, "dates": [date.isoformat() for date in i.dates],
                "offers": [i.size.at_least, i.size.at_most], "classes_at_most": i.at_most,
                "in_training_at_most": i.in_training,
            }
            for n, i in enumerate(f.intakes)
        },
        "confirmed": f.confirmation.is_sure,
        "confirmation": f.confirmation.says,
        "fresh_seed": f.confirmation.seed,
        "tried": f.confirmation.tried,
        "bound": None if f.bound is None else {"cost": f.bound.cost, "gap": f.bound.gap, "rests_on": f.bound.rests_on},
        "impossible": f.in_the_way or None,
        "finished": f.is_finished,
        "plans_played": f.plays,
        "replications_played": f.replications,
    }  # fmt: skip
