"""What may go wrong, in words: how often a span of time fails, how far replications lie apart, what a year costs."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.choosing.failing import HORIZON, Failing
from sim.choosing.off_forecast import Off
from sim.choosing.payback import Payback
from sim.choosing.risk import FEWEST_FOR_PERCENTILES, PerPoint, PlanRisk, Risk, Spread, Year
from sim.report.text.held import points
from sim.report.text.names import money_digits, plural
from sim.report.text.numbers import NOTHING, decimal, money, share
from sim.report.text.phrases import amount, between, signed
from sim.report.text.targets import target_name, worst_name
from sim.study.statistics import Estimate
from sim.study.targets import Verdict

FAILS = (
    "A day, week or month fails where a target is missed in any of the periods by which it is judged; one that the "
    "horizon cuts counts as one. The chance is that of one of them, whichever it is; each 95 % interval stands for "
    "itself."
)
EXTRAPOLATED = "A year is these days × 365.25 ÷ their number: an extrapolation, no forecast."
PAYBACK = (
    "Payback: the week from whose end on a plan that spent more at first has cost less than today's, all of its cost "
    "since the first day counted; what it saves beyond the horizon is not."
)
NEGLECT = (
    "Cost per resolved case stands only beside plans that hold every target on average: neglected customers who give "
    "up cost nothing, and make a plan look cheap."
)


NO_VERDICT = "no verdict: targets fail"
WHY_NO_VERDICT = (
    "No verdict on cost per resolved case where one of the two plans fails a target on average: neglected customers "
    "who give up cost nothing, and make it look cheap."
)


def verdict_beside(risk: Risk | None, kpi: str, verdict: str, *plans: str) -> str:
    """What a difference between these plans proves, as the terminal, the page and the workbook say it."""
    return NO_VERDICT if verdict != "same" and risk is not None and risk.flatters(kpi, *plans) else verdict


def span_name(span: str, days: int) -> str:
    """ "a day", "all 28 days"."""
    if span == HORIZON:
        return f"all {days} days" if days > 1 else "the day"
    return f"an {span}" if span == "interval" else f"a {span}"


def spans_of(risk: Risk) -> list[str]:
    """The spans of which all targets together are judged in some plan, the shortest first."""
    found = [one.span for plan in risk.plans for one in plan.failing if plan.judged(one.span) is one]
    return sorted(dict.fromkeys(found), key=("interval", "day", "week", "month", HORIZON).index)


PLURALS = {"interval": "intervals", "day": "days", "week": "weeks", "month": "months", HORIZON: "replications"}


def out_of(risk: Risk) -> str:
    """What the chances are counted out of: why two of 0 % have intervals of another width."""
    plan = risk.plans[0]
    known = [one for one in (plan.judged(span) for span in spans_of(risk)) if one is not None]
    if not known:
        return ""
    counts = ", ".join(f"{one.spans:,} {PLURALS[one.span]}" for one in known)
    fewer = ": the fewer, the wider its interval, also where none of them fails" if len(known) > 1 else ""
    return f"Each chance is counted out of all that were played ({counts}){fewer}."


def percent(value: float) -> str:
    """A chance; not 0 % where some fail, nor 100 % where some do not."""
    return share(value, 1 if 0.0 < value < 0.005 or 0.995 < value < 1.0 else 0)


def percents(e: Estimate) -> str:
    """ "9 to 16 %": its interval; nothing where there is none."""
    if not math.isfinite(e.low):
        return ""
    low = percent(e.low)
    return f"{low.removesuffix(' %')} to {percent(e.high)}"


def counted(one: Failing) -> str:
    """ "11 of 560": of so many, in all replications together."""
    return f"{one.failed:,} of {one.spans:,}"


def worst_of(plan: PlanRisk) -> Verdict | None:
    """The target that is furthest below in its worst period, or nearest to it."""
    return max((one for one in plan.verdicts[:-1] if one.worst[0]), key=lambda one: one.gap, default=None)


def short_text(one: Verdict) -> str:
    """ "18.0 points short", "2.1 points above": its worst period on average."""
    return f"{points(one.gap)} short" if one.gap > 0.0 else f"{points(-one.gap)} above"


def worst_words(one: Verdict, *, several: bool) -> str:
    """ "Sat 7 Mar", "orders, Sat 7 Mar": which period that is."""
    return f"{target_name(one)}, {worst_name(one)}" if several else worst_name(one)


def spread_name(replications: int) -> str:
    return "least to most" if replications < FEWEST_FOR_PERCENTILES else "10th to 90th percentile"


def range_note(risk: Risk) -> str:
    """What the ranges say, and do not."""
    if risk.replications < 2:
        return "One replication tells no chance and no range."
    if risk.replications < FEWEST_FOR_PERCENTILES:
        return (
            f"{plural(risk.replications, 'replication')} are too few for percentiles: the least and the most are shown."
        )
    return (
        f"Percentiles of {plural(risk.replications, 'replication')}: another play of the same days would lie between "
        "them 8 times of 10."
    )


def money_range(spread: Spread, currency: str = "") -> str:
    """ "29,100 to 30,200", with its currency if one is given."""
    if not spread.replications:
        return NOTHING
    low, high = (decimal(value, money_digits(spread.high)) for value in (spread.low, spread.high))
    return f"{currency} {low} to {high}".strip()


def level_range(spread: Spread | None) -> str:
    """ "71.2 to 80.3 %"."""
    if spread is None or not spread.replications:
        return NOTHING
    return f"{decimal(100 * spread.low)} to {decimal(100 * spread.high)} %"


def point_text(one: PerPoint, currency: str = "") -> str:
    """ "costs USD 310", "saves 310": a point of service level, against today; nothing where it is not told."""
    if not math.isfinite(one.money.mean):
        return ""
    return f"{'saves' if one.saves else 'costs'} {_money(one.money.mean, currency)}"


def point_interval(one: PerPoint, currency: str) -> str:
    """ "USD 290 to USD 330"."""
    e = one.money
    return f"{_money(e.low, currency)} to {_money(e.high, currency)}" if math.isfinite(e.low) else ""


def _money(value: float, currency: str) -> str:
    return money(value, currency, money_digits(value)).strip()


def year_text(one: Year, currency: str) -> str:
    return amount(one.cost.mean, one.cost.half_width, currency) if math.isfinite(one.cost.mean) else ""


def change_a_year(one: Year, currency: str) -> str:
    return signed(one.change, currency) if math.isfinite(one.change.mean) else ""


def case_text(e: Estimate, currency: str) -> tuple[str, str]:
    """(value, interval) of the cost of a resolved case."""
    if not math.isfinite(e.mean):
        return NOTHING, ""
    return money(e.mean, currency, 2), between(e, "money", currency)


NOT_PLAYED = "What a forecast that is off would do was not played: --risk does."


SPREADS = {"calls": "level_cv", "handle time": "aht_cv"}
"""The settings of a forecast error's standard deviation."""


def off_note(off: Sequence[Off]) -> str:
    """How far off, and who says so."""
    names = {one.error: off_name(one) for one in off}
    already = [f"{error.what} × {error.already:g}" for error in names if error.already != 1.0]
    stated = [name for error, name in names.items() if error.is_stated]
    assumed = [name for error, name in names.items() if not error.is_stated]
    parts = []
    if stated:
        parts.append(f"{' and '.join(stated)}: one standard deviation of the file's forecast error.")
    if assumed:
        keys = " and ".join(dict.fromkeys(SPREADS[error.what] for error in names if not error.is_stated))
        parts.append(f"{' and '.join(assumed)}: an assumption, as the file's [forecast_error] states no {keys}.")
    if already:
        parts.append(f"That is on top of what the file takes to be off already: {' and '.join(already)}.")
    return f"{' '.join(parts)} On common luck, with the same people on shift."


def off_name(one: Off) -> str:
    """ "calls +5 %"."""
    return f"{one.error.what} +{decimal(100 * one.error.by).removesuffix('.0')} %"


def off_level(one: Off) -> str:
    """ "−6.1 ± 0.4 points"."""
    e = one.level
    if not math.isfinite(e.mean):
        return NOTHING
    half = f" ± {decimal(100 * e.half_width)}" if math.isfinite(e.half_width) else ""
    return f"{'+' if e.mean > 0 else ''}{decimal(100 * e.mean)}{half} points"


def off_held(one: Off) -> str:
    """ "from 16 to 4 of 20": replications in which every target held."""
    return f"from {one.before.held} to {one.after.held} of {one.after.replications}"


PAYS_BACK = ("pays back", "not within the horizon")
"""Plans that spend first, and have saved some of it by the end."""


def payback_text(one: Payback, currency: str) -> tuple[str, str]:
    """(whether and when, how sure that is) of a plan that spends first; nothing of others.

    ("after 23 weeks", "19 to 27 weeks").
    """
    if one.kind not in PAYS_BACK:
        return "", ""
    if one.weeks is None:
        return "not within the horizon", f"{amount(one.end.mean, one.end.half_width, currency)} behind at the end"
    until = f" to {one.high} weeks" if one.high else " weeks on, or not within the horizon"
    return f"after {plural(one.weeks, 'week')}", f"{'' if one.high else 'from '}{one.low}{until}"


def payback_sentence(plan: PlanRisk, currency: str) -> str:
    """What a plan that spends first is worth; nothing of others."""
    text, small = payback_text(plan.payback, currency)
    if not text:
        return ""
    e = plan.payback.most
    spends = f"{plan.plan} spends first, at most {amount(e.mean, e.half_width, currency)} more than today's"
    if plan.payback.weeks is None:
        return f"{spends}, and has not saved it by the end ({small})."
    return f"{spends}; {text} it has cost less in all ({small})."


def reasons(risk: Risk) -> list[tuple[str, str]]:
    """(what, why it is not told), each reason once, with the plans that it is of."""
    found: dict[tuple[str, str], list[str]] = {}
    for plan in risk.plans:
        for what, why in (("Cost a year", plan.year.why), ("Cost per point of service level", plan.per_point.why)):
            if why:
                found.setdefault((what, why), []).append(plan.plan)
    of_all = len(risk.plans)
    return [
        (what if len(have) == of_all else f"{what}, {', '.join(have)}", f"Not told: {why}.")
        for (what, why), have in found.items()
    ]
