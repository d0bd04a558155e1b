"""What must hold of what one agent holds together: several contacts at once, interruptions, silent customers."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.checks.findings import Finding, channels_of, error, is_lost, queues_of_known_channel, warning
from sim.scenario.language.channels import CHANNELS, DEFERRED, MOST_TOGETHER
from sim.scenario.language.handling import Capacity
from sim.scenario.model import Scenario
from sim.scenario.serving import groups_serving, has_vendor, holding_several


def queues_can_be_held(s: Scenario) -> Iterator[Finding]:
    """Groups whose agents may hold no contact of a queue that they should serve."""
    for name, queue in queues_of_known_channel(s):
        routed = [g for tier in queue.route for g in tier.groups] if queue.route else s.groups
        groups = [g for g in routed if g in s.spec.groups and name in s.spec.groups[g].skills]
        room = {g: s.group(g).holding(queue.channel).at_once for g in groups if not is_lost(s, f"groups.{g}.capacity")}
        somebody = has_vendor(queue) or any(room.get(g) != 0 for g in groups)
        for g in [g for g, at_once in room.items() if at_once == 0]:
            where = f"groups.{g}.capacity.{queue.channel}.at_once"
            if somebody:
                yield warning(where, f"is 0: the group never serves {name}, whose contacts others take")
            else:
                yield error(where, f"is 0: nobody can hold a contact of {name}; write 1 or more")


def capacity_is_of_the_groups_channels(s: Scenario) -> Iterator[Finding]:
    for name, group in s.spec.groups.items():
        served = channels_of(s, name)
        for channel in group.capacity:
            if served is not None and channel not in served:
                yield warning(
                    f"groups.{name}.capacity.{channel}", f"no queue of the group is {channel}: it does nothing"
                )


def capacity_can_be_held(s: Scenario) -> Iterator[Finding]:
    for name, group in s.spec.groups.items():
        for channel, own in group.capacity.items():
            where, held, usual = f"groups.{name}.capacity.{channel}", s.group(name).holding(channel), CHANNELS[channel]
            if own.interrupted_by:
                continue
            if held.alone and held.at_once > 1:
                culprit = "alone" if own.alone else "at_once"
                text = f"{channel} is held alone, one at a time; write at_once = 1"
                yield error(f"{where}.{culprit}", f"{text}, or alone = false to hold {held.at_once}")
            elif held.at_once > 1 and usual.live and usual.alone:
                yield warning(f"{where}.at_once", f"one agent talks to {held.at_once} customers at once")
            mine = [queue for queue in group.skills if queue in s.spec.queues]
            carried = [q for q in mine if s.spec.queues[q].channel == channel and s.queue(q).carries_over]
            if own.resume_penalty and not carried:
                yield warning(f"{where}.resume_penalty", "nothing interrupts these contacts; add interrupted_by")
            if own.resumed_by == "anybody":
                yield warning(f"{where}.resumed_by", "nothing interrupts these contacts; add interrupted_by")
        most = s.group(name).places
        if most > MOST_TOGETHER:
            text = f"an agent would hold {most} contacts at once; {MOST_TOGETHER} at most"
            yield error(f"groups.{name}.capacity", text)


def interruptions_make_sense(s: Scenario) -> Iterator[Finding]:
    for name, group in s.spec.groups.items():
        for channel, own in group.capacity.items():
            if own.interrupted_by:
                yield from _interruption(f"groups.{name}.capacity.{channel}", channel, own, channels_of(s, name))


def _interruption(where: str, channel: str, own: Capacity, served: set[str] | None) -> Iterator[Finding]:
    spot = f"{where}.interrupted_by"
    if CHANNELS[channel].live:
        yield error(spot, f"customers of {channel} wait, and are not put aside; it goes with {DEFERRED}")
        return
    if own.alone is False:
        yield error(f"{where}.alone", "a contact that is put aside for others is worked alone; remove alone = false")
    if own.at_once is not None and own.at_once > 1:
        yield error(spot, f"goes with at_once = 1, not {own.at_once}")
    if len(set(own.interrupted_by)) < len(own.interrupted_by):
        yield error(spot, "names a channel twice")
    for other in dict.fromkeys(own.interrupted_by):
        if other == channel:
            yield error(spot, f"{channel} does not interrupt itself; name channels on which customers wait")
        elif not CHANNELS[other].live:
            yield error(spot, f"{other} can wait; name channels on which customers wait, such as phone")
        elif served is not None and other not in served:
            yield warning(spot, f"no queue of the group is {other}: it interrupts nothing")


def speeds_by_load_are_used(s: Scenario) -> Iterator[Finding]:
    for name, queue in queues_of_known_channel(s):
        speeds, where = queue.speed_by_load, f"queues.{name}.speed_by_load"
        if speeds is None:
            continue
        if not speeds:
            yield error(where, "is empty; write the speed of each contact with 1, 2, … in hand, such as [1.0, 0.8]")
            continue
        if speeds[0] != 1:
            yield warning(where, f"starts at {speeds[0]:g}: talk is solo time, so the speed with one contact is 1.0")
        if list(speeds) != sorted(speeds, reverse=True):
            yield warning(where, "rises: each contact would go faster with more of them in hand")
        shared = holding_several(s, name)
        if not shared:
            yield warning(where, f"no group holds {queue.channel} beside other contacts: it does nothing")
            continue
        most = max(shared, key=lambda g: s.group(g).places)
        if s.group(most).places > len(speeds):
            text = f"agents of {most} hold up to {s.group(most).places} contacts"
            yield warning(where, f"{text}: the last speed, {speeds[-1]:g}, holds from {len(speeds) + 1} on")


def silence_is_possible(s: Scenario) -> Iterator[Finding]:
    """Customers fall silent where the agent can turn to another contact meanwhile."""
    for name, queue in queues_of_known_channel(s):
        if queue.silent is None:
            continue
        where, usual = f"queues.{name}.silent", CHANNELS[queue.channel]
        alone = [g for g in groups_serving(s, name) if s.group(g).holding(queue.channel).alone]
        if not usual.live or usual.alone:
            yield error(where, f"goes with chat and messaging, not with {queue.channel}; remove it")
        elif alone:
            text = f"the agents of {', '.join(alone)} hold {queue.channel} alone"
            yield error(where, f"{text}; customers fall silent only where agents hold several contacts")
