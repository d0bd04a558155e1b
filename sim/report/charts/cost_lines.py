"""The look of every cost line, the same on all pages: its colour says the kind, its hatch which of the kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from sim.report.charts.style import BLUE, GREEN, GREY, MUTED, OLIVE, ORANGE, PURPLE, SKY, VERMILION


class Look(NamedTuple):
    colour: str
    hatch: str = ""


FIXED: Mapping[str, Look] = MappingProxyType({
    "load": Look(GREEN), "overtime premium": Look(SKY, "xxxx"), "seats": Look(ORANGE),
    "contacts": Look(OLIVE), "telecom": Look(OLIVE, "////"), "self-service": Look(OLIVE, "||||"),
    "training pay": Look(VERMILION), "trainers": Look(VERMILION, "////"), "courses": Look(VERMILION, "||||"),
    "recruiting": Look(VERMILION, "xxxx"), "supervisors": Look(MUTED),
    "goodwill": Look(PURPLE, "////"), "outreach": Look(PURPLE, "||||"),
})  # fmt: skip
OTHER = Look(GREY)
"""Of several lines together."""

OF_KIND = (("wages ", BLUE), ("vendor ", PURPLE))
"""Lines that bear a name of the file, by how they begin; the hatch counts them."""
HATCHES = ("", "////", "||||", "\\\\\\\\", "xxxx", "----")


def looks(lines: Iterable[str]) -> dict[str, Look]:
    """By line; `lines`: all there are, in the order of the table, shown or not."""
    found, counted = dict[str, Look](), dict[str, int]()
    for line in dict.fromkeys(lines):
        kind, colour = next(((start, colour) for start, colour in OF_KIND if line.startswith(start)), ("", ""))
        if line in FIXED:
            found[line] = FIXED[line]
        elif line.endswith(" premium"):
            kind, colour = "premium", SKY
        if line not in found:
            number = counted[kind] = counted.get(kind, -1) + 1
            found[line] = Look(colour, HATCHES[number % len(HATCHES)]) if kind else OTHER
    return found
