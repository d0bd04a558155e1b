"""What `sim fit` does: read logs, estimate everything they tell, and write a scenario that runs."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from sim.command.play import Watcher, folder_of
from sim.report.folder import whole_folder


@dataclass(frozen=True)
class Asked:
    """The options of `sim fit`, as they were given."""

    preset: str | None = None
    mapping: Path | None = None
    timezone: str | None = None
    within: float | None = None
    weeks_held_back: int = 0
    until: str | None = None

    def command(self, logs: list[Path], out: Path | None) -> str:
        """The command that fits again."""
        given = {
            "--preset": self.preset, "--mapping": self.mapping, "--timezone": self.timezone,
            "--within": None if self.within is None else f"{self.within:g}s",
            "--weeks-held-back": self.weeks_held_back or None, "--until": self.until, "--out": out,
        }  # fmt: skip
        words = [word for name, value in given.items() if value is not None for word in (name, str(value))]
        return shlex.join(["sim", "fit", *map(str, logs), *words])


def fit_logs(logs: list[Path], asked: Asked, out: Path | None) -> None:
    """`sim fit`: the scenario, its CSVs and the page of fit."""
    from sim import api
    from sim.report.terminal.fitting import fit_lines
    from sim.report.write_fit import write_fit

    folder = folder_of(out, logs[0], "fit", several=False)
    with whole_folder(folder) as scratch, Watcher(None) as watcher:
        fitted = api.fit(
            *logs, preset=asked.preset, mapping=asked.mapping, timezone=asked.timezone, within=asked.within,
            weeks_held_back=asked.weeks_held_back, until=asked.until, stage=watcher.stage,
        )  # fmt: skip
        if fitted.held_back:
            watcher.stage("playing the dates held back")
        judged = fitted.judge()
        watcher.stage("writing")
        write_fit(scratch, fitted.fit, asked.command(logs, out), judged)
    console = Console()
    for line in fit_lines(fitted.fit, judged):
        console.print(line, soft_wrap=True, markup=False, highlight=False)
    console.print(f"\nResults: {folder}/  (open {folder}/report.html)", soft_wrap=True, markup=False)
    console.print(f"Next: sim run {shlex.quote(str(folder / 'scenario.toml'))}", soft_wrap=True, markup=False)
