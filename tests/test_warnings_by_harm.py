"""On a page the warning that matters most comes first."""

from __future__ import annotations

import re
from pathlib import Path

from shop import but, sim, write


def test_an_open_queue_without_anybody_is_said_first(tmp_path: Path) -> None:
    """Open from nine, on shift from ten; a wage that is odd is said of the file, and so was said before."""
    late = ('hours = "08:00-16:30"', 'hours = "10:00-18:30"', 'hours = "09:00-17:00"', 'hours = "10:00-17:00"')
    breaks = 'breaks = [{ within = "09:30-11:00", length = "15min", paid = true }]'
    file = write(tmp_path, but(breaks, "", "wage = 20", "wage = 251", *late))
    done = sim("run", file, "--engine", "simpy", "--jobs", "1", "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    page = re.sub(r"<[^>]+>", "", (tmp_path / "out" / "report.html").read_text())
    assert 0 < page.index("nobody is signed on, and the queue is open") < page.index("taken as the pay of an hour")
