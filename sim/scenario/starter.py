"""`sim new`: a small, commented scenario that runs."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from pathlib import Path

from sim.errors import SimError, one_line

VOLUMES = ("orders.csv", "returns.csv")


def write_starter(file: Path) -> list[Path]:
    """Write the scenario and, in a folder of its name, its volumes. Nothing that exists is overwritten."""
    source = resources.files("sim.scenario") / "starter"
    text = (source / "starter.toml").read_text(encoding="utf-8").replace('"starter/', f'"{file.stem}/')
    text = text.replace("starter.toml", file.name)
    return write_scenario(file, text, {name: (source / name).read_text(encoding="utf-8") for name in VOLUMES})


def write_scenario(file: Path, text: str, tables: Mapping[str, str]) -> list[Path]:
    """A scenario file and, in a folder of its name, its tables by file name. SimError, and nothing left behind, if the
    name does not do or something is there already."""
    if file.suffix != ".toml":
        better = f"{file.name or 'my'}.toml"
        raise SimError(
            f"{one_line(str(file))}: a scenario file ends in .toml; try {one_line(str(file.parent / better))}"
        )
    folder = file.with_suffix("")
    if not folder.name.isprintable() or set(folder.name) & set('"\\'):
        raise SimError(f"{one_line(str(file))}: choose a name of printable characters, without quotes and backslashes")
    texts = {file: text} | {folder / name: content for name, content in tables.items()}
    written: list[Path] = []
    try:
        for path, content in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as opened:
                written.append(path)
                opened.write(content)
    except OSError as error:
        for path in written:
            path.unlink(missing_ok=True)
        if isinstance(error, FileExistsError):
            raise SimError(f"{path} exists already; choose another name, or move it away") from None
        raise SimError(f"{path} cannot be written: {error.strerror}; choose another place") from None
    return written
