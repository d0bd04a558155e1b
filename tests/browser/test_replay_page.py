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
    assert f"Contact {number} came to" in page.inner_text("#who")
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
        assert "With base: contact" in told
        assert "With two-more: contact" in told
    page.locator("#fared tbody button").last.focus()
    page.keyboard.press("Enter")
    assert page.inner_text("#now") == came[-1]
    page.close()
    assert heard == []
