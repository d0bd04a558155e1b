"""What scenarios and plans say of themselves, and the settings that differ where they say nothing."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from pathlib import Path

import pytest
from shop import SHOP, problems, sim, write

from sim.scenario.changes import changes_of, in_words
from sim.scenario.described import description_of
from sim.scenario.language.scenario import json_schema
from sim.scenario.load import load, load_plans

SAID = (
    'description = """Two days in March,\n   as they were."""\n'
    + SHOP
    + '[plans.more]\ndescription = "One more in the morning"\ngroups.core.shifts = { early = 5, late = 5 }\ngroups.core.heads = 10\n'
    + "[plans.silent]\nqueues.orders.fcr = 0.8\nrun.seed = 4\n"
    + '[plans.many]\ncenter.days = 1\nqueues.orders.talk.mean = "+30s"\nqueues.orders.busyness = { day_cv = 0.1 }\n'
    + 'queues.orders.patience = "none"\ngroups.core.wage = 21\n'
)


def test_plans_have_their_own_words_or_those_of_their_settings(tmp_path: Path) -> None:
    base, more, silent, many = load_plans(write(tmp_path, SAID))
    assert description_of(base) == "Two days in March, as they were."
    assert description_of(more) == "One more in the morning"
    assert [one.text for one in more.changes] == ["groups.core.heads: 9 → 10", "groups.core.shifts.early: 4 → 5"]
    assert description_of(silent) == "run: seed 4; orders: FCR 0.7 → 0.8"
    assert [one.text for one in many.changes] == [
        "center.days: 2 → 1",
        "queues.orders.talk.mean: 3min → 3m30s",
        "queues.orders.patience: removed",
        "queues.orders.busyness: added",
        "groups.core.wage: 20 → 21",
    ]
    assert (
        description_of(many)
        == "center: days 2 → 1; orders: talk time 3min → 3m30s, patience removed; and 2 other changes"
    )
    assert load(tmp_path / "spring.toml", "more").description == "One more in the morning"


def test_a_description_changes_nothing_else(tmp_path: Path) -> None:
    base, *_ = load_plans(write(tmp_path, SAID + '[plans.named]\ndescription = "As today"\n'))
    named = load(tmp_path / "spring.toml", "named")
    assert named.resolved == base.resolved
    assert named.spec == base.spec
    assert (named.description, named.changes) == ("As today", ())


def test_differences_in_words() -> None:
    """Numbers, dates, flags and short lists as they are; what cannot be read in a line has only changed."""
    old = {
        "a": {"n": 1, "when": dt.date(2026, 3, 2), "l": ["x", "y"], "t": [{"groups": ["a"]}]},
        "title": "one",
        "b": True,
    }
    new = {"a": {"n": 2, "when": dt.date(2026, 3, 9), "l": ["y"], "t": [{"groups": ["b"]}]}, "title": "two", "b": False}
    assert [one.text for one in changes_of(old, new)] == [
        "a.n: 1 → 2", "a.when: 2026-03-02 → 2026-03-09", "a.l: [x, y] → [y]", "a.t: changed", "b: true → false",
    ]  # fmt: skip
    added = changes_of({"a": 1}, {"a": 1, "new": {"x": 1}, "n": 3})
    assert [one.text for one in added] == ["new: added", "n: 3"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ({"groups": {"core": {"heads": 21}}}, {"groups": {"core": {"heads": 23}}}, "core: 21 → 23 heads"),
        (
            {"groups": {"core": {"shifts": {"early": "50%", "late": "50%"}}}},
            {"groups": {"core": {"shifts": {"early": "60%", "late": "40%"}}}},
            "core: early 50% → 60%, late 50% → 40%",
        ),
        ({"groups": {"agents": {}}}, {"groups": {"agents": {"pace": 0.92}}}, "agents: pace 0.92"),
        ({"quality": {"pace": {}}}, {"quality": {"pace": {"resolution": 0.1}}}, "quality pace: resolution 0.1"),
        (
            {"hiring": {"march": {"starts": dt.date(2027, 3, 15)}}},
            {"hiring": {"march": {"starts": dt.date(2027, 5, 10)}}},
            "hiring march: starts 2027-03-15 → 2027-05-10",
        ),
        ({"hiring": {"march": {"size": 8}}}, {}, "hiring removed"),
        (
            {"queues": {"orders": {"route": [{"groups": ["core"]}]}}},
            {"queues": {"orders": {"route": [{"groups": ["core"]}, {"groups": ["desk"], "after": "5s"}]}}},
            "orders: to core, then desk after 5s",
        ),
        ({"queues": {"chat": {}}}, {"queues": {"chat": {"self_service": {"kind": "bot"}}}}, "chat: self-service added"),
        ({"queues": {"chat": {}}}, {"queues": {}}, "chat: removed"),
    ],
)
def test_planners_read_their_own_words(old: dict[str, object], new: dict[str, object], said: str) -> None:
    assert in_words(list(changes_of(old, new))) == said


@pytest.mark.parametrize(
    ("toml", "where", "what"),
    [
        ("description = 3\n" + SHOP, "description", "write text in quotes here, not 3"),
        (SHOP + '[plans.x]\ndescription = ["a"]\n', "plans.x.description", "write text in quotes here, not a list"),
        (f'description = "{"x" * 501}"\n' + SHOP, "description", "a description has at most 500 printable characters"),
    ],
)
def test_what_is_no_description_is_reported(tmp_path: Path, toml: str, where: str, what: str) -> None:
    assert problems(sim("check", write(tmp_path, toml))) == [(where, what)]


def test_a_file_that_extends_another_keeps_or_replaces_its_words(tmp_path: Path) -> None:
    write(tmp_path, SAID)
    (tmp_path / "other.toml").write_text('extends = "spring.toml"\ndescription = "April"\n[plans.more]\nrun.seed = 9\n')
    base, more, *_ = load_plans(tmp_path / "other.toml")
    # The plan of that file changes what it names, and keeps the rest.
    assert (base.description, more.description) == ("April", "One more in the morning")
    (tmp_path / "same.toml").write_text('extends = "spring.toml"\n')
    assert load(tmp_path / "same.toml", "more").description == "One more in the morning"


def test_terminal_page_and_manifest_show_them(tmp_path: Path) -> None:
    toml = SAID.split("[plans.many]")[0].replace("replications = 2", "replications = 2\nseed = 1")
    path = write(tmp_path, toml)
    result = sim("compare", path, "--engine", "compiled", "--jobs", "1", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    told = " ".join(result.output.split())
    for words in (
        "base: Two days in March, as they were.",
        "more: One more in the morning",
        "silent: run: seed 1 → 4; orders: FCR 0.7 → 0.8",
    ):
        assert words in told
    page = (tmp_path / "out" / "report.html").read_text()
    header = page[page.index("<header>") : page.index("</header>")]
    assert "<p>Two days in March, as they were.</p>" in header
    assert page.count("<p>One more in the morning</p>") == 1
    assert '<section id="plans">' in page
    plans = json.loads((tmp_path / "out" / "manifest.json").read_text())["plans"]
    assert plans["more"]["description"] == "One more in the morning"
    assert plans["more"]["changes"] == ["groups.core.heads: 9 → 10", "groups.core.shifts.early: 4 → 5"]
    assert plans["silent"]["description"] == "run: seed 1 → 4; orders: FCR 0.7 → 0.8"
    alone = sim("run", path, "--plan", "more", "--engine", "compiled", "--jobs", "1", "--out", tmp_path / "one")
    assert "One more in the morning" in " ".join(alone.output.split())


def test_editors_know_them() -> None:
    schema = json_schema()
    assert "description" in schema["properties"]
    assert "description" in schema["properties"]["plans"]["additionalProperties"]["properties"]


def test_a_plans_name_with_a_dot_wants_quotes(tmp_path: Path) -> None:
    """`[plans.two.more]` is a table `more` of a plan `two`, which has no such setting."""
    toml = SHOP + "[plans.two.more]\ngroups.core.wage = 21\n"
    text = 'is no setting of plan two; a name with a dot stands in quotes: [plans."two.more"]'
    assert problems(sim("check", write(tmp_path, toml))) == [("plans.two.more", text)]
    quoted = load_plans(write(tmp_path, toml.replace("two.more", '"two.more"')))
    assert [one.plan for one in quoted] == ["base", "two.more"]
    assert [where for where, _ in problems(sim("check", write(tmp_path, SHOP + "[plans.two.more]\nx = 1\n")))] == [
        "plans.two.more"
    ]


def test_who_made_it_stands_on_the_page_in_the_workbook_and_in_the_manifest(tmp_path: Path) -> None:
    who = "Ann & <Bo>, Planning"
    file = write(tmp_path, f'author = "{who}"\n' + SHOP + "[plans.more]\ngroups.core.heads = 10\n")
    ran = sim("compare", file, "--replications", "2", "--engine", "simpy", "--xlsx", "--out", tmp_path / "out")
    assert ran.exit_code == 0, ran.output
    page = (tmp_path / "out" / "report.html").read_text()
    assert " · made by Ann &amp; &lt;Bo&gt;, Planning<" in page
    assert '<meta name="author" content="Ann &amp; &lt;Bo&gt;, Planning">' in page
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["author"] == who
    with zipfile.ZipFile(tmp_path / "out" / "results.xlsx") as book:
        assert "<dc:creator>Ann &amp; &lt;Bo&gt;, Planning</dc:creator>" in book.read("docProps/core.xml").decode()
        assert "Ann &amp; &lt;Bo&gt;, Planning" in book.read("xl/worksheets/sheet1.xml").decode() + (
            book.read("xl/sharedStrings.xml").decode() if "xl/sharedStrings.xml" in book.namelist() else ""
        )


def test_who_made_it_is_no_change_and_moves_nothing(tmp_path: Path) -> None:
    from sim.study.calibration.remembered import key_of

    plain = load(write(tmp_path, SHOP))
    base, other = load_plans(write(tmp_path, 'author = "Ann"\n' + SHOP + '[plans.x]\nauthor = "Bo"\n'))
    assert other.changes == ()
    # What was played before somebody signed is found again.
    assert key_of(plain) == key_of(base) == key_of(other)
    assert "author" in json_schema()["properties"]
    assert "made by" not in " ".join(description_of(one) for one in (base, other))
