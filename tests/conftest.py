"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from stories import Teller, teller

# Every test solves for itself, and leaves nothing in anybody's cache.
os.environ["SIM_SOLUTIONS"] = "off"


@pytest.fixture(params=["simpy", "compiled"])
def tell(request: pytest.FixtureRequest, tmp_path: Path) -> Teller:
    """Tells a story of a few customers, under each calendar."""
    return teller(tmp_path, request.param)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.name.startswith("test_theory"):
            item.add_marker("theory")
