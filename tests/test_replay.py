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
from sim.explaining.beside import (
    ANSWERED_NOW,
    BETTER,
    GONE,
    LATER,
    LOST_NOW,
    NEW,
    SOONER,
    WORSE,
    paired,
)
from sim.explaining.scene import both, scene
from sim.explaining.telling import Telling
from sim.report.text.stories_shown import add_stories


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


def test_intervals_hold_what_came_and_what_the_tables_say_is_needed(shop: Path) -> None:
    """Hours that cut an interval: it is told whole, and drawn as far as it is shown."""
    center = sim.load(shop)
    shown = sim.replay(center, day="mon", since="09:15", until="10:30", engine="simpy").scene
    told = pd.DataFrame(rows_of(shown, "intervals"))
    assert told.began.tolist() == [0.0, 900.0, 2700.0]
    assert told.ended.tolist() == [900.0, 2700.0, 4500.0]
    result = sim.run(center, engine="simpy", jobs=1)
    rows = result.contacts.to_pandas()
    rows = rows[rows.replication == 0]
    starts = [9 * 3600.0, 9.5 * 3600.0, 10 * 3600.0]
    came = [int(((rows.arrived_s >= start) & (rows.arrived_s < start + 1800.0)).sum()) for start in starts]
    assert told.came.tolist() == came
    # Two queues of the same 34 calls an interval.
    assert told.expected.tolist() == [68.0] * 3
    table = result.intervals
    table = table[(table.scope == "queue") & table.start.isin(["09:00", "09:30", "10:00"])]
    assert told.required.tolist() == pytest.approx(table.groupby("start").required.sum().tolist(), abs=0.06)
    assert (told.required > 0).all()


def test_the_page_tells_the_stories_that_the_command_tells(shop: Path) -> None:
    """Of all who gave up or waited longer than 20 s, by independent code on the rows, and of nobody else."""
    center = sim.load(shop)
    shown = sim.replay(center, day="mon", engine="simpy").scene
    rows = sim.run(center, engine="simpy", jobs=1).contacts.to_pandas()
    rows = rows[rows.replication == 0]
    # Times on the page are to a tenth of a second: of who waited 20 s to a tenth, it may tell or not.
    wait, lost = rows.answered_s - rows.arrived_s, rows.outcome == "abandoned"
    must, may = (set(rows.contact[lost | (wait > limit)]) for limit in (20.11, 19.89))
    assert must <= set(map(int, shown["stories"])) <= may
    assert len(shown["stories"]) > 20
    for number in list(shown["stories"])[:3]:
        told = sim.story(center, contact=int(number), engine="simpy").text
        for sentence in shown["stories"][number]:
            assert " ".join(sentence.split()) in " ".join(told.split())


def test_stories_have_a_place_only_as_long_as_there_is_room(tell: Tell) -> None:
    told = tell([Call(0, talk=200), Call(10, patience=40), Call(20, patience=90), Call(30, patience=60)])
    shown = scene(seen_of(told), "base", 0, 0, (0.0, 600.0))
    telling = Telling(seen_of(told), "base", 0)
    add_stories(shown, [telling])
    # By how long they waited.
    assert list(shown["stories"]) == ["2", "3", "1"]
    one = len(json.dumps(shown["stories"]["2"]))
    add_stories(shown, [telling], one + 10)
    assert list(shown["stories"]) == ["2"]


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


# ---------------------------------------------------------------- two plans on the same customers


def test_who_fares_differently_is_told_of_a_story_of_two_plans(tell: Tell) -> None:
    """With a second agent: one who was lost is answered, one waits 80 s less, one 50 s less; one is there in neither's
    favour. By hand: ann talks to 0-100; then to the second, from 100; the third gives up at 70."""
    calls = [Call(0, talk=100), Call(20, talk=60), Call(30, patience=40), Call(110, talk=10), Call(400, talk=10)]
    alone = tell(calls)
    two = tell(calls, groups={"core": crew("ann", "bob")})
    assert alone.endings == ["ann 0-100", "ann 100-160", "abandoned 70", "ann 160-170", "ann 400-410"]
    # Bob takes the second at once, until 80; the third gives up there too: its patience ends at 70.
    assert two.endings[:3] == ["ann 0-100", "bob 20-80", "abandoned 70"]
    one, other = seen_of(alone), seen_of(two)
    there, back = paired(one, other)
    assert there.tolist() == back.tolist() == [0, 1, 2, 3, 4]
    found = both((one, "base"), (other, "two"), 0, 0, (0.0, 600.0))
    told = rows_of(found, "fates")
    # Its wait of 80 s is gone; the fourth waits 50 s less, which is not told.
    assert [(f["what"], f["arrived"], f["one"], f["other"]) for f in told] == [
        (SOONER, 20.0, [1, 1, 80.0, 0], [1, 1, 0.0, 0]),
    ]
    assert found["fared"] == {"better": 1, "worse": 0, "gone": 0, "new": 0}
    # The other way round, the same contact fares worse.
    turned = both((other, "two"), (one, "base"), 0, 0, (0.0, 600.0))
    assert [f["what"] for f in rows_of(turned, "fates")] == [LATER]
    assert turned["fared"] == {"better": 0, "worse": 1, "gone": 0, "new": 0}


def test_who_is_lost_in_one_plan_alone(tell: Tell) -> None:
    calls = [Call(0, talk=100), Call(30, patience=40), Call(35, patience=10)]
    alone, two = tell(calls), tell(calls, groups={"core": crew("ann", "bob")})
    assert alone.endings == ["ann 0-100", "abandoned 70", "abandoned 45"]
    assert two.endings[1].startswith("bob 30-")
    found = both((seen_of(alone), "base"), (seen_of(two), "two"), 0, 0, (0.0, 600.0))
    first = rows_of(found, "fates")[0]
    assert (first["what"], first["one"], first["other"][2:]) == (ANSWERED_NOW, [1, 1, 40.0, 1], [0.0, 0])
    turned = both((seen_of(two), "two"), (seen_of(alone), "base"), 0, 0, (0.0, 600.0))
    assert rows_of(turned, "fates")[0]["what"] == LOST_NOW


TWO_PLANS = (
    SHOP.replace('{ csv = "calls.csv" }', '{ csv = "calls.csv", contains = "first contacts" }').replace(
        "[[queues.orders.route]]",
        '[queues.orders.redial]\nshare = 0.9\nafter = { family = "exponential", mean = "3min" }\n[[queues.orders.route]]',
        1,
    )
    + "\n[plans.more]\ngroups.core.heads = 9\ngroups.core.shifts = { day = 9 }\n"
)


def test_fates_on_the_page_are_what_the_rows_of_both_plans_say(tmp_path: Path, shop: Path) -> None:
    """By independent code on the contact rows of `sim run`: customers joined by the moment their case began."""
    (tmp_path / "calls.csv").write_text((shop.parent / "calls.csv").read_text())
    file = tmp_path / "two.toml"
    file.write_text(TWO_PLANS)
    words = [
        "replay",
        str(file),
        "--day",
        "mon",
        "--against",
        "more",
        "--engine",
        "simpy",
        "--out",
        str(tmp_path / "out"),
    ]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    page = (tmp_path / "out" / "replay.html").read_text()
    found = re.search(r'<script type="application/json" id="scene">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    told = json.loads(found[1])
    begin = 8 * 3600.0
    runs = [sim.run(sim.load(file, plan), engine="simpy", jobs=1).contacts.to_pandas() for plan in ("base", "more")]
    runs = [run[run.replication == 0].reset_index(drop=True) for run in runs]
    for scene_of, run in zip((told, told["against"]), runs, strict=True):
        shown = pd.DataFrame(rows_of(scene_of, "contacts"))
        assert shown.contact.tolist() == run.contact.tolist()
        np.testing.assert_allclose(shown.arrived.astype(float), run.arrived_s - begin, atol=0.06)
    # First attempts arrive at the same moments with both plans; a later one is known by its case's first.
    for run in runs:
        run["case_at"] = run.groupby("case").arrived_s.transform("min")
    joined = runs[0].merge(
        runs[1], on=["queue", "case_at", "attempt"], how="outer", suffixes=("", "_2"), indicator="side"
    )
    assert not joined.duplicated(["queue", "case_at", "attempt"]).any()
    expected = set()
    for row in joined.itertuples():
        if row.side == "left_only":
            expected.add((GONE, int(row.contact), None))
        elif row.side == "right_only":
            expected.add((NEW, None, int(row.contact_2)))
        else:
            lost, lost_2 = row.outcome == "abandoned", row.outcome_2 == "abandoned"
            less = row.answered_s - row.arrived_s - (row.answered_s_2 - row.arrived_s_2)
            what = (ANSWERED_NOW if lost else LOST_NOW) if lost != lost_2 else None
            if not lost and not lost_2 and abs(less) >= 60.0:
                what = SOONER if less > 0 else LATER
            if what is not None:
                expected.add((what, int(row.contact), int(row.contact_2)))
    fates = rows_of(told, "fates")
    number = [[None if side is None else side[1] for side in (f["one"], f["other"])] for f in fates]
    assert {(f["what"], *of) for f, of in zip(fates, number, strict=True)} == expected
    assert len(fates) == len(expected) > 30
    kinds = [f["what"] for f in fates]
    assert kinds.count(ANSWERED_NOW) > 5
    assert kinds.count(GONE) > 5
    better, worse = (sum(what in of for what in kinds) for of in (BETTER, WORSE))
    said = f"{better + worse} contacts fared differently with more: {better} better, {worse} worse."
    assert said in done.output
    assert said in page
    assert page.count("data-fate=") == len(fates)


def test_plans_that_cannot_stand_side_by_side_are_refused(shop: Path) -> None:
    for words, text in (
        (("--against", "base"), "is the plan that is played itself"),
        (("--against", "nobody"), "nobody"),
    ):
        done = CliRunner().invoke(main, ["replay", str(shop), "--day", "mon", *words, "--out", str(shop.parent / "no")])
        assert done.exit_code == 2
        assert text in done.output
        assert not (shop.parent / "no").exists()
