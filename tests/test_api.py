"""The front door for Python: what it returns is what the command writes."""

from __future__ import annotations

import inspect
import shutil
import subprocess
import sys
import threading
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from shop import SHOP, write
from shop import sim as command

import sim

HOME = Path(__file__).parents[1]
PLANS = "[plans.dearer]\ngroups.core.wage = 21\n"
BUSIER = {"queues.orders.forecast.factor": 1.5, "groups.core.heads": "+2"}

SIGNATURES = {
    "forget": "() -> 'int'",
    "load": "(source: 'str | Path | Mapping[str, Any]', plan: 'str' = 'base', *, folder: 'str | Path' = '.') -> 'Center'",
    "load_all": "(source: 'str | Path | Mapping[str, Any]', *, folder: 'str | Path' = '.') -> 'list[Center]'",
    "run": (
        "(center: 'Center', *, replications: 'int | None' = None, seed: 'int | None' = None, jobs: 'int' = 0, "
        "engine: 'str' = 'auto', keep_contacts: 'bool' = False, fresh: 'bool' = False, anyway: 'bool' = False, cluster: 'str | None' = None, progress: 'Progress | None' = None) -> 'Result'"
    ),
    "compare": (
        "(*centers: 'Center', replications: 'int | None' = None, seed: 'int | None' = None, jobs: 'int' = 0, "
        "engine: 'str' = 'auto', keep_contacts: 'bool' = False, fresh: 'bool' = False, anyway: 'bool' = False, cluster: 'str | None' = None, progress: 'Progress | None' = None) -> 'Comparison'"
    ),
    "sensitivity": (
        "(center: 'Center', *, inputs: 'str' = '*', replications: 'int | None' = None, seed: 'int | None' = None, jobs: 'int' = 0, "
        "engine: 'str' = 'auto', fresh: 'bool' = False, anyway: 'bool' = False, progress: 'Progress | None' = None) -> 'Sensitivity'"
    ),
    "choose": (
        "(center: 'Center', vary: 'Mapping[str, Any] | None' = None, *, replications: 'int | None' = None, seed: 'int | None' = None, jobs: 'int' = 0, "
        "engine: 'str' = 'auto', fresh: 'bool' = False, anyway: 'bool' = False, progress: 'Progress | None' = None) -> 'Chosen'"
    ),
    "staff": (
        "(center: 'Center', *, budget: 'float | None' = None, keep_heads: 'bool' = False, replications: 'int | None' = None, seed: 'int | None' = None, "
        "jobs: 'int' = 0, engine: 'str' = 'auto', time: 'str | float | None' = None, fresh: 'bool' = False, anyway: 'bool' = False, "
        "progress: 'Progress | None' = None) -> 'Staffed'"
    ),
    "story": (
        "(center: 'Center', *, contact: 'str | int' = 'worst', replication: 'str | int' = 0, day: 'str | None' = None, "
        "replications: 'int | None' = None, seed: 'int | None' = None, jobs: 'int' = 0, engine: 'str' = 'auto', "
        "fresh: 'bool' = False, anyway: 'bool' = False, progress: 'Progress | None' = None) -> 'Told'"
    ),
    "fit": (
        "(*logs: 'str | Path | Log', preset: 'str | None' = None, mapping: 'str | Path | None' = None, "
        "timezone: 'str | None' = None, within: 'str | float | None' = None, weeks_held_back: 'int' = 0, "
        "until: 'str | dt.date | None' = None, stage: 'Callable[[str], None] | None' = None) -> 'Fitted'"
    ),
    "replay": (
        "(center: 'Center', *, day: 'str', since: 'str | None' = None, until: 'str | None' = None, "
        "against: 'Center | None' = None, replication: 'str | int' = 0, "
        "replications: 'int | None' = None, seed: 'int | None' = None, jobs: 'int' = 0, engine: 'str' = 'auto', "
        "fresh: 'bool' = False, anyway: 'bool' = False, progress: 'Progress | None' = None) -> 'Shown'"
    ),
    "power_of_one": (
        "(center: 'Center', *, group: 'str | None' = None, at: 'str | None' = None, replications: 'int | None' = None, "
        "seed: 'int | None' = None, jobs: 'int' = 0, engine: 'str' = 'auto', fresh: 'bool' = False, "
        "anyway: 'bool' = False, progress: 'Progress | None' = None) -> 'PowerOfOne'"
    ),
    "why": (
        "(center: 'Center', queue: 'str | None' = None, *, at: 'str | None' = None, day: 'str | None' = None, "
        "week: 'str | None' = None, replication: 'str | int | None' = None, replications: 'int | None' = None, "
        "seed: 'int | None' = None, jobs: 'int' = 0, engine: 'str' = 'auto', fresh: 'bool' = False, "
        "anyway: 'bool' = False, progress: 'Progress | None' = None) -> 'Why'"
    ),
}
"""What scripts rely on. A change here breaks them: say so in CHANGELOG."""

MEMBERS = {
    "Center": ["assumptions", "base", "name", "named", "plan", "plans", "scenario", "vary", "warnings"],
    "Result": [
        "agent_days", "answer", "contacts", "costs", "decision", "engine", "intervals", "kpi", "people", "periods", "plans",
        "replications", "summary",
        "workforce", "write",
    ],
    "Comparison": ["differences"],
    "Sensitivity": ["chosen", "inputs", "sentence", "table", "write"],
    "Chosen": ["answer", "center", "grid", "holds", "levels", "sure", "write"],
    "Staffed": [
        "binding", "center", "compared", "curve", "holds", "is_confirmed", "kpi", "need", "people", "roster",
        "sentence", "staffing", "worth", "write",
    ],
    "Shown": ["as_said", "scene", "write"],
    "Fitted": ["assumptions", "cannot_tell", "center", "estimates", "held_back", "sentence", "write"],
    "Told": ["as_said", "story", "text", "write"],
    "PowerOfOne": ["as_said", "found", "sentence", "table", "write"],
    "Why": ["as_said", "found", "sentence", "table", "text", "write"],
}  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path, SHOP + PLANS)


def test_what_is_public_stays_as_it_is() -> None:
    others = {"Estimate", "Problem", "Progress", "ScenarioError", "SimError", "__version__"}
    assert set(sim.__all__) == {*SIGNATURES, *MEMBERS, *others}
    assert dir(sim) == sorted(sim.__all__)
    for name, signature in SIGNATURES.items():
        assert str(inspect.signature(getattr(sim, name))) == signature
    for name, members in MEMBERS.items():
        own = getattr(sim, name)
        fields = own.__dict__.get("__dataclass_fields__", {})
        assert set(members) <= {*dir(own), *fields}
        assert all(inspect.getdoc(getattr(own, member)) for member in members if member not in fields)


def test_tables_are_those_of_the_command(file: Path, tmp_path: Path) -> None:
    assert command("run", file, "--replications", "3", "--out", tmp_path / "out").exit_code == 0
    result = sim.run(sim.load(file), replications=3)
    for name in ("summary", "intervals", "periods", "workforce", "costs"):
        written, table = pd.read_csv(tmp_path / "out" / f"{name}.csv"), getattr(result, name)
        assert list(table.columns) == list(written.columns)
        for column in written:
            if pd.api.types.is_numeric_dtype(written[column]):
                np.testing.assert_allclose(table[column].astype(float), written[column], rtol=1e-9)
    assert result.intervals["date"].dtype.kind == "M"


def test_the_folder_is_the_command_s(file: Path, tmp_path: Path) -> None:
    assert command("compare", file, "--out", tmp_path / "theirs").exit_code == 0
    sim.compare(sim.load(file)).write(tmp_path / "ours")
    names = [{p.relative_to(tmp_path / of).as_posix() for p in (tmp_path / of).rglob("*")} for of in ("theirs", "ours")]
    assert names[0] == names[1]
    for table in (tmp_path / "theirs").glob("*.csv"):
        assert table.read_bytes() == (tmp_path / "ours" / table.name).read_bytes()


def test_what_the_manifest_says_repeats_the_run(file: Path) -> None:
    center = sim.load(file)
    study = sim.compare(center, center.vary(BUSIER, name="busier"), replications=2, seed=5)
    again = eval(study._as_said, {"sim": sim})
    pd.testing.assert_frame_equal(study.differences, again.differences)


def test_a_varied_center_is_the_plan_that_says_the_same(file: Path, tmp_path: Path) -> None:
    plan = '[plans.busier]\nqueues.orders.forecast.factor = 1.5\ngroups.core.heads = "+2"\n'
    written = write(tmp_path / "other", SHOP + plan)
    ours, theirs = (
        sim.run(center).summary for center in (sim.load(file).vary(BUSIER, name="busier"), sim.load(written, "busier"))
    )
    pd.testing.assert_frame_equal(ours, theirs)


def test_changes_add_up_one_after_another(file: Path) -> None:
    center = sim.load(file)
    twice = center.vary({"groups.core.heads": "+2"}).vary({"groups": {"core": {"heads": "+3"}}})
    assert [center.scenario.spec.groups["core"].heads, twice.scenario.spec.groups["core"].heads] == [9, 14]


def test_a_dict_is_a_scenario_too(file: Path) -> None:
    center = sim.load(tomllib.loads(file.read_text()), folder=file.parent)
    pd.testing.assert_frame_equal(sim.run(center).summary, sim.run(sim.load(file)).summary)
    assert center.plans == ("base", "dearer")


def test_every_problem_is_named(file: Path) -> None:
    center = sim.load(file)
    with pytest.raises(sim.ScenarioError) as wrong:
        center.vary({"groups.core.hedas": 3, "queues.orders.fcr": 3})
    assert {problem.where for problem in wrong.value.problems} == {"groups.core.hedas", "queues.orders.fcr"}
    with pytest.raises(sim.ScenarioError, match="no such plan"):
        center.plan("dearest")
    with pytest.raises(sim.ScenarioError, match="no such file"):
        sim.load(file.parent / "none.toml")
    with pytest.raises(sim.ScenarioError, match="is missing"):
        sim.load({"center": {}})
    with pytest.raises(sim.ScenarioError, match="only the base plan"):
        sim.compare(sim.load(write(file.parent / "alone")))
    with pytest.raises(sim.ScenarioError, match="name of two"):
        sim.compare(center, center)
    with pytest.raises(sim.ScenarioError, match="make them alike"):
        sim.compare(center, center.vary({"center.currency": "EUR"}))
    with pytest.raises(sim.ScenarioError, match="is changed as a whole already"):
        center.vary({"groups.core.talent": "none", "groups.core.talent.speed": 0.1})
    result = sim.run(center)
    with pytest.raises(sim.ScenarioError, match="is not reported of"):
        result.kpi("service_levle")
    with pytest.raises(sim.ScenarioError, match="was not played"):
        result.kpi("service_level", plan="dearer")


def test_contacts_kept_or_played_again_are_the_same(file: Path) -> None:
    center = sim.load(file)
    kept = sim.run(center, keep_contacts=True)
    assert kept.contacts.equals(sim.run(center).contacts)
    offered = kept.summary.query("scope == 'center' and kpi == 'offered'")["mean"].item()
    assert len(kept.contacts) == offered * kept.replications


def test_every_plan_s_contacts_are_as_many_as_were_played(file: Path) -> None:
    """With a precision asked for, a plan may be played more often than the baseline."""
    asked = 'precision = { kpi = "asa_s", half_width = 0.5, at_least = 2, at_most = 12 }'
    text = (
        file.read_text().replace("replications = 2", asked)
        + "[plans.thin]\ngroups.core.shifts = { early = 1, late = 0 }\ngroups.core.heads = 1\n"
    )
    study = sim.compare(*sim.load_all(write(file.parent / "precise", text)))
    runs = {result.label: result.replications for result in study.study.results}
    assert runs["thin"] > runs["base"]
    rows = study.contacts.to_pandas()
    assert {plan: own["replication"].max() + 1 for plan, own in rows.groupby("plan")} == runs


def test_people_are_those_of_the_first_day(file: Path) -> None:
    people = sim.run(sim.load(file)).people
    assert list(people["agent"]) == [f"core {n}" for n in range(1, 10)]
    assert set(people["wage"]) == {20.0}


def test_progress_is_reported_and_nothing_is_printed(file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    told: list[tuple[str, int, int]] = []
    result = sim.run(sim.load(file), progress=lambda *step: told.append(step))
    assert ("playing base", 2, 2) in told
    assert capfd.readouterr() == ("", "")
    assert "service_level" in str(result)
    assert "<table" in result._repr_html_()
    assert "plan base" in sim.load(file)._repr_html_()


def test_threads_do_not_get_into_each_other_s_way(file: Path) -> None:
    center = sim.load(file)
    seeds = range(1, 5)
    alone = [sim.run(center, seed=seed).summary for seed in seeds]
    found: dict[int, pd.DataFrame] = {}

    def play(seed: int) -> None:
        found[seed] = sim.run(center, seed=seed).summary

    threads = [threading.Thread(target=play, args=(seed,)) for seed in seeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for seed, summary in zip(seeds, alone, strict=True):
        pd.testing.assert_frame_equal(found[seed], summary)


def test_importing_it_costs_nothing() -> None:
    code = "import sys, sim; assert not {'numpy', 'pandas', 'pydantic'} & set(sys.modules); sim.load; assert 'pydantic' in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_readme_s_python_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (HOME / "README.md").read_text(encoding="utf-8")
    code = text.split("```python\n", 1)[1].split("```", 1)[0]
    monkeypatch.chdir(tmp_path)
    shutil.copytree(HOME / "scenarios", tmp_path / "scenarios")
    few = (
        code.replace("replications=20", "replications=2")
        .replace("(center, more)", "(center, more, replications=2)")
        .replace('time="2min"', 'time="5s"')
    )
    assert few.count("replications=2)") == 2
    assert few.count("5s") == 1
    exec(few, {})
    assert (tmp_path / "results" / "more" / "report.html").is_file()


def test_one_version_everywhere() -> None:
    says = [(HOME / name).read_text(encoding="utf-8") for name in ("pyproject.toml", "CITATION.cff", "CHANGELOG.md")]
    assert f'\nversion = "{sim.__version__}"\n' in says[0]
    assert f"\nversion: {sim.__version__}\n" in says[1]
    assert says[2].split("\n## ")[1].startswith(sim.__version__)


@pytest.mark.parametrize(
    ("options", "where"),
    [
        ({"replications": 0}, "replications"), ({"replications": -3}, "replications"), ({"replications": 2.5}, "replications"),
        ({"seed": -1}, "seed"), ({"seed": "a"}, "seed"), ({"jobs": -1}, "jobs"), ({"engine": "fast"}, "engine"),
    ],
)  # fmt: skip
def test_what_no_command_would_take_is_refused(file: Path, options: dict[str, Any], where: str) -> None:
    for play in (sim.run, sim.compare):
        with pytest.raises(sim.ScenarioError) as wrong:
            play(sim.load(file), **options)
        assert [problem.where for problem in wrong.value.problems] == [where]
    with pytest.raises(sim.ScenarioError, match="is not a center"):
        sim.run("spring.toml")  # type: ignore[arg-type]


def test_a_misspelt_table_is_not_taken_for_a_new_one(file: Path) -> None:
    with pytest.raises(sim.ScenarioError, match='did you mean "orders"'):
        sim.load(file).vary({"queues.ordres.forecast.factor": 1.1})
    with pytest.raises(sim.ScenarioError, match="write a dict of places"):
        sim.load(file).vary({3: 3})  # type: ignore[dict-item]


def test_numbers_of_numpy_are_numbers(file: Path) -> None:
    varied = sim.load(file).vary(
        {"groups.core.shifts": {"early": np.int64(5), "late": 6}, "groups.core.heads": np.int64(11)}
    )
    assert varied.scenario.spec.groups["core"].heads == 11


def test_kept_contacts_are_written(file: Path, tmp_path: Path) -> None:
    result = sim.run(sim.load(file), keep_contacts=True)
    result.write(tmp_path / "out")
    assert len(pd.read_parquet(tmp_path / "out" / "contacts.parquet")) == len(result.contacts)


def test_they_say_what_they_are_in_a_line(file: Path) -> None:
    center = sim.load(file)
    assert repr(center) == "<Center Shop, plan base: 1 queues, 1 groups, 2 days>"
    assert repr(sim.run(center)) == "<Result of base: 2 replications>"


def test_what_only_python_can_ask_is_answered(file: Path) -> None:
    center = sim.load(file)
    varied = center.vary({"groups.core.heads": "+1"}, name="busier")
    with pytest.raises(sim.ScenarioError, match="name the baseline too"):
        sim.compare(varied)
    with pytest.raises(sim.ScenarioError, match="results call a plan by it"):
        center.named(" ")
    result = sim.run(center)
    queue = center.scenario.queues[0]
    with pytest.raises(sim.ScenarioError, match=f"write .kpi\\('service_level', 'queue', '{queue}'\\)"):
        result.kpi("service_level", queue)
    with pytest.raises(sim.ScenarioError, match='did you mean "service_level"'):
        result.kpi("service_lvel")
