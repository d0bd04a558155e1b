"""The CSV files about agents: who they are, their leave, their roster."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from sim import observations as obs
from sim.errors import Problem, did_you_mean
from sim.scenario.reading.csv_reader import CsvReader, Limit, Row, iso_date, time_of_day
from sim.scenario.reading.csv_tables import MOST_HOURS_A_WEEK, GrantedLeave, Person, RosterRow
from sim.units import parse_amount

PEOPLE = Limit(200_000, "is it the right file?")


ROSTER = Limit(2_000_000, "leave out the dates that are not played")


ROSTERED = obs.ACTIVITIES[obs.AVAILABLE : obs.DESKLESS]
"""What a roster may say: whether there is a desk is seen on the day."""


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
            reader.problem(line, f"{other.agent}: overlaps the segment in {reader.unit} {before}")
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


def _weekly_hours(text: str) -> float:
    number = parse_amount(text)
    if not 0 < number <= MOST_HOURS_A_WEEK:
        raise ValueError(f"{number:g} is not hours a week; more than 0, and {MOST_HOURS_A_WEEK:g} at most")
    return number
