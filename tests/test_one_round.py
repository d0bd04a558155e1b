"""One message says what to type: the way out leads somewhere, and a second reading finds nothing that the first hid."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.scenario.load import load

CENTER = """
[center]
start = 2026-03-02
weeks = 1

[queues.orders]
channel = "phone"
forecast = { csv = "orders.csv" }
talk = { family = "exponential", mean = "4min" }
TRANSFER

[queues.returns]
channel = "phone"
talk = { family = "exponential", mean = "4min" }

[groups.core]
heads = HEADS
shifts = { day = "100%" }
skills = { orders = {}, returns = {} }

[shifts.day]
hours = "08:00-16:30"
"""

ORDERS = "weekday,start,contacts\n" + "".join(
    f"{day},{n // 2:02}:{n % 2 * 30:02},1\n"
    for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    for n in range(48)
)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
    return tmp_path


def problems(folder: Path, *, transfer: str = "transfer.returns = { share = 0.1 }", heads: str = "9") -> dict[str, str]:
    file = folder / "center.toml"
    file.write_text(CENTER.replace("TRANSFER", transfer).replace("HEADS", heads), encoding="utf-8")
    try:
        load(file)
    except ScenarioError as error:
        return {problem.where: problem.what for problem in error.problems}
    return {}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('{ share = 0.1, to = "returns" }', "transfer.returns = { share = 0.1 }"),
        ('{ share = "10%", kind = "warm", queue = "returns" }', 'transfer.returns = { share = "10%", kind = "warm" }'),
        ('{ to = "returns" }', "transfer.returns = { share = 0.1 }"),
        ("{ share = 0.1 }", "transfer.QUEUE = { share = 0.1 }"),
    ],
)
def test_a_transfer_without_its_queue_is_shown_with_it(folder: Path, written: str, meant: str) -> None:
    found = problems(folder, transfer=f"transfer = {written}")
    assert list(found) == ["queues.orders.transfer"]
    assert found["queues.orders.transfer"].endswith(f": write {meant}")
    # What it says to write is right.
    assert problems(folder, transfer=meant.replace("QUEUE", "returns")) == {}


def test_a_queue_may_be_called_share(folder: Path) -> None:
    found = problems(folder, transfer="transfer.share = { share = 0.1 }")
    assert found["queues.orders.transfer"].startswith('"share" is not a queue;')


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("name", ["orders.csv", "center.toml"])
def test_an_encoding_is_called_by_its_name(folder: Path, encoding: str, name: str) -> None:
    """The mark of UTF-32, little end first, begins as that of UTF-16 does."""
    assert problems(folder) == {}
    file = folder / name
    file.write_bytes(f"\ufeff{file.read_text(encoding='utf-8')}".encode(encoding))
    with pytest.raises(ScenarioError, match=f"is {encoding[:6].upper()} text; save it as UTF-8"):
        load(folder / "center.toml")


def test_the_marks_are_those_of_the_standard() -> None:
    """What the files above begin with."""
    assert "\ufeff".encode("utf-32-le") == codecs.BOM_UTF32_LE == codecs.BOM_UTF16_LE + b"\0\0"


@pytest.mark.parametrize("heads", ["1e200", "1e16", "10000001", "99999999999999999999"])
def test_the_limit_of_a_count_is_said_at_once(folder: Path, heads: str) -> None:
    what = problems(folder, heads=heads)["groups.core.heads"]
    assert what.endswith("is too large; 10,000,000 at most")


def test_the_limit_of_a_week_is_said_at_once(folder: Path) -> None:
    (folder / "shape.csv").write_text(ORDERS.replace("contacts", "share"), encoding="utf-8")
    text = (
        CENTER.replace("TRANSFER", "")
        .replace("HEADS", "9")
        .replace('csv = "orders.csv"', 'week = 1e200, shape = "shape.csv"')
    )
    (folder / "center.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match="is too many; 10,080,000,000 contacts at most"):
        load(folder / "center.toml")
