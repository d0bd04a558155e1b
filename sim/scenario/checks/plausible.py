"""What can be, and is more likely a slip: a year's pay for an hour's, hours for minutes."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.checks.findings import Finding, warning
from sim.scenario.model import Scenario
from sim.units import HOUR, format_duration

HOURLY = ("USD", "EUR", "GBP", "CHF", "CAD", "AUD", "NZD", "SGD")
"""Currencies of which an hour's wage is known to lie between these."""

LEAST_WAGE, MOST_WAGE = 1.0, 250.0
HOURS_A_YEAR = 2080
LEAST_OF_A_YEAR, LEAST_OF_A_MONTH = 20 * MOST_WAGE, 4 * MOST_WAGE

SHORTEST_TALK, LONGEST_TALK = 5.0, 2 * HOUR
SHORTEST_PATIENCE, LONGEST_PATIENCE = 3.0, 4 * HOUR


def wages_are_of_an_hour(s: Scenario) -> Iterator[Finding]:
    for name, group in s.spec.groups.items():
        site = s.group(name).site
        currency = (s.spec.sites[site].currency if site is not None else None) or s.spec.center.currency
        wages = [wage for _, wage in group.wage.steps]
        if currency not in HOURLY or "wage" not in group.model_fields_set or not wages:
            continue
        where = f"groups.{name}.wage"
        if (most := max(wages)) > MOST_WAGE:
            yield warning(where, f"{currency} {most:,.2f} is taken as the pay of an hour{_of_longer(most)}")
        elif 0.0 < max(wages) < LEAST_WAGE:
            yield warning(where, f"{currency} {max(wages):.2f} is taken as the pay of an hour; is it that of a minute?")


def _of_longer(wage: float) -> str:
    """What an hour of it would be, were it the pay of a year or a month."""
    if wage > LEAST_OF_A_YEAR:
        return f"; a year's {wage:,.0f} is {wage / HOURS_A_YEAR:.2f} an hour"
    if wage >= LEAST_OF_A_MONTH:
        return f"; is it that of a month? A month's {wage:,.0f} is {12 * wage / HOURS_A_YEAR:.2f} an hour"
    return ""


def customers_talk_and_wait_like_people(s: Scenario) -> Iterator[Finding]:
    for name, queue in s.spec.queues.items():
        if not s.queue(name).is_live:
            continue
        for key, law, least, most in (
            ("talk", queue.talk, SHORTEST_TALK, LONGEST_TALK),
            ("patience", queue.patience, SHORTEST_PATIENCE, LONGEST_PATIENCE),
        ):
            mean = getattr(law, "mean", None)
            if mean is not None and not least <= mean <= most:
                text = f"a mean of {format_duration(mean)} is unusual of somebody who waits on the line"
                yield warning(f"queues.{name}.{key}.mean", f"{text}; is the unit right?")
