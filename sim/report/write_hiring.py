"""The result folder of a search for the hiring year: its tables, plan, chart and page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.report.folder import write_csv
from sim.report.plan_file import plan_name, write_plan
from sim.report.tables import hiring_plan as tables
from sim.report.tables.manifest import manifest
from sim.report.write import write_pages
from sim.scenario.reading.plans import ScenarioFile
from sim.staffing.hiring.found import HiringFound

SHEETS = {
    "classes": "Classes", "binding": "Targets", "plans": "Plans", "delays": "Delays", "heads": "People expected",
}  # fmt: skip
"""What a workbook calls the tables."""

CALLED = {
    "Plans": {"low": ("Plan found less this plan, from", "money"), "high": ("Plan found less this plan, to", "money")},
    "Delays": {
        "saves": ("Saves", "money"), "saves_low": ("Saves, from", "money"), "saves_high": ("Saves, to", "money"),
        "mean": ("Level", "share"), "ci_low": ("Level, from", "share"), "ci_high": ("Level, to", "share"),
        "more_low": ("Costs more, from", "money"), "more_high": ("Costs more, to", "money"),
    },
}  # fmt: skip
"""By sheet, what columns are that mean another thing elsewhere."""


def write_hiring(
    folder: Path, f: HiringFound, file: ScenarioFile, layers: Sequence[Mapping[str, Any]], command: str,
    *, xlsx: bool = False,
) -> Path:  # fmt: skip
    """Everything, the manifest last; the plan's file. Where nothing was played on fresh luck, without chart and page.

    `layers`: changes over the file's plan that the search began with. `command` repeats the search. `xlsx`: with a
    workbook of the tables, where anything was played.
    """
    from sim.report.charts import hiring_plan as charts
    from sim.report.page.hiring_plan import page
    from sim.report.text.facts import facts_of
    from sim.report.text.hiring_plan import plan_text

    made = {name: table(f) for name, table in tables.TABLES.items()}
    for name, table in made.items():
        write_csv(table, folder / f"{name}.csv")
    plan = write_plan(folder, file, f.today.plan, [*layers, f.changes], plan_text(f, file.path.name, plan_name(file)))
    if f.study is None:
        return plan
    labels = [result.label for result in f.study.results]
    facts = facts_of(f.study.results, labels, None, f.study.engine, command)
    drawn = charts.draw(f)
    # One answer, not plans side by side: the page has the one headline.
    alone = replace(facts, plans=facts.plans[:1], seed=f.base.spec.run.seed)
    if xlsx:
        from sim.report.text.hiring_plan import sentences
        from sim.report.workbook.study import write_tables

        sheets = {SHEETS[name]: table for name, table in made.items()}
        write_tables(folder, [sentence.text for sentence in sentences(f)], sheets, alone, CALLED)
    recorded = {**manifest(f.study, labels, None, command), "hiring": tables.described(f)}
    write_pages(folder, drawn, page(f, alone, drawn), recorded)
    return plan
