"""The CSV files that a scenario names, parsed into plain tables."""

from __future__ import annotations

import datetime as dt
import math
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from sim import observations as obs
from sim.errors import Problem, did_you_mean, shown
from sim.scenario.csv_reader import CsvReader, Limit, Row
from sim.scenario.fields import MOST_CONTACTS, volume, volume_factor
from sim.units import (
    DAY,
    MINUTE,
    WEEKDAYS,
    format_time_of_day,
    parse_amount,
    parse_days,
    parse_seconds,
    parse_time_of_day,
)

MOST_HOURS_A_WEEK = 84.0
MOST_SEATS = 100_000
MOST_DAYS, MOST_ROWS = 1500, 200_000
"""Dates of a file of intervals, twice the longest horizon; or rows, where these are more."""

SAMPLE = Limit(1_000_000, "as many of them, chosen blindly, say the same")
PEOPLE = Limit(200_000, "is it the right file?")
ROSTER = Limit(2_000_000, "leave out the dates that are not played")
ROSTERED = obs.ACTIVITIES[obs.AVAILABLE : obs.DESKLESS]
"""What a roster may say: whether there is a desk is seen on the day."""

EPOCH, MICROSECOND = dt.datetime(1970, 1, 1), dt.timedelta(microseconds=1)

Slot = tuple[int | dt.date, float]
"""A weekday (Monday 0) or a date, and the local start of an interval in seconds after midnight."""


Season = tuple[str, dict[int, float]]
"""("week" or "month", its factors)."""


Months = dict[tuple[int, int], float]
"""Contacts by (year, month); year 0: of any year."""


@dataclass(frozen=True)
class Profile:
    """Values per weekday × interval or date × interval."""

    by: str
    values: dict[Slot, float]
    whole: bool = True
    """Whether every row of the file could be placed; if not, what seems missing may only be unreadable."""

    def at(self, date: dt.date, start: float) -> float:
        """The value of an interval; 0 where the file has no row."""
        key = date.weekday() if self.by == "weekday" else date
        return self.values.get((key, start), 0.0)

    def has(self, date: dt.date, start: float) -> bool:
        return ((date.weekday() if self.by == "weekday" else date), start) in self.values


@dataclass(frozen=True)
class Replay:
    """An arrivals log: local moments, and the times it gives in seconds (NaN where the scenario's laws apply).

    A log has millions of rows: each is eight bytes a column. `arrived` counts microseconds since 1970, local time.
    """

    arrived: array[int]
    times: dict[str, array[float]]

    @property
    def moments(self) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
        """The local moments as numpy knows them."""
        return np.array(self.arrived, np.int64).view("datetime64[us]")


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    hired: dt.date | None
    contract_hours: float | None
    wage: float | None
    speed: float
    resolution: float


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One segment of one agent's day; `end` may pass midnight."""

    agent: str
    date: dt.date
    start: float
    end: float
    activity: int
    paid: bool


@dataclass(frozen=True, slots=True)
class GrantedLeave:
    """Days of one agent's leave, both ends included."""

    agent: str
    first: dt.date
    last: dt.date


def season_factor(season: Season | None, date: dt.date) -> float:
    """A season's factor on a date; 1 where there is none. Week 53 is as week 52 where the file does not tell."""
    if season is None:
        return 1.0
    by, factors = season
    week = date.isocalendar().week
    # What the file leaves out has been told of it, and spoils no other check.
    return factors.get(date.month, 1.0) if by == "month" else factors.get(week, factors.get(52, 1.0))


def _weekly_hours(text: str) -> float:
    number = parse_amount(text)
    if not 0 < number <= MOST_HOURS_A_WEEK:
        raise ValueError(f"{number:g} is not hours a week; more than 0, and {MOST_HOURS_A_WEEK:g} at most")
    return number


@lru_cache(8192)
def iso_date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ValueError(f'"{text}" is not a date; write 2026-03-02') from None


@lru_cache(64)
def _weekday(text: str) -> int:
    try:
        (day,) = parse_days(text)
    except ValueError:
        raise ValueError(f"{shown(text)} is not a weekday; write one of {', '.join(WEEKDAYS)}") from None
    return day


time_of_day = lru_cache(8192)(parse_time_of_day)
"""A file says the same times again and again: one value for all of them."""


def _contacts(text: str) -> float:
    return parse_amount(text, MOST_CONTACTS, f"is too many; {MOST_CONTACTS:,} an interval at most")


def _slot_label(slot: Slot) -> str:
    day = WEEKDAYS[slot[0]] if isinstance(slot[0], int) else slot[0].isoformat()
    return f"{day} {format_time_of_day(slot[1])}"


def _profiles(
    reader: CsvReader, folder: Path, columns: dict[str, Callable[[str], float]], interval: float, *, optional: str = "",
    weekday_only: bool = False,
) -> dict[str, Profile]:  # fmt: skip
    """One profile per column (the optional one where given), over the file's weekdays or dates."""
    needed = tuple(column for column in columns if column != optional)
    either = () if weekday_only else ("weekday", "date")
    most = max(MOST_ROWS, round(MOST_DAYS * DAY / max(interval, MINUTE)))
    rows = reader.rows(
        folder,
        ("weekday", "start", *needed) if weekday_only else ("start", *needed),
        (optional,) if optional else (),
        either,
        Limit(most, "leave out the dates that are not played"),
    )
    by = "weekday" if weekday_only or "weekday" in reader.header else "date"
    given = columns if not reader.header else [column for column in columns if column in reader.header]
    values: dict[str, dict[Slot, float]] = {column: {} for column in given}
    seen: dict[Slot, int] = {}
    for line, row in rows:
        day = reader.cell(line, row, by, _weekday if by == "weekday" else iso_date)
        start = reader.cell(line, row, "start", time_of_day)
        cells = {column: reader.cell(line, row, column, columns[column]) for column in values}
        if day is None or start is None:
            reader.whole = False
            continue
        slot = (day, start)
        if start % interval or start >= 86400:
            reader.problem(line, f"start {row['start']} is not the start of an interval of {interval / 60:g} minutes")
            reader.whole = False
        elif slot in seen:
            reader.problem(line, f"{_slot_label(slot)} stands in line {seen[slot]} already")
        else:
            seen[slot] = line
            for column, cell in cells.items():
                values[column][slot] = math.nan if cell is None else cell
    return {column: Profile(by, table, reader.whole) for column, table in values.items()}


def read_volumes(where: str, name: str, folder: Path, interval: float, problems: list[Problem]) -> dict[str, Profile]:
    """Profiles `contacts` and, if the file has it, `aht_s` (positive wherever contacts are expected)."""
    reader = CsvReader(where, name, problems)
    profiles = _profiles(reader, folder, {"contacts": _contacts, "aht_s": parse_seconds}, interval, optional="aht_s")
    if "aht_s" in profiles:
        for slot, contacts in profiles["contacts"].values.items():
            if contacts > 0 and profiles["aht_s"].values[slot] <= 0:
                reader.problem(None, f"{_slot_label(slot)} has contacts but an aht_s of 0")
    reader.finish()
    return profiles


def read_shape(where: str, name: str, folder: Path, interval: float, problems: list[Problem]) -> Profile:
    reader = CsvReader(where, name, problems)
    shape = _profiles(reader, folder, {"share": parse_amount}, interval, weekday_only=True)["share"]
    if shape.values and not sum(shape.values.values()):
        reader.problem(None, "the shares are all 0")
    reader.finish()
    return shape


def read_seats(where: str, name: str, folder: Path, interval: float, problems: list[Problem]) -> Profile:
    def count(text: str) -> float:
        return parse_amount(text, MOST_SEATS, f"is too many; {MOST_SEATS:,} seats at most")

    reader = CsvReader(where, name, problems)
    seats = _profiles(reader, folder, {"seats": count}, interval)["seats"]
    reader.finish()
    return seats


def read_season(where: str, name: str, folder: Path, problems: list[Problem]) -> tuple[str, dict[int, float]]:
    """("week" or "month", factor by number)."""
    reader = CsvReader(where, name, problems)
    rows = reader.rows(folder, ("factor",), (), ("week", "month"))
    by = "month" if "month" in reader.header else "week"
    last = 12 if by == "month" else 53
    factors: dict[int, float] = {}
    line = 0
    for line, row in rows:
        number, factor = reader.cell(line, row, by, parse_amount), reader.cell(line, row, "factor", volume_factor)
        if number is None or factor is None:
            continue
        if number not in range(1, last + 1):
            reader.problem(line, f"{by} {row[by]} is not from 1 to {last}")
        elif int(number) in factors:
            reader.problem(line, f"{by} {number:g} is given twice")
        else:
            factors[int(number)] = factor
    missing = [str(n) for n in range(1, 13 if by == "month" else 53) if n not in factors]
    if missing and line:
        reader.problem(None, f"no row for {by} {', '.join(missing[:6])}{' …' if len(missing) > 6 else ''}")
    reader.finish()
    # What is missing, and told, is as without a season, so that the rest can be judged.
    return by, {**{int(n): 1.0 for n in missing}, **factors}


def _month(text: str) -> tuple[int, int]:
    year, dash, month = text.rpartition("-")
    if not (month.isdecimal() and 1 <= int(month) <= 12 and (not dash or (len(year) == 4 and year.isdecimal()))):
        raise ValueError(f"{shown(text)} is not a month; write 2026-03, or 3 for March of any year")
    return int(year) if dash else 0, int(month)


def read_months(where: str, name: str, folder: Path, problems: list[Problem]) -> Months:
    """Contacts by month."""
    reader = CsvReader(where, name, problems)
    months: Months = {}
    for line, row in reader.rows(folder, ("month", "contacts")):
        month, contacts = reader.cell(line, row, "month", _month), reader.cell(line, row, "contacts", volume)
        if month in months:
            reader.problem(line, f"month {row['month']} is given twice")
        elif month is not None and contacts is not None:
            months[month] = contacts
    reader.finish()
    return months


def read_sample(where: str, name: str, folder: Path, problems: list[Problem]) -> tuple[float, ...]:
    """An empirical law's values: one column `seconds`."""
    reader = CsvReader(where, name, problems)
    rows = reader.rows(folder, ("seconds",), limit=SAMPLE)
    values = (reader.cell(line, row, "seconds", parse_seconds) for line, row in rows)
    sample = tuple(sorted(value for value in values if value is not None))
    if sample and not sum(sample):
        reader.problem(None, "the times are all 0")
    return sample if reader.finish() else (1.0,)


def read_replay(where: str, name: str, folder: Path, problems: list[Problem]) -> Replay:
    optional = ("talk_s", "hold_s", "wrap_s", "patience_s")

    def local_moment(text: str) -> dt.datetime:
        try:
            moment = dt.datetime.fromisoformat(text)
        except ValueError:
            raise ValueError(f'"{text}" is not a moment; write 2026-03-02 09:14:05') from None
        if moment.tzinfo is not None:
            raise ValueError(f'"{text}" has a zone; write local time of the center')
        return moment

    @lru_cache(32768)
    def seconds(text: str) -> float:
        return math.nan if text == "" else parse_seconds(text)

    reader = CsvReader(where, name, problems)
    rows = reader.rows(folder, ("arrived",), optional)
    arrived = array("q")
    times = {column: array("d") for column in optional if column in reader.header}
    for line, row in rows:
        moment = reader.cell(line, row, "arrived", local_moment)
        cells = [reader.cell(line, row, column, seconds) for column in times]
        if moment is not None and None not in cells:
            arrived.append((moment - EPOCH) // MICROSECOND)
            for values, value in zip(times.values(), cells, strict=True):
                values.append(value)
    reader.finish()
    return Replay(arrived, times)


def read_people(where: str, name: str, folder: Path, problems: list[Problem]) -> tuple[Person, ...]:
    reader = CsvReader(where, name, problems)
    parsers: dict[str, Callable[[str], object]] = {
        "hired": iso_date, "contract_hours": _weekly_hours, "wage": parse_amount, "speed": parse_amount,
        "resolution": parse_amount,
    }  # fmt: skip
    people: dict[str, Person] = {}
    for line, row in reader.rows(folder, ("agent",), tuple(parsers), limit=PEOPLE):
        cells = {
            column: reader.cell(line, row, column, parse) if row.get(column) else None
            for column, parse in parsers.items()
        }
        if not row["agent"] or row["agent"] in people:
            reader.problem(
                line, f'agent "{row["agent"]}" {"stands in the file twice" if row["agent"] else "has no name"}'
            )
            continue
        if cells["speed"] == 0:
            reader.problem(line, "speed must be more than 0")
        speed = cells["speed"] if cells["speed"] is not None else 1.0
        resolution = cells["resolution"] if cells["resolution"] is not None else 1.0
        people[row["agent"]] = Person(
            row["agent"], cells["hired"], cells["contract_hours"], cells["wage"], speed, resolution
        )
    reader.finish()
    return tuple(people.values())


def read_leave(where: str, name: str, folder: Path, problems: list[Problem]) -> tuple[GrantedLeave, ...]:
    reader = CsvReader(where, name, problems)
    granted: list[GrantedLeave] = []
    for line, row in reader.rows(folder, ("agent", "from", "to"), limit=PEOPLE):
        first, last = (reader.cell(line, row, column, iso_date) for column in ("from", "to"))
        if not row["agent"]:
            reader.problem(line, "the agent has no name")
        elif first is not None and last is not None and last < first:
            reader.problem(line, f"ends on {last}, before it starts on {first}")
        elif first is not None and last is not None:
            granted.append(GrantedLeave(row["agent"], first, last))
    reader.finish()
    return tuple(granted)


def read_roster(where: str, name: str, folder: Path, problems: list[Problem]) -> tuple[RosterRow, ...]:
    @lru_cache(64)
    def activity(text: str) -> int:
        aliases = {"lunch": "break", "available": "work", "phone": "work", "absence": "sick", "absent": "sick"}
        word = aliases.get(text.lower(), text.lower())
        if word not in ROSTERED:
            raise ValueError(f'"{text}" is not known; {did_you_mean(word, ROSTERED)}')
        return obs.ACTIVITIES.index(word)

    @lru_cache(64)
    def yes(text: str) -> bool:
        if text.lower() not in ("true", "false", "yes", "no", "1", "0"):
            raise ValueError(f'"{text}" is neither yes nor no')
        return text.lower() in ("true", "yes", "1")

    reader = CsvReader(where, name, problems)
    rows: list[tuple[RosterRow, int]] = []
    for line, row in reader.rows(folder, ("agent", "date", "start", "end", "activity", "paid"), limit=ROSTER):
        parsed = _roster_row(reader, line, row, activity, yes)
        if parsed is not None:
            rows.append((parsed, line))
    rows.sort(key=lambda r: (r[0].agent, r[0].date, r[0].start))
    for (one, before), (other, line) in pairwise(rows):
        days = (other.date - one.date).days
        if one.agent == other.agent and other.start + days * 86400 < one.end:
            reader.problem(line, f"{other.agent}: overlaps the segment in line {before}")
    reader.finish()
    return tuple(row for row, _ in rows)


def _roster_row(
    reader: CsvReader, line: int, row: Row, activity: Callable[[str], int], yes: Callable[[str], bool]
) -> RosterRow | None:
    date = reader.cell(line, row, "date", iso_date)
    start, end = (reader.cell(line, row, column, time_of_day) for column in ("start", "end"))
    what, paid = reader.cell(line, row, "activity", activity), reader.cell(line, row, "paid", yes)
    if not row["agent"]:
        reader.problem(line, "the agent has no name")
    if None in (date, start, end, what, paid) or not row["agent"]:
        return None
    if start == end:
        reader.problem(line, "the segment is empty")
        return None
    return RosterRow(row["agent"], date, start, end if end > start else end + 86400, what, paid)
