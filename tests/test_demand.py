"""Forecasts by arithmetic, and luck that belongs to the contact."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from sim.demand.arrivals import Demand
from sim.demand.busyness import variance_shares
from sim.demand.customers_of import lower_customers
from sim.demand.forecast import expected
from sim.distributions import poisson_quantile
from sim.luck import Luck, Stream, uniforms
from sim.scenario.load import load
from sim.scenario.model import Scenario

GROUP = '[groups.g]\nheads = 1\nshifts = { s = 1 }\nskills = { q = {} }\n[shifts.s]\nhours = "08:00-16:00"\n'


def world(
    folder: Path,
    forecast: str,
    *,
    center: str = "days = 14",
    queue: str = "",
    more: str = "",
    start: str = "2026-03-02",
) -> Scenario:
    text = (
        f'[center]\nstart = {start}\ninterval = "60min"\n{center}\n[queues.q]\nchannel = "phone"\nforecast = {forecast}\n'
        f'talk = {{ family = "exponential", mean = "100s" }}\n{queue}\n{GROUP}{more}'
    )
    (folder / "world.toml").write_text(text)
    return load(folder / "world.toml")


def write_csv(folder: Path, name: str, header: str, value: object = 10.0) -> None:
    """A row for each weekday and hour."""
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    rows = [
        f"{day},{hour:02d}:00,{value(day, hour) if callable(value) else value}" for day in days for hour in range(24)
    ]
    (folder / name).write_text("\n".join([header, *rows]))


def per_day(scenario: Scenario) -> list[float]:
    return np.bincount(scenario.clock.interval_day, expected(scenario, "q").contacts).tolist()


def test_level_times_season_times_weekday_times_shape(tmp_path: Path) -> None:
    """A normal week of 1000, weeks 10 and 11 at 90 % and 120 %, Monday twice each other weekday, none at weekends."""
    write_csv(tmp_path, "shape.csv", "weekday,start,share", lambda _, hour: 3 if hour == 9 else 1 if hour == 10 else 0)
    season = "\n".join(f"{week},{ {10: 0.9, 11: 1.2}.get(week, 1.0) }" for week in range(1, 53))
    (tmp_path / "season.csv").write_text("week,factor\n" + season)
    weekday = "{ mon = 2, tue-fri = 1 }"
    scenario = world(tmp_path, f'{{ week = 1000, season = "season.csv", weekday = {weekday}, shape = "shape.csv" }}')
    assert per_day(scenario) == pytest.approx([300, 150, 150, 150, 150, 0, 0, 400, 200, 200, 200, 200, 0, 0])
    assert expected(scenario, "q").contacts[9:11].tolist() == pytest.approx([225.0, 75.0])


def test_growth_events_and_the_day_after_a_closed_one(tmp_path: Path) -> None:
    write_csv(tmp_path, "v.csv", "weekday,start,contacts")
    forecast = '{ csv = "v.csv", growth = "10%", day_after_closed = 1.5, events = { e = { from = 2026-03-05, to = 2026-03-06, factor = 2, talk_factor = 1.1 } } }'
    scenario = world(
        tmp_path, forecast, center='days = 6\ncalendar = "c"', more="[calendars.c]\nclosed = [2026-03-03]\n"
    )
    growth = [1.1 ** (day / 365) for day in range(6)]
    wanted = [240, 0, 360 * growth[2], 480 * growth[3], 480 * growth[4], 240 * growth[5]]
    assert per_day(scenario) == pytest.approx(wanted)
    assert expected(scenario, "q").talk_factor[[0, 80]].tolist() == [1.0, 1.1]


def test_a_closed_saturday_is_made_up_for_on_monday(tmp_path: Path) -> None:
    """Closed on Saturday 7 March and never open on Sundays: the contacts come on Monday, not on the Sunday between."""
    write_csv(tmp_path, "v.csv", "weekday,start,contacts", lambda day, _: 0 if day == "sun" else 10)
    center = 'days = 10\ncalendar = "c"\nopen = { mon-sat = "00:00-24:00" }'
    closed = "[calendars.c]\nclosed = [2026-03-07]\n"
    scenario = world(tmp_path, '{ csv = "v.csv", day_after_closed = 1.5 }', center=center, more=closed)
    assert per_day(scenario) == [240, 240, 240, 240, 240, 0, 0, 360, 240, 240]


def test_days_of_23_and_25_hours(tmp_path: Path) -> None:
    """Ten an hour: 230 on the day the clocks go forward, 250 on the day they go back."""
    write_csv(tmp_path, "v.csv", "weekday,start,contacts")
    zone = 'days = 2\ntimezone = "Europe/Berlin"'
    assert per_day(world(tmp_path, '{ csv = "v.csv" }', center=zone, start="2026-03-28")) == [240, 230]
    autumn = world(tmp_path, '{ csv = "v.csv" }', center=zone, start="2026-10-24")
    assert per_day(autumn) == [240, 250]
    assert [autumn.clock.start_label(1, position) for position in range(1, 5)] == [
        "01:00",
        "02:00",
        "02:00+0100",
        "03:00",
    ]


def test_handle_times_of_the_forecast_scale_the_work(tmp_path: Path) -> None:
    write_csv(tmp_path, "v.csv", "weekday,start,contacts,aht_s", lambda _, hour: f"10,{100 + hour}")
    scenario = world(tmp_path, '{ csv = "v.csv" }')
    assert expected(scenario, "q").work_factor[:24] == pytest.approx([(100 + hour) / 100 for hour in range(24)])


def test_a_replay_is_exact(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(
        "arrived,talk_s,patience_s\n2026-03-02 09:00:01.5,50,7\n2026-03-03 00:00:00,,\n2026-03-02 09:00:00,60,8\n"
    )
    scenario = world(tmp_path, '{ replay = "log.csv" }')
    demand = Demand(lower_customers(scenario, {"q": 1.0}), Luck(1, 0))
    first, second = demand.day(0).contacts, demand.day(1).contacts
    assert first["arrived"].tolist() == [32400.0, 32401.5]
    assert first["talk"].tolist() == [60.0, 50.0]
    assert first["patience"].tolist() == [8.0, 7.0]
    assert second["arrived"].tolist() == [86400.0]
    assert second["talk"][0] > 0


def test_more_demand_keeps_the_same_customers(tmp_path: Path) -> None:
    """A forecast ten per cent up holds every contact of the base, with the same luck, and some more."""
    write_csv(tmp_path, "v.csv", "weekday,start,contacts", 50)
    columns = ("arrived", "talk", "patience", "resolve")
    base, more = (
        {tuple(float(day[c][i]) for c in columns) for i in range(len(day["arrived"]))}
        for day in (
            Demand(lower_customers(world(tmp_path, f'{{ csv = "v.csv", factor = {factor} }}'), {"q": 1.0}), Luck(1, 3))
            .day(2)
            .contacts
            for factor in (1.0, 1.1)
        )
    )
    assert base < more


def test_poisson_by_inversion_is_scipys() -> None:
    u = uniforms(Stream(1, 0, "test").keys(0, np.arange(20_000)), 0)
    for mean in (0.01, 0.7, 5.0, 80.0, 3000.0):
        assert np.array_equal(poisson_quantile(u, np.full(len(u), mean)), stats.poisson.ppf(u, mean).astype(int))
    assert poisson_quantile(np.array([0.999999]), np.array([0.0])).tolist() == [0]


def test_luck_is_uniform_and_independent_between_purposes_and_neighbours() -> None:
    """Kolmogorov-Smirnov and correlations of a million draws; each at 3.5 standard errors."""
    keys = Stream(7, 1, "queue/orders").keys(730_000, np.arange(1_000_000))
    one, other = uniforms(keys, 1), uniforms(keys, 2)
    assert stats.kstest(one, "uniform").statistic < 1.95 / 1000
    for left, right in (
        (one, other),
        (one[:-1], one[1:]),
        (one, uniforms(Stream(7, 2, "queue/orders").keys(730_000, np.arange(1_000_000)), 1)),
    ):
        assert abs(np.corrcoef(left, right)[0, 1]) < 3.5 / 1000


def test_two_streams_of_one_name_are_refused() -> None:
    luck = Luck(1, 0)
    luck.stream("queue/orders")
    with pytest.raises(ValueError, match="queue/orders"):
        luck.stream("queue/orders")


def test_what_spreads_the_daily_volume(tmp_path: Path) -> None:
    """240 a day, ten an hour: chance 240, intervals 0.2² · 24 · 100 = 96, days 0.1² · 240² = 576, error 0.05² · 240² = 144."""
    write_csv(tmp_path, "v.csv", "weekday,start,contacts")
    scenario = world(
        tmp_path, '{ csv = "v.csv" }', queue="busyness = { day_cv = 0.1, interval_cv = 0.2 }",
        more="[forecast_error]\nlevel_cv = 0.05\n",
    )  # fmt: skip
    parts = {"chance": 240, "busy intervals": 96, "busy days": 576, "forecast error": 144}
    assert variance_shares(scenario, "q") == pytest.approx({cause: part / 1056 for cause, part in parts.items()})
