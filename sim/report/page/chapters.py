"""The order of a study's page: which part and which picture stands in which chapter, and what opens on a click."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from sim.report.page.figures import Part

PLANS, SERVICE, WORKFORCE, COST, RISK = "side-by-side", "service", "staff", "money", "what-may-go-wrong"
QUALITY, CUSTOMERS, HANGS, TRUST, ASSUMED = "cases-and-quality", "of-customers", "hangs-on", "trust", "assumptions"

TITLES = {
    PLANS: "Plans side by side",
    RISK: "Risk",
    SERVICE: "Service",
    WORKFORCE: "Workforce",
    COST: "Cost",
    QUALITY: "Quality",
    CUSTOMERS: "Customers",
    HANGS: "Sensitivity",
    TRUST: "How far to trust it",
    ASSUMED: "Assumptions",
}
"""The chapters in their order."""

CHAPTER_OF = {
    "plans": PLANS,
    "risk": RISK,
    "targets": SERVICE, "shut-out": SERVICE, "channels": SERVICE, "queues": SERVICE, "deferred": SERVICE,
    "self-service": SERVICE, "callbacks": SERVICE, "transfers": SERVICE, "months": SERVICE, "worst": SERVICE,
    "groups": WORKFORCE, "contract-hours": WORKFORCE, "workforce": WORKFORCE, "shrinkage": WORKFORCE,
    "ledger": WORKFORCE, "sites": WORKFORCE,
    "costs": COST, "vendors": COST, "contracts": COST,
    "cases": QUALITY, "feelings": QUALITY,
    "customers": CUSTOMERS,
    "sensitivity": HANGS,
    "calibration": TRUST, "spread": TRUST, "erlang": TRUST,
    "numbers": ASSUMED,
}  # fmt: skip
"""Of the parts, by their id."""

FOLDED = {
    "channels", "worst", "self-service", "callbacks", "transfers", "contract-hours", "shrinkage", "ledger", "sites",
    "vendors", "calibration", "spread", "erlang",
}  # fmt: skip
"""Parts that few read, or that pictures tell at a glance."""

FOLDED_COMPARED = FOLDED | {"targets", "queues", "groups", "deferred", "months", "cases", "feelings"}
"""Of several plans also what is told side by side, or in full for each of them."""

PICTURES = {
    "differences": PLANS,
    "heat": SERVICE, "seats": SERVICE, "arrivals": SERVICE, "shortage": SERVICE, "service_level": SERVICE,
    "waiting": SERVICE, "weeks": SERVICE,
    "channels": SERVICE, "backlog": SERVICE,
    "occupancy": WORKFORCE, "workforce": WORKFORCE, "desks": WORKFORCE,
    "waterfall": COST, "costs": COST, "contracts": COST,
    "cases": QUALITY, "pillars": QUALITY,
    "sensitivity": HANGS, "tornado": HANGS,
}  # fmt: skip
"""Of the pictures, by what their file's name begins with; a chapter's first is seen, the others open on a click."""


TABLES_FIRST = {False: {WORKFORCE, COST}, True: {PLANS, WORKFORCE}}
"""Chapters of a page of one plan and of several whose pictures all open on a click: their tables say the same."""


class Named(Protocol):
    @property
    def name(self) -> str: ...


P = TypeVar("P", bound=Named)


@dataclass(frozen=True)
class Chapter(Generic[P]):
    """What stands under one heading; without a title, each part is a heading of its own."""

    id: str = ""
    title: str = ""
    parts: Sequence[Part] = ()
    pictures: Sequence[P] = ()
    more: Sequence[P] = field(default=())
    """Pictures that open on a click."""


def chapters_of(parts: Iterable[Part], pictures: Sequence[P], compares: bool) -> list[Chapter[P]]:
    """Those that there is anything to say in; what opens on a click stands behind what is seen."""
    told = [part for part in parts if part.grids or part.told]
    found, folded = [], is_folded(compares)
    for id, title in TITLES.items():
        own = sorted((part for part in told if chapter_of(part) == id), key=folded)
        drawn = _in_order([picture for picture in pictures if _of_picture(picture.name) == id])
        if own or drawn:
            seen = 0 if id in TABLES_FIRST[compares] else 1
            found.append(Chapter(id, title, own, drawn[:seen], drawn[seen:]))
    return found


def chapter_of(part: Part) -> str:
    return part.chapter or CHAPTER_OF.get(part.id, SERVICE)


def is_folded(compares: bool) -> Callable[[Part], bool]:
    """Whether a part opens on a click, on a page of one plan or of several."""
    closed = FOLDED_COMPARED if compares else FOLDED
    return lambda part: part.folded or part.id in closed


def _of_picture(name: str) -> str:
    return next((chapter for start, chapter in PICTURES.items() if name.startswith(start)), SERVICE)


def _in_order(pictures: list[P]) -> list[P]:
    """As they are listed above; what is not listed comes last."""
    starts = list(PICTURES)
    places = {one.name: next((n for n, s in enumerate(starts) if one.name.startswith(s)), 99) for one in pictures}
    return sorted(pictures, key=lambda one: places[one.name])
