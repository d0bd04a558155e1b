"""A log, whatever wrote it, as everything that is estimated reads it.

Moments are seconds since 1970-01-01 UTC; what a log does not tell is NaN, or no category. Rows are in order of time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

_NUMBER = re.compile(r"\+?\d{5,}")

ANSWERED, ABANDONED, LEFT_OTHERWISE, BLOCKED = "answered", "abandoned", "left otherwise", "blocked"
OUTCOMES = (ANSWERED, ABANDONED, LEFT_OTHERWISE, BLOCKED)
"""How one wait in one queue ended. "Left otherwise" is who was handed on, sent to a voice mail, or still waited at the
end of the log: a wait that is censored, and no abandonment. "Blocked" is who never came to wait."""

CONTACT_COLUMNS = (
    "contact", "case", "customer", "queue", "channel", "arrived", "left", "ended", "outcome", "agent", "talk_s",
    "hold_s", "wrap_s", "ring_s",
)  # fmt: skip
"""One row for each wait in one queue. `contact` is the log's own name of it; legs of one contact share their `case`.
`customer` is who called, where the log knows. `arrived` in the queue, `left` it (was answered, gave up), `ended` with
the talk. `queue`, `channel`, `outcome`, `agent`, `customer`, `case` are categories."""

PRESENCE_COLUMNS = ("agent", "state", "reason", "queue", "since", "until")
"""One row for each stretch of an agent's time: `state` is "signed on" or "pause" (with its reason, where known);
`queue` where one signs on to a queue. A pause lies within the stretch that its agent is signed on."""

INTERVAL_COLUMNS = (
    "queue", "since", "until", "offered", "answered", "abandoned", "in_time", "waited_s", "talk_s", "hold_s", "wrap_s",
    "staffed_s", "available_s", "aux_s",
)  # fmt: skip
"""Of reports that have no contacts: counts, and seconds in all. `in_time` are those answered within `within_s`,
`waited_s` what the answered have waited, `talk_s` to `wrap_s` what they took."""


@dataclass(frozen=True)
class LeftOut:
    """Rows of a log that were not used."""

    why: str
    rows: int
    example: str
    """Where the first of them stands, and what it says."""

    @property
    def shown(self) -> str:
        """The example without what may be somebody's number: a page is passed on."""
        return _NUMBER.sub("…", self.example)


@dataclass(frozen=True)
class Log:
    """What one or several files of one kind hold."""

    source: str
    """The preset, or the mapping file, that it was read with."""
    timezone: str
    contacts: pd.DataFrame | None
    """CONTACT_COLUMNS; None where the log has none."""
    presence: pd.DataFrame | None = None
    """PRESENCE_COLUMNS; None where the log has none."""
    intervals: pd.DataFrame | None = None
    """INTERVAL_COLUMNS; None where single contacts are known."""
    within_s: float | None = None
    """The threshold that the log itself counts with."""
    rows: int = 0
    """Read in all, those left out among them."""
    left_out: tuple[LeftOut, ...] = ()
    remarks: tuple[str, ...] = ()
    """What one should know: what this kind of log cannot tell, and what was noticed in this one."""
    own_figures: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """By queue: offered, answered, abandoned, service_level, asa_s, aht_s, counted by the log's own conventions."""
