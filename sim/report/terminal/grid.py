"""Tables on the terminal: borderless, and closer together where it is narrow."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table as Grid
from rich.text import Text

UNBOUNDED = 1000
"""Wide enough for any table."""

STYLES = {"good": "green", "bad": "bold red", "unsure": "yellow"}
"""Of a figure's tone."""


def grid(title: str, *columns: tuple[str, str]) -> Grid:
    """A borderless table of right, left and (n) unwrapped left columns. Names wrap where the terminal is narrow."""
    table = Grid(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    for name, side in columns:
        table.add_column(name, justify="right" if side == "r" else "left", overflow="fold", no_wrap=side != "l")
    return table


def caption_below(table: Grid, text: str) -> None:
    table.caption, table.caption_justify, table.caption_style = f"{text}\n", "left", "dim"


def show(console: Console, table: Grid | Text) -> None:
    """A table; its columns stand closer where names would have to be cut. Or a line of text."""
    if isinstance(table, Text):
        console.print(table)
        return
    unbounded = console.options.update(max_width=UNBOUNDED)
    if Measurement.get(console, unbounded, table).maximum > console.width:
        table.padding = (0, 0, 0, 0)
    console.print(table)
