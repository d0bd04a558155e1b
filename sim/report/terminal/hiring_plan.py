"""What the terminal says of a hiring year: the sentence, the classes, the tightest periods, the file's plans."""

from __future__ import annotations

import math

from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid
from rich.text import Text

from sim.report.terminal.grid import STYLES, caption_below, grid, show
from sim.report.text.hiring_plan import (
    found_words,
    luck_text,
    period_text,
    rival_verdict,
    sentences,
    what_is_least,
    worst_of,
)
from sim.report.text.names import date_text
from sim.report.text.numbers import NOTHING, decimal, share
from sim.report.text.phrases import TONES, half_text
from sim.report.text.targets import verdict_words
from sim.staffing.hiring.found import HiringFound
from sim.study.statistics import Estimate

TIGHTEST = 5


def show_hiring(console: Console, found: HiringFound) -> None:
    """The answer first, then what it is made of."""
    answer, *rest = sentences(found)
    console.print()
    console.print(Text(answer.text, style=STYLES.get(answer.tone, "bold")))
    console.print()
    show(console, _classes(found))
    show(console, _tightest(found))
    if found.rivals:
        show(console, _plans(found))
    for sentence in rest:
        console.print(Text(sentence.text, style=STYLES.get(sentence.tone, "")))
    console.print()


def _classes(found: HiringFound) -> Grid:
    table = grid(
        "Classes",
        ("class", "n"),
        ("group", "l"),
        ("starts", "n"),
        ("on the floor", "n"),
        ("until", "n"),
        ("offers", "r"),
    )
    for name, one in found.names.items():
        intake, starts = found.intakes[one.intake], found.starts(name)
        floor = intake.on_the_floor(starts)
        until = intake.hiring.contract_until
        dates = ("" if date is None else date_text(date.isoformat(), year=True) for date in (starts, floor, until))
        table.add_row(escape(name), escape(intake.group), *dates, str(one.offers))
    if not found.names:
        table.add_row("none", "", "", "", "", "0")
    like = ", ".join(dict.fromkeys(f"{intake.like}'s" for intake in found.intakes))
    caption_below(table, f"training, nesting, show-up and costs are {like}")
    return table


def _tightest(found: HiringFound) -> Grid:
    table = grid("Tightest periods under the plan found", ("period", "l"), ("target", "r"), ("service level, %", "r"))
    for period in found.periods[:TIGHTEST]:
        half = half_text(period.level.times(100.0), 1)
        level = f"{decimal(100 * period.level.mean)} {half}".replace("± ", "±").rstrip()
        style = STYLES["bad"] if period.margin < 0 else ""
        table.add_row(escape(period_text(period)), share(period.target, 0), Text(level, style=style))
    runs = found.confirmation.replications
    caption_below(table, f"mean of {runs} replications; ± is the interval that the test goes by")
    return table


def _plans(found: HiringFound) -> Grid:
    currency, what = found.base.spec.center.currency, what_is_least(found)
    table = grid(
        f"Against the file's plans, {what}, {currency}",
        ("plan", "l"), (what, "r"), ("found less it", "r"), ("all targets", "n"), ("worst", "l"),
    )  # fmt: skip
    for rival in found.rivals:
        word = rival_verdict(rival)
        table.add_row(
            escape(rival.plan), _pair(rival.cost), _pair(rival.difference, signed=True),
            Text(verdict_words(word), style=STYLES.get(TONES.get(word, ""), "")), escape(worst_of(rival.verdicts)),
        )  # fmt: skip
    table.add_row(
        "found", _pair(found.cost), NOTHING, found_words(found), escape(worst_of(found.verdicts)), style="bold"
    )
    caption_below(table, f"{luck_text(found)}; ± is a 95 % interval, of differences paired")
    return table


def _pair(e: Estimate, signed: bool = False) -> str:
    if not math.isfinite(e.mean):
        return NOTHING
    sign = "+" if signed and e.mean > 0 else ""
    half = half_text(e, 0).replace("± ", "±")
    return f"{sign}{decimal(e.mean, 0)} {half}".rstrip()
