"""Traps that a careful planner would fall into with us: each a small scenario with an answer known beforehand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from sim.command.cli import main

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def volumes(folder: Path, name: str, value: str, first: int = 0, last: int = 24) -> None:
    """A row per weekday and half hour from `first` to `last` o'clock; the file is named for its column."""
    rows = [
        f"{day},{hour:02d}:{minute},{value}" for day in DAYS for hour in range(first, last) for minute in ("00", "30")
    ]
    (folder / f"{name}.csv").write_text("\n".join([f"weekday,start,{name}", *rows]))


def play(folder: Path, text: str, *options: str, verb: str = "run", files: tuple[str, ...] = ("world",)) -> Path:
    for name in files:
        (folder / f"{name}.toml").write_text(text)
    words = [verb, *(str(folder / f"{name}.toml") for name in files), "--out", str(folder / "out"), *options]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    return folder / "out"


def kpi(out: Path, name: str, scope: str = "center", plan: str | None = None) -> float:
    table = pd.read_csv(out / "summary.csv")
    chosen = (table.scope == scope) & (table.kpi == name) & ((plan is None) | (table.plan == plan))
    return float(table[chosen]["mean"].iloc[0])


CENTER = "[center]\nstart = 2026-03-02\ndays = {days}\n{more}\n[run]\nreplications = {runs}\n"
QUEUE = '[queues.q]\nchannel = "phone"\nforecast = {{ csv = "contacts.csv" }}\ntalk = {{ family = "constant", mean = "{talk}" }}\n'
SHIFT = '[shifts.day]\nhours = "{hours}"\n{breaks}\n'


def test_need_does_not_vanish_where_nobody_is_signed_on(tmp_path: Path) -> None:
    """Open 8 to 20, staffed 8 to 16, no shrinkage: paid hours required are the sum of the seats required."""
    volumes(tmp_path, "contacts", "20", 8, 20)
    text = CENTER.format(days=1, runs=3, more='open = { mon-sun = "08:00-20:00" }') + QUEUE.format(talk="5min")
    text += "[groups.g]\nheads = 8\nshifts = { day = 8 }\nskills = { q = {} }\n"
    out = play(tmp_path, text + SHIFT.format(hours="08:00-16:00", breaks=""), "--engine", "simpy")
    intervals = pd.read_csv(out / "intervals.csv")
    evening = intervals[(intervals.start >= "16:30")]
    by_scope = evening.groupby("scope")[["required", "short"]].sum()
    assert by_scope.loc["queue", "required"] > 20
    assert by_scope.loc["group"].tolist() == pytest.approx(by_scope.loc["queue"].tolist())
    required = intervals[intervals.scope == "queue"].required.sum() / 2
    assert kpi(out, "required_hours") == pytest.approx(required)
    assert kpi(out, "short_hours", "group") == pytest.approx(kpi(out, "short_hours"))


def test_a_break_of_everybody_at_once_does_not_blow_up_the_paid_hours(tmp_path: Path) -> None:
    """Half an hour of 8 is a shrinkage of 1/16: the need of that half hour is divided by 15/16, not by nothing."""
    volumes(tmp_path, "contacts", "20", 8, 16)
    text = CENTER.format(days=1, runs=2, more='open = { mon-sun = "08:00-16:00" }') + QUEUE.format(talk="5min")
    text += "[groups.g]\nheads = 8\nshifts = { day = 8 }\nskills = { q = {} }\n"
    breaks = 'breaks = [{ at = "12:00", length = "30min", paid = true }]'
    out = play(tmp_path, text + SHIFT.format(hours="08:00-16:00", breaks=breaks), "--engine", "simpy")
    table = pd.read_csv(out / "intervals.csv")
    queue = table[table.scope == "queue"].set_index("start").required / 2
    expected = queue.drop("12:00").sum() + queue["12:00"] / (15 / 16)
    assert kpi(out, "required_hours") == pytest.approx(expected, rel=1e-6)


def test_the_night_of_the_eve_is_no_overtime_of_the_first_day(tmp_path: Path) -> None:
    """Eight hours a night with nobody calling: no overtime, though the first day sees the end of two nights' shifts."""
    volumes(tmp_path, "contacts", "0")
    text = CENTER.format(days=7, runs=2, more='overtime_after = { day = "8h", week = "56h" }') + QUEUE.format(
        talk="5min"
    )
    text += "[groups.g]\nheads = 5\nshifts = { day = 5 }\nskills = { q = {} }\nwage = 20\n"
    out = play(tmp_path, text + SHIFT.format(hours="22:00-06:00", breaks=""), "--engine", "simpy")
    costs = pd.read_csv(out / "costs.csv").set_index("line")["mean"]
    assert costs["overtime premium"] == 0
    # Six hours of the eve's shift, six whole nights, and two hours of the last one.
    assert costs["wages g"] == 5 * 20 * (6 + 6 * 8 + 2)


def test_handle_times_that_differ_over_the_day_calibrate_to_what_was_observed(tmp_path: Path) -> None:
    """200 s by day, 500 s from 16:00, when slower people sit: constant work, so the mean is (16·200 + 8·500)/24 = 300."""
    rows = [
        f"{day},{hour:02d}:{minute},30,{500 if hour >= 16 else 200}"
        for day in DAYS
        for hour in range(24)
        for minute in ("00", "30")
    ]
    (tmp_path / "contacts.csv").write_text("\n".join(["weekday,start,contacts,aht_s", *rows]))
    for name, on in (("early", lambda hour: hour < 16), ("late", lambda hour: hour >= 16)):
        seats = [
            f"{day},{hour:02d}:{minute},{30 if on(hour) else 0}"
            for day in DAYS
            for hour in range(24)
            for minute in ("00", "30")
        ]
        (tmp_path / f"{name}.csv").write_text("\n".join(["weekday,start,seats", *seats]))
    scenario = CENTER.format(days=14, runs=20, more="") + QUEUE.format(talk="250s")
    scenario += '[groups.early]\nseats = { csv = "early.csv" }\nskills = { q = {} }\n'
    scenario += '[groups.late]\nseats = { csv = "late.csv" }\nskills = { q = { speed = 0.7 } }\n'
    out = play(tmp_path, scenario, "--engine", "compiled")
    assert kpi(out, "aht_s") == pytest.approx(300, rel=0.005)


def test_a_replayed_log_is_what_was_observed(tmp_path: Path) -> None:
    """Calls of 300 s by agents of speed 0.8 take 300 s again, not 375."""
    rows = [f"2026-03-02 {hour:02d}:{minute:02d}:00,300" for hour in range(8, 16) for minute in range(0, 60, 10)]
    (tmp_path / "log.csv").write_text("\n".join(["arrived,talk_s", *rows]))
    text = CENTER.format(days=1, runs=2, more="") + QUEUE.format(talk="240s").replace(
        'csv = "contacts.csv"', 'replay = "log.csv"'
    )
    text += "[groups.g]\nheads = 9\nshifts = { day = 9 }\nskills = { q = { speed = 0.8 } }\n"
    out = play(tmp_path, text + SHIFT.format(hours="07:00-17:00", breaks=""), "--engine", "simpy")
    assert kpi(out, "aht_s") == pytest.approx(300, abs=1e-5)


def test_a_bad_week_is_not_hidden_by_the_average_of_its_month(tmp_path: Path) -> None:
    """Nine weeks are shown as typical weeks, but the ledger still shows who was missing in the third."""
    volumes(tmp_path, "contacts", "20", 8, 16)
    dates = pd.date_range("2026-03-02", periods=63)
    seats = [
        f"{date.date()},{hour:02d}:{minute},{1 if week == 2 else 9}"
        for number, date in enumerate(dates)
        for week in [number // 7]
        for hour in range(8, 16)
        for minute in ("00", "30")
    ]
    (tmp_path / "seats.csv").write_text("\n".join(["date,start,seats", *seats]))
    text = CENTER.format(days=63, runs=2, more='open = { mon-sun = "08:00-16:00" }') + QUEUE.format(talk="5min")
    out = play(
        tmp_path, text + '[groups.g]\nseats = { csv = "seats.csv" }\nskills = { q = {} }\n', "--engine", "compiled"
    )
    ledger = pd.read_csv(out / "workforce.csv").set_index("week").peak_short
    assert ledger["2026-03-16"] > 3
    assert (ledger.drop("2026-03-16") < 2).all()
    weeks = pd.read_csv(out / "periods.csv").query("period == 'week' and scope == 'group'").set_index("date").seats
    assert weeks["2026-03-16"] == pytest.approx(1, abs=0.05)
    assert weeks["2026-03-09"] == pytest.approx(9, abs=0.05)


def test_a_plan_may_add_a_queue(tmp_path: Path) -> None:
    volumes(tmp_path, "contacts", "5", 8, 16)
    text = CENTER.format(days=1, runs=2, more='open = { mon-sun = "08:00-16:00" }') + QUEUE.format(talk="5min")
    text += "[groups.g]\nheads = 4\nshifts = { day = 4 }\nskills = { q = {} }\n" + SHIFT.format(
        hours="08:00-16:00", breaks=""
    )
    text += '[plans.more]\nqueues.extra = { like = "q" }\ngroups.g.skills.extra = { speed = 0.5 }\n'
    out = play(tmp_path, text, "--engine", "simpy", verb="compare")
    table = (
        pd.read_csv(out / "summary.csv")
        .query("plan == 'more' and scope == 'queue' and kpi == 'aht_s'")
        .set_index("name")
    )
    # Taken as observed in the plan itself: half the speed, but the same five minutes.
    assert table["mean"].to_dict() == pytest.approx({"q": 300, "extra": 300})


def test_files_are_compared_on_the_baselines_luck(tmp_path: Path) -> None:
    """Two files that differ in their seed alone do not differ."""
    volumes(tmp_path, "contacts", "20", 8, 16)
    text = CENTER.format(days=1, runs=3, more='open = { mon-sun = "08:00-16:00" }') + QUEUE.format(talk="5min")
    text += "[groups.g]\nheads = 8\nshifts = { day = 8 }\nskills = { q = {} }\n" + SHIFT.format(
        hours="08:00-16:00", breaks=""
    )
    (tmp_path / "a.toml").write_text(text)
    (tmp_path / "b.toml").write_text(text.replace("replications = 3", "replications = 3\nseed = 99"))
    words = [
        "compare",
        str(tmp_path / "a.toml"),
        str(tmp_path / "b.toml"),
        "--engine",
        "simpy",
        "--out",
        str(tmp_path / "out"),
    ]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    differences = pd.read_csv(tmp_path / "out" / "comparison.csv").difference.dropna()
    assert len(differences) > 30
    assert (differences == 0).all()


def test_a_mistake_in_another_plan_does_not_spoil_the_run_of_the_base(tmp_path: Path) -> None:
    volumes(tmp_path, "contacts", "5", 8, 16)
    text = CENTER.format(days=1, runs=2, more='open = { mon-sun = "08:00-16:00" }') + QUEUE.format(talk="5min")
    text += "[groups.g]\nheads = 4\nshifts = { day = 4 }\nskills = { q = {} }\n" + SHIFT.format(
        hours="08:00-16:00", breaks=""
    )
    assert (
        play(tmp_path, text + "[plans.broken]\ngroups.g.heads = -3\n", "--engine", "simpy") / "report.html"
    ).exists()
