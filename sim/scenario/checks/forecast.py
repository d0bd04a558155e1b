"""What must hold of forecasts and of what figures stand for: somebody comes to every queue, a month's volume has days
to fall on, sessions are of contacts that share an agent, waiting that is priced is waiting."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator

from sim.scenario.checks.findings import Finding, error, is_lost, queues_of_known_channel, warning
from sim.scenario.estimates import brought_by
from sim.scenario.model import Scenario
from sim.scenario.months import day_volumes, month_volume
from sim.scenario.reading.plans import BASE
from sim.scenario.serving import groups_serving

FEEDS = ("transfer", "escalation", "deflect", "repeat", "backlog_at_start")
"""Settings that may bring contacts to a queue without a forecast."""


def queues_have_contacts(s: Scenario) -> Iterator[Finding]:
    """A queue may do without a forecast if others send to it."""
    places = [place.split(".") for place in s.lost]
    if any(place[0] == "queues" and (len(place) < 3 or place[2] in FEEDS) for place in places):
        # What could not be read may have said that it sends contacts here.
        return
    for name, queue in s.spec.queues.items():
        if queue.forecast.is_given or is_lost(s, f"queues.{name}.forecast"):
            continue
        fed = queue.backlog_at_start is not None or any(
            brought_by(other, sender, name) or name in other.deflect
            for sender, other in s.spec.queues.items()
            if sender != name
        )
        if not fed and s.plan == BASE:
            text = 'is missing; write forecast = { csv = "volumes.csv" }, with weekday,start,contacts'
            text += "; or bring contacts to it by transfer, escalation, deflect or repeat.to of another queue"
            yield error(f"queues.{name}.forecast", text)
        elif not fed:
            yield warning(f"queues.{name}", "has no forecast, and under this plan no other queue brings it contacts")


def months_are_given(s: Scenario) -> Iterator[Finding]:
    """A volume, and an open day to take it, for each month of the horizon."""
    for name, queue in s.spec.queues.items():
        forecast, where = queue.forecast, f"queues.{name}.forecast"
        if forecast.month is not None and s.data.seasons.get(name, ("month", {}))[0] == "week":
            text = "a factor by week would not leave the month its volume; give month,factor"
            yield error(f"{where}.season", text)
            continue
        if (forecast.month is None and forecast.months is None) or name not in s.data.shapes:
            continue
        read = forecast.months is None or s.data.months.get(name)
        source = f"{where}.month" if forecast.months is None else f"{where}.months"
        volumes = day_volumes(s, name) if read and s.data.shapes[name].values else {}
        months = list(dict.fromkeys((date.year, date.month) for date in volumes))
        missing = [f"{y}-{m:02}" for y, m in months if month_volume(s, name, dt.date(y, m, 1)) is None]
        if missing:
            some = f"{', '.join(missing[:6])}{' …' if len(missing) > 6 else ''}"
            yield error(source, f"no row for {some}: the horizon reaches into it")
        for year, month in months:
            of_month = [volume for date, volume in volumes.items() if (date.year, date.month) == (year, month)]
            whole = len(of_month) == calendar.monthrange(year, month)[1]
            if whole and month_volume(s, name, dt.date(year, month, 1)) and not any(of_month):
                yield error(source, f"{year}-{month:02} has contacts, but no open day with a share to take them")


def sessions_are_of_shared_work(s: Scenario) -> Iterator[Finding]:
    for name, queue in queues_of_known_channel(s):
        where = f"queues.{name}"
        main, law = ("talk", queue.talk) if queue.handle is None else ("handle", queue.handle)
        of_session = law is not None and law.of == "session"
        for part in ("hold", "wrap", "patience"):
            own = getattr(queue, part)
            if own is None or "of" not in own.model_fields_set or (part != "patience" and of_session):
                continue
            text = f"stands with {main}, and is then of hold and wrap too; remove it here"
            yield error(f"{where}.{part}.is", text)
        if not of_session:
            continue
        if not s.queue(name).is_live:
            yield error(f"{where}.{main}.is", f"contacts of {queue.channel} are not sessions; remove it")
        elif queue.basis == "standard":
            text = "a session's length is what was observed of today's staff; remove it, or basis"
            yield error(f"{where}.{main}.is", text)
        elif groups_serving(s, name) and not s.queue(name).as_session:
            text = "every agent holds one of these contacts at a time: a session is its work, and nothing is solved for"
            yield warning(f"{where}.{main}.is", text)


def priced_waiting_is_waiting(s: Scenario) -> Iterator[Finding]:
    for name, queue in queues_of_known_channel(s):
        if queue.waiting_per_minute and not s.queue(name).is_live:
            text = f"customers of {queue.channel} do not wait on the line: it prices nothing"
            yield warning(f"queues.{name}.waiting_per_minute", text)
