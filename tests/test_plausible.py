"""What is more likely a slip is said, and played all the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from shop import but, write

from sim.api import load

TALK = 'talk = { family = "exponential", mean = "3min" }'


@pytest.mark.parametrize(
    ("changes", "where", "words"),
    [
        (("wage = 20", "wage = 41600"), "groups.core.wage", "a year's 41,600 is 20.00 an hour"),
        # 12 × 1,800 a year of 2,080 hours.
        (("wage = 20", "wage = 1800"), "groups.core.wage", "is it that of a month? A month's 1,800 is 10.38 an hour"),
        (("wage = 20", "wage = 251"), "groups.core.wage", "USD 251.00 is taken as the pay of an hour"),
        (("wage = 20", "wage = 0.33"), "groups.core.wage", "is it that of a minute?"),
        ((TALK, TALK.replace("3min", "3h")), "queues.orders.talk.mean", "a mean of 3h is unusual"),
        (('mean = "5min"', 'mean = "2s"'), "queues.orders.patience.mean", "a mean of 2s is unusual"),
        (("wage = 20", "wage = 250"), "", ""),
        (("wage = 20", "wage = 0"), "", ""),
        (('interval = "30min"', 'interval = "30min"\ncurrency = "VND"', "wage = 20", "wage = 41600"), "", ""),
    ],
)  # fmt: skip
def test_slips_are_said(tmp_path: Path, changes: tuple[str, ...], where: str, words: str) -> None:
    found = load(write(tmp_path, but(*changes))).scenario.warnings
    slips = [one for one in found if "taken as" in one.what or "unusual" in one.what]
    assert [one.where for one in slips] == ([where] if where else [])
    assert all(words in one.what for one in slips)
