"""The 10th and 90th percentile of a dated interval, and those who did not get in, as the files and the page tell them."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from shop import sim
from worlds import Calls, Staff, write

CASES = Path(__file__).parent / "cases"
QUICK = ("--jobs", "1", "--engine", "simpy")
BANDS = [
    f"{name}_{which}" for name in ("offered", "answered", "abandoned", "service_level") for which in ("p10", "p90")
]


def few_calls(folder: Path, days: int, more: str = "") -> Path:
    """Four calls in the one open hour of a day, of which the one agent answers some."""
    says = 'talk = { family = "exponential", mean = "15min" }\npatience = { family = "exponential", mean = "5min" }'
    calls = {"calls": Calls([0.0] * 9 + [4.0] + [0.0] * 14, says)}
    staff = {"agents": Staff([0] * 9 + [1] + [0] * 14, "skills.calls = {}")}
    return write(folder, calls, staff, days=days, center='open = { mon-sun = "09:00-10:00" }', more=more)


def counts(contacts: pd.DataFrame) -> pd.DataFrame:
    """By replication and date of the one open hour: offered, answered, abandoned and the share answered within 20 s."""
    rows = contacts.assign(date=contacts["arrived"].astype(str).str[:10])
    rows = rows[rows["arrived"].astype(str).str[11:13] == "09"]
    answered, lost = rows["outcome"] == "answered", rows["outcome"].isin(["abandoned", "cut off at close"])
    told = rows.assign(answered=answered, abandoned=lost, within=answered & (rows["wait_s"] <= 20.0), offered=1)
    sums = told.groupby(["replication", "date"])[["offered", "answered", "abandoned", "within"]].sum()
    return sums.assign(service_level=sums["within"] / sums["offered"])


def played(path: Path, folder: Path, replications: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    result = sim("run", path, *QUICK, "--replications", replications, "--keep", "contacts", "--out", folder)
    assert result.exit_code == 0, result.output
    return pd.read_csv(folder / "intervals.csv"), counts(pd.read_parquet(folder / "contacts.parquet"))


def weibull(values: pd.Series, everybody: int) -> list[float]:
    """numpy's own, of every dated interval: one in which nobody called offered nothing, and has no service level."""
    padded = values.to_numpy(float)
    if values.name != "service_level":
        padded = np.concatenate([padded, np.zeros(everybody - len(padded))])
    return [float(np.quantile(padded, share, method="weibull")) for share in (0.1, 0.9)]


def test_a_dated_interval_over_replications(tmp_path: Path) -> None:
    intervals, found = played(few_calls(tmp_path, 2), tmp_path / "out", 15)
    for date, row in intervals.query("name == 'calls' and start == '09:00'").set_index("date").iterrows():
        own = found.xs(str(date), level="date")
        for name in ("offered", "answered", "abandoned", "service_level"):
            assert [row[f"{name}_p10"], row[f"{name}_p90"]] == pytest.approx(weibull(own[name], 15)), name
    assert intervals.query("scope == 'group'")[BANDS].isna().all(axis=None)


def test_a_typical_week_tells_of_a_single_date(tmp_path: Path) -> None:
    """Mondays of March: five dates and four replications, twenty values of one hour; not the mean of five, spread less."""
    intervals, found = played(few_calls(tmp_path, 63), tmp_path / "out", 4)
    row = intervals.query("name == 'calls' and date == '2026-03 mon' and start == '09:00'").iloc[0]
    mondays = found.reset_index()
    mondays = mondays[mondays["date"].str.startswith("2026-03") & (pd.to_datetime(mondays["date"]).dt.day_of_week == 0)]
    for name in ("offered", "answered", "abandoned", "service_level"):
        assert [row[f"{name}_p10"], row[f"{name}_p90"]] == pytest.approx(weibull(mondays[name], 20)), name
    assert row["offered_p90"] - row["offered_p10"] >= 3.0


def test_few_replications_tell_no_percentile(tmp_path: Path) -> None:
    intervals, _ = played(few_calls(tmp_path, 2), tmp_path / "out", 8)
    assert intervals[BANDS].isna().all(axis=None)
    # The columns that were there before come first.
    assert list(intervals.columns)[17:] == ["backlog", "required_exact", "signed_on", *BANDS, "blocked", "refused"]


def text_of(page: str) -> list[str]:
    """What a browser shows, a line per block."""
    page = re.sub(r"<(style|script).*?</\1>", "", page, flags=re.DOTALL)
    return [re.sub(r"<[^>]+>", " ", block) for block in re.split(r"</(?:p|li|tr|h\d|figcaption)>", page)]


def test_a_busy_signal_stands_beside_every_service_level(tmp_path: Path) -> None:
    """No row and no sentence says 100.0 % in time without who did not get in."""
    out = tmp_path / "out"
    result = sim("run", CASES / "three-lines.toml", *QUICK, "--replications", 20, "--out", out)
    assert re.search(r"hotline: 1\d\.\d % got a busy signal: of all who tried, 8\d\.\d % were answered", result.output)
    assert re.search(r"(?m)^ hotline +\d+ +100\.0 ±0\.0 +8\d\.\d +1\d\.\d ", result.output)
    assert re.search(r"100\.0 % in time of those who got in, 8\d\.\d % of all who\s+tried", result.output)
    page = (out / "report.html").read_text(encoding="utf-8").replace("\u00a0", " ")
    card = page[page.index('<article class="card">') : page.index("</article>")]
    assert "got a busy signal" in card.split("<ul>")[0]
    assert "were answered in time" in card.split("<ul>")[1]
    for block in text_of(page):
        if re.search(r"100\.0 %.*in time|answered within.*100\.0 %", block, re.DOTALL):
            assert "busy signal" in block, block
    table = pd.read_csv(out / "intervals.csv")
    assert table["blocked"].sum() > 0


def test_who_waits_still_is_named(tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = sim("run", CASES / "falls-behind.toml", *QUICK, "--replications", 4, "--out", out)
    summary = pd.read_csv(out / "summary.csv").set_index(["scope", "name", "kpi"])["mean"]
    waiting = f"{summary['center', 'all', 'waiting_end']:.0f}"
    assert re.search(rf"hotline: {waiting} still wait at the end \(1\d\.\d % of those who got in\)", result.output)
    assert re.search(rf"(?m)^ hotline +2,\d\d\d .* {waiting} ", result.output)
    page = (out / "report.html").read_text(encoding="utf-8").replace("\u00a0", " ")
    card = page[page.index('<article class="card">') : page.index("</article>")]
    assert f"{waiting} still wait at the end" in card
    assert "Still waiting at the end" in page
    # Where nobody is shut out, nothing is said of it.
    assert "busy signal" not in card + result.output
