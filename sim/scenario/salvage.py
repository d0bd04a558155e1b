"""What is sound in a broken scenario, so that one pass names the problems of all of it."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

from pydantic import Field, ValidationError

from sim.scenario.fields import Name
from sim.scenario.schema import Center, Group, Queue, ScenarioSpec
from sim.scenario.words import dotted, explained_by, place_of


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


def readable(raw: dict[str, Any], error: ValidationError, lost: set[str]) -> ScenarioSpec:
    """What is sound in a broken scenario, so that the rest of it can be checked too; `lost` names what is not.

    A broken setting is left out; if its table cannot be without it, then the table; then the section.
    """
    sound = copy.deepcopy(raw)
    for _ in range(6):
        for finding in error.errors(include_url=False, include_input=False):
            lost |= {dotted(place) for place in explained_by(dict(finding), ScenarioSpec)}
            place = list(place_of(dict(finding)))
            while place and not _take_out(sound, place[:3], lost):
                place.pop()
        try:
            return _Readable.model_validate(sound)
        except ValidationError as next_error:
            error = next_error
    return _Readable()


def _take_out(sound: dict[str, Any], place: list[int | str], lost: set[str]) -> bool:
    """Take the setting or table at a place out, or put its stand-in there; False if that changes nothing."""
    table: Any = sound
    for part in place[:-1]:
        table = table.get(part) if isinstance(table, dict) else None
    key = place[-1]
    stand_in = STAND_INS.get(str(key)) if len(place) == 3 else None
    if len(place) > 1 and (not isinstance(table, dict) or table.get(key) == stand_in):
        return False
    lost.add(dotted(tuple(place)))
    table.pop(key, None)
    if stand_in is not None:
        table[key] = copy.copy(stand_in)
    return True
