"""`sim new`: a small, commented scenario that runs."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from sim.errors import SimError

VOLUMES = ("orders.csv", "returns.csv")


def write_starter(file: Path) -> list[Path]:
    """Write the scenario and, in a folder of its name, its volumes. Nothing that exists is overwritten."""
    if file.suffix != ".toml":
        raise SimError(f"{file}: a scenario file ends in .toml; try {file.with_suffix('.toml')}")
    folder = file.with_suffix("")
    source = resources.files("sim.scenario") / "starter"
    text = (source / "starter.toml").read_text(encoding="utf-8").replace('"starter/', f'"{folder.name}/')
    texts = {file: text}
    texts |= {folder / name: (source / name).read_text(encoding="utf-8") for name in VOLUMES}
    for path in texts:
        if path.exists():
            raise SimError(f"{path} exists already; choose another name, or move it away")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, content in texts.items():
            path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise SimError(f"{file} cannot be written: {error.strerror}") from None
    return list(texts)
