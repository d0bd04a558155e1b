"""Whether a plan holds its targets, in words: the worst of them, and what else it misses."""

from __future__ import annotations

from sim.choosing.decision import Weighed
from sim.report.text.numbers import decimal, share
from sim.report.text.targets import period_at, target_name
from sim.study.frontier.held import missed
from sim.study.targets import Verdict

CLOSE = "which is too close to tell"


def short_words(one: Verdict) -> str:
    """ "orders on Sat 7 Mar, 61.9 % in time (target 80 %)"."""
    level, aim = share(one.worst_level.mean), share(one.target, 0)
    return f"{target_name(one)} {period_at(one)}, {level} in time (target {aim})"


def points(gap: float) -> str:
    return f"{decimal(100.0 * gap)} points"


def state_of(one: Weighed) -> str:
    """Whether the plan holds, by the verdict: "surely holds every target on average", "misses orders on …"."""
    if one.worst is None:
        return "has no target that anybody came to"
    if one.holds:
        # That the average of every period surely holds says nothing of how often each of them does.
        return f"{'surely ' * one.surely_holds}holds every target on average"
    if one.whole.is_missed:
        return f"misses {short_words(one.worst)}"
    return f"falls short on average, {CLOSE}: {short_words(one.worst)}"


def others_missed(one: Weighed) -> str:
    """ "misses returns too": targets that are surely missed beside the worst; nothing where there are none."""
    others = [target_name(each) for each in missed(one.verdicts[:-1]) if each is not one.worst]
    if not others:
        return ""
    names = others[0] if len(others) == 1 else f"{others[0]} and {len(others) - 1} more"
    return f"misses {names} too"
