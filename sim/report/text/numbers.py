"""Numbers as people read them."""

from __future__ import annotations

import math

from sim.study.statistics import Estimate
from sim.units import DAY, HOUR, MINUTE

NOTHING = "–"


def share(value: float, digits: int = 1) -> str:
    return NOTHING if not math.isfinite(value) else f"{100 * value:.{digits}f} %"


def percent_beside(value: float, target: float) -> str:
    """A share in whole percent; with as many digits as it takes, where it would be rounded over its target, so that
    the number and the shade of a cell say the same."""
    if not (math.isfinite(value) and math.isfinite(target)):
        return decimal(100 * value, 0)
    is_below = value + 1e-9 < target
    for digits in (0, 1, 2):
        text = f"{100 * value:.{digits}f}"
        if (float(text) + 1e-7 < 100 * target) == is_below:
            return text
    return f"{'<' if is_below else '≥'}{100 * target:g}"


def seconds(value: float) -> str:
    """ "48 s", "3 min 05 s"."""
    if not math.isfinite(value):
        return NOTHING
    if value < 99.5:
        return f"{value:.0f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest:02d} s"


def clock(value: float) -> str:
    """ "48 s", "3:05" minutes: for narrow tables."""
    if not math.isfinite(value):
        return NOTHING
    return f"{value:.0f} s" if value < 99.5 else f"{round(value) // 60}:{round(value) % 60:02d}"


def span(value: float) -> str:
    """ "48 s", "25 min", "3.4 h", "5.2 days": how long a reply takes."""
    if not math.isfinite(value) or value < 99.5:
        return seconds(value)
    if value < 99.5 * MINUTE:
        return f"{value / MINUTE:.0f} min"
    return f"{value / HOUR:.1f} h" if value < 4 * DAY else f"{value / DAY:.1f} days"


def count(value: float) -> str:
    return NOTHING if not math.isfinite(value) else f"{value:,.0f}"


def decimal(value: float, digits: int = 1) -> str:
    return NOTHING if not math.isfinite(value) else f"{value:z,.{digits}f}".replace("-", "−")


def money(value: float, currency: str, digits: int = 0) -> str:
    return NOTHING if not math.isfinite(value) else f"{currency} {value:,.{digits}f}".replace(" -", " −")


def is_even(mean: float, low: float, high: float) -> bool:
    """Whether an interval reaches as far up as down: only then is ± half of it the interval."""
    return abs((high - mean) - (mean - low)) <= 0.01 * (high - low)


def half_width(estimate: Estimate, scale: float = 1.0, digits: int = 1) -> str:
    """ " ± 1.2", or " (0.3 to 2.9)" where ± would lie; nothing where one replication tells none."""
    half = estimate.half_width * scale
    if not math.isfinite(half):
        return ""
    if is_even(estimate.mean, estimate.low, estimate.high):
        return f" ± {half:,.{digits}f}"
    return f" ({decimal(estimate.low * scale, digits)} to {decimal(estimate.high * scale, digits)})"
