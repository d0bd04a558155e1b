"""What the choice of a plan hangs on, as Python programs ask for it and hold what was found."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.center import Center
from sim.choosing.sensitivity.found import Sensitivities

if TYPE_CHECKING:
    import pandas as pd


class Sensitivity:
    """How the choice of a plan, its cost and its service move with every uncertain number."""

    def __init__(self, found: Sensitivities, center: Center, said: Mapping[str, Any]) -> None:
        self.found, self._center, self._said = found, center, dict(said)

    @property
    def sentence(self) -> str:
        """The answer."""
        from sim.report.text.sensitivity import sentences

        return sentences(self.found)[0].text

    @property
    def chosen(self) -> str | None:
        """The plan that is taken today; None where nothing can be chosen."""
        return None if self.found.choice is None else self.found.choice.plan

    @cached_property
    def table(self) -> pd.DataFrame:
        """Ends of ranges, break-evens and effects of all together: what sensitivity.csv has."""
        from sim.report.tables.sensitivity import sensitivity_table

        return sensitivity_table(self.found)

    @cached_property
    def inputs(self) -> pd.DataFrame:
        """Every uncertain number: value, range, and where that is from."""
        from sim.report.tables.sensitivity import inputs_table

        return inputs_table(self.found)

    def write(self, folder: str | Path, *, xlsx: bool = False) -> Path:
        """The result folder, as the command writes it: whole or not at all; with a workbook, if one is asked for."""
        from sim.report.folder import whole_folder
        from sim.report.write_sensitivity import write_found

        with whole_folder(Path(folder)) as scratch:
            write_found(scratch, self.found, self._as_said, xlsx=xlsx)
        return Path(folder)

    @property
    def _as_said(self) -> str:
        """What repeats it, as Python."""
        given = "".join(f", {name}={value!r}" for name, value in self._said.items() if value)
        return f"sim.sensitivity({self._center.as_said}{given})"

    def __repr__(self) -> str:
        numbers = len(self.found.alone)
        return f"<Sensitivity of {self.found.subject}: {numbers} uncertain number{'s' * (numbers != 1)}>"

    def __str__(self) -> str:
        from sim.report.text.sensitivity import sentences

        return "\n".join(sentence.text for sentence in sentences(self.found))

    def _repr_html_(self) -> str:
        from html import escape

        told = "".join(f"<p>{escape(line)}</p>" for line in str(self).splitlines())
        return told + str(self.table.to_html(index=False))
