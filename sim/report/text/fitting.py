"""What a fit says: its estimates as rows, what is assumed, what the log cannot tell, and the answer in a sentence."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from sim.fitting.finding import Finding
from sim.fitting.fit import WITHIN_S, Fit, GroupFit, QueueFit
from sim.fitting.handling import Handling
from sim.fitting.volumes import date_of
from sim.report.text.names import plural
from sim.scenario.language.laws import FIXED_CV
from sim.units import DAY, format_time_of_day

DEFERRED = ("email", "social", "back office")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SHORT_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLEARLY_SHORT = 0.02
FAR_EXTRAPOLATED = 0.25


class Row(NamedTuple):
    """One estimate, as tables show it."""

    scope: str
    name: str
    what: str
    unit: str
    finding: Finding
    said: str = ""


class Said(NamedTuple):
    """Something of the log or the scenario in words: an assumption, or what is not known."""

    about: str
    what: str


def is_deferred(queue: QueueFit) -> bool:
    return queue.channel in DEFERRED


def rows_of(f: Fit) -> list[Row]:
    """Every estimate with its interval."""
    found = [row for queue in f.queues for row in _of_queue(queue)]
    for a, one in enumerate(f.queues):
        for b in range(a):
            name = f"{f.queues[b].name}, {one.name}"
            found.append(Row("queues", name, "correlation of days' volumes", "", f.together[a][b]))
    found.append(Row("center", "all", "how agents differ in handle time", "log sd", f.talent.spread))
    if f.inferred_wrap.mean.is_known:
        said = "from pauses while somebody waited"
        found.append(Row("center", "all", "wrap, mean", "s", f.inferred_wrap.mean, said))
    return found


def _of_queue(q: QueueFit) -> list[Row]:
    rows = [
        Row("queue", q.name, f"{part}, mean", "s", work.mean, _law(work.family, work.cv)) for part, work in _parts(q)
    ]
    for part, work in _parts(q):
        rows.append(Row("queue", q.name, f"{part}, spread of days", "cv", work.day_cv))
        if work.drift is not None:
            rows.append(Row("queue", q.name, f"{part}, drift", "a week", work.drift.per_week, _drift(work)))
    rows += [
        Row("queue", q.name, "volume, spread of days", "cv", q.busyness.day_cv),
        Row("queue", q.name, "volume, spread of intervals", "cv", q.busyness.interval_cv),
    ]
    if q.weeks.is_known:
        rows.append(Row("queue", q.name, "volume, spread of weeks", "cv", q.weeks))
    if not is_deferred(q):
        said = _law(q.patience.family, q.patience.cv) if q.patience.family else ""
        rows.append(Row("queue", q.name, "patience, mean", "s", q.patience.mean, said))
        said = "" if q.patience.balk.value else "no more than the law brings"
        rows.append(Row("queue", q.name, "hang up at once", "share", q.patience.balk, said))
    if q.again.redial.is_known:
        rows.append(Row("queue", q.name, "redial within an hour", "share", q.again.redial))
    if q.again.fcr.is_known:
        rows.append(Row("queue", q.name, "no repeat within 7 days", "share", q.again.fcr))
    return rows


def _parts(q: QueueFit) -> list[tuple[str, Handling]]:
    """(how the part is told from others, its times)."""
    return [("talk and hold", q.work), *([("wrap", q.wrap)] if q.wrap is not None else [])]


def _law(family: str, cv: float) -> str:
    return family if family in FIXED_CV else f"{family}, cv {cv:.2f}"


def _drift(work: Handling) -> str:
    drift = work.drift
    if drift is None:
        return ""
    if not drift.is_clear:
        return "none is shown"
    way = "rises" if drift.per_week.value > 0 else "falls"
    return f"{way}; {drift.at_the_end:.0f} s at the end of the log, which the scenario takes"


def value_text(finding: Finding, unit: str) -> str:
    """A value as tables print it."""
    return _number(finding.value, unit)


def interval_text(finding: Finding, unit: str) -> str:
    if not finding.is_known or not np.isfinite(finding.low):
        return "–"
    if unit in ("a week", "share"):
        sign = "+" if unit == "a week" else ""
        return f"{100 * finding.low:{sign}.1f} to {100 * finding.high:{sign}.1f} %".replace("-", "−")
    return f"{_number(finding.low, unit)} to {_number(finding.high, unit)}"


def _number(value: float, unit: str) -> str:
    if not np.isfinite(value):
        return "–"
    if unit == "share":
        return f"{100 * value:.1f} %"
    if unit == "a week":
        return f"{100 * value:+.1f} %/week".replace("-", "−")
    if unit == "s":
        return f"{value:.1f} s" if value < 1000 else f"{value:,.0f} s"
    return f"{value:.2f}".replace("-", "−")


def assumptions(f: Fit) -> list[Said]:
    """Whatever the data cannot tell, by name."""
    found = [
        Said("service level", f"80 % within {within_s(f):.0f} s: the targets are yours to set"),
        Said("wage, costs", "the program's own; no log knows them"),
        Said("order of queues", "all skills are of equal priority, whoever waits longest goes first"),
    ]
    known = [q.name for q in f.queues if q.again.fcr.is_known]
    if len(known) < len(f.queues):
        found.append(
            Said("FCR", "70 %, and no redials or repeats beyond those in the volumes: the log knows no customers")
        )
    if not any(np.isfinite(q.weeks.value) for q in f.queues):
        found.append(Said("forecast error", "none: fewer than six weeks do not tell how far a level is missed"))
    for q in f.queues:
        if not is_deferred(q) and not q.patience.family:
            what = f"exponential, mean 5 min: {plural(q.patience.mean.n, 'abandoned contact')} tell too little"
            found.append(Said(f"patience, {q.name}", what))
        if q.work.mean.n < 20:
            found.append(Said(f"handle time, {q.name}", "too few answered contacts; that of all queues together"))
        if q.wrap is None and not f.inferred_wrap.mean.is_known:
            found.append(Said(f"wrap, {q.name}", "none: the log does not hold it, and pauses do not show it"))
    if f.seats_are == "inferred":
        found.append(Said(
            "seats",
            "an agent is there from contact to contact. A pause is absence where somebody waited for long (3 min in "
                "all, or three times the longest wrap), where others took more contacts that had not waited than there "
                "are agents, or beyond an hour",
        ))  # fmt: skip
        if any(q.wrap is None for q in f.queues) and f.inferred_wrap.mean.is_known:
            what = f"pauses while somebody waited, up to {f.inferred_wrap.longest:.0f} s; longer ones are absence"
            found.append(Said("wrap", what))
    found.append(Said("seats of the weeks to come", "those usual on that weekday and interval"))
    if not f.groups:
        found.append(Said("seats", "as many as were at work on contacts, and one more: the log knows no agents"))
    return found


def cannot_tell(f: Fit) -> list[Said]:
    """What should be known of this log before anything is believed."""
    found = [Said("The log", words) for words in dict.fromkeys([*f.log.remarks, *f.remarks])]
    weeks = len(f.counts.dates) / 7
    if weeks < 8:
        found.append(Said("Season", f"{weeks:.1f} weeks show no season, and no holiday that lies outside them"))
    for q in f.queues:
        found += _limits(q)
    if f.out_of_hours:
        words = f"{plural(f.out_of_hours, 'contact')} came outside the opening hours, and are not in the volumes"
        found.append(Said("Out of hours", words))
    if f.seats_are:
        found.append(Said("Seats", "who will sit on which: in the scenario all seats work alike, though agents differ"))
    return found


def _limits(q: QueueFit) -> list[Said]:
    found, p = [], q.patience
    if p.family and p.extrapolated > FAR_EXTRAPOLATED:
        found.append(Said(
            f"Patience, {q.name}",
            f"{100 * p.extrapolated:.0f} % would wait longer than the {p.longest:.0f} s that were watched. The mean "
            "hangs on the law for them; waits far longer than that are a guess",
        ))  # fmt: skip
    for second, times in p.peaks:
        words = f"{times:.1f} times as many hang up at {second:.0f} s as around it: an announcement?"
        found.append(Said(f"Patience, {q.name}", words))
    if q.work.short > CLEARLY_SHORT:
        words = f"{100 * q.work.short:.1f} % of the talks last less than 10 s; they are counted"
        found.append(Said(f"Handle time, {q.name}", words))
    drift = q.work.drift
    if drift is not None and drift.is_clear and drift.step is not None:
        words = f"it rather jumps than drifts, about {date_of(drift.step)}; the scenario takes the line's last day"
        found.append(Said(f"Handle time, {q.name}", words))
    return found


def within_s(f: Fit) -> float:
    return f.log.within_s or WITHIN_S


def special_text(f: Fit) -> list[tuple[str, str]]:
    """(when, what was unusual)."""
    found = []
    for one in f.special:
        when = f"{WEEKDAYS[one.date.weekday()]} {one.date}"
        if one.until - one.since < DAY:
            when += f", {format_time_of_day(one.since)}-{format_time_of_day(one.until)}"
        who = f"{one.queue}: " if one.queue else ""
        found.append(
            (when, f"{who}{one.offered:,.0f} contacts where {one.usual:,.0f} are usual; left out of the volumes")
        )
    return found


def hours_text(f: Fit) -> str:
    """Days of equal hours together: "mon-thu, sun 07:00-24:00; fri 07:00-14:00"."""
    by_hours: dict[tuple[float, float], list[int]] = {}
    for day, span in enumerate(f.hours):
        if span is not None:
            by_hours.setdefault(span, []).append(day)
    return "; ".join(
        f"{_days(days)} {format_time_of_day(since)}-{format_time_of_day(until)}"
        for (since, until), days in by_hours.items()
    )


def _days(days: list[int]) -> str:
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(
        SHORT_WEEKDAYS[run[0]] if len(run) == 1 else f"{SHORT_WEEKDAYS[run[0]]}-{SHORT_WEEKDAYS[run[-1]]}"
        for run in runs
    )


def group_name(f: Fit, group: GroupFit) -> str:
    """After what its agents serve; "all" of those who serve every queue."""
    if len(group.queues) == len(f.queues):
        return "all-queues" if len(f.queues) > 1 else "agents"
    number = [one.queues for one in f.groups].index(group.queues)
    names = [name_of(name) for name in group.queues]
    return "-and-".join(names) if len(names) <= 3 else f"group-{number + 1}"


def name_of(name: str) -> str:
    """As a scenario may write it: a queue's name with nothing but letters, digits and hyphens."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return plain or "queue"


def queue_names(f: Fit) -> list[str]:
    """Names that differ, in the queues' order."""
    found: list[str] = []
    for q in f.queues:
        name, number = name_of(q.name), 2
        while name in found:
            name, number = f"{name_of(q.name)}-{number}", number + 1
        found.append(name)
    return found


def headline(f: Fit) -> str:
    contacts = sum(q.offered for q in f.queues)
    queues, dates = plural(len(f.queues), "queue"), plural(len(f.counts.dates), "day")
    seats = {"log-ons": "seats from log-ons", "inferred": "seats inferred from who answered", "": "seats assumed"}
    back = f"; {plural(len(f.held_back), 'day')} held back" if f.held_back else ""
    return f"{contacts:,} contacts of {queues} over {dates} were fitted, {seats[f.seats_are]}{back}."
