"""What grows with the queues, the groups and the intervals grows with them alone: calls are counted, not seconds."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from worlds import Silent

from sim.api import load_all
from sim.demand.forecast import expected
from sim.errors import ScenarioError
from sim.measures.seat_shares import split_seats
from sim.report.folder import write_csv
from sim.report.page.page import render
from sim.report.tables.study import tabulate
from sim.report.text.facts import facts_of
from sim.scenario.load import load
from sim.scenario.reading.csv_reader import CsvReader
from sim.study.compare import compare
from sim.study.run import Options, run_study
from sim.study.statistics import Replications, estimate, figure

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def many_queues(folder: Path, queues: int, days: int = 7, minutes: int = 30) -> Path:
    """So many queues alike, one group each: 2 contacts an interval from 8 to 12 every day, 3 on a Monday."""
    starts = [f"{m // 60:02}:{m % 60:02}" for m in range(480, 720, minutes)]
    rows = [f"{day},{start},{3 if day == 'mon' else 2}" for day in WEEK for start in starts]
    (folder / "v.csv").write_text("weekday,start,contacts\n" + "\n".join(rows) + "\n")
    parts = [
        f'[center]\nstart = 2026-03-23\ndays = {days}\ninterval = "{minutes}min"\ntimezone = "Europe/Berlin"',
        'open = { mon-sun = "08:00-12:00" }\n[shifts.day]\nhours = "08:00-12:00"',
    ]
    for q in range(queues):
        parts.append(f'[queues.q{q}]\nchannel = "phone"\nforecast = {{ csv = "v.csv" }}')
        parts.append('talk = { family = "constant", mean = "1min" }')
        parts.append(f"[groups.g{q}]\nheads = 2\nshifts = {{ day = 2 }}\nskills = {{ q{q} = {{}} }}")
    (folder / "many.toml").write_text("\n".join(parts) + "\n")
    return folder / "many.toml"


def calls_of_checking(file: Path) -> int:
    """Calls of functions of the scenario's rules and of the clock: not those of the TOML reader."""
    counted = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal counted
        name = frame.f_code.co_filename
        counted += event == "call" and ("/checks" in name or name.endswith(("clock.py", "slots.py", "assumptions.py")))

    sys.setprofile(count)
    try:
        load(file)
    finally:
        sys.setprofile(None)
    return counted


def test_checking_grows_with_the_queues(tmp_path: Path) -> None:
    few, many = (calls_of_checking(many_queues(tmp_path, queues)) for queues in (10, 40))
    # Less than in proportion, for some calls are of the center; four times as many queues made 16 times the calls.
    assert many < 4.2 * few


def test_checking_grows_less_than_the_intervals(tmp_path: Path) -> None:
    coarse, fine = (calls_of_checking(many_queues(tmp_path, 4, 5, minutes)) for minutes in (30, 1))
    assert fine < 1.2 * coarse


@pytest.mark.parametrize("minutes", [30, 60])
def test_a_forecast_is_the_file_laid_over_the_horizon(tmp_path: Path, minutes: int) -> None:
    """Over the night in which clocks go forward, too: 7 days of 4 hours, the 6th and 7th of 24 and 23 hours."""
    scenario = load(many_queues(tmp_path, 1, minutes=minutes))
    a_day = 240 // minutes
    contacts = expected(scenario, "q0").contacts
    assert len(contacts) == (7 * 24 - 1) * 60 // minutes
    assert contacts.sum() == 3 * a_day + 2 * a_day * 6
    first = 8 * 60 // minutes
    assert contacts[first : first + a_day].tolist() == [3.0] * a_day
    # On the last day 8 o'clock comes seven hours after midnight.
    last = (6 * 24 + 7) * 60 // minutes
    assert contacts[last : last + a_day].tolist() == [2.0] * a_day


def test_local_starts_tell_the_hour_that_comes_twice(tmp_path: Path) -> None:
    file = many_queues(tmp_path, 1)
    file.write_text(file.read_text().replace("2026-03-23", "2026-10-24").replace("days = 7", "days = 2"))
    clock = load(file).clock
    assert clock.local_starts(0) == [(1800.0 * n, 0) for n in range(48)]
    twice = [(1800.0 * n, 0) for n in range(6)] + [(7200.0, 1), (9000.0, 1)] + [(1800.0 * n, 0) for n in range(6, 48)]
    assert clock.local_starts(1) == twice


def test_seats_are_split_pool_by_pool() -> None:
    """Two queues that share a group, and one by itself; the need of one pool says nothing of the other's."""
    can = np.array([[True, True, False], [False, False, True]])
    needed, seats = np.array([[1.0, 3.0, 5.0]]), np.array([[8.0, 2.0]])
    split = split_seats(needed, seats, can)
    assert np.allclose(split[0], [[2.0, 6.0, 0.0], [0.0, 0.0, 2.0]])


def test_seats_that_nobody_can_use_are_no_queue_s() -> None:
    can = np.array([[False, False], [False, True]])
    split = split_seats(np.array([[1.0, 1.0]]), np.array([[4.0, 3.0]]), can)
    assert split[0].tolist() == [[0.0, 0.0], [0.0, 3.0]]


def with_plans(file: Path, plans: int) -> Path:
    """The center with so many plans, the base one of them, each with another wage."""
    more = [f"[plans.p{number}]\ngroups.g0.wage = {20 + number}" for number in range(1, plans)]
    other = file.with_name("plans.toml")
    other.write_text("\n".join([file.read_text(), *more]) + "\n")
    return other


def calls_of_playing(file: Path) -> Counter[str]:
    """Calls of our functions, by name, while all plans are played, tabulated, compared and made a page of."""
    counted = Counter[str]()

    def count(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and "/sim/" in frame.f_code.co_filename:
            counted[frame.f_code.co_name] += 1

    sys.setprofile(count)
    try:
        centers = load_all(file)
        options = Options(replications=2, engine="simpy", jobs=1)
        results = run_study([center.entry for center in centers], options, Silent()).results
        labels = [center.name for center in centers]
        differences = compare(results, labels) if len(results) > 1 else None
        tables = tabulate(results, labels, differences)
        render(tables, facts_of(results, labels, differences, "simpy", "sim"), {})
    finally:
        sys.setprofile(None)
    return counted


def test_playing_grows_with_the_queues(tmp_path: Path) -> None:
    few, many = (calls_of_playing(many_queues(tmp_path, queues, 1)) for queues in (4, 16))
    assert many.total() < 4.4 * few.total()


def test_comparing_grows_with_the_plans(tmp_path: Path) -> None:
    center = many_queues(tmp_path, 2, 1)
    few, many = (calls_of_playing(with_plans(center, plans)) for plans in (2, 8))
    assert many.total() < 4.2 * few.total()
    # Of each plan once: the center with and without deferred queues, the channel, two queues and two groups.
    assert many["sums_of"] == 8 * 7
    assert many["read_volumes"] == 1


def test_a_file_that_many_name_is_read_once_and_its_faults_reported_for_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, names = many_queues(tmp_path, 3), list[str]()
    rows = CsvReader.rows

    def noted(reader: CsvReader, *asked: Any, **more: Any) -> Any:
        names.append(reader.name)
        return rows(reader, *asked, **more)

    monkeypatch.setattr(CsvReader, "rows", noted)
    load(file)
    assert names == ["v.csv"]
    table = tmp_path / "v.csv"
    table.write_text(table.read_text().replace("mon,08:00,3", "mon,08:00,three"))
    with pytest.raises(ScenarioError) as caught:
        load(file)
    told = {problem.where: problem.what for problem in caught.value.problems}
    assert set(told) == {f"queues.q{q}.forecast.csv" for q in range(3)}
    assert len(set(told.values())) == 1
    assert "v.csv line 2" in told["queues.q2.forecast.csv"]


def test_csv_files_are_written_as_pandas_writes_them(tmp_path: Path) -> None:
    frame = pd.DataFrame({
        "text": ["plain", 'a "quoted", text', "two\nlines", None, "Zürich", ""],
        "number": [1.0, 0.1 + 0.2, float("nan"), float("inf"), -1e-300, 123456789012.5],
        "whole": [1, -2, 3, 4, 5, 6],
        "mixed": ["2026-03-02", float("nan"), "mon", 1.5, None, 7],
        "flag": [True, False, True, True, False, False],
    })  # fmt: skip
    write_csv(frame, tmp_path / "ours.csv")
    frame["text"] = frame["text"].str.replace("\n", " ")
    frame.to_csv(tmp_path / "theirs.csv", index=False, float_format="%.10g", lineterminator="\n")
    assert (tmp_path / "ours.csv").read_bytes() == (tmp_path / "theirs.csv").read_bytes()


def test_an_estimate_is_of_all_replications_so_far() -> None:
    """What is worked out once is worked out again when more replications have come."""
    sums = Replications({"x": np.array([1.0, 2.0, 6.0]), "n": np.ones(3)})
    found = figure(lambda s: s["x"] / s["n"], sums)
    assert found.whole == 3.0
    assert found.left_out.tolist() == [4.0, 3.5, 1.5]
    assert found.single.tolist() == [1.0, 2.0, 6.0]
    assert estimate(lambda s: s["x"] / s["n"], sums).sd == pytest.approx(7**0.5)
