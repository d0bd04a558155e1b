"""Pictures in a real browser: values under the pointer and by keys, the page's colours in light and dark, no script needed.

Needs Chromium (the system's) and the extra `browser`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from shop import SHOP, sim, table, write

PLANS = SHOP.replace("days = 2", "days = 5") + "\n[plans.more]\ngroups.core.heads = 11\n"
DAYS = ("mon", "tue", "wed", "thu", "fri")
FIRST, SECOND = ".told path:nth-child(1)", ".told path:nth-child(2)"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("pictures")
    path = write(folder, PLANS, {"orders.csv": table("contacts", "12", days=DAYS)})
    words = ("--replications", "3", "--jobs", "1", "--out", str(folder / "out"))
    result = sim("compare", path, *words)
    assert result.exit_code == 0, result.output
    return Path(folder / "out" / "report.html").as_uri()


def opened(browser: Browser, report: str, width: int = 1200, **how: str) -> tuple[Page, list[str]]:
    """The page with everything unfolded, and what it complains of."""
    page, heard = browser.new_page(viewport={"width": width, "height": 900}, **how), list[str]()  # type: ignore[arg-type]
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.goto(report)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    return page, heard


def title(page: Page, mark: str) -> str:
    return str(page.evaluate(f"document.querySelector('#picture-seats {mark} title').textContent"))


@pytest.mark.parametrize("width", [390, 1200])
def test_keys_step_through_values(browser: Browser, report: str, width: int) -> None:
    page, heard = opened(browser, report, width)
    first, second = title(page, FIRST), title(page, SECOND)
    page.focus("#picture-seats svg")
    page.keyboard.press("ArrowRight")
    tip = page.locator(".tip")
    assert first in tip.inner_text()
    assert first in page.locator(".heard").inner_text()
    page.keyboard.press("ArrowRight")
    assert second in tip.inner_text()
    page.keyboard.press("Home")
    assert first in tip.inner_text()
    # The next panel is the next plan's, at the same time of day.
    page.keyboard.press("ArrowDown")
    assert first.split(": ")[0] in tip.inner_text()
    assert tip.inner_text() != first
    box = tip.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    assert heard == []


def test_a_pointer_finds_values(browser: Browser, report: str) -> None:
    page, heard = opened(browser, report)
    said = title(page, SECOND)
    page.locator(f"#picture-seats {SECOND}").first.hover()
    assert said in page.locator(".tip").inner_text()
    assert heard == []


def test_without_scripts_the_values_are_there(browser: Browser, report: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report)
    assert page.locator("#picture-seats title").count() > 10
    context.close()


def test_pictures_have_the_page_s_colours(browser: Browser, report: str) -> None:
    found = {}
    for scheme in ("light", "dark"):
        page, _ = opened(browser, report, color_scheme=scheme)
        ask = "(what) => getComputedStyle(document.querySelector(what))"
        letters = page.evaluate(f"{ask}.fill", "#picture-seats svg text[fill='var(--ink)'], #picture-seats svg text")
        behind = page.evaluate(f"{ask}.backgroundColor", "#picture-seats .picture")
        assert behind == page.evaluate(f"{ask}.backgroundColor", "body")
        found[scheme] = (letters, behind)
    assert found["light"] != found["dark"]


@pytest.mark.parametrize("width", [390, 1200])
def test_axe_finds_nothing_serious_in_pictures(browser: Browser, report: str, width: int) -> None:
    page, _ = opened(browser, report, width)
    found = Axe().run(page, context=".drawn").response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
