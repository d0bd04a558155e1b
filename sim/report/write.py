"""The result folder of a study."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.choosing.decision import Decision
from sim.choosing.risk import Risk
from sim.errors import Problem
from sim.report.charts.svg import Drawn
from sim.report.folder import write_csv, write_manifest
from sim.report.tables.decision import decision_table, described, roles_of
from sim.report.tables.manifest import manifest
from sim.report.tables.risk import risk_table
from sim.report.tables.study import Tables
from sim.study.compare import Difference
from sim.study.run import Options, Study


def write_study(
    folder: Path, study: Study, tables: Tables, differences: list[Difference] | None, decision: Decision, command: str,
    risk: Risk, uncommon: Sequence[Problem] = (), *, xlsx: bool = False,
) -> None:  # fmt: skip
    """Everything that a run or a comparison writes, the manifest last. `command` repeats it; `xlsx`: a workbook too."""
    from sim.report.charts import plan as charts
    from sim.report.page import page as pages
    from sim.report.text.decision import answer_of
    from sim.report.text.facts import facts_of
    from sim.report.text.stress import stress_report

    labels = [result.label for result in study.results]
    for name, table in tables.by_file().items():
        write_csv(table, folder / f"{name}.csv")
    if differences is not None:
        write_csv(decision_table(decision), folder / "decision.csv")
    write_csv(risk_table(risk), folder / "risk.csv")
    answer = answer_of(decision, study.results, tables.known)
    facts = facts_of(study.results, labels, differences, study.engine, command)
    warnings = (*((one.where, one.what) for one in uncommon), *facts.warnings)
    facts = replace(facts, risk=risk, roles=roles_of(decision), warnings=warnings)
    if xlsx:
        from sim.report.workbook.study import write_workbook

        write_workbook(folder, tables, facts, decision, answer)
    drawn = charts.draw(tables, facts, decision)
    told = {**manifest(study, labels, differences, command), "decision": described(decision, answer)}
    if uncommon:
        told["uncommon"] = [f"{one.where}: {one.what}" for one in uncommon]
    (folder / "stress-des.md").write_text(stress_report(study, facts, answer.text), encoding="utf-8")
    write_pages(folder, drawn, pages.render(tables, facts, drawn, answer), told)


def write_contacts(folder: Path, table: Any) -> None:
    """Contact rows that were kept in memory, as the command writes them while it plays."""
    from sim.report.kept import KeptFiles

    with KeptFiles(folder, Options(keep_contacts=True)) as files:
        files.write("contacts", table)


def write_pages(folder: Path, drawn: dict[str, Drawn], page: str, told: dict[str, Any]) -> None:
    """The charts, the report and the manifest of a result folder."""
    (folder / "charts").mkdir()
    for name, picture in drawn.items():
        for file, data in picture.files(name).items():
            (folder / "charts" / file).write_bytes(data)
    (folder / "report.html").write_text(page, encoding="utf-8")
    write_manifest(folder, told)
