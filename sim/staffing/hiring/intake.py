"""What a search for the hiring year may plan: classes of a group, on which dates, how large, and how many."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.errors import Problem, ScenarioError, did_you_mean
from sim.scenario.language.staffing_hiring import ClassSize, HiringSearch, dates_of
from sim.scenario.language.workforce import Hiring
from sim.scenario.load import plan_of
from sim.scenario.model import Scenario
from sim.scenario.reading.plans import BASE, ScenarioFile
from sim.units import DAY, WEEK
from sim.workforce.hiring import whole_days

LARGEST, MORE_CLASSES = 2, 2
"""Without a word in the file: classes of up to so many times the offers of the group's largest, and so many times as
many as the file has in one plan."""


@dataclass(frozen=True)
class Intake:
    """The classes that may be planned for one group."""

    group: str
    like: str
    """The class of the file whose training, nesting, cost and show-up they have."""
    table: Mapping[str, Any]
    """Of that class, as the file says it, without its date and offers."""
    hiring: Hiring
    dates: tuple[dt.date, ...]
    size: ClassSize
    at_most: int
    in_training: int | None
    replaces: tuple[str, ...]
    """Classes of today's plan that are up for change."""

    @property
    def training_days(self) -> int:
        return 0 if self.hiring.training is None else whole_days(self.hiring.training.length)


@dataclass(frozen=True, order=True)
class Class:
    """So many offers for one first day."""

    intake: int
    date: int
    """Number of the day among the intake's dates."""
    offers: int


Classes = tuple[Class, ...]
"""A plan of the hiring year, in order of intake and date."""


def intakes_of(file: ScenarioFile, today: Scenario, wanted: Mapping[str, HiringSearch]) -> tuple[Intake, ...]:
    """What `[staffing.hiring]` allows; without it, classes like those that the file has, every week, for each group
    that any of its plans has classes for. ScenarioError says what stands in the way."""
    known = list(_known_classes(file, today))
    groups = list(wanted) or list(dict.fromkeys(hiring.group for _, hiring, _ in known))
    problems, found = list[Problem](), list[Intake]()
    if not groups:
        text = "no plan of the file has a class: add one, such as [hiring.spring], whose training the new ones have"
        problems.append(Problem("hiring", text))
    for group in groups:
        try:
            found.append(_intake(today, group, wanted.get(group, HiringSearch()), known))
        except ValueError as error:
            problems.append(Problem(f"staffing.hiring.{group}", str(error)))
    if problems:
        raise ScenarioError(str(file.path), problems)
    return tuple(found)


def _known_classes(file: ScenarioFile, today: Scenario) -> Iterator[tuple[str, Hiring, Mapping[str, Any]]]:
    """Classes by name, of today's plan first: (name, class, its table)."""
    others = [name for name in (BASE, *file.plans) if name != today.plan]
    for scenario in (today, *(plan_of(file, name) for name in others)):
        for name, hiring in scenario.spec.hiring.items():
            if hiring.is_class:
                yield name, hiring, scenario.resolved["hiring"][name]


def _intake(
    today: Scenario, group: str, wanted: HiringSearch, known: Sequence[tuple[str, Hiring, Mapping[str, Any]]]
) -> Intake:
    """ValueError where nothing can be planned."""
    if group not in today.groups:
        raise ValueError(f"no such group; {did_you_mean(group, today.groups)}")
    named = {name: (hiring, table) for name, hiring, table in reversed(known) if wanted.like in (None, name)}
    own = [name for name, (hiring, _) in named.items() if wanted.like or hiring.group == group]
    if not own:
        names = sorted({name for name, _, _ in known})
        text = "no plan of the file has a class for it"
        text = text if wanted.like is None else f'no plan of the file has a class "{wanted.like}"'
        raise ValueError(f'{text}; write class = "NAME" of one of: {", ".join(names) or "none in this file"}')
    like = own[-1]
    hiring, table = named[like]
    last = today.clock.dates[-1]
    if hiring.training is not None:
        last -= dt.timedelta(days=whole_days(hiring.training.length))
    starts = wanted.starts
    if not isinstance(starts, tuple) and starts.first is None and hiring.starts is not None:
        # The weekday on which the file's classes start.
        weeks = (hiring.starts - today.clock.dates[0]).days // (WEEK / DAY)
        starts = starts.model_copy(update={"first": hiring.starts - dt.timedelta(weeks=weeks)})
    dates = dates_of(starts, today.clock.dates[0], last)
    if not dates:
        raise ValueError(f"no class that starts then is trained by {today.clock.dates[-1]}, the last day")
    of_group = [hiring for _, hiring, _ in known if hiring.group == group] or [hiring]
    largest = max(one.offers or 0 for one in of_group)
    size = wanted.size or ClassSize(at_least=1, at_most=max(1, LARGEST * largest))
    today_has = tuple(name for name, one in today.spec.hiring.items() if one.is_class and one.group == group)
    most = wanted.at_most if wanted.at_most is not None else MORE_CLASSES * max(1, len(today_has))
    plain = {key: value for key, value in table.items() if key not in ("group", "starts", "offers")}
    return Intake(group, like, plain, hiring, dates, size, most, wanted.in_training, today_has)


def allows(intakes: Sequence[Intake], classes: Classes) -> bool:
    """Whether a plan keeps to sizes, numbers and rooms."""
    for number, intake in enumerate(intakes):
        own = [one for one in classes if one.intake == number]
        if len(own) > intake.at_most or len({one.date for one in own}) < len(own):
            return False
        if any(not intake.size.at_least <= one.offers <= intake.size.at_most for one in own):
            return False
        if intake.in_training is not None and any(
            sum(one.offers for one in own if one.date in together) > intake.in_training for together in in_room(intake)
        ):
            return False
    return True


def in_room(intake: Intake) -> list[range]:
    """For each date, the dates whose classes are still in training then, its own among them."""
    days = [date.toordinal() for date in intake.dates]
    return [
        range(next(k for k in range(n + 1) if k == n or days[k] + intake.training_days > day), n + 1)
        for n, day in enumerate(days)
    ]


def classes_today(intakes: Sequence[Intake], today: Scenario) -> Classes | None:
    """Today's classes; None where they are not among those allowed: on other dates, or of another kind."""
    found = list[Class]()
    for number, intake in enumerate(intakes):
        for name in intake.replaces:
            hiring = today.spec.hiring[name]
            alike = hiring.model_copy(update={"starts": intake.hiring.starts, "offers": intake.hiring.offers})
            if hiring.starts not in intake.dates or alike != intake.hiring.model_copy(update={"group": hiring.group}):
                return None
            found.append(Class(number, intake.dates.index(hiring.starts), hiring.offers or 0))
    return tuple(sorted(found))


def names_of(intakes: Sequence[Intake], classes: Classes) -> dict[str, Class]:
    """The classes by the names that they have in a plan. By order, not date: a class that moves keeps its people's
    luck."""
    taken = {name for intake in intakes for name in intake.replaces}
    stem = next(stem for stem in ("class", "found", "planned") if not any(name.startswith(stem) for name in taken))
    prefix = [f"{intake.group}-" if len(intakes) > 1 else "" for intake in intakes]
    counts, found = [0] * len(intakes), dict[str, Class]()
    for one in sorted(classes):
        counts[one.intake] += 1
        found[f"{prefix[one.intake]}{stem}-{counts[one.intake]}"] = one
    return found


def changes_of(intakes: Sequence[Intake], classes: Classes) -> dict[str, Any]:
    """A plan of the hiring year as a plan of a file says it: these classes in place of those of today's plan."""
    hiring: dict[str, Any] = {name: "none" for intake in intakes for name in intake.replaces}
    for name, one in names_of(intakes, classes).items():
        intake = intakes[one.intake]
        hiring[name] = {
            "group": intake.group,
            "starts": intake.dates[one.date],
            "offers": one.offers,
            **intake.table,
        }
    return {"hiring": hiring} if hiring else {}
