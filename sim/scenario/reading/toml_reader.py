"""A TOML text with the line of every setting; of a broken one, all that can be read, and every mistake at once."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from typing import Any

from sim.errors import MOST_SHOWN
from sim.scenario.reading.toml_lines import Lines, Place, Statement, dotted, locate, split_keys, statements
from sim.scenario.reading.toml_mistakes import LEFT_OUT, Mistake, as_said, explain, said_of

MOST_TRIES = 20
"""Mistakes between statements (not within one) that are looked for; each takes another pass."""

NOTHING_READ = "is no scenario: nothing in it is name = value; `sim new FILE` writes one that runs"
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
NO_LINE = 10**9
"""Behind every line of a file."""
MORE = "the file is not read further; mend these first"


@dataclass
class Document:
    """What a text says. Of a broken one, `lost` names what could not be read."""

    raw: dict[str, Any]
    lines: Lines
    mistakes: list[Mistake] = field(default_factory=list)
    lost: set[Place] = field(default_factory=set)
    blind: bool = False
    """Whether a table whose name could not be read was left out: anything may seem to be missing."""


def plain_lines(text: str) -> str:
    """The text with a newline at the end of each line, whatever ended it."""
    text = text.replace("\r\n", "\n")
    return text if "\n" in text else text.replace("\r", "\n")


def read(text: str) -> Document:
    """The text's tables. Lines end in a newline, or in a carriage return and a newline."""
    text = plain_lines(text)
    try:
        return Document(tomllib.loads(text), locate(text))
    except (ValueError, RecursionError):
        return _StatementReader().read(text)


@dataclass
class _Section:
    """A header and the settings below it, wherever in the text they stand."""

    place: Place
    statements: list[Statement] = field(default_factory=list)


class _StatementReader:
    """Reads statement by statement: one that is broken, or stands a second time, is reported and left out."""

    def __init__(self) -> None:
        self.found = Document({}, Lines())
        self.root = _Section(())
        self.sections = [self.root]
        self.headers: dict[Place, tuple[int, _Section]] = {}
        self.settings: dict[Place, int] = {}
        self.dotted: dict[Place, int] = {}
        """Tables that dotted keys have begun."""

        self.again = NO_LINE
        """The line of a header that stands a second time, while the settings below it are read."""

    def read(self, text: str) -> Document:
        found, section = self.found, self.root
        below_lost, after_broken = False, False
        for found_at in CONTROL.finditer(text):
            line = text.count("\n", 0, found_at.start()) + 1
            what = f"a character that cannot be seen (U+{ord(found_at[0]):04X}) stands in this line; remove it"
            found.mistakes.append(Mistake(line, what))
            if len(found.mistakes) >= MOST_SHOWN:
                break
        for statement in statements(CONTROL.sub("", text), broken=True):
            if len(found.mistakes) >= MOST_SHOWN:
                found.mistakes.append(Mistake(statement.line, MORE))
                found.blind = True
                break
            said = said_of(statement.text)
            if said is not None and after_broken and statement.text.lstrip()[0] in "]},{\"'":
                # What is left over of the broken statement above.
                continue
            after_broken = said is not None
            if said is not None:
                mistake = explain(statement, said, section.place)
                found.mistakes.append(mistake)
                if mistake.mended == LEFT_OUT:
                    continue
                if mistake.mended is None:
                    below_lost = self._lose(statement, section, mistake) or below_lost
                    continue
                mended = [Statement(statement.line, piece.text) for piece in statements(mistake.mended)]
            else:
                mended = [statement]
            for piece in mended:
                if piece.header is not None and piece.keys is None:
                    opened = self._open(piece)
                    below_lost = opened is None
                    section = opened or section
                elif not below_lost:
                    self._add(piece, section)
        if found.mistakes and not self.settings and len(found.mistakes) > 3:
            found.mistakes = [Mistake(found.mistakes[0].line, NOTHING_READ)]
        found.raw = self._parsed()
        return found

    def _lose(self, statement: Statement, section: _Section, mistake: Mistake) -> bool:
        """Note what a broken statement leaves unread; whether that is all that stands below it."""
        if statement.text.lstrip().startswith("["):
            self.found.blind = True
            return True
        self.found.lost.add(mistake.place or section.place)
        if not section.place and mistake.place is None:
            self.found.blind = True
        return False

    def _open(self, statement: Statement) -> _Section | None:
        """The section that a header begins, or goes on with; None if what it names is written elsewhere already."""
        header = statement.header
        assert header is not None
        keys = split_keys(header[2])
        name, lists = ".".join(keys), header[1] == "[["
        if not lists and keys in self.headers:
            line, section = self.headers[keys]
            text = f"[{name}] stands in line {line} already; move these settings there, or choose another name"
            self.found.mistakes.append(Mistake(statement.line, text, keys))
            self.again = statement.line
            return section
        self.again = NO_LINE
        if self._stands(keys, statement, {**self.settings, **self.dotted}.get(keys)):
            return None
        section = _Section(self.found.lines.header(statement), [statement])
        self.sections.append(section)
        if not lists:
            self.headers[keys] = statement.line, section
        return section

    def _add(self, statement: Statement, section: _Section) -> None:
        keys = statement.keys
        assert keys is not None
        place = (*section.place, *keys)
        before = self.settings.get(place)
        if before is not None:
            # Below a header that stands twice, that is said already.
            if statement.line < self.again:
                text = f"stands in line {before} already; remove one of the two"
                self.found.mistakes.append(Mistake(statement.line, text, place))
        elif not self._stands(place, statement, self.dotted.get(place)):
            self.settings[place] = statement.line
            for n in range(len(section.place) + 1, len(place)):
                self.dotted.setdefault(place[:n], statement.line)
            section.statements.append(statement)

    def _stands(self, place: Place, statement: Statement, before: int | None) -> bool:
        """Whether a table is written in two ways at once: { … } or dotted keys in one line, and here again."""
        for n in range(1, len(place)):
            if before is None:
                before, place = self.settings.get(place[:n]), (place[:n] if place[:n] in self.settings else place)
        if before is None:
            return False
        name = dotted(place)
        text = f"{name} is written in line {before} already; write all of it there, or all of it here"
        self.found.mistakes.append(Mistake(statement.line, text, place))
        self.found.lost.add(place)
        return True

    def _parsed(self) -> dict[str, Any]:
        """The tables of all that is left. What still goes together with nothing is reported, and left out."""
        for _ in range(MOST_TRIES):
            pieces = [(section, statement) for section in self.sections for statement in section.statements]
            try:
                raw = tomllib.loads("\n".join(statement.text for _, statement in pieces))
            except (ValueError, RecursionError) as error:
                section, statement = _culprit(str(error), pieces)
                section.statements.remove(statement)
                place = (*section.place, *(statement.keys or ()))
                self.found.mistakes.append(Mistake(statement.line, as_said(str(error)), place))
                self.found.lost.add(place)
            else:
                for section in self.sections:
                    for statement in section.statements[section is not self.root :]:
                        self.found.lines.setting(statement, section.place)
                return raw
        self.found.blind = True
        return {}


def _culprit(said: str, pieces: list[tuple[_Section, Statement]]) -> tuple[_Section, Statement]:
    """The statement at the line that the parser names, else the last."""
    at = re.search(r"\(at line (\d+),", said)
    line = 0
    for piece in pieces:
        line += piece[1].text.count("\n") + 1
        if at is not None and int(at[1]) <= line:
            return piece
    return pieces[-1]
