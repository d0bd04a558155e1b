"""Speed against quality at random: on top of a random scenario, cases that go on, haste, fatigue, customers with names."""

from __future__ import annotations

import math
import random
import tomllib
from pathlib import Path
from typing import Any

from scenarios_at_random import write_scenario, write_toml

from sim.scenario.language.channels import CHANNELS


def write_quality(seed: int, folder: Path) -> Path:
    """The random scenario of this seed, in a folder of its own, with quality on top."""
    tables = tomllib.loads(write_scenario(seed, folder).read_text(encoding="utf-8"))
    _Quality(random.Random(f"{seed}/quality"), tables).add()
    return write_toml(folder / "quality.toml", tables)


def _kept(queue: dict[str, Any]) -> float:
    """Share of the contacts that end with the queue's own agents, the customer still there: no more are resolved."""
    transferred = sum(transfer["share"] for transfer in queue.get("transfer", {}).values())
    return (1 - transferred) * (1 - queue.get("silent", {"share": 0})["share"])


class _Quality:
    def __init__(self, luck: random.Random, tables: dict[str, Any]) -> None:
        self.luck, self.tables = luck, tables
        self.queues: dict[str, dict[str, Any]] = tables["queues"]
        self.groups: dict[str, dict[str, Any]] = tables["groups"]

    def maybe(self, chance: float) -> bool:
        return self.luck.random() < chance

    def add(self) -> None:
        for name, queue in self.queues.items():
            self.cases(name, queue)
            if self.maybe(0.4):
                self.escalation(name, queue)
            if self.maybe(0.3):
                queue["unresolvable"] = 0.1
                queue["fcr"] = min(0.3, math.floor(90 * _kept(queue)) / 100)
            if self.maybe(0.2):
                queue["pace"] = self.luck.choice([0.9, 1.1])
            if self.maybe(0.2):
                queue["outreach"] = {"reached": 0.4, "prevents": 0.5, "cost": 0.3}
            if queue["channel"] in ("chat", "messaging") and self.maybe(0.7):
                queue["resolution_by_load"] = [1.0, 0.9, 0.8]
        for group in self.groups.values():
            if self.maybe(0.2):
                group["pace"] = self.luck.choice([0.85, 1.2])
            if self.maybe(0.5):
                group["pressure"] = {"waiting_per_agent": self.luck.choice([0, 0.3, 1.5]), "pace": 0.8}
            if self.maybe(0.5):
                group["fatigue"] = {"hours": self.luck.choice([0.5, 3.0]), "occupancy": self.luck.choice([0.4, 0.8])}
        self.tables["quality"] = {"history_shared": self.maybe(0.4), "pace": {"resolution": 0.8}}
        if self.maybe(0.5):
            leave = [0.1, 0.3]
            self.tables["experience"] = {"expected_wait": "40s"}
            self.tables["customers"] = {"number": self.luck.choice([50, 5000]), "value": 100.0, "leave": leave}

    def cases(self, name: str, queue: dict[str, Any]) -> None:
        if self.maybe(0.7):
            queue["repeat"] = {
                "share": self.luck.choice([0.3, 0.9]),
                "after": {"family": "exponential", "mean": self.luck.choice(["2min", "3h", "1d"])},
                "attempts": self.luck.choice([2, 4, 7]),
                "repeated": self.luck.choice([0.0, 0.3]),
            }
            others = [other for other in self.queues if other != name]
            if others and self.maybe(0.4):
                queue["repeat"]["to"] = {self.luck.choice(others): self.luck.choice([0.5, 1.0])}
        if CHANNELS[queue["channel"]].live and self.maybe(0.6):
            mean = self.luck.choice(["20s", "5min", "6h"])
            law = {"family": self.luck.choice(["exponential", "constant"]), "mean": mean}
            queue["redial"] = {
                "share": self.luck.choice([0.4, 1.0]),
                "after": law,
                "attempts": self.luck.choice([2, 5]),
            }

    def escalation(self, name: str, queue: dict[str, Any]) -> None:
        transferred = sum(transfer["share"] for transfer in queue.get("transfer", {}).values())
        if transferred > 0.9:
            return
        talks = ("phone", "video", "in person")
        is_together = queue["channel"] in talks and not any("capacity" in group for group in self.groups.values())
        family = talks if is_together else (queue["channel"],)
        others = [o for o, q in self.queues.items() if o != name and q["channel"] in family]
        kinds = ["follow up"]
        if others:
            kinds += ["cold", "warm", "swarm", "swarm"] if is_together else ["cold"]
        kind = self.luck.choice(kinds)
        queue["escalation"] = {"share": self.luck.choice([0.5, 1.0]), "kind": kind}
        if kind != "follow up":
            queue["escalation"]["to"] = self.luck.choice(others)
        if kind == "warm":
            queue["escalation"]["handover"] = "20s"
