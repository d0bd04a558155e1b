"""What the terminal says of a selection among many plans."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from sim.choosing.screening import SHOWN
from sim.choosing.selected import Selected
from sim.report.terminal.decision import show_answer
from sim.report.terminal.grid import STYLES, caption_below, grid, show
from sim.report.text.many import answer_of, caption, margin_text, said_of, setting_name
from sim.report.text.numbers import NOTHING, decimal

MOST_SETTINGS = 3
"""Columns of settings for which there is room."""

TONES = {"best": "good", "misses": "bad", "open": "unsure", "left out": "bad"}


def show_selected(console: Console, s: Selected, text: str) -> None:
    """The ten best and today's, the answer below them, and the plan as a file has it."""
    console.print()
    show(console, _plans(s))
    show_answer(console, answer_of(s))
    if text:
        console.print(Text(f"\nAs a plan of {s.grid.file.path.name}:\n", style="bold"))
        console.print(Text(text), soft_wrap=True)
    console.print()


def _plans(s: Selected) -> Any:
    settings = s.grid.settings if len(s.grid.settings) <= MOST_SETTINGS else ()
    told = [(escape(setting_name(one.path)), "l") for one in settings] or [("settings", "l")]
    money = "net cost" if s.kpi == "net_cost" else "cost"
    table = grid(
        "Best plans", ("plan", "n"), *told, (money, "r"), ("change", "r"), ("worst", "r"), ("repl.", "r"), ("", "n")
    )  # fmt: skip
    shown = [*s.ranked[:SHOWN], *([] if 0 in s.ranked[:SHOWN] else [0])]
    for n in shown:
        one = s.screening.tallies[n]
        levels = [escape(level) for level in s.grid.levels(n)]
        if not settings:
            levels = [" ".join(levels)]
        change = NOTHING if n == 0 else f"{'+' if s.change(n).mean > 0 else ''}{decimal(s.change(n).mean, 0)}"
        became = Text(said_of(s, n, short=True), style=STYLES.get(TONES.get(s.left(n), ""), ""))
        name = s.grid.name(n).removeprefix("plan ")
        style = "bold" if n == s.chosen else None
        table.add_row(
            escape(name), *levels, decimal(s.screening.cost(n), 0), change, margin_text(one.margin), str(one.runs),
            became, style=style,
        )  # fmt: skip
    names = "" if settings else f"settings: {', '.join(setting_name(one.path) for one in s.grid.settings)}; "
    caption_below(table, escape(names + caption(s)))
    return table
