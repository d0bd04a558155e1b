"""The result folder of what a choice hangs on: its tables, chart and page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sim.choosing.sensitivity.found import Sensitivities
from sim.report.folder import write_csv
from sim.report.tables.manifest import manifest
from sim.report.tables.sensitivity import described, inputs_table, sensitivity_table
from sim.report.write import write_pages

TABLES = {"sensitivity": sensitivity_table, "inputs": inputs_table}


def write_found(folder: Path, s: Sensitivities, command: str, *, xlsx: bool = False) -> None:
    """Everything, the manifest last. `command` repeats it; `xlsx`: a workbook too."""
    from sim.report.charts import sensitivity as charts
    from sim.report.page.sensitivity import page
    from sim.report.text.facts import facts_of

    for name, table in TABLES.items():
        write_csv(table(s), folder / f"{name}.csv")
    labels = [result.label for result in s.study.results]
    facts = facts_of(s.study.results, labels, None, s.study.engine, command)
    drawn = charts.draw(s)
    if xlsx:
        from sim.report.text.sensitivity import sentences
        from sim.report.workbook.study import write_tables

        sheets = {name.capitalize(): table(s) for name, table in TABLES.items()}
        write_tables(folder, [one.text for one in sentences(s)], sheets, facts)
    # One answer, not plans side by side: the page has the one headline.
    alone = replace(facts, plans=facts.plans[:1])
    recorded = {**manifest(s.study, labels, None, command), "sensitivity": described(s)}
    write_pages(folder, drawn, page(s, alone, drawn), recorded)
