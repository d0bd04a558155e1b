"""Courses and cross-training by arithmetic: who is due, what it does, how it decays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.observations import TRAINING
from sim.scenario.load import load
from sim.workforce.courses import Courses
from sim.workforce.off_floor import Wanted
from sim.workforce.people import build_agents

WORLD = """
[center]
start = 2027-01-04
days = 400
[queues.calls]
channel = "phone"
forecast = { replay = "none.csv" }
talk = { family = "constant", mean = "100s" }
[queues.chat]
like = "calls"
[groups.core]
heads = 6
shifts = { day = 1.0 }
skills = { calls = {}, chat = { holders = 0.34 } }
[groups.night]
heads = 2
shifts = { day = 1.0 }
skills = { calls = {}, chat = {} }
[shifts.day]
hours = "08:00-16:30"
"""
PRODUCT = """
[courses.product]
groups = ["core"]
starts = 2027-01-18
length = "6h"
a_day = "4h"
at_once = 0.2
effect = { speed = 1.1, resolution = 1.05 }
"""
CHAT = """
[groups.core.cross_training.chat]
heads = 3
starts = 2027-01-11
length = "10h"
a_day = "5h"
"""
HOUR = 3600.0
HOLD_CHAT = (0, 3)
"""Two of the six heads hold it from the start: of the multiples of √3, those that pass a whole number by least."""


class School:
    """Everybody attends all that they are due, so many hours a day."""

    def __init__(self, folder: Path, text: str) -> None:
        (folder / "none.csv").write_text("arrived\n2027-01-04 08:00:00\n")
        (folder / "world.toml").write_text(WORLD + text)
        scenario = load(folder / "world.toml")
        self.agents = build_agents(scenario)
        self.chat = scenario.queue("chat").number
        self.courses = Courses(scenario, self.agents)
        self.on_floor = self.agents.starting.copy()
        self.tenure = np.arange(len(self.on_floor), dtype=np.float64)
        self.tenure[~self.agents.starting] = -np.inf

    def due(self, first: int) -> list[Wanted]:
        """In the week that begins on this day."""
        return self.courses.due(first, first + 7, self.on_floor, self.tenure)

    def begun(self, key: str) -> int:
        return int(self.courses.begun[key].sum())

    def attend(self, day: int, key: str, hours: dict[int, float]) -> None:
        seconds = np.zeros(len(self.on_floor))
        for agent, each in hours.items():
            seconds[agent] = each * HOUR
        self.courses.attended(day, {key: seconds})

    def weeks(self, last: int, absent: tuple[int, ...] = ()) -> dict[tuple[str, int], int]:
        """The day after the last hour, by key and agent: each attends `a_day` from Monday on, until done."""
        done: dict[tuple[str, int], int] = {}
        for monday in range(0, last, 7):
            for wanted in self.due(monday):
                for agent, seconds in zip(wanted.agents.tolist(), wanted.seconds.tolist(), strict=True):
                    for day in range(monday, monday + 5):
                        part = min(wanted.a_day, seconds)
                        if part > 0 and agent not in absent:
                            self.attend(day, wanted.key, {agent: part / HOUR})
                            seconds -= part
                            done[wanted.key, agent] = day + 1
        return done


# ---------------------------------------------------------------- courses


def test_everybody_of_the_groups_is_due_from_the_date_on(tmp_path: Path) -> None:
    school = School(tmp_path, PRODUCT)
    assert school.due(0) == school.due(7) == []
    # The week must not begin before the date.
    assert school.due(13) == []
    (wanted,) = school.due(14)
    assert wanted.agents.tolist() == [0, 1, 2, 3, 4, 5]
    assert wanted.seconds.tolist() == [6 * HOUR] * 6
    assert (wanted.a_day, wanted.at_once, wanted.activity) == (4 * HOUR, 0.2, TRAINING)
    assert (wanted.paid, wanted.key) == (True, "courses/product")
    school.on_floor[2] = False
    assert school.due(14)[0].agents.tolist() == [0, 1, 3, 4, 5]


def test_hours_attended_are_no_longer_due_and_the_last_brings_the_effect(tmp_path: Path) -> None:
    school = School(tmp_path, PRODUCT)
    school.attend(14, "courses/product", {1: 4, 2: 2})
    (wanted,) = school.due(21)
    # What was begun is finished first.
    assert wanted.agents.tolist() == [1, 2, 0, 3, 4, 5]
    assert wanted.seconds.tolist() == [2 * HOUR, 4 * HOUR] + [6 * HOUR] * 4
    school.attend(23, "courses/product", {1: 2, 2: 3})
    assert school.due(28)[0].agents.tolist() == [2, 0, 3, 4, 5]
    assert school.begun("courses/product") == 2
    # From the next day on, for good: nothing says that it decays.
    assert (school.courses.factors(23) == 1.0).all()
    for day in (24, 399):
        factors = school.courses.factors(day)
        assert factors[:, 1].tolist() == pytest.approx([1.1, 1.05, 1.0])
        assert (np.delete(factors, 1, axis=1) == 1.0).all()
    # Once is enough.
    assert 1 not in school.due(371)[0].agents


def test_the_effect_decays_by_half_lives_and_worse_than_one_comes_back_up(tmp_path: Path) -> None:
    text = PRODUCT.replace("resolution = 1.05", "resolution = 0.9") + 'half_life = "20d"\n'
    school = School(tmp_path, text)
    school.attend(14, "courses/product", {3: 6})
    for day, left in ((14, 0.0), (15, 1.0), (35, 0.5), (55, 0.25), (45, 2**-1.5)):
        factors = school.courses.factors(day)[:, 3]
        assert factors.tolist() == pytest.approx([1 + 0.1 * left, 1 - 0.1 * left, 1.0], abs=1e-12)


def test_a_repeated_course_is_renewed_not_added(tmp_path: Path) -> None:
    school = School(tmp_path, PRODUCT + 'half_life = "30d"\nevery = "8w"\n')
    school.attend(15, "courses/product", {0: 6})
    # Eight weeks after day 15 is day 71, in the week of day 70.
    assert 0 not in school.due(63)[0].agents
    assert school.due(70)[0].seconds.tolist() == [6 * HOUR] * 6
    school.attend(71, "courses/product", {0: 4})
    assert school.begun("courses/product") == 2
    assert school.due(77)[0].seconds[0] == 2 * HOUR
    school.attend(80, "courses/product", {0: 2})
    # What was left holds until the renewal does.
    speeds = [school.courses.factors(day)[0, 0] for day in (16, 46, 71, 80, 81, 111)]
    left = [1.0, 0.5, 2 ** (-55 / 30), 2 ** (-64 / 30), 1.0, 0.5]
    assert speeds == pytest.approx([1 + 0.1 * each for each in left])
    assert 0 not in school.due(126)[0].agents
    assert 0 in school.due(133)[0].agents


def test_courses_multiply_and_keep_apart(tmp_path: Path) -> None:
    manners = """
    [courses.manners]
    kind = "soft skills"
    groups = ["night", "core"]
    starts = 2026-12-01
    length = "2h"
    effect = { courtesy = 1.2, speed = 0.98 }
    """
    school = School(tmp_path, PRODUCT + manners)
    (wanted,) = school.due(0)
    assert wanted.agents.tolist() == list(range(8))
    school.attend(2, "courses/manners", {0: 2, 7: 2})
    school.attend(14, "courses/product", {0: 6, 1: 6})
    factors = school.courses.factors(15)
    assert factors[0].tolist() == pytest.approx([1.1 * 0.98, 1.1, 1, 1, 1, 1, 1, 0.98])
    assert factors[2].tolist() == pytest.approx([1.2, 1, 1, 1, 1, 1, 1, 1.2])
    assert [school.begun(f"courses/{name}") for name in ("product", "manners")] == [2, 2]


def test_those_who_come_later_take_the_course_too(tmp_path: Path) -> None:
    hiring = '[hiring.spring]\ngroup = "core"\nstarts = 2027-03-01\noffers = 2\n'
    school = School(tmp_path, PRODUCT + hiring)
    assert school.weeks(56) == {("courses/product", a): 16 for a in range(6)}
    school.on_floor[8:] = True
    (wanted,) = school.due(56)
    assert wanted.agents.tolist() == [8, 9]
    assert wanted.seconds.tolist() == [6 * HOUR] * 2


def test_a_sliver_lost_to_the_grid_does_not_keep_a_course_open(tmp_path: Path) -> None:
    school = School(tmp_path, PRODUCT)
    school.attend(14, "courses/product", {0: 6 - 0.4 / HOUR, 1: 6 - 60 / HOUR})
    assert school.due(21)[0].agents.tolist() == [1, 2, 3, 4, 5]


# ---------------------------------------------------------------- cross-training


def holders(school: School, day: int) -> list[int]:
    return np.flatnonzero(school.courses.skill_speed(day, school.chat)[0]).tolist()


def test_the_longest_tenured_without_the_skill_learn_it(tmp_path: Path) -> None:
    school = School(tmp_path, CHAT)
    assert school.due(0) == []
    (wanted,) = school.due(7)
    learners = wanted.agents.tolist()
    without = [a for a in range(6) if a not in HOLD_CHAT]
    assert learners == without[-3:]
    assert wanted.seconds.tolist() == [10 * HOUR] * 3
    assert (wanted.a_day, wanted.key) == (5 * HOUR, "cross_training/core/chat")
    done = school.weeks(21)
    # Five hours on Monday, five on Tuesday: from Wednesday on.
    assert set(done.values()) == {9}
    assert holders(school, 8) == []
    assert holders(school, 9) == learners
    assert school.due(28) == []
    assert school.begun("cross_training/core/chat") == 3
    learnt, speed, resolution = school.courses.skill_speed(9, school.chat)
    assert (speed[learnt] == 1.0).all()
    assert (resolution[learnt] == 1.0).all()
    # Another queue's skill is nobody's business here.
    assert not school.courses.skill_speed(300, 1 - school.chat)[0].any()


def test_the_new_skill_has_a_ramp_of_its_own(tmp_path: Path) -> None:
    ramp = '[ramp.chat]\nfamily = "linear"\nstart = { speed = 0.6, resolution = 0.8 }\nweeks = 10\n'
    school = School(tmp_path, CHAT + 'ramp = "chat"\n' + ramp)
    school.due(7)
    school.attend(8, "cross_training/core/chat", {5: 10})
    school.attend(22, "cross_training/core/chat", {4: 10})
    for day, weeks in ((9, {5: 0}), (23, {5: 2, 4: 0}), (44, {5: 5, 4: 3}), (300, {5: 10, 4: 10})):
        learnt, speed, resolution = school.courses.skill_speed(day, school.chat)
        assert {a: speed[a] for a in np.flatnonzero(learnt).tolist()} == pytest.approx(
            {a: 0.6 + 0.04 * each for a, each in weeks.items()}
        )
        assert {a: resolution[a] for a in np.flatnonzero(learnt).tolist()} == pytest.approx(
            {a: 0.8 + 0.02 * each for a, each in weeks.items()}
        )


def test_a_ramp_by_contacts_goes_by_a_usual_week_of_them(tmp_path: Path) -> None:
    ramp = '[ramp.chat]\nfamily = "linear"\nby = "contacts"\nstart = { speed = 0.5 }\ncontacts = 1000\n'
    school = School(tmp_path, CHAT + 'ramp = "chat"\n' + ramp + "contacts_a_week = 200\n")
    school.due(7)
    school.attend(6, "cross_training/core/chat", {5: 10})
    # After two weeks 400 contacts, two fifths of the way.
    assert school.courses.skill_speed(21, school.chat)[1][5] == pytest.approx(0.5 + 0.5 * 0.4)


def test_heads_that_are_not_there_yet_are_found_among_those_who_come(tmp_path: Path) -> None:
    hiring = '[hiring.spring]\ngroup = "core"\nstarts = 2027-03-01\noffers = 4\n'
    school = School(tmp_path, CHAT.replace("heads = 3", "heads = 5") + hiring)
    assert len(school.due(7)[0].agents) == 4
    school.weeks(28)
    # One learner leaves; what was learnt is gone with them, and nobody takes their place.
    school.on_floor[5] = False
    assert school.due(28) == []
    school.on_floor[[9, 10]] = True
    school.tenure[[9, 10]] = 3.0, 2.0
    assert len(school.due(56)[0].agents) == 1


def test_who_moves_keeps_what_was_learnt(tmp_path: Path) -> None:
    move = '[moves.nights]\nfrom = "core"\nto = "night"\non = 2027-03-01\nheads = 1\n'
    school = School(tmp_path, PRODUCT + 'half_life = "30d"\n' + CHAT + move)
    school.weeks(28)
    school.attend(30, "courses/product", {5: 1})
    before = school.courses.factors(40)[:, 5], [column[5] for column in school.courses.skill_speed(40, school.chat)]
    school.courses.moved(np.array([5]), np.array([8]))
    after = school.courses.factors(40)[:, 8], [column[8] for column in school.courses.skill_speed(40, school.chat)]
    assert after[0].tolist() == before[0].tolist()
    assert before[0][0] > 1.0
    assert after[1] == before[1] == [True, 1.0, 1.0]
