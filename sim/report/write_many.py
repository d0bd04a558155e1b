"""The result folder of a selection among many plans."""

from __future__ import annotations

from pathlib import Path

from sim.choosing.selected import Selected
from sim.report.folder import write_csv
from sim.report.tables.manifest import manifest
from sim.report.tables.many import described, grid_table
from sim.report.text.toml_text import toml_text
from sim.report.write import write_pages


def plan_text(s: Selected) -> str:
    """The plan as it can be pasted into the scenario file; nothing where it is in it already."""
    return "" if s.table is None else toml_text(s.table, ("plans", s.new_name), depth=0).strip()


def write_selected(folder: Path, s: Selected, command: str, *, xlsx: bool = False) -> None:
    """Everything, the manifest last. `command` repeats it; `xlsx`: a workbook too."""
    from sim.report.charts.many import draw
    from sim.report.page.many import page
    from sim.report.text.facts import facts_of

    write_csv(grid_table(s), folder / "grid.csv")
    text = plan_text(s)
    if text:
        (folder / "plan.toml").write_text(f"{text}\n", encoding="utf-8")
    labels = [result.label for result in s.study.results]
    differences = s.differences or None
    facts = facts_of(s.study.results, labels, differences, s.study.engine, command)
    recorded = {**manifest(s.study, labels, differences, command), "selection": described(s)}
    if xlsx:
        from sim.report.text.many import answer_of
        from sim.report.workbook.many import headings, with_numbers
        from sim.report.workbook.study import write_tables

        told = [sentence.text for sentence in answer_of(s).sentences]
        write_tables(folder, told, {"Plans": with_numbers(s, grid_table(s))}, facts, {"Plans": headings(s)})
    drawn = draw(s)
    write_pages(folder, drawn, page(s, facts, text, drawn), recorded)
