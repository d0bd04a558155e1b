"""An example of every setting: the lines that give it in small scenarios that are played by the tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from sim.manual.reference import NAME, keys_of
from sim.scenario.language.laws import Table
from sim.scenario.language.scenario import ScenarioSpec
from sim.scenario.reading.toml_lines import Lines, Place, Statement, split_keys, statements

LONGEST = 14
"""Lines of an example; of a longer table its first ones are shown."""


@dataclass(frozen=True)
class Example:
    """Lines of a scenario file that runs."""

    text: str
    file: str


def example_of(place: tuple[str, ...]) -> Example | None:
    """The lines that give a setting at a place, ("queues", NAME, "fcr"), under the header of their table. None where
    no example gives it there."""
    return _found().get(place)


def files() -> tuple[str, ...]:
    """The examples' names: the base first, which all others change."""
    names = sorted(
        one.name for one in resources.files("sim.manual").joinpath("scenarios").iterdir() if one.name.endswith(".toml")
    )
    return ("base.toml", *(name for name in names if name != "base.toml"))


def text_of(file: str) -> str:
    return resources.files("sim.manual").joinpath("scenarios").joinpath(file).read_text(encoding="utf-8")


@cache
def _found() -> dict[tuple[str, ...], Example]:
    found: dict[tuple[str, ...], Example] = {}
    for file in files():
        for place, lines in _given(text_of(file)):
            # The first that gives it, but for what only a plan says.
            found.setdefault(place, Example("\n".join(lines[:LONGEST]), file))
    return found


def _given(text: str) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Every place that a text gives, with the lines that do; those of the file before those of its plans."""
    later = []
    for header, settings in _tables(text):
        place = split_keys(header.header[2]) if header is not None and header.header is not None else ()
        of_plan = place[:1] == ("plans",)
        lines = _flush([line for one in (header, *settings) if one is not None for line in one.text.splitlines()])
        gives = [(known, lines) for known in _known(place)[-1:]]
        for one in settings:
            head = [] if header is None else _flush(header.text.splitlines())
            own = [*head, *_flush(one.text.splitlines())]
            gives += [(known, own) for known in _within(place, one)]
        if of_plan:
            later += gives
        else:
            yield from gives
    yield from later


def _flush(lines: list[str]) -> list[str]:
    """As far left as they go together."""
    least = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return [line[least:] for line in lines]


def _tables(text: str) -> Iterator[tuple[Statement | None, list[Statement]]]:
    header: Statement | None = None
    settings: list[Statement] = []
    for statement in statements(text):
        if statement.header is not None and statement.keys is None:
            yield header, settings
            header, settings = statement, []
        else:
            settings.append(statement)
    yield header, settings


def _within(table: tuple[str, ...], statement: Statement) -> Iterator[tuple[str, ...]]:
    """The places that a setting gives, those within its value among them."""
    lines = Lines()
    lines.setting(statement, table)
    for place in lines.of:
        yield from _known(place)


def _known(place: Place) -> list[tuple[str, ...]]:
    """The known places on the way to a place in a file, its names left out: that of the place itself last."""
    words = [word for word in place if isinstance(word, str)]
    if words[:1] == ["plans"]:
        words = words[2:]
    table: type[Table] | None = ScenarioSpec
    found: list[tuple[str, ...]] = []
    at: tuple[str, ...] = ()
    named = False
    for word in words:
        if table is None and not named:
            break
        if named:
            at, named = (*at, NAME), False
            continue
        assert table is not None
        key = keys_of(table).get(word)
        if key is None:
            break
        at = (*at, word)
        found.append(at)
        table, named = key.table, key.named
    return found
