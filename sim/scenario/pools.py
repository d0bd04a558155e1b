"""Who shares queues with whom."""

from __future__ import annotations

from sim.scenario.model import Scenario


def pools_of_groups(s: Scenario) -> list[int]:
    """Number of the pool of each group: groups are in one if they share queues, directly or through others."""
    pools = list(range(len(s.groups)))
    skills = [set(group.skills) for group in s.spec.groups.values()]
    for queue in s.queues:
        sharing = {pools[g] for g, known in enumerate(skills) if queue in known}
        pools = [min(sharing) if pool in sharing else pool for pool in pools]
    return pools
