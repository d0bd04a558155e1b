"""The workbook of results: typed cells that say what the files say, and sheets that a planner can filter and print."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook
from shop import SHOP, sim, write

from sim.api import compare, load, staff
from sim.errors import Problem
from sim.measures.kpis import KPIS
from sim.report.workbook.book import LONGEST_NAME, Book
from sim.report.workbook.columns import (
    DATE,
    MONEY,
    NUMBER,
    OF_RISK,
    TEXT,
    TIME,
    Column,
    columns_of,
    figure_name,
    heading_of,
)
from sim.scenario.reading.csv_people import read_roster

PLANS = """
[plans.two-more]
description = "=HYPERLINK(0)"
groups.core.heads = "+2"
groups.core.shifts = { early = 6, late = 5 }
[plans.dearer]
groups.core.wage = 21
"""
TOML = SHOP.replace('title = "Shop"', 'title = "=1+1 & more"') + PLANS
SHEETS = ["Decision", "Plans", "Figures", "Intervals", "Days", "Weeks", "Workforce", "Costs", "Risk", "Assumptions"]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """(result folder, what the command said)."""
    folder = tmp_path_factory.mktemp("book")
    done = sim("compare", write(folder, TOML), "--xlsx", "--engine", "simpy", "--out", folder / "out")
    assert done.exit_code == 0, done.output
    return folder / "out", done.output


def sheets_of(path: Path) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def parts_of(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name).decode() for name in book.namelist()}


def test_the_command_writes_it_and_says_so(written: tuple[Path, str]) -> None:
    folder, said = written
    manifest = json.loads((folder / "manifest.json").read_text())
    assert f"Workbook: {folder}/results.xlsx" in said.splitlines()
    assert "results.xlsx" in manifest["files"]
    assert " --xlsx" in manifest["command"]
    assert list(sheets_of(folder / "results.xlsx")) == SHEETS


def test_nobody_who_did_not_ask_gets_one(tmp_path: Path) -> None:
    done = sim("run", write(tmp_path), "--engine", "simpy", "--replications", 1, "--out", tmp_path / "out")
    assert done.exit_code == 0
    assert "Workbook" not in done.output
    assert not (tmp_path / "out" / "results.xlsx").exists()


def test_the_same_results_make_the_same_bytes(written: tuple[Path, str], tmp_path: Path) -> None:
    """From Python; the command that repeats the study is the only thing that differs."""
    folder, _ = written
    study = compare(load(folder.parent / "spring.toml"), engine="simpy", jobs=1)
    for name in "ab":
        study.write(tmp_path / name, xlsx=True)
    one, other = (tmp_path / name / "results.xlsx" for name in "ab")
    assert one.read_bytes() == other.read_bytes()
    ours, theirs = parts_of(one), parts_of(folder / "results.xlsx")
    assert {name for name in ours if ours[name] != theirs[name]} == {"xl/worksheets/sheet1.xml"}


FILES = [
    ("Figures", "summary"),
    ("Intervals", "intervals"),
    ("Workforce", "workforce"),
    ("Costs", "costs"),
    ("Risk", "risk"),
]


@pytest.mark.parametrize(("sheet", "name"), FILES)
def test_a_sheet_holds_the_numbers_of_its_file(written: tuple[Path, str], sheet: str, name: str) -> None:
    """Every number of the file is a number here, in the same row, to the file's ten digits."""
    folder, _ = written
    header, *rows = sheets_of(folder / "results.xlsx")[sheet]
    of_file = pd.read_csv(folder / f"{name}.csv")
    assert len(rows) == len(of_file)
    called = OF_RISK if name == "risk" else {}
    headings = {called.get(column, heading_of(column))[0]: column for column in of_file.columns} | {"Amount": "mean"}
    compared_columns = 0
    for at, heading in enumerate(header):
        column = headings.get(str(heading))
        if column is None or not pd.api.types.is_numeric_dtype(of_file[column].dtype):
            continue
        compared_columns += 1
        for row, value in zip(rows, of_file[column].tolist(), strict=True):
            assert (row[at] == "") if value != value else row[at] == pytest.approx(value, rel=1e-9), (heading, row)
    assert compared_columns >= 3


def test_no_number_is_text_and_no_text_a_formula(written: tuple[Path, str]) -> None:
    folder, _ = written
    for name, rows in sheets_of(folder / "results.xlsx").items():
        for row in rows:
            for cell in row:
                if isinstance(cell, str):
                    assert not re.fullmatch(r"[-+−]?[\d.,]+( ?%| s)?", cell), (name, row)
    parts = parts_of(folder / "results.xlsx")
    assert not any("<f>" in text or "<f " in text for name, text in parts.items() if "worksheets/" in name)
    assert "hyperlink" not in " ".join(name for name in parts).lower()
    plans = sheets_of(folder / "results.xlsx")["Plans"]
    assert plans[2][1] == "=HYPERLINK(0)"


def test_dates_times_and_shares_are_what_they_are(written: tuple[Path, str]) -> None:
    folder, _ = written
    header, first, *_ = sheets_of(folder / "results.xlsx")["Intervals"]
    row = dict(zip(header, first, strict=True))
    assert row["Date"] == dt.date(2026, 3, 2)
    with (folder / "intervals.csv").open() as file:
        start = next(csv.DictReader(file))["start"]
    assert row["Start"] == dt.timedelta(hours=int(start[:2]), minutes=int(start[3:]))
    forms = parts_of(folder / "results.xlsx")["xl/styles.xml"]
    for form in ("0.0 %", "[hh]:mm", "ddd d mmm yyyy", "&quot;USD &quot;#,##0.00;-&quot;USD &quot;#,##0.00"):
        assert form in forms


def test_headings_stay_filter_and_print(written: tuple[Path, str]) -> None:
    folder, _ = written
    parts = parts_of(folder / "results.xlsx")
    for number, name in enumerate(SHEETS, 1):
        text = parts[f"xl/worksheets/sheet{number}.xml"]
        assert 'orientation="landscape"' in text, name
        assert 'fitToHeight="0"' in text, name
        if name != "Decision":
            assert 'state="frozen"' in text, name
            assert "<autoFilter" in text, name
            assert f"'{name}'!$1:$1" in parts["xl/workbook.xml"] or f"{name}!$1:$1" in parts["xl/workbook.xml"], name


def test_headings_are_words_and_none_stands_twice(written: tuple[Path, str]) -> None:
    folder, _ = written
    for name, (header, *_) in sheets_of(folder / "results.xlsx").items():
        if name != "Decision":
            assert len(set(header)) == len(header), name
            assert not any("_" in heading for heading in header), name


def test_every_figure_has_a_name_to_be_read() -> None:
    names = {kpi.id: figure_name(kpi.id) for kpi in KPIS}
    assert not [name for name in names.values() if "_" in name or not name[0].isupper()]
    assert figure_name("abandon_rate") == "Abandoned"
    assert figure_name("fcr_observed") == "No repeat within 7 days"
    assert figure_name("callback_promised_s") == "Callback promised"
    assert len(set(names.values())) == len(names)


def test_the_decision_comes_first_with_its_numbers(written: tuple[Path, str]) -> None:
    folder, _ = written
    rows = sheets_of(folder / "results.xlsx")["Decision"]
    told = json.loads((folder / "manifest.json").read_text())["decision"]
    assert rows[0][0] == "Decision"
    assert " ".join(row[0] for row in rows[1:3]) == told["sentence"]
    at = next(number for number, row in enumerate(rows) if row[0] == "Figure")
    assert rows[at][:4] == ["Figure", "Value", "From", "To"]
    with (folder / "decision.csv").open() as file:
        chosen = next(row for row in csv.DictReader(file) if row["role"])
    assert rows[at + 1][0] == f"Cost of {chosen['plan']}"
    assert rows[at + 1][1:4] == pytest.approx([float(chosen[key]) for key in ("mean", "ci_low", "ci_high")])


def test_a_column_that_nobody_named_is_what_it_holds() -> None:
    """Tables grow: what is added is there, in its own words."""
    table = pd.DataFrame({"plan": ["a"], "fresh_idea_s": [1.5], "odd": ["x"], "empty": [float("nan")], "so": [True]})
    found = columns_of(table, "USD")
    assert [(column.heading, column.kind) for column in found] == [
        ("Plan", TEXT), ("Fresh idea, s", "seconds"), ("Odd", TEXT), ("So", TEXT),
    ]  # fmt: skip
    assert list(found[-1].values) == ["yes"]


def test_a_row_has_the_form_of_its_unit() -> None:
    table = pd.DataFrame({"unit": ["share", "s", "USD", "h"], "mean": [0.8, 12.0, 500.0, 3.0]})
    assert columns_of(table, "USD")[1].kind == ["share", "seconds", MONEY, NUMBER]
    # What a person saves is money, what it breaks a share.
    worth = pd.DataFrame({"saves": [700.0], "unit": ["USD a week"], "kpi": ["service_level"], "target": [0.8]})
    kinds = {column.heading: column.kind for column in columns_of(worth, "USD")}
    assert (kinds["Saves"], kinds["Target"]) == ([MONEY], ["share"])


def test_a_long_table_goes_on_in_the_next_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.report.workbook.book.MOST_ROWS", 4)
    with Book(tmp_path / "a.xlsx", "Shop", "USD") as book:
        book.table("Intervals", [Column("Number", NUMBER, list(range(10)))])
    sheets = sheets_of(tmp_path / "a.xlsx")
    assert list(sheets) == ["Intervals", "Intervals 2", "Intervals 3"]
    assert [row[0] for rows in sheets.values() for row in rows if row[0] != "Number"] == list(range(10))
    assert all(rows[0] == ["Number"] for rows in sheets.values())


def test_what_no_sheet_can_hold_is_held_otherwise(tmp_path: Path) -> None:
    """Names that a sheet cannot have, text that a cell cannot, dates of a typical week, and what is no number."""
    columns = [
        Column("Text", TEXT, ["x" * 40_000, "+1", "a\nb"]),
        Column("Date", DATE, ["2026-03 mon", "2026-03-02", None]),
        Column("Start", TIME, ["24:00", "08:30", ""]),
        Column("Number", NUMBER, [float("nan"), float("inf"), 2]),
    ]
    with Book(tmp_path / "a.xlsx", "A & B", 'U"SD') as book:
        for name in ("a/b:c*d?e[f]g\\h", "A B C D E F G H", "'quoted'", "n" * 50, "n" * 60, ""):
            book.table(name, columns)
    sheets = sheets_of(tmp_path / "a.xlsx")
    assert len(sheets) == 6
    assert all(len(name) <= LONGEST_NAME for name in sheets)
    rows = next(iter(sheets.values()))
    assert len(rows[1][0]) == 32_767
    assert rows[1][1:] == ["Mon, March 2026", dt.timedelta(days=1), ""]
    assert rows[2] == ["+1", dt.date(2026, 3, 2), dt.timedelta(hours=8, minutes=30), ""]
    assert rows[3] == ["a\nb", "", "", 2.0]


def test_what_the_disk_refuses_is_an_error_of_the_disk(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), Book(tmp_path / "gone" / "a.xlsx", "Shop", "USD") as book:
        book.table("A", [])


def test_yen_have_no_cents(tmp_path: Path) -> None:
    for currency, form in (("JPY", "&quot;JPY &quot;#,##0;-&quot;JPY &quot;#,##0"), ("EUR", "#,##0.00;-")):
        with Book(tmp_path / "a.xlsx", "Shop", currency) as book:
            book.table("Costs", [Column("Amount", MONEY, [1234.5])])
        assert form in parts_of(tmp_path / "a.xlsx")["xl/styles.xml"]


def test_one_plan_has_a_workbook_too(tmp_path: Path) -> None:
    """One replication tells no interval: the cells are empty, not zero."""
    path = write(tmp_path)
    done = sim("run", path, "--xlsx", "--engine", "simpy", "--replications", 1, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    sheets = sheets_of(tmp_path / "out" / "results.xlsx")
    # Nor a risk.
    assert list(sheets) == [name for name in SHEETS if name != "Risk"]
    header, row = sheets["Plans"]
    assert "Cost, from" not in header
    assert not any("hance" in heading for heading in header)
    assert row[header.index("Targets")] == "one replication tells no verdict"
    assert row[header.index("Cost")] > 0


FEW = SHOP.replace("heads = 9", "heads = 5").replace("early = 4, late = 5", "early = 3, late = 2")


def test_a_frontier_has_one(tmp_path: Path) -> None:
    path, out = write(tmp_path, FEW), tmp_path / "out"
    done = sim(
        "frontier", path, "--over", "heads", "--values", "0,+1", "--engine", "simpy", "--jobs", 1, "--out", out, "--xlsx"
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert f"Workbook: {out}/results.xlsx" in done.output
    sheets = sheets_of(out / "results.xlsx")
    assert list(sheets) == ["Decision", "Frontier", "Assumptions"]
    header, first, *_ = sheets["Frontier"]
    # The lever's values are numbers, as those of a chart's axis.
    assert first[header.index("Value of the lever")] == 5.0


def test_a_search_for_staff_has_one_whose_roster_can_be_read_back(tmp_path: Path) -> None:
    staffed = staff(load(write(tmp_path, FEW)), replications=3, engine="simpy", jobs=1, time=3)
    out = staffed.write(tmp_path / "out", xlsx=True)
    sheets = sheets_of(out / "results.xlsx")
    tables = {
        "Staffing": staffed.staffing, "Targets": staffed.binding, "One person fewer": staffed.worth,
        "Least by target": staffed.curve, "Seats needed": staffed.need,
    }  # fmt: skip
    # Stopped early, a search may not tell all of them: a sheet without a row is left out.
    filled = [name for name, table in tables.items() if not table.empty]
    assert list(sheets) == ["Decision", *filled, "Roster", "Assumptions"]
    assert sheets["Decision"][1][0] == staffed.sentence
    for name, (header, *_) in sheets.items():
        if name != "Decision":
            assert not any("_" in heading for heading in header), (name, header)
            assert len(set(header)) == len(header), (name, header)
    found: list[Problem] = []
    of_file, of_sheet = (read_roster("w", name, out, found) for name in ("roster.csv", "results.xlsx#Roster"))
    assert found == []
    assert of_sheet == of_file
    assert of_sheet


def test_plans_stand_side_by_side_with_their_intervals(written: tuple[Path, str]) -> None:
    folder, _ = written
    header, *rows = sheets_of(folder / "results.xlsx")["Plans"]
    decision, summary = (pd.read_csv(folder / f"{name}.csv") for name in ("decision", "summary"))
    center = summary[(summary["scope"] == "center") & (summary["kpi"] == "occupancy")].set_index("plan")
    assert [row[0] for row in rows] == decision["plan"].tolist() == ["base", "two-more", "dearer"]
    for row, (_, plan) in zip(rows, decision.iterrows(), strict=True):
        told = dict(zip(header, row, strict=True))
        for heading, column in (
            ("Chance that every target holds", "chance"), ("Chance, from", "chance_low"), ("Chance, to", "chance_high"),
            ("Cost", "mean"), ("Level there", "worst_level"),
        ):  # fmt: skip
            assert told[heading] == pytest.approx(plan[column]), heading
        ends = [told[f"Occupancy{end}"] for end in ("", ", from", ", to")]
        assert ends == pytest.approx(center.loc[plan["plan"], ["mean", "ci_low", "ci_high"]].tolist())
        assert ends[1] < ends[0] < ends[2]
    assert rows[1][header.index("Difference from base")] == pytest.approx(decision["difference"][1])


def test_a_column_of_numbers_has_one_form(tmp_path: Path) -> None:
    """Seven beside 7.3 is 7.0; heads have no decimals."""
    with Book(tmp_path / "a.xlsx", "Shop", "USD") as book:
        book.table("A", [Column("Contacts", NUMBER, [7, 7.3]), Column("Heads", NUMBER, [7.0, float("nan")]),
                         Column("Mixed", [NUMBER, NUMBER], [7.0, 7.3])])  # fmt: skip
    parts = parts_of(tmp_path / "a.xlsx")
    styles = dict(re.findall(r'<c r="([A-C][23])" s="(\d+)"', parts["xl/worksheets/sheet1.xml"]))
    assert styles["A2"] == styles["A3"] == styles["C3"] != styles["B2"] == styles["C2"]
