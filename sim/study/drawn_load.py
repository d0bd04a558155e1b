"""How many contacts a replication's luck draws, against the expected ones: known before anything is played.

Contacts of live queues by forecast (of all queues where none is live), before machines, outreach and other ways to come
take some, and without those that other contacts bring: what comes of the floor has no expectation that is known.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.demand.arrivals import Demand, poisson_quantile
from sim.demand.busyness import Busyness
from sim.luck import Luck, uniforms
from sim.study.prepared import Prepared

Floats = NDArray[np.float64]


def drawn_excess(prepared: Prepared, replication: int) -> float:
    """Contacts drawn ÷ expected − 1; the factors of busyness and forecast error have mean 1, so its mean is 0."""
    scenario, fresh = prepared.scenario, prepared.fresh()
    forecast = [queue for queue in scenario.numbered.queues if queue.spec.forecast.replay is None]
    names = [queue.name for queue in forecast if queue.is_live] or [queue.name for queue in forecast]
    expected = sum(float(fresh[name].contacts.sum()) for name in names)
    if not expected:
        return 0.0
    return _drawn(prepared, replication, {name: fresh[name].contacts for name in names}) / expected - 1.0


def _drawn(prepared: Prepared, replication: int, volumes: dict[str, Floats]) -> int:
    scenario, clock = prepared.scenario, prepared.scenario.clock
    seed, luck = scenario.spec.run.seed, Luck(scenario.spec.run.seed, replication)
    level = 1.0
    if scenario.spec.forecast_error.level_cv:
        level = Demand(scenario, Luck(seed, replication), prepared.standard.work, prepared.fresh()).level_error
    busyness, drawn = Busyness(scenario, luck), 0
    for name, contacts in volumes.items():
        # The same names and counters as the demand's own, so the same contacts.
        counts = luck.stream(f"queue/{name}/counts")
        for day, date in enumerate(clock.dates):
            of_day = contacts[clock.day_first[day] : clock.day_first[day + 1]] * level
            mean = busyness.volumes(name, date.toordinal(), of_day)
            u = uniforms(counts.keys(date.toordinal(), np.arange(len(mean))), 0)
            drawn += int(poisson_quantile(u, mean).sum())
    return drawn
