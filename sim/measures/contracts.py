"""What vendors charge and what clients pay, made out period by period."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.measures.families import by_name
from sim.measures.kpis import LEVELS, ratio
from sim.measures.periods import by_period, first_days, shares_inside
from sim.measures.sums import CONTRACT_SUMS, QUEUE_SUMS, VENDOR_SUMS, Sums
from sim.scenario.language.business import Bill, Contract
from sim.scenario.language.handling import ServiceLevel
from sim.scenario.model import Scenario
from sim.units import HOUR

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def vendor_bills(scenario: Scenario, sums: Sums) -> dict[str, float]:
    """What each vendor in use charges: in every period for what it did, and the minimum at least."""
    amounts = {}
    for name in scenario.uses.vendors:
        vendor = scenario.vendor(name)
        price, s = vendor.spec.price, by_name(VENDOR_SUMS, sums.vendor_days[vendor.number])
        quantity = s["handle_s"] / 60.0 if price.per == "handled minute" else s["answered"]
        billed = price.rate * by_period(quantity, first_days(scenario.clock, price.per_period))
        minimum = price.minimum * shares_inside(scenario.clock, price.per_period)
        amounts[name] = float(np.maximum(billed, minimum).sum())
    return amounts


def _in_use(scenario: Scenario) -> dict[str, Contract]:
    """Contracts that some queue is under."""
    named = {queue.spec.contract for queue in scenario.numbered.queues}
    return {name: contract for name, contract in scenario.spec.contracts.items() if name in named}


def judged_contracts(scenario: Scenario) -> dict[str, ServiceLevel]:
    """The service levels that clients' contracts name, by contract."""
    levels = {name: contract.service_level for name, contract in _in_use(scenario).items()}
    return {name: level for name, level in levels.items() if level is not None}


def contract_levels(scenario: Scenario, sums: Sums) -> Floats:
    """Days × `judged_contracts` × (met, base): each contract's queues together, under its own limit and counting."""
    levels = np.zeros((len(sums.contract_days), len(judged_contracts(scenario)), 2))
    for number, (name, level) in enumerate(judged_contracts(scenario).items()):
        queues = [queue.spec.contract == name for queue in scenario.numbered.queues]
        met, base = LEVELS[level.counting]
        s = by_name(CONTRACT_SUMS, sums.contract_days[:, queues].sum(axis=1))
        levels[:, number] = np.stack([met(s), base(s)], axis=-1)
    return levels


def income_lines(scenario: Scenario) -> list[str]:
    """Names of what clients pay, in order; they add up to the income."""
    lines = []
    for name, contract in _in_use(scenario).items():
        lines.append(f"billing {name}")
        lines += [f"credits {name}"] if contract.credits else []
        lines += [f"bonus {name}"] if contract.bonus else []
    return lines


def income(scenario: Scenario, sums: Sums) -> Floats:
    """The amount of each of `income_lines` in one replication; credits are below 0."""
    amounts = {}
    for name, contract in _in_use(scenario).items():
        queues = np.array([queue.spec.contract == name for queue in scenario.numbered.queues])
        # Without a service level nothing is judged; the bill is made out by the month.
        per = "month" if contract.service_level is None else contract.service_level.per
        first = first_days(scenario.clock, per)
        bill = contract.bill.rate * _billed(scenario, contract.bill, queues, sums, first)
        credit, bonus = _adjustments(contract, queues, sums, first)
        amounts[f"billing {name}"] = float(bill.sum())
        # Nothing credited is 0, not -0.
        amounts[f"credits {name}"] = 0.0 - float((credit * bill).sum())
        amounts[f"bonus {name}"] = float((bonus * bill).sum())
    return np.array([amounts[line] for line in income_lines(scenario)])


def _billed(scenario: Scenario, bill: Bill, queues: NDArray[np.bool_], sums: Sums, first: Ints) -> Floats:
    """Per period, how much there is of what the contract is billed by."""
    if bill.per == "staffed hour":
        return _staffed_hours(scenario, queues, sums, first)
    s = by_name(QUEUE_SUMS, by_period(sums.queue_days[:, queues].sum(axis=1), first))
    if bill.per == "handled minute":
        return np.asarray((s["talk"] + s["hold"] + s["wrap"]) / 60.0)
    return s["answered"] if bill.per == "contact" else s["resolved"]


def _staffed_hours(scenario: Scenario, queues: NDArray[np.bool_], sums: Sums, first: Ints) -> Floats:
    """Per period, hours signed on of the groups that serve these queues; of those shared with others, their part."""
    groups = scenario.numbered.groups
    skills = np.array([[queue in group.spec.skills for queue in scenario.queues] for group in groups], dtype=float)
    work = by_period(sums.group_work, first)
    # A period in which a group did nothing is split as its skills are.
    work = np.where(work.sum(axis=2, keepdims=True) > 0, work, skills)
    part = work[..., queues].sum(axis=2) / work.sum(axis=2)
    hours = by_period(sums.named(Sums.group_days)["available"], first) / HOUR
    return np.asarray((part * hours).sum(axis=1))


def _adjustments(
    contract: Contract, queues: NDArray[np.bool_], sums: Sums, first: Ints
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shares of each period's bill, for its service level: credited, and earned on top. None without contacts."""
    credit, bonus = np.zeros(len(first)), np.zeros(len(first))
    if contract.service_level is not None:
        met, base = LEVELS[contract.service_level.counting]
        s = by_name(CONTRACT_SUMS, by_period(sums.contract_days[:, queues].sum(axis=1), first))
        level = ratio(met(s), base(s))
        # The last that holds stays: the lowest threshold of the credits, the highest of the bonuses.
        for threshold in sorted(contract.credits.values(), key=lambda c: c.below, reverse=True):
            credit = np.where(level < threshold.below, threshold.share, credit)
        for step in sorted(contract.bonus.values(), key=lambda b: b.above):
            bonus = np.where(level > step.above, step.share, bonus)
    return credit, bonus
