"""The end of a shift: stories of work that is carried over, with nothing lost; and a desk whose hours are its roster's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scenarios_at_random import WEEKDAYS, time_of_day, write_csv, write_toml
from stories import ALL_DAY, DAY, MONDAY, Call, Teller
from worlds import Silent

from sim.observations import Table
from sim.scenario.load import load
from sim.study.result import PlanResult
from sim.study.run import Entry, Options, run_study

SHIFT = [(0, 3600, "work")]
NEXT_DAY = [(DAY, DAY + 7200, "work")]
TWO_DAYS = {"days": 2}


def mail(at: float, talk: float, **more: Any) -> Call:
    return Call(at, talk=talk, queue="mail", **more)


def desk(agents: dict[str, Any], capacity: dict[str, Any] | None = None, **queue: Any) -> dict[str, Any]:
    return {
        "queues": {"calls": {}, "mail": {"channel": "email", **queue}},
        "groups": {"core": {"agents": agents, "capacity": {"email": capacity or {}}}},
    }


def stays(told: Any, who: str) -> list[str]:
    return [stay for stay in told.presence if stay.startswith(who) and "holds" not in stay]


def test_the_work_done_counts_and_the_rest_is_done_next_morning(tell: Teller) -> None:
    """300 of 600 seconds before the shift ends, the others by whoever comes first."""
    told = tell([mail(3300, 600)], center=TWO_DAYS, **desk({"ann": SHIFT, "bob": NEXT_DAY}))
    assert told.endings == ["bob 3300-86700"]
    assert told.rows[0][["paused", "effort", "handed_back"]].tolist() == (86400.0 - 3600, 600.0, 1)
    assert stays(told, "ann") == ["ann work 0-3600"]
    held = [stay for stay in told.presence if "holds" in stay]
    assert held == ["ann holds 1 3300-3600", "bob holds 1 86400-86700"]


def test_finding_into_it_costs_the_penalty_at_the_speed_of_who_takes_it_up(tell: Teller) -> None:
    """300 s and the penalty of 40 s, for somebody twice as fast."""
    story = desk({"ann": SHIFT}, {"resume_penalty": "40s"})
    story["groups"]["fast"] = {"agents": {"bob": NEXT_DAY}, "skills": {"mail": {"speed": 2.0}}}
    told = tell([mail(3300, 600)], center=TWO_DAYS, **story)
    assert told.endings == ["bob 3300-86570"]
    assert told.rows[0]["effort"] == 300.0 + 340 / 2


def test_an_idle_colleague_goes_on_at_once(tell: Teller) -> None:
    told = tell([mail(3300, 600)], **desk({"ann": SHIFT, "bob": [(0, 7200, "work")]}))
    assert told.endings == ["bob 3300-3900"]
    assert told.rows[0][["paused", "effort", "handed_back"]].tolist() == (0.0, 600.0, 1)


def test_nobody_takes_it_up_who_goes_home_at_the_same_moment(tell: Teller) -> None:
    """Bob and cat are idle until they leave with ann: the penalty is paid once, by dan."""
    staff = {"ann": SHIFT, "bob": SHIFT, "cat": SHIFT, "dan": NEXT_DAY}
    told = tell([mail(3300, 600)], center=TWO_DAYS, **desk(staff, {"resume_penalty": "40s"}))
    assert told.endings == ["dan 3300-86740"]
    assert told.rows[0]["handed_back"] == 1


def test_one_may_be_told_to_finish_first(tell: Teller) -> None:
    told = tell([mail(3300, 600)], **desk({"ann": SHIFT, "bob": ALL_DAY}, at_shift_end="finish"))
    assert told.endings == ["ann 3300-3900"]
    assert stays(told, "ann") == ["ann late for off 3600-3900", "ann work 0-3900"]


def test_calls_are_finished_and_breaks_wait_for_the_work_in_hand(tell: Teller) -> None:
    ann = [(0, 600, "work"), (600, 1200, "break"), (1200, 3600, "work")]
    told = tell([mail(500, 300), Call(3500, talk=300)], **desk({"ann": ann}))
    assert told.endings == ["ann 500-800", "ann 3500-3800"]
    assert stays(told, "ann") == [
        "ann late for break 600-800", "ann work 0-800", "ann break 800-1400", "ann late for off 3600-3800",
        "ann work 1400-3800",
    ]  # fmt: skip


def test_a_late_break_is_no_reason_to_work_past_the_end(tell: Teller) -> None:
    """Due for her break at 3000 she works on; what she has not done by 3600 stays."""
    ann = [(0, 3000, "work"), (3000, 3600, "break")]
    told = tell([mail(2900, 1000)], center=TWO_DAYS, **desk({"ann": ann, "bob": NEXT_DAY}))
    assert told.endings == ["bob 2900-86700"]
    assert stays(told, "ann") == ["ann late for break 3000-3600", "ann work 0-3600"]


def test_it_stands_in_line_by_its_age(tell: Teller) -> None:
    """Whoever left it last, and whoever has not been begun."""
    calls = [mail(3000, 1000), mail(3100, 1000), mail(3200, 50)]
    told = tell(calls, center=TWO_DAYS, **desk({"ann": SHIFT, "bob": [(0, 3590, "work")], "cat": NEXT_DAY}))
    # Of the first 400 s are left, of the second 510.
    assert told.endings == ["cat 3000-86800", "cat 3100-87310", "cat 87310-87360"]


def test_of_wrap_up_only_the_rest_is_left(tell: Teller) -> None:
    told = tell([mail(3300, 200, wrap=400)], center=TWO_DAYS, **desk({"ann": SHIFT, "bob": NEXT_DAY}))
    assert told.endings == ["bob 3300-86700"]
    assert told.rows[0]["effort"] == 600.0


def test_what_ends_with_the_shift_is_not_left(tell: Teller) -> None:
    told = tell([mail(3300, 300)], center=TWO_DAYS, **desk({"ann": SHIFT, "bob": NEXT_DAY}))
    assert told.endings == ["ann 3300-3600"]
    assert told.rows[0]["handed_back"] == 0


def test_an_email_laid_aside_for_a_call_does_not_wait_for_the_calls_end(tell: Teller) -> None:
    """Dropped at 3400 with 500 s left; ann is on the call until 3900, bob comes at 3650."""
    story = desk({"ann": SHIFT, "bob": [(3650, 7200, "work")]}, {"interrupted_by": ["phone"]})
    told = tell([mail(3300, 600), Call(3400, talk=500)], **story)
    assert told.endings == ["bob 3300-4150", "ann 3400-3900"]
    assert told.rows[0][["paused", "effort"]].tolist() == (250.0, 600.0)


def test_several_in_hand_are_all_left(tell: Teller) -> None:
    """Two together at half speed: 100 s each of 600; then one after the other."""
    story = desk({"ann": SHIFT}, {"at_once": 2, "alone": False}, speed_by_load=[1.0, 0.5])
    story["groups"]["alone"] = {"agents": {"bob": NEXT_DAY}, "skills": {"mail": {}}}
    told = tell([mail(3400, 600), mail(3400.5, 600)], center=TWO_DAYS, **story)
    # Half a second alone, then 199.5 s at a half: 100.25 s and 99.75 s are done.
    assert told.rows["ended"].tolist() == [DAY + 499.75, DAY + 499.75 + 500.25]
    assert told.rows["effort"].tolist() == [100.25 + 499.75, 99.75 + 500.25]
    assert stays(told, "ann") == ["ann work 0-3600"]


def test_taken_up_beside_others_again_its_own_share_of_the_time_counts(tell: Teller) -> None:
    story = desk({"ann": SHIFT, "bob": NEXT_DAY}, {"at_once": 2, "alone": False}, speed_by_load=[1.0, 0.5])
    told = tell([mail(3400, 600), mail(3400.5, 600)], center=TWO_DAYS, **story)
    # 499.75 s at a half each; then 0.5 s are left of the other.
    assert told.rows["ended"].tolist() == [DAY + 999.5, DAY + 1000.0]
    assert told.rows["effort"].tolist() == [100.25 + 999.5 / 2, 99.75 + 999.5 / 2 + 0.5]


def test_a_chat_is_finished_and_the_email_beside_it_is_left(tell: Teller) -> None:
    """From 3600 on the chat goes at full speed."""
    capacity = {"email": {"at_once": 1, "alone": False}, "chat": {"at_once": 1}}
    told = tell(
        [mail(3400, 300), Call(3500, talk=150, queue="chat")],
        center=TWO_DAYS,
        queues={"mail": {"channel": "email", "speed_by_load": [1.0, 0.5]}, "chat": {"channel": "chat"}},
        groups={"core": {"agents": {"ann": SHIFT, "bob": NEXT_DAY}, "capacity": capacity}},
    )
    # The chat: 100 s at 0.8, then 70 s. The email: 100 s and 50 s are done.
    assert told.endings == ["bob 3400-86550", "ann 3500-3670"]
    assert stays(told, "ann") == ["ann late for off 3600-3670", "ann work 0-3670"]


def test_seats_that_are_cut_leave_it_too(tell: Teller) -> None:
    """Of two at work the one leaves who began last; the other when no seat is left."""
    story = desk({})
    story["groups"]["core"] = {"seats": [2, 1, 0, 1]}
    told = tell([mail(1000, 5000), mail(1100, 1000)], **story)
    # Core 2 leaves at 1800, core 1 at 3600; whoever left first is back first, and finishes both from 5400 on.
    assert told.endings == ["core 2 1000-7800", "core 2 1100-8100"]
    assert told.rows["effort"].tolist() == [5000.0, 1000.0]
    worked = sorted(stay.split(" work ")[1] for stay in told.presence if " work " in stay)
    assert worked == ["0-1800", "0-3600", "5400-86400"]


# ---------------------------------------------------------------- a desk that closes at five


class Rows(Silent):
    def __init__(self) -> None:
        self.rows: list[Table] = []

    def kept(self, result: PlanResult, replication: int, rows: Table, stays: Table) -> None:  # noqa: ARG002
        self.rows.append(rows)


def back_office(folder: Path, at_shift_end: str) -> tuple[PlanResult, list[Table]]:
    """Five heads from nine to five, a break of 45 minutes at noon; more cases of 40 minutes come, day and night, than they can do."""
    volumes = [(day, time_of_day(3600 * hour), 3) for day in WEEKDAYS for hour in range(24)]
    queue = {
        "channel": "back office",
        "forecast": {"csv": write_csv(folder / "cases.csv", "weekday,start,contacts", volumes)},
        "talk": {"family": "exponential", "mean": "40min"},
        "basis": "standard",
        "fcr": 1.0,
        "at_shift_end": at_shift_end,
        "backlog_at_start": {"contacts": 40, "oldest": "2d"},
    }
    tables: dict[str, Any] = {
        "center": {"start": MONDAY, "days": 7, "interval": "60min"},
        "queues": {"cases": queue},
        "groups": {"desk": {"shifts": {"day": 5}, "contract_hours": 36.25, "skills": {"cases": {}}, "wage": 20.0}},
        "shifts": {"day": {"days": "mon-fri", "hours": "09:00-17:00", "breaks": [{"at": "12:00", "length": "45min"}]}},
        "costs": {"load": 1.0},
    }
    base = load(write_toml(folder / f"{at_shift_end}.toml", tables))
    rows = Rows()
    options = Options(8, 1, jobs=1, engine="compiled", keep_contacts=True)
    return run_study([Entry(base, base)], options, rows).results[0], rows.rows


def test_the_hours_of_a_desk_that_closes_at_five_are_its_rosters(tmp_path: Path) -> None:
    """5 heads × 5 days × 7.25 paid hours; finishing first costs hours on top, as 40 exponential minutes would."""
    carried, rows = back_office(tmp_path, "carry over")
    assert carried.kpi("paid_hours").mean == 5 * 5 * 7.25
    assert carried.kpi("paid_hours").sd == 0.0
    assert carried.kpi("overrun_hours", "group", "desk").mean == 0.0
    finished, _ = back_office(tmp_path, "finish")
    late = finished.kpi("overrun_hours", "group", "desk").mean
    # All five are at work at five: 25 times the mean of what is left of a case, which is a whole mean.
    assert late == pytest.approx(25 * 40 / 60, rel=0.25)
    assert finished.kpi("paid_hours").mean == pytest.approx(5 * 5 * 7.25 + late, abs=1e-6)
    # What was left at night was all done, by whoever took it up.
    done = np.concatenate(rows)
    left = done[done["handed_back"] > 0]
    assert len(left) > 8 * 20
    assert (done["effort"][done["outcome"] == 0] > 0).all()
