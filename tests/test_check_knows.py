"""What `check` can know it says: what a run would refuse, without playing."""

from __future__ import annotations

from pathlib import Path

import pytest
from qualities_at_random import write_quality
from scenarios_at_random import write_scenario
from shop import sim, write
from workforces_at_random import write_workforce

from sim.errors import ScenarioError
from sim.scenario.load import load_plans
from sim.study.calibration.calibrate import calibrate
from sim.study.prepared import prepare
from sim.study.refusals import refused

ONE = """
[center]
start = 2026-03-02
days = 1
open = { mon-sun = "08:00-18:00" }
[run]
replications = 1
[queues.calls]
channel = "phone"
forecast = { csv = "calls.csv" }
talk = { family = "exponential", mean = "3min" }
fcr = 0.8
[groups.team]
heads = 10
shifts = { day = 10 }
skills = { calls = {} }
[shifts.day]
hours = "08:00-18:00"
"""
STARTS = [f"{hour:02}:{minute}" for hour in range(8, 18) for minute in ("00", "30")]
VOLUMES = "weekday,start,contacts\n" + "".join(f"mon,{start},12\n" for start in STARTS)


def one(folder: Path, text: str = ONE) -> Path:
    return write(folder, text, {"calls.csv": VOLUMES})


def test_a_plan_s_fcr_out_of_reach_is_reported_by_check_as_by_run(tmp_path: Path) -> None:
    """Resolution 0.8 makes a base chance of 1 of an FCR of 80 %: nobody resolves more, so a plan's 90 % is refused."""
    text = ONE.replace("calls = {} }", "calls = { resolution = 0.8 } }") + "[plans.better.queues.calls]\nfcr = 0.9\n"
    file = one(tmp_path, text)
    told = "plans.better.queues.calls.fcr  90% cannot be reached: this staff resolves 80% at the very best"
    checked, run = sim("check", file), sim("run", file, "--plan", "better", "--out", tmp_path / "out")
    assert checked.exit_code == run.exit_code == 2
    assert told in checked.output
    assert told in run.output
    # With the line on which it is written.
    line = 1 + file.read_text().splitlines().index("fcr = 0.9")
    assert f"{file.name}:{line}" in checked.output


def test_plans_that_compare_refuses_are_told_by_check_in_its_words(tmp_path: Path) -> None:
    file = one(tmp_path, f"{ONE}[plans.later.center]\nstart = 2026-03-09\n")
    told = "later: center.start"
    why = "is 2026-03-09; in base it is 2026-03-02: make them alike"
    checked, compared = sim("check", file), sim("compare", file, "--out", tmp_path / "out")
    # Each plan alone can be run: a warning, no refusal.
    assert checked.exit_code == 0
    assert f"warning: {told}: {why}, or sim compare refuses this file" in checked.output
    assert compared.exit_code == 2
    assert told in compared.output
    assert why in compared.output


def test_a_plan_that_resolves_less_is_good(tmp_path: Path) -> None:
    text = ONE.replace("calls = {} }", "calls = { resolution = 0.8 } }") + "[plans.worse.queues.calls]\nfcr = 0.7\n"
    assert sim("check", one(tmp_path, text)).exit_code == 0


def test_of_haste_only_a_run_can_tell(tmp_path: Path) -> None:
    """At pace 0.5 under pressure and elasticity 1 a hurried agent resolves half: 50 % is sure, 80 % is not."""
    rushed = "[groups.team.pressure]\nwaiting_per_agent = 0.5\npace = 0.5\n[quality.pace]\nresolution = 1.0\n"
    (tmp_path / "a").mkdir()
    found = sim("check", one(tmp_path, ONE + rushed))
    assert found.exit_code == 0
    told = "queues.calls.fcr: only a run can tell whether this staff reaches 80%; 50% or less is sure to be reached"
    assert told in " ".join(found.output.split())
    sure = sim("check", one(tmp_path / "a", (ONE + rushed).replace("fcr = 0.8", "fcr = 0.5")))
    assert "only a run can tell" not in sure.output


def test_nobody_s_resolution_is_reported(tmp_path: Path) -> None:
    text = ONE.replace("calls = {} }", "calls = { resolution = 0.0 } }")
    found = sim("check", one(tmp_path, text))
    assert found.exit_code == 2
    assert "80% cannot be reached" in found.output


def test_every_plan_s_mistakes_in_kpis_are_reported_at_once(tmp_path: Path) -> None:
    more = '[plans.one.run]\nreplications = "none"\nprecision = { kpi = "asaa_s", half_width = 1.0 }\n'
    more += "[plans.two.results.matters.kpis]\nfrc = 0.1\n"
    found = sim("check", one(tmp_path, ONE + more))
    assert found.exit_code == 2
    for place, word in (("plans.one.run.precision.kpi", "asaa_s"), ("plans.two.results.matters.kpis.frc", "frc")):
        assert any(place in line and f'"{word}" is not a KPI' in line for line in found.output.splitlines())


def test_an_fcr_on_the_bound_is_not_refused_by_the_pilots_luck(tmp_path: Path) -> None:
    """40 % are transferred and all others are resolved: 60 %, whatever share the pilots happen to see."""
    text = ONE.replace("fcr = 0.8", "fcr = 0.6\ntransfer = { back = { share = 0.4 } }")
    text += '[queues.back]\nchannel = "phone"\ntalk = { family = "exponential", mean = "2min" }\n'
    file = one(tmp_path, text.replace("calls = {} }", "calls = {}, back = {} }"))
    plans = load_plans(file)
    assert refused(plans) == ([], [])
    for seed in range(3):
        base = plans[0].with_spec(run=plans[0].spec.run.model_copy(update={"seed": seed}))
        row = next(r for r in calibrate(prepare(base), "compiled").rows if (r.queue, r.figure) == ("calls", "fcr"))
        # 3 pilots of at least 5,000 answered each: two standard errors of the last are 1.4 points.
        assert abs(row.residual) < 0.025


@pytest.mark.parametrize("maker", [write_scenario, write_workforce, write_quality])
def test_what_check_passes_without_a_word_a_run_calibrates(maker: object, tmp_path: Path) -> None:
    for seed in (4, 11):
        folder = tmp_path / str(seed)
        folder.mkdir()
        plans = load_plans(maker(seed, folder))  # type: ignore[operator]
        problems, unsure = refused(plans)
        assert not problems
        if not unsure and maker is not write_workforce:
            try:
                calibrate(prepare(plans[0]), "compiled")
            except ScenarioError as error:
                raise AssertionError(f"{seed}: {error}") from None
