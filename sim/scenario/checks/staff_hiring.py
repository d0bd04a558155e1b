"""What must hold of `[staffing.hiring]`: groups and classes there are, dates within the horizon, something to plan.

A class may be another plan's: whether any plan has it is asked when a search begins, as is what is trained in time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sim.errors import did_you_mean
from sim.scenario.checks.findings import Finding, error, is_unknown, names_of, warning
from sim.scenario.language.staffing_hiring import ClassDates, HiringSearch
from sim.scenario.model import Scenario

ASKED = "staffing.hiring"


def _searches(s: Scenario) -> Iterator[tuple[str, HiringSearch]]:
    """Place, and what is said there."""
    if s.spec.staffing is not None:
        for name, search in s.spec.staffing.hiring.items():
            yield f"{ASKED}.{name}", search


def groups_may_hire(s: Scenario) -> Iterator[Finding]:
    for name in {} if s.spec.staffing is None else s.spec.staffing.hiring:
        if is_unknown(s, "groups", name):
            yield error(f"{ASKED}.{name}", f"is not a group; {did_you_mean(name, names_of(s, 'groups'))}")


def classes_are_classes(s: Scenario) -> Iterator[Finding]:
    for where, search in _searches(s):
        name = search.like or ""
        like = s.spec.hiring.get(name)
        if like is not None and not like.is_class:
            known = [name for name, one in s.spec.hiring.items() if one.is_class]
            text = f'"{name}" is a standing order, not a class'
            yield error(f"{where}.class", f"{text}; {did_you_mean(name, known)}")


def classes_leave_something(s: Scenario) -> Iterator[Finding]:
    for where, search in _searches(s):
        if search.at_most == 0:
            yield error(f"{where}.at_most", "no class at all is allowed; write 1 or more, or leave the group out")
        least = 1 if search.size is None else search.size.at_least
        if search.in_training is not None and search.in_training < least:
            text = f"is {search.in_training}, and a class has {least} offers or more"
            yield error(f"{where}.in_training", f"{text}; allow more in training, or smaller classes")


def class_dates_fall_in_the_horizon(s: Scenario) -> Iterator[Finding]:
    """A file whose horizon is cut short may be played; no search begins so."""
    first, last = s.clock.dates[0], s.clock.dates[-1]
    days = f"the days played, {first} to {last}"
    for where, search in _searches(s):
        starts = search.starts
        if not isinstance(starts, ClassDates):
            outside = [date for date in starts if not first <= date <= last]
            if outside:
                yield warning(f"{where}.starts", f"{_listed(outside)} outside {days}; write days within")
        elif starts.first is not None and starts.first > last:
            yield warning(f"{where}.starts.from", f"{starts.first} lies after {days}; write an earlier day")
        elif starts.last is not None and starts.last < first:
            yield warning(f"{where}.starts.to", f"{starts.last} lies before {days}; write a later day")
        outside = [date for date in search.until if not first <= date < last]
        if outside:
            text = f"{', '.join(map(str, outside))}: no day before the last of {days}"
            yield warning(f"{where}.until", f"{text}; write such days, or leave it out for permanent contracts")


def _listed(dates: list[dt.date]) -> str:
    return f"{', '.join(map(str, dates))} {'lies' if len(dates) == 1 else 'lie'}"
