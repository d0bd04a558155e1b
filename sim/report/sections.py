"""The report's parts: tables of text, ready for the template."""

from __future__ import annotations

import math
from typing import Any

from sim.measures.ledger import comes_and_goes
from sim.report.figures import (
    TONES,
    UNKNOWN,
    Cell,
    Estimate,
    Figures,
    Grid,
    Part,
    between,
    share_cell,
    side_by_side,
    without_income,
)
from sim.report.numbers import NOTHING, count, decimal, seconds, share
from sim.report.uses import is_shared, shares_agents
from sim.report.words import (
    HANDED_ON,
    KPI_NAMES,
    calibrated,
    calibrated_text,
    change_span,
    change_text,
    compared,
    date_text,
    half_width_text,
    money_digits,
    plural,
    value_text,
    verdict_on,
)

WORST = 10
WEARING = 0.90
"""Occupancy above which people wear out."""

COUNTING = {
    "negative": "abandoned contacts count as missed",
    "positive": "contacts that abandon within the limit count as answered in time",
    "ignore": "contacts that abandon within the limit do not count",
    "answered": "only answered contacts count",
    "short_excluded": "contacts that abandon at once do not count",
}


def plans(f: Figures) -> Part:
    """What each plan is, where several are compared."""
    told = f.facts.descriptions if f.facts.compares else {}
    rows = [[Cell(plan), Cell(told.get(plan) or "as the file stands")] for plan in f.facts.plans]
    note = "In the file's own words, or the settings that differ."
    return Part("plans", "Plans", note, [Grid(("Plan", "What it is"), rows, words=2)] if any(told.values()) else [])


# ---- For the planner ------------------------------------------------------------------------------------------------


def queues(f: Figures) -> Part:
    head = (
        "Offered", "Service level", "Target", "Verdict", "Target met in", "Abandoned", "ASA",
        "90 % wait less than", "Handle time", "FCR",
    )  # fmt: skip
    aims = [target for targets in f.facts.targets.values() for target in targets.values() if target.live]
    ways = dict.fromkeys(target.counting for target in aims)
    counted = "; ".join(COUNTING.get(way, way) for way in ways)
    note = (
        f"± is half a 95 % interval over replications. In the service level, {counted}. "
        "ASA: mean wait of the answered. FCR: resolved at first contact."
    )
    if any(f.tells(plan, kpi) for plan in f.facts.plans for kpi in ("transfer_rate", "escalation_rate")):
        note += " " + HANDED_ON
    if any(shares_agents(scenario) for scenario in f.facts.scenarios.values()):
        note += " Where an agent holds several contacts, the handle time is the session's; below it, the agent's part."
    return Part("queues", "Queues", note, side_by_side(f, "Queue", f.facts.live, head, _queue_cells))


def _queue_cells(f: Figures, plan: str, name: str) -> list[Cell]:
    target = f.facts.targets[plan][name]
    kpis = ("offered", "service_level", "target_met", "abandon_rate", "asa_s", "wait_p90_s", "aht_s", "fcr")
    offered, level, met, abandoned, asa, p90, aht, fcr = (f.kpi(plan, kpi, "queue", name) for kpi in kpis)
    verdict = verdict_on(level.mean, level.low, level.high, target.share)
    return [
        Cell(count(offered.mean)),
        share_cell(level),
        Cell(f"{share(target.share, 0)} in {seconds(target.within)}"),
        Cell(verdict, "", TONES.get(verdict, "")),
        Cell(share(met.mean, 0), f"of {target.per}s"),
        share_cell(abandoned),
        *(Cell(seconds(wait.mean), half_width_text(wait.low, wait.high, "s")) for wait in (asa, p90)),
        _handle_time(f, plan, name, aht),
        share_cell(fcr),
    ]


def _handle_time(f: Figures, plan: str, name: str, aht: Estimate) -> Cell:
    half, effort = half_width_text(aht.low, aht.high, "s"), f.kpi(plan, "effort_s", "queue", name)
    own = f"{seconds(effort.mean)} of an agent" if is_shared(f.facts.scenarios[plan], name) else ""
    return Cell(seconds(aht.mean), "\n".join(text for text in (half, own) if text))


def worst(f: Figures) -> Part:
    head = ("Date", "Start", "Queue", "Seats", "Required", "People short", "Service level", "Offered")
    grids = []
    for plan in f.facts.plans:
        rows = f.intervals(plan)
        short = rows[rows["short"] >= 0.05].sort_values(["short", "date", "start"], ascending=[False, True, True])
        if len(short):
            cells = [_worst_row(row) for row in short.head(WORST).to_dict("records")]
            folded = f.facts.compares and plan != f.facts.baseline
            grids.append(Grid(head, cells, f.plan_title(plan), folded, words=3))
    note = f"The {WORST} with most people short. Required: seats that reach the target on that interval's own load."
    return Part("worst", "Worst intervals", note, grids)


def _worst_row(row: dict[Any, Any]) -> list[Cell]:
    level = Estimate(row["service_level"], row["service_level_low"], row["service_level_high"])
    return [
        Cell(date_text(str(row["date"]), year=True)),
        Cell(str(row["start"])),
        Cell(str(row["name"])),
        Cell(decimal(row["seats"])),
        Cell(decimal(row["required"])),
        Cell(decimal(row["short"]), "", "bad"),
        Cell(share(level.mean, 0), between(level, "share")),
        Cell(decimal(row["offered"])),
    ]


def groups(f: Figures) -> Part:
    head = (
        "Heads", "Occupancy", "Utilisation", "Shrinkage", "Adherence", "Paid hours", "Hours required",
        "Hours past shift end",
    )  # fmt: skip
    note = (
        "Occupancy: handling ÷ signed on. Utilisation: signed on ÷ paid. "
        "Hours required: paid hours that reach the targets in every interval."
    )
    if any(comes_and_goes(scenario) for scenario in f.facts.scenarios.values()):
        note += " Heads: on average over the days, where people come and go."
    grids = side_by_side(f, "Group", lambda plan: f.names(plan, "group"), head, _group_cells)
    return Part("groups", "Agents", note, grids)


def _group_cells(f: Figures, plan: str, name: str) -> list[Cell]:
    def mean(kpi: str) -> float:
        return f.kpi(plan, kpi, "group", name).mean

    occupancy = f.kpi(plan, "occupancy", "group", name)
    return [
        Cell(f.facts.heads[plan][name]),
        share_cell(occupancy, "bad" if occupancy.mean > WEARING else ""),
        *(Cell(share(mean(kpi))) for kpi in ("utilisation", "shrinkage", "adherence")),
        *(Cell(count(mean(kpi))) for kpi in ("paid_hours", "required_hours")),
        Cell(decimal(mean("overrun_hours"))),
    ]


# ---- For the manager ------------------------------------------------------------------------------------------------


def costs(f: Figures) -> Part:
    """Lines down; one plan's interval and share in columns of their own, several plans across."""
    c, plans, currency = without_income(f.tables.costs), f.facts.plans, f.facts.currency
    columns = (c[name].tolist() for name in ("plan", "line", "mean", "ci_low", "ci_high"))
    found = {(row[0], row[1]): Estimate(*row[2:]) for row in zip(*columns, strict=True)}
    rows = []
    for line in dict.fromkeys(str(line) for line in c["line"]):
        tone = "sum" if line == "total" else ""
        cells = [
            _cost_cells(found.get((plan, line), UNKNOWN), found.get((plan, "total"), UNKNOWN).mean) for plan in plans
        ]
        if f.facts.compares:
            across = [
                Cell(amount, " · ".join(text for text in (half, part) if text), tone) for amount, half, part in cells
            ]
        else:
            across = [Cell(text, "", tone) for text in cells[0]]
        rows.append([Cell(line, "", tone), *across])
    head = ("Line", *plans) if f.facts.compares else ("Line", currency, "95 % interval", "Share of the total")
    note = f"{currency}, {plural(f.facts.days, 'day')}." + (" ± is half a 95 % interval." if f.facts.compares else "")
    return Part("costs", "Cost", note, [Grid(head, rows)])


def _cost_cells(e: Estimate, total: float) -> tuple[str, str, str]:
    """Amount, half width of its interval, share of the total."""
    digits = money_digits(total)
    half = (e.high - e.low) / 2
    part = share(e.mean / total, 0) if total and e.mean and e.mean != total else ""
    return decimal(e.mean, digits), f"± {decimal(half, digits)}" if half > 0 else "", part


def comparison(f: Figures) -> list[Part]:
    """Plans down, figures across; the whole center, then the service level of every queue."""
    if f.tables.comparison is None:
        return []
    base, others, currency = f.facts.baseline, f.facts.plans[1:], f.facts.currency
    known = [kpi for kpi in KPI_NAMES if any(math.isfinite(f.change(plan, kpi)[0].mean) for plan in others)]
    kpis = compared(known)
    start = [Cell(value_text(f.kpi(base, kpi).mean, KPI_NAMES[kpi][1], currency)) for kpi in kpis]
    rows = [[Cell(base, "baseline"), *start]]
    rows += [[Cell(plan), *(change_cell(f, plan, kpi) for kpi in kpis)] for plan in others]
    grids = [Grid(("Plan", *(KPI_NAMES[kpi][0] for kpi in kpis)), rows, "Whole center")]
    names = f.names(base, "queue")
    if len(names) > 1:
        start = [Cell(share(f.kpi(base, "service_level", "queue", name).mean)) for name in names]
        rows = [[Cell(base, "baseline"), *start]]
        for plan in others:
            rows.append([Cell(plan), *(change_cell(f, plan, "service_level", "queue", name) for name in names)])
        grids.append(Grid(("Plan", *names), rows, "Service level by queue"))
    note = (
        "Differences from the baseline with their 95 % intervals. All plans are played on the same luck; “narrower” "
        "says by how much that shrinks the interval. Unclear: the interval contains zero; more replications may tell."
    )
    return [Part("comparison", "Plans compared", note, grids)]


def change_cell(f: Figures, plan: str, kpi: str, scope: str = "center", name: str = "all") -> Cell:
    (mean, low, high), verdict = f.change(plan, kpi, scope, name)
    unit = KPI_NAMES[kpi][1]
    narrowing = f.facts.narrowing.get(plan, {}).get(kpi, math.nan) if scope == "center" else math.nan
    parts = [
        change_span(low, high, unit, unit_too=False) if verdict != "same" else "",
        verdict,
        f"{narrowing:.1f} × narrower" if narrowing >= 1.05 and verdict != "same" else "",
    ]
    return Cell(change_text(mean, unit), "\n".join(part for part in parts if part), TONES.get(verdict, ""))


# ---- How far to trust it --------------------------------------------------------------------------------------------


def calibration(f: Figures) -> Part:
    head = ("Queue", "Figure", "Observed", "Standard", "Factor", "Residual", "How")
    several = len(f.facts.calibration) > 1
    grids = []
    again = any(scenario.has_cases for scenario in f.facts.scenarios.values())
    for file, solved in f.facts.calibration.items():
        rows = []
        for row in solved:
            words, left = calibrated(row.figure, again), change_text(row.residual, "share")
            rows.append(
                [
                    Cell(row.queue),
                    Cell(words.name),
                    Cell(calibrated_text(row.figure, row.observed)),
                    Cell(calibrated_text(row.figure, row.standard)),
                    Cell(decimal(row.factor, 3)),
                    Cell(left if words.unit == "share" else left.replace("points", "%")),
                    Cell(row.method),
                ]
            )
        grids.append(Grid(head, rows, file if several else "", words=2))
    note = (
        "What the file gives is what the center observed, with its mix of new and experienced agents. Standard: of a "
        "fully proficient agent, such that the base plan reproduces the observed figure; residual: what is left over."
    )
    if again:
        note += " Observed contacts contain repeats and redials: fresh cases are those that remain."
    return Part("calibration", "Calibration to what was observed", note, grids)


def spread(f: Figures) -> Part:
    causes = list(dict.fromkeys(cause for shares in f.facts.spread.values() for cause in shares))
    rows = []
    for queue, shares in f.facts.spread.items():
        none, given = not any(shares.values()), f.facts.scenarios[f.facts.baseline].spec.queues[queue].forecast
        why = "" if not none else "replayed from a log" if given.is_given else "what other queues bring"
        cells = [Cell(NOTHING if none else share(shares[cause], 0)) for cause in causes]
        rows.append([Cell(queue, why), *cells])
    head = ("Queue", *(cause.capitalize() for cause in causes))
    which = f" of {f.facts.baseline}" if f.facts.compares else ""
    note = (
        f"Shares of the variance of a day's volume{which}. Chance is what remains when the forecast is exactly right."
    )
    return Part("spread", "What makes one day unlike another", note, [Grid(head, rows)] if rows else [])


def erlang(f: Figures) -> Part:
    head = ("Queue", "Simulated", "Erlang A", "Simulated − Erlang A")
    grids = []
    for plan in f.facts.plans:
        rows = []
        for scope, name in [*(("queue", name) for name in f.facts.live(plan)), ("center", "all")]:
            level, formula = (
                f.kpi(plan, "service_level", scope, name),
                f.kpi(plan, "service_level_erlang_a", scope, name),
            )
            title = "all live queues" if f.facts.deferred(plan) else "all queues"
            title = title if scope == "center" else name
            gap = Cell(change_text(level.mean - formula.mean, "share"))
            rows.append([Cell(title), share_cell(level), Cell(share(formula.mean)), gap])
        folded = f.facts.compares and plan != f.facts.baseline
        grids.append(Grid(head, rows, f.plan_title(plan), folded))
    note = (
        "Erlang A knows the mean load and seats of each interval and pools the skills. It knows nothing of busy days, "
        "of work that spills into the next interval, of priorities and of skills that some agents lack: the gap is "
        "what they do."
    )
    return Part("erlang", "Beside the formula", note, grids)
