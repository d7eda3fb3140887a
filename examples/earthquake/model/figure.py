"""The intensity map as a picture: no display, no browser, no tiles; 1600 by 1200 pixels."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Outline
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, MaxNLocator
from model import coast, contours, intensity
from model.rupture import KM_PER_DEGREE, Array

SEA, LAND, COAST, INK, FAINT = "#c3d1de", "#f7f5f0", "#3d4a57", "#1c2733", "#67737f"
COLOURS = LinearSegmentedColormap.from_list("shakemap", [np.array(rgb) / 255 for rgb in intensity.PALETTE], N=512)
SCALE = Normalize(1, 10)


@dataclass(frozen=True)
class Story:
    """The words on the picture: title and headline verbatim, facts as (label, value), credits at the foot."""

    title: str
    subtitle: str
    headline: str
    facts: list[tuple[str, str]]
    credits: str


def draw(
    path: Path, lon: Array, lat: Array, mmi: Array, land: list[coast.Ring], epicentre: tuple[float, float], story: Story
) -> None:
    """Write the map as PNG to `path`."""
    with mpl.rc_context({"font.family": "DejaVu Sans", "text.color": INK, "axes.edgecolor": FAINT}):
        figure = Figure(figsize=(16, 12), dpi=100, facecolor="white")
        FigureCanvasAgg(figure)
        figure.text(0.035, 0.955, story.title, fontsize=31, weight="bold", va="center")
        figure.text(0.035, 0.912, story.subtitle, fontsize=17, color=FAINT, va="center")
        figure.text(0.035, 0.03, story.credits, fontsize=11, color=FAINT, va="center", linespacing=1.5)
        _map(figure.add_axes((0.06, 0.085, 0.645, 0.795)), lon, lat, mmi, land, epicentre)
        _panel(figure, story)
        _locator(figure.add_axes((0.735, 0.482, 0.225, 0.155)), land, epicentre)
        figure.savefig(path, metadata={"Title": story.title, "Software": None})


def window(lon: Array, lat: Array, mmi: Array, epicentre: tuple[float, float], ratio: float) -> tuple[float, ...]:
    """West, east, south, north around what is felt clearly (IV), of the wanted width to height on the ground."""
    squeeze = np.cos(np.radians(epicentre[1]))
    rows, columns = np.nonzero(mmi >= min(4.0, float(mmi.max()) - 1))
    reach = max(np.abs(lat[rows] - epicentre[1]).max(), np.abs(lon[columns] - epicentre[0]).max() * squeeze)
    whole = min(lat[-1] - epicentre[1], epicentre[1] - lat[0], (lon[-1] - lon[0]) / 2 * squeeze / max(ratio, 1))
    half = float(np.clip(1.12 * reach, 0.3 * whole, whole))
    wide = half * ratio / squeeze
    return epicentre[0] - wide, epicentre[0] + wide, epicentre[1] - half, epicentre[1] + half


def _map(
    axes: Axes, lon: Array, lat: Array, mmi: Array, land: list[coast.Ring], epicentre: tuple[float, float]
) -> None:
    box = axes.get_position()
    west, east, south, north = window(lon, lat, mmi, epicentre, box.width * 16 / (box.height * 12))
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect("auto")  # the window already has the shape of the axes
    axes.set_facecolor(SEA)

    half = (lon[1] - lon[0]) / 2, (lat[1] - lat[0]) / 2
    extent = (lon[0] - half[0], lon[-1] + half[0], lat[0] - half[1], lat[-1] + half[1])
    image: dict[str, Any] = {"extent": extent, "origin": "lower", "interpolation": "bicubic", "aspect": "auto"}
    axes.imshow(mmi, cmap=COLOURS, norm=SCALE, alpha=0.25, zorder=1, **image)
    visible = coast.near(land, west, east, south, north)
    if visible:
        _outline(axes, visible, facecolor=LAND, edgecolor="none", zorder=2)
        shore = _outline(axes, visible, facecolor="none", edgecolor=COAST, linewidth=1.1, zorder=4)
        axes.imshow(mmi, cmap=COLOURS, norm=SCALE, alpha=0.92, zorder=3, **image).set_clip_path(shore)
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    # Only what shows, and a node more: labels would be put on lines outside.
    columns = (lon > west - 2 * half[0]) & (lon < east + 2 * half[0])
    rows = (lat > south - 2 * half[1]) & (lat < north + 2 * half[1])
    _lines(axes, lon[columns], lat[rows], mmi[np.ix_(rows, columns)])
    axes.plot(*epicentre, marker="*", markersize=30, color=INK, markeredgecolor="white", markeredgewidth=1.8, zorder=8)
    _graticule(axes)
    _scale_bar(axes, (west, east, south, north))


def _outline(axes: Axes, rings: list[coast.Ring], **style: Any) -> PathPatch:
    """One patch of all rings, so that lakes are holes."""
    outlines = [Outline(ring, closed=True) for ring in rings] or [Outline(np.empty((0, 2)))]
    patch = PathPatch(Outline.make_compound_path(*outlines), **style)
    # Not add_patch: it looks for the extremes of every segment as if it were curved, 4 s for a fine coast.
    axes.add_artist(patch)
    return patch


def _lines(axes: Axes, lon: Array, lat: Array, mmi: Array) -> None:
    halves = [level for level in contours.levels(mmi) if level % 1]
    wholes = contours.levels(mmi, 1.0)
    if halves:
        axes.contour(lon, lat, mmi, levels=halves, colors=INK, linewidths=0.6, alpha=0.35, zorder=5)
    if wholes:
        drawn = axes.contour(lon, lat, mmi, levels=wholes, colors=INK, linewidths=1.6, alpha=0.85, zorder=6)
        labels = axes.clabel(
            drawn, fmt={level: intensity.level_numeral(level) for level in wholes}, fontsize=17, zorder=7
        )
        for label in labels:
            label.set(weight="bold", color=INK, path_effects=[withStroke(linewidth=4, foreground="white")])


def _graticule(axes: Axes) -> None:
    axes.grid(color="white", linewidth=0.8, alpha=0.7)
    axes.set_axisbelow(False)
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: _degrees((x + 180) % 360 - 180, "E", "W")))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: _degrees(y, "N", "S")))
    axes.tick_params(labelsize=14, color=FAINT, labelcolor=FAINT, length=5)


def _degrees(value: float, positive: str, negative: str) -> str:
    rounded = round(value, 4)
    return f"{abs(rounded):g}°" + ("" if rounded in (0, -180) else positive if rounded > 0 else negative)


def _scale_bar(axes: Axes, frame: tuple[float, ...]) -> None:
    west, east, south, north = frame
    km_per_lon = KM_PER_DEGREE * np.cos(np.radians((south + north) / 2))
    room = (east - west) * km_per_lon / 4
    length = max(step * 10.0**power for power in range(4) for step in (1, 2, 5) if step * 10.0**power <= max(room, 1))
    x, y = west + 0.035 * (east - west), south + 0.035 * (north - south)
    height, width = 0.008 * (north - south), length / km_per_lon
    for part, fill in ((0, INK), (1, "white")):
        axes.add_patch(Rectangle((x + part * width / 2, y), width / 2, height, facecolor=fill, edgecolor=INK, zorder=9))
    halo = [withStroke(linewidth=4, foreground="white")]
    axes.text(
        x + width / 2,
        y + 2 * height,
        f"{length:g} km",
        ha="center",
        va="bottom",
        fontsize=15,
        zorder=9,
        path_effects=halo,
    )


def _panel(figure: Figure, story: Story) -> None:
    left, top = 0.735, 0.882
    figure.text(left, top, story.headline, fontsize=20, weight="bold", va="top", linespacing=1.3)
    y = top - 0.028 * (story.headline.count("\n") + 1) - 0.022
    for label, value in story.facts:
        figure.text(left, y, label, fontsize=12, color=FAINT, va="top")
        figure.text(left, y - 0.017, value, fontsize=14, va="top", linespacing=1.3)
        y -= 0.044 + 0.019 * value.count("\n")

    figure.text(left, 0.435, "Modified Mercalli intensity (MMI)", fontsize=15, weight="bold", va="bottom")
    axes = figure.add_axes((left, 0.085, 0.024, 0.335))
    bar = figure.colorbar(ScalarMappable(SCALE, COLOURS), cax=axes)
    bar.set_ticks(list(range(1, 11)), labels=list(intensity.NUMERALS))
    axes.tick_params(length=4, color=FAINT, labelcolor=INK, labelsize=14)
    for mmi, word in enumerate(intensity.SHAKING, start=1):
        axes.text(2.6, SCALE(mmi), word, transform=axes.transAxes, fontsize=14, va="center")


def _locator(axes: Axes, land: list[coast.Ring], epicentre: tuple[float, float]) -> None:
    """Where on Earth the map is: 60 degrees of longitude around it."""
    lon, lat = epicentre
    box = axes.get_position()
    tall = 60 * np.cos(np.radians(lat)) * box.height * 12 / (box.width * 16)
    frame = (lon - 30, lon + 30, lat - tall / 2, lat + tall / 2)
    axes.set_facecolor(SEA)
    _outline(axes, coast.near(land, *frame), facecolor=LAND, edgecolor=FAINT, linewidth=0.4)
    axes.plot(lon, lat, marker="*", markersize=17, color=INK, markeredgecolor="white", markeredgewidth=1.2)
    axes.set(xlim=frame[:2], ylim=frame[2:], xticks=[], yticks=[])


def event_time(value: str) -> str:
    """2018-02-06 15:50:42 UTC from ISO 8601."""
    return f"{datetime.fromisoformat(value):%Y-%m-%d %H:%M:%S} UTC"
