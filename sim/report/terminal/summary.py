"""What the planner sees in the terminal: service against target, where people are short, occupancy, cost."""

from __future__ import annotations

import math

from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid
from rich.text import Text

from sim.choosing.risk import Risk
from sim.measures.kpis import CENTER, GROUP, TITLED
from sim.report.tables.study import Tables
from sim.report.terminal import channels as terminal_channels
from sim.report.terminal import quality as terminal_quality
from sim.report.terminal import workforce as terminal_workforce
from sim.report.terminal.channels import percent, style_of
from sim.report.terminal.decision import show_sentences
from sim.report.terminal.grid import caption_below, grid, show
from sim.report.terminal.service import (
    level_text,
    lost_cell,
    lost_columns,
    show_service,
    show_targets,
    targets_of_plans,
)
from sim.report.text.decision import Answer
from sim.report.text.known import OfPlan
from sim.report.text.lost import lost_of
from sim.report.text.names import (
    PILLARS,
    SATISFACTION,
    calibrated,
    calibrated_text,
    certainty,
    change_span,
    change_text,
    compared,
    residual_span,
    sameness,
)
from sim.report.text.numbers import NOTHING, clock, count, decimal, half_width, is_even, money, share
from sim.report.text.quality import pace_line
from sim.report.text.risk import NO_VERDICT, WHY_NO_VERDICT, verdict_beside
from sim.report.text.shortage import CenterShort, after_hours_text, busiest_text, center_short, seats_text, short_text
from sim.report.text.weighing import weighing_text
from sim.report.text.workforce import WEARING, findings_of, heads_text, is_diluted, remarks_of
from sim.scenario.described import description_of
from sim.study.compare import Difference
from sim.study.result import PlanResult
from sim.study.statistics import Estimate

WORST = 5
SIDE_BY_SIDE = ("service_level", "abandon_rate", "asa_s", "occupancy", "cost_total")


def summarise(console: Console, result: PlanResult, label: str, tables: Tables, answer: Answer | None = None) -> None:
    """One plan at a glance, the answer first."""
    scenario, of = result.scenario, tables.known.of(label)
    clock = scenario.clock
    console.print()
    console.print(Text(f"{scenario.spec.title} · plan {label}", style="bold"))
    if about := description_of(scenario):
        console.print(Text(about))
    console.print(
        f"{clock.dates[0]} to {clock.dates[-1]} · {count(of.kpi('offered').mean)} contacts offered a run · "
        + (
            "1 replication, so no intervals"
            if result.replications == 1
            else f"{result.replications} replications · ± is a 95 % interval"
        )
    )
    if weighed := weighing_text(result):
        console.print(weighed)
    if answer is not None:
        console.print()
        show_sentences(console, answer)
        console.print()
    show_service(console, result, label, tables)
    show_targets(console, result, label, tables, chance_too=answer is None)
    if len(scenario.uses.deferred) < len(scenario.queues):
        console.print(_beside_the_formula(result, label, tables))
    for table in terminal_channels.contacts(result, of):
        show(console, table)
    for told in (*terminal_quality.loop(result, label, tables), *terminal_quality.feelings(label, tables)):
        show(console, told)
    _short(console, center_short(result))
    show(console, _groups(result, of))
    if (hours := terminal_workforce.contracts(result)) is not None:
        show(console, hours)
    for table in terminal_workforce.people(result, label, tables):
        show(console, table)
    for table in terminal_channels.places(result, of):
        show(console, table)
    console.print(_cost(result, of))
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


def _beside_the_formula(result: PlanResult, label: str, tables: Tables) -> Text:
    """The planner's formula on the load expected and the seats scheduled: how far it can be trusted here."""
    of = tables.known.of(label)
    formula, played = of.kpi("service_level_erlang_a").mean, of.kpi("service_level")
    what = "Live queues together" if result.scenario.uses.deferred else "Whole center"
    level = level_text(played.mean, lost_of(tables.known, label))
    how = " as played" if result.weighing() is None else ", weighted"
    return Text(f"{what}: {level}{how}; Erlang A would say {share(formula)}.\n")


def _worst(found: CenterShort) -> Grid:
    """Open intervals with most people short, all queues together; in time: where customers wait for the answer."""
    table = grid(
        f"Worst intervals ({found.short:,} of {found.open:,} open intervals are short of people)", ("date", "r"),
        ("start", "r"), ("expected", "r"), ("seats", "r"), ("required\n(exact)", "r"), ("people\nshort", "r"),
        ("service\nlevel", "r"),
    )  # fmt: skip
    for row in found.worst[:WORST]:
        table.add_row(
            row.date, row.start, decimal(row.contacts), decimal(row.seats), seats_text(row.required, row.exact),
            Text(decimal(row.short), style="bold red"), share(row.service_level, 0),
        )  # fmt: skip
    caption_below(table, "short: added up over queues, each with the seats given to it")
    return table


def _short(console: Console, found: CenterShort) -> None:
    if found.worst:
        show(console, _worst(found))
    text = [] if found.worst else [short_text(found), busiest_text(found)]
    text += [after_hours_text(found)] if found.worst else []
    if any(text):
        console.print(Text(" ".join(one for one in text if one) + "\n"))


MOST_BESIDE = 8
"""Groups named below their table."""


def _groups(result: PlanResult, of: OfPlan) -> Grid:
    title = "Agents (heads: mean of the days)" if result.scenario.uses.turnover else "Agents"
    table = grid(
        title, ("group", "l"), ("heads", "r"), ("occupancy, %", "r"), ("shrinkage, %", "r"),
        ("paid hours", "r"), ("past shift end", "r"),
    )  # fmt: skip
    beside: list[str] = []
    for name in result.scenario.groups:
        occupancy, in_hours = of.kpi("occupancy", GROUP, name), of.kpi("occupancy_open", GROUP, name).mean
        if is_diluted(occupancy.mean, in_hours):
            beside.append(f"{escape(name)} {share(in_hours)}")
        table.add_row(
            escape(name), heads_text(result, [name]),
            Text(
                decimal(100 * occupancy.mean) + half_width(occupancy, 100),
                style="yellow" * (max(occupancy.mean, in_hours) > WEARING),
            ),
            decimal(100 * of.kpi("shrinkage", GROUP, name).mean),
            count(of.kpi("paid_hours", GROUP, name).mean),
            f"{decimal(of.kpi('overrun_hours', GROUP, name).mean)} h",
        )  # fmt: skip
    if beside:
        more = f" and {len(beside) - MOST_BESIDE} more" if len(beside) > MOST_BESIDE else ""
        named = ", ".join(beside[:MOST_BESIDE])
        caption_below(table, f"occupancy counts all hours signed on; in opening hours alone: {named}{more}")
    return table


def _cost(result: PlanResult, of: OfPlan) -> Text:
    currency = result.scenario.spec.center.currency
    total, contact, case = (of.kpi(kpi) for kpi in ("cost_total", "cost_per_contact", "cost_per_resolution"))
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
    again = result.scenario.uses.cases
    for row in result.calibration.rows:
        words = calibrated(row.figure, again)
        shown = calibrated_text(row.figure, row.observed), calibrated_text(row.figure, row.standard)
        unsure = residual_span(row.residual_half_width)
        left = f"{100 * row.residual:+.2f}".replace("-", "−") + f"{unsure} {'points' if words.unit == 'share' else '%'}"
        table.add_row(escape(row.queue), words.short, *shown, decimal(row.factor, 3), left, row.method)
    interesting = any(row.method == "pilot runs" or abs(row.factor - 1) > 1e-6 for row in result.calibration.rows)
    return table if interesting else None


def show_comparison(
    console: Console, results: list[PlanResult], tables: Tables, differences: list[Difference], risk: Risk
) -> None:
    """Plans side by side, then each plan's difference from the first with its interval."""
    currency, labels = results[0].scenario.spec.center.currency, [result.label for result in results]
    plans = [tables.known.of(label) for label in labels]
    columns = (
        (f"{kpi.narrow}, {currency}" if kpi.unit == "money" else kpi.narrow, "r")
        for kpi in (TITLED[name] for name in SIDE_BY_SIDE)
    )
    lost = lost_columns(plans)
    table = grid("Plans (whole center)", ("plan", "n"), *columns)
    shut = grid("Plans: who did not get in, or still waits", ("plan", "n"), *((head, "r") for _, head in lost))
    for of in plans:
        table.add_row(escape(of.plan), *(_value(of.kpi(kpi), TITLED[kpi].form) for kpi in SIDE_BY_SIDE))
        shut.add_row(escape(of.plan), *(lost_cell(of, kpi) for kpi, _ in lost))
    console.print()
    if weighed := weighing_text(results[0]):
        console.print(Text(f"{labels[0]}: {weighed}"))
    for label, result in zip(labels, results, strict=True):
        if about := description_of(result.scenario, results[0].scenario):
            console.print(Text(f"{label}: {about}"))
    show(console, table)
    if lost:
        show(console, shut)
    show(console, targets_of_plans(results, labels))
    shut_out = any(of.kpi(kpi).mean > 0 for of in plans for kpi in ("blocked_rate", "out_of_hours_rate"))
    by_plan = {label: {d.kpi: d for d in differences if d.plan == label and d.scope == CENTER} for label in labels[1:]}
    for label, found in by_plan.items():
        against = f"{escape(label)} against {escape(labels[0])}"
        kpis = compared(found, shut_out=shut_out)
        console.print(_changes(f"{against} (paired on common luck)", [found[kpi] for kpi in kpis], currency, risk))
        felt = [found[kpi] for kpi in (*SATISFACTION, *PILLARS) if kpi in found and kpi not in kpis]
        if felt:
            console.print(_changes(f"What customers feel (a model), {against}", felt, currency, risk))
    console.print(Text(f"{certainty(differences)} {sameness(results[0].scenario.spec.results.matters)}\n"))
    if any(verdict_beside(risk, d.kpi, d.verdict, d.plan, d.baseline) == NO_VERDICT for d in differences):
        console.print(Text(f"{WHY_NO_VERDICT}\n"))
    for line in dict.fromkeys(pace_line(result.scenario) for result in results):
        if line:
            console.print(Text(f"{line}.\n"))


def _changes(title: str, differences: list[Difference], currency: str, risk: Risk) -> Grid:
    table = grid(title, ("", "l"), ("difference", "r"), ("interval", "r"), ("", "n"), ("narrowed", "r"))
    for d in differences:
        name, unit = TITLED[d.kpi].title, TITLED[d.kpi].unit
        verdict = verdict_beside(risk, d.kpi, d.verdict, d.plan, d.baseline)
        narrowing = f"{d.narrowing:.1f} ×" if math.isfinite(d.narrowing) else NOTHING
        table.add_row(
            name, change_text(d.estimate.mean, unit, currency),
            change_span(d.estimate.low, d.estimate.high, unit, unit_too=False) or NOTHING,
            Text(verdict.partition(":")[0], style=style_of(verdict)), narrowing,
        )  # fmt: skip
    return table


def _value(found: Estimate, form: str) -> str:
    if form == "percent":
        return percent(found)
    if form == "clock":
        if not math.isfinite(found.low) or is_even(found.mean, found.low, found.high):
            return clock(found.mean) + half_width(found, digits=0).replace("± ", "±")
        return f"{clock(found.mean)} ({clock(found.low).removesuffix(' s')}–{clock(found.high).removesuffix(' s')})"
    return decimal(found.mean, 2 if abs(found.mean) < 1000 else 0)
