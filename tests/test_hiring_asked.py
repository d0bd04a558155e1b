"""`[staffing.hiring]`: what a planner may say to a search for the hiring year, and what is said of mistakes in it."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from shop import SHOP, problems, sim, write

from sim.scenario.language.staffing_hiring import ClassDates, ClassSize, HiringSearch
from sim.scenario.load import load

CLASSES = """
[hiring.spring]
group = "core"
starts = 2026-03-02
offers = 3
[hiring.order]
group = "core"
hold = 9
vacancy = "1w"
"""
HEAD = "[staffing.hiring.core]\n"


def of_core(folder: Path, said: str, plan: str = "base") -> HiringSearch:
    staffing = load(write(folder, SHOP + CLASSES + said), plan).spec.staffing
    assert staffing is not None
    return staffing.hiring["core"]


def found(folder: Path, said: str, *words: str) -> list[tuple[str, str]]:
    told = sim(*(words or ("check",)), write(folder, SHOP + CLASSES + said))
    assert told.exit_code == 2, told.output
    return [one for one in problems(told) if one[0].startswith("staffing")]


def test_it_is_read_from_the_file_and_plans_change_it(tmp_path: Path) -> None:
    said = """
[staffing.hiring.core]
class = "spring"
starts = { from = 2026-03-02, to = 2026-03-03, every = "1d" }
size = { at_least = 2, at_most = 8 }
at_most = "3 classes"
until = [2026-03-02]
in_training = 10
[plans.room]
staffing.hiring.core.in_training = 20
"""
    wanted = of_core(tmp_path, said)
    assert (wanted.like, wanted.at_most, wanted.in_training) == ("spring", 3, 10)
    assert isinstance(wanted.starts, ClassDates)
    assert (wanted.starts.first, wanted.starts.last) == (dt.date(2026, 3, 2), dt.date(2026, 3, 3))
    assert wanted.starts.every == 86400.0
    assert (wanted.size, wanted.until) == (ClassSize(at_least=2, at_most=8), (dt.date(2026, 3, 2),))
    assert of_core(tmp_path, said, "room") == wanted.model_copy(update={"in_training": 20})


def test_the_schema_tells_of_it() -> None:
    told = json.loads(sim("schema").output)["$defs"]
    assert "--hiring" in told["Staffing"]["properties"]["hiring"]["description"]
    assert set(told["HiringSearch"]["properties"]) == {"class", "starts", "size", "at_most", "until", "in_training"}
    assert all("description" in one for name, one in told["HiringSearch"]["properties"].items())


@pytest.mark.parametrize(
    ("said", "where", "what"),
    [
        ("[staffing.hiring.cor]\n", "staffing.hiring.cor", 'is not a group; did you mean "core"?'),
        (HEAD + 'class = "order"\n', "class", '"order" is a standing order, not a class; known: spring'),
        (HEAD + "at_most = 0\n", "at_most", "no class at all is allowed; write 1 or more"),
        (HEAD + "size = { at_least = 5, at_most = 4 }\n", "size", "at_least is 1 or more, and not above at_most"),
        (
            HEAD + "size = { at_least = 6, at_most = 9 }\nin_training = 5\n", "in_training",
            "is 5, and a class has 6 offers or more; allow more in training, or smaller classes",
        ),
        (HEAD + "in_training = 0\n", "in_training", "is 0, and a class has 1 offers or more"),
        (HEAD + 'starts = { every = "12h" }\n', "starts", 'every is whole days, such as "1w" or "14d"'),
        (HEAD + 'at_most = "3 rooms"\n', "at_most", '"3 rooms"'),
        (HEAD + "clas = 3\n", "clas", 'did you mean "class"?'),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_the_way_out(said: str, where: str, what: str, tmp_path: Path) -> None:
    (problem,) = found(tmp_path, said)
    assert problem[0].removeprefix("staffing.hiring.core.").startswith(where)
    assert what in problem[1]


@pytest.mark.parametrize(
    ("said", "where", "what"),
    [
        (
            HEAD + "starts = [2026-03-02, 2026-03-09]\n",
            "starts",
            "2026-03-09 lies outside the days played, 2026-03-02 to 2026-03-03; write days within",
        ),
        (HEAD + "starts = { from = 2026-04-06 }\n", "starts.from", "2026-04-06 lies after the days played"),
        (HEAD + "starts = { to = 2026-02-02 }\n", "starts.to", "2026-02-02 lies before the days played"),
        (
            HEAD + "until = [2026-03-03]\n",
            "until",
            "2026-03-03: no day before the last of the days played, 2026-03-02 to 2026-03-03; write",
        ),
    ],
)
def test_dates_outside_the_horizon_are_no_search(said: str, where: str, what: str, tmp_path: Path) -> None:
    """The file itself may be played."""
    (problem,) = found(tmp_path, said, "staff", "--hiring")
    assert problem[0] == f"staffing.hiring.core.{where}"
    assert what in problem[1]
    checked = sim("check", write(tmp_path, SHOP + CLASSES + said))
    assert checked.exit_code == 0
    assert what in " ".join(checked.output.split())


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    said = HEAD + "in_training = 0\nat_most = 0\n[staffing.hiring.nobody]\n"
    assert [where for where, _ in found(tmp_path, said)] == [
        "staffing.hiring.core.in_training",
        "staffing.hiring.core.at_most",
        "staffing.hiring.nobody",
    ]


def test_what_the_search_does_not_look_at_is_refused(tmp_path: Path) -> None:
    said = """
[staffing]
minimise = "heads"
hold = { targets = ["orders"], in = "9 days in 10" }
also = ["fcr >= 70%"]
change_at_most = 4
"""
    told = dict(found(tmp_path, said + HEAD + "until = [2027-01-01]\n", "staff", "--hiring"))
    assert list(told) == [
        "staffing.minimise", "staffing.hold.targets", "staffing.hold.in", "staffing.also", "staffing.change_at_most",
        "staffing.hiring.core.until",
    ]  # fmt: skip
    assert 'not the least heads; write "cost" or "net_cost"' in told["staffing.minimise"]
    assert "--plan NAME" in told["staffing.also"]
    # The file itself is right.
    assert sim("check", write(tmp_path, SHOP + CLASSES + said)).exit_code == 0


def test_unknown_classes_are_told_when_the_search_begins(tmp_path: Path) -> None:
    """They may be another plan's."""
    (problem,) = found(tmp_path, HEAD + 'class = "autumn"\n', "staff", "--hiring")
    assert 'no plan of the file has a class "autumn"; write class = "NAME" of one of: spring' in problem[1]
    other = '\n[plans.later.hiring.autumn]\ngroup = "core"\nstarts = 2026-03-03\noffers = 2\n'
    assert sim("check", write(tmp_path, SHOP + CLASSES + HEAD + 'class = "autumn"\n' + other)).exit_code == 0
