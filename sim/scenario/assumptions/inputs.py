"""The numbers that the answer may hang on and that nobody decides: what they are, and how far they may be off.

A range is the file's own (`[uncertain]`), else a usual one that says so. Made in this one place: what the page lists,
and what `sim sensitivity` moves.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Literal

from sim.scenario.assumptions.usual_ranges import Usual, usual_ranges
from sim.scenario.changes import LONGEST, WORDS
from sim.scenario.language.fields import IS_DURATION, PERCENT_IS_VALUE
from sim.scenario.model import Scenario
from sim.scenario.reading.overrides import has_mark, options
from sim.scenario.reading.toml_lines import as_keys
from sim.scenario.settings import Path, kind_at, nested, spec_at
from sim.scenario.uncertain import HANDLE_TIME, Stated, is_handle_time, stated_ranges
from sim.units import format_duration

Unit = Literal["time", "share", "count", "times", "number"]

OBSERVED = ("forecast", "talk", "hold", "wrap", "handle", "fcr")
"""Of a queue: what the base plan was observed to have. Off by so much, it is tomorrow that differs from it."""


@dataclass(frozen=True)
class Input:
    """An uncertain number. `today`, `low`, `high` in seconds, shares, or as the file has them; times: a factor."""

    path: Path
    name: str
    unit: Unit
    today: float
    low: float
    high: float
    source: str
    """Of the range."""
    is_stated: bool = False
    whole: Any = None
    """What stands at the place, where it is a list or a table of which `today` is a multiple."""
    by_factor: bool = False
    """Whether half as much is as far off as twice as much."""
    family: str = ""
    """Of a law that the program assumes: its mean does not stand alone."""

    @property
    def place(self) -> str:
        return as_keys(self.path)

    @property
    def is_observed(self) -> bool:
        """Whether plans are played under it on what was observed of the base plan; else the base plan has it too, and
        is calibrated anew."""
        return self.is_handle_time or (self.path[0] == "queues" and self.path[2] in OBSERVED)

    @property
    def is_handle_time(self) -> bool:
        """Whether it is no setting, but multiplies all work of a queue."""
        return is_handle_time(self.path)

    def value_at(self, part: float) -> float:
        """The value so far up its range: 0 at the low end, 1 at the high end."""
        if part in (0.0, 1.0):
            return self.high if part else self.low
        if self.by_factor and self.low > 0.0:
            return self.rounded(self.low * (self.high / self.low) ** part)
        return self.rounded(self.low + part * (self.high - self.low))

    def part_at(self, value: float) -> float:
        """How far up its range a value is."""
        if self.by_factor and self.low > 0.0:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def rounded(self, value: float) -> float:
        return float(math.floor(value + 0.5)) if self.unit == "count" else value

    def change(self, value: float) -> dict[str, Any]:
        """The table that sets it, laid over the file's base."""
        if self.whole is not None:
            return nested(self.path, _scaled(self.whole, value))
        if self.family:
            return nested(self.path[:-1], {"family": self.family, self.path[-1]: self.written(value)})
        return nested(self.path, self.written(value))

    def written(self, value: float) -> object:
        """A value as a scenario file has it."""
        if self.unit == "time":
            return format_duration(value)
        return int(value) if self.unit == "count" else value

    def text(self, value: float) -> str:
        """A value as people read it."""
        match self.unit:
            case "time":
                return format_duration(float(f"{value:.3g}") if value < 100 else float(round(value)))
            case "share":
                return f"{round(100.0 * value, 1):g} %"
            case "times":
                return f"× {value:.3g}"
            case "count":
                return f"{value:,.0f}"
        return f"{value:,.0f}" if value >= 1000 else f"{value:.4g}"

    @property
    def today_text(self) -> str:
        """What the file has, as people read it."""
        return self.text(self.today) if self.whole is None else _listed(self.whole)


def _scaled(whole: Any, factor: float) -> Any:
    """Shares of a list, a factor times as large: none above 1."""
    return [min(1.0, round(factor * share, 12)) for share in whole]


def _listed(whole: Any) -> str:
    text = ", ".join(f"{share:g}" for share in whole)
    return text if len(text) <= LONGEST else f"{len(whole)} numbers"


def inputs_of(s: Scenario, wanted: str = "*") -> list[Input]:
    """Every uncertain number of a plan, those whose range the file states first. `wanted`: places, as a pattern such as
    "queues.*"; several with commas between them."""
    stated, _ = stated_ranges(s)
    found = [_of_stated(s, one) for one in stated]
    given = {one.path for one in found}
    for usual in usual_ranges(s):
        if usual.path not in given and not any(_is_part_of(path, usual.path) for path in given):
            found.append(_of_usual(s, usual))
    patterns = [one.strip() for one in wanted.split(",")]
    return [one for one in found if one.low < one.high and any(fnmatchcase(one.place, p) for p in patterns)]


def _is_part_of(path: Path, usual: Path) -> bool:
    """Whether a stated range is of a part of what is moved as a whole: talk, of handle time."""
    return is_handle_time(usual) and path[:2] == usual[:2] and path[2] in ("talk", "hold", "wrap", "handle")


def _of_stated(s: Scenario, one: Stated) -> Input:
    source = one.source or "as the file says"
    return Input(
        one.path, name_of(one.path), _unit_of(one.path), one.today, one.low, one.high, source,
        is_stated=True, family=_assumed_family(s, one.path),
    )  # fmt: skip


def _of_usual(s: Scenario, one: Usual) -> Input:
    unit: Unit = "times" if one.is_factor else _unit_of(one.path)
    return Input(
        one.path, name_of(one.path), unit, one.today, one.low, one.high, one.source,
        whole=one.whole, by_factor=one.by_factor, family=one.family or _assumed_family(s, one.path),
    )  # fmt: skip


def _assumed_family(s: Scenario, path: Path) -> str:
    """Of a law that the file leaves out."""
    if path[-1] != "mean" or _is_written(s, path[:-1]):
        return ""
    return str(getattr(spec_at(s.spec, path[:-1]), "family", ""))


def _unit_of(path: Path) -> Unit:
    if is_handle_time(path):
        return "times"
    kind = kind_at(path)
    if has_mark(kind, IS_DURATION):
        return "time"
    if path[-2:] == ("forecast", "factor"):
        return "times"
    if has_mark(kind, PERCENT_IS_VALUE):
        return "share"
    return "count" if int in options(kind) else "number"


OF = {
    HANDLE_TIME: "handle time", "forecast.factor": "volume", "patience.mean": "patience", "balk": "balking",
    "fcr": "FCR", "busyness.day_cv": "day-to-day spread", "busyness.interval_cv": "spread by interval",
    "busyness.handle_day_cv": "day-to-day spread of work", "unresolvable": "unresolvable share",
    "repeat.share": "repeat share", "repeat.after.mean": "time to repeat", "repeat.repeated": "talk gone through again",
    "redial.share": "redial share", "redial.after.mean": "time to redial", "silent.share": "silent share",
    "self_service.containment": "containment", "self_service.come_back.share": "contained who come back",
    "callback.accept": "callbacks accepted", "callback.answered": "callbacks answered",
    "escalation.share": "escalation share", "escalation.resolution": "resolution of follow-ups",
    "outreach.reached": "reach of outreach", "outreach.prevents": "effect of outreach",
    "credit.softens": "effect of goodwill", "sale.share": "sales", "talent.speed": "spread of speed",
    "pressure.pace": "pace under pressure", "pressure.waiting_per_agent": "waiting that makes haste",
    "fatigue.hours": "hours to fatigue", "fatigue.speed": "speed when tired", "lateness.share": "lateness",
    "early_log_off.share": "early log-off", "annual_rate": "attrition",
    "annual_rate.first_90_days": "attrition in 90 days", "annual_rate.first_year": "attrition in a year",
    "annual_rate.later": "attrition later", "annual_days": "days absent", "show_up": "show-up",
    "training.dropout": "drop-out", "training.licence_pass": "licence pass", "start.speed": "starting speed",
    "weeks_to_95": "weeks to proficiency", "weeks": "weeks to proficiency",
    "pace.resolution": "resolution lost by haste", "pace.courtesy": "courtesy lost by haste",
    "value": "value of a customer", "leave": "chance to leave",
    "number": "customers", "bad_below": "what a bad case is", "csat": "expected CSAT",
    "weights.resolution": "weight of resolution", "weights.wait": "weight of waiting",
    "weights.attempts": "weight of attempts", "load": "load on wages", "waiting_per_minute": "price of waiting",
    "level_cv": "forecast error, volume", "aht_cv": "forecast error, handle time",
}  # fmt: skip
"""What planners call them, of whom they are."""

NAMELESS = ("customers", "quality", "experience", "forecast_error", "costs")
"""Tables of which there is one."""


def name_of(path: Path) -> str:
    """ "patience of orders": an uncertain number in a planner's words."""
    table, *rest = path
    whose, setting = ("", rest) if table in NAMELESS else (rest[0], rest[1:])
    spot = ".".join(setting)
    words = OF.get(spot) or WORDS.get(spot) or " ".join(key.replace("_", " ") for key in setting)
    return f"{words} of {whose}" if whose else words


def author_rows(s: Scenario) -> Iterator[tuple[str, str, str, str, str]]:
    """(what, value, source, range, where from): the numbers of a plan that nobody decides, for a list of assumptions.

    `source`: observed, or the file's, where it says the number; "assumption" where the program takes it.
    """
    for one in inputs_of(s):
        if one.unit == "times" and one.whole is None and not one.is_stated:
            # A factor of 1 on volumes and handle times is no number of the author's.
            continue
        written = one.unit == "times" or _is_written(s, one.path)
        source = "assumption" if not written else "observed" if one.is_observed else "the file"
        yield one.name, one.today_text, source, f"{one.text(one.low)} to {one.text(one.high)}", one.source


def _is_written(s: Scenario, path: Path) -> bool:
    node: Any = s.resolved
    for key in path:
        if not isinstance(node, dict) or key not in node:
            return False
        node = node[key]
    return True
