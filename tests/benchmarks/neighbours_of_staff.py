"""Whether anything beside the plan that a search for staff returns is cheaper and holds, on luck that neither has seen.

    python tests/benchmarks/neighbours_of_staff.py [scenarios/starter.toml ...] [--jobs 2]

Neighbours: one person fewer of a column, one elsewhere, two who change places between groups (a person fewer here and one
more there, twice). Each whose cost, as played, is lower is put to the same test as the plan: every target in every
period, surely. Prints a row per scenario, and each neighbour that passes.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from worlds import Silent

import sim
from sim.staffing.allowed import Allowed, Heads
from sim.staffing.confirming import test
from sim.staffing.ending import Clock
from sim.staffing.found import Found
from sim.staffing.playing import Question
from sim.staffing.polishing import stepped
from sim.staffing.search import find_staff
from sim.staffing.setting import Setting
from sim.study.run import Options

UNSEEN = 20_261_201


def neighbours(allowed: Allowed, heads: Heads) -> Iterator[Heads]:
    columns, present = range(len(heads)), [j for j, number in enumerate(heads) if number]
    moves = [((i, -1), (j, 1)) for i in present for j in columns if i != j]
    steps = [((i, -1),) for i in present] + moves + [one + other for one, other in combinations(moves, 2)]
    for heads_beside in dict.fromkeys(stepped(heads, *step) for step in steps):
        if min(heads_beside) >= 0 and heads_beside != heads and allowed.holds(heads_beside):
            yield heads_beside


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenarios", nargs="*", type=Path, default=[Path("scenarios/starter.toml")])
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    said = parser.parse_args()
    print(f"{'':16}{'neighbours':>11}{'cheaper':>9}{'pass':>6}{'seconds':>9}  plan found")
    for path in said.scenarios:
        center, begun = sim.load(path), time.perf_counter()
        options = Options(None, None, jobs=said.jobs, engine="compiled")
        found = find_staff(center._file, "base", None, options, Silent())
        setting = Setting.of(_question(center, found), options, Silent(), Clock(None))
        playing, judge = setting.playing, setting.judge
        here = playing.answer(found.heads, judge.runs)
        assert here is not None
        beside = list(neighbours(found.allowed, found.heads))
        cheaper = [
            heads
            for heads, answer in zip(beside, playing.answers(beside, judge.runs), strict=True)
            if answer is not None and answer.cost < here.cost
        ]
        tests = [test(playing, judge, heads, setting.sizes.confirm, 1) for heads in (found.heads, *cheaper)]
        passed = [one.heads for one in tests[1:] if one is not None and one.passed]
        own = tests[0] is not None and tests[0].passed
        print(
            f"{path.stem:16}{len(beside):11}{len(cheaper):9}{len(passed):6}{time.perf_counter() - begun:9.0f}  "
            f"{found.heads}, {'passes' if own else 'does not pass'} again",
            flush=True,
        )
        for heads in passed:
            answer = playing.answer(heads, judge.runs)
            assert answer is not None
            print(f"{'':16}{heads} saves {1.0 - answer.cost / here.cost:.2%}", flush=True)
        playing.close()


def _question(center: sim.Center, found: Found) -> Question:
    return Question(center._file, "base", (), found.allowed, found.wanted, UNSEEN)


if __name__ == "__main__":
    main()
