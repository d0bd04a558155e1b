"""Where each setting of a scenario was written, kept through `extends`, `like` and plans, for the messages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sim.errors import Problem, shown
from sim.scenario.language.mixes import MIX_KEYS
from sim.scenario.reading.toml_lines import Lines, Place, dotted

MOST_INHERITED = 4
"""Parts of a merged table that a message lists."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A line of a file, and the place of the setting that is written there."""

    file: str
    line: int
    place: Place

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Table(dict[str, Any]):
    """A table of a scenario file that knows where its entries were written.

    `whole`: it is given as { … } or under its own header, rather than entry by entry with dotted keys.
    """

    __slots__ = ("origins", "whole")

    def __init__(
        self, entries: Mapping[str, Any] = {}, origins: Mapping[str, Origin] | None = None, whole: bool = False
    ) -> None:
        super().__init__(entries)
        self.origins = dict(getattr(entries, "origins", {}) if origins is None else origins)
        self.whole = whole

    def put(self, key: str, value: Any, origin: Origin | None) -> None:
        self[key] = value
        if origin is None:
            self.origins.pop(key, None)
        else:
            self.origins[key] = origin

    def __deepcopy__(self, memo: dict[int, Any]) -> Table:
        import copy

        return Table({key: copy.deepcopy(value, memo) for key, value in self.items()}, self.origins, self.whole)

    def __reduce__(self) -> tuple[Any, ...]:
        return Table, (dict(self), self.origins, self.whole)


def with_origins(raw: dict[str, Any], lines: Lines, file: str) -> Table:
    """The tables of a file, each knowing the lines of its entries."""

    def table(value: dict[str, Any], place: Place) -> Table:
        places = {key: (*place, key) for key in value}
        return Table(
            {key: inner(entry, places[key]) for key, entry in value.items()},
            {key: Origin(file, lines.of[at], at) for key, at in places.items() if at in lines.of},
            place in lines.whole,
        )

    def inner(value: Any, place: Place) -> Any:
        if isinstance(value, dict):
            return table(value, place)
        return [inner(entry, (*place, n)) for n, entry in enumerate(value)] if isinstance(value, list) else value

    return table(raw, ())


def origin_of(table: Mapping[str, Any], key: str) -> Origin | None:
    origin: Origin | None = getattr(table, "origins", {}).get(key)
    return origin


def placed(problem: Problem, raw: dict[str, Any], main: str) -> Problem:
    """The problem with the line of what it is about; and, of a merged table, which parts of it come from elsewhere."""
    steps = list(_steps(raw, problem.where))
    if not steps:
        return replace(problem, at=problem.at or main)
    table, place = steps[-1]
    found = [origin for step, at in steps if (origin := origin_of(step, str(at[-1]))) is not None]
    if not found:
        return replace(problem, at=problem.at or main)
    # What is not there is reported at the table around it.
    reached = dotted(place) == problem.where
    parts = list(_parts(table, place, problem)) if reached else []
    sources = [(found[-1], place), *((part.origin, part.place) for part in parts)]
    best, nearest = max(((_rank(*source, main), source[0]) for source in sources), key=lambda ranked: ranked[0])
    inherited = [part for part in parts if _rank(part.origin, part.place, main) < best]
    at = problem.at or str((_named(table[str(place[-1])], problem.what) if reached else None) or nearest)
    if not inherited or len(inherited) > MOST_INHERITED:
        return replace(problem, at=at)
    files = ", ".join(part.shown_as() for part in inherited)
    return replace(problem, at=at, inherited=f"; inherited: {files}")


def _named(value: Any, what: str) -> Origin | None:
    """The entry of a table that a message names in quotes: the unknown one comes before the way out."""
    names = re.findall(r'"([^"]*)"', what) if isinstance(value, dict) else []
    return next((origin for name in names if (origin := origin_of(value, name)) is not None), None)


@dataclass(frozen=True)
class _Part:
    """A setting that a problem is about: by itself, or as one of a table's."""

    place: Place
    value: Any
    origin: Origin

    def shown_as(self) -> str:
        value = "" if isinstance(self.value, dict | list) else f" = {shown(self.value)}"
        table = self.origin.place[:-1] if self.origin.place[:1] != ("plans",) else self.origin.place[2:-1]
        like = f", {dotted(table)}" if table != self.place[:-1] else ""
        return f"{self.place[-1]}{value} ({self.origin}{like})"


def _parts(table: dict[str, Any], place: Place, problem: Problem) -> Iterator[_Part]:
    """What a merged result is made of: entries of the table at a place, and those beside it that a message names."""
    key = str(place[-1])
    value = table[key]
    named = sorted(set(re.findall(r"[\w-]+", re.sub(r'"[^"]*"', "", problem.what))))
    inner = value if isinstance(value, dict) else {}
    all_of_it = key in MIX_KEYS or len(inner) <= MOST_INHERITED
    for name in inner if all_of_it else [name for name in named if name in inner]:
        origin = origin_of(inner, name)
        if origin is not None and (name in named or not isinstance(inner[name], dict)):
            yield _Part((*place, name), inner[name], origin)
    own = origin_of(table, key)
    if own is not None and not inner:
        yield _Part(place, value, own)
    for name in [name for name in named if name in table and name != key] if len(place) > 2 else ():
        origin = origin_of(table, name)
        if origin is not None:
            yield _Part((*place[:-1], name), table[name], origin)


def _rank(origin: Origin, place: Place, main: str) -> int:
    """How near to the scenario as built a setting is written: in the plan, here, elsewhere in the file, in its base."""
    if origin.file != main:
        return 0
    if origin.place[:1] == ("plans",):
        return 3
    return 2 if origin.place == place else 1


def _steps(raw: dict[str, Any], where: str) -> Iterator[tuple[dict[str, Any], Place]]:
    """Each table on the way to a dotted place, and the place within it that is next, as far as there is one."""
    value: Any = raw
    place: Place = ()
    rest = where
    while rest:
        if isinstance(value, dict):
            # Names may hold dots: the longest that fits is meant.
            parts = rest.split(".")
            heads = (".".join(parts[:n]) for n in range(len(parts), 0, -1))
            key = next((name for head in heads if (name := "" if head == '""' else head) in value), None)
            if key is None:
                return
            place = (*place, key)
            yield value, place
            value, rest = value[key], rest[len(key or '""') + 1 :]
        elif isinstance(value, list):
            number, _, rest = rest.partition(".")
            if not number.isdigit() or not 1 <= int(number) <= len(value):
                return
            value, place = value[int(number) - 1], (*place, int(number) - 1)
        else:
            return
