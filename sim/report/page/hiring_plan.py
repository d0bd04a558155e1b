"""The page of a hiring year that was found: the answer, its classes, the file's plans, what is tightest, waiting."""

from __future__ import annotations

import math
from collections.abc import Mapping

from sim.report.charts.svg import Drawn
from sim.report.page.chapters import Chapter
from sim.report.page.figures import Cell, Grid, Part, share_cell
from sim.report.page.page import Page, fill, picture
from sim.report.page.sentences import Headline
from sim.report.text.facts import Facts
from sim.report.text.hiring_plan import (
    allowed_text,
    found_words,
    luck_text,
    period_text,
    rival_verdict,
    sentences,
    what_is_least,
    worst_of,
)
from sim.report.text.names import date_text, plural, span_text
from sim.report.text.numbers import NOTHING, decimal, money, share
from sim.report.text.phrases import TONES, half_text
from sim.report.text.targets import verdict_words
from sim.staffing.hiring.found import HiringFound
from sim.study.statistics import Estimate

CAPTION = (
    "Whoever is hired late is still in training, or slow, when the need comes; whoever comes early is paid for it."
)
MOST_PERIODS = 24


def page(f: HiringFound, facts: Facts, charts: Mapping[str, Drawn]) -> str:
    """The report of a search for the hiring year: one page that stands alone."""
    offers = sum(one.offers for one in f.classes)
    title = "Classes found" if f.is_finished else "Stopped early; best so far"
    if not f.holds:
        title = "Nothing allowed holds every target; nearest"
    elif f.is_finished and not f.confirmation.is_sure:
        title = "Best found, but not sure to hold"
    big = f"{plural(offers, 'offer')} in {len(f.classes)} class{'es' * (len(f.classes) != 1)}"
    about = f"in place of those of plan {f.today.plan}"
    if f.confirmation.is_sure:
        about += f"; the lowest {what_is_least(f)} found that surely holds every target"
    pictures = [picture(name, data, CAPTION) for name, data in charts.items()]
    parts = [_classes(f), _plans(f), _periods(f), _waiting(f)]
    return fill(
        Page(
            subtitle=f"{span_text(facts.start, facts.last)} · classes of plan {f.today.plan} · {facts.files[0]}",
            headlines=[Headline(title, big, about, sentences(f))],
            chapters=[Chapter(pictures=pictures), Chapter(parts=[part for part in parts if part.grids or part.told])],
            replications=luck_text(f),
        ),
        facts,
    )


def _classes(f: HiringFound) -> Part:
    rows = []
    for name, one in f.names.items():
        intake, starts = f.intakes[one.intake], f.starts(name)
        until = intake.hiring.contract_until
        dates = (starts, intake.on_the_floor(starts), until)
        told = [NOTHING if date is None else date_text(date.isoformat(), year=True) for date in dates]
        rows.append([Cell(name), Cell(intake.group), *(Cell(text) for text in told), Cell(str(one.offers))])
    head = ("Class", "Group", "Starts", "On the floor", "Until", "Offers")
    grids = [Grid(head, rows)] if rows else []
    return Part("classes", "The classes", "", grids, tuple(("Allowed", allowed_text(intake)) for intake in f.intakes))


def _plans(f: HiringFound) -> Part:
    currency, what = f.base.spec.center.currency, what_is_least(f)
    rows = []
    for rival in f.rivals:
        word = rival_verdict(rival)
        rows.append([
            Cell(rival.plan), _money(rival.cost, currency), _signed(rival.difference),
            Cell(verdict_words(word), "", TONES.get(word, "")), Cell(worst_of(rival.verdicts)),
        ])  # fmt: skip
    rows.append(
        [Cell("found"), _money(f.cost, currency), Cell(NOTHING), Cell(found_words(f)), Cell(worst_of(f.verdicts))]
    )
    head = ("Plan", what.capitalize(), "Found less it", "All targets", "Worst")
    note = (
        f"Over {plural(f.plan.clock.days, 'day')}. Differences are paired on common luck, each interval by itself; how "
        "the file's plans hold is judged as in any run, the plan found more strictly, for all plans put to the test."
    )
    return Part("plans", "Against the file's plans", note, [Grid(head, rows)] if f.rivals else [])


def _periods(f: HiringFound) -> Part:
    rows = [
        [Cell(period_text(p)), Cell(share(p.target, 0)), share_cell(p.level, "bad" if p.margin < 0 else "")]
        for p in f.periods[:MOST_PERIODS]
    ]
    note = (
        "The tightest first." if len(f.periods) <= MOST_PERIODS else f"The tightest {MOST_PERIODS}; all: binding.csv."
    )
    return Part("periods", "Service by period", note, [Grid(("Period", "Target", "Service level"), rows)])


def _waiting(f: HiringFound) -> Part:
    currency = f.base.spec.center.currency
    rows = []
    for d in f.delays:
        instead = Cell("none played would") if d.instead is None else _money(d.instead, currency)
        level = share_cell(d.lowest.level, "bad" if d.lowest.margin < 0 else "")
        rows.append([
            Cell(plural(d.weeks, "week")), _money(d.saves, currency), Cell(period_text(d.lowest)), level, instead,
        ])  # fmt: skip
    head = ("Later", "Saves", "Lowest period", "Service level", "Best without an earlier class costs more")
    note = (
        "The first class of the plan found moved, all else alike, on the fresh luck. The last column: of the few plans "
        "with no class before that were played and would surely hold the cheapest, less the plan found, on the luck of "
        "the search; a longer search might find a cheaper one."
    )
    return Part("waiting", "What waiting costs", note, [Grid(head, rows)] if rows else [])


def _money(e: Estimate, currency: str) -> Cell:
    return Cell(money(e.mean, currency), half_text(e, 0))


def _signed(e: Estimate) -> Cell:
    if not math.isfinite(e.mean):
        return Cell(NOTHING)
    span = f"{decimal(e.low, 0)} to {decimal(e.high, 0)}" if math.isfinite(e.low) else ""
    tone = "good" if e.high < 0.0 else "bad" if e.low > 0.0 else ""
    return Cell(("+" if e.mean > 0 else "") + decimal(e.mean, 0), span, tone)
