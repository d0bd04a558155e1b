"""The report by the STRESS-DES checklist that each result folder holds."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

import sim
from sim.scenario.starter import write_starter


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("study")
    write_starter(home / "my.toml")
    center = sim.load(home / "my.toml")
    study = sim.compare(center, center.vary({"groups.core.heads": "+2"}, name="more"), replications=2)
    return study.write(home / "out")


def items(text: str) -> dict[str, str]:
    """By number and title, as the checklist has them."""
    found = re.split(r"^\*\*(\d\.\d [^*]+)\.\*\* ?", text, flags=re.MULTILINE)
    return dict(zip(found[1::2], found[2::2], strict=True))


def test_every_item_of_the_checklist_is_there(folder: Path) -> None:
    """The checklist's own list: objectives 3, logic 4 and five components, data 4, experimentation 3, implementation 4, code 1."""
    said = items((folder / "stress-des.md").read_text(encoding="utf-8"))
    numbers = [one.split(" ")[0] for one in said]
    assert numbers == [
        f"{part}.{item}" for part, many in enumerate((3, 9, 4, 3, 4, 1), 1) for item in range(1, many + 1)
    ]
    assert all(text.strip() for text in said.values())


def test_it_tells_what_was_done(folder: Path) -> None:
    said = items((folder / "stress-des.md").read_text(encoding="utf-8"))
    orders = (folder.parent / "my" / "orders.csv").read_bytes()
    assert hashlib.sha256(orders).hexdigest() in said["3.1 Sources"]
    assert "groups.core.heads: 21 → 23" in said["2.3 Scenarios"]
    assert "base 2, more 2" in said["4.3 Estimation"]
    assert "7 days, Mon 2 Mar 2026 to Sun 8 Mar 2026" in said["4.2 Run length"]
    assert sim.__version__ in said["5.1 Software"]
    assert "Seed 2026" in said["5.2 Random sampling"]
    assert "sim.compare(" in said["6.1 Sharing"]


def test_what_no_run_can_know_is_left_to_the_author(folder: Path) -> None:
    assert (folder / "stress-des.md").read_text(encoding="utf-8").count("To be said by whoever publishes") == 2
