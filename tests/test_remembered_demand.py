"""Customers drawn once and faced by several plans: the same numbers, and nothing drawn twice."""

from __future__ import annotations

import pytest
from test_played_again import SCENARIOS, bytes_of, shipped

from sim.demand.arrivals import Demand
from sim.demand.remembered import Memory
from sim.luck import Luck
from sim.scenario.load import plan_of
from sim.scenario.reading.plans import read_file
from sim.study.player import Player
from sim.study.prepared import prepare, with_staff_of
from sim.study.replicate import replicate


# Self-service and repeats; sites and vendors; a moving workforce.
@pytest.mark.parametrize(("name", "days"), [("omnichannel", 2), ("bpo-four-sites", 1), ("starter", 3)])
def test_a_plan_that_faces_remembered_customers_gives_the_same_numbers(name: str, days: int) -> None:
    prepared, memory = prepare(shipped(name, days)), Memory()
    first, second = Player(prepared, "compiled", memory), Player(prepared, "compiled", memory)
    alone = [bytes_of(replicate(prepared, number, "compiled")) for number in (0, 1)]
    assert [bytes_of(first.replicate(number)) for number in (0, 1)] == alone
    assert [bytes_of(second.replicate(number)) for number in (1, 0)] == alone[::-1]


def test_customers_are_drawn_once_as_long_as_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = prepare(shipped("starter", 2))
    drawn: list[tuple[int, int]] = []
    plain = Demand.parts

    def parts(self: Demand, day: int, *rest: object) -> object:
        drawn.append((id(self), day))
        return plain(self, day, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Demand, "parts", parts)
    # Room for one replication of the two.
    memory = Memory(1.5 * float(prepared.customers.by_interval.sum()))
    for _ in range(3):
        player = Player(prepared, "simpy", memory)
        player.replicate(0)
        player.replicate(1)
    assert len(drawn) == 2 + 3 * 2
    assert memory.demand(prepared.customers, Luck(1, 0)) is memory.demand(prepared.customers, Luck(1, 0))


def test_a_staffing_shares_what_is_known_of_todays_customers() -> None:
    file = read_file(SCENARIOS / "starter.toml")
    plain = prepare(plan_of(file, "base"))
    more = plan_of(file, "two-more")
    other = prepare(with_staff_of(plain.scenario, more), like=plain)
    assert other.expected is plain.expected
    assert len(other.agents.names) == len(plain.agents.names) + 2
