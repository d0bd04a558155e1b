"""A queue: its work, its customers, and the route of its contacts."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema, model_validator

from sim.scenario.language.fields import Amount, Choices, Count, Duration, Hours, Name, Positive, Share, TimeFactors
from sim.scenario.language.forecast import NO_FORECAST, Busyness, Forecast
from sim.scenario.language.handling import (
    Announce,
    Backlog,
    Callback,
    ChannelName,
    SelfService,
    ServiceLevel,
    Silence,
    Transfers,
)
from sim.scenario.language.laws import Handle, LawSpec, Table
from sim.scenario.language.quality import Escalation, Goodwill, Outreach, Redial, Repeat, Sale

Choose = Literal["longest_idle", "most_proficient", "fastest", "in_order", "random", "least_loaded", "most_loaded"]

LOADS = ("least_loaded", "most_loaded")
"""How much agents hold decides before any other rule: the fewest, or the most, contacts."""


class Tier(Table):
    """One step of a route: groups that may take the contact once it has waited `after`."""

    groups: tuple[Name, ...] = ()
    vendor: Name | None = Field(None, description="an outside partner instead of groups")
    after: Duration = 0.0
    until: Duration | None = Field(None, description="it takes nobody who has waited so long; no end if not given")
    keep_idle: Count = Field(0, description="idle agents that each group keeps in reserve")
    choose: Annotated[
        tuple[Choose, ...],
        Choices,
        WithJsonSchema({"type": ["string", "array"], "examples": [["longest_idle"]]}),
    ] = ("longest_idle",)
    share: dict[Name, Share] | None = Field(None, description="how contacts are split between the groups")

    @model_validator(mode="after")
    def _somebody(self) -> Tier:
        if bool(self.groups) == (self.vendor is not None):
            raise ValueError('give either groups = ["core"] or vendor = "partner"')
        return self


class Queue(Table):
    channel: ChannelName
    open: Hours | None = Field(None, description="the center's hours if not given")
    arrives: Literal["always", "open"] | None = Field(
        None, description="whether contacts come out of hours too: always on deferred channels, else open hours only"
    )
    contract: Name | None = None
    forecast: Forecast = Field(
        default_factory=lambda: NO_FORECAST,
        description="not needed where only other queues bring contacts: by transfer, escalation, deflect, or repeat.to",
    )
    busyness: Busyness = Busyness()
    talk: LawSpec | None = None
    hold: LawSpec = LawSpec(family="constant", mean="0s")
    wrap: LawSpec = Field(
        LawSpec(family="constant", mean="0s"),
        description="after-contact work: the agent is busy, the customer gone; an ACD may count it in AHT or apart",
    )
    handle: Handle | None = Field(None, description="instead of talk, hold and wrap")
    basis: Literal["observed", "standard"] = Field(
        "observed", description="observed: AHT and FCR of the base plan's staff; standard: of a fully proficient agent"
    )
    patience: LawSpec | None = Field(None, description="live channels; assumption: exponential, mean 5 min")
    balk: Share = Field(0.0, description="share who hang up at once when they have to wait")
    lines: Count | None = None
    at_close: Literal["serve", "cut off"] = Field("serve", description="what happens to those waiting at closing time")
    at_shift_end: Literal["carry over", "finish"] | None = Field(
        None,
        description="work in hand when its agent's shift or seat ends: carried over to whoever takes it up next, with "
        "nothing lost (deferred channels, if not given), or finished first, past the end (live channels always); "
        "breaks and meetings wait until it is finished",
    )
    service_level: ServiceLevel | None = Field(
        None, description="the contract's, else 80 % in 20 s (live channels) or in 24 h (deferred)"
    )
    fcr: Share = Field(0.70, description="resolved at the first contact; industry average 70 % (SQM)")
    priority: Count = Field(1, description="priority class between queues; 1 goes first")
    priority_after: tuple[tuple[Duration, Count], ...] = Field(
        (), description='priority classes of those who have waited so long, such as [["60s", 2], ["3min", 1]]'
    )
    weight: Positive = Field(1.0, description="for groups that take by wait × weight")
    head_start: Duration = Field(
        0.0, description="between queues of equal priority, its contacts stand so much further ahead than their wait"
    )
    counts_double: Duration = Field(
        0.0, description="between queues of equal priority, so much of a wait, its first part, counts double"
    )
    minimum: Count = Field(0, description="never fewer than this many signed on")
    cost_per_contact: Amount = 0.0
    route: tuple[Tier, ...] | None = Field(None, description="all groups with the skill, longest idle, if not given")
    speed_by_load: tuple[Positive, ...] | None = Field(
        None, description="chat: speed of the work on each contact when the agent works on 1, 2, 3 … of them"
    )
    silent: Silence | None = None
    backlog_at_start: Backlog | None = Field(None, description="contacts there when the horizon begins, at midnight")
    self_service: SelfService | None = None
    callback: Callback | None = None
    announce: Announce | None = None
    transfer: Transfers = Field({}, description="by the queue that the contact goes on to")
    deflect: dict[Name, Share] = Field({}, description="share of the contacts that come by another queue instead")
    unresolvable: Share = Field(0.0, description="share of the cases that nobody can resolve; the FCR contains them")
    repeat: Repeat | None = None
    redial: Redial | None = None
    escalation: Escalation | None = None
    outreach: Outreach | None = None
    credit: Goodwill | None = None
    sale: Sale | None = None
    pace: Positive = Field(1.0, description="share of standard handle time that agents take")
    resolution_by_load: tuple[Share, ...] | None = Field(
        None,
        description="chat: relative chance to resolve with 1, 2, 3 … contacts in hand; no effect if not given",
    )
    patience_by_time: TimeFactors = Field(
        (),
        description='factors on the mean patience by local time of arrival, such as [["08:00", 1.2], ["17:00", 0.8]]: '
        "each to the next time, the last over midnight; repeats, redials and transfers go by when the case came",
    )
    balk_by_time: TimeFactors = Field((), description="likewise on the share who balk")
    waiting_per_minute: Amount | None = Field(None, description="instead of that in costs; 0: not priced")
