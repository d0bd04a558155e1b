"""Centers whose truth is known, and whose cheapest staffing but one fails by less than a search's own luck can tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from staffings import SHAPES, Crew, Heads, Line, erlang_level, known_of_shape, write_center

SHORT = 0.001
TALK = 180.0


def tight_shape(folder: Path, shape: str) -> tuple[Path, Callable[[Heads], bool]]:
    """Targets just above the levels of the staffing with one head fewer than the cheapest, in its second group."""
    lines, crews = SHAPES[shape]
    known, levels = known_of_shape(shape)
    fewer = levels[(known.heads[0], known.heads[1] - 1)]
    tight = {
        name: replace(line, target=round(level + SHORT, 4))
        for (name, line), level in zip(lines.items(), fewer, strict=True)
    }

    def holds(heads: Heads) -> bool:
        # More than the chain was solved for have never been returned; a staffing unknown counts as failing.
        found = levels.get(heads)
        return found is not None and all(a >= b.target for a, b in zip(found, tight.values(), strict=True))

    return write_center(folder, tight, crews), holds


def tight_erlang(folder: Path, load: float = 10.0) -> tuple[Path, Callable[[Heads], bool]]:
    line = Line(load * 60.0 / TALK, TALK, None, 0.8)
    path = write_center(folder, {"calls": line}, {"agents": Crew({"day": 13}, {"calls": 1.0})})
    return path, lambda heads: erlang_level(load, heads[0], TALK, None, 20.0) >= 0.8
