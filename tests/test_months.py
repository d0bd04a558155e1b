"""A month's volume over its days and intervals: exact sums, by arithmetic."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from shop import problems, sim, write

from sim.demand.forecast import expected
from sim.scenario.load import load
from sim.scenario.model import Scenario

TOML = """\
[center]
start = {start}
days = {days}
interval = "60min"
timezone = "{zone}"
open = {{ mon-fri = "00:00-24:00" }}
calendar = "office"
[calendars.office]
closed = [2026-03-04]
[queues.calls]
channel = "{channel}"
forecast = {{ {forecast} }}
talk = {{ family = "exponential", mean = "3min" }}
wrap = {{ family = "exponential", mean = "30s" }}
[groups.core]
heads = 9
shifts = {{ all = 9 }}
skills = {{ calls = {{}} }}
[shifts.all]
hours = "08:00-16:30"
"""
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SHAPE = "weekday,start,share\n" + "".join(
    f"{day},{hour:02}:00,{(2 if day == 'mon' else 1) * (3 if 9 <= hour < 12 else 1)}\n"
    for day in WEEK
    for hour in range(24)
)
"""Mondays twice as busy; of the 30 parts of a day, each hour from nine to noon has three."""

MONTHS = "month,contacts\n2026-02,1000\n2026-03,21500\n4,9000\n"


def scenario(folder: Path, forecast: str, start: str = "2026-02-16", days: int = 60, **more: str) -> Scenario:
    return load(path_of(folder, forecast, start, days, **more))


def path_of(folder: Path, forecast: str, start: str, days: int, **more: str) -> Path:
    says = {"zone": "UTC", "channel": "phone", "start": start, "days": str(days), "forecast": forecast} | more
    season = "month,factor\n" + "".join(f"{month},{2 if month == 3 else 1}\n" for month in range(1, 13))
    weeks = "week,factor\n" + "".join(f"{week},1\n" for week in range(1, 53))
    files: dict[str, str | bytes] = {"shape.csv": SHAPE, "months.csv": MONTHS, "season.csv": season, "weeks.csv": weeks}
    return write(folder, TOML.format(**says), files)


def by_day(s: Scenario) -> dict[dt.date, float]:
    sums = np.bincount(s.clock.interval_day, expected(s, "calls").contacts, s.clock.days)
    return dict(zip(s.clock.dates, sums.tolist(), strict=True))


def of_month(days: dict[dt.date, float], month: int) -> float:
    return sum(contacts for date, contacts in days.items() if date.month == month)


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_a_month_within_the_horizon_adds_up_to_its_volume(tmp_path: Path, zone: str) -> None:
    """March 2026: 22 weekdays of which the 4th is closed, 5 Mondays at twice the weight: 26 parts. New York has a day of
    23 hours in it, a Sunday that is closed. February and April are cut: Feb 16 to 27 are 10 of its 20 open days, with 2
    of its 4 Mondays; of April, 1 to 16, 12 weekdays with 2 Mondays of 22 with 4."""
    days = by_day(scenario(tmp_path, 'months = "months.csv", shape = "shape.csv"', zone=zone))
    assert of_month(days, 3) == pytest.approx(21_500.0, rel=1e-12)
    assert days[dt.date(2026, 3, 2)] == pytest.approx(21_500 * 2 / 26, rel=1e-12)
    assert days[dt.date(2026, 3, 3)] == pytest.approx(21_500 / 26, rel=1e-12)
    assert days[dt.date(2026, 3, 4)] == days[dt.date(2026, 3, 7)] == 0.0
    assert of_month(days, 2) == pytest.approx(1_000 * 12 / 24, rel=1e-12)
    assert of_month(days, 4) == pytest.approx(9_000 * 14 / 26, rel=1e-12)


def test_intervals_share_a_day_by_the_shape(tmp_path: Path) -> None:
    s = scenario(tmp_path, 'month = 2600, shape = "shape.csv"', "2026-03-02", 7)
    contacts = expected(s, "calls").contacts
    assert contacts[:24].sum() == pytest.approx(200.0, rel=1e-12)
    assert contacts[10] == pytest.approx(200.0 * 3 / 30, rel=1e-12)
    assert contacts[0] == pytest.approx(200.0 / 30, rel=1e-12)


def test_weekday_weights_replace_those_of_the_shape(tmp_path: Path) -> None:
    """Fridays three times a usual day: 4 of March's 21 open days, so 17 + 12 = 29 parts."""
    forecast = 'month = 2900, shape = "shape.csv", weekday = { mon-thu = 1, fri = 3 }'
    days = by_day(scenario(tmp_path, forecast, "2026-03-01", 31))
    assert days[dt.date(2026, 3, 2)] == pytest.approx(100.0, rel=1e-12)
    assert days[dt.date(2026, 3, 6)] == pytest.approx(300.0, rel=1e-12)
    assert sum(days.values()) == pytest.approx(2900.0, rel=1e-12)


def test_the_day_after_a_closed_one_takes_from_the_others_and_the_rest_comes_on_top(tmp_path: Path) -> None:
    """The 5th counts half more: 26.5 parts. Season doubles March, the factor adds a tenth, the event its own."""
    forecast = 'month = 2650, shape = "shape.csv", day_after_closed = 1.5'
    days = by_day(scenario(tmp_path, forecast, "2026-03-01", 31))
    assert days[dt.date(2026, 3, 5)] == pytest.approx(150.0, rel=1e-12)
    assert sum(days.values()) == pytest.approx(2650.0, rel=1e-12)
    forecast += (
        ', season = "season.csv", factor = 1.1, events = { x = { from = 2026-03-05, to = 2026-03-05, factor = 3 } }'
    )
    days = by_day(scenario(tmp_path, forecast, "2026-03-01", 31))
    assert days[dt.date(2026, 3, 5)] == pytest.approx(3 * 1.1 * 2 * 150.0, rel=1e-12)
    assert sum(days.values()) == pytest.approx(1.1 * 2 * (2650.0 + 2 * 150.0), rel=1e-12)


def test_mail_comes_on_all_days(tmp_path: Path) -> None:
    """A deferred queue takes contacts at all hours: March has 31 days and 5 Mondays, 36 parts."""
    days = by_day(scenario(tmp_path, 'month = 3600, shape = "shape.csv"', "2026-03-01", 31, channel="email"))
    assert days[dt.date(2026, 3, 1)] == days[dt.date(2026, 3, 4)] == pytest.approx(100.0, rel=1e-12)
    assert sum(days.values()) == pytest.approx(3600.0, rel=1e-12)


WRONG = [
    ("month = 100", "forecast", "month needs a shape: a CSV of weekday,start,share"),
    ('month = 100, week = 30, shape = "shape.csv"', "forecast",
     "give exactly one of csv, week, month, months and replay, not week and month"),
    ('months = "months.csv", shape = "shape.csv", growth = 0.1', "forecast",
     "months say how they differ: remove growth, or give one month with it"),
    ('month = 100, shape = "shape.csv", season = "weeks.csv"', "forecast.season",
     "a factor by week would not leave the month its volume; give month,factor"),
    ('month = 100, shape = "shape.csv", aht = "talk + hold"', "forecast",
     "aht tells of the aht_s of a csv, and there is none with month"),
]  # fmt: skip


@pytest.mark.parametrize(("forecast", "where", "what"), WRONG)
def test_what_does_not_make_a_month_is_reported(tmp_path: Path, forecast: str, where: str, what: str) -> None:
    result = sim("check", path_of(tmp_path, forecast, "2026-03-02", 28))
    assert problems(result) == [(f"queues.calls.{where}", what)]


def test_months_that_the_horizon_reaches_must_be_given(tmp_path: Path) -> None:
    result = sim("check", path_of(tmp_path, 'months = "months.csv", shape = "shape.csv"', "2026-04-20", 50))
    assert problems(result) == [
        ("queues.calls.forecast.months", "no row for 2026-05, 2026-06: the horizon reaches into it"),
    ]


def test_the_rows_of_months_are_judged(tmp_path: Path) -> None:
    path = path_of(tmp_path, 'months = "months.csv", shape = "shape.csv"', "2026-03-02", 7)
    (tmp_path / "months.csv").write_text("month,contacts\n2026-03,10\n2026-03,20\nMarch,5\n13,5\n")
    assert [what for _, what in problems(sim("check", path))] == [
        "months.csv line 3: month 2026-03 is given twice",
        'months.csv line 4: month: "March" is not a month; write 2026-03, or 3 for March of any year',
        'months.csv line 5: month: "13" is not a month; write 2026-03, or 3 for March of any year',
    ]


def test_a_season_that_lacks_a_month_is_reported_and_nothing_breaks(tmp_path: Path) -> None:
    path = path_of(tmp_path, 'month = 2600, shape = "shape.csv", season = "season.csv"', "2026-03-01", 31)
    (tmp_path / "season.csv").write_text("month,factor\n" + "".join(f"{m},1\n" for m in range(1, 13) if m != 3))
    assert problems(sim("check", path)) == [("queues.calls.forecast.season", "season.csv: no row for month 3")]


def test_a_plan_scales_a_month(tmp_path: Path) -> None:
    path = path_of(tmp_path, 'month = 2600, shape = "shape.csv"', "2026-03-01", 31)
    path.write_text(path.read_text() + '[plans.more]\nqueues.calls.forecast.month = "110%"\n')
    assert sum(by_day(load(path, "more")).values()) == pytest.approx(2860.0, rel=1e-12)
