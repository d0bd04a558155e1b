"""Which groups' agents hold several contacts at once, or may be interrupted."""

from __future__ import annotations

from sim.scenario.model import Holding, Scenario


def holdings(scenario: Scenario, group: str) -> dict[str, Holding]:
    """How the group's agents hold contacts of each channel among its skills."""
    known = scenario.spec.queues
    channels = {known[queue].channel for queue in scenario.spec.groups[group].skills if queue in known}
    return {channel: scenario.holding(group, channel) for channel in sorted(channels)}


def interruptible(scenario: Scenario, group: str) -> set[str]:
    """Channels whose contacts the group's agents drop for another one of its channels."""
    held = holdings(scenario, group)
    return {channel for channel, holding in held.items() if set(holding.interrupted_by) & set(held)}


def blends(scenario: Scenario, group: str) -> bool:
    """Whether an agent of the group ever has more than one contact begun, or finishes what another began."""
    held = holdings(scenario, group)
    several = any(not holding.alone for holding in held.values()) or bool(interruptible(scenario, group))
    return several or _takes_over(scenario, group) or _carries_over(scenario, group)


def _carries_over(scenario: Scenario, group: str) -> bool:
    """Whether the group's agents leave work to others at the end of their shifts, or go on with what was left."""
    known = scenario.spec.queues
    return any(scenario.carries_over(queue) for queue in scenario.spec.groups[group].skills if queue in known)


def _takes_over(scenario: Scenario, group: str) -> bool:
    """Whether the group may finish what agents of another group, gone home, have dropped."""
    queues, groups = scenario.spec.queues, scenario.spec.groups
    mine = [queue for queue in groups[group].skills if queue in queues]
    return any(
        queue in other.skills and queues[queue].channel in interruptible(scenario, name)
        for name, other in groups.items()
        if name != group
        for queue in mine
    )


def places(scenario: Scenario, group: str) -> int:
    """Contacts that an agent of the group can hold together; one that is held alone takes all places."""
    return max(1, sum(holding.at_once for holding in holdings(scenario, group).values() if not holding.alone))
