"""A small shop for the tests of the language and the commands: one queue, one group, two days. It runs as it is."""

from __future__ import annotations

import re
from pathlib import Path

from click.testing import CliRunner, Result

from sim.command.cli import main

SHOP = """\
title = "Shop"
[center]
start = 2026-03-02
days = 2
interval = "30min"
open = { mon-fri = "09:00-11:00" }
[run]
replications = 2
[queues.orders]
channel = "phone"
forecast = { csv = "orders.csv" }
talk = { family = "exponential", mean = "3min" }
patience = { family = "exponential", mean = "5min" }
service_level = { target = 0.80, within = "20s" }
fcr = 0.7
[groups.core]
heads = 9
shifts = { early = 4, late = 5 }
skills = { orders = {} }
wage = 20
[shifts.early]
days = "mon-fri"
hours = "08:00-16:30"
breaks = [{ within = "09:30-11:00", length = "15min", paid = true }]
[shifts.late]
hours = "09:00-17:00"
"""

STARTS = ("09:00", "09:30", "10:00", "10:30")


def table(column: str, value: str = "10", days: tuple[str, ...] = ("mon", "tue"), by: str = "weekday") -> str:
    """A CSV of weekday (or date), start and one column, over the shop's opening hours."""
    return f"{by},start,{column}\n" + "".join(f"{day},{start},{value}\n" for day in days for start in STARTS)


ORDERS = table("contacts")


def but(*changes: str) -> str:
    """The shop with texts replaced, given in pairs: old, new, old, new."""
    text = SHOP
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        assert text.count(old) >= 1, f"the shop does not say {old}"
        text = text.replace(old, new)
    return text


def write(folder: Path, toml: str | bytes = SHOP, files: dict[str, str | bytes] | None = None) -> Path:
    """`spring.toml` and its files, `orders.csv` among them."""
    for name, content in {"orders.csv": ORDERS, "spring.toml": toml, **(files or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder / "spring.toml"


def sim(*words: str | Path) -> Result:
    """The command, in this process."""
    return CliRunner().invoke(main, [str(word) for word in words])


def problems(result: Result) -> list[tuple[str, str]]:
    """(where, what) of each line under "spring.toml: n problems"; n must be their number."""
    return [(where, what) for _, where, what in problems_with_lines(result)]


def problems_with_lines(result: Result) -> list[tuple[str, str, str]]:
    """(file and line, where, what) of each problem; the first is empty where none has a line."""
    head, *lines = result.output.splitlines()
    found = []
    for line in lines:
        at = re.match(r"  (\S+\.toml(?::\d+)?) +(?=\S)", line)
        where, _, what = line[at.end() if at else 0 :].strip().partition("  ")
        # Of a file as a whole, its name is the place.
        found.append((at[1] if at else "", where, what.strip()) if what else ("", at[1] if at else "", where))
    assert head.endswith(f": {len(found)} problem{'s' * (len(found) != 1)}"), result.output
    return found
