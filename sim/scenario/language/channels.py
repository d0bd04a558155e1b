"""What sets channels apart: whether the customer waits, and how many contacts an agent holds at once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Channel:
    """`live`: the customer waits; a deferred contact survives the night. `alone`: nothing else in hand meanwhile."""

    live: bool
    at_once: int
    alone: bool
    lines: bool = False
    """Takes one of the center's telephone lines."""


CHANNELS: dict[str, Channel] = {
    "phone": Channel(live=True, at_once=1, alone=True, lines=True),
    "video": Channel(live=True, at_once=1, alone=True),
    "in person": Channel(live=True, at_once=1, alone=True),
    "chat": Channel(live=True, at_once=2, alone=False),
    "messaging": Channel(live=True, at_once=2, alone=False),
    "email": Channel(live=False, at_once=1, alone=True),
    "social": Channel(live=False, at_once=1, alone=True),
    "back office": Channel(live=False, at_once=1, alone=True),
}
"""The order is part of the floor's tables: only add at the end."""

MOST_TOGETHER = 15
"""Contacts that one agent may hold at once."""

MOST_TRANSFERS = 4
"""Of one contact: two queues that send everything to each other would never end."""

SPEED_BY_LOAD = (1.0, 16 / 20, 16 / 26, 16 / 34)
"""Planners' rule of thumb: chat sessions of 18, 22 and 30 min at 1.5, 2.5 and 3.5 together, read at whole loads."""

DEFERRED = ", ".join(name for name, channel in CHANNELS.items() if not channel.live)
"""As a planner reads them: the channels on which nobody waits on the line."""
