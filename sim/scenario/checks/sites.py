"""What must hold of sites, vendors and contracts: zones, money, desks, and how a client's service is judged."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator

from sim.scenario.checks.findings import Finding, error, is_lost, is_unknown, queues_of_known_channel, warning, way_to
from sim.scenario.language.groups import Group
from sim.scenario.model import Scenario
from sim.units import DAY, format_duration, format_time_of_day


def calendars_are_known(s: Scenario) -> Iterator[Finding]:
    sites = {f"sites.{name}": site.calendar for name, site in s.spec.sites.items()}
    for place, name in {"center": s.spec.center.calendar, **sites}.items():
        if name is not None and is_unknown(s, "calendars", name):
            yield error(f"{place}.calendar", f'"{name}" is not a calendar; {way_to(s, "calendars", name)}')


def wages_are_exchanged(s: Scenario) -> Iterator[Finding]:
    if is_lost(s, "center.currency"):
        return
    own = s.spec.center.currency
    for name, site in s.spec.sites.items():
        where, given = f"sites.{name}", "exchange" in site.model_fields_set
        if given and site.currency is None:
            text = "is missing; name the currency that exchange is the worth of"
            yield error(f"{where}.currency", f'{text}, such as currency = "PHP"')
        elif given and site.currency == own and site.exchange != 1:
            yield error(f"{where}.exchange", f"the site's wages are in {own} as the center's are; remove exchange")
        elif not given and site.currency not in (None, own):
            yield error(f"{where}.exchange", f"is missing; write what one {site.currency} is worth in {own}")
    for name, group in s.spec.groups.items():
        place = s.group(name).site
        currency = s.spec.sites[place].currency if place is not None else None
        people = s.data.people.get(name, ())
        if "wage" in group.model_fields_set or (people and all(person.wage is not None for person in people)):
            continue
        if currency not in (None, own):
            yield error(f"groups.{name}.wage", f"is missing; write it in {currency}, the currency of {place}")


# ---- Desks ---------------------------------------------------------------------------------------------------------


def desks_are_there(s: Scenario) -> Iterator[Finding]:
    for name, site in s.spec.sites.items():
        if site.seats == 0:
            yield error(f"sites.{name}.seats", "nobody can sign on; write 1 or more, or remove it where desks abound")


def desks_suffice(s: Scenario) -> Iterator[Finding]:
    for name, site in s.spec.sites.items():
        if site.seats is None:
            continue
        most, day, start = _most_on_shift(s, name)
        if most >= site.seats + 0.5:
            at = f"{format_time_of_day(start)} on {s.clock.dates[day]}"
            text = f"up to {most:.0f} agents are on shift at {at}, local time, at {site.seats} desks"
            yield warning(f"sites.{name}.seats", f"{text}: who finds none waits, and is paid")


def _most_on_shift(s: Scenario, site: str) -> tuple[float, int, float]:
    """Most agents on shift together at a site, part-timers as if they came every day; the day, and the local time."""
    changes: list[tuple[float, float]] = []
    for name, group in s.spec.groups.items():
        if s.group(name).site != site:
            continue
        for first, last, heads in (*_on_shift(s, name, group), *_on_roster(s, name), *_on_seats(s, name, site)):
            changes += [(first, heads), (last, -heads)]
    # At the same moment, who leaves makes room for who comes.
    changes.sort()
    present, most, at = 0.0, 0.0, 0.0
    for moment, heads in changes:
        present += heads
        if present > most + 1e-9 and 0 <= moment < s.clock.days * DAY:
            most, at = present, moment
    return most, int(at // DAY), at % DAY


def _on_shift(s: Scenario, name: str, group: Group) -> Iterator[tuple[float, float, float]]:
    """(begin, end, heads) of a group's shifts, in local seconds since the first day's midnight."""
    parts = group.shifts or {}
    counted = sum(part.value for part in parts.values() if part.kind == "heads")
    heads = len(s.data.people[name]) if name in s.data.people else group.heads if group.heads is not None else counted
    rotation = s.spec.rotations.get(group.rotation or "")
    for label, part in parts.items():
        shift = s.spec.shifts.get(label)
        if shift is None:
            continue
        count = part.value if part.kind == "heads" else part.value * heads
        for day in range(-1, s.clock.days):
            date = s.clock.start + dt.timedelta(days=day)
            weekday = date.weekday()
            if weekday not in shift.days or date in s.group(name).days_off:
                continue
            share = 1.0
            if rotation is not None:
                works = [rotation.works(week, weekday) for week in range(len(rotation.weeks))]
                share = sum(works) / len(works) if rotation.assign == "spread" else float(any(works))
            yield day * DAY + shift.hours[0], day * DAY + shift.hours[1], count * share


def _on_roster(s: Scenario, name: str) -> Iterator[tuple[float, float, float]]:
    for row in s.data.rosters.get(name, ()):
        midnight = (row.date - s.clock.start).days * DAY
        yield midnight + row.start, midnight + row.end, 1.0


def _on_seats(s: Scenario, name: str, site: str) -> Iterator[tuple[float, float, float]]:
    """Where the site goes by the center's time, in which seats are written."""
    if name not in s.data.seats or s.spec.sites[site].timezone not in (None, s.spec.center.timezone):
        return
    for day, date in enumerate(s.clock.dates):
        for start, _ in s.clock.local_starts(day) if date not in s.group(name).days_off else ():
            begin, seats = day * DAY + start, s.data.seats[name].at(date, start)
            # A cell that could not be read is reported already.
            if math.isfinite(seats):
                yield begin, begin + s.clock.interval, float(math.ceil(seats))


# ---- Vendors and contracts -----------------------------------------------------------------------------------------


def vendors_have_people(s: Scenario) -> Iterator[Finding]:
    for name, vendor in s.spec.vendors.items():
        if vendor.capacity == 0:
            yield error(f"vendors.{name}.capacity", "must be 1 or more; to do without the vendor, remove its tiers")


def contracts_have_queues(s: Scenario) -> Iterator[Finding]:
    for name, queue in s.spec.queues.items():
        if queue.contract is not None and is_unknown(s, "contracts", queue.contract):
            way_out = way_to(s, "contracts", queue.contract)
            yield error(f"queues.{name}.contract", f'"{queue.contract}" is not a contract; {way_out}')
    for name in s.spec.contracts:
        if not is_lost(s, "queues") and not _of_contract(s, name):
            yield warning(f"contracts.{name}", f'no queue is of this contract; write contract = "{name}" in its queues')


def _of_contract(s: Scenario, contract: str) -> list[str]:
    """The contract's queues, among them those that could not be read."""
    written = s.resolved.get("queues")
    tables = written if isinstance(written, dict) else {}
    return [name for name, table in tables.items() if isinstance(table, dict) and table.get("contract") == contract]


def contracts_are_judged_alike(s: Scenario) -> Iterator[Finding]:
    """One limit for all queues of a contract, over days, weeks or months."""
    for name, contract in s.spec.contracts.items():
        level, where = contract.service_level, f"contracts.{name}"
        if level is None:
            continue
        if level.per == "interval":
            yield error(f"{where}.service_level.per", 'a contract is judged per "day", "week" or "month"')
        own = [(queue, s.queue(queue).is_live) for queue, spec in queues_of_known_channel(s) if spec.contract == name]
        live, deferred = ([queue for queue, waits in own if waits == kind] for kind in (True, False))
        if level.clock == "open" and live:
            text = f'goes with channels on which nobody waits, and {live[0]} is live; write clock = "all"'
            yield error(f"{where}.service_level.clock", text)
        elif live and deferred:
            text = f"holds {live[0]} and {deferred[0]} to the same limit of {format_duration(level.within)}"
            yield warning(f"{where}.service_level.within", f"{text}; live and deferred queues need two contracts")


def credits_end_where_bonus_begins(s: Scenario) -> Iterator[Finding]:
    for name, contract in s.spec.contracts.items():
        if contract.credits and contract.bonus:
            credited = max(credit.below for credit in contract.credits.values())
            rewarded = min(bonus.above for bonus in contract.bonus.values())
            if credited > rewarded:
                text = f"between {rewarded:.0%} and {credited:.0%} a credit is paid and a bonus earned"
                yield warning(f"contracts.{name}.credits", f"{text}; is that meant?")
