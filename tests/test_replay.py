"""A replay's page holds what the rows say: read back from it and compared, for scripted stories and a day."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from stories import Call, crew, seen_of
from stories import Teller as Tell
from test_what_is_seen import SHOP

import sim
from sim.command.cli import main
from sim.explaining.scene import scene


def rows_of(told: dict[str, Any], table: str) -> list[dict[str, Any]]:
    return [dict(zip(told["fields"][table], row, strict=True)) for row in told[table]]


def test_a_scene_of_three_callers(tell: Tell) -> None:
    """Hours that begin amid things: ann's first talk is cut off, and who was gone before is not there."""
    told = tell(
        [Call(0, talk=10), Call(20, talk=80, wrap=20), Call(30, patience=40), Call(90, talk=100)],
        groups={"core": crew("ann"), "side": {"agents": {"bob": [(0, 86400, "break")]}}},
    )
    assert told.endings == ["ann 0-10", "ann 20-120", "abandoned 70", "ann 120-220"]
    shown = scene(seen_of(told), "base", 0, 0, (60.0, 180.0))
    contacts, stretches = rows_of(shown, "contacts"), rows_of(shown, "stretches")
    assert [(c["contact"], c["arrived"], c["left"], c["answered"], c["ended"]) for c in contacts] == [
        (1, -40.0, -40.0, -40.0, 60.0), (2, -30.0, 10.0, None, 10.0), (3, 30.0, 60.0, 60.0, 160.0),
    ]  # fmt: skip
    assert [(c["patience"], c["ahead"], c["stands"], c["agent"]) for c in contacts] == [
        (None, 0, 0, 0), (40.0, 0, 1, -1), (None, 0, 1, 0),
    ]  # fmt: skip
    assert shown["agents"] == [["ann", 0], ["bob", 1]]
    doing = [(shown["doing"][s["doing"]], s["agent"], s["began"], s["ended"], s["contact"]) for s in stretches]
    assert doing == [
        ("talk", 0, 0.0, 40.0, 0), ("wrap", 0, 40.0, 60.0, 0), ("talk", 0, 60.0, 120.0, 2), ("break", 1, 0.0, 120.0, -1),
    ]  # fmt: skip
    assert (shown["starts"], shown["length"]) == (60.0, 120.0)
    # Bob, on break, is not on duty: as the story says, and the floor counts.
    assert shown["on_duty"] == ["available", "talk", "wrap", "ring", "at work"]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("replayed")
    rows = [f"mon,{hour:02d}:{minute:02d},34" for hour in range(8, 12) for minute in (0, 30)]
    (folder / "calls.csv").write_text("weekday,start,contacts\n" + "\n".join(rows) + "\n")
    (folder / "shop.toml").write_text(SHOP.replace('title = "Shop"', 'title = "</script><b>Shop & co"'))
    return folder / "shop.toml"


def test_the_page_agrees_with_the_rows_that_are_kept(shop: Path) -> None:
    out = shop.parent / "out"
    words = ["replay", str(shop), "--day", "mon", "--from", "09:00", "--to", "10:30", "--replication", "1"]
    done = CliRunner().invoke(main, [*words, "--engine", "simpy", "--out", str(out)])
    assert done.exit_code == 0, done.output
    page = (out / "replay.html").read_text()
    found = re.search(r'<script type="application/json" id="scene">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    told = json.loads(found[1])
    # A title cannot end the script, or become markup; nothing is fetched.
    assert told["title"] == "</script><b>Shop & co"
    assert "<b>" not in page
    assert not re.search(r"https?://|\bsrc=|\bhref=", page)
    rows = sim.run(sim.load(shop), engine="simpy", jobs=1).contacts.to_pandas()
    begin, end = 9 * 3600.0, 10.5 * 3600.0
    inside = (rows.arrived_s < end) & ((rows.ended_s > begin) | (rows.arrived_s >= begin))
    rows = rows[(rows.replication == 1) & inside].reset_index(drop=True)
    shown = pd.DataFrame(rows_of(told, "contacts"))
    assert len(shown) == len(rows) > 80
    assert shown.contact.tolist() == rows.contact.tolist()
    assert [told["queues"][q]["name"] for q in shown.queue] == rows.queue.tolist()
    assert [told["outcomes"][o] for o in shown.outcome] == rows.outcome.tolist()
    for name in ("arrived", "answered", "ended"):
        np.testing.assert_allclose(shown[name].astype(float), rows[f"{name}_s"] - begin, atol=0.06)
    names = [told["agents"][a][0] if a >= 0 else "" for a in shown.agent]
    assert [one for one in names if one] == [one for one in rows.agent if one]


def test_hours_and_days_that_are_not_there_are_refused(shop: Path) -> None:
    for words, text in (
        (("--day", "mon", "--from", "ten", "--to", "25:00"), ("--from ten", "--to 25:00")),
        (("--day", "mon", "--from", "10:00", "--to", "09:00"), ("is not before --to",)),
        (("--day", "sun"), ("is not played",)),
        (("--day", "mon", "--replication", "best"), ("write worst, median",)),
        (("--day", "mon", "--from", "02:00", "--to", "03:00"), ("nothing happens on 2026-03-02 in these hours",)),
    ):
        done = CliRunner().invoke(main, ["replay", str(shop), *words, "--out", str(shop.parent / "none")])
        assert done.exit_code == 2
        for part in text:
            assert part in " ".join(done.output.split())
        assert not (shop.parent / "none").exists()


def test_both_calendars_show_the_same(shop: Path) -> None:
    center = sim.load(shop)
    one, other = (sim.replay(center, day="mon", engine=engine).scene for engine in ("simpy", "compiled"))
    assert one == other
    assert one["length"] == 4 * 3600.0
