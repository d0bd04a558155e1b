"""A contact center and its workforce, simulated contact by contact.

    import sim

    center = sim.load("shop.toml")
    busier = center.vary({"queues.orders.forecast.factor": 1.1, "groups.core.heads": "+2"}, name="busier")
    study = sim.compare(center, busier, replications=20)
    study.differences
    study.write("results/busier")

What is named here is public; everything else may change.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.api import (
        choose,
        compare,
        fit,
        forget,
        load,
        load_all,
        power_of_one,
        replay,
        run,
        sensitivity,
        staff,
        story,
        why,
    )
    from sim.center import Center
    from sim.chosen import Chosen
    from sim.errors import Problem, ScenarioError, SimError
    from sim.fitted import Fitted
    from sim.one_person import PowerOfOne
    from sim.reasons import Why
    from sim.results import Comparison, Progress, Result
    from sim.sensitive import Sensitivity
    from sim.staffed import Staffed
    from sim.study.statistics import Estimate
    from sim.told import Shown, Told

__version__ = "0.11.0"

__all__ = [
    "Center", "Chosen", "Comparison", "Estimate", "Fitted", "PowerOfOne", "Problem", "Progress", "Result",
    "ScenarioError", "Sensitivity", "Shown", "SimError", "Staffed", "Told", "Why", "__version__", "choose", "compare",
    "fit", "forget", "load", "load_all", "power_of_one", "replay", "run", "sensitivity", "staff", "story", "why",
]  # fmt: skip

COMMANDS = (
    "choose", "compare", "fit", "forget", "load", "load_all", "power_of_one", "replay", "run", "sensitivity", "staff",
    "story", "why",
)  # fmt: skip

_HOME = {
    **dict.fromkeys(COMMANDS, "sim.api"),
    "Center": "sim.center",
    "Chosen": "sim.chosen",
    **dict.fromkeys(("Comparison", "Progress", "Result"), "sim.results"),
    **dict.fromkeys(("Problem", "ScenarioError", "SimError"), "sim.errors"),
    "Estimate": "sim.study.statistics",
    "Fitted": "sim.fitted",
    "PowerOfOne": "sim.one_person",
    "Sensitivity": "sim.sensitive",
    **dict.fromkeys(("Shown", "Told"), "sim.told"),
    "Staffed": "sim.staffed",
    "Why": "sim.reasons",
}


def __getattr__(name: str) -> Any:
    """Public names are imported when they are asked for: `sim --help` needs none of them."""
    if name not in _HOME:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
