"""The CSV files with a value per interval, week or month: volumes, shapes, seats, seasons, months."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from sim.errors import Problem, shown
from sim.scenario.language.fields import MOST_CONTACTS, volume, volume_factor
from sim.scenario.reading.csv_reader import CsvReader, Limit, Row, iso_date, time_of_day
from sim.scenario.reading.csv_tables import Months, Profile, Slot
from sim.units import DAY, MINUTE, WEEKDAYS, format_time_of_day, parse_amount, parse_days, parse_seconds

MOST_SEATS = 100_000

MOST_DAYS, MOST_ROWS = 1500, 200_000
"""Dates of a file of intervals, twice the longest horizon; or rows, where these are more."""


@lru_cache(64)
def _weekday(text: str) -> int:
    try:
        (day,) = parse_days(text)
    except ValueError:
        raise ValueError(f"{shown(text)} is not a weekday; write one of {', '.join(WEEKDAYS)}") from None
    return day


def _contacts(text: str) -> float:
    return parse_amount(text, MOST_CONTACTS, f"is too many; {MOST_CONTACTS:,} an interval at most")


def _slot_label(slot: Slot) -> str:
    day = WEEKDAYS[slot[0]] if isinstance(slot[0], int) else slot[0].isoformat()
    return f"{day} {format_time_of_day(slot[1])}"


def _slot(reader: CsvReader, line: int, row: Row, by: str) -> Slot | None:
    day = reader.cell(line, row, by, _weekday if by == "weekday" else iso_date)
    start = reader.cell(line, row, "start", time_of_day)
    return None if day is None or start is None else (day, start)


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
        slot = _slot(reader, line, row, by)
        cells = {column: reader.cell(line, row, column, columns[column]) for column in values}
        if slot is None:
            reader.whole = False
        elif slot[1] % interval or slot[1] >= 86400:
            reader.problem(line, f"start {row['start']} is not the start of an interval of {interval / 60:g} minutes")
            reader.whole = False
        elif slot in seen:
            reader.problem(line, f"{_slot_label(slot)} stands in {reader.unit} {seen[slot]} already")
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
    # What is missing, and reported, is as without a season, so that the rest can be judged.
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
