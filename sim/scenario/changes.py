"""Settings in which two resolved files differ: by their places, and in a planner's words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

MOST_NAMED = 3
LONGEST = 40
"""Characters of a value; a longer one is only said to have changed."""

NAMED_FIRST = ("groups", "queues", "shifts", "sites", "vendors")
"""Tables whose entries are known by their names alone."""

WORDS = {
    "fcr": "FCR", "csat": "CSAT", "service_level.target": "target", "service_level.within": "target within",
    "forecast.factor": "volume ×", "talk.mean": "talk time", "wrap.mean": "wrap time", "hold.mean": "hold time",
    "patience.mean": "patience", "self_service": "self-service", "contract_hours": "contract hours",
}  # fmt: skip
"""Settings that planners call otherwise."""


@dataclass(frozen=True)
class Change:
    """A setting that differs between two resolved files."""

    path: tuple[str, ...]
    kind: Literal["changed", "added", "removed"]
    old: Any = None
    new: Any = None

    @property
    def text(self) -> str:
        """ "groups.core.heads: 22 → 24": by its place in the file."""
        spot, old, new = ".".join(self.path), _text(self.old), _text(self.new)
        if self.kind == "removed":
            return f"{spot}: removed"
        if self.kind == "added":
            return f"{spot}: {new or 'added'}"
        return f"{spot}: {old} → {new}" if old and new else f"{spot}: changed"

    @property
    def subject(self) -> str:
        """Whose setting it is: "core", "hiring march"; nothing for the scenario's own."""
        first, *rest = self.path
        if first in NAMED_FIRST and rest:
            return rest[0]
        return f"{_plain(first)} {rest[0]}" if len(rest) > 1 else _plain(first) if rest else ""

    @property
    def words(self) -> str:
        """What changes of it: "22 → 24 heads", "pace 0.92", "self-service added"."""
        first, *rest = self.path
        setting = rest[1:] if first in NAMED_FIRST or len(rest) > 1 else rest or [first]
        name = WORDS.get(".".join(setting)) or " ".join(_plain(key) for key in setting if key != "shifts")
        old, new = _text(self.old), _text(self.new) or _few(self.new)
        if setting == ["route"] and (path := _route(self.new)):
            return f"to {path}"
        if self.kind == "removed" or not setting:
            return f"{name} removed".strip() if self.kind == "removed" else self.kind
        said = f"{old} → {new}" if old and new else new
        if not said:
            return f"{name} {self.kind}"
        return f"{said} {name}" if name == "heads" else f"{name} {said}"


def in_words(changes: Sequence[Change], most: int = MOST_NAMED) -> str:
    """ "core: 21 → 23 heads, early 50% → 60%; orders: patience removed": those of one thing together; at `most` so
    many are named."""
    by_subject: dict[str, list[str]] = {}
    for change in changes[:most]:
        by_subject.setdefault(change.subject, []).append(change.words)
    parts = [f"{subject}: {', '.join(told)}" if subject else ", ".join(told) for subject, told in by_subject.items()]
    more = len(changes) - most
    return "; ".join([*parts, *([f"and {more} other change{'s' * (more > 1)}"] if more > 0 else [])])


def changes_of(base: dict[str, Any], plan: dict[str, Any], where: tuple[str, ...] = ()) -> Iterator[Change]:
    """Every setting that differs between two resolved files. Titles and the like do not count."""
    for key in [*base, *(key for key in plan if key not in base)]:
        if not where and key in ("title", "author", "description"):
            continue
        spot, old, new = (*where, key), base.get(key), plan.get(key)
        if old == new:
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            yield from changes_of(old, new, spot)
        else:
            yield Change(spot, "removed" if key not in plan else "added" if key not in base else "changed", old, new)


def _plain(key: str) -> str:
    return key.replace("_", " ")


def _route(steps: object) -> str:
    """ "core, then returns-desk after 5s"; nothing where it is too long to be read."""
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        return ""
    told = []
    for step in steps:
        who = " or ".join(step.get("groups", ())) or str(step.get("vendor", ""))
        told.append(f"{who} after {step['after']}" if "after" in step else who)
    text = ", then ".join(told)
    return text if all(told) and len(text) <= 2 * LONGEST else ""


def _few(value: object) -> str:
    """ "chat 15%": a table of a few numbers and shares; nothing for any other."""
    if not isinstance(value, dict) or any(not str(entry).strip("%").isdecimal() for entry in value.values()):
        return ""
    text = ", ".join(f"{_plain(key)} {_text(entry)}" for key, entry in value.items())
    return text if len(text) <= LONGEST else ""


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
