"""A study's figures looked up by name, and the pieces of text that the report is made of."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd

from sim.report.facts import Facts
from sim.report.known import Known
from sim.report.names import WAITING, spread_text, value_text
from sim.report.numbers import decimal, is_even, share
from sim.report.tables import Tables
from sim.study.statistics import Estimate

TONES = {"met": "good", "missed": "bad", "unclear": "unsure", "better": "good", "worse": "bad"}


MOST_OPEN = 6
"""Grids beyond this many open on a click."""


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


@dataclass(frozen=True)
class Part:
    id: str
    title: str
    note: str = ""
    grids: list[Grid] = field(default_factory=list)
    told: tuple[tuple[str, str], ...] = ()
    """(what, in words) below the tables."""


def income_lines(costs: pd.DataFrame) -> list[str]:
    """What clients pay, its total and the margin: the lines below the cost's total. None without contracts."""
    lines: dict[str, None] = {}
    for _, own in costs.groupby("plan", sort=False)["line"]:
        names = own.tolist()
        lines |= dict.fromkeys(names[names.index("total") + 1 :])
    return [line for line in lines if line != WAITING]


def without_income(costs: pd.DataFrame) -> pd.DataFrame:
    """The lines that add up to the cost, and their total."""
    return costs[~costs["line"].isin([*income_lines(costs), WAITING])]


class Figures(Known):
    """The figures looked up by name, with the tables and the facts behind a page."""

    def __init__(self, tables: Tables, facts: Facts) -> None:
        super().__init__(tables.summary, tables.costs, tables.comparison)
        self.tables, self.facts = tables, facts

    def intervals(self, plan: str) -> pd.DataFrame:
        """The plan's rows of queues, by interval."""
        table = self.tables.intervals
        return table[(table["plan"] == plan) & (table["scope"] == "queue")]

    def plan_title(self, plan: str) -> str:
        """A grid's title where there are several plans."""
        return plan if self.facts.compares else ""


def side_by_side(
    f: Figures,
    what: str,
    names: Callable[[str], list[str]],
    head: tuple[str, ...],
    cells: Callable[[Figures, str, str], list[Cell]],
    words: int = 1,
) -> list[Grid]:
    """One plan: a row per queue, group … that the plan has. Several: a grid for each of them, a row per plan."""
    if not f.facts.compares:
        plan = f.facts.baseline
        rows = [[Cell(name), *cells(f, plan, name)] for name in names(plan)]
        return [Grid((what, *head), rows, words=words)] if rows else []
    of_plan = {plan: dict.fromkeys(names(plan)) for plan in f.facts.plans}
    found = dict.fromkeys(name for own in of_plan.values() for name in own)
    return [
        Grid(
            ("Plan", *head),
            [[Cell(plan), *cells(f, plan, name)] for plan, own in of_plan.items() if name in own],
            name,
            folded=number >= MOST_OPEN,
            words=words,
        )
        for number, name in enumerate(found)
    ]


def between(e: Estimate, unit: str, currency: str = "") -> str:
    """ "50.9 % to 56.3 %", or nothing."""
    if not math.isfinite(e.low):
        return ""
    return f"{value_text(e.low, unit, currency)} to {value_text(e.high, unit, currency)}"


def half_text(e: Estimate, digits: int) -> str:
    """ "± 1.2", or "0.3 to 2.9" where ± would lie; nothing where there is no interval, or none to speak of."""
    half = (e.high - e.low) / 2
    if not half > 0:
        return ""
    even = is_even(e.mean, e.low, e.high)
    return f"± {decimal(half, digits)}" if even else f"{decimal(e.low, digits)} to {decimal(e.high, digits)}"


def share_cell(e: Estimate, tone: str = "") -> Cell:
    return Cell(share(e.mean), spread_text(e.mean, e.low, e.high, "share"), tone)
