"""Places in a scenario file in a planner's words, and findings gathered by what they say."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from sim.scenario.changes import WORDS
from sim.study.expected.gaps import NOBODY_THERE
from sim.study.expected.reach import OUT_OF_REACH

KINDS = {
    "queues": "queue", "groups": "group", "shifts": "shift", "sites": "site", "vendors": "vendor",
    "contracts": "contract", "rotations": "rotation", "courses": "course", "hiring": "hiring", "moves": "move",
    "absence": "absence", "attrition": "attrition", "calendars": "calendar",
}  # fmt: skip
"""Tables whose entries have names of their own, and what one of them is called."""

PLAIN = WORDS | {
    "at_shift_end": "work at the end of a shift", "repeat": "repeats", "redial": "redials", "talk": "talk time",
    "wrap": "wrap time", "hold": "hold time", "aht": "handle time", "forecast.aht": "handle time",
    "forecast.contains": "what the forecast contains", "forecast": "forecast", "repeat.attempts": "most repeats",
    "redial.attempts": "most redials", "repeat.repeated": "what a repeat goes through again", "seats": "desks",
    "self_service.come_back": "contained who come after all", "ramp": "how new hires become proficient",
    "tenure": "tenure at the start", "costs.load": "load on wages", "run.warm_up": "before the first day",
    "experience.weights": "what satisfaction hangs on", "experience.nps": "NPS", "experience.ces": "CES",
    "experience.expected_wait": "wait that customers expect", "customers.bad_below": "when a case is bad",
    "quality.pace.resolution": "what pace does to resolution", "open": "opening hours",
    "service_level": "service level", "resolution_by_load": "what contacts at once do to resolution",
    "experience": "satisfaction", "customers": "customers", "run": "the run", "center": "the center", "costs": "cost",
}  # fmt: skip
"""Settings as planners call them; any other is written as it stands, with blanks."""

_OF_PLANS = re.compile(r"(?P<spot>.*?)(?P<plans> \(plans? [^)]*\))?", re.DOTALL)


WORST = (NOBODY_THERE, OUT_OF_REACH)
"""What the gravest warnings say."""


class Finding(NamedTuple):
    """What is said of some places: those in words, the places in the file, and what."""

    about: str
    places: str
    what: str


def by_harm(found: Iterable[Finding]) -> list[Finding]:
    """Warnings with those first that a plan cannot outlive: nobody there, targets out of reach; else as they came."""
    return sorted(found, key=lambda one: next((at for at, text in enumerate(WORST) if text in one.what), len(WORST)))


def findings(rows: Iterable[tuple[str, str]]) -> list[Finding]:
    """(where, what) of warnings or assumptions: what is said of many places, once."""
    gathered: dict[str, list[str]] = {}
    for where, what in rows:
        gathered.setdefault(what, []).append(where)
    return [Finding(_together(places), ", ".join(places), what) for what, places in gathered.items()]


def _together(places: list[str]) -> str:
    """ "groups sales, writers: how new hires become proficient"; places of different settings one by one."""
    told = [_read(place) for place in places]
    if len(told) > 1 and all(named for _, named, _, _ in told) and len({(k, s, p) for k, _, s, p in told}) == 1:
        kind, _, setting, plans = told[0]
        return f"{kind}s {', '.join(name for _, name, _, _ in told)}{': ' * bool(setting)}{setting}{plans}"
    return "; ".join(dict.fromkeys(place_words(place) for place in places))


def place_words(where: str) -> str:
    """ "queues.orders.patience (plan base)" → "queue orders: patience (plan base)"."""
    kind, name, setting, plans = _read(where)
    subject = f"{kind} {name}" if name else ""
    return f"{subject}{': ' * bool(subject and setting)}{setting}{plans}"


def _read(where: str) -> tuple[str, str, str, str]:
    """(kind, name of its own, setting, plans), each in words or nothing."""
    found = _OF_PLANS.fullmatch(where)
    spot, plans = (found["spot"], found["plans"] or "") if found else (where, "")
    if spot in PLAIN or "." not in spot:
        return "", "", PLAIN.get(spot, spot.replace("_", " ")), plans
    first, rest = spot.split(".", 1)
    if first in KINDS:
        name, _, setting = rest.partition(".")
        return KINDS[first], name, _setting(setting), plans
    return "", "", f"{first.replace('_', ' ')}: {_setting(rest)}", plans


def _setting(keys: str) -> str:
    """As planners call it, or its last known part, or the keys with blanks."""
    if keys in PLAIN:
        return PLAIN[keys]
    return keys.replace(".", ", ").replace("_", " ")
