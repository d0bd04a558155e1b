"""What must hold of the center's days and zones, of how often it is played, and of the names in the file."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from sim.clock import Clock
from sim.errors import Problem, nearest
from sim.scenario.checks.findings import Finding, error, names_of, warning
from sim.scenario.language.center import FEWEST_WEIGHTED
from sim.scenario.language.scenario import ScenarioSpec
from sim.scenario.model import Scenario
from sim.units import DAY, HOUR

LONGEST_HORIZON = 731
FIRST_YEAR, LAST_YEAR = 1971, 2199


def check_horizon(spec: ScenarioSpec, lost: Collection[str]) -> Iterator[Problem]:
    """Days, interval and zones: what the clock needs. What is lost already is not judged."""
    zones = list(check_zones(spec, lost))
    yield from zones
    center = spec.center
    if "center" in lost:
        return
    sound = not any(place.startswith("center.") for place in (*lost, *(problem.where for problem in zones)))
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
    if center.interval < 60 or DAY % center.interval or (HOUR % center.interval and center.interval % HOUR):
        yield Problem("center.interval", "must divide an hour, or be whole hours that divide a day; 30min is usual")
    elif sound and not Clock(center.start, days, center.interval, center.timezone).regular():
        yield Problem("center.interval", "does not divide the day on which the clocks change; use 30min")


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
    if run.variance_reduction is not None:
        if run.precision is not None:
            text = "does not go with precision, where the width says when to stop: give replications instead"
            yield error("run.variance_reduction", text)
        if run.replications is not None and run.replications < FEWEST_WEIGHTED:
            text = f"weighs {FEWEST_WEIGHTED} replications or more; fewer count alike"
            yield warning("run.variance_reduction", text)
        if all(queue.forecast.replay is not None for queue in s.spec.queues.values()):
            yield warning("run.variance_reduction", "every queue replays a log: there is nothing to weigh by")


def names_stand_apart(s: Scenario) -> Iterator[Finding]:
    """Streams of luck are named after queues and their parts: "orders" and "orders/counts" would share one."""
    for name in s.spec.queues:
        for other in names_of(s, "queues"):
            if name.startswith(other + "/"):
                yield error(f"queues.{name}", f'reads as a part of the queue "{other}"; choose another name')
    # The hours of a cross-training are named after its group and queue.
    training = [name for name, group in s.spec.groups.items() if group.cross_training]
    for name in training:
        for other in training:
            if name.startswith(other + "/"):
                yield error(f"groups.{name}", f'reads as a part of the group "{other}"; choose another name')


def check_zones(spec: ScenarioSpec, lost: Collection[str]) -> Iterator[Problem]:
    """The center's zone and the sites': what every local time needs."""
    zones = {f"sites.{name}.timezone": site.timezone for name, site in spec.sites.items()}
    if "center" not in lost:
        zones = {"center.timezone": spec.center.timezone, **zones}
    for where, zone in zones.items():
        if zone is not None and not _is_zone(zone):
            yield Problem(where, f'"{zone}" is not a time zone; {_zone_like(zone)}')


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
