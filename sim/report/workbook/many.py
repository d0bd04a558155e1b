"""The sheet of a selection among many plans: its table, with settings as what they are, under a planner's words."""

from __future__ import annotations

import math

import pandas as pd

from sim.choosing.selected import Selected
from sim.report.tables.many import grid_table
from sim.report.text.many import setting_name
from sim.report.workbook.columns import NUMBER, TEXT
from sim.units import is_number


def with_numbers(s: Selected, table: pd.DataFrame) -> pd.DataFrame:
    """The same, with settings that hold nothing but numbers as numbers: for a workbook."""
    typed = table.copy()
    for one in s.grid.settings:
        if _holds_numbers(table[one.place]):
            typed[one.place] = [float(level) if level else math.nan for level in table[one.place].tolist()]
    return typed


def _holds_numbers(levels: pd.Series[str]) -> bool:
    return all(not level or is_number(level) for level in levels.tolist())


def headings(s: Selected) -> dict[str, tuple[str, str]]:
    """By column of a setting what people call it, and what its cells are."""
    said = {one.place: setting_name(one.path) for one in s.grid.settings}
    twice = {name for name in said.values() if list(said.values()).count(name) > 1}
    table = grid_table(s)
    return {
        place: (
            place if name in twice else f"{name[:1].upper()}{name[1:]}",
            NUMBER if _holds_numbers(table[place]) else TEXT,
        )
        for place, name in said.items()
    }
