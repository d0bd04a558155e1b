"""The report's part on risk: how often a plan fails, how far replications lie apart, what a year and a point cost."""

from __future__ import annotations

import math
from collections.abc import Iterable

from sim.choosing.failing import Failing
from sim.choosing.risk import PlanRisk, Risk
from sim.report.page.figures import Cell, Figures, Grid, Part
from sim.report.text.numbers import NOTHING
from sim.report.text.phrases import between, signed
from sim.report.text.risk import (
    EXTRAPOLATED,
    FAILS,
    NEGLECT,
    NOT_PLAYED,
    PAYBACK,
    PAYS_BACK,
    case_text,
    change_a_year,
    counted,
    level_range,
    money_range,
    off_held,
    off_level,
    off_name,
    off_note,
    out_of,
    payback_text,
    percent,
    percents,
    point_interval,
    point_text,
    range_note,
    reasons,
    short_text,
    span_name,
    spans_of,
    spread_name,
    worst_of,
    worst_words,
    year_text,
)
from sim.report.text.targets import chance_text


def risk(f: Figures) -> Part:
    """Plans down; nothing of it from one replication."""
    found = f.facts.risk
    if found is None or found.replications < 2:
        return Part("risk", "Risk")
    spans = spans_of(found)
    grids = [_chances(f, found, spans)] if spans else []
    grids += [_ranges(f, found), *_off(f, found), *_by_target(f, found)]
    pays = PAYBACK if any(one.payback.kind in PAYS_BACK for one in found.plans) else ""
    note = f"{FAILS} {out_of(found)} {range_note(found)} {EXTRAPOLATED} {NEGLECT} {pays}".strip()
    off = ("If the forecast is off", off_note(found.off) if found.off else NOT_PLAYED)
    return Part("risk", "Risk: what may go wrong, and what it costs", note, grids, (*reasons(found), off))


def _chances(f: Figures, found: Risk, spans: Iterable[str]) -> Grid:
    several = max(len(one.verdicts) for one in found.plans) > 2
    title = "Chance to fail any target" if several else "Chance to fail the target"
    heads = [span_name(span, f.facts.days).capitalize() for span in spans]
    rows = [
        [Cell(one.plan), *(_chance_cell(one.judged(span)) for span in spans), _worst_cell(one, several=several)]
        for one in found.plans
    ]
    return Grid(("Plan", *heads, "Worst period, on average"), rows, title)


def _chance_cell(one: Failing | None) -> Cell:
    if one is None or not math.isfinite(one.chance.mean):
        return Cell(NOTHING)
    tone = "bad" if one.chance.low > 0.5 else "unsure" if one.chance.high > 0.5 else ""
    return Cell(percent(one.chance.mean), f"{percents(one.chance)}\n{counted(one)}", tone)


def _worst_cell(one: PlanRisk, *, several: bool) -> Cell:
    worst = worst_of(one)
    if worst is None:
        return Cell(NOTHING)
    level = between(worst.worst_level, "share")
    return Cell(
        f"{worst_words(worst, several=several)}: {short_text(worst)}", f"service level {level}" if level else ""
    )


def _ranges(f: Figures, found: Risk) -> Grid:
    currency = f.facts.currency
    of = spread_name(found.replications)
    rows, pays = [], any(one.payback.kind in PAYS_BACK for one in found.plans)
    for one in found.plans:
        value, interval = case_text(one.per_case, currency)
        rows.append([
            Cell(one.plan), Cell(level_range(one.service)), Cell(money_range(one.cost, currency)),
            Cell(year_text(one.year, currency) or NOTHING, change_a_year(one.year, currency)),
            _point_cell(one, currency), Cell(value, interval),
            *([_payback_cell(one, currency)] if pays else []),
        ])  # fmt: skip
    head: tuple[str, ...] = (
        "Plan", "Service level", "Cost", "Cost a year", "A point of service level", "A resolved case",
    )  # fmt: skip
    head = (*head, "Payback") if pays else head
    return Grid(head, rows, f"Range ({of}), and what it costs", is_wide=True)


def _point_cell(one: PlanRisk, currency: str) -> Cell:
    text = point_text(one.per_point, currency)
    return Cell(text, point_interval(one.per_point, currency)) if text else Cell(NOTHING)


def _payback_cell(one: PlanRisk, currency: str) -> Cell:
    text, small = payback_text(one.payback, currency)
    return Cell(text or NOTHING, small)


def _off(f: Figures, found: Risk) -> list[Grid]:
    if not found.off:
        return []
    rows = [
        [Cell(one.plan), Cell(off_name(one)), Cell(off_level(one)), Cell(signed(one.cost, f.facts.currency)),
         Cell(off_held(one), f"from {chance_text(one.before)} to {chance_text(one.after)}")]
        for one in found.off
    ]  # fmt: skip
    head = ("Plan", "", "Service level", "Cost", "Replications in which every target held")
    return [Grid(head, rows, "If the forecast is off", words=2)]


def _by_target(f: Figures, found: Risk) -> list[Grid]:
    """Each target by itself, where there are several: opens on a click."""
    names = dict.fromkeys(
        (one.scope, one.name) for plan in found.plans for one in plan.failing if one.scope != "center"
    )
    if len(names) < 2:
        return []
    grids = []
    for scope, name in names:
        own = {
            plan.plan: [one for one in plan.failing if (one.scope, one.name) == (scope, name)] for plan in found.plans
        }
        spans = list(dict.fromkeys(one.span for each in own.values() for one in each))
        rows = [
            [Cell(plan), *(_chance_cell(next((one for one in each if one.span == span), None)) for span in spans)]
            for plan, each in own.items()
        ]
        heads = [span_name(span, f.facts.days).capitalize() for span in spans]
        title = f"Chance to fail the target of {'contract ' if scope == 'contract' else ''}{name}"
        grids.append(Grid(("Plan", *heads), rows, title, folded=True))
    return grids
