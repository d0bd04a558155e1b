"""The result folder of a study."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.choosing.decision import Decision
from sim.report.charts.svg import Drawn
from sim.report.folder import write_csv, write_manifest
from sim.report.tables.decision import decision_table, described, roles_of
from sim.report.tables.manifest import manifest
from sim.report.tables.study import Tables
from sim.study.compare import Difference
from sim.study.run import Study


def write_study(
    folder: Path, study: Study, tables: Tables, differences: list[Difference] | None, decision: Decision, command: str
) -> None:
    """Everything that a run or a comparison writes, the manifest last. `command` repeats it."""
    from sim.report.charts import plan as charts
    from sim.report.page import page as pages
    from sim.report.text.decision import answer_of
    from sim.report.text.facts import facts_of

    labels = [result.label for result in study.results]
    for name, table in tables.by_file().items():
        write_csv(table, folder / f"{name}.csv")
    if differences is not None:
        write_csv(decision_table(decision), folder / "decision.csv")
    answer = answer_of(decision, study.results, tables.known)
    facts = replace(facts_of(study.results, labels, differences, study.engine, command), roles=roles_of(decision))
    drawn = charts.draw(tables, facts, decision)
    told = {**manifest(study, labels, differences, command), "decision": described(decision, answer)}
    write_pages(folder, drawn, pages.render(tables, facts, drawn, answer), told)


def write_contacts(folder: Path, table: Any) -> None:
    """Contact rows that were kept in memory, as the command writes them while it plays."""
    from sim.report.tables.contacts import open_writer

    with open_writer(folder / "contacts.parquet", table) as writer:
        writer.write_table(table)


def write_pages(folder: Path, drawn: dict[str, Drawn], page: str, told: dict[str, Any]) -> None:
    """The charts, the report and the manifest of a result folder."""
    (folder / "charts").mkdir()
    for name, picture in drawn.items():
        for file, data in picture.files(name).items():
            (folder / "charts" / file).write_bytes(data)
    (folder / "report.html").write_text(page, encoding="utf-8")
    write_manifest(folder, told)
