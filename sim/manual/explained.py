"""A setting, and a table, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.manual.examples import Example, example_of
from sim.manual.finding import Meant
from sim.manual.reference import NO_VALUE, Key, about, keys_of
from sim.report.text.toml_text import value_text


@dataclass(frozen=True)
class Explained:
    """What is said of a setting, part by part."""

    place: str
    about: str
    """Sentences."""
    facts: tuple[tuple[str, str], ...]
    """(what, how it is): what is written, its default, what a plan may say."""
    keys: tuple[Key, ...]
    """Those of the table that it holds."""
    example: Example | None


def explain(meant: Meant) -> Explained:
    """Everything that is known of a setting."""
    key, place = meant.key, meant.place
    own = about(key.table) if key.table is not None else ""
    example = example_of(place) or next(filter(None, map(example_of, meant.also)), None)
    return Explained(
        place=".".join(place),
        about=" ".join(part for part in (_full_stop(key.about), _full_stop(own)) if part),
        facts=tuple(_facts(key, meant.also)),
        keys=() if key.table is None else tuple(keys_of(key.table).values()),
        example=example,
    )


def default_text(key: Key) -> str:
    """The default as one would write it; nothing where there is none."""
    return "" if key.default is NO_VALUE else value_text(key.default)


def _facts(key: Key, also: tuple[tuple[str, ...], ...]) -> Iterator[tuple[str, str]]:
    yield "written", _written(key)
    if key.choices:
        yield "one of", ", ".join(f'"{word}"' for word in key.choices)
    if key.required:
        yield "default", "none: it must be given"
    elif key.default is not NO_VALUE:
        yield "default", default_text(key)
    if key.changes:
        yield "in a plan", key.changes
    if also:
        yield "also", ", ".join(".".join(place) for place in also)


def _written(key: Key) -> str:
    if not key.examples:
        return key.kind
    return f"{key.kind}, such as {' or '.join(value_text(value) for value in key.examples[:2])}"


def _full_stop(text: str) -> str:
    return text if not text or text[-1] in ".:?!" else f"{text}."
