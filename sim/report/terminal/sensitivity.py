"""What the terminal says of what a choice hangs on."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid
from rich.text import Text

from sim.choosing.sensitivity.found import Alone, Sensitivities
from sim.report.terminal.grid import STYLES, caption_below, grid, show
from sim.report.text.names import plural
from sim.report.text.sensitivity import (
    ALONE_NOTE,
    HELD,
    change,
    effect_rows,
    money_name,
    sentences,
    short_words,
    subject_target,
    together_note,
)

MOST = 10
"""Inputs that are listed; the file has all."""


def show_sensitivity(console: Console, s: Sensitivities) -> None:
    """Tables, then the answer in words."""
    console.print()
    shown = [one for n, one in enumerate(s.alone) if n < MOST or one.turns]
    if shown:
        show(console, _alone(s, shown))
    if s.together is not None:
        show(console, _together(s))
    for sentence in sentences(s):
        console.print(Text(sentence.text, style={"bad": "bold"}.get(sentence.tone, "")))
    console.print(Text(HELD, style="dim"))
    console.print()


def _alone(s: Sensitivities, shown: list[Alone]) -> Grid:
    scenario, several = s.study.results[0].scenario, len(s.decision.plans) > 1
    head = f"{money_name(s)}, {scenario.spec.center.currency}"
    title = f"Each uncertain number alone: {escape(s.subject)} over {plural(scenario.clock.days, 'day')}"
    table = grid(title, ("number", "l"), ("at", "r"), (head, "r"), ("points", "r"),
                 ("taken" if several else "targets", "l"))  # fmt: skip
    for one in shown:
        for place, end in enumerate(one.ends):
            differs = s.choice is not None and end.choice != s.choice
            taken = Text(short_words(end.choice, several), style=STYLES["unsure"] if differs else "dim")
            table.add_row(
                escape(one.input.name) if place == 0 else "", one.input.text(end.value),
                _tight(change(end.money, "money")), _tight(change(end.points, "points")), taken,
            )  # fmt: skip
    more = f" {len(s.alone) - len(shown)} that move less: sensitivity.csv." if len(s.alone) > len(shown) else ""
    target = f" Points: {escape(subject_target(s))}." if subject_target(s) else ""
    caption_below(table, f"{ALONE_NOTE}{target}{more}")
    return table


def _together(s: Sensitivities) -> Grid:
    currency = s.study.results[0].scenario.spec.center.currency
    table = grid("All together: how much each moves wherever the others are", ("number", "l"),
                 (f"{money_name(s)}, {currency}", "r"), ("points", "r"))  # fmt: skip
    for one, money, points in effect_rows(s)[:MOST]:
        table.add_row(escape(one.input.name), _tight(money), _tight(points))
    caption_below(table, together_note(s))
    return table


def _tight(text: str) -> str:
    return text.replace("± ", "±")
