"""The bank's call log: a made-up file of its shape, with the traps that the real one has."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

from sim.fitting.logs import read_logs

HEAD = (
    "vru+line,call_id,priority,type,date,vru_entry,vru_exit,vru_time,q_start,q_exit,q_time,outcome,ser_start,ser_exit,"
    "ser_time,server"
)
ROWS = """\
A,1,0,PS,1999-02-02,9:00:00,9:00:10,10,0:00:00,0:00:00,0,AGENT,9:00:10,9:02:10,120,Z1
A,2,0,PS,1999-02-02,9:00:00,9:00:10,10,9:00:10,9:00:40,30,AGENT,9:00:40,9:01:40,60,Z2
A,3,2,NW,1999-02-02,9:00:00,9:00:10,10,9:00:10,9:00:15,5,HANG,0:00:00,0:00:00,0,NO_SERVER
A,4,0,PS,1999-02-02,9:00:00,9:00:10,10,0:00:00,0:00:00,0,HANG,0:00:00,0:00:00,0,NO_SERVER
A,5,0,PS,1999-02-02,9:00:00,9:00:10,10,9:00:10,9:00:12,2,PHANTOM,0:00:00,0:00:00,0,NO_SERVER
A,6,0,PS,1999-02-02,23:59:20,23:59:30,10,23:59:30,0:00:27,57,HANG,0:00:00,0:00:00,0,NO_SERVER
A,7,0,PS,1999-02-02,9:10:00,9:10:10,10,9:10:10,9:10:05,0,AGENT,9:10:05,9:11:05,60,NO_SERVER
"""


def test_each_trap_is_read_as_the_log_means_it(tmp_path: Path) -> None:
    """Never queued, menu, phantom, over midnight, backwards: counted by hand."""
    path = tmp_path / "calls.csv"
    path.write_text(f"{HEAD}\n{ROWS}")
    log = read_logs([path])
    assert log.source == "anonymous-bank"
    assert log.contacts is not None
    waits = (log.contacts["left"] - log.contacts["arrived"]).tolist()
    rows = dict(zip(log.contacts["contact"], zip(log.contacts["outcome"], waits, strict=True), strict=True))
    assert rows == {
        "1": ("answered", 0.0), "2": ("answered", 30.0), "3": ("abandoned", 5.0), "6": ("abandoned", 57.0),
        "7": ("answered", 0.0),
    }  # fmt: skip
    assert [one.rows for one in log.left_out] == [1, 1]
    assert any(remark.startswith("1 calls leave the queue before") for remark in log.remarks)
    first = dt.datetime(1999, 2, 2, 9, 0, 10, tzinfo=ZoneInfo("Asia/Jerusalem")).timestamp()
    assert log.contacts["arrived"].iloc[0] == first
    assert log.own_figures["customers"] == {
        "offered": 4, "answered": 3, "abandoned": 1, "service_level": 0.5, "asa_s": 10, "aht_s": 80,
    }  # fmt: skip
    assert log.own_figures["prospects"]["abandoned"] == 1
