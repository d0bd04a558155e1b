"""What must hold of speed against quality: what haste does, what customers feel, and what that is worth."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.checks.findings import (
    ALL,
    LEAST_FACTOR,
    MOST_FACTOR,
    Finding,
    channels_of,
    error,
    queues_of_known_channel,
    warning,
)
from sim.scenario.estimates import rough_contacts
from sim.scenario.language.channels import CHANNELS
from sim.scenario.model import Scenario
from sim.scenario.serving import paces_of
from sim.units import WEEK

A_PERCENTAGE = 10.0
"""A pace from which on it must be meant in per cent."""


CASES_A_WEEK = 10
"""Of one customer, before their number looks too small."""


# ---- Haste and fatigue ---------------------------------------------------------------------------------------------


def paces_are_shares_of_time(s: Scenario) -> Iterator[Finding]:
    paces = {f"queues.{name}.pace": queue.pace for name, queue in s.spec.queues.items()}
    for name, group in s.spec.groups.items():
        paces[f"groups.{name}.pace"] = group.pace
        if group.pressure is not None:
            paces[f"groups.{name}.pressure.pace"] = group.pressure.pace
    for where, pace in paces.items():
        if not LEAST_FACTOR <= pace <= MOST_FACTOR:
            text = f"is {pace:g} times the standard handle time; 0.95 is 5 % less, 1.05 is 5 % more"
            yield (error if pace >= A_PERCENTAGE else warning)(where, text)


def pressure_makes_haste(s: Scenario) -> Iterator[Finding]:
    for name, group in s.spec.groups.items():
        if group.pressure is None:
            continue
        where, channels = f"groups.{name}.pressure", channels_of(s, name)
        if group.pressure.pace >= 1:
            text = f"is {group.pressure.pace:g}: nobody hurries; 0.9 is ten percent less time"
            yield warning(f"{where}.pace", text)
        if channels and not any(CHANNELS[channel].live for channel in channels):
            text = f"contacts of {', '.join(sorted(channels))} wait for hours as a rule"
            yield warning(where, f"{text}: the group would rush whenever there is a backlog")


def fatigue_has_pauses(s: Scenario) -> Iterator[Finding]:
    for name, group in s.spec.groups.items():
        if group.fatigue is not None and group.seats is not None:
            text = "seats have neither shifts nor breaks: whoever sits there tires all day, and only idle time restores"
            yield warning(f"groups.{name}.fatigue", text)


def chances_stay_chances(s: Scenario) -> Iterator[Finding]:
    """Elasticities that would make a chance to resolve more than certain, as given and at the high end of the range."""
    elasticity = s.spec.quality.pace
    high = "the high end of quality.pace.range"
    exponents = ((elasticity.resolution, "the elasticity"), (elasticity.range[1], high))
    listed: set[str] = set()
    for name in s.spec.groups:
        for queue_name in s.spec.groups[name].skills:
            queue = s.spec.queues.get(queue_name)
            where, pace = max(paces_of(s, name, queue_name).items(), key=lambda item: item[1], default=("", 1.0))
            if queue is None or where in listed:
                continue
            for exponent, of in exponents:
                product = queue.fcr * pace**exponent
                if product > 1 + 1e-9:
                    listed.add(where)
                    text = f"at pace {pace:g} and an elasticity of {exponent:g}{'' if of != high else f' ({high})'}"
                    text += f", {queue.fcr:.0%} resolved of {queue_name} would be {product:.0%} as a product"
                    yield warning(where, f"{text}; the chance is held below 100 % by the odds")
                    break


# ---- What customers feel, cost and earn ----------------------------------------------------------------------------


def experience_is_felt(s: Scenario) -> Iterator[Finding]:
    experience = s.uses.experience
    if experience is None:
        return
    if not any(weight for _, weight in experience.weights):
        yield warning("experience.weights", "are all 0: whatever happens, customers are as satisfied as ever")
    for name, _ in queues_of_known_channel(s):
        if experience.expected_wait is None and s.queue(name).level.within == 0:
            text = "is 0s, and would be the wait that customers expect; write expected_wait in [experience]"
            yield error(f"queues.{name}.service_level.within", text)


def history_is_shared_with_somebody(s: Scenario) -> Iterator[Finding]:
    if s.spec.quality.history_shared and all(queue.repeat is None for queue in s.spec.queues.values()):
        text = "no queue has repeats, so nobody says anything again: it does nothing"
        yield warning("quality.history_shared", text)


def customers_leave_for_a_reason(s: Scenario) -> Iterator[Finding]:
    customers, experience = s.spec.customers, s.uses.experience
    if customers is None or experience is None:
        return
    leave = customers.leave
    for k in range(1, len(leave)):
        if leave[k] < leave[k - 1]:
            text = f"falls from {leave[k - 1]:.0%} to {leave[k]:.0%} at bad case {k + 1}"
            yield warning("customers.leave", f"{text}: the more a customer has suffered, the sooner they leave")
            break
    if customers.bad_below == 0:
        yield warning("customers.bad_below", "is 0: no case is ever bad, and nobody leaves")
    elif customers.bad_below > experience.csat:
        text = f"is {customers.bad_below:.0%}, above csat ({experience.csat:.0%})"
        yield warning("customers.bad_below", f"{text}: a case that goes just as expected is a bad one")


def customers_are_enough(s: Scenario) -> Iterator[Finding]:
    customers = s.spec.customers
    if customers is None:
        return
    weekly = sum(rough_contacts(s, name, queue) for name, queue in s.spec.queues.items()) * WEEK / s.clock.end
    if customers.number * CASES_A_WEEK < weekly:
        text = f"is {customers.number:,}, and {weekly:,.0f} contacts come in a week"
        text += f": each customer would come {weekly / customers.number:,.0f} times"
        yield warning("customers.number", text)


def money_is_moved(s: Scenario) -> Iterator[Finding]:
    """Outreach, credits and sales that nothing can come of."""
    for name, queue in s.spec.queues.items():
        where = f"queues.{name}"
        if queue.outreach is not None:
            prevented = queue.outreach.reached * queue.outreach.prevents
            if prevented >= ALL:
                text = "all cases are prevented: nobody would come; write a lower share in reached or prevents"
                yield error(f"{where}.outreach", text)
            elif prevented == 0:
                yield warning(f"{where}.outreach", "reached × prevents is 0: it prevents nothing")
        if queue.credit is not None:
            if s.spec.customers is None:
                text = "without [customers] no bad cases are counted: nobody gets a credit"
                yield warning(f"{where}.credit", text)
            elif queue.credit.share == 0:
                yield warning(f"{where}.credit.share", "is 0: nobody gets a credit")
        if queue.sale is not None and queue.sale.share * queue.sale.margin == 0:
            yield warning(f"{where}.sale", "share × margin is 0: it earns nothing")
