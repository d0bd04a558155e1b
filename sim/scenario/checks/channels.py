"""What must hold of channels: what goes with customers who wait and with those who do not, callbacks, machines."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.checks.findings import Finding, error, hours_text, is_lost, queues_of_known_channel, warning
from sim.scenario.estimates import mean_work
from sim.scenario.language.channels import CHANNELS, DEFERRED
from sim.scenario.model import Scenario
from sim.scenario.serving import holding_several
from sim.units import DAY, format_duration

OF_WAITING = ("patience", "balk", "announce", "lines", "at_close", "minimum", "self_service", "callback")
"""Settings of queues whose customers wait for their answer."""


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
