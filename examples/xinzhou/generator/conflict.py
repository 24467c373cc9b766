"""Three changed plots: one takes basic farmland, one touches the red line, one leaves the zone by a 0.2 m sliver."""

from __future__ import annotations

import math

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon

from . import layout
from .controls import south_edge
from .ellipsoid import area_m2
from .partition import bisect, polygons_of, to_metres

FARMLAND_PLOT, CONTACT_PLOT, SLIVER_PLOT = "25", "1", "38"
FARMLAND_M2 = 3_700.0
SLIVER_WIDTH_M = 0.2


def _millimetres(points) -> np.ndarray:
    return np.round(np.asarray(points, float) * 1000.0)


def take_farmland(plot_mm, farmland_mm: list):
    """Plot 25 runs south into the window of basic farmland until exactly 0.3700 ha of it are taken."""
    metres = to_metres(shapely.union_all(list(farmland_mm)))

    def added(depth: float) -> np.ndarray:
        corners = ((-3190, 940), (-3026, 945), (-3026, 880 - depth), (-3190, 880 - depth))
        return _millimetres([layout.to_ground_point(u, v) for u, v in corners])

    def taken_m2(corners_mm: np.ndarray) -> float:
        piece = to_metres(plot_mm).union(to_metres(Polygon(corners_mm))).intersection(metres)
        return area_m2(piece)

    depth = bisect(lambda d: taken_m2(added(d)), 0.0, 140.0, FARMLAND_M2, steps=40)
    corners = added(depth)
    # Millimetres are coarser than the wanted area: try the neighbours of the two southern corners.
    best = None
    for east in range(-3, 4):
        for west in range(-3, 4):
            trial = corners + np.array([(0, 0), (0, 0), (0, east), (0, west)])
            error = abs(taken_m2(trial) - FARMLAND_M2)
            if best is None or error < best[0]:
                best = (error, trial)
    grown = shapely.union_all([plot_mm, Polygon(best[1])], grid_size=1.0)
    return shapely.transform(grown, np.round)


def touch_red_line(plot_mm, red_mm: list):
    """Plot 1 runs north to the red line and takes over its vertices, so that they share an edge and no area."""
    coords = shapely.get_coordinates(plot_mm.exterior)[:-1]
    c, s = math.cos(layout.TURN_RAD), math.sin(layout.TURN_RAD)
    turned = coords @ np.array([[c, -s], [s, c]])
    west, east = int(np.argmin(turned[:, 0] - turned[:, 1])), int(np.argmax(turned[:, 0] + turned[:, 1]))
    red = min(red_mm, key=lambda r: r.distance(plot_mm))
    ring = shapely.get_coordinates(red.exterior)[:-1]
    up = np.array([-s, c])

    def foot(corner) -> int:
        """The vertex of the red line that is met when walking north from a corner."""
        ahead = LineString([corner, corner + up * 400_000.0])
        hits = shapely.get_coordinates(ahead.intersection(red.exterior))
        hit = hits[np.argmin(np.hypot(*(hits - corner).T))]
        return int(np.argmin(np.hypot(*(ring - hit).T)))

    a, b = foot(coords[west]), foot(coords[east])
    forward = np.roll(ring, -a, axis=0)[: (b - a) % len(ring) + 1]
    backward = np.roll(ring[::-1], -(len(ring) - 1 - a), axis=0)[: (a - b) % len(ring) + 1]
    chain = min(forward, backward, key=len)  # from west to east
    north_side = _ring_span(coords, east, west, turned)
    return shapely.transform(
        shapely.union_all([plot_mm, Polygon(np.vstack([chain, north_side]))], grid_size=1.0), np.round
    )


def _ring_span(coords, start: int, end: int, turned) -> np.ndarray:
    """The vertices from ``start`` to ``end`` along the northern side of a ring."""
    n = len(coords)
    one = np.array([(start + k) % n for k in range((end - start) % n + 1)])
    other = np.array([(start - k) % n for k in range((start - end) % n + 1)])
    return coords[max(one, other, key=lambda idx: turned[idx, 1].mean())]


def leave_by_sliver(plot_mm, boundary_mm: list):
    """Plot 38 runs south to 0.2 m beyond the straight edge of the concentrated zone, along its whole side."""
    metres = to_metres(plot_mm)
    west, east, south = south_edge(metres)
    zone = to_metres(max(boundary_mm, key=lambda z: z.intersection(plot_mm).area))
    ring = shapely.get_coordinates(zone.exterior)
    middle = LineString([(west + east) / 2, (west + east) / 2 + 200 * south])
    segments = shapely.linestrings(np.stack([ring[:-1], ring[1:]], axis=1))
    edge = shapely.get_coordinates(segments[shapely.intersects(segments, middle)][0])
    along = (edge[1] - edge[0]) / np.hypot(*(edge[1] - edge[0]))
    out = np.array([along[1], -along[0]])
    out = out if out @ south > 0 else -out

    def beyond(corner):
        return edge[0] + along * ((corner - edge[0]) @ along) + out * SLIVER_WIDTH_M

    coords = shapely.get_coordinates(plot_mm.exterior)[:-1]
    i = int(np.argmin(np.hypot(*(coords - np.round(west * 1000)).T)))
    j = int(np.argmin(np.hypot(*(coords - np.round(east * 1000)).T)))
    c, s = math.cos(layout.TURN_RAD), math.sin(layout.TURN_RAD)
    side = _ring_span(coords, i, j, -(coords @ np.array([[c, -s], [s, c]])))
    added = Polygon(np.vstack([side, _millimetres([beyond(east), beyond(west)])]))
    grown = shapely.transform(shapely.union_all([plot_mm, added], grid_size=1.0), np.round)
    return grown


def changed_plots(plots_mm: dict, farmland_mm: list, red_mm: list, boundary_mm: list) -> dict:
    """The plots of the conflict scheme: three changed, the others as they are."""
    changed = {
        **plots_mm,
        FARMLAND_PLOT: take_farmland(plots_mm[FARMLAND_PLOT], farmland_mm),
        CONTACT_PLOT: touch_red_line(plots_mm[CONTACT_PLOT], red_mm),
        SLIVER_PLOT: leave_by_sliver(plots_mm[SLIVER_PLOT], boundary_mm),
    }
    for plot_id in (FARMLAND_PLOT, CONTACT_PLOT, SLIVER_PLOT):
        if len(polygons_of(changed[plot_id])) != 1 or not changed[plot_id].is_valid:
            raise RuntimeError(f"changed plot {plot_id} is not one valid polygon")
    return changed
