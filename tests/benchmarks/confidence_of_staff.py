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
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from staffings import SHAPES, Crew, Heads, Line, erlang_level, known_of_shape, write_center
from worlds import Silent

import sim
from sim.staffing.search import find_staff
from sim.study.run import Options

SHORT = 0.001
TALK = 180.0


def tight_shape(folder: Path, shape: str) -> tuple[Path, Callable[[Heads], bool]]:
    """Targets just above the levels of the staffing with one head fewer than the cheapest, in its second group."""
    lines, crews = SHAPES[shape]
    known, levels = known_of_shape(shape)
    fewer = levels[(known.heads[0], known.heads[1] - 1)]
    tight = {
        name: replace(line, target=round(level + SHORT, 4))
        for (name, line), level in zip(lines.items(), fewer, strict=True)
    }

    def holds(heads: Heads) -> bool:
        # More than the chain was solved for have never been returned; a staffing unknown counts as failing.
        found = levels.get(heads)
        return found is not None and all(a >= b.target for a, b in zip(found, tight.values(), strict=True))

    return write_center(folder, tight, crews), holds


def tight_erlang(folder: Path, load: float = 10.0) -> tuple[Path, Callable[[Heads], bool]]:
    line = Line(load * 60.0 / TALK, TALK, None, 0.8)
    path = write_center(folder, {"calls": line}, {"agents": Crew({"day": 13}, {"calls": 1.0})})
    return path, lambda heads: erlang_level(load, heads[0], TALK, None, 20.0) >= 0.8


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
