"""Who fared differently with another plan, in words."""

from __future__ import annotations

from typing import Any

from sim.explaining.beside import BETTER, WORSE
from sim.report.text.names import plural
from sim.report.text.story import span

ENDS = {
    "abandoned": "gave up", "balked": "gave up at once", "blocked": "found every line taken",
    "out of hours": "came out of hours", "cut off at close": "was cut off at closing time",
    "not reached": "was not reached",
    "answered": "was answered", "in hand": "was answered", "still waiting": "was still waiting at the end",
}  # fmt: skip


def fared_text(scene: dict[str, Any]) -> str:
    """ "14 contacts fared differently with two-more: 11 better, 3 worse. 2 came with base alone."."""
    one, other, fared = scene["plan"], scene["against"]["plan"], scene["fared"]
    differed = fared["better"] + fared["worse"]
    if not differed:
        told = f"No contact fared differently with {other}."
    else:
        told = f"{plural(differed, 'contact')} fared differently with {other}: "
        told += f"{fared['better']:,} better, {fared['worse']:,} worse."
    alone = [(fared["gone"], one), (fared["new"], other)]
    parts = [f"{plural(count, 'contact')} came with {plan} alone" for count, plan in alone if count]
    return f"{told} {'; '.join(parts)}." if parts else told


def rule_text(scene: dict[str, Any]) -> str:
    """What counts as faring differently, and what this one day does not say."""
    return (
        f"Told are contacts that one plan answered and the other lost, and those whose wait differs by the time within "
        f"which their queue's target wants the answer, and by {span(scene['much'])} at least (an assumption of this "
        "page). It is one replication: how the plans differ in the mean, with its interval, is what sim compare says."
    )


def fate_rows(scene: dict[str, Any]) -> list[dict[str, str]]:
    """Of each fate: its number, queue and attempt, what became of it with either plan, and the word for it."""
    rows = []
    for fate in scene["fates"]:
        what, queue, attempt, arrived, one, other = fate
        word = "better" if what in BETTER else "worse" if what in WORSE else "alone"
        rows.append({
            "word": word, "sign": {"better": "+", "worse": "−", "alone": "○"}[word],
            "number": str((one or other)[1]), "queue": queue + (f", attempt {attempt}" if attempt > 1 else ""),
            "time": time_text(scene, arrived), "one": _end(scene, one), "other": _end(scene, other),
        })  # fmt: skip
    return rows


def _end(scene: dict[str, Any], side: list[Any] | None) -> str:
    if side is None:
        return "did not come"
    _, _, wait, outcome = side
    return f"{ENDS[scene['outcomes'][outcome]]} " + (f"after {span(wait)}" if wait >= 0.5 else "without waiting")


def time_text(scene: dict[str, Any], after: float) -> str:
    """Local time of day so many seconds after the scene's begin; "before" that, in a word."""
    whole = int(scene["starts"] + after)
    if after < 0.0:
        return "before"
    return f"{whole // 3600 % 24:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
