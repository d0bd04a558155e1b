"""Which calendar `--engine auto` takes: the one that needs less processor time, compilation included."""

from __future__ import annotations

from pathlib import Path

import pytest
from shop import SHOP, write

from sim.scenario.load import load
from sim.study.calibration.calibrate import pilot_contacts
from sim.study.prepared import prepare
from sim.study.run import choose_engine

STARTER = Path(__file__).parents[1] / "scenarios" / "starter.toml"


@pytest.mark.parametrize(
    ("warm", "contacts", "engine"),
    [
        # Measured on one core: 30,000 to 50,000 contacts a second under SimPy, 230,000 to 300,000 compiled, 0.5 s to
        # load it: even at 24,000 contacts, and 20,000 are not worth an import.
        (True, 5_000, "simpy"), (True, 20_000, "simpy"), (True, 60_000, "compiled"), (True, 10_000_000, "compiled"),
        # Compilation took 30 s where SimPy took 15 µs more for a contact: even at 2,000,000.
        (False, 600_000, "simpy"), (False, 1_500_000, "simpy"), (False, 3_000_000, "compiled"),
    ],
)  # fmt: skip
def test_the_calendar_that_takes_less_processor_time_is_chosen(
    monkeypatch: pytest.MonkeyPatch, warm: bool, contacts: int, engine: str
) -> None:
    monkeypatch.setattr("sim.study.run.is_warm", lambda: warm)
    assert choose_engine("auto", contacts) == engine
    assert choose_engine("simpy", contacts) == "simpy"
    assert choose_engine("compiled", contacts) == "compiled"


def test_pilots_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The starter: 20 replications of 7,558 contacts, and three pilots: the first plays until 1,000 returns were answered,
    the others until 0.1 per return, shared out, comes to (1.3 × a quarter of the half width of 20 replications)²."""
    starter = prepare(load(STARTER))
    shares = [queue.contacts.sum() for queue in starter.expected.values()]
    enough = 0.1 / (1.3 * 2.093 / (20 * min(shares)) ** 0.5 / 4) ** 2
    expected = (1000 + 2 * enough) * sum(shares) / min(shares)
    assert pilot_contacts(starter) == pytest.approx(expected, abs=1)
    assert 50_000 < pilot_contacts(starter) < 100_000
    # One queue whose agents are all alike has a closed form.
    assert pilot_contacts(prepare(load(write(tmp_path, SHOP)))) == 0
    monkeypatch.setattr("sim.study.run.is_warm", lambda: True)
    assert choose_engine("auto", 20 * starter.contacts + pilot_contacts(starter)) == "compiled"
