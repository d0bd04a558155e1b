"""How often the 95 % intervals of `sim fit` hold a truth that is known.

    python tests/benchmarks/truths_of_fit.py [TRIALS]

Recorded in recorded/truths-of-fit.txt.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from trials_of_fit import TRIALS, covered


def main(trials: int) -> None:
    print(f"{'estimate':<32} {'truth':>8} {'mean':>8} {'covered':>9}   of {trials} trials")
    for name, (_, truth) in TRIALS.items():
        hits, mean = covered(name, trials)
        print(f"{name:<32} {truth:>8.4g} {mean:>8.4g} {100 * hits / trials:>8.1f} %", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
