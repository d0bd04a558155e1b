"""A search for staff, as Python programs ask for it and hold what it found: the answer, its tables, its plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.center import Center
from sim.results import Comparison
from sim.scenario.model import Scenario
from sim.staffing.found import Found
from sim.staffing.span import span_of
from sim.staffing.wanted import Wanted, wanted_of

if TYPE_CHECKING:
    import pandas as pd

    from sim.study.statistics import Estimate


@dataclass(frozen=True)
class Demand:
    """What is asked of a search beside what the file's `[staffing]` says."""

    budget: float | None = None
    """Cost a week; over the horizon, where that is no whole weeks."""
    keep_heads: bool = False
    seconds: float | None = None

    def of(self, scenario: Scenario) -> Wanted:
        """What the file wants, with what is given here in its place."""
        wanted = wanted_of(scenario)
        return replace(
            wanted,
            budget=wanted.budget if self.budget is None else self.budget / span_of(scenario).scale,
            keep_heads=wanted.keep_heads or self.keep_heads,
            seconds=wanted.seconds if self.seconds is None else self.seconds,
        )


class Staffed:
    """What a search for staff has found; the columns of its tables are those of the result folder's files."""

    def __init__(self, found: Found, center: Center, said: Mapping[str, Any]) -> None:
        self.found, self._began, self._said = found, center, dict(said)

    @property
    def sentence(self) -> str:
        """The answer, with how far it is confirmed."""
        from sim.report.text.staffing import verdict

        return verdict(self.found).text

    @property
    def holds(self) -> bool:
        """Whether the plan found holds what was asked, on average over luck that the search had not seen."""
        return self.found.holds

    @property
    def is_confirmed(self) -> bool:
        """Whether every period surely holds, with 95 % confidence over all plans that were put to this test."""
        return self.holds and self.found.confirmation.is_sure

    @cached_property
    def center(self) -> Center:
        """The plan found, to be run, varied and compared; named "staffed"."""
        return self._began.vary(self.found.changes, name="staffed")

    @property
    def people(self) -> int:
        """In the plan found, of the groups that were searched."""
        return sum(self.found.heads)

    def kpi(self, kpi: str, scope: str = "center", name: str = "all") -> Estimate:
        """A figure of the plan found over the horizon, with its 95 % interval, on luck that the search had not seen."""
        return self.compared.kpi(kpi, scope, name, plan=self.compared.plans[-1])

    @cached_property
    def compared(self) -> Comparison:
        """Today's plan, the file's others and, last, the plan found, on luck that the search had not seen."""
        *others, own = self.found.study.results
        named = [self._began, *(self._began.plan(result.scenario.plan).named(result.label) for result in others[1:])]
        return Comparison(self.found.study, [*named, self.center.named(own.label)])

    @cached_property
    def staffing(self) -> pd.DataFrame:
        """People today and found, by group, shift and contract."""
        return self._table("staffing")

    @cached_property
    def binding(self) -> pd.DataFrame:
        """Every period of every target under the plan found, the tightest first."""
        return self._table("binding")

    @cached_property
    def worth(self) -> pd.DataFrame:
        """What one person fewer saves, and which target that breaks first; on the search's luck."""
        return self._table("worth")

    @cached_property
    def curve(self) -> pd.DataFrame:
        """The least for each level of all targets; on the search's luck."""
        return self._table("curve")

    @cached_property
    def need(self) -> pd.DataFrame:
        """Seats by pool, weekday and interval: as the formula and the simulation ask for, and as there are."""
        return self._table("need")

    @cached_property
    def roster(self) -> pd.DataFrame:
        """Shifts and breaks of everybody, as a roster file has them."""
        from sim.report.tables.staffing import roster_table

        return roster_table(self.found.study.results[-1])

    def write(self, folder: str | Path, *, xlsx: bool = False) -> Path:
        """The result folder, as the command writes it: whole or not at all. `xlsx`: with a workbook of its tables."""
        from sim.report.folder import whole_folder
        from sim.report.write_staffing import write_found

        began = self._began
        with whole_folder(Path(folder)) as scratch:
            write_found(scratch, self.found, began._file, began._changes, self._as_said, xlsx=xlsx)
        return Path(folder)

    def _table(self, name: str) -> pd.DataFrame:
        from sim.report.write_staffing import TABLES

        return TABLES[name](self.found)

    @property
    def _as_said(self) -> str:
        """What repeats the search, as Python."""
        given = "".join(f", {name}={value!r}" for name, value in self._said.items() if value)
        return f"sim.staff({self._began.as_said}{given})"

    def __repr__(self) -> str:
        return f"<Staffed: {self.people} people>"

    def __str__(self) -> str:
        from sim.report.text.staffing import sentences

        return "\n".join(sentence.text for sentence in sentences(self.found))

    def _repr_html_(self) -> str:
        from html import escape

        told = "".join(f"<p>{escape(line)}</p>" for line in str(self).splitlines())
        return told + str(self.staffing.to_html(index=False))
