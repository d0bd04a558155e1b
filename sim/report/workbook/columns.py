"""What the columns of tables are called in a workbook, and what their cells are: a planner's words, a unit in each.

Tables may grow: a column that is not named here is called by its own words, and is what its values are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.measures import kpis
from sim.units import is_number

TEXT, NUMBER, FIGURE, SHARE, MONEY, SECONDS, DATE, TIME = (
    "text", "number", "figure", "share", "money", "seconds", "date", "time",
)  # fmt: skip
"""Kinds of cells. A number has as many digits as it is large; a figure always two."""

OF_UNITS = {"share": SHARE, "s": SECONDS, "points": FIGURE}
"""By a KPI's unit; money is in the currency's name, and anything else a number."""

UNITS = {"share": "%", "s": "seconds", "h": "hours", "min": "minutes"}

SCOPES = {"center": "whole center", "contract": "contract hours"}


@dataclass(frozen=True)
class Column:
    """Cells below a heading; of one kind, or each of its own."""

    heading: str
    kind: str | Sequence[str]
    values: Sequence[Any]


NAMES: dict[str, tuple[str, str]] = {
    "plan": ("Plan", TEXT),
    "scope": ("Of", TEXT),
    "name": ("Name", TEXT),
    "kpi": ("Figure", TEXT),
    "unit": ("Unit", TEXT),
    "mean": ("Value", ""),
    "ci_low": ("From", ""),
    "ci_high": ("To", ""),
    "sd": ("Standard deviation between replications", ""),
    "replications": ("Replications", NUMBER),
    "date": ("Date", DATE),
    "week": ("Week from", DATE),
    "start": ("Start", TIME),
    "end": ("End", TIME),
    "offered": ("Contacts offered", NUMBER),
    "answered": ("Answered", NUMBER),
    "abandoned": ("Abandoned", NUMBER),
    "blocked": ("Busy signal", NUMBER),
    "refused": ("Out of hours", NUMBER),
    "service_level": ("Service level", SHARE),
    "occupancy": ("Occupancy", SHARE),
    "asa_s": ("Mean wait of answered, s", SECONDS),
    "aht_s": ("AHT, s", SECONDS),
    "seats": ("Seats scheduled", NUMBER),
    "required": ("Seats required", NUMBER),
    "required_exact": ("Seats required, in fractions", NUMBER),
    "short": ("People short", NUMBER),
    "signed_on": ("Signed on, as played", NUMBER),
    "backlog": ("Backlog", NUMBER),
    "target_met": ("Replications that met the target", SHARE),
    "line": ("Line", TEXT),
    "heads_start": ("Heads at the start", NUMBER),
    "heads_end": ("Heads at the end", NUMBER),
    "fte_effective": ("FTE, effective", NUMBER),
    "fte_required": ("FTE required", NUMBER),
    "peak_short": ("People short at the peak", NUMBER),
    "intervals_short": ("Intervals short", NUMBER),
    "intervals_open": ("Intervals open", NUMBER),
    "shrinkage_planned": ("Shrinkage, planned", SHARE),
    "shrinkage_produced": ("Shrinkage, produced", SHARE),
    "difference": ("Difference from the baseline", ""),
    "difference_low": ("Difference, from", ""),
    "difference_high": ("Difference, to", ""),
    "better": ("What it proves", TEXT),
    "confidence": ("Confidence of this interval alone", SHARE),
    "contract_hours": ("Contract hours", NUMBER),
    "per": ("Period", TEXT),
    "is": ("Must be", TEXT),
    "target": ("Target", ""),
    "margin": ("Above the target", ""),
    "holds": ("Holds", TEXT),
    "luck": ("Seen on", TEXT),
    "taking_away_breaks": ("One person fewer of these breaks it", TEXT),
    "saves": ("Saves", ""),
    "least": ("The least", ""),
    "required_formula": ("Seats required by the formula, in fractions", NUMBER),
    "required_formula_whole": ("Seats required by the formula", NUMBER),
    "required_simulated": ("Seats required by simulation, in fractions", NUMBER),
    "required_simulated_whole": ("Seats required by simulation", NUMBER),
    "level": ("Level then", SHARE),
    "periods_failing": ("Periods that fail", NUMBER),
    "breaks": ("Breaks", TEXT),
    "lever": ("Lever", TEXT),
    "value": ("Value of the lever", NUMBER),
    "starts": ("Starts", DATE),
    "on_the_floor": ("On the floor", DATE),
    "until": ("Until", DATE),
    "holds_on_average": ("Holds on average", TEXT),
    "cost": ("Cost", MONEY),
    "found_less_it": ("Plan found less this plan", MONEY),
    "more": ("Costs more", MONEY),
    "best_from_then_on_costs_more": ("Best from then on costs more", MONEY),
}
"""By the name that a column has in the files; without a kind where the row's unit says it, or its values do."""

ENDS = {"_low": ", from", "_high": ", to", "_p10": ", 10th percentile", "_p90": ", 90th percentile"}
"""Of an interval's columns, by the one that it is of."""

FIGURES = {
    "sl_negative": "Service level, abandoned count against it",
    "sl_positive": "Service level, abandoned in time count for it",
    "sl_ignore": "Service level, abandoned in time left out",
    "sl_answered": "Service level, of answered alone",
    "sl_short_excluded": "Service level, short abandons left out",
    "offered": "Contacts offered",
    "answered": "Contacts answered",
    "abandoned": "Contacts abandoned",
    "blocked": "Contacts with a busy signal",
    "out_of_hours": "Contacts out of hours",
    "within_target": "Replied in time",
    "balk_rate": "Left at once",
    "wait_mean_s": "Mean wait of everybody",
    "wait_p90_s": "Wait of nine in ten at most",
    "aht_s": "AHT",
    "effort_s": "Agent time per contact",
    "oldest_age_h": "Age of the oldest contact",
    "utilisation": "Utilisation",
    "service_level_erlang_a": "Service level by the formula (Erlang A)",
    "target_met": "Periods that meet the target",
    "all_periods_met": "Chance that every period meets the target",
    "all_targets_met": "Chance that every target holds",
    "worst_period": "Level in the worst period",
    "short_hours": "Hours short",
    "short_hours_closed": "Hours short, outside opening hours",
    "contract_hours_week": "Contract hours a week",
    "rostered_hours_week": "Rostered hours a week",
    "contract_heads": "Heads on the contract",
    "peak_short": "People short at the peak",
    "self_service_sessions": "Self-service sessions",
    "self_service_minutes": "Self-service minutes",
    "required_hours": "Paid hours required",
    "fails": "Chance to fail",
    "worst_short": "Short of the target in the worst period",
    "cost_total_p10": "Cost, 10th percentile",
    "cost_total_p90": "Cost, 90th percentile",
    "cost_total_least": "Cost, least",
    "cost_total_most": "Cost, most",
    "service_level_p10": "Service level, 10th percentile",
    "service_level_p90": "Service level, 90th percentile",
    "service_level_least": "Service level, least",
    "service_level_most": "Service level, most",
    "cost_a_year": "Cost a year",
    "cost_a_year_difference": "Cost a year, difference from the baseline",
    "saved_per_point": "Saved per point of service level given up",
    "cost_per_point": "Cost per point of service level",
    "payback": "Payback",
    "service_level_difference_if_off": "Service level, change if the forecast is off",
    "cost_difference_if_off": "Cost, change if the forecast is off",
    "all_hold_if_off": "Chance that every target holds if the forecast is off",
}
"""What people read of figures that have no title of their own."""

OF_TARGETS = ("target", "margin")

OF_RISK = {"value": ("Value", ""), "of": ("On so many replications or spans", NUMBER)}
"""Columns that mean another thing in the table of risk."""

_KPI_UNITS = {**{kpi.id: kpi.unit for kpi in kpis.KPIS}, "wait_p90_s": "s"}
_ABBREVIATIONS = {"aht": "AHT", "asa": "ASA", "fcr": "FCR", "csat": "CSAT", "nps": "NPS", "ces": "CES", "fte": "FTE"}
_UNIT_AT_END = re.compile(r"_(s|h)$")


def figure_name(kpi: str) -> str:
    """ "abandon_rate" → "Abandoned"."""
    if kpi in FIGURES:
        return FIGURES[kpi]
    return kpis.TITLED[kpi].title if kpi in kpis.TITLED else _words(_UNIT_AT_END.sub("", kpi))


_MINIMISED = {"heads": "people"}

SAID: dict[str, Callable[[str], str]] = {
    "kpi": figure_name,
    "minimised": lambda what: _MINIMISED.get(what) or figure_name(what),
    "unit": lambda unit: UNITS.get(unit, unit),
    "scope": lambda scope: SCOPES.get(scope, scope),
}
"""How the words of a column are read by people."""


def heading_of(name: str) -> tuple[str, str]:
    """(heading, kind) of a column of the files; no kind where its values say it."""
    if name in NAMES:
        return NAMES[name]
    for end, said in ENDS.items():
        if name.endswith(end):
            heading, kind = heading_of(name.removesuffix(end))
            return heading + said, kind
    if unit := _UNIT_AT_END.search(name):
        return f"{_words(name[: unit.start()])}, {unit[1]}", SECONDS if unit[1] == "s" else NUMBER
    return _words(name), ""


def columns_of(
    table: pd.DataFrame,
    currency: str,
    *,
    leave_out: Sequence[str] = (),
    called: Mapping[str, tuple[str, str]] | None = None,
) -> list[Column]:
    """A table's columns, but for those that hold nothing at all; `called`: headings and kinds of this table alone.

    Where a row has a unit, or else a KPI, what has no kind of its own is of that unit.
    """
    of_kpi = (
        [kind_of_unit(_KPI_UNITS.get(kpi, ""), currency) for kpi in table["kpi"].tolist()] if "kpi" in table else None
    )
    of_unit = [kind_of_unit(unit, currency) for unit in table["unit"].tolist()] if "unit" in table else of_kpi
    columns = []
    for name in table.columns:
        if name in leave_out or table[name].isna().all() or (table[name] == "").all():
            continue
        heading, kind = (called or {}).get(name) or heading_of(name)
        # What a target asks for is of its own figure, whatever else a row is about.
        by_row = (of_kpi or SHARE) if name in OF_TARGETS else of_unit
        is_number = pd.api.types.is_numeric_dtype(table[name].dtype) and table[name].dtype != bool
        values = _said(name, table[name].tolist())
        columns.append(Column(heading, kind or ((by_row or NUMBER) if is_number else TEXT), values))
    return columns


def kind_of_unit(unit: str, currency: str) -> str:
    """Of a sum by the horizon, or a week: "USD a week"."""
    return MONEY if unit == "money" or unit.startswith(currency) else OF_UNITS.get(unit, NUMBER)


def _said(name: str, values: list[Any]) -> list[Any]:
    """Words of the files as people read them."""
    if values and all(isinstance(value, bool) for value in values):
        return ["yes" if value else "no" for value in values]
    if name == "value" and all(is_number(value) for value in values if isinstance(value, str)):
        return [float(value) for value in values]
    if name not in SAID:
        return values
    told = {value: SAID[name](value) for value in set(values)}
    return [told[value] for value in values]


def _words(name: str) -> str:
    """ "paid_hours" → "Paid hours"."""
    words = " ".join(_ABBREVIATIONS.get(word, word) for word in name.split("_"))
    return words[:1].upper() + words[1:]
