"""Breaks of everybody who works a shift for the same queues: by arithmetic."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from shop import SHOP, but, sim, table, write
from test_workforce import world

from sim.observations import AVAILABLE, BREAK
from sim.scenario.load import load
from sim.scenario.model import Scenario
from sim.study.prepared import prepare
from sim.study.replicate import DayByDay, open_floor
from sim.workforce.people import build_agents
from sim.workforce.roster import Roster, build_segments

CASES = Path(__file__).parent / "cases"

SHIFT = '[shifts.day]\nhours = "08:00-16:00"\nbreaks = [{ within = "11:00-13:00", length = "30min" }]\n'


def desk(name: str, heads: int, skills: str = "q = {}", more: str = "") -> str:
    return f"[groups.{name}]\nheads = {heads}\nshifts = {{ day = {heads} }}\nskills = {{ {skills} }}\n{more}"


def goes(scenario: Scenario, day: int = 0) -> dict[str, list[float]]:
    """By group, hours after midnight at which its people go on their break on a date."""
    agents = build_agents(scenario)
    found = Roster(scenario, agents).of_date(day, np.ones(len(agents.names), bool))
    pauses = found.take(found.activity == BREAK)
    return {
        name: sorted((pauses.start[agents.group[pauses.agent] == g] / 3600.0 - 24.0 * day).tolist())
        for g, name in enumerate(scenario.groups)
    }


QUEUE = '[queues.{}]\nlike = "q"\n'


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
def test_two_people_of_two_groups_are_never_both_away(engine: str) -> None:
    """One at 11:00, the other at 12:30; in every replication somebody is signed on at any time of the day."""
    scenario = load(CASES / "two-groups-one-shift.toml")
    assert goes(scenario) == {"left": [11.0], "right": [12.5]}
    prepared = prepare(scenario)
    for replication in range(4):
        # A break waits for the call in hand; whoever comes back later than the other leaves was never alone away.
        loop = DayByDay(prepared, open_floor(prepared.setting, engine), replication)
        rows = np.concatenate([observed.presence for observed in loop.play()])
        rows = rows[(rows["activity"] == AVAILABLE) & (rows["began"] < 16 * 3600.0)]
        covered = 8 * 3600.0
        for began, ended in sorted(zip(rows["began"].tolist(), rows["ended"].tolist(), strict=True)):
            assert began <= covered
            covered = max(covered, ended)
        assert covered >= 16 * 3600.0


def test_each_group_is_spread_over_the_whole_window(tmp_path: Path) -> None:
    """Six and three: of nine places from 11:00 to 12:30 the three have the second, the fifth and the eighth."""
    found = goes(world(tmp_path, desk("many", 6) + desk("few", 3) + SHIFT, days=1))
    step = 1.5 / 8
    assert found["few"] == pytest.approx([11 + n * step for n in (1, 4, 7)])
    assert sorted(found["many"] + found["few"]) == pytest.approx([11 + n * step for n in range(9)])


def test_groups_that_share_queues_through_others_are_one(tmp_path: Path) -> None:
    """Left and right know no common queue, and the third knows one of each."""
    queues = QUEUE.format("r")
    three = desk("left", 1) + desk("right", 1, "r = {}") + desk("third", 1, "q = {}, r = {}") + SHIFT
    found = goes(world(tmp_path, queues + three, days=1))
    assert sorted(time for own in found.values() for time in own) == [11.0, 11.75, 12.5]
    apart = goes(world(tmp_path, queues + desk("left", 1) + desk("right", 1, "r = {}") + SHIFT, days=1))
    assert apart == {"left": [11.0], "right": [11.0]}, "for other queues, they do not stand in for each other"


def test_sites_with_another_clock_are_apart(tmp_path: Path) -> None:
    """Eleven in Warsaw is ten in London: the windows only overlap, and each is spread over its own."""
    sites = '[sites.a]\ntimezone = "Europe/Warsaw"\n[sites.b]\ntimezone = "Europe/London"\n'
    text = desk("east", 2, more='site = "a"\n') + desk("west", 2, more='site = "b"\n') + SHIFT + sites
    found = goes(world(tmp_path, text, days=1))
    assert found == {"east": [10.0, 11.5], "west": [11.0, 12.5]}


def test_the_order_of_groups_says_nothing(tmp_path: Path) -> None:
    first, second = desk("many", 6), desk("few", 3)
    one, other = goes(world(tmp_path, first + second + SHIFT)), goes(world(tmp_path, second + first + SHIFT))
    assert one == other


def test_part_timers_are_spread_on_every_date(tmp_path: Path) -> None:
    """Whoever works on a date, of both groups, is spread over the window of that date, first to last."""
    half = "contract_hours = 28\n"
    scenario = world(tmp_path, desk("left", 5, more=half) + desk("right", 4, more=half) + SHIFT, days=28)
    for day in range(28):
        times = sorted(time for own in goes(scenario, day).values() for time in own)
        assert times == pytest.approx(np.linspace(11.0, 12.5, len(times)).tolist() if len(times) > 1 else [11.0])


def test_a_class_is_among_them_from_its_first_day_to_its_last(tmp_path: Path) -> None:
    """Alone at 11:00; three with two of another group's class; and alone again when its term is over."""
    hiring = '[hiring.new]\ngroup = "right"\nstarts = 2026-03-04\noffers = 2\ncontract_until = 2026-03-06\n'
    nobody_yet = desk("right", 0).replace("day = 0", 'day = "100%"')
    scenario = world(tmp_path, desk("left", 1) + nobody_yet + hiring + SHIFT, days=7)
    days = [goes(scenario, day)["left"] for day in range(7)]
    assert days == [[11.0], [11.0], [11.75], [11.75], [11.75], [11.0], [11.0]]
    assert goes(scenario, 3)["right"] == [11.0, 12.5]


def test_the_first_of_a_standing_order_does_not_go_with_a_lone_colleague(tmp_path: Path) -> None:
    """Nobody knows how many of an order come: they have places of their own, none at the beginning of the window."""
    hiring = '[hiring.{0}]\ngroup = "{0}"\nhold = 2\n'
    text = desk("left", 1) + desk("right", 1) + SHIFT + hiring.format("left") + hiring.format("right")
    scenario = world(tmp_path, text, days=7)
    agents = build_agents(scenario)
    found = Roster(scenario, agents).of_date(3, np.ones(len(agents.names), bool))
    pauses = found.take(found.activity == BREAK)
    first = [int(source.members[0]) for source in agents.sources]
    times = np.sort(pauses.start[np.isin(pauses.agent, first)])
    assert len(times) == 4
    assert np.diff(times).min() > 600.0, "four people, ten minutes apart at the least in ninety"


# ---------------------------------------------------------------- a fixed break


@pytest.mark.parametrize(
    ("staff", "warns"),
    [
        ("heads = 1\nshifts = { early = 1 }", False),
        ('heads = 2\nshifts = { early = "50%", late = "50%" }', False),
        ('heads = 3\nshifts = { early = "50%", late = "50%" }', True),
        ("heads = 2\nshifts = { early = 2 }", True),
    ],
)
def test_one_person_is_not_everyone(tmp_path: Path, staff: str, warns: bool) -> None:
    text = but('within = "09:30-11:00"', 'at = "10:00"', "heads = 9\nshifts = { early = 4, late = 5 }", staff)
    result = sim("check", write(tmp_path, text))
    assert result.exit_code == 0, result.output
    assert ("sends everyone at once" in result.output) == warns


def test_one_person_each_of_two_groups_or_somebody_to_come_is_everyone(tmp_path: Path) -> None:
    lone = but(
        'within = "09:30-11:00"',
        'at = "10:00"',
        "heads = 9\nshifts = { early = 4, late = 5 }",
        "shifts = { early = 1 }",
    )
    two = lone + '[groups.other]\nlike = "core"\n'
    hired = lone.replace("days = 2", "weeks = 1").replace("mon-fri = ", "mon-tue = ")
    hired += '[hiring.new]\ngroup = "core"\nstarts = 2026-03-03\noffers = 1\n'
    for text in (two, hired):
        result = sim("check", write(tmp_path, text, {"orders.csv": table("contacts")}))
        assert result.exit_code == 0, result.output
        assert "sends everyone at once" in result.output


def test_a_lone_group_keeps_its_places(tmp_path: Path) -> None:
    """As ever, where nobody else works the shift: the first at the window's beginning, the last at its end."""
    scenario = load(write(tmp_path, SHOP))
    found = build_segments(scenario, build_agents(scenario))
    times = found.start[(found.activity == BREAK) & (found.day == 0)] / 3600.0
    assert times.tolist() == [9.5, 9.5 + 1500 / 3600, 9.5 + 3000 / 3600, 10.75]
