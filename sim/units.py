"""Durations, shares, times of day and days as people write them; seconds and fractions inside."""

from __future__ import annotations

import math
import re

from sim.errors import shown

MINUTE = 60.0
HOUR = 3600.0
DAY = 86400.0
WEEK = 7 * DAY
YEAR = 365 * DAY
LONGEST_DURATION = 100 * YEAR
LARGEST_NUMBER = 1e15
SMALLEST_NUMBER = 1e-12
"""Of amounts that are not 0."""
"""Of any kind: beyond it no wage, count or factor makes sense, and sums of squares leave what a float holds."""

TOO_LARGE, TOO_LONG = f"is too large; {LARGEST_NUMBER:,.0f} at most", "is longer than a hundred years"

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_UNITS = {
    "s": 1.0, "sec": 1.0,
    "m": MINUTE, "min": MINUTE,
    "h": HOUR,
    "d": DAY,
    "w": WEEK,
    "y": YEAR,
}  # fmt: skip
_NUMERIC = (int, float, str)
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?(?:s|sec|m|min|h|d|w|y))+")
_PART = re.compile(r"(\d+(?:\.\d+)?)(sec|s|min|m|h|d|w|y)")
_WITH_COMMA = re.compile(r"[+-]?\d+(?:[.,]\d+)*,\d+")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")


def parse_duration(text: object) -> float:
    """Seconds of "4m10s", "20s", "30min", "1.5h", "8w". ValueError names the way out."""
    if isinstance(text, bool) or not isinstance(text, str):
        raise ValueError(f'write a duration with its unit, such as "20s" or "4m10s", not {shown(text)}')
    compact = text.replace(" ", "")
    if compact == "0":
        return 0.0
    if _DURATION.fullmatch(compact.lstrip("-")) and compact.startswith("-"):
        raise ValueError(f"{shown(text)} is negative")
    if not _DURATION.fullmatch(compact):
        raise ValueError(f'{shown(text)} is not a duration; write "20s", "4m10s", "30min", "2h", "3d", "8w" or "2y"')
    seconds = sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(compact))
    if seconds > LONGEST_DURATION:
        raise ValueError(f"{shown(text)} {TOO_LONG}")
    return seconds


def parse_number(value: object) -> float:
    """A finite number, given as one or as text."""
    number = _finite(value)
    if abs(number) > LARGEST_NUMBER:
        raise ValueError(f"{shown(value)} {TOO_LARGE}")
    return number


def _finite(value: object) -> float:
    if not isinstance(value, _NUMERIC) or isinstance(value, bool):
        raise ValueError(f"write a number, not {shown(value)}")
    if value == "":
        raise ValueError("is empty; write a number, 0 if there is none")
    try:
        number = float(value)
    except OverflowError:
        raise ValueError("the number is too large") from None
    except ValueError:
        raise ValueError(f"{shown(value)} is not a number{_decimal_point(value)}") from None
    if not math.isfinite(number):
        raise ValueError(f"{shown(value)} is not a finite number")
    return number


def parse_amount(value: object, most: float = LARGEST_NUMBER, too_much: str = TOO_LARGE) -> float:
    """A number from 0 to `most`; `too_much` is what a larger one is."""
    number = _finite(value)
    if number < 0:
        raise ValueError(f"{shown(value)} is negative; write 0 or more")
    if number > most:
        raise ValueError(f"{shown(value)} {too_much}")
    if 0.0 < number < SMALLEST_NUMBER:
        raise ValueError(f"{shown(value)} is as good as nothing; write 0")
    return number


def parse_seconds(value: object) -> float:
    """A duration as a bare number of seconds, as files of times give it."""
    return parse_amount(value, LONGEST_DURATION, TOO_LONG)


def is_number(text: str) -> bool:
    try:
        parse_number(text)
    except ValueError:
        return False
    return True


def _decimal_point(value: object) -> str:
    """The way out for "28,7" and "1,250"."""
    if isinstance(value, str) and _WITH_COMMA.fullmatch(value.strip()):
        return "; write decimals with a point, such as 28.7, and thousands without a mark"
    return ""


def parse_share(value: object) -> float:
    """A fraction between 0 and 1, written 0.8 or "80%"."""
    share = parse_rate(value)
    if not 0.0 <= share <= 1.0:
        raise ValueError(f'{shown(value)} is not a share; write a number from 0 to 1, or "0%" to "100%"')
    return share


def parse_rate(value: object) -> float:
    """A relative amount that may exceed 1 or be negative: 0.04 or "4%"."""
    if isinstance(value, str) and value.strip().endswith("%"):
        return parse_number(value.strip()[:-1]) / 100.0
    return parse_number(value)


def parse_time_of_day(text: object) -> float:
    """Seconds after local midnight of "08:30"; "24:00" is the end of the day."""
    match = _TIME.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        in_quotes = "" if isinstance(text, str) else ", in quotes"
        raise ValueError(f'{shown(text)} is not a time of day; write "08:30"{in_quotes}')
    hours, minutes, seconds = int(match[1]), int(match[2]), int(match[3] or 0)
    total = hours * HOUR + minutes * MINUTE + seconds
    if minutes > 59 or seconds > 59 or total > DAY:
        raise ValueError(f'{shown(text)} is not a time of day; write "00:00" to "24:00"')
    return total


def parse_span(text: object) -> tuple[float, float]:
    """(start, end) in seconds after local midnight of "08:00-16:30"; end > start, past 24 h after midnight."""
    parts = text.split("-") if isinstance(text, str) else []
    if len(parts) != 2:
        raise ValueError(f'{shown(text)} is not a span of time; write "08:00-16:30"')
    start, end = parse_time_of_day(parts[0]), parse_time_of_day(parts[1])
    if start == end:
        raise ValueError(f'{shown(text)} is empty; write "00:00-24:00" for a whole day')
    if start == DAY:
        raise ValueError(f'{shown(text)} begins at the end of the day; begin at "00:00"')
    return start, end if end > start else end + DAY


def parse_days(text: object) -> tuple[int, ...]:
    """Weekday numbers, Monday 0, of "mon-fri", "sat", "mon,wed,fri-sun"."""
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f'{shown(text)} is not a weekday; write "mon-fri" or "mon,wed"')
    days: list[int] = []
    for part in text.lower().split(","):
        ends = [_weekday(end.strip()) for end in part.split("-")]
        first, last = ends[0], ends[-1]
        if len(ends) > 2 or first is None or last is None:
            days_are = ", ".join(WEEKDAYS)
            raise ValueError(f'{shown(text)} is not a weekday; write "mon-fri" or "mon,wed"; days are {days_are}')
        days += [day % 7 for day in range(first, last + (7 if last < first else 0) + 1)]
    if len(set(days)) != len(days):
        raise ValueError(f"{shown(text)} names a day twice")
    return tuple(sorted(days))


def _weekday(word: str) -> int | None:
    """Monday 0, of "mon", "Mon" or "monday"."""
    found = [n for n, day in enumerate(_DAY_NAMES) if len(word) >= 3 and day.startswith(word)]
    return found[0] if found else None


def format_duration(seconds: float) -> str:
    """ "4m10s": what parse_duration reads back."""
    parts = []
    seconds = round(seconds, 6)
    for unit, size in (("w", WEEK), ("d", DAY), ("h", HOUR), ("m", MINUTE)):
        count = int(seconds // size)
        if count:
            parts.append(f"{count}{unit}")
            seconds -= count * size
    if round(seconds, 6) or not parts:
        parts.append(f"{seconds:.6f}".rstrip("0").rstrip(".") + "s")
    return "".join(parts)


def format_time_of_day(seconds: float) -> str:
    minutes = round(seconds / MINUTE)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
