"""What the planner sees in the terminal: service against target, where people are short, occupancy, cost."""

from __future__ import annotations

import math

from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid
from rich.text import Text

from sim.measures.kpis import CENTER, GROUP, QUEUE
from sim.measures.ledger import comes_and_goes
from sim.report import terminal_channels, terminal_quality, terminal_workforce
from sim.report.numbers import NOTHING, clock, count, decimal, half_width, money, share
from sim.report.quality import pace_line
from sim.report.screen import grid, show
from sim.report.tables import Tables
from sim.report.terminal_channels import percent, style_of, verdict_text
from sim.report.uses import deferred
from sim.report.words import (
    KPI_NAMES,
    PILLARS,
    SATISFACTION,
    calibrated,
    calibrated_text,
    change_span,
    change_text,
    compared,
    intervals_short,
)
from sim.report.workforce import findings_of, heads_text, remarks_of
from sim.scenario.described import description_of
from sim.study.compare import Difference
from sim.study.result import PlanResult
from sim.study.statistics import Estimate
from sim.units import format_duration

WORST = 5
SIDE_BY_SIDE = (
    ("service_level", "in time, %", "share"),
    ("abandon_rate", "left, %", "share"),
    ("asa_s", "ASA", "s"),
    ("occupancy", "busy, %", "share"),
    ("cost_total", "cost", "money"),
)


def summarise(console: Console, result: PlanResult, label: str, tables: Tables) -> None:
    """One plan at a glance."""
    scenario = result.scenario
    clock = scenario.clock
    console.print()
    console.print(Text(f"{scenario.spec.title} · plan {label}", style="bold"))
    if about := description_of(scenario):
        console.print(Text(about))
    console.print(
        f"{clock.dates[0]} to {clock.dates[-1]} · {count(result.kpi('offered').mean)} contacts offered a run · "
        f"{result.replications} replications · ± is a 95 % interval"
    )
    service = _service(result, label, tables)
    if service is not None:
        show(console, service)
        console.print(_beside_the_formula(result, label, tables))
    for table in terminal_channels.contacts(result):
        show(console, table)
    for told in (*terminal_quality.loop(result, label, tables), *terminal_quality.feelings(label, tables)):
        show(console, told)
    worst = _worst(result, label, tables)
    if worst is not None:
        show(console, worst)
    else:
        console.print("No interval is short of people.\n")
    show(console, _groups(result))
    for table in terminal_workforce.people(result, label, tables):
        show(console, table)
    for table in terminal_channels.places(result, label, tables):
        show(console, table)
    console.print(_cost(result))
    if (money_and_people := terminal_quality.customers(result, label, tables)) is not None:
        show(console, money_and_people)
    if remarks := remarks_of(result):
        console.print(Text("\n".join(f"{remark.where}: {remark.what}" for remark in remarks) + "\n"))
    for maybe in (terminal_channels.contracts(label, tables), _calibration(result)):
        if maybe is not None:
            show(console, maybe)
    for title, problems in (("Warning", findings_of(result)), ("Assumed", scenario.assumptions)):
        for problem in problems:
            style = "yellow" if title == "Warning" else "dim"
            console.print(Text(f"{title}: {problem.where}: {problem.what}", style=style))


def _service(result: PlanResult, label: str, tables: Tables) -> Grid | None:
    """Queues in which customers wait for the answer."""
    live = [name for name in result.scenario.queues if result.scenario.is_live(name)]
    if not live:
        return None
    table = grid(
        "Service", ("queue", "l"), ("offered", "r"), ("in time, %", "r"), ("target", "r"), ("", "n"), ("met in", "r"),
        ("left, %", "r"), ("ASA", "r"), ("AHT", "r"),
    )  # fmt: skip
    for name in live:
        level = result.scenario.level(name)
        found = result.kpi("service_level", QUEUE, name)
        chosen = (tables.summary.plan == label) & (tables.summary.scope == QUEUE) & (tables.summary.name == name)
        met = float(tables.summary[chosen & (tables.summary.kpi == "target_met")]["mean"].iloc[0])
        table.add_row(
            escape(name), count(result.kpi("offered", QUEUE, name).mean),
            percent(found),
            f"{100 * level.target:.0f}/{format_duration(level.within)}", verdict_text(found, level.target),
            f"{100 * met:.0f} % {level.per}s", decimal(100 * result.kpi("abandon_rate", QUEUE, name).mean),
            clock(result.kpi("asa_s", QUEUE, name).mean), clock(result.kpi("aht_s", QUEUE, name).mean),
        )  # fmt: skip
    return table


def _beside_the_formula(result: PlanResult, label: str, tables: Tables) -> Text:
    """The planner's formula on the same load and seats: how far it can be trusted here."""
    rows = tables.summary[(tables.summary.plan == label) & (tables.summary.scope == CENTER)]
    formula = float(rows[rows.kpi == "service_level_erlang_a"]["mean"].iloc[0])
    played = result.kpi("service_level")
    what = "Live queues together" if deferred(result.scenario) else "Whole center"
    return Text(f"{what}: {share(played.mean)} in time as played; Erlang A would say {share(formula)}.\n")


def _worst(result: PlanResult, label: str, tables: Tables) -> Grid | None:
    """Intervals with most people short, all queues together; in time: those in which customers wait for the answer."""
    rows = tables.intervals[(tables.intervals.plan == label) & (tables.intervals.scope == QUEUE)]
    live = rows[~rows["name"].isin(deferred(result.scenario))]
    sums = rows.groupby(["date", "start"], sort=False)[["offered", "seats", "required", "short"]].sum().reset_index()
    short = sums[sums.short >= 0.05]
    if short.empty:
        return None
    hours = intervals_short(len(short), len(sums), str(sums["date"].iloc[0]))
    table = grid(
        f"Worst intervals ({hours})", ("date", "r"), ("start", "r"), ("offered", "r"), ("seats", "r"), ("needed", "r"),
        ("people short", "r"), ("in time", "r"),
    )  # fmt: skip
    for _, row in short.sort_values(["short", "date", "start"], ascending=[False, True, True]).head(WORST).iterrows():
        here = live[(live.date == row.date) & (live.start == row.start) & live.service_level.notna()]
        level = float((here.service_level * here.offered).sum() / here.offered.sum()) if len(here) else math.nan
        table.add_row(
            str(row.date), str(row.start), decimal(row.offered), decimal(row.seats), decimal(row.required),
            Text(decimal(row.short), style="bold red"), share(level, 0),
        )  # fmt: skip
    return table


def _groups(result: PlanResult) -> Grid:
    title = "Agents (heads: mean of the days)" if comes_and_goes(result.scenario) else "Agents"
    table = grid(
        title, ("group", "l"), ("heads", "r"), ("occupancy, %", "r"), ("shrinkage, %", "r"),
        ("paid hours", "r"), ("past shift end", "r"),
    )  # fmt: skip
    for name in result.scenario.groups:
        occupancy = result.kpi("occupancy", GROUP, name)
        table.add_row(
            escape(name), heads_text(result, [name]),
            Text(decimal(100 * occupancy.mean) + half_width(occupancy, 100), style="yellow" * (occupancy.mean > 0.9)),
            decimal(100 * result.kpi("shrinkage", GROUP, name).mean),
            count(result.kpi("paid_hours", GROUP, name).mean),
            f"{decimal(result.kpi('overrun_hours', GROUP, name).mean)} h",
        )  # fmt: skip
    return table


def _cost(result: PlanResult) -> Text:
    currency = result.scenario.spec.center.currency
    total, contact, case = (result.kpi(kpi) for kpi in ("cost_total", "cost_per_contact", "cost_per_resolution"))
    text = Text("Cost  ", style="bold")
    text.append(f"{money(total.mean, currency)}{half_width(total, digits=0)} in all", style="not bold")
    text.append(f" · {money(contact.mean, currency, 2)}{half_width(contact, digits=2)} a contact", style="not bold")
    text.append(f" · {money(case.mean, currency, 2)}{half_width(case, digits=2)} a resolved case\n", style="not bold")
    return text


def _calibration(result: PlanResult) -> Grid | None:
    """Observed, standard, factor and residual, where they differ."""
    table = grid(
        "Calibration to what was observed", ("queue", "l"), ("figure", "l"), ("observed", "r"), ("standard", "r"),
        ("factor", "r"), ("residual", "r"), ("how", "l"),
    )  # fmt: skip
    again = result.scenario.has_cases
    for row in result.calibration.rows:
        words = calibrated(row.figure, again)
        shown = calibrated_text(row.figure, row.observed), calibrated_text(row.figure, row.standard)
        left = f"{100 * row.residual:+.2f} {'points' if words.unit == 'share' else '%'}"
        table.add_row(escape(row.queue), words.short, *shown, decimal(row.factor, 3), left, row.method)
    interesting = any(row.method == "pilot runs" or abs(row.factor - 1) > 1e-6 for row in result.calibration.rows)
    return table if interesting else None


def show_comparison(
    console: Console, results: list[PlanResult], labels: list[str], differences: list[Difference]
) -> None:
    """Plans side by side, then each plan's difference from the first with its interval."""
    currency = results[0].scenario.spec.center.currency
    columns = ((f"{title}, {currency}" if unit == "money" else title, "r") for _, title, unit in SIDE_BY_SIDE)
    table = grid("Plans (whole center)", ("plan", "l"), *columns)
    for label, result in zip(labels, results, strict=True):
        table.add_row(escape(label), *(_value(result.kpi(kpi), unit) for kpi, _, unit in SIDE_BY_SIDE))
    console.print()
    for label, result in zip(labels, results, strict=True):
        if about := description_of(result.scenario, results[0].scenario):
            console.print(Text(f"{label}: {about}"))
    show(console, table)
    by_plan = {label: {d.kpi: d for d in differences if d.plan == label and d.scope == CENTER} for label in labels[1:]}
    for label, found in by_plan.items():
        against = f"{escape(label)} against {escape(labels[0])}"
        kpis = compared(found)
        console.print(_changes(f"{against} (paired on common luck)", [found[kpi] for kpi in kpis], currency))
        felt = [found[kpi] for kpi in (*SATISFACTION, *PILLARS) if kpi in found and kpi not in kpis]
        if felt:
            console.print(_changes(f"What customers feel (a model), {against}", felt, currency))
    for line in dict.fromkeys(pace_line(result.scenario) for result in results):
        if line:
            console.print(Text(f"{line}.\n"))


def _changes(title: str, differences: list[Difference], currency: str) -> Grid:
    table = grid(title, ("", "l"), ("difference", "r"), ("95 % interval", "r"), ("", "n"), ("narrowed", "r"))
    for d in differences:
        name, unit = KPI_NAMES[d.kpi]
        narrowing = f"{d.narrowing:.1f} ×" if math.isfinite(d.narrowing) else NOTHING
        table.add_row(
            name, change_text(d.estimate.mean, unit, currency),
            change_span(d.estimate.low, d.estimate.high, unit, unit_too=False) or NOTHING,
            Text(d.verdict, style=style_of(d.verdict)), narrowing,
        )  # fmt: skip
    return table


def _value(found: Estimate, unit: str) -> str:
    if unit == "share":
        return percent(found)
    if unit == "s":
        return clock(found.mean) + half_width(found, digits=0).replace("± ", "±")
    return decimal(found.mean, 2 if abs(found.mean) < 1000 else 0)
