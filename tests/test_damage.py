"""Damaged scenario files: refused in words or played, never a fault. `benchmarks/many_damaged.py` tries as many as one likes."""

from __future__ import annotations

from pathlib import Path

import damage
import pytest
from shop import STARTS, but, write

from sim.scenario import load

FILES, A_TEST = 500, 25


@pytest.mark.parametrize("first", range(0, FILES, A_TEST))
def test_a_damaged_file_is_refused_in_words_or_played(first: int) -> None:
    faults = {}
    for number in range(first, first + A_TEST):
        broken = damage.damaged(number)
        play = number % 5 == 0
        verdict = damage.judge(broken.files(), play=play)
        if verdict not in damage.FINE:
            faults[verdict] = damage.shrink(broken, play=play)
    assert not faults


def test_a_damaged_file_is_the_same_every_time() -> None:
    damage._sound.cache_clear()
    once = [damage.damaged(number).files() for number in range(30)]
    damage._sound.cache_clear()
    assert [damage.damaged(number).files() for number in range(30)] == once


def test_a_fault_is_found_and_cut_down_to_what_shows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {"a.toml": b"\n".join([b"x = 1"] * 20 + [b"fault"] + [b"y = 2"] * 20), "b.csv": b"start,contacts\n09:00,1"}

    def faulty(path: Path) -> None:
        if b"fault" in path.read_bytes() and (path.parent / "b.csv").read_bytes().startswith(b"start"):
            raise KeyError(3)

    monkeypatch.setattr(damage, "load_plans", faulty)
    broken = damage.Damaged(whole, ())
    assert (
        damage.judge(broken.files())
        == f"check: KeyError at tests/test_damage.py:{faulty.__code__.co_firstlineno + 2} (3)"
    )
    assert damage.shrink(broken) == {"a.toml": b"fault", "b.csv": b"start,contacts"}


def test_what_takes_too_long_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(path: Path) -> None:  # noqa: ARG001
        while True:
            pass

    monkeypatch.setattr(damage, "LONGEST", 1)
    monkeypatch.setattr(damage, "load_plans", endless)
    assert damage.judge({"a.toml": b""}) == "check takes longer than 1 s"


@pytest.mark.parametrize("text", ["Traceback (most recent call last)", "int() got NoneType", "[Errno 2] no"])
def test_a_message_not_meant_for_planners_is_a_fault(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    def raises(path: Path) -> None:
        raise load.ScenarioError(str(path), [load.Problem("center", text)])

    monkeypatch.setattr(damage, "load_plans", raises)
    assert damage.judge({"a.toml": b""}).startswith("check says")


def test_a_seat_that_could_not_be_read_at_a_site_is_reported_once(tmp_path: Path) -> None:
    """Found by the long run: the check of desks made a whole number of what was not there."""
    seats = "weekday,start,seats\n" + "".join(
        f"{day},{start},{'1e200' if start == '09:00' else 3}\n" for day in ("mon", "tue") for start in STARTS
    )
    core = but(
        "heads = 9\nshifts = { early = 4, late = 5 }", 'seats = { csv = "seats.csv" }\nsite = "here"\nleave = "named"'
    )
    path = write(tmp_path, core + "[sites.here]\nseats = 2\n", {"seats.csv": seats})
    assert damage.judge({p.name: p.read_bytes() for p in path.parent.iterdir()}, play=False) == damage.REFUSED
