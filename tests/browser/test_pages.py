"""The pages in a real browser: no message, no request, nothing wider than the screen; they print.

Needs Chromium (the system's) and the extra `browser`; .ci/run installs both.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

SCENARIOS = Path(__file__).parents[2] / "scenarios"
FEW = ("--replications", "3", "--jobs", "1")
PAGES = {
    "run": ("run", "starter.toml", *FEW),
    "compare": ("compare", "starter.toml", *FEW),
    "frontier": ("frontier", "starter.toml", "--over", "pace", "--values", "0.95,1", *FEW),
    "every channel": ("run", "omnichannel.toml", *FEW),
    "staff": ("staff", "starter.toml", "--time", "20s", *FEW),
}
WIDTHS = (390, 768, 1440)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    assert chromium is not None, "no Chromium; install it from the system's packages, or name it by CHROMIUM"
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=chromium, args=quiet)
        yield opened
        opened.close()


@pytest.fixture(scope="session", params=PAGES)
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("pages") / "out"
    command, file, *rest = PAGES[request.param]
    words = [sys.executable, "-m", "sim", command, str(SCENARIOS / file), *rest, "--out", str(out)]
    subprocess.run(words, check=True, capture_output=True)
    return out / "report.html"


def opened(browser: Browser, report: Path, width: int, scheme: str = "light") -> tuple[Page, list[str]]:
    """The page, and everything that it asks for or complains of."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    heard: list[str] = []
    page.on("console", lambda message: heard.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: heard.append(f"error: {error}"))
    address = report.as_uri()
    page.on("request", lambda asked: None if asked.url.startswith(("data:", address)) else heard.append(asked.url))
    page.goto(address)
    return page, heard


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_is_quiet_and_fits_the_screen(browser: Browser, report: Path, width: int, scheme: str) -> None:
    page, heard = opened(browser, report, width, scheme)
    assert not heard
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.title()
    broken = page.evaluate("[...document.images].filter(image => !image.complete || !image.naturalWidth).length")
    assert broken == 0
    unnamed = page.evaluate("[...document.images].filter(image => !image.alt.trim()).length")
    assert unnamed == 0
    page.close()


def test_a_page_has_one_first_heading_and_its_links_lead_somewhere(browser: Browser, report: Path) -> None:
    page, _ = opened(browser, report, 1440)
    assert page.locator("h1").count() == 1
    lost = page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.getAttribute('href').slice(1))"
        ".filter(id => id && !document.getElementById(decodeURIComponent(id)))"
    )
    assert lost == []
    page.close()


def test_a_page_prints(browser: Browser, report: Path) -> None:
    page, _ = opened(browser, report, 1440)
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.close()
