"""The language's laws of times: work, patience, sessions."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from sim.distributions import Law, law_problem
from sim.scenario.fields import IS_DURATION, Amount, Duration, File, Share
from sim.units import parse_duration

Family = Literal[
    "constant", "exponential", "lognormal", "gamma", "erlang", "weibull", "hyperexponential", "empirical", "never"
]


class Table(BaseModel):
    """A table of the scenario file: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _mean(value: object) -> float:
    return math.nan if value == "from forecast" else parse_duration(value)


class LawSpec(Table):
    """A law of times by mean and coefficient of variation (standard deviation ÷ mean)."""

    family: Family
    mean: Duration | None = None
    cv: Amount | None = None
    csv: File | None = Field(None, description="for empirical: one column of seconds")
    of: Literal["solo"] = Field(
        "solo", alias="is", description="solo: chat work as it would take the agent with nothing else in hand"
    )

    @model_validator(mode="after")
    def _possible(self) -> LawSpec:
        if (self.family == "empirical") != (self.csv is not None):
            raise ValueError("csv goes with the family empirical, and only with it")
        if self.family in ("never", "empirical"):
            if self.cv is not None or (self.family == "never" and self.mean is not None):
                raise ValueError(f"the family {self.family} takes no {'cv' if self.cv is not None else 'mean'}")
            return self
        if self.mean is None:
            raise ValueError("mean is missing")
        fixed = {"constant": 0.0, "exponential": 1.0}
        if self.family in fixed and self.cv is not None and self.cv != fixed[self.family]:
            raise ValueError(f"the cv of the family {self.family} is {fixed[self.family]:g}; remove it")
        if self.family not in fixed and self.cv is None:
            raise ValueError(f"the family {self.family} needs a cv; 1.0 is usual for handle times")
        problem = law_problem(self.family, self.mean, self.law().cv)
        if problem:
            raise ValueError(problem)
        return self

    def law(self, sample: tuple[float, ...] = ()) -> Law:
        if self.family == "empirical":
            mean = sum(sample) / len(sample)
            spread = math.sqrt(sum((x - mean) ** 2 for x in sample) / len(sample)) / mean if mean else 0.0
            return Law("empirical", self.mean if self.mean is not None else mean, spread, sample)
        fixed = {"constant": 0.0, "exponential": 1.0, "never": 1.0}
        cv = fixed.get(self.family, self.cv if self.cv is not None else 1.0)
        return Law(self.family, math.inf if self.mean is None else self.mean, cv)


class Handle(Table):
    """Handle time as one law, a share of which is wrap."""

    family: Family = "lognormal"
    mean: Annotated[
        float,
        BeforeValidator(_mean),
        IS_DURATION,
        WithJsonSchema({"type": "string", "examples": ["6min", "from forecast"]}),
    ]
    cv: Amount = 1.0
    wrap_share: Share = 0.0

    @model_validator(mode="after")
    def _possible(self) -> Handle:
        if self.family in ("empirical", "never"):
            raise ValueError(f"the family {self.family} is not for handle; use talk, hold and wrap")
        fixed = {"constant": 0.0, "exponential": 1.0}
        if self.family in fixed and "cv" in self.model_fields_set and self.cv != fixed[self.family]:
            raise ValueError(f"the cv of the family {self.family} is {fixed[self.family]:g}; remove it")
        cv = fixed.get(self.family, self.cv)
        problem = law_problem(self.family, 1.0 if math.isnan(self.mean) else self.mean, cv)
        if problem:
            raise ValueError(problem)
        return self
