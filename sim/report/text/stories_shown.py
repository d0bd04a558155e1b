"""The stories that a replay's page tells itself: of those who were lost, waited too long or fared differently."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sim.explaining.telling import Telling
from sim.observations import ANSWERED, IN_HAND
from sim.report.text.story import headline, sentences

ROOM = 400_000
"""Bytes of stories on a page, all plans together: some 400 of them."""


def add_stories(scene: dict[str, Any], tellings: Sequence[Telling], room: int = ROOM) -> None:
    """Each plan's "stories": by contact, its headline and sentences. First of those who fared differently, then of
    those who waited longest among the lost and the late, plan by plan in turn, until the room is full."""
    plans = [scene, *([scene["against"]] if "against" in scene else [])]
    wanted = [[side[1] for fate in scene.get("fates", ()) if (side := fate[4 + k])] for k in range(len(plans))]
    for own, plan in zip(wanted, plans, strict=True):
        own += _waited(plan)
        plan["stories"] = {}
    for k in range(max(map(len, wanted))):
        for own, plan, telling in zip(wanted, plans, tellings, strict=True):
            if k >= len(own) or str(own[k]) in plan["stories"]:
                continue
            story = telling.of(own[k])
            # The date, plan and seed of the second line stand at the head of the page.
            first, _, *others = headline(story), *sentences(story)
            told = [first, *others]
            room -= len(json.dumps(told))
            if room < 0:
                return
            plan["stories"][str(own[k])] = told


def _waited(plan: dict[str, Any]) -> list[int]:
    """Contacts that were lost or came too late into hand, by how long they waited."""
    place = {name: number for number, name in enumerate(plan["fields"]["contacts"])}
    found: dict[int, float] = {}
    for row in plan["contacts"]:
        number, queue, arrived, left, answered, outcome = (
            row[place[name]] for name in ("contact", "queue", "arrived", "left", "answered", "outcome")
        )
        wait = (left if answered is None else answered) - arrived
        if outcome not in (ANSWERED, IN_HAND) or wait > plan["queues"][queue]["within"]:
            found[number] = max(wait, found.get(number, 0.0))
    return sorted(found, key=lambda number: (-found[number], number))
