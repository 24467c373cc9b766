"""Five faults of the kind that a submission is sent back for, each in a plot of its own."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry import Polygon

from .ellipsoid import ORIGIN_E_M, ORIGIN_N_M

BOW_TIE_PLOT, DUPLICATE_PLOT, GAP_PLOTS, SHORT_USES_PLOT, SWAPPED_PLOT = "9", "7", ("21", "22"), "17", "12"
GAP_MM = 30.0
SHORT_HA = 0.02


def _with_exterior(polygon, coords: np.ndarray) -> Polygon:
    return Polygon(coords, [shapely.get_coordinates(ring) for ring in polygon.interiors])


def bow_tie(polygon) -> Polygon:
    """Two neighbouring vertices change places: those whose three edges are longest."""
    coords = shapely.get_coordinates(polygon.exterior)[:-1]
    count = len(coords)
    edges = np.hypot(*(np.roll(coords, -1, axis=0) - coords).T)
    shortest = [min(edges[i - 1], edges[i], edges[(i + 1) % count]) for i in range(count)]
    i = int(np.argmax(shortest))
    order = np.arange(count)
    order[[i, (i + 1) % count]] = order[[(i + 1) % count, i]]
    return _with_exterior(polygon, coords[order])


def step_back(polygon, neighbour):
    """What is left of a polygon 3 cm away from a neighbour that it touches."""
    left = polygon.difference(neighbour.buffer(GAP_MM, join_style="mitre"))
    return shapely.transform(left, np.round)


def swapped_point(polygon) -> Polygon:
    """The third vertex has its coordinates in the wrong order."""
    coords = shapely.get_coordinates(polygon.exterior)[:-1]
    origin = np.array([ORIGIN_E_M, ORIGIN_N_M]) * 1000.0
    coords[2] = (coords[2] + origin)[::-1] - origin
    return _with_exterior(polygon, coords)


def faulty_rows(rows: list[dict]) -> list[dict]:
    """The plots of the text: a bow tie, a gap of 3 cm, and one plot twice. Declared areas stay."""
    by_id = {row["plot_id"]: row for row in rows}
    near, far = GAP_PLOTS
    changed = {
        BOW_TIE_PLOT: bow_tie(by_id[BOW_TIE_PLOT]["polygon_mm"]),
        far: step_back(by_id[far]["polygon_mm"], by_id[near]["polygon_mm"]),
    }
    if changed[BOW_TIE_PLOT].is_valid or not changed[far].is_valid:
        raise RuntimeError("the bow tie must be invalid, the plot that steps back valid")
    out = [{**row, "polygon_mm": changed.get(row["plot_id"], row["polygon_mm"])} for row in rows]
    return [*out, dict(by_id[DUPLICATE_PLOT])]


def faulty_shapes(rows: list[dict]) -> list:
    """The same plots for the Shapefile, where one has a swapped point."""
    return [swapped_point(row["polygon_mm"]) if row["plot_id"] == SWAPPED_PLOT else row["polygon_mm"] for row in rows]


def short_uses(use_rows: list[dict], plot_name: str) -> list[dict]:
    """The first use of a plot states 0.02 ha less than it has."""
    out, is_done = [], False
    for row in use_rows:
        if not is_done and row["PlotName"] == plot_name:
            row, is_done = {**row, "PurArea": row["PurArea"] - SHORT_HA}, True
        out.append(row)
    return out
