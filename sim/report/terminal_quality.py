"""What the terminal says of cases that come again, of what customers feel, and what that is worth; nothing unused."""

from __future__ import annotations

import math

from rich.markup import escape
from rich.table import Table as Grid
from rich.text import Text

from sim.measures.kpis import TITLED
from sim.report.figures import half_text
from sim.report.known import Bill, Summary
from sim.report.numbers import NOTHING, count, decimal, span
from sim.report.quality import beyond_the_end, pace_line
from sim.report.screen import caption_below, grid
from sim.report.tables import Tables
from sim.report.words import (
    ALL,
    CUSTOMERS,
    GOODWILL_LINES,
    IN_ALL,
    NET_COST,
    OF_LOOP,
    PILLARS,
    amount_digits,
    figure_text,
)
from sim.study.result import PlanResult
from sim.study.statistics import Estimate
from sim.units import HOUR

COMES_AGAIN = (
    ("cases", "cases"), ("attempts_per_case", "each"), ("repeat_rate", "repeat"), ("redial_rate", "redial"),
    ("escalation_rate", "escalated"), ("swarm_rate", "swarmed"), ("rushed_share", "rushed"),
)  # fmt: skip
RESOLVED = (
    ("fcr", "FCR"), ("fcr_net", "net"), ("fcr_observed", "observed"),
    ("case_resolution_rate", "in the end"), ("time_to_resolution_h", "after"), ("cases_open_end", "open at end"),
)  # fmt: skip
EXPLAINED = (
    ("fcr_net", "net: of those that anybody can resolve"),
    ("fcr_observed", "observed: nobody came again in 7 days"),
    ("case_resolution_rate", "in the end: of all cases, also those lost"),
    ("transfer_rate", "handed on: unresolved at its queue, of all queues as it ends"),
)
EXACT = ("case_resolution_rate", "fcr", "csat", "csat_case")
"""Shares with their intervals; the others are told by their means where room is short."""

FEELINGS = (("csat", "CSAT, %"), ("csat_case", "by case, %"), ("nps", "NPS"), ("ces", "CES (1 to 7)"))
SIX = dict(zip(PILLARS, ("personal", "integrity", "expected", "resolved", "effort", "empathy"), strict=True))


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
    satisfied = _by_queue(known, label, "What customers feel (a model)", FEELINGS)
    pillars = _by_queue(known, label, "Six pillars, out of 10", tuple(SIX.items()))
    for table in (pillars or satisfied)[-1:]:
        caption_below(table, "by weights given or assumed: good for comparing plans, not as a level")
    return [*satisfied, *pillars]


def customers(result: PlanResult, label: str, tables: Tables) -> Grid | None:
    """Who was let down, who left, and what a plan costs once that is counted."""
    known, currency = tables.known, result.scenario.spec.center.currency
    bill = Bill(tables.costs)
    counted = [kpi for kpi in CUSTOMERS if known.tells(label, kpi)]
    spent = [line for line in GOODWILL_LINES if bill.tells(label, line)]
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
        add(f"{line.capitalize()}, in the cost", bill.line(label, line), "money")
    for kpi in IN_ALL:
        if known.tells(label, kpi):
            add(TITLED[kpi].title, known.kpi(label, kpi), TITLED[kpi].unit)
    if "net_cost" in counted:
        caption_below(table, f"net cost: {NET_COST}")
    return table


def _by_queue(known: Summary, label: str, title: str, columns: tuple[tuple[str, str], ...]) -> list[Grid]:
    """A row per queue, and one for all of them; no table where nobody tells any of the columns."""
    places = [("queue", name) for name in known.names(label, "queue")] + [("center", "all")]
    shown = [(kpi, head) for kpi, head in columns if any(known.tells(label, kpi, *place) for place in places)]
    rows = [place for place in places if any(known.tells(label, kpi, *place) for kpi, _ in shown)]
    if not rows:
        return []
    # One queue is the whole center.
    rows = rows[:-1] if len(rows) == 2 and rows[-1][0] == "center" else rows
    table = grid(title, ("queue", "l"), *((head, "r") for _, head in shown))
    for scope, name in rows:
        cells = [_cell(known.kpi(label, kpi, scope, name), kpi) for kpi, _ in shown]
        table.add_row(escape(name) if scope == "queue" else ALL, *cells)
    return [table]


def _cell(e: Estimate, kpi: str) -> str:
    unit = TITLED[kpi].unit
    if not math.isfinite(e.mean):
        return NOTHING
    if unit == "share":
        half = half_text(e.times(100), 1) if kpi in EXACT else ""
        return f"{decimal(100 * e.mean)} {half.replace('± ', '±').replace(' to ', '–')}".rstrip()
    if unit == "h":
        return span(e.mean * HOUR)
    return figure_text(e.mean, unit) if unit in ("points", "contacts") else count(e.mean)
