"""The house plan, read off the imports: lower layers never import higher ones, and nothing goes in a circle."""

from __future__ import annotations

import ast
from pathlib import Path

import sim

ROOT = Path(sim.__file__).parent

LAYERS = {
    **dict.fromkeys(
        (
            "errors",
            "chances",
            "units",
            "shares",
            "contact",
            "kernels",
            "compiled_kernels",
            "luck",
            "distributions",
            "copula",
            "observations",
            "clock",
            "processes",
            "plain_text",
        ),
        0,
    ),
    "scenario": 1,
    "demand": 2,
    "workforce": 2,
    "floor": 3,
    "measures": 4,
    "study": 5,
    "report": 6,
    **dict.fromkeys(("api", "session", "session_frontier", "cli", "__main__"), 7),
    # The front door: it names what is public.
    "": 7,
}


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
    return LAYERS[module.split(".")[1] if "." in module else ""]


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


def test_no_kpi_knows_simpy() -> None:
    """Only the reference calendar imports SimPy, only the compiled one and the kernels import numba."""
    users = {"simpy": set(), "numba": set()}
    for module, path in modules().items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for library in users:
                if any(name.split(".")[0] == library for name in names):
                    users[library].add(module)
    compiled = {"sim.floor.calendar_compiled", "sim.compiled_kernels"}
    assert users == {"simpy": {"sim.floor.calendar_simpy"}, "numba": compiled}
