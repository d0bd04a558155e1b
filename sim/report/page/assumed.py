"""The author's own numbers that nobody decides: value, where it is from, and how far it may be off."""

from __future__ import annotations

from sim.report.page.figures import Cell, Figures, Grid, Part
from sim.scenario.assumptions.inputs import author_rows

MOST_OPEN = 12
"""Numbers; a longer list opens on a click."""

NOTE = (
    "What customers, people and the world do, as the file or the program takes it; each may be off. A range is the "
    "file's own ([uncertain]), else a usual one. sim sensitivity tells which of them the choice hangs on, and where."
)


def numbers(f: Figures) -> Part:
    rows = [[Cell(text) for text in row] for row in author_rows(f.facts.scenarios[f.facts.baseline])]
    head = ("Number", "Value", "From", "Range", "Range from")
    folded = len(rows) > MOST_OPEN
    title = f"{len(rows)} numbers" if folded else ""
    return Part("numbers", "Numbers that nobody decides", NOTE, [Grid(head, rows, title, folded, 5)] if rows else [])
