"""How busy the workers of a cluster are, by simulation of how a study hands out its replications.

    python tests/benchmarks/cluster_schedule.py

A plan's replications are handed out in order, `AHEAD` by worker, taken back in order and added up by one process; the
next plan begins when the last one is done. Efficiency: the time that playing takes on one worker, divided by workers
times the time that the study takes. Times of replications are lognormal with a CV of 5 %, as on shipped scenarios;
taking one back takes `--fold` seconds (20 ms on the omnichannel center, four weeks).
"""

from __future__ import annotations

import argparse
import heapq

import numpy as np

from sim.study.cluster import AHEAD

CASES = [
    # workers, plans, replications, seconds of each
    (2, 4, 20, 1.0), (4, 4, 20, 1.0), (4, 4, 100, 1.0),
    (64, 1, 64, 10.0), (64, 4, 100, 10.0), (64, 4, 200, 10.0), (64, 4, 640, 10.0), (64, 1, 1000, 10.0),
    (64, 1, 1000, 2.0), (64, 1, 1000, 1.0), (64, 1, 1000, 0.25),
]  # fmt: skip


def finished(times: np.ndarray, workers: int, fold: float, began: float) -> float:
    """When all of a plan's replications have been taken back, in order."""
    free = [began] * workers
    ready, taken, now = list[float](), 0, began
    for one in times:
        # The next is handed over once the first of those that are out has been taken back.
        if len(ready) - taken >= AHEAD * workers:
            now = max(now, ready[taken]) + fold
            taken += 1
        start = max(heapq.heappop(free), now)
        heapq.heappush(free, start + one)
        ready.append(start + one)
    for at in ready[taken:]:
        now = max(now, at) + fold
    return now


def efficiency(workers: int, plans: int, replications: int, seconds: float, fold: float) -> float:
    rng, now, work = np.random.default_rng(1), 0.0, 0.0
    sigma = np.sqrt(np.log1p(0.05**2))
    for _ in range(plans):
        times = rng.lognormal(np.log(seconds) - sigma**2 / 2, sigma, replications)
        now, work = finished(times, workers, fold, now), work + float(times.sum())
    return work / (workers * now)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fold", type=float, default=0.02)
    fold = parser.parse_args().fold
    print("workers  plans  replications  seconds each  efficiency")
    for workers, plans, runs, seconds in CASES:
        print(
            f"{workers:7}  {plans:5}  {runs:12}  {seconds:12}  {efficiency(workers, plans, runs, seconds, fold):10.1%}"
        )


if __name__ == "__main__":
    main()
