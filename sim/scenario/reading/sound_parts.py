"""What is sound in a broken scenario, so that one pass names the problems of all of it."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

from pydantic import Field, ValidationError

from sim.scenario.language.center import Center
from sim.scenario.language.fields import Name
from sim.scenario.language.groups import Group
from sim.scenario.language.mixes import MIX_KEYS
from sim.scenario.language.queues import Queue
from sim.scenario.language.scenario import ScenarioSpec
from sim.scenario.reading.messages import explained_by, place_of
from sim.scenario.reading.toml_lines import dotted


class _Readable(ScenarioSpec):
    """A scenario of which any table may be missing."""

    center: Center = Center(start=dt.date(2001, 1, 1), days=1)
    queues: dict[Name, Queue] = Field(default={})
    groups: dict[Name, Group] = Field(default={})


STAND_INS: dict[str, Any] = {
    "channel": "phone",
    "talk": {"family": "constant", "mean": "1min"},
    "handle": {"family": "constant", "mean": "1min"},
    "skills": {},
}
"""What takes the place of a broken setting that its table cannot do without."""


ROUNDS = 12
"""A setting is left out, then its table if that cannot be without it, and so on: more than tables are deep."""

Place = tuple[int | str, ...]


def readable(raw: dict[str, Any], error: ValidationError, lost: set[str]) -> ScenarioSpec:
    """What is sound in a broken scenario, so that the rest of it can be checked too; `lost` names what is not.

    A broken setting is left out; if its table cannot be without it, then the table; then the section.
    """
    sound = copy.deepcopy(raw)
    for _ in range(ROUNDS):
        taken: set[Place] = set()
        for finding in error.errors(include_url=False, include_input=False):
            lost |= {dotted(place) for place in explained_by(dict(finding), ScenarioSpec)}
            place = _alone(place_of(dict(finding)))
            # Of two mistakes in one setting, the second finds it gone.
            while place and not any(place[:n] in taken for n in range(1, len(place) + 1)):
                if _take_out(sound, place, lost):
                    taken.add(place)
                else:
                    place = place[:-1]
        try:
            return _Readable.model_validate(sound)
        except ValidationError as next_error:
            error = next_error
    return _Readable()


def _alone(place: Place) -> Place:
    """The place, or the list or mix around it: the rest of those means nothing without one entry."""
    for n, part in enumerate(place):
        if isinstance(part, int):
            return place[:n]
        if n == 2 and part in MIX_KEYS:
            return place[: n + 1]
    return place


def _take_out(sound: dict[str, Any], place: Place, lost: set[str]) -> bool:
    """Take the setting or table at a place out, or put its stand-in there; False if that changes nothing."""
    table: Any = sound
    for part in place[:-1]:
        table = table.get(part) if isinstance(table, dict) else None
    key = place[-1]
    stand_in = (
        STAND_INS.get(str(key)) if len(place) == 3 else {} if place[2:3] == ("skills",) and len(place) == 4 else None
    )
    if len(place) > 1 and (not isinstance(table, dict) or table.get(key) == stand_in):
        return False
    lost.add(dotted(place))
    table.pop(key, None)
    if stand_in is not None:
        table[key] = copy.copy(stand_in)
    return True
