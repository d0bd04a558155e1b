"""Damaged scenario files: sound ones, broken as hands, editors and spreadsheets break them, and cut down once they show a fault.

A damaged file is a number: `damaged(number)` is the same files on every machine. `judge` reads them through the loader
and plays what it took for sound; `shrink` takes out damages, then lines, for as long as the same fault shows.
"""

from __future__ import annotations

import json
import random
import re
import signal
import tempfile
import time
import tomllib
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

from qualities_at_random import write_quality
from scenarios_at_random import toml as as_toml
from scenarios_at_random import write_scenario
from workforces_at_random import write_workforce
from worlds import Silent

from sim.errors import ScenarioError, SimError
from sim.scenario.load import load_plans
from sim.scenario.model import Scenario
from sim.study.prepared import prepare
from sim.study.run import Entry, Options, run_study

Files = dict[str, bytes]
"""A scenario's folder, by name; the scenario itself is the one that ends in .toml."""

HOUSE = f"{Path(__file__).parents[2]}/"
SHIPPED = Path(HOUSE) / "scenarios"
MADE = 60
"""Sound files are made from so many numbers by each of the three makers; the shipped ones come on top."""

MOST_PLAYED = 6_000
"""A sound file with more contacts is not played."""

LONGEST = 30
"""Processor seconds in which any file is judged."""

NOT_FOR_PLANNERS = re.compile(
    r"Traceback|pydantic|ValidationError|Errno|NoneType|object at 0x|\{'|\x1b|numpy|report this scenario"
)

VALUES = (
    "0", "-0", "1", "-1", "0.5", "2.5", "1e5", "1e15", "1e200", "1e308", "-1e308", "nan", "inf", "-inf", "9223372036854775807",
    "9223372036854775808", "0x10", "1_000", "true", "false", '""', '" "', '"x"', '"none"', '"+2"', '"-5"', '"+0"', '"105%"',
    '"0%"', '"100%"', '"-3%"', '"10min"', '"0s"', '"1e9s"', '"99999999h"', '"4m10"', '"20 s"', '"24/7"', '"never"', '"mon-sun"',
    '"sun-mon"', '"09:00-11:00"', '"23:00-01:00"', '"00:00-24:00"', '"25:00-26:00"', '"phone"', '"email"', '"chat"', '"core"',
    '"orders.csv"', '"../orders.csv"', '"Ω\\u0000"', "[]", "{}", "[1]", '["phone"]', "[[0, 1.0]]", "[[1, 0], [0, 1]]", "{ x = 1 }",
    '{ mean = "1s" }', "2026-03-02", "2026-02-30", "0001-01-01", "9999-12-31", "09:30:00", "2026-03-02T10:00:00Z", "'''", '"', "[", "}",
)  # fmt: skip

CELLS = (
    "", " ", "0", "-1", "1e200", "1e15", "inf", "nan", "1,5", "1_000", "١٢", "x", '"', '""', "mon", "Monday", "mond", "2026-02-30",
    "9999-12-31", "24:00", "25:00", "9:5", "09:00:00.5", "10min", "-5s", "=1+1", "\t", "\0", "a;b", "NULL", "true", "0.1", "1000000000",
)  # fmt: skip


# ---------------------------------------------------------------- what is broken


@cache
def _sound(maker: int, seed: int) -> Files:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        toml = [write_scenario, write_workforce, write_quality][maker](seed, folder)
        files = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and (path == toml or path.suffix != ".toml")
        }
    return {
        n: "\n".join(_spread(tomllib.loads(c.decode()))).encode() if n.endswith(".toml") else c
        for n, c in files.items()
    }


def _spread(table: dict[str, Any], place: str = "") -> Iterator[str]:
    """TOML with a line for each setting, as people write it."""
    if place:
        yield f"[{place}]"

    def named(key: str) -> str:
        return key if re.fullmatch(r"[\w-]+", key, re.ASCII) else json.dumps(key)

    inner = {key: value for key, value in table.items() if isinstance(value, dict) and (not place or len(value) > 3)}
    for key, value in table.items():
        if key not in inner:
            yield f"{named(key)} = {as_toml(value)}"
    for key, value in inner.items():
        yield from _spread(value, f"{place}.{named(key)}" if place else named(key))


@cache
def _shipped() -> list[Files]:
    found = []
    for toml in sorted(SHIPPED.glob("*.toml")):
        data = sorted(path for path in (SHIPPED / toml.stem).rglob("*") if path.is_file())
        found.append({path.relative_to(SHIPPED).as_posix(): path.read_bytes() for path in [toml, *data]})
    return found


def sound(luck: random.Random) -> Files:
    if luck.random() < 0.15:
        return luck.choice(_shipped())
    return _sound(luck.randrange(3), luck.randrange(MADE))


# ---------------------------------------------------------------- how it is broken

Damage = Callable[[random.Random, list[bytes]], list[bytes]]
"""Lines in, lines out."""


def drop(luck: random.Random, lines: list[bytes]) -> list[bytes]:
    at = luck.randrange(len(lines))
    return lines[:at] + lines[at + luck.choice([1, 1, 1, 2, 5]) :]


def repeat(luck: random.Random, lines: list[bytes]) -> list[bytes]:
    at = luck.randrange(len(lines))
    return lines[: at + 1] + lines[at : at + luck.choice([1, 1, 3])] + lines[at + 1 :]


def move(luck: random.Random, lines: list[bytes]) -> list[bytes]:
    line = lines[luck.randrange(len(lines))]
    rest = [other for other in lines if other is not line]
    at = luck.randrange(len(rest) + 1)
    return [*rest[:at], line, *rest[at:]]


def cut_off(luck: random.Random, lines: list[bytes]) -> list[bytes]:
    at = luck.randrange(len(lines))
    return [*lines[:at], lines[at][: luck.randrange(len(lines[at]) + 1)]]


def garble(luck: random.Random, lines: list[bytes]) -> list[bytes]:
    at = luck.randrange(len(lines))
    line = bytearray(lines[at])
    for _ in range(luck.choice([1, 1, 2, 4])):
        place = luck.randrange(len(line) + 1)
        line[place : place + luck.randrange(2)] = luck.choice(
            [b"", b'"', b"[", b"]", b"=", b"#", b".", b",", b"\xff", b"\0", b"\r", "é".encode(), b"0", b"-", b" ", b"{"]
        )
    return [*lines[:at], bytes(line), *lines[at + 1 :]]


def another_value(luck: random.Random, lines: list[bytes]) -> list[bytes]:
    """The value of a setting: nonsense, or another setting's."""
    settings = [n for n, line in enumerate(lines) if re.match(rb"\s*[\w.\"-]+\s*=", line)]
    if not settings:
        return garble(luck, lines)
    at = luck.choice(settings)
    key = lines[at].split(b"=", 1)[0]
    value = luck.choice(VALUES).encode() if luck.random() < 0.6 else lines[luck.choice(settings)].split(b"=", 1)[1]
    return [*lines[:at], key + b"= " + value.strip(), *lines[at + 1 :]]


def another_inner_value(luck: random.Random, lines: list[bytes]) -> list[bytes]:
    """A number or a text anywhere in a line."""
    at = luck.randrange(len(lines))
    inner = list(re.finditer(rb'"[^"]*"|[\d.]+', lines[at]))
    if not inner:
        return garble(luck, lines)
    found = luck.choice(inner)
    line = lines[at][: found.start()] + luck.choice(VALUES).encode() + lines[at][found.end() :]
    return [*lines[:at], line, *lines[at + 1 :]]


def misspell(luck: random.Random, lines: list[bytes]) -> list[bytes]:
    at = luck.randrange(len(lines))
    words = list(re.finditer(rb"[A-Za-z_]{3,}", lines[at]))
    if not words:
        return drop(luck, lines)
    word = luck.choice(words)
    letters = bytearray(word[0])
    place = luck.randrange(len(letters) - 1)
    letters[place], letters[place + 1] = letters[place + 1], letters[place]
    new = luck.choice([bytes(letters), word[0][:-1], word[0].upper(), word[0] + b"s"])
    return [*lines[:at], lines[at][: word.start()] + new + lines[at][word.end() :], *lines[at + 1 :]]


def of_another(luck: random.Random, lines: list[bytes]) -> list[bytes]:
    """Some lines of another file, pasted in."""
    others = next(content for name, content in sound(luck).items() if name.endswith(".toml")).split(b"\n")
    first, at = luck.randrange(len(others)), luck.randrange(len(lines) + 1)
    return [*lines[:at], *others[first : first + luck.choice([1, 2, 6])], *lines[at:]]


def save_otherwise(luck: random.Random, lines: list[bytes]) -> list[bytes]:
    """As another program saves it."""
    text = b"\n".join(lines)
    how = luck.randrange(5)
    if how == 0:
        text = text.replace(b"\n", b"\r\n")
    elif how == 1:
        text = b"\xef\xbb\xbf" + text
    elif how == 2:
        text = text.decode("utf-8", "replace").encode("utf-16")
    elif how == 3:
        text = text.replace(b",", b";")
    else:
        text = text.decode("utf-8", "replace").encode("latin-1", "replace") + b"\xe9"
    return text.split(b"\n")


def another_cell(luck: random.Random, lines: list[bytes]) -> list[bytes]:
    at = luck.randrange(len(lines))
    cells = lines[at].split(b",")
    cells[luck.randrange(len(cells))] = luck.choice(CELLS).encode()
    return [*lines[:at], b",".join(cells), *lines[at + 1 :]]


def drop_column(luck: random.Random, lines: list[bytes]) -> list[bytes]:
    column = luck.randrange(len(lines[0].split(b",")))
    return [b",".join(cell for n, cell in enumerate(line.split(b",")) if n != column) for line in lines]


OF_ALL: list[Damage] = [drop, repeat, move, cut_off, garble, misspell, save_otherwise]
OF_TOML: list[Damage] = [another_value] * 6 + [another_inner_value] * 4 + [drop, misspell, of_another, of_another]
OF_CSV: list[Damage] = [another_cell] * 6 + [drop, drop, drop_column]


@dataclass(frozen=True)
class Damaged:
    """Sound files and what is done to them, one damage after another, each by its own number."""

    whole: Files
    damages: tuple[int, ...]

    def files(self) -> Files:
        files = dict(self.whole)
        for number in self.damages:
            luck = random.Random(number)
            name = self._victim(luck)
            kinds = OF_ALL + (OF_TOML if name.endswith(".toml") else OF_CSV)
            files[name] = b"\n".join(luck.choice(kinds)(luck, files[name].split(b"\n")))
        return files

    def _victim(self, luck: random.Random) -> str:
        data = sorted(name for name in self.whole if not name.endswith(".toml"))
        toml = next(name for name in self.whole if name.endswith(".toml"))
        return luck.choice(data) if data and luck.random() < 0.3 else toml


def damaged(number: int) -> Damaged:
    luck = random.Random(f"damaged/{number}")
    count = luck.choices([1, 2, 3, 6], [5, 3, 2, 1])[0]
    return Damaged(sound(luck), tuple(luck.randrange(1 << 40) for _ in range(count)))


# ---------------------------------------------------------------- what the program makes of it

REFUSED, PLAYED, UNPLAYED, LATE = "refused", "played", "sound, not played", "refused only when played"
FINE = (REFUSED, PLAYED, UNPLAYED, LATE)


class _TooLong(BaseException):
    """Not an Exception, so that nothing on the way takes it for one of its own."""


@contextmanager
def _at_most(seconds: int) -> Iterator[None]:
    def stop(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001
        raise _TooLong

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def judge(files: Files, *, play: bool = True) -> str:
    """One of FINE, or the fault: what was raised and where, a message not for planners, or that it took too long."""
    with tempfile.TemporaryDirectory() as name, warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        folder, at, toml = Path(name), "check", ""
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
            toml = path if path.endswith(".toml") else toml
        began = time.process_time()
        try:
            with _at_most(LONGEST):
                plans = load_plans(folder / toml)
                at = "run"
                return _played(plans) if play else UNPLAYED
        except SimError as error:
            text = str(error)
            if NOT_FOR_PLANNERS.search(text) or (isinstance(error, ScenarioError) and not error.problems):
                return f"{at} says {text!r}"
            return REFUSED if at == "check" else LATE
        except _TooLong:
            return f"{at} takes longer than {LONGEST} s"
        except Exception as error:
            ours = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(HOUSE)]
            where = f"{ours[-1].filename.removeprefix(HOUSE)}:{ours[-1].lineno}"
            return f"{at}: {type(error).__name__} at {where} ({error})"
        finally:
            took = time.process_time() - began
            if took > LONGEST / 2:
                print(f"{toml} took {took:.0f} s")


def _played(plans: list[Scenario]) -> str:
    """The base and its first plan, a replication of each."""
    chosen = plans[:2]
    if any(prepare(plan).contacts > MOST_PLAYED for plan in chosen):
        return UNPLAYED
    run_study([Entry(plans[0], plan) for plan in chosen], Options(1, 1, jobs=1, engine="simpy"), Silent())
    return PLAYED


def kind_of(verdict: str) -> str:
    """The verdict without what differs from file to file."""
    return re.sub(r"\(.*|'.*", "", verdict, flags=re.DOTALL).strip()


def shrink(broken: Damaged, *, play: bool = True) -> Files:
    """As few damages, then as few lines, as show the same fault."""
    fault = kind_of(judge(broken.files(), play=play))

    def still(files: Files) -> bool:
        return kind_of(judge(files, play=play)) == fault

    damages = broken.damages
    for number in broken.damages:
        fewer = tuple(other for other in damages if other != number)
        if still(Damaged(broken.whole, fewer).files()):
            damages = fewer
    files = Damaged(broken.whole, damages).files()
    for name in sorted(files, key=lambda name: name.endswith(".toml"), reverse=True):
        lines = files[name].split(b"\n")
        size = len(lines) // 2
        while size:
            at = 0
            while at < len(lines):
                fewer_lines = lines[:at] + lines[at + size :]
                if still(files | {name: b"\n".join(fewer_lines)}):
                    lines = fewer_lines
                else:
                    at += size
            size //= 2
        files[name] = b"\n".join(lines)
    return files
