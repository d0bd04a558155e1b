"""Workbooks as files of a scenario: a sheet says what a CSV file says, in typed cells, and every mistake has its cell."""

from __future__ import annotations

import csv
import datetime as dt
import re
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from shop import SHOP, STARTS, but, problems, sim, table, write

from sim.errors import Problem
from sim.scenario.language.sheets import split_sheet
from sim.scenario.load import load, load_plans
from sim.scenario.reading.csv_intervals import read_months, read_season, read_seats, read_shape, read_volumes
from sim.scenario.reading.csv_people import read_leave, read_people, read_roster
from sim.scenario.reading.csv_reader import CsvReader
from sim.scenario.reading.csv_times import read_replay, read_sample
from sim.scenario.reading.named_files import files_of
from sim.scenario.reading.plans import read_file
from sim.scenario.reading.workbook_parts import LARGEST_UNPACKED, MOST_CELLS, column_name, column_number

CSV = "queues.orders.forecast.csv"
BOOK = but('csv = "orders.csv"', 'csv = "volumes.xlsx"')
HEAD = ("weekday", "start", "contacts")
SCENARIOS = Path(__file__).parents[1] / "scenarios"
HALF_HOUR = 1800.0

FORMATS = {dt.datetime: "yyyy-mm-dd hh:mm:ss", dt.date: "dd/mm/yyyy", dt.time: "hh:mm", dt.timedelta: "[h]:mm:ss"}


def book(
    path: Path, sheets: dict[str, Sequence[Sequence[Any]]], *, hidden: str = "", merged: str = "", since: int = 1900
) -> Path:
    """A workbook with typed cells, as a spreadsheet program keeps them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path), {"date_1904": since == 1904}) as made:
        formats = {kind: made.add_format({"num_format": form}) for kind, form in FORMATS.items()}
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    if type(value) in formats:
                        sheet.write_datetime(r, c, value, formats[type(value)])
                    else:
                        sheet.write(r, c, value)
            if name == hidden:
                sheet.hide()
            if merged:
                sheet.merge_range(merged, "")
    return path


def typed(text: str, column: str) -> Any:
    """A cell of a CSV file as somebody types it into a spreadsheet."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return dt.date.fromisoformat(text)
    if re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", text):
        return dt.datetime.fromisoformat(text)
    if text == "24:00":
        return dt.timedelta(days=1)
    if re.fullmatch(r"\d\d:\d\d(:\d\d)?", text):
        return dt.time.fromisoformat(text)
    if re.fullmatch(r"-?\d+(\.\d+)?", text) and column != "agent":
        # A duration is typed as one where it can be: 250 as 0:04:10.
        is_time = column in ("talk_s", "seconds") and float(text) < 3600 and float(text).is_integer()
        return dt.timedelta(seconds=float(text)) if is_time else float(text)
    return text


def as_book(path: Path, text: str, sheet: str = "Sheet1", **more: Any) -> Path:
    """A CSV file's text as a workbook."""
    header, *rows = list(csv.reader(text.splitlines()))
    cells = [[typed(cell, column) for cell, column in zip(row, header, strict=True)] for row in rows]
    return book(path, {sheet: [header, *cells]}, **more)


FILES = [
    ("volumes", read_volumes, (HALF_HOUR,), table("contacts", "10.333")),
    ("volumes with AHT, by date", read_volumes, (HALF_HOUR,),
     "date,start,contacts,aht_s\n" + "".join(f"2026-03-0{d},{s},7,{249 + d}.5\n" for d in (2, 3) for s in STARTS)),
    ("a shape", read_shape, (HALF_HOUR,), table("share", "0.125")),
    ("seats", read_seats, (HALF_HOUR,), table("seats", "3.5") + "tue,23:30,2\n"),
    ("a season", read_season, (), "month,factor\n" + "".join(f"{m},{0.9 + m / 100:.2f}\n" for m in range(1, 13))),
    ("months", read_months, (), "month,contacts\n2026-03,21500\n2026-04,20100.5\n"),
    ("people", read_people, (), "agent,hired,contract_hours,wage,speed\n1042,2024-05-06,38.5,21,1.03\nann,,,,\n"),
    ("leave", read_leave, (), "agent,from,to\nann,2026-03-02,2026-03-06\n"),
    ("a roster", read_roster, (), "agent,date,start,end,activity,paid\nann,2026-03-02,22:00,24:00,work,yes\n"
     "ann,2026-03-03,00:00,08:30,work,true\n"),
    ("a log", read_replay, (), "arrived,talk_s\n2026-03-02 09:14:05,250\n2026-03-02,\n2026-03-02 23:59:59,12.25\n"),
    ("a sample", read_sample, (), "seconds\n30\n45.5\n3599\n"),
]  # fmt: skip


@pytest.mark.parametrize(("read", "more", "text"), [row[1:] for row in FILES], ids=[row[0] for row in FILES])
@pytest.mark.parametrize("since", [1900, 1904])
def test_a_sheet_says_what_the_file_says(
    tmp_path: Path, read: Any, more: tuple[float, ...], text: str, since: int
) -> None:
    (tmp_path / "a.csv").write_text(text)
    as_book(tmp_path / "a.xlsx", text, since=since)
    found: list[Problem] = []
    of_file, of_sheet = (read("w", f"a.{kind}", tmp_path, *more, found) for kind in ("csv", "xlsx"))
    assert found == []
    assert repr(of_sheet) == repr(of_file)  # NaN equals itself in print alone


def test_shipped_files_say_the_same_as_sheets(tmp_path: Path) -> None:
    """A real roster and the people in it, half hours of a quarter, a season: as somebody's spreadsheet would hold them."""
    for name, read, more, most in (
        ("bpo-four-sites/rosters/bogota-q2.csv", read_roster, (), 400),
        ("bpo-four-sites/people/bogota.csv", read_people, (), 400),
        ("bpo-four-sites/volumes/telco-es.csv", read_volumes, (HALF_HOUR,), 400),
        ("hiring-wave/season.csv", read_season, (), 400),
        ("hiring-wave/intraday.csv", read_shape, (HALF_HOUR,), 400),
        ("starter/orders.csv", read_volumes, (HALF_HOUR,), 400),
    ):
        text = "\n".join((SCENARIOS / name).read_text().splitlines()[:most]) + "\n"
        (tmp_path / "a.csv").write_text(text)
        as_book(tmp_path / "a.xlsx", text)
        found: list[Problem] = []
        of_file, of_sheet = (read("w", f"a.{kind}", tmp_path, *more, found) for kind in ("csv", "xlsx"))  # type: ignore[operator]
        assert found == [], name
        assert of_sheet == of_file, name


def test_a_scenario_plays_the_same_from_workbooks(tmp_path: Path) -> None:
    """Every table, byte by byte; one workbook for several things, named in either way."""
    seats = but("heads = 9\nshifts = { early = 4, late = 5 }\n", 'seats = { csv = "seats.csv" }\n')
    in_book = seats.replace('{ csv = "seats.csv" }', '{ csv = "plan.xlsx", sheet = "Signed on" }')
    in_book = in_book.replace('{ csv = "orders.csv" }', '{ csv = "plan.xlsx#Orders" }')
    texts = {"orders.csv": table("contacts", "10.25"), "seats.csv": table("seats", "4.5")}
    sheets = {
        sheet: [[typed(cell, "") for cell in line.split(",")] for line in texts[name].splitlines()]
        for sheet, name in (("Orders", "orders.csv"), ("Signed on", "seats.csv"))
    }
    write(tmp_path / "csv", seats, texts)
    write(tmp_path / "book", in_book)
    book(tmp_path / "book" / "plan.xlsx", sheets)
    for kind in ("csv", "book"):
        played = sim("run", tmp_path / kind / "spring.toml", "--out", tmp_path / kind / "out", "--engine", "simpy")
        assert played.exit_code == 0, played.output
    names = sorted(path.name for path in (tmp_path / "csv" / "out").glob("*.csv"))
    assert len(names) == 6
    for name in names:
        of_file, of_book = ((tmp_path / kind / "out" / name).read_bytes() for kind in ("csv", "book"))
        assert of_file == of_book, name


def test_a_plan_may_name_another_sheet(tmp_path: Path) -> None:
    sheets = {
        name: [HEAD, *[(day, start, contacts) for day in ("mon", "tue") for start in STARTS]]
        for name, contacts in (("Usual", 10), ("Campaign", 14))
    }
    toml = but('csv = "orders.csv"', 'csv = "volumes.xlsx", sheet = "Usual"')
    path = write(tmp_path, toml + '[plans.campaign]\nqueues.orders.forecast.sheet = "Campaign"\n')
    book(tmp_path / "volumes.xlsx", sheets)
    usual, campaign = (plan.data.volumes["orders"]["contacts"] for plan in load_plans(path))
    assert set(usual.values.values()) == {10.0}
    assert set(campaign.values.values()) == {14.0}


def test_a_workbook_goes_along_with_a_copy_of_the_scenario(tmp_path: Path) -> None:
    """The plan that a search writes extends a copy: all that the scenario names lies in it."""
    path = write(tmp_path, but('csv = "orders.csv"', 'csv = "data/volumes.xlsx#Orders"'))
    as_book(tmp_path / "data" / "volumes.xlsx", table("contacts"), "Orders")
    load(path)
    assert files_of(read_file(path)) == ["spring.toml", "data/volumes.xlsx"]


def test_a_remembered_solution_is_another_where_a_cell_is(tmp_path: Path) -> None:
    from sim.study.calibration.remembered import key_of

    path, keys = write(tmp_path, BOOK), set()
    for contacts in ("10", "10", "11"):
        as_book(tmp_path / "volumes.xlsx", table("contacts", contacts))
        keys.add(key_of(load(path)))
    assert len(keys) == 2


# ---------------------------------------------------------------- what is wrong with a sheet

ROWS = [(day, dt.time.fromisoformat(start), 10) for day in ("mon", "tue") for start in STARTS]


def test_the_sheet_is_named_where_there_are_several(tmp_path: Path) -> None:
    book(tmp_path / "volumes.xlsx", {"Orders": [HEAD, *ROWS], "Notes": [], "Old": [HEAD]}, hidden="Old")
    for name, said in {
        "volumes.xlsx": "volumes.xlsx: has several sheets: Orders, Notes; name one behind the file, such as #Orders",
        "volumes.xlsx#Ordres": 'volumes.xlsx#Ordres: has no sheet "Ordres"; did you mean "Orders"?; its sheets: '
        "Orders, Notes",
        "volumes.xlsx#Old": 'volumes.xlsx#Old: sheet "Old" is hidden; show it, so that everybody sees what is played',
        "volumes.xlsx#Notes": "volumes.xlsx, sheet Notes: is empty",
        "other.xlsx": 'other.xlsx: no such file; did you mean "volumes.xlsx"?',
        "volumes.xls": "volumes.xls: is a workbook of another kind; save it as .xlsx, or as CSV",
    }.items():
        path = write(tmp_path, but("orders.csv", name))
        assert problems(sim("check", path)) == [(CSV, said)]
    assert sim("check", write(tmp_path, but("orders.csv", "volumes.xlsx#Orders"))).exit_code == 0


def test_a_hidden_sheet_is_not_one_of_several(tmp_path: Path) -> None:
    book(tmp_path / "volumes.xlsx", {"Orders": [HEAD, *ROWS], "Lists": [["a"]]}, hidden="Lists")
    assert sim("check", write(tmp_path, BOOK)).exit_code == 0


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ('csv = "orders.csv", sheet = "Orders"', "sheet goes with an .xlsx workbook"),
        ('csv = "volumes.xlsx#Orders", sheet = "Orders"', "the sheet is named twice"),
        (
            'replay = "log.xlsx", sheet = "Calls"',
            'sheet is that of csv; of another file it stands behind the name: replay = "log.xlsx#Calls"',
        ),
    ],
)
def test_a_sheet_of_no_workbook_is_refused(tmp_path: Path, said: str, what: str) -> None:
    ((_, told),) = problems(sim("check", write(tmp_path, but('csv = "orders.csv"', said))))
    assert told.startswith(what)


CELLS: list[tuple[str, int, int, Any, str]] = [
    ("a word", 3, 2, "many", 'row 4: contacts: "many" is not a number'),
    ("a decimal comma", 3, 2, "7,5", 'row 4: contacts: "7,5" is not a number; write decimals with a point'),
    ("a date that is a number", 1, 0, 46083, 'row 2: date: "46083" is not a date; write 2026-03-02; the cell holds a '
     "number: give it the format of a date"),
    ("a time that is a number", 1, 1, 0.375, 'row 2: start: "0.375" is not a time of day; write "08:30"; the cell '
     "holds a number: give it the format of a time"),
    ("minutes typed as hours", 2, 3, dt.time(4, 10), 'row 3: aht_s: "04:10" is not a number; 04:10 in a spreadsheet is '
     "hours and minutes: write seconds, such as 250, or 0:04:10"),
    ("a blank", 5, 0, None, 'row 6: date: "" is not a date; write 2026-03-02'),
    ("twice", 2, 1, dt.time(9), "row 3: 2026-03-02 09:00 stands in row 2 already"),
    ("beside the table", 4, 5, "see above", "row 5: 6 cells under 4 columns; delete what has no heading"),
    ("a heading", 0, 2, "contact", 'row 1: column "contact" is not known; did you mean "contacts"?'),
    ("no heading", 0, 5, "aht_s", "row 1: a column has no name; remove it"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "column", "value", "said"), [row[1:] for row in CELLS], ids=[row[0] for row in CELLS])
def test_a_mistake_has_its_row(tmp_path: Path, row: int, column: int, value: Any, said: str) -> None:
    rows = [["date", "start", "contacts", "aht_s", None, None]]
    rows += [[dt.date(2026, 3, day), dt.time.fromisoformat(at), 10, dt.time(0, 4), None, None]
             for day in (2, 3) for at in STARTS]  # fmt: skip
    rows[row][column] = value
    book(tmp_path / "volumes.xlsx", {"Orders": rows})
    told = [what for where, what in problems(sim("check", write(tmp_path, BOOK))) if where == CSV]
    assert told[0].startswith(f"volumes.xlsx, sheet Orders, {said}")


def test_rows_count_as_the_spreadsheet_counts_them(tmp_path: Path) -> None:
    """Blank rows above, a blank column before, formatted cells behind."""
    rows = [[], [], [None, *HEAD], [], *[[None, *row] for row in ROWS[:-1]], [None, "tue", dt.time(10, 30), -1]]
    book(tmp_path / "volumes.xlsx", {"Orders": rows})
    assert [what for _, what in problems(sim("check", write(tmp_path, BOOK)))] == [
        "volumes.xlsx, sheet Orders, row 3: a column has no name; remove it"
    ]
    book(tmp_path / "volumes.xlsx", {"Orders": [row[1:] for row in rows]})
    told = [what for _, what in problems(sim("check", write(tmp_path, BOOK)))]
    assert told == ['volumes.xlsx, sheet Orders, row 12: contacts: "-1" is negative; write 0 or more']


def test_merged_cells_are_refused(tmp_path: Path) -> None:
    book(tmp_path / "volumes.xlsx", {"Orders": [HEAD, *ROWS]}, merged="A2:A5")
    told = [what for _, what in problems(sim("check", write(tmp_path, BOOK)))]
    assert told == [
        "volumes.xlsx, sheet Orders, row 2: A2:A5 are merged into one cell; unmerge them, and fill every one"
    ]


def altered(path: Path, part: str, old: bytes, new: bytes) -> None:
    """One part of a workbook changed, as no library writes it."""
    with zipfile.ZipFile(path) as made:
        parts = {info.filename: made.read(info) for info in made.infolist()}
    assert old in parts[part], parts[part][:2000]
    parts[part] = parts[part].replace(old, new, 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (b'<c r="C3"><f>1+1</f></c>',
         "C3 is a formula without its value; open the file in a spreadsheet program and save it"),
        (b'<c r="C3"><f>1+1</f><v></v></c>', "C3 is a formula without its value"),
        (b'<c r="C3" t="e"><f>1/0</f><v>#DIV/0!</v></c>', 'C3 holds the error "#DIV/0!"; mend its formula'),
    ],
)  # fmt: skip
def test_a_formula_without_a_value_is_not_a_blank(tmp_path: Path, cell: bytes, said: str) -> None:
    """The library that reads takes each for an empty cell."""
    path = book(tmp_path / "volumes.xlsx", {"Orders": [HEAD, *ROWS]})
    altered(path, "xl/worksheets/sheet1.xml", b'<c r="C3"><v>10</v></c>', cell)
    told = [what for _, what in problems(sim("check", write(tmp_path, BOOK)))]
    assert len(told) == 1
    assert told[0].startswith(f"volumes.xlsx, sheet Orders, row 3: {said}")


def test_a_formula_counts_by_its_value(tmp_path: Path) -> None:
    path = book(tmp_path / "volumes.xlsx", {"Orders": [HEAD, *ROWS]})
    altered(path, "xl/worksheets/sheet1.xml", b'<c r="C3"><v>10</v></c>', b'<c r="C3"><f>6*7</f><v>42</v></c>')
    volumes = load(write(tmp_path, BOOK)).data.volumes["orders"]["contacts"]
    assert volumes.values[0, 9.5 * 3600] == 42.0


# ---------------------------------------------------------------- what is no workbook, or too much of one

SHEET = "xl/worksheets/sheet1.xml"


def refused(folder: Path) -> str:
    ((where, what),) = problems(sim("check", write(folder, BOOK)))
    assert where == CSV
    return what.removeprefix("volumes.xlsx: ")


@pytest.mark.parametrize(
    "content", [b"", b"weekday,start,contacts\n", b"PK\x03\x04 and no more", b"PK\x05\x06" + bytes(18)]
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "volumes.xlsx").write_bytes(content)
    assert refused(tmp_path) == "is not an .xlsx workbook; save it as one, or as CSV"


def test_a_locked_workbook_is_refused(tmp_path: Path) -> None:
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le") + bytes(500)
    (tmp_path / "volumes.xlsx").write_bytes(locked)
    assert refused(tmp_path) == "is protected by a password; save it without one"
    (tmp_path / "volumes.xlsx").write_bytes(locked[:400])
    assert refused(tmp_path) == "is not an .xlsx workbook; save it as one, or as CSV"


def test_a_cell_far_out_makes_no_table_of_billions(tmp_path: Path) -> None:
    """Read as it stands, it takes 500 GB and ends the process."""
    path = book(tmp_path / "volumes.xlsx", {"Orders": [HEAD, *ROWS]})
    altered(path, SHEET, b'<c r="C3"><v>10</v></c>', b'<c r="C3"><v>10</v></c><c r="XFD1048576"><v>1</v></c>')
    assert refused(tmp_path).startswith(f"has a cell at XFD1048576, which makes more than {MOST_CELLS:,} cells")


def test_cells_that_are_only_dressed_count_for_nothing(tmp_path: Path) -> None:
    """Whole columns and rows that somebody has coloured."""
    path = book(tmp_path / "volumes.xlsx", {"Orders": [HEAD, *ROWS]})
    altered(path, SHEET, b'<c r="C3"><v>10</v></c>', b'<c r="C3"><v>10</v></c><c r="XFD1048576" s="1"/>')
    assert sim("check", write(tmp_path, BOOK)).exit_code == 0


def test_a_wrong_key_is_told_the_right_one(tmp_path: Path) -> None:
    ((_, said),) = problems(sim("check", write(tmp_path, but("csv =", "xlsx ="))))
    assert 'write csv = "volumes.xlsx"' in said


def test_texts_that_many_cells_point_to_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand times one text of 30,000 characters is a file of 20 kB."""
    monkeypatch.setattr("sim.scenario.reading.workbook_parts.MOST_TEXT", 20_000_000)
    book(tmp_path / "volumes.xlsx", {"Orders": [HEAD, *[("x" * 30_000, "", "")] * 1000]})
    assert refused(tmp_path) == "has more than 20,000,000 characters in its cells; is it the right file?"


def test_a_part_is_unpacked_within_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert LARGEST_UNPACKED <= 1e9
    path = book(tmp_path / "volumes.xlsx", {"Orders": [HEAD, *ROWS]})
    altered(path, SHEET, b"</worksheet>", b"</worksheet>" + b" " * 3_000_000)
    monkeypatch.setattr("sim.scenario.reading.workbook_parts.LARGEST_UNPACKED", 2_000_000)
    assert refused(tmp_path) == "unpacks to more than 2 MB; is it the right file?"


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (SHEET, b"</sheetData>", b""),
        (SHEET, b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "cc">]><worksheet'),
        (SHEET, b'<row r="3"', b'<row r="-3"'),
        (SHEET, b"<v>10</v>", b"<v>ten</v>"),
        (SHEET, b'r="C3"', b'r="C0"'),
        (SHEET, b'r="C3"', b'r="3C"'),
        (SHEET, b'r="C3"', 'r="\u00c93"'.encode()),
        ("xl/workbook.xml", b"r:id", b"r:di"),
        ("xl/_rels/workbook.xml.rels", b"worksheets/sheet1.xml", b"worksheets/sheet9.xml"),
        ("xl/sharedStrings.xml", b"</sst>", b""),
    ],
)
def test_a_damaged_workbook_is_refused_or_read(tmp_path: Path, part: str, old: bytes, new: bytes) -> None:
    """Never a traceback; what is read all the same is what any program would read."""
    altered(book(tmp_path / "volumes.xlsx", {"Orders": [HEAD, *ROWS]}), part, old, new)
    done = sim("check", write(tmp_path, BOOK))
    assert done.exit_code in (0, 2), done.output
    assert "a fault in the program" not in done.output
    assert "panic" not in done.output.lower()


def test_flipped_bytes_end_no_process(tmp_path: Path) -> None:
    """In a process of its own: a library that is not written in Python may take all of it along."""
    path = book(tmp_path / "volumes.xlsx", {"Orders": [HEAD, *ROWS]})
    write(tmp_path, BOOK)
    code = f"""
import random
from pathlib import Path
from sim.errors import ScenarioError
from sim.scenario.load import load
path, good = Path({str(path)!r}), Path({str(path)!r}).read_bytes()
luck = random.Random(1)
for turn in range(150):
    bad = bytearray(good)
    for _ in range(luck.choice((1, 3, 30))):
        bad[luck.randrange(len(bad))] = luck.randrange(256)
    path.write_bytes(bytes(bad[: luck.randrange(len(bad))] if turn % 5 == 0 else bad))
    try:
        load(Path({str(tmp_path / "spring.toml")!r}))
    except ScenarioError:
        pass
print("whole")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "whole\n", done.stderr[-2000:]


def test_names_of_columns_and_sheets() -> None:
    for number, name in ((1, "A"), (26, "Z"), (27, "AA"), (703, "AAA"), (16384, "XFD")):
        assert column_name(number) == name
        assert column_number(name) == number
    assert split_sheet("a/b.xlsx") == ("a/b.xlsx", None)
    assert split_sheet("a/b.XLSX#North #2") == ("a/b.XLSX", "North #2")
    assert split_sheet("b#1.csv") == ("b#1.csv", None)


def test_a_csv_says_line_as_before(tmp_path: Path) -> None:
    found: list[Problem] = []
    (tmp_path / "a.csv").write_text("seconds\nx\n")
    reader = CsvReader("w", "a.csv", found)
    for line, row in reader.rows(tmp_path, ("seconds",)):
        reader.cell(line, row, "seconds", float)
    assert found[0].what.startswith("a.csv line 2: seconds: ")
    assert SHOP.count("xlsx") == 0
