"""What the search for staff has played, on disk, so that a search that was killed goes on."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

from sim.staffing.allowed import Heads
from sim.staffing.conditions import Condition
from sim.staffing.playing import Answer, Question
from sim.staffing.wanted import Wanted
from sim.study.calibration.remembered import key_of
from sim.study.shelf import BROKEN, Shelf, shelf_of


def _judged_by(wanted: Wanted) -> Wanted:
    """What answers hang on: neither the time nor the sum."""
    return replace(wanted, seconds=None, budget=None)


class Kept(Shelf):
    """The answers of one search for staff: both of its seeds, staffing by staffing."""

    @classmethod
    def of(cls, question: Question) -> Kept | None:
        """None where nothing is to be remembered."""

        def asked() -> str:
            scenarios = f"{key_of(question.base)} {key_of(question.scenario(None))}"
            return f"{scenarios} {question.allowed} {_judged_by(question.wanted)}"

        path = shelf_of(asked)
        return None if path is None else cls(path)

    def read(self, seed: int, heads: Heads) -> Answer | None:
        found = self.get(seed, json.dumps(heads))
        if found is None:
            return None
        try:
            sums, spent = found[1]["sums"], found[1]["spent"]
            conditions = tuple(Condition(**one) for one in found[0])
            return Answer(conditions, sums, spent) if sums.shape == (len(spent), len(conditions), 2) else None
        except BROKEN:
            return None

    def write(self, seed: int, heads: Heads, answer: Answer) -> None:
        conditions = [asdict(one) for one in answer.conditions]
        self.put(seed, json.dumps(heads), conditions, {"sums": answer.sums, "spent": answer.spent})
