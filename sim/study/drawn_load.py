"""How many contacts a replication's luck draws, against the expected ones: known before anything is played.

Contacts of live queues by forecast (of all queues where none is live), before machines, outreach and other ways to come
take some, and without those that other contacts bring: what comes of the floor has no expectation that is known.
"""

from __future__ import annotations

from dataclasses import replace

from sim.demand.arrivals import Demand
from sim.luck import Luck
from sim.study.prepared import Prepared


def drawn_excess(prepared: Prepared, replication: int) -> float:
    """Contacts drawn ÷ expected − 1; the factors of busyness and forecast error have mean 1, so its mean is 0."""
    scenario, fresh, warm_up = prepared.scenario, prepared.fresh(), prepared.warm_up
    forecast = [queue for queue in scenario.numbered.queues if queue.spec.forecast.replay is None]
    names = [queue.name for queue in forecast if queue.is_live] or [queue.name for queue in forecast]
    level = scenario.spec.forecast_error.level
    expected = level * sum(float(fresh[name].contacts.sum()) for name in names)
    if not expected:
        return 0.0
    # Who comes again from before the first day is no matter here.
    demand = Demand(replace(prepared.customers, carried={}), Luck(scenario.spec.run.seed, replication))
    first = 0 if warm_up is None else warm_up.days
    days = range(first, first + scenario.clock.days)
    drawn = sum(int(demand.forecast_contacts(name, day).sum()) for name in names for day in days)
    return drawn / expected - 1.0
