"""The setting that somebody means: by its place, with or without the names of queues and groups, or by its end."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from sim.errors import Problem, ScenarioError
from sim.manual.reference import NAME, Key, all_keys, keys_of
from sim.scenario.language.laws import Table
from sim.scenario.language.scenario import ScenarioSpec
from sim.scenario.reading.toml_lines import split_keys

MOST_NEAR = 6
"""Places that are named where a word is not known."""


@dataclass(frozen=True)
class Meant:
    """A setting, and where it stands."""

    place: tuple[str, ...]
    key: Key
    also: tuple[tuple[str, ...], ...] = ()
    """Other places whose end is the same."""


def meant_by(text: str) -> Meant:
    """What "queues.orders.fcr", "groups.shifts" or "patience.mean" stands for. ScenarioError if nothing is near."""
    words = _words(text)
    if words:
        if (found := _walk(words)) is not None:
            return found
        ends = [(place, key) for place, key in all_keys() if _named(place)[-len(words) :] == words]
        if ends:
            (place, key), *others = ends
            alike = [other for other, one in others if one == key]
            unlike = [other for other, one in others if one != key]
            if not unlike:
                return Meant(place, key, tuple(alike))
            raise _unclear(text, [place, *unlike])
    raise _unknown(text)


def known_place(text: str) -> str | None:
    """The place of a setting that a message names from the top of a file, as `sim explain` takes it; else None."""
    try:
        found = _walk(_words(text))
    except ValueError:
        return None
    return ".".join(found.place) if found is not None and found.place[-1] != NAME else None


def _words(text: str) -> tuple[str, ...]:
    words = tuple(word for word in split_keys(text.strip().strip("[]")) if word)
    # A plan says what the base may say.
    return words[2:] if words[:1] == ("plans",) and len(words) > 2 else words


def _walk(words: tuple[str, ...]) -> Meant | None:
    """From the top of the file, names of the planner's own left out or not."""
    table: type[Table] | None = ScenarioSpec
    place: tuple[str, ...] = ()
    key: Key | None = None
    waiting_for_name = False
    for word in words:
        if table is None:
            return None
        known = keys_of(table)
        if waiting_for_name:
            waiting_for_name = False
            place = (*place, NAME)
            if word not in known or word == NAME:
                continue
        if word.isdigit() and key is not None and key.listed:
            continue
        if word not in known:
            return None
        key = known[word]
        place = (*place, word)
        table, waiting_for_name = key.table, key.named
    return None if key is None else Meant(place, key)


def _named(place: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in place if word != NAME)


def _unclear(text: str, places: list[tuple[str, ...]]) -> ScenarioError:
    named = ", ".join(".".join(place) for place in places[:MOST_NEAR])
    return ScenarioError("sim explain", [Problem(text, f"stands in several tables; write one of {named}")])


def _unknown(text: str) -> ScenarioError:
    known = {".".join(_named(place)): ".".join(place) for place, _ in all_keys()}
    near = difflib.get_close_matches(text, known, MOST_NEAR, 0.75)
    ends = difflib.get_close_matches(text.rsplit(".", 1)[-1], {name.rsplit(".", 1)[-1] for name in known}, 2, 0.8)
    near += [name for name in known if name.rsplit(".", 1)[-1] in ends]
    named = ", ".join(known[name] for name in list(dict.fromkeys(near))[:MOST_NEAR])
    way_out = f"did you mean {named}?" if near else "`sim manual language` lists all tables"
    return ScenarioError("sim explain", [Problem(text or '""', f"is no setting; {way_out}")])
