"""The language's laws of times: work, patience, sessions."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from sim.distributions import UNIFORM_CV, Law, branched, law_problem
from sim.scenario.language.fields import IS_DURATION, Amount, Duration, File, Share, Text
from sim.scenario.language.sheets import is_workbook, split_sheet
from sim.units import parse_duration, parse_share

Family = Literal[
    "constant", "exponential", "lognormal", "gamma", "erlang", "weibull", "uniform", "hyperexponential", "empirical",
    "never",
]  # fmt: skip

WorkIs = Literal["solo", "session"]

FIXED_CV = {"constant": 0.0, "exponential": 1.0}
"""Families whose cv nobody chooses."""


class Table(BaseModel):
    """A table of the scenario file: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


def _mean(value: object) -> float:
    return math.nan if value == "from forecast" else parse_duration(value)


def _branches(value: object) -> tuple[tuple[float, float], ...]:
    """[[0.9, "2min"], [0.1, "20min"]]: shares that add up to 1, each with its mean."""
    if not isinstance(value, list) or len(value) < 2 or any(not isinstance(r, list) or len(r) != 2 for r in value):
        raise ValueError('write the share and the mean of each branch: [[0.9, "2min"], [0.1, "20min"]]')
    branches = tuple((parse_share(share), parse_duration(mean)) for share, mean in value)
    whole = sum(share for share, _ in branches)
    if abs(whole - 1.0) > 1e-6:
        raise ValueError(f"the branches' shares add up to {whole:.6g}, not 1")
    if not any(share * mean for share, mean in branches):
        raise ValueError("the branches' means are all 0")
    return branches


Branches = Annotated[
    tuple[tuple[float, float], ...],
    BeforeValidator(_branches),
    WithJsonSchema(
        {
            "type": "array",
            "items": {"type": "array"},
            "examples": [[[0.9, "2min"], [0.1, "20min"]]],
            "description": "[share, mean] rows",
        }
    ),
]


class NamesSheet(Table):
    """A table whose `csv` may be a workbook."""

    sheet: Text | None = Field(
        None,
        description='of the .xlsx workbook that csv names, if it has several; elsewhere: season = "book.xlsx#Season"',
    )

    @property
    def file(self) -> str | None:
        """What `csv` names, with its sheet."""
        csv: str | None = getattr(self, "csv", None)
        return csv if csv is None or self.sheet is None else f"{csv}#{self.sheet}"

    @model_validator(mode="after")
    def _of_a_workbook(self) -> NamesSheet:
        if self.sheet is None:
            return self
        csv: str | None = getattr(self, "csv", None)
        other = next(
            (key for key, named in self if isinstance(named, str) and is_workbook(named) and key != "csv"), None
        )
        if csv is None and other is not None:
            named = f"{getattr(self, other)}#{self.sheet}"
            raise ValueError(f'sheet is that of csv; of another file it stands behind the name: {other} = "{named}"')
        if csv is None or not is_workbook(csv):
            raise ValueError('sheet goes with an .xlsx workbook: csv = "volumes.xlsx", sheet = "Orders"')
        if split_sheet(csv)[1] is not None:
            raise ValueError("the sheet is named twice, behind the file and by sheet; remove one of them")
        return self


class LawSpec(NamesSheet):
    """A law of times by mean and coefficient of variation (standard deviation ÷ mean); uniform also `from` … `to`,
    hyperexponential also by `branches` (with mean and cv: two branches of equal weight in time)."""

    family: Family = Field(description="the shape of the law")
    mean: Duration | None = Field(None, description="mean time, as observed")
    cv: Amount | None = Field(None, description="standard deviation ÷ mean")
    csv: File | None = Field(None, description="for empirical: one column of seconds")
    of: WorkIs = Field(
        "solo",
        alias="is",
        description="of talk, where an agent holds several contacts at once. solo: the work as it would take the agent "
        "with nothing else in hand; session: the time from the answer to the end of wrap, as it took with as many in "
        "hand as the base plan's agents have; the work behind it is solved for",
    )
    shortest: Duration | None = Field(None, alias="from", description="uniform: the shortest, with to")
    longest: Duration | None = Field(None, alias="to", description="uniform: the longest")
    branches: Branches | None = Field(
        None, description="hyperexponential: share and mean of each exponential branch, instead of mean and cv"
    )

    @model_validator(mode="after")
    def _possible(self) -> LawSpec:
        if self.branches is not None or self.shortest is not None or self.longest is not None:
            return self._by_parts()
        if (self.family == "empirical") != (self.csv is not None):
            raise ValueError("csv goes with the family empirical, and only with it")
        if self.family in ("never", "empirical"):
            if self.cv is not None or (self.family == "never" and self.mean is not None):
                raise ValueError(f"the family {self.family} takes no {'cv' if self.cv is not None else 'mean'}")
            return self
        if self.mean is None:
            raise ValueError(f"mean is missing{INSTEAD.get(self.family, '')}")
        if self.family in FIXED_CV and self.cv is not None and self.cv != FIXED_CV[self.family]:
            raise ValueError(f"the cv of the family {self.family} is {FIXED_CV[self.family]:g}; remove it")
        if self.family not in FIXED_CV and self.cv is None:
            usual = "" if self.family == "uniform" else "; 1.0 is usual for handle times"
            raise ValueError(f"the family {self.family} needs a cv{INSTEAD.get(self.family, usual)}")
        problem = law_problem(self.family, self.mean, self.law().cv)
        if problem:
            raise ValueError(problem)
        return self

    def _by_parts(self) -> LawSpec:
        """A uniform law by its ends, a hyperexponential one by its branches."""
        ends, family = (self.shortest, self.longest), "uniform" if self.branches is None else "hyperexponential"
        given = "from and to go" if self.branches is None else "branches go"
        if self.family != family or (self.branches is not None and ends != (None, None)):
            raise ValueError(f"{given} with the family {family}, and only with it")
        for key in ("mean", "cv", "csv"):
            if getattr(self, key) is not None:
                raise ValueError(f"{given} without {key}")
        if self.branches is None:
            if self.shortest is None or self.longest is None:
                raise ValueError('write both from and to, such as from = "2min", to = "6min"')
            if self.longest < self.shortest or self.longest == 0.0:
                raise ValueError("from is the shortest, to the longest, and to is more than 0s")
        return self

    def law(self, sample: tuple[float, ...] = ()) -> Law:
        if self.branches is not None:
            return branched(self.branches)
        if self.shortest is not None and self.longest is not None:
            middle = (self.shortest + self.longest) / 2.0
            return Law("uniform", middle, (self.longest - self.shortest) / (2.0 * middle) * UNIFORM_CV)
        if self.family == "empirical":
            mean = sum(sample) / len(sample)
            spread = math.sqrt(sum((x - mean) ** 2 for x in sample) / len(sample)) / mean if mean else 0.0
            return Law("empirical", self.mean if self.mean is not None else mean, spread, sample)
        fixed = FIXED_CV | {"never": 1.0}
        cv = fixed.get(self.family, self.cv if self.cv is not None else 1.0)
        return Law(self.family, math.inf if self.mean is None else self.mean, cv)


INSTEAD = {"uniform": "; or write from and to", "hyperexponential": "; or write branches"}


class Handle(Table):
    """Handle time as one law, a share of which is wrap."""

    family: Family = Field("lognormal", description="the shape of the law")
    mean: Annotated[
        float,
        BeforeValidator(_mean),
        IS_DURATION,
        WithJsonSchema(
            {"type": "string", "examples": ["6min", "from forecast"], "description": "a duration, or from forecast"}
        ),
    ] = Field(description='mean handle time; "from forecast" takes it from the aht_s of the forecast')
    cv: Amount = Field(1.0, description="standard deviation ÷ mean")
    wrap_share: Share = Field(0.0, description="share of it that is wrap")
    of: WorkIs = Field("solo", alias="is", description="as that of talk")

    @model_validator(mode="after")
    def _possible(self) -> Handle:
        if self.family in ("empirical", "never"):
            raise ValueError(f"the family {self.family} is not for handle; use talk, hold and wrap")
        if self.family in FIXED_CV and "cv" in self.model_fields_set and self.cv != FIXED_CV[self.family]:
            raise ValueError(f"the cv of the family {self.family} is {FIXED_CV[self.family]:g}; remove it")
        cv = FIXED_CV.get(self.family, self.cv)
        problem = law_problem(self.family, 1.0 if math.isnan(self.mean) else self.mean, cv)
        if problem:
            raise ValueError(problem)
        return self
