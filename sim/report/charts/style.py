"""How charts look: palette, type, and a sheet whose margins are in inches so that nothing is cut or overlaps."""

from __future__ import annotations

import io
import textwrap
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

# Okabe and Ito's palette: told apart by colour-blind readers.
BLUE, VERMILION, ORANGE, GREEN, SKY = "#0072B2", "#D55E00", "#E69F00", "#009E73", "#56B4E9"
PURPLE, YELLOW, GREY = "#CC79A7", "#F0E442", "#9AA3AE"
INK, MUTED, GRID, PALE = "#1F2933", "#5B6673", "#E3E7EC", "#CBD5DF"
LINES = (BLUE, SKY, GREEN, ORANGE, PURPLE, YELLOW, VERMILION, GREY)
CHANNEL_COLOURS = {
    "phone": BLUE, "video": VERMILION, "in person": YELLOW, "chat": GREEN, "messaging": ORANGE, "email": PURPLE,
    "social": SKY, "back office": MUTED,
}  # fmt: skip
VERDICTS = {"better": BLUE, "worse": VERMILION, "unclear": GREY, "same": GREY, "": INK}

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


class Sheet:
    """A figure with a title, notes and a key above a body of so many inches."""

    def __init__(self, body: float, title: str, notes: Sequence[str] = (), key: Sequence[Any] = ()) -> None:
        lines = [line for note in notes if note for line in textwrap.wrap(note, 118)]
        wrapped = textwrap.wrap(title, 82)
        self.head = 0.12 + 0.25 * len(wrapped) + HEAD_LINE * len(lines) + (0.3 if key else 0.06)
        self.height = self.head + body
        self.figure = Figure(figsize=(WIDTH, self.height), dpi=DPI, facecolor="white")
        FigureCanvasAgg(self.figure)
        top = 0.12
        for line in wrapped:
            self._text(top, line, fontsize=13, fontweight="bold")
            top += 0.25
        for line in lines:
            self._text(top, line, fontsize=9, color=MUTED)
            top += HEAD_LINE
        if key:
            self.figure.legend(
                handles=list(key), loc="upper left", bbox_to_anchor=(0.1 / WIDTH, 1 - (top + 0.05) / self.height),
                ncols=len(key), borderaxespad=0.0, borderpad=0.0, handlelength=1.6, columnspacing=1.6,
            )  # fmt: skip

    def _text(self, top: float, text: str, **how: Any) -> None:
        self.figure.text(0.1 / WIDTH, 1 - top / self.height, text, va="top", **how)

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

    def png(self) -> bytes:
        buffer = io.BytesIO()
        self.figure.savefig(buffer, format="png", metadata={"Software": None})
        return buffer.getvalue()

    def svg(self) -> bytes:
        """The same as drawing instructions, letters as outlines."""
        buffer = io.BytesIO()
        with matplotlib.rc_context({"svg.hashsalt": "sim"}):
            self.figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
        return buffer.getvalue()


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


def line(colour: str, label: str, **how: Any) -> Line2D:
    return Line2D([], [], color=colour, label=label, **{"linewidth": 1.8, **how})


def bare(axes: Axes) -> None:
    """No frame, ticks or grid: for heat maps and labels."""
    axes.grid(False)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
