"""A fit, as Python programs ask for it and hold it: its estimates, and the scenario that it writes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.center import Center, all_of, read
from sim.fitting.fit import Fit
from sim.results import Keeper, Progress
from sim.study.run import Options, run_study

if TYPE_CHECKING:
    import pandas as pd

    from sim.fitting.judged import Judged
    from sim.fitting.records import Log


class Fitted:
    """What a log tells, and what it does not."""

    def __init__(self, fit: Fit, as_said: str) -> None:
        self.fit, self._as_said = fit, as_said

    @property
    def sentence(self) -> str:
        """How much was fitted, and how seats are known."""
        from sim.report.text.fitting import headline

        return headline(self.fit)

    @cached_property
    def estimates(self) -> pd.DataFrame:
        """Every estimate with its 95 % interval and how many observations it is from."""
        from sim.report.write_fit import estimates_table

        return estimates_table(self.fit)

    @property
    def held_back(self) -> tuple[dt.date, ...]:
        """Dates of the log that nothing was fitted on."""
        return self.fit.held_back

    @property
    def assumptions(self) -> Mapping[str, str]:
        """What the scenario says because it must, and the log does not tell."""
        from sim.report.text.fitting import assumptions

        return {one.about: one.what for one in assumptions(self.fit)}

    @property
    def cannot_tell(self) -> list[str]:
        """What should be known of the log before anything is believed."""
        from sim.report.text.fitting import cannot_tell

        return [f"{one.about}: {one.what}" for one in cannot_tell(self.fit)]

    def write(self, folder: str | Path) -> Path:
        """The scenario with its CSVs, the estimates and the page, as the command writes them: whole or not at all."""
        from sim.report.folder import whole_folder
        from sim.report.write_fit import write_fit

        with whole_folder(Path(folder)) as scratch:
            write_fit(scratch, self.fit, self._as_said, self.judge())
        return Path(folder)

    def judge(self, *, replications: int = 100, progress: Progress | None = None) -> Judged | None:
        """The scenario played on the dates held back, and what came then; None where none are."""
        if not self.held_back:
            return None
        from tempfile import TemporaryDirectory

        from sim.fitting.judged import judge
        from sim.report.fitted_scenario import write_scenario

        with TemporaryDirectory() as scratch:
            write_scenario(Path(scratch), self.fit)
            center = all_of(read(Path(scratch) / "scenario.toml", "."))[0]
            study = run_study([center.entry], Options(replications), Keeper(progress))
        within = {queue.name: queue.level.within for queue in center.scenario.numbered.queues}
        return judge(self.fit, study.results[0], within)

    def center(self, folder: str | Path) -> Center:
        """Written into a folder, and loaded from there: to be run, varied and compared."""
        return all_of(read(self.write(folder) / "scenario.toml", "."))[0]

    def __repr__(self) -> str:
        return f"<Fitted: {self.fit.first} to {self.fit.until}>"

    def __str__(self) -> str:
        from sim.report.terminal.fitting import fit_lines

        return "\n".join(fit_lines(self.fit))


def fit_log(
    log: Log, weeks_held_back: int, until: dt.date | None, logs: str = "log", said: Mapping[str, Any] | None = None
) -> Fitted:
    """`logs` and `said`: what it was asked for with, as Python."""
    from sim.fitting.fit import fit

    given = "".join(f", {name}={value!r}" for name, value in (said or {}).items() if value)
    return Fitted(fit(log, weeks_held_back, until), f"sim.fit({logs}{given})")
