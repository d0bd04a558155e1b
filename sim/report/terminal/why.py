"""Why hours of a queue fell short, on the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from sim.explaining.bad_hours import Reasons
from sim.report.terminal.grid import grid, show
from sim.report.text.why import headline, method, ranked, rows, sentences

BAR = 20
"""Signs of the longest bar."""


def show_why(console: Console, r: Reasons) -> None:
    """The sentence first, then the parts as bars, then how they were found."""
    console.print(Text(headline(r), style="bold"))
    for one in sentences(r):
        console.print(Text(one))
    if r.parts:
        longest = max(abs(points) for points in _sizes(r)) or 1.0
        table = grid("\nPoints of service level", ("cause", "l"), ("points", "r"), ("", "n"))
        for (name, points, _), size in zip(rows(r), _sizes(r), strict=True):
            signs = round(BAR * abs(size) / longest)
            table.add_row(name, points, Text(("#" if size > 0 else "-") * signs, style="red" if size > 0 else "green"))
        show(console, table)
    for one in method(r):
        console.print(Text(one, style="dim"))


def _sizes(r: Reasons) -> list[float]:
    return [*(part.points.mean for part in ranked(r)), r.rest.mean]
