"""The report: one HTML page that stands alone, from one sentence per plan down to how to repeat the study."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from sim.report.charts.svg import Drawn
from sim.report.page import assumed as sections_assumed
from sim.report.page import beside as sections_beside
from sim.report.page import channels as sections_channels
from sim.report.page import quality as sections_quality
from sim.report.page import risk as sections_risk
from sim.report.page import service as sections
from sim.report.page import targets as sections_targets
from sim.report.page import workforce as sections_workforce
from sim.report.page.chapters import ASSUMED, Chapter, chapters_of, is_folded
from sim.report.page.figures import Figures, Part
from sim.report.page.sentences import Headline, headlines
from sim.report.tables.study import Tables
from sim.report.text.decision import Answer
from sim.report.text.facts import Facts
from sim.report.text.lost import lost_of, shut_out
from sim.report.text.names import plural, span_text
from sim.report.text.places import by_harm, findings

CAPTIONS = {
    "channels.png": "Replies come at all hours and wait for the morning; whom a machine contains never meets anybody.",
    "arrivals.png": "Where the seats line runs below the dashed one, customers wait longer than the target allows.",
    "heat.png": "Columns that are dark on every day ask for another shift pattern, dark rows for more people then.",
    "shortage.png": "Hours that are dark on every day ask for another shift pattern, single dark days for overtime.",
    "service_level.png": "Where the band is wide, replications disagree: judge such an interval by its neighbours.",
    "waiting.png": "The mean hides the long waits: one contact in ten waits longer than the diamond.",
    "occupancy.png": "Low occupancy is the price of short waits in small groups; long stretches near 100 % wear out.",
    "weeks.png": "Each point is a week: where the line dips, look at the workforce of the weeks before.",
    "workforce.png": "Weeks add up hours: one that has enough may still be short in its worst intervals.",
    "backlog.png": "A backlog that no day brings down grows: too few hours are left beside the calls.",
    "desks.png": "Whoever finds no desk waits for one, and is paid.",
    "cases.png": "Whoever is not resolved at once comes back as load, and whoever hangs up tries again.",
    "costs.png": "All lines add up to the total.",
    "contracts.png": "Credits and bonuses are shares of a period's whole bill.",
}
CAPTIONS_COMPARED = {
    "heat.png": "Where each plan falls short, and how many people it lacks then.",
    "seats.png": "Where the seats line runs below the dashed one, customers wait longer than the target allows.",
    "waterfall.png": "All lines add up to the difference.",
    "differences.png": "All plans were played on the same luck: what differs is the plan.",
    "cases.png": "The cases are the same in every plan; how many contacts they take is not.",
    "pillars.png": "Satisfaction is a model with assumed weights: a difference tells more than a level.",
    "costs.png": "All lines add up to the total.",
    "service_level.png": "Where a plan helps, and where it still falls short.",
    "workforce.png": "Whoever is hired late is still in training, or slow, when the need comes.",
}

FIRST = {False: "arrivals.png", True: "service_level.png"}
"""The picture on the first screen, of one plan and of several."""

_UNIT = re.compile(r"(?<=[±×]) (?=\d)|(?<=\d) (?=(?:%|s|h|min|points|×)(?![\w]))|(?<=\b[A-Z]{3}) (?=\d)")


@dataclass(frozen=True)
class Picture:
    name: str
    caption: str
    title: str
    notes: tuple[str, ...]
    svg: str


@dataclass(frozen=True)
class Page:
    """What a page says, beside the facts of its study."""

    subtitle: str
    headlines: list[Headline]
    chapters: Sequence[Chapter[Picture]]
    replications: str
    answer: Answer | None = None
    """What it begins with, and the picture beside it."""
    first: Picture | None = None


def render(tables: Tables, facts: Facts, charts: Mapping[str, Drawn], answer: Answer | None = None) -> str:
    """The page of one plan, or of several beside each other; it begins with the answer."""
    figures = Figures(tables, facts)
    captions = dict(CAPTIONS_COMPARED if facts.compares else CAPTIONS)
    # Service levels never stand without those who did not get in.
    captions["heat.png"] = f"{captions['heat.png']} {_not_in(figures)}".strip()
    pictures = [picture(name, data, captions.get(name, "")) for name, data in charts.items()]
    first = next((one for one in pictures if answer and one.name == FIRST[facts.compares]), None)
    others = [one for one in pictures if one is not first]
    chapters = chapters_of(_parts(figures), others, facts.compares)
    return fill(Page(_subtitle(facts), headlines(figures), chapters, _replications(facts), answer, first), facts)


def fill(page: Page, facts: Facts) -> str:
    """The page as text. Everything in it is escaped, nothing in it is fetched."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"firm": firm, "called": called}
    environment.tests["folded"] = is_folded(facts.compares)
    return environment.from_string(_file("report.html")).render(
        charts_style=Markup(_file("charts-style.html")),
        charts_script=Markup(_file("charts-script.html")),
        title=facts.title,
        page=replace(page, chapters=[chapter for chapter in page.chapters if chapter.id != ASSUMED]),
        # These stand with the program's own assumptions, at the end.
        assumed=[part for chapter in page.chapters if chapter.id == ASSUMED for part in chapter.parts],
        script=Markup(_file("script.html")),
        warnings=by_harm(findings(facts.warnings)),
        assumptions=findings(facts.assumptions),
        facts=facts,
    )


def _file(name: str) -> str:
    return resources.files("sim.report.page").joinpath(name).read_text(encoding="utf-8")


def called(pictures: Sequence[Picture]) -> str:
    """What some pictures show: "cost by line; people over time"."""
    return "; ".join(one.title for one in pictures)


def firm(text: str) -> str:
    """A number and its unit stay on one line."""
    return _UNIT.sub("\u00a0", text)


def _parts(figures: Figures) -> list[Part]:
    """Every part in its order; where each stands: chapters.py."""
    beside, months, quality = sections_channels, sections_workforce, sections_quality
    return [
        *sections_beside.side_by_side(figures),
        sections_risk.risk(figures),
        sections_targets.targets(figures), sections_targets.shut_out(figures),
        beside.of_channels(figures), sections.queues(figures), beside.replies(figures), beside.self_service(figures),
        beside.call_backs(figures), beside.passed_on(figures), quality.cases(figures), quality.feelings(figures),
        months.service_by_month(figures),
        sections.worst(figures), sections.groups(figures), months.contract_hours(figures), months.people(figures),
        months.shrinkage(figures), months.ledger_by_month(figures), beside.of_sites(figures),
        sections.costs(figures), beside.contracts(figures), beside.vendors(figures), quality.customers(figures),
        sections.calibration(figures), sections.spread(figures), sections.erlang(figures),
        sections_assumed.numbers(figures),
    ]  # fmt: skip


def _not_in(figures: Figures) -> str:
    """ "Did not get in: base 13.4 % got a busy signal."; nothing where everybody did."""
    told = {plan: shut_out(lost_of(figures, plan)) for plan in figures.facts.plans}
    parts = [f"{plan}: {text}" if figures.facts.compares else text for plan, text in told.items() if text]
    return f"Did not get in: {'; '.join(parts)}." if parts else ""


def _subtitle(facts: Facts) -> str:
    plans = plural(len(facts.plans), "plan") if facts.compares else f"plan {facts.baseline}"
    return f"{span_text(facts.start, facts.last)} · {plans} · {', '.join(facts.files)}"


def _replications(facts: Facts) -> str:
    runs = facts.replications
    if len(set(runs.values())) == 1:
        return plural(runs[facts.baseline], "replication") + (" of each plan" if facts.compares else "")
    return "replications: " + ", ".join(f"{plan} {number}" for plan, number in runs.items())


def picture(name: str, drawn: Drawn, caption: str) -> Picture:
    return Picture(name, caption, drawn.title, drawn.notes, drawn.inline)
