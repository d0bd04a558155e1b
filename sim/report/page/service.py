"""The report's parts: tables of text, ready for the template."""

from __future__ import annotations

import math

from sim.measures.kpis import TITLED
from sim.report.page.figures import Cell, Figures, Grid, Part, by_plan, share_cell, side_by_side
from sim.report.text.lost import beside_level, lost_of
from sim.report.text.names import (
    HANDED_ON,
    calibrated,
    calibrated_text,
    change_span,
    change_text,
    date_text,
    money_digits,
    plural,
    residual_span,
    spread_text,
)
from sim.report.text.numbers import NOTHING, count, decimal, seconds, share
from sim.report.text.phrases import TONES, half_text, without_income
from sim.report.text.shortage import WORST, Interval
from sim.report.text.workforce import WEARING, is_diluted
from sim.scenario.model import Scenario
from sim.study.statistics import Estimate

MOST_QUEUES = 3
"""Queues named of an interval that is short."""

COUNTING = {
    "negative": "abandoned contacts count as missed",
    "positive": "contacts that abandon within the limit count as answered in time",
    "ignore": "contacts that abandon within the limit do not count",
    "answered": "only answered contacts count",
    "short_excluded": "contacts that abandon at once do not count",
}


# ---- For the planner ------------------------------------------------------------------------------------------------


def queues(f: Figures) -> Part:
    head = (
        "Offered", "Service level", "Had to wait", "Abandoned", "ASA", "90 % wait less than", "Waiting on average",
        "Handle time", "FCR",
    )  # fmt: skip
    aims = [target for targets in f.facts.targets.values() for target in targets.values() if target.live]
    ways = dict.fromkeys(target.counting for target in aims)
    counted = "; ".join(COUNTING.get(way, way) for way in ways)
    note = (
        f"± is half a 95 % interval over replications. In the service level, {counted}. "
        "ASA: mean wait of the answered. Waiting on average: contacts in the line, mean over opening hours. "
        "FCR: resolved at first contact."
    )
    if any(f.tells(plan, kpi) for plan in f.facts.plans for kpi in ("transfer_rate", "escalation_rate")):
        note += " " + HANDED_ON
    if any(scenario.uses.concurrency for scenario in f.facts.scenarios.values()):
        note += " Where an agent holds several contacts, the handle time is the session's; below it, the agent's part."
    return Part("queues", "Queues", note, side_by_side(f, "Queue", f.facts.live, head, _queue_cells))


def _queue_cells(f: Figures, plan: str, name: str) -> list[Cell]:
    kpis = (
        "offered", "service_level", "waited_share", "abandon_rate", "wait_abandoned_s", "asa_s", "wait_p90_s",
        "waiting_mean", "aht_s", "fcr",
    )  # fmt: skip
    offered, level, waited, abandoned, gave_up, asa, p90, line, aht, fcr = (
        f.kpi(plan, kpi, "queue", name) for kpi in kpis
    )
    left = share_cell(abandoned)
    after = f"after {seconds(gave_up.mean)}" if math.isfinite(gave_up.mean) else ""
    return [
        Cell(count(offered.mean)),
        level_cell(f, plan, "queue", name, level),
        share_cell(waited),
        Cell(left.text, "\n".join(text for text in (left.small, after) if text)),
        *(Cell(seconds(wait.mean), spread_text(wait.mean, wait.low, wait.high, "s")) for wait in (asa, p90)),
        Cell(decimal(line.mean)),
        _handle_time(f, plan, name, aht),
        share_cell(fcr),
    ]


def level_cell(f: Figures, plan: str, scope: str, name: str, level: Estimate) -> Cell:
    """A service level, which never stands without those who did not get in."""
    cell, beside = share_cell(level), beside_level(lost_of(f, plan, scope, name))
    return Cell(cell.text, "\n".join(text for text in (cell.small, beside.replace(": ", ":\n")) if text))


def _handle_time(f: Figures, plan: str, name: str, aht: Estimate) -> Cell:
    half, effort = spread_text(aht.mean, aht.low, aht.high, "s"), f.kpi(plan, "effort_s", "queue", name)
    own = f"{seconds(effort.mean)} of an agent" if f.facts.scenarios[plan].queue(name).sharing else ""
    return Cell(seconds(aht.mean), "\n".join(text for text in (half, own) if text))


def worst(f: Figures) -> Part:
    head = ("Date", "Start", "Expected", "Seats", "Required", "People short", "Short by queue", "Service level")
    several_years = f.facts.start.year != f.facts.last.year
    rows = {plan: [_worst_row(row, several_years) for row in f.facts.short[plan].worst] for plan in f.facts.plans}
    note = (
        f"The {WORST} open intervals with most people short, all queues together. Expected: contacts. Required: seats "
        "that reach the targets on the load expected, in whole seats of queues that share people, and in fractions. "
        "People short: required less seats, queue by queue. The service level is that of the live queues as played; "
        "whoever heard it engaged counts as not answered in time."
    )
    return Part("worst", "Worst intervals", note, by_plan(f, head, rows, words=2))


def _worst_row(row: Interval, several_years: bool) -> list[Cell]:
    by_queue = [f"{name} {decimal(people)}" for name, people in row.queues]
    left = len(by_queue) - MOST_QUEUES
    return [
        Cell(date_text(row.date, year=several_years)),
        Cell(row.start),
        Cell(decimal(row.contacts)),
        Cell(decimal(row.seats)),
        Cell(decimal(row.required), f"{decimal(row.exact, 2)} in fractions"),
        Cell(decimal(row.short), "", "bad"),
        Cell(", ".join(by_queue[:MOST_QUEUES]), f"and {left} more" if left > 0 else ""),
        Cell(share(row.service_level, 0)),
    ]


def groups(f: Figures) -> Part:
    head = (
        "Heads", "Occupancy", "Idle hours", "Utilisation", "Shrinkage", "Adherence", "Paid hours",
        "Hours required", "Hours past shift end",
    )  # fmt: skip
    note = (
        "Occupancy: handling ÷ signed on, and where it differs, of the time in opening hours. Idle: signed on and "
        "free. Utilisation: signed on ÷ paid. "
        "Hours required: paid hours that reach the targets in every interval."
    )
    if any(scenario.uses.turnover for scenario in f.facts.scenarios.values()):
        note += " Heads: on average over the days, where people come and go."
    grids = side_by_side(f, "Group", lambda plan: f.names(plan, "group"), head, _group_cells)
    return Part("groups", "Agents", note, grids)


def _group_cells(f: Figures, plan: str, name: str) -> list[Cell]:
    def mean(kpi: str) -> float:
        return f.kpi(plan, kpi, "group", name).mean

    occupancy, in_hours = f.kpi(plan, "occupancy", "group", name), mean("occupancy_open")
    whole = share_cell(occupancy, "bad" if max(occupancy.mean, in_hours) > WEARING else "")
    # Staff kept on after hours dilutes it.
    beside = f"{share(in_hours)} in opening hours" if is_diluted(occupancy.mean, in_hours) else ""
    return [
        Cell(f.facts.heads[plan][name]),
        Cell(whole.text, "\n".join(text for text in (whole.small, beside) if text), whole.tone),
        Cell(count(mean("idle_hours"))),
        *(Cell(share(mean(kpi))) for kpi in ("utilisation", "shrinkage", "adherence")),
        *(Cell(count(mean(kpi))) for kpi in ("paid_hours", "required_hours")),
        Cell(decimal(mean("overrun_hours"))),
    ]


# ---- For the manager ------------------------------------------------------------------------------------------------


def costs(f: Figures) -> Part:
    """Lines down; one plan's interval and share in columns of their own, several plans across."""
    c, plans, currency = without_income(f.tables.costs), f.facts.plans, f.facts.currency
    rows = []
    for line in dict.fromkeys(str(line) for line in c["line"]):
        tone = "sum" if line == "total" else ""
        cells = [_cost_cells(f.cost(plan, line), f.cost(plan, "total").mean) for plan in plans]
        if f.facts.compares:
            across = [
                Cell(amount, " · ".join(text for text in (half, part) if text), tone) for amount, half, part in cells
            ]
        else:
            across = [Cell(text, "", tone) for text in cells[0]]
        rows.append([Cell(line, "", tone), *across])
    head = ("Line", *plans) if f.facts.compares else ("Line", currency, "95 % interval", "Share of the total")
    note = f"{currency}, {plural(f.facts.days, 'day')}." + (" ± is half a 95 % interval." if f.facts.compares else "")
    return Part("costs", "Cost by line", note, [Grid(head, rows)])


def _cost_cells(e: Estimate, total: float) -> tuple[str, str, str]:
    """Amount, half width of its interval, share of the total."""
    digits = money_digits(total)
    part = share(e.mean / total, 0) if total and e.mean and e.mean != total and math.isfinite(e.mean) else ""
    return decimal(e.mean, digits), half_text(e, digits), part


def change_cell(f: Figures, plan: str, kpi: str, scope: str = "center", name: str = "all") -> Cell:
    d, verdict = f.change(plan, kpi, scope, name)
    unit = TITLED[kpi].unit
    narrowing = f.facts.narrowing.get(plan, {}).get(kpi, math.nan) if scope == "center" else math.nan
    parts = [
        change_span(d.low, d.high, unit, unit_too=False) if verdict != "same" else "",
        verdict,
        f"{narrowing:.1f} × narrower" if narrowing >= 1.05 and verdict != "same" else "",
    ]
    return Cell(change_text(d.mean, unit), "\n".join(part for part in parts if part), TONES.get(verdict, ""))


# ---- How far to trust it --------------------------------------------------------------------------------------------


def calibration(f: Figures) -> Part:
    head = ("Queue", "Figure", "Observed", "Standard", "Factor", "Residual", "How")
    several = len(f.facts.calibration) > 1
    grids = []
    again = any(scenario.uses.cases for scenario in f.facts.scenarios.values())
    for file, solved in f.facts.calibration.items():
        rows = []
        for row in solved:
            words, left = calibrated(row.figure, again), change_text(row.residual, "share")
            unsure = residual_span(row.residual_half_width).strip().replace("±", "± ")
            rows.append(
                [
                    Cell(row.queue),
                    Cell(words.name),
                    Cell(calibrated_text(row.figure, row.observed)),
                    Cell(calibrated_text(row.figure, row.standard)),
                    Cell(decimal(row.factor, 3)),
                    Cell(left if words.unit == "share" else left.replace("points", "%"), unsure),
                    Cell(row.method),
                ]
            )
        grids.append(Grid(head, rows, file if several else "", words=2, sorts=False))
    note = (
        "What the file gives is what the center observed, with its mix of new and experienced agents. Standard: of a "
        "fully proficient agent, such that the base plan reproduces the observed figure; residual: what is left over, "
        "± the luck of the pilot run that tells it."
    )
    if again:
        note += " Observed contacts contain repeats and redials: fresh cases are those that remain."
    return Part("calibration", "Calibration to what was observed", note, grids)


def spread(f: Figures) -> Part:
    scenario = f.facts.scenarios[f.facts.baseline]
    grids = [
        _shares_by_cause(scenario, f.facts.spread, "Of a day's volume"),
        _shares_by_cause(scenario, f.facts.work_spread, "Of a day's work"),
    ]
    which = f" of {f.facts.baseline}" if f.facts.compares else ""
    note = (
        f"Shares of the variance of a day's volume, and of its work (volume × handle time){which}. Chance is what "
        "remains when the forecast is exactly right. Below: what the file says, beside what was seen at a bank; where "
        "it says 0, days here differ less than real ones do."
    )
    rows = [[Cell(queue), *map(Cell, _dials(scenario, queue))] for queue in f.facts.spread]
    rows.append([Cell("a bank, 1999", "by queue"), *map(Cell, OBSERVED)])
    grids.append(Grid(("Queue", "Volume by day", "Volume by interval", "Handle time by day"), rows, "CV beyond chance"))
    return Part("spread", "What makes one day unlike another", note, grids)


OBSERVED = ("0.11 to 0.16", "up to 0.18", "0.06 to 0.21")
"""Coefficients of variation at the Anonymous Bank, whole and by queue; its volumes are fitted in `bank-1999.toml`."""


def _dials(scenario: Scenario, queue: str) -> list[str]:
    spec = scenario.spec.queues[queue]
    if spec.forecast.replay is not None:
        return ["as in the log"] * 3
    b = spec.busyness
    return [f"{cv:g}" for cv in (b.day_cv, b.interval_cv, b.handle_day_cv)]


def _shares_by_cause(scenario: Scenario, found: dict[str, dict[str, float]], title: str) -> Grid:
    causes = list(dict.fromkeys(cause for shares in found.values() for cause in shares))
    rows = []
    for queue, shares in found.items():
        none, given = not any(shares.values()), scenario.spec.queues[queue].forecast
        why = "" if not none else "replayed from a log" if given.is_given else "what other queues bring"
        cells = [Cell(NOTHING if none else share(shares[cause], 0)) for cause in causes]
        rows.append([Cell(queue, why), *cells])
    return Grid(("Queue", *(cause.capitalize() for cause in causes)), rows, title)


def erlang(f: Figures) -> Part:
    head = ("Queue", "Simulated", "Erlang A", "Simulated − Erlang A")
    rows = dict[str, list[list[Cell]]]()
    for plan in f.facts.plans:
        for scope, name in [*(("queue", name) for name in f.facts.live(plan)), ("center", "all")]:
            level, formula = (
                f.kpi(plan, "service_level", scope, name),
                f.kpi(plan, "service_level_erlang_a", scope, name),
            )
            title = "all live queues" if f.facts.deferred(plan) else "all queues"
            title = title if scope == "center" else name
            gap = Cell(change_text(level.mean - formula.mean, "share"))
            rows.setdefault(plan, []).append([Cell(title), share_cell(level), Cell(share(formula.mean)), gap])
    note = (
        "Erlang A of the expected load and the scheduled seats of each interval, with skills pooled. It counts "
        "balking, lines, and busy days and intervals; it knows nothing of work that spills into the next interval, of "
        "priorities, of skills that some agents lack, and of an error in the forecast: the gap is what they do."
    )
    return Part("erlang", "Beside the formula", note, by_plan(f, head, rows))
