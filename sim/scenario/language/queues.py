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

    groups: tuple[Name, ...] = Field((), description="agent groups that may take the contact")
    vendor: Name | None = Field(None, description="an outside partner instead of groups")
    after: Duration = Field(0.0, description="wait after which this step opens; the steps before stay open")
    until: Duration | None = Field(None, description="it takes nobody who has waited so long; no end if not given")
    keep_idle: Count = Field(0, description="idle agents that each group keeps in reserve")
    choose: Annotated[
        tuple[Choose, ...],
        Choices,
        WithJsonSchema({"type": ["string", "array"], "examples": [["longest_idle"]]}),
    ] = Field(
        ("longest_idle",),
        description="which of the idle agents takes it: rules in turn, each among the equals of the one before",
    )
    share: dict[Name, Share] | None = Field(None, description="how contacts are split between the groups")

    @model_validator(mode="after")
    def _somebody(self) -> Tier:
        if bool(self.groups) == (self.vendor is not None):
            raise ValueError('give either groups = ["core"] or vendor = "partner"')
        return self


class Queue(Table):
    channel: ChannelName = Field(
        description="how contacts come; whether they want somebody now (live) or by a limit of hours (deferred)"
    )
    open: Hours | None = Field(None, description="opening hours; the center's if not given")
    arrives: Literal["always", "open"] | None = Field(
        None, description="whether contacts come out of hours too: always on deferred channels, else open hours only"
    )
    contract: Name | None = Field(None, description="the client's contract that it belongs to: a name of [contracts]")
    forecast: Forecast = Field(
        default_factory=lambda: NO_FORECAST,
        description="how many contacts come, and when; not needed where only other queues bring contacts: by transfer, "
        "escalation, deflect, or repeat.to",
    )
    busyness: Busyness = Field(Busyness(), description="how much days and intervals differ beyond chance")
    talk: LawSpec | None = Field(None, description="time with the customer, from the answer on")
    hold: LawSpec = Field(
        LawSpec(family="constant", mean="0s"), description="time the customer is put on hold, besides talk"
    )
    wrap: LawSpec = Field(
        LawSpec(family="constant", mean="0s"),
        description="after-contact work: the agent is busy, the customer gone; an ACD may count it in AHT or apart",
    )
    handle: Handle | None = Field(None, description="handle time as one law, instead of talk, hold and wrap")
    basis: Literal["observed", "standard"] = Field(
        "observed", description="observed: AHT and FCR of the base plan's staff; standard: of a fully proficient agent"
    )
    patience: LawSpec | None = Field(
        None,
        description="how long customers wait until they hang up, on live channels; assumption: exponential, mean 5 min",
    )
    balk: Share = Field(0.0, description="share who hang up at once when they have to wait")
    lines: Count | None = Field(
        None,
        description="contacts that may wait and be served at once; further ones are blocked. No limit if not given",
    )
    at_close: Literal["serve", "cut off"] = Field("serve", description="what happens to those waiting at closing time")
    at_shift_end: Literal["carry over", "finish"] | None = Field(
        None,
        description="work in hand when its agent's shift or seat ends: carried over to whoever takes it up next, with "
        "nothing lost (deferred channels, if not given), or finished first, past the end (live channels always); "
        "breaks and meetings wait until it is finished",
    )
    service_level: ServiceLevel | None = Field(
        None,
        description="the target; the contract's if not given, else 80 % in 20 s (live channels) or in 24 h (deferred)",
    )
    fcr: Share = Field(
        0.70, description="share of the cases that are resolved at the first contact; industry average 70 % (SQM)"
    )
    priority: Count = Field(1, description="priority class between queues; 1 goes first")
    priority_after: tuple[tuple[Duration, Count], ...] = Field(
        (), description='priority classes of those who have waited so long, such as [["60s", 2], ["3min", 1]]'
    )
    weight: Positive = Field(1.0, description="for groups that take by wait × weight: how much its waits count")
    head_start: Duration = Field(
        0.0, description="between queues of equal priority, its contacts stand so much further ahead than their wait"
    )
    counts_double: Duration = Field(
        0.0, description="between queues of equal priority, so much of a wait, its first part, counts double"
    )
    minimum: Count = Field(0, description="never fewer than this many signed on")
    cost_per_contact: Amount = Field(0.0, description="for each answered contact, besides costs.per_contact")
    route: tuple[Tier, ...] | None = Field(
        None,
        description="who may take its contacts, and after what wait; all groups with the skill, longest idle, if not "
        "given",
    )
    speed_by_load: tuple[Positive, ...] | None = Field(
        None, description="chat: speed of the work on each contact when the agent works on 1, 2, 3 … of them"
    )
    silent: Silence | None = Field(None, description="chat customers who fall silent")
    backlog_at_start: Backlog | None = Field(None, description="contacts there when the horizon begins, at midnight")
    self_service: SelfService | None = Field(None, description="a bot or voice menu in front of the queue")
    callback: Callback | None = Field(None, description="an offer to be called back")
    announce: Announce | None = Field(None, description="the wait, told to the customer")
    transfer: Transfers = Field({}, description="contacts handed on after the answer, by the queue that they go on to")
    deflect: dict[Name, Share] = Field({}, description="share of the contacts that come by another queue instead")
    unresolvable: Share = Field(0.0, description="share of the cases that nobody can resolve; the FCR contains them")
    repeat: Repeat | None = Field(None, description="customers whose case is not resolved come again")
    redial: Redial | None = Field(None, description="customers who were lost try again")
    escalation: Escalation | None = Field(
        None, description="what is done about contacts that the first agent cannot resolve"
    )
    outreach: Outreach | None = Field(None, description="customers told before they ask")
    credit: Goodwill | None = Field(None, description="goodwill after a bad case")
    sale: Sale | None = Field(None, description="sales on contacts that resolved the case")
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
