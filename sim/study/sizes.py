"""How large a study is: contacts, seconds and memory, estimated before anything is played.

Memory is what keeps within the machine: a study that does not fit is refused before a folder is opened. The constants
were measured with one replication of the shipped scenarios and of made-up ones (2 to 100,000 heads, up to 24 million
contacts a day; Linux, Python 3.11, one core of a server of 2023), and rounded up; a test holds them against real peaks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.demand.forecast import work_of
from sim.demand.parts import A_PART
from sim.errors import Problem, ScenarioError
from sim.floor.calendars.cache import COMPILING
from sim.measures.sums import DATED_SUMS, GROUP_SUMS, LONGEST_BY_DATE, QUEUE_SUMS
from sim.scenario.model import Scenario
from sim.study.prepared import Prepared
from sim.units import DAY, HOUR
from sim.ways_out import option
from sim.workforce.joining import joining_sources
from sim.workforce.people import heads_of

SECONDS_A_CONTACT = {"simpy": 40e-6, "compiled": 4e-6}
"""Of processor time; measured 22 to 46 µs under SimPy, 1.2 to 6 µs compiled."""

SECONDS_A_QUEUE_DAY = 1e-3
"""Of a replication: drawing and folding a day's tables, be they small."""

SECONDS_A_HEAD_DAY = {"prepared": 5e-6, "played": 2e-6}
STARTING = 3.0
"""Loading, tables and charts."""

MAIN = 350e6
"""Bytes of the process that writes tables and charts, the compiled floor loaded; then of one that plays alone."""
WORKER = {"simpy": 90e6, "compiled": 230e6}

A_CONTACT = {"simpy": 3_000.0, "compiled": 1_400.0}
"""Bytes for each contact of the largest part of a day, drawn, played and folded."""

A_WAITING_CONTACT = 1_800.0
"""Bytes for each contact in the system at one time: its slot, its timers, room to grow."""

A_KEPT_CONTACT = 2_000.0
"""Bytes for each contact of a replication that is kept until it is written: its row, 600 of its table while that is
made, or 1,600 of its agents' stretches of time."""

A_HEAD, A_HEAD_DAY = 2_000.0, 330.0
"""Bytes of a plan's people and their shifts; of each plan that is played."""

A_TABLE_CELL = 4_000.0
"""Bytes for each interval reported, and queue or group: tables, charts, page."""

A_WORKDAY = 8 * HOUR * 5 / 7
"""Seconds a day that a head is there, roughly."""

LARGE_CONTACTS, LARGE_SECONDS, LARGE_MEMORY = 5e6, 60.0, 2.0**30
"""What is announced before it is played."""


@dataclass(frozen=True)
class Bulk:
    """What a plan is made of, as far as its file says; before it is prepared, which takes memory itself."""

    heads: dict[str, int]
    """By group or vendor, those who may join included."""
    days: int
    intervals: int
    listed: int
    """Intervals that results list: each by its date, or those of typical weeks."""
    queues: int
    groups: int
    deferred: int

    @property
    def people(self) -> float:
        """Bytes of agents and their rosters."""
        return sum(self.heads.values()) * (A_HEAD + A_HEAD_DAY * self.days)

    @property
    def sums(self) -> float:
        """Bytes of one replication's sums."""
        by_queue = 8.0 * self.queues * (len(QUEUE_SUMS) * (self.listed + self.days) + len(DATED_SUMS) * self.intervals)
        by_group = 8.0 * self.groups * (len(GROUP_SUMS) * (self.listed + self.days) + self.intervals)
        lying = 8.0 * self.deferred * self.intervals * (self.intervals.bit_length() + 3)
        return by_queue + by_group + lying + 8.0 * self.days * sum(self.heads.values())

    @property
    def tables(self) -> float:
        """Bytes of what is written about it."""
        return A_TABLE_CELL * self.listed * (self.queues + self.groups)

    @property
    def unplayed(self) -> float:
        """Bytes that it takes whatever is played."""
        return self.people + 2.0 * self.sums + self.tables


def bulk_of(scenario: Scenario) -> Bulk:
    """Counted, not built: nothing here takes memory by the head, the day or the interval."""
    starting = [
        len(scenario.data.people[name]) if name in scenario.data.people
        else len({row.agent for row in scenario.data.rosters[name]}) if name in scenario.data.rosters
        else heads_of(scenario, name)
        for name in scenario.groups
    ]  # fmt: skip
    heads = dict(zip(scenario.groups, starting, strict=True))
    for source in joining_sources(scenario, starting):
        heads[scenario.groups[source.group]] += source.count
    heads |= {vendor.name: vendor.spec.capacity for vendor in scenario.numbered.vendors}
    clock, mode = scenario.clock, scenario.spec.results.intervals
    by_date = mode == "date" or (mode == "auto" and clock.days <= LONGEST_BY_DATE)
    # A typical week a month, and its closed days.
    closed = scenario.closed_days
    kinds = {(date.year, date.month, 7 if date in closed else date.weekday()) for date in clock.dates}
    listed = clock.intervals if by_date else min(clock.intervals, len(kinds) * math.ceil(clock.intervals / clock.days))
    return Bulk(
        heads, clock.days + scenario.warm_up_days, clock.intervals, listed,
        len(scenario.queues), len(scenario.groups), len(scenario.uses.deferred),
    )  # fmt: skip


@dataclass(frozen=True)
class Load:
    """What playing one replication of a plan takes."""

    bulk: Bulk
    contacts: float
    busiest: float
    """Contacts of the busiest day, and those in the system at one time."""
    waiting: float

    def seconds(self, engine: str) -> float:
        """Of processor time."""
        heads_days = sum(self.bulk.heads.values()) * self.bulk.days * SECONDS_A_HEAD_DAY["played"]
        days = self.bulk.days * (self.bulk.queues + self.bulk.groups) * SECONDS_A_QUEUE_DAY
        return self.contacts * SECONDS_A_CONTACT[engine] + days + heads_days

    def bytes(self, engine: str, keep: bool) -> float:
        """Beside the plan itself."""
        part = min(self.busiest, 1.2 * A_PART) * A_CONTACT[engine]
        kept = self.contacts * A_KEPT_CONTACT if keep else 0.0
        return part + self.waiting * A_WAITING_CONTACT + 2.0 * self.bulk.sums + kept


def load_of(prepared: Prepared) -> Load:
    """Of its forecast: what contacts bring about is in it, unless the file says otherwise."""
    scenario, bulk = prepared.scenario, bulk_of(prepared.scenario)
    clock, waiting, work = scenario.clock, 0.0, 0.0
    total, patient = np.zeros(clock.intervals), 0.0
    for one in scenario.numbered.queues:
        queue, volume, patience = one.spec, prepared.expected[one.name].contacts, one.law("patience")
        handle = _handle_time(prepared, one.name)
        total += volume
        work += float(volume.sum()) * handle
        peak = float(volume.max(initial=0.0)) / clock.interval
        if patience.family == "never":
            patient += float(volume.sum())
        else:
            waiting += peak * patience.mean
        waiting += peak * handle
        for again in (queue.repeat, queue.redial):
            if again is not None:
                after = one.law("repeat.after" if again is queue.repeat else "redial.after").mean
                waiting += float(volume.sum()) * again.share * (1.0 - queue.fcr) * min(1.0, after / clock.end)
    there = sum(bulk.heads.values()) * A_WORKDAY * clock.days
    # Who does not give up waits for as long as there is more work than people.
    waiting += patient * max(0.0, 1.0 - there / work) if work else 0.0
    days = np.bincount(clock.interval_day, total, clock.days)
    contacts = float(total.sum()) * bulk.days / clock.days
    return Load(bulk, contacts, float(days.max(initial=0.0)), min(waiting, contacts))


def _handle_time(prepared: Prepared, queue: str) -> float:
    return work_of(prepared.scenario, queue).mean * prepared.expected[queue].usual_work


@dataclass(frozen=True)
class Size:
    """Of a whole study: contacts, wall-clock seconds and bytes at the peak, on so many processes."""

    contacts: float
    seconds: float
    memory: float
    jobs: int
    at_most: bool = False
    """Whether plans may be played less often: until their precision is reached."""

    @property
    def is_large(self) -> bool:
        return self.contacts > LARGE_CONTACTS or self.seconds > LARGE_SECONDS or self.memory > LARGE_MEMORY

    def then(self, other: Size) -> Size:
        """Of one after the other."""
        both = self.contacts + other.contacts, self.seconds + other.seconds, max(self.memory, other.memory)
        return Size(*both, self.jobs, self.at_most or other.at_most)

    def up_to(self, most: Size) -> str:
        """ "1.2 to 3.4 million contacts, 20 s to 2 min": from this to the most that it may be."""
        few, many = _many(self.contacts), _many(most.contacts)
        short, long = duration_text(self.seconds), duration_text(most.seconds)
        contacts = many if few == many else f"{few} to {many}"
        return f"{contacts} contacts, {long if short == long else f'{short} to {long}'}"

    def __str__(self) -> str:
        on = "1 process" if self.jobs == 1 else f"{self.jobs} processes"
        about = "Up to" if self.at_most else "About"
        return (
            f"{about} {_many(self.contacts)} contacts, {duration_text(self.seconds)} on {on}, "
            f"{memory(self.memory)} of memory."
        )


def size_of(
    loads: Sequence[Load],
    runs: Sequence[int],
    pilots: float,
    engine: str,
    jobs: int,
    *,
    cores: int,
    keep: bool,
    warm: bool,
) -> Size:
    """Of plans that are played so many times each, and of pilots that play so many contacts."""
    # A replication is played by one process.
    jobs = min(jobs, max(runs))
    contacts = sum(load.contacts * times for load, times in zip(loads, runs, strict=True))
    played = sum(
        load.seconds(engine) * times / min(jobs, cores, times) for load, times in zip(loads, runs, strict=True)
    )
    people = sum(sum(load.bulk.heads.values()) * load.bulk.days for load in loads)
    alone = pilots * SECONDS_A_CONTACT[engine] + people * SECONDS_A_HEAD_DAY["prepared"]
    alone += STARTING + (COMPILING if engine == "compiled" and not warm else 0.0)
    plans = sum(load.bulk.unplayed for load in loads)
    one = max(load.bytes(engine, keep) for load in loads)
    if jobs == 1:
        bytes_ = MAIN + plans + one
    else:
        # What a worker hands over is there twice for a moment.
        handed = max(2.0 * load.bulk.sums + (load.contacts * A_KEPT_CONTACT if keep else 0.0) for load in loads)
        worker = WORKER[engine] + max(load.bulk.people for load in loads) + one
        bytes_ = MAIN + plans + handed + jobs * worker
    return Size(contacts + pilots, alone + played, bytes_, jobs)


def free_memory() -> float:
    """Bytes that this machine, or the container, has to spare, as far as this process may use them."""
    import psutil

    free, group = float(psutil.virtual_memory().available), Path("/sys/fs/cgroup")
    try:
        limit = (group / "memory.max").read_text().strip()
        if limit != "max":
            free = min(free, float(limit) - float((group / "memory.current").read_text()))
    except (OSError, ValueError):
        pass
    if hasattr(psutil, "RLIMIT_AS"):
        limit_of_process, process = psutil.Process().rlimit(psutil.RLIMIT_AS)[0], psutil.Process()
        if limit_of_process != psutil.RLIM_INFINITY:
            free = min(free, float(limit_of_process - process.memory_info().vms))
    return free


def check_room(scenarios: Sequence[Scenario], room: float) -> None:
    """ScenarioError if the people, or the sums, of these plans do not fit; before they are made."""
    bulks = [bulk_of(scenario) for scenario in scenarios]
    if sum(bulk.unplayed for bulk in bulks) + MAIN <= room:
        return
    if room < MAIN:
        text = f"the program itself takes about {memory(MAIN)} of memory; {memory(room)} are free: close other programs"
        raise ScenarioError(scenarios[0].name, [Problem("memory", text + _anyway())])
    largest = max(range(len(bulks)), key=lambda n: bulks[n].unplayed)
    raise ScenarioError(scenarios[largest].name, list(_too_large(scenarios[largest], bulks[largest], len(bulks), room)))


def _too_large(scenario: Scenario, bulk: Bulk, plans: int, room: float) -> list[Problem]:
    of_plans = f", and {plans} plans are played" if plans > 1 else ""
    if bulk.people >= bulk.unplayed / 2:
        name = max(bulk.heads, key=lambda group: bulk.heads[group])
        fits = 0.9 * (room - MAIN) / plans / (A_HEAD + A_HEAD_DAY * bulk.days)
        text = (
            f"{bulk.heads[name]:,} heads over {bulk.days} days take about {memory(bulk.people)} of memory{of_plans}; "
            f"{memory(room)} are free: about {_down(fits):,} heads would fit; or play fewer days"
        )
        table = "groups" if name in scenario.spec.groups else "vendors"
        return [Problem(f"{table}.{name}", text + _anyway())]
    text = (
        f"{bulk.intervals:,} intervals × {bulk.queues + bulk.groups} queues and groups take about "
        f"{memory(bulk.unplayed)} of memory{of_plans}; {memory(room)} are free: play fewer days, or a coarser interval"
    )
    if bulk.listed == bulk.intervals and bulk.days > 7:
        text += ', or tell results by [results] intervals = "typical week"'
    return [Problem("center.interval", text + _anyway())]


def _anyway() -> str:
    return f"; {option('anyway')} plays all the same"


def refusal(size: Size, load: Load, engine: str, *, keep: bool, room: float, fewer: int) -> str:
    """What to say of a study that does not fit, and what would: so many `fewer` jobs, if any; the largest of its needs.

    `load`: of the largest plan.
    """
    text = f"{str(size)[:-1]}; {memory(room)} are free. "
    if fewer:
        return f"{text}{option('jobs', fewer)} would fit{_anyway()}"
    ways = {
        f"leave out {option('keep', 'contacts')}": load.contacts * A_KEPT_CONTACT if keep else 0.0,
        f"about {_many(load.waiting)} contacts would wait at one time: plan more people, or shorter waits": load.waiting
        * A_WAITING_CONTACT,
        "play fewer days or plans, or a coarser interval": load.bulk.unplayed + 2.0 * load.bulk.sums,
        f"use {option('engine', 'compiled')}": (
            A_CONTACT["simpy"] * min(load.busiest, A_PART) if engine == "simpy" else 0.0
        ),
    }
    way = max(ways, key=lambda way: ways[way])
    return f"{text}{way[0].upper()}{way[1:]}{_anyway()}"


def memory(size: float) -> str:
    """`2.1 GB`, `640 MB`: in units of 1000."""
    return f"{size / 1e9:.1f} GB" if size >= 0.95e9 else f"{size / 1e6:.0f} MB"


def _many(count: float) -> str:
    if count >= 0.95e9:
        return f"{count / 1e9:.1f} billion"
    if count >= 0.95e6:
        return f"{count / 1e6:.{0 if count >= 9.5e6 else 1}f} million"
    return f"{_down(count + 0.5):,}"


def duration_text(seconds: float) -> str:
    """ "20 s", "12 min", "3 h": as well as it can be estimated."""
    if seconds < 90:
        return f"{max(5, 5 * round(seconds / 5))} s"
    return (
        f"{seconds / 60:.0f} min"
        if seconds < 2 * HOUR
        else f"{seconds / HOUR:.0f} h"
        if seconds < 2 * DAY
        else (f"{seconds / DAY:.0f} days")
    )


def _down(count: float) -> int:
    """Rounded down to two digits."""
    if count < 100:
        return max(int(count), 0)
    unit: int = 10 ** (len(str(int(count))) - 2)
    return int(count) // unit * unit
