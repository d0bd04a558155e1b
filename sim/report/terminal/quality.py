"""What the terminal says of cases that come again, of what customers feel, and what that is worth; nothing unused."""

from __future__ import annotations

from rich.markup import escape
from rich.table import Table as Grid
from rich.text import Text

from sim.measures.kpis import TITLED
from sim.report.tables.study import Tables
from sim.report.terminal.grid import caption_below, grid
from sim.report.text.known import Known
from sim.report.text.names import (
    ALL,
    CASES,
    CUSTOMERS,
    GOODWILL_LINES,
    IN_ALL,
    NET_COST,
    OF_LOOP,
    PILLARS,
    SATISFACTION,
    amount_digits,
    narrow_text,
)
from sim.report.text.numbers import decimal
from sim.report.text.phrases import half_text
from sim.report.text.quality import beyond_the_end, pace_line
from sim.study.result import PlanResult
from sim.study.statistics import Estimate

COMES_AGAIN = CASES[: CASES.index("fcr")]
RESOLVED = CASES[CASES.index("fcr") :]
EXPLAINED = (
    ("fcr_net", "net: of those that anybody can resolve"),
    ("fcr_observed", "observed: nobody came again in 7 days"),
    ("case_resolution_rate", "in the end: of all cases, also those lost"),
    ("transfer_rate", "handed on: unresolved at its queue, of all queues as it ends"),
)
EXACT = ("case_resolution_rate", "fcr", "csat", "csat_case")
"""Shares with their intervals; the others are told by their means where room is short."""


def loop(result: PlanResult, label: str, tables: Tables) -> list[Grid | Text]:
    """Cases and their contacts; below them, where anybody hurries or dawdles, the elasticity beside its break-even."""
    known, found = tables.known, list[Grid | Text]()
    if any(known.tells(label, kpi) for kpi in OF_LOOP):
        found += _by_queue(known, label, "Cases, contacts for each, and who comes again, %", COMES_AGAIN)
        resolved = _by_queue(known, label, "Cases resolved, % (FCR: at first contact)", RESOLVED)
        for table in resolved:
            later = beyond_the_end(result.scenario.clock.days)
            explained = [
                f"{text}, of which {later}" if later and kpi == "fcr_observed" else text
                for kpi, text in EXPLAINED
                if known.tells(label, kpi)
            ]
            if explained:
                caption_below(table, "; ".join(explained))
        found += resolved
    pace = pace_line(result.scenario)
    return [*found, Text(f"{pace}.\n")] if pace else found


def feelings(label: str, tables: Tables) -> list[Grid]:
    """Satisfaction and the six pillars."""
    known = tables.known
    satisfied = _by_queue(known, label, "What customers feel (a model)", SATISFACTION)
    pillars = _by_queue(known, label, "Six pillars, out of 10", PILLARS)
    for table in (pillars or satisfied)[-1:]:
        caption_below(table, "by weights given or assumed: good for comparing plans, not as a level")
    return [*satisfied, *pillars]


def customers(result: PlanResult, label: str, tables: Tables) -> Grid | None:
    """Who was let down, who left, and what a plan costs once that is counted."""
    known, currency = tables.known, result.scenario.spec.center.currency
    counted = [kpi for kpi in CUSTOMERS if known.tells(label, kpi)]
    spent = [line for line in GOODWILL_LINES if known.has_cost(label, line)]
    if not counted and not spent:
        return None
    table = grid("Customers and money (a run)", ("", "l"), ("", "r"), ("95 %", "r"), ("", "n"))

    def add(name: str, e: Estimate, unit: str) -> None:
        digits = amount_digits(e.mean, unit)
        table.add_row(name, decimal(e.mean, digits), half_text(e, digits), currency if unit == "money" else "")

    for kpi in counted:
        if kpi not in IN_ALL:
            add(TITLED[kpi].title, known.kpi(label, kpi), TITLED[kpi].unit)
    for line in spent:
        add(f"{line.capitalize()}, in the cost", known.cost(label, line), "money")
    for kpi in IN_ALL:
        if known.tells(label, kpi):
            add(TITLED[kpi].title, known.kpi(label, kpi), TITLED[kpi].unit)
    if "net_cost" in counted:
        caption_below(table, f"net cost: {NET_COST}")
    return table


def _by_queue(known: Known, label: str, title: str, kpis: tuple[str, ...]) -> list[Grid]:
    """A row per queue, and one for all of them; no table where nobody tells any of the columns."""
    places = [("queue", name) for name in known.names(label, "queue")] + [("center", "all")]
    shown = [kpi for kpi in kpis if TITLED[kpi].narrow and any(known.tells(label, kpi, *place) for place in places)]
    rows = [place for place in places if any(known.tells(label, kpi, *place) for kpi in shown)]
    if not rows:
        return []
    # One queue is the whole center.
    rows = rows[:-1] if len(rows) == 2 and rows[-1][0] == "center" else rows
    table = grid(title, ("queue", "l"), *((TITLED[kpi].narrow, "r") for kpi in shown))
    for scope, name in rows:
        cells = [narrow_text(known.kpi(label, kpi, scope, name), kpi, kpi in EXACT) for kpi in shown]
        table.add_row(escape(name) if scope == "queue" else ALL, *cells)
    return [table]
