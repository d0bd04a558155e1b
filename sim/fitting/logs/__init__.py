"""Readers of logs: what a file holds, as a `Log`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import Problem, ScenarioError, did_you_mean
from sim.fitting.records import Log
from sim.ways_out import option

if TYPE_CHECKING:
    import pandas as pd


def read_logs(
    paths: Sequence[Path], preset: str | None = None, mapping: Path | None = None, timezone: str | None = None,
    within_s: float | None = None,
) -> Log:  # fmt: skip
    """Files of one kind, together. ScenarioError names every one that cannot be read, and why."""
    from zoneinfo import ZoneInfo

    from sim.fitting.logs import asterisk
    from sim.fitting.logs.bank import BANK
    from sim.fitting.logs.mapping import read_mapping
    from sim.fitting.logs.plain import PLAIN

    presets = {one.name: one for one in (BANK, PLAIN)}
    problems = list[Problem]()
    mapped = None if mapping is None else read_mapping(mapping, problems)
    if mapping is not None and preset is not None:
        problems.append(Problem("preset", "says what the columns are, as the mapping does: give one of them"))
    elif preset is not None and preset not in (*presets, asterisk.NAME):
        known = (*presets, asterisk.NAME)
        problems.append(Problem("preset", f'"{preset}" is not known; {did_you_mean(preset, known)}'))
    if timezone is None and mapped is not None:
        timezone = mapped.timezone
    if timezone is not None:
        try:
            ZoneInfo(timezone)
        except (KeyError, ValueError, OSError, TypeError):
            problems.append(Problem("timezone", f'"{timezone}" is not known; write it as Europe/Madrid'))
    guess = preset is None and mapping is None and bool(paths) and asterisk.fits(paths[0])
    if (guess or preset == asterisk.NAME) and not problems:
        log = asterisk.read_asterisk(paths, timezone)
        why = "taken for Asterisk's queue_log: its first line has fields between bars, the first of them a moment"
        return _finished(replace(log, remarks=(why, *log.remarks)) if guess else log, within_s)
    tables = []
    for path in paths:
        try:
            table = _table(path)
            tables.append(table if mapped is None else mapped.applied(table))
        except KeyError as error:
            problems.append(Problem(str(path), f"has not all columns of the mapping: {error.args[0]}"))
        except (OSError, ValueError, UnicodeError) as error:
            problems.append(Problem(str(path), f"cannot be read as a CSV file: {_reason(error)}"))
    if problems:
        raise ScenarioError("fit", problems)
    guessed = (
        PLAIN
        if mapped is not None
        else next((one for one in presets.values() if tables and one.fits(tables[0])), PLAIN)
    )
    wanted = guessed if preset is None else presets[preset]
    for path, table in zip(paths, tables, strict=True):
        missing = [name for name in wanted.needs if name not in table.columns]
        if missing:
            what = f"has no column {', '.join(missing)}, which a log of the preset {wanted.name} has"

            listed = ", ".join(map(str, table.columns[:12]))
            way = f"say by {option('mapping', 'FILE')} which of its columns are what"
            problems.append(Problem(str(path), f"{what}; {way}: {listed}"))
        elif not len(table):
            problems.append(Problem(str(path), "has a header and no rows"))
    if problems:
        raise ScenarioError("fit", problems)
    import pandas as pd

    log = wanted.read(pd.concat(tables, ignore_index=True), timezone or wanted.timezone)
    if wanted is PLAIN and timezone is None:
        log = replace(log, remarks=(*log.remarks, "no zone was given: its clock is taken for UTC, without summer time"))
    if mapping is not None:
        log = replace(log, source=mapping.name)
    return _finished(log, within_s)


def _finished(log: Log, within_s: float | None) -> Log:
    """With the threshold asked for, and the figures counted with it."""
    from sim.fitting.own_figures import own_figures

    within = log.within_s if within_s is None else within_s
    figures = {} if log.contacts is None else own_figures(log.contacts, within)
    return replace(log, within_s=within, own_figures=figures)


def _table(path: Path) -> pd.DataFrame:
    import pandas as pd

    table: pd.DataFrame = pd.read_csv(path, low_memory=False)
    return table


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error).splitlines()[0]
