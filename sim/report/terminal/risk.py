"""Risk on the terminal: how often a span of time fails, and how far replications lie apart."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid
from rich.text import Text

from sim.choosing.off_forecast import Off
from sim.choosing.risk import PlanRisk, Risk
from sim.report.terminal.grid import grid, show
from sim.report.text.numbers import NOTHING
from sim.report.text.phrases import signed
from sim.report.text.risk import (
    NOT_PLAYED,
    level_range,
    money_range,
    off_held,
    off_level,
    off_name,
    off_note,
    out_of,
    payback_sentence,
    percent,
    percents,
    point_text,
    range_note,
    short_text,
    span_name,
    spans_of,
    spread_name,
    worst_of,
    worst_words,
)

MOST_PLANS = 8
"""Of more, today's and the chosen one are shown."""


def show_risk(console: Console, risk: Risk, currency: str, days: int, chosen: str | None) -> None:
    """A short block; the page and risk.csv have the rest."""
    plans, runs = risk.plans, risk.replications
    if runs < 2:
        return
    if len(plans) > MOST_PLANS:
        plans = tuple(one for n, one in enumerate(plans) if n == 0 or one.plan == chosen)
    if spans := spans_of(risk):
        show(console, _chances(plans, spans, days))
    show(console, _ranges(plans, runs, currency))
    for one in plans:
        if text := payback_sentence(one, currency):
            console.print(Text(text))
    if spans:
        console.print(Text(out_of(risk)))
    note = Text(range_note(risk))
    if len(plans) < len(risk.plans):
        note.append(" All plans: risk.csv.")
    if not risk.off:
        note.append(f" {NOT_PLAYED}")
    console.print(note.append("\n"))
    show_off(console, risk.off, currency)


def _chances(plans: tuple[PlanRisk, ...], spans: list[str], days: int) -> Grid:
    several = max(len(one.verdicts) for one in plans) > 2
    heads = ((span_name(span, days), "r") for span in spans)
    table = grid("Chance to fail a target, %", ("plan", "l"), *heads, ("worst period, on average", "l"))
    for one in plans:
        worst = worst_of(one)
        words = NOTHING if worst is None else f"{worst_words(worst, several=several)}: {short_text(worst)}"
        table.add_row(escape(one.plan), *(_chance(one, span) for span in spans), escape(words))
    return table


def _chance(one: PlanRisk, span: str) -> str:
    found = one.judged(span)
    if found is None or not math.isfinite(found.chance.mean):
        return NOTHING
    interval = percents(found.chance).removesuffix(" %").replace(" to ", "–")
    return f"{percent(found.chance.mean).removesuffix(' %')} ({interval})"


def _ranges(plans: tuple[PlanRisk, ...], runs: int, currency: str) -> Grid:
    paid = any(math.isfinite(one.per_point.money.mean) for one in plans)
    heads = [("service level, %", "r"), (f"cost, {currency}", "r")]
    heads += [(f"a point of service, {currency}", "r")] if paid else []
    table = grid(f"Range, {spread_name(runs)}", ("plan", "l"), *heads)
    for one in plans:
        ranges = level_range(one.service).removesuffix(" %"), money_range(one.cost)
        point = (point_text(one.per_point) or NOTHING,) if paid else ()
        table.add_row(escape(one.plan), *(text.replace(" to ", "–") for text in ranges), *point)
    return table


def show_off(console: Console, off: Sequence[Off], currency: str) -> None:
    """What a forecast that is off does, where that was played."""
    if not off:
        return
    heads = (("service level, points", "r"), (f"cost, {currency}", "r"), ("all targets held", "r"))
    table = grid("If the forecast is off", ("plan", "l"), ("", "n"), *heads)
    for one in off:
        level, cost = off_level(one).removesuffix(" points"), signed(one.cost, "").replace(" ", "", 1)
        table.add_row(escape(one.plan), off_name(one), level, cost, off_held(one))
    show(console, table)
    console.print(Text(f"{off_note(off)}\n"))
