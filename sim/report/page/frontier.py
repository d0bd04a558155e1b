"""A frontier's page: one lever, its values, what else changes at the best, and what that hangs on."""

from __future__ import annotations

import math
from collections.abc import Mapping

from sim.choosing.risk import risk_between
from sim.measures.kpis import CENTER, TITLED
from sim.report.charts.svg import Drawn
from sim.report.page.chapters import Chapter
from sim.report.page.figures import Cell, Grid, Part, differences_grid, share_cell
from sim.report.page.page import Page, fill, picture
from sim.report.page.sentences import Headline
from sim.report.text.facts import Facts
from sim.report.text.frontier import CHOSEN, NO_PRICE, change_of, load_sentence, sentences, turn_text
from sim.report.text.frontier_values import LOST, MARKED, TOO_CLOSE, holds, mark_of, shares_of, tone_of, weekly
from sim.report.text.names import NET_COST, certainty, compared, plural, sameness, span_text
from sim.report.text.numbers import NOTHING, decimal, money, share
from sim.report.text.phrases import TONES, half_text
from sim.report.text.places import place_words
from sim.study.frontier.sweep import Frontier
from sim.study.statistics import Estimate
from sim.study.targets import Verdict


def page(f: Frontier, facts: Facts, charts: Mapping[str, Drawn]) -> str:
    """The report of a frontier: one page that stands alone."""
    parts = [_values(f), _at_best(f), _hanging(f)]
    title, value = _title(f)
    headline = Headline(f"{title}: {f.lever.name}", value, _about(f), [*sentences(f)])
    pictures = [picture(name, data, CAPTION) for name, data in charts.items()]
    runs = plural(f.results[f.choice.today].replications, "replication")
    return fill(
        Page(
            subtitle=f"{span_text(facts.start, facts.last)} · {f.lever.name} of plan {f.plan.plan} · {facts.files[0]}",
            headlines=[headline],
            chapters=[Chapter(pictures=pictures), Chapter(parts=[part for part in parts if part.grids or part.told])],
            replications=f"{runs} of each value",
        ),
        facts,
    )


def _title(f: Frontier) -> tuple[str, str]:
    """What is found, and the value that it is found of."""
    value = f.best.value.label
    if f.lever.is_risk and not f.choice.is_flat:
        return "A risk, not a choice", f"{f.labels[0]} to {f.labels[-1]}"
    if f.results[f.choice.today].replications < 2 and not f.choice.is_flat:
        return "One replication, nothing is sure; lowest", value
    if f.crown is None and not f.choice.is_flat:
        average = "" if f.missed(f.choice.best) else " on average"
        return f"No value holds every target{average}; nearest", value
    if not f.prices_quality and not f.holds(f.choice.today):
        return f"Cheapest value tried that {holds(f, f.choice.best)} every target", value
    if f.choice.best != f.choice.today and not f.choice.is_sure:
        return "Lowest, but not surely better than today", value
    held = f" that {holds(f, f.choice.best)} every target" if f.targets and not f.prices_quality else ""
    return "Best trade-off" if f.prices_quality else f"Cheapest value tried{held}", value


CAPTION = (
    "Down is cheaper, right is better. Each point is a value of the lever; lower and to the right beats all others."
)


def _about(f: Frontier) -> str:
    settings = ", ".join(place_words(setting) for setting in f.lever.settings)
    held = f"by the lowest cost that {holds(f, f.choice.best)} every target"
    worth = f"by the lowest net cost: {NET_COST}" if f.kpi == "net_cost" else held
    if f.nobody_holds and not f.prices_quality:
        worth = "the nearest to its targets: no value tried holds them all"
    judged = "" if f.lever.is_risk else f"; {worth}"
    return f"of {settings}; today {f.today.value.label}{judged}"


def _values(f: Frontier) -> Part:
    currency, shares = f.plan.spec.center.currency, shares_of(f)
    is_net = f.kpi == "net_cost"
    head = (
        f.lever.name, *(("Net cost a week",) if is_net else ()), "Cost a week", "Against today",
        *(TITLED[kpi].title if kpi in TITLED else title for kpi, title in shares),
    )  # fmt: skip
    rows = []
    for n, point in enumerate(f.points):
        d = f.choice.differences[n]
        change = Cell(NOTHING)
        if n != f.choice.today:
            sign = "+" if d.mean > 0 else ""
            span = f"{decimal(d.low, 0)} to {decimal(d.high, 0)}" if math.isfinite(d.low) else ""
            change = Cell(f"{sign}{decimal(d.mean, 0)}", span, tone_of(d, -1))
        rows.append([
            Cell(point.value.label, mark_of(f, n)),
            *(_money_cell(weekly(f, kpi, n), currency) for kpi in (("net_cost",) if is_net else ()) + ("cost_total",)),
            change,
            *(share_cell(f.results[n].kpi(kpi)) for kpi, _ in shares),
        ])  # fmt: skip
    note = CHOSEN if is_net else f"{NO_PRICE} {CHOSEN}"
    if f.lever.is_risk:
        note = "Nobody chooses among these: they are what may come."
    return Part("values", "Every value", note, [Grid(head, rows), *_queues(f)])


def _queues(f: Frontier) -> list[Grid]:
    """Every queue's service level under every value, beside its target."""
    if not f.targets:
        return []
    rows = [
        [
            Cell(target.name, f"target {share(target.target, 0)}"),
            *(_target_cell(targets[q]) for targets in f.targets),
        ]
        for q, target in enumerate(f.targets[0])
    ]  # fmt: skip
    unclear = f", yellow: {TOO_CLOSE}" if any(f.unclear(n) for n in range(len(f.points))) else ""
    title = f"Service level by queue, in the worst period of its target; red: missed{unclear}"
    return [Grid(("Queue", *f.labels), rows, title)]


def _target_cell(one: Verdict) -> Cell:
    if math.isnan(one.worst_level.mean):
        return Cell(NOTHING)
    return share_cell(one.worst_level, TONES[one.verdict] if one.verdict in MARKED else "")


def _money_cell(e: Estimate, currency: str) -> Cell:
    return Cell(money(e.mean, currency), half_text(e, 0))


def _at_best(f: Frontier) -> Part:
    """What else is different at the best value: or, if that is today's, at the next best."""
    n = f.choice.best
    if n == f.choice.today or f.lever.is_risk:
        return Part("change", "")
    found = {d.kpi: d for d in f.differences if d.plan == f.points[n].value.label and d.scope == CENTER}
    # What is minimised is judged above, by an interval that knows of the choice.
    shut_out = any(result.kpi(kpi).mean > 0 for result in f.results for kpi, _ in LOST)
    kpis = (kpi for kpi in compared(found, shut_out=shut_out) if kpi != f.kpi)
    both = [f.choice.today, n]
    labels = [f.points[place].value.label for place in both]
    risk = risk_between([f.results[place] for place in both], labels, list(found.values()))
    grid = differences_grid(found, kpis, f.plan.spec.center.currency, risk)
    note = (
        f"Over {plural(f.plan.clock.days, 'day')}, paired on common luck. {certainty(f.differences)} "
        f"{sameness(f.plan.spec.results.matters)}"
    )
    title = f"What else changes at {f.points[n].value.label}"
    return Part("change", title, note, [grid])


def _hanging(f: Frontier) -> Part:
    """Beside every assumed number its break-evens."""
    currency = f.plan.spec.center.currency
    grids = []
    for sensitivity in f.sensitivities:
        a = sensitivity.assumption
        rows = []
        for replay in sensitivity.replays:
            s = replay.saving
            span = f"{decimal(s.low, 0)} to {decimal(s.high, 0)}" if math.isfinite(s.low) else NOTHING
            name = f"{replay.at:.3g}" + (" (assumed)" if replay.at == a.assumed else "")
            rows.append([Cell(name), Cell(money(s.mean, currency), "", tone_of(s, 1)), Cell(span)])
        turns = ", ".join(turn_text(turn, a.low, a.high) for turn in sensitivity.turns) or "none within its range"
        number = place_words(a.setting)
        title = f"{change_of(f, sensitivity.rival)}: {number}, break-even for money {turns}"
        grids.append(Grid((number[:1].upper() + number[1:], "Saved a week", "95 % interval"), rows, title))
    told = (("For load", load_sentence(f)),) if f.load else ()
    note = (
        "Today's value and its rival, played again with the assumed number at the ends of its range, calibrated anew "
        "each time, so that the base plan still reproduces what was observed. Each interval stands for "
        "itself."
    )
    return Part("hangs", "What it hangs on", note if grids else "", grids, told)
