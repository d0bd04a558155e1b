"""The manual's pages in a real browser: quiet, nothing cut off, legible, a search that finds."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from sim.manual.html import write_pages

WIDTHS = (390, 768, 1440)
SOME = ("index.html", "table-queues.html", "plans.html", "results.html", "recipes.html", "examples.html")


@pytest.fixture(scope="module")
def manual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("manual")
    write_pages(folder)
    return folder


def opened(browser: Browser, file: Path, width: int, scheme: str = "light") -> tuple[Page, list[str]]:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    heard: list[str] = []
    page.on("console", lambda message: heard.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: heard.append(f"error: {error}"))
    home = file.parent.as_uri()
    page.on("request", lambda asked: None if asked.url.startswith(home) else heard.append(asked.url))
    page.goto(file.as_uri())
    return page, heard


@pytest.mark.parametrize("name", SOME)
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_cut_off_or_complained_of(browser: Browser, manual: Path, name: str, width: int) -> None:
    page, heard = opened(browser, manual / name, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert heard == []
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", SOME)
def test_axe_finds_nothing_serious(browser: Browser, manual: Path, name: str, scheme: str) -> None:
    page, _ = opened(browser, manual / name, 1440, scheme)
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
    page.close()


def test_the_search_finds_a_setting_and_leads_there(browser: Browser, manual: Path) -> None:
    page, _ = opened(browser, manual / "index.html", 1440)
    page.fill("#find", "short_abandon")
    first = page.locator("#hits a").first
    assert first.inner_text() == "queues.NAME.service_level.short_abandon"
    first.click()
    assert "table-queues.html#queues.NAME.service_level.short_abandon" in page.url
    page.close()


def test_it_reads_without_scripts(browser: Browser, manual: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((manual / "table-groups.html").as_uri())
    assert "contract_hours" in page.inner_text("main")
    assert page.locator("nav a").count() > 20
    context.close()
