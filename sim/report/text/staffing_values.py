"""What is said of one staffing, one period or one person of a search for staff: people, money, levels, names."""

from __future__ import annotations

import math
from typing import NamedTuple

from sim.measures.kpis import CENTER, TITLED
from sim.report.text.names import value_text
from sim.report.text.numbers import decimal, money, share
from sim.report.text.phrases import amount
from sim.report.text.targets import period_name
from sim.staffing.allowed import Column, Heads
from sim.staffing.found import Found, Period, Worth
from sim.staffing.span import span_of
from sim.staffing.wanted import COST, HEADS, NET_COST, PAID_HOURS, Wanted
from sim.study.compare import Difference, compare
from sim.study.result import PlanResult
from sim.study.statistics import Estimate
from sim.study.targets import CONTRACT, MET, MISSED, NO_VERDICT, NOBODY_CAME, verdicts_of

NOT_CONFIRMED = "not confirmed"
SEARCHS = f"on the search's luck: {NOT_CONFIRMED}"
SURELY, ON_AVERAGE, NOT = "surely", "on average", "not"
"""How a plan holds what is wanted."""

AIMS = {COST: "cost", NET_COST: "net cost", PAID_HOURS: "paid hours", HEADS: "people"}


class Row(NamedTuple):
    """People of one kind, today and in the plan found."""

    column: Column
    found: int

    @property
    def change(self) -> int:
        return self.found - self.column.today


def rows_of(f: Found) -> list[Row]:
    """Columns that have anybody, today or then."""
    rows = (Row(column, number) for column, number in zip(f.allowed.columns, f.heads, strict=True))
    return [row for row in rows if row.column.today or row.found]


def people(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"


def change_of(number: int) -> str:
    """ "+2", "−1", or nothing."""
    return "" if number == 0 else f"{number:+d}".replace("-", "−")


def money_of(f: Found) -> str:
    """The KPI that plans are weighed by: what is minimised, or the cost where that is heads."""
    return COST if f.wanted.minimise == HEADS else f.wanted.minimise


def currency_of(f: Found) -> str:
    return f.plan.spec.center.currency


def is_tested(f: Found) -> bool:
    """Whether the periods are those of luck that the search had not seen."""
    return f.confirmation.replications > 0


def weekly(f: Found, value: float) -> float:
    return value * span_of(f.plan).scale


def found_result(f: Found) -> PlanResult:
    return f.study.results[-1]


def sum_text(f: Found, e: Estimate) -> str:
    """ "USD 30,120 ± 60 a week", "a net cost of …", "1,204 ± 3 paid hours a week"; `e`: over the horizon."""
    (scale, words), aim = span_of(f.plan), money_of(f)
    e = e.times(scale)
    if aim == PAID_HOURS:
        return f"{amount(e.mean, e.half_width, '').strip()} paid hours {words}"
    net = "a net cost of " if aim == NET_COST else ""
    return f"{net}{amount(e.mean, e.half_width, currency_of(f))} {words}"


def least_text(f: Found, value: float) -> str:
    """ "USD 30,120 a week", "1,204 paid hours a week", "34 people": a sum of what is minimised, over the horizon."""
    if f.wanted.minimise == HEADS:
        return f"{decimal(value, 0)} people"
    if f.wanted.minimise == PAID_HOURS:
        return f"{decimal(weekly(f, value), 0)} paid hours {span_of(f.plan).words}"
    return f"{money(weekly(f, value), currency_of(f))} {span_of(f.plan).words}"


def unit_of(f: Found) -> str:
    """Of what is minimised, as tables and charts tell it."""
    return {HEADS: "people", PAID_HOURS: f"paid hours {span_of(f.plan).words}"}.get(
        f.wanted.minimise, f"{currency_of(f)} {span_of(f.plan).words}"
    )


def in_unit(f: Found, value: float) -> float:
    return value if f.wanted.minimise == HEADS else weekly(f, value)


def scope_name(scope: str, name: str) -> str:
    return f"contract {name}" if scope == CONTRACT else "whole center" if scope == CENTER else name


def what_of(p: Period) -> str:
    """ "orders", "orders, abandoned": whose target, or which KPI of whom."""
    whose = scope_name(p.scope, p.name)
    return whose if p.kpi == "service_level" and p.per else f"{whose}, {_title(p.kpi)}"


def when_of(p: Period) -> str:
    """ "Mon 2 Mar", "June 2027", "share of days", "whole horizon"."""
    return period_name(p.per, p.date, p.start) if p.date else p.per or "whole horizon"


def in_when(p: Period) -> str:
    """ "on Mon 2 Mar", "in the week of Mon 2 Mar", "in June 2027", "over the horizon", "as the share of days"."""
    if not p.date:
        return f"as the {p.per}" if p.per else "over the horizon"
    return {"week": "in the ", "month": "in "}.get(p.per, "on ") + when_of(p)


def level_text(p: Period, value: float, currency: str) -> str:
    """A level or a target of the period, in its unit."""
    return value_text(value, unit_of_kpi(p.kpi), currency)


def margin_text(p: Period, currency: str) -> str:
    """ "+1.2 points": how far it is inside; "−0.4 points" where it fails."""
    unit, sign = unit_of_kpi(p.kpi), "+" if p.margin > 0 else ""
    if unit == "share":
        return f"{sign}{decimal(100 * p.margin)} points"
    inside = value_text(abs(p.margin), unit, currency)
    return f"{'−' if p.margin < 0 else sign}{inside}"


def aim_text(p: Period, currency: str) -> str:
    """ "80 %", "at most 40 s": what it must reach."""
    is_share = unit_of_kpi(p.kpi) == "share"
    text = share(p.target, 0 if math.isclose(100 * p.target, round(100 * p.target)) else 1) if is_share else ""
    return ("at most " if p.at_most else "") + (text or level_text(p, p.target, currency))


def how_sure(p: Period) -> str:
    """Whether a period holds: "holds", "fails", or too close to tell."""
    if math.isnan(p.level.mean):
        return "nobody came"
    if not math.isfinite(p.level.low):
        return "holds on average" if p.margin >= 0 else "fails on average"
    low, high = (-p.level.high, -p.level.low) if p.at_most else (p.level.low, p.level.high)
    target = -p.target if p.at_most else p.target
    return "holds" if low >= target else "fails" if high < target else "too close to tell"


TONES = {"holds": "good", "fails": "bad", "fails on average": "bad"}


def tone_of(p: Period) -> str:
    return TONES.get(how_sure(p), "unsure")


def heads_text(f: Found, heads: Heads) -> str:
    """ "core early, 40 h: 12; core late, 40 h: 9"."""
    return "; ".join(f"{c.name}: {n}" for c, n in zip(f.allowed.columns, heads, strict=True) if n)


def least_needed(f: Found) -> list[Worth]:
    """People, whom the plan could spare soonest first: what fails without them fails by least."""
    return sorted(f.worth, key=lambda w: (w.failing, -w.breaks.margin if w.breaks else 0.0, w.column))


def held(result: PlanResult, wanted: Wanted) -> str:
    """How a plan holds what is wanted on the luck it was played on: SURELY, ON_AVERAGE or NOT."""
    found = {SURELY}
    for one in verdicts_of(result)[:-1]:
        if one.name in wanted.left_out or one.verdict == NOBODY_CAME:
            continue
        target = wanted.targets.get(one.name, one.target)
        if wanted.periods is not None:
            found.add(_reaches(one.met, wanted.periods))
        elif target == one.target and one.verdict == MET:
            continue
        else:
            reached = _reaches(one.worst_level, target)
            # Beside the lowest level, another may be less sure.
            found.add(ON_AVERAGE if reached == SURELY and target == one.target else reached)
    for limit in wanted.limits:
        e = result.kpi(limit.kpi, limit.scope, limit.name)
        found |= {_reaches(e, limit.least)} if limit.least is not None else set()
        upside_down = Estimate(-e.mean, -e.high, -e.low)
        found |= {_reaches(upside_down, -limit.most)} if limit.most is not None else set()
    return next(how for how in (NOT, ON_AVERAGE, SURELY) if how in found)


def surely_misses(f: Found) -> bool:
    """Whether the plan found surely misses a target in some period, and not on average alone, which of many periods
    some do by luck (see `sim.study.targets`)."""
    if f.wanted.targets or f.wanted.left_out or f.wanted.limits or f.wanted.periods is not None:
        return any(how_sure(p) in ("fails", "fails on average") for p in f.periods)
    return verdicts_of(found_result(f))[-1].verdict in (MISSED, NO_VERDICT)


def found_held(f: Found) -> str:
    """How the plan found holds, by the search's own test."""
    if f.impossible is not None or any(p.margin < 0 for p in f.periods):
        return NOT
    return SURELY if f.confirmation.is_sure else ON_AVERAGE


def _reaches(e: Estimate, least: float) -> str:
    return SURELY if e.low >= least else ON_AVERAGE if e.mean >= least else NOT


def cheapest_that_holds(f: Found) -> tuple[PlanResult, str] | None:
    """Of today's and the file's plans, the one of least cost that holds, and how; surely, if any does."""
    others = [(result, held(result, f.wanted)) for result in f.study.results[:-1]]
    for how in (SURELY, ON_AVERAGE):
        rivals = [result for result, own in others if own == how]
        if rivals:
            return min(rivals, key=lambda result: result.kpi(money_of(f)).mean), how
    return None


def against(f: Found, rival: PlanResult) -> list[Difference]:
    """The plan found minus another one, paired; the whole center's intervals hold jointly."""
    return compare([rival, found_result(f)], [rival.label, "found"])


def unit_of_kpi(kpi: str) -> str:
    return TITLED[kpi].unit if kpi in TITLED else "share"


def _title(kpi: str) -> str:
    return TITLED[kpi].title.lower() if kpi in TITLED else kpi
