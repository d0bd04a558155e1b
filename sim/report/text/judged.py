"""A fit held against dates that it has not seen, in words."""

from __future__ import annotations

import math

from sim.fitting.judged import ALL, IN_BAND, LEVEL, OFFERED, Judged, Summary
from sim.report.text.names import plural
from sim.report.text.numbers import decimal, share

CLEAR = 0.03
"""How far inputs may differ before they are named, as a share."""

HEAD = ("Figure", "came", "played", "a day's miss", "days in the band")


def rows(j: Judged) -> list[tuple[str, str, str, str, str]]:
    """HEAD, of all queues together."""
    return [
        (one.figure, _value(one, one.actual), _value(one, one.played), _miss(one), f"{one.inside} of {one.days}")
        for one in j.of(ALL)
    ]


def sentences(j: Judged) -> list[str]:
    """How the dates held back went, and what differed."""
    if not j.days:
        return ["None of the dates held back could be played."]
    inside, days = sum(one.inside for one in j.of(ALL)), sum(one.days for one in j.of(ALL))
    level = next(one for one in j.of(ALL) if one.figure == LEVEL)
    on = plural(level.days, "day")
    told = [
        f"Held back and played: {share(level.played)} in time where {share(level.actual)} were, on {on}.",
        f"{inside} of {days} figures of days lie inside their band of {IN_BAND:.0%}; about {round(IN_BAND * days)} are "
        "to be expected of a model that is right. Days of one week go together: few weeks are a hint.",
    ]
    changed = []
    if abs(j.more_contacts) >= CLEAR:
        changed.append(f"{share(abs(j.more_contacts), 0)} {'more' if j.more_contacts > 0 else 'fewer'} contacts came")
    if math.isfinite(j.longer_work) and abs(j.longer_work) >= CLEAR:
        changed.append(f"contacts took {share(abs(j.longer_work), 0)} {'longer' if j.longer_work > 0 else 'less'}")
    if changed:
        told.append(f"{_capital(' and '.join(changed))} than was fitted: mend the forecast before the model.")
    return told


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _value(one: Summary, value: float) -> str:
    return decimal(value, 0) if one.figure == OFFERED else share(value)


def _miss(one: Summary) -> str:
    return f"{100 * one.miss:.0f} %" if one.figure == OFFERED else f"{100 * one.miss:.1f} points"
