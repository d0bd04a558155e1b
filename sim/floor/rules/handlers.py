"""Which rule handles which event, in the order of the event constants."""

from __future__ import annotations

from sim.floor.rules.cases import come_again
from sim.floor.rules.duties_due import duty, return_from_break
from sim.floor.rules.events import abandon, arrive, end_stage, finish, hand_over, hang_up, take_desk, unanswered
from sim.floor.rules.queueing import call_back, overflow

HANDLERS = (
    arrive, abandon, overflow, hang_up, finish, duty, return_from_break,
    end_stage, call_back, unanswered, hand_over, take_desk, come_again,
)  # fmt: skip
