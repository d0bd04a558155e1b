"""The report's parts on what comes beside calls: replies sent later, machines, callbacks, sites, vendors, contracts."""

from __future__ import annotations

import math

from sim.report.page.figures import Cell, Figures, Grid, Part, share_cell, side_by_side
from sim.report.page.service import level_cell
from sim.report.text.names import money_digits, spread_text
from sim.report.text.numbers import count, decimal, seconds, share, span
from sim.report.text.phrases import income_lines
from sim.report.text.uses import transfers
from sim.study.statistics import UNKNOWN, Estimate


def of_channels(f: Figures) -> Part:
    head = ("Queues", "Offered", "Service level", "Abandoned", "Mean wait", "Handle time", "Of an agent", "FCR")
    several = any(len(scenario.uses.channels) > 1 for scenario in f.facts.scenarios.values())
    note = (
        "Each channel's queues together, each under its own limit. Mean wait: until the answer, or until the reply is "
        "sent, on the clock of its limit. Of an agent: handling shared among the contacts in hand."
    )
    grids = side_by_side(f, "Channel", lambda plan: list(f.facts.scenarios[plan].uses.channels), head, _channel_cells)
    return Part("channels", "Channels", note, grids if several else [])


def _channel_cells(f: Figures, plan: str, name: str) -> list[Cell]:
    def kpi(which: str) -> Estimate:
        return f.kpi(plan, which, "channel", name)

    own = f.facts.scenarios[plan].uses.channels[name]
    live = f.facts.targets[plan][own[0]].live
    wait = kpi("asa_s")
    return [
        Cell(str(len(own))),
        Cell(count(kpi("offered").mean)),
        level_cell(f, plan, "channel", name, kpi("service_level")),
        share_cell(kpi("abandon_rate") if live else UNKNOWN),
        Cell(seconds(wait.mean) if live else span(wait.mean)),
        Cell(seconds(kpi("aht_s").mean)),
        Cell(seconds(kpi("effort_s").mean)),
        share_cell(kpi("fcr")),
    ]


def replies(f: Figures) -> Part:
    head = ("Offered", "Service level", "Mean reply", "90 % within", "Backlog", "Oldest", "Handle time", "FCR")
    note = (
        "They wait over night, and are judged by when the reply is sent: service level is the share sent within the "
        "limit, on its clock. Backlog: contacts at the intervals' ends, mean over day and night; oldest: for how long "
        "the oldest has lain."
    )
    return Part("deferred", "Deferred work", note, side_by_side(f, "Queue", f.facts.deferred, head, _reply_cells))


def _reply_cells(f: Figures, plan: str, name: str) -> list[Cell]:
    def kpi(which: str) -> Estimate:
        return f.kpi(plan, which, "queue", name)

    oldest = kpi("oldest_age_h")
    return [
        Cell(count(kpi("offered").mean)),
        share_cell(kpi("service_level")),
        *(Cell(span(kpi(wait).mean)) for wait in ("asa_s", "wait_p90_s")),
        Cell(count(kpi("backlog").mean), f"{count(kpi('backlog_end').mean)} at the end"),
        Cell(f"{decimal(oldest.mean)} h", spread_text(oldest.mean, oldest.low, oldest.high, "h")),
        Cell(seconds(kpi("aht_s").mean)),
        share_cell(kpi("fcr")),
    ]


def self_service(f: Figures) -> Part:
    head = ("Machine", "Sessions", "Contained", "Come to an agent later", "Session", "Cost", "Cost per contained")
    note = (
        "In front of the queue: whoever is contained needs no agent; some of them come to one later all the same. "
        f"Cost in {f.facts.currency}."
    )
    grids = side_by_side(f, "Queue", lambda plan: f.facts.scenarios[plan].uses.machines, head, _machine_cells, words=2)
    return Part("self-service", "Self-service", note, grids)


def _machine_cells(f: Figures, plan: str, name: str) -> list[Cell]:
    service = f.facts.scenarios[plan].spec.queues[name].self_service
    assert service is not None
    sessions = f.kpi(plan, "self_service_sessions", "queue", name)
    contained = f.kpi(plan, "containment_rate", "queue", name)
    minutes = f.kpi(plan, "self_service_minutes", "queue", name)
    cost = sessions.mean * service.cost_per_session
    return [
        Cell({"bot": "bot", "ivr": "voice menu"}[service.kind]),
        Cell(count(sessions.mean)),
        share_cell(contained),
        Cell(share(service.come_back.share, 0), "of the contained"),
        Cell(seconds(60.0 * minutes.mean / sessions.mean) if sessions.mean else seconds(math.nan)),
        Cell(decimal(cost, money_digits(cost))),
        Cell(decimal(cost / (sessions.mean * contained.mean) if sessions.mean * contained.mean else math.nan, 2)),
    ]


def call_backs(f: Figures) -> Part:
    head = ("Called back", "Reached", "Wait promised", "Wait until the call", "Kept")
    note = (
        "Called back: share of the contacts offered that took the offer. Of those reached: the wait they were told, "
        "the wait until they were called, and the share called by the time promised. It counts in the queue's ASA."
    )
    grids = side_by_side(f, "Queue", lambda plan: f.facts.scenarios[plan].uses.callbacks, head, _callback_cells)
    return Part("callbacks", "Callbacks", note, grids)


def _callback_cells(f: Figures, plan: str, name: str) -> list[Cell]:
    def kpi(which: str) -> Estimate:
        return f.kpi(plan, which, "queue", name)

    called = kpi("callback_rate").mean * kpi("offered").mean
    return [
        Cell(share(kpi("callback_rate").mean), f"{count(called)} contacts"),
        share_cell(kpi("callback_reached")),
        *(Cell(span(kpi(wait).mean)) for wait in ("callback_promised_s", "callback_wait_s")),
        share_cell(kpi("callback_kept")),
    ]


def passed_on(f: Figures) -> Part:
    note = "Of the contacts answered. Each leg counts at its own queue; the center counts a contact once."
    grids = side_by_side(
        f, "Queue", lambda plan: list(transfers(f.facts.scenarios[plan])), ("To", "Transferred", "Contacts"),
        _transfer_cells, words=2,
    )  # fmt: skip
    return Part("transfers", "Transfers", note, grids)


def _transfer_cells(f: Figures, plan: str, name: str) -> list[Cell]:
    rate = f.kpi(plan, "transfer_rate", "queue", name)
    moved = rate.mean * f.kpi(plan, "answered", "queue", name).mean
    return [Cell(transfers(f.facts.scenarios[plan])[name]), share_cell(rate), Cell(count(moved))]


def of_sites(f: Figures) -> Part:
    head = (
        "Time zone", "Groups", "Desks", "Occupancy", "Shrinkage", "Paid hours", "Hours required", "Staff cost",
        "Per paid hour",
    )  # fmt: skip
    note = f"Staff cost in {f.facts.currency}: wages with premiums and load."
    grids = side_by_side(f, "Site", lambda plan: list(f.facts.scenarios[plan].uses.sites), head, _site_cells, words=3)
    return Part("sites", "Sites", note, grids)


def _site_cells(f: Figures, plan: str, name: str) -> list[Cell]:
    def kpi(which: str) -> Estimate:
        return f.kpi(plan, which, "site", name)

    scenario = f.facts.scenarios[plan]
    site, cost, hours = scenario.spec.sites[name], kpi("staff_cost").mean, kpi("paid_hours").mean
    return [
        Cell(site.timezone or scenario.spec.center.timezone),
        Cell(", ".join(scenario.uses.sites[name])),
        Cell("no limit" if site.seats is None else count(site.seats)),
        share_cell(kpi("occupancy")),
        Cell(share(kpi("shrinkage").mean)),
        Cell(count(hours)),
        Cell(count(kpi("required_hours").mean)),
        Cell(decimal(cost, money_digits(cost))),
        Cell(decimal(cost / hours if hours else math.nan, 2)),
    ]


def vendors(f: Figures) -> Part:
    head = ("Answered", "Handle time", "Minutes", "Cost", "Per contact")
    note = f"Outside partners; cost in {f.facts.currency}, the minimum included."
    grids = side_by_side(f, "Vendor", lambda plan: f.names(plan, "vendor"), head, _vendor_cells)
    return Part("vendors", "Vendors", note, grids)


def _vendor_cells(f: Figures, plan: str, name: str) -> list[Cell]:
    answered, aht = f.kpi(plan, "answered", "vendor", name).mean, f.kpi(plan, "aht_s", "vendor", name).mean
    cost = f.cost(plan, f"vendor {name}")
    # A vendor that no route names any more takes nothing and costs nothing.
    amount = cost.mean if math.isfinite(cost.mean) else 0.0
    return [
        Cell(count(answered)),
        Cell(seconds(aht)),
        Cell(count(answered * aht / 60.0) if answered else count(0.0)),
        Cell(decimal(amount, money_digits(amount)), spread_text(cost.mean, cost.low, cost.high, "")),
        Cell(decimal(amount / answered if answered else math.nan, 2)),
    ]


def contracts(f: Figures) -> Part:
    currency, grids = f.facts.currency, []
    lines = income_lines(f.tables.costs)
    if lines:
        rows = []
        digits = money_digits(max(abs(f.cost(plan, "income total").mean) for plan in f.facts.plans))
        for line in lines:
            tone = "sum" if line in ("income total", "margin") else ""
            amounts = [f.cost(plan, line) for plan in f.facts.plans]
            cells = [_amount(e, digits, tone) for e in amounts]
            rows.append([Cell({"margin": "income less cost"}.get(line, line), "", tone), *cells])
        grids.append(Grid(("Line", *(f.facts.plans if f.facts.compares else (currency,))), rows))
    free = any(queue.contract is None for scenario in f.facts.scenarios.values() for queue in scenario.numbered.queues)
    note = f"{currency}. Credits are given for periods below the contract's service level, a bonus for those above it."
    note += " The cost is of all queues, also of those that no client pays for." if free else ""
    return Part("contracts", "Contracts", note, grids)


def _amount(e: Estimate, digits: int, tone: str) -> Cell:
    text = decimal(e.mean, digits).replace("-", "−")
    return Cell(text, spread_text(e.mean, e.low, e.high, "") if e.high > e.low else "", tone)
