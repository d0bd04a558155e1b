"""What belongs to a person, and goes along to a new number: one array each, by agent number."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(eq=False)
class Persons:
    """Days are numbers since the start; what never happens is on day ∞."""

    hired_day: Floats
    clock_start: Floats
    """First day of the ramp."""
    contacts: Floats
    """Handled since the ramp began."""
    contract_hours: Floats
    talent: Floats
    """2 × agents: proficient speed and resolution."""
    proficient: Bools
    own_wage: Floats
    was_there: Bools
    """Before the first day."""
    contract_until: Floats
    """The last day of a fixed term."""
    known_to_leave: Floats
    """First day without them, of those known by name."""
    learns_since: Floats
    was_proficient: Bools
    """Once, since they began to learn."""

    def go_on_as(self, old: Ints, new: Ints) -> None:
        """These people go on under new numbers, with all that is theirs."""
        for f in fields(Persons):
            column = getattr(self, f.name)
            column[..., new] = column[..., old]
