"""What must hold of channels: what agents hold together, what goes with customers who wait, where contacts go on."""

from __future__ import annotations

from collections.abc import Iterator

from sim.errors import did_you_mean
from sim.scenario.channels import CHANNELS, MOST_TOGETHER, MOST_TRANSFERS
from sim.scenario.findings import (
    Finding,
    channels_of,
    error,
    groups_serving,
    has_vendor,
    hours_text,
    is_lost,
    is_unknown,
    mean_work,
    names_of,
    queues_of_known_channel,
    warning,
)
from sim.scenario.model import Scenario
from sim.scenario.schema_channels import Capacity, Transfer
from sim.units import DAY, format_duration

OF_WAITING = ("patience", "balk", "announce", "lines", "at_close", "minimum", "self_service", "callback")
"""Settings of queues whose customers wait for their answer."""

DEFERRED = ", ".join(name for name, channel in CHANNELS.items() if not channel.live)


# ---- What one agent holds together ---------------------------------------------------------------------------------


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


# ---- Customers who wait, and those who do not ----------------------------------------------------------------------


def waiting_is_of_live_channels(s: Scenario) -> Iterator[Finding]:
    for name, queue in queues_of_known_channel(s):
        if s.queue(name).is_live:
            continue
        for key in OF_WAITING:
            if key in queue.model_fields_set and getattr(queue, key) is not None:
                text = f"customers of {queue.channel} do not wait on the line; remove {key}"
                yield error(f"queues.{name}.{key}", f'{text}, or write {key} = "none" if a base or like gives it')
        replay = s.data.replays.get(name)
        if replay is not None and "patience_s" in replay.times:
            text = f"customers of {queue.channel} do not wait on the line; remove the column patience_s"
            yield error(f"queues.{name}.forecast.replay", text)


def deferring_is_of_deferred_channels(s: Scenario) -> Iterator[Finding]:
    for name, queue in queues_of_known_channel(s):
        if not s.queue(name).is_live:
            continue
        where = f"queues.{name}"
        if queue.at_shift_end == "carry over":
            text = f'customers of {queue.channel} are on the line, and are served first; write at_shift_end = "finish"'
            yield error(f"{where}.at_shift_end", text)
        if queue.service_level is not None and queue.service_level.clock == "open":
            text = f'goes with {DEFERRED}: customers of {queue.channel} wait at all hours; write clock = "all"'
            yield error(f"{where}.service_level.clock", text)
        if queue.arrives == "always":
            text = f'customers of {queue.channel} come in while the queue is open; write open = "24/7" instead'
            yield error(f"{where}.arrives", text)


def backlogs_are_possible(s: Scenario) -> Iterator[Finding]:
    for name, queue in queues_of_known_channel(s):
        backlog, where = queue.backlog_at_start, f"queues.{name}.backlog_at_start"
        if backlog is None:
            continue
        if not s.queue(name).is_live:
            if backlog.in_hand:
                yield error(f"{where}.in_hand", f"goes with channels on which customers wait, not with {queue.channel}")
            continue
        if backlog.contacts and "oldest" not in backlog.model_fields_set:
            yield error(f"{where}.oldest", 'say how long the first in line has waited, such as oldest = "2min"')
        there = backlog.contacts + backlog.in_hand
        limits = [limit for limit in (queue.lines, CHANNELS[queue.channel].lines and s.spec.center.lines) if limit]
        if limits and there > min(limits):
            yield error(where, f"{there} contacts are there, on {min(limits)} lines")


def replies_take_their_time(s: Scenario) -> Iterator[Finding]:
    for name, queue in queues_of_known_channel(s):
        if s.queue(name).is_live or (queue.talk is None and queue.handle is None):
            continue
        work, within = mean_work(s, name, queue), s.queue(name).level.within
        if work > within:
            yield warning(
                f"queues.{name}.service_level.within",
                f"the wait ends when the reply is sent: the work alone takes {format_duration(round(work))}, "
                f"and hardly any is sent within {format_duration(within)}",
            )


# ---- Callbacks and machines ----------------------------------------------------------------------------------------


def callbacks_are_made(s: Scenario) -> Iterator[Finding]:
    for name, queue in queues_of_known_channel(s):
        callback, where = queue.callback, f"queues.{name}.callback"
        if callback is None or not s.queue(name).is_live:
            continue
        if queue.channel != "phone":
            yield error(where, f"goes with phone: customers of {queue.channel} are not called back; remove it")
            continue
        if shared := holding_several(s, name):
            text = f"calls are made by agents with nothing else in hand; those of {shared[0]} hold phone beside others"
            yield error(where, f"{text}: remove alone = false there, or the callback")
        for key, what in (("accept", "accepts the offer"), ("answered", "answers the call")):
            if getattr(callback, key) == 0:
                yield warning(f"{where}.{key}", f"nobody {what}: nobody is ever called back")
        waiting = callback.offer_above.waiting
        if waiting is not None and queue.lines is not None and waiting >= queue.lines:
            text = f"the queue has {queue.lines} lines: {waiting} never wait at once, and no callback is offered"
            yield warning(f"{where}.offer_above.waiting", text)
        quiet = callback.quiet
        if quiet is not None and callback.attempts > 1 and callback.retry_after >= quiet[1] - quiet[0]:
            text = f"{format_duration(callback.retry_after)} after a missed call the quiet hours are over"
            yield warning(f"{where}.retry_after", f"{text}: they last {format_duration(quiet[1] - quiet[0])}")


def callbacks_come_in_time(s: Scenario) -> Iterator[Finding]:
    """Calls at hours when the queue is open, before the horizon ends."""
    for name, queue in s.spec.queues.items():
        callback, where = queue.callback, f"queues.{name}.callback"
        if callback is None:
            continue
        again = (callback.attempts - 1) * callback.retry_after
        if again >= s.clock.end:
            text = f"the last of {callback.attempts} attempts comes {format_duration(again)} after the first"
            yield warning(f"{where}.retry_after", f"{text}: after the end of the horizon")
        if callback.quiet is None or is_lost(s, f"queues.{name}.open"):
            continue
        open_spans = [
            (day * DAY + first, day * DAY + last)
            for day, date in enumerate(s.clock.dates)
            for first, last in s.queue(name).open_spans(date)
        ]
        if open_spans and not any(_meets_daily(callback.quiet, span) for span in open_spans):
            text = f"the queue is never open at {hours_text(callback.quiet)}, and nobody works then"
            yield error(f"{where}.quiet", f"{text}: choose hours within its opening hours")


def _meets_daily(daily: tuple[float, float], span: tuple[float, float]) -> bool:
    """Whether hours that return every day overlap a span of absolute seconds."""
    first, last = daily
    day = (span[0] - last) // DAY + 1
    return day * DAY + first < span[1]


def machines_hand_on(s: Scenario) -> Iterator[Finding]:
    for name, queue in s.spec.queues.items():
        machine, where = queue.self_service, f"queues.{name}.self_service"
        if machine is None:
            continue
        if machine.session.family == "never":
            yield error(f"{where}.session.family", '"never" is a law of patience only')
        if machine.containment == 1 and machine.come_back.share == 0:
            yield warning(f"{where}.containment", "nobody reaches the queue: the machine keeps them all")
        elif machine.work_saved == 1:
            yield warning(f"{where}.work_saved", "nothing is left to talk about when the machine hands on")


# ---- Where contacts go on ------------------------------------------------------------------------------------------


def deflected_contacts_arrive(s: Scenario) -> Iterator[Finding]:
    for name, queue in s.spec.queues.items():
        where = f"queues.{name}.deflect"
        yield from others_are_known(s, where, name, list(queue.deflect))
        total = sum(queue.deflect.values())
        if total > 1 + 1e-6:
            yield error(where, f"the shares add up to {total:.1%}, more than all contacts")
        elif total > 1 - 1e-6:
            yield warning(where, "takes all contacts: nobody comes by this queue")


def transferred_contacts_arrive(s: Scenario) -> Iterator[Finding]:
    known = dict(queues_of_known_channel(s))
    for name, queue in s.spec.queues.items():
        where = f"queues.{name}.transfer"
        yield from others_are_known(s, where, name, list(queue.transfer))
        total = sum(transfer.share for transfer in queue.transfer.values())
        if total > 1 + 1e-6:
            yield error(where, f"the shares add up to {total:.1%}, more than all contacts")
        for other, transfer in queue.transfer.items():
            if other != name and {name, other} <= set(known):
                yield from _kind_of_transfer(s, f"{where}.{other}", name, other, transfer)


def others_are_known(s: Scenario, where: str, name: str, others: list[str]) -> Iterator[Finding]:
    for other in others:
        if other == name:
            yield error(where, "names the queue itself; name another")
        elif is_unknown(s, "queues", other):
            known = [queue for queue in names_of(s, "queues") if queue != name]
            yield error(where, f'"{other}" is not a queue; {did_you_mean(other, known)}')


def _kind_of_transfer(s: Scenario, where: str, name: str, other: str, transfer: Transfer) -> Iterator[Finding]:
    if transfer.kind == "cold":
        if transfer.handover:
            yield error(f"{where}.handover", 'goes with kind = "warm"; remove it')
        return
    if transfer.repeated:
        yield error(f"{where}.repeated", 'goes with kind = "cold": in a warm transfer nobody repeats; remove it')
    if reason := why_not_joined(s, "a warm transfer", name, other):
        yield error(f"{where}.kind", f'{reason}: write kind = "cold"')


def why_not_joined(s: Scenario, deed: str, *queues: str) -> str | None:
    """Why two agents cannot serve a customer of these queues together; None if they can."""
    for name in queues:
        channel = s.spec.queues[name].channel
        if not s.queue(name).is_live:
            return f"{deed} joins two agents and a customer who waits; nobody waits in {name}"
        if shared := holding_several(s, name):
            text = f"{deed} joins agents with nothing else in hand"
            return f"{text}, and those of {shared[0]} hold several {channel} contacts"
    return None


def holding_several(s: Scenario, queue: str) -> list[str]:
    """The groups that hold the queue's contacts beside others."""
    channel = s.spec.queues[queue].channel
    return [g for g in groups_serving(s, queue) if not s.group(g).holding(channel).alone]


def transfers_end(s: Scenario) -> Iterator[Finding]:
    """Contacts that may go round in a circle are played, but only so far."""
    told: set[frozenset[str]] = set()
    for name in s.spec.queues:
        circle = _circle(s, name)
        if circle and frozenset(circle) not in told:
            told.add(frozenset(circle))
            way = " → ".join((*circle, name))
            text = f"contacts may go round ({way}); at most {MOST_TRANSFERS} transfers of one are played"
            yield warning(f"queues.{name}.transfer", text)


def _circle(s: Scenario, start: str) -> list[str]:
    """The shortest way of transfers from a queue back to it, without the return; empty if there is none."""
    trails = {start: [start]}
    reached = [start]
    for name in reached:
        queue = s.spec.queues[name]
        for other, transfer in queue.transfer.items():
            if transfer.share > 0 and other == start and name != start:
                return trails[name]
            if transfer.share > 0 and other not in trails and other in s.spec.queues:
                trails[other] = [*trails[name], other]
                reached.append(other)
    return []
