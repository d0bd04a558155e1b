"""Files in, frozen scenarios out: `extends`, `like` and plans resolved, data files read, everything checked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.errors import MOST_SHOWN, Problem, ScenarioError, did_you_mean
from sim.scenario.assumptions.every import assumptions_of
from sim.scenario.changes import changes_of
from sim.scenario.checks.center import check_horizon
from sim.scenario.checks.every import check
from sim.scenario.language.fields import prose
from sim.scenario.language.scenario import ScenarioSpec
from sim.scenario.model import Scenario
from sim.scenario.reading.csv_files import read_data
from sim.scenario.reading.messages import problems_of
from sim.scenario.reading.origins import placed
from sim.scenario.reading.overrides import INCOMPLETE, merge
from sim.scenario.reading.plans import BASE, ScenarioFile, new_in, read_file, resolve_likes
from sim.scenario.reading.sound_parts import readable
from sim.ways_out import option

MOST_FOUND = 1000
"""Problems after which no further plan is looked at."""

NO_CHANGE = "changes nothing: it plays as the base plan does"


def load(path: Path, plan: str = BASE) -> Scenario:
    """The named plan of a scenario file. ScenarioError lists every problem."""
    return plan_of(read_file(path), plan)


def load_plans(path: Path) -> list[Scenario]:
    """The base and every plan of a file; the problems of all of them at once."""
    return plans_of(read_file(path))


def plan_of(file: ScenarioFile, plan: str, changes: Sequence[dict[str, Any]] = ()) -> Scenario:
    """The named plan, with changes laid over it one after another. ScenarioError lists every problem."""
    if plan != BASE and plan not in file.plans:
        unknown = Problem(option("plan", plan), f"no such plan; {did_you_mean(plan, [BASE, *file.plans])}")
        raise ScenarioError(str(file.path), [*file.problems, unknown])
    scenario, problems = _build(file, plan, changes)
    if scenario is None or problems:
        # Those of the base are not the plan's, nor the changes'.
        whole = _build_all(file, dict.fromkeys((BASE, plan)))[-1]
        if not changes:
            return whole
        for change in changes:
            problems = _misnamed(file, change, problems)
        raise ScenarioError(str(file.path), problems)
    return scenario


def plans_of(file: ScenarioFile) -> list[Scenario]:
    """The base and every plan; the problems of all of them at once."""
    return _build_all(file, [BASE, *file.plans])


def load_varied(path: Path, plan: str, changes: Mapping[str, dict[str, Any]]) -> list[Scenario]:
    """The named plan under each set of changes, laid over it as a plan over the base; problems by the set's name."""
    file = read_file(path)
    scenarios, found = [], list[Problem]()
    for name, change in changes.items():
        scenario, problems = _build(file, plan, [change])
        scenarios.append(scenario)
        found += [Problem(f"{name}: {p.where}", p.what) for p in problems]
    if found:
        raise ScenarioError(str(path), found)
    return [scenario for scenario in scenarios if scenario is not None]


def _build_all(file: ScenarioFile, plans: Iterable[str]) -> list[Scenario]:
    """The plans, the base first; problems that a plan shares with the base are listed once."""
    scenarios, found, of_base, lost = [], list[Problem](), set[tuple[str, str]](), frozenset[str]()
    for plan in plans:
        if plan != BASE and file.blind:
            # What a plan changes may be what could not be read.
            continue
        scenario, problems = _build(file, plan, lost=lost)
        scenarios.append(scenario)
        if plan == BASE:
            found, of_base = problems, {(p.where, p.what) for p in problems}
            lost = scenario.lost if scenario is not None else frozenset()
        else:
            own = [p for p in problems if (p.where, p.what) not in of_base]
            found += [replace(p, where=f"plans.{plan}.{p.where}") for p in _misnamed(file, file.plans[plan], own)]
        if len(found) > MOST_FOUND:
            stopped = Problem("plans", f"those after {plan} are not looked at; mend these problems first")
            raise ScenarioError(str(file.path), [stopped, *_in_order(file, found)])
    if found:
        raise ScenarioError(str(file.path), _in_order(file, found))
    return [scenario for scenario in scenarios if scenario is not None]


def _is_within(place: str, places: Collection[str]) -> bool:
    return any(place == other or place.startswith(other + ".") for other in places)


def _in_order(file: ScenarioFile, problems: list[Problem]) -> list[Problem]:
    """As they stand: file by file, this one first, and down its lines; what has no line at the end."""

    def line(problem: Problem) -> tuple[bool, bool, str, int]:
        name, _, number = problem.at.rpartition(":")
        known = number.isdecimal() and bool(name)
        return (not known, name != file.path.name, name, int(number) if known else 0)

    return sorted(problems, key=line)


def _misnamed(file: ScenarioFile, change: Mapping[str, Any], problems: list[Problem]) -> list[Problem]:
    """The problems, where those of an incomplete table that only seems to be new are one: its name."""
    for place, near in new_in(file, change).items():
        of_table = [p for p in problems if p.where == place or p.where.startswith(place + ".")]
        if any(p.what.startswith("is missing") or INCOMPLETE in p.what for p in of_table):
            rest = [p for p in problems if p not in of_table]
            text = f'is not in the base, and not complete; did you mean "{near}"?'
            problems = [*rest, Problem(place, text, of_table[0].at)]
    return problems


def _build(
    file: ScenarioFile, plan: str, changes: Sequence[dict[str, Any]] = (), lost: Collection[str] = ()
) -> tuple[Scenario | None, list[Problem]]:
    """The scenario and its problems; no scenario where so little could be read that no more can be said.

    `lost`: what could not be read of the base, so that nothing changes it.
    """
    raw, problems = file.base, list(file.problems)
    incomplete = {place.removeprefix(f"plans.{plan}.") for place in file.incomplete}
    own = {} if plan == BASE else dict(file.plans[plan])
    description = _description(own.pop("description", "none"), problems)
    over = [*([] if plan == BASE else [own]), *changes]
    for table in over:
        of_merge: list[Problem] = []
        raw = merge(raw, table, ScenarioSpec, "", of_merge)
        problems += [problem for problem in of_merge if not _is_within(problem.where, lost)]
        incomplete |= resolve_likes(raw, problems)
    scenario = _judged(file, plan, raw, problems, incomplete)
    if scenario is not None:
        # What stands at the top of the file is said of the scenario, and of its base plan.
        said = description if plan != BASE else scenario.spec.description or ""
        differs, warnings = tuple(changes_of(file.base, raw)) if over else (), scenario.warnings
        if plan != BASE and not changes and not differs:
            warnings = (*warnings, placed(Problem(f"plans.{plan}", NO_CHANGE), raw, file.path.name))
        scenario = replace(scenario, description=said, changes=differs, warnings=warnings)
    problems = list(dict.fromkeys(problems))
    listed = [placed(problem, raw, file.path.name) for problem in problems[: 2 * MOST_SHOWN]]
    return scenario, _listed_once(listed + problems[2 * MOST_SHOWN :])


def _judged(
    file: ScenarioFile, plan: str, raw: dict[str, Any], problems: list[Problem], lost: set[str]
) -> Scenario | None:
    """The scenario; what is wrong with it joins `problems`."""
    try:
        spec = ScenarioSpec.model_validate(raw)
    except ValidationError as error:
        wrong = problems_of(error, ScenarioSpec)
        known = {problem.where for problem in file.problems}
        wrong = [p for p in wrong if not (p.what.startswith("is missing") and _may_stand(p.where, lost, file.blind))]
        problems += [problem for problem in wrong if problem.where not in known]
        if len(wrong) > MOST_SHOWN:
            # Garbage has no meaning.
            return None
        spec = readable(raw, error, lost)
    if file.blind:
        return None
    horizon = list(check_horizon(spec, lost))
    problems += horizon
    lost |= {problem.where for problem in horizon}
    if "center.timezone" in lost:
        spec = spec.model_copy(update={"center": spec.center.model_copy(update={"timezone": "UTC"})})
    data_found = read_data(spec, file, lost, problems)
    scenario = Scenario(file.path.stem, plan, file.path.parent, spec, raw, data_found, frozenset(lost))
    problems += _same_kinds_of_time(spec, file.base)
    found = list(check(scenario))
    problems += [finding.problem for finding in found if not finding.only_warns]
    warnings = tuple(placed(finding.problem, raw, file.path.name) for finding in found if finding.only_warns)
    # What a broken scenario leaves out is not known.
    assumptions = () if problems else tuple(assumptions_of(scenario))
    return replace(scenario, warnings=warnings, assumptions=assumptions)


def _same_kinds_of_time(spec: ScenarioSpec, base: dict[str, Any]) -> Iterator[Problem]:
    """How long sessions were is known of the plan that was observed: another cannot begin to give times as sessions."""
    queues = base.get("queues")
    for name, queue in spec.queues.items():
        known = queues.get(name) if isinstance(queues, dict) else None
        for part, law in (("talk", queue.talk), ("handle", queue.handle)):
            before = known.get(part) if isinstance(known, dict) else None
            if law is not None and isinstance(before, dict) and before.get("is", "solo") != law.of:
                text = f'the base plan was observed, and its {part} is that of "{before.get("is", "solo")}"'
                yield Problem(f"queues.{name}.{part}.is", f"{text}; write the same here")


def _description(written: object, problems: list[Problem]) -> str:
    """A plan's own: it tells of the plan, and changes nothing."""
    if written == "none":
        return ""
    try:
        return prose(written)
    except ValueError as error:
        problems.append(Problem("description", str(error)))
        return ""


def _may_stand(place: str, lost: Collection[str], blind: bool) -> bool:
    """Whether what seems to be missing may be there, in what could not be read."""
    return blind or place in lost or place.rpartition(".")[0] in lost


def _listed_once(problems: list[Problem]) -> list[Problem]:
    """The problems without those that a `like` hands on from the table where they stand."""
    first: dict[tuple[str, str], str] = {}
    for problem in problems:
        first.setdefault((problem.at, problem.what), problem.where)

    def is_first(problem: Problem) -> bool:
        where = first[problem.at, problem.what]
        return problem.where == where or _setting(problem.where) != _setting(where) or not problem.at

    return [problem for problem in problems if is_first(problem)]


def _setting(place: str) -> list[str]:
    """A place without the name of its queue, group or shift."""
    table, *rest = place.split(".")
    return [table, *rest[1:]]
