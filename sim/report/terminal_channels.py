"""What the terminal says of deferred work, machines, callbacks, transfers, sites, vendors and contracts, if any."""

from __future__ import annotations

import math

from rich.markup import escape
from rich.table import Table as Grid

from sim.measures.kpis import QUEUE, SITE, VENDOR
from sim.report.figures import TONES, income_lines
from sim.report.numbers import clock, count, decimal, half_width, span
from sim.report.screen import STYLES, grid
from sim.report.tables import Tables
from sim.report.uses import transfers
from sim.report.workforce import heads_text
from sim.study.result import PlanResult
from sim.study.statistics import Estimate
from sim.units import MINUTE


def contacts(result: PlanResult) -> list[Grid]:
    """What becomes of contacts beside the answer to a call."""
    scenario = result.scenario
    made = (
        (scenario.uses.deferred, _deferred), (scenario.uses.machines, _self_service),
        (scenario.uses.callbacks, _callbacks), (list(transfers(scenario)), _transfers),
    )  # fmt: skip
    return [make(result, names) for names, make in made if names]


def places(result: PlanResult, label: str, tables: Tables) -> list[Grid]:
    """Who does the work elsewhere, and what that costs."""
    scenario = result.scenario
    found = [_sites(result, scenario.uses.sites)] if scenario.uses.sites else []
    return [*found, _vendors(result, label, tables)] if scenario.spec.vendors else found


def percent(found: Estimate) -> str:
    """ "87.6 ±1.2": a share where room is short."""
    return decimal(100 * found.mean) + half_width(found, 100).replace("± ", "±").replace(" to ", "–")


def style_of(verdict: str) -> str:
    return STYLES.get(TONES.get(verdict, ""), "dim")


def _deferred(result: PlanResult, queues: list[str]) -> Grid:
    table = grid(
        "Deferred work (means; reply: until it is sent)", ("queue", "l"),
        ("offered", "r"), ("in time, %", "r"), ("reply", "r"), ("backlog", "r"), ("at end", "r"), ("oldest", "r"),
    )  # fmt: skip
    for name in queues:
        table.add_row(
            escape(name), count(result.kpi("offered", QUEUE, name).mean),
            percent(result.kpi("service_level", QUEUE, name)),
            span(result.kpi("asa_s", QUEUE, name).mean), count(result.kpi("backlog", QUEUE, name).mean),
            count(result.kpi("backlog_end", QUEUE, name).mean),
            f"{decimal(result.kpi('oldest_age_h', QUEUE, name).mean)} h",
        )  # fmt: skip
    return table


def _self_service(result: PlanResult, queues: list[str]) -> Grid:
    currency = result.scenario.spec.center.currency
    table = grid(
        "Self-service (of the contained, some come to an agent later)", ("queue", "l"), ("machine", "n"),
        ("sessions", "r"), ("contained, %", "r"), ("later, %", "r"), ("session", "r"), (f"cost, {currency}", "r"),
    )  # fmt: skip
    for name in queues:
        service = result.scenario.spec.queues[name].self_service
        assert service is not None
        sessions = result.kpi("self_service_sessions", QUEUE, name).mean
        minutes = result.kpi("self_service_minutes", QUEUE, name).mean
        table.add_row(
            escape(name), service.kind, count(sessions), percent(result.kpi("containment_rate", QUEUE, name)),
            decimal(100 * service.come_back.share, 0), clock(minutes * MINUTE / sessions if sessions else math.nan),
            count(sessions * service.cost_per_session),
        )  # fmt: skip
    return table


def _callbacks(result: PlanResult, queues: list[str]) -> Grid:
    table = grid(
        "Callbacks (of contacts offered; of those reached, the wait)", ("queue", "l"), ("called", "r"),
        ("of all, %", "r"), ("reached, %", "r"), ("promised", "r"), ("waited", "r"), ("kept, %", "r"),
    )  # fmt: skip
    for name in queues:
        rate, offered = (result.kpi(kpi, QUEUE, name) for kpi in ("callback_rate", "offered"))
        promised, waited = (result.kpi(f"callback_{wait}_s", QUEUE, name) for wait in ("promised", "wait"))
        table.add_row(
            escape(name), count(rate.mean * offered.mean), decimal(100 * rate.mean),
            decimal(100 * result.kpi("callback_reached", QUEUE, name).mean), span(promised.mean), span(waited.mean),
            percent(result.kpi("callback_kept", QUEUE, name)),
        )  # fmt: skip
    return table


def _transfers(result: PlanResult, queues: list[str]) -> Grid:
    table = grid("Transfers (of contacts answered)", ("queue", "l"), ("transferred, %", "r"), ("to", "n"))
    for name in queues:
        to = escape(transfers(result.scenario)[name])
        table.add_row(escape(name), percent(result.kpi("transfer_rate", QUEUE, name)), to)
    return table


def _sites(result: PlanResult, groups_of: dict[str, list[str]]) -> Grid:
    currency = result.scenario.spec.center.currency
    table = grid(
        "Sites", ("site", "l"), ("heads", "r"), ("desks", "r"), ("occupancy, %", "r"), ("paid hours", "r"),
        (f"staff cost, {currency}", "r"), ("an hour", "r"),
    )  # fmt: skip
    for name, groups in groups_of.items():
        desks = result.scenario.spec.sites[name].seats
        cost, hours = (result.kpi(kpi, SITE, name).mean for kpi in ("staff_cost", "paid_hours"))
        table.add_row(
            escape(name), heads_text(result, groups), "" if desks is None else str(desks),
            percent(result.kpi("occupancy", SITE, name)), count(hours), count(cost),
            decimal(cost / hours if hours else math.nan, 2),
        )  # fmt: skip
    return table


def _vendors(result: PlanResult, label: str, tables: Tables) -> Grid:
    currency = result.scenario.spec.center.currency
    table = grid(
        "Vendors", ("vendor", "l"), ("answered", "r"), ("minutes", "r"), (f"cost, {currency}", "r"),
        ("a contact", "r"),
    )  # fmt: skip
    amounts = _amounts(label, tables)
    for name in result.scenario.spec.vendors:
        answered, aht = (result.kpi(kpi, VENDOR, name).mean for kpi in ("answered", "aht_s"))
        # A vendor that no route names any more takes nothing and costs nothing.
        cost = amounts.get(f"vendor {name}", 0.0)
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
    table, amounts = grid("Contracts", ("line", "l"), ("amount", "r")), _amounts(label, tables)
    for line in lines:
        table.add_row(escape({"margin": "income less cost"}.get(line, line)), count(amounts[line]).replace("-", "−"))
    return table


def _amounts(label: str, tables: Tables) -> dict[str, float]:
    own = tables.costs[tables.costs.plan == label]
    return dict(zip(own.line.tolist(), own["mean"].tolist(), strict=True))
