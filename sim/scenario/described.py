"""What a plan is, in short words: its own description, or the settings in which it differs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from sim.scenario.model import Scenario

MOST_NAMED = 3
LONGEST = 40
"""Characters of a value; a longer one is only said to have changed."""


def description_of(scenario: Scenario, baseline: Scenario | None = None) -> str:
    """What the file says of the scenario or plan; else what the plan changes, or how the file differs from another."""
    if scenario.description:
        return scenario.description
    changes = scenario.changes
    if not changes and baseline is not None and baseline.name != scenario.name:
        changes = tuple(changes_of(baseline.resolved, scenario.resolved))
    more = len(changes) - MOST_NAMED
    return "; ".join([*changes[:MOST_NAMED], *([f"and {more} more"] if more > 0 else [])])


def changes_of(base: dict[str, Any], plan: dict[str, Any], where: str = "") -> Iterator[str]:
    """Every setting that differs between two resolved files: "groups.core.heads: 22 → 24". Titles and the like do not
    count."""
    for key in [*base, *(key for key in plan if key not in base)]:
        if not where and key in ("title", "description"):
            continue
        spot, old, new = f"{where}.{key}" if where else key, base.get(key), plan.get(key)
        if old == new:
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            yield from changes_of(old, new, spot)
        elif key not in plan:
            yield f"{spot}: removed"
        elif key not in base:
            yield f"{spot}: {_text(new) or 'added'}"
        elif _text(old) and _text(new):
            yield f"{spot}: {_text(old)} → {_text(new)}"
        else:
            yield f"{spot}: changed"


def _text(value: object) -> str:
    """A value as people read it; nothing for tables, lists of tables, and what is too long."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, list):
        parts = [_text(part) for part in value]
        text = f"[{', '.join(parts)}]" if all(parts) else ""
    elif isinstance(value, int | float | str):
        text = str(value)
    else:
        return ""
    return text if len(text) <= LONGEST and text.isprintable() else ""
