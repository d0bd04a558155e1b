"""What one person more, or one fewer, would change, on the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from sim.explaining.one_more import Found
from sim.report.terminal.grid import grid, show
from sim.report.text.one_more import best_rows, curve_rows, head_rows, headline, method, place, sentences


def show_one_more(console: Console, f: Found) -> None:
    """The sentence first, then the ten best hours of either kind, and the curve."""
    console.print(Text(headline(f), style="bold"))
    for one in sentences(f):
        console.print(Text(one))
    for people, title in ((1, "Best hours for one person more"), (-1, "Hours at which one fewer is missed least")):
        table = grid(f"\n{title}", ("where", "l"), ("in time", "r"), ("fresh", "r"), ("points", "r"), ("cost", "r"))
        for where, in_time, fresh, _, points, cost in best_rows(f, people):
            table.add_row(where, in_time, fresh, points, cost)
        show(console, table)
    if f.heads:
        title = "\nOne head more or fewer, own shifts, all days"
        table = grid(title, ("group", "l"), ("in time", "r"), ("points", "r"), ("cost", "r"))
        for group, in_time, _, points, cost in head_rows(f):
            table.add_row(group, in_time, points, cost)
        show(console, table)
    if f.curve_at is not None:
        table = grid(f"\nPeople more or fewer: {place(f.curve_at)}", ("people", "r"), ("then, %", "r"), ("day, %", "r"))
        for row in curve_rows(f):
            table.add_row(*row)
        show(console, table)
    for one in method(f):
        console.print(Text(one, style="dim"))
