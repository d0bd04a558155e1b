"""The numbered view of a scenario: what a queue, a group and a vendor are to everything after the loading.

What stands in several tables of the file, or is usual where it says nothing, is settled here, once: numbers count in
the file's order. Answers are worked out when asked for, as a file with unreadable places is looked at too: a name that
is nowhere, of a queue or a site, is left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter

from sim.distributions import Law
from sim.scenario.holding import Holding, holding_of
from sim.scenario.language.business import Contract, Vendor
from sim.scenario.language.channels import CHANNELS, SPEED_BY_LOAD, Channel
from sim.scenario.language.handling import DEFERRED_LEVEL, LIVE_LEVEL, ServiceLevel, Transfer
from sim.scenario.language.laws import LawSpec
from sim.scenario.language.off_floor import Absence
from sim.scenario.language.queues import Queue, Tier
from sim.scenario.language.scenario import ScenarioSpec
from sim.scenario.sites import AtSite, Calendars

PATIENCE = LawSpec.model_validate({"family": "exponential", "mean": "5min"})
NEVER = LawSpec(family="never")


@dataclass(frozen=True, eq=False)
class NumberedQueue:
    number: int
    name: str
    spec: Queue
    """As written."""
    _all: Numbered = field(repr=False)
    _laws: dict[str, Law] = field(default_factory=dict, repr=False)

    @property
    def channel(self) -> Channel:
        return CHANNELS[self.spec.channel]

    @property
    def is_live(self) -> bool:
        """Whether customers wait for their answer; if not, the contact is deferred and survives the night."""
        return self.channel.live

    @property
    def carries_over(self) -> bool:
        """Whether work in hand at the end of a shift is left to others; if not, it is finished first."""
        return not self.is_live and self.spec.at_shift_end != "finish"

    @property
    def accepts_at_all_hours(self) -> bool:
        arrives = self.spec.arrives
        return not self.is_live if arrives is None else arrives == "always"

    def open_spans(self, date: dt.date) -> tuple[tuple[float, float], ...]:
        """Opening hours on a date, in seconds after local midnight."""
        if date in self._all.calendars.closed_days:
            return ()
        own = self.spec.open
        return (self._all.spec.center.open if own is None else own)[date.weekday()]

    def law(self, part: str) -> Law:
        """The law of one of its times, as the file gives it: talk, hold, wrap, patience, self_service.session,
        repeat.after, redial.after or escalation.length."""
        if part not in self._laws:
            spec: LawSpec | None = attrgetter(part)(self.spec)
            if spec is None and part == "patience":
                spec = PATIENCE if self.is_live else NEVER
            assert spec is not None
            self._laws[part] = spec.law(self._all.samples.get(f"{self.name}.{part}", ()))
        return self._laws[part]

    @property
    def contract(self) -> Contract | None:
        return self._all.spec.contracts.get(self.spec.contract or "")

    @cached_property
    def level(self) -> ServiceLevel:
        """Its own service level, its contract's, or its channel's default."""
        usual = LIVE_LEVEL if self.is_live else DEFERRED_LEVEL
        own = self.spec.service_level or (self.contract.service_level if self.contract is not None else None)
        if own is None:
            return usual
        return own if "within" in own.model_fields_set else own.model_copy(update={"within": usual.within})

    @property
    def waiting_price(self) -> float:
        """What a minute of waiting is worth: 0 where nobody waits for the answer."""
        own = self.spec.waiting_per_minute
        price = self._all.spec.costs.waiting_per_minute if own is None else own
        return price if self.is_live else 0.0

    @property
    def speed_by_load(self) -> tuple[float, ...]:
        """Speed of the work on each contact when the agent works on 1, 2, 3 … contacts; the last value goes on."""
        own = self.spec.speed_by_load
        return SPEED_BY_LOAD if own is None else own

    @cached_property
    def groups(self) -> tuple[NumberedGroup, ...]:
        """Who has the skill, whether or not the route leads there."""
        return tuple(group for group in self._all.groups if self.name in group.spec.skills)

    @cached_property
    def sharing(self) -> tuple[NumberedGroup, ...]:
        """Of these, those whose agents hold its contacts beside others."""
        return tuple(group for group in self.groups if not group.holding(self.spec.channel).alone)

    @property
    def as_session(self) -> bool:
        """Whether handle time is given as that of sessions, which take longer the more contacts an agent holds."""
        law = self.spec.talk if self.spec.handle is None else self.spec.handle
        return law is not None and law.of == "session" and bool(self.sharing)

    @cached_property
    def tiers(self) -> tuple[Tier, ...]:
        """The route; by default one tier of every group with the skill. Groups without the skill drop out."""
        skilled = tuple(group.name for group in self.groups if group.holding(self.spec.channel).at_once)
        if self.spec.route is None:
            return (Tier(groups=skilled),) if skilled else ()
        route = (_of_skilled(tier, skilled) for tier in self.spec.route)
        return tuple(tier for tier in route if tier.groups or tier.vendor)

    @property
    def routed_to(self) -> list[str]:
        """The groups with the skill that the route reaches, in its order."""
        return list(dict.fromkeys(group for tier in self.tiers for group in tier.groups))

    @property
    def counts_what_is_brought(self) -> bool:
        """Whether its volumes hold more than first contacts: a log has arrivals alone, a machine those who enter it."""
        forecast = self.spec.forecast
        return forecast.contains == "all contacts" and forecast.replay is None and self.spec.self_service is None

    @property
    def is_followed_up(self) -> bool:
        """Whether customers may come to it again about a case."""
        own = self.spec.repeat
        repeats = own is not None and sum(own.to.values()) < 1.0
        return self.spec.redial is not None or repeats or self.name in self._all.repeated_to

    @cached_property
    def ways_in(self) -> frozenset[str]:
        """How contacts are handed on to it by other queues: cold, warm, swarm."""
        kinds = set[str]()
        for other in self._all.spec.queues.values():
            if self.name in other.transfer:
                kinds.add(other.transfer[self.name].kind)
            if other.escalation is not None and other.escalation.to == self.name:
                kinds.add(other.escalation.kind)
        return frozenset(kinds)

    @property
    def transfers(self) -> list[tuple[NumberedQueue, Transfer]]:
        """Where its contacts go on to, in the order of the file."""
        return [(self._all.queue(to), transfer) for to, transfer in self.spec.transfer.items()]

    @property
    def second_line(self) -> NumberedQueue | None:
        """Where hard cases go; None where they stay with the agent, or there are none."""
        hard = self.spec.escalation
        return None if hard is None or hard.to is None else self._all.queue(hard.to)

    @property
    def repeats_to(self) -> list[tuple[NumberedQueue, float]]:
        """Other queues that its repeats come to, with their shares; the rest comes back."""
        return [] if self.spec.repeat is None else [(self._all.queue(to), s) for to, s in self.spec.repeat.to.items()]

    @property
    def hands_to(self) -> set[str]:
        """The names of all queues that its contacts, or the repeats of its cases, may reach from it."""
        line = () if self.second_line is None else (self.second_line.name,)
        own = self.spec
        return {*own.transfer, *own.deflect, *(() if own.repeat is None else own.repeat.to), *line}

    @property
    def deflects_to(self) -> list[tuple[NumberedQueue, float]]:
        """Queues by which some of its contacts come instead, with their shares."""
        return [(self._all.queue(to), share) for to, share in self.spec.deflect.items()]


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


@dataclass(frozen=True, eq=False)
class NumberedGroup(AtSite):
    number: int
    name: str
    _all: Numbered = field(repr=False)

    def absences(self, sickness: bool) -> dict[str, Absence]:
        """The absences that its people have, of sickness or of leave."""
        if self.spec.seats is not None:
            return {}
        return {
            name: absence
            for name, absence in self._all.spec.absence.items()
            if absence.is_sickness == sickness and (self.name in absence.groups or not absence.groups)
        }

    @cached_property
    def queues(self) -> tuple[NumberedQueue, ...]:
        """The queues whose skill it has."""
        return tuple(queue for queue in self._all.queues if queue.name in self.spec.skills)

    def holding(self, channel: str) -> Holding:
        """How its agents hold contacts of a channel."""
        return holding_of(self.spec, channel)

    @cached_property
    def holdings(self) -> dict[str, Holding]:
        """How its agents hold contacts of each channel among its skills."""
        return {channel: self.holding(channel) for channel in sorted({queue.spec.channel for queue in self.queues})}

    @cached_property
    def interruptible(self) -> frozenset[str]:
        """Channels whose contacts its agents drop for another one of its channels."""
        held = self.holdings
        return frozenset(channel for channel, holding in held.items() if set(holding.interrupted_by) & set(held))

    @cached_property
    def blends(self) -> bool:
        """Whether an agent ever has more than one contact begun, or goes on with what another began or was left."""
        several = any(not holding.alone for holding in self.holdings.values()) or bool(self.interruptible)
        return several or self._takes_over or any(queue.carries_over for queue in self.queues)

    @property
    def _takes_over(self) -> bool:
        """Whether it may finish what agents of another group, gone home, have dropped."""
        return any(
            queue.spec.channel in other.interruptible
            for queue in self.queues
            for other in queue.groups
            if other is not self
        )

    @cached_property
    def places(self) -> int:
        """Contacts that an agent can hold together; one that is held alone takes all places."""
        return max(1, sum(holding.at_once for holding in self.holdings.values() if not holding.alone))


@dataclass(frozen=True, eq=False)
class NumberedVendor:
    number: int
    name: str
    spec: Vendor
    as_group: int
    """Its number on the floor, where vendors come after the groups."""


@dataclass(frozen=True, eq=False)
class Numbered:
    """Queues, groups and vendors, in the order of the file: the place in the tuple is the number."""

    spec: ScenarioSpec
    samples: Mapping[str, tuple[float, ...]]
    """Of laws from files, by "queue.part"."""

    @cached_property
    def calendars(self) -> Calendars:
        return Calendars(self.spec)

    @cached_property
    def queues(self) -> tuple[NumberedQueue, ...]:
        return tuple(NumberedQueue(n, name, spec, self) for n, (name, spec) in enumerate(self.spec.queues.items()))

    @cached_property
    def groups(self) -> tuple[NumberedGroup, ...]:
        return tuple(
            NumberedGroup(spec, self.calendars, n, name, self)
            for n, (name, spec) in enumerate(self.spec.groups.items())
        )

    @cached_property
    def vendors(self) -> tuple[NumberedVendor, ...]:
        vendors, first = enumerate(self.spec.vendors.items()), len(self.spec.groups)
        return tuple(NumberedVendor(n, name, spec, first + n) for n, (name, spec) in vendors)

    @cached_property
    def _queues_by_name(self) -> dict[str, NumberedQueue]:
        return {queue.name: queue for queue in self.queues}

    @cached_property
    def _groups_by_name(self) -> dict[str, NumberedGroup]:
        return {group.name: group for group in self.groups}

    @cached_property
    def _vendors_by_name(self) -> dict[str, NumberedVendor]:
        return {vendor.name: vendor for vendor in self.vendors}

    def queue(self, name: str) -> NumberedQueue:
        """KeyError if there is none; so below."""
        return self._queues_by_name[name]

    def group(self, name: str) -> NumberedGroup:
        return self._groups_by_name[name]

    def vendor(self, name: str) -> NumberedVendor:
        return self._vendors_by_name[name]

    @cached_property
    def repeated_to(self) -> frozenset[str]:
        """The names of queues that unresolved customers of some queue come to."""
        return frozenset(name for queue in self.spec.queues.values() if queue.repeat for name in queue.repeat.to)
