"""How often intervals hold the truth, plain and weighted to the expected load, and how much narrower these are.

    python tests/benchmarks/coverage_of_intervals.py [--studies 300] [--replications 20] [--only NAME …]

Plays each center studies × replications times and cuts them into studies; the truth is the weighted figure of all of
them. Prints a row per figure: coverage plain and weighted (binomial standard error 1.3 points at 300 studies), and the
variance over studies and the mean squared width, plain ÷ weighted. The weighted truth has a variance of its own,
1 ÷ studies of that of one study, which costs coverage 0.1 points at most.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

import sim
from sim.measures.kpis import CENTER, Kpi
from sim.study.statistics import Replications, estimate
from sim.study.weighing import Weighing

SCENARIOS = Path(__file__).parents[2] / "scenarios"
AGAIN = {"share": "50%", "after": {"family": "exponential", "mean": "4h"}}
REDIAL = {"share": "40%", "after": {"family": "exponential", "mean": "5min"}}
ONE_DAY = {"center.weeks": "none", "center.days": 1}

CENTERS: dict[str, tuple[str, dict[str, Any]]] = {
    "starter, one day": ("starter", ONE_DAY),
    "no busyness": ("starter", ONE_DAY | {"queues.orders.busyness": "none", "queues.returns.busyness": "none"}),
    "repeats, redials, forecast error": (
        "starter",
        ONE_DAY | {"queues.orders.repeat": AGAIN, "queues.orders.redial": REDIAL, "forecast_error.level_cv": 0.06},
    ),
    "short of people": ("starter", ONE_DAY | {"groups.core.heads": "-4"}),
    "omnichannel, one day": ("omnichannel", ONE_DAY),
}
FIGURES = (
    "service_level", "abandon_rate", "asa_s", "wait_mean_s", "aht_s", "occupancy", "fcr", "cost_total",
    "cost_per_resolution",
)  # fmt: skip
"""Money too, which the program does not weigh: its coverage is why."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--studies", type=int, default=300)
    parser.add_argument("--replications", type=int, default=20)
    parser.add_argument("--only", nargs="*", default=list(CENTERS))
    said = parser.parse_args()
    print(f"{said.studies} studies of {said.replications} replications")
    print(f"{'':34}{'figure':22}{'truth':>10}{'plain':>8}{'weighted':>10}{'variance ÷':>12}{'width² ÷':>10}")
    for name in said.only:
        source, changes = CENTERS[name]
        center = sim.load(SCENARIOS / f"{source}.toml").vary(changes | {"run.variance_reduction": "expected load"})
        played = sim.run(center, replications=said.studies * said.replications, jobs=1, engine="compiled", anyway=True)
        result = played.study.results[0]
        weighing = result.weighing()
        assert weighing is not None
        for kpi, sums in result.kpi_sums(CENTER, "all"):
            if kpi.id in FIGURES:
                truth, *cells = judged(kpi, sums, weighing.excess, said.replications)
                plain, weighted, variance, width = cells
                print(
                    f"{name:34}{kpi.id:22}{truth:10.4g}{plain:8.1%}{weighted:10.1%}{variance:12.2f}{width:10.2f}",
                    flush=True,
                )


def judged(
    kpi: Kpi, sums: Replications, excess: np.ndarray[Any, np.dtype[np.float64]], runs: int
) -> tuple[float, float, float, float, float]:
    truth = float(kpi.value(Replications(sums, Weighing(excess)).totals))
    found = []
    for start in range(0, len(excess), runs):
        part = {name: column[start : start + runs] for name, column in sums.items()}
        weighing = Weighing(excess[start : start + runs])
        found.append([estimate(kpi.value, Replications(part, w), kpi.within) for w in (None, weighing)])
    mean, low, high = (np.array([[getattr(e, of) for e in pair] for pair in found]) for of in ("mean", "low", "high"))
    covered = ((low <= truth + 1e-9) & (truth - 1e-9 <= high)).mean(axis=0)
    squared, width = ((mean - truth) ** 2).mean(axis=0), ((high - low) ** 2).mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance, widths = squared[0] / squared[1], width[0] / width[1]
    return truth, float(covered[0]), float(covered[1]), float(variance), float(widths)


if __name__ == "__main__":
    main()
