"""The page of a search for staff: the answer, now and found, what is tightest, what each person is worth, the curve."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sim.choosing.risk import risk_between
from sim.measures.kpis import CENTER
from sim.report.charts.svg import Drawn
from sim.report.page.chapters import Chapter
from sim.report.page.figures import Cell, Grid, Part, differences_grid, share_cell
from sim.report.page.page import Page, fill, picture
from sim.report.page.sentences import Headline
from sim.report.text.facts import Facts
from sim.report.text.frontier_values import LOST
from sim.report.text.names import certainty, compared, plural, sameness, span_text, spread_text
from sim.report.text.numbers import NOTHING
from sim.report.text.places import place_words
from sim.report.text.staffing import ON_THE_SEARCHS_LUCK, sentences
from sim.report.text.staffing_asked import asked, played_text
from sim.report.text.staffing_values import (
    NOT,
    NOT_CONFIRMED,
    ON_AVERAGE,
    SEARCHS,
    SURELY,
    against,
    aim_text,
    change_of,
    currency_of,
    found_held,
    found_result,
    heads_text,
    held,
    how_sure,
    is_tested,
    least_needed,
    least_text,
    level_text,
    margin_text,
    money_of,
    people,
    rows_of,
    sum_text,
    tone_of,
    unit_of_kpi,
    what_of,
    when_of,
)
from sim.staffing.found import Found, Worth
from sim.staffing.span import span_of

CAPTIONS = {
    "coverage.png": "Where the blue line runs below the black one, the plan found has fewer seats than needed.",
    "curve.png": "What a higher target would cost: each point is another plan, played on the search's luck alone.",
}
MOST_PERIODS = 30


def page(f: Found, facts: Facts, charts: Mapping[str, Drawn]) -> str:
    """The report of a search for staff: one page that stands alone."""
    number = people(sum(f.heads))
    title = "Plan found" if f.is_finished else "Stopped early; best so far"
    if f.impossible is not None:
        title = "Nothing allowed holds every target; nearest"
    headline = Headline(title, number, _about(f), sentences(f))
    # The picture of seats against need stands behind who is there now and then.
    first, then = [_people(f), _plans(f)], [_periods(f), _worth(f), _curve(f), _change(f), _asked(f)]
    pictures = [picture(name, data, CAPTIONS[name]) for name, data in charts.items()]
    subtitle = f"{span_text(facts.start, facts.last)} · staff of plan {f.today.plan} · {facts.files[0]}"
    after = [part for part in then if part.grids or part.told]
    chapters = [Chapter(parts=first), Chapter(pictures=pictures), Chapter(parts=after)]
    return fill(Page(subtitle, [headline], chapters, f"{played_text(f)}. The search"), facts)


def _about(f: Found) -> str:
    sure = f"; {NOT_CONFIRMED}" if not f.confirmation.is_sure else ""
    return f"{sum_text(f, found_result(f).kpi(money_of(f)))}; today {people(sum(f.allowed.today))}{sure}"


def _people(f: Found) -> Part:
    rows = [
        [
            Cell(c.group), Cell(c.shift), Cell(NOTHING if c.hours is None else f"{c.hours:g}"), Cell(str(c.today)),
            Cell(str(found)), Cell(change_of(found - c.today) or NOTHING),
        ]
        for c, found in rows_of(f)
    ]  # fmt: skip
    today, whole = sum(f.allowed.today), sum(f.heads)
    sums = ("all", "", "", str(today), str(whole), change_of(whole - today) or NOTHING)
    rows.append([Cell(text, "", "sum") for text in sums])
    head = ("Group", "Shift", "Contract hours", "Today", "Found", "Change")
    note = "Heads by group, shift and contract. Shifts that nobody works, today or then, are left out."
    return Part("people", "Now and found", note, [Grid(head, rows, words=2)])


HELD = {SURELY: ("holds", "good"), ON_AVERAGE: ("on average, not surely", "unsure"), NOT: ("not on average", "bad")}


def _plans(f: Found) -> Part:
    """The plan found beside those of the file."""
    *others, own = f.study.results
    hold = [held(result, f.wanted) for result in others] + [found_held(f)]
    rows = []
    for result, name, how in zip(f.study.results, [*(r.label for r in others), "found"], hold, strict=True):
        verdict, tone = HELD[how]
        rows.append([
            Cell(name, "today" if result is others[0] else ""), Cell(sum_text(f, result.kpi(money_of(f)))),
            share_cell(result.kpi("service_level")), Cell(verdict, "", tone),
        ])  # fmt: skip
    note = (
        f"All on the same luck, which the search had not seen: {plural(own.replications, 'replication')} with seed "
        f"{own.scenario.spec.run.seed}. Holds: every period, each by its own 95 % interval."
    )
    head = ("Plan", span_of(f.plan).words.capitalize(), "Service level, whole center", "What was asked")
    return Part("plans", "Beside your plans", note, [Grid(head, rows)])


def _periods(f: Found) -> Part:
    currency = currency_of(f)
    rows = []
    for p in f.periods:
        spread = spread_text(p.level.mean, p.level.low, p.level.high, unit_of_kpi(p.kpi))
        rows.append([
            Cell(what_of(p)), Cell(when_of(p)), Cell(level_text(p, p.level.mean, currency), spread),
            Cell(aim_text(p, currency)), Cell(margin_text(p, currency), "", tone_of(p)), Cell(how_sure(p)),
        ])  # fmt: skip
    head = ("Whose", "Period", "Level", "Target", "Inside", "")
    grids = [Grid(head, rows[:MOST_PERIODS], words=2)] if rows else []
    rest = rows[MOST_PERIODS:]
    if rest:
        grids.append(Grid(head, rest[:MOST_PERIODS], f"The next {min(len(rest), MOST_PERIODS)}", folded=True, words=2))
    left = len(rest) - MOST_PERIODS
    more = f" {left:,} further in binding.csv." if left > 0 else ""
    luck = "on fresh luck" if is_tested(f) else SEARCHS
    note = f"Every period of every target under the plan found, the tightest first; {luck}.{more}"
    return Part("periods", "What is tightest", note, grids)


def _worth(f: Found) -> Part:
    rows = [_worth_row(f, w) for w in least_needed(f)]
    head = ("One fewer of", "Saves", "Breaks first", "Level", "Target", "Periods that fail")
    note = f"One person taken away from the plan found, whom it could spare soonest first. {ON_THE_SEARCHS_LUCK}"
    return Part("worth", "What each person is worth", note, [Grid(head, rows)] if rows else [])


def _worth_row(f: Found, w: Worth) -> list[Cell]:
    currency, p = currency_of(f), w.breaks
    saves = Cell(least_text(f, w.saves))
    name = Cell(f.allowed.columns[w.column].name, f"of {f.heads[w.column]}")
    if p is None:
        return [name, saves, Cell("nothing on average", NOT_CONFIRMED), Cell(NOTHING), Cell(NOTHING), Cell("0")]
    level = Cell(level_text(p, p.level.mean, currency), margin_text(p, currency))
    return [name, saves, Cell(what_of(p), when_of(p)), level, Cell(aim_text(p, currency)), Cell(str(w.failing))]


def _curve(f: Found) -> Part:
    rows = []
    for point in f.curve:
        told = [Cell("not found", NOT_CONFIRMED), Cell(NOTHING), Cell("none was found that reaches it")]
        if point.heads is not None:
            shifts = sum(1 for number in point.heads if number)
            who = Cell(plural(shifts, "shift"), heads_text(f, point.heads).replace("; ", "\n"))
            told = [Cell(least_text(f, point.cost), NOT_CONFIRMED), Cell(str(sum(point.heads))), who]
        rows.append([Cell(f"{100 * point.target:g} %"), *told])
    note = f"The least for one and the same target of all queues. {ON_THE_SEARCHS_LUCK}"
    head = ("Target", "Least", "People", "Who")
    return Part("curve", "What a target costs", note, [Grid(head, rows)] if rows else [])


def _change(f: Found) -> Part:
    """What else is different from today."""
    if f.heads == f.allowed.today:
        return Part("change", "")
    found = {d.kpi: d for d in against(f, f.study.results[0]) if d.scope == CENTER}
    shut_out = any(result.kpi(kpi).mean > 0 for result in f.study.results for kpi, _ in LOST)
    today = f.study.results[0]
    risk = risk_between([today, found_result(f)], [today.label, "found"], list(found.values()))
    grid = differences_grid(found, compared(found, shut_out=shut_out), currency_of(f), risk)
    note = (
        f"Whole center over {plural(f.plan.clock.days, 'day')}, paired on fresh luck. "
        f"{certainty(list(found.values()))} {sameness(f.plan.spec.results.matters)}"
    )
    return Part("change", "What else changes", note, [grid] if grid.rows else [])


def _asked(f: Found) -> Part:
    # Bounds are told by their place in the file.
    told = ((place_words(what) if re.fullmatch(r"\w+(\.\S+)+", what) else what, words) for what, words in asked(f))
    return Part("asked", "What was asked", told=tuple(told))
