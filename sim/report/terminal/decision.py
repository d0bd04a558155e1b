"""The answer on the terminal: its sentences, three numbers, and what else must be known."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from sim.report.terminal.grid import STYLES
from sim.report.text.decision import Answer


def show_sentences(console: Console, answer: Answer) -> None:
    for sentence in answer.sentences:
        console.print(Text(sentence.text, style=STYLES.get(sentence.tone, "")))


def show_answer(console: Console, answer: Answer) -> None:
    show_sentences(console, answer)
    table = Grid.grid(padding=(0, 2, 0, 0))
    for name, side in (("value", "right"), ("what", "left")):
        table.add_column(name, justify=side, no_wrap=name == "value")  # type: ignore[arg-type]
    for one in answer.numbers:
        table.add_row(Text(one.value, style="bold"), Text(f"{one.what}: {one.small}" if one.small else one.what))
    if answer.numbers:
        console.print(Padding(table, (1, 0, 1 if answer.notes else 0, 0)))
    for note in answer.notes:
        console.print(Text(f"· {note}"))
