"""What a search for staff refuses before it begins, and what the most people cannot do."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from shop import SHOP, but, table, write

from sim.command.cli import main
from sim.errors import ScenarioError
from sim.scenario.load import plan_of
from sim.scenario.reading.plans import BASE, read_file
from sim.staffing.allowed import allowed_of
from sim.staffing.refusals import beyond_reach, refuse
from sim.staffing.wanted import wanted_of

SHIPPED = Path(__file__).parents[1] / "scenarios"


def refused(path: Path) -> list[tuple[str, str]]:
    scenario = plan_of(read_file(path), BASE)
    try:
        refuse(scenario, wanted_of(scenario), allowed_of(scenario), path)
    except ScenarioError as error:
        return [(problem.where, problem.what) for problem in error.problems]
    return []


def test_a_sound_file_is_searched() -> None:
    for name in ("starter", "omnichannel", "hiring-wave"):
        assert refused(SHIPPED / f"{name}.toml") == []


def test_a_center_of_files_alone_allows_nothing() -> None:
    [(where, what)] = refused(SHIPPED / "bank-1999.toml")
    assert where == "groups"
    assert "all-round: its seats are given by a file" in what


GROUP = "[staffing.groups.core]\n"


@pytest.mark.parametrize(
    ("staffing", "where", "what"),
    [
        ('minimise = "net_cost"\n', "staffing.minimise", "nothing has a value here"),
        ('also = ["csat >= 75%"]\n', "staffing.also.1", "csat is not measured here"),
        ('hold = { in = "100% of days" }\n', "staffing.hold.in", "no number of people makes sure of all periods"),
        (GROUP + "shifts = []\n", "staffing.groups", "nobody's number or shift may change"),
        (GROUP + 'heads = "fixed"\nshifts = ["late"]\n', "staffing.groups", "nothing but today's staff is allowed"),
        (
            GROUP + 'heads = { at_most = 3 }\nshifts = ["late"]\n', "staffing.groups.core.heads",
            "no staffing keeps to staffing.groups.core.heads (at most 3 heads), beside what stays as it is",
        ),
        (
            "change_at_most = 2\n" + GROUP + "heads = { at_least = 12 }\n", "staffing.groups.core.heads",
            "staffing.groups.core.heads (12 to 18 heads) and staffing.change_at_most (2 of today's heads)",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(tmp_path: Path, staffing: str, where: str, what: str) -> None:
    [(place, text)] = refused(write(tmp_path, SHOP + "[staffing]\n" + staffing))
    assert place == where
    assert what in text


def test_check_warns_of_what_a_search_would_refuse(tmp_path: Path) -> None:
    """The file still plays, so that it is no error."""
    path = write(tmp_path, SHOP + '[staffing]\nminimise = "net_cost"\n')
    found = CliRunner().invoke(main, ["check", str(path)])
    assert found.exit_code == 0
    assert "warning: staffing.minimise: sim staff refuses this: nothing has a value here" in found.output
    assert "sim staff refuses" not in CliRunner().invoke(main, ["check", str(write(tmp_path, SHOP))]).output


def test_limits_that_can_just_be_kept_are_not_refused(tmp_path: Path) -> None:
    staffing = f"[staffing]\nchange_at_most = 3\n{GROUP}heads = {{ at_least = 12 }}\n"
    assert refused(write(tmp_path, SHOP + staffing)) == []


def test_everybody_in_time_is_refused_where_it_must_hold(tmp_path: Path) -> None:
    shop = but("target = 0.80", "target = 1.0")
    [(where, what)] = refused(write(tmp_path, shop))
    assert (where, "no number of people" in what) == ("queues.orders.service_level.target", True)


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    text = f'[staffing]\nminimise = "net_cost"\nalso = ["csat >= 75%"]\n{GROUP}shifts = []\n'
    assert [where for where, _ in refused(write(tmp_path, SHOP + text))] == [
        "staffing.minimise", "staffing.also.1", "staffing.groups",
    ]  # fmt: skip


def beyond(path: Path) -> list[str]:
    file = read_file(path)
    base = plan_of(file, BASE)
    return [problem.where for problem in beyond_reach(file, BASE, allowed_of(base), base)]


def test_targets_beyond_the_most_people_are_told(tmp_path: Path) -> None:
    """Of 2,400 calls of 3 minutes a day, the target asks for 96 hours of work; of 400 for 16.

    Between nine and eleven 36 heads, 18 on each shift, have 72 hours, and two more calls in hand at the end and before
    a break (at most 36 × 2 × 6 minutes); two heads, where each shift may have one, have 4.
    """
    assert beyond(write(tmp_path, SHOP)) == []
    assert beyond(write(tmp_path, SHOP, {"orders.csv": table("contacts", "600")})) == ["queues.orders.service_level"]
    some = {"orders.csv": table("contacts", "100")}
    assert beyond(write(tmp_path, SHOP, some)) == []
    few = SHOP + f"{GROUP}heads = {{ at_most = 1 }}\n"
    assert beyond(write(tmp_path, few, some)) == ["queues.orders.service_level"]
