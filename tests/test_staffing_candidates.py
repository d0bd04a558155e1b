"""Candidate shifts by rule and by moving, and what limits on heads, part time, weekends and changes come to."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario.load import plan_of
from sim.scenario.reading.plans import BASE, read_file
from sim.staffing.allowed import Allowed, allowed_of
from sim.workforce.people import build_agents
from sim.workforce.roster import build_segments

WORLD = """\
[center]
start = 2026-03-02
days = 7
interval = "30min"
open = { mon-sun = "08:00-20:00" }
full_time_hours = 40
[queues.calls]
channel = "phone"
forecast = { csv = "calls.csv" }
talk = { family = "exponential", mean = "3min" }
service_level = { target = 0.80, within = "20s" }
[groups.core]
heads = 6
shifts = { early = 4, late = 2 }
contract_hours = 40
skills = { calls = {} }
wage = 20
[groups.other]
heads = 4
shifts = { early = 3, weekend = 1 }
contract_hours = { "40" = 3, "16" = 1 }
skills = { calls = {} }
wage = 20
[shifts.early]
days = "mon-fri"
hours = "08:00-16:30"
breaks = [{ within = "10:00-11:00", length = "15min", paid = true }, { at = "12:30", length = "30min" }]
[shifts.late]
days = "mon-fri"
hours = "12:00-20:00"
[shifts.weekend]
days = "sat-sun"
hours = "09:00-17:00"
"""

PEAK = """\
[staffing.shifts.peak]
starts = { from = "11:30", to = "12:30", every = "30min" }
lengths = ["4h", "6h"]
days = "mon-wed,fri-sat"
breaks = [
  { after = "30min", before_end = "150min", length = "15min", paid = true },
  { after = "3h", before_end = "2h", length = "30min", shifts_from = "5h" },
]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "calls.csv").write_text(
        "weekday,start,contacts\n"
        + "".join(f"{d},{h:02d}:{m:02d},4\n" for d in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
                  for h in range(8, 20) for m in (0, 30))
    )  # fmt: skip
    path = tmp_path / "world.toml"
    path.write_text(world(""))
    return path


def world(staffing: str) -> str:
    return WORLD + staffing


def allowed(path: Path, staffing: str, *, keep_heads: bool = False) -> Allowed:
    path.write_text(world(staffing))
    return allowed_of(plan_of(read_file(path), BASE), keep_heads=keep_heads)


def test_a_rule_makes_a_shift_of_each_start_and_length(file: Path) -> None:
    found = allowed(file, PEAK + "[staffing.groups.core]\npart_time = { hours = [20, 28] }\n").shifts
    assert list(found) == [f"peak-{start}-{length}" for start in ("1130", "1200", "1230") for length in ("4h", "6h")]
    assert found["peak-1200-4h"] == {
        "days": "mon-wed,fri-sat",
        "hours": "12:00-16:00",
        "breaks": [{"within": "12:30-13:30", "length": "15m", "paid": True}],
    }
    assert found["peak-1200-6h"]["breaks"] == [
        {"within": "12:30-15:30", "length": "15m", "paid": True},
        {"within": "15:00-16:00", "length": "30m", "paid": False},
    ]


def test_a_contract_works_shifts_whose_week_has_its_hours(file: Path) -> None:
    """Five days of 4 h pay 20 hours; of 6 h with half an hour unpaid 27.5, less than 2 % below 28; 40 fits neither."""
    columns = allowed(file, PEAK + "[staffing.groups.core]\npart_time = { hours = [20, 28, 29] }\n").columns
    core = {(c.shift, c.hours) for c in columns if c.group == "core"}
    assert {hours for shift, hours in core if shift == "peak-1200-4h"} == {20.0}
    assert {hours for shift, hours in core if shift == "peak-1200-6h"} == {20.0, 28.0}
    assert {hours for shift, hours in core if shift == "early"} == {40.0, 29.0, 28.0, 20.0}


def test_a_candidate_is_worked_as_its_table_says(file: Path) -> None:
    """One more on peak-1200-4h: Monday to Wednesday, Friday and Saturday, twelve to four, a break within."""
    some = allowed(file, PEAK + "[staffing.groups.core]\npart_time = { hours = 20 }\n")
    at = [column.name for column in some.columns].index("core peak-1200-4h, 20 h")
    heads = [number + (k == at) for k, number in enumerate(some.today)]
    plan = plan_of(read_file(file), BASE, [some.changes(heads)])
    agents = build_agents(plan)
    segments = build_segments(plan, agents)
    [person] = [k for k in range(len(agents.names)) if agents.contract_hours[k] == 20.0]
    own = segments.take(segments.agent == person)
    assert sorted(set(own.day.tolist())) == [0, 1, 2, 4, 5]
    assert {(start % 86400 / 3600) for start in own.start[:1].tolist()} == {12.0}
    assert (own.end - own.start).sum() / 3600 == 20.0


def test_heads_shifts_and_contracts_keep_to_their_limits(file: Path) -> None:
    """5 to 9 heads, a quarter of them part time or at weekends at most, and 3 of all 10 changed."""
    some = allowed(
        file,
        PEAK
        + """
[staffing]
change_at_most = "30% of heads"
[staffing.groups.core]
heads = { at_least = 5, at_most = 9 }
part_time = { at_most = "25%", hours = 20 }
weekend = { at_most = "1 in 4" }
[staffing.groups.other]
heads = "fixed"
shifts = ["early"]
""",
    )
    number = {(c.group, c.shift, c.hours): k for k, c in enumerate(some.columns)}

    def holds(**changes: int) -> bool:
        names = {
            "early": ("core", "early", 40.0), "late": ("core", "late", 40.0), "part": ("core", "early", 20.0),
            "peak": ("core", "peak-1200-4h", 20.0), "other": ("other", "early", 40.0),
            "shorter": ("other", "early", 16.0), "weekend": ("other", "weekend", 16.0),
        }  # fmt: skip
        heads = list(some.today)
        for name, change in changes.items():
            heads[number[names[name]]] += change
        return some.holds(heads)

    assert some.most_moved == 3
    assert holds()
    assert holds(early=3)
    assert holds(early=-1)
    assert not holds(early=4)  # 4 of 10 heads differ, and 3 may
    assert not holds(early=-2)  # four are fewer than five
    assert holds(part=2)  # 2 of 8 are a quarter
    assert not holds(part=2, early=-1)
    assert holds(peak=2)  # and a quarter of them works on Saturdays
    assert not holds(peak=2, early=-1)
    assert not holds(other=1)
    assert ("other", "early", 16.0) in number
    assert not holds(shorter=1)  # a contract more than today
    assert not holds(shorter=1, weekend=-1)  # those on weekend stay as they are


def test_rotations_say_who_works_at_weekends(file: Path) -> None:
    """Every third week has a Saturday: fine by one in three, too often for one in four."""
    rota = '[rotations.some]\nweeks = ["MTWTF--", "MTWTF--", "MTW-FS-"]\n[plans.x]\n'
    text = world(rota).replace('[shifts.late]\ndays = "mon-fri"', "[shifts.late]")
    for most, fits in (("1 in 3", True), ("1 in 4", False)):
        limited = f'[staffing.groups.core]\nshifts = ["late"]\nweekend = {{ at_most = "{most}" }}\n'
        file.write_text(
            text.replace("skills = { calls = {} }", 'rotation = "some"\nskills = { calls = {} }', 1) + limited
        )
        some = allowed_of(plan_of(read_file(file), BASE))
        weekend = next(limit for limit in some.limits if limit.name.endswith("weekend.at_most"))
        only_late = [9 if column.name == "core late, 40 h" else 0 for column in some.columns]
        assert weekend.holds(only_late) is fits


def test_a_group_that_is_empty_may_be_filled_where_the_file_says_so(file: Path) -> None:
    text = world("").replace(
        "heads = 6\nshifts = { early = 4, late = 2 }", "heads = 0\nshifts = { early = 0, late = 0 }"
    )
    file.write_text(text)
    assert allowed_of(plan_of(read_file(file), BASE)).fixed == {"core": "nobody is in it on the first day"}
    file.write_text(text + "[staffing.groups.core]\nheads = { at_most = 4 }\n")
    some = allowed_of(plan_of(read_file(file), BASE))
    assert [(c.name, c.today, c.most) for c in some.columns if c.group == "core"] == [
        ("core early, 40 h", 0, 4),
        ("core late, 40 h", 0, 4),
    ]
    plan = plan_of(read_file(file), BASE, [some.changes([2 if c.group == "core" else c.today for c in some.columns])])
    assert plan.spec.groups["core"].heads == 4


# ---- The same people ------------------------------------------------------------------------------------------------


def test_the_same_people_on_moved_shifts(file: Path) -> None:
    some = allowed(file, "", keep_heads=True)
    core = [column for column in some.columns if column.group == "core"]
    assert len(core) <= 2 + 12
    # Nobody before eight or after eight in the evening, when nobody calls.
    assert "early-0730" not in some.shifts
    assert "late-1230" not in some.shifts
    assert some.shifts["early-0830"] == {
        "days": "mon-fri",
        "hours": "08:30-17:00",
        "breaks": [
            {"within": "10:30-11:30", "length": "15m", "paid": True},
            {"at": "13:00", "length": "30m", "paid": False},
        ],
    }
    assert some.shifts["early-breaks-30m-later"]["hours"] == "08:00-16:30"
    assert some.shifts["early-breaks-30m-later"]["breaks"][1]["at"] == "13:00"
    names = [column.name for column in some.columns]
    heads = list(some.today)
    heads[names.index("core early, 40 h")] -= 1
    assert not some.holds(heads)
    heads[names.index("core late-1130, 40 h")] += 1
    assert some.holds(heads)
    plan = plan_of(read_file(file), BASE, [some.changes(heads)])
    assert plan.spec.groups["core"].heads == 6


def test_every_moved_shift_can_be_worked(file: Path) -> None:
    some = allowed(file, "", keep_heads=True)
    one_each = [1 for _ in some.columns]
    plan = plan_of(read_file(file), BASE, [some.changes(one_each)])
    assert set(some.shifts) <= set(plan.spec.shifts)


def test_a_plan_that_was_found_can_be_searched_again(file: Path) -> None:
    """What it took of the candidates stands among its shifts, and is still one of them."""
    rule = PEAK + "[staffing.groups.core]\npart_time = { hours = 20 }\n"
    some = allowed(file, rule)
    heads = [
        number + (column.name == "core peak-1200-4h, 20 h")
        for number, column in zip(some.today, some.columns, strict=True)
    ]
    plan = plan_of(read_file(file), BASE, [some.changes(heads)])
    again = allowed_of(plan)
    assert {c.name: c.today for c in again.columns} == {c.name: n for c, n in zip(some.columns, heads, strict=True)}
    assert set(again.shifts) == set(some.shifts) - {"peak-1200-4h"}
