"""The manual: every key of the language has words, a way to write it and an example that runs; pages and links hold."""

from __future__ import annotations

import html.parser
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import sim
from sim.command.cli import main
from sim.errors import ScenarioError
from sim.manual import examples
from sim.manual.explained import explain
from sim.manual.finding import known_place, meant_by
from sim.manual.html import write_pages
from sim.manual.recipes import recipes, write_recipe
from sim.manual.reference import NAME, NO_VALUE, all_keys, keys_of, places
from sim.manual.topics import topics
from sim.scenario.language.scenario import json_schema
from sim.scenario.load import load_plans

HOME = Path(sim.__file__).parent / "manual"
LAYERS = {"extends", "plans", "grid", "like"}
"""What makes a file of several: no model has it."""


def schema_keys() -> set[tuple[str, str]]:
    """(table, key) of the JSON Schema: an independent walk."""
    schema = json_schema()
    found = {("ScenarioSpec", key) for key in schema["properties"]}
    reached, waiting = set(), [schema["properties"]]
    while waiting:
        for name in re.findall(r'"#/\$defs/(\w+)"', json.dumps(waiting.pop())):
            if name not in reached:
                reached.add(name)
                waiting.append(schema["$defs"][name])
                found |= {(name, key) for key in schema["$defs"][name].get("properties", {})}
    return found


def test_every_key_of_the_schema_has_its_entry() -> None:
    known = {(table.__name__, key) for table in places() for key in keys_of(table)}
    assert schema_keys() - known == set()
    assert len(known) > 500


def test_every_entry_says_what_it_is_and_how_it_is_written() -> None:
    for place, key in all_keys():
        assert key.about, place
        assert key.kind, place
        assert key.about[0].isupper() or not key.about[0].isalpha(), key.about


def test_every_key_has_an_example_that_is_played() -> None:
    without = [
        f"{table.__name__}.{key}"
        for table, where in places().items()
        for key in keys_of(table)
        if key not in LAYERS and not any(examples.example_of((*place, key)) for place in where)
    ]
    assert without == []


@pytest.mark.parametrize("file", examples.files())
def test_examples_run(file: str) -> None:
    """Every plan of every example checks and plays a replication; of a study by precision, as few as it asks for."""
    for plan in load_plans(HOME / "scenarios" / file):
        center = sim.load(HOME / "scenarios" / file, plan.plan)
        precise = plan.spec.run.precision is not None
        few = 6 if plan.spec.run.variance_reduction else None if precise else 1
        assert len(sim.run(center, replications=few, engine="compiled").summary) > 10


def test_an_example_is_the_lines_of_its_file() -> None:
    for place, key in all_keys():
        if (one := examples.example_of(place)) is not None:
            lines = {line.strip() for line in examples.text_of(one.file).splitlines()}
            assert {line.strip() for line in one.text.splitlines()} <= lines, place
            assert key.name in one.text or place[-1] in one.text


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ("groups.shifts", "groups.NAME.shifts"),
        ("queues.orders.patience.mean", "queues.NAME.patience.mean"),
        ("[queues.orders.talk]", "queues.NAME.talk"),
        ("plans.two-more.groups.core.heads", "groups.NAME.heads"),
        ("queues.orders.route.1.after", "queues.NAME.route.after"),
        ("short_abandon", "queues.NAME.service_level.short_abandon"),
        ('queues."a b".fcr', "queues.NAME.fcr"),
        ("extends", "extends"),
        ("groups.core.like", "groups.NAME.like"),
    ],
)
def test_a_setting_is_found_as_people_name_it(asked: str, place: str) -> None:
    assert ".".join(meant_by(asked).place) == place


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("mean", "stands in several tables; write one of"),
        ("shfits", "did you mean shifts"),
        ("groups.core.skils", "groups.NAME.skills"),
        ("", "is no setting"),
        ("nonsense", "`sim manual language` lists all tables"),
        ("a..b", "is no setting"),
    ],
)
def test_what_is_no_setting_is_said_with_what_is_near(asked: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=re.escape(said)):
        meant_by(asked)


def test_the_parts_of_an_entry() -> None:
    said = explain(meant_by("queues.orders.fcr"))
    assert said.about == "Share of the cases that are resolved at the first contact; industry average 70 % (SQM)."
    assert dict(said.facts) == {
        "written": 'a share from 0 to 1, such as "80%" or 0.8',
        "default": '"70%"',
        "in a plan": '"+5%" adds points, "none" takes it out',
    }
    assert said.example is not None
    assert tomllib.loads(said.example.text) == {"queues": {"sales": {"fcr": "75%"}}}


@pytest.mark.parametrize(
    ("place", "default"),
    [
        ("center.interval", "30m"), ("center.open", "24/7"), ("queues.NAME.fcr", "70%"), ("run.seed", 1),
        ("shifts.NAME.days", "mon-sun"), ("groups.NAME.wage", {"steps": 20.92}), ("queues.NAME.pace", 1),
        ("queues.NAME.repeat.after", {"family": "exponential", "mean": "1d"}),
        ("quality.pace.range", [0, 1]), ("queues.NAME.lines", NO_VALUE), ("center.start", NO_VALUE),
    ],
)  # fmt: skip
def test_defaults_stand_as_one_would_write_them(place: str, default: object) -> None:
    (key,) = (key for at, key in all_keys() if ".".join(at) == place)
    assert key.default == default


def test_what_a_plan_may_say_does_it(tmp_path: Path) -> None:
    """A change that an entry offers, of each kind, on the example that all others change."""
    text = (HOME / "scenarios" / "base.toml").read_text(encoding="utf-8")
    (tmp_path / "base.toml").write_text(
        f'{text}\n[plans.p]\ngroups.team.heads = "+2"\nqueues.sales.fcr = "+5%"\nqueues.sales.talk.mean = "+20s"\n'
        'queues.service.talk.mean = "110%"\ngroups.team.shifts.early = "60%"\ngroups.team.shifts.late = "40%"\n'
        'queues.sales.wrap = "none"\nqueues.sales.forecast.factor = 1.1\n',
        encoding="utf-8",
    )
    (tmp_path / "shape.csv").write_text((HOME / "scenarios" / "shape.csv").read_text(encoding="utf-8"))
    _, plan = load_plans(tmp_path / "base.toml")
    sales, service, team = plan.spec.queues["sales"], plan.spec.queues["service"], plan.spec.groups["team"]
    assert (team.heads, sales.fcr, sales.wrap.mean, sales.forecast.factor) == (16, 0.8, 0.0, 1.1)
    assert (sales.talk.mean, service.talk.mean) == (260.0, pytest.approx(330.0))  # type: ignore[union-attr]


def test_a_message_of_a_file_names_the_entry_to_read() -> None:
    assert known_place("queues.orders.patience.family") == "queues.NAME.patience.family"
    assert known_place("plans.more.groups.core.heads") == "groups.NAME.heads"
    assert known_place("queues.orders") is None
    assert known_place("spring.toml") is None


# ---- Commands --------------------------------------------------------------------------------------------------------


def said_by(*words: str) -> str:
    ran = CliRunner().invoke(main, list(words))
    assert ran.exit_code == 0, ran.output
    return ran.output


@pytest.mark.parametrize(
    "words",
    [("manual",), ("manual", "language"), ("manual", "recipes"), ("explain", "groups.shifts"), ("manual", "queues")],
)
def test_nothing_is_wider_than_a_terminal(words: tuple[str, ...]) -> None:
    wide = [line for line in said_by(*words).splitlines() if len(line) > 80]
    # The next step is one line, to be copied.
    assert [line for line in wide if not line.startswith(("Next: ", "    "))] == []


def test_the_manual_lists_all_that_it_has() -> None:
    listed = said_by("manual")
    for name in (*topics(), "recipes", "language"):
        assert re.search(rf"^{re.escape(name)} ", listed, re.MULTILINE), name


@pytest.mark.parametrize("topic", topics())
def test_a_topic_begins_with_what_it_is_about(topic: str) -> None:
    page = topics()[topic]
    assert page.title
    assert re.fullmatch(r"[^|\n]{20,160}[.?]", page.about), page.about
    assert page.title in said_by("manual", topic)


@pytest.mark.parametrize("words", [("manual", "quee"), ("explain", "shfits"), ("new", "x.toml", "--recipe", "bott")])
def test_what_is_not_there_is_one_message(words: tuple[str, ...], tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    ran = CliRunner().invoke(main, list(words))
    assert ran.exit_code == 2
    assert "did you mean" in ran.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", recipes())
def test_recipes_are_files_that_run(name: str, tmp_path: Path) -> None:
    write_recipe(name, tmp_path / "mine.toml")
    plans = load_plans(tmp_path / "mine.toml")
    assert len(plans) > 2
    assert "FILE" not in (tmp_path / "mine.toml").read_text(encoding="utf-8")
    study = sim.compare(
        *(sim.load(tmp_path / "mine.toml", plan.plan) for plan in plans), replications=2, engine="compiled"
    )
    assert study.answer.text


def test_a_recipe_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "shape.csv").write_text("mine")
    with pytest.raises(sim.SimError, match="exists already"):
        write_recipe("bot", tmp_path / "mine.toml")
    assert not (tmp_path / "mine.toml").exists()
    assert (tmp_path / "mine" / "shape.csv").read_text() == "mine"


# ---- Pages -----------------------------------------------------------------------------------------------------------


class Links(html.parser.HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids, self.hrefs = set[str](), list[str]()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids.add(str(given["id"]))
        if tag == "a" and given.get("href"):
            self.hrefs.append(str(given["href"]))


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("manual")
    assert write_pages(folder) == len(list(folder.glob("*.html")))
    return folder


def test_every_link_of_the_pages_leads_somewhere(pages: Path) -> None:
    read = {path.name: Links(path.read_text(encoding="utf-8")) for path in pages.glob("*.html")}
    searched = json.loads(
        (pages / "search.js").read_text(encoding="utf-8").removeprefix("const FOUND = ").rstrip(";\n")
    )
    assert len(searched) > 400
    wanted = [(name, href) for name, links in read.items() for href in links.hrefs]
    wanted += [("search.js", page) for _, page, _ in searched]
    for name, href in wanted:
        if href.startswith("https://"):
            continue
        file, _, anchor = href.partition("#")
        target = read[file or name]
        assert not anchor or anchor in target.ids, (name, href)


def test_every_page_stands_alone_but_for_the_search(pages: Path) -> None:
    for path in pages.glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert re.findall(r'(?:src|@import|url\()\s*=?"?([^" )>]+)', text) == ["search.js"], path.name


def test_every_table_of_the_language_has_a_page(pages: Path) -> None:
    for name, key in keys_of(next(iter(places()))).items():
        assert (pages / f"table-{name}.html").exists() == (key.table is not None)
    assert f'id="queues.{NAME}.service_level"' in (pages / "table-queues.html").read_text(encoding="utf-8")


def test_the_command_writes_the_pages_whole(tmp_path: Path) -> None:
    assert "pages of the manual" in said_by("manual", "--html", str(tmp_path / "m"))
    assert (tmp_path / "m" / "index.html").exists()
    assert (tmp_path / "m" / "manifest.json").exists()


def test_every_test_that_the_manual_names_is_there() -> None:
    """A claim whose test is gone is no claim."""
    top = Path(__file__).parents[1]
    text = (HOME / "pages" / "52-checked.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/\w+\.py)(?:::(\w+))?`", text)
    assert len(named) > 50
    for file, name in named:
        source = (top / file).read_text(encoding="utf-8")
        assert not name or f"def {name}(" in source, (file, name)
