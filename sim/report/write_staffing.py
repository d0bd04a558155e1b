"""The result folder of a search for staff: its tables, rosters, plan, charts and page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.report.folder import write_csv
from sim.report.plan_file import plan_name, plays_as, write_plan
from sim.report.tables import staffing as tables
from sim.report.tables.manifest import manifest
from sim.report.write import write_pages
from sim.scenario.reading.plans import ScenarioFile
from sim.staffing.found import Found

if TYPE_CHECKING:
    import pandas as pd

    from sim.report.text.facts import Facts

TABLES = {
    "staffing": tables.staffing_table,
    "binding": tables.binding_table,
    "worth": tables.worth_table,
    "curve": tables.curve_table,
    "need": tables.need_table,
}

SHEETS = {
    "staffing": "Staffing", "binding": "Targets", "worth": "One person fewer", "curve": "Least by target",
    "need": "Seats needed",
}  # fmt: skip
"""What a workbook calls them."""


def write_found(
    folder: Path, f: Found, file: ScenarioFile, layers: Sequence[Mapping[str, Any]], command: str, *, xlsx: bool = False
) -> Path | None:
    """Everything, the manifest last; the plan's file, or None where what it says would not play the same.

    `layers`: changes over the file's plan that the search began with. `command` repeats the search. `xlsx`: with a
    workbook of the tables.
    """
    from sim.report.charts import staffing as charts
    from sim.report.page.staffing import page
    from sim.report.text.facts import facts_of

    made = {name: table(f) for name, table in TABLES.items()}
    for name, table in made.items():
        write_csv(table, folder / f"{name}.csv")
    _write_rosters(folder, f)
    plan = _write_plan(folder, f, file, layers)
    labels = [*(result.label for result in f.study.results[:-1]), tables.STAFFED]
    facts = facts_of(f.study.results, labels, None, f.study.engine, command)
    drawn = charts.draw(f)
    # One answer, not plans side by side: the page has the one headline.
    alone = replace(facts, plans=facts.plans[:1], seed=f.base.spec.run.seed)
    if xlsx:
        _write_workbook(folder, f, made, alone)
    recorded = {**manifest(f.study, labels, None, command), "staffing": tables.described(f)}
    write_pages(folder, drawn, page(f, alone, drawn), recorded)
    return plan


def _write_workbook(folder: Path, f: Found, made: Mapping[str, pd.DataFrame], facts: Facts) -> None:
    from sim.report.text.staffing import sentences
    from sim.report.workbook.study import write_tables

    sheets = {SHEETS[name]: table for name, table in made.items()}
    if tables.rostered(f.plan):
        sheets["Roster"] = tables.roster_table(f.study.results[-1])
    write_tables(folder, [sentence.text for sentence in sentences(f)], sheets, facts)


def _write_rosters(folder: Path, f: Found) -> None:
    """Everybody's, and each group's own, as the group's `roster` reads it."""
    result, groups = f.study.results[-1], tables.rostered(f.plan)
    if not groups:
        return
    (folder / "roster").mkdir()
    write_csv(tables.roster_table(result), folder / "roster.csv")
    for group in groups:
        write_csv(tables.roster_table(result, group), folder / "roster" / f"{group}.csv")


def _write_plan(folder: Path, f: Found, file: ScenarioFile, layers: Sequence[Mapping[str, Any]]) -> Path | None:
    from sim.report.text.staffing import plan_text

    name = plan_name(file)
    path = write_plan(folder, file, f.today.plan, [*layers, f.changes], plan_text(f, file.path.name, name))
    if plays_as(path, name, f.plan, f.allowed.groups):
        return path
    path.unlink()
    return None
