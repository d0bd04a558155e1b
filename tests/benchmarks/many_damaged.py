"""Damaged scenario files by the ten thousand: each refused in words or played, or a fault, cut down to what shows it.

    python tests/benchmarks/many_damaged.py [--files 100000] [--first 0] [--jobs 2] [--play-every 50] [--minutes 60]

Sound ones are played, a replication of the base and of one plan, where their number is a multiple of `--play-every`
and they are small. Ends with 1 if there was a fault. What it said last stands in `recorded/many-damaged.txt`.
"""

from __future__ import annotations

import argparse
import collections
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from joblib import Parallel, delayed

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

import damage

import sim

A_BATCH = 200


def judged(numbers: range, play_every: int) -> list[tuple[str, int, float]]:
    """(verdict, number of the file, processor seconds) of each."""
    found = []
    for number in numbers:
        files = damage.damaged(number).files()
        began = time.process_time()
        verdict = damage.judge(files, play=number % play_every == 0)
        found.append((verdict, number, time.process_time() - began))
    return found


def batches(first: int, last: int) -> Iterator[range]:
    for start in range(first, last, A_BATCH):
        yield range(start, min(start + A_BATCH, last))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("files", 100_000), ("first", 0), ("jobs", 2), ("play-every", 50), ("minutes", 60)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    last, began = asked.first + asked.files, time.perf_counter()
    counts: collections.Counter[str] = collections.Counter()
    first_of: dict[str, tuple[int, str]] = {}
    slowest = [(0.0, 0)]
    parallel = Parallel(n_jobs=asked.jobs, return_as="generator_unordered", pre_dispatch="2*n_jobs")
    for batch in parallel(delayed(judged)(numbers, asked.play_every) for numbers in batches(asked.first, last)):
        for verdict, number, seconds in batch:
            kind = damage.kind_of(verdict)
            counts[kind] += 1
            first_of.setdefault(kind, (number, verdict))
            slowest = sorted([*slowest, (seconds, number)], reverse=True)[:3]
        done = sum(counts.values())
        if time.perf_counter() - began > 60 * asked.minutes:
            break
        print(f"\r{done:,} of {asked.files:,}, {time.perf_counter() - began:,.0f} s", end="", file=sys.stderr)
    print(file=sys.stderr)
    asked_for = f"{sum(counts.values()):,} of the files {asked.first:,} to {last - 1:,}"
    print(f"sim {sim.__version__}, {asked_for}; every {asked.play_every}th played if sound and small")
    print(f"{time.perf_counter() - began:,.0f} s on {asked.jobs} processes; slowest, in processor time: ", end="")
    print(", ".join(f"{number} ({seconds:.1f} s)" for seconds, number in slowest))
    for kind, count in counts.most_common():
        print(f"{count:9,}  {kind}")
    faults = [kind for kind in counts if kind not in damage.FINE]
    print(f"{sum(counts[kind] for kind in faults):9,}  faults")
    for kind in faults:
        number, verdict = first_of[kind]
        print(f"\n{verdict}\nsuch as file {number}, cut down:")
        for name, content in damage.shrink(damage.damaged(number), play=number % asked.play_every == 0).items():
            if content.strip():
                print(f"--- {name}\n{content.decode(errors='backslashreplace')[:2000]}")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
