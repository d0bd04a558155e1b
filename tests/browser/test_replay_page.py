"""The replay in a real browser: quiet, nothing fetched, no wider than a phone, played by keys; axe finds nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from test_pages import SCENARIOS, opened


@pytest.fixture(scope="module")
def replay(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("replay") / "out"
    words = [sys.executable, "-m", "sim", "replay", str(SCENARIOS / "starter.toml"), "--day", "mon", "--out", str(out)]
    subprocess.run(words, check=True, capture_output=True)
    return out / "replay.html"


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_quiet_and_fits(browser: Browser, replay: Path, width: int, scheme: str) -> None:
    page, heard = opened(browser, replay, width, scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not [one for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")]
    page.close()
    assert heard == []


def test_keys_play_it_and_the_log_tells_it(browser: Browser, replay: Path) -> None:
    page, heard = opened(browser, replay, 1000)
    began = page.inner_text("#now")
    page.keyboard.press("ArrowRight")
    step = page.inner_text("#now")
    assert step > began
    newest = page.inner_text("#log li:first-child")
    assert newest.startswith(step)
    number = page.inner_text("#log li:first-child button")
    assert f"Contact {number} " in page.inner_text("#who")
    page.keyboard.press(" ")
    page.wait_for_function("before => document.getElementById('now').textContent > before", arg=step)
    page.keyboard.press(" ")
    assert page.inner_text("#play") == "Play"
    page.fill("#find", "hangs up")
    told = page.locator("#log li").all_inner_texts()
    assert told
    assert all("hangs up" in line for line in told)
    page.close()
    assert heard == []


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("two") / "out"
    words = ["replay", str(SCENARIOS / "starter.toml"), "--day", "mon", "--from", "09:00", "--to", "12:00"]
    words += ["--against", "two-more", "--out", str(out)]
    subprocess.run([sys.executable, "-m", "sim", *words], check=True, capture_output=True)
    return out / "replay.html"


@pytest.mark.parametrize("width", [390, 768, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_two_plans_are_quiet_and_fit(browser: Browser, two: Path, width: int, scheme: str) -> None:
    page, heard = opened(browser, two, width, scheme)
    page.keyboard.press("n")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not [one for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")]
    tops = [page.locator(f"#floor-{k}").bounding_box() for k in (0, 1)]
    assert tops[0] is not None
    assert tops[1] is not None
    # Side by side where there is room, else one below the other.
    assert (tops[0]["y"] == tops[1]["y"]) == (width == 1440)
    page.close()
    assert heard == []


def test_a_key_leads_from_one_who_fared_differently_to_the_next(browser: Browser, two: Path) -> None:
    page, heard = opened(browser, two, 1440)
    page.evaluate("go(0)")
    came = page.locator("#fared tbody tr td:nth-child(3)").all_inner_texts()
    numbers = page.locator("#fared tbody tr td:nth-child(2)").all_inner_texts()
    inside = [(time, number) for time, number in zip(came, numbers, strict=True) if time != "before"]
    assert len(inside) > 10
    for time, number in inside:
        page.keyboard.press("n")
        assert page.inner_text("#now") == time
        assert page.inner_text("#fared tr.chosen td:nth-child(2)") == number
        told = page.inner_text("#who")
        assert f"With base. Contact {number} " in told
        assert "With two-more. Contact" in told
    page.locator("#fared tbody button").last.focus()
    page.keyboard.press("Enter")
    assert page.inner_text("#now") == came[-1]
    page.close()
    assert heard == []


LARGE = """
title = "Ten queues"
[center]
start = 2026-03-02
days = 1
timezone = "UTC"
open = { mon-sun = "10:00-12:00" }
[run]
replications = 1
seed = 5
[shifts.day]
hours = "10:00-12:00"
breaks = [{ within = "10:30-11:30", length = "15min", paid = true }]
"""
QUEUE = """
[queues.q{n}]
channel = "phone"
forecast = {{ csv = "calls.csv" }}
talk = {{ family = "exponential", mean = "4m" }}
wrap = {{ family = "exponential", mean = "30s" }}
patience = {{ family = "exponential", mean = "5min" }}
[[queues.q{n}.route]]
groups = ["g{n}"]
[groups.g{n}]
heads = 15
shifts = {{ day = 15 }}
[groups.g{n}.skills]
q{n} = {{ priority = 1 }}
"""


def test_a_large_center_makes_a_small_page_that_moves(browser: Browser, tmp_path: Path) -> None:
    """150 agents and 10 queues for two hours, 15 of each queue: some 4,000 contacts, more than they can serve."""
    (tmp_path / "calls.csv").write_text(
        "weekday,start,contacts\n" + "".join(f"mon,{hour}:{half},100\n" for hour in (10, 11) for half in ("00", "30"))
    )
    (tmp_path / "large.toml").write_text(LARGE + "".join(QUEUE.format(n=n) for n in range(10)))
    words = [sys.executable, "-m", "sim", "replay", str(tmp_path / "large.toml"), "--day", "mon"]
    subprocess.run([*words, "--out", str(tmp_path / "out")], check=True, capture_output=True)
    file = tmp_path / "out" / "replay.html"
    assert file.stat().st_size < 1_500_000
    page, heard = opened(browser, file, 1440)
    assert page.evaluate("WORLDS[0].S.agents.length") == 150
    assert page.evaluate("WORLDS[0].S.queues.length") == 10
    assert page.evaluate("WORLDS[0].C.length") > 3500
    # What a frame costs the page; a screen of 60 frames a second leaves 16 ms for each.
    spent = page.evaluate(
        "(() => { const found = []; for (let k = 0; k < 120; k++) { t = 600 + k * 50; const at = performance.now(); draw(); "
        "found.push(performance.now() - at); } return found.sort((a, b) => a - b)[60]; })()"
    )
    assert spent < 16.0
    page.close()
    assert heard == []
