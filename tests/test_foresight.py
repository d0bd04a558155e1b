"""What a plan's roster shows before anything is played: queues left alone, and targets out of reach."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import shop
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shop import sim
from test_workforce import world
from worlds import Silent

from sim.measures.kpis import QUEUE
from sim.scenario.load import load
from sim.scenario.model import Scenario
from sim.study.expected.foresight import foresee
from sim.study.expected.gaps import SHORTEST, uncovered, weekdays_text
from sim.study.run import Entry, Options, run_study

HOUR = 3600.0


def told(scenario: Scenario, where: str, base: Scenario | None = None) -> list[str]:
    return [one.what for one in foresee(scenario, base or scenario) if one.where == where]


# ---------------------------------------------------------------- open, and nobody there


SATURDAYS = shop.but(
    "days = 2", "weeks = 4", 'mon-fri = "09:00-11:00"', 'mon-tue = "09:00-11:00", sat = "19:30-21:30"',
    "heads = 9\nshifts = { early = 4, late = 5 }", 'seats = { csv = "seats.csv" }',
)  # fmt: skip
EVENING = "".join(f"sat,{start},4\n" for start in ("19:30", "20:00", "20:30", "21:00"))
SEATS = shop.table("seats", "3") + "sat,20:30,2\nsat,21:00,2\n"


def test_saturday_evening_without_anybody(tmp_path: Path) -> None:
    """Open from 19:30, seats from 20:30: check says when and how often; the run says so too."""
    files: dict[str, str | bytes] = {"orders.csv": shop.ORDERS + EVENING, "seats.csv": SEATS}
    path = shop.write(tmp_path, SATURDAYS, files)
    result = sim("check", path)
    assert result.exit_code == 0
    text = "nobody is signed on, and the queue is open: sat 19:30-20:30 (4 days); give shifts or seats there"
    assert f"warning: queues.orders.open: {text}" in result.output
    study = run_study([Entry(load(path), load(path))], Options(2, jobs=1, engine="simpy"), Silent())
    assert any(text in problem.what for problem in study.results[0].prepared.foreseen)
    good = sim("check", shop.write(tmp_path, SATURDAYS, files | {"seats.csv": SEATS + "sat,19:30,1\nsat,20:00,0.5\n"}))
    assert "19:30" not in good.output
    assert "sat 20:15-20:30 (2 of 4 days" in good.output, "half a seat is half an hour's half, by turns"


def shift_world(folder: Path, hours: str, heads: int, more: str = "", days: int = 14) -> Scenario:
    text = f"[groups.g]\nheads = {heads}\nshifts = {{ s = {heads} }}\nskills = {{ q = {{}} }}\n{more}"
    scenario = world(folder, f'{text}[shifts.s]\ndays = "mon-fri"\n{hours}\n', days=days)
    path = folder / "world.toml"
    path.write_text(
        path.read_text().replace('timezone = "UTC"', 'timezone = "UTC"\nopen = { mon-fri = "08:00-17:00" }')
    )
    return load(path) if scenario else scenario


def test_a_lone_persons_break_and_the_ends_of_the_day(tmp_path: Path) -> None:
    scenario = shift_world(tmp_path, 'hours = "08:30-17:00"\nbreaks = [{ at = "12:00", length = "45min" }]', 1)
    (text,) = told(scenario, "queues.q.open")
    assert "mon-fri 12:00-12:45 (10 days), mon-fri 08:00-08:30 (10 days)" in text
    assert told(shift_world(tmp_path, 'hours = "08:00-17:00"', 2), "queues.q.open") == []
    two = 'hours = "08:00-17:00"\nbreaks = [{ within = "11:00-13:00", length = "30min" }]'
    assert told(shift_world(tmp_path, two, 2), "queues.q.open") == []


def test_away_blocks_and_closed_days_count(tmp_path: Path) -> None:
    """Everybody is at a course on Wednesdays; and the site is closed on a Thursday on which the center is not."""
    away = 'site = "x"\n[groups.g.away.course]\ndays = "wed"\nhours = "10:00-11:00"\nheads = 2\n'
    away += '[sites.x]\ncalendar = "c"\n[calendars.c]\nclosed = [2026-03-05]\n'
    (text,) = told(shift_world(tmp_path, 'hours = "08:00-17:00"', 2, away), "queues.q.open")
    assert "thu 2026-03-05 08:00-17:00, wed 10:00-11:00 (2 days)" in text


def test_a_class_is_not_there_before_its_day(tmp_path: Path) -> None:
    class_ = '[hiring.new]\ngroup = "g"\nstarts = 2026-03-09\noffers = 1\n'
    text = '[groups.g]\nheads = 0\nshifts = { s = "100%" }\nskills = { q = {} }\n' + class_
    world(tmp_path, f'{text}[shifts.s]\ndays = "mon-fri"\nhours = "08:00-17:00"\n', days=14)
    path = tmp_path / "world.toml"
    path.write_text(
        path.read_text().replace('timezone = "UTC"', 'timezone = "UTC"\nopen = { mon-fri = "08:00-17:00" }')
    )
    (found,) = told(load(path), "queues.q.open")
    assert "mon-fri 08:00-17:00 (5 of 10 days, first 2026-03-02)" in found


SPANS = st.lists(st.tuples(st.integers(0, 100), st.integers(1, 30)), max_size=12)


@given(open_=SPANS, there=st.lists(st.tuples(st.integers(0, 100), st.integers(1, 30)), min_size=1, max_size=12))
def test_what_nobody_covers_by_looking_at_every_step(
    open_: list[tuple[int, int]], there: list[tuple[int, int]]
) -> None:
    """In steps of the shortest gap that is announced; opening hours do not overlap."""
    spans, until = [], 0
    for start, length in sorted(open_):
        if start >= until:
            spans.append((start * SHORTEST, (start + length) * SHORTEST))
            until = start + length
    begin, end = (np.array(column, float) * SHORTEST for column in zip(*((a, a + n) for a, n in there), strict=True))
    found = uncovered(spans, begin, end, 110 * SHORTEST)
    steps = {
        n
        for n in range(110)
        if any(a <= n * SHORTEST < b for a, b in spans) and not any(a <= n < a + length for a, length in there)
    }
    assert {n for a, b in found for n in range(int(a // SHORTEST), int(b // SHORTEST))} == steps


def test_days_as_a_planner_says_them() -> None:
    assert weekdays_text([0, 1, 2, 3, 4]) == "mon-fri"
    assert weekdays_text([0, 2, 5, 6]) == "mon, wed, sat-sun"


# ---------------------------------------------------------------- out of reach


DESK = shop.but(
    'talk = { family = "exponential", mean = "3min" }', 'talk = { family = "constant", mean = "2min" }',
    "heads = 9\nshifts = { early = 4, late = 5 }", "shifts = { exact = 3 }", "days = 2", "days = 1",
) + '[shifts.exact]\nhours = "09:00-11:00"\n'  # fmt: skip


def desk(folder: Path, contacts: float, *changes: str, more: str = "") -> Scenario:
    text = DESK + more
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        assert old in text
        text = text.replace(old, new)
    return load(shop.write(folder, text, {"orders.csv": shop.table("contacts", f"{contacts / 4:g}")}))


def test_the_bound_by_hand(tmp_path: Path) -> None:
    """Three people, two hours, calls of just two minutes: each begins at most 7,200 ÷ 120 + 1 of them, 183 in all.

    Of 240 that is 76 %; the missing 4 % of 240 calls are 0.3 hours. Of 228, 80 % are 182.4: that cannot be ruled out.
    """
    (text,) = told(desk(tmp_path, 240), "queues.orders.service_level")
    assert "80% cannot be reached in this day: on Mon 2026-03-02, if everybody with the skill did nothing else" in text
    assert "at most 76% of the 240 contacts expected could be answered in time" in text
    assert "at least 0.3 agent hours are missing: more people, hours or skills then" in text
    assert told(desk(tmp_path, 228), "queues.orders.service_level") == []
    (text,) = told(desk(tmp_path, 240, "fcr = 0.7", "fcr = 0.7\npace = 1.1"), "queues.orders.service_level")
    assert "at most 76%" in text, "a pace that the handle time was observed at changes nothing"


def test_a_faster_plan_may_reach_what_the_base_cannot(tmp_path: Path) -> None:
    base = desk(tmp_path, 240, more="[plans.haste]\nqueues.orders.pace = 0.9\n")
    assert told(base, "queues.orders.service_level", base)
    assert told(load(tmp_path / "spring.toml", "haste"), "queues.orders.service_level", base) == []


def test_desks_bound_what_people_can_do(tmp_path: Path) -> None:
    """Six people would do; at two desks there are 14,400 seconds, 120 calls, and one more for each of six: 126 of 200."""
    site = 'site = "x"\n'
    six = desk(
        tmp_path, 200, "shifts = { exact = 3 }", f"{site}shifts = {{ exact = 6 }}", more="[sites.x]\nseats = 2\n"
    )
    (text,) = told(six, "queues.orders.service_level")
    assert "everybody with the skill who finds a desk did nothing else, at most 63% of the 200" in text
    assert "more desks" in text


def test_each_target_alone_but_not_together(tmp_path: Path) -> None:
    """Two queues of 130 calls each: 80 % of both are 208 calls, and three people begin at most 183: 6.1 hours of 6.9."""
    returns = '[queues.returns]\nlike = "orders"\n'
    both = desk(tmp_path, 130, "skills = { orders = {} }", "skills = { orders = {}, returns = {} }", more=returns)
    (text,) = told(both, "queues.orders.service_level")
    assert "the targets of orders and returns cannot be reached together in this day: on Mon 2026-03-02" in text
    assert "they ask for 6.9 agent hours, and everybody with their skills has time for 6.1 at most" in text


def test_skills_of_some(tmp_path: Path) -> None:
    """A third of three people hold the skill: 61 calls of 100."""
    (text,) = told(desk(tmp_path, 100, "orders = {}", 'orders = { holders = "33%" }'), "queues.orders.service_level")
    assert "at most 61% of the 100" in text


@pytest.mark.parametrize("per", ["interval", "week"])
def test_periods_are_the_targets_own(tmp_path: Path, per: str) -> None:
    """Of four half hours the first brings 120 calls and the others 20 each: 180 of 183 in a week, never in that one.

    In the first half hour and 20 s three people begin at most 3 × (1,820 ÷ 120 + 1) = 48.5 of 120.
    """
    rows = "weekday,start,contacts\nmon,09:00,120\nmon,09:30,20\nmon,10:00,20\nmon,10:30,20\n"
    text = DESK.replace('within = "20s"', f'within = "20s", per = "{per}"')
    scenario = load(shop.write(tmp_path, text, {"orders.csv": rows}))
    found = told(scenario, "queues.orders.service_level")
    if per == "interval":
        (text,) = found
        assert "80% cannot be reached in 1 of 4 intervals: on Mon 2026-03-02 at 09:00" in text
        assert "at most 40% of the 120" in text
    else:
        # 48.5 of the first 120, and all of the rest: 108.5 of 180.
        assert "at most 60% of the 180" in found[0]


@pytest.mark.parametrize(
    "more",
    [
        'service_level = { target = 0.80, within = "20s", counting = "answered" }',
        'service_level = { target = 0.80, within = "20s" }\nlines = 5',
        'service_level = { target = 0.80, within = "20s" }\nroute = [{ groups = ["core"] }, { vendor = "v", after = "5s" }]',
        'service_level = { target = 0.80, within = "20s" }\ncallback = { offer_above = { wait = "2min" }, accept = "45%" }',
    ],
    ids=["of the answered", "busy signals", "a vendor", "callbacks"],
)
def test_nothing_is_said_where_no_bound_is_known(tmp_path: Path, more: str) -> None:
    vendor = '[vendors.v]\nprice = { per = "contact", rate = 2 }\ncapacity = 9\n' if "vendor" in more else ""
    busy = desk(tmp_path, 900, 'service_level = { target = 0.80, within = "20s" }', more, more=vendor)
    assert told(busy, "queues.orders.service_level") == []


@given(
    heads=st.integers(1, 6), contacts=st.integers(20, 400), mean=st.sampled_from([60, 150, 400]),
    speed=st.sampled_from([0.7, 1.0, 1.4]), spread=st.sampled_from([0.0, 0.3]), within=st.sampled_from(["0s", "20s", "5min"]),
)  # fmt: skip
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_run_beats_the_bound(
    tmp_path: Path, heads: int, contacts: int, mean: int, speed: float, spread: float, within: str
) -> None:
    """Whatever is refused is missed in the mean of the runs, too: by at least what the bound says."""
    scenario = desk(
        tmp_path, contacts, "shifts = { exact = 3 }", f"shifts = {{ exact = {heads} }}\ntalent = {{ speed = {spread} }}",
        "constant", "exponential", "2min", f"{mean}s", "orders = {}", f"orders = {{ speed = {speed} }}",
        'within = "20s"', f'within = "{within}"', "target = 0.80", "target = 1.0",
    )  # fmt: skip
    found = told(scenario, "queues.orders.service_level")
    most = float(found[0].split("at most ")[1].split("%")[0]) / 100.0 if found else 1.0
    (result,) = run_study([Entry(scenario, scenario)], Options(12, jobs=1, engine="simpy"), Silent()).results
    level = result.kpi("service_level", QUEUE, "orders")
    # The bound is printed in whole percents.
    assert level.mean <= most + 0.005 + 3.5 * level.sd / math.sqrt(12)


def test_a_plan_is_named_where_not_all_have_it(tmp_path: Path) -> None:
    shop.write(
        tmp_path, DESK + "[plans.one]\ngroups.core.shifts.exact = 1\n", {"orders.csv": shop.table("contacts", "40")}
    )
    result = sim("check", tmp_path / "spring.toml")
    assert "warning: queues.orders.service_level (plan one): 80% cannot be reached" in result.output
    assert result.output.count("cannot be reached") == 1
