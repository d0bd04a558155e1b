"""How processor time and memory grow: one thing at a time made larger, each run a command of its own.

    python tests/benchmarks/growth.py [--only agents] [--times 1 2 4 8]

Prints a table as README shows it: what `sim run --jobs 1` (plans: `sim compare`) took in processor seconds and in peak
memory, and the ratio to the smallest. A small run goes first, so that no line pays for compiling.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

HALF_HOURS = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(0, 1440, 30)]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Size:
    """A center round the clock, with seats by the half hour and as busy whatever its size."""

    weeks: int = 2
    queues: int = 4
    contacts_a_day: int = 8_000
    agents: int = 0
    """Persons with ramps and shifts, beside the seats; 0: none."""
    plans: int = 1
    replications: int = 10


SMALLEST: dict[str, Size] = {
    "weeks": Size(weeks=2, replications=20),
    "agents": Size(agents=250, weeks=4),
    "queues": Size(queues=10),
    "contacts_a_day": Size(contacts_a_day=200_000, weeks=1, replications=1),
    "plans": Size(plans=5, replications=2, weeks=1),
    "replications": Size(replications=20),
}
"""By what grows, where it begins; contacts stay as they are while the rest grows."""


def write(folder: Path, size: Size) -> Path:
    of_queue = size.contacts_a_day / size.queues / 48
    # Six minutes each at 80 % occupancy, and one more so that the smallest queue is answered.
    seats = int(of_queue * 6 / 30 / 0.8) + 1
    for column, value in (("contacts", f"{of_queue:.3f}"), ("seats", str(seats))):
        rows = [f"{day},{start},{value}" for day in WEEKDAYS for start in HALF_HOURS]
        (folder / f"{column}.csv").write_text("\n".join([f"weekday,start,{column}", *rows]))
    says = [
        f'[center]\nstart = 2026-03-02\nweeks = {size.weeks}\ninterval = "30min"\nopen = {{ mon-sun = "00:00-24:00" }}'
    ]
    for queue in range(size.queues):
        says.append(
            f'[queues.q{queue}]\nchannel = "phone"\nforecast = {{ csv = "contacts.csv" }}\nfcr = 0.7\n'
            'talk = { family = "lognormal", mean = "5min", cv = 1 }\nwrap = { family = "exponential", mean = "60s" }\n'
            'patience = { family = "exponential", mean = "5min" }\n'
            'service_level = { target = 0.8, within = "20s" }'
        )
        says.append(f'[groups.g{queue}]\nseats = {{ csv = "seats.csv" }}\nskills = {{ q{queue} = {{}} }}\nwage = 20')
    if size.agents:
        says.append(
            f'[groups.people]\nheads = {size.agents}\nskills = {{ q0 = {{}} }}\nwage = 20\nshifts = {{ day = "100%" }}\n'
            'tenure = { from = "0w", to = "2y" }\nramp = "usual"\nattrition = "usual"\n'
            '[shifts.day]\nhours = "08:00-16:30"\nbreaks = [{ within = "11:00-13:00", length = "30min" }]\n'
            '[ramp.usual]\nfamily = "exponential"\nstart = { speed = 0.6, resolution = 0.8 }\nweeks_to_95 = 14\n'
            "[attrition.usual]\nannual_rate = 0.35"
        )
    for plan in range(1, size.plans):
        says.append(f"[plans.p{plan}]\ngroups.g0.wage = {20 + plan / 10:.1f}")
    file = folder / "center.toml"
    file.write_text("\n\n".join(says))
    return file


def took(size: Size) -> tuple[float, float]:
    """(processor seconds, peak memory in MB) of the command."""
    with tempfile.TemporaryDirectory() as name:
        file = write(Path(name), size)
        words = [
            sys.executable, "-m", "sim", "compare" if size.plans > 1 else "run", str(file), "--jobs", "1",
            "--replications", str(size.replications), "--engine", "compiled", "--out", f"{name}/out",
        ]  # fmt: skip
        child = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        assert child.stderr is not None
        said = child.stderr.read()
        _, status, used = os.wait4(child.pid, 0)
        if status:
            raise SystemExit(f"{' '.join(words)}\n{said.decode()}")
        # Kilobytes on Linux, bytes on a Mac.
        return used.ru_utime + used.ru_stime, used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=SMALLEST)
    parser.add_argument("--times", type=int, nargs="+", default=[1, 2, 4, 10])
    asked = parser.parse_args()
    said: Callable[[str], None] = lambda line: print(line, flush=True)  # noqa: E731
    said("| what grows | from … to | processor time, s | as often | peak memory, MB |\n|---|---|---|---|---|")
    took(Size(weeks=1, replications=1))
    for what, smallest in SMALLEST.items():
        if asked.only in (None, what):
            counts = [getattr(smallest, what) * times for times in asked.times]
            figures = [took(replace(smallest, **{what: count})) for count in counts]
            seconds = [f"{second:.1f}" for second, _ in figures]
            ratios = [f"{second / figures[0][0]:.1f}" for second, _ in figures]
            memory = [f"{megabytes:.0f}" for _, megabytes in figures]
            columns = [
                what.replace("_", " "),
                " · ".join(f"{count:,}" for count in counts),
                *map(" · ".join, (seconds, ratios, memory)),
            ]
            said(f"| {' | '.join(columns)} |")


if __name__ == "__main__":
    main()
