"""How often the plan that a search for staff returns truly holds its targets, on centers whose truth is known.

    python tests/benchmarks/confidence_of_staff.py [--searches 100] [--replications 60] [--only N X erlang-c]

Every search has luck of its own. The targets are set so that the cheapest staffing but one fails by a tenth of a point
(N, X: by the Markov chain) or 0.4 points (ten erlangs by Erlang C: 13.05 agents), which the search's own luck cannot
tell: only the test on fresh luck can. Called sure and failing: at most 5 % may be. Prints a row per center.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from staffings import Heads
from tight_staffings import tight_erlang, tight_shape
from worlds import Silent

import sim
from sim.staffing.search import find_staff
from sim.study.run import Options


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--searches", type=int, default=100)
    parser.add_argument("--replications", type=int, default=60)
    parser.add_argument("--only", nargs="*", default=["N", "X", "erlang-c"])
    said = parser.parse_args()
    print(f"{said.searches} searches, each confirmed on {said.replications} replications at most")
    print(f"{'':10}{'sure':>6}{'of them hold':>14}{'not sure':>10}{'of them hold':>14}{'seconds':>9}  returned")
    for name in said.only:
        with tempfile.TemporaryDirectory() as folder:
            path, holds = tight_erlang(Path(folder)) if name == "erlang-c" else tight_shape(Path(folder), name)
            told, returned = Counter[tuple[bool, bool]](), Counter[Heads]()
            begun = time.process_time()
            for seed in range(1, said.searches + 1):
                options = Options(said.replications, seed, jobs=1, engine="compiled")
                found = find_staff(sim.load(path)._file, "base", None, options, Silent())
                told[found.confirmation.is_sure, holds(found.heads)] += 1
                returned[found.heads] += 1
            spent = (time.process_time() - begun) / said.searches
        sure, unsure = told[True, True] + told[True, False], told[False, True] + told[False, False]
        print(
            f"{name:10}{sure:6}{told[True, True]:14}{unsure:10}{told[False, True]:14}{spent:9.1f}"
            f"  {', '.join(f'{heads}: {times}' for heads, times in returned.most_common(5))}",
            flush=True,
        )


if __name__ == "__main__":
    main()
