"""What must hold across a scenario's tables: one rule, one function, the culprit named, the way out said."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from sim.clock import Clock
from sim.errors import Problem, did_you_mean, nearest
from sim.scenario.checks_staffing import (
    breaks_fit_their_shift,
    contracts_add_up,
    heads_given,
    names_are_known,
    rest_is_possible,
    rosters_name_people,
    rough_staff,
    seats_reach_the_horizon,
    staffing_is_given_once,
)
from sim.scenario.data import Profile
from sim.scenario.findings import Finding, error, is_lost, is_unknown, names_of, open_slots, time_is_known, warning
from sim.scenario.model import Scenario
from sim.scenario.schema import Queue, ScenarioSpec
from sim.units import DAY, HOUR, WEEKDAYS, format_duration, format_time_of_day

LONGEST_HORIZON = 731
FIRST_YEAR, LAST_YEAR = 1971, 2199


def check_horizon(spec: ScenarioSpec, lost: Collection[str]) -> Iterator[Problem]:
    """Days, interval and zone: what the clock needs. What is lost already is not judged."""
    center = spec.center
    if "center" in lost:
        return
    sound = not any(place.startswith("center.") for place in lost)
    days = center.days if center.days is not None else 7 * (center.weeks or 0)
    if (center.weeks is None) == (center.days is None):
        if not {"center.weeks", "center.days"} & set(lost):
            yield Problem("center", "give either weeks or days")
        sound = False
    elif not 1 <= days <= LONGEST_HORIZON:
        yield Problem("center", f"the horizon is {days} days; it can be 1 to {LONGEST_HORIZON}")
        sound = False
    if not FIRST_YEAR <= center.start.year <= LAST_YEAR:
        yield Problem("center.start", f"{center.start} lies outside the years {FIRST_YEAR} to {LAST_YEAR}")
        sound = False
    if not _is_zone(center.timezone):
        yield Problem("center.timezone", f'"{center.timezone}" is not a time zone; {_zone_like(center.timezone)}')
        sound = False
    if center.interval < 60 or DAY % center.interval or (HOUR % center.interval and center.interval % HOUR):
        yield Problem("center.interval", "must divide an hour, or be whole hours that divide a day; 30min is usual")
    elif sound and not Clock(center.start, days, center.interval, center.timezone).regular():
        yield Problem("center.interval", "does not divide the day on which the clocks change; use 30min")


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _zone_like(name: str) -> str:
    """The way out of an unknown zone; people write the city alone."""
    zones = sorted(available_timezones())
    city = nearest(name.replace(" ", "_").split("/")[-1], [zone.split("/")[-1] for zone in zones])
    near = nearest(name, zones) if city is None else next(zone for zone in zones if zone.split("/")[-1] == city)
    return f'did you mean "{near}"?' if near else 'write a region and a city, such as "Europe/Berlin", or "UTC"'


def check(scenario: Scenario) -> Iterator[Finding]:
    """Every finding of every rule below, but none about what could not be read."""
    rules = TABLE_RULES + (TIME_RULES if time_is_known(scenario) else ())
    for rule in rules:
        for finding in rule(scenario):
            if not is_lost(scenario, finding.problem.where):
                yield finding


def calendar_is_known(s: Scenario) -> Iterator[Finding]:
    name = s.spec.center.calendar
    if name is not None and is_unknown(s, "calendars", name):
        yield error("center.calendar", f'"{name}" is not a calendar; {did_you_mean(name, names_of(s, "calendars"))}')


def run_says_how_long(s: Scenario) -> Iterator[Finding]:
    run = s.spec.run
    if run.replications is not None and run.precision is not None:
        yield error("run", "give either replications or precision")
    if run.replications == 0:
        yield error("run.replications", "must be 1 or more; 20 is usual")
    elif run.replications == 1:
        yield warning("run.replications", "one replication gives no intervals; 20 is usual")
    if run.precision is not None and not 2 <= run.precision.at_least <= run.precision.at_most:
        yield error("run.precision", "at_least must be 2 or more, and at_most no less")


def skills_name_queues(s: Scenario) -> Iterator[Finding]:
    for name, group in s.spec.groups.items():
        queues = ", ".join(names_of(s, "queues"))
        if not group.skills:
            yield error(f"groups.{name}.skills", f"the group has no skill; queues are {queues}")
        for skill in group.skills:
            if is_unknown(s, "queues", skill):
                yield error(f"groups.{name}.skills", f'"{skill}" is not a queue; queues are {queues}')


def names_stand_apart(s: Scenario) -> Iterator[Finding]:
    """Streams of luck are named after queues and their parts: "orders" and "orders/counts" would share one."""
    for name in s.spec.queues:
        for other in names_of(s, "queues"):
            if name.startswith(other + "/"):
                yield error(f"queues.{name}", f'reads as a part of the queue "{other}"; choose another name')


def queues_are_served(s: Scenario) -> Iterator[Finding]:
    for name, queue in s.spec.queues.items():
        if not is_lost(s, "groups") and not any(_may_serve(s, group, name) for group in names_of(s, "groups")):
            yield error(f"queues.{name}", f"no group serves this queue; add {name} = {{}} to the skills of a group")
            continue
        for number, tier in enumerate(queue.route or (), start=1):
            where = f"queues.{name}.route.{number}.groups"
            for g in tier.groups:
                if is_unknown(s, "groups", g):
                    yield error(where, f'"{g}" is not a group; {did_you_mean(g, names_of(s, "groups"))}')
                elif not _may_serve(s, g, name):
                    yield error(where, f'group {g} lacks the skill "{name}"; add it to groups.{g}.skills')
        routed = {g for tier in queue.route or () for g in tier.groups}
        if queue.route is not None:
            for g, group in s.spec.groups.items():
                if name in group.skills and g not in routed:
                    yield warning(f"queues.{name}.route", f"group {g} has the skill but no tier names it")


def _may_serve(s: Scenario, group: str, queue: str) -> bool:
    """Whether a group has the skill, or its skills could not be read."""
    if group in s.spec.groups and not is_lost(s, f"groups.{group}.skills"):
        return queue in s.spec.groups[group].skills
    written = s.resolved["groups"][group]
    skills = written.get("skills") if isinstance(written, dict) else None
    return not isinstance(skills, dict) or queue in skills


def tiers_are_ordered(s: Scenario) -> Iterator[Finding]:
    for name, queue in s.spec.queues.items():
        if queue.route is not None and not queue.route:
            yield error(f"queues.{name}.route", "is empty; remove it to offer contacts to every group with the skill")
        waits = [tier.after for tier in queue.route or ()]
        if waits != sorted(waits):
            yield error(f"queues.{name}.route", "the tiers' `after` must not fall: earlier tiers come first")
        if waits and waits[0] > 0:
            yield warning(f"queues.{name}.route", f"nobody may answer in the first {format_duration(waits[0])}")
        for number, tier in enumerate(queue.route or (), start=1):
            where = f"queues.{name}.route.{number}"
            if len(tier.choose) > 2 or not tier.choose:
                yield error(f"{where}.choose", "name one rule, or two: the second decides between equals")
            if len(set(tier.groups)) != len(tier.groups):
                yield error(f"{where}.groups", "names a group twice")
            if tier.share is not None:
                if set(tier.share) != set(tier.groups):
                    yield error(f"{where}.share", f"give a share to each of {', '.join(tier.groups)}, and to no other")
                elif abs(sum(tier.share.values()) - 1.0) > 1e-6:
                    yield error(f"{where}.share", f"the shares add up to {sum(tier.share.values()):.1%}, not 100 %")
            for g in tier.groups:
                heads = heads_given(s, g)
                if heads is not None and 0 < heads <= tier.keep_idle:
                    yield warning(
                        f"{where}.keep_idle", f"group {g} has {heads} heads: it will never take a contact here"
                    )


def selection_makes_sense(s: Scenario) -> Iterator[Finding]:
    for name, group in s.spec.groups.items():
        if not group.take or len(set(group.take)) != len(group.take):
            yield error(f"groups.{name}.take", "name each rule once; the first decides")
        elif any(rule in ("longest_waiting", "wait_weight") for rule in group.take[:-1]):
            yield warning(f"groups.{name}.take", f"waits hardly ever tie: what follows {group.take[0]} decides nothing")


def replays_reach_the_horizon(s: Scenario) -> Iterator[Finding]:
    for name, replay in s.data.replays.items():
        dates = s.clock.dates
        outside = sum(not dates[0] <= moment.date() <= dates[-1] for moment in replay.arrived)
        if replay.arrived and outside == len(replay.arrived):
            yield error(f"queues.{name}.forecast.replay", f"no row lies within {dates[0]} and {dates[-1]}")
        elif outside:
            text = f"{outside} rows lie outside the horizon and are not played"
            yield warning(f"queues.{name}.forecast.replay", text)


def volumes_cover_opening_hours(s: Scenario) -> Iterator[Finding]:
    for name, profiles in s.data.volumes.items():
        volumes = profiles["contacts"]
        if volumes.values and volumes.whole and not is_lost(s, f"queues.{name}.open"):
            yield from _gaps(s, name, volumes, f"queues.{name}.forecast.csv", "contacts")
    for name, shape in s.data.shapes.items():
        if shape.values and shape.whole and not is_lost(s, f"queues.{name}.open"):
            yield from _gaps(s, name, shape, f"queues.{name}.forecast.shape", "share")


def _gaps(s: Scenario, queue: str, profile: Profile, where: str, column: str) -> Iterator[Finding]:
    missing: dict[str, None] = {}
    closed = total = 0.0
    for _, date, start, is_open in open_slots(s, queue):
        value = profile.at(date, start)
        total += value
        if is_open and not profile.has(date, start):
            day = WEEKDAYS[date.weekday()] if profile.by == "weekday" else date.isoformat()
            missing[f"{day} {format_time_of_day(start)}"] = None
        elif not is_open and date not in s.closed_days:
            closed += value
    if missing:
        some = ", ".join(list(missing)[:3])
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        yield error(where, f"no row for {some}{more}; the queue is open then: write {column} 0 if none come")
    if closed > 0.005 * total:
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
        if handle is not None and math.isnan(handle.mean) and "aht_s" not in s.data.volumes.get(name, {}):
            yield error(f"{where}.handle.mean", '"from forecast" needs a forecast csv with an aht_s column')
        if handle is not None and handle.mean == 0:
            yield error(f"{where}.handle.mean", "must be more than 0s")
        for part in ("talk", "hold", "wrap"):
            law = getattr(queue, part)
            if law is not None and law.family == "never":
                yield error(f"{where}.{part}.family", '"never" is a law of patience only')
        if queue.talk is not None and _mean_work(s, name, queue) == 0:
            yield error(f"{where}.talk.mean", "must be more than 0s: a contact takes time")


def queues_can_empty(s: Scenario) -> Iterator[Finding]:
    """Customers whom nobody answers; customers who never give up, facing less staff than work."""
    for name, queue in s.spec.queues.items():
        if queue.talk is None and queue.handle is None:
            continue
        load, staff = _rough_load(s, name, queue), rough_staff(s, name)
        if staff == 0 and load > 0:
            yield warning(f"queues.{name}", "nobody is ever there to answer: the groups with the skill have no heads")
        if queue.patience.family != "never" or queue.at_close != "serve" or queue.lines is not None:
            continue
        if staff is not None and load > staff:
            yield warning(
                f"queues.{name}.patience",
                f"customers never give up, and {load / HOUR:,.0f} hours of work meet {staff / HOUR:,.0f} agent hours: "
                'the queue can never empty; give patience a law, or at_close = "cut off"',
            )


def _rough_load(s: Scenario, name: str, queue: Queue) -> float:
    """Seconds of work over the horizon, from the file's volumes alone."""
    forecast = queue.forecast
    if forecast.csv is not None:
        volumes = s.data.volumes[name]["contacts"]
        contacts = sum(volumes.at(date, start) for _, date, start, is_open in open_slots(s, name) if is_open)
    elif forecast.week is not None:
        contacts = forecast.week * s.clock.days / 7
    else:
        contacts = len(s.data.replays[name].arrived)
    work = _mean_work(s, name, queue)
    return 0.0 if math.isnan(work) else contacts * forecast.factor * work


def _mean_work(s: Scenario, name: str, queue: Queue) -> float:
    if queue.handle is not None:
        return queue.handle.mean
    return sum(s.law(name, part).mean for part in ("talk", "hold", "wrap"))


Rule = Callable[["Scenario"], Iterator[Finding]]

TABLE_RULES: tuple[Rule, ...] = (
    calendar_is_known,
    run_says_how_long,
    skills_name_queues,
    names_stand_apart,
    queues_are_served,
    tiers_are_ordered,
    selection_makes_sense,
    staffing_is_given_once,
    contracts_add_up,
    names_are_known,
    breaks_fit_their_shift,
    work_is_given_once,
    work_takes_time,
)

TIME_RULES: tuple[Rule, ...] = (
    rest_is_possible,
    rosters_name_people,
    replays_reach_the_horizon,
    volumes_cover_opening_hours,
    seats_reach_the_horizon,
    queues_can_empty,
)
"""Rules that need the center's days and hours."""


def assumptions_of(s: Scenario) -> Iterator[Problem]:
    """What the file leaves to us, and what we then take: printed with every result."""
    for name, queue in s.spec.queues.items():
        given = queue.model_fields_set
        if "patience" not in given:
            yield Problem(f"queues.{name}.patience", "exponential, mean 5 min (assumption; test 1 to 10 min)")
        if "fcr" not in given:
            yield Problem(f"queues.{name}.fcr", "70 % (industry average, SQM)")
        if "service_level" not in given:
            yield Problem(f"queues.{name}.service_level", "80 % in 20 s per day (industry habit)")
    for name, group in s.spec.groups.items():
        given = group.model_fields_set
        if "wage" not in given:
            yield Problem(f"groups.{name}.wage", "20.92 per hour (US mean, BLS OEWS May 2023, 43-4051)")
        if group.tenure is None and name not in s.data.people and (group.ramp is not None or len(group.wage) > 1):
            yield Problem(f"groups.{name}.tenure", f"{format_duration(ASSUMED_TENURE)} for everybody (assumption)")
    if "load" not in s.spec.costs.model_fields_set:
        yield Problem("costs.load", "1.27 × wages (BLS ECEC, private industry)")


ASSUMED_TENURE = 104 * 7 * DAY
