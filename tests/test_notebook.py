"""The notebook runs as it stands, cell by cell, and shows what the command decides; and how results look in one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from shop import SHOP, write

import sim

SCENARIOS = Path(__file__).parents[1] / "scenarios"
NOTEBOOK = SCENARIOS / "compare-plans.ipynb"


def cells() -> list[str]:
    told = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert (told["nbformat"], told["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in told["cells"]}) == len(told["cells"])
    return ["".join(cell["source"]) for cell in told["cells"] if cell["cell_type"] == "code"]


def shown(source: str, names: dict[str, Any]) -> Any:
    """What a notebook shows below a cell: the value of its last line."""
    *before, last = source.rstrip().splitlines()
    if last.startswith((" ", "for ")) or " = " in last:
        exec(source, names)
        return None
    exec("\n".join(before), names)
    return eval(last, names)


def test_the_notebook_runs_and_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A day of it, twice: the week, twenty times, is the notebook's own."""
    text = (SCENARIOS / "starter.toml").read_text(encoding="utf-8")
    assert text.count("weeks = 1 ") == 1
    (tmp_path / "starter.toml").write_text(text.replace("weeks = 1 ", "days = 1 "), encoding="utf-8")
    shutil.copytree(SCENARIOS / "starter", tmp_path / "starter")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    seen = []
    for source in cells():
        fewer = source.replace("replications=20", 'replications=2, jobs=1, engine="simpy"')
        seen.append(shown(fewer, names))
    study = names["study"]
    assert study.plans == ("base", *study._centers[0].plans[1:])
    assert study.answer.text in capsys.readouterr().out
    assert study.answer.sentences[0].text[:12] in seen[0]._repr_html_()
    costs = seen[2]
    assert list(costs.columns) == sorted(study.plans)
    assert costs.drop(index="total").sum().tolist() == pytest.approx(costs.loc["total"].tolist(), abs=5)
    assert len(seen[3]) == 10
    assert seen[3]["short"].is_monotonic_decreasing
    assert seen[4].plans == ("base", "mine")
    assert {"report.html", "results.xlsx", "summary.csv"} <= {path.name for path in seen[5].iterdir()}


def test_the_comparison_takes_ten_lines() -> None:
    lines = [line for source in cells()[:4] for line in source.splitlines() if line.strip()]
    assert len(lines) <= 10


def test_a_result_is_shown_with_its_decision_and_readable_names(tmp_path: Path) -> None:
    """Text of a file is no HTML: a description with a tag is shown as it is written."""
    toml = SHOP + '[plans.more]\ndescription = "<b>bold</b>"\ngroups.core.heads = "+1"\ngroups.core.shifts.early = 5\n'
    study = sim.compare(sim.load(write(tmp_path, toml)), engine="simpy", jobs=1)
    html = study._repr_html_()
    assert "2 replications" in html
    for sentence in study.answer.sentences:
        assert sentence.text in html.replace("&lt;", "<").replace("&gt;", ">").replace("&#x27;", "'")
    assert "<b>bold</b>" not in html
    assert ">Service level<" in html
    assert "service_level" not in html
    cost = study.kpi("cost_total", plan="more")
    assert f"USD {cost.mean:,.0f}" in html
    alone = sim.run(sim.load(tmp_path / "spring.toml"), replications=1, engine="simpy", jobs=1)._repr_html_()
    assert "1 replication;" in alone
    assert " to " not in alone.partition("<tbody>")[2]
