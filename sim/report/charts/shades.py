"""Cells in a few shades that a page can change with its colours: the darker, the more, or the worse."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from sim.report.charts.style import ABOVE, BELOW, HEAT, INK, PALE, PAPER, STRONG, Sheet, area

Floats = NDArray[np.float64]

STEPS = (-0.30, -0.15, -0.05, 0.0, 0.05)
"""Where the shade of a share's distance from its target changes."""
DISTANCES = (*BELOW[::-1], *ABOVE)
NO_CELL = -1


def distance_shades(distance: Floats) -> NDArray[np.int64]:
    """The place in DISTANCES of each distance from the target; NO_CELL where there is none."""
    found = np.digitize(np.nan_to_num(distance + 1e-9), STEPS)
    return np.where(np.isfinite(distance), found, NO_CELL)


def distance_key() -> list[Patch]:
    """What the shades say, the best first."""
    told = ("5 points above target, or more", "at target", "below it", "5", "15", "30 points below, or more")
    patches = [area(shade, text) for shade, text in zip(DISTANCES[::-1], told, strict=True)]
    for patch in patches:
        # The palest are nearly the paper's.
        patch.set_edgecolor(PALE)
    return patches


def letters_on(shade: str) -> str:
    return PAPER if shade in STRONG else INK


def heat_edges(highest: float) -> Floats:
    """Round figures at which the shades of HEAT change, from 0 to the highest or beyond."""
    return np.asarray(MaxNLocator(len(HEAT) - 1).tick_values(0.0, max(highest, 1e-9)), np.float64)


def heat_shades(values: Floats, edges: Floats) -> NDArray[np.int64]:
    """The place in HEAT of each value: the first for nothing at all."""
    found = np.clip(np.digitize(np.nan_to_num(values), edges, right=True), 0, len(edges) - 1)
    return np.where(np.isfinite(values), found, NO_CELL)


def draw_cells(axes: Axes, x: Floats, shades: NDArray[np.int64], colours: tuple[str, ...]) -> None:
    """Rows × columns between the edges `x` in these shades; neighbours alike in one piece."""
    for number, colour in enumerate(colours):
        pieces = [box for row, own in enumerate(shades) for box in _runs(own == number, x, row)]
        if pieces:
            path = Path.make_compound_path(*(Path(box, closed=True) for box in pieces))
            axes.add_patch(PathPatch(path, facecolor=colour, edgecolor="none", linewidth=0))


def _runs(chosen: NDArray[np.bool_], x: Floats, row: int) -> list[Floats]:
    changes = np.flatnonzero(np.diff(np.r_[False, chosen, False].astype(int)))
    return [
        np.array([(x[a], row), (x[b], row), (x[b], row + 1), (x[a], row + 1), (x[a], row)], np.float64)
        for a, b in changes.reshape(-1, 2).tolist()
    ]


def heat_key(sheet: Sheet, axes: Axes, edges: Floats, unit: str) -> None:
    """The shades of HEAT and where they change, to the right of the axes."""
    box = axes.get_position()
    scale = sheet.figure.add_axes((box.x1 + 0.012, box.y0, 0.014, box.height))
    steps = len(edges) - 1
    scale.set_ylim(0, steps)
    scale.set_xlim(0, 1)
    for step, shade in enumerate(HEAT[1 : steps + 1]):
        scale.axhspan(step, step + 1, color=shade, linewidth=0)
    scale.grid(False)
    scale.set_xticks([])
    scale.set_yticks(range(steps + 1), [f"{edge:,.6g}" for edge in edges])
    scale.yaxis.set_label_position("right")
    scale.yaxis.tick_right()
    scale.tick_params(length=0)
    scale.spines[:].set_visible(False)
    scale.set_ylabel(unit)
