"""The expected need of a plan: by arithmetic, beside what is played, and the same however much is played."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import theory
from click.testing import CliRunner
from numpy.typing import NDArray
from scipy import stats
from worlds import Calls, Staff, close, play, play_plans, write

from sim.command.cli import main
from sim.measures.kpis import QUEUE, by_name
from sim.measures.sums import DATED_SUMS
from sim.scenario.load import load
from sim.study.calibration.calibrate import calibrate
from sim.study.expected.need import Need, expected_need
from sim.study.prepared import prepare, with_standard

Floats = NDArray[np.float64]

CASES = Path(__file__).parent / "cases"
NEED = ["scope", "name", "date", "start", "seats", "required", "short", "required_exact"]


def run(file: Path, out: Path, *options: str) -> Path:
    result = CliRunner().invoke(main, ["run", str(file), "--out", str(out), *options])
    assert result.exit_code == 0, result.output
    return out


# ---- The same however much is played --------------------------------------------------------------------------------


def test_the_need_is_the_same_with_1_2_and_200_replications(tmp_path: Path) -> None:
    """21 seats in every open interval, 20.95 in fractions; each column of the need byte for byte, under both calendars
    and on any number of processes."""
    told = []
    for options in (("1", "simpy", "1"), ("2", "compiled", "2"), ("200", "compiled", "1")):
        flags = zip(("--replications", "--engine", "--jobs"), options, strict=True)
        out = run(CASES / "need-noise.toml", tmp_path / options[0], *(word for pair in flags for word in pair))
        table = pd.read_csv(out / "intervals.csv", dtype=str)[NEED]
        ledger = pd.read_csv(out / "workforce.csv", dtype=str)
        ledger = ledger[["required_hours", "fte_required", "peak_short", "intervals_short", "intervals_open"]]
        summary = pd.read_csv(out / "summary.csv", dtype=str).set_index(["scope", "name", "kpi"])["mean"]
        center = summary["center", "all"]
        formula = center[["service_level_erlang_a", "required_hours", "short_hours", "intervals_open"]]
        told.append(tuple(part.to_csv() for part in (table, ledger, formula)))
        assert (table.shape[0], set(table["required"]), set(table["short"])) == (48, {"21"}, {"0"})
        exact = [theory.erlang_c(57 / 3600, 1 / 1110, n, 180.0).answered_within for n in (20, 21)]
        part = 20 + (0.8 - exact[0]) / (exact[1] - exact[0])
        assert table["required_exact"].astype(float).to_numpy() == pytest.approx(np.full(48, part), abs=1e-4)
        assert float(center["service_level_erlang_a"]) == pytest.approx(0.807, abs=5e-4)
        assert (center["required_hours"], center["intervals_open"]) == ("252", "24")
    assert told[0] == told[1] == told[2]


MOVING = """\
[center]
start = 2026-03-02
weeks = 4
open = { mon-fri = "09:00-17:00" }
[run]
replications = 2
[queues.q]
channel = "phone"
forecast = { csv = "volumes.csv" }
handle = { family = "exponential", mean = "5min" }
[groups.g]
heads = 12
shifts = { day = 12 }
skills = { q = {} }
attrition = "high"
ramp = "curve"
[shifts.day]
days = "mon-fri"
hours = "09:00-17:00"
[attrition.high]
annual_rate = { first_90_days = 2.0, first_year = 2.0, later = 2.0 }
[absence.sick]
annual_days = 25
spell = "2d"
[ramp.curve]
family = "exponential"
start = { speed = 0.6 }
weeks_to_95 = 14
"""


def test_a_workforce_that_moves_is_expected_the_same_however_many_are_played(tmp_path: Path) -> None:
    starts = [f"{hour:02d}:{minute}" for hour in range(9, 17) for minute in ("00", "30")]
    rows = [f"{day},{start},10" for day in ("mon", "tue", "wed", "thu", "fri") for start in starts]
    (tmp_path / "volumes.csv").write_text("\n".join(["weekday,start,contacts", *rows]))
    (tmp_path / "moving.toml").write_text(MOVING)
    flags = ("--engine", "simpy", "--replications")
    folders = [run(tmp_path / "moving.toml", tmp_path / runs, *flags, runs) for runs in ("1", "3")]
    tables = [
        pd.read_csv(folder / file, dtype=str) for folder in folders for file in ("intervals.csv", "workforce.csv")
    ]
    assert tables[0][NEED].to_csv() == tables[2][NEED].to_csv()
    columns = ["week", "required_hours", "fte_required", "peak_short", "intervals_short", "intervals_open"]
    assert tables[1][columns].to_csv() == tables[3][columns].to_csv()
    # Of twelve, some are ill and some have left: fewer seats than heads, and ever fewer.
    seats = tables[0][tables[0].scope == "group"].groupby("date")["seats"].first().astype(float)
    assert 9.0 < seats.iloc[-5:].mean() < seats.iloc[:5].mean() < 12.0
    needed = tables[0][tables[0].scope == "group"].astype({"seats": float, "required": float, "short": float})
    # Required less seats is short, to the eye.
    gap = (needed["required"] - needed["seats"]).clip(lower=0.0)
    assert needed["short"].to_numpy() == pytest.approx(gap.to_numpy(), abs=0.011)


# ---- The expected load ----------------------------------------------------------------------------------------------


def expected(path: Path, plan: str = "base") -> Need:
    """A plan's need under its base plan's calibration; nothing is played but pilots."""
    base = load(path)
    standard = calibrate(prepare(base), "compiled").standard
    return Need(with_standard(prepare(base if plan == "base" else load(path, plan)), standard))


TALK = 'talk = { family = "exponential", mean = "4min" }\n'


def of_queues(contacts: Mapping[str, str], calls: float = 240.0) -> dict[str, Calls]:
    """Queues of a day's contacts by the hour; the first one's are given."""
    return {name: Calls(calls if n == 0 else 30.0, TALK + says) for n, (name, says) in enumerate(contacts.items())}


def test_machines_deflection_and_outreach_by_arithmetic(tmp_path: Path) -> None:
    """Of 240 calls an hour 10 % are prevented (half reached, a fifth of these); 216 are left, of which a quarter come
    as chats: 162. The bot before the chats sees 30 + 54, contains 40 %, and of these a quarter come all the same:
    84 × (1 − 0.4 × 0.75) = 58.8. Fresh calls are the forecast's less outreach, added back: prevented in the base plan
    already, they are no news; so the base plan keeps 240 and 0.75 × 240 = 180 and 90 × 0.7 = 63."""
    outreach = "deflect = { chat = 0.25 }\noutreach = { reached = 0.5, prevents = 0.2, cost = 0.0 }\n"
    bot = 'self_service = { kind = "bot", containment = 0.4, come_back = { share = 0.25, after = "1min" } }\n'
    queues = of_queues({"calls": outreach, "chat": bot})
    queues["chat"] = Calls(30.0, TALK + bot, channel="chat")
    staff = {"g": Staff(30, "skills = { calls = {}, chat = {} }")}
    more = '[plans.none]\nqueues.calls.outreach = "none"\n[plans.twice]\nqueues.calls.outreach.reached = 1.0\n'
    path = write(tmp_path, queues, staff, days=1, more=more)
    base = expected(path)
    assert base.contacts == pytest.approx(np.tile([180.0, 90.0 * 0.7], (24, 1)), rel=1e-6)
    # A plan without it has those back that it kept away: 240 / 0.9; with twice as much, a fifth of these are gone.
    assert expected(path, "none").contacts[0, 0] == pytest.approx(180.0 / 0.9, rel=1e-6)
    assert expected(path, "twice").contacts[0, 0] == pytest.approx(180.0 / 0.9 * 0.8, rel=1e-6)


def test_transfers_come_when_and_where_they_are_sent(tmp_path: Path) -> None:
    """First contacts alone: 60 an hour in the morning, 30 % of them go on to a desk whose own 12 come in the
    afternoon, 10 % of all at the desk to billing. A plan that transfers half as much halves it."""
    morning, afternoon = [60.0] * 12 + [0.0] * 12, [0.0] * 12 + [12.0] * 12
    queues = {
        "calls": Calls(morning, TALK + "transfer.desk.share = 0.3\n"),
        "desk": Calls(afternoon, TALK + "transfer.billing.share = 0.1\n", contains="first contacts"),
        "billing": Calls(0.0, TALK, contains="first contacts"),
    }
    staff = {"g": Staff(20, "skills = { calls = {}, desk = {}, billing = {} }")}
    path = write(tmp_path, queues, staff, days=7, more="[plans.less]\nqueues.calls.transfer.desk.share = 0.15\n")
    found = expected(path).contacts.reshape(7, 24, 3)
    sent = found[:, :12, 1] / 60.0
    # Pilots see some hundredths of a point more or less than the share that the file says, and only of the answered.
    assert sent == pytest.approx(np.full((7, 12), 0.3), abs=0.012)
    assert found[:, 12:, 1] == pytest.approx(np.full((7, 12), 12.0))
    assert found[..., 2] == pytest.approx(found[..., 1] * 0.1, rel=0.15)
    less = expected(path, "less").contacts.reshape(7, 24, 3)
    assert less[:, :12, 1] == pytest.approx(found[:, :12, 1] / 2)


def test_a_plan_that_resolves_less_brings_its_repeats(tmp_path: Path) -> None:
    """100 contacts an hour in all. Of those unresolved, half come again: at an FCR of 60 % that is a fifth of all
    contacts, and 80 are new cases. At 36 % of all, 80 ÷ (1 − 0.32) = 117.6 contacts come."""
    repeat = 'fcr = 0.6\nrepeat = { share = 0.5, after = { family = "exponential", mean = "2h" }, attempts = 20 }\n'
    more = "[plans.worse]\nqueues.q.fcr = 0.36\n"
    path = write(
        tmp_path, {"q": Calls(100.0, TALK + repeat)}, {"g": Staff(14, "skills = { q = {} }")}, days=14, more=more
    )
    base, worse = (result.need for result in play_plans(path, ["base", "worse"], 2))
    assert base.contacts.mean() == pytest.approx(100.0, rel=1e-6)
    assert float(base.rates.inflow.repeated[0, 0]) == pytest.approx(0.2, abs=0.006)
    assert worse.contacts.mean() == pytest.approx(80 / (1 - 0.32), rel=0.015)


def test_handle_time_is_that_of_the_people_there(tmp_path: Path) -> None:
    """Two at full speed by day and one at half speed by night, 300 s observed over 20 calls a day-hour and 10 a
    night-hour. Everybody's standard work w: day w, night 2 w; (20 w + 10 × 2 w) ÷ 30 = 300, so w is 225."""
    contacts = [10.0] * 8 + [20.0] * 8 + [10.0] * 8
    day, night = [0] * 8 + [12] * 8 + [0] * 8, [12] * 8 + [0] * 8 + [12] * 8
    handle = 'handle = { family = "exponential", mean = "300s" }\n'
    staff = {"day": Staff(day, "skills = { q = {} }"), "night": Staff(night, "skills = { q = { speed = 0.5 } }")}
    path = write(tmp_path, {"q": Calls(contacts, handle)}, staff, days=7)
    found = expected_need_load(path)
    # Day calls 160 a day, night calls 160: the mean of w and 2 w.
    assert found[8:16] == pytest.approx(np.full(8, 200.0), rel=1e-9)
    assert found[:8] == pytest.approx(np.full(8, 400.0), rel=1e-9)


def expected_need_load(path: Path) -> Floats:
    """Handle times of the only queue, without a calibration: the file's figures are this plan's own."""
    need = Need(prepare(load(path)))
    return np.asarray(need.load.handle[:, 0])


def test_a_need_without_playing_or_calibrating(tmp_path: Path) -> None:
    """`expected_need` of a plan that was only prepared: what `check` and planning ask for."""
    found = expected_need(prepare(load(CASES / "need-noise.toml")))
    of_open = found.is_open[:, 0]
    assert of_open.sum() == 24
    assert (found.required[of_open, 0] == 21.0).all()
    assert found.exact[of_open, 0] == pytest.approx(np.full(24, 20.9486), abs=1e-4)
    assert not found.short.any()
    assert not found.required[~of_open].any()
    folder = tmp_path / "half"
    folder.mkdir()
    (folder / "need-volumes.csv").write_text((CASES / "need-volumes.csv").read_text())
    (folder / "need-seats.csv").write_text((CASES / "need-seats.csv").read_text().replace(",21", ",19"))
    (folder / "need.toml").write_text((CASES / "need-noise.toml").read_text())
    assert expected_need(prepare(load(folder / "need.toml"))).short.sum() == 24 * 2.0


# ---- Beside what is played ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("says", "calls", "seats", "runs"),
    [
        ("balk = 0.2\n", 2000.0, 21, 10),
        ("balk = 0.1\nbusyness = { day_cv = 0.1, interval_cv = 0.12 }\n", 560.0, 7, 64),
        ("lines = 9\nbusyness = { day_cv = 0.12 }\n", 560.0, 6, 48),
    ],
)
def test_what_the_formula_says_of_one_pool_is_what_is_played(
    tmp_path: Path, says: str, calls: float, seats: int, runs: int
) -> None:
    """One pool, flat days without an end, intervals long beside a call: with balking, lines and busy days the played
    service level is the formula's, within 3.5 standard errors that would see 1 %."""
    talk = 'talk = { family = "exponential", mean = "3min" }\npatience = { family = "exponential", mean = "4min" }\n'
    queue, staff = Calls(calls, talk + says + "fcr = 1.0\n"), {"g": Staff(seats, "skills = { q = {} }")}
    result = play(write(tmp_path, {"q": queue}, staff, days=28, interval=360), replications=runs)
    found, need = result.kpi("service_level", QUEUE, "q"), result.requirement()
    formula = float(need.erlang_met.sum() / need.erlang_counted.sum())
    close(says, found.mean, found.half_width / float(stats.t.ppf(0.975, runs - 1)), formula)
    assert result.dated is not None
    came = by_name(DATED_SUMS, result.dated)
    assert (came["offered"] + came["blocked"]).sum() / runs == pytest.approx(need.contacts.sum(), rel=0.01)
