"""Durations, shares, times of day and weekdays as people write them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import Problem as P
from sim.errors import ScenarioError, did_you_mean, one_line, shown
from sim.units import (
    format_duration,
    format_time_of_day,
    parse_days,
    parse_duration,
    parse_number,
    parse_rate,
    parse_share,
    parse_span,
    parse_time_of_day,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("20s", 20), ("4m10s", 250), ("4m 10s", 250), ("30min", 1800), ("1h30m", 5400), ("1.5h", 5400), ("2d", 172_800),
        ("8w", 4_838_400), ("2y", 63_072_000), ("0", 0), ("0s", 0), ("0.5s", 0.5), ("90sec", 90),
    ],
)  # fmt: skip
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "20",
        "s",
        "20 parsecs",
        "-20s",
        "1e3s",
        "4m10",
        "10m4",
        "nan",
        "inf",
        "1,5h",
        20,
        20.0,
        True,
        None,
        [],
        "9" * 400 + "s",
    ],
)
def test_what_is_no_duration(text: object) -> None:
    with pytest.raises(ValueError, match=r"duration|negative|hundred years"):
        parse_duration(text)


@given(st.integers(0, 3_000_000_000).map(lambda micro: micro / 1000))
def test_a_printed_duration_reads_back(seconds: float) -> None:
    assert parse_duration(format_duration(seconds)) == pytest.approx(seconds, abs=1e-6)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (20, "20s"),
        (250, "4m10s"),
        (262.5, "4m22.5s"),
        (5400, "1h30m"),
        (604_800, "1w"),
        (90_061, "1d1h1m1s"),
        (1e-5, "0.00001s"),
    ],
)
def test_a_duration_is_printed_as_people_write_it(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


@pytest.mark.parametrize(
    ("value", "share"), [(0.8, 0.8), ("80%", 0.8), ("0.8", 0.8), (0, 0), (1, 1), ("100 %", 1), ("2.5%", 0.025)]
)
def test_shares(value: object, share: float) -> None:
    assert parse_share(value) == pytest.approx(share)


@pytest.mark.parametrize(
    "value", [80, 1.01, -0.1, "101%", "-1%", "nan%", math.nan, math.inf, True, "eighty", "", None, [], 10**400]
)
def test_what_is_no_share(value: object) -> None:
    with pytest.raises(ValueError, match=r"share|number|empty|large"):
        parse_share(value)


def test_a_rate_may_be_negative_or_more_than_one() -> None:
    assert [parse_rate(value) for value in ("4%", "-4%", "150%", -0.04)] == pytest.approx([0.04, -0.04, 1.5, -0.04])


@pytest.mark.parametrize(
    ("value", "words"),
    [("28,7", "with a point"), ("1,250", "with a point"), ("1.250,00", "with a point"), ("", "is empty")],
)
def test_numbers_of_other_countries(value: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_number(value)


@pytest.mark.parametrize(
    ("text", "seconds"), [("00:00", 0), ("8:30", 30_600), ("08:30", 30_600), ("23:59:59", 86_399), ("24:00", 86_400)]
)
def test_times_of_day(text: str, seconds: float) -> None:
    assert parse_time_of_day(text) == seconds


@pytest.mark.parametrize("text", ["24:01", "25:00", "08:60", "8.30", "8", "08:30 PM", "", 830, None, "٣:"])
def test_what_is_no_time_of_day(text: object) -> None:
    with pytest.raises(ValueError, match="time of day"):
        parse_time_of_day(text)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("08:00-16:30", 8, 16.5),
        ("22:00-06:00", 22, 30),
        ("00:00-24:00", 0, 24),
        ("20:00-24:00", 20, 24),
        ("18:00-00:00", 18, 24),
    ],
)
def test_spans(text: str, start: float, end: float) -> None:
    assert parse_span(text) == (start * 3600, end * 3600)


@pytest.mark.parametrize("text", ["08:00", "08:00-08:00", "24:00-08:00", "08:00-16:30-17:00", "", 8, None])
def test_what_is_no_span(text: object) -> None:
    with pytest.raises(ValueError, match=r"span|empty|begins"):
        parse_span(text)


@pytest.mark.parametrize(
    ("text", "days"),
    [("mon-fri", (0, 1, 2, 3, 4)), ("sat", (5,)), ("mon,wed,fri-sun", (0, 2, 4, 5, 6)), ("Monday - Friday", (0, 1, 2, 3, 4)),
     ("sat-mon", (0, 5, 6)), ("tues,thurs", (1, 3))],
)  # fmt: skip
def test_weekdays(text: str, days: tuple[int, ...]) -> None:
    assert parse_days(text) == days


@pytest.mark.parametrize(
    "text", ["", "mo-fr", "month", "mon-", "-", "mon,mon", "mon-wed,tue", "mon-tue-wed", 1, None, ["mon"]]
)
def test_what_is_no_weekday(text: object) -> None:
    with pytest.raises(ValueError, match=r"weekday|twice"):
        parse_days(text)


def test_a_time_of_day_is_printed_as_people_write_it() -> None:
    assert [format_time_of_day(seconds) for seconds in (0, 30_600, 86_400)] == ["00:00", "08:30", "24:00"]


@given(st.text(max_size=500))
def test_a_problem_is_always_one_line(text: str) -> None:
    lines = ScenarioError(text, [P(text, text)]).text().split("\n")
    assert len(lines) == 2
    assert all(line.isprintable() for line in lines)


def test_problems_are_counted_once_and_printed_up_to_a_limit() -> None:
    found = [P("x", str(n)) for n in range(1000)]
    lines = ScenarioError("a.toml", found + found).text().splitlines()
    assert lines[0] == "a.toml: 1000 problems"
    assert lines[-1] == "  … and 800 more"
    assert len(lines) == 202


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        ("a", '"a"'),
        (12, "12"),
        (1.5, "1.5"),
        ({}, "a table"),
        ([1], "a list"),
        (10**400, "a number that large"),
    ],
)
def test_values_are_shown_as_the_file_writes_them(value: object, text: str) -> None:
    assert shown(value) == text


def test_long_values_are_cut() -> None:
    assert len(shown("x" * 1000)) <= 60
    assert len(one_line("x" * 1000)) == 400


def test_the_nearest_word_or_all_of_them() -> None:
    assert did_you_mean("exponentail", ["exponential", "gamma"]) == 'did you mean "exponential"?'
    assert did_you_mean("PHONE", ["phone"]) == 'did you mean "phone"?'
    assert did_you_mean("zzz", ["b", "a"]) == "known: a, b"
    assert did_you_mean("zzz", []) == "there is nothing of the kind in this scenario"
