"""The language of channels: service levels, self-service, callbacks, transfers, what agents hold together."""

from __future__ import annotations

import re
from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, Field, StrictBool, WithJsonSchema, model_validator

from sim.errors import shown
from sim.scenario.language.fields import Amount, Count, Duration, Name, Positive, Share, SpanOfDay
from sim.scenario.language.laws import LawSpec, Table

ChannelName = Literal["phone", "video", "in person", "chat", "messaging", "email", "social", "back office"]
Counting = Literal["negative", "positive", "ignore", "answered", "short_excluded"]
Per = Literal["interval", "day", "week", "month"]


class ServiceLevel(Table):
    target: Share = Field(0.80, description="share that should be answered in time")
    within: Duration = Field(20.0, description="20 s; on deferred channels 24 h")
    counting: Counting = Field("negative", description="how abandoned contacts count")
    per: Per = Field("day", description="the period over which the target is judged")
    short_abandon: Duration = Field(0.0, description="abandoned sooner than this does not count as abandoned")
    clock: Literal["all", "open"] = Field(
        "all", description="deferred channels: the limit runs at all hours, or only while the queue is open"
    )


LIVE_LEVEL = ServiceLevel()
DEFERRED_LEVEL = ServiceLevel.model_validate({"within": "24h"})


class Backlog(Table):
    """Contacts that are there when the horizon begins; the figures count those alone that come later.

    Those who wait have done so for `oldest` at most, evenly spread; on live channels their patience is what is left of
    it after that wait.
    """

    contacts: Count = Field(description="contacts that wait")
    oldest: Duration = Field(86400.0, description="live channels must say it")
    in_hand: Count = Field(
        0,
        description="live channels: contacts besides, in the hands of the first agents to be there; the work left on "
        "each is drawn as a new contact's, which is exact if handle times are exponential",
    )


class Silence(Table):
    """Chat customers who fall silent at some point of the session; it closes after a while, unresolved."""

    share: Share = Field(description="of the chats whose customer falls silent")
    closes_after: Duration = Field(300.0, description="silence after which the chat is closed")


class ComeBack(Table):
    """Contained customers who come to an agent after all."""

    share: Share = Field(description="of those contained who come to an agent after all")
    after: Duration = Field(3600.0, description="mean delay; exponential")


class SelfService(Table):
    """A machine in front of the queue; the queue's forecast counts those who enter it."""

    kind: Literal["bot", "ivr"] = Field("bot", description="a bot writes, an IVR speaks; both are played alike")
    containment: Share = Field(description="share who need no agent")
    session: LawSpec = Field(
        LawSpec.model_validate({"family": "exponential", "mean": "2min"}),
        description="time that a customer spends with the machine",
    )
    cost_per_session: Amount = Field(0.0, description="what a session costs, contained or not")
    work_saved: Share = Field(0.0, description="share of the talk that is done when the machine hands on")
    come_back: ComeBack = Field(ComeBack(share=0.0), description="contained customers whose case is not settled")


class OfferAbove(Table):
    """When a callback is offered: the expected wait, or the number waiting, is above this."""

    wait: Duration | None = Field(None, description="the expected wait above which it is offered")
    waiting: Count | None = Field(None, description="contacts in the queue above which it is offered")

    @model_validator(mode="after")
    def _one(self) -> OfferAbove:
        if (self.wait is None) == (self.waiting is None):
            raise ValueError('give either wait = "3min" (expected) or waiting = 10 (contacts in the queue)')
        return self


class Callback(Table):
    """An offer to be called back, made to customers who have to wait."""

    offer_above: OfferAbove = Field(description="when it is offered")
    accept: Share = Field(0.5, description="share of those offered one; assumption")
    when: Literal["in turn", "quiet", "behind"] = Field(
        "in turn",
        description="keeps its place; or waits for a quiet hour; or stands behind the live queue: made while no live "
        "contact waits for the agent who is free",
    )
    quiet: SpanOfDay | None = Field(None, description='for when = "quiet": local hours of the calls')
    keep_idle: Count = Field(
        0, description='for when = "behind": made only while so many other agents of the group stay idle'
    )
    answered: Share = Field(0.8, description="share of attempts that reach the customer; assumption")
    ring: Duration = Field(25.0, description="agent time of an attempt that does not")
    attempts: Count = Field(2, description="attempts in all")
    retry_after: Duration = Field(900.0, description="time until the next attempt")

    @model_validator(mode="after")
    def _hours(self) -> Callback:
        if self.when == "quiet" and self.quiet is None:
            raise ValueError('when = "quiet" needs its hours, such as quiet = "14:00-16:00"')
        if self.when != "quiet" and self.quiet is not None:
            raise ValueError('quiet goes with when = "quiet"')
        if self.when != "behind" and self.keep_idle:
            raise ValueError('keep_idle goes with when = "behind"')
        if self.attempts == 0:
            raise ValueError("attempts must be 1 or more")
        return self


class Announce(Table):
    """The expected wait, told to customers who face more than `above`."""

    above: Duration = Field(0.0, description="expected wait above which it is told")
    tolerance: Positive = Field(1.0, description="whose patience × this is less than the wait told leaves at once")
    patience_factor: Positive = Field(1.0, description="on the patience of those who stay")


class Transfer(Table):
    """A share of a queue's answered contacts goes on to another queue."""

    share: Share = Field(description="of the answered contacts")
    kind: Literal["cold", "warm"] = Field("cold", description="warm: the first agent stays for the hand-over")
    handover: Duration = Field(0.0, description="warm: time that both agents spend")
    repeated: Share = Field(0.0, description="cold: share of the talk that the customer goes through again")


WHERE_TO = ("to", "queue", "target")
"""Words for the queue that a contact goes on to, where it is not the name of the table."""

BARE = re.compile(r"[A-Za-z0-9_-]+")
"""A name that needs no quotation marks."""


def _by_queue(value: object) -> object:
    """The transfers of a queue; one that is written without the name of its queue is refused, with what was meant."""
    if not isinstance(value, dict):
        return value
    bare = [key for key in (*Transfer.model_fields, *WHERE_TO) if key in value and not isinstance(value[key], dict)]
    if not bare:
        return value
    to = next((value[key] for key in bare if key in WHERE_TO), None)
    queue = "QUEUE" if not isinstance(to, str) else to if BARE.fullmatch(to) else shown(to)
    own = ", ".join(f"{key} = {shown(value[key])}" for key in bare if key not in WHERE_TO) or "share = 0.1"
    raise ValueError(f"a transfer is named by the queue that it goes to: write transfer.{queue} = {{ {own} }}")


Transfers = Annotated[dict[Name, Transfer], BeforeValidator(_by_queue)]

_CHANNEL = {"enum": list(get_args(ChannelName))}


def _channel_names(value: object) -> object:
    return [value] if isinstance(value, str) else value


class Capacity(Table):
    """How many contacts of a channel an agent holds at once, and what may stand beside them."""

    at_once: Count | None = Field(None, description="2 on chat and messaging, 1 on every other channel, if not given")
    alone: StrictBool | None = Field(None, description="nothing else in hand meanwhile; not for chat and messaging")
    interrupted_by: Annotated[
        tuple[ChannelName, ...],
        BeforeValidator(_channel_names),
        WithJsonSchema({"anyOf": [_CHANNEL, {"type": "array", "items": _CHANNEL}], "examples": [["phone", "chat"]]}),
    ] = Field((), description="channels that may break into this work: it is put aside, and taken up again later")
    resume_penalty: Duration = Field(
        0.0,
        description="extra work to find back into a contact that was interrupted or carried over, on top of the "
        "handle time",
    )
    resumed_by: Literal["same agent", "anybody"] = Field(
        "same agent",
        description="who goes on with an interrupted contact: the agent who dropped it, once free, even while a "
        "colleague is idle; or whoever is free first",
    )
