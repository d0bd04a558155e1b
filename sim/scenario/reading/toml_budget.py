"""What a scenario file may hold before it is read at all: nothing here depends on whether it is valid TOML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.scenario.reading.files import FileProblem
from sim.scenario.reading.toml_lines import SURE_HEADER, TOKEN, Lines, Place, dotted, split_keys

DEEPEST = 40
LONGEST_LINE = 100_000
MOST_TABLES = 20_000
"""Headers of a file."""

MOST_PARTS = 100_000
"""Settings and list entries of a file."""

MOST_ENTRIES = 2_000
"""Entries of one table or list."""

MOST_PLANS = 500
TOO_MANY_PLANS = f"more than {MOST_PLANS} plans; write some of them into a file of their own that extends this one"

MOST_LISTED = 5
"""Keys of a deep place that a message writes."""

TOO_DEEP = f"is nested too deeply to be a scenario: more than {DEEPEST} tables, lists and dotted keys within another"
RIGHT_FILE = "is it the right file?"


def require_moderate(text: str) -> None:
    """FileProblem with the line if the text is nested too deeply, or is longer or fuller than a scenario can be."""
    for line, content in enumerate(text.split("\n"), 1):
        if len(content) > LONGEST_LINE:
            raise FileProblem(f"has a line of more than {LONGEST_LINE:,} characters; {RIGHT_FILE}", line=line)
    _Scan(text).run()


class _Scan:
    """Counts marks and brackets, token by token; reads no values."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._line, self._depth, self._tables, self._parts = 1, 0, 0, 0
        self._keys: list[str] = []
        """The words joined by points that stand before the next mark, or in the header of this line."""
        self._joined = False
        self._plans: set[str] = set()
        self._setting: list[str] = []
        self._header: list[str] = []

    def run(self) -> None:
        begins, in_header = True, False
        for token in TOKEN.finditer(self._text):
            kind, text = token.lastgroup, token[0]
            if kind == "newline":
                if in_header:
                    self._header = self._keys
                    self._count_plans()
                self._line += 1
                begins, in_header, self._keys = True, False, []
                if self._depth and self._text.startswith("[", token.end()):
                    end = self._text.find("\n", token.end())
                    # A bracket above may lack its partner.
                    if SURE_HEADER.match(self._text[token.end() : end if end >= 0 else None]):
                        self._depth = 0
                continue
            if kind in ("space", "comment"):
                continue
            if kind == "mark":
                if begins and text == "[" and not self._depth:
                    in_header, self._header, self._setting = True, [], []
                    self._tables += 1
                elif text == ".":
                    self._joined = True
                elif not in_header:
                    self._mark(text)
            else:
                self._keys = [*self._keys, text] if self._joined else [text]
                self._joined = False
                self._line += text.count("\n") if kind == "text" else 0
            begins = False
            if len(self._keys) + self._depth > DEEPEST:
                raise FileProblem(TOO_DEEP, place=self._place(), line=self._line)
            if self._tables > MOST_TABLES:
                raise FileProblem(f"has more than {MOST_TABLES:,} tables; {RIGHT_FILE}", line=self._line)
            if self._parts > MOST_PARTS:
                text = f"has more than {MOST_PARTS:,} settings and list entries; {RIGHT_FILE}"
                raise FileProblem(text, line=self._line)

    def _count_plans(self) -> None:
        if self._keys[:1] == ["plans"]:
            self._plans.update(self._keys[1:2])
        if len(self._plans) > MOST_PLANS:
            raise FileProblem(TOO_MANY_PLANS, place="plans", line=self._line)

    def _mark(self, mark: str) -> None:
        if mark == "=" and not self._depth:
            self._setting = self._keys
        self._parts += mark in "=,[{"
        self._depth = max(0, self._depth + (mark in "[{") - (mark in "]}"))
        self._keys = []

    def _place(self) -> str:
        keys = [*self._header, *self._setting] if self._depth else [*self._header, *self._keys]
        path = dotted(tuple(key for text in keys[:MOST_LISTED] for key in split_keys(text)[:1]))
        return path + ".…" if len(keys) > MOST_LISTED else path


def require_shallow(raw: Mapping[str, Any]) -> None:
    """FileProblem with the place of tables that no file holds: they are nested too deeply."""
    layer: list[tuple[Place, Any]] = [((), raw)]
    for _ in range(DEEPEST):
        inner = [(place, value) for place, value in layer if isinstance(value, Mapping | list)]
        layer = [
            ((*place, key), entry)
            for place, value in inner
            for key, entry in (value.items() if isinstance(value, Mapping) else enumerate(value))
        ]
    if layer:
        raise FileProblem(TOO_DEEP, place=dotted(layer[0][0][:MOST_LISTED]) + ".…")


def require_few_entries(raw: dict[str, Any], lines: Lines) -> None:
    """FileProblem with the place of a table or list that holds more than a scenario's can.

    Plans are counted with those of the files that are extended.
    """
    for place, value in _within(raw, ()):
        if len(value) > MOST_ENTRIES and place != ("plans",):
            text = f"holds {len(value):,} entries; {MOST_ENTRIES:,} at most"
            raise FileProblem(text, place=dotted(place), line=lines.of.get(place))


def _within(value: Any, place: Place) -> Iterator[tuple[Place, dict[str, Any] | list[Any]]]:
    if isinstance(value, dict | list):
        yield place, value
        for key, entry in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _within(entry, (*place, key))
