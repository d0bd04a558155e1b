"""What a scenario leaves to us, and what we then take: printed with every result."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sim.errors import Problem
from sim.scenario.assumptions.conventions import assumptions_of_conventions
from sim.scenario.assumptions.quality import assumptions_of_quality
from sim.scenario.assumptions.workforce import assumptions_of_workforce
from sim.scenario.heads import starting_heads
from sim.scenario.language.channels import SPEED_BY_LOAD
from sim.scenario.language.queues import Queue
from sim.scenario.model import Scenario
from sim.scenario.serving import groups_serving
from sim.units import DAY, format_duration


def assumptions_of(s: Scenario) -> Iterator[Problem]:
    """Everything that is assumed, by place; what is printed keeps this order."""
    for part in (
        _of_queues,
        _of_groups,
        _of_business,
        _of_the_start,
        assumptions_of_workforce,
        assumptions_of_quality,
        assumptions_of_conventions,
        _of_costs,
    ):
        yield from part(s)


def _of_queues(s: Scenario) -> Iterator[Problem]:
    for name, queue in s.spec.queues.items():
        given = queue.model_fields_set
        if "patience" not in given and s.queue(name).is_live:
            yield Problem(f"queues.{name}.patience", "exponential, mean 5 min (assumption; test 1 to 10 min)")
        if "fcr" not in given:
            yield Problem(f"queues.{name}.fcr", "70 % (industry average, SQM)")
        serving = groups_serving(s, name)
        if queue.basis == "observed" and serving and all(starting_heads(s, group) == 0 for group in serving):
            text = "nobody serves it on the first day: handle time and FCR are taken as those of proficient agents"
            yield Problem(f"queues.{name}", text)
        yield from _of_level(s, name, queue)
        yield from _of_channel(s, name, queue)


def _of_groups(s: Scenario) -> Iterator[Problem]:
    for name, group in s.spec.groups.items():
        people = s.data.people.get(name, ())
        if "wage" not in group.model_fields_set and not (people and all(person.wage is not None for person in people)):
            yield Problem(f"groups.{name}.wage", "20.92 per hour (US mean, BLS OEWS May 2023, 43-4051)")
        for channel, held in s.group(name).holdings.items():
            own = group.capacity.get(channel)  # type: ignore[call-overload]
            if not held.alone and (own is None or own.at_once is None):
                yield Problem(f"groups.{name}.capacity.{channel}", f"at_once = {held.at_once} (assumption)")


def _of_business(s: Scenario) -> Iterator[Problem]:
    for name, vendor in s.spec.vendors.items():
        if "resolution" not in vendor.model_fields_set:
            yield Problem(f"vendors.{name}.resolution", f"{100 * vendor.resolution:g} % (assumption)")
    for name in s.spec.contracts:
        if _cuts_a_period(s, name):
            text = "periods that the horizon cuts are judged and paid by the part that lies in it"
            yield Problem(f"contracts.{name}.service_level", text)


def _of_costs(s: Scenario) -> Iterator[Problem]:
    if s.uses.waiting_prices and s.spec.customers is not None:
        text = "counts in the net cost beside what customers who leave are worth: a price of their time, not of leaving"
        yield Problem("costs.waiting_per_minute", text)
    if "load" not in s.spec.costs.model_fields_set:
        yield Problem("costs.load", "1.27 × wages (BLS ECEC, private industry)")


def _of_the_start(s: Scenario) -> Iterator[Problem]:
    """What the floor is like when the horizon begins, where customers are there at midnight."""
    if s.warm_up_days:
        before = "day" if s.warm_up_days == 1 else f"{s.warm_up_days} days"
        whose = "; by the starting staff, none of them absent" if s.uses.moving_workforce else ""
        yield Problem("run.warm_up", f"the {before} before the first, like the first week; counted nowhere{whose}")
        return
    first, eve = s.clock.start, s.clock.start - dt.timedelta(days=1)
    for name in s.spec.queues:
        closes = max((end for _, end in s.queue(name).open_spans(eve)), default=0.0)
        if (
            s.queue(name).is_live
            and closes >= DAY
            and any(start == 0.0 for start, _ in s.queue(name).open_spans(first))
        ):
            yield Problem(
                "run.warm_up", 'begins with nobody waiting, though it never closes; write "1d" to play a day before'
            )
            return


def _of_level(s: Scenario, name: str, queue: Queue) -> Iterator[Problem]:
    contract = s.spec.contracts.get(queue.contract or "")
    if "service_level" in queue.model_fields_set or (contract is not None and contract.service_level is not None):
        return
    if s.queue(name).is_live:
        yield Problem(f"queues.{name}.service_level", "80 % in 20 s per day (industry habit)")
    else:
        yield Problem(f"queues.{name}.service_level", "80 % replied in 24 h per day, all hours counted (assumption)")


def _of_channel(s: Scenario, name: str, queue: Queue) -> Iterator[Problem]:
    """What goes with the queue's channel, where the file says less than it could."""
    where = f"queues.{name}"
    if queue.speed_by_load is None and any(
        not s.group(group).holding(queue.channel).alone and s.group(group).places > 1
        for group in groups_serving(s, name)
    ):
        speeds = ", ".join(f"{speed:.2f}" for speed in SPEED_BY_LOAD)
        text = "the last goes on (planners' rule of thumb: sessions of 18, 22 and 30 min at 1.5, 2.5 and 3.5 together)"
        yield Problem(f"{where}.speed_by_load", f"{speeds} with 1, 2, 3, 4 in hand; {text}")
    if s.queue(name).carries_over and queue.at_shift_end is None:
        text = "work in hand when a shift ends is carried over to whoever takes it up next, with nothing lost"
        yield Problem(f"{where}.at_shift_end", text)
    machine, callback, backlog = queue.self_service, queue.callback, queue.backlog_at_start
    if machine is not None:
        if "session" not in machine.model_fields_set:
            yield Problem(f"{where}.self_service.session", "exponential, mean 2 min (assumption)")
        if "come_back" not in machine.model_fields_set:
            text = "nobody whom the machine contains comes to an agent after all (assumption)"
            yield Problem(f"{where}.self_service.come_back", text)
    if callback is not None:
        for key, of in (("accept", "of offers"), ("answered", "of calls")):
            if key not in callback.model_fields_set:
                yield Problem(f"{where}.callback.{key}", f"{100 * getattr(callback, key):g} % {of} (assumption)")
    if backlog is not None and not s.queue(name).is_live and "oldest" not in backlog.model_fields_set:
        yield Problem(f"{where}.backlog_at_start.oldest", f"{format_duration(backlog.oldest)} (assumption)")


def _cuts_a_period(s: Scenario, contract: str) -> bool:
    """Whether a week or month, by which the contract is judged, begins before the horizon or ends after it."""
    level = s.spec.contracts[contract].service_level
    first, after = s.clock.start, s.clock.start + dt.timedelta(days=s.clock.days)
    if level is None or level.per not in ("week", "month"):
        return False
    if level.per == "week":
        return first.weekday() != 0 or after.weekday() != 0
    return first.day != 1 or after.day != 1
