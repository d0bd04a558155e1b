"""The workbook of a run or a comparison: the decision, plans side by side, and the tables behind them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from sim.choosing.decision import Decision, Weighed
from sim.choosing.risk import Risk
from sim.measures.kpis import CENTER, TITLED
from sim.report.tables.decision import role_of
from sim.report.tables.risk import risk_table
from sim.report.tables.study import Tables
from sim.report.text.decision import WHAT, Answer
from sim.report.text.facts import Facts
from sim.report.text.held import state_of
from sim.report.text.lost import lost_of
from sim.report.text.names import compared, runs_text, span_text
from sim.report.text.risk import verdict_beside
from sim.report.text.targets import period_at, target_name
from sim.report.workbook.book import MOST_ROWS, Book
from sim.report.workbook.columns import DATE, MONEY, OF_RISK, SHARE, TEXT, Column, columns_of, kind_of_unit
from sim.study.compare import HEADLINES
from sim.study.statistics import UNKNOWN, Estimate

WORKBOOK = "results.xlsx"
WIDTHS = (52, 18, 18, 18, 44)
"""Of the first sheet's columns."""

Called = Mapping[str, Mapping[str, tuple[str, str]]]

KEYS = ["plan", "scope", "name", "kpi"]
INTERVAL = "From and to: where the value lies with 95 % confidence. Empty where one replication tells no interval."


def write_workbook(folder: Path, tables: Tables, facts: Facts, decision: Decision, answer: Answer) -> None:
    """`results.xlsx` in the folder."""
    currency = facts.currency
    of = {per: tables.periods[tables.periods["period"] == per] for per in ("day", "week", "month")}
    if len(of["month"]["date"].unique()) < 2:
        del of["month"]
    sheets: dict[str, list[Column]] = {
        "Plans": plans_columns(decision, tables, facts),
        "Figures": columns_of(_figures(tables, facts.risk), currency),
        "Intervals": columns_of(tables.intervals, currency),
        **{f"{per.capitalize()}s": _periods(rows, per, currency) for per, rows in of.items()},
        "Workforce": columns_of(tables.workforce, currency),
        "Costs": columns_of(tables.costs, currency, called=_AMOUNTS),
        "Risk": _risk(facts),
        "Assumptions": assumptions_columns(facts),
    }
    with Book(folder / WORKBOOK, facts.title, currency, facts.author) as book:
        book.letter("Decision", [*_told(answer), *about(facts, sheets)], numbers_columns(decision), WIDTHS)
        for name, columns in sheets.items():
            if columns:
                book.table(name, columns)


_AMOUNTS = {"mean": ("Amount", MONEY), "ci_low": ("From", MONEY), "ci_high": ("To", MONEY)}


def write_tables(
    folder: Path, told: Sequence[str], tables: Mapping[str, pd.DataFrame], facts: Facts, called: Called | None = None
) -> None:
    """`results.xlsx` of anything that is answered in sentences, with tables behind them: a sheet each.

    `called`: by sheet, headings and kinds of columns that mean another thing there than elsewhere.
    """
    sheets = {name: columns_of(t, facts.currency, called=(called or {}).get(name)) for name, t in tables.items()}
    sheets["Assumptions"] = assumptions_columns(facts)
    lines = [("Decision" * (n == 0), text) for n, text in enumerate(told)]
    with Book(folder / WORKBOOK, facts.title, facts.currency, facts.author) as book:
        book.letter("Decision", [*lines, *about(facts, sheets)], [], WIDTHS)
        for name, columns in sheets.items():
            if columns:
                book.table(name, columns)


# ---------------------------------------------------------------- the decision


def _told(answer: Answer) -> list[tuple[str, str]]:
    first, *others = (sentence.text for sentence in answer.sentences)
    notes = [("To know before it is taken" * (n == 0), note) for n, note in enumerate(answer.notes)]
    return [("Decision", first), *(("", text) for text in others), *notes]


def about(facts: Facts, sheets: dict[str, list[Column]]) -> list[tuple[str, str]]:
    """What was played, and what repeats it."""
    often = runs_text(facts.replications.values())
    played = (
        f"{facts.title}, {span_text(facts.start, facts.last)}: {often}, seed {facts.seed}, version {facts.version}."
    )
    cut = [name for name, columns in sheets.items() if columns and len(columns[0].values) > MOST_ROWS]
    made = [("Made by", facts.author)] if facts.author else []
    lines = [*made, ("What was played", played), ("", f"To repeat it: {facts.command}"), ("", INTERVAL)]
    if cut:
        lines.append(("", f"More rows than a sheet holds, so that they go on in the next: {', '.join(cut)}."))
    return lines


def numbers_columns(d: Decision) -> list[Column]:
    """The numbers of the decision, each with its interval."""
    one = d.chosen or d.baseline
    what = WHAT[d.kpi].capitalize()
    rows: list[tuple[str, Estimate, str, str]] = [
        (f"{what} of {one.plan}", one.money, MONEY, "over all that was played")
    ]
    if one.plan != d.baseline.plan:
        rows.append((f"Difference from {d.baseline.plan}", one.change, MONEY, "below 0: it costs less"))
    rows.append(("Chance that every target holds", _chance(d, one), SHARE, ""))
    if one.worst is not None:
        name = f"{target_name(one.worst)} {period_at(one.worst)}, its worst period"
        rows.append((name, one.worst.worst_level, SHARE, f"target {one.worst.target:.0%}".replace("%", " %")))
    if d.runner_up is not None:
        rows.append((f"Runner-up {d.runner_up.plan}: difference from {one.plan}", d.runner_up.apart, MONEY, ""))
    names, found, kinds, notes = zip(*(row for row in rows if math.isfinite(row[1].mean)), strict=True)
    return [Column("Figure", TEXT, names), *_three("Value", "", found, kinds), Column("Note", TEXT, notes)]


def _three(heading: str, of: str, found: Sequence[Estimate], kind: str | Sequence[str]) -> list[Column]:
    """A value and the ends of its interval, in columns of their own."""
    ends = ("From", "To") if not of else (f"{of}, from", f"{of}, to")
    return [
        Column(heading, kind, [e.mean for e in found]),
        Column(ends[0], kind, [e.low for e in found]),
        Column(ends[1], kind, [e.high for e in found]),
    ]


# ---------------------------------------------------------------- plans


def plans_columns(d: Decision, tables: Tables, facts: Facts) -> list[Column]:
    """A row per plan: what it changes, whether it holds, what it costs, and the figures that plans are compared by."""
    worst = [one.worst for one in d.plans]
    several = len(d.plans) > 1
    columns = [
        Column("Plan", TEXT, [one.plan for one in d.plans]),
        Column("What it is", TEXT, [_description(one, d, facts) for one in d.plans]),
        *([Column("Role", TEXT, [role_of(d, one) for one in d.plans])] if several else []),
        Column("Targets", TEXT, [_state(d, one) for one in d.plans]),
        *_three("Chance that every target holds", "Chance", [_chance(d, one) for one in d.plans], SHARE),
        Column("Worst target", TEXT, ["" if w is None else f"{target_name(w)} {period_at(w)}" for w in worst]),
        *_three("Level there", "Level there", [UNKNOWN if w is None else w.worst_level for w in worst], SHARE),
        Column("Target there", SHARE, [math.nan if w is None else w.target for w in worst]),
        *_three(WHAT[d.kpi].capitalize(), WHAT[d.kpi].capitalize(), [one.money for one in d.plans], MONEY),
    ]
    if several:
        base = d.baseline.plan
        columns += _three(f"Difference from {base}", f"Difference from {base}", [one.change for one in d.plans], MONEY)
    shut_out = any(lost_of(tables.known, plan).shut_out for plan in facts.plans)
    for kpi in compared(HEADLINES, shut_out=shut_out):
        if kpi != d.kpi and any(tables.known.tells(plan, kpi) for plan in facts.plans):
            columns += _of_kpi(kpi, [tables.known.kpi(one.plan, kpi) for one in d.plans])
    if several:
        columns.append(Column("No worse in anything, and costs less", TEXT, [one.dominated_by for one in d.plans]))
        columns.append(Column("Not considered, as", TEXT, [one.left_out.why for one in d.plans]))
    return [column for column in columns if any(value not in ("", None) and value == value for value in column.values)]


def _chance(d: Decision, one: Weighed) -> Estimate:
    return UNKNOWN if d.kind == "one replication" else one.whole.all_met


def _state(d: Decision, one: Weighed) -> str:
    return "one replication tells no verdict" if d.kind == "one replication" else state_of(one)


def _description(one: Weighed, d: Decision, facts: Facts) -> str:
    return facts.descriptions.get(one.plan, "") or ("today's plan" if one.plan == d.baseline.plan else "")


def _of_kpi(kpi: str, found: list[Estimate]) -> list[Column]:
    row = TITLED[kpi]
    units = {"s": ", s", "h": ", hours"}
    heading = row.title + ("" if "hours" in row.title.lower() else units.get(row.unit, ""))
    return _three(heading, heading, found, kind_of_unit(row.unit, "money"))


# ---------------------------------------------------------------- the rest


def _periods(rows: pd.DataFrame, per: str, currency: str) -> list[Column]:
    first = "Date" if per == "day" else f"{per.capitalize()} from"
    return columns_of(rows, currency, leave_out=("period",), called={"date": (first, DATE)})


def _figures(tables: Tables, risk: Risk | None) -> pd.DataFrame:
    """Every figure, where plans were compared with its difference from the baseline."""
    if tables.comparison is None:
        return tables.summary
    change = tables.comparison.rename(columns={"ci_low": "difference_low", "ci_high": "difference_high"})
    change["better"] = [
        verdict_beside(risk, kpi, verdict, plan, baseline) if verdict and scope == CENTER else verdict
        for kpi, verdict, plan, baseline, scope in zip(
            *(change[name] for name in ("kpi", "better", "plan", "baseline", "scope")), strict=True
        )
    ]
    return tables.summary.merge(change.drop(columns="baseline"), on=KEYS, how="left")


def _risk(facts: Facts) -> list[Column]:
    """What risk.csv has; nothing of it from one replication."""
    if facts.risk is None or facts.risk.replications < 2:
        return []
    return columns_of(risk_table(facts.risk).rename(columns={"figure": "kpi"}), facts.currency, called=OF_RISK)


def assumptions_columns(facts: Facts) -> list[Column]:
    """What was assumed, and what is odd."""
    rows: list[tuple[str, str, Any]] = [("assumed", where, what) for where, what in facts.assumptions]
    rows += [("to check", where, what) for where, what in facts.warnings]
    rows = rows or [("", "", "nothing: the file says it all")]
    return [Column(heading, TEXT, values) for heading, values in zip(
        ("Kind", "Setting", "What is taken"), zip(*rows, strict=True), strict=True
    )]  # fmt: skip
