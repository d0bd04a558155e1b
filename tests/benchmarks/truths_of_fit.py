"""How often the 95 % intervals of `sim fit` hold a truth that is known, and how near inferred seats and wrap come.

    python tests/benchmarks/truths_of_fit.py [TRIALS]

Recorded in recorded/truths-of-fit.txt.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from seats_played import SEATS, center, log_played
from trials_of_fit import TRIALS, covered

import sim
from sim.fitting.fit import fit

CENTERS = ((10.0, 10.0), (30.0, 13.0), (30.0, 16.0), (60.0, 12.0))
"""(mean wrap, calls an hour and seat), of 200 s of talk."""


def main(trials: int) -> None:
    print(f"{'estimate':<32} {'truth':>8} {'mean':>8} {'covered':>9}   of {trials} trials")
    for name, (_, truth) in TRIALS.items():
        hits, mean = covered(name, trials)
        print(f"{name:<32} {truth:>8.4g} {mean:>8.4g} {100 * hits / trials:>8.1f} %", flush=True)
    print(
        f"\nSeats by half hour, inferred from contacts alone; weeks played by the simulator, {max(trials // 4, 1)} each"
    )
    print(f"{'wrap':>5} {'occupancy':>10} {'in all':>8} {'first':>7} {'others: mean':>13} {'worst week, worst half hour':>28}"
          f" {'wrap found':>11} {'covered':>8}")  # fmt: skip
    for wrap, calls in CENTERS:
        seats(wrap, calls, max(trials // 4, 1))


def seats(wrap: float, calls: float, weeks: int) -> None:
    """Errors of a usual week's seats, found less true: of all half hours, of each day's first, of the others."""
    truth = np.repeat(SEATS, 2).astype(float)
    with tempfile.TemporaryDirectory() as folder:
        result = sim.run(center(Path(folder), wrap, calls), replications=weeks, seed=5, keep_contacts=True)
        rows = result.contacts.to_pandas()
    errors, wraps = [], []
    for _, week in rows.groupby("replication"):
        found = fit(log_played(week, with_wrap=False))
        errors.append(found.groups[0].usual[:, 16:36].mean(axis=0) - truth)
        wraps.append(found.inferred_wrap.mean)
    off = np.array(errors)
    hits = np.mean([one.low <= wrap <= one.high for one in wraps])
    print(
        f"{wrap:>4.0f}s {100 * result.kpi('occupancy').mean:>8.0f} % {off.mean():>8.3f} {off[:, 0].mean():>7.2f}"
        f" {off[:, 1:].mean():>13.3f} {np.abs(off[:, 1:]).max():>28.2f}"
        f" {np.mean([one.value for one in wraps]):>10.1f}s {100 * hits:>6.0f} %",
        flush=True,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
