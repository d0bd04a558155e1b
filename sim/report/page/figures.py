"""A study's figures looked up by name, and the grids that a page is made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd

from sim.choosing.risk import Risk
from sim.measures.kpis import CENTER, TITLED
from sim.report.tables.study import Tables
from sim.report.text.facts import Facts
from sim.report.text.known import Known
from sim.report.text.names import change_span, change_text, spread_text
from sim.report.text.numbers import NOTHING, share
from sim.report.text.phrases import TONES
from sim.report.text.risk import verdict_beside
from sim.study.compare import Difference
from sim.study.statistics import Estimate

MOST_OPEN = 8
"""Rows of a gathered table beyond which its further groups open on a click."""


class Cell(NamedTuple):
    text: str
    small: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Grid:
    """A table of text; the first column names the row. `folded` grids open on a click."""

    head: tuple[str, ...]
    rows: list[list[Cell]]
    title: str = ""
    folded: bool = False
    words: int = 1
    """Columns of words, from the left; numbers stand to the right."""
    groups: tuple[tuple[str, int], ...] = ()
    """(name, rows) of what the rows are gathered under; nothing where they all stand together."""
    sorts: bool = True
    """Whether rows may be put in order by a column; not where they are figures of different kinds."""

    is_wide: bool = False
    """Whether few columns take the room of many."""

    @property
    def blocks(self) -> list[tuple[str, list[list[Cell]]]]:
        """The rows under what they are gathered under."""
        if not self.groups:
            return [("", self.rows)]
        rows = iter(self.rows)
        return [(name, [next(rows) for _ in range(number)]) for name, number in self.groups]


@dataclass(frozen=True)
class Part:
    id: str
    title: str
    note: str = ""
    grids: list[Grid] = field(default_factory=list)
    told: tuple[tuple[str, str], ...] = ()
    """(what, in words) below the tables."""
    folded: bool = False
    """Whether it opens on a click, also where `chapters.py` does not say so."""
    chapter: str = ""
    """Where it stands on the page, if `chapters.py` does not say."""


class Figures(Known):
    """The figures looked up by name, with the tables and the facts behind a page."""

    def __init__(self, tables: Tables, facts: Facts) -> None:
        super().__init__(tables.summary, tables.costs, tables.comparison)
        self.tables, self.facts = tables, facts

    def intervals(self, plan: str) -> pd.DataFrame:
        """The plan's rows of queues, by interval."""
        table = self.tables.intervals
        return table[(table["plan"] == plan) & (table["scope"] == "queue")]

    def change(self, plan: str, kpi: str, scope: str = "center", name: str = "all") -> tuple[Estimate, str]:
        """How a plan differs from the baseline, and what that says: nothing is better by what is printed as none."""
        d, verdict = super().change(plan, kpi, scope, name)
        if scope == CENTER:
            verdict = verdict_beside(self.facts.risk, kpi, verdict, plan, self.facts.baseline)
        printed = change_text(d.mean, TITLED[kpi].unit) if verdict in ("better", "worse") else ""
        return d, verdict if not printed or re.search("[1-9]", printed) else "same"


def side_by_side(
    f: Figures,
    what: str,
    names: Callable[[str], list[str]],
    head: tuple[str, ...],
    cells: Callable[[Figures, str, str], list[Cell]],
    words: int = 1,
) -> list[Grid]:
    """One plan: a row per queue, group … that the plan has. Several: a row per plan below each of them."""
    if not f.facts.compares:
        plan = f.facts.baseline
        rows = [[Cell(name), *cells(f, plan, name)] for name in names(plan)]
        return [Grid((what, *head), rows, words=words)] if rows else []
    of_plan = {plan: dict.fromkeys(names(plan)) for plan in f.facts.plans}
    found = dict.fromkeys(name for own in of_plan.values() for name in own)
    gathered = {
        name: [[Cell(plan), *cells(f, plan, name)] for plan, own in of_plan.items() if name in own] for name in found
    }
    return in_one_table(("Plan", *head), gathered, words)


def in_one_table(head: tuple[str, ...], gathered: Mapping[str, list[list[Cell]]], words: int = 1) -> list[Grid]:
    """Tables that are alike as one; what comes late in a long one opens on a click."""
    open_rows: dict[str, list[list[Cell]]] = {}
    for name, rows in gathered.items():
        if open_rows and sum(map(len, open_rows.values())) + len(rows) > MOST_OPEN:
            break
        open_rows[name] = rows
    later = {name: rows for name, rows in gathered.items() if name not in open_rows}
    return [
        _gathered(head, some, words, folded)
        for some, folded in ((open_rows, False), (later, True)) if some
    ]  # fmt: skip


def by_plan(f: Figures, head: tuple[str, ...], rows: Mapping[str, list[list[Cell]]], words: int = 1) -> list[Grid]:
    """Each plan's rows, of several below its name."""
    told = {plan: own for plan, own in rows.items() if own}
    if f.facts.compares:
        return in_one_table(head, told, words)
    return [Grid(head, own, words=words) for own in told.values()]


def _gathered(head: tuple[str, ...], some: Mapping[str, list[list[Cell]]], words: int, folded: bool) -> Grid:
    rows = [row for own in some.values() for row in own]
    title = ", ".join(some) if folded or len(some) == 1 else ""
    groups = tuple((name, len(own)) for name, own in some.items()) if len(some) > 1 else ()
    return Grid(head, rows, title, folded, words, groups)


def share_cell(e: Estimate, tone: str = "") -> Cell:
    return Cell(share(e.mean), spread_text(e.mean, e.low, e.high, "share"), tone)


def differences_grid(found: Mapping[str, Difference], kpis: Iterable[str], currency: str, risk: Risk) -> Grid:
    """The whole center's differences from today, by KPI, with what each proves."""
    rows = []
    for kpi in kpis:
        name, unit, d = TITLED[kpi].title, TITLED[kpi].unit, found[kpi]
        verdict = verdict_beside(risk, kpi, d.verdict, d.plan, d.baseline)
        rows.append([
            Cell(name), Cell(change_text(d.estimate.mean, unit, currency), "", TONES.get(verdict, "")),
            Cell(change_span(d.estimate.low, d.estimate.high, unit) or NOTHING), Cell(verdict or NOTHING),
        ])  # fmt: skip
    return Grid(("Against today", "Difference", "95 % interval", "Verdict"), rows, sorts=False)
