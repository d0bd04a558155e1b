"""Risk as a table: a row per plan and figure."""

from __future__ import annotations

import math

import pandas as pd

from sim.choosing.off_forecast import Off
from sim.choosing.risk import PlanRisk, Risk, Spread
from sim.study.statistics import UNKNOWN, Estimate

COLUMNS = ("plan", "figure", "scope", "name", "span", "unit", "value", "ci_low", "ci_high", "of", "note")
"""`of`: on how many it rests: spans of all replications together, else replications."""

Row = tuple[object, ...]


def risk_table(risk: Risk) -> pd.DataFrame:
    """Chances that a span of time fails, each target's worst period, the range of cost and of service level over
    replications, a year, a point of service level, a resolved case. Money over the horizon, but for a year's."""
    rows = [(one.plan, *row) for one in risk.plans for row in _rows(one, risk.replications)]
    rows += [(one.plan, *row) for one in risk.off for row in _off(one)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _rows(one: PlanRisk, runs: int) -> list[Row]:
    rows: list[Row] = [
        ("fails", each.scope, each.name, each.span, "share", *_three(each.chance), each.spans, "")
        for each in one.failing
    ]
    for verdict in one.verdicts[:-1]:
        if verdict.worst[0]:
            at, level, aim = " ".join(verdict.worst).strip(), verdict.worst_level, verdict.target
            short = Estimate(aim - level.mean, aim - level.high, aim - level.low)
            rows.append(("worst_short", verdict.scope, verdict.name, at, "share", *_three(short), runs, ""))
    rows += _range("cost_total", "money", one.cost)
    rows += _range("service_level", "share", one.service) if one.service is not None else []
    rows += [
        _money("cost_a_year", one.year.cost, runs, one.year.why or "an extrapolation"),
        _money("cost_a_year_difference", one.year.change, runs, one.year.why or "an extrapolation"),
        _money("saved_per_point" if one.per_point.saves else "cost_per_point", one.per_point.money, runs,
               one.per_point.why),
        _money("cost_per_resolution", one.per_case, runs, "" if _is_known(one.per_case) else "a target is not held"),
    ]  # fmt: skip
    back = one.payback
    if back.kind:
        weeks = [math.nan if n is None else float(n) for n in (back.weeks, back.low, back.high)]
        rows.append(("payback", "center", "all", "", "weeks", *weeks, runs, back.kind))
    return rows


def _off(one: Off) -> list[Row]:
    """What a forecast that is off changes, and the chance that all targets hold then."""
    by = f"{one.error.what} +{100 * one.error.by:.3g} %"
    note = "one sd of the forecast error" if one.error.is_stated else "an assumption"
    return [
        (f"{figure}_if_off", "center", "all", by, unit, *_three(e), one.after.replications, note)
        for figure, unit, e in (
            ("service_level_difference", "share", one.level), ("cost_difference", "money", one.cost),
            ("all_hold", "share", one.after.all_met),
        )
    ]  # fmt: skip


def _money(figure: str, e: Estimate, runs: int, note: str) -> Row:
    return (figure, "center", "all", "", "money", *_three(e), runs, note)


def _range(figure: str, unit: str, spread: Spread) -> list[Row]:
    ends = ("p10", "p90") if spread.is_percentiles else ("least", "most")
    return [
        (f"{figure}_{end}", "center", "all", "", unit, value, *_three(UNKNOWN)[1:], spread.replications, "")
        for end, value in zip(ends, (spread.low, spread.high), strict=True)
    ]


def _is_known(e: Estimate) -> bool:
    return math.isfinite(e.mean)


def _three(e: Estimate) -> tuple[float, float, float]:
    return e.mean, e.low, e.high
