"""Families of sums: each is one row of a table, from which follow its zeros, its names, its checks and its keeping."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, Self, overload

import numpy as np
from numpy.typing import NDArray

from sim.scenario.model import Scenario

Floats = NDArray[np.float64]
Named = Mapping[str, Floats]

Kept = Literal["each", "added up"]
"""What a study keeps: each replication's own, or one table to which all are added."""

WHOLE = "whole"
"""An axis of one place, of what stands for all."""


def by_name(names: tuple[str, ...], sums: Floats) -> dict[str, Floats]:
    """Sums with the names on their last axis as a mapping, of views: what is written to them is written to the sums."""
    return {name: sums[..., k] for k, name in enumerate(names)}


class Views(Mapping[str, Floats]):
    """The same, each made when it is asked for: where few of many are."""

    __slots__ = ("_names", "_sums")

    def __init__(self, names: tuple[str, ...], sums: Floats) -> None:
        self._names, self._sums = names, sums

    def __getitem__(self, name: str) -> Floats:
        return self._sums[..., self._names.index(name)]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def always(scenario: Scenario) -> bool:  # noqa: ARG001
    return True


@dataclass(frozen=True)
class AtMost:
    """What must hold of a family's totals, queue by queue or group by group: `part` is at most `whole`."""

    what: str
    part: Callable[[Named], Floats]
    whole: Callable[[Named], Floats]


class Family:
    """One family of sums: a row of the table of families that its class is.

    As an attribute of the class it is the row; of an instance, its array: `axes`, then `columns` if they have names.
    """

    name: str

    def __init__(
        self,
        *axes: str,
        columns: tuple[str, ...] = (),
        kept: Kept | None = None,
        where: Callable[[Scenario], object] = always,
        laws: tuple[AtMost, ...] = (),
        entered: frozenset[str] = frozenset(),
        later: str = "",
    ) -> None:
        """`where`: whether a scenario has it; the array is empty where it has not. `kept`: by the study, if at all.

        `later`: the family that holds its part that came by transfer; of the columns `entered`, the center counts
        without it, since a contact counts once, where it entered.
        """
        self.axes, self.columns, self.kept, self.where = axes, columns, kept, where
        self.laws, self.entered, self.later = laws, entered, later

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, one: None, owner: type) -> Self: ...
    @overload
    def __get__(self, one: Families, owner: type) -> Floats: ...
    def __get__(self, one: Families | None, owner: type) -> Self | Floats:
        # Only asked where the instance has no array of its own.
        return self if one is None else one.missing(self)

    def shape(self, scenario: Scenario, sizes: Mapping[str, int]) -> tuple[int, ...]:
        """Of its array; `sizes` of the axes."""
        shape = [1 if axis == WHOLE else sizes[axis] for axis in self.axes]
        if not self.where(scenario):
            shape[0] = 0
        return (*shape, len(self.columns)) if self.columns else tuple(shape)


class Families:
    """A table of families, and of each its array."""

    def __init__(self, **arrays: Any) -> None:
        if unknown := arrays.keys() - self.families().keys():
            raise TypeError(f"{type(self).__name__} has no family {', '.join(sorted(unknown))}")
        self.__dict__.update(arrays)

    @classmethod
    @cache
    def families(cls) -> dict[str, Family]:
        """The families by name, in order; a row of a class stands in place of one of the classes it is made from."""
        found: dict[str, Family] = {}
        for owner in reversed(cls.__mro__):
            found |= {name: row for name, row in vars(owner).items() if isinstance(row, Family)}
        return found

    @classmethod
    def shapes(cls, scenario: Scenario, sizes: Mapping[str, int]) -> dict[str, tuple[int, ...]]:
        """Of all arrays, by family; `sizes` of the axes."""
        return {name: row.shape(scenario, sizes) for name, row in cls.families().items()}

    @classmethod
    def zeros(cls, shapes: Mapping[str, tuple[int, ...]]) -> Self:
        """Nothing counted yet."""
        return cls(**{name: np.zeros(shape) for name, shape in shapes.items()})

    def missing(self, row: Family) -> Floats:
        """What stands for a family that has no array: none of anything, or 0 if it is one number."""
        return np.zeros(0 if row.axes or row.columns else ())

    def named(self, row: Family) -> dict[str, Floats]:
        """A family's columns by name: views."""
        return by_name(row.columns, getattr(self, row.name))

    def views(self, row: Family) -> Views:
        """Likewise, of which few are looked at."""
        return Views(row.columns, getattr(self, row.name))

    def broken_laws(self) -> list[str]:
        """What does not hold, in words; nothing, if the books balance."""
        found = []
        for row in self.families().values():
            if not row.laws:
                continue
            array = getattr(self, row.name)
            totals = Views(row.columns, array.sum(axis=tuple(range(array.ndim - 2))))
            for law in row.laws:
                part, whole = law.part(totals), law.whole(totals)
                found += [
                    f"{law.what}: {part[k]} of {whole[k]}, {row.axes[-1]} {k}" for k in np.flatnonzero(part > whole)
                ]
        return found
