"""The page of a fit: the log's own figures, every estimate with its interval, pictures, what the log cannot tell."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from sim import __version__
from sim.fitting.finding import Finding
from sim.fitting.fit import Fit
from sim.fitting.judged import Judged
from sim.report.charts.svg import Drawn
from sim.report.page.chapters import Chapter
from sim.report.page.figures import Cell, Grid, Part
from sim.report.page.page import Page, Picture, fill, picture
from sim.report.page.sentences import Headline
from sim.report.text import fitting as text
from sim.report.text import judged as judged_text
from sim.report.text.facts import Facts
from sim.report.text.names import plural
from sim.report.text.numbers import NOTHING
from sim.report.text.phrases import Sentence

CAPTIONS = {
    "volumes.png": "What is marked as unusual is in no mean; look whether it should be.",
    "times-of-day.png": "Few weeks make ragged lines: each point is the mean of as many days as there were.",
    "handle-days.png": "A drift that goes on will miss the weeks to come; the scenario takes the last day's level.",
    "handle-hours.png": "Other contacts come at other hours, and other agents take them.",
    "patience.png": "Right of the dotted line nobody knows: there the dashed line is a guess.",
    "agents.png": "Who differs may take other contacts: this is no appraisal.",
    "seats.png": "What is unrounded is time: half a seat is one agent for half of the interval.",
}
CHAPTERS = {
    "volume": "Volumes", "handle": "Handle time", "patience": "Patience and coming again", "people": "Agents and seats",
}  # fmt: skip
PICTURES = {
    "volume": ("volumes.png", "times-of-day.png"), "handle": ("handle-days.png", "handle-hours.png"),
    "patience": ("patience.png",), "people": ("agents.png", "seats.png"),
}  # fmt: skip


def page(f: Fit, command: str, charts: Mapping[str, Drawn], judged: Judged | None = None) -> str:
    """One page that stands alone."""
    pictures = {name: picture(name, data, CAPTIONS[name]) for name, data in charts.items()}
    chapters: list[Chapter[Picture]] = [
        Chapter("log", "The log's own figures", [_own(f), *_as_it_says(f), *_left_out(f)])
    ]
    if judged is not None:
        chapters.append(_held_back(judged))
    for id, title in CHAPTERS.items():
        parts = [
            _estimates(f, id),
            *(_volume_parts(f) if id == "volume" else []),
            *(_groups(f) if id == "people" else []),
        ]
        drawn = [pictures[name] for name in PICTURES[id] if name in pictures]
        chapters.append(Chapter(id, title, [part for part in parts if part.grids or part.told], drawn))
    chapters += [_cannot_tell(f), _assumed(f)]
    subtitle = f"{f.first} to {f.until} · {f.log.source} · clock of {f.log.timezone}"
    return fill(Page(subtitle, [_headline(f)], chapters, ""), _facts(f, command))


def _held_back(judged: Judged) -> Chapter[Picture]:
    rows = [[Cell(cell) for cell in row] for row in judged_text.rows(judged)]
    note = " ".join(judged_text.sentences(judged))
    parts = [Part("held-back-all", "", note, [Grid(judged_text.HEAD, rows)] if judged.days else [])]
    return Chapter("held-back", "Held back and judged", parts)


def _headline(f: Fit) -> Headline:
    sentences = [Sentence(f"Open {text.hours_text(f)}.")]
    for q in f.queues:
        drift = q.work.drift
        if drift is not None and drift.is_clear:
            said = text.value_text(drift.per_week, "a week")
            sentences.append(Sentence(f"Handle time of {q.name} drifts: {said}; will it go on?", "unsure"))
    far = [q.name for q in f.queues if q.patience.family and q.patience.extrapolated > text.FAR_EXTRAPOLATED]
    if far:
        sentences.append(Sentence(f"Patience is largely extrapolated: {', '.join(far)}.", "unsure"))
    if f.special:
        sentences.append(Sentence(f"{plural(len(f.special), 'unusual time')} left out of the volumes."))
    if f.seats_are == "inferred":
        sentences.append(Sentence("Seats are inferred from who answered: the least sure of all.", "unsure"))
    number = f"{sum(q.offered for q in f.queues):,}"
    return Headline("Contacts fitted", number, text.headline(f), sentences)


def _own(f: Fit) -> Part:
    rows = []
    for q in f.queues:
        rows.append([
            Cell(q.name), Cell(f"{q.offered:,}"), Cell(f"{q.answered:,}"), Cell(f"{q.abandoned:,}"),
            Cell(f"{100 * q.in_time / q.offered:.1f} %"), Cell(f"{q.asa_s:.1f} s" if q.answered else NOTHING),
            Cell(f"{q.work.mean.value:.1f} s" if q.work.mean.is_known else NOTHING),
        ])  # fmt: skip
    note = (
        f"Of the dates that were fitted. In time: answered within {text.within_s(f):.0f} s, of all offered. ASA: mean "
        "wait of the answered. Handle time: talk and hold. If these are not figures you know, mend the reading first."
    )
    head = ("Queue", "Offered", "Answered", "Abandoned", "In time", "ASA", "Handle time")
    return Part("own", "As counted here", note, [Grid(head, rows)])


def _as_it_says(f: Fit) -> list[Part]:
    """By the log's own conventions, over all of its dates."""
    if not f.log.own_figures:
        return []
    keys = list(dict.fromkeys(key for figures in f.log.own_figures.values() for key in figures))
    rows = [
        [Cell(str(queue)), *(Cell(_figure(key, figures.get(key))) for key in keys)]
        for queue, figures in f.log.own_figures.items()
    ]
    head = ("Queue", *(OWN.get(key, key.replace("_", " ")) for key in keys))
    return [Part("as-it-says", "By the log's own conventions", "Over all dates of the log.", [Grid(head, rows)])]


OWN = {"service_level": "Service level", "asa_s": "ASA", "aht_s": "AHT"}


def _figure(key: str, value: float | None) -> str:
    if value is None or value != value:
        return NOTHING
    if key in ("service_level", "abandon_rate"):
        return f"{100 * value:.1f} %"
    return f"{value:.1f} s" if key.endswith("_s") else f"{value:,.0f}"


def _left_out(f: Fit) -> list[Part]:
    rows = [[Cell(one.why), Cell(one.shown.replace(",", ", ")), Cell(f"{one.rows:,}")] for one in f.log.left_out]
    if not rows:
        return []
    note = f"Of {f.log.rows:,} rows read."
    return [Part("left-out", "Rows left out", note, [Grid(("Why", "The first of them", "Rows"), rows, words=2)])]


def _estimates(f: Fit, chapter: str) -> Part:
    rows = []
    for row in text.rows_of(f):
        if _chapter_of(row.what) == chapter:
            tone = "unsure" if "drift" in row.what and row.finding.leaves_out_nothing else ""
            rows.append([
                Cell(row.name), Cell(row.what), Cell(text.value_text(row.finding, row.unit), row.said, tone),
                Cell(text.interval_text(row.finding, row.unit)), Cell(f"{row.finding.n:,}", row.finding.of),
            ])  # fmt: skip
    head = ("Of", "Estimate", "Value", "95 % interval", "From")
    return Part(f"estimates-{chapter}", "Estimates", "", [Grid(head, rows, words=2)] if rows else [])


def _chapter_of(what: str) -> str:
    if "agents" in what:
        return "people"
    if what.startswith(("talk", "wrap")):
        return "handle"
    return "volume" if "volume" in what else "patience"


def _volume_parts(f: Fit) -> list[Part]:
    told = tuple(text.special_text(f))
    return [Part("unusual", "Unusual days and hours", "", told=told)]


def _groups(f: Fit) -> list[Part]:
    rows = [
        [
            Cell(text.group_name(f, group)), Cell(", ".join(group.queues)), Cell(str(len(group.agents))),
            _hours(group.week),
        ]
        for group in f.groups
    ]  # fmt: skip
    note = (
        "Agents who serve the same queues are a group. A skill is one that the agent uses at least a third as often as "
    )
    note += f"others in the same hours. Seat hours with the 95 % interval over {plural(len(f.counts.dates), 'day')}."
    head = ("Group", "Queues", "Agents", "Seat hours in a usual week")
    parts = [Part("groups-found", "Groups", note, [Grid(head, rows, words=2)] if rows else [])]
    if f.pauses:
        told = tuple((reason, f"{100 * share:.1f} % of the signed-on time") for reason, share in f.pauses.items())
        parts.append(Part("pauses", "Pauses", "", told=told))
    return parts


def _hours(week: Finding) -> Cell:
    return Cell(f"{week.value:,.0f}", f"{week.low:,.0f} to {week.high:,.0f}" if week.low == week.low else "")


def _cannot_tell(f: Fit) -> Chapter[Picture]:
    told = tuple((one.about, one.what) for one in text.cannot_tell(f))
    return Chapter("cannot-tell", "What this log cannot tell", [Part("limits", "", told=told)])


def _assumed(f: Fit) -> Chapter[Picture]:
    told = tuple((one.about, one.what) for one in text.assumptions(f))
    note = "The scenario says these because it must say something; none of them comes from the log."
    return Chapter("assumed", "Assumed", [Part("assumed-list", "", note, told=told)])


def _facts(f: Fit, command: str) -> Facts:
    nothing = pd.DataFrame()
    return Facts(
        title="From the log to a scenario", author="", files=(), plans=("fit",), currency="", seed=0, replications={},
        engine="", version=__version__, command=command, start=f.first, days=len(f.counts.dates),
        interval_minutes=f.counts.interval / 60, targets={}, spread={}, calibration={}, scenarios={}, heads={},
        contained=nothing, desks=nothing, oldest=nothing,
    )  # fmt: skip
