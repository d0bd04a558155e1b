"""What must hold of attrition and tenure: people leave by chances, and somebody is left."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator

from sim.scenario.checks.findings import Finding, error, is_lost, warning
from sim.scenario.heads import ASSUMED_TENURE, joining, may_grow_unknown, starting_heads
from sim.scenario.language.workforce import AnnualRate, Attrition, TenureSpread
from sim.scenario.model import Scenario
from sim.scenario.reading.csv_tables import season_factor
from sim.units import DAY, YEAR

HALF_A_HEAD = 0.5
TENURES = 20
"""Of a group, followed to see how many are left: evenly spaced ones stand for all."""

OLDEST = 50 * 365
"""Days: nobody in a steady mix has been there longer."""


def leaving_is_a_chance(s: Scenario) -> Iterator[Finding]:
    """At the worst tenure, in the worst month, at full occupancy: at most one leaver a head and day."""
    for name, law in s.spec.attrition.items():
        rate = max(dict(law.annual_rate).values())
        season = (
            max(s.data.attrition_seasons[name][1].values(), default=1.0) if name in s.data.attrition_seasons else 1.0
        )
        strain = 1.0 if law.burnout is None else law.burnout.factor(1.0)
        chance = rate * season * max(1.0, strain) * DAY / YEAR
        if chance > 1:
            parts = [f"{rate:g} a year", *([f"a season of {season:g}"] if season != 1 else [])]
            parts += [f"{strain:.3g} at full occupancy"] if strain > 1 else []
            text = f"{' × '.join(parts)} is {chance:.2f} leavers a head and day"
            yield error(f"attrition.{name}.annual_rate", f"{text}, and a chance is at most 1; 0.35 a year is usual")


def attrition_is_of_some_group(s: Scenario) -> Iterator[Finding]:
    written = s.resolved.get("groups")
    tables = written.values() if isinstance(written, dict) else ()
    used = {str(table.get("attrition")) for table in tables if isinstance(table, dict)}
    for name in s.spec.attrition:
        if name not in used:
            yield warning(f"attrition.{name}", f'no group names it; write attrition = "{name}" in a group')


def seasons_leave_something(s: Scenario) -> Iterator[Finding]:
    for kind, seasons in (("attrition", s.data.attrition_seasons), ("absence", s.data.absence_seasons)):
        for name, (_, factors) in seasons.items():
            if factors and not any(factors.values()):
                yield error(f"{kind}.{name}.season", "the factors are all 0; write 1 for an ordinary week or month")


def steady_mixes_exist(s: Scenario) -> Iterator[Finding]:
    for name, group in s.spec.groups.items():
        where = f"groups.{name}"
        if group.tenure != "steady" or group.seats is not None or is_lost(s, f"{where}.attrition"):
            continue
        law = s.spec.attrition.get(group.attrition or "")
        if group.attrition is None:
            text = '"steady" is the mix that attrition implies, and the group has none'
            yield error(f"{where}.tenure", f'{text}; write attrition = "…", or a duration such as "2y"')
        elif law is not None and law.annual_rate.later == 0:
            text = f"nobody leaves after the first year (attrition.{group.attrition}): there is no steady mix"
            yield error(f"{where}.tenure", f'{text}; write a later rate, or a duration such as "2y"')


def groups_outlast_attrition(s: Scenario) -> Iterator[Finding]:
    """Expected survivors of groups that nobody joins; known leavers and moves taken off."""
    for name, group in s.spec.groups.items():
        law, heads = s.spec.attrition.get(group.attrition or ""), starting_heads(s, name)
        if law is None or not heads or may_grow_unknown(s, name) or any(joining(s, name)):
            continue
        if any(hiring.group == name for hiring in s.spec.hiring.values()):
            continue
        date = _emptied_on(s, name, law, heads)
        if date is not None:
            week = date - dt.timedelta(days=date.weekday())
            of = f"of {heads} head{'s' * (heads > 1)} less than half a head is expected to be left"
            yield warning(
                f"groups.{name}.attrition", f"{of} in the week of {week}: attrition empties the group; add hiring"
            )


def _emptied_on(s: Scenario, name: str, law: Attrition, heads: int) -> dt.date | None:
    tenures = _tenures(s, name, law.annual_rate, heads)
    alive, season = [1.0] * len(tenures), s.data.attrition_seasons.get(s.spec.groups[name].attrition or "")
    for day, date in enumerate(s.clock.dates):
        gone = sum(leaver.heads or 1 for leaver in s.spec.groups[name].leavers.values() if leaver.on <= date)
        gone += sum(
            move.heads or 0
            for move in s.spec.moves.values()
            if move.source == name and move.on is not None and move.on <= date
        )
        if (heads - gone) * sum(alive) / len(alive) < HALF_A_HEAD:
            return date
        factor = season_factor(season, date) * DAY / YEAR
        alive = [
            left * math.exp(-law.annual_rate.after(tenure + day) * factor)
            for left, tenure in zip(alive, tenures, strict=True)
        ]
    return None


def _tenures(s: Scenario, name: str, rate: AnnualRate, heads: int) -> list[float]:
    """Days of tenure that stand for the group's heads on the first day."""
    tenure, people = s.spec.groups[name].tenure, s.data.people.get(name, ())
    if people and all(person.hired is not None for person in people):
        return [max(0.0, (s.clock.start - (person.hired or s.clock.start)).days) for person in people]
    places = [(k + 0.5) / min(heads, TENURES) for k in range(min(heads, TENURES))]
    if isinstance(tenure, TenureSpread):
        return [(tenure.newest + (tenure.oldest - tenure.newest) * place) / DAY for place in places]
    if tenure is None:
        return [ASSUMED_TENURE / DAY]
    # The steady mix is as dense at a tenure as people survive to it.
    mass, left = [0.0], 1.0
    for day in range(OLDEST):
        mass.append(mass[-1] + left)
        left *= math.exp(-rate.after(day) * DAY / YEAR)
    return [float(next(day for day, total in enumerate(mass) if total >= place * mass[-1])) for place in places]
