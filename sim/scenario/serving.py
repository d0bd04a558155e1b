"""Who serves a queue, by which routes, how many contacts at a time and in which haste."""

from __future__ import annotations

from sim.scenario.language.queues import Queue
from sim.scenario.model import Scenario


def groups_serving(s: Scenario, queue: str) -> list[str]:
    """Groups that the queue's route reaches and that have its skill."""
    return list(dict.fromkeys(group for tier in s.queue(queue).tiers for group in tier.groups))


def has_vendor(queue: Queue) -> bool:
    """Whether an outside partner may take the queue's contacts."""
    return any(tier.vendor is not None for tier in queue.route or ())


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


def paces_of(s: Scenario, group: str, queue: str) -> dict[str, float]:
    """The paces at which the group's agents may serve the queue, by the setting to blame."""
    spec, of_queue = s.spec.groups[group], s.spec.queues[queue].pace if queue in s.spec.queues else 1.0
    dial = spec.pace * of_queue
    paces = {f"groups.{group}.pace" if spec.pace != 1 else f"queues.{queue}.pace": dial}
    if spec.pressure is not None:
        paces[f"groups.{group}.pressure.pace"] = dial * spec.pressure.pace
    return paces


def work_together(s: Scenario, queue: str) -> float:
    """How many times faster than one contact after another the best of the queue's agents work on several."""
    speeds = s.queue(queue).speed_by_load or (1.0,)
    if s.queue(queue).as_session:
        # The time that several take side by side.
        speeds = (1.0,)
    most = max((s.group(g).places for g in holding_several(s, queue)), default=1)
    return max(load * speeds[min(load, len(speeds)) - 1] for load in range(1, most + 1))
