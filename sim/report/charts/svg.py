"""A matplotlib SVG as a page shows it: the page's colours and letters, marks that tell their values, few bytes."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

SVG, XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"

VARIABLES = {
    "#1f2933": "ink", "#5b6673": "muted", "#ffffff": "paper", "#e3e7ec": "c-grid", "#cbd5df": "c-pale",
    "#eef0f2": "c-closed",
    "#0072b2": "c-blue", "#d55e00": "c-vermilion", "#b87a00": "c-orange", "#009e73": "c-green", "#3d97d3": "c-sky",
    "#b9609a": "c-purple", "#8c7a00": "c-olive", "#7f8994": "c-grey",
    "#00568a": "t-blue", "#b34700": "t-vermilion", "#855800": "t-orange", "#00694d": "t-green", "#1f6da0": "t-sky",
    "#93407a": "t-purple", "#6b5d00": "t-olive",
    "#fde7d6": "heat-1", "#f8c9a5": "heat-2", "#eb9a5f": "heat-3", "#cc6414": "heat-4", "#8a3300": "heat-5",
    "#f1f7fb": "above-1", "#e3eff7": "above-2", "#f8d3b8": "below-1", "#efa878": "below-2", "#c25100": "below-3",
}  # fmt: skip
"""The variable that stands for each colour of the charts, in light, dark and print (`page/drawn.html`)."""

KEPT = (
    "fill-opacity", "stroke-opacity", "opacity", "stroke-width", "stroke-dasharray", "font-size", "font-weight",
    "text-anchor",
)  # fmt: skip
"""Of a style; the rest is as the drawing's root has it, or the page."""

DEFAULTS = {"text-anchor": "start", "font-weight": "400", "opacity": "1", "stroke-width": "1"}
LEAST = 4.0
"""Points from the middle of a mark of no width within which a pointer finds it."""

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
_STEP = re.compile(r"([MLHVCQZmlhvcqz])([^A-Za-z]*)")
_ROTATED = re.compile(r"rotate\((-?[\d.]+) ")
_MOVED = re.compile(r"translate\((-?[\d.]+) (-?[\d.]+)\)(?: rotate\((-?[\d.]+)\))?")


class Drawn(NamedTuple):
    """A picture: as a file for slides, and as what a page shows of it in its own colours, under its own heading."""

    png: bytes
    inline: str
    title: str = ""
    notes: tuple[str, ...] = ()
    svg: bytes = b""
    """As a file of its own, letters as outlines; empty where there is none."""

    def files(self, name: str) -> dict[str, bytes]:
        """By file name, of the picture's own name with its suffix .png."""
        return {name: self.png} | ({f"{name.removesuffix('.png')}.svg": self.svg} if self.svg else {})


class Mark(NamedTuple):
    """A place that tells something. `box`: left, top, right, bottom, in points; `place`: the same of one panel."""

    box: tuple[float, float, float, float]
    text: str
    panel: str
    plan: str
    place: int


def inline(source: bytes, name: str, label: str, top: float, marks: Sequence[Mark]) -> str:
    """The SVG in a page. Ids begin with `name`; what lies above `top` points is cut off, where the heading was."""
    root = ET.fromstring(source)
    width, height = (float(part) for part in root.attrib["viewBox"].split()[2:])
    writer = _Writer(name)
    drawing = "".join(writer.written(child) for child in root)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 {_short(top)} {_short(width)} {_short(height - top)}" '
        f'role="img" tabindex="0" aria-label={quoteattr(label)} stroke-linejoin="round">'
        f"{drawing}{''.join(_told(marks))}</svg>"
    )


class _Writer:
    """Elements as text; ids are numbered as they come, so that they are unique in a page and always the same."""

    def __init__(self, name: str) -> None:
        self.name, self.ids = name, dict[str, str]()

    def written(self, e: ET.Element) -> str:
        tag = e.tag.removeprefix(SVG)
        if tag in ("metadata", "style"):
            return ""
        inside = "".join(self.written(child) for child in e)
        if tag in ("g", "defs", "text") and not inside and not (e.text or "").strip():
            return ""
        attributes = self._attributes(tag, e)
        if tag == "g" and not attributes:
            return inside
        if tag == "text":
            inside = escape((e.text or "").strip())
        opening = tag + "".join(f' {key}="{value}"' for key, value in attributes.items())
        return f"<{opening}>{inside}</{tag}>" if inside else f"<{opening}/>"

    def _attributes(self, tag: str, e: ET.Element) -> dict[str, str]:
        found = dict[str, str]()
        if tag in ("path", "clipPath", "pattern") and "id" in e.attrib:
            found["id"] = self._id(e.attrib["id"])
        for key in ("x", "y", "width", "height", "patternUnits"):
            if key in e.attrib:
                found[key] = _short(float(e.attrib[key])) if key != "patternUnits" else e.attrib[key]
        if "d" in e.attrib:
            found["d"] = compact(e.attrib["d"])
        if XLINK + "href" in e.attrib:
            found["href"] = f"#{self._id(e.attrib[XLINK + 'href'][1:])}"
        if "clip-path" in e.attrib:
            found["clip-path"] = self._reference(e.attrib["clip-path"])
        found |= _placed(e.attrib.get("transform", ""), found)
        plain = {key: e.attrib[key] for key in ("fill", "stroke") if key in e.attrib}
        return found | self._styled(plain | dict(_declared(e.attrib.get("style", ""))))

    def _styled(self, style: dict[str, str]) -> dict[str, str]:
        found = {key: self._paint(value) for key, value in style.items() if key in ("fill", "stroke")}
        for key in KEPT:
            if key in style and style[key] != DEFAULTS.get(key):
                found[key] = _NUMBER.sub(lambda number: _short(float(number[0])), style[key].removesuffix("px"))
        return found

    def _paint(self, value: str) -> str:
        if value.startswith("#"):
            return f"var(--{VARIABLES[value.lower()]})" if value.lower() in VARIABLES else value
        return self._reference(value)

    def _reference(self, value: str) -> str:
        return f"url(#{self._id(value[5:-1])})" if value.startswith("url(#") else value

    def _id(self, old: str) -> str:
        return self.ids.setdefault(old, f"{self.name}-{len(self.ids) + 1}")


def _declared(style: str) -> Iterator[tuple[str, str]]:
    for declaration in filter(None, style.split(";")):
        key, _, value = declaration.partition(":")
        yield key.strip(), value.strip()


def _placed(transform: str, at: dict[str, str]) -> dict[str, str]:
    """Where text stands; matplotlib turns every line of it, most of them by nothing."""
    turned = _ROTATED.match(transform)
    if turned and float(turned[1]):
        return {"transform": f"rotate({_short(float(turned[1]))} {at['x']} {at['y']})"}
    moved = _MOVED.match(transform)
    if moved:
        x, y = _short(float(moved[1])), _short(float(moved[2]))
        return {"x": x, "y": y, **({"transform": f"rotate({_short(float(moved[3]))} {x} {y})"} if moved[3] else {})}
    return {}


def compact(path: str) -> str:
    """A path of M, L, C, Q and Z in steps of tenths of a point, which take a third of the bytes.

    Whole tenths are counted, so that rounding does not add up; what goes on in the same direction is one step.
    """
    steps = list[tuple[str, list[int]]]()
    here, began = (0, 0), (0, 0)
    for command, numbers in _STEP.findall(path):
        if command in "Zz":
            steps.append(("z", []))
            here = began
            continue
        tenths = [round(10.0 * float(number)) for number in _NUMBER.findall(numbers)]
        step = [tenth - here[n % 2] for n, tenth in enumerate(tenths)]
        here = (tenths[-2], tenths[-1])
        if command == "M":
            began = here
            steps.append(("M", tenths))
        elif command == "L" and 0 in step:
            _go_on(steps, "h" if step[1] == 0 else "v", sum(step))
        else:
            steps.append((command.lower(), step))
    return _written(steps)


def _go_on(steps: list[tuple[str, list[int]]], letter: str, length: int) -> None:
    """A step across or down, which may lengthen the last one."""
    last, (*_, before) = steps[-1][0], (0, *steps[-1][1])
    if last == letter and before * length > 0:
        steps[-1] = (letter, [before + length])
    elif length:
        steps.append((letter, [length]))


def _written(steps: Sequence[tuple[str, list[int]]]) -> str:
    parts, last = list[str](), ""
    for letter, step in steps:
        text = _joined([_short(number / 10.0) for number in step])
        if letter == last and letter not in "Mz":
            parts.append(text if text.startswith("-") else f" {text}")
        else:
            parts.append(letter + text)
        last = letter
    return "".join(parts)


def _joined(numbers: Sequence[str]) -> str:
    """A minus sign parts two numbers, too."""
    return "".join(number if n == 0 or number[0] == "-" else f" {number}" for n, number in enumerate(numbers))


def _short(value: float) -> str:
    text = f"{value:.1f}".removesuffix(".0")
    text = "0" if text == "-0" else text
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def _told(marks: Sequence[Mark]) -> Iterator[str]:
    """Marks that cannot be seen, over those drawn: a group for each panel and plan, in the order of drawing."""
    for (_, panel, plan), own in groupby(marks, key=lambda mark: (mark.place, mark.panel, mark.plan)):
        whose = f" data-plan={quoteattr(plan)}" if plan else ""
        what = f" data-panel={quoteattr(panel)}" if panel else ""
        yield f'<g class="told"{whose}{what}>'
        for mark in own:
            yield f'<path d="{_box(mark.box)}"><title>{escape(mark.text)}</title></path>'
        yield "</g>"


def _box(box: tuple[float, float, float, float]) -> str:
    left, top, right, bottom = box
    if right - left < 1.0:
        left, right = (left + right) / 2 - LEAST, (left + right) / 2 + LEAST
    if bottom - top < 1.0:
        top, bottom = (top + bottom) / 2 - LEAST, (top + bottom) / 2 + LEAST
    return compact(f"M{left:.2f} {top:.2f}L{right:.2f} {top:.2f}L{right:.2f} {bottom:.2f}L{left:.2f} {bottom:.2f}Z")
