"""Who of a group works which shift: a share of its heads, or a count; and of which contracts, where a planner says."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from sim.scenario.fields import PERCENT_IS_VALUE, ContractHours, Count, Share, part_of
from sim.scenario.schema_laws import Table


class PartTable(Table):
    """The part of a group's heads who work a shift, with the contracts they have."""

    heads: Count | None = None
    share: Share | None = None
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
