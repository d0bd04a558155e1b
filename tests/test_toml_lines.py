"""The locator of settings against the standard library's parser: the same places, on the lines where they stand."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.scenario.reading.toml_lines import locate
from sim.scenario.reading.toml_reader import read

SHIPPED = [
    *Path(__file__).parents[1].glob("scenarios/*.toml"),
    Path(sim.__file__).parent / "scenario/starter/starter.toml",
]


def places(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    for key, entry in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*place, key)
        if isinstance(entry, dict | list):
            yield from places(entry, (*place, key))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_setting_of_a_shipped_scenario_has_the_line_of_its_key(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines, written = locate(text).of, text.splitlines()
    assert set(lines) == set(places(tomllib.loads(text)))
    for place, line in lines.items():
        assert isinstance(place[-1], int) or place[-1] in written[line - 1]


bare = st.from_regex(r"\A[A-Za-z0-9_-]{1,5}\Z")
key = bare | st.sampled_from(['"a b"', "'x.y'", '"#"', '"q\\"u"', '"é"', '"[t]"'])
scalar = st.sampled_from(
    ["1", "-2", "+3", "4.5e-3", "true", "1979-05-27", "07:32:00", '"text # no comment"', "'a = 1'", '"}]"', '"\\\\"', '"""a\n[b]\n"c" = 1"""',
     "'''x\n'y' = \"'''", '"""q\\"""" ""', "inf"]
).filter(lambda text: text != '"""q\\"""" ""')  # fmt: skip
value = st.recursive(
    scalar,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda v: f"[ {', '.join(v)} ]")
        | st.lists(inner, max_size=3).map(lambda v: "[\n" + "".join(f"  {one}, # [x]\n" for one in v) + "]")
        | st.dictionaries(bare, inner, max_size=3).map(
            lambda d: "{ " + ", ".join(f"{k} = {v}" for k, v in d.items()) + " }"
        )
    ),
    max_leaves=6,
)
setting = st.builds(lambda keys, v, tail: f"{' . '.join(keys)} = {v}{tail}", st.lists(key, min_size=1, max_size=3), value,
                    st.sampled_from(["", "  # x = 1", " # ]}\"'"]))  # fmt: skip
header = st.builds(
    lambda keys, double: f"{'[[' if double else '['} {'.'.join(keys)} {']]' if double else ']'}",
    st.lists(key, min_size=1, max_size=3),
    st.booleans(),
)
text = st.lists(setting | header | st.sampled_from(["", "# [c]", "\t"]), max_size=12).map("\n".join)


@settings(max_examples=400, deadline=None)
@given(text)
def test_any_valid_text_is_located_as_it_is_parsed(text: str) -> None:
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        # Keys that stand twice: refused there, and reported here.
        assert read(text).mistakes
        return
    found = locate(text)
    assert set(found.of) == set(places(raw))
    assert all(1 <= line <= text.count("\n") + 1 for line in found.of.values())
    assert read(text).raw == raw
    assert not read(text).mistakes


@settings(max_examples=150, deadline=None)
@given(text, st.text(max_size=30), st.integers(0, 400))
def test_any_text_is_read_and_what_is_reported_has_a_line(text: str, noise: str, at: int) -> None:
    broken = text[:at] + noise + text[at:]
    document = read(broken)
    for mistake in document.mistakes:
        assert 1 <= mistake.line <= broken.count("\n") + 2
        assert mistake.what
    try:
        tomllib.loads(broken.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError:
        assert document.mistakes or ("\r" in broken and "\n" not in broken)


def test_lines_of_everything_that_a_line_may_hold() -> None:
    found = locate(
        'a.b = 1\n\n[c] # x\nd = [\n  { e = 1 },\n  2,\n]\n[[c.f]]\n[[c.f]]\ng = """x\n\ny"""\nh = { i.j = +2 }\n'
    )
    assert found.of == {
        ("a",): 1, ("a", "b"): 1, ("c",): 3, ("c", "d"): 4, ("c", "d", 0): 5, ("c", "d", 0, "e"): 5, ("c", "d", 1): 6,
        ("c", "f"): 8, ("c", "f", 0): 8, ("c", "f", 1): 9, ("c", "f", 1, "g"): 10, ("c", "f", 1, "h"): 13,
        ("c", "f", 1, "h", "i"): 13, ("c", "f", 1, "h", "i", "j"): 13,
    }  # fmt: skip
    assert found.whole == {("c",), ("c", "d", 0), ("c", "f", 0), ("c", "f", 1), ("c", "f", 1, "h")}
    assert found.signed == {("c", "f", 1, "h", "i", "j"): "+2"}


def test_texts_over_lines_count_within_a_value_too() -> None:
    assert locate('a = ["""x\n\n""", \'\'\'y\n\'\'\',\n{ b = 1 }]\nc = 2\n').of == {
        ("a",): 1, ("a", 0): 1, ("a", 1): 3, ("a", 2): 5, ("a", 2, "b"): 5, ("c",): 6,
    }  # fmt: skip
