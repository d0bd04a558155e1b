"""`[staffing]`: what a search for staff may change, what is to be least, what must hold. Nothing of it is played."""

from __future__ import annotations

import re
from typing import Annotated, Literal, NamedTuple

from pydantic import BeforeValidator, Field, StrictBool, WithJsonSchema, model_validator

from sim.errors import did_you_mean, shown
from sim.scenario.language.fields import (
    IS_DURATION,
    PERCENT_IS_VALUE,
    Choices,
    Count,
    Days,
    Duration,
    Name,
    Positive,
    TimeOfDay,
    part_of,
)
from sim.scenario.language.laws import Table
from sim.scenario.language.staffing_hiring import HiringSearch
from sim.units import DAY, MINUTE, is_number, parse_amount, parse_duration, parse_number, parse_share

# ---- KPIs that may be held ------------------------------------------------------------------------------------------


class Limitable(NamedTuple):
    """A KPI that a search can hold, as measured: its unit, which way is better (0: either), and of what it is."""

    unit: str
    better: int
    scopes: tuple[str, ...]


TABLES = {"center": "center", "channels": "channel", "sites": "site", "queues": "queue", "groups": "group"}
"""What a KPI is of, by the table that names it."""

_CONTACTS, _STAFF = ("center", "channel", "queue"), ("center", "site", "group")
_EVERYWHERE = ("center", "channel", "site", "queue", "group")

LIMITABLE: dict[str, Limitable] = {
    "service_level": Limitable("share", 1, _CONTACTS),
    "abandon_rate": Limitable("share", -1, _CONTACTS),
    "balk_rate": Limitable("share", -1, _CONTACTS),
    "blocked_rate": Limitable("share", -1, _CONTACTS),
    "waited_share": Limitable("share", -1, _CONTACTS),
    "asa_s": Limitable("s", -1, _CONTACTS),
    "wait_mean_s": Limitable("s", -1, _CONTACTS),
    "occupancy": Limitable("share", 0, _STAFF),
    "occupancy_open": Limitable("share", 0, _STAFF),
    "fcr": Limitable("share", 1, _EVERYWHERE),
    "fcr_net": Limitable("share", 1, _EVERYWHERE),
    "fcr_observed": Limitable("share", 1, _EVERYWHERE),
    "repeat_rate": Limitable("share", -1, _EVERYWHERE),
    "resolution_rate": Limitable("share", 1, _CONTACTS),
    "case_resolution_rate": Limitable("share", 1, _CONTACTS),
    "csat": Limitable("share", 1, _EVERYWHERE),
    "csat_case": Limitable("share", 1, _CONTACTS),
    "nps": Limitable("points", 1, _CONTACTS),
    "ces": Limitable("points", 1, _CONTACTS),
    "within_target": Limitable("share", 1, ("channel", "queue")),
    "backlog_end": Limitable("contacts", -1, ("channel", "queue")),
}

_LIMIT = re.compile(r"\s*(\S.*?)\s*(<=|>=|<|>|=)\s*(\S.*?)\s*")
EXAMPLES = '"queues.orders.abandon_rate <= 4%" or "center.fcr >= 70%"'


class KpiSaid(Table):
    """A KPI of the whole horizon, and the most or the least that it may be."""

    kpi: str
    scope: str
    """As measured: center, channel, site, queue or group."""
    name: str
    """"all" of the center."""
    at_most: bool
    value: float
    said: str


def _limit(text: object) -> object:
    if isinstance(text, KpiSaid):
        return text
    match = _LIMIT.fullmatch(text) if isinstance(text, str) else None
    if match is None or not isinstance(text, str):
        raise ValueError(f"{shown(text)} is not a limit; write {EXAMPLES}")
    path, sign, value = match.groups()
    if sign not in ("<=", ">="):
        raise ValueError(f'write "<=" or ">=" in {shown(text)}')
    scope, name, kpi = _measured(path)
    known = LIMITABLE.get(kpi)
    if known is None:
        raise ValueError(f"{shown(kpi)} is not a KPI that can be held; {did_you_mean(kpi, LIMITABLE)}")
    if scope not in known.scopes:
        tables = [table for table, of in TABLES.items() if of in known.scopes]
        raise ValueError(f"{kpi} is not measured of a {scope}; of {', '.join(tables)} only")
    if known.better == (1 if sign == "<=" else -1):
        other = ">=" if sign == "<=" else "<="
        raise ValueError(f"{shown(text)} would hold {kpi} where it is bad; write {other}")
    number = _value(kpi, known.unit, value)
    return {"kpi": kpi, "scope": scope, "name": name, "at_most": sign == "<=", "value": number, "said": text.strip()}


def _measured(path: str) -> tuple[str, str, str]:
    """(scope, name, KPI) of "queues.orders.asa_s", "center.fcr" or "fcr"."""
    if "." not in path:
        return "center", "all", path
    table, _, rest = path.partition(".")
    name, _, kpi = rest.rpartition(".")
    if table not in TABLES:
        raise ValueError(f"{shown(table)} has no KPIs; {did_you_mean(table, TABLES)}")
    if (table == "center") != (not name):
        raise ValueError(f"{shown(path)} does not say of what, and which KPI; write {EXAMPLES}")
    return TABLES[table], name or "all", kpi


def _value(kpi: str, unit: str, text: str) -> float:
    if unit == "share":
        return parse_share(text if text.endswith("%") else parse_number(text))
    if unit == "s":
        if is_number(text):
            raise ValueError(f'{kpi} is a time; write "{text}s"')
        return parse_duration(text)
    return parse_number(text) if unit == "points" else parse_amount(text)


# ---- What must hold -------------------------------------------------------------------------------------------------

PERIODS = {"interval": "intervals", "day": "days", "week": "weeks", "month": "months"}
"""Of a target: its `per`, and how a share of such periods is said; "periods" are those of each target."""

_SHARE_OF = re.compile(r"(?P<share>[\d.]+\s*%)\s+of\s+(?P<of>\w+)")
_SOME_IN = re.compile(r"(?P<some>\d+)\s+(?P<of>\w+)\s+in\s+(?P<all>\d+)")


class HeldIn(Table):
    """The share of a target's periods in which it must be reached."""

    share: float
    of: str


def _held_in(text: object) -> object:
    if text is None or isinstance(text, HeldIn):
        return text
    words = text.strip() if isinstance(text, str) else ""
    if words == "on average":
        return None
    some, part = _SOME_IN.fullmatch(words), _SHARE_OF.fullmatch(words)
    match = some or part
    units = [*PERIODS.values(), "periods"]
    if match is None or match["of"] not in units:
        raise ValueError(
            f'{shown(text)} is not understood; write "on average", "95% of days" or "9 days in 10"; '
            f"or {', '.join(units)} instead of days"
        )
    if some is not None:
        if not 0 < int(some["some"]) <= int(some["all"]):
            raise ValueError(f'{shown(text)} is not a share; write "9 days in 10"')
        return {"share": int(some["some"]) / int(some["all"]), "of": match["of"]}
    share = parse_share(match["share"].replace(" ", ""))
    if not share:
        raise ValueError(f'{shown(text)} asks for nothing; write "95% of days"')
    return {"share": share, "of": match["of"]}


Targets = Annotated[
    tuple[Name, ...] | None,
    BeforeValidator(lambda value: None if value == "all" else [value] if isinstance(value, str) else value),
    WithJsonSchema(
        {
            "anyOf": [{"const": "all"}, {"type": "array", "items": {"type": "string"}}],
            "examples": ["all", ["orders"]],
            "description": "all, or a list of names",
        }
    ),
]


class Hold(Table):
    """The service targets that must be held: `within`, `target` and `per` are the queue's or the contract's own."""

    targets: Targets = Field(None, description='"all", or names of queues and contracts; the others need not hold')
    held: Annotated[
        HeldIn | None,
        BeforeValidator(_held_in),
        WithJsonSchema(
            {
                "type": "string",
                "examples": ["on average", "95% of days", "9 days in 10"],
                "description": "on average, or a share of periods",
            }
        ),
    ] = Field(
        None,
        alias="in",
        description="on average: every period of a target reaches it on average over replications; or the share of "
        "its periods that must reach it",
    )


# ---- What may change ------------------------------------------------------------------------------------------------

_IN = re.compile(r"(\d+)\s+in\s+(\d+)")


def _portion(value: object) -> object:
    """("share", 0.3) of "30%", "30% of heads" or "3 in 10"; ("heads", 4) of 4."""
    if isinstance(value, tuple):
        return value
    match = _IN.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is not None:
        if not 0 <= int(match[1]) <= int(match[2]) or not int(match[2]):
            raise ValueError(f'{shown(value)} is not a share; write "1 in 3"')
        return "share", int(match[1]) / int(match[2])
    return part_of(value.removesuffix("of heads").strip() if isinstance(value, str) else value)


Portion = Annotated[
    tuple[str, float],
    BeforeValidator(_portion),
    WithJsonSchema(
        {
            "anyOf": [{"type": "number"}, {"type": "string"}],
            "examples": ["30% of heads", "1 in 3", 4],
            "description": "a share of heads, or a count of them",
        }
    ),
    PERCENT_IS_VALUE,
]


class HeadsAllowed(Table):
    at_least: Count | None = Field(None, description="heads, however their shifts lie")
    at_most: Count | None = Field(None, description="heads, however their shifts lie")
    fixed: StrictBool = Field(
        False, description="as many of each contract as today; their shifts may change, unless shifts = []"
    )

    @model_validator(mode="after")
    def _possible(self) -> HeadsAllowed:
        if self.fixed and (self.at_least is not None or self.at_most is not None):
            raise ValueError("fixed goes without at_least and at_most")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError(f"at_least = {self.at_least} is more than at_most = {self.at_most}; swap them")
        return self


def _heads(value: object) -> object:
    if value == "fixed":
        return {"fixed": True}
    if isinstance(value, int) and not isinstance(value, bool):
        return {"at_least": value, "at_most": value}
    if isinstance(value, str):
        raise ValueError(f'{shown(value)} does not fit here; write "fixed", or {{ at_least = 16, at_most = 30 }}')
    return value


Heads = Annotated[
    HeadsAllowed,
    BeforeValidator(_heads),
    WithJsonSchema(
        {
            "anyOf": [{"const": "fixed"}, {"type": "integer", "minimum": 0}, {"type": "object"}],
            "examples": ["fixed", {"at_least": 16, "at_most": 30}],
            "description": "fixed, a number, or { at_least, at_most }",
        }
    ),
]


class PartTime(Table):
    """People whose contract is shorter than `center.full_time_hours`."""

    at_most: Portion | None = Field(None, description="part of the heads who may be part-timers")
    hours: Annotated[
        tuple[Positive, ...], BeforeValidator(lambda value: value if isinstance(value, list | tuple) else [value])
    ] = Field((), description="contracts that are offered beside those of the group")


class Weekend(Table):
    at_most: Portion = Field(
        description="the share of weeks in which somebody works on Saturday or Sunday, mean over the group's heads; "
        "as the days of their shifts and the group's rotation have it",
    )


class GroupStaffing(Table):
    """What may change of a group; a group that is not named here is as free as without `[staffing]`."""

    heads: Heads = Field(HeadsAllowed(), description="if not said, 0 to twice today's")
    shifts: Annotated[tuple[Name, ...] | None, Choices] = Field(
        None,
        description='shifts whose heads may change, such as ["early", "peak-*"], of the file or of staffing.shifts; on '
        "others people stay as they are; [] changes nothing; if not said, those that the group uses and all of "
        "staffing.shifts",
    )
    part_time: PartTime | None = Field(None, description="part-time contracts that may be offered")
    weekend: Weekend | None = Field(None, description="how often people may work at weekends")


def _minutes(value: object) -> float:
    seconds = parse_duration(value)
    if seconds % MINUTE:
        raise ValueError(f'{shown(value)} is not whole minutes, such as "30min"')
    return seconds


def _length(value: object) -> float:
    seconds = _minutes(value)
    if not 0.0 < seconds < DAY:
        raise ValueError(f'{shown(value)} is no length of a shift; write "4h", less than 24 hours')
    return seconds


_MINUTES = WithJsonSchema({"type": "string", "examples": ["30min"], "description": "whole minutes"})
Minutes = Annotated[float, BeforeValidator(_minutes), _MINUTES, IS_DURATION]
Length = Annotated[float, BeforeValidator(_length), _MINUTES, IS_DURATION]


class Starts(Table):
    first: TimeOfDay = Field(alias="from", description="earliest start")
    last: TimeOfDay = Field(alias="to", description="latest start")
    every: Minutes = Field(1800.0, description="step between starts")

    @model_validator(mode="after")
    def _in_order(self) -> Starts:
        if self.last < self.first:
            raise ValueError("to lies before from; starts are of one day")
        if not self.every:
            raise ValueError('every is more than 0, such as "30min"')
        return self


class BreakRule(Table):
    """A break `after` so long, and over so long `before_end`: staggered in between."""

    after: Minutes = Field(description="the start of the shift, at the earliest")
    before_end: Minutes = Field(0.0, description="of the shift, at the latest")
    length: Length = Field(description="of each agent's break")
    paid: StrictBool = Field(False, description="whether it is paid")
    shifts_from: Duration = Field(0.0, description="only in shifts of at least this length")


class ShiftRule(Table):
    """Candidate shifts, one of each start and length: NAME-0900, and with several lengths NAME-0900-4h."""

    starts: Starts = Field(description="when the candidates may begin")
    lengths: Annotated[tuple[Length, ...], Choices] = Field(description="how long they may be, breaks included")
    breaks: tuple[BreakRule, ...] = Field((), description="of each candidate")
    days: Days = Field((0, 1, 2, 3, 4, 5, 6), description="on which they are worked")

    @model_validator(mode="after")
    def _possible(self) -> ShiftRule:
        if not self.lengths:
            raise ValueError('lengths is empty; write lengths = ["4h", "6h"]')
        return self


class Staffing(Table):
    """What `sim staff` looks for; without it, the least cost that holds every target."""

    minimise: Literal["cost", "net_cost", "paid_hours", "heads"] | None = Field(
        None, description="if not said, net_cost where customers have a value, else cost"
    )
    hold: Hold = Field(Hold(), description="which targets must hold, and how surely")
    also: Annotated[
        tuple[
            Annotated[
                KpiSaid,
                BeforeValidator(_limit),
                WithJsonSchema(
                    {
                        "type": "string",
                        "examples": ["queues.orders.abandon_rate <= 4%"],
                        "description": "a KPI and its limit",
                    }
                ),
            ],
            ...,
        ],
        Choices,
    ] = Field((), description=f"KPIs over the whole horizon, such as {EXAMPLES}: {', '.join(LIMITABLE)}")
    change_at_most: Portion | None = Field(
        None, description="heads that may differ from today: those added or those taken away, whichever are more"
    )
    time: Duration | None = Field(None, description="after that, the best so far")
    groups: dict[Name, GroupStaffing] = Field({}, description="what may change, by group")
    shifts: dict[Name, ShiftRule] = Field({}, description="candidate shifts by rule; nobody works them today")
    hiring: dict[Name, HiringSearch] = Field(
        {}, description="for --hiring: the classes that may be planned, by group; if not said, such as the file has"
    )
