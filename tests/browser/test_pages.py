"""The pages in a real browser: no message, no request, nothing cut off at any width or on paper, legible, sortable.

Needs Chromium (the system's) and the extra `browser`; .ci/run installs both.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from known_logs import as_csv, small_log
from playwright.sync_api import Browser, Page

SCENARIOS = Path(__file__).parents[2] / "scenarios"
FEW = ("--replications", "3", "--jobs", "1")
MANY_PLANS = "".join(f"[plans.plan-{n}]\ngroups.core.heads = {21 + n}\n" for n in range(1, 6))
"""With the base plan one more than stand side by side."""
PAGES = {
    "run": ("run", "starter.toml", *FEW),
    "compare": ("compare", "starter.toml", *FEW),
    "many plans": ("compare", "many.toml", "--replications", "2", "--jobs", "1"),
    "frontier": ("frontier", "starter.toml", "--over", "pace", "--values", "0.95,1", *FEW),
    "every channel": ("run", "omnichannel.toml", "--replications", "2", "--jobs", "1"),
    "fit": ("fit", "calls.csv", "--weeks-held-back", "1"),
    "why": ("why", "starter.toml", "--queue", "orders", "--at", "mon 10:40", *FEW),
    "power of one": ("power-of-one", "starter.toml", "--group", "returns-desk", "--replications", "2", "--jobs", "1"),
    "staff": ("staff", "starter.toml", "--time", "10s", *FEW),
}
WIDTHS = (390, 768, 1440)
PAPER = 688
"""CSS pixels between A4's margins of 14 mm."""


@pytest.fixture(scope="session", params=PAGES)
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(request.param, tmp_path_factory)


@pytest.fixture(scope="session")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written("compare", tmp_path_factory)


def written(name: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.getbasetemp() / name.replace(" ", "-")
    if not folder.exists():
        folder.mkdir()
        command, file, *rest = PAGES[name]
        place = SCENARIOS / file
        if command == "fit":
            place = as_csv(small_log(np.random.default_rng(1)), folder / file)
        elif not place.exists():
            shutil.copytree(SCENARIOS / "starter", folder / "starter")
            starter = (SCENARIOS / "starter.toml").read_text(encoding="utf-8")
            place = folder / file
            place.write_text(starter.split("[plans.")[0] + MANY_PLANS, encoding="utf-8")
        words = [sys.executable, "-m", "sim", command, str(place), *rest, "--out", str(folder / "out")]
        subprocess.run(words, check=True, capture_output=True)
    return folder / "out" / "report.html"


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


OPEN_ALL = "document.querySelectorAll('details:not(.menu)').forEach(one => { one.open = true })"

CUT_OFF = """() => [...document.querySelectorAll('.scroll')].filter(box => box.scrollWidth > box.clientWidth + 1)
    .map(box => box.querySelector('table').textContent.trim().slice(0, 60) + ' ' + box.scrollWidth)"""
"""Tables that only show whole when they are scrolled sideways."""

FAINT = """() => {
    const part = (v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4 };
    const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
    const read = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const behind = (one) => {
        for (; one; one = one.parentElement) {
            const colour = read(getComputedStyle(one).backgroundColor);
            if (colour.length === 3 || colour[3] > 0) return colour;
        }
    };
    const found = new Set();
    for (const one of document.querySelectorAll('h1, h2, h3, p, a, th, dt, dd, li, summary, button, td span, small')) {
        if (!one.textContent.trim() || !one.offsetParent) continue;
        const [a, b] = [light(read(getComputedStyle(one).color)), light(behind(one))].sort((x, y) => y - x);
        const contrast = (a + 0.05) / (b + 0.05);
        if (contrast < 4.5) found.add(`${one.tagName}.${one.className} ${contrast.toFixed(2)}: ${one.textContent.slice(0, 30)}`);
    }
    return [...found];
}"""


@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_is_quiet_and_nothing_is_cut_off(browser: Browser, report: Path, width: int) -> None:
    page, heard = opened(browser, report, width)
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CUT_OFF) == []
    assert not heard
    assert page.title()
    broken = page.evaluate("[...document.images].filter(image => !image.complete || !image.naturalWidth).length")
    assert broken == 0
    unnamed = page.evaluate("[...document.images].filter(image => !image.alt.trim()).length")
    assert unnamed == 0
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_stands_out_from_what_is_behind_it(browser: Browser, report: Path, scheme: str) -> None:
    page, heard = opened(browser, report, 1440, scheme)
    page.evaluate(OPEN_ALL)
    assert page.evaluate(FAINT) == []
    assert not heard
    page.close()


def test_a_page_has_one_first_heading_and_its_links_lead_somewhere(browser: Browser, report: Path) -> None:
    page, _ = opened(browser, report, 1440)
    assert page.locator("h1").count() == 1
    lost = page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.getAttribute('href').slice(1))"
        ".filter(id => id && !document.getElementById(decodeURIComponent(id)))"
    )
    assert lost == []
    assert page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id).length") == page.evaluate(
        "new Set([...document.querySelectorAll('[id]')].map(one => one.id)).size"
    )
    page.close()


def test_paper_holds_all_of_a_page(browser: Browser, report: Path) -> None:
    """No table is wider than A4 between its margins, and what opens on a click is open."""
    page, _ = opened(browser, report, PAPER)
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= PAPER
    wide = "[...document.querySelectorAll('table')].map(t => Math.ceil(t.getBoundingClientRect().right)).filter(x => x > innerWidth)"
    assert page.evaluate(wide) == []
    hidden = "[...document.querySelectorAll('table')].filter(t => t.getBoundingClientRect().height < 10).length"
    assert page.evaluate(hidden) == 0
    smaller = """() => [...document.querySelectorAll('td')].filter(cell => cell.querySelector('small') &&
        parseFloat(getComputedStyle(cell.querySelector('small')).fontSize) >=
        parseFloat(getComputedStyle(cell.querySelector('span')).fontSize)).length"""
    assert page.evaluate(smaller) == 0
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.close()


@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_serious(browser: Browser, report: Path, width: int) -> None:
    page, _ = opened(browser, report, width)
    found = Axe().run(page).response["violations"]
    serious = [
        f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:150]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
    assert serious == []
    page.close()


def column(page: Page, part: str, number: int) -> list[str]:
    return page.evaluate(
        f"[...document.querySelectorAll('#{part} tbody')].slice(0, 1).flatMap(body => [...body.rows])"
        f".filter(row => row.cells.length > 1).map(row => row.cells[{number}].querySelector('span').textContent)"
    )


def test_a_table_is_put_in_order_by_a_click_or_a_key_and_back_again(browser: Browser, compared: Path) -> None:
    page, heard = opened(browser, compared, 1440)
    page.evaluate(OPEN_ALL)
    head = page.locator("#groups thead th").nth(1)
    before = column(page, "groups", 1)
    assert head.get_attribute("aria-sort") is None
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert [float(text) for text in column(page, "groups", 1)] == sorted(float(text) for text in before)
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert [float(text) for text in column(page, "groups", 1)] == sorted((float(text) for text in before), reverse=True)
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") is None
    assert column(page, "groups", 1) == before
    assert not heard
    page.close()


def test_the_total_stays_last_and_what_is_none_behind(browser: Browser, compared: Path) -> None:
    page, _ = opened(browser, compared, 1440)
    for _ in range(2):
        page.locator("#costs thead th").nth(1).locator("button").click()
        assert column(page, "costs", 0)[-1] == "total"
    page.close()


def test_a_plan_is_lit_up_wherever_it_stands(browser: Browser, compared: Path) -> None:
    page, _ = opened(browser, compared, 1440)
    page.locator(".rail .light button", has_text="two-more").click()
    lit = "[...new Set([...document.querySelectorAll('.lit')].map(one => one.dataset.plan))]"
    assert page.evaluate(lit) == ["two-more"]
    assert page.evaluate("document.querySelectorAll('.lit').length") > 10
    page.locator(".rail .light button", has_text="two-more").click()
    page.mouse.move(0, 0)
    assert page.evaluate(lit) == []
    page.close()


def test_a_page_is_whole_without_scripts(browser: Browser, compared: Path) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.goto(compared.as_uri())
    page.locator(".menu summary").click()
    page.locator(".menu a", has_text="Cost").first.click()
    assert page.locator("#costs table").is_visible()
    page.locator("#targets summary").first.click()
    assert page.locator("#targets table").first.is_visible()
    context.close()


def test_a_link_opens_what_it_leads_to(browser: Browser, compared: Path) -> None:
    page, _ = opened(browser, compared, 1440)
    assert not page.locator("#calibration table").is_visible()
    page.locator(".rail a[href='#calibration']").click()
    page.locator("#calibration table").wait_for(state="visible", timeout=2000)
    page.close()
