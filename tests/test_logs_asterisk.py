"""Asterisk's queue_log: what was written is what is read, and what is not used is counted."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from queue_log import START, Call, calls_at_random, lines_of

from sim.errors import ScenarioError
from sim.fitting.logs import read_logs
from sim.fitting.own_figures import own_figures
from sim.fitting.records import Log

OUTCOME = {"CONNECT": "answered", "ABANDON": "abandoned"}


def written(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join(lines) + "\n")
    return path


def contacts(log: Log) -> pd.DataFrame:
    assert log.contacts is not None
    return log.contacts


def as_rows(table: pd.DataFrame) -> list[tuple[object, ...]]:
    own = table.astype(object).where(table.notna(), None)
    names = ["case", "queue", "customer", "arrived", "left", "ended", "outcome", "agent", "talk_s", "ring_s"]
    return sorted(own[names].itertuples(index=False, name=None), key=str)


def expected(calls: list[Call]) -> list[tuple[object, ...]]:
    rows = list[tuple[object, ...]]()
    for c in calls:
        served = c.end == "CONNECT"
        over = float(c.over if served else c.left)
        rows.append((
            c.name, c.queue, c.caller, float(c.came), float(c.left), over, OUTCOME.get(c.end, "left otherwise"),
            c.agent if served else None, over - c.left if served else None, 2.0 if served else None,
        ))  # fmt: skip
    return sorted(rows, key=str)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    calls = calls_at_random(np.random.default_rng(7), 3000)
    log = read_logs([written(tmp_path / "queue_log", lines_of(calls))], within_s=20.0)
    assert log.source == "asterisk"
    assert "taken for Asterisk" in log.remarks[0]
    assert as_rows(contacts(log)) == expected(calls)
    assert log.left_out == ()
    assert contacts(log)["arrived"].is_monotonic_increasing
    sales = [c for c in calls if c.queue == "sales"]
    waits = [c.left - c.came for c in sales if c.end == "CONNECT"]
    figures = log.own_figures["sales"]
    assert figures["offered"] == len(sales)
    assert figures["answered"] == len(waits)
    assert figures["abandoned"] == sum(c.end == "ABANDON" for c in sales)
    assert figures["service_level"] == pytest.approx(sum(wait <= 20 for wait in waits) / len(sales))
    assert figures["asa_s"] == pytest.approx(sum(waits) / len(waits))
    assert figures["aht_s"] == pytest.approx(sum(c.over - c.left for c in sales if c.end == "CONNECT") / len(waits))


def test_two_files_that_overlap_out_of_order_and_packed_are_the_same_log(tmp_path: Path) -> None:
    """The second is packed, comes first, and holds the last 500 lines of the first a second time."""
    calls = calls_at_random(np.random.default_rng(8), 1000)
    lines = lines_of(calls)
    first = written(tmp_path / "queue_log.1", lines[:2000])
    second = tmp_path / "queue_log.gz"
    with gzip.open(second, "wt") as file:
        file.write("\n".join(lines[1500:]) + "\n")
    log = read_logs([second, first])
    assert as_rows(contacts(log)) == expected(calls)
    assert [(one.why, one.rows) for one in log.left_out] == [("the same line a second time", 500)]
    assert log.left_out[0].example.startswith(f"{first}:1501: ")
    assert any("order of time" in remark for remark in log.remarks)


def test_what_is_not_used_is_counted_with_its_place(tmp_path: Path) -> None:
    path = written(tmp_path / "queue_log", [
        f"{START}|NONE|NONE|NONE|QUEUESTART|",
        f"{START + 1}|a|sales|PJSIP/1|COMPLETEAGENT|1|2|1",
        "yesterday|b|sales|NONE|ENTERQUEUE||1|1",
        f"{START + 5}|c|sales",
        f"{START + 6}|d|sales|NONE|ENTERQUEUE||1|1",
        f"{START + 7}|e|sales|NONE|ENTERQUEUE||2|1",
        f"{START + 9}|e|sales|NONE|ABANDON|1|1|2",
        f"{START + 9000}|f|sales|NONE|ENTERQUEUE||3|1",
        f"{START + 9100}|NONE|NONE|NONE|CONFIGRELOAD|",
    ])  # fmt: skip
    log = read_logs([path])
    assert log.rows == 9
    places = {int(one.example.removeprefix(f"{path}:").split(":")[0]): one.rows for one in log.left_out}
    assert places == {2: 1, 3: 1, 4: 1, 5: 1}
    assert [tuple(row) for row in contacts(log)[["case", "left", "outcome"]].to_numpy().tolist()] == [
        ("e", START + 9.0, "abandoned"), ("f", START + 9100.0, "left otherwise"),
    ]  # fmt: skip


def test_signing_on_and_pauses_become_stretches(tmp_path: Path) -> None:
    """One is paused in one of two queues (still there), then in both; two is signed on before, three beyond the log."""
    events = [
        (0, "NONE", "NONE", "QUEUESTART"), (0, "sales", "one", "ADDMEMBER"), (0, "care", "one", "ADDMEMBER"),
        (100, "sales", "one", "PAUSE|lunch"), (200, "care", "one", "PAUSE|lunch"), (350, "sales", "one", "UNPAUSE"),
        (400, "NONE", "one", "PAUSEALL|coach"), (400, "sales", "one", "PAUSE|coach"), (500, "NONE", "one", "UNPAUSEALL"),
        (600, "sales", "two", "REMOVEMEMBER"), (650, "sales", "three", "ADDMEMBER"), (660, "sales", "three", "PAUSE"),
        (700, "sales", "one", "REMOVEMEMBER"), (710, "care", "one", "REMOVEMEMBER"),
    ]  # fmt: skip
    lines = [f"{START + at}|NONE|{queue}|{agent}|{event}" for at, queue, agent, event in events]
    call = [f"{START + 20}|x|sales|NONE|ENTERQUEUE||1|1", f"{START + 800}|x|sales|NONE|ABANDON|1|1|2"]
    log = read_logs([written(tmp_path / "queue_log", [*lines, *call])])
    assert log.presence is not None
    table = log.presence.astype(object).where(log.presence.notna(), None)
    rows = {(a, s, r, q, since - START, until - START) for a, s, r, q, since, until in table.to_numpy().tolist()}
    assert rows == {
        ("one", "signed on", None, "sales", 0, 700), ("one", "signed on", None, "care", 0, 710),
        ("one", "pause", "lunch", None, 200, 350), ("one", "pause", "coach", None, 400, 500),
        ("two", "signed on", None, "sales", 0, 600), ("three", "signed on", None, "sales", 650, 800),
        ("three", "pause", None, None, 660, 800),
    }  # fmt: skip


def test_without_signing_on_there_is_no_presence_and_it_is_said(tmp_path: Path) -> None:
    log = read_logs([written(tmp_path / "queue_log", lines_of(calls_at_random(np.random.default_rng(9), 20)))])
    assert log.presence is None
    assert any("seats are inferred" in remark for remark in log.remarks)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"a,b,c\n1,2,3\n", "no call enters a queue"),
        (b"\x00\x01\x02\xff\n\x00", "is no text"),
    ],
)
def test_what_is_no_queue_log_is_refused_in_words(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "queue_log"
    path.write_bytes(content)
    with pytest.raises(ScenarioError) as refused:
        read_logs([path], preset="asterisk")
    assert said in str(refused.value)


def test_a_blocked_contact_was_not_offered() -> None:
    """By hand: 3 offered, 2 answered after 10 and 30 s, their work 100 + 20 + 10 and 50 s; 1 of 3 in time."""
    table = pd.DataFrame({
        "queue": ["q"] * 4, "arrived": [0.0] * 4, "left": [10.0, 30.0, 5.0, 0.0],
        "outcome": ["answered", "answered", "abandoned", "blocked"], "talk_s": [100.0, 50.0, np.nan, np.nan],
        "hold_s": [20.0, np.nan, np.nan, np.nan], "wrap_s": [10.0, np.nan, np.nan, np.nan],
    })  # fmt: skip
    assert own_figures(table, 20.0) == {
        "q": {"offered": 3, "answered": 2, "abandoned": 1, "service_level": 1 / 3, "asa_s": 20, "aht_s": 90}
    }
    assert "service_level" not in own_figures(table, None)["q"]
