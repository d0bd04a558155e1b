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
