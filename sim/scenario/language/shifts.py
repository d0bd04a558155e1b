"""Who of a group works which shift, and of which contracts; when a shift works and pauses, and by which weeks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PrivateAttr, StrictBool, WithJsonSchema, model_validator

from sim.errors import shown
from sim.scenario.language.fields import (
    PERCENT_IS_VALUE,
    ContractHours,
    Count,
    Days,
    Duration,
    Share,
    SpanOfDay,
    TimeOfDay,
    part_of,
)
from sim.scenario.language.laws import Table


class PartTable(Table):
    """The part of a group's heads who work a shift, with the contracts they have."""

    heads: Count | None = Field(None, description="people who work the shift")
    share: Share | None = Field(None, description="of the group's heads who work the shift")
    contract_hours: ContractHours | None = Field(
        None,
        description="hours a week of those who work it; if not named, the longest get the longest shifts",
    )

    @model_validator(mode="after")
    def _one_size(self) -> PartTable:
        if (self.heads is None) == (self.share is None):
            raise ValueError("give either heads = 5 or share = 0.5, and contract_hours beside it")
        counts = [count for _, count in self.contract_hours or ()]
        if self.names_heads and self.heads is None:
            raise ValueError("contract_hours by heads go with heads, not with share; name one contract")
        if self.names_heads and sum(counts) != self.heads:
            raise ValueError(f"the contracts are of {sum(counts)} heads, but {self.heads} work the shift")
        return self

    @property
    def names_heads(self) -> bool:
        """Whether the contracts are given by heads; if not, a single one is everybody's."""
        contracts = self.contract_hours or ()
        return len(contracts) > 1 or any(count for _, count in contracts)

    @property
    def kind(self) -> str:
        """ "share" or "heads"."""
        return "share" if self.heads is None else "heads"

    @property
    def value(self) -> float:
        return float(self.heads if self.heads is not None else self.share or 0.0)


def _part(value: object) -> object:
    return value if isinstance(value, dict | PartTable) else dict((part_of(value),))


ShiftPart = Annotated[
    PartTable,
    BeforeValidator(_part),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number"},
                {"type": "string"},
                {
                    "type": "object",
                    "properties": {
                        "heads": {"type": "integer", "minimum": 0},
                        "share": {"anyOf": [{"type": "number"}, {"type": "string"}]},
                        "contract_hours": {"anyOf": [{"type": "number"}, {"type": "object"}]},
                    },
                    "additionalProperties": False,
                },
            ],
            "examples": ["55%", 4, {"heads": 4, "contract_hours": 20}],
            "description": "a share of heads, or a count; as a table, also the contracts of those who work it",
        }
    ),
    PERCENT_IS_VALUE,
]


class Break(Table):
    """A break: `within` a window, staggered over the shift's agents, or `at` a time, for all at once."""

    within: SpanOfDay | None = Field(None, description="window within which agents pause one after another")
    at: TimeOfDay | None = Field(None, description="time at which all pause together")
    length: Duration = Field(description="of each agent's break")
    paid: StrictBool = Field(False, description="whether it is paid")

    @model_validator(mode="after")
    def _placed(self) -> Break:
        if (self.within is None) == (self.at is None):
            raise ValueError('give either within = "09:30-11:00" or at = "10:00"')
        if self.length <= 0:
            raise ValueError("the break has no length")
        if self.within is not None and self.within[1] - self.within[0] < self.length:
            raise ValueError("the break is longer than its window")
        return self


class Shift(Table):
    days: Days = Field((0, 1, 2, 3, 4, 5, 6), description="on which it is worked; a rotation may leave out some")
    hours: SpanOfDay = Field(description="from when to when, local time; may cross midnight")
    breaks: tuple[Break, ...] = Field((), description="of the shift")
    _planned: Shift | None = PrivateAttr(None)

    @property
    def as_planned(self) -> Shift:
        """What contracts and days off go by: the shift itself, but where it is played otherwise."""
        return self._planned or self

    def played_as(self, **changes: object) -> Shift:
        """Worked by the same people on the same days, with other hours or breaks."""
        other = self.model_copy(update=changes)
        other._planned = self.as_planned
        return other


class Rotation(Table):
    """Weeks of working days, such as ["MTWTF--", "--WTFSS"], repeated; agents are spread over the weeks."""

    weeks: tuple[str, ...] = Field(
        min_length=1,
        examples=[["MTWTF--", "MTWTFS-"]],
        description="working days of each week, MTWTFSS with - for days off",
    )
    assign: Literal["spread", "together"] = Field(
        "spread", description="spread: the heads begin at different weeks; together: all at the first"
    )

    @model_validator(mode="after")
    def _letters(self) -> Rotation:
        for week in self.weeks:
            if len(week) != 7 or any(mark not in (letter, "-") for mark, letter in zip(week, "MTWTFSS", strict=True)):
                raise ValueError(f'{shown(week)} is not a week; write "MTWTFSS" with "-" for days off')
        if not any(mark != "-" for week in self.weeks for mark in week):
            raise ValueError('nobody ever works; write the working days of "MTWTFSS"')
        return self

    def works(self, week: int, weekday: int) -> bool:
        return self.weeks[week % len(self.weeks)][weekday] != "-"
