"""A scenario as everything after the loading knows it: validated, frozen, its files read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import Any

from sim.clock import Clock, LocalTime
from sim.distributions import Law
from sim.errors import Problem
from sim.scenario import csv_tables
from sim.scenario.channels import CHANNELS, SPEED_BY_LOAD
from sim.scenario.schema import ScenarioSpec
from sim.scenario.schema_business import DailyWeeklyHours, Pay
from sim.scenario.schema_channels import DEFERRED_LEVEL, LIVE_LEVEL, ServiceLevel
from sim.scenario.schema_groups import OF_PEOPLE
from sim.scenario.schema_laws import LawSpec
from sim.scenario.schema_off_floor import Absence
from sim.scenario.schema_quality import Experience
from sim.scenario.schema_queues import Tier
from sim.units import DAY

PATIENCE = LawSpec.model_validate({"family": "exponential", "mean": "5min"})
NEVER = LawSpec(family="never")


@dataclass(frozen=True)
class Data:
    """What the scenario's CSV files say, by queue or group."""

    volumes: dict[str, dict[str, csv_tables.Profile]] = field(default_factory=dict)
    shapes: dict[str, csv_tables.Profile] = field(default_factory=dict)
    seasons: dict[str, csv_tables.Season] = field(default_factory=dict)
    months: dict[str, csv_tables.Months] = field(default_factory=dict)
    replays: dict[str, csv_tables.Replay] = field(default_factory=dict)
    samples: dict[str, tuple[float, ...]] = field(default_factory=dict)
    seats: dict[str, csv_tables.Profile] = field(default_factory=dict)
    people: dict[str, tuple[csv_tables.Person, ...]] = field(default_factory=dict)
    rosters: dict[str, tuple[csv_tables.RosterRow, ...]] = field(default_factory=dict)
    attrition_seasons: dict[str, csv_tables.Season] = field(default_factory=dict)
    """By attrition law; below, by absence."""
    absence_seasons: dict[str, csv_tables.Season] = field(default_factory=dict)
    granted_leave: dict[str, tuple[csv_tables.GrantedLeave, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Holding:
    """How an agent of a group holds contacts of a channel."""

    at_once: int
    alone: bool
    interrupted_by: tuple[str, ...] = ()
    resume_penalty: float = 0.0
    by_anybody: bool = False


@dataclass(frozen=True)
class Scenario:
    """One plan in one world, validated. `resolved` is the merged file, for the manifest."""

    name: str
    plan: str
    folder: Path
    spec: ScenarioSpec
    resolved: dict[str, Any]
    data: Data
    lost: frozenset[str] = frozenset()
    """Places that could not be read: what stands there is left out, and judged no further."""

    warnings: tuple[Problem, ...] = ()
    assumptions: tuple[Problem, ...] = ()
    description: str = ""
    """What the file says of the plan; of the base plan, of the scenario."""
    changes: tuple[str, ...] = ()
    """In which settings the plan differs from its file's base, in words."""

    @cached_property
    def clock(self) -> Clock:
        center = self.spec.center
        days = center.days if center.days is not None else 7 * (center.weeks or 0)
        return Clock(center.start, days, center.interval, center.timezone)

    @property
    def warm_up_days(self) -> int:
        """Days before the horizon that are played and count nowhere."""
        return round((self.spec.run.warm_up or 0.0) / DAY)

    @property
    def queues(self) -> list[str]:
        return list(self.spec.queues)

    @property
    def groups(self) -> list[str]:
        return list(self.spec.groups)

    @cached_property
    def closed_days(self) -> frozenset[dt.date]:
        """Dates on which the center is closed to customers."""
        return self._calendar_days(self.spec.center.calendar, "closed")

    def days_off(self, group: str) -> frozenset[dt.date]:
        """Dates on which the group's site does not work."""
        return self._calendar_days(self._calendar_of(group), "closed")

    def holidays(self, group: str) -> frozenset[dt.date]:
        """Dates that earn the group's holiday pay."""
        return self._calendar_days(self._calendar_of(group), "holidays")

    def _calendar_of(self, group: str) -> str | None:
        site = self.site_of(group)
        own = self.spec.sites[site].calendar if site is not None else None
        return self.spec.center.calendar if own is None else own

    def _calendar_days(self, name: str | None, kind: str) -> frozenset[dt.date]:
        calendar = self.spec.calendars.get(name or "")
        return frozenset(getattr(calendar, kind)) if calendar else frozenset()

    def site_of(self, group: str) -> str | None:
        """The group's site, if it has one that is known."""
        site = self.spec.groups[group].site
        return site if site in self.spec.sites else None

    @cached_property
    def _local_times(self) -> dict[str, LocalTime]:
        return {
            name: self.clock.local if site.timezone is None else self.clock.local_time(site.timezone)
            for name, site in self.spec.sites.items()
        }

    def local_time(self, group: str) -> LocalTime:
        """The time by which the group's shifts, breaks and pay rules go: its site's, else the center's."""
        site = self.site_of(group)
        return self.clock.local if site is None else self._local_times[site]

    def pay(self, group: str) -> Pay:
        site = self.site_of(group)
        own = self.spec.sites[site].pay if site is not None else None
        return self.spec.center.pay if own is None else own

    def overtime_after(self, group: str) -> DailyWeeklyHours:
        site = self.site_of(group)
        own = self.spec.sites[site].overtime_after if site is not None else None
        return self.spec.center.overtime_after if own is None else own

    def exchange(self, group: str) -> float:
        """What one unit of the currency of the group's wages is worth in the center's."""
        site = self.site_of(group)
        return self.spec.sites[site].exchange if site is not None else 1.0

    @cached_property
    def workforce_moves(self) -> bool:
        """Whether anybody's speed, wage, presence or group changes from day to day, beyond what the roster says."""
        spec = self.spec
        if spec.hiring or spec.moves or spec.absence or spec.courses:
            return True
        groups = spec.groups.values()
        if any(group.ramp or len(group.wage.steps) > 1 or group.wage.raises for group in groups):
            return True
        return any(getattr(group, key) for group in groups for key in OF_PEOPLE)

    def with_spec(self, **changes: object) -> Scenario:
        """The same with other tables in place of these."""
        return replace(self, spec=self.spec.model_copy(update=changes))

    @cached_property
    def changes_pace(self) -> bool:
        """Whether anybody works at another pace than standard: by a dial, or under pressure."""
        groups, queues = self.spec.groups.values(), self.spec.queues.values()
        return any(g.pace != 1.0 or g.pressure for g in groups) or any(queue.pace != 1.0 for queue in queues)

    @cached_property
    def has_cases(self) -> bool:
        """Whether a contact may be followed by another about the same case."""
        return any(queue.repeat is not None or queue.redial is not None for queue in self.spec.queues.values())

    def is_followed_up(self, queue: str) -> bool:
        """Whether customers may come to the queue again about a case."""
        queues = self.spec.queues
        own = queues[queue]
        repeats = own.repeat is not None and sum(own.repeat.to.values()) < 1.0
        return own.redial is not None or repeats or any(q.repeat and queue in q.repeat.to for q in queues.values())

    def counts_what_is_brought(self, queue: str) -> bool:
        """Whether its volumes hold more than first contacts: a log has arrivals alone, a machine those who enter it."""
        spec = self.spec.queues[queue]
        return spec.forecast.contains == "all contacts" and spec.forecast.replay is None and spec.self_service is None

    @cached_property
    def experience(self) -> Experience | None:
        """What customers feel, if it is asked for: as given, else the usual where customers have a memory."""
        given = self.spec.experience
        return Experience() if given is None and self.spec.customers is not None else given

    def absences(self, group: str, sickness: bool) -> dict[str, Absence]:
        """The absences that the group's people have, of sickness or of leave."""
        spec = self.spec
        if spec.groups[group].seats is not None:
            return {}
        return {
            name: absence
            for name, absence in spec.absence.items()
            if absence.is_sickness == sickness and (group in absence.groups or not absence.groups)
        }

    def open_spans(self, queue: str, date: dt.date) -> tuple[tuple[float, float], ...]:
        """The queue's opening hours on a date, in seconds after local midnight."""
        if date in self.closed_days:
            return ()
        own = self.spec.queues[queue].open
        return (self.spec.center.open if own is None else own)[date.weekday()]

    def law(self, queue: str, part: str) -> Law:
        """The law of one of a queue's times, as the file gives it: talk, hold, wrap, patience, self_service.session,
        repeat.after, redial.after or escalation.length."""
        spec: LawSpec | None = attrgetter(part)(self.spec.queues[queue])
        if spec is None and part == "patience":
            spec = PATIENCE if self.is_live(queue) else NEVER
        assert spec is not None
        return spec.law(self.data.samples.get(f"{queue}.{part}", ()))

    def is_live(self, queue: str) -> bool:
        """Whether customers wait for their answer; if not, the contact is deferred and survives the night."""
        return CHANNELS[self.spec.queues[queue].channel].live

    def carries_over(self, queue: str) -> bool:
        """Whether work in hand at the end of a shift is left to others; if not, it is finished first."""
        own = self.spec.queues[queue].at_shift_end
        return not self.is_live(queue) and own != "finish"

    def accepts_at_all_hours(self, queue: str) -> bool:
        arrives = self.spec.queues[queue].arrives
        return not self.is_live(queue) if arrives is None else arrives == "always"

    def level(self, queue: str) -> ServiceLevel:
        """The queue's service level: its own, its contract's, or its channel's default."""
        spec, usual = self.spec.queues[queue], LIVE_LEVEL if self.is_live(queue) else DEFERRED_LEVEL
        contract = self.spec.contracts.get(spec.contract or "")
        own = spec.service_level or (contract.service_level if contract is not None else None)
        if own is None:
            return usual
        return own if "within" in own.model_fields_set else own.model_copy(update={"within": usual.within})

    def waiting_price(self, queue: str) -> float:
        """What a minute of waiting in the queue is worth: 0 where nobody waits for the answer."""
        own = self.spec.queues[queue].waiting_per_minute
        price = self.spec.costs.waiting_per_minute if own is None else own
        return price if self.is_live(queue) else 0.0

    @cached_property
    def prices_waiting(self) -> bool:
        return any(self.waiting_price(queue) for queue in self.queues)

    def speed_by_load(self, queue: str) -> tuple[float, ...]:
        """Speed of the work on each contact when the agent works on 1, 2, 3 … contacts; the last value goes on."""
        own = self.spec.queues[queue].speed_by_load
        return SPEED_BY_LOAD if own is None else own

    def as_session(self, queue: str) -> bool:
        """Whether handle time is given as that of sessions, which take longer the more contacts an agent holds."""
        spec = self.spec.queues[queue]
        law = spec.talk if spec.handle is None else spec.handle
        groups = [name for name, group in self.spec.groups.items() if queue in group.skills]
        shared = any(not self.holding(group, spec.channel).alone for group in groups)
        return law is not None and law.of == "session" and shared

    def holding(self, group: str, channel: str) -> Holding:
        """How the group's agents hold contacts of a channel."""
        usual, own = CHANNELS[channel], self.spec.groups[group].capacity.get(channel)  # type: ignore[call-overload]
        if own is None:
            return Holding(usual.at_once, usual.alone)
        return Holding(
            usual.at_once if own.at_once is None else own.at_once,
            usual.alone if own.alone is None else own.alone,
            own.interrupted_by,
            own.resume_penalty,
            own.resumed_by == "anybody",
        )

    def tiers_of(self, queue: str) -> list[Tier]:
        """The queue's route; by default one tier of every group with the skill. Groups without the skill drop out."""
        channel = self.spec.queues[queue].channel
        skilled = tuple(
            g for g, group in self.spec.groups.items() if queue in group.skills and self.holding(g, channel).at_once
        )
        route = self.spec.queues[queue].route
        if route is None:
            return [Tier(groups=skilled)] if skilled else []
        return [tier for tier in (_of_skilled(tier, skilled) for tier in route) if tier.groups or tier.vendor]


def _of_skilled(tier: Tier, skilled: tuple[str, ...]) -> Tier:
    """The tier without the groups that a plan has taken the skill from; the others share what was theirs."""
    groups = tuple(g for g in tier.groups if g in skilled)
    if groups == tier.groups:
        return tier
    share = tier.share
    if share is not None:
        total = sum(share.get(g, 0.0) for g in groups)
        share = {g: share.get(g, 0.0) / total for g in groups} if total else None
    return tier.model_copy(update={"groups": groups, "share": share})
