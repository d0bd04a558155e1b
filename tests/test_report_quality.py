"""What the terminal, the page, the charts and the contact rows say of cases, feelings and customers; nothing unused."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from shop import but, sim, table, write
from test_report_channels import page_of
from worlds import Silent

from sim.measures.kpis import KPIS
from sim.observations import CONTACT_ROW
from sim.report.charts.plan import draw
from sim.report.page.figures import Figures
from sim.report.page.sentences import headlines
from sim.report.tables.contacts import case_numbers
from sim.report.tables.study import tabulate
from sim.report.text.facts import facts_of
from sim.report.text.names import PILLARS, calibrated, change_text, figure_text, value_text
from sim.report.text.quality import break_evens, contacts_by_cause, pace_line, pace_remarks
from sim.scenario.load import load
from sim.study.compare import compare
from sim.study.result import PlanResult
from sim.study.run import Entry, Options, run_study

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
FILES: dict[str, str | bytes] = {"orders.csv": table("contacts", "12", days=WEEKDAYS)}
QUICK = ("--engine", "compiled", "--jobs", "1")

LOOP = """fcr = 0.7
basis = "standard"
unresolvable = "5%"
repeat = { share = "60%", after = { family = "exponential", mean = "1h" } }
redial = { share = "40%" }
credit = { amount = 10 }
sale = { share = "5%", margin = 15 }
outreach = { reached = "20%", prevents = "30%", cost = 0.5 }
escalation = { share = "30%", kind = "swarm", to = "customer-returns" }
[queues.customer-returns]
channel = "phone"
forecast = { csv = "orders.csv", contains = "first contacts" }
talk = { family = "exponential", mean = "4min" }
service_level = { target = 0.80, within = "20s" }
fcr = 0.6
basis = "standard"
"""
MORE = """
[experience]
[customers]
number = 150
value = 250
leave = [0.1, 0.2, 0.4]
[plans.rush]
groups.core.pace = 0.8
"""
WORLD = (
    but(
        '{ csv = "orders.csv" }', '{ csv = "orders.csv", contains = "first contacts" }', "fcr = 0.7\n", LOOP,
        "skills = { orders = {} }",
        "skills = { orders = {}, customer-returns = {} }\npressure = { waiting_per_agent = 0.5 }",
        "heads = 9", "heads = 4", "{ early = 4, late = 5 }", "{ early = 2, late = 2 }", "days = 2", "days = 5",
    )
    + MORE
)  # fmt: skip

PARTS = {"cases", "feelings", "customers"}
TITLES = ("Cases, contacts for each", "Cases resolved", "What customers feel", "Six pillars", "Customers and money")
MODEL = "worked out, not asked for"


def world(folder: Path, *changes: str) -> Path:
    toml = WORLD
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        assert old in toml, f"the world does not say {old}"
        toml = toml.replace(old, new)
    return write(folder, toml, FILES)


def study_of(path: Path, plans: tuple[str, ...] = ("base",)) -> list[PlanResult]:
    base = load(path)
    entries = [Entry(base, base if plan == "base" else load(path, plan), plan) for plan in plans]
    return run_study(entries, Options(3, 1, jobs=1, engine="compiled"), Silent()).results


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The world, run in a terminal of 80 columns: its folder, and what it said."""
    folder = tmp_path_factory.mktemp("played")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", "80")
        result = sim("run", world(folder), *QUICK, "--keep", "contacts", "--out", folder / "out")
    assert result.exit_code == 0, result.output
    return folder / "out", result.output


@pytest.fixture(scope="module")
def two_plans(tmp_path_factory: pytest.TempPathFactory) -> list[PlanResult]:
    """The base plan and the one that hurries."""
    return study_of(world(tmp_path_factory.mktemp("two")), ("base", "rush"))


def figures(results: list[PlanResult]) -> Figures:
    labels = ["base", "rush"][: len(results)]
    differences = compare(results, labels) if len(results) > 1 else None
    return Figures(tabulate(results, labels, differences), facts_of(results, labels, differences, "compiled", "sim"))


# ---- What is shown ----------------------------------------------------------------------------------------------


def test_what_is_used_is_reported(played: tuple[Path, str]) -> None:
    folder, said = played
    page = page_of(folder)
    assert set(page.rows) >= PARTS
    assert MODEL in (folder / "report.html").read_text(encoding="utf-8")
    assert "cases.png" in {path.name for path in (folder / "charts").iterdir()}
    for title in TITLES:
        assert f"\n{title}" in said


def test_nothing_is_reported_of_what_is_not_used(tmp_path: Path) -> None:
    result = sim("run", write(tmp_path), *QUICK, "--keep", "contacts", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert not PARTS & set(page_of(tmp_path / "out").rows)
    assert "cases.png" not in {path.name for path in (tmp_path / "out" / "charts").iterdir()}
    assert not [title for title in (*TITLES, "Elasticity") if title in result.output]
    assert "pace" not in json.loads((tmp_path / "out" / "manifest.json").read_text())["plans"]["base"]
    columns = pq.read_schema(tmp_path / "out" / "contacts.parquet").names
    assert columns == [
        "plan", "replication", "queue", "arrived", "outcome", "wait_s", "group", "agent", "talk_s", "hold_s", "wrap_s",
        "resolved",
    ]  # fmt: skip


def test_the_page_and_the_terminal_say_what_the_tables_say(played: tuple[Path, str]) -> None:
    folder, said = played
    page, summary = page_of(folder), pd.read_csv(folder / "summary.csv")
    found = summary.set_index(["name", "kpi"])["mean"]
    each, first = page.column("cases", "Contacts per case"), page.column("cases", "FCR")
    for shown, name in (("orders", "orders"), ("customer-returns", "customer-returns"), ("all queues", "all")):
        assert each[shown].startswith(f"{found[name, 'attempts_per_case']:.2f} ")
        assert first[shown].startswith(f"{100 * found[name, 'fcr']:.1f} % ")
        if name != "customer-returns":
            # Nobody comes again there.
            assert f"observed {100 * found[name, 'fcr_observed']:.1f} %" in first[shown]
    assert f"net {100 * found['orders', 'fcr_net']:.1f} %" in first["orders"]
    satisfied, pillars = (row for row in page.rows["feelings"] if row[0] == "orders")
    assert satisfied[1].startswith(f"{100 * found['orders', 'csat']:.1f} % ")
    assert [cell.split(" ")[0] for cell in pillars[1:]] == [f"{found['orders', kpi]:.2f}" for kpi in PILLARS]
    mean = page.column("customers", "Mean")
    assert mean["Bad cases"].startswith(f"{found['all', 'bad_cases']:.1f} ")
    assert mean["Net cost"].startswith(f"{found['all', 'net_cost']:,.0f} ")
    assert re.search(
        rf"(?m)^ orders +{found['orders', 'cases']:.0f} +{found['orders', 'attempts_per_case']:.2f} ", said
    )
    costs = pd.read_csv(folder / "costs.csv").set_index("line")["mean"]
    assert re.search(rf"(?m)^ Goodwill, in the cost +{costs['goodwill']:.2f} ", said)


def test_no_name_is_cut_in_80_columns(played: tuple[Path, str]) -> None:
    said = played[1]
    assert max(len(line) for line in said.splitlines() if not line.startswith(("Results:", "Next:"))) <= 80
    # Service, cases, resolved, feelings, pillars, and three rows of the calibration.
    assert len(re.findall(r"(?m)^ customer-returns ", said)) >= 5


def test_units_are_those_of_the_tables(played: tuple[Path, str]) -> None:
    """A KPI of several rows is called and measured one way; money is in the center's currency."""
    told = {(kpi.id, kpi.unit, kpi.title, kpi.short, kpi.head) for kpi in KPIS}
    assert len(told) == len({kpi.id for kpi in KPIS})
    summary = pd.read_csv(played[0] / "summary.csv").set_index("kpi")["unit"]
    assert set(summary[list(PILLARS)]) == {"points"}
    assert set(summary[["value_lost", "net_cost"]]) == {"USD"}


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(7.4, "points", "7.40"), (24.3, "points", "24.3"), (1.234, "contacts", "1.23"), (12.34, "cases", "12.3"),
     (1234.5, "customers", "1,234")],
)  # fmt: skip
def test_figures_have_the_digits_that_tell_something(value: float, unit: str, text: str) -> None:
    assert figure_text(value, unit) == value_text(value, unit, "USD") == text


def test_changes_bear_their_unit() -> None:
    assert change_text(0.021, "share") == "+2.1 points"
    assert change_text(-0.05, "contacts") == "−0.05 contacts"
    assert change_text(-1.24, "points") == "−1.2 points"


def test_calibration_names_fresh_cases_where_customers_come_again() -> None:
    assert calibrated("contacts", come_again=True).name.startswith("Fresh cases")
    assert calibrated("contacts", come_again=False).name == "Contacts, without those transferred here"
    assert calibrated("fcr", come_again=True) == calibrated("fcr", come_again=False)


# ---- The rows of contacts ---------------------------------------------------------------------------------------


def test_rows_of_a_case_are_joined_by_its_number(played: tuple[Path, str]) -> None:
    rows = pq.read_table(played[0] / "contacts.parquet").to_pandas()
    told = {"leg", "escalated", "case", "attempt", "again", "customer", "pace", "courtesy"}
    assert told <= set(rows.columns)
    entered = rows[rows["leg"] == 0]
    assert entered["attempt"].max() >= 3
    key = ["replication", "case"]
    assert not entered.duplicated([*key, "attempt"]).any()
    assert (entered.groupby(key)["customer"].nunique() == 1).all()
    # Each attempt comes when the one before says; whoever comes past the horizon is not seen any more.
    before = rows[rows["again"].notna()].set_index([*key, rows["attempt"][rows["again"].notna()] + 1])["again"]
    later = entered[entered["attempt"] > 1].set_index([*key, "attempt"])["arrived"]
    assert (later == before.reindex(later.index)).all()
    assert len(later) > 20
    swarmed = rows[rows["escalated"]]
    assert len(swarmed) > 5
    second = set(map(tuple, rows[rows["leg"] == 1][[*key, "attempt"]].to_numpy().tolist()))
    assert set(map(tuple, swarmed[[*key, "attempt"]].to_numpy().tolist())) <= second
    assert (rows["pace"].dropna() <= 1.0).all()
    assert (rows["pace"].dropna() < 1.0).any()


def test_cases_are_reported_by_when_they_began_and_whose_they_are() -> None:
    rows = np.zeros(6, CONTACT_ROW)
    rows["case_began"] = [30.0, 10.0, 10.0, 30.0, -5.0, 10.0]
    rows["customer"] = [1, 7, 8, 1, 2, 7]
    assert case_numbers(rows).tolist() == [3, 1, 2, 3, 0, 1]


# ---- Pace and its break-even ------------------------------------------------------------------------------------


def test_the_elasticity_stands_beside_its_break_even(two_plans: list[PlanResult]) -> None:
    """60 % of the unresolved come again, 70 % are resolved: (1 − 0.6 × 0.3) ÷ (0.6 × 0.7) = 1.952."""
    scenario = two_plans[1].scenario
    (one,) = break_evens(scenario)
    assert (one.queue, one.repeat_share, one.resolution) == ("orders", 0.6, 0.7)
    assert one.elasticity == pytest.approx(0.82 / 0.42)
    assert pace_line(scenario) == (
        "Elasticity of resolution to pace 0.3, assumed within 0 to 1; load breaks even at 1.95 (orders)"
    )
    (remark,) = pace_remarks(scenario)
    assert remark.where == "Pace"
    assert "1.95 for orders (60 % of the unresolved come again, 70.0 % are resolved)" in remark.what
    assert figures(two_plans).facts.pace == (("Pace", remark.what),)


def test_a_break_even_inside_the_range_is_said_to_decide(tmp_path: Path) -> None:
    quality = "[quality]\npace = { resolution = 1.5, range = [0.5, 4.0] }\n[experience]"
    line = pace_line(load(world(tmp_path, "[experience]", quality)))
    assert line.endswith("at 1.95 (orders); that lies within the range: it hangs on a number nobody has measured")


def test_without_repeats_haste_is_said_to_cost_no_load(tmp_path: Path) -> None:
    again = 'repeat = { share = "60%", after = { family = "exponential", mean = "1h" } }\n'
    assert pace_line(load(world(tmp_path, again, ""))).endswith("; nobody comes again: haste costs no load")


def test_at_the_standard_pace_nothing_is_said_of_it(tmp_path: Path) -> None:
    scenario = load(world(tmp_path, "pressure = { waiting_per_agent = 0.5 }\n", ""))
    assert (pace_line(scenario), pace_remarks(scenario), break_evens(scenario)) == ("", (), [])


def test_the_manifest_bears_the_break_even(played: tuple[Path, str]) -> None:
    pace = json.loads((played[0] / "manifest.json").read_text())["plans"]["base"]["pace"]
    assert pace["elasticity"] == {"resolution": 0.3, "range": [0.0, 1.0]}
    assert pace["break_even_of_load"]["orders"]["elasticity"] == pytest.approx(0.82 / 0.42)


# ---- Plans beside one another -----------------------------------------------------------------------------------


def test_contacts_by_cause_are_all_that_came(two_plans: list[PlanResult]) -> None:
    for name, scope in (("orders", "queue"), ("all queues", "center")):
        found = contacts_by_cause(two_plans[0], "base").set_index("name").loc[name]
        sums = two_plans[0].sums_of(scope, "all" if scope == "center" else name)
        assert found[["first", "repeats", "redials"]].sum() == pytest.approx(sums["came"].mean())
        assert found["first"] == pytest.approx(sums["opened"].mean())


def test_pillars_are_reported_as_change_against_the_baseline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    result = sim("compare", world(tmp_path), *QUICK, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert {"cases.png", "pillars.png"} <= {path.name for path in (tmp_path / "out" / "charts").iterdir()}
    table = pd.read_csv(tmp_path / "out" / "comparison.csv").query("scope == 'center'").set_index("kpi")
    empathy = change_text(float(table["difference"]["pillar_empathy"]), "points")
    assert empathy.startswith("−")
    assert re.search(rf"(?m)^ Empathy +{empathy} ", result.output)
    assert "What customers feel (a model), rush against base" in result.output
    rows = [row for row in page_of(tmp_path / "out").rows["feelings"] if row[0] in ("base baseline", "rush")]
    assert rows[-1][-1].startswith(empathy)
    assert "baseline" in rows[-2][0]
    money = page_of(tmp_path / "out").column("customers", "rush")
    assert money["Net cost"].endswith(("better", "worse", "unclear"))


def test_what_a_plan_does_to_quality_is_said_in_words(two_plans: list[PlanResult]) -> None:
    f = figures(two_plans)
    comparison = f.tables.comparison
    assert comparison is not None
    made = {"fcr": (0.02, 0.01, 0.03, "better"), "attempts_per_case": (-0.05, -0.08, 0.02, "unclear"),
            "customers_left": (3.0, 2.0, 4.0, "worse")}  # fmt: skip
    for kpi, told in made.items():
        chosen = (comparison["kpi"] == kpi) & (comparison["scope"] == "center")
        comparison.loc[chosen, ["difference", "ci_low", "ci_high", "better"]] = told
    base, rush = headlines(Figures(replace(f.tables, comparison=comparison), f.facts))
    said = {sentence.text: sentence.tone for sentence in rush.sentences}
    assert said["Against base: more cases resolved at first contact, +2.0 points (+1.0 to +3.0 points)."] == "good"
    assert said["Against base: more customers left, +3.0 customers (+2.0 to +4.0 customers)."] == "bad"
    assert not [text for text in said if "contacts per case" in text]
    each = f.kpi("base", "attempts_per_case").mean
    assert any(sentence.text.startswith(f"A case takes {each:.2f} contacts") for sentence in base.sentences)


def test_charts_are_the_same_bytes_every_time(two_plans: list[PlanResult]) -> None:
    f = figures(two_plans)
    first, second = (draw(f.tables, f.facts) for _ in range(2))
    for name in ("cases.png", "pillars.png"):
        assert first[name].png.startswith(b"\x89PNG")
        assert first[name] == second[name]
