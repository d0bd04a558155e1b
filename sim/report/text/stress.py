"""What was done, by the STRESS-DES checklist, so that a study can be published with its result folder.

The checklist: Monks, Currie, Onggo, Robinson, Kunc and Taylor, "Strengthening the reporting of empirical simulation
studies", Journal of Simulation 13 (2019). Numbers of its items stand before each heading.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Iterator

from sim import __version__
from sim.program import library_versions
from sim.report.text.facts import Facts
from sim.report.text.names import date_text, plural
from sim.report.text.toml_text import value_text
from sim.scenario.model import Scenario
from sim.scenario.reading.named_files import files_named_in
from sim.study.calibration.rows import CalibrationRow
from sim.study.run import Study
from sim.units import format_duration

BY_HAND = "*To be said by whoever publishes the study.*"


def stress_report(study: Study, facts: Facts, answer: str) -> str:
    """Markdown, with every item of the checklist; what no run can know is left to the author, and says so."""
    base = study.results[0].scenario
    sections = (
        ("Objectives", _objectives(facts, base, answer)),
        ("Logic", _logic(facts, base)),
        ("Data", _data(facts, base)),
        ("Experimentation", _experimentation(facts, base)),
        ("Implementation", _implementation(study, facts)),
        ("Code access", _access(facts)),
    )
    lines = [f"# {facts.title}", "", "By the STRESS-DES checklist (Monks et al. 2019), as the run filled it in.", ""]
    for number, (heading, items) in enumerate(sections, 1):
        lines += [f"## {number}. {heading}", ""]
        for item, (title, text) in enumerate(items, 1):
            lines += [f"**{number}.{item} {title}.** {text}".rstrip(), ""]
    return "\n".join(lines)


Items = Iterator[tuple[str, str]]


def _objectives(facts: Facts, base: Scenario, answer: str) -> Items:
    yield "Purpose", f"{(base.spec.description or facts.title).rstrip('.')}. {BY_HAND}"
    targets = "; ".join(_targets(base))
    yield "Outputs", f"`summary.csv` holds every figure with its 95 % interval; targets: {targets}."
    plans = [f"{plan}: {_changes(facts.scenarios[plan])}" for plan in facts.plans[1:]]
    aims = f"Plans compared with {facts.plans[0]}:{_list(plans)}" if plans else "One plan is played."
    yield "Aims", f"{aims}\n\nWhat was found: {answer}"


def _targets(base: Scenario) -> Iterator[str]:
    for name in base.queues:
        level = base.queue(name).level
        yield f"{name} {level.target:.0%} in {format_duration(level.within)}, counted {level.counting}, per {level.per}"


def _changes(scenario: Scenario) -> str:
    return "; ".join(change.text for change in scenario.changes) or "no change"


LIVES = (
    "Customers arrive, wait, are answered, give up, and may come again; agents sign on, pause, answer and go home; "
    "once a day people come, learn, fall ill and leave. `sim manual how` describes the model."
)
ALGORITHMS = (
    "Arrivals are Poisson with a rate constant within an interval, times gamma factors of day and interval where the "
    "file gives a spread. Handle time, first-contact resolution and volumes are those observed: the standard behind "
    "them is solved for, so that the base plan plays them again (item 3.2). Required seats are Erlang A's with balking,"
    " lines and busy days, pooled over skills."
)
WAYS = (
    "Contacts enter by the forecast of their queue, or from another contact (transfer, repeat, redial, callback); they "
    "leave answered, abandoned, balked, blocked, contained by a machine, or open at the end of the horizon."
)
STATISTICS = (
    "Means with Student's t intervals, ratios by the jackknife, shares of replications by Wilson's interval; plans by "
    "paired differences on common random numbers."
)
SAMPLING = "Counter-based streams, each seeded by a hash of (seed, replication, its name); variates by inversion."
CALENDARS = {
    "simpy": "SimPy's event calendar",
    "compiled": "a compiled event calendar, which gives SimPy's numbers bit for bit",
}


def _logic(facts: Facts, base: Scenario) -> Items:
    spec = base.spec
    queues = "; ".join(f"{name} ({queue.channel})" for name, queue in spec.queues.items())
    groups = "; ".join(f"{name} ({', '.join(group.skills)})" for name, group in spec.groups.items())
    size = f"{plural(len(spec.queues), 'queue')} ({queues}) and {plural(len(spec.groups), 'agent group')} ({groups})"
    yield "Overview", f"A contact center with {size}. {LIVES}"
    used = ", ".join(dict.fromkeys(_used(base))) or "nothing beyond the basic rules"
    yield "Base model", f"Used of what the model can play: {used}."
    yield "Scenarios", _list(f"{plan}: {_changes(facts.scenarios[plan])}" for plan in facts.plans[1:]) or "One plan."
    yield "Algorithms", ALGORITHMS
    yield "Components: entities", "Contacts, each of a customer's case; agents, each a person."
    yield "Components: activities", _list(_activities(base))
    yield "Components: resources", _list(_resources(base))
    yield "Components: queues", _list(_lines(base))
    yield "Components: entry and exit", WAYS


def _lines(base: Scenario) -> Iterator[str]:
    for name, queue in base.spec.queues.items():
        yield f"{name}: priority class {queue.priority}; agents take by {', '.join(_rules(base, name))}"


def _used(base: Scenario) -> Iterator[str]:
    spec = base.spec
    of_queues = {
        "balk": "balking", "self_service": "self-service", "callback": "callbacks", "announce": "announced waits",
        "transfer": "transfers", "deflect": "deflection", "repeat": "repeats", "redial": "redials",
        "escalation": "escalation", "outreach": "outreach", "backlog_at_start": "a backlog at the start",
    }  # fmt: skip
    of_groups = {
        "ramp": "ramps", "attrition": "attrition", "pressure": "haste", "fatigue": "fatigue", "lateness": "lateness",
        "meetings": "meetings", "coaching": "coaching", "cross_training": "cross-training",
    }  # fmt: skip
    whole = {
        "vendors": "vendors", "contracts": "clients' contracts", "hiring": "hiring", "moves": "moves between groups",
        "absence": "absence", "courses": "courses", "experience": "satisfaction",
        "customers": "customers with a memory",
    }  # fmt: skip
    for tables, names in ((spec.queues.values(), of_queues), (spec.groups.values(), of_groups), ((spec,), whole)):
        yield from (words for key, words in names.items() if any(getattr(table, key) for table in tables))


def _activities(base: Scenario) -> Iterator[str]:
    for name in base.queues:
        work = base.resolved["queues"][name]
        laws = {key: work[key] for key in ("talk", "hold", "wrap", "handle", "patience") if key in work}
        yield f"{name}: " + "; ".join(f"{key} {value_text(law)}" for key, law in laws.items())


def _resources(base: Scenario) -> Iterator[str]:
    for name, group in base.spec.groups.items():
        given = base.resolved["groups"][name]
        told = {key: given[key] for key in ("heads", "shifts", "seats", "roster", "people") if key in given}
        yield (
            f"{name}: "
            + "; ".join(f"{key} {value_text(value)}" for key, value in told.items())
            + (f"; skills {', '.join(group.skills)}")
        )


def _rules(base: Scenario, queue: str) -> list[str]:
    rules = [group.take for group in base.spec.groups.values() if queue in group.skills]
    return list(dict.fromkeys(rule.replace("_", " ") for take in rules for rule in take)) or ["nobody"]


def _data(facts: Facts, base: Scenario) -> Items:
    files = list(dict.fromkeys(files_named_in(base.resolved)))
    hashed = _list(f"`{name}`, SHA-256 {_digest(base, name)}" for name in files)
    named = f" and {plural(len(files), 'file')} that it names:{hashed}\n\n" if files else ". "
    yield "Sources", f"The scenario file{named}{BY_HAND}"
    solved = [_solved(row) for rows in facts.calibration.values() for row in rows]
    yield "Preprocessing", f"Calibration:{_list(solved)}" if solved else "None: nothing had to be solved for."
    yield "Input parameters", "`manifest.json`, `plans.*.resolved`: every setting as it was played, plan by plan."
    assumed = _list(f"{where}: {what}" for where, what in facts.assumptions)
    yield "Assumptions", assumed or "None beyond the model's."


def _solved(row: CalibrationRow) -> str:
    figures = f"observed {row.observed:.4g}, standard {row.standard:.4g} ({row.method})"
    return f"{row.queue}, {row.figure}: {figures}, left over {row.residual:.2%}"


def _digest(base: Scenario, name: str) -> str:
    try:
        return hashlib.sha256((base.folder / name).read_bytes()).hexdigest()
    except OSError:
        return "unknown: it is gone"


def _experimentation(facts: Facts, base: Scenario) -> Items:
    warm = base.warm_up_days
    held = [name for name, queue in base.spec.queues.items() if queue.backlog_at_start is not None]
    opens = f"{plural(warm, 'day')} are played first and count nowhere" if warm else "The center opens empty"
    yield "Initialisation", opens + (f", but for the backlog of {', '.join(held)}." if held else ".")
    first, last = (date_text(str(date), year=True) for date in (facts.start, base.clock.dates[-1]))
    yield "Run length", f"{plural(facts.days, 'day')}, {first} to {last}, without a cut at either end."
    runs = ", ".join(f"{plan} {number}" for plan, number in facts.replications.items())
    yield "Estimation", f"Independent replications of the whole horizon: {runs}. {STATISTICS}"


def _implementation(study: Study, facts: Facts) -> Items:
    libraries = ", ".join(f"{name} {version}" for name, version in library_versions().items())
    yield "Software", f"contact-center-sim {__version__}, {libraries}."
    yield "Random sampling", f"{SAMPLING} Seed {facts.seed}."
    calendar = CALENDARS[study.engine]
    yield "Execution", f"Event by event, on {calendar}; ties in the order in which events were scheduled."
    machine = f"{platform.system()} on {platform.machine() or 'an unknown machine'}"
    took = f"{study.jobs} process{'es' * (study.jobs > 1)}, {study.wall_seconds:.1f} s"
    yield "System", f"{machine}, {took}. The numbers do not depend on it."


def _access(facts: Facts) -> Items:
    again = f"`{facts.command}` repeats the study with the same version, scenario file and seed."
    yield "Sharing", f"The model is open source (MIT licence; cite it by its CITATION.cff). {again}"


def _list(lines: Iterable[str]) -> str:
    told = list(lines)
    return "\n\n" + "\n".join(f"- {line}" for line in told) if told else ""
