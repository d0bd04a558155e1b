"""What a search for the hiring year may plan: classes of a group, on which dates, how large, and how many."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.errors import Problem, ScenarioError
from sim.scenario.language.staffing_hiring import ClassSize, HiringSearch, dates_of
from sim.scenario.language.workforce import Hiring
from sim.scenario.load import plan_of
from sim.scenario.model import Scenario
from sim.scenario.reading.origins import placed
from sim.scenario.reading.plans import BASE, ScenarioFile
from sim.units import DAY, WEEK
from sim.workforce.hiring import whole_days

LARGEST = 2
"""Without a word in the file: classes of up to so many times the offers of the group's largest."""


@dataclass(frozen=True)
class Intake:
    """The classes of one kind that may be planned for a group. Several of a group differ in the end of their term, and
    share their number and room."""

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

    def on_the_floor(self, starts: dt.date) -> dt.date:
        """First day on the floor of a class that starts then."""
        return starts + dt.timedelta(days=self.training_days)


@dataclass(frozen=True, order=True)
class Class:
    """So many offers for one first day."""

    intake: int
    date: int
    """Number of the day among the intake's dates."""
    offers: int


Classes = tuple[Class, ...]
"""A plan of the hiring year, in order of intake and date."""


def by_group(intakes: Sequence[Intake]) -> list[list[int]]:
    """Numbers of the intakes that share a group."""
    groups = dict.fromkeys(intake.group for intake in intakes)
    return [[n for n, intake in enumerate(intakes) if intake.group == group] for group in groups]


def intakes_of(file: ScenarioFile, today: Scenario) -> tuple[Intake, ...]:
    """What `[staffing.hiring]` allows; without it, classes like those that the file has, every week, for each group
    that any of its plans has classes for. ScenarioError says what stands in the way."""
    wanted = {} if today.spec.staffing is None else today.spec.staffing.hiring
    known = list(_known_classes(file, today))
    groups = list(wanted) or list(dict.fromkeys(hiring.group for _, hiring, _ in known))
    problems, found = list[Problem](), list[Intake]()
    if not groups:
        text = "no plan of the file has a class: add one, such as [hiring.spring], whose training the new ones have"
        problems.append(Problem("hiring", text))
    for group in groups:
        try:
            found += _intakes(today, group, wanted.get(group, HiringSearch()), known)
        except ValueError as error:
            problems.append(Problem(f"staffing.hiring.{group}", str(error)))
    if problems:
        raise ScenarioError(str(file.path), [placed(one, today.resolved, file.path.name) for one in problems])
    return tuple(found)


def _known_classes(file: ScenarioFile, today: Scenario) -> Iterator[tuple[str, Hiring, Mapping[str, Any]]]:
    """Classes by name, of today's plan first: (name, class, its table)."""
    others = [name for name in (BASE, *file.plans) if name != today.plan]
    for scenario in (today, *(plan_of(file, name) for name in others)):
        for name, hiring in scenario.spec.hiring.items():
            if hiring.is_class:
                yield name, hiring, scenario.resolved["hiring"][name]


def _intakes(
    today: Scenario, group: str, wanted: HiringSearch, known: Sequence[tuple[str, Hiring, Mapping[str, Any]]]
) -> list[Intake]:
    """ValueError where nothing can be planned."""
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
    in_plans = max(1, len({name for name, one, _ in known if one.group == group}))
    most = in_plans if wanted.at_most is None else wanted.at_most
    plain = {key: value for key, value in table.items() if key not in ("group", "starts", "offers")}
    found = [Intake(group, like, plain, hiring, dates, size, most, wanted.in_training, today_has)]
    for until in wanted.until:
        table, term = {**plain, "contract_until": until}, hiring.model_copy(update={"contract_until": until})
        own_dates = tuple(date for date in dates if found[0].on_the_floor(date) < until)
        if not own_dates:
            raise ValueError(f"until {until}: no class would be trained before; write a later day")
        found.append(Intake(group, like, table, term, own_dates, size, most, wanted.in_training, today_has))
    return found


def allows(intakes: Sequence[Intake], classes: Classes) -> bool:
    """Whether a plan keeps to sizes, numbers and rooms."""
    if len({(one.intake, one.date) for one in classes}) < len(classes):
        return False
    for one in classes:
        size = intakes[one.intake].size
        if not size.at_least <= one.offers <= size.at_most:
            return False
    for together in by_group(intakes):
        intake, own = intakes[together[0]], [one for one in classes if one.intake in together]
        if len(own) > intake.at_most:
            return False
        room = intake.in_training
        if room is not None and any(
            sum(one.offers for one in own if (one.intake, one.date) in at_once) > room
            for at_once in in_room(intakes, together)
        ):
            return False
    return True


def in_room(intakes: Sequence[Intake], together: Sequence[int]) -> list[frozenset[tuple[int, int]]]:
    """(intake, date) of the classes that are in training at once, for every day on which one of them begins."""
    days = sorted({date for n in together for date in intakes[n].dates})
    return [
        frozenset(
            (n, k)
            for n in together
            for k, date in enumerate(intakes[n].dates)
            if date <= day < intakes[n].on_the_floor(date) or date == day
        )
        for day in days
    ]


def classes_today(intakes: Sequence[Intake], today: Scenario) -> Classes | None:
    """Today's classes; None where they are not among those allowed: on other dates, or of another kind."""
    found = list[Class]()
    for name in dict.fromkeys(name for intake in intakes for name in intake.replaces):
        hiring = today.spec.hiring[name]
        as_offered = {"starts": None, "offers": None}
        kinds = [
            n
            for n, intake in enumerate(intakes)
            if intake.group == hiring.group and hiring.starts in intake.dates
            if hiring.model_copy(update=as_offered)
            == intake.hiring.model_copy(update={**as_offered, "group": hiring.group})
        ]
        if not kinds or hiring.starts is None:
            return None
        found.append(Class(kinds[0], intakes[kinds[0]].dates.index(hiring.starts), hiring.offers or 0))
    return tuple(sorted(found)) if allows(intakes, tuple(sorted(found))) else None


def names_of(intakes: Sequence[Intake], classes: Classes) -> dict[str, Class]:
    """The classes by the names that they have in a plan. By order, not date: a class that moves keeps its people's
    luck."""
    taken = {name for intake in intakes for name in intake.replaces}
    stem = next(stem for stem in ("class", "found", "planned") if not any(name.startswith(stem) for name in taken))
    several, found, counts = len(by_group(intakes)) > 1, dict[str, Class](), dict[str, int]()
    for one in sorted(classes, key=lambda one: (intakes[one.intake].group, intakes[one.intake].dates[one.date], one)):
        group = intakes[one.intake].group
        counts[group] = counts.get(group, 0) + 1
        found[f"{group}-{stem}-{counts[group]}" if several else f"{stem}-{counts[group]}"] = one
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
