"""What every test may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest
from stories import Teller, teller


@pytest.fixture(params=["simpy", "compiled"])
def tell(request: pytest.FixtureRequest, tmp_path: Path) -> Teller:
    """Tells a story of a few customers, under each calendar."""
    return teller(tmp_path, request.param)
