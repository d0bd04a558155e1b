"""What comes to a queue and who is there for it over the horizon, roughly: from the file alone, nothing is played."""

from __future__ import annotations

import math

from sim.scenario.heads import head_days
from sim.scenario.language.quality import Repeat
from sim.scenario.language.queues import Queue
from sim.scenario.model import Scenario
from sim.scenario.months import day_volumes
from sim.scenario.slots import is_open, over_horizon


def mean_work(s: Scenario, name: str, queue: Queue) -> float:
    """Mean seconds of work on a contact, as the file says; NaN where the forecast does."""
    if queue.handle is not None:
        return queue.handle.mean
    return sum(s.queue(name).law(part).mean for part in ("talk", "hold", "wrap"))


def brought_by(sender: Queue, sender_name: str, name: str) -> dict[str, float]:
    """What each contact of a queue brings to another, or itself, by how it comes."""
    unresolved, transfer = 1.0 - sender.fcr, sender.transfer.get(name)
    parts = {"transfers": transfer.share if transfer is not None else 0.0}
    if sender.escalation is not None and sender.escalation.to == name:
        parts["escalations"] = sender.escalation.share * unresolved
    if sender.repeat is not None:
        parts["repeats"] = sender.repeat.share * unresolved * share_of_repeats(sender.repeat, sender_name, name)
    return {kind: share for kind, share in parts.items() if share > 0}


def senders_of(s: Scenario) -> dict[str, dict[str, dict[str, float]]]:
    """By queue, and by who brings it anything: `brought_by`."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    for other, spec in s.spec.queues.items():
        to = [*spec.transfer, *([] if spec.repeat is None else [other, *spec.repeat.to])]
        if spec.escalation is not None and spec.escalation.to is not None:
            to.append(spec.escalation.to)
        for name in dict.fromkeys(to):
            if brought := brought_by(spec, other, name):
                found.setdefault(name, {})[other] = brought
    return found


def share_of_repeats(repeat: Repeat, sender: str, name: str) -> float:
    """Share of a queue's repeats that come to another queue, or to the queue itself."""
    return max(0.0, 1.0 - sum(repeat.to.values())) if name == sender else repeat.to.get(name, 0.0)


def rough_load(s: Scenario, name: str, queue: Queue) -> float:
    """Seconds of work over the horizon that reach the queue's agents, from the file's volumes alone."""
    work = mean_work(s, name, queue)
    if queue.self_service is not None:
        work *= 1.0 - queue.self_service.work_saved
    return 0.0 if math.isnan(work) else rough_contacts(s, name, queue) * work


def rough_contacts(s: Scenario, name: str, queue: Queue) -> float:
    """Contacts over the horizon that reach the queue by themselves, from the file's volumes alone."""
    forecast = queue.forecast
    if forecast.csv is not None:
        volumes, once = over_horizon(s.data.volumes[name]["contacts"], s.clock), ~s.clock.folded
        contacts = float(volumes[once if s.queue(name).accepts_at_all_hours else once & is_open(s, name)].sum())
    elif forecast.week is not None:
        contacts = forecast.week * s.clock.days / 7
    elif forecast.month is not None or forecast.months is not None:
        contacts = sum(day_volumes(s, name).values())
    elif not forecast.is_given:
        senders = {other: (s.spec.queues[other], by) for other, by in senders_of(s).get(name, {}).items()}
        contacts = sum(
            rough_contacts(s, other, spec) * sum(by.values())
            for other, (spec, by) in senders.items()
            if spec.forecast.is_given
        )
    else:
        contacts = len(s.data.replays[name].arrived)
    machine = queue.self_service
    kept = 0.0 if machine is None else machine.containment * (1.0 - machine.come_back.share)
    return contacts * forecast.factor * max(0.0, 1.0 - sum(queue.deflect.values())) * (1.0 - kept)


def rough_staff(s: Scenario, queue: str) -> float | None:
    """Scheduled seconds over the horizon of every group with the skill; None where the file does not say."""
    total = 0.0
    for name, group in s.spec.groups.items():
        if queue not in group.skills:
            continue
        if name in s.data.seats:
            seats = s.data.seats[name]
            total += float(over_horizon(seats, s.clock)[~s.clock.folded].sum()) * s.spec.center.interval
        elif name in s.data.rosters:
            total += sum(row.end - row.start for row in s.data.rosters[name])
        else:
            days = head_days(s, name)
            shifts = [s.spec.shifts[shift] for shift in group.shifts or () if shift in s.spec.shifts]
            if days is None or not shifts:
                return None
            longest = max((shift.hours[1] - shift.hours[0]) * len(shift.days) for shift in shifts)
            total += days * longest / 7
    return total
