"""Readers with a budget: what is too large, too deep or too broken is refused early, by its place, in bounded memory."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import chain, cycle, repeat
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from shop import ORDERS, SHOP, but, problems_with_lines, sim, table, write

from sim.demand.forecast import expected, replay_times
from sim.errors import Problem
from sim.scenario.load import load, load_plans
from sim.scenario.reading.csv_intervals import read_season, read_volumes
from sim.scenario.reading.csv_reader import LONGEST_ROW, MOST_PROBLEMS, CsvReader, Limit
from sim.scenario.reading.csv_times import read_replay, read_sample
from sim.scenario.reading.toml_budget import DEEPEST, MOST_ENTRIES, MOST_PARTS, MOST_PLANS, MOST_TABLES
from sim.units import LARGEST_NUMBER, LONGEST_DURATION, parse_amount, parse_number, parse_seconds

CSV = "queues.orders.forecast.csv"
REPLAY = but('{ csv = "orders.csv" }', '{ replay = "log.csv" }')
EMPIRICAL = but('talk = { family = "exponential", mean = "3min" }', 'talk = { family = "empirical", csv = "talk.csv" }')
MEGABYTE = 2**20


def problems(folder: Path, toml: str, files: dict[str, str | bytes]) -> list[tuple[str, str]]:
    return [(where, what) for _, where, what in problems_with_lines(sim("check", write(folder, toml, files)))]


class Endless:
    """A text without an end, which counts what is taken of it."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces, self._rest = pieces, ""
        self.taken = 0
        self.closed = False

    def readline(self, size: int, /) -> str:
        while "\n" not in self._rest[:size] and len(self._rest) < size:
            self._rest += next(self._pieces)
        end = self._rest.find("\n", 0, size)
        line = self._rest[: size if end < 0 else end + 1]
        self._rest = self._rest[len(line) :]
        self.taken += len(line)
        assert self.taken < 10_000_000, "whoever reads this never stops"
        return line

    def close(self) -> None:
        self.closed = True


HEAD = "weekday,start,contacts\n"
BLANK = 5000
"""In the place of a million, to save time."""

ENDLESS: list[tuple[str, Callable[[], Iterator[str]], str, int]] = [
    ("columns", lambda: chain(["weekday,start"], repeat(",contacts")),
     f"line 1: a row of more than {LONGEST_ROW:,} characters; is it the right file?", LONGEST_ROW + 1),
    ("cells", lambda: chain([HEAD, "mon,09:00,1"], repeat(",1")),
     f"line 2: a row of more than {LONGEST_ROW:,} characters", len(HEAD) + LONGEST_ROW + 1),
    ("cells over many lines", lambda: chain([HEAD], repeat('"1\n",')),
     f"line 2: a row of more than {LONGEST_ROW:,} characters", len(HEAD) + LONGEST_ROW + 5),
    ("a quotation mark that is not closed", lambda: chain([HEAD, '"'], repeat("mon,09:00,1\n")),
     "line 2: a cell is longer than a page; is a quotation mark not closed?", LONGEST_ROW),
    ("blank lines", lambda: chain([HEAD], repeat("\n" * 4096)),
     f"line {BLANK + 2}: more than {BLANK:,} blank lines; delete them", BLANK + 4096 + len(HEAD)),
    ("blank lines and nothing else", lambda: repeat(",,\n" * 4096),
     f"line {BLANK + 1}: more than {BLANK:,} blank lines; delete them", 3 * BLANK + 4096),
    ("rows", lambda: chain([HEAD], repeat("mon,09:00,1\n")),
     "line 102: more than 100 rows; leave some out", 1300),
    ("rows of another width", lambda: chain([HEAD], repeat("mon,09:00\n")),
     f"and {MOST_PROBLEMS - 5} more problems up to line {MOST_PROBLEMS + 2}; the rest is not read",
     10 * (MOST_PROBLEMS + 1) + len(HEAD)),
]  # fmt: skip


@pytest.mark.parametrize(("pieces", "words", "most"), [row[1:] for row in ENDLESS], ids=[row[0] for row in ENDLESS])
def test_a_text_without_an_end_is_left_early(
    monkeypatch: pytest.MonkeyPatch, pieces: Callable[[], Iterator[str]], words: str, most: int
) -> None:
    monkeypatch.setattr("sim.scenario.reading.csv_reader.MOST_BLANK", BLANK)
    text, found = Endless(pieces()), list[Problem]()
    reader = CsvReader(CSV, "orders.csv", found)
    tracemalloc.start()
    rows = sum(1 for _ in reader.rows_of(text, ("weekday", "start", "contacts"), limit=Limit(100, "leave some out")))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert not reader.finish()
    assert not reader.whole
    assert found[-1].what.startswith(f"orders.csv: {words}" if words[:3] == "and" else f"orders.csv {words}")
    assert rows <= 100
    assert text.taken <= most
    assert text.closed
    assert peak < 8 * MEGABYTE


def test_what_a_consumer_finds_wrong_counts_too() -> None:
    """A row that fits the header may hold nonsense in every cell."""
    text, found = Endless(chain(["seconds\n"], repeat("abc\n"))), list[Problem]()
    reader = CsvReader("w", "t.csv", found)
    for line, row in reader.rows_of(text, ("seconds",)):
        reader.cell(line, row, "seconds", parse_seconds)
    assert not reader.finish()
    assert [p.what for p in found[:2]] == [f't.csv line {n}: seconds: "abc" is not a number' for n in (2, 3)]
    assert found[5].what == "t.csv: and 995 more problems up to line 1002; the rest is not read"
    assert text.taken == len("seconds\n") + 4 * (MOST_PROBLEMS + 1)


def test_a_header_of_too_many_columns_says_what_the_header_is(tmp_path: Path) -> None:
    header = ",".join(["weekday", "start", "contacts", *(f"c{n}" for n in range(98))])
    assert problems(tmp_path, SHOP, {"orders.csv": f"{header}\n"}) == [
        (CSV, "orders.csv line 1: more than 100 columns; the header is "
         "weekday,start,contacts[,aht_s] or date,start,contacts[,aht_s]")
    ]  # fmt: skip


def test_a_file_of_intervals_holds_as_many_rows_as_makes_sense(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the limits on dates and on rows the wider one: ten days of half hours are 480 rows, of hours 240."""
    monkeypatch.setattr("sim.scenario.reading.csv_intervals.MOST_DAYS", 10)
    monkeypatch.setattr("sim.scenario.reading.csv_intervals.MOST_ROWS", 300)

    def rows(count: int) -> str:
        first = dt.date(1990, 1, 1)
        return "date,start,contacts\n" + "".join(
            f"{first + dt.timedelta(days=n // 24)},{n % 24:02d}:00,1\n" for n in range(count)
        )

    for interval, most in ((1800.0, 480), (3600.0, 300)):
        for count in (most, most + 1):
            (tmp_path / "o.csv").write_text(rows(count))
            found: list[Problem] = []
            profile = read_volumes("w", "o.csv", tmp_path, interval, found)["contacts"]
            told = f"o.csv line {most + 2}: more than {most} rows; leave out the dates that are not played"
            assert [p.what for p in found] == ([told] if count > most else [])
            assert len(profile.values) == most
            assert profile.whole is (count == most)


def test_what_is_no_text_is_reported_by_its_line_and_nothing_else(tmp_path: Path) -> None:
    """Far behind the first piece that is read, and after rows that are wrong in other ways."""
    good = table("contacts").encode() + b"wed,09:00,bad\n"
    many = b"thu,09:00,x\n" * 50_000
    for content, told in (
        (good + many + b"fri,09:00,\xe9\n", f"is not UTF-8 text (line {11 + 50_000}); save it as UTF-8"),
        (good + many + b"fri,09:00,\xc3", f"is not UTF-8 text (line {11 + 50_000}); save it as UTF-8"),
        (good + many + b"fri,09:00,\0\n", "is not a text file"),
        (b"\xff\xfe" + "weekday,start\n".encode("utf-16-le"), "is UTF-16 text; save it as UTF-8"),
        (b"\xfe\xff" + "weekday,start\n".encode("utf-16-be"), "is UTF-16 text; save it as UTF-8"),
    ):
        assert problems(tmp_path, SHOP, {"orders.csv": content}) == [(CSV, f"orders.csv: {told}")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_marks_of_order_quotes_and_ends_of_lines_are_as_before(tmp_path: Path, end: str) -> None:
    """A character of several bytes lies across every possible border of the pieces of a small file's header."""
    rows = ['"weekday" ,Start,CONTACTS', "", 'mon,"09:00",1', ",,", 'mon,"09:30","2"', " tue , 09:00 ,3 "]
    (tmp_path / "o.csv").write_bytes(b"\xef\xbb\xbf" + end.join([rows[0].replace('" ', '"'), *rows[1:]]).encode())
    found: list[Problem] = []
    values = read_volumes("w", "o.csv", tmp_path, 1800.0, found)["contacts"].values
    assert not found
    assert values == {(0, 32400.0): 1.0, (0, 34200.0): 2.0, (1, 32400.0): 3.0}


def test_a_character_across_the_border_of_two_pieces_is_read(tmp_path: Path) -> None:
    """A piece is a power of two bytes; of characters of three bytes, one lies across."""
    (tmp_path / "p.csv").write_text("agent,date,start,end,activity,paid\n" + "€" * 100_000 + ",x,y,z,w,v\n", "utf-8")
    found: list[Problem] = []
    reader = CsvReader("w", "p.csv", found)
    rows = list(reader.rows(tmp_path, ("agent", "date", "start", "end", "activity", "paid")))
    assert not found
    assert rows[0][1]["agent"] == "€" * 100_000


def test_a_season_without_rows_says_that_alone(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text("month,factor\n")
    found: list[Problem] = []
    assert read_season("w", "s.csv", tmp_path, found)[1] == dict.fromkeys(range(1, 13), 1.0)
    assert [p.what for p in found] == ["s.csv: has a header but no rows"]


# --- a long log -------------------------------------------------------------------------------------------------------


def moments(count: int, first: dt.datetime, seconds: float) -> list[dt.datetime]:
    return [first + n * dt.timedelta(seconds=seconds) for n in range(count)]


def test_a_log_takes_eight_bytes_a_value(tmp_path: Path) -> None:
    """20,000 rows of three columns are half a megabyte; as objects they would be 3 MB and more."""
    times = moments(20_000, dt.datetime(2026, 3, 2, 9), 0.07)
    lines = (f"{m},{n % 900},{n / 7:.3f}\n" for n, m in enumerate(times))
    (tmp_path / "log.csv").write_text("arrived,talk_s,patience_s\n" + "".join(lines))
    found: list[Problem] = []
    tracemalloc.start()
    replay = read_replay("w", "log.csv", tmp_path, found)
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert not found
    assert list(replay.moments.tolist()) == times
    assert list(replay.times["talk_s"][:901]) == [float(n % 900) for n in range(901)]
    # Arrays have room to grow; the values seen last are remembered while the file is read.
    assert kept < 2 * MEGABYTE
    assert peak < 6 * MEGABYTE


def test_a_logs_moments_are_seconds_since_the_start_through_clock_changes(tmp_path: Path) -> None:
    """Beside the standard library's own arithmetic, with the hours that are skipped and repeated in Berlin."""
    zone = ZoneInfo("Europe/Berlin")
    times = [
        m + dt.timedelta(microseconds=n)
        for first in (dt.datetime(2026, 3, 28, 23), dt.datetime(2026, 10, 24, 23))
        for n, m in enumerate(moments(400, first, 53.0))
    ]
    toml = REPLAY.replace("days = 2", 'weeks = 36\ntimezone = "Europe/Berlin"').replace(
        'open = { mon-fri = "09:00-11:00" }', ""
    )
    path = write(tmp_path, toml, {"log.csv": "arrived\n" + "".join(f"{m}\n" for m in times)})
    scenario = load(path)
    start = dt.datetime(2026, 3, 2, tzinfo=zone).timestamp()
    exact = [m.replace(tzinfo=zone).timestamp() - start for m in times]
    assert replay_times(scenario, "orders").tolist() == exact
    counted = np.zeros(scenario.clock.intervals)
    for seconds in exact:
        counted[int(seconds // 1800)] += 1
    assert expected(scenario, "orders").contacts.tolist() == counted.tolist()


def test_rows_of_a_log_outside_the_horizon_are_counted(tmp_path: Path) -> None:
    """Both ends of the first and the last day belong to it."""
    days = ("2026-03-01 23:59:59.999999", "2026-03-02 00:00:00", "2026-03-03 23:59:59.999999", "2026-03-04")
    result = sim("check", write(tmp_path, REPLAY, {"log.csv": "arrived\n" + "\n".join(days) + "\n"}))
    assert "2 rows lie outside the horizon and are not played" in result.output


# --- the whole command ------------------------------------------------------------------------------------------------

HOSTILE: dict[str, tuple[str, Callable[[], Iterator[str]], str]] = {
    "a wide header": ("orders.csv", lambda: chain(["weekday"], repeat(",a" * 500_000, 24)), "a row of more than"),
    "blank lines": ("orders.csv", lambda: chain([HEAD], repeat("\n" * MEGABYTE, 24)), "blank lines; delete them"),
    "one slot": ("orders.csv", lambda: chain([HEAD], repeat("mon,09:00,10\n" * 80_000, 24)), "the rest is not read"),
}


@pytest.mark.skipif(sys.platform != "linux", reason="asks the system how much memory was taken at most")
@pytest.mark.parametrize("name", HOSTILE)
def test_twenty_four_megabytes_are_refused_in_little_memory(tmp_path: Path, name: str) -> None:
    """The command's own memory is about 60 MB; the whole text would be 24 MB more, its cells ten times that."""
    file, pieces, words = HOSTILE[name]
    path = write(tmp_path)
    with (tmp_path / file).open("w") as out:
        out.writelines(pieces())
    code = (
        "import sys\nfrom sim.command.cli import main\n"
        "try:\n    main(['check', sys.argv[1]])\n"
        "finally:\n    print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0], file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], check=False, capture_output=True, text=True, timeout=60
    )
    *told, kilobytes = done.stderr.strip().splitlines()
    assert done.returncode == 2
    assert words in told[-1]
    assert int(kilobytes) / 1024 < 80


# --- scenario files ---------------------------------------------------------------------------------------------------

DEEP = f"is nested too deeply to be a scenario: more than {DEEPEST} tables, lists and dotted keys within another"
RIGHT = "is it the right file?"
LINES = SHOP.count("\n")
"""Of the shop, with its six tables."""

FILES: list[tuple[str, str, tuple[str, str, str]]] = [
    ("lists", SHOP + "[groups.x]\nwage = 3\nheads = " + 41 * "[" + 41 * "]", (f"spring.toml:{LINES + 3}", "groups.x.heads", DEEP)),
    ("lists over lines", SHOP + "[groups.x]\nheads = [\n" + 40 * "[\n" + 40 * "]\n" + "]",
     (f"spring.toml:{LINES + 42}", "groups.x.heads", DEEP)),
    ("tables in a line", "a = " + 300 * "{ b = " + "1" + 300 * " }", ("spring.toml:1", "a", DEEP)),
    ("a header", SHOP + f"[{'.'.join('abcdef' + 36 * 'x')}]\n", (f"spring.toml:{LINES + 1}", "a.b.c.d.e.…", DEEP)),
    ("a dotted key", SHOP + f"[x]\n{'.'.join('abcdef' + 36 * 'x')} = 1", (f"spring.toml:{LINES + 2}", "x.a.b.c.d.…", DEEP)),
    ("a long line", SHOP + f"# {'x' * 100_000}\n",
     (f"spring.toml:{LINES + 1}", "spring.toml", f"has a line of more than 100,000 characters; {RIGHT}")),
    ("tables", SHOP + "".join(f"[x{n // 1000}.y{n % 1000}]\n" for n in range(MOST_TABLES)),
     (f"spring.toml:{LINES + MOST_TABLES - 6 + 1}", "spring.toml", f"has more than {MOST_TABLES:,} tables; {RIGHT}")),
    ("settings", "".join(f"x{n} = 1\n" for n in range(MOST_PARTS + 1)),
     (f"spring.toml:{MOST_PARTS + 1}", "spring.toml", f"has more than {MOST_PARTS:,} settings and list entries; {RIGHT}")),
    ("one list", SHOP + "[calendars.c]\nclosed = [\n" + "2026-03-02,\n" * (MOST_ENTRIES + 1) + "]\n",
     (f"spring.toml:{LINES + 2}", "calendars.c.closed", "holds 2,001 entries; 2,000 at most")),
    ("shifts", SHOP + "".join(f'shifts.s{n}.hours = "08:00-16:00"\n' for n in range(MOST_ENTRIES)).replace("shifts.", "")
     .replace("s0.hours", "[more]\ns0.hours") + "s2000.hours = 1\n",
     (f"spring.toml:{LINES + 1}", "more", "holds 2,001 entries; 2,000 at most")),
    ("plans", SHOP + "".join(f"[plans.p{n}]\ngroups.core.heads = 10\n" for n in range(MOST_PLANS + 1)),
     (f"spring.toml:{LINES + 1 + 2 * MOST_PLANS}", "plans",
      f"more than {MOST_PLANS} plans; write some of them into a file of their own that extends this one")),
]  # fmt: skip


@pytest.mark.parametrize(("toml", "told"), [row[1:] for row in FILES], ids=[row[0] for row in FILES])
def test_what_is_no_scenario_is_refused_by_its_place(tmp_path: Path, toml: str, told: tuple[str, str, str]) -> None:
    result = sim("check", write(tmp_path, toml))
    assert result.exit_code == 2
    assert problems_with_lines(result) == [told]


def test_as_deep_as_may_be_is_read(tmp_path: Path) -> None:
    for toml in (
        "x = " + DEEPEST * "[" + DEEPEST * "]",
        f"{'.'.join(DEEPEST * 'x')} = 1",
        f"[{'.'.join(DEEPEST * 'x')}]",
    ):
        assert DEEP not in sim("check", write(tmp_path, f"{toml}\n{SHOP}")).output


def test_brackets_that_nobody_closed_are_no_depth(tmp_path: Path) -> None:
    """Each table begins anew: fifty mistakes of one bracket each are fifty mistakes."""
    lists = "".join(f"[shifts.s{n}]\nbreaks = [\n" for n in range(50))
    output = sim("check", write(tmp_path, SHOP + lists)).output
    assert "nested" not in output
    assert output.count("] is missing") == 50


def test_a_line_of_prose_is_no_depth(tmp_path: Path) -> None:
    """Words beside one another are not within one another."""
    output = sim("check", write(tmp_path, SHOP + " ".join(["word"] * 100) + "\n")).output
    assert "nested" not in output
    assert f"spring.toml:{LINES + 1}" in output


def test_a_base_that_is_too_deep_is_reported_at_the_line_that_names_it(tmp_path: Path) -> None:
    files = {"base.toml": f"x = 1\ny = {50 * '['}{50 * ']'}\n"}
    result = sim("check", write(tmp_path, 'extends = "base.toml"\n', files))
    assert problems_with_lines(result) == [("spring.toml:1", "extends", f"base.toml line 2: y: {DEEP}")]


def test_plans_of_a_file_and_its_bases_are_counted_together(tmp_path: Path) -> None:
    def plans(first: int, count: int) -> str:
        return "".join(f"[plans.p{n}]\ngroups.core.heads = 10\n" for n in range(first, first + count))

    base = {"base.toml": SHOP + plans(0, 300)}
    result = sim("check", write(tmp_path, 'extends = "base.toml"\n' + plans(300, 201), base))
    assert f"more than {MOST_PLANS} plans" in result.output


def test_files_are_read_once_for_all_plans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    rows = CsvReader.rows

    def counted(self: CsvReader, *args: object, **more: object) -> object:
        opened.append(self.name)
        return rows(self, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(CsvReader, "rows", counted)
    changes = "".join(f"[plans.p{n}]\ngroups.core.wage = {n + 10}\n" for n in range(20))
    assert len(load_plans(write(tmp_path, SHOP + changes))) == 21
    assert opened == ["orders.csv"]


def test_plans_are_not_looked_at_after_a_thousand_problems(tmp_path: Path) -> None:
    """Each plan has 60 of its own: the seventeenth passes the thousand."""
    wrong = "".join(f"foo{n} = 1\n" for n in range(60))
    output = sim("check", write(tmp_path, SHOP + "".join(f"[plans.p{n}]\n{wrong}" for n in range(100)))).output
    assert output.splitlines()[0].endswith(f"{17 * 60 + 1} problems")
    assert "plans  " in output.splitlines()[1]
    assert output.splitlines()[1].endswith("those after p16 are not looked at; mend these problems first")


# --- one limit, whatever the door -------------------------------------------------------------------------------------

HUNDRED_YEARS = 100 * 365 * 86400


@pytest.mark.parametrize("value", ["1e200", "1e15", str(HUNDRED_YEARS + 1), "9" * 300])
def test_times_in_files_stop_where_durations_do(tmp_path: Path, value: str) -> None:
    told = "is longer than a hundred years"
    log, talk = f"arrived,talk_s\n2026-03-02 09:14:05,{value}\n", f"seconds\n3\n{value}\n"
    aht = (
        ORDERS.replace("contacts\n", "contacts,aht_s\n").replace("10\n", f"10,{value}\n", 1).replace("10\n", "10,180\n")
    )
    for toml, files in ((REPLAY, {"log.csv": log}), (EMPIRICAL, {"talk.csv": talk}), (SHOP, {"orders.csv": aht})):
        assert [what[-len(told) :] for _, what in problems(tmp_path, toml, files)] == [told]
    assert problems(tmp_path, but('mean = "3min"', f'mean = "{HUNDRED_YEARS + 1}s"'), {})[0][1].endswith(told)


def test_a_hundred_years_are_a_time_everywhere(tmp_path: Path) -> None:
    assert LONGEST_DURATION == HUNDRED_YEARS
    (tmp_path / "t.csv").write_text(f"seconds\n{HUNDRED_YEARS}\n1\n")
    found: list[Problem] = []
    assert read_sample("w", "t.csv", tmp_path, found) == (1.0, float(HUNDRED_YEARS))
    assert not found


def test_volumes_stop_at_a_million_an_interval(tmp_path: Path) -> None:
    """10,080 minutes a week: 10,080 million a week or a month, from a number or from a file."""
    shape = {"shape.csv": table("share"), "months.csv": "month,contacts\n3,1.01e10\n"}
    told = "is too many; 10,080,000,000 contacts at most"
    for forecast in ("week = 1.01e10", "month = 1.01e10", 'months = "months.csv"'):
        toml = but('{ csv = "orders.csv" }', f'{{ {forecast}, shape = "shape.csv" }}')
        assert [what[-len(told) :] for _, what in problems(tmp_path, toml, shape)] == [told]
    factor = problems(tmp_path, but('csv = "orders.csv"', 'csv = "orders.csv", factor = 1e15'), {})
    assert factor == [("queues.orders.forecast.factor", f"{1e15} is too large; 1,000,000 at most")]


@pytest.mark.parametrize("parse", [parse_number, parse_amount])
def test_no_number_is_larger_than_a_thousand_million_million(parse: Callable[[object], float]) -> None:
    assert parse("1e15") == parse(10**15) == LARGEST_NUMBER
    for value in ("1.0001e15", 10**16, 1e300, "9" * 300):
        with pytest.raises(ValueError, match=r"too large; 1,000,000,000,000,000 at most"):
            parse(value)


def test_wages_have_one_limit_in_a_table_and_in_a_file(tmp_path: Path) -> None:
    told = "is too large; 1,000,000,000,000,000 at most"
    people = "agent,wage\n" + "".join(
        f"a{n},{w}\n" for n, w in zip(range(9), chain(["2e15"], cycle(["20"])), strict=False)
    )
    for toml, files in (
        (but("wage = 20", "wage = 2e15"), {}),
        (but("heads = 9", 'people = { csv = "people.csv" }'), {"people.csv": people}),
    ):
        assert [what[-len(told) :] for _, what in problems(tmp_path, toml, files)] == [told]
