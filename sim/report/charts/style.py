"""How charts look: palette, type, and a sheet whose margins are in inches so that nothing is cut or overlaps."""

from __future__ import annotations

import io
import textwrap
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text

from sim.report.charts.svg import Drawn, Mark, inline

# After Okabe and Ito's palette, told apart by colour-blind readers; each at least 3:1 on white, or it would fade.
BLUE, VERMILION, ORANGE, GREEN, SKY = "#0072B2", "#D55E00", "#B87A00", "#009E73", "#3D97D3"
PURPLE, OLIVE, GREY = "#B9609A", "#8C7A00", "#7F8994"
INK, MUTED, GRID, PALE, PAPER, CLOSED = "#1F2933", "#5B6673", "#E3E7EC", "#CBD5DF", "#FFFFFF", "#EEF0F2"
CHANNEL_COLOURS = {
    "phone": BLUE, "video": VERMILION, "in person": OLIVE, "chat": GREEN, "messaging": ORANGE, "email": PURPLE,
    "social": SKY, "back office": MUTED,
}  # fmt: skip
CHANNEL_MARKS = {
    "phone": "o", "video": "v", "in person": "X", "chat": "s", "messaging": "D", "email": "^", "social": "P",
    "back office": "*",
}  # fmt: skip
"""A channel's shape beside its colour, on its line and in the key."""
VERDICTS = {"better": BLUE, "worse": VERMILION, "unclear": GREY, "same": GREY, "": INK}
VERDICT_MARKS: dict[str, dict[str, Any]] = {
    "better": {"marker": "o", "markersize": 6.0},
    "worse": {"marker": "X", "markersize": 8.0},
    "unclear": {"marker": "o", "markersize": 6.0, "markerfacecolor": PAPER},
    "same": {"marker": "o", "markersize": 6.0, "markerfacecolor": PAPER},
    "": {"marker": "D", "markersize": 5.0},
}
"""A verdict's shape beside its colour: better and worse are alike in grey."""

HEAT = ("#FFFFFF", "#FDE7D6", "#F8C9A5", "#EB9A5F", "#CC6414", "#8A3300")
"""From nothing to the most there is."""
ABOVE, BELOW = ("#F1F7FB", "#E3EFF7"), ("#F8D3B8", "#EFA878", "#C25100", "#8A3300")
"""Shares at and beyond their target, and short of it: the darker the worse, in grey, too."""
STRONG = frozenset(BELOW[2:])
"""Shades that letters must be light on."""

LETTERS = {
    BLUE: "#00568A", VERMILION: "#B34700", ORANGE: "#855800", GREEN: "#00694D", SKY: "#1F6DA0", PURPLE: "#93407A",
    OLIVE: "#6B5D00", GREY: MUTED,
}  # fmt: skip
"""What a colour becomes in text, which needs 4.5:1."""

WIDTH = 9.0
DPI = 160
"""Nine inches at this density are sharp on a screen and readable at 900 px."""

HEAD_LINE = 0.2

STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "text.parse_math": False,
    "text.color": INK,
    "axes.edgecolor": PALE,
    "axes.labelcolor": MUTED,
    "axes.labelsize": 9,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.titlepad": 5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "xtick.color": PALE,
    "ytick.color": PALE,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "legend.frameon": False,
    "legend.fontsize": 9,
}


@contextmanager
def drawing() -> Iterator[None]:
    """The project's style, whatever the user's own settings say, and put back afterwards."""
    with matplotlib.style.context(["default", STYLE]), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        yield


@dataclass(frozen=True)
class Told:
    """What a mark says when pointed at. `x`, `y`: from and to, in the axes' figures; no `y`: their whole height."""

    axes: Axes
    text: str
    x: tuple[float, float]
    y: tuple[float, float] | None
    plan: str


class Sheet:
    """A figure with a title, notes and a key above a body of so many inches."""

    def __init__(self, body: float, title: str, notes: Sequence[str] = (), key: Sequence[Any] = ()) -> None:
        self.title, self.notes, self.told = title, tuple(note for note in notes if note), list[Told]()
        lines = [line for note in self.notes for line in textwrap.wrap(note, 118)]
        wrapped = textwrap.wrap(title, 82)
        self.above_key = 0.12 + 0.25 * len(wrapped) + HEAD_LINE * len(lines)
        self.head = self.above_key + (0.3 if key else 0.06)
        self.height = self.head + body
        self.figure = Figure(figsize=(WIDTH, self.height), dpi=DPI, facecolor=PAPER)
        FigureCanvasAgg(self.figure)
        top, self._headings = 0.12, list[Text]()
        for line in wrapped:
            self._heading(top, line, fontsize=13, fontweight="bold")
            top += 0.25
        for line in lines:
            self._heading(top, line, fontsize=9, color=MUTED)
            top += HEAD_LINE
        if key:
            self.figure.legend(
                handles=list(key), loc="upper left", bbox_to_anchor=(0.1 / WIDTH, 1 - (top + 0.05) / self.height),
                ncols=len(key), borderaxespad=0.0, borderpad=0.0, handlelength=1.6, columnspacing=1.6,
            )  # fmt: skip

    def _heading(self, top: float, text: str, **how: Any) -> None:
        self._headings.append(self.figure.text(0.1 / WIDTH, 1 - top / self.height, text, va="top", **how))

    def grid(
        self, rows: int, columns: int, *, left: float, right: float = 0.2, bottom: float = 0.55, above: float = 0.3,
        across: float = 0.5, down: float = 0.35, ratios: Sequence[float] | None = None, **share: Any,
    ) -> Any:  # fmt: skip
        """Axes in rows × columns with margins and gaps in inches; an array of Axes of that shape."""
        wide = (WIDTH - left - right - across * (columns - 1)) / columns
        high = (self.height - self.head - above - bottom - down * (rows - 1)) / rows
        return self.figure.subplots(
            rows, columns, squeeze=False, width_ratios=ratios,
            gridspec_kw={
                "left": left / WIDTH, "right": 1 - right / WIDTH, "bottom": bottom / self.height,
                "top": 1 - (self.head + above) / self.height, "wspace": across / wide, "hspace": down / high,
            },
            **share,
        )  # fmt: skip

    def tell(
        self, axes: Axes, text: str, x: tuple[float, float], y: tuple[float, float] | None = None, plan: str = ""
    ) -> None:
        """Let a mark say its value: on a page when pointed at, or reached by keys. `plan`: whose it is."""
        self.told.append(Told(axes, text, x, y, plan))

    def tell_point(self, axes: Axes, text: str, x: float, y: float, plan: str = "") -> None:
        self.told.append(Told(axes, text, (x, x), (y, y), plan))

    def drawn(self, name: str, with_svg: bool = False) -> Drawn:
        """`name`: the picture's file name, by which a page tells its parts from those of others."""
        for text in self.figure.findobj(Text):
            colour = to_hex(text.get_color()).upper()
            text.set_color(LETTERS.get(colour, colour))
        png = self._saved("png", {"Software": None})
        svg = self._saved("svg", {"Date": None, "Creator": None}) if with_svg else b""
        return Drawn(png, self._inline(name.removesuffix(".png")), self.title, self.notes, svg)

    def _saved(self, kind: str, metadata: dict[str, Any], **how: Any) -> bytes:
        buffer = io.BytesIO()
        settings: dict[Any, Any] = {"svg.hashsalt": "sim", **how}
        with matplotlib.rc_context(settings):
            self.figure.savefig(buffer, format=kind, metadata=metadata)
        return buffer.getvalue()

    def _inline(self, name: str) -> str:
        """Without the heading, which the page prints itself."""
        for artist in (*self._headings, self.figure.patch):
            artist.set_visible(False)
        source = self._saved("svg", {"Date": None, "Creator": None}, **{"svg.fonttype": "none"})
        return inline(source, name, self.title, 72.0 * self.above_key, [self._mark(one) for one in self.told])

    def _mark(self, told: Told) -> Mark:
        """Where it is on the sheet, in points from the top left."""
        low, high = (0.0, 1.0) if told.y is None else told.y
        where = told.axes.get_xaxis_transform() if told.y is None else told.axes.transData
        corners = where.transform([(told.x[0], low), (told.x[1], high)]) * 72.0 / self.figure.dpi
        left, right = sorted(corners[:, 0].tolist())
        bottom, top = sorted(corners[:, 1].tolist())
        panel = told.axes.get_title(loc="left").strip()
        height = 72.0 * self.height
        return Mark((left, height - top, right, height - bottom), told.text, panel, told.plan, id(told.axes))


def clip(name: str, most: int = 24) -> str:
    """A long name with its middle left out, so that what tells two names apart is likely to stay."""
    if len(name) <= most:
        return name
    head = (most - 1) * 3 // 5
    return f"{name[:head]}…{name[len(name) - (most - 1 - head) :]}"


def room_for(names: Sequence[str], most: int = 24, size: float = 9.5) -> float:
    """Inches that the longest of these names takes as tick labels."""
    return 0.25 + max((len(clip(name, most)) for name in names), default=0) * size * 0.0088


def area(colour: str, label: str, **how: Any) -> Patch:
    return Patch(facecolor=colour, edgecolor="none", label=label, **how)


def hatched(colour: str, hatch: str, label: str) -> Patch:
    """A patch of a key whose hatch is in the paper's colour."""
    patch = area(colour, label, hatch=hatch)
    patch.set_edgecolor(PAPER)
    return patch


def line(colour: str, label: str, **how: Any) -> Line2D:
    return Line2D([], [], color=colour, label=label, **{"linewidth": 1.8, **how})


def bare(axes: Axes) -> None:
    """No frame, ticks or grid: for heat maps and labels."""
    axes.grid(False)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
