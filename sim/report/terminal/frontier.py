"""What the terminal says of a frontier: every value against today's, and what it comes to in words."""

from __future__ import annotations

import math
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from sim.report.terminal.grid import STYLES, caption_below, grid, show
from sim.report.text.frontier import change_of, load_sentence, sentences
from sim.report.text.frontier_values import MARKED, mark_of, shares_of, tone_of, weekly
from sim.report.text.numbers import NOTHING, decimal
from sim.report.text.phrases import TONES, half_text
from sim.report.text.places import place_words
from sim.report.text.targets import ONE_REPLICATION, verdict_words
from sim.study.frontier.sensitivity import Sensitivity
from sim.study.frontier.sweep import Frontier
from sim.study.statistics import Estimate
from sim.study.targets import NO_VERDICT, Verdict

ALONE = "each ± stands for itself"


def show_frontier(console: Console, f: Frontier) -> None:
    """Every value against today's, then what it comes to in words."""
    currency = f.plan.spec.center.currency
    shares = shares_of(f)
    moneys = [("cost_total", "cost")] + ([("net_cost", "net cost")] if f.kpi == "net_cost" else [])
    title = f"{escape(f.lever.name)} of plan {escape(f.plan.plan)}, whole center, {currency} a week"
    # The title has the whole name of a setting; over its column it would leave no room for the numbers.
    value = (escape(f.lever.name.rsplit(".", 1)[-1]), "r"), ("", "n")
    table = grid(title, *value, *((column, "r") for _, column in moneys), ("against today", "r"))
    quality = grid("Service and quality", *value, *((column, "r") for _, column in shares))
    for n, point in enumerate(f.points):
        d = f.choice.differences[n]
        change = Text(NOTHING) if n == f.choice.today else Text(_signed(d), style=STYLES[tone_of(d, -1)])
        style = "bold" if n == f.crown else ""
        name = escape(point.value.label), mark_of(f, n)
        table.add_row(*name, *(_pair(weekly(f, kpi, n)) for kpi, _ in moneys), change, style=style)
        quality.add_row(*name, *(_pair(f.results[n].kpi(kpi), 100.0, 1) for kpi, _ in shares), style=style)
    caption_below(table, "± is a 95 % interval; those against today hold all at once")
    console.print()
    show(console, table)
    show(console, quality)
    for first in range(0, len(f.points) if f.targets else 0, AT_ONCE):
        show(console, _by_queue(f, range(first, min(first + AT_ONCE, len(f.points)))))
    for sensitivity in f.sensitivities:
        show(console, _sensitivity_grid(f, sensitivity))
    for sentence in sentences(f):
        console.print(Text(sentence.text, style={"good": "green", "bad": "bold red"}.get(sentence.tone, "")))
    if text := load_sentence(f):
        console.print(Text(text))
    console.print()


AT_ONCE, WIDEST = 7, 10
"""Values side by side on a terminal, and letters of each."""


def _by_queue(f: Frontier, which: range) -> Any:
    """Every queue's service level under these values."""
    labels = [label if len(label) <= WIDEST else f"{label[: WIDEST - 1]}…" for label in (f.labels[n] for n in which)]
    table = grid(
        "In time by queue in the worst period of its target, %",
        ("queue", "l"),
        ("target", "r"),
        *((escape(label), "r") for label in labels),
    )
    for q, target in enumerate(f.targets[0]):
        cells = [f.targets[n][q] for n in which]
        table.add_row(
            escape(target.name), decimal(100.0 * target.target, 0),
            *(Text(_level(cell) + MARKED.get(cell.verdict, " "), _style(cell)) for cell in cells),
        )  # fmt: skip
    there = {one.verdict for n in which for one in f.targets[n]}
    notes = [f"{mark} {verdict_words(verdict)}" for verdict, mark in MARKED.items() if verdict in there]
    notes += [ONE_REPLICATION] if NO_VERDICT in there else []
    if notes:
        caption_below(table, "; ".join(notes))
    return table


def _style(target: Verdict) -> str:
    return STYLES[TONES[target.verdict]] if target.verdict in MARKED else ""


def _level(target: Verdict) -> str:
    return NOTHING if math.isnan(target.worst_level.mean) else decimal(100.0 * target.worst_level.mean, 1)


def _pair(e: Estimate, scale: float = 1.0, digits: int = 0) -> str:
    half = half_text(e.times(scale), digits)
    return decimal(e.mean * scale, digits) + (f" {half}" if half else "").replace("± ", "±").replace(" to ", "–")


def _signed(d: Estimate) -> str:
    half = f" ±{decimal(d.half_width, 0)}" if d.half_width > 0 else ""
    return ("+" if d.mean > 0 else "") + decimal(d.mean, 0) + half


def _sensitivity_grid(f: Frontier, sensitivity: Sensitivity) -> Any:
    title = f"Saved a week by {change_of(f, sensitivity.rival)}"
    table = grid(escape(title), (place_words(sensitivity.assumption.setting), "r"), ("saved", "r"), ("", "n"))
    for replay in sensitivity.replays:
        style = STYLES[tone_of(replay.saving, 1)]
        marks = "assumed" if replay.at == sensitivity.assumption.assumed else ""
        table.add_row(f"{replay.at:.3g}", Text(_signed(replay.saving), style=style), marks)
    if any(replay.saving.half_width > 0 for replay in sensitivity.replays):
        caption_below(table, ALONE)
    return table
