"""The house plan, read off the imports: lower layers never import higher ones, and nothing goes in a circle."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import sim

ROOT = Path(sim.__file__).parent

GROUND = (
    "errors", "chances", "units", "shares", "contact", "kernels", "compiled_kernels", "luck", "distributions",
    "copula", "observations", "clock", "processes", "program", "plain_text", "ways_out",
)  # fmt: skip

# From the bottom up; rooms of one line stand beside each other. A room holds its folder, but for what is named apart.
ROOMS = (
    GROUND,
    ("scenario.language",),
    ("scenario.reading",),
    ("scenario",),
    ("scenario.checks", "scenario.assumptions"),
    ("scenario.load", "scenario.starter"),
    ("demand", "workforce"),
    ("floor.tables",),
    ("floor.rules",),
    ("floor.calendars",),
    ("measures",),
    # What is expected before anything is played, and what is played, ask each other.
    ("study", "study.expected", "study.calibration"),
    ("study.frontier",),
    ("choosing", "staffing", "explaining", "fitting"),
    ("report.text",),
    ("report.tables",),
    ("report.terminal", "report.page", "report.charts", "report.workbook"),
    ("report",),
    (
        "center",
        "common",
        "results",
        "staffed",
        "sensitive",
        "told",
        "chosen",
        "fitted",
        "reasons",
        "one_person",
        "api",
    ),
    ("manual", "lessons"),
    ("command",),
    ("__main__", ""),
)
LAYERS = {room: number for number, rooms in enumerate(ROOMS) for room in rooms}


def modules() -> dict[str, Path]:
    names = {}
    for path in ROOT.rglob("*.py"):
        parts = ["sim", *path.relative_to(ROOT).with_suffix("").parts]
        names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return names


def imports(path: Path, known: set[str]) -> set[str]:
    """Every module of ours that a file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name for name in found if name in known and name != "sim"}


def layer(module: str) -> int:
    """Of the smallest room that holds the module; KeyError for one that stands in none."""
    name = module.removeprefix("sim").removeprefix(".")
    while name not in LAYERS and "." in name:
        name = name.rsplit(".", 1)[0]
    return LAYERS[name]


def test_lower_layers_never_import_higher_ones() -> None:
    known = modules()
    upward = [
        f"{module} (layer {layer(module)}) imports {other} (layer {layer(other)})"
        for module, path in known.items()
        for other in imports(path, set(known))
        if layer(other) > layer(module)
    ]
    assert upward == []


def test_modules_import_each_other_in_no_circle() -> None:
    known = modules()
    needs = {module: imports(path, set(known)) - {module} for module, path in known.items()}
    # Peel off modules whose needs are all met; a circle is what cannot be peeled.
    while ready := {module for module, others in needs.items() if not others & set(needs)}:
        needs = {module: others for module, others in needs.items() if module not in ready}
    assert needs == {}


def test_checks_stand_side_by_side() -> None:
    """What two checks need is an estimate, or a finding; only the list of all rules knows the checks."""
    known = modules()
    checks = {module for module in known if module.startswith("sim.scenario.checks.")}
    every, findings = "sim.scenario.checks.every", "sim.scenario.checks.findings"
    checks -= {findings}
    assert len(checks) > 10
    between = {
        f"{module} imports {other}"
        for module in checks - {every}
        for other in imports(known[module], set(known))
        if other in checks
    }
    assert between == set()
    assert imports(known[every], set(known)) >= checks - {every}


def test_every_room_is_there() -> None:
    held = {module.removeprefix("sim").removeprefix(".") for module in modules()}
    assert set(LAYERS) <= held


def test_no_kpi_knows_simpy() -> None:
    """Only the reference calendar imports SimPy, only the compiled one, the compiled folding and the kernels import numba."""
    users = {"simpy": set(), "numba": set()}
    for module, path in modules().items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for library in users:
                if any(name.split(".")[0] == library for name in names):
                    users[library].add(module)
    calendars = {f"floor.calendars.{name}" for name in ("compiled", "heap", "parts", "tables")}
    compiled = calendars | {"measures.folding_compiled", "compiled_kernels"}
    assert users == {"simpy": {"sim.floor.calendars.simpy"}, "numba": {f"sim.{module}" for module in compiled}}


def test_the_manual_names_files_that_are_there() -> None:
    top = ROOT.parent
    files = [path.relative_to(top).as_posix() for folder in ("sim", "tests") for path in (top / folder).rglob("*.py")]
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "manual" / "pages").glob("*.md"))
    named = set(re.findall(r"`([\w/]+\.py)`", text))
    assert len(named) > 50
    assert [name for name in named if not any(f"/{file}".endswith(f"/{name}") for file in files)] == []
