"""What the terminal says of a search for staff: the answer, now and found, what is tightest, what a person is worth."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from sim.report.terminal.grid import STYLES, caption_below, grid, show
from sim.report.text.numbers import NOTHING, decimal
from sim.report.text.phrases import Sentence, half_text
from sim.report.text.staffing import sentences
from sim.report.text.staffing_asked import played_text
from sim.report.text.staffing_values import (
    SEARCHS,
    aim_text,
    change_of,
    currency_of,
    found_result,
    in_unit,
    is_tested,
    least_needed,
    level_text,
    margin_text,
    rows_of,
    tone_of,
    unit_of,
    unit_of_kpi,
    what_of,
    when_of,
)
from sim.report.text.workforce import findings_of
from sim.staffing.found import Found, Period

MOST_PERIODS, MOST_WORTH = 5, 6


def show_found(console: Console, f: Found) -> None:
    """The answer first, then what it is made of and what it rests on."""
    answer, *others = sentences(f)
    chance = 1 if f.periods else 0
    console.print()
    for sentence in (answer, *others[:chance]):
        _say(console, sentence)
    console.print()
    show(console, _now_and_found(f))
    if f.periods:
        show(console, _tightest(f))
    if f.worth:
        show(console, _worth(f))
    for sentence in others[chance:]:
        _say(console, sentence)
    for finding in findings_of(found_result(f)):
        console.print(Text(f"Warning: {finding.where}: {finding.what}.", style="yellow"))
    console.print(Text(f"{played_text(f)}.", style="dim"))
    console.print()


def _say(console: Console, sentence: Sentence) -> None:
    console.print(Text(sentence.text, style={"good": "green", "bad": "bold red"}.get(sentence.tone, "")))


def _now_and_found(f: Found) -> Any:
    numbers = ("hours", "r"), ("today", "r"), ("found", "r"), ("", "r")
    table = grid("People now and found", ("group", "l"), ("shift", "l"), *numbers)
    for c, found in rows_of(f):
        hours = NOTHING if c.hours is None else f"{c.hours:g}"
        table.add_row(escape(c.group), escape(c.shift), hours, str(c.today), str(found), change_of(found - c.today))
    today, whole = sum(f.allowed.today), sum(f.heads)
    table.add_row("all", "", "", str(today), str(whole), change_of(whole - today), style="bold")
    stay = f"; not searched: {', '.join(f.allowed.fixed)}" if f.allowed.fixed else ""
    caption_below(table, escape(f"hours: of the contract, a week{stay}"))
    return table


def _tightest(f: Found) -> Any:
    currency = currency_of(f)
    table = grid(
        "Tightest periods, plan found", ("whose", "l"), ("period", "l"), ("level", "r"), ("", "n"), ("target", "r"),
        ("inside", "r"),
    )  # fmt: skip
    for p in f.periods[:MOST_PERIODS]:
        table.add_row(
            escape(what_of(p)), when_of(p), level_text(p, p.level.mean, currency), _spread(p), aim_text(p, currency),
            Text(margin_text(p, currency), style=STYLES[tone_of(p)]),
        )  # fmt: skip
    rest = len(f.periods) - MOST_PERIODS
    more = f"; {rest} more in binding.csv" if rest > 0 else ""
    luck = "on fresh luck" if is_tested(f) else SEARCHS
    caption_below(table, f"{luck}; ±: 95 % interval{more}")
    return table


def _spread(p: Period) -> str:
    e = p.level.times(100.0) if unit_of_kpi(p.kpi) == "share" else p.level
    return half_text(e, 1).replace("± ", "±").replace(" to ", "–")


def _worth(f: Found) -> Any:
    currency = currency_of(f)
    table = grid(
        f"One person fewer, {unit_of(f)}", ("of", "l"), ("saves", "r"), ("breaks", "l"), ("period", "l"),
        ("level", "r"), ("target", "r"),
    )  # fmt: skip
    for w in least_needed(f)[:MOST_WORTH]:
        name, saved = escape(f.allowed.columns[w.column].name), decimal(in_unit(f, w.saves), 0)
        if w.breaks is None:
            table.add_row(name, saved, "nothing*", "", "", "")
        else:
            p = w.breaks
            told = level_text(p, p.level.mean, currency), aim_text(p, currency)
            table.add_row(name, saved, escape(what_of(p)), when_of(p), *told)
    rest = len(f.worth) - MOST_WORTH
    more = f"; {rest} more in worth.csv" if rest > 0 else ""
    margin = "; *: on average, it is there to be sure" if any(w.breaks is None for w in f.worth) else ""
    caption_below(table, f"least needed first, {SEARCHS}{margin}{more}")
    return table
