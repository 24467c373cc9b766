"""The control layers of a map: areas by sub-zone, lines, and points as marks of one size."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from sanxian.report import style
from sanxian.report.style import Style
from sanxian.report.view import View, element, flatten, tooltip

if TYPE_CHECKING:
    from sanxian.report.model import Report

#: Above this many features the outlines get thin, so that they do not hide the fill.
MOST_OUTLINES = 2000
#: Areas of a control layer smaller than this are left out of the drawing, and counted below it.
LEAST_FEATURE_PX = 0.5

_KINDS = {
    shapely.GeometryType.POINT: "point",
    shapely.GeometryType.MULTIPOINT: "point",
    shapely.GeometryType.LINESTRING: "line",
    shapely.GeometryType.LINEARRING: "line",
    shapely.GeometryType.MULTILINESTRING: "line",
}


@dataclass(frozen=True)
class DrawnLayers:
    """The control layers in a window."""

    #: Areas, to be drawn below the plots.
    svg: str
    #: Points and lines, which would vanish below what is drawn on their ground.
    marks: str
    #: The styles that each layer took, in the order of the report's layers; none where nothing of it is in the window.
    by_layer: list[list[Style]]
    #: How many features were too small to draw.
    left_out: int

    @property
    def styles(self) -> list[Style]:
        """Every style once, from the lowest to the highest in the drawing."""
        shown: dict[str, Style] = {}
        for looks in self.by_layer:
            for look in looks:
                shown.setdefault(look.title, look)
        return sorted(shown.values(), key=lambda look: look.order)


def draw_layers(report: Report, view: View, prefix: str) -> DrawnLayers:
    """The control layers in the window; each mark names its layer as ``data-layer``."""
    areas: list[tuple[int, str]] = []
    marks: list[str] = []
    by_layer: list[list[Style]] = []
    left_out = 0
    for number, (layer, near) in enumerate(report.layers_near(view.bounds)):
        zones = style.SubZones.from_evidence(report.evidence, layer.role, layer.nth)
        column = zones.column(near)
        names = near[column].tolist() if column else [None] * len(near)
        shapes = view.clip(near.geometry)
        kinds = np.array([_KINDS.get(kind, "area") for kind in shapely.get_type_id(shapes)], dtype=object)
        is_small = (view.extents_px(shapes) < LEAST_FEATURE_PX) & (kinds == "area")
        left_out += int(is_small.sum())
        shown = []
        for (kind, name), group in _by_kind_and_name(kinds, names, shapes, ~is_small).items():
            look = style.style_of(layer.role, name, zones.identifiers.get(name or ""), kind)
            if len(group) > MOST_OUTLINES:
                look = replace(look, stroke_width=look.stroke_width / 3)
            shown.append(look)
            if look.kind == "area":
                areas += _areas(group, look, view, prefix, number)
            else:
                marks.append(_marks(group, look, view, number))
        by_layer.append(shown)
    areas.sort(key=lambda pair: pair[0])
    return DrawnLayers("".join(svg for _, svg in areas), "".join(marks), by_layer, left_out)


def _marks(shapes: np.ndarray, look: Style, view: View, number: int) -> str:
    """Points or lines of one look."""
    if look.kind == "line":
        return style.line("".join(map(view.path, shapes)), look, data_layer=number)
    places = (view.pixel(point.x, point.y) for shape in shapes for point in flatten(shape))
    marks = "".join(style.point(x, y, look, data_anchor=f"{x:.1f} {y:.1f}") for x, y in places)
    return element("g", tooltip(look.title) + marks, data_layer=number)


def _areas(shapes: np.ndarray, look: Style, view: View, prefix: str, number: int) -> list[tuple[int, str]]:
    """Areas of one look, with their places in the drawing order."""
    d = "".join(map(view.path, shapes))
    drawn = [(look.order, style.area(d, look, prefix, look.title, data_layer=number))]
    if look.is_boundary:
        drawn.append((style.ABOVE_ALL, style.line(d, look, data_layer=number)))
    return drawn


def _by_kind_and_name(
    kinds: np.ndarray, names: list[Any], shapes: np.ndarray, chosen: np.ndarray
) -> dict[tuple[str, str | None], np.ndarray]:
    """The chosen shapes by kind and sub-zone, all wound alike, as the non-zero fill rule of one common path needs."""
    groups: dict[tuple[str, str | None], list[int]] = {}
    for at in np.flatnonzero(chosen & ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))):
        name = None if pd.isna(names[at]) else str(names[at])
        groups.setdefault((kinds[at], name), []).append(int(at))
    return {key: shapely.normalize(shapes[members]) for key, members in groups.items()}
