"""The report's part on plans side by side: what each changes, its targets, its figures with what differs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sim.measures.kpis import TITLED
from sim.report.page.figures import Cell, Figures, Grid, Part
from sim.report.page.targets import limit_text_of, verdict_cell
from sim.report.text.lost import beside_level, lost_of
from sim.report.text.names import change_span, change_text, compared, spread_text, value_text
from sim.report.text.numbers import NOTHING, decimal, share
from sim.report.text.phrases import TONES
from sim.report.text.targets import every, target_name
from sim.study.targets import MISSED

TARGETS, BY_QUEUE = "Targets", "Service level by queue"
MOST_LINES = 6
"""Targets or queues beyond which some open on a click."""
MOST_ACROSS = 5
"""Plans that stand side by side; more stand below each other."""
MOST_COLUMNS = 5
"""Figures beside each other where plans stand below each other."""
WHAT, ALL_HOLD, CENTER = "What it is", "All targets hold", "Whole center"
FIRST = {("", WHAT), (TARGETS, ALL_HOLD), *((CENTER, name) for name in ("Service level", "Cost", "Net cost"))}
"""What is told first of many plans: the section, and the line's name."""


@dataclass(frozen=True)
class Line:
    """A figure, or what else is told of every plan, in the order of the plans."""

    name: Cell
    cells: Sequence[Cell]
    needed: bool = True
    """Whether it is told where there are many."""


def side_by_side(f: Figures) -> list[Part]:
    """Nothing of a single plan."""
    if not f.facts.compares:
        return []
    told = {"": _what(f), TARGETS: _targets(f), CENTER: _center(f), BY_QUEUE: _by_queue(f)}
    grids = _across(f, told) if len(f.facts.plans) <= MOST_ACROSS else _down(f, told)
    return [Part("plans", "Every plan", "", grids, (("How to read it", _note(f)),))]


def _across(f: Figures, told: dict[str, list[Line]]) -> list[Grid]:
    """Plans across: what is long and less needed opens on a click."""
    first, later = dict(told), dict[str, list[Line]]()
    if len(told[TARGETS]) > MOST_LINES:
        first[TARGETS] = [line for line in told[TARGETS] if line.needed]
        later["Targets that no plan misses"] = [line for line in told[TARGETS] if not line.needed]
    if len(told[BY_QUEUE]) > MOST_LINES:
        later[BY_QUEUE] = first.pop(BY_QUEUE)
    return [_beside(f, first), *(_beside(f, {name: lines}) for name, lines in later.items() if lines)]


def _beside(f: Figures, told: dict[str, list[Line]]) -> Grid:
    rows = [[line.name, *line.cells] for lines in told.values() for line in lines]
    head = ("", *f.facts.plans)
    if len(told) == 1:
        return Grid(head, rows, next(iter(told)), folded=True, words=len(head), sorts=False)
    groups = tuple((name, len(lines)) for name, lines in told.items() if lines)
    return Grid(head, rows, words=len(head), groups=groups, sorts=False)


def _down(f: Figures, told: dict[str, list[Line]]) -> list[Grid]:
    """Plans down: first what decides, the rest on a click, so many columns at once that none is cut off."""
    first = [line for name, lines in told.items() for line in lines if (name, line.name.text) in FIRST]
    grids = [_columns(f, first, "", False)]
    for name, own in told.items():
        rest = [line for line in own if line not in first]
        for start in range(0, len(rest), MOST_COLUMNS):
            some = rest[start : start + MOST_COLUMNS]
            title = f"{name}: " + ", ".join(line.name.text for line in some)
            grids.append(_columns(f, some, title, True))
    return grids


def _columns(f: Figures, lines: Sequence[Line], title: str, folded: bool) -> Grid:
    rows = [
        [Cell(plan, f.facts.roles.get(plan, "")), *(line.cells[n] for line in lines)]
        for n, plan in enumerate(f.facts.plans)
    ]
    head = ("Plan", *(line.name.text for line in lines))
    return Grid(head, rows, title, folded, words=2 if head[1] == WHAT else 1)


def _what(f: Figures) -> list[Line]:
    """The role in the decision, and what each changes, in the file's own words or by the settings that differ."""
    plans, told, roles = f.facts.plans, f.facts.descriptions, f.facts.roles
    lines = [Line(Cell(WHAT), [Cell(told.get(plan) or "as the file stands") for plan in plans])]
    if len(plans) <= MOST_ACROSS and roles:
        lines.insert(0, Line(Cell("In the decision"), [Cell(roles.get(plan) or NOTHING, "", "sum") for plan in plans]))
    return lines if any(told.values()) or roles else []


def _targets(f: Figures) -> list[Line]:
    """Every target in its own periods, then the chance that all of them hold."""
    verdicts = f.facts.verdicts
    names = {target_name(one): one for plan in f.facts.plans for one in verdicts[plan][:-1]}
    lines = []
    for name, aim in names.items():
        own = [{target_name(one): one for one in verdicts[plan][:-1]}.get(name) for plan in f.facts.plans]
        cells = [
            Cell(NOTHING) if one is None else verdict_cell(f, plan, one)
            for plan, one in zip(f.facts.plans, own, strict=True)
        ]
        told = [(plan, one) for plan, one in zip(f.facts.plans, own, strict=True) if one is not None]
        asked = {f"{limit_text_of(f, plan, one)} {every(one.per)}" for plan, one in told}
        missed = any(one.verdict == MISSED for _, one in told)
        lines.append(Line(Cell(name, asked.pop() if len(asked) == 1 else every(aim.per)), cells, missed))
    wholes = [verdicts[plan][-1] for plan in f.facts.plans]
    chances = [Cell(share(whole.all_met.mean, 0), _chance(whole.all_met.low, whole.all_met.high)) for whole in wholes]
    return [*lines, Line(Cell(ALL_HOLD, "chance, with its 95 % interval"), chances)]


def _chance(low: float, high: float) -> str:
    return f"{share(low, 0)[:-2]} to {share(high, 0)}" if math.isfinite(low) else ""


def _center(f: Figures) -> list[Line]:
    others = f.facts.plans[1:]
    known = [kpi for kpi in TITLED if any(math.isfinite(f.change(plan, kpi)[0].mean) for plan in others)]
    shut_out = any(lost_of(f, plan).shut_out for plan in f.facts.plans)
    return [
        Line(Cell(TITLED[kpi].title), [_level(f, plan, kpi) for plan in f.facts.plans])
        for kpi in compared(known, shut_out=shut_out)
    ]


def _by_queue(f: Figures) -> list[Line]:
    """Of the queues that the first plan has."""
    names = f.names(f.facts.baseline, "queue")
    if len(names) < 2:
        return []
    return [
        Line(Cell(name), [_level(f, plan, "service_level", "queue", name) for plan in f.facts.plans]) for name in names
    ]


def _level(f: Figures, plan: str, kpi: str, scope: str = "center", name: str = "all") -> Cell:
    """A plan's figure; below it how it differs from the baseline's, with its interval and what that says."""
    unit, e = TITLED[kpi].unit, f.kpi(plan, kpi, scope, name)
    text = value_text(e.mean, unit, f.facts.currency)
    # A level never stands without those who did not get in.
    beside = beside_level(lost_of(f, plan, scope, name)) if kpi == "service_level" else ""
    if plan == f.facts.baseline:
        return Cell(text, "\n".join(words for words in (spread_text(e.mean, e.low, e.high, unit), beside) if words))
    d, verdict = f.change(plan, kpi, scope, name)
    change = change_text(d.mean, unit) if math.isfinite(d.mean) else ""
    span = change_span(d.low, d.high, unit, unit_too=False)
    told = f"{change} ({span})" if span else change
    told = "the same" if verdict == "same" else ", ".join(words for words in (told, verdict) if words)
    tone = f"change {TONES[verdict]}" if verdict in ("better", "worse") else ""
    return Cell(text, "\n".join(words for words in (beside, told) if words), tone)


def _note(f: Figures) -> str:
    base = f.facts.baseline
    return (
        f"Below each figure: how it differs from {base}, with the interval of that; better or worse only where the "
        "interval leaves out zero. Unclear: it contains zero; more replications may tell. All plans are played on the "
        f"same luck{_narrowing(f.facts.narrowing.values())}. {f.facts.certainty} Those by queue stand for themselves."
    )


def _narrowing(by_plan: Iterable[dict[str, float]]) -> str:
    """How much common luck shrinks the intervals of what plans are compared by first."""
    found = [known[kpi] for known in by_plan for kpi in ("service_level", "cost_total") if kpi in known]
    found = [one for one in found if 1.05 <= one < 1000]
    if not found:
        return ""
    low, high = decimal(min(found)), decimal(max(found))
    times = f"{low} times" if low == high else f"{low} to {high} times"
    return f", which makes the intervals of service level and cost {times} narrower"
