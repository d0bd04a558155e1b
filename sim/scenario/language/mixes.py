"""Tables of plain shares or counts that make one whole, and how they follow a number of heads that changes alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.scenario.language.fields import Count
from sim.shares import shared_out

MIXES = {
    "Group": ("shifts", "contract_hours"),
    "Forecast": ("weekday",),
    "Queue": ("deflect",),
    "Repeat": ("to",),
    "Tier": ("share",),
}
"""A table of plain values that is given anew replaces what `extends`, `like` and plans lay it over: its entries belong
together. One that holds a change ("+2", "none"), or is reached by dotted keys, changes single entries."""

MIX_KEYS = {key for keys in MIXES.values() for key in keys}

ENTRIES: dict[str, Any] = {"contract_hours": dict[str, Count]}
"""The kind of a mix's entries where the setting's own type does not tell."""

OF_HEADS = ("shifts", "contract_hours")
"""Mixes of a group that add up to its heads."""


def in_proportion(parts: Mapping[str, float], whole: int) -> dict[str, int]:
    """`whole` split in proportion to parts, by largest remainder; of equal ones the larger part gains, then the first
    by name, so that the order of keys changes nothing."""
    order = sorted(parts, key=lambda name: (-parts[name], name))
    found = dict(zip(order, shared_out(whole, [parts[name] for name in order]), strict=True))
    return {name: found[name] for name in parts}


def heads_of(group: Mapping[str, Any]) -> int | None:
    """A group's heads as written: the number, or the sum of its shifts where these are counts."""
    heads = group.get("heads")
    if heads is None and isinstance(group.get("shifts"), dict):
        counts = _counts(group["shifts"])
        return sum(counts.values()) if counts else None
    return heads if _is_count(heads) else None


def following_heads(base: Mapping[str, Any], change: Mapping[str, Any], heads: object) -> dict[str, dict[str, Any]]:
    """The mixes of a group whose heads change and which the change leaves alone: in the same proportions as before."""
    before = heads_of(base)
    if "heads" not in change or not _is_count(heads) or before is None or heads == before:
        return {}
    assert isinstance(heads, int)
    result = {}
    for key in OF_HEADS:
        mix = base.get(key)
        counts = _counts(mix) if isinstance(mix, dict) and key not in change else None
        # A mix that does not fit the heads that it has is reported as it stands.
        if counts and mix is not None and sum(counts.values()) == before:
            result[key] = {name: _with_count(mix[name], n) for name, n in in_proportion(counts, heads).items()}
    return _of_one_mind(base, result)


def _of_one_mind(base: Mapping[str, Any], result: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Contracts that shifts name go the way of these shifts, and the others of the mix share what is left."""
    shifts, contracts = result.get("shifts"), result.get("contract_hours")
    if shifts is None or contracts is None:
        return result
    before, after = (_named(table, contracts) for table in (base["shifts"], shifts))
    left = {name: max(base["contract_hours"][name] - before[name], 0) for name in contracts}
    rest = in_proportion(left, sum(contracts.values()) - sum(after.values()))
    return {**result, "contract_hours": {name: after[name] + rest[name] for name in contracts}}


def _named(shifts: Mapping[str, Any], contracts: Mapping[str, Any]) -> dict[str, int]:
    """By contract of the mix: the heads of the shifts that name it."""
    found, known = dict.fromkeys(contracts, 0), {_hours(name): name for name in contracts}
    for part in shifts.values():
        named = known.get(_hours(part.get("contract_hours"))) if isinstance(part, dict) else None
        if named is not None:
            found[named] += part["heads"]
    return found


def _hours(value: object) -> float | None:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _counts(mix: Mapping[str, Any]) -> dict[str, int] | None:
    """The heads of each entry; None if they are shares, or no heads at all."""
    counts = {name: entry.get("heads") if isinstance(entry, dict) else entry for name, entry in mix.items()}
    return counts if all(map(_is_count, counts.values())) else None  # type: ignore[return-value]


def _with_count(entry: Any, heads: int) -> Any:
    return {**entry, "heads": heads} if isinstance(entry, dict) else heads
