"""Damaged scenario files: each mistake by its line, in the planner's words, and all of them in one pass."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from shop import ORDERS, SHOP, but, problems_with_lines, sim, write

from sim.errors import Problem, ScenarioError
from sim.scenario.reading.toml_reader import read

Told = list[tuple[int, str, str]]
"""For each problem: its line of spring.toml, where, and words that must be said."""

HEADS, TALK, LEVEL = "groups.core.heads", "queues.orders.talk", "queues.orders.service_level"
OLD_TALK = 'talk = { family = "exponential", mean = "3min" }'
SHIFTS = "shifts = { early = 4, late = 5 }"

BROKEN: list[tuple[str, str, Told]] = [
    ("quote not closed", but('title = "Shop"', 'title = "Shop'), [(1, "title", "a quotation mark is not closed")]),
    ("quote not opened", but('channel = "phone"', 'channel = phone"'), [(10, "queues.orders.channel", "a quotation mark is not closed")]),
    ("quote not closed within", but('"exponential", mean = "3min"', '"exponential, mean = "3min"'), [(12, TALK, "a quotation mark is not closed")]),
    ("text without quotes", but('"phone"', "phone"), [(10, "queues.orders.channel", 'text stands in quotes: "phone"')]),
    ("number in words", but("heads = 9", "heads = nine"), [(17, HEADS, 'text stands in quotes: "nine"')]),
    ("no =", but("heads = 9", "heads 9"), [(17, HEADS, "= is missing; write heads = 9")]),
    ("colon", but("heads = 9", "heads: 9"), [(17, HEADS, "write = instead of the colon: heads = 9")]),
    ("two =", but("heads = 9", "heads == 9"), [(17, HEADS, "write one =")]),
    ("no value", but("heads = 9", "heads ="), [(17, HEADS, "has no value; write heads = …")]),
    ("only a word", but("heads = 9", "heads"), [(17, HEADS, "has no value; write heads = …")]),
    ("no name", but("heads = 9", "= 9"), [(17, "spring.toml", "the name of the setting is missing")]),
    ("span of time without quotes", but('hours = "09:00-17:00"', "hours = 09:00-17:00"), [(26, "shifts.late.hours", 'a span of time stands in quotes: "09:00-17:00"')]),
    ("duration without quotes", but('"20s"', "20s"), [(14, LEVEL, 'a duration stands in quotes: "20s"')]),
    ("percentage without quotes", but("0.80", "80%"), [(14, LEVEL, 'a percentage stands in quotes: "80%"')]),
    ("hours without quotes", but('open = { mon-fri = "09:00-11:00" }', "open = 24/7"), [(6, "center.open", 'opening hours stand in quotes: "24/7"'), (11, "queues.orders.forecast.csv", "no row for")]),
    ("True", but("paid = true", "paid = True"), [(24, "shifts.early.breaks", "write true, in small letters")]),
    ("none", but("fcr = 0.7", "fcr = none"), [(15, "queues.orders.fcr", 'write "none" in quotes to remove')]),
    ("decimal comma", but("wage = 20", "wage = 20,50"), [(20, "groups.core.wage", "write decimals with a point")]),
    ("thousands", but("wage = 20", "wage = 1,020"), [(20, "groups.core.wage", "thousands without a mark")]),
    ("decimal comma within", but("target = 0.80", "target = 0,80"), [(14, LEVEL, "write decimals with a point")]),
    ("money", but("wage = 20", "wage = $20"), [(20, "groups.core.wage", "write the number alone; the currency stands in center.currency")]),
    ("zero in front", but("heads = 9", "heads = 09"), [(17, HEADS, "a number has no 0 in front")]),
    ("no zero before the point", but("fcr = 0.7", "fcr = .7"), [(15, "queues.orders.fcr", "digits on both sides of its point")]),
    ("date of a day that is none", but("2026-03-02", "2026-02-30"), [(3, "center.start", "no such date; one is written 2026-03-02")]),
    ("German date", but("2026-03-02", "02.03.2026"), [(3, "center.start", "one is written 2026-03-02, without quotes")]),
    ("brace not closed", but(SHIFTS, SHIFTS[:-2]), [(18, "groups.core.shifts", "a bracket is not closed: } is missing")]),
    ("bracket not closed", but("paid = true }]", "paid = true }"), [(24, "shifts.early.breaks", "a bracket is not closed: ] is missing")]),
    ("one brace too many", but(SHIFTS, SHIFTS + "}"), [(18, "groups.core.shifts", "one closing bracket too many")]),
    ("wrong bracket", but(SHIFTS, SHIFTS[:-1] + "]"), [(18, "groups.core.shifts", "of the wrong kind")]),
    ("comma missing", but('"exponential", mean = "3min"', '"exponential" mean = "3min"'), [(12, TALK, "a comma is missing before mean")]),
    ("comma at the end", but('mean = "3min" }', 'mean = "3min", }'), [(12, TALK, "no comma stands before a closing }")]),
    ("names without values", but("{ orders = {} }", "{ orders }"), [(19, "groups.core.skills", "orders has no value; write orders = …")]),
    ("braces over lines", but(OLD_TALK, 'talk = {\n  family = "exponential", # all\n  mean = "3min",\n}'), [(12, TALK, "a table in { } stands in one line")]),
    ("two settings in a line", but("heads = 9\nshifts", "heads = 9 shifts"), [(17, HEADS, "two settings in one line; shifts begins the next")]),
    ("curly quotes", but('"phone"', "“phone”"), [(10, "queues.orders.channel", "“ is no quotation mark")]),
    ("space of a web page", but("heads = 9", "heads\u00a0= 9"), [(17, HEADS, "a space that is none (U+00A0)")]),
    ("backslash", but('"orders.csv"', '"vol\\orders.csv"'), [(11, "queues.orders.forecast", "write / in paths"), (11, "queues.orders.forecast.csv", "no such folder")]),
    ("header not closed", but("[groups.core]", "[groups.core"), [(16, "groups.core", "write [groups.core]")]),
    ("header not opened", but("[groups.core]", "groups.core]"), [(16, "groups.core", "a bracket is missing; write [groups.core]")]),
    ("header half double", but("[shifts.late]", "[[shifts.late]"), [(25, "shifts.late", "write [[shifts.late]]")]),
    ("header with a space", but("[run]", "[run it]"), [(7, "run it", 'a name with spaces or other marks stands in quotes: ["run it"]')]),
    ("header without a name", SHOP + "[]\nx = 1", [(27, "spring.toml", "the name of the table is missing")]),
    ("setting beside a header", but("[run]\n", "[run] "), [(7, "spring.toml", "a table's name stands in a line of its own")]),
    ("setting with a space", but("fcr = 0.7", "fcr = 0.7\nmy fcr = 0.7"), [(16, "queues.orders.my fcr", 'stands in quotes: "my fcr" = …')]),
    ("key twice", but("heads = 9", "heads = 9\nheads = 8"), [(18, HEADS, "stands in line 17 already; remove one of the two")]),
    ("table twice", SHOP + '[shifts.late]\ndays = "mon"', [(27, "shifts.late", "[shifts.late] stands in line 25 already; move these settings there")]),
    ("table in braces and under a header", SHOP + "[groups.core.skills.chat]\npriority = 2", [(27, "groups.core.skills", "is written in line 19 already; write all of it there, or all of it here")]),
    ("comment with slashes", but("fcr = 0.7", "fcr = 0.7\n// as observed"), [(16, "spring.toml", 'a comment begins with #, not with "//"')]),
    ("comment with a semicolon", but("fcr = 0.7", "fcr = 0.7\n; as observed"), [(16, "spring.toml", "a comment begins with #")]),
    ("merged by hand", but("heads = 9\n", "<<<<<<< mine\nheads = 9\n=======\nheads = 8\n>>>>>>> theirs\n"),
     [(17, "spring.toml", "two versions of the file"), (19, "spring.toml", "two versions"), (20, HEADS, "stands in line 18 already"), (21, "spring.toml", "two versions")]),
    ("long text not closed", but('title = "Shop"', 'title = """Shop'), [(1, "title", "a quotation mark is not closed")]),
    ("list over lines not closed", but("wage = 20", "wage = 20\ntake = [\n  \"longest_waiting\",\n  \"skill_priority\"\n"), [(21, "groups.core.take", "] is missing")]),
    ("change without quotes", SHOP + "[plans.x]\ngroups.core.heads = +2", [(28, f"plans.x.{HEADS}", 'write "+2" in quotes to add to what the base gives; without them it is the number 2')]),
]  # fmt: skip


@pytest.mark.parametrize(("toml", "told"), [pytest.param(*row[1:], id=row[0]) for row in BROKEN])
def test_a_broken_line_is_reported_by_its_number_and_nothing_follows_from_it(
    tmp_path: Path, toml: str, told: Told
) -> None:
    result = sim("check", write(tmp_path, toml))
    assert result.exit_code == 2
    found = problems_with_lines(result)
    assert [(at, where) for at, where, _ in found] == [(f"spring.toml:{line}", where) for line, where, _ in told], (
        result.output
    )
    for (_, _, what), (_, _, words) in zip(found, told, strict=True):
        assert words in what
        assert "(at line" not in what


@pytest.mark.parametrize(
    "toml",
    [
        pytest.param(b"\xef\xbb\xbf" + SHOP.encode(), id="byte order mark"),
        pytest.param(SHOP.replace("\n", "\r\n"), id="Windows lines"),
        pytest.param(SHOP.replace("\n", "\r"), id="old Mac lines"),
        pytest.param(SHOP.replace("heads", "\theads").replace(" = ", "\t=\t"), id="tabs"),
    ],
)
def test_harmless_ways_to_write_a_scenario_are_read(tmp_path: Path, toml: str | bytes) -> None:
    result = sim("check", write(tmp_path, toml))
    assert result.exit_code == 0, result.output


def test_lines_are_counted_whatever_ends_them(tmp_path: Path) -> None:
    toml = but("heads = 9", "heads = -9")
    for end in ("\n", "\r\n"):
        result = sim("check", write(tmp_path, toml.replace("\n", end)))
        assert [at for at, _, _ in problems_with_lines(result)] == ["spring.toml:17"]


def test_no_scenario_at_all_is_one_problem(tmp_path: Path) -> None:
    for toml, words in (
        ("Dear all,\nplease find the plan attached.\nBest,\nAnn\nPlanning\n", "is no scenario"),
        ('{ "queues": {} }', "is JSON"),
        ("weekday,start,contacts\nmon,09:00,10\n" * 40, "is no scenario"),
    ):
        (_, where, what), *more = problems_with_lines(sim("check", write(tmp_path, toml)))
        assert (where, more) == ("spring.toml", [])
        assert words in what


MANY = [
    ("days = 2", 'days = 2\ntimezone = "New York City"', "center.timezone"),
    ('"orders.csv"', '"ordres.csv"', "queues.orders.forecast.csv"),
    ("{ orders = {} }", "{ orders = {}, retruns = { priorty = 2 } }", "groups.core.skills"),
    ("", "", "groups.core.skills.retruns.priorty"),
    ('interval = "30min"', 'intervall = "30min"', "center.intervall"),
    ("replications = 2", "replicatons = 2", "run.replicatons"),
    ('channel = "phone"', 'channel = "fone"', "queues.orders.channel"),
    ('"exponential", mean = "3min"', '"exponentail", mean = "3min"', "queues.orders.talk.family"),
    ('mean = "5min"', 'mean = "5"', "queues.orders.patience.mean"),
    ("target = 0.80", "target = 80", "queues.orders.service_level.target"),
    ('within = "20s"', "within = 20", "queues.orders.service_level.within"),
    ("fcr = 0.7", 'fcr = "seventy"', "queues.orders.fcr"),
    ("wage = 20", 'wage = "20,50"', "groups.core.wage"),
    ('days = "mon-fri"', 'days = "mo-fr"', "shifts.early.days"),
    ('length = "15min"', "length = 15", "shifts.early.breaks.1.length"),
    ("paid = true", 'payed = "yes"', "shifts.early.breaks.1.payed"),
    ('hours = "09:00-17:00"', 'hours = "9-17"', "shifts.late.hours"),
    ("heads = 9", "heads = nine", "groups.core.heads"),
]
"""A change of the shop, and the place of the problem that it makes."""


def test_one_pass_names_them_all_with_their_lines(tmp_path: Path) -> None:
    """Bad zone, missing file and unknown skill beside typing errors, one of which is no TOML: what took four passes."""
    toml = SHOP
    for old, new, _ in MANY:
        assert old in toml
        toml = toml.replace(old, new, 1) if old else toml
    toml += '[plans.x]\ngroups.core.heads = "+2"\ngroups.core.wage = "+1"\n'
    found = problems_with_lines(sim("check", write(tmp_path, toml)))
    assert sorted(where for _, where, _ in found) == sorted(place for _, _, place in MANY)
    lines = toml.splitlines()
    for at, where, _ in found:
        assert where.split(".")[-1] in lines[int(at.split(":")[1]) - 1] or where == "groups.core.skills"
    assert [int(at.split(":")[1]) for at, _, _ in found] == sorted(int(at.split(":")[1]) for at, _, _ in found)


def test_a_gap_in_the_volumes_is_seen_beside_an_unknown_zone(tmp_path: Path) -> None:
    toml = but("days = 2", 'days = 2\ntimezone = "Berlin"')
    found = problems_with_lines(
        sim("check", write(tmp_path, toml, {"orders.csv": ORDERS.replace("tue,09:30,10\n", "")}))
    )
    assert [(at, where) for at, where, _ in found] == [
        ("spring.toml:5", "center.timezone"), ("spring.toml:12", "queues.orders.forecast.csv"),
    ]  # fmt: skip


def test_two_mistakes_in_one_setting_do_not_lose_its_queue(tmp_path: Path) -> None:
    route = 'route = [{ groups = ["core"], keepidle = 1, after = 3 }]\nfcr = 0.7'
    found = problems_with_lines(sim("check", write(tmp_path, but("fcr = 0.7", route, "orders.csv", "ordres.csv"))))
    assert [where for _, where, _ in found] == [
        "queues.orders.forecast.csv", "queues.orders.route.1.after", "queues.orders.route.1.keepidle",
    ]  # fmt: skip


def test_what_is_like_a_broken_table_is_not_reported_again(tmp_path: Path) -> None:
    toml = (
        but("fcr = 0.7", "fcr = 70", "orders = {}", "orders = {}, returns = {}") + '[queues.returns]\nlike = "orders"\n'
    )
    assert [(at, where) for at, where, _ in problems_with_lines(sim("check", write(tmp_path, toml)))] == [
        ("spring.toml:15", "queues.orders.fcr")
    ]


def test_a_month_missing_from_a_season_is_a_problem_of_the_file_and_no_fault(tmp_path: Path) -> None:
    months = "month,factor\n" + "".join(f"{month},1.0\n" for month in range(1, 13) if month != 3)
    toml = (
        but("wage = 20", 'wage = 20\nattrition = "usual"')
        + '[attrition.usual]\nannual_rate = 0.4\nseason = "months.csv"\n'
    )
    found = problems_with_lines(sim("check", write(tmp_path, toml, {"months.csv": months})))
    assert found == [("spring.toml:30", "attrition.usual.season", "months.csv: no row for month 3")]


def test_on_a_pipe_a_problem_is_a_line_and_on_a_terminal_it_is_wrapped() -> None:
    problem = Problem("queues.orders.fcr", "a word " * 30 + "at last", "spring.toml:4", "; inherited: x (b.toml:1)")
    error = ScenarioError("spring.toml", [problem])
    assert len(str(error).splitlines()) == 2
    assert str(error).endswith("at last; inherited: x (b.toml:1)")
    for width in (80, 140):
        head, place, *told = error.text(width).splitlines()
        assert (head, place) == ("spring.toml: 1 problem", "  spring.toml:4  queues.orders.fcr")
        assert max(map(len, told)) <= width
        assert " ".join(" ".join(told).split()) == (problem.what + problem.inherited)


def test_nothing_of_a_broken_file_is_lost_but_the_broken_lines() -> None:
    document = read('a = 1\nb = two\n[c]\nd = [1,\n  2\n[e]\nf = "x\ng = 3\n')
    assert document.raw == {"a": 1, "c": {}, "e": {"g": 3}}
    assert [mistake.line for mistake in document.mistakes] == [2, 4, 7]
    assert document.lost == {("b",), ("c", "d"), ("e", "f")}
    assert not document.blind


def test_a_terminal_of_eighty_columns_is_not_overrun(tmp_path: Path) -> None:
    path = write(tmp_path, but("fcr = 0.7", "fcr = 70", "heads = 9", "heads = nine"))
    terminal, its_end = pty.openpty()
    command = [sys.executable, "-m", "sim", "check", path.name]
    ran = subprocess.run(command, cwd=tmp_path, env={**os.environ, "COLUMNS": "80"}, stderr=its_end, check=False)
    assert ran.returncode == 2
    output = os.read(terminal, 65536)
    os.close(its_end)
    os.close(terminal)
    lines = output.decode().replace("\r", "").splitlines()
    assert lines[0] == "spring.toml: 2 problems"
    assert max(map(len, lines)) <= 80
