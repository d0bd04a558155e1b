"""Where things stand in a TOML text: its statements, and the line of every setting.

The standard library's parser gives values without places. This reads no values: it only counts lines, and is tested
against that parser on texts at random.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field

Place = tuple[str | int, ...]
"""Keys, and numbers of list entries from 0."""

TOKEN = re.compile(
    r'''
      (?P<text> """(?:[^"\\]|\\.|"(?!""))*"{3,5} | \'\'\'(?:[^']|'(?!''))*'{3,5}
              | "(?:[^"\\\n]|\\[^\n])*" | '[^'\n]*' )
    | (?P<comment> \#[^\n]* )
    | (?P<newline> \n )
    | (?P<space> [ \t\r]+ )
    | (?P<mark> [\[\]{}=,.] )
    | (?P<word> [^\s\[\]{}=,."'\#]+ )
    | (?P<odd> . )
    ''',
    re.VERBOSE | re.DOTALL,
)
"""An odd character is a quotation mark that nothing closes, or a space that is none in TOML."""

KEY = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\[^\n])*"|'[^'\n]*')"""
KEYS = rf"{KEY}(?:[ \t]*\.[ \t]*{KEY})*"
HEADER = re.compile(rf"[ \t]*(\[\[?)[ \t]*({KEYS})[ \t]*(\]\]?)[ \t]*(?:#.*)?")
SETTING = re.compile(rf"[ \t]*({KEYS})[ \t]*=")
SURE_HEADER = re.compile(r"\[\[?[ \t]*[A-Za-z_][\w \t.\"'-]*\]\]?[ \t]*(?:#.*)?$")
"""A line that begins a table even where a bracket is still open above it: no row of a list looks like this."""

FARTHEST = 200
"""Lines that are searched for the end of a statement in a broken text."""

CLOSES = {"}": "{", "]": "["}


@dataclass(frozen=True)
class Statement:
    """A table's header, or a setting with all the lines of its value."""

    line: int
    text: str

    @property
    def header(self) -> re.Match[str] | None:
        return HEADER.fullmatch(self.text.rstrip())

    @property
    def keys(self) -> tuple[str, ...] | None:
        """The keys that it begins with; None if it does not look like a setting."""
        found = SETTING.match(self.text)
        return split_keys(found[1]) if found else None


def dotted(place: Place) -> str:
    """A place in the file as messages write it; list entries count from 1."""
    return ".".join(str(part + 1) if isinstance(part, int) else part or '""' for part in place)


def as_key(name: str) -> str:
    """A name as one types it in a file: in quotes where it is more than letters, digits, "-" and "_"."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)


def as_keys(place: Place) -> str:
    """A place as one types it between brackets; list entries have no name there."""
    return ".".join(as_key(part) for part in place if isinstance(part, str))


def split_keys(dotted: str) -> tuple[str, ...]:
    """The keys of a dotted key, without their quotes."""
    return tuple(_unquoted(key) for key in re.findall(KEY, dotted))


def _unquoted(key: str) -> str:
    if key[0] == '"' and "\\" in key:
        try:
            return next(iter(tomllib.loads(f"{key} = 0")))
        except ValueError:
            return key[1:-1]
    return key[1:-1] if key[0] in "\"'" else key


def statements(text: str, *, broken: bool = False) -> Iterator[Statement]:
    """The statements of a text whose lines end in newlines; of a broken one, each as far as it can be made out."""
    line, at = 1, 0
    while at < len(text):
        first = TOKEN.match(text, at)
        assert first is not None
        if first.lastgroup == "newline":
            line += 1
        if first.lastgroup in ("newline", "space", "comment"):
            at = first.end()
            continue
        start = text.rfind("\n", 0, at) + 1
        end = _end(text, at, FARTHEST) if broken else _end(text, at, None)
        if end is None:
            end = _nearest_end(text, at)
        yield Statement(line, text[start:end])
        line += text.count("\n", at, end)
        at = end


def _end(text: str, at: int, farthest: int | None) -> int | None:
    """Where the statement ends; None if its brackets are not closed before the next table, or so many lines on."""
    depth = lines = 0
    while at < len(text):
        token = TOKEN.match(text, at)
        assert token is not None
        if token.lastgroup == "newline":
            if depth <= 0:
                return at
            lines += 1
            if farthest is not None and (lines > farthest or SURE_HEADER.match(_line(text, token.end()))):
                return None
        elif token.lastgroup == "mark":
            depth += (token[0] in "[{") - (token[0] in "]}")
        at = token.end()
    return at if depth <= 0 or farthest is None else None


def _nearest_end(text: str, at: int) -> int:
    """The end of a statement whose bracket is missing: where a table or a setting begins, or nothing follows."""
    while (newline := text.find("\n", at)) >= 0:
        following = _line(text, newline + 1)
        if not following.strip() or SURE_HEADER.match(following.strip()) or SETTING.match(following):
            return newline
        at = newline + 1
    return len(text)


def _line(text: str, at: int) -> str:
    end = text.find("\n", at)
    return text[at : end if end >= 0 else len(text)]


@dataclass
class Lines:
    """The line of every table, setting and list entry, and which tables are written as a whole."""

    of: dict[Place, int] = field(default_factory=dict)
    whole: set[Place] = field(default_factory=set)
    """Tables written as { … } or under their own [header], rather than entry by entry with dotted keys."""

    signed: dict[Place, str] = field(default_factory=dict)
    """Numbers with a sign and without quotes, as written: +2 is the number 2 there, and changes nothing."""

    _rows: dict[Place, int] = field(default_factory=dict)
    """Rows so far of each [[list of tables]]."""

    def header(self, statement: Statement) -> Place:
        """The place of the table that a header begins."""
        found = statement.header
        assert found is not None
        *above, last = split_keys(found[2])
        place: Place = ()
        for key in above:
            place = self._inside((*place, key), statement.line)
        place = (*place, last)
        if found[1] == "[[":
            self.of.setdefault(place, statement.line)
            row = self._rows.get(place, 0)
            self._rows[place] = row + 1
            place = (*place, row)
        self.of[place] = statement.line
        self.whole.add(place)
        return place

    def _inside(self, place: Place, line: int) -> Place:
        """The table at a place; of a list of tables, its last row."""
        self.of.setdefault(place, line)
        return (*place, self._rows[place] - 1) if place in self._rows else place

    def setting(self, statement: Statement, table: Place) -> None:
        """The lines of a setting of a table, and of all within its value."""
        frames: list[tuple[str, Place, int]] = [("{", table, 0)]
        keys: list[str] = []
        slot: Place = ()
        line, of_keys = statement.line, True
        for token in TOKEN.finditer(statement.text):
            kind, text = token.lastgroup, token[0]
            bracket, place, number = frames[-1]
            if kind == "newline":
                line += 1
            elif kind in ("text", "word"):
                if of_keys:
                    keys += [text] if kind == "word" else split_keys(text)
                else:
                    slot = self._entry(frames, slot, line)
                    if text[0] in "+-":
                        self.signed.setdefault(slot, text)
                line += text.count("\n")
            elif kind != "mark":
                continue
            elif text == "=":
                slot = place
                for key in keys:
                    slot = (*slot, key)
                    self.of.setdefault(slot, line)
                keys, of_keys = [], False
            elif text in "[{":
                slot = self._entry(frames, slot, line)
                frames.append((text, slot, 0))
                keys, of_keys = [], text == "{"
                if of_keys:
                    self.whole.add(slot)
            elif text in "]}" and len(frames) > 1:
                frames.pop()
                of_keys = False
            elif text == ",":
                frames[-1] = (bracket, place, number + 1)
                of_keys = bracket == "{"

    def _entry(self, frames: list[tuple[str, Place, int]], slot: Place, line: int) -> Place:
        """Where a value goes: the next entry of the list around it, or the key before it."""
        bracket, place, number = frames[-1]
        if bracket == "[":
            slot = (*place, number)
            self.of.setdefault(slot, line)
        return slot


def locate(text: str) -> Lines:
    """The lines of a text that is valid TOML."""
    lines, table = Lines(), Place()
    for statement in statements(text):
        if statement.header is not None and statement.keys is None:
            table = lines.header(statement)
        else:
            lines.setting(statement, table)
    return lines
