"""The scenario that a fit writes: a file with comments, and its CSVs."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd

from sim import __version__
from sim.fitting.finding import Finding, Floats
from sim.fitting.fit import Fit, QueueFit
from sim.fitting.handling import Handling
from sim.report.folder import write_csv
from sim.report.text import fitting as text
from sim.report.text.names import plural
from sim.scenario.language.laws import FIXED_CV
from sim.units import format_time_of_day

SCENARIO = "scenario.toml"
REPLICATIONS = 100
LEAST_CV = 0.005


def write_scenario(folder: Path, f: Fit) -> None:
    """scenario.toml, and beside it what it names: forecast-<queue>.csv, seats-<group>.csv; observed-volumes.csv."""
    names = text.queue_names(f)
    for number, name in enumerate(names):
        write_csv(
            _week(f, f.week[number], "contacts", keep_all=text.is_deferred(f.queues[number])),
            folder / f"forecast-{name}.csv",
        )
    for group, seats in _seats(f).items():
        write_csv(_week(f, seats, "seats"), folder / f"seats-{group}.csv")
    write_csv(observed_volumes(f), folder / "observed-volumes.csv")
    (folder / SCENARIO).write_text(scenario_text(f), encoding="utf-8")


def start_of(f: Fit) -> tuple[dt.date, int]:
    """The first day after those that were fitted on; as many days as were held back, else a week."""
    return f.until + dt.timedelta(days=1), len(f.held_back) or 7


def _week(f: Fit, values: Floats, column: str, *, keep_all: bool = False) -> pd.DataFrame:
    """weekday,start,… of the open intervals; what no date of that weekday tells is taken from none, and is 0."""
    rows = []
    for weekday, span in enumerate(f.hours):
        for slot in range(values.shape[1]):
            start = slot * f.counts.interval
            is_open = span is not None and span[0] <= start < span[1]
            value = values[weekday, slot]
            if not is_open and not (keep_all and value > 0):
                continue
            rows.append(
                (text.SHORT_WEEKDAYS[weekday], format_time_of_day(start), round(float(np.nan_to_num(value)), 2))
            )
    return pd.DataFrame(rows, columns=["weekday", "start", column])


def _seats(f: Fit) -> dict[str, Floats]:
    """By group; where the log knows no agents, what the work takes and one more."""
    if f.groups:
        return {text.group_name(f, group): group.usual for group in f.groups}
    work = sum(
        np.nan_to_num(f.week[number]) * (_level(f, q) + _wrap_mean(f, q)) / f.counts.interval
        for number, q in enumerate(f.queues)
    )
    return {"agents": np.asarray(work) + 1.0}


def _level(f: Fit, q: QueueFit) -> float:
    if q.work.mean.n >= 20:
        return q.work.level
    known = [one.work for one in f.queues if one.work.mean.n >= 20]
    return sum(w.level * w.mean.n for w in known) / sum(w.mean.n for w in known) if known else 300.0


def _wrap_mean(f: Fit, q: QueueFit) -> float:
    if q.wrap is not None:
        return q.wrap.level
    return f.inferred_wrap.mean.value if f.inferred_wrap.mean.is_known else 0.0


def observed_volumes(f: Fit) -> pd.DataFrame:
    """What came, date by date: queue, date, start, contacts, usual."""
    tables = []
    starts = [format_time_of_day(slot * f.counts.interval) for slot in range(f.counts.offered.shape[2])]
    weekdays = f.counts.weekdays
    for number, name in enumerate(text.queue_names(f)):
        date, slot = np.nonzero((f.counts.offered[number] > 0) | np.isfinite(f.week[number][weekdays]))
        tables.append(pd.DataFrame({
            "queue": name, "date": [f.counts.dates[at].isoformat() for at in date],
            "start": [starts[at] for at in slot],
            "contacts": f.counts.offered[number, date, slot],
            "usual": np.where(f.usual[number, date, slot], "yes", "no"),
        }))  # fmt: skip
    return pd.concat(tables, ignore_index=True)


def scenario_text(f: Fit) -> str:
    start, days = start_of(f)
    hours = ", ".join(
        f'{day} = "{format_time_of_day(span[0])}-{format_time_of_day(span[1])}"'
        for day, span in zip(text.SHORT_WEEKDAYS, f.hours, strict=True) if span is not None
    )  # fmt: skip
    lines = [
        *_comment(f"Fitted on {f.first} to {f.until} by sim fit (version {__version__})."),
        *_comment(text.headline(f)),
        "#",
        "# Behind each number: its 95 % interval, and how many observations it is from. The page report.html has the",
        "# pictures. Fitting again into this folder replaces this file: copy the folder before you change it.",
        "# ASSUMED, because the log does not tell:",
        *(line for one in text.assumptions(f) for line in _comment(f"{one.about}: {one.what}", "#   - ")),
        "",
        f'title = "Fitted center, {start}"',
        "",
        "[center]",
        f"start = {start.isoformat()}",
        f"days = {days}",
        f'interval = "{f.counts.interval / 60:.0f}min"',
        f'timezone = "{f.log.timezone}"',
        f"open = {{ {hours} }}",
        "",
        "[run]",
        f"replications = {REPLICATIONS}",
        "seed = 1",
    ]
    names = text.queue_names(f)
    for number in range(len(f.queues)):
        lines += ["", *_queue(f, number, names)]
    named = dict(zip([q.name for q in f.queues], names, strict=True))
    for group in _seats(f):
        serves = next((g.queues for g in f.groups if text.group_name(f, g) == group), tuple(named))
        lines += ["", *_group(f, group, [named[name] for name in serves])]
    return "\n".join(lines) + "\n"


def _comment(words: str, head: str = "# ") -> list[str]:
    import textwrap

    return textwrap.wrap(
        words, 118, initial_indent=head, subsequent_indent="#" + " " * (len(head) - 1), break_on_hyphens=False,
        break_long_words=False,
    )  # fmt: skip


def _queue(f: Fit, number: int, names: list[str]) -> list[str]:
    q, name = f.queues[number], names[number]
    lines = [
        *_comment(f"{q.name}: {q.offered:,} offered, {q.answered:,} answered, {q.abandoned:,} abandoned."),
        f"[queues.{name}]",
        f'channel = "{q.channel}"',
        _noted(f'forecast = {{ csv = "forecast-{name}.csv" }}', "mean of each weekday and interval"),
        *_busyness(f, number, names),
        _law("talk", q.work, _level(f, q), "talk and hold"),
    ]
    if q.wrap is not None:
        lines.append(_law("wrap", q.wrap, q.wrap.level, ""))
    elif f.inferred_wrap.mean.is_known:
        wrap, wrap_cv, _ = f.inferred_wrap
        lines.append(_noted(
            f'wrap = {{ family = "lognormal", mean = "{wrap.value:.1f}s", cv = {wrap_cv:.2f} }}',
            f"inferred: {_interval(wrap, 's')}",
        ))  # fmt: skip
    p = q.patience
    if not text.is_deferred(q):
        if p.family:
            cv = "" if p.family in FIXED_CV else f", cv = {p.cv:.2f}"
            setting = f'patience = {{ family = "{p.family}", mean = "{p.mean.value:.0f}s"{cv} }}'
            lines.append(_noted(setting, _interval(p.mean, "s")))
        else:
            lines.append(_noted('patience = { family = "exponential", mean = "5min" }', "ASSUMED"))
        if p.balk.value > 0:
            lines.append(_noted(f"balk = {p.balk.value:.4f}", _interval(p.balk, "share")))
        within = f'"{text.within_s(f):.0f}s"'
        setting = f'service_level = {{ target = 0.80, within = {within}, counting = "negative", per = "day" }}'
        lines.append(_noted(setting, "ASSUMED"))
    if q.again.fcr.is_known:
        lines.append(
            _noted(f"fcr = {q.again.fcr.value:.3f}", f"no repeat within 7 days; {_interval(q.again.fcr, 'share')}")
        )
    if q.again.redial.is_known and q.again.redial.value > 0 and not text.is_deferred(q):
        after = max(q.again.redial_after_s, 1.0)
        law = f'{{ family = "exponential", mean = "{after:.0f}s" }}'
        setting = f"redial = {{ share = {q.again.redial.value:.3f}, after = {law} }}"
        lines.append(_noted(setting, _interval(q.again.redial, "share")))
    return lines


def _busyness(f: Fit, number: int, names: list[str]) -> list[str]:
    q = f.queues[number]
    parts, notes = [], []
    for key, finding in (
        ("day_cv", q.busyness.day_cv), ("interval_cv", q.busyness.interval_cv), ("handle_day_cv", q.work.day_cv)
    ):  # fmt: skip
        if finding.is_known:
            parts.append(f"{key} = {finding.value if finding.value >= LEAST_CV else 0:.2f}")
            notes.append(_interval(finding, "cv", with_n=False))
    if not parts:
        return ["# ASSUMED: no spread of days and intervals beyond chance; too few days of each weekday tell of it."]
    pairs = [
        f"{names[other]} = {f.together[number][other].value:.2f}"
        for other in range(number)
        if f.together[number][other].low > 0 and q.busyness.day_cv.value >= LEAST_CV
        and f.queues[other].busyness.day_cv.value >= LEAST_CV
    ]  # fmt: skip
    if pairs and len(f.queues) == 2:
        parts.append(f"correlation = {{ {', '.join(pairs)} }}")
    return [_noted(f"busyness = {{ {', '.join(parts)} }}", f"{'; '.join(notes)}; {q.busyness.day_cv.n} days")]


def _law(key: str, work: Handling, level: float, what: str) -> str:
    mean = f'mean = "{level:.1f}s"'
    cv = "" if work.family in FIXED_CV else f", cv = {work.cv:.2f}"
    drift = work.drift is not None and work.drift.is_clear
    told = "; ".join(part for part in (
        what,
        f"drifts, so the end of the log; its mean {work.mean.value:.1f} s" if drift else _interval(work.mean, "s"),
    ) if part)  # fmt: skip
    return _noted(f'{key} = {{ family = "{work.family}", {mean}{cv} }}', told)


def _interval(finding: Finding, unit: str, *, with_n: bool = True) -> str:
    words = text.interval_text(finding, unit)
    return f"{words}, n {finding.n:,}" if with_n else words


def _noted(setting: str, note: str) -> str:
    return f"{setting}  # {note}"


def _group(f: Fit, group: str, serves: list[str]) -> list[str]:
    skills = ", ".join(f"{name} = {{ priority = 1 }}" for name in serves)
    own = next((g for g in f.groups if text.group_name(f, g) == group), None)
    note = (
        f"{plural(len(own.agents), 'agent')} took these contacts; seats: {f.seats_are}."
        if own
        else "ASSUMED: no agents known."
    )
    shrinkage = min(sum(f.pauses.values()), 0.9)
    seats = f'seats = {{ csv = "seats-{group}.csv"{f", shrinkage = {shrinkage:.3f}" if shrinkage else ""} }}'
    return [*_comment(note), f"[groups.{group}]", seats, f"skills = {{ {skills} }}"]
