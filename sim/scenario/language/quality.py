"""The language of speed against quality: what haste costs, who comes again, what customers feel, what it is worth."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, StrictBool, model_validator

from sim.scenario.language.fields import Amount, Count, Duration, Name, Positive, Share
from sim.scenario.language.laws import LawSpec, Table

EscalationKind = Literal["cold", "warm", "swarm", "follow up"]

NEXT_DAY = LawSpec.model_validate({"family": "exponential", "mean": "1d"})
IN_MINUTES = LawSpec.model_validate({"family": "exponential", "mean": "5min"})
SOME_WORK = LawSpec.model_validate({"family": "exponential", "mean": "10min"})

MOST_ATTEMPTS = 20
"""Of one case: every attempt that a case may come to is drawn when it is born."""


class _ComesAgain(Table):
    """`share` of those whose case is still open come again, until the case has had so many `attempts`."""

    attempts: Count = Field(4, description="contacts of one case at most, the first included; assumption")

    @model_validator(mode="after")
    def _bounded(self) -> _ComesAgain:
        if not 1 <= self.attempts <= MOST_ATTEMPTS:
            raise ValueError(f"attempts is from 1 to {MOST_ATTEMPTS}")
        return self


class Repeat(_ComesAgain):
    """Unresolved contacts: the customer comes again, on this queue or another."""

    share: Share = Field(description="of those whose contact did not resolve the case, who come again")
    after: LawSpec = Field(NEXT_DAY, description="from the end of the contact; assumption: exponential, mean 1 day")
    to: dict[Name, Share] = Field({}, description="share of the repeats that come to another queue, by queue")
    repeated: Share = Field(
        0.25, description="share of the talk that is gone through again, unless history is shared; assumption"
    )


class Redial(_ComesAgain):
    """Lost contacts (abandoned, balked, blocked, cut off at close): the customer tries again, on the same queue."""

    share: Share = Field(description="of those lost, who try again")
    after: LawSpec = Field(
        IN_MINUTES, description="from the moment they were lost; assumption: exponential, mean 5 min"
    )


class Escalation(Table):
    """What is done about a contact that the first agent cannot resolve, before it ends.

    A contact is hard for whoever cannot resolve it: a newcomer, whose chance is lower, finds more of them hard.
    """

    share: Share = Field(description="of the contacts that the first agent cannot resolve")
    kind: EscalationKind = Field(
        "cold",
        description="cold, warm: on to another queue; swarm: one of its agents joins, both stay to the end; "
        "follow up: the first agent works on it afterwards",
    )
    to: Name | None = Field(None, description="the second line's queue; not for follow up")
    handover: Duration = Field(0.0, description="warm: time that both agents spend")
    repeated: Share = Field(0.0, description="cold: share of the talk that the customer goes through again")
    length: LawSpec = Field(SOME_WORK, description="follow up: the extra work; assumption: exponential, mean 10 min")
    resolution: Share = Field(0.7, description="follow up: chance that it resolves the case; assumption")
    experience: Amount = Field(
        1.0, description="swarm: further contacts' worth that the first agent learns from it; assumption"
    )

    @model_validator(mode="after")
    def _somewhere(self) -> Escalation:
        if (self.kind == "follow up") != (self.to is None):
            if self.to is None:
                raise ValueError(f'{self.kind} goes on to a second line; write its queue, such as to = "tier-2"')
            raise ValueError('a follow up stays with the first agent; remove to, or write to = "none" in a plan')
        return self


OF_KIND: dict[str, EscalationKind] = {
    "handover": "warm",
    "repeated": "cold",
    "length": "follow up",
    "resolution": "follow up",
    "experience": "swarm",
}
"""Settings of an escalation that go with one kind of it."""


class Outreach(Table):
    """Customers who are written to before they ask; some of them need not ask any more."""

    reached: Share = Field(description="share of the cases to come whose customers are reached in time")
    prevents: Share = Field(description="share of these cases that are prevented")
    messages: Positive = Field(1.0, description="messages sent for each case reached; assumption")
    cost: Amount = Field(description="per message")


class Goodwill(Table):
    """A credit given after a bad case."""

    share: Share = Field(1.0, description="of bad cases")
    amount: Amount = Field(description="of one credit")
    softens: Share = Field(0.5, description="share of credits after which the case is not held against us; assumption")


class Sale(Table):
    """Sales and up-sales on contacts that resolved the case."""

    share: Share = Field(description="of the contacts that resolve the case")
    margin: Amount = Field(description="earned per sale")


class Pressure(Table):
    """Agents rush while more than so many contacts wait per agent on duty; fixed when a contact is answered."""

    waiting_per_agent: Amount = Field(description="contacts that wait per agent on duty, above which agents rush")
    pace: Positive = Field(0.9, description="share of the usual handle time while rushing; assumption")


class Fatigue(Table):
    """Hours of work without relief slow and worsen it; idle time and breaks restore. Everybody comes rested."""

    occupancy: Share = Field(0.80, description="neither tires nor restores; assumption")
    hours: Positive = Field(4.0, description="of work without a pause until fully tired; assumption")
    rest: Duration = Field(1800.0, description="break after which the fully tired are restored; assumption")
    speed: Share = Field(0.95, description="of the fully tired; assumption")
    resolution: Share = Field(0.95, description="relative chance to resolve of the fully tired; assumption")
    courtesy: Share = Field(0.95, description="of the fully tired; assumption")

    @model_validator(mode="after")
    def _possible(self) -> Fatigue:
        if not 0.0 < self.occupancy < 1.0:
            raise ValueError("occupancy is between 0 and 1")
        if self.speed <= 0.0 or self.rest <= 0.0:
            raise ValueError("speed and rest must be more than 0")
        return self


class PaceElasticity(Table):
    """What other paces than standard do: at pace p the chance to resolve is × p^resolution, courtesy × p^courtesy."""

    resolution: Amount = Field(
        0.3, description="the power of pace in the chance to resolve; assumption: nobody has measured it for you"
    )
    range: tuple[Amount, Amount] = Field((0.0, 1.0), description="within which resolution may lie; assumption")
    courtesy: Amount = Field(0.3, description="likewise, of courtesy; assumption")

    @model_validator(mode="after")
    def _in_order(self) -> PaceElasticity:
        low, high = self.range
        if low > high:
            raise ValueError(f"range goes from low to high, such as [{high:g}, {low:g}]")
        if not low <= self.resolution <= high:
            wider = f"[{min(low, self.resolution):g}, {max(high, self.resolution):g}]"
            raise ValueError(f"resolution is {self.resolution:g}, outside its range; write range = {wider} too")
        return self


class Quality(Table):
    """What working faster, or side by side, does to quality."""

    pace: PaceElasticity = Field(
        PaceElasticity(), description="what working faster or slower does to resolution and courtesy"
    )
    history_shared: StrictBool = Field(
        False, description="whether agents see earlier contacts of a case, so that nothing is gone through again"
    )


class Weights(Table):
    """How much each gap between perception and expectation moves satisfaction, in log-odds; assumptions."""

    resolution: Amount = Field(2.0, description="resolved (1) or not (0), against the FCR that customers are used to")
    wait: Amount = Field(0.3, description="1 − wait ÷ wait expected, at worst −1")
    attempts: Amount = Field(0.7, description="each further contact about the same case (SQM: −15 points each)")
    handover: Amount = Field(0.3, description="handed on to somebody else")
    repetition: Amount = Field(0.4, description="having to say it all again")
    courtesy: Amount = Field(1.0, description="courtesy of the agent against the usual, 1")


class Recommendation(Table):
    """Shares of promoters and detractors among customers who get just what they expect."""

    promoters: Share = Field(0.45, description="share who recommend the center; assumption")
    detractors: Share = Field(0.25, description="share who warn of it; assumption")


class Experience(Table):
    """What customers feel: satisfaction is perception − expectation, contact by contact and case by case."""

    weights: Weights = Field(Weights(), description="what satisfaction hangs on")
    csat: Share = Field(0.78, description="satisfied share of customers who get just what they expect; assumption")
    nps: Recommendation = Field(Recommendation(), description="promoters and detractors; assumption: 45 % and 25 %")
    ces: Positive = Field(5.5, description="ease from 1 to 7 as they expect it; assumption")
    expected_wait: Duration | None = Field(
        None, description="on live channels; the queue's service level limit if not given, and on deferred ones"
    )

    @model_validator(mode="after")
    def _possible(self) -> Experience:
        if not 1.0 < self.ces < 7.0:
            raise ValueError("ces lies between 1 and 7")
        if self.expected_wait == 0.0:
            raise ValueError("expected_wait must be more than 0s")
        if not 0.0 < self.csat < 1.0 or not all(0.0 < s < 1.0 for s in (self.nps.promoters, self.nps.detractors)):
            raise ValueError("csat, promoters and detractors lie between 0 and 1")
        if self.nps.promoters + self.nps.detractors > 1.0:
            raise ValueError("promoters and detractors are more than everybody")
        return self


class Customers(Table):
    """Customers with a memory: bad cases add up, and some leave. Each new case is that of one of them."""

    number: Count = Field(description="customers of the center when the horizon begins")
    value: Amount = Field(description="what the center loses when one leaves")
    leave: tuple[Share, ...] = Field(
        min_length=1, description="chance to leave at the first bad case, the second …; the last value goes on"
    )
    bad_below: Share = Field(
        0.5, description="a closed case is bad if the chance that its customer is satisfied is below this; assumption"
    )

    @model_validator(mode="after")
    def _somebody(self) -> Customers:
        if self.number == 0:
            raise ValueError("number must be 1 or more")
        return self
