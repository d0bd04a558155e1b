"""A frontier's table, page and view on the terminal."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.text import Text

from sim.measures.kpis import CENTER, CONTACTS, TITLED
from sim.report.facts import Facts
from sim.report.figures import TONES, Cell, Grid, Part, half_text, share_cell
from sim.report.frontier_words import (
    CHOSEN,
    NO_PRICE,
    change_of,
    load_sentence,
    sentences,
    turn_text,
    verdict,
)
from sim.report.numbers import NOTHING, decimal, money, share
from sim.report.pages import Page, fill, picture
from sim.report.screen import STYLES, caption_below, grid, show
from sim.report.sentences import Headline
from sim.report.words import (
    NET_COST,
    certainty,
    change_span,
    change_text,
    compared,
    plural,
    sameness,
    span_text,
)
from sim.study.compare import Difference
from sim.study.frontier import Frontier
from sim.study.held import Target
from sim.study.result import PlanResult
from sim.study.sensitivity import Sensitivity
from sim.study.statistics import Estimate, estimate

SHARES = (("service_level", "in time, %"), ("fcr", "FCR, %"), ("csat", "CSAT, %"))
LOST = (("blocked_rate", "busy signal, %"), ("out_of_hours_rate", "out of hours, %"))
COLUMNS = (
    "plan", "lever", "value", "scope", "name", "kpi", "unit", "mean", "ci_low", "ci_high",
    "difference", "difference_low", "difference_high", "better", "confidence",
)  # fmt: skip
ALONE = "each ± stands for itself"


def frontier_table(f: Frontier) -> pd.DataFrame:
    """A row per value and KPI, with its paired difference from today's value and the confidence of that one's interval:
    those of the figures that plans are compared by hold jointly, the others each for itself."""
    changes = {(d.plan, d.scope, d.name, d.kpi): d for d in f.differences}
    rows = []
    for point, result in zip(f.points, f.results, strict=True):
        for scope, name in result.scopes():
            for kpi, unit, found in _told(result, scope, name):
                change = changes.get((point.value.label, scope, name, kpi))
                rows.append((
                    f.plan.plan, f.lever.name, point.value.label, scope, name, kpi, unit,
                    found.mean, found.low, found.high, *_change(change),
                ))  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _told(result: PlanResult, scope: str, name: str) -> list[tuple[str, str, Estimate]]:
    """(KPI, unit, estimate) of everything that is told of a scope."""
    found = [(kpi.id, kpi.unit, estimate(kpi.value, sums, kpi.within)) for kpi, sums in result.kpi_sums(scope, name)]
    if scope in CONTACTS:
        found.append(("wait_p90_s", "s", result.kpi("wait_p90_s", scope, name)))
    return found


def _change(d: Difference | None) -> tuple[float, float, float, str, float]:
    """Nothing for today's own value."""
    if d is None:
        return (math.nan,) * 3 + ("", math.nan)
    return d.estimate.mean, d.estimate.low, d.estimate.high, d.verdict, d.confidence


def shares_of(f: Frontier) -> list[tuple[str, str]]:
    """The shares that the cost is weighed against, of those that the plan tells."""
    told = {kpi.id for kpi, _ in f.results[0].kpi_sums(CENTER, "all")}
    # A service level is not told without those who did not get in.
    lost = [(kpi, title) for kpi, title in LOST if any(result.kpi(kpi).mean > 0 for result in f.results)]
    return [(kpi, title) for kpi, title in SHARES if kpi in told] + lost


def weekly(f: Frontier, kpi: str, n: int) -> Estimate:
    """A sum of money, a week."""
    return f.results[n].kpi(kpi).times(f.a_week)


def mark_of(f: Frontier, n: int, *, with_misses: bool = True) -> str:
    """What is special about a value."""
    best, missed = "", f.failing(n) if with_misses else []
    if n == f.crown:
        some_fail = not f.prices_quality and any(f.failing(k) for k in range(len(f.points)))
        unsure = any(not target.is_sure for target in f.targets[n]) if f.targets else False
        holds = "cheapest that may hold" if unsure else "cheapest that holds"
        best = "lowest" if f.prices_quality else holds if some_fail or unsure else "cheapest"
    elif n == f.choice.best and not f.choice.is_flat and not f.lever.is_risk:
        best = "nearest"
    misses = "" if not missed else f"misses {missed[0].queue}" if len(missed) == 1 else f"misses {len(missed)} targets"
    marks = ["today"] * (n == f.choice.today) + [best, misses]
    return ", ".join(mark for mark in marks if mark)


def _tone(e: Estimate, better: int) -> str:
    """Whether it is surely better; `better`: 1 if more is, -1 if less."""
    surely = (e.low > 0.0) - (e.high < 0.0)
    return {better: "good", -better: "bad"}.get(surely, "unsure")


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
        change = Text(NOTHING) if n == f.choice.today else Text(_signed(d), style=STYLES[_tone(d, -1)])
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
            escape(target.queue), decimal(100.0 * target.target, 0),
            *(Text(_level(cell) + ("*" if cell.fails else " "), STYLES["bad"] if cell.fails else "") for cell in cells),
        )  # fmt: skip
    if any(f.failing(n) for n in which):
        caption_below(table, "* below the target")
    return table


def _level(target: Target) -> str:
    return NOTHING if math.isnan(target.level.mean) else decimal(100.0 * target.level.mean, 1)


def _pair(e: Estimate, scale: float = 1.0, digits: int = 0) -> str:
    half = half_text(e.times(scale), digits)
    return decimal(e.mean * scale, digits) + (f" {half}" if half else "").replace("± ", "±").replace(" to ", "–")


def _signed(d: Estimate) -> str:
    half = f" ±{decimal(d.half_width, 0)}" if d.half_width > 0 else ""
    return ("+" if d.mean > 0 else "") + decimal(d.mean, 0) + half


def _sensitivity_grid(f: Frontier, sensitivity: Sensitivity) -> Any:
    title = f"Saved a week by {change_of(f, sensitivity.rival)}"
    table = grid(escape(title), (sensitivity.assumption.setting, "r"), ("saved", "r"), ("", "n"))
    for replay in sensitivity.replays:
        style = STYLES[_tone(replay.saving, 1)]
        marks = "assumed" if replay.at == sensitivity.assumption.assumed else ""
        table.add_row(f"{replay.at:.3g}", Text(_signed(replay.saving), style=style), marks)
    if any(replay.saving.half_width > 0 for replay in sensitivity.replays):
        caption_below(table, ALONE)
    return table


def page(f: Frontier, facts: Facts, charts: dict[str, bytes]) -> str:
    """The report of a frontier: one page that stands alone."""
    parts = [_values(f), _at_best(f), _hanging(f)]
    title, value = _title(f)
    headline = Headline(f"{title}: {f.lever.name}", value, _about(f), [*sentences(f)])
    runs = plural(f.results[f.choice.today].replications, "replication")
    return fill(
        Page(
            subtitle=f"{span_text(facts.start, facts.last)} · {f.lever.name} of plan {f.plan.plan} · {facts.files[0]}",
            headlines=[headline],
            parts=[part for part in parts if part.grids or part.told],
            pictures=[picture(name, data, CAPTION) for name, data in charts.items() if name.endswith(".png")],
            replications=f"{runs} of each value",
        ),
        facts,
    )


def _title(f: Frontier) -> tuple[str, str]:
    """What is found, and the value that it is found of."""
    value = f.best.value.label
    if f.lever.is_risk and not f.choice.is_flat:
        return "A risk, not a choice", f"{f.labels[0]} to {f.labels[-1]}"
    if f.crown is None and not f.choice.is_flat:
        return "No value holds every target; nearest", value
    if not f.prices_quality and f.failing(f.choice.today):
        return "Cheapest value tried that holds every target", value
    if f.choice.best != f.choice.today and not f.choice.is_sure:
        return "Lowest, but not surely better than today", value
    held = " that holds every target" if f.targets and not f.prices_quality else ""
    return "Best trade-off" if f.prices_quality else f"Cheapest value tried{held}", value


CAPTION = (
    "Down is cheaper, right is better. Each point is a value of the lever; lower and to the right beats all others."
)


def _about(f: Frontier) -> str:
    settings = ", ".join(f.lever.settings)
    worth = (
        f"by the lowest net cost: {NET_COST}" if f.kpi == "net_cost" else "by the lowest cost that holds every target"
    )
    if f.nobody_holds and not f.prices_quality:
        worth = "the nearest to its targets: no value tried holds them all"
    judged = "" if f.lever.is_risk else f"; {worth}"
    return f"of {settings}; today {f.today.value.label}{judged}"


def _values(f: Frontier) -> Part:
    currency, shares = f.plan.spec.center.currency, shares_of(f)
    is_net = f.kpi == "net_cost"
    head = (
        f.lever.name, *(("Net cost a week",) if is_net else ()), "Cost a week", "Against today",
        *(TITLED[kpi].title if kpi in TITLED else title for kpi, title in shares),
    )  # fmt: skip
    rows = []
    for n, point in enumerate(f.points):
        d = f.choice.differences[n]
        change = Cell(NOTHING)
        if n != f.choice.today:
            sign = "+" if d.mean > 0 else ""
            span = f"{decimal(d.low, 0)} to {decimal(d.high, 0)}" if math.isfinite(d.low) else ""
            change = Cell(f"{sign}{decimal(d.mean, 0)}", span, _tone(d, -1))
        rows.append([
            Cell(point.value.label, mark_of(f, n)),
            *(_money_cell(weekly(f, kpi, n), currency) for kpi in (("net_cost",) if is_net else ()) + ("cost_total",)),
            change,
            *(share_cell(f.results[n].kpi(kpi)) for kpi, _ in shares),
        ])  # fmt: skip
    note = CHOSEN if is_net else f"{NO_PRICE} {CHOSEN}"
    if f.lever.is_risk:
        note = "Nobody chooses among these: they are what may come."
    return Part("values", "Every value", note, [Grid(head, rows), *_queues(f)])


def _queues(f: Frontier) -> list[Grid]:
    """Every queue's service level under every value, beside its target."""
    if not f.targets:
        return []
    rows = [
        [
            Cell(target.queue, f"target {share(target.target, 0)}"),
            *(
                Cell(NOTHING) if math.isnan(level.mean) else
                share_cell(level, TONES["worse"] if one.fails else "")
                for one in (targets[q] for targets in f.targets) for level in (one.level,)
            ),
        ]
        for q, target in enumerate(f.targets[0])
    ]  # fmt: skip
    return [
        Grid(("In time", *f.labels), rows, "In time by queue, in the worst period of its target; red: below the target")
    ]


def _money_cell(e: Estimate, currency: str) -> Cell:
    return Cell(money(e.mean, currency), f"± {decimal(e.half_width, 0)}" if math.isfinite(e.half_width) else "")


def _at_best(f: Frontier) -> Part:
    """What else is different at the best value: or, if that is today's, at the next best."""
    n = f.choice.best
    if n == f.choice.today or f.lever.is_risk:
        return Part("change", "")
    found = {d.kpi: d for d in f.differences if d.plan == f.points[n].value.label and d.scope == CENTER}
    rows = []
    # What is minimised is judged above, by an interval that knows of the choice.
    shut_out = any(result.kpi(kpi).mean > 0 for result in f.results for kpi, _ in LOST)
    for kpi in (kpi for kpi in compared(found, shut_out=shut_out) if kpi != f.kpi):
        name, unit = TITLED[kpi].title, TITLED[kpi].unit
        d, currency = found[kpi], f.plan.spec.center.currency
        rows.append([
            Cell(name), Cell(change_text(d.estimate.mean, unit, currency), "", TONES.get(d.verdict, "")),
            Cell(change_span(d.estimate.low, d.estimate.high, unit) or NOTHING), Cell(d.verdict or NOTHING),
        ])  # fmt: skip
    note = (
        f"Over {plural(f.plan.clock.days, 'day')}, paired on common luck. {certainty(f.differences)} "
        f"{sameness(f.plan.spec.results.matters)}"
    )
    title = f"What else changes at {f.points[n].value.label}"
    return Part("change", title, note, [Grid(("Against today", "Difference", "95 % interval", ""), rows)])


def _hanging(f: Frontier) -> Part:
    """Beside every assumed number its break-evens."""
    currency = f.plan.spec.center.currency
    grids = []
    for sensitivity in f.sensitivities:
        a = sensitivity.assumption
        rows = []
        for replay in sensitivity.replays:
            s = replay.saving
            span = f"{decimal(s.low, 0)} to {decimal(s.high, 0)}" if math.isfinite(s.low) else NOTHING
            name = f"{replay.at:.3g}" + (" (assumed)" if replay.at == a.assumed else "")
            rows.append([Cell(name), Cell(money(s.mean, currency), "", _tone(s, 1)), Cell(span)])
        turns = ", ".join(turn_text(turn, a.low, a.high) for turn in sensitivity.turns) or "none within its range"
        title = f"{change_of(f, sensitivity.rival)}: {a.setting}, break-even for money {turns}"
        grids.append(Grid((a.setting, "Saved a week", "95 % interval"), rows, title))
    told = (("For load", load_sentence(f)),) if f.load else ()
    note = (
        "Today's value and its rival, played again with the assumed number at the ends of its range, calibrated anew "
        "each time, so that the base plan still reproduces what was observed. Each interval stands for "
        "itself."
    )
    return Part("hangs", "What it hangs on", note if grids else "", grids, told)


def described(f: Frontier) -> dict[str, Any]:
    """The answer, for the manifest; money a week."""
    return {
        "lever": f.lever.name,
        "settings": f.lever.settings,
        "values": f.labels,
        "today": f.today.value.label,
        "best": None if f.crown is None else f.best.value.label,
        "is_risk": f.lever.is_risk,
        "targets_missed": {
            label: {one.queue: {"level": one.level.mean, "target": one.target} for one in f.failing(n)}
            for n, label in enumerate(f.labels)
        },
        "minimised": f.kpi,
        "sentence": verdict(f).text,
        "against_today_a_week": {label: _plain(d) for label, d in zip(f.labels, f.choice.differences, strict=True)},
        "intervals": "95 %, all at once (Bonferroni)",
        "break_even_for_load": f.load,
        "break_even_for_money": [
            {
                "setting": sensitivity.assumption.setting,
                "assumed": sensitivity.assumption.assumed,
                "range": [sensitivity.assumption.low, sensitivity.assumption.high],
                "value": f.points[sensitivity.rival].value.label,
                "turns": [{"at": turn.at, "low": turn.low, "high": turn.high} for turn in sensitivity.turns],
                "saved_a_week": [{"at": r.at, **_plain(r.saving)} for r in sensitivity.replays],
            }
            for sensitivity in f.sensitivities
        ],
    }


def _plain(e: Estimate) -> dict[str, float | None]:
    """Without an interval where one replication tells none."""
    known = {"mean": e.mean, "low": e.low, "high": e.high}
    return {name: value if math.isfinite(value) else None for name, value in known.items()}
