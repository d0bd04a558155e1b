"""The CSV files of single times: an arrivals log, and the values of an empirical law."""

from __future__ import annotations

import datetime as dt
import math
from array import array
from functools import lru_cache
from pathlib import Path

from sim.errors import Problem
from sim.scenario.reading.csv_reader import CsvReader, Limit
from sim.scenario.reading.csv_tables import Replay
from sim.units import parse_seconds

SAMPLE = Limit(1_000_000, "as many of them, chosen blindly, say the same")


EPOCH, MICROSECOND = dt.datetime(1970, 1, 1), dt.timedelta(microseconds=1)


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
