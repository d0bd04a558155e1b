"""From a log to a scenario that runs: what is written, what is refused, what is said of what a log does not hold."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from known_logs import START, START_S, as_csv, log_of, small_log
from shop import sim as command

import sim
from sim.fitting.records import LeftOut, Log
from sim.report.fitted_scenario import write_scenario
from sim.units import DAY


def rng() -> np.random.Generator:
    return np.random.default_rng(20260302)


def without(log: Log, rows: Any) -> Log:
    assert log.contacts is not None
    return replace(log, contacts=log.contacts[~np.asarray(rows)].reset_index(drop=True))


def contacts(log: Log) -> pd.DataFrame:
    assert log.contacts is not None
    return log.contacts


@pytest.fixture(scope="module")
def log() -> Log:
    return small_log(rng())


@pytest.fixture(scope="module")
def fitted(log: Log) -> Any:
    return sim.fit(log, weeks_held_back=1)


def test_the_scenario_runs_and_brings_what_came(fitted: Any, tmp_path: Path) -> None:
    """120 contacts a day, 7 of 10 of them orders, of 200 s: what a week of the scenario brings, within 4 errors of 7 %."""
    center = fitted.center(tmp_path / "fit")
    result = sim.run(center, replications=20, jobs=1)
    offered = result.kpi("offered", "queue", "orders").mean
    assert offered == pytest.approx(0.7 * 120 * 7, rel=0.07)
    assert result.kpi("aht_s", "queue", "orders").mean == pytest.approx(200.0, rel=0.15)
    spec = center.scenario.spec.center
    assert (spec.start, spec.days) == (START + dt.timedelta(days=14), 7)
    assert {span for day in spec.open for span in day} == {(8 * 3600.0, 18 * 3600.0)}


def test_volumes_are_plain_means(log: Log, fitted: Any, tmp_path: Path) -> None:
    """Counted anew with pandas, of the two weeks that are fitted on."""
    folder = fitted.write(tmp_path / "fit")
    table = contacts(log)
    when = pd.to_datetime(table["arrived"], unit="s")
    own = table[(table["queue"] == "orders") & (when < pd.Timestamp(START) + pd.Timedelta(days=14))]
    when = pd.to_datetime(own["arrived"], unit="s")
    counted = own.groupby([when.dt.strftime("%a").str.lower(), when.dt.floor("30min").dt.strftime("%H:%M")]).size() / 2
    written = pd.read_csv(folder / "forecast-orders.csv").set_index(["weekday", "start"])["contacts"]
    assert len(written) == 7 * 20
    for key, value in written.items():
        assert value == pytest.approx(counted.get(key, 0.0), abs=0.006)


def test_a_folder_holds_all_of_it(fitted: Any, tmp_path: Path) -> None:
    folder = fitted.write(tmp_path / "fit")
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {"scenario.toml", "forecast-orders.csv", "forecast-returns.csv", "seats-all-queues.csv", "estimates.csv",
            "observed-volumes.csv", "report.html", "manifest.json", "charts/patience.png"} <= names  # fmt: skip
    told = json.loads((folder / "manifest.json").read_text())
    assert set(told["files"]) == names
    assert told["until"] == str(START + dt.timedelta(days=13))
    table = pd.read_csv(folder / "estimates.csv")
    assert table.columns.tolist() == ["scope", "name", "estimate", "unit", "value", "low", "high", "n", "of", "said"]
    known = table.dropna(subset=["low", "value"])
    assert ((known["low"] <= known["value"]) & (known["value"] <= known["high"])).all()
    page = (folder / "report.html").read_text()
    for words in ("The log&#39;s own figures", "What this log cannot tell", "Assumed", "95 % interval"):
        assert words in page
    assert "http" not in page.replace("http://www.w3.org", "")


def test_the_same_log_the_same_bytes(log: Log, tmp_path: Path) -> None:
    for name in ("a", "b"):
        sim.fit(log).write(tmp_path / name)
    for path in (tmp_path / "a").rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes()


def test_held_back_days_do_not_matter(log: Log) -> None:
    """Whatever the last week holds, and however the fit is ended before it."""
    table = contacts(log)
    cut = sim.fit(without(log, table["arrived"] >= START_S + 14 * DAY))
    for other in (sim.fit(log, weeks_held_back=1), sim.fit(log, until="2026-03-15")):
        assert other.held_back == tuple(START + dt.timedelta(days=14 + day) for day in range(7))
        pd.testing.assert_frame_equal(other.estimates, cut.estimates)


def test_a_holiday_and_an_event_are_left_out(log: Log) -> None:
    """The second Tuesday has no contacts, but for five; on the third Friday 60 come more within half an hour."""
    table = contacts(log)
    on = ((table["arrived"] - START_S) // DAY).astype(int)
    quiet = without(log, (on == 8) & (table.groupby(on).cumcount() >= 5))
    more = contacts(quiet).iloc[:60].assign(arrived=START_S + 18 * DAY + 9.2 * 3600, queue="orders")
    more["left"] = more["ended"] = more["arrived"] + 5.0
    more["outcome"] = "abandoned"
    both = pd.concat([contacts(quiet), more], ignore_index=True).sort_values("arrived")
    for name in ("queue", "outcome"):
        both[name] = both[name].astype("category")
    found = sim.fit(replace(quiet, contacts=both.reset_index(drop=True))).fit
    assert [(one.date, one.queue) for one in found.special] == [
        (START + dt.timedelta(days=8), ""), (START + dt.timedelta(days=18), "orders")
    ]  # fmt: skip
    plain = sim.fit(log).fit
    friday = found.week[0, 4] - plain.week[0, 4]
    assert np.nanmax(np.abs(friday)) < 2.5


def test_log_ons_are_seats(log: Log, tmp_path: Path) -> None:
    """Four agents from eight to six, less half an hour of lunch: 9.5 hours a day each; a break is 5 % of the time."""
    rows = []
    for day in range(21):
        begin = START_S + day * DAY
        for agent in range(4):
            name, lunch = f"agent {agent}", begin + (12 + agent / 2) * 3600
            rows.append((name, "signed on", None, None, begin + 8 * 3600, begin + 18 * 3600))
            rows.append((name, "pause", "lunch", None, lunch, lunch + 1800))
    presence = pd.DataFrame(rows, columns=["agent", "state", "reason", "queue", "since", "until"])
    found = sim.fit(replace(log, presence=presence))
    group = found.fit.groups[0]
    assert found.fit.seats_are == "log-ons"
    assert group.week.value == pytest.approx(7 * 4 * 9.5)
    assert group.usual[0, 16:36].tolist() == [4.0] * 8 + [3.0] * 4 + [4.0] * 8
    assert found.fit.pauses == {"lunch": pytest.approx(0.05)}
    assert "shrinkage = 0.050" in written(replace(log, presence=presence), tmp_path)


def test_customers_tell_of_redials_and_repeats() -> None:
    """A hundred customers hang up, forty of them call again in ten minutes; of the answered every fifth calls again in
    three days. The log goes on for two weeks more."""
    n = 100
    first = START_S + 8 * 3600 + np.arange(n) * 60.0
    served = np.arange(n) + n
    arrived = np.concatenate([first, first + 20.0, first[:40] + 620.0, first[:20] + 3 * DAY, [START_S + 20 * DAY]])
    who = np.concatenate([np.arange(n), served, np.arange(40), served[:20], [999]])
    lost = np.arange(len(arrived)) < n
    log = log_of({
        "queue": np.full(len(arrived), "orders", object), "channel": np.full(len(arrived), "phone", object),
        "customer": np.char.add("c", who.astype(str)).astype(object), "arrived": arrived,
        "left": arrived + np.where(lost, 15.0, 5.0), "ended": arrived + np.where(lost, 15.0, 200.0),
        "outcome": np.where(lost, "abandoned", "answered"), "talk_s": np.where(lost, np.nan, 195.0),
        "agent": np.where(lost, None, "ann"),
    })  # fmt: skip
    again = sim.fit(log).fit.queues[0].again
    assert (again.redial.value, again.redial.n) == (0.4, 100)
    assert again.redial_after_s == pytest.approx(605.0)
    # The forty redials were answered, and are not repeated; nor are eighty of the hundred.
    assert (again.fcr.n, again.fcr.value) == (160, pytest.approx(140 / 160))


# ---------------------------------------------------------------- what a log may lack


def written(log: Log, folder: Path) -> str:
    """The scenario that is written, which loads."""
    write_scenario(folder, sim.fit(log).fit)
    sim.load(folder / "scenario.toml")
    return (folder / "scenario.toml").read_text()


def test_nobody_abandoned(log: Log, tmp_path: Path) -> None:
    text = written(without(log, contacts(log)["outcome"] == "abandoned"), tmp_path)
    assert 'patience = { family = "exponential", mean = "5min" }  # ASSUMED' in text


def test_too_few_were_answered(log: Log) -> None:
    table = contacts(log)
    with pytest.raises(sim.ScenarioError, match="0 were answered, at least 20"):
        sim.fit(without(log, table["outcome"] == "answered"))


def test_too_few_contacts(log: Log) -> None:
    with pytest.raises(sim.ScenarioError) as error:
        sim.fit(without(log, np.arange(len(contacts(log))) >= 15))
    assert len(error.value.problems) == 1


def test_one_agent(tmp_path: Path) -> None:
    text = written(small_log(rng(), agents=1), tmp_path)
    assert "1 agent took these contacts" in text


def test_no_agents_named(log: Log, tmp_path: Path) -> None:
    table = contacts(log).assign(agent=pd.Categorical([None] * len(contacts(log))))
    assert "ASSUMED: no agents known." in written(replace(log, contacts=table), tmp_path)


def test_a_single_day(tmp_path: Path) -> None:
    text = written(small_log(rng(), days=1, a_day=300), tmp_path)
    assert "no spread of days" in text


def test_a_queue_with_hardly_anybody_is_left_out(log: Log, tmp_path: Path) -> None:
    table = contacts(log)
    few = without(log, (table["queue"] == "returns") & (table["queue"].eq("returns").cumsum() > 7))
    found = sim.fit(few)
    assert [q.name for q in found.fit.queues] == ["orders"]
    assert any("returns is left out: 7 of" in words for words in found.cannot_tell)
    written(few, tmp_path)


def test_an_email_queue_has_no_patience(log: Log, tmp_path: Path) -> None:
    table = contacts(log).copy()
    table["channel"] = pd.Categorical(np.where(table["queue"] == "returns", "email", "phone"))
    table.loc[table["queue"] == "returns", "outcome"] = "answered"
    table.loc[(table["queue"] == "returns") & table["talk_s"].isna(), ["talk_s", "agent"]] = [100.0, "agent 1"]
    text = written(replace(log, contacts=table), tmp_path)
    assert text.count("patience") == text.split("[queues.returns]")[0].count("patience")


def test_sums_of_intervals_are_refused_with_the_way_out(log: Log) -> None:
    with pytest.raises(sim.ScenarioError, match="give a log of contacts"):
        sim.fit(replace(log, contacts=None))


def test_options_that_cannot_be_are_named_together(log: Log) -> None:
    with pytest.raises(sim.ScenarioError) as error:
        sim.fit(log, weeks_held_back=-1, until="someday", within="soon")
    assert {problem.where for problem in error.value.problems} == {"weeks_held_back", "until", "within"}
    with pytest.raises(sim.ScenarioError, match="nothing is left"):
        sim.fit(log, weeks_held_back=3)


# ---------------------------------------------------------------- the command


def test_the_command_goes_from_log_to_scenario(log: Log, tmp_path: Path) -> None:
    file = as_csv(log, tmp_path / "calls.csv")
    result = command("fit", file, "--weeks-held-back", "1", "--out", tmp_path / "fit")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[-1] == f"Next: sim run {tmp_path / 'fit' / 'scenario.toml'}"
    assert lines[-2].startswith("Results: ")
    assert max(map(len, lines[:-2])) <= 80
    assert any(line.startswith("  patience, mean") for line in lines)
    assert command("check", tmp_path / "fit" / "scenario.toml").exit_code == 0
    ours = sim.fit(log, weeks_held_back=1, within=20).write(tmp_path / "ours")
    for path in (tmp_path / "fit").glob("forecast*.csv"):
        assert path.read_bytes() == (ours / path.name).read_bytes()


def test_a_mapping_says_what_columns_are(log: Log, tmp_path: Path) -> None:
    """The same log under other names and words gives the same estimates."""
    table = pd.read_csv(as_csv(log, tmp_path / "calls.csv"))
    table["outcome"] = table["outcome"].map({"answered": "Handled", "abandoned": "hung up"})
    table.rename(columns={"queue": "Skill", "arrived": "Start", "outcome": "How"}).to_csv(tmp_path / "own.csv")
    (tmp_path / "own.toml").write_text(
        '[columns]\nqueue = "Skill"\narrived = "Start"\noutcome = "How"\nleft = "left"\nagent = "agent"\n'
        'talk_s = "talk_s"\n[outcomes]\nanswered = ["handled"]\nabandoned = "hung up"\n'
    )
    found = sim.fit(tmp_path / "own.csv", mapping=tmp_path / "own.toml")
    pd.testing.assert_frame_equal(found.estimates, sim.fit(log).estimates)
    (tmp_path / "own.toml").write_text('[columns]\nqueue = "Skil"\narived = "Start"\n[outcome]\n')
    with pytest.raises(sim.ScenarioError) as error:
        sim.fit(tmp_path / "own.csv", mapping=tmp_path / "own.toml")
    assert len(error.value.problems) == 3


def test_bad_input_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    (tmp_path / "empty.csv").write_text("")
    for words, said in (
        ([tmp_path / "none.csv", "--preset", "asterix"], ["none.csv", "asterix"]),
        ([tmp_path / "empty.csv"], ["cannot be read"]),
        ([tmp_path / "other.csv"], ["has no column queue, arrived"]),
        ([tmp_path / "other.csv", "--until", "x", "--weeks-held-back", "2"], ["give one of them"]),
    ):
        result = command("fit", *words, "--out", tmp_path / "out")
        assert result.exit_code == 2
        assert all(one in result.output for one in said), result.output
        assert not (tmp_path / "out").exists()


def test_a_day_of_23_hours_keeps_its_clock() -> None:
    """In Madrid on 29 March 2026 two o'clock follows one at once: an agent from eight to six local has ten hours."""
    begin = dt.datetime(2026, 3, 23, 0, tzinfo=ZoneInfo("Europe/Madrid"))
    moments = [begin + dt.timedelta(days=day, hours=8) for day in range(14)]
    since = np.array([moment.timestamp() for moment in moments])
    # A contact in each quarter of an hour, without a pause between them.
    arrived = (since[:, None] + np.arange(40) * 900.0).ravel()
    n = len(arrived)
    log = log_of({
        "queue": np.full(n, "orders", object), "channel": np.full(n, "phone", object), "arrived": arrived,
        "left": arrived, "ended": arrived + 900.0, "outcome": np.full(n, "answered", object),
        "agent": np.full(n, "ann", object), "talk_s": np.full(n, 900.0),
    }, timezone="Europe/Madrid")  # fmt: skip
    found = sim.fit(log).fit
    assert found.hours == [(8 * 3600.0, 18 * 3600.0)] * 7
    assert found.groups[0].by_date[:, 16:36].tolist() == [[1.0] * 20] * 14
    assert found.groups[0].by_date.sum() == 14 * 20


def test_agents_who_are_with_two_at_once_are_told_of() -> None:
    """A log whose agents are not who answered: each contact of four at a time is given to one name."""
    seconds = START_S + 9 * 3600 + 60.0 * np.arange(200)
    columns = {
        "queue": ["sales"] * 200, "arrived": seconds, "left": seconds, "ended": seconds + 240.0,
        "outcome": ["answered"] * 200, "agent": ["ann"] * 200, "talk_s": [240.0] * 200,
    }  # fmt: skip
    told = " ".join(map(str, sim.fit(log_of(columns)).cannot_tell))
    assert "agents begin 100 % of their contacts while with another" in told
    four = columns | {"agent": [f"a{n % 4}" for n in range(200)]}
    assert "while with another" not in " ".join(map(str, sim.fit(log_of(four)).cannot_tell))


# ---- Dates held back ---------------------------------------------------------------------------------------------------


def test_dates_held_back_are_judged_by_what_came(tmp_path: Path, log: Log) -> None:
    """What came is counted by naive code; what was played is a run of the scenario on the same luck."""
    fitted = sim.fit(log, weeks_held_back=1)
    judged = fitted.judge(replications=12)
    assert judged is not None
    rows = contacts(log)
    date = pd.to_datetime(rows["arrived"], unit="s").dt.date
    mine = rows[date == fitted.held_back[2]]
    in_time = (mine["outcome"] == "answered") & (mine["left"] - mine["arrived"] <= 20.0)
    actual = {(day.queue, day.figure): day.actual for day in judged.days if day.date == fitted.held_back[2]}
    assert actual["all", "offered"] == len(mine)
    assert actual["all", "service level"] == pytest.approx(in_time.mean())
    assert actual["all", "abandonment"] == pytest.approx((mine["outcome"] == "abandoned").mean())
    assert actual["orders", "offered"] == (mine["queue"] == "orders").sum()
    run = sim.run(fitted.center(tmp_path / "again"), replications=12)
    level = judged.of()[1]
    assert level.played == pytest.approx(float(run.kpi("service_level").mean), abs=1e-9)
    # Levels of all contacts together, not the mean of the days.
    last = rows[date > fitted.fit.until]
    timely = (last["outcome"] == "answered") & (last["left"] - last["arrived"] <= 20.0)
    assert level.actual == pytest.approx(timely.mean())
    assert all(day.low <= day.played <= day.high for day in judged.days if day.figure == "offered")


def test_what_differed_on_dates_held_back_is_named(log: Log) -> None:
    rows = contacts(log).copy()
    late = pd.to_datetime(rows["arrived"], unit="s").dt.date > START + dt.timedelta(days=13)
    rows["talk_s"] = rows["talk_s"].where(~late, 1.5 * rows["talk_s"])
    judged = sim.fit(replace(log, contacts=rows), weeks_held_back=1).judge(replications=9)
    assert judged is not None
    assert judged.longer_work == pytest.approx(0.5, abs=0.1)
    assert abs(judged.more_contacts) < 0.1


def test_nothing_held_back_is_nothing_to_judge(log: Log) -> None:
    assert sim.fit(log).judge() is None


def test_the_command_judges_what_it_held_back(tmp_path: Path, log: Log) -> None:
    as_csv(log, tmp_path / "calls.csv")
    words = ("fit", tmp_path / "calls.csv", "--weeks-held-back", "1", "--out", tmp_path / "out")
    said = command(*words)
    assert said.exit_code == 0, said.output
    assert "Held back and played: " in said.output
    assert [
        line for line in said.output.splitlines() if len(line) > 80 and not line.startswith(("Results", "Next"))
    ] == []
    table = pd.read_csv(tmp_path / "out" / "held_back.csv")
    assert set(table["queue"]) == {"orders", "returns", "all"}
    assert len(table) == 7 * 3 * 3
    assert "Held back and judged" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_numbers_of_customers_stay_out_of_what_is_passed_on() -> None:
    one = LeftOut("came twice", 3, "calls.csv, line 12: sales, +4915112345678, 2026-03-02 09:00:05, 600123, 12 s")
    assert one.shown == "calls.csv, line 12: sales, …, 2026-03-02 09:00:05, …, 12 s"
