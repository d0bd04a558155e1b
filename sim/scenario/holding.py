"""How agents hold contacts: how many at once, beside which others, and what interrupts them."""

from __future__ import annotations

from dataclasses import dataclass

from sim.scenario.language.channels import CHANNELS
from sim.scenario.language.groups import Group


@dataclass(frozen=True)
class Holding:
    """How an agent of a group holds contacts of a channel."""

    at_once: int
    alone: bool
    interrupted_by: tuple[str, ...] = ()
    resume_penalty: float = 0.0
    by_anybody: bool = False


def holding_of(group: Group, channel: str) -> Holding:
    """As the group says; what it leaves out, as is usual on the channel."""
    usual, own = CHANNELS[channel], group.capacity.get(channel)  # type: ignore[call-overload]
    if own is None:
        return Holding(usual.at_once, usual.alone)
    return Holding(
        usual.at_once if own.at_once is None else own.at_once,
        usual.alone if own.alone is None else own.alone,
        own.interrupted_by,
        own.resume_penalty,
        own.resumed_by == "anybody",
    )
