"""How figures from an ACD are read, where ACDs differ: what handle time and time signed on contain."""

from __future__ import annotations

from collections.abc import Iterator

from sim.distributions import Law
from sim.errors import Problem
from sim.scenario.model import Scenario


def assumptions_of_conventions(s: Scenario) -> Iterator[Problem]:
    for name, queue in s.spec.queues.items():
        where, aht = f"queues.{name}", _mean_aht(s, name)
        wrap = _wrap(s, name, aht)
        if aht is not None and "aht" not in queue.forecast.model_fields_set:
            if not wrap:
                text = (
                    "all of it is talk and hold: the file gives no wrap. Without wrap in it, agents are free too soon"
                )
            else:
                apart = (
                    f'if the ACD counts wrap apart, write aht = "talk + hold": handle time is then {wrap:.0%} longer'
                )
                text = f"contains wrap, as all handle times here do; {apart}"
            yield Problem(f"{where}.forecast.aht", f"aht_s = talk + hold + wrap: {text}")
        elif queue.talk is not None and "wrap" not in queue.model_fields_set and aht is None and s.queue(name).is_live:
            text = "none: agents are free when the customer hangs up. An ACD's talk time is without wrap"
            yield Problem(f"{where}.wrap", text)
        if s.queue(name).as_session:
            text = "handle time is that of sessions, from the answer to the end of wrap, at the base plan's concurrency"
            yield Problem(f"{where}.{'talk' if queue.handle is None else 'handle'}.is", text)
    for name, group in s.spec.groups.items():
        if group.seats is not None:
            text = (
                "signed on: at work on contacts, wrap included, or free for one; breaks, meetings and aux time are not"
            )
            share = group.seats.shrinkage
            paid = f"paid is that ÷ (1 − {share:.0%})" if share else "paid is no more than that: shrinkage is 0"
            yield Problem(f"groups.{name}.seats", f"{text}; {paid}")


def _mean_aht(s: Scenario, queue: str) -> float | None:
    """The mean handle time in the forecast's file; None where it has none."""
    profiles = s.data.volumes.get(queue, {})
    if "aht_s" not in profiles:
        return None
    contacts, aht = profiles["contacts"].values, profiles["aht_s"].values
    total = sum(contacts.values())
    return sum(contacts[slot] * aht[slot] for slot in contacts) / total if total else None


def _wrap(s: Scenario, queue: str, aht: float | None) -> float:
    """By how much wrap makes a handle time of this mean longer, where it comes on top."""
    handle = s.spec.queues[queue].handle
    if handle is not None:
        return handle.wrap_share / (1.0 - handle.wrap_share) if handle.wrap_share < 1.0 else 0.0
    wrap: Law = s.queue(queue).law("wrap")
    return wrap.mean / aht if aht else 0.0
