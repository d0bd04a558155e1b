"""Traps of the workforce: days at sites ahead of the center, terms and capacities of standing orders, common luck.

Expected values are a naive calendar's, person by person, or arithmetic.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from numpy.typing import NDArray
from worlds import WEEKDAYS, Silent

from sim.measures.costs import STAFF_SUMS, costs_by_line
from sim.measures.folder import Folder
from sim.measures.timesheet import Timesheet
from sim.report.tables.study import tabulate
from sim.scenario.load import load
from sim.scenario.model import Scenario
from sim.study.prepared import Prepared, prepare
from sim.study.replicate import replicate
from sim.study.run import Entry, Options, run_study
from sim.workforce.careers import MOVEMENTS, STANDING
from sim.workforce.day import Workforce
from sim.workforce.people import holds

Floats = NDArray[np.float64]

WORLD = """\
[center]
start = {start}
days = {days}
interval = "60min"
timezone = "{zone}"
open = {{ mon-sun = "08:00-17:00" }}
[queues.calls]
channel = "phone"
forecast = {{ csv = "calls.csv" }}
talk = {{ family = "exponential", mean = "6min" }}
basis = "standard"
[costs]
load = 1.0
"""


def world(folder: Path, text: str, *, start: str = "2027-01-04", days: int = 28, zone: str = "UTC") -> Scenario:
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"{day},{hour:02}:00,1" for day in WEEKDAYS for hour in range(8, 17)]
    (folder / "calls.csv").write_text("\n".join(["weekday,start,contacts", *lines]))
    (folder / "world.toml").write_text(WORLD.format(start=start, days=days, zone=zone) + text)
    return load(folder / "world.toml")


def play(
    scenario: Scenario, replication: int = 0, watch: Callable[[int, Workforce], None] | None = None
) -> tuple[Prepared, Workforce, Timesheet]:
    """The day loop without its floor: nobody calls."""
    prepared = prepare(scenario)
    assert prepared.roster is not None
    people = Workforce(scenario, prepared.agents, prepared.roster, replication)
    sheet = Timesheet(prepared.payroll, people.careers, people.courses)
    nobody = np.zeros(len(prepared.agents.names))
    for day in range(scenario.clock.days):
        today = people.morning(day)
        sheet.add(day, today.segments, today.mentoring)
        if watch is not None:
            watch(day, people)
        idle = np.zeros((day + 1, len(scenario.groups)))
        people.evening(day, nobody, idle, idle)
    return prepared, people, sheet


def moved(people: Workforce, what: str) -> list[float]:
    """Over the horizon, per group."""
    found: list[float] = people.careers.movements[:, :, MOVEMENTS.index(what)].sum(axis=0).tolist()
    return found


def heads(people: Workforce) -> NDArray[np.float64]:
    """At the end of each day; days × groups."""
    return people.careers.standing[1:, :, STANDING.index("heads")]


# ---------------------------------------------------------------- a naive calendar

CALENDAR = """
[center.pay]
overtime = 0.5
weekend = 0.25
night = { hours = "22:00-06:00", premium = 0.1 }
[center.overtime_after]
week = "38h"
[sites.manila]
timezone = "Asia/Manila"
currency = "PHP"
exchange = 0.5
overtime_after = { day = "8h", week = "36h" }
pay = { night = { hours = "22:00-06:00", premium = 0.2 }, weekend = 0.5, overtime = 0.5, holiday = 1.0 }
calendar = "ph"
[sites.berlin]
timezone = "Europe/Berlin"
[calendars.ph]
closed = [2027-03-25]
holidays = [2027-03-28]
[groups.us]
heads = 3
shifts = { office = 2, night = 1 }
tenure = { from = "1w", to = "30w" }
skills = { calls = {} }
wage = { steps = [[0, 10.0], [4, 11.0], [26, 13.0]], raises = { spring = { on = 2027-03-20, factor = 1.10 } } }
[groups.ph]
site = "manila"
heads = 4
shifts = { graveyard = 4 }
tenure = { from = "1w", to = "30w" }
skills = { calls = {} }
wage = { steps = [[0, 10.0], [4, 11.0], [26, 13.0]], raises = { spring = { on = 2027-03-20, factor = 1.10 } } }
[groups.de]
site = "berlin"
heads = 3
shifts = { night = 3 }
skills = { calls = {} }
wage = 20
leavers = { one = { on = 2027-03-24, heads = 1 } }
[hiring.berlin]
group = "de"
starts = 2027-03-17
offers = 2
training = { length = "5d" }
contract_until = 2027-03-31
[hiring.manila]
group = "ph"
starts = 2027-03-17
offers = 2
contract_until = 2027-03-30
[moves.over]
from = "us"
to = "de"
on = 2027-03-30
heads = 1
[shifts.office]
days = "mon-fri"
hours = "08:00-17:00"
breaks = [{ at = "10:00", length = "15min", paid = true }, { at = "12:00", length = "30min" }]
[shifts.night]
days = "sun-thu"
hours = "22:00-06:30"
breaks = [{ at = "02:00", length = "30min" }]
[shifts.graveyard]
days = "mon-sat"
hours = "21:00-06:00"
breaks = [{ at = "01:00", length = "60min" }]
"""

START, DAYS = dt.date(2027, 3, 10), 28
ZONES = {"us": "America/New_York", "ph": "Asia/Manila", "de": "Europe/Berlin"}
SHIFTS = {
    # Weekdays, then hours between which people are paid.
    "office": ({0, 1, 2, 3, 4}, [(8, 12), (12.5, 17)]),
    "night": ({6, 0, 1, 2, 3}, [(22, 26), (26.5, 30.5)]),
    "graveyard": ({0, 1, 2, 3, 4, 5}, [(21, 25), (26, 30)]),
}


def moment(date: dt.date, hour: float, zone: str) -> float:
    date += dt.timedelta(days=int(hour // 24))
    time = dt.time(int(hour % 24), round(hour % 1 * 60), tzinfo=ZoneInfo(zone))
    return dt.datetime.combine(date, time).timestamp()


def test_hours_and_pay_are_those_of_a_naive_calendar(tmp_path: Path) -> None:
    """Three zones, two clock changes, nights, a holiday, a class, terms, a leaver, a mover, steps, raises, overtime.

    Whoever is there on a date works its shift, whatever the time it is at the center when that date begins.
    """
    scenario = world(tmp_path, CALENDAR, start="2027-03-10", days=DAYS, zone="America/New_York")
    there: list[NDArray[np.bool_]] = []
    prepared, people, sheet = play(scenario, watch=lambda _, p: there.append(p.careers.on_floor.copy()))
    agents = prepared.agents
    groups = [scenario.groups[g] for g in agents.group]
    shift_of = {"us": "office", "ph": "graveyard", "de": "night"}
    midnights = [moment(START + dt.timedelta(days=k), 0, ZONES["us"]) for k in range(DAYS + 1)]
    paid, wages = np.zeros((DAYS, 3)), dict.fromkeys(scenario.groups, 0.0)
    extra = {"night": 0.0, "weekend": 0.0, "holiday": 0.0, "overtime": 0.0}
    for a, group in enumerate(groups):
        zone, g = ZoneInfo(ZONES[group]), scenario.group(group).number
        weekdays, spans = SHIFTS["night" if agents.names[a] == "us 3" else shift_of[group]]
        of_week: dict[dt.date, float] = {}
        for k in range(-2, DAYS):
            date = START + dt.timedelta(days=k)
            closed = group == "ph" and date == dt.date(2027, 3, 25)
            if date.weekday() not in weekdays or closed or not there[max(k, 0)][a]:
                continue
            wage = 20.0
            if group != "de":
                weeks = (max(k, 0) - people.careers.hired_day[a]) / 7
                wage = (10.0 if weeks < 4 else 11.0 if weeks < 26 else 13.0) * (0.5 if group == "ph" else 1.0)
                wage *= 1.1 if date >= dt.date(2027, 3, 20) else 1.0
            hours = 0.0
            for first, last in spans:
                begins = max(moment(date, first, ZONES[group]), midnights[0])
                ends = min(moment(date, last, ZONES[group]), midnights[-1])
                for minute in np.arange(begins, ends, 60.0):
                    hours += 1 / 60
                    paid[np.searchsorted(midnights, minute, side="right") - 1, g] += 60.0
                    local = dt.datetime.fromtimestamp(minute, zone)
                    if local.hour >= 22 or local.hour < 6:
                        extra["night"] += (0.2 if group == "ph" else 0.1) * wage / 60
                    if local.weekday() >= 5:
                        extra["weekend"] += (0.5 if group == "ph" else 0.25) * wage / 60
                    if group == "ph" and local.date() == dt.date(2027, 3, 28):
                        extra["holiday"] += wage / 60
            wages[group] += hours * wage
            over_day = max(hours - 8.0, 0.0) if group == "ph" else 0.0
            monday, limit = date - dt.timedelta(days=date.weekday()), 36.0 if group == "ph" else 38.0
            before = of_week.get(monday, 0.0)
            of_week[monday] = before + hours - over_day
            over_week = max(of_week[monday] - limit, 0.0) - max(before - limit, 0.0)
            extra["overtime"] += 0.5 * wage * (over_day + over_week)
    on_floor = sheet.staff_days[:, :, STAFF_SUMS.index("paid")] - sheet.staff_days[:, :, STAFF_SUMS.index("classroom")]
    np.testing.assert_allclose(on_floor, paid, atol=1e-3)
    sums = Folder(prepared.counting).sums
    amounts = costs_by_line(prepared.payroll, sums, sheet.earned(sums))
    lines = dict(zip(prepared.payroll.lines, amounts.tolist(), strict=True))
    for group, amount in wages.items():
        assert lines[f"wages {group}"] == pytest.approx(amount), group
    for kind, amount in extra.items():
        assert lines[f"{kind} premium"] == pytest.approx(amount), kind
    # Wednesday to Friday in class, 8 hours each: the weekend is in the five days.
    assert lines["training pay"] == pytest.approx(2 * 3 * 8 * 20.0)


# ---------------------------------------------------------------- standing orders

TWO_GROUPS = """
[groups.core]
heads = 20
shifts = {{ day = "100%" }}
skills = {{ calls = {{}} }}
{core}
[groups.team]
heads = 2
shifts = {{ day = "100%" }}
skills = {{ calls = {{}} }}
{team}
[shifts.day]
hours = "08:00-16:00"
"""


def two_groups(core: str = "", team: str = "") -> str:
    return TWO_GROUPS.format(core=core, team=team)


def test_an_order_to_hold_heads_makes_good_who_moves_away(tmp_path: Path) -> None:
    """Three times all twenty move on: 60 are hired, and the group is as large as ever."""
    text = two_groups() + '[hiring.keep]\ngroup = "core"\nhold = 20\n'
    for k in range(3):
        text += f'[moves.m{k}]\nfrom = "core"\nto = "team"\non = 2027-01-1{k}\nheads = 20\n'
    _, people, _ = play(world(tmp_path, text))
    assert moved(people, "hired") == [60.0, 0.0]
    assert heads(people)[-1].tolist() == [20.0, 62.0]


def test_an_order_to_hold_heads_makes_good_what_promotion_takes_away(tmp_path: Path) -> None:
    """20 heads at a rate of 2 a year: 80 in two years, as many as are hired for them."""
    text = two_groups() + '[hiring.keep]\ngroup = "core"\nhold = 20\n'
    text += '[moves.up]\nfrom = "core"\nto = "team"\nannual_share = 2.0\nafter = "0d"\n'
    _, people, _ = play(world(tmp_path, text, days=730))
    hired = moved(people, "hired")[0]
    assert hired == moved(people, "moved_out")[0] > 45.0
    assert (heads(people)[:, 0] == 20.0).all()


def test_an_order_to_hold_heads_makes_good_the_ends_of_terms(tmp_path: Path) -> None:
    text = two_groups() + '[hiring.keep]\ngroup = "core"\nhold = 20\n'
    # The order is one day late: each time, the seasonal class stands for those whom the move took away.
    for k in range(3):
        date = f"2027-01-{5 + 7 * k:02}"
        text += f'[moves.m{k}]\nfrom = "core"\nto = "team"\non = {date}\nheads = 20\n'
        text += f'[hiring.c{k}]\ngroup = "core"\nstarts = {date}\noffers = 20\ncontract_until = {date}\n'
    _, people, _ = play(world(tmp_path, text))
    assert heads(people)[-1, 0] == 20.0
    assert moved(people, "contract_ended") == [60.0, 0.0]


def test_leavers_among_the_promoted_are_replaced(tmp_path: Path) -> None:
    """The two heads of the team are nothing to those who are promoted into it, and leave it."""
    laws = '[attrition.a]\nannual_rate = 2.0\n[hiring.again]\ngroup = "team"\nreplace = "leavers"\n'
    text = two_groups(core="", team='attrition = "a"') + laws + '[hiring.keep]\ngroup = "core"\nhold = 100\n'
    text += '[moves.up]\nfrom = "core"\nto = "team"\nannual_share = 0.8\nafter = "0d"\n'
    _, people, _ = play(world(tmp_path, text, days=730))
    left, hired = moved(people, "left")[1], moved(people, "hired")[1]
    # Who goes in the last evening would be replaced the morning after.
    assert 100.0 < hired <= left <= hired + 5.0


def test_who_fails_a_classs_training_is_replaced(tmp_path: Path) -> None:
    """Of 120 heads, starting and offered, none is missing in the end: about 60 drop out, and nobody else leaves."""
    text = two_groups() + '[hiring.again]\ngroup = "core"\nreplace = "leavers"\n[hiring.class]\ngroup = "core"\n'
    text += 'starts = 2027-01-05\noffers = 100\ntraining = { length = "2w", dropout = 0.6 }\n'
    _, people, _ = play(world(tmp_path, text))
    assert moved(people, "dropped_out")[0] > 40.0
    assert heads(people)[-1, 0] == 120.0


def test_who_fails_a_retake_is_looked_for_again(tmp_path: Path) -> None:
    """Of those who start, 1 − 0.5² come on the floor: 200 are held, 180 to be found, from 240 who start."""
    text = two_groups() + '[hiring.keep]\ngroup = "core"\nhold = 200\n'
    text += 'training = { length = "2w", licence_pass = 0.5, retake_after = "1w" }\n'
    scenario = world(tmp_path, text, days=140)
    started = []
    for replication in range(10):
        _, people, _ = play(scenario, replication)
        assert heads(people)[-1, 0] == 200.0
        started.append(moved(people, "hired")[0])
    # Negative binomial: 180 × (1 − p) / p² has a standard deviation of 8.9.
    assert abs(np.mean(started) - 240.0) < 3.5 * 8.9 / np.sqrt(10)


def test_an_order_of_fixed_terms_hires_nobody_who_would_come_after_their_end(tmp_path: Path) -> None:
    """The term ends on day 16, and two weeks of training end on day 14 at best if they begin on day 0.

    Of 30 to be held there are 20. Ten start at once; whoever goes from day 3 on is not replaced.
    """
    text = two_groups(
        core="[groups.core.leavers]\nearly = { on = 2027-01-06, heads = 1 }\nlate = { on = 2027-01-08, heads = 1 }"
    )
    text += '[hiring.keep]\ngroup = "core"\nhold = 30\ncontract_until = 2027-01-20\ntraining = { length = "2w" }\n'
    _, people, _ = play(world(tmp_path, text))
    assert moved(people, "hired")[0] == 11.0
    assert moved(people, "contract_ended")[0] == 11.0
    assert heads(people)[[15, 16, 27], 0].tolist() == [29.0, 18.0, 18.0]


def test_a_retake_on_the_same_day_leaves_no_vacancy_behind(tmp_path: Path) -> None:
    """Who fails twice in a morning is replaced, whenever the order was filled that morning."""
    text = two_groups(core="[groups.core.leavers]\nhalf = { on = 2027-01-06, heads = 10 }")
    text += '[hiring.keep]\ngroup = "core"\nreplace = "leavers"\n'
    text += 'training = { length = "2d", licence_pass = 0.3, retake_after = "0d" }\n'
    _, people, _ = play(world(tmp_path, text, days=90))
    assert moved(people, "dropped_out")[0] > 0.0
    assert heads(people)[-1, 0] == 20.0


# ---------------------------------------------------------------- the same people under every plan

CHAT = """
[queues.chat]
channel = "phone"
forecast = { csv = "calls.csv" }
talk = { family = "exponential", mean = "6min" }
basis = "standard"
"""

MIXED = (
    CHAT
    + """
[groups.core]
heads = 40
contract_hours = { "40" = 27, "20" = 13 }
shifts = { early = "65%", late = "35%" }
skills = { calls = {}, chat = { holders = "45%" } }
attrition = "a"
[attrition.a]
annual_rate = 1.5
[shifts.early]
days = "mon-fri"
hours = "08:00-16:00"
[shifts.late]
days = "mon-fri"
hours = "09:00-17:00"
[hiring.keep]
group = "core"
replace = "leavers"
"""
)


def test_a_class_more_changes_no_contract_shift_or_skill_of_those_whom_an_order_hires(tmp_path: Path) -> None:
    """There are more places for them then, of which each is what it was. The first 40 are the mix that was asked for."""
    found = []
    for name, more in (("a", ""), ("b", '[hiring.c]\ngroup = "core"\nstarts = 2027-03-01\noffers = 12\n')):
        scenario = world(tmp_path / name, MIXED + more, days=364)
        prepared = prepare(scenario)
        assert prepared.roster is not None
        source = next(one for one in prepared.agents.sources if one.entry == "keep")
        who = np.isin(np.arange(len(prepared.agents.names)), source.members)
        segments = prepared.roster.of_dates(range(28), who)
        begins = np.zeros((28, source.count))
        begins[segments.day, segments.agent - source.first] = segments.start - 86400.0 * segments.day
        chat = holds(scenario, prepared.agents)[source.members, 1]
        found.append((prepared.agents.contract_hours[source.members], chat, begins))
    first = min(len(contracts) for contracts, _, _ in found)
    assert first < max(len(contracts) for contracts, _, _ in found)
    (contracts, chat, begins), (others, more_chat, more_begins) = found
    assert contracts[:first].tolist() == others[:first].tolist()
    assert chat[:first].tolist() == more_chat[:first].tolist()
    assert np.array_equal(begins[:, :first], more_begins[:, :first])
    assert (contracts[:40] == 40.0).sum() == pytest.approx(27, abs=1)
    assert chat[:40].sum() == pytest.approx(18, abs=1)
    assert (begins[:, :40].max(axis=0) == 8 * 3600.0).sum() == pytest.approx(26, abs=2)


# ---------------------------------------------------------------- what the ledger weighs, and whom the need falls to

TWO_QUEUES = (
    CHAT
    + """
[groups.core]
heads = 5
shifts = { day = "100%" }
skills = { calls = { speed = 0.5 } }
wage = { steps = [[0, 10.0], [200, 12.0]] }
[groups.other]
heads = 5
shifts = { day = "100%" }
skills = { chat = {} }
[shifts.day]
hours = "08:00-17:00"
"""
)


def test_queues_that_are_none_of_a_groups_skills_say_nothing_of_its_speed(tmp_path: Path) -> None:
    """Five people at half speed in their one skill are half as many, whatever else the center offers."""
    scenario = world(tmp_path, TWO_QUEUES, days=7)
    sums = replicate(prepare(scenario), 0, "simpy").sums
    assert sums.effective.sum(axis=0) / sums.signed_on.sum(axis=0) == pytest.approx([0.5, 1.0])


def test_a_skill_that_only_cross_training_gives_is_required_of_its_group(tmp_path: Path) -> None:
    text = TWO_QUEUES.replace("{ calls = { speed = 0.5 } }", "{ calls = {}, chat = { holders = 0 } }")
    text = text[: text.index("[groups.other]")] + text[text.index("[shifts.day]") :]
    text += '[groups.core.cross_training.chat]\nheads = 3\nstarts = 2027-01-04\nlength = "8h"\n'
    scenario = world(tmp_path, text, days=14)
    results = run_study([Entry(scenario, scenario)], Options(replications=1, jobs=1, engine="simpy"), Silent()).results
    need = results[0].requirement()
    assert need.group_required.sum() == pytest.approx(need.required.sum())
    assert tabulate(results, ["base"]).workforce["required_hours"].sum() >= need.required.sum()


def test_a_course_is_held_in_parts_where_breaks_leave_no_longer_stretch(tmp_path: Path) -> None:
    """Five people work 08:00-12:00 and 12:30-17:00: eight hours at once find no place, four and four do."""
    text = """
[groups.core]
heads = 5
shifts = { day = "100%" }
skills = { calls = {} }
[shifts.day]
hours = "08:00-17:00"
breaks = [{ at = "12:00", length = "30min" }]
[courses.update]
groups = ["core"]
starts = 2027-01-04
length = "8h"
a_day = "8h"
at_once = 1.0
cost = 100
"""
    scenario = world(tmp_path, text, days=14)
    attended = np.zeros(5)
    _, people, _ = play(scenario)
    for taught in people.courses.begun.values():
        attended += taught[:5]
    assert attended.tolist() == [1.0] * 5
    assert (people.courses.factors(13) == 1.0).all()
    assert np.isfinite(people.courses._courses[0].holds_from[:5]).all()


def test_a_queue_that_nobody_serves_at_first_is_taken_as_given(tmp_path: Path) -> None:
    """Its staff comes by a class: there is nothing to solve for, and nothing left over."""
    text = (
        CHAT.replace('basis = "standard"', "")
        + """
[groups.core]
heads = 5
shifts = { day = "100%" }
skills = { calls = {} }
[groups.chatters]
heads = 0
shifts = { day = "100%" }
skills = { chat = {} }
[hiring.spring]
group = "chatters"
starts = 2027-01-11
offers = 5
[shifts.day]
hours = "08:00-17:00"
"""
    )
    scenario = world(tmp_path, text, days=14)
    (result,) = run_study(
        [Entry(scenario, scenario)], Options(replications=2, jobs=1, engine="simpy"), Silent()
    ).results
    rows = {(row.queue, row.figure): row for row in result.calibration.rows}
    for figure in ("aht_s", "fcr"):
        row = rows["chat", figure]
        assert (row.method, row.residual, row.factor) == ("as given", 0.0, 1.0)
    told = [problem.where for problem in scenario.assumptions if "nobody serves it" in problem.what]
    assert told == ["queues.chat"]
