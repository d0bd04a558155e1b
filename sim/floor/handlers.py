"""Which rule handles which event, in the order of the event constants."""

from __future__ import annotations

from sim.floor.roster import duty, return_from_break
from sim.floor.rules import abandon, arrive, finish, hang_up, overflow

HANDLERS = (arrive, abandon, overflow, hang_up, finish, duty, return_from_break)
