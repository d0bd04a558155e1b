"""What is wrong with a statement that is no TOML, in the planner's words; and what was meant, where that is sure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

from sim.errors import shown
from sim.scenario.reading.toml_lines import HEADER, KEYS, SETTING, TOKEN, Place, Statement, split_keys

CURLY = dict.fromkeys("“”„‟«»″", '"') | dict.fromkeys("‘’‚‛′", "'")
INVISIBLE = "\u00a0\u2007\u202f\u2009\u3000\u200b\ufeff"
UNCLOSED = "a quotation mark is not closed; text stands between two of them"
IN_QUOTES = (
    (re.compile(r"[+-]?\d+([.,]\d+)?\s*%"), "a percentage stands in quotes"),
    (re.compile(r"\d{1,2}[:.]\d{2}(:\d{2})?\s*(-|–|to)\s*\d{1,2}[:.]\d{2}(:\d{2})?"),
     "a span of time stands in quotes"),
    (re.compile(r"\d{1,2}:\d{2}"), "a time of day stands in quotes"),
    (re.compile(r"[+-]?(\d+(\.\d+)?\s*(s|sec|seconds?|m|min|minutes?|h|hours?|d|days?|w|weeks?|y|years?)\s*)+"),
     "a duration stands in quotes"),
    (re.compile(r"24/7"), "opening hours stand in quotes"),
)  # fmt: skip
"""Values that a planner writes bare, and what to say; in quotes they are what was meant."""

OTHER_VALUES = (
    (re.compile(r"true|yes|on", re.IGNORECASE), "write true, in small letters"),
    (re.compile(r"false|no|off", re.IGNORECASE), "write false, in small letters"),
    (re.compile(r"none|null|nil", re.IGNORECASE),
     'write "none" in quotes to remove what a base gives; else leave it out'),
    (re.compile(r"[+-]?0\d+(\.\d+)?"), "a number has no 0 in front"),
    (re.compile(r"[+-]?\.\d+|[+-]?\d+\."), "a number has digits on both sides of its point, such as 0.5"),
    (re.compile(r"\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}[./]\d{1,2}[./]\d{1,2}|\d{4}-\d{1,2}-\d{1,2}"),
     "no such date; one is written 2026-03-02, without quotes"),
    (re.compile(r"[$€£¥₹₱]\s*[\d.,]+|[\d.,]+\s*([$€£¥₹₱]|[A-Z]{3})"),
     "write the number alone; the currency stands in center.currency"),
)  # fmt: skip

LEFT_OUT = ""
"""What a line is mended to that was meant to say nothing."""

DECIMALS = "write decimals with a point, and thousands without a mark"
GENERIC = (
    "is no line of a scenario: a setting is name = value, a table's name stands in [brackets], a comment begins with #"
)
CLOSING = {"{": "}", "[": "]"}
TOO_DEEP = "is nested too deeply to be a scenario"
TOO_MANY = "one closing bracket too many, or of the wrong kind"
ONE_LINE = "a table in { } stands in one line; write it in one, or under a [header] of its own"


@dataclass(frozen=True)
class Mistake:
    """One broken statement. `place` is the setting, or the table, that it seems to be; None if that is not known."""

    line: int
    what: str
    place: Place | None = None
    mended: str | None = None
    """The statement as it was surely meant."""


def explain(statement: Statement, said: str, table: Place) -> Mistake:
    """What is wrong with a statement below a table's header, of which the parser said so much."""
    text = statement.text.strip(" \t\n")
    for find in () if said == TOO_DEEP or "digits" in said else (_character, _comment, _header, _without_value, _value):
        found = find(text)
        if found is not None:
            what, mended = found
            break
    else:
        what, mended = as_said(said), None
    if mended is not None and not is_toml(mended):
        mended = None
    keys = _keys_of(mended or text)
    place = None if keys is None else keys if (mended or text)[0] == "[" else (*table, *keys)
    return Mistake(statement.line, what, place, mended)


def said_of(text: str) -> str | None:
    """What the parser says against a text; None if it is valid TOML."""
    try:
        tomllib.loads(text)
    except RecursionError:
        return TOO_DEEP
    except ValueError as error:
        return str(error)
    return None


def is_toml(text: str) -> bool:
    return said_of(text) is None


Found = tuple[str, str | None] | None
"""What is wrong, and the statement mended; None if it is something else."""


def _character(text: str) -> Found:
    """Characters that an editor or a web page put in the place of plain ones."""
    if re.match(r"<{7}|={7}|>{7}|\|{7}", text):
        return (
            "two versions of the file were merged here: keep one, and remove the marks <<<<<<<, ======= and >>>>>>>",
            LEFT_OUT,
        )
    if text.startswith("```"):
        return "is a mark around code on a page; remove the line", LEFT_OUT
    plain = "".join(t[0] for t in TOKEN.finditer(text) if t.lastgroup not in ("text", "comment"))
    hidden = next((c for c in plain if c in INVISIBLE or (c.isspace() and c not in " \t\n")), None)
    if hidden is not None:
        by = {hidden: " "} | dict.fromkeys(INVISIBLE, " ")
        mended = "".join(t[0] if t.lastgroup == "text" else _replaced(t[0], by) for t in TOKEN.finditer(text))
        return f"a space that is none (U+{ord(hidden):04X}) stands in this line; type the spaces anew", mended
    curly = next((c for c in CURLY if c in plain), None)
    if curly is not None:
        return f'{curly} is no quotation mark of TOML; write straight ones: "', _replaced(text, CURLY)
    return None


def _replaced(text: str, by: dict[str, str]) -> str:
    return "".join(by.get(c, c) for c in text)


def _comment(text: str) -> Found:
    begins = re.match(r"//|--|;|/\*|%|'\s|REM ", text)
    return (f"a comment begins with #, not with {shown(begins[0].strip())}", LEFT_OUT) if begins else None


def _header(text: str) -> Found:
    if text[0] != "[":
        return None
    # A quotation mark that is open swallows the comment: what follows is not looked at.
    head = re.match(r"(\[{1,2})\s*([^\[\]#=]*?)\s*(\]{0,2})\s*(#.*)?$", text, re.DOTALL)
    if head is None:
        after = re.match(rf"\[\[?\s*{KEYS}\s*\]\]?\s*\S", text)
        return (
            ("a table's name stands in a line of its own; what follows it begins the next line", None)
            if after
            else None
        )
    opening, name, closing = head[1], head[2], head[3]
    if not name:
        return "the name of the table is missing between the brackets", None
    parts = [part.strip() for part in re.findall(r'"[^"]*"?|\'[^\']*\'?|[^.]+|(?<=\.)(?=\.)|^(?=\.)|(?<=\.)$', name)]
    if not all(parts):
        return f"a name is missing beside a point of {shown(name)}", None
    quoted = [part if re.fullmatch(KEYS, part) else '"' + part.strip("\"'") + '"' for part in parts]
    whole = f"{opening}{'.'.join(quoted)}{']' * len(opening)}"
    if quoted != parts:
        return f"a name with spaces or other marks stands in quotes: {whole}", whole
    if closing != "]" * len(opening):
        return f"a bracket is missing, or one too many; write {whole}", whole
    return None


def _without_value(text: str) -> Found:
    """No setting at all: no = in it, or nothing before it."""
    marks = [t[0] for t in TOKEN.finditer(text) if t.lastgroup == "mark"]
    unopened = re.fullmatch(rf"({KEYS})\s*(\]\]?)(\s*#.*)?", text)
    if unopened:
        whole = f"{'[' * len(unopened[2])}{unopened[1]}{unopened[2]}"
        return f"a bracket is missing; write {whole}", whole
    if text[0] in "]}":
        return TOO_MANY, None
    if text[0] == "=":
        return "the name of the setting is missing before =", None
    if "=" not in marks:
        if any(t.lastgroup == "odd" and t[0] in "\"'" for t in TOKEN.finditer(text)) and "=" in text:
            return UNCLOSED, None
        colon = re.match(rf"({KEYS})\s*:\s*(\S.*)", text, re.DOTALL)
        if colon:
            return f"write = instead of the colon: {shown_line(f'{colon[1]} = {colon[2]}')}", f"{colon[1]} = {colon[2]}"
        if re.fullmatch(rf"{KEYS}(\s*#.*)?", text):
            name = text.split("#")[0].strip()
            table = f", or [{name}] if it is a table's name" if "." in name else ""
            return f"has no value; write {name} = …{table}", None
        spaced = re.match(rf"({KEYS})\s+(\S.*)", text, re.DOTALL)
        if spaced and is_toml(f"{spaced[1]} = {spaced[2]}"):
            return f"= is missing; write {shown_line(f'{spaced[1]} = {spaced[2]}')}", f"{spaced[1]} = {spaced[2]}"
        return GENERIC, None
    if re.match(rf"{KEYS}\s*[:+]=", text):
        return "write = between the setting and its value", None
    if not SETTING.match(text):
        name = text.split("=")[0].strip()
        if name.count('"') % 2 or name.count("'") % 2:
            return UNCLOSED, None
        if name.startswith(".") or name.endswith(".") or ".." in name:
            return f"a name is missing beside a point of {shown(name)}", None
        quoted = '"' + name.strip("\"'") + '"'
        mended = f"{quoted} ={text.partition('=')[2]}"
        return f"a name with spaces or other marks stands in quotes: {shown_line(quoted)} = …", mended
    return None


def shown_line(text: str) -> str:
    """A line as it should be, short enough for a message."""
    text = " ".join(text.split("#")[0].split())
    return text if len(text) <= 60 else text[:57] + "…"


def _value(text: str) -> Found:
    """What is wrong with a setting's value: with its quotes and brackets, or with one of the values within."""
    setting = SETTING.match(text)
    assert setting is not None
    value = text[setting.end() :].strip()
    if not value or value[0] == "#":
        return f"has no value; write {setting[1]} = …", None
    if value[0] == "=":
        return "write one = between the setting and its value", f"{setting[1]} = {value.lstrip('= ')}"
    if re.match(r"[+-]?\d{1,3}(\.\d{3})*,\d+\b|[+-]?\d+,\d+\b", value):
        return DECIMALS, None
    for token in TOKEN.finditer(text):
        if token.lastgroup == "odd" and token[0] in "\"'":
            return UNCLOSED, None
    return _brackets(text) or next((found for run in _runs(text) if (found := _bare(text, *run))), None)


def _brackets(text: str) -> Found:
    opened: list[str] = []
    over_lines = False
    kept: list[str] = []
    for token in TOKEN.finditer(text):
        mark = token[0] if token.lastgroup == "mark" else ""
        if mark and mark in "[{":
            opened.append(mark)
        elif mark and mark in "]}" and (not opened or CLOSING[opened.pop()] != mark):
            return TOO_MANY, None
        inside = bool(opened) and opened[-1] == "{"
        over_lines = over_lines or (inside and token.lastgroup == "newline")
        kept.append(" " if opened and token.lastgroup in ("newline", "comment") else token[0])
    if opened:
        return f"a bracket is not closed: {CLOSING[opened[-1]]} is missing", None
    joined = re.sub(r",(\s*\})", r"\1", "".join(kept))
    if over_lines:
        return ONE_LINE, joined
    if joined != "".join(kept) and is_toml(joined):
        return "no comma stands before a closing }", joined
    return None


def _runs(text: str) -> Iterator[tuple[str, str, bool]]:
    """Each value that is no table and no list, as written, and the mark that ends it; each key without a value too."""
    opened: list[str] = ["{"]
    of_keys, start, end = True, -1, 0
    for token in TOKEN.finditer(text):
        kind = token.lastgroup
        if kind in ("text", "word", "odd") or token[0] == ".":
            start, end = (token.start() if start < 0 else start), token.end()
            continue
        if kind == "space" or kind == "comment" or (kind == "newline" and start < 0):
            continue
        mark = token[0]
        if start >= 0 and not (of_keys and mark == "="):
            yield text[start:end], mark, of_keys
        start = -1
        if mark == "=":
            of_keys = False
        elif mark in "[{":
            opened.append(mark)
            of_keys = mark == "{"
        elif mark in "]}" and len(opened) > 1:
            opened.pop()
            of_keys = False
        elif mark == ",":
            of_keys = opened[-1] == "{" and len(opened) > 1
    if start >= 0:
        yield text[start:end], "", of_keys


def _bare(text: str, run: str, after: str, is_key: bool) -> Found:
    """What is wrong with one value; `after` is the mark behind it."""
    if is_key:
        return (DECIMALS if run.isdigit() else f"{shown_line(run)} has no value; write {shown_line(run)} = …"), None
    if after == "=":
        *before, key = run.split()
        if before:
            at = text.index(run) + run.rindex(key)
            if any(text[:at].count(bracket) > text[:at].count(CLOSING[bracket]) for bracket in CLOSING):
                return f"a comma is missing before {key}", None
            return f"two settings in one line; {key} begins the next", f"{text[:at]}\n{text[at:]}"
    if is_toml(f"x = {run}"):
        return None
    for pattern, what in IN_QUOTES:
        if pattern.fullmatch(run):
            return f'{what}: "{run}"', text.replace(run, f'"{run}"') if text.count(run) == 1 else None
    for pattern, what in OTHER_VALUES:
        if pattern.fullmatch(run):
            return f"{shown_line(run)}: {what}", None
    if run[0] in "\"'":
        if "\\" in run and run[0] == '"':
            return "\\ stands for something else in text; write / in paths", text.replace("\\", "/")
        quoted = re.match(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', run)
        if quoted and run[quoted.end() :].strip():
            return f"something follows {shown_line(quoted[0])}: a comma is missing, or a # before a comment", None
        return None
    if re.search(r"\d", run) and re.fullmatch(r"[\d.,_+\-eExX ]+", run):
        return f"{shown_line(run)} is not a number; {DECIMALS}", None
    return f'text stands in quotes: "{shown_line(run)}"', None


def as_said(said: str) -> str:
    """The parser's own words, where nothing better is known."""
    if "digits" in said:
        return "has a number that is too long"
    if said == TOO_DEEP:
        return said
    return f"is not valid TOML: {re.sub(r' [(]at (line|end).*[)]$', '', said, flags=re.DOTALL)}"


def _keys_of(text: str) -> tuple[str, ...] | None:
    """The setting, or the table, that a statement seems to be."""
    header = HEADER.fullmatch(text)
    if header is not None:
        return split_keys(header[2])
    found = re.match(rf"({KEYS})\s*(=|:|\s|$)", text)
    return split_keys(found[1]) if found else None
