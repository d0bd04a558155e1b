"""The report's parts on speed against quality: cases and who comes again, what customers feel, what it is worth."""

from __future__ import annotations

import math
from collections.abc import Callable

from sim.measures.kpis import TITLED
from sim.report.page.figures import Cell, Figures, Grid, Part, share_cell, side_by_side
from sim.report.page.service import change_cell
from sim.report.text.names import (
    ALL,
    CASES,
    CUSTOMERS,
    GOODWILL_LINES,
    HANDED_ON,
    IN_ALL,
    NET_COST,
    OF_LOOP,
    PILLAR_FORMULAS,
    PILLARS,
    SATISFACTION,
    amount_digits,
    change_span,
    change_text,
    figure_text,
    spread_text,
    value_text,
)
from sim.report.text.numbers import decimal, share, span
from sim.report.text.phrases import TONES, half_text
from sim.report.text.quality import beyond_the_end
from sim.study.statistics import Estimate
from sim.units import HOUR

BELOW = {"fcr": (("fcr_net", "net"), ("fcr_observed", "observed")), "escalation_rate": (("swarm_rate", "swarmed"),)}
"""KPIs that are told below another, in its cell."""
MODEL = (
    "Satisfaction is worked out, not asked for: what each customer got against what they expected, by weights that the "
    "file gives or that are assumed. Its level is no better than these weights; "
)


def cases(f: Figures) -> Part:
    """Cases and their contacts by queue, and of the whole center."""
    kpis = reported(f, CASES) if reported(f, OF_LOOP) else []
    later = beyond_the_end(f.facts.days)
    explained = [
        ("", "A case is what a customer needs, a contact one attempt at it."),
        ("repeat_rate", "Repeats: share of the contacts handled that are followed by another."),
        ("redial_rate", "Redials: share of those lost."),
        ("fcr", "FCR: resolved by the first contact, of those handled."),
        ("fcr_net", "Net: of the cases that anybody can resolve."),
        ("fcr_observed", f"Observed: nobody came again within 7 days{f', of which {later}' if later else ''}."),
        ("case_resolution_rate", "Resolved in the end: of all cases closed, also those whose contacts were lost."),
        ("attempts_per_case", "Cases stand where they began; what they took and how they ended, where that was."),
    ]
    note = " ".join(text for kpi, text in explained if not kpi or kpi in kpis)
    note += f" {HANDED_ON}" if reported(f, ("transfer_rate", "escalation_rate")) else ""
    below = {kpi for kpis_below in BELOW.values() for kpi, _ in kpis_below}
    grids = _by_queue(f, [kpi for kpi in kpis if kpi not in below], _case_cell)
    return Part("cases", "Cases", note, grids, f.facts.pace if grids else ())


def feelings(f: Figures) -> Part:
    """Satisfaction by queue, and the six pillars; of several plans, what changes against the baseline."""
    satisfaction, pillars = reported(f, SATISFACTION), reported(f, PILLARS)
    if f.facts.compares:
        grids = [*_changes(f, satisfaction, "Whole center"), *_changes(f, pillars, "Six pillars, out of 10")]
        note = f"{MODEL}read the differences between plans, here from the baseline."
    else:
        grids = [*_by_queue(f, satisfaction, _level_cell), *_by_queue(f, pillars, _level_cell)]
        note = f"{MODEL}what it is good for is to compare plans. CES: ease, from 1 to 7; pillars: out of 10."
    note += f" {PILLAR_FORMULAS}" if pillars else ""
    return Part("feelings", "What customers feel", note, grids)


def customers(f: Figures) -> Part:
    """Customers and money, a line each; several plans across."""
    counted, plans = reported(f, CUSTOMERS), f.facts.plans
    lines = [line for line in GOODWILL_LINES if any(math.isfinite(f.cost(plan, line).mean) for plan in plans)]
    if not counted and not lines:
        return Part("customers", "Customers and money")
    rows = [_kpi_line(f, kpi) for kpi in counted if kpi not in IN_ALL]
    rows += [
        [Cell(f"{line.capitalize()}, in the cost"), *(_amount(f.cost(p, line), "money") for p in plans)]
        for line in lines
    ]
    rows += [_kpi_line(f, kpi, "sum" if kpi == "net_cost" else "") for kpi in reported(f, IN_ALL)]
    note = f"Per replication; money in {f.facts.currency}. "
    if "bad_cases" in counted:
        note += "A case is bad if its customer is less likely satisfied than the file asks for. "
    if "net_cost" in counted:
        note += f"Net cost: {NET_COST}; that value is what the file says, and is missed later than the horizon ends. "
    return Part(
        "customers",
        "Customers and money",
        note.strip(),
        [Grid(("Figure", *(plans if f.facts.compares else ("Mean",))), rows, sorts=False)],
    )


def reported(f: Figures, kpis: tuple[str, ...]) -> list[str]:
    """Those that some plan has, of a queue or of the whole center."""
    places = [(plan, "center", "all") for plan in f.facts.plans]
    places += [(plan, "queue", name) for plan in f.facts.plans for name in f.names(plan, "queue")]
    return [kpi for kpi in kpis if any(f.tells(plan, kpi, scope, name) for plan, scope, name in places)]


LookUp = Callable[[str], Estimate]
"""A KPI of a plan's queue, or of all."""


def _by_queue(f: Figures, kpis: list[str], cell_of: Callable[[LookUp, str], Cell]) -> list[Grid]:
    """A row per queue that tells any of them, and one for all; of several plans a grid for each."""

    def at(plan: str, name: str, kpi: str) -> tuple[str, str, str, str]:
        return (plan, kpi, "center", "all") if name == ALL else (plan, kpi, "queue", name)

    def names(plan: str) -> list[str]:
        queues = [name for name in f.names(plan, "queue") if any(f.tells(*at(plan, name, kpi)) for kpi in kpis)]
        whole = len(queues) > 1 and any(f.tells(*at(plan, ALL, kpi)) for kpi in kpis)
        return [*queues, *([ALL] if whole else [])]

    def cells(f: Figures, plan: str, name: str) -> list[Cell]:
        return [cell_of(lambda which: f.kpi(*at(plan, name, which)), kpi) for kpi in kpis]

    head = tuple(TITLED[kpi].head or TITLED[kpi].title for kpi in kpis)
    return side_by_side(f, "Queue", names, head, cells)


def _case_cell(of: LookUp, kpi: str) -> Cell:
    unit, e = TITLED[kpi].unit, of(kpi)
    if unit == "share":
        whole = share_cell(e)
        below = [(name, of(other).mean) for other, name in BELOW.get(kpi, ())]
        lines = (whole.small, *(f"{name} {share(mean)}" for name, mean in below if math.isfinite(mean)))
        return Cell(whole.text, "\n".join(text for text in lines if text))
    if unit == "h":
        return Cell(span(e.mean * HOUR))
    digits = 2 if unit == "contacts" else 0
    return Cell(decimal(e.mean, digits), half_text(e, digits))


def _level_cell(of: LookUp, kpi: str) -> Cell:
    unit, e = TITLED[kpi].unit, of(kpi)
    return (
        share_cell(e) if unit == "share" else Cell(figure_text(e.mean, unit), spread_text(e.mean, e.low, e.high, unit))
    )


def _changes(f: Figures, kpis: list[str], title: str) -> list[Grid]:
    """Plans down: the baseline's level, then each plan's change with its interval."""
    if not kpis:
        return []
    base = f.facts.baseline
    start = [Cell(value_text(f.kpi(base, kpi).mean, TITLED[kpi].unit, f.facts.currency)) for kpi in kpis]
    rows = [[Cell(base, "baseline"), *start]]
    rows += [[Cell(plan), *(change_cell(f, plan, kpi) for kpi in kpis)] for plan in f.facts.plans[1:]]
    return [Grid(("Plan", *(TITLED[kpi].title for kpi in kpis)), rows, title)]


def _kpi_line(f: Figures, kpi: str, tone: str = "") -> list[Cell]:
    """A KPI of the whole center, plans across; below each plan's, how it differs from the baseline's."""
    name, unit = TITLED[kpi].title, TITLED[kpi].unit
    cells = [Cell(name, "", tone), _amount(f.kpi(f.facts.baseline, kpi), unit, tone)]
    for plan in f.facts.plans[1:]:
        d, verdict = f.change(plan, kpi)
        change = f"{change_text(d.mean, unit).split(' ')[0]} ({change_span(d.low, d.high, unit, unit_too=False)})"
        text = _amount(f.kpi(plan, kpi), unit).text
        known = math.isfinite(d.low) and verdict != "same"
        cells.append(Cell(text, f"{change}\n{verdict}".strip() if known else verdict, TONES.get(verdict, tone)))
    return cells


def _amount(e: Estimate, unit: str, tone: str = "") -> Cell:
    digits = amount_digits(e.mean, unit)
    return Cell(decimal(e.mean, digits), half_text(e, digits), tone)
