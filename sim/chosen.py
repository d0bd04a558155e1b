"""A selection among many plans, as Python programs ask for it and hold what it found."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.center import Center
from sim.choosing.selected import Selected

if TYPE_CHECKING:
    import pandas as pd

    from sim.report.text.decision import Answer


class Chosen:
    """The plan that was chosen among many; the columns of `grid` are those of the result folder's file."""

    def __init__(self, selected: Selected, center: Center, said: Mapping[str, Any]) -> None:
        self.selected, self._began, self._said = selected, center, dict(said)

    @property
    def answer(self) -> Answer:
        """In words: `.text`, `.numbers`, `.notes`."""
        from sim.report.text.many import answer_of

        return answer_of(self.selected)

    @property
    def holds(self) -> bool:
        """Whether the plan holds every target on average."""
        return self.selected.kind == "holds"

    @property
    def sure(self) -> float:
        """The chance, at the least, that no other plan which holds every target with a point to spare costs less by
        more than what matters; NaN where none holds."""
        return self.selected.promised

    @property
    def levels(self) -> dict[str, str]:
        """What the settings come to in the plan, by place."""
        grid = self.selected.grid
        return dict(zip((one.place for one in grid.settings), grid.levels(self.selected.chosen), strict=True))

    @cached_property
    def center(self) -> Center:
        """The plan, to be run, varied and compared."""
        s = self.selected
        if s.grid.at(s.chosen) is None:
            return self._began if s.keeps_today else self._began.plan(s.grid.name(s.chosen))
        found = self._began
        for layer in s.grid.changes(s.chosen):
            found = found.vary(layer, name=s.new_name)
        return found

    @cached_property
    def grid(self) -> pd.DataFrame:
        """Every plan, the best first: its settings, replications, money, worst period, and what became of it."""
        from sim.report.tables.many import grid_table

        return grid_table(self.selected)

    def write(self, folder: str | Path, *, xlsx: bool = False) -> Path:
        """The result folder, as the command writes it: whole or not at all; with a workbook, if one is asked for."""
        from sim.report.folder import whole_folder
        from sim.report.write_many import write_selected

        with whole_folder(Path(folder)) as scratch:
            write_selected(scratch, self.selected, self._as_said, xlsx=xlsx)
        return Path(folder)

    @property
    def _as_said(self) -> str:
        """What repeats it, as Python."""
        given = "".join(f", {name}={value!r}" for name, value in self._said.items() if value)
        return f"sim.choose({self._began.as_said}{given})"

    def __repr__(self) -> str:
        return f"<Chosen: {self.selected.grid.name(self.selected.chosen)} of {len(self.selected.grid):,} plans>"

    def __str__(self) -> str:
        return self.answer.text
