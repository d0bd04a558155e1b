"""What a lesson finds: its figures from runs, and which of its sentences they allow."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources

from sim.api import compare, load_all
from sim.lessons.lesson import TEXTS, Lesson
from sim.results import Comparison, Progress
from sim.study.statistics import Estimate


@dataclass(frozen=True)
class Taught:
    """A lesson with what its runs gave."""

    lesson: Lesson
    figures: dict[str, Estimate]
    replications: int

    @property
    def holds(self) -> bool:
        """Whether the claim stands: the two 95 % intervals do not even touch."""
        return bool(self.figures[self.lesson.more].low > self.figures[self.lesson.less].high)

    def filled(self, text: str) -> str:
        """Every figure with its interval."""
        said = {name: f"{one.mean:.0f} ({one.low:.0f} to {one.high:.0f})" for name, one in self.figures.items()}
        return text.format(**said)

    @property
    def finding(self) -> str:
        return self.filled(self.lesson.holds if self.holds else self.lesson.otherwise)


def teach(one: Lesson, *, jobs: int = 0, progress: Progress | None = None) -> Taught:
    """Play the lesson's scenario, all plans on the same luck, as its file says."""
    with resources.as_file(TEXTS) as folder:
        result = compare(*load_all(folder / f"{one.name}.toml"), jobs=jobs, progress=progress)
    return taught(one, result)


def taught(one: Lesson, result: Comparison) -> Taught:
    figures = {name: result.kpi(kpi, plan=plan) for name, (kpi, plan) in one.figures.items()}
    return Taught(one, figures, result.replications)
