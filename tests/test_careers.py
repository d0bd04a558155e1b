"""Three people's lives at a time, with scripted luck and exact ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from sim import luck as purposes
from sim.errors import SimError
from sim.luck import PeopleLuck
from sim.scenario.load import load
from sim.scenario.model import Scenario
from sim.workforce.careers import (
    LEFT,
    MOVED,
    MOVEMENTS,
    NESTING,
    ON_FLOOR,
    STANDING,
    TRAINING,
    YET_TO_COME,
    Careers,
)
from sim.workforce.hiring import Places
from sim.workforce.joining import Source
from sim.workforce.people import Agents, build_agents
from sim.workforce.proficiency import skill_tables_on

Floats = NDArray[np.float64]
Script = Mapping[int, Callable[[int, NDArray[np.int64]], Floats] | float]

CENTER = """
[center]
start = 2026-03-02
days = {days}
timezone = "UTC"
[queues.q]
channel = "phone"
forecast = {{ replay = "none.csv" }}
talk = {{ family = "constant", mean = "100s" }}
[queues.r]
like = "q"
[shifts.day]
days = "mon-fri"
hours = "08:00-16:00"
[groups.core]
contract_hours = 40
shifts = {{ day = 1.0 }}
skills = {{ q = {{}}, r = {{ speed = 0.8{skill} }} }}
{core}
"""
SPARE = """
[groups.spare]
heads = 0
contract_hours = 40
shifts = { day = 1.0 }
skills = { q = {} }
"""
ATTRITION = "[attrition.a]\nannual_rate = { first_90_days = 3.0, first_year = 1.0, later = 0.5 }\n"


class Scripted(PeopleLuck):
    """Nothing happens to anybody, but what the script says: per purpose a number, or one per (day, agents)."""

    def __init__(self, agents: Agents, script: Script) -> None:
        super().__init__(1, 0, [(source.name, source.count) for source in agents.sources])
        self._script = script

    def uniforms(self, purpose: int, day: int = 0, who: NDArray[np.int64] | NDArray[np.bool_] | None = None) -> Floats:
        people = np.arange(len(self.keys)) if who is None else np.arange(len(self.keys))[who]
        says = self._script.get(purpose, 0.5 if purpose in TALENT else 0.9999)
        return np.asarray(says(day, people), float) if callable(says) else np.full(len(people), says)


TALENT = (purposes.TALENT_SPEED, purposes.TALENT_RESOLUTION)


def world(folder: Path, text: str, *, heads: int = 0, days: int = 60, core: str = "", skill: str = "") -> Scenario:
    """A core group of so many heads, ten weeks there; of the people file if there is one."""
    who = 'people = { csv = "people.csv" }' if (folder / "people.csv").exists() else f'heads = {heads}\ntenure = "10w"'
    (folder / "none.csv").write_text("arrived\n2026-03-02 08:00:00\n")
    said = CENTER.format(days=days, core=f"{who}\n{core}", skill=skill)
    (folder / "world.toml").write_text(said + text)
    return load(folder / "world.toml")


class Story:
    """The stages of chosen people, at the end of the morning of each day."""

    def __init__(self, scenario: Scenario, script: Script | None = None, handled: float = 0.0) -> None:
        self.agents = build_agents(scenario)
        self.careers = Careers(scenario, self.agents, Scripted(self.agents, script or {}))
        self.scenario, days = scenario, scenario.clock.days
        self.stages, self.factors, self.wages, self.classroom, self.trainers = [], [], [], [], []
        for day in range(days):
            self.careers.morning(day)
            self.stages.append(self.careers.stage.copy())
            self.factors.append(self.careers.factors)
            self.wages.append(self.careers.wages(day))
            self.classroom.append(self.careers.classroom_hours(day))
            self.trainers.append(self.careers.trainers(day))
            self.careers.evening(day, np.full(len(self.agents.names), handled), np.full(len(scenario.groups), np.nan))
        balances(self.careers)

    def life(self, name: str) -> list[tuple[int, int]]:
        """(first day, stage) of each stage that the person was in, by the mornings."""
        stages = [stage[self.agents.names.index(name)] for stage in self.stages]
        return [(d, int(s)) for d, s in enumerate(stages) if d == 0 or s != stages[d - 1]]

    def booked(self, movement: str, group: int = 0) -> dict[int, float]:
        of_day = self.careers.movements[:, group, MOVEMENTS.index(movement)]
        return {day: float(of_day[day]) for day in np.flatnonzero(of_day).tolist()}

    def standing(self, row: int, group: int = 0) -> dict[str, float]:
        return dict(zip(STANDING, self.careers.standing[row, group].tolist(), strict=True))


def balances(careers: Careers) -> None:
    """Every day and group: the heads add up, and so do those in training."""
    came = {name: careers.movements[:, :, n] for n, name in enumerate(MOVEMENTS)}
    heads, in_training = (careers.standing[:, :, STANDING.index(name)] for name in ("heads", "in_training"))
    expected = heads[:-1] + came["hired"] + came["moved_in"] - came["left"] - came["moved_out"]
    assert expected.tolist() == heads[1:].tolist()
    expected = in_training[:-1] + came["hired"] - came["graduated"] - came["dropped_out"]
    assert expected.tolist() == in_training[1:].tolist()


def of_people(*values: float) -> Callable[[int, NDArray[np.int64]], Floats]:
    """Luck of the first agents, in order; 0.9999 for others."""
    table = dict(enumerate(values))
    return lambda day, who: np.array([table.get(int(a), 0.9999) for a in who])  # noqa: ARG005


def on_days(*what: tuple[int, int, float]) -> Callable[[int, NDArray[np.int64]], Floats]:
    """Luck of (day, agent, value); 0.9999 for others."""
    table = {(day, agent): value for day, agent, value in what}
    return lambda day, who: np.array([table.get((day, int(a)), 0.9999) for a in who])


CLASS = """
[hiring.spring]
group = "core"
starts = 2026-03-09
offers = 5
show_up = 0.9
training = { length = "2w", dropout = 0.1, licence_pass = 0.8, retake_after = "1w" }
nesting = { length = "10d", speed = 0.5, resolution = 0.6, queues = ["q"], mentor_share = 0 }
"""


def test_a_class_from_the_offer_to_the_floor(tmp_path: Path) -> None:
    """Five offers: one stays away, one drops out half way, one passes, one passes the retake, one fails both."""
    script = {
        purposes.SHOW_UP: of_people(0.95, 0.5, 0.5, 0.5, 0.5),
        purposes.DROP_OUT: of_people(0.05, 0.05),
        purposes.DROP_OUT_WHEN: 0.5,
        purposes.LICENCE: of_people(0.1, 0.1, 0.1, 0.9, 0.9),
        purposes.RETAKE: of_people(0.9, 0.9, 0.9, 0.1, 0.9),
    }
    story = Story(world(tmp_path, CLASS), script)
    assert story.life("spring 1") == [(0, YET_TO_COME)]
    # Half of 14 days: the eighth day, day 14, is the last.
    assert story.life("spring 2") == [(0, YET_TO_COME), (7, TRAINING), (15, LEFT)]
    assert story.life("spring 3") == [(0, YET_TO_COME), (7, TRAINING), (21, NESTING), (31, ON_FLOOR)]
    assert story.life("spring 4") == [(0, YET_TO_COME), (7, TRAINING), (28, NESTING), (38, ON_FLOOR)]
    assert story.life("spring 5") == [(0, YET_TO_COME), (7, TRAINING), (28, LEFT)]
    assert story.careers.started.tolist() == [4.0]
    assert story.booked("hired") == {7: 4.0}
    assert story.booked("graduated") == {21: 1.0, 28: 1.0}
    assert story.booked("dropped_out") == story.booked("left") == {14: 1.0, 28: 1.0}
    assert story.standing(28) == {"heads": 3.0, "in_training": 2.0, "nesting": 1.0, "ramping": 0.0}
    assert story.careers.joined_day.tolist()[2:4] == [21.0, 28.0]


def test_nesters_work_at_their_own_speed_in_some_queues(tmp_path: Path) -> None:
    text = (
        CLASS.replace("offers = 5", "offers = 1")
        + """
[hiring.others]
group = "core"
starts = 2026-03-16
offers = 1
nesting = { length = "10d", speed = 0.4, resolution = 0.6, mentor_share = 0 }
"""
    )
    scenario = world(tmp_path, text, heads=1, days=40)
    agents = build_agents(scenario)
    careers = Careers(scenario, agents, Scripted(agents, {purposes.SHOW_UP: 0.0, purposes.LICENCE: 0.0}))
    tables, courses = [], NoCourses(agents)
    for day in range(40):
        careers.morning(day)
        tables.append(skill_tables_on(scenario, agents, careers, courses, courses.factors(day), day))
    assert tables[20][0].tolist() == [[1.0, 0.8], [0.0, 0.0], [0.4, 0.4 * 0.8]]
    assert tables[21][0].tolist() == [[1.0, 0.8], [0.5, 0.0], [0.4, 0.4 * 0.8]]
    assert tables[21][1][1, 0] == 0.6
    assert tables[31][0].tolist() == [[1.0, 0.8], [1.0, 0.8], [1.0, 0.8]]


class NoCourses:
    """No effect, and no skill learnt but by those it names."""

    def __init__(self, agents: Agents, learnt: dict[int, tuple[float, float]] | None = None) -> None:
        self._count, self._learnt = len(agents.names), learnt or {}

    def factors(self, day: int) -> Floats:  # noqa: ARG002
        return np.ones((3, self._count))

    def skill_speed(self, day: int, queue: int) -> tuple[NDArray[np.bool_], Floats, Floats]:  # noqa: ARG002
        learnt, ramp = np.zeros(self._count, np.bool_), np.ones((2, self._count))
        for agent, speeds in self._learnt.items():
            learnt[agent], ramp[:, agent] = True, speeds
        return learnt, ramp[0], ramp[1]


def test_a_skill_is_held_by_some_and_learnt_by_others(tmp_path: Path) -> None:
    """One of three holds it, another learns it: their own ramp times the skill's speed and resolution."""
    text = '[groups.core.cross_training]\nr = { heads = 1, starts = 2026-03-02, length = "4h" }\n'
    scenario = world(tmp_path, text, heads=3, skill=", holders = 0.34")
    agents = build_agents(scenario)
    careers = Careers(scenario, agents, Scripted(agents, {}))
    careers.morning(0)
    courses = NoCourses(agents)
    speed, _ = skill_tables_on(scenario, agents, careers, courses, courses.factors(0), 0)
    assert speed[:, 1].tolist() == [0.8, 0.0, 0.0]
    courses = NoCourses(agents, {0: (0.5, 0.5), 2: (0.5, 0.9)})
    speed, resolution = skill_tables_on(scenario, agents, careers, courses, courses.factors(0), 0)
    # Who held it all along has no ramp.
    assert speed[:, 1].tolist() == [0.8, 0.0, 0.4]
    assert resolution[:, 1].tolist() == [1.0, 1.0, 0.9]


def test_a_fixed_term_ends_and_is_not_replaced(tmp_path: Path) -> None:
    """The last day is worked; a standing order replaces the one who left before, and nobody else."""
    text = """
[hiring.help]
group = "core"
starts = 2026-03-02
offers = 3
contract_until = 2026-03-20
[hiring.replace]
group = "core"
replace = "leavers"
"""
    story = Story(world(tmp_path, text + ATTRITION, core='attrition = "a"'), {purposes.LEAVING: on_days((4, 0, 0.0))})
    assert story.life("help 1") == [(0, ON_FLOOR), (5, LEFT)]
    assert story.life("help 2") == [(0, ON_FLOOR), (19, LEFT)]
    assert story.life("replace 1") == [(0, YET_TO_COME), (5, ON_FLOOR)]
    assert story.booked("left") == {4: 1.0, 18: 2.0}
    assert story.booked("contract_ended") == {18: 2.0}
    assert story.booked("hired") == {0: 3.0, 5: 1.0}


def test_the_rate_changes_on_the_90th_and_the_365th_day_of_tenure(tmp_path: Path) -> None:
    """70 days of tenure at the start: 89 on day 19, 364 on day 294. Luck just within a chance, or just beyond it."""
    first, second, later = (1 - np.exp(-rate / 365) for rate in (3.0, 1.0, 0.5))
    lucks = [(19, first * 0.999), (20, first * 0.999), (20, second * 1.001), (294, second * 0.999)]
    lucks += [(295, later * 1.001), (296, later * 0.999)]
    script = {purposes.LEAVING: on_days(*((day, agent, luck) for agent, (day, luck) in enumerate(lucks)))}
    story = Story(world(tmp_path, ATTRITION, heads=6, days=300, core='attrition = "a"'), script)
    assert story.booked("left") == {19: 1.0, 294: 1.0, 296: 1.0}


LEAVERS = """
[groups.core.leavers]
retired = {{ on = 2026-03-12, agent = "bob" }}
project = {{ on = 2026-03-16, heads = {heads} }}
[hiring.class]
group = "core"
starts = 2026-03-04
offers = 1
"""


@pytest.mark.parametrize(("heads", "left"), [(1, ["cid"]), (2, ["cid", "ann"]), (3, ["cid", "ann", "class 1"])])
def test_known_leavers_by_name_and_by_number(tmp_path: Path, heads: int, left: list[str]) -> None:
    """By number it hits the unlucky, but those who were there at the start before anybody hired since."""
    (tmp_path / "people.csv").write_text("agent\nann\nbob\ncid\n")
    scenario = world(tmp_path, LEAVERS.format(heads=heads))
    story = Story(scenario, {purposes.KNOWN_LEAVER: of_people(0.5, 0.1, 0.3, 0.0)})
    assert story.life("bob") == [(0, ON_FLOOR), (10, LEFT)]
    assert [name for name in ("cid", "ann", "class 1") if story.life(name)[-1] == (14, LEFT)] == left
    assert story.booked("left") == {10: 1.0, 14: float(heads)}


def test_a_vacancy_lasts_from_the_day_after_the_last(tmp_path: Path) -> None:
    """Two weeks from day 9 on for who leaves in the evening of day 8, from day 10 on for who is gone by then."""
    text = """
[groups.core.leavers]
retired = { on = 2026-03-12, heads = 1 }
[hiring.replace]
group = "core"
replace = "leavers"
vacancy = "2w"
from = 2026-03-10
to = 2026-03-18
training = { length = "1w", dropout = 0.5 }
"""
    script = {
        # Days 8 and 16 are within the order's dates, days 7 and 17 are not.
        purposes.LEAVING: on_days((7, 0, 0.0), (8, 1, 0.0), (16, 2, 0.0), (17, 3, 0.0)),
        purposes.KNOWN_LEAVER: of_people(0.9, 0.9, 0.9, 0.9, 0.1),
        # The first hire drops out on the first day of the training, too late to be replaced.
        purposes.DROP_OUT: on_days((0, 6, 0.0)),
        purposes.DROP_OUT_WHEN: 0.0,
    }
    story = Story(world(tmp_path, text + ATTRITION, heads=6, core='attrition = "a"'), script)
    assert story.booked("left") == {7: 1.0, 8: 1.0, 10: 1.0, 16: 1.0, 17: 1.0, 23: 1.0}
    assert story.booked("hired") == {23: 1.0, 24: 1.0, 31: 1.0}
    assert story.booked("graduated") == {31: 1.0, 38: 1.0}
    assert story.life("replace 1") == [(0, YET_TO_COME), (23, TRAINING), (24, LEFT)]


def test_an_order_to_hold_heads_counts_who_is_on_the_way(tmp_path: Path) -> None:
    """Four wanted, two there: two come after the vacancy, and no more while they are awaited or in training."""
    text = """
[groups.core.leavers]
retired = { on = 2026-03-20, heads = 1 }
[hiring.keep]
group = "core"
hold = 4
vacancy = "3d"
training = { length = "4d" }
"""
    story = Story(world(tmp_path, text, heads=2))
    assert story.booked("hired") == {3: 2.0, 21: 1.0}
    assert story.booked("graduated") == {7: 2.0, 25: 1.0}
    assert story.standing(60)["heads"] == 4.0


RAMP = """
[ramp.learn]
family = "linear"
start = { speed = 0.5, resolution = 0.8 }
weeks = 10
"""


LEARNS = 'ramp = "learn"'


def test_the_ramp_starts_when_nesting_ends(tmp_path: Path) -> None:
    """On the floor from day 10 on: 0.5 + 0.05 a week, proficient (0.95) after nine weeks, 10 + 9 × 7 days after the hire."""
    text = """
[hiring.class]
group = "core"
starts = 2026-03-02
offers = 1
training = { length = "7d" }
nesting = { length = "3d", speed = 0.4, resolution = 0.7, mentor_share = 0 }
"""
    story = Story(world(tmp_path, text + RAMP, days=90, core=LEARNS))
    speeds, resolutions = np.array(story.factors)[:, :, 0].T
    assert speeds[[6, 7, 9, 10, 17, 73, 80]] == pytest.approx([0.0, 0.4, 0.4, 0.5, 0.55, 0.95, 1.0])
    assert resolutions[[6, 7, 9, 10, 17, 73, 80]] == pytest.approx([0.0, 0.7, 0.7, 0.8, 0.82, 0.98, 1.0])
    assert story.booked("became_proficient") == {73: 1.0}
    assert story.booked("weeks_to_proficient") == {73: pytest.approx(73 / 7)}
    assert [story.standing(day + 1)["ramping"] for day in (9, 10, 72, 73)] == [0.0, 1.0, 1.0, 0.0]


def test_a_ramp_by_contacts_counts_them_from_the_end_of_nesting_on(tmp_path: Path) -> None:
    """30 a day, of 600: the class's from day 5 on; who was there with ten weeks of 40 has 400 behind."""
    ramp = RAMP.replace("weeks = 10", 'by = "contacts"\ncontacts = 600\ncontacts_a_week = 40')
    text = """
[hiring.class]
group = "core"
starts = 2026-03-02
offers = 1
nesting = { length = "5d", speed = 0.4, resolution = 0.7, mentor_share = 0 }
"""
    story = Story(world(tmp_path, text + ramp, heads=1, core=LEARNS), handled=30.0)
    speeds = np.array(story.factors)[:, 0]
    assert speeds[[0, 1], 0] == pytest.approx([0.5 + 0.5 * 400 / 600, 0.5 + 0.5 * 430 / 600])
    assert speeds[[4, 5, 6, 24], 1] == pytest.approx([0.4, 0.5, 0.525, 0.975])
    # 540 contacts: from the sixth morning, and the 24th.
    assert story.booked("became_proficient") == {5: 1.0, 23: 1.0}
    assert story.booked("weeks_to_proficient") == {5: pytest.approx((70 + 5) / 7), 23: pytest.approx(23 / 7)}


def test_who_was_proficient_at_the_start_does_not_become_so(tmp_path: Path) -> None:
    story = Story(world(tmp_path, RAMP, heads=2, core=LEARNS))
    assert story.booked("became_proficient") == {}
    assert story.standing(0) == {"heads": 2.0, "in_training": 0.0, "nesting": 0.0, "ramping": 0.0}


MOVE = """
[moves.help]
from = "core"
to = "spare"
on = 2026-03-12
"""


def test_the_proficient_move_first(tmp_path: Path) -> None:
    """Of three proficient the luckiest go, whatever the luck of the newcomer."""
    text = SPARE + MOVE + 'heads = 2\n[hiring.class]\ngroup = "core"\nstarts = 2026-03-04\noffers = 1\n'
    scenario = world(tmp_path, text + RAMP, heads=3, core=LEARNS)
    story = Story(scenario, {purposes.CHOSEN: of_people(0.3, 0.5, 0.2, 0.1)})
    assert [story.life(f"core {k}")[-1] for k in (1, 2, 3)] == [(10, MOVED), (0, ON_FLOOR), (10, MOVED)]
    assert story.life("class 1") == [(0, YET_TO_COME), (2, ON_FLOOR)]
    assert story.life("help 2") == [(0, YET_TO_COME), (10, ON_FLOOR)]
    assert story.booked("moved_out") == story.booked("moved_in", 1) == {10: 2.0}
    assert story.standing(60, 1)["heads"] == 2.0


def test_a_mover_is_the_same_person(tmp_path: Path) -> None:
    """Tenure, talent, luck and the ramp's clock go along; and whoever was known to leave still does."""
    (tmp_path / "people.csv").write_text("agent,hired,wage,speed,contract_hours\nann,2026-02-16,33.0,1.2,30\n")
    text = SPARE + LEARNS + MOVE + "heads = 1" + RAMP
    text += '[groups.core.leavers]\nretired = { on = 2026-04-01, agent = "ann" }\n'
    story = Story(world(tmp_path, text, core=LEARNS))
    careers, new = story.careers, story.agents.names.index("help 1")
    assert story.life("help 1") == [(0, YET_TO_COME), (10, ON_FLOOR), (30, LEFT)]
    assert careers.hired_day[new] == careers.clock_start[new] == -14.0
    assert careers.joined_day[new] == 10.0
    assert story.factors[10][0, new] == pytest.approx(1.2 * (0.5 + 0.5 * 24 / 70))
    assert (story.wages[10][new], careers.contract_hours[new]) == (33.0, 30.0)
    assert story.booked("left", 1) == {30: 1.0}
    luck = PeopleLuck(1, 0, [(source.name, source.count) for source in story.agents.sources])
    before = luck.keys[0]
    careers = Careers(story.scenario, story.agents, luck)
    for day in range(11):
        careers.morning(day)
        assert [numbers.tolist() for numbers in careers.moved] == ([[0], [new]] if day == 10 else [[], []])
    assert luck.keys[new] == before


def test_a_mover_may_have_to_learn_again(tmp_path: Path) -> None:
    text = SPARE + LEARNS + MOVE + "heads = 1\nramp_again = true" + RAMP
    story = Story(world(tmp_path, text, heads=1, days=90))
    new = story.agents.names.index("help 1")
    speeds = np.array(story.factors)[:, 0, new]
    assert speeds[[10, 17, 73]] == pytest.approx([0.5, 0.55, 0.95])
    assert story.careers.hired_day[new] == -70.0
    assert story.booked("became_proficient", 1) == {73: 1.0}
    assert story.booked("weeks_to_proficient", 1) == {73: 9.0}


def test_a_movers_contacts_are_reckoned_where_nobody_counted_them(tmp_path: Path) -> None:
    """Ten weeks and ten days, at the new ramp's forty a week: 57 contacts a day from then on, of 800."""
    ramp = RAMP.replace("weeks = 10", 'by = "contacts"\ncontacts = 800\ncontacts_a_week = 40')
    story = Story(world(tmp_path, SPARE + LEARNS + MOVE + "heads = 1" + ramp, heads=1), handled=57.0)
    new = story.agents.names.index("help 1")
    assert story.factors[10][0, new] == pytest.approx(0.5 + 0.5 * (80 / 7 * 40) / 800)
    assert story.factors[12][0, new] == pytest.approx(0.5 + 0.5 * (80 / 7 * 40 + 2 * 57) / 800)


@pytest.mark.parametrize("by", ["weeks = 30", 'by = "contacts"\ncontacts = 3000\ncontacts_a_week = 90'])
def test_the_first_day_finds_the_starting_staff_as_they_were_built(tmp_path: Path, by: str) -> None:
    text = SPARE + RAMP.replace("weeks = 10", by) + ATTRITION
    core = f'{LEARNS}\nattrition = "a"\ntalent = {{ speed = 0.2, resolution = 0.1 }}\nwage = [[0, 18], [40, 20]]'
    world(tmp_path, text, heads=50, core=core)
    path = tmp_path / "world.toml"
    path.write_text(path.read_text().replace('tenure = "10w"', 'tenure = { from = "3d", to = "80w" }'))
    scenario = load(path)
    agents = build_agents(scenario)
    careers = Careers(scenario, agents, Scripted(agents, {}))
    careers.morning(0)
    assert careers.factors == pytest.approx(np.stack([agents.speed, agents.resolution]), rel=1e-7)
    assert careers.wages(0).tolist() == agents.wage.tolist()
    assert careers.tenure(0) == pytest.approx(agents.tenure_weeks * 7, abs=1e-6)
    assert len(set(careers.factors[0].tolist())) == 50


def test_a_promotion_waits_for_tenure_and_proficiency(tmp_path: Path) -> None:
    """Ten weeks of tenure at the start, fourteen needed: from day 28 on, a chance of 1 − exp(−0.5/365) a day."""
    text = SPARE + '[moves.up]\nfrom = "core"\nto = "spare"\nannual_share = 0.5\nafter = "14w"\n'
    chance = 1 - np.exp(-0.5 / 365)
    script = {
        purposes.PROMOTION: on_days((27, 0, 0.0), (28, 1, chance * 0.999), (29, 2, chance * 1.001)),
    }
    story = Story(world(tmp_path, text + RAMP, heads=3, core=LEARNS), script)
    assert story.booked("moved_out") == story.booked("moved_in", 1) == {28: 1.0}
    assert story.life("core 2")[-1] == (28, MOVED)


def test_a_promotion_waits_for_proficiency(tmp_path: Path) -> None:
    """On a ramp of twenty weeks, ten behind: proficient after 18, from day 56 on, and free to go from the next."""
    text = SPARE + '[moves.up]\nfrom = "core"\nto = "spare"\nannual_share = 0.5\nafter = "0d"\n'
    scenario = world(tmp_path, text + RAMP.replace("10", "20"), heads=2, core=LEARNS)
    story = Story(scenario, {purposes.PROMOTION: on_days((56, 0, 0.0), (57, 1, 0.0))})
    assert story.booked("became_proficient") == {56: 2.0}
    assert story.booked("moved_out") == {57: 1.0}


def test_nobody_moves_twice_in_a_morning(tmp_path: Path) -> None:
    """Two moves out of one group take different people, and one onwards takes none of them."""
    text = SPARE + MOVE + "heads = 2" + MOVE.replace("help", "more") + "heads = 1"
    text += MOVE.replace("help", "back").replace("core", "x").replace("spare", "core").replace('"x"', '"spare"')
    story = Story(world(tmp_path, text + "heads = 1", heads=4), {purposes.CHOSEN: of_people(0.4, 0.2, 0.3, 0.1)})
    assert [story.life(f"core {k}")[-1] for k in (1, 2, 3, 4)] == [
        (0, ON_FLOOR), (10, MOVED), (10, MOVED), (10, MOVED),
    ]  # fmt: skip
    assert story.booked("moved_out") == story.booked("moved_in", 1) == {10: 3.0}
    assert story.booked("moved_in") == {}


def test_two_promotions_share_the_luck_of_a_day(tmp_path: Path) -> None:
    """Whom the first passes over has the second one's chance of what is left."""
    up = '[moves.{0}]\nfrom = "core"\nto = "spare"\nannual_share = {1}\nafter = "0d"\n'
    first, second = 1 - np.exp(-0.5 / 365), 1 - np.exp(-0.8 / 365)
    both = first + (1 - first) * second
    script = {purposes.PROMOTION: on_days((3, 0, first * 0.99), (3, 1, first * 1.01), (3, 2, both * 0.999))}
    story = Story(world(tmp_path, SPARE + up.format("a", 0.5) + up.format("b", 0.8), heads=4), script)
    assert story.life("a 1")[-1] == story.life("b 1")[-1] == story.life("b 2")[-1] == (3, ON_FLOOR)
    assert story.booked("moved_in", 1) == {3: 3.0}


def test_wages_follow_tenure_and_dates(tmp_path: Path) -> None:
    """Steps at 0 and 2 weeks, 5 % more from day 20 on; trainees have the first step, however long they train."""
    text = """
[groups.core.wage]
steps = [[0, 20.0], [2, 22.0], [11, 25.0]]
raises = { spring = { on = 2026-03-22, factor = 1.05 } }
[hiring.class]
group = "core"
starts = 2026-03-02
offers = 1
training = { length = "3w" }
"""
    wages = np.array(Story(world(tmp_path, text, heads=1)).wages)
    assert wages[[6, 7, 20], 0].tolist() == [22.0, 25.0, 25.0 * 1.05]
    assert wages[[0, 14, 20, 21, 59, 77 - 18], 1].tolist() == [20.0, 20.0, 21.0, 22.0 * 1.05, 22.0 * 1.05, 22.0 * 1.05]


def test_hours_in_class(tmp_path: Path) -> None:
    """A fifth of the week's hours, Monday to Friday, but not on a closed day; one trainer for two trainees."""
    text = """
[calendars.c]
closed = [2026-03-04]
[hiring.class]
group = "core"
starts = 2026-03-02
offers = 3
contract_hours = 30
training = { length = "8d", trainer = { per = 2, wage = 30 } }
[hiring.short]
group = "core"
starts = 2026-03-02
offers = 1
training = { length = "1d", hours_a_week = 20, paid = false, trainer = { per = 2, wage = 30 } }
"""
    world(tmp_path, text)
    path = tmp_path / "world.toml"
    path.write_text(path.read_text().replace("days = 60\n", 'days = 60\ncalendar = "c"\n', 1))
    story = Story(load(path))
    hours = np.array(story.classroom)[:9, 0]
    assert hours.tolist() == [6.0, 6.0, 0.0, 6.0, 6.0, 0.0, 0.0, 6.0, 0.0]
    assert np.array(story.classroom)[:, 3].sum() == 0.0
    assert np.array(story.trainers)[:9, 0].tolist() == [12.0, 12.0, 0.0, 12.0, 12.0, 0.0, 0.0, 12.0, 0.0]
    assert np.array(story.trainers)[:, 1].tolist() == [4.0] + [0.0] * 59


def test_a_source_that_runs_dry_says_so() -> None:
    places = Places(Source("hiring/keep", 0, 7, 3))
    assert places.take(2).tolist() == [7, 8]
    with pytest.raises(SimError, match=r"hiring\.keep: more than 3 people"):
        places.take(2)


def test_the_ledger_of_busy_lives_adds_up(tmp_path: Path) -> None:
    """Everything at once, with real luck, in five replications."""
    text = (
        SPARE
        + CLASS
        + RAMP
        + """
[groups.core.leavers]
some = { on = 2026-04-01, heads = 3 }
[hiring.keep]
group = "core"
hold = 30
vacancy = "4d"
training = { length = "5d", dropout = 0.2, licence_pass = 0.7 }
[hiring.term]
group = "spare"
starts = 2026-03-10
offers = 5
contract_until = 2026-05-01
[moves.on]
from = "core"
to = "spare"
on = 2026-04-10
heads = 4
[moves.up]
from = "core"
to = "spare"
annual_share = 1.0
after = "2w"
"""
    )
    text = text.replace("[groups.spare]", '[groups.spare]\nattrition = "a"') + ATTRITION
    scenario = world(tmp_path, text, heads=30, days=200, core='attrition = "a"')
    agents = build_agents(scenario)
    totals = np.zeros(len(MOVEMENTS))
    for replication in range(5):
        luck = PeopleLuck(1, replication, [(source.name, source.count) for source in agents.sources])
        careers = Careers(scenario, agents, luck)
        for day in range(scenario.clock.days):
            careers.morning(day)
            careers.evening(day, np.full(len(agents.names), 20.0), np.array([0.95, np.nan]))
            stages = [np.bincount(careers.stage[agents.group == g], minlength=6) for g in range(2)]
            assert [s[TRAINING] + s[NESTING] + s[ON_FLOOR] for s in stages] == careers.standing[day + 1, :, 0].tolist()
        balances(careers)
        totals += careers.movements.sum(axis=(0, 1))
    assert (totals > 0).all()
