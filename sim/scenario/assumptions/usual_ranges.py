"""How far numbers may be off of which the file does not say it: usual ranges, each with its words."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from sim.scenario.model import Scenario
from sim.scenario.settings import Path, spec_at
from sim.scenario.uncertain import HANDLE_TIME
from sim.units import MINUTE

ERRORS = 2.0
"""Standard deviations of the file's forecast error that a volume or a handle time may be off."""


class Usual(NamedTuple):
    """A number, with a range that is not the file's. `is_factor`: the ends multiply what the file has."""

    path: Path
    today: float
    low: float
    high: float
    source: str
    by_factor: bool = False
    is_factor: bool = False
    whole: Any = None
    family: str = ""


Range = Callable[[float], tuple[float, float, bool, str]]
"""Of a value: its ends, whether they are factors of it, and in words."""


def times(low: float, high: float) -> Range:
    words = {(0.5, 2.0): "half to twice", (0.5, 1.5): "half less or more"}
    text = words.get((low, high), f"{low:g} to {high:g} times")
    return lambda value: (low * value, high * value, (low, high) == (0.5, 2.0), f"usual range: {text}")


def points(away: float) -> Range:
    """Of a share: so much to either side, within 0 and 1."""
    text = f"usual range: {100 * away:g} points to either side"
    return lambda value: (max(0.0, value - away), min(1.0, value + away), False, text)


TWICE, HALF = times(0.5, 2.0), times(0.5, 1.5)
"""Of what nobody has measured; of what somebody may have."""

SHARES = ("share", "reached", "prevents", "softens", "repeated", "balk", "unresolvable", "dropout")
"""Settings that end at 1."""

OF_QUEUES: dict[str, Range] = {
    "patience.mean": TWICE, "balk": HALF, "busyness.day_cv": HALF, "busyness.interval_cv": HALF,
    "busyness.handle_day_cv": HALF, "silent.share": HALF, "callback.accept": points(0.2),
    "callback.answered": points(0.1), "self_service.containment": points(0.1), "self_service.come_back.share": HALF,
    "redial.share": HALF, "redial.after.mean": TWICE, "waiting_per_minute": TWICE,
}  # fmt: skip
OF_CASES: dict[str, Range] = {
    "fcr": points(0.05), "unresolvable": HALF, "repeat.share": HALF, "repeat.after.mean": TWICE,
    "repeat.repeated": HALF, "escalation.share": HALF, "escalation.resolution": points(0.1), "outreach.reached": HALF,
    "outreach.prevents": HALF, "credit.softens": HALF, "sale.share": HALF,
}  # fmt: skip
"""Of queues, where cases are followed, or customers feel."""

OF_GROUPS: dict[str, Range] = {
    "talent.speed": HALF, "lateness.share": HALF, "early_log_off.share": HALF, "pressure.pace": points(0.05),
    "pressure.waiting_per_agent": TWICE, "fatigue.hours": TWICE, "fatigue.speed": points(0.03),
}  # fmt: skip
OF_PEOPLE: dict[str, dict[str, Range]] = {
    "attrition": dict.fromkeys(
        (f"annual_rate{step}" for step in ("", ".first_90_days", ".first_year", ".later")), times(0.7, 1.3)
    ),
    "absence": {"annual_days": times(0.7, 1.3)},
    "hiring": {"show_up": points(0.1), "training.dropout": HALF, "training.licence_pass": points(0.1)},
    "ramp": {"start.speed": times(0.85, 1.15), "weeks_to_95": HALF, "weeks": HALF, "learning_rate": points(0.05)},
}
OF_CUSTOMERS: dict[str, Range] = {"number": times(0.8, 1.2), "value": TWICE, "leave": TWICE, "bad_below": points(0.1)}
OF_FEELINGS: dict[str, Range] = {"csat": points(0.05), "weights.resolution": TWICE, "weights.wait": TWICE,
                                 "weights.attempts": TWICE}  # fmt: skip


def usual_ranges(s: Scenario) -> Iterator[Usual]:
    """Of every number that matters in this scenario and that nobody decides."""
    for name in s.queues:
        yield from _of_demand(s, name)
        if s.spec.queues[name].patience is None and s.queue(name).is_live:
            path = ("queues", name, "patience", "mean")
            yield Usual(path, 5 * MINUTE, MINUTE, 10 * MINUTE, "usual range: 1 to 10 min", family="exponential")
        yield from _found(s, ("queues", name), OF_QUEUES)
        if s.uses.cases or s.uses.experience is not None or s.uses.sales:
            yield from _found(s, ("queues", name), OF_CASES)
    for name in s.groups:
        yield from _found(s, ("groups", name), OF_GROUPS)
    for table, settings in OF_PEOPLE.items():
        used = {group.ramp for group in s.spec.groups.values()} if table == "ramp" else None
        for name in getattr(s.spec, table):
            if used is None or name in used:
                yield from _found(s, (table, name), settings)
    yield from _of_pace(s)
    yield from _found(s, ("forecast_error",), {"level_cv": HALF, "aht_cv": HALF})
    yield from _found(s, ("costs",), {"waiting_per_minute": TWICE})
    if s.spec.customers is not None:
        yield from _found(s, ("customers",), OF_CUSTOMERS)
        yield from _found(s, ("experience",), OF_FEELINGS if s.spec.experience is not None else {})


def _of_demand(s: Scenario, name: str) -> Iterator[Usual]:
    """A queue's volume, and the work on its contacts."""
    queue, errors = s.spec.queues[name], s.spec.forecast_error
    if queue.forecast.is_given and queue.forecast.replay is None:
        factor, (away, words) = queue.forecast.factor, _off(errors.level_cv, 0.10)
        yield Usual(("queues", name, "forecast", "factor"), factor, factor * (1 - away), factor * (1 + away), words)
    if queue.forecast.replay is None:
        away, words = _off(errors.aht_cv, 0.05)
        yield Usual(("queues", name, HANDLE_TIME), 1.0, 1 - away, 1 + away, words, is_factor=True)


def _off(error: float, usual: float) -> tuple[float, str]:
    if error > 0.0:
        return min(0.5, ERRORS * error), "twice the file's forecast error"
    return usual, f"usual range: {100 * usual:g} % to either side"


def _of_pace(s: Scenario) -> Iterator[Usual]:
    """What haste costs, within the range that the file or the program gives it."""
    pace = s.spec.quality.pace
    if not s.uses.pace:
        return
    own = "the file's range" if "range" in pace.model_fields_set else "usual range: 0 to 1"
    yield Usual(("quality", "pace", "resolution"), pace.resolution, *pace.range, own)
    if s.uses.experience is not None:
        high = max(1.0, pace.courtesy)
        yield Usual(("quality", "pace", "courtesy"), pace.courtesy, 0.0, high, f"usual range: 0 to {high:g}")


def _found(s: Scenario, around: Path, settings: dict[str, Range]) -> Iterator[Usual]:
    """Those of a table's settings that are there, and not 0."""
    for setting, of in settings.items():
        path = (*around, *setting.split("."))
        value = spec_at(s.spec, path)
        if isinstance(value, tuple):
            low, high, by_factor, words = of(1.0)
            yield Usual(path, 1.0, low, high, words, by_factor, is_factor=True, whole=list(value))
        elif isinstance(value, int | float) and not isinstance(value, bool) and value > 0 and math.isfinite(value):
            low, high, by_factor, words = of(float(value))
            if path[-1] in SHARES:
                high = min(1.0, high)
            yield Usual(path, float(value), low, high, words, by_factor)
