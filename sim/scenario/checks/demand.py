"""What must hold of demand: volumes for every open hour, work that takes time, staff that can keep up with it."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from sim.scenario.checks.findings import Finding, error, is_lost, queues_of_known_channel, warning
from sim.scenario.estimates import mean_work, rough_contacts, rough_load, rough_staff, senders_of
from sim.scenario.model import Scenario
from sim.scenario.reading.csv_tables import Profile
from sim.scenario.reading.plans import BASE
from sim.scenario.serving import groups_serving, has_vendor, work_together
from sim.scenario.slots import is_open, over_horizon
from sim.units import HOUR, WEEKDAYS, format_time_of_day

NO_ROW = -1.0
"""Of what is never below 0."""


def replays_reach_the_horizon(s: Scenario) -> Iterator[Finding]:
    for name, replay in s.data.replays.items():
        dates = s.clock.dates
        days = replay.moments.astype("datetime64[D]")
        outside = int(((days < np.datetime64(dates[0])) | (days > np.datetime64(dates[-1]))).sum())
        if replay.arrived and outside == len(replay.arrived):
            yield error(f"queues.{name}.forecast.replay", f"no row lies within {dates[0]} and {dates[-1]}")
        elif outside:
            text = f"{outside} rows lie outside the horizon and are not played"
            yield warning(f"queues.{name}.forecast.replay", text)


def volumes_cover_opening_hours(s: Scenario) -> Iterator[Finding]:
    for name, profiles in s.data.volumes.items():
        volumes = profiles["contacts"]
        if volumes.values and volumes.whole and not is_lost(s, f"queues.{name}.open"):
            yield from _gaps(s, name, volumes, "csv", "contacts")
    for name, shape in s.data.shapes.items():
        if shape.values and shape.whole and not is_lost(s, f"queues.{name}.open"):
            yield from _gaps(s, name, shape, "shape", "share")


def _gaps(s: Scenario, queue: str, profile: Profile, key: str, column: str) -> Iterator[Finding]:
    """`key`: the setting that names the profile's file."""
    where, file = f"queues.{queue}.forecast.{key}", getattr(s.spec.queues[queue].forecast, key)
    clock, values, opened = s.clock, over_horizon(profile, s.clock, NO_ROW), is_open(s, queue)
    once, working = ~clock.folded, np.array([date not in s.closed_days for date in clock.dates])[clock.interval_day]
    missing: dict[str, None] = {}
    for index in np.flatnonzero(once & opened & (values == NO_ROW)).tolist():
        date = clock.dates[clock.interval_day[index]]
        day = WEEKDAYS[date.weekday()] if profile.by == "weekday" else date.isoformat()
        missing[f"{day} {format_time_of_day(clock.starts[index])}"] = None
    values[values == NO_ROW] = 0.0
    total, closed = (float(values[of].sum()) for of in (once, once & ~opened & working))
    if missing:
        some = ", ".join(list(missing)[:3])
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        yield error(where, f"no row for {some}{more}; the queue is open then: write {column} 0 in {file} if none come")
    if closed > 0.005 * total and not s.queue(queue).accepts_at_all_hours:
        yield warning(where, f"{closed / total:.0%} of the volume falls outside opening hours and will be refused")


def work_is_given_once(s: Scenario) -> Iterator[Finding]:
    for name, queue in s.spec.queues.items():
        where = f"queues.{name}"
        if queue.talk is None and queue.handle is None:
            yield error(f"{where}.talk", 'is missing; write talk = { family = "lognormal", mean = "4m10s", cv = 1.0 }')
        elif queue.talk is not None and queue.handle is not None:
            yield error(f"{where}.handle", "goes without talk; give either talk (with hold and wrap) or handle")
        elif queue.handle is not None:
            for part in ("hold", "wrap"):
                if part in queue.model_fields_set:
                    yield error(f"{where}.{part}", "is part of handle; remove it, or write talk instead of handle")


def work_takes_time(s: Scenario) -> Iterator[Finding]:
    for name, queue in s.spec.queues.items():
        handle, where = queue.handle, f"queues.{name}"
        in_forecast = "aht_s" in s.data.volumes.get(name, {}) or is_lost(s, f"{where}.forecast")
        if handle is not None and math.isnan(handle.mean) and not in_forecast:
            yield error(f"{where}.handle.mean", '"from forecast" needs a forecast csv with an aht_s column')
        if handle is not None and handle.mean == 0:
            yield error(f"{where}.handle.mean", "must be more than 0s")
        for part in ("talk", "hold", "wrap"):
            law = getattr(queue, part)
            if law is not None and law.family == "never":
                yield error(f"{where}.{part}.family", '"never" is a law of patience only')
        if queue.talk is not None and mean_work(s, name, queue) == 0:
            yield error(f"{where}.talk.mean", "must be more than 0s: a contact takes time")


def queues_can_empty(s: Scenario) -> Iterator[Finding]:
    """Customers whom nobody answers; customers who never give up, facing less staff than work."""
    for name, queue in s.spec.queues.items():
        if (queue.talk is None and queue.handle is None) or has_vendor(queue):
            continue
        load, staff = rough_load(s, name, queue), rough_staff(s, name)
        if staff == 0 and load > 0:
            yield warning(f"queues.{name}", "nobody is ever there to answer: the groups with the skill have no heads")
        if (
            s.queue(name).law("patience").family != "never"
            or not s.queue(name).is_live
            or queue.at_close != "serve"
            or queue.lines is not None
        ):
            continue
        if staff is not None and load > staff * work_together(s, name):
            yield warning(
                f"queues.{name}.patience",
                f"customers never give up, and {load / HOUR:,.0f} hours of work meet {staff / HOUR:,.0f} agent hours: "
                'the queue can never empty; give patience a law, or at_close = "cut off"',
            )


def backlogs_can_be_worked_off(s: Scenario) -> Iterator[Finding]:
    """Deferred work against all the time of those who could do it, whatever else they do meanwhile."""
    deferred = {
        name: set(groups_serving(s, name))
        for name, queue in queues_of_known_channel(s)
        if not s.queue(name).is_live and not (queue.talk is None and queue.handle is None) and not has_vendor(queue)
    }
    listed: set[frozenset[str]] = set()
    loads = {name: rough_load(s, name, s.spec.queues[name]) for name in deferred}
    for name, groups in deferred.items():
        # Queues that nobody else serves compete for the same hours.
        rivals = [other for other, others in deferred.items() if others <= groups]
        staff = rough_staff(s, name)
        load = sum(loads[other] for other in rivals)
        if not staff or load <= staff * work_together(s, name) or frozenset(rivals) in listed:
            continue
        listed.add(frozenset(rivals))
        of = "" if rivals == [name] else f" of {', '.join(rivals)}"
        text = f"{load / HOUR:,.0f} hours of work{of} meet {staff / HOUR:,.0f} agent hours"
        yield warning(f"queues.{name}", f"{text}: the backlog must grow")


def cases_can_be_closed(s: Scenario) -> Iterator[Finding]:
    """An FCR that was observed is one of contacts that end with the queue's own agents, the customer still there."""
    if s.plan != BASE:
        # What the base plan observed says nothing about a plan's transfers.
        return
    for name, queue in s.spec.queues.items():
        kept = 1.0 - sum(transfer.share for transfer in queue.transfer.values())
        if queue.basis != "observed" or kept < 0 or "fcr" not in queue.model_fields_set:
            # The default is of contacts that stay.
            continue
        kept *= 1.0 - (queue.silent.share if queue.silent is not None else 0.0)
        solvable = 1.0 - queue.unresolvable
        if kept * solvable + 1e-9 < queue.fcr <= solvable + 1e-9:
            # Above what can be resolved at all, another rule tells.
            text = f"cannot be {queue.fcr:.0%}: {1 - kept:.0%} of the contacts are transferred, or end in silence"
            text += f", and {queue.unresolvable:.0%} of the cases nobody can resolve" if queue.unresolvable else ""
            yield error(f"queues.{name}.fcr", f"{text}; write {math.floor(100 * kept * solvable + 1e-9)}% or less")


def forecasts_hold_what_is_brought(s: Scenario) -> Iterator[Finding]:
    """Transfers, escalations and repeats that come to a queue, against its forecast; what is lost is not known."""
    senders = senders_of(s)
    for name, queue in s.spec.queues.items():
        if queue.forecast.replay is not None or not queue.forecast.is_given:
            continue
        where = f"queues.{name}.forecast.contains"
        brought = senders.get(name, {})
        redialled = queue.redial is not None
        if not redialled and not any(brought.values()) and queue.forecast.contains == "first contacts":
            yield warning(where, "no queue transfers contacts here, and nobody comes again: it does nothing")
        total = sum(rough_contacts(s, other, s.spec.queues[other]) * sum(by.values()) for other, by in brought.items())
        own = rough_contacts(s, name, queue)
        if queue.forecast.contains == "all contacts" and total > own * (1 + 1e-9):
            kinds = list(dict.fromkeys(kind for by in brought.values() for kind in by))
            text = f"{' and '.join(kinds)} alone bring up to {total:,.0f} contacts, more than the forecast's {own:,.0f}"
            yield warning(where, f'{text}; write contains = "first contacts" if they come on top')
