"""What the terminal says of deferred work, machines, callbacks, transfers, sites, vendors and contracts, if any."""

from __future__ import annotations

import math

from rich.markup import escape
from rich.table import Table as Grid

from sim.measures.kpis import QUEUE, SITE, VENDOR
from sim.report.tables.study import Tables
from sim.report.terminal.grid import STYLES, grid
from sim.report.text.known import OfPlan
from sim.report.text.numbers import clock, count, decimal, half_width, span
from sim.report.text.phrases import TONES, income_lines
from sim.report.text.uses import transfers
from sim.report.text.workforce import heads_text
from sim.study.result import PlanResult
from sim.study.statistics import Estimate
from sim.units import MINUTE


def contacts(result: PlanResult, of: OfPlan) -> list[Grid]:
    """What becomes of contacts beside the answer to a call."""
    scenario = result.scenario
    made = (
        (scenario.uses.deferred, _deferred), (scenario.uses.machines, _self_service),
        (scenario.uses.callbacks, _callbacks), (list(transfers(scenario)), _transfers),
    )  # fmt: skip
    return [make(result, of, names) for names, make in made if names]


def places(result: PlanResult, of: OfPlan) -> list[Grid]:
    """Who does the work elsewhere, and what that costs."""
    scenario = result.scenario
    found = [_sites(result, of, scenario.uses.sites)] if scenario.uses.sites else []
    return [*found, _vendors(result, of)] if scenario.spec.vendors else found


def percent(found: Estimate) -> str:
    """ "87.6 ±1.2": a share where room is short."""
    return decimal(100 * found.mean) + half_width(found, 100).replace("± ", "±").replace(" to ", "–")


def style_of(verdict: str) -> str:
    return STYLES.get(TONES.get(verdict, ""), "dim")


def _deferred(_: PlanResult, of: OfPlan, queues: list[str]) -> Grid:
    table = grid(
        "Deferred work (means; reply: until it is sent)", ("queue", "l"),
        ("offered", "r"), ("in time, %", "r"), ("reply", "r"), ("backlog", "r"), ("at end", "r"), ("oldest", "r"),
    )  # fmt: skip
    for name in queues:
        table.add_row(
            escape(name), count(of.kpi("offered", QUEUE, name).mean),
            percent(of.kpi("service_level", QUEUE, name)),
            span(of.kpi("asa_s", QUEUE, name).mean), count(of.kpi("backlog", QUEUE, name).mean),
            count(of.kpi("backlog_end", QUEUE, name).mean),
            f"{decimal(of.kpi('oldest_age_h', QUEUE, name).mean)} h",
        )  # fmt: skip
    return table


def _self_service(result: PlanResult, of: OfPlan, queues: list[str]) -> Grid:
    currency = result.scenario.spec.center.currency
    table = grid(
        "Self-service (of the contained, some come to an agent later)", ("queue", "l"), ("machine", "n"),
        ("sessions", "r"), ("contained, %", "r"), ("later, %", "r"), ("session", "r"), (f"cost, {currency}", "r"),
    )  # fmt: skip
    for name in queues:
        service = result.scenario.spec.queues[name].self_service
        assert service is not None
        sessions = of.kpi("self_service_sessions", QUEUE, name).mean
        minutes = of.kpi("self_service_minutes", QUEUE, name).mean
        table.add_row(
            escape(name), service.kind, count(sessions), percent(of.kpi("containment_rate", QUEUE, name)),
            decimal(100 * service.come_back.share, 0), clock(minutes * MINUTE / sessions if sessions else math.nan),
            count(sessions * service.cost_per_session),
        )  # fmt: skip
    return table


def _callbacks(_: PlanResult, of: OfPlan, queues: list[str]) -> Grid:
    table = grid(
        "Callbacks (of contacts offered; of those reached, the wait)", ("queue", "l"), ("called", "r"),
        ("of all, %", "r"), ("reached, %", "r"), ("promised", "r"), ("waited", "r"), ("kept, %", "r"),
    )  # fmt: skip
    for name in queues:
        rate, offered = (of.kpi(kpi, QUEUE, name) for kpi in ("callback_rate", "offered"))
        promised, waited = (of.kpi(f"callback_{wait}_s", QUEUE, name) for wait in ("promised", "wait"))
        table.add_row(
            escape(name), count(rate.mean * offered.mean), decimal(100 * rate.mean),
            decimal(100 * of.kpi("callback_reached", QUEUE, name).mean), span(promised.mean), span(waited.mean),
            percent(of.kpi("callback_kept", QUEUE, name)),
        )  # fmt: skip
    return table


def _transfers(result: PlanResult, of: OfPlan, queues: list[str]) -> Grid:
    table = grid("Transfers (of contacts answered)", ("queue", "l"), ("transferred, %", "r"), ("to", "n"))
    for name in queues:
        to = escape(transfers(result.scenario)[name])
        table.add_row(escape(name), percent(of.kpi("transfer_rate", QUEUE, name)), to)
    return table


def _sites(result: PlanResult, of: OfPlan, groups_of: dict[str, list[str]]) -> Grid:
    currency = result.scenario.spec.center.currency
    table = grid(
        "Sites", ("site", "l"), ("heads", "r"), ("desks", "r"), ("occupancy, %", "r"), ("paid hours", "r"),
        (f"staff cost, {currency}", "r"), ("an hour", "r"),
    )  # fmt: skip
    for name, groups in groups_of.items():
        desks = result.scenario.spec.sites[name].seats
        cost, hours = (of.kpi(kpi, SITE, name).mean for kpi in ("staff_cost", "paid_hours"))
        table.add_row(
            escape(name), heads_text(result, groups), "" if desks is None else str(desks),
            percent(of.kpi("occupancy", SITE, name)), count(hours), count(cost),
            decimal(cost / hours if hours else math.nan, 2),
        )  # fmt: skip
    return table


def _vendors(result: PlanResult, of: OfPlan) -> Grid:
    currency = result.scenario.spec.center.currency
    table = grid(
        "Vendors", ("vendor", "l"), ("answered", "r"), ("minutes", "r"), (f"cost, {currency}", "r"),
        ("a contact", "r"),
    )  # fmt: skip
    for name in result.scenario.spec.vendors:
        answered, aht = (of.kpi(kpi, VENDOR, name).mean for kpi in ("answered", "aht_s"))
        # A vendor that no route names any more takes nothing and costs nothing.
        line = f"vendor {name}"
        cost = of.cost(line).mean if of.known.has_cost(of.plan, line) else 0.0
        table.add_row(
            escape(name), count(answered), count(answered * aht / MINUTE if answered else 0.0), count(cost),
            decimal(cost / answered if answered else math.nan, 2),
        )  # fmt: skip
    return table


def contracts(label: str, tables: Tables) -> Grid | None:
    """What clients pay, and what is left when the cost is paid."""
    lines = income_lines(tables.costs[tables.costs.plan == label])
    if not lines:
        return None
    table = grid("Contracts", ("line", "l"), ("amount", "r"))
    for line in lines:
        table.add_row(
            escape({"margin": "income less cost"}.get(line, line)),
            count(tables.known.cost(label, line).mean).replace("-", "−"),
        )
    return table
