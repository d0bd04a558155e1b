"""Who is hired when: classes on their date, standing orders once a vacancy has lasted; and the way to the floor."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.errors import SimError
from sim.luck import SHOW_UP, PeopleLuck
from sim.scenario.language.workforce import Hiring
from sim.scenario.model import Scenario
from sim.units import DAY
from sim.workforce.joining import Source
from sim.workforce.people import Agents

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NO_DAY = math.inf


class Places:
    """The numbers of one source, handed out in order."""

    def __init__(self, source: Source) -> None:
        self._source, self._taken = source, 0

    def take(self, count: int) -> Ints:
        source = self._source
        if self._taken + count > source.count:
            raise SimError(
                f"{source.kind}.{source.entry}: more than {source.count} people would come, far more than attrition "
                "can explain; look for a rate, a hold or a training that nobody survives"
            )
        first = source.first + self._taken
        self._taken += count
        return np.arange(first, first + count)


class Ways:
    """The way to the floor, by hiring entry: arrays of days, chances and factors."""

    def __init__(self, entries: list[Hiring], start: dt.date) -> None:
        training, nesting = [entry.training for entry in entries], [entry.nesting for entry in entries]
        self.training_days = np.array([whole_days(one.length) if one else 0.0 for one in training])
        self.dropout = np.array([one.dropout if one else 0.0 for one in training])
        self.licence_pass = np.array([one.licence_pass if one else 1.0 for one in training])
        retakes = [one.retake_after if one else None for one in training]
        self.retake_days = np.array([NO_DAY if after is None else whole_days(after) for after in retakes])
        """Infinite where there is no second try."""
        self.hours_a_week = np.array([(one.hours_a_week if one else None) or math.nan for one in training])
        """NaN where the contract's hold."""
        self.paid = np.array([one.paid if one else True for one in training], np.bool_)
        self.nesting_days = np.array([whole_days(one.length) if one else 0.0 for one in nesting])
        self.nesting = (
            np.array([[one.speed, one.resolution] if one else [1.0, 1.0] for one in nesting]).reshape(-1, 2).T
        )
        """2 × entries: speed and resolution."""
        self.until = np.array([day_number(entry.contract_until, start) for entry in entries])
        """Last day of a fixed term."""


class Recruiting:
    """Who starts on which day. Vacancies of standing orders wait for their day."""

    def __init__(self, scenario: Scenario, agents: Agents, luck: PeopleLuck) -> None:
        self._entries = scenario.spec.hiring
        self._luck, start = luck, scenario.clock.start
        self._sources = {source.entry: source for source in agents.sources if source.kind == "hiring"}
        self._places = {name: Places(source) for name, source in self._sources.items()}
        self._groups = [source.group for source in self._sources.values()]
        self._starts = [day_number(entry.starts, start) for entry in self._entries.values()]
        self._first = [day_number(entry.first, start, -NO_DAY) for entry in self._entries.values()]
        self._last = [day_number(entry.last, start) for entry in self._entries.values()]
        self._until = [
            # Nobody is looked for who would come on the floor after the end of a fixed term.
            day_number(entry.contract_until, start) - _days_to_floor(entry)
            for entry in self._entries.values()
        ]
        self._due = [Counter[int]() for _ in self._entries]

    def classes(self, day: int) -> Iterator[tuple[int, Ints]]:
        """(hiring entry, agents) of the classes that begin today: those of the offers who show up."""
        for number, (name, entry) in enumerate(self._entries.items()):
            if self._starts[number] == day:
                offered = self._places[name].take(self._sources[name].count)
                yield number, offered[self._luck.uniforms(SHOW_UP, 0, offered) < entry.show_up]

    def lost(self, day: int, gone: int, leavers: Ints) -> None:
        """Open vacancies for those who left, per group; `gone` is the first day without them."""
        for number, entry in enumerate(self._entries.values()):
            count = int(leavers[self._groups[number]])
            if entry.replace is not None and count and self._is_open(number, day, gone):
                self._due[number][gone + whole_days(entry.vacancy)] += count

    def orders(self, day: int, heads: Ints) -> Iterator[tuple[int, Ints]]:
        """(hiring entry, agents) who fill a vacancy today. `heads` per group, those in training included."""
        for number, (name, entry) in enumerate(self._entries.items()):
            due = self._due[number]
            missing = (entry.hold or 0) - int(heads[self._groups[number]]) - due.total()
            if missing > 0 and self._is_open(number, day, day):
                due[day + whole_days(entry.vacancy)] += missing
            # Overdue is who failed for good this morning, after the order had been filled.
            count = sum(due.pop(when) for when in [when for when in due if when <= day])
            if count:
                yield number, self._places[name].take(count)

    def _is_open(self, number: int, day: int, gone: int) -> bool:
        """Whether the order still takes vacancies of this day, which last from the day `gone` on."""
        return self._first[number] <= day <= self._last[number] and gone <= self._until[number]


def whole_days(seconds: float) -> int:
    """A part of a day counts as one."""
    return math.ceil(seconds / DAY - 1e-9)


def _days_to_floor(entry: Hiring) -> int:
    """From a vacancy to the first day on the floor."""
    return whole_days(entry.vacancy) + (whole_days(entry.training.length) if entry.training else 0)


def day_number(date: dt.date | None, start: dt.date, otherwise: float = NO_DAY) -> float:
    """Day number of a date."""
    return otherwise if date is None else (date - start).days
