"""A frontier speaks of targets as `sim run` does: met, missed, or too close to tell; and says what its replays take."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console
from shop import sim, write
from test_frontier import PRICED
from test_frontier_targets import CHEAP, frontier, target

from sim.report.page.frontier import _money_cell, _queues, _title
from sim.report.terminal import frontier as terminal_frontier
from sim.report.text.frontier import sentences, verdict
from sim.report.text.frontier_values import mark_of
from sim.report.text.numbers import decimal
from sim.scenario.load import load
from sim.study.frontier import sensitivity
from sim.study.frontier.levers import find_lever
from sim.study.frontier.sweep import points_of
from sim.study.sizes import Size
from sim.study.statistics import Estimate, estimate
from sim.study.targets import NO_VERDICT

HEADS = ["0", "7", "11"]


def test_a_level_below_its_target_that_luck_explains_is_not_called_missed(tmp_path: Path) -> None:
    """7 heads: 79 ± 2 % for 80 %, cheaper than today's; 0 heads: none in time."""
    levels = [[target(0.0)], [target(0.79, 0.02)], [target(0.90)], [target(0.95)]]
    f = frontier(tmp_path, "heads", HEADS, CHEAP, levels, "cost_total")
    assert [mark_of(f, n) for n in range(4)] == [
        "misses orders", "too close to tell", "today, cheapest that holds", "",
    ]  # fmt: skip
    told = [one.text for one in sentences(f)]
    assert told[0] == (
        "No value tried is better than today's (heads 9): the next best, 2 heads more, costs USD 500.00 a week more."
    )
    assert told[1] == "A cheaper value misses a target: heads 0 misses orders, 0.0 % in time (target 80 %)."
    assert [f.missed(n) != [] for n in range(4)] == [True, False, False, False]


def test_where_only_luck_stands_between_a_cheaper_value_and_its_target(tmp_path: Path) -> None:
    levels = [[target(0.78, 0.03)], [target(0.79, 0.02)], [target(0.90)], [target(0.95)]]
    f = frontier(tmp_path, "heads", HEADS, CHEAP, levels, "cost_total")
    assert sentences(f)[1].text == (
        "Cheaper, whether heads 7 holds its targets is too close to tell: orders, 79.0 % (77.0 % to 81.0 %); target 80 %."
    )


def test_todays_value_below_by_luck_is_not_said_to_miss(tmp_path: Path) -> None:
    levels = [[target(0.0)], [target(0.61)], [target(0.79, 0.02)], [target(0.90)]]
    f = frontier(tmp_path, "heads", HEADS, CHEAP, levels, "cost_total")
    assert verdict(f).text == (
        "Whether today's value (heads 9) holds its targets is too close to tell: orders, 79.0 % (77.0 % to 81.0 %); "
        "target 80 %. The cheapest value tried that holds every target is 2 heads more: it costs USD 500.00 a week more."
    )
    assert _title(f) == ("Cheapest value tried that holds every target", "11")
    may = replace(f, targets=(*f.targets[:3], (target(0.81, 0.02),)))
    assert _title(may) == ("Cheapest value tried that may hold every target", "11")
    assert mark_of(may, 3) == "cheapest that may hold"


def test_the_nearest_value_below_by_luck(tmp_path: Path) -> None:
    levels = [[target(0.0)], [target(0.61)], [target(0.72)], [target(0.79, 0.02)]]
    f = frontier(tmp_path, "heads", HEADS, CHEAP, levels, "cost_total")
    assert verdict(f).text == (
        "No value tried holds every target on average. Nearest is heads 11: orders, 79.0 % in time (target 80 %) is 1.0 "
        "points short, which is too close to tell."
    )
    assert _title(f) == ("No value holds every target on average; nearest", "11")


def test_a_risk_whose_targets_are_too_close_to_tell(tmp_path: Path) -> None:
    levels = [[target(0.95)], [target(0.85)], [target(0.79, 0.02)]]
    f = frontier(tmp_path, "queues.orders.forecast.factor", ["0.9", "1.1"], CHEAP[1:], levels, "cost_total")
    text = sentences(f)[0].text
    assert text.endswith("Whether every target holds at 1.1 is too close to tell.")
    assert "missed" not in text


def test_one_replication_tells_no_verdict(tmp_path: Path) -> None:
    levels = [[replace(target(level), verdict=NO_VERDICT)] for level in (0.0, 0.7, 0.9, 0.95)]
    f = frontier(tmp_path, "heads", HEADS, [[1.0], [2.0], [3.0], [4.0]], levels, "cost_total")
    assert [mark_of(f, n) for n in range(4)] == ["", "", "today", ""]
    assert _title(f)[0] == "One replication, nothing is sure; lowest"
    assert terminal_frontier._by_queue(f, range(4)).caption.strip() == "one replication tells no verdict and no chance"


def test_levels_are_marked_by_their_verdicts(tmp_path: Path) -> None:
    levels = [[target(0.61)], [target(0.79, 0.02)], [target(0.82, 0.03)], [target(0.95)]]
    f = frontier(tmp_path, "heads", HEADS, CHEAP, levels, "cost_total")
    console = Console(width=100)
    with console.capture() as told:
        console.print(terminal_frontier._by_queue(f, range(4)))
    assert "61.0* 79.0? 82.0? 95.0" in " ".join(told.get().split())
    assert "* missed; ? too close to tell" in told.get()
    (grid,) = _queues(f)
    assert [cell.tone for cell in grid.rows[0][1:]] == ["bad", "unsure", "unsure", ""]
    assert grid.title.endswith("red: missed, yellow: too close to tell")


def test_the_page_shows_the_interval_that_the_terminal_shows() -> None:
    """Twelve values of a skewed amount: the interval reaches further up than down, and no ± is it."""
    import numpy as np

    money = np.array([1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 5.0, 8.0, 13.0, 40.0, 160.0]) * 1000
    e = estimate(lambda s: s["m"] / s["n"], {"m": money, "n": np.ones(12)}, (0.0, np.inf))
    assert e.high - e.mean > 1.5 * (e.mean - e.low)
    assert _money_cell(e, "USD").small == f"{decimal(e.low, 0)} to {decimal(e.high, 0)}"
    assert _money_cell(e, "USD").small.replace(" to ", "–") in terminal_frontier._pair(e)
    assert _money_cell(Estimate(1000.0, 900.0, 1100.0), "USD").small == "± 100"
    assert _money_cell(Estimate(1000.0), "USD").small == ""


@pytest.mark.parametrize(("values", "rivals"), [("0.9,1.1", 2), ("1.1,1.2", 1)])
def test_what_replays_take_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, values: str, rivals: int
) -> None:
    """Each end of the elasticity's range is played with today's value and its rivals; each of up to four steps towards a
    break-even, on each side and for each rival, with today's and that rival."""
    path = write(tmp_path, PRICED)
    plan = load(path)
    lever = find_lever(plan, "pace", None, None)
    points = points_of(path, plan, lever, values.split(","))
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(sensitivity, "size_of_more", lambda _, plays, studies: asked.append((plays, studies)))
    sensitivity.size_of_replays(lever, plan, points, SimpleNamespace())  # type: ignore[arg-type]
    assert asked == [(2 * 2, 2), (2 * (1 + rivals) + 2 * rivals * 4 * 2, 2 + 2 * rivals * 4)]
    heads = find_lever(plan, "heads", None, None)
    assert sensitivity.size_of_replays(heads, plan, points, SimpleNamespace()) is None  # type: ignore[arg-type]


def test_replays_are_announced_with_their_contacts_and_their_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small as a whole it goes unsaid; what the replays may take is enough to say all of it."""
    monkeypatch.setattr("sim.report.charts.frontier.draw", lambda _: {})
    sizes = (Size(2e5, 20.0, 1e8, 1), Size(4.2e6, 130.0, 1e8, 1))
    words = (
        "frontier", write(tmp_path, PRICED), "--over", "pace", "--values", "1.05", "--engine", "simpy", "--jobs", "1",
        "--replications", "2", "--out", tmp_path / "f",
    )  # fmt: skip
    monkeypatch.setattr("sim.command.frontier.size_of_replays", lambda *_: sizes)
    told = " ".join(sim(*words).output.split())
    assert "Replays of what the answer hangs on come on top: 200,000 to 4.2 million contacts, 20 s to 2 min." in told
    assert told.index("About ") < told.index("Replays of")
    monkeypatch.setattr("sim.command.frontier.size_of_replays", lambda *_: (sizes[0], sizes[0]))
    assert "Replays" not in sim(*words).output
