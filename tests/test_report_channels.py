"""What the terminal, the page and the charts say of channels, machines, sites, vendors and contracts, where there are any."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from shop import SHOP, sim, table, write
from worlds import Silent

from sim.report.charts.channels import Beside
from sim.report.tables.study import Tables, tabulate
from sim.report.text.facts import Facts, facts_of
from sim.report.text.names import calibrated_text, limit_text
from sim.report.text.numbers import span
from sim.report.text.uses import contained_by_machines, desks_taken
from sim.scenario.load import load
from sim.study.prepared import prepare
from sim.study.run import Entry, Options, run_study

PAGE = Path(__file__).parent.parent / "sim" / "manual" / "pages" / "40-channels.md"
(BLOCK,) = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)

CENTER = """\
title = "Every channel"
[center]
start = 2026-03-02
days = 2
timezone = "Europe/London"
currency = "GBP"
open = { mon-fri = "09:00-11:00" }
[run]
replications = 2
[shifts.early]
hours = "08:00-12:00"
[shifts.late]
hours = "10:00-14:00"
breaks = [{ at = "11:00", length = "30min", paid = false }]
"""
TRANSFER = '[queues.billing.transfer.email]\nshare = "10%"\n'
WORLD = CENTER + BLOCK.replace("[groups.care]", TRANSFER + "[groups.care]")
FILES: dict[str, str | bytes] = {name: table("contacts") for name in ("chat.csv", "email.csv", "billing.csv")}
QUICK = ("--engine", "simpy", "--jobs", "1")

NEW_PARTS = ("channels", "deferred", "self-service", "callbacks", "transfers", "sites", "vendors", "contracts")
NEW_CHARTS = {"channels.png", "backlog.png", "desks.png", "contracts.png"}
NEW_TITLES = ("Deferred work", "Self-service", "Callbacks", "Transfers", "Sites", "Vendors", "Contracts")


def world(folder: Path, toml: str = WORLD, *changes: str) -> Path:
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        assert old in toml, f"the world does not say {old}"
        toml = toml.replace(old, new)
    return write(folder, toml, FILES)


def told(path: Path) -> tuple[Tables, Facts]:
    """The tables and facts of the base plan, two replications."""
    base = load(path)
    study = run_study([Entry(base, base)], Options(2, 1, jobs=1, engine="simpy"), Silent())
    tables = tabulate(study.results, ["base"])
    return tables, facts_of(study.results, ["base"], None, "simpy", "sim run")


class _Page(HTMLParser):
    """The cells of every section of a page, row by row."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: dict[str, list[list[str]]] = {}
        self._section, self._cell = "", False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "section":
            self._section = dict(attrs)["id"] or ""
            self.rows[self._section] = []
        elif tag == "tr":
            self.rows[self._section].append([])
        elif tag in ("td", "th"):
            self._cell = True
            self.rows[self._section][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._cell = self._cell and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self._cell:
            cells = self.rows[self._section][-1]
            cells[-1] = (cells[-1] + " " + data.replace("\u00a0", " ")).strip()

    def column(self, section: str, head: str) -> dict[str, str]:
        """A column's cells by the name of their row."""
        names, *rows = self.rows[section]
        return {row[0]: row[names.index(head)] for row in rows}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The manual's scenario, run in a terminal of 80 columns: its folder, and what it said."""
    folder = tmp_path_factory.mktemp("played")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", "80")
        result = sim("run", world(folder), *QUICK, "--out", folder / "out")
    assert result.exit_code == 0, result.output
    return folder / "out", result.output


def page_of(folder: Path) -> _Page:
    return _Page((folder / "report.html").read_text(encoding="utf-8"))


def test_everything_used_is_reported(played: tuple[Path, str]) -> None:
    folder, said = played
    assert set(NEW_PARTS) <= set(page_of(folder).rows)
    assert {path.name for path in (folder / "charts").iterdir()} >= NEW_CHARTS
    for title in NEW_TITLES:
        assert f"\n{title}" in said


def test_nothing_is_reported_of_what_is_not_used(tmp_path: Path) -> None:
    result = sim("run", write(tmp_path), *QUICK, "--out", tmp_path / "out")
    assert result.exit_code == 0
    assert not set(NEW_PARTS) & set(page_of(tmp_path / "out").rows)
    assert not NEW_CHARTS & {path.name for path in (tmp_path / "out" / "charts").iterdir()}
    assert not [title for title in NEW_TITLES if title in result.output]
    assert "Whole center: " in result.output


def test_no_name_is_cut_in_80_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    path = world(tmp_path, WORLD, "queues.chat]", "queues.chat-support]", " chat = { priority", " chat-support = { priority",
                 "[queues.email]", "[queues.complaints]", " email = { priority", " complaints = { priority",
                 "billing.transfer.email", "billing.transfer.complaints")  # fmt: skip
    said = sim("run", path, *QUICK, "--out", tmp_path / "out").output
    assert max(len(line) for line in said.splitlines() if not line.startswith(("Results:", "Next:"))) <= 80
    # Once per table that has the queue: service or deferred work, targets, self-service, calibration's two lines.
    assert len(re.findall(r"(?m)^ chat-support ", said)) == 5
    assert len(re.findall(r"(?m)^ complaints ", said)) == 5


def test_calibration_speaks_of_times_shares_and_contacts(played: tuple[Path, str]) -> None:
    said = played[1]
    # Solo work of 6 min; 2 days × 4 intervals × 10 emails, with those that are transferred there.
    assert re.search(r"(?m)^ chat +solo +6 min 00 s ", said)
    assert re.search(r"(?m)^ email +volume +80 +\d+ +0\.\d+ +[+−]\d\.\d\d (±\d\.\d\d )?% ", said)
    assert re.search(r"(?m)^ chat +FCR +70\.0 % .* points ", said)


def test_replies_are_judged_apart_from_those_who_wait(played: tuple[Path, str]) -> None:
    folder, said = played
    page = page_of(folder)
    service = said[said.index("Service") : said.index("Targets")]
    assert "email" not in service
    assert "90/8h*" in said
    assert [row[0] for row in page.rows["queues"][1:]] == ["chat", "billing"]
    assert page.column("targets", "Answered within")["email"] == "90 % in 8 h per day\nof opening hours"
    # Erlang A knows nothing of work that waits.
    assert [row[0] for row in page.rows["erlang"][1:]] == ["chat", "billing", "all live queues"]
    assert "of live contacts that got in answered in time" in (folder / "report.html").read_text(encoding="utf-8")


def test_what_a_machine_costs_is_the_cost_line(played: tuple[Path, str]) -> None:
    folder, _ = played
    costs = pd.read_csv(folder / "costs.csv").set_index("line")["mean"]
    assert float(page_of(folder).column("self-service", "Cost")["chat"]) == pytest.approx(
        costs["self-service"], abs=0.005
    )


def test_income_is_no_cost(played: tuple[Path, str]) -> None:
    folder, _ = played
    page, costs = page_of(folder), pd.read_csv(folder / "costs.csv").set_index("line")["mean"]
    assert [row[0] for row in page.rows["costs"]][-1] == "total"
    assert not [row for row in page.rows["costs"] if "partner" in row[0] and "vendor" not in row[0]]
    lines = [row[0] for row in page.rows["contracts"][1:]]
    assert lines == ["billing partner", "credits partner", "income total", "income less cost"]
    shown = page.column("contracts", "GBP")["income less cost"].split(" ")[0]
    assert float(shown.replace("−", "-").replace(",", "")) == pytest.approx(
        costs["billing partner"] + costs["credits partner"] - costs["total"], abs=0.6
    )


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(45, "45 s"), (600, "10 min"), (5_940, "99 min"), (12_240, "3.4 h"), (345_600, "4.0 days"), (float("nan"), "–")],
)
def test_how_long_a_reply_takes(seconds: float, text: str) -> None:
    assert span(seconds) == text


def test_limits_and_calibrated_figures_have_their_units() -> None:
    assert [limit_text(3600.0 * hours) for hours in (1, 8, 12.5, 120)] == ["60 min", "8 h", "12.5 h", "5 days"]
    figures = {"aht_s": 250.0, "solo_s": 390.0, "fcr": 0.7, "contacts": 23_542.8}
    assert [calibrated_text(*figure) for figure in figures.items()] == ["4 min 10 s", "6 min 30 s", "70.0 %", "23,543"]


def test_what_machines_contain_follows_from_the_forecast(tmp_path: Path) -> None:
    """10 chats an interval, half of the 10 emails on top, of which 40 % are contained: 6."""
    prepared = prepare(
        load(world(tmp_path, WORLD, 'channel = "email"\n', 'channel = "email"\ndeflect = { chat = "50%" }\n'))
    )
    contained = contained_by_machines(prepared)
    open_hours = contained[contained["start"].isin(["09:00", "09:30", "10:00", "10:30"])]
    assert set(contained["name"]) == {"chat"}
    assert open_hours["contained"].tolist() == pytest.approx([6.0] * 8)
    assert contained["contained"].sum() == pytest.approx(48.0)


def test_desks_are_taken_from_the_first_minute_to_the_last(tmp_path: Path) -> None:
    """Ten early from 07:00 in London, ten late from 09:00 to 13:00: their break at 10:00 keeps the desk."""
    desks = desks_taken(prepare(load(world(tmp_path))))
    day = desks[desks["date"] == "2026-03-02"].set_index("start")["people"]
    assert set(desks["name"]) == {"krakow"}
    assert {start: day[start] for start in ("06:30", "07:00", "08:30", "09:00", "10:00", "11:00", "12:30", "13:00")} == {
        "06:30": 0, "07:00": 10, "08:30": 10, "09:00": 20, "10:00": 20, "11:00": 10, "12:30": 10, "13:00": 0,
    }  # fmt: skip


def test_desks_of_seats_count_too(tmp_path: Path) -> None:
    toml = WORLD + '[groups.flex]\nsite = "krakow"\nseats = { csv = "seats.csv" }\nskills = { billing = {} }\n'
    path = write(tmp_path, toml, {**FILES, "seats.csv": table("seats", "3")})
    day = desks_taken(prepare(load(path))).query("date == '2026-03-02'").set_index("start")["people"]
    assert (day["08:30"], day["09:00"]) == (10, 23)


def test_the_day_by_channel_adds_up(tmp_path: Path) -> None:
    """Each channel's bars are its queues' contacts of the day, whatever the grid."""
    tables, facts = told(world(tmp_path))
    rows = tables.intervals[tables.intervals["scope"] == "queue"]
    beside = Beside(tables, facts, rows, tables.intervals[tables.intervals["scope"] == "group"])
    day = beside.queues[beside.queues["date"] == "2026-03-03"]
    edges = np.arange(0.0, 24.5, 0.5)
    for channel in ("phone", "chat", "email"):
        own = day[day["channel"] == channel]
        assert beside._series(own, "offered", edges).sum() == pytest.approx(own["offered"].sum())
    assert own["offered"].sum() > 0


def test_the_backlog_stands_where_it_was(tmp_path: Path) -> None:
    """Before anybody comes to work, those of the start lie there, and nobody else has come yet."""
    tables, facts = told(world(tmp_path))
    beside = Beside(tables, facts, tables.intervals[tables.intervals["scope"] == "queue"], tables.intervals.head(0))
    days, backlog = beside._backlog("email")
    assert len(days) == 2 * 48
    assert days[[0, 47, 95]].tolist() == pytest.approx([1 / 48, 1.0, 2.0])
    assert backlog[:14].tolist() == [120.0] * 14
    assert backlog[-1] == pytest.approx(
        float(tables.periods.query("name == 'email' and period == 'day'")["backlog"].iloc[-1])
    )


def test_the_oldest_grows_older_over_night(tmp_path: Path) -> None:
    """A day old when the horizon begins, and nobody comes to work before 07:00."""
    tables, facts = told(world(tmp_path))
    beside = Beside(tables, facts, tables.intervals[tables.intervals["scope"] == "queue"], tables.intervals.head(0))
    days, ages = beside._ages("email")
    assert len(days) == 2 * 48
    # The oldest of 120 contacts spread over 24 hours.
    assert ages[0] == pytest.approx(24.5, abs=24 / 120)
    assert np.diff(ages[:14]).tolist() == pytest.approx([0.5] * 13)


def test_charts_are_the_same_bytes_every_time(tmp_path: Path, played: tuple[Path, str]) -> None:
    assert sim("run", world(tmp_path), *QUICK, "--out", tmp_path / "out").exit_code == 0
    for name in NEW_CHARTS:
        drawn = (tmp_path / "out" / "charts" / name).read_bytes()
        assert drawn.startswith(b"\x89PNG")
        assert drawn == (played[0] / "charts" / name).read_bytes(), name


ONLY_EMAIL = """\
[queues.email]
channel = "email"
forecast = { csv = "email.csv" }
talk = { family = "exponential", mean = "3min" }
[groups.core]
heads = 4
shifts = { early = 4 }
skills = { email = {} }
"""


def test_a_center_where_nobody_waits_on_the_line(tmp_path: Path) -> None:
    result = sim("run", world(tmp_path, CENTER + ONLY_EMAIL), *QUICK, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "Deferred work" in result.output
    assert "Service " not in result.output
    assert "Erlang A" not in result.output
    assert "queues" not in page_of(tmp_path / "out").rows
    assert "backlog.png" in {path.name for path in (tmp_path / "out" / "charts").iterdir()}


def test_beyond_eight_weeks_the_backlog_is_reported_by_day(tmp_path: Path) -> None:
    toml = CENTER.replace("days = 2", "weeks = 9") + ONLY_EMAIL
    emails = table("contacts", "1", days=("mon", "tue", "wed", "thu", "fri"))
    tables, facts = told(write(tmp_path, toml, {"email.csv": emails}))
    rows = tables.intervals[tables.intervals["scope"] == "queue"]
    assert " " in str(rows["date"].iloc[0])
    drawn = Beside(tables, facts, rows, tables.intervals.head(0)).work_that_waits()
    assert set(drawn) == {"backlog.png"}
    days, backlog = Beside(tables, facts, rows, tables.intervals.head(0))._backlog_by_day("email")
    assert len(days) == len(backlog) == 63


def test_plans_may_do_without(tmp_path: Path) -> None:
    """A plan without the machine, the vendor and the contract, beside one that has them."""
    plan = """\
[plans.plain]
queues.chat.self_service = "none"
queues.billing.route = [{ groups = ["care"] }]
queues.billing.contract = "none"
queues.billing.callback = "none"
"""
    result = sim("compare", world(tmp_path, WORLD + plan), *QUICK, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    page = page_of(tmp_path / "out")
    assert [row[0] for row in page.rows["self-service"]] == ["Plan", "base"]
    assert page.column("vendors", "Cost")["plain"] == "0.00"
    assert "Contained by self-service" not in result.output


def test_names_of_sites_vendors_and_contracts_stay_text(tmp_path: Path) -> None:
    evil = "<b>[red]x[/y]"
    toml = WORLD.replace("contracts.partner", f"contracts.'{evil}'").replace('"partner"', f"'{evil}'")
    toml = toml.replace("sites.krakow", f"sites.'{evil}'").replace('"krakow"', f"'{evil}'")
    toml = toml.replace("vendors.overflow", f"vendors.'{evil}'").replace('"overflow"', f"'{evil}'")
    result = sim("run", world(tmp_path, toml), *QUICK, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert result.output.count(evil) >= 4
    page = page_of(tmp_path / "out")
    assert [page.rows[part][1][0] for part in ("sites", "vendors", "contracts")] == [evil, evil, f"billing {evil}"]


def test_the_shop_of_phones_alone_has_no_channels(tmp_path: Path) -> None:
    tables, facts = told(write(tmp_path, SHOP))
    rows = tables.intervals[tables.intervals["scope"] == "queue"]
    beside = Beside(tables, facts, rows, tables.intervals.head(0))
    charts = (beside.day_by_channel(), beside.work_that_waits(), beside.people_at_desks(), beside.income())
    assert charts == ({}, {}, {}, {})


def test_a_site_where_nobody_works_within_the_horizon_has_no_chart_of_desks(tmp_path: Path) -> None:
    """A Saturday's report of people who work from Monday to Friday: nothing to draw, and no fault."""
    text = SHOP.replace("days = 2", "days = 1").replace("start = 2026-03-02", "start = 2026-03-07")
    text = text.replace("[groups.core]\n", '[sites.hall]\nseats = 3\n[groups.core]\nsite = "hall"\n')
    text = text.replace('hours = "09:00-17:00"', 'days = "mon-fri"\nhours = "09:00-17:00"')
    done = sim("run", write(tmp_path, text), "--replications", "1", "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert not list((tmp_path / "out").rglob("desks*"))
