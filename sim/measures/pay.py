"""Pay rules: when a premium is earned, and what is overtime, by each site's own clock and limits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.clock import BEYOND, EARLIEST
from sim.scenario.language.business import DailyWeeklyHours
from sim.scenario.model import Scenario
from sim.units import DAY, HOUR

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PREMIUMS = ("night", "weekend", "holiday")


class Premium:
    """Seconds of a stretch of time that fall in a premium's hours."""

    def __init__(self, spans: list[tuple[float, float]]) -> None:
        edges, total = [min((start for start, _ in spans), default=0.0) - 1.0], [0.0]
        for start, end in spans:
            edges += [start, end]
            total += [total[-1], total[-1] + end - start]
        self._edges, self._total = np.array([*edges, edges[-1] + 1.0]), np.array([*total, total[-1]])

    def seconds(self, start: Floats, end: Floats) -> Floats:
        return np.asarray(np.interp(end, self._edges, self._total) - np.interp(start, self._edges, self._total))


@dataclass(frozen=True)
class PayRules:
    """What a site pays on top of wages, in its local time; the center's rules for groups without a site."""

    groups: NDArray[np.bool_]
    """The groups that go by them."""
    rates: dict[str, float]
    """Of each premium paid, and of overtime."""
    hours: dict[str, Premium]
    """When each premium is earned."""
    overtime_after: DailyWeeklyHours


def pay_rules(scenario: Scenario) -> tuple[PayRules, ...]:
    """The rules of every site with a group, and the center's where a group has no site."""
    sites = [group.site for group in scenario.numbered.groups]
    rules = []
    for site in dict.fromkeys(sites):
        one = scenario.groups[sites.index(site)]
        premiums = _premiums(scenario, one)
        rates = {kind: rate for kind, (rate, _) in premiums.items()} | {"overtime": scenario.group(one).pay.overtime}
        hours = {kind: hours_of for kind, (_, hours_of) in premiums.items()}
        rules.append(PayRules(np.array([s == site for s in sites]), rates, hours, scenario.group(one).overtime_after))
    return tuple(rules)


def _premiums(scenario: Scenario, group: str) -> dict[str, tuple[float, Premium]]:
    """(rate, hours) of each premium that the group is paid."""
    clock, local = scenario.clock, scenario.group(group).local_time
    pay, holidays = scenario.group(group).pay, scenario.group(group).holidays
    # A site's dates lie up to two days from the center's, and a night began on the eve.
    days = range(EARLIEST, clock.days + BEYOND)
    dates = [clock.start + dt.timedelta(days=day) for day in days]
    result: dict[str, tuple[float, Premium]] = {}
    if pay.night is not None and pay.night.premium:
        start, end = pay.night.hours
        result["night"] = (
            pay.night.premium,
            Premium([(local.elapsed(d, start), local.elapsed(d, end)) for d in days]),
        )
    for name, rate, chosen in (
        ("weekend", pay.weekend, lambda date: date.weekday() >= 5),
        ("holiday", pay.holiday, lambda date: date in holidays),
    ):
        if rate:
            whole = [
                (local.elapsed(d, 0.0), local.elapsed(d, DAY))
                for d, date in zip(days, dates, strict=True)
                if chosen(date)
            ]
            result[name] = rate, Premium(whole)
    return result


def premium_seconds(rules: tuple[PayRules, ...], kind: str, group: Ints, start: Floats, end: Floats) -> Floats:
    """Seconds of stretches of these groups' time that earn a premium, each by its own rules."""
    seconds = np.zeros(len(start))
    for one in rules:
        if kind in one.hours:
            theirs = one.groups[group]
            seconds[theirs] = one.hours[kind].seconds(start[theirs], end[theirs])
    return seconds


def overtime_hours(
    scenario: Scenario, hours: Floats, first_day: int = -1, limits: DailyWeeklyHours | None = None
) -> Floats:
    """Hours per agent beyond the day's or the week's limit, none counted twice; weeks run Monday to Sunday.

    The first column of `hours` is the date of that number, the eve of the horizon; the limits are the center's unless
    a site has its own.
    """
    day_limit, week_limit = _limits(scenario.spec.center.overtime_after if limits is None else limits)
    over_day = np.maximum(hours - day_limit, 0.0)
    week = (first_day + np.arange(hours.shape[1]) + scenario.clock.start.weekday() + 7) // 7
    normal = np.zeros((int(week[-1]) + 1, hours.shape[0]))
    np.add.at(normal, week, (hours - over_day).T)
    return np.asarray(over_day.sum(axis=1) + np.maximum(normal - week_limit, 0.0).sum(axis=0))


def overtime_by_date(scenario: Scenario, hours: Floats, first_day: int, limits: DailyWeeklyHours) -> Floats:
    """The same hours where they were worked; agents × dates. Over the week's limit are the last ones of the week."""
    day_limit, week_limit = _limits(limits)
    over_day = np.maximum(hours - day_limit, 0.0)
    before = (first_day + scenario.clock.start.weekday()) % 7
    weeks = np.pad(hours - over_day, ((0, 0), (before, -(before + hours.shape[1]) % 7)))
    so_far = np.maximum(weeks.reshape(len(hours), weeks.shape[1] // 7, 7).cumsum(axis=2) - week_limit, 0.0)
    over_week = np.diff(so_far, axis=2, prepend=0.0).reshape(weeks.shape)
    return np.asarray(over_day + over_week[:, before : before + hours.shape[1]])


def _limits(limits: DailyWeeklyHours) -> tuple[float, float]:
    """Hours of the day and of the week beyond which time is overtime."""
    day = np.inf if limits.day is None else limits.day / HOUR
    return day, np.inf if limits.week is None else limits.week / HOUR
