"""Which contract works which shift: as named; else the longest contracts work the shifts that pay most hours a week.

No other pairing plays more contract hours: min(contract, shift) is supermodular, so its sum is largest when both rise
together. Shifts that pay the same hours share their contracts evenly. In which order a file names shifts and contracts
says nothing.
"""

from __future__ import annotations

import math
from collections import Counter
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from sim.scenario.language.groups import Group
from sim.scenario.model import Scenario
from sim.scenario.shift_hours import heads_by_shift, hours_a_week, parts_in_order
from sim.shares import in_proportion, interleave, largest_remainder

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SAME = 6
"""Decimals to which hours a week are compared."""

NOTHING_LEFT = 1e-9

STANDING_FOR_ALL = 1000
"""Heads by which the contracts of a group are judged that has nobody yet."""


def contract_mix(scenario: Scenario, group: Group, heads: int) -> list[tuple[float, int]]:
    """(hours a week, heads) of a group without a people file, longest first; NaN, last, for who has no contract."""
    given = group.contract_hours or ((math.nan, 0),)
    if any(count for _, count in given):
        return list(given)
    named = Counter[float]()
    for contracts in _named(scenario, group, heads):
        named.update(contracts)
    named[given[0][0]] += heads - named.total()
    # A single contract, or none, stays as it is with nobody in the group.
    mix = [(hours, count) for hours, count in named.items() if count] or [(given[0][0], heads)]
    return sorted(mix, key=lambda one: (math.isnan(one[0]), -one[0]))


def contracts_of(scenario: Scenario, group: Group, heads: int) -> list[float]:
    """Of so many nameless heads, mixed evenly; NaN where there is none."""
    mix = contract_mix(scenario, group, heads)
    return [mix[kind][0] for kind in interleave([count for _, count in mix])]


def shifts_of_staff(scenario: Scenario, group: Group, contracts: Floats) -> Ints:
    """The number of the shift, in their order, of each of a group's starting staff with these contracts."""
    left = heads_by_shift(scenario, group, len(contracts))
    result = np.full(len(contracts), -1)
    for number, named in enumerate(_named(scenario, group, len(contracts))):
        for hours, heads in named.items():
            chosen = np.flatnonzero((contracts == hours) & (result < 0))[:heads]
            result[chosen] = number
            left[number] -= len(chosen)
    free, effective = np.flatnonzero(result < 0), _hours(scenario, contracts)
    # Where all contracts are alike, it is all the same who works the longer shift.
    alike = len(set(effective[free].tolist())) < 2
    classes, first = [list(range(len(left)))] if alike else _classes(scenario, group), 0
    longest = free[np.argsort(-effective[free], kind="stable")]
    for shifts in classes:
        counts = [left[number] for number in shifts]
        members = longest[first : first + sum(counts)]
        first += sum(counts)
        if len(classes) == 1:
            # Block by block: contracts are mixed along the row.
            result[np.sort(members)] = np.repeat(shifts, counts)
        else:
            # Contract by contract, so that each is in every shift of these hours.
            result[members] = np.array(shifts)[interleave(counts)]
    return result


def shifts_of_joiners(scenario: Scenario, group: Group, contracts: Floats, starting: Floats, *, endless: bool) -> Ints:
    """The same of those who may join, who go the way of the starting staff's contracts.

    `endless`: how many places there are is nobody's concern; the first to come is on the same shift under every plan.
    """
    table = _shares_by_contract(scenario, group, starting)
    known = np.array(list(table))
    hours, result = _hours(scenario, contracts), np.empty(len(contracts), dtype=np.int64)
    # A contract that the group does not have goes the way of the nearest; of two, of the longer.
    nearest = [float(known[np.argmin(np.abs(known - one))]) for one in hours.tolist()]
    ways: dict[tuple[float, ...], list[int]] = {}
    for k, contract in enumerate(nearest):
        ways.setdefault(table[contract], []).append(k)
    for way, members in ways.items():
        own = np.array(members)
        if endless:
            for contract in np.unique(hours[own]):
                some = own[hours[own] == contract]
                result[some] = in_proportion(list(way), len(some))
        else:
            by_contract = own[np.argsort(hours[own], kind="stable")]
            result[by_contract] = interleave(largest_remainder(list(way), len(own)))
    return result


def _hours(scenario: Scenario, contracts: Floats) -> Floats:
    """Contract hours to go by: whoever has no contract counts as full time."""
    return np.where(np.isnan(contracts), scenario.spec.center.full_time_hours, contracts)


def _named(scenario: Scenario, group: Group, heads: int) -> list[dict[float, int]]:
    """By shift, in their order: heads of each contract that the shift names."""
    parts, counts = parts_in_order(scenario, group).values(), heads_by_shift(scenario, group, heads)
    return [
        {hours: given if part.names_heads else count for hours, given in part.contract_hours or ()}
        for part, count in zip(parts, counts, strict=True)
    ]


def _classes(scenario: Scenario, group: Group) -> list[list[int]]:
    """Numbers of the shifts that pay the same hours a week, the most hours first."""
    shifts = [scenario.spec.shifts[name] for name in parts_in_order(scenario, group)]
    hours = [round(hours_a_week(scenario, group, shift), SAME) for shift in shifts]
    in_order = sorted(range(len(shifts)), key=lambda number: (-hours[number], number))
    return [list(same) for _, same in groupby(in_order, key=lambda number: hours[number])]


def _shares_by_contract(scenario: Scenario, group: Group, starting: Floats) -> dict[float, tuple[float, ...]]:
    """By contract hours: the shares of those with it who work each shift, in their order."""
    parts = list(parts_in_order(scenario, group).values())
    whole = sum(part.value for part in parts)
    room = np.array([part.value / whole if whole else 1.0 / len(parts) for part in parts])
    usual = tuple(room.tolist())
    if not len(starting):
        starting = np.array(contracts_of(scenario, group, STANDING_FOR_ALL))
    present = _hours(scenario, starting)
    contracts = sorted(set(present.tolist()), reverse=True)
    people = np.array([(present == hours).mean() for hours in contracts])
    got = np.zeros((len(contracts), len(parts)))
    for number, part in enumerate(parts):
        for hours, heads in part.contract_hours or ():
            if hours in contracts:
                share = heads / (part.heads or 1) if part.names_heads else 1.0
                got[contracts.index(hours), number] = room[number] * share
    room, people = room - got.sum(axis=0), np.maximum(people - got.sum(axis=1), 0.0)
    for shifts in _classes(scenario, group):
        free = float(room[shifts].sum())
        for row in range(len(contracts)):
            taken = min(free, float(people[row]))
            if taken > NOTHING_LEFT:
                got[row, shifts] += taken * room[shifts] / room[shifts].sum()
                people[row] -= taken
                free -= taken
    ways = [tuple(np.round(row / row.sum(), 12).tolist()) if row.sum() > NOTHING_LEFT else usual for row in got]
    # Where contracts make no difference, the shares are as given.
    return dict(zip(contracts, ways if len(set(ways)) > 1 else [usual] * len(ways), strict=True))
