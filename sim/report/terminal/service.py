"""What the terminal says of service: how it was, how the targets are kept, and who did not get in or waits still."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid
from rich.text import Text

from sim.measures.kpis import QUEUE, TITLED
from sim.report.tables.study import Tables
from sim.report.terminal.channels import percent, style_of
from sim.report.terminal.grid import caption_below, grid, show
from sim.report.text.known import Known, OfPlan
from sim.report.text.lost import Lost, beside_target, lost_of, sentences
from sim.report.text.numbers import NOTHING, clock, count, decimal, share
from sim.report.text.targets import (
    ONE_REPLICATION,
    chance_sentence,
    chance_text,
    held_text,
    level_of,
    met_text,
    target_name,
    verdict_words,
    worst_text,
)
from sim.study.result import PlanResult
from sim.study.targets import Verdict, verdicts_of
from sim.units import format_duration


def show_service(console: Console, result: PlanResult, label: str, tables: Tables) -> None:
    """The queues in which customers wait for the answer."""
    live = result.scenario.uses.live
    if live:
        show(console, _service(tables.known.of(label), live))


def show_targets(console: Console, result: PlanResult, label: str, tables: Tables, chance_too: bool = True) -> None:
    """Every target under its own period, and below how often all of them hold, unless that is told elsewhere."""
    verdicts = verdicts_of(result)
    text, tone = chance_sentence(verdicts)
    show(console, _targets(result, verdicts, label, tables.known))
    if chance_too and text and result.replications > 1:
        console.print(Text(f"{text}\n", style={"bad": "bold red", "unsure": "yellow"}.get(tone, "")))


def level_text(level: float, lost: Lost) -> str:
    """ "100.0 % in time", never without those who did not get in."""
    if not lost.shut_out:
        return f"{share(level)} in time"
    return f"{share(level)} in time of those who got in, {share(lost.tried)} of all who tried"


def _service(of: OfPlan, live: list[str]) -> Grid:
    found = {name: lost_of(of.known, of.plan, QUEUE, name) for name in live}
    # Who came out of hours is in the level of all who tried, and named below.
    columns = {
        "all who\ntried, %": any(lost.shut_out for lost in found.values()),
        "busy\nsignal, %": any(lost.busy > 0 for lost in found.values()),
        "waiting\nat end": any(lost.waiting > 0 for lost in found.values()),
    }
    waits = [("had to\nwait, %", "r")] if sum(columns.values()) < len(columns) else []
    table = grid(
        "Service", ("queue", "l"), ("offered", "r"), ("service\nlevel, %", "r"),
        *((head, "r") for head, there in columns.items() if there), *waits,
        ("aban-\ndoned, %", "r"), ("ASA", "r"), ("AHT", "r"),
    )  # fmt: skip
    for name, lost in found.items():
        cells = (decimal(100 * lost.tried), _percent(lost.busy), _number(lost.waiting))
        shares = (*(("waited_share",) if waits else ()), "abandon_rate")
        table.add_row(
            escape(name), count(of.kpi("offered", QUEUE, name).mean),
            percent(of.kpi("service_level", QUEUE, name)),
            *(cell for cell, there in zip(cells, columns.values(), strict=True) if there),
            *(decimal(100 * of.kpi(kpi, QUEUE, name).mean) for kpi in shares),
            clock(of.kpi("asa_s", QUEUE, name).mean), clock(of.kpi("aht_s", QUEUE, name).mean),
        )  # fmt: skip
    for queue, lost in found.items():
        if told := sentences(lost):
            table.caption = f"{table.caption or ''}{escape(queue)}: {' '.join(told)}\n"
    table.caption_justify, table.caption_style = "left", "bold red"
    return table


LOST = ("service_level_tried", "blocked_rate", "out_of_hours_rate", "waiting_end")


def lost_columns(plans: list[OfPlan]) -> list[tuple[str, str]]:
    """(KPI, head) of what a service level must not be told without, where some plan has any."""
    there = {kpi for kpi in LOST if any(of.kpi(kpi).mean > 0 for of in plans)}
    # Of all who tried is another level only where somebody did not get in.
    there -= set() if there & {"blocked_rate", "out_of_hours_rate"} else {"service_level_tried"}
    return [(kpi, TITLED[kpi].narrow) for kpi in LOST if kpi in there]


def lost_cell(of: OfPlan, kpi: str) -> str:
    value = of.kpi(kpi).mean
    return _number(value) if kpi == "waiting_end" else _percent(value)


def targets_of_plans(results: list[PlanResult], labels: list[str]) -> Grid:
    """A row per plan: the verdict on all targets, and the chance that all hold in all their periods."""
    table = grid(
        "All targets, each in its own periods", ("plan", "l"), ("", "n"), ("all met in", "r"), ("chance", "r"),
        ("worst against its target", "l"),
    )  # fmt: skip
    for label, result in zip(labels, results, strict=True):
        *singles, whole = verdicts_of(result)
        known = [one for one in singles if one.worst[0]]
        worst = min(known, key=lambda one: one.worst_level.mean - one.target, default=None)
        table.add_row(
            escape(label), Text(verdict_words(whole.verdict), style=style_of(whole.verdict)),
            held_text(whole), chance_text(whole) or NOTHING,
            NOTHING if worst is None else escape(f"{target_name(worst)}, {worst_text(worst)}"),
        )  # fmt: skip
    if any(result.replications < 2 for result in results):
        caption_below(table, ONE_REPLICATION)
    return table


def _percent(value: float) -> str:
    """A share that rounds to nothing is not nothing."""
    return "< 0.1" if 0.0 < value < 0.0005 else decimal(100 * value)


def _number(value: float) -> str:
    return "< 0.1" if 0.0 < value < 0.05 else decimal(value, 0 if value >= 10 else 1)


def _targets(result: PlanResult, verdicts: list[Verdict], label: str, known: Known) -> Grid:
    table = grid(
        "Targets, each in its own periods", ("queue", "l"), ("target", "r"), ("", "n"), ("met in", "r"),
        ("all met in", "r"), ("worst", "l"),
    )  # fmt: skip
    starred = False
    for one in verdicts[:-1]:
        within, live, hours = level_of(result.scenario, one)
        star = "*" if hours == "open" and not live else ""
        starred = starred or bool(star)
        table.add_row(
            escape(target_name(one)), f"{100 * one.target:.0f}/{format_duration(within)}{star}",
            Text(verdict_words(one.verdict), style=style_of(one.verdict)), met_text(one),
            held_text(one),
            f"{worst_text(one)}{' †' * bool(beside_target(known, label, result.scenario, one))}",
        )  # fmt: skip
    notes = ["* of opening hours"] * starred + [ONE_REPLICATION] * (result.replications < 2)
    lost = {target_name(one): beside_target(known, label, result.scenario, one) for one in verdicts[:-1]}
    notes += [f"{name} †: {text}" for name, text in lost.items() if text]
    if notes:
        caption_below(table, escape("; ".join(notes)))
    return table
