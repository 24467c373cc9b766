"""Puts the tracts on the ground with the published areas and cuts their state-owned and public-interest parts."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon

from . import layout, tracts
from .ellipsoid import area_m2
from .partition import bisect, polygons_of, subdivide, sweep

M2_PER_HA = 10_000.0


@dataclass(frozen=True)
class Figures:
    """One row of tracts.csv: what the plan text publishes about a tract."""

    plot_id: str
    total_ha: float
    collective_ha: float
    state_ha: float
    years_ha: tuple[float, float, float]
    public_interest_pct: float | None
    projects: tuple[str, ...]
    functions: str
    is_provincial_zone: bool

    @property
    def name(self) -> str:
        """What the plan calls the tract."""
        return f"{self.plot_id}号片区"


def read_figures(path: Path) -> list[Figures]:
    """The published figures, in the order of the plan."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            Figures(
                plot_id=row["id"],
                total_ha=float(row["total_ha"]),
                collective_ha=float(row["collective_ha"]),
                state_ha=float(row["state_ha"]),
                years_ha=tuple(float(row[f"y{year}_ha"] or 0) for year in (2021, 2022, 2023)),
                public_interest_pct=float(row["public_interest_pct"]) if row["public_interest_pct"] else None,
                projects=tuple(row["projects"].removesuffix("等").removesuffix("及配套道路").split("、")),
                functions=row["functions"],
                is_provincial_zone=row["provincial_industrial_zone"] == "1",
            )
            for row in csv.DictReader(stream)
        ]


def place_tracts(figures: list[Figures]) -> dict[str, object]:
    """A polygon (local metres) for each tract, its ellipsoidal area equal to the published hectares."""
    target_m2 = {f.plot_id: f.total_ha * M2_PER_HA for f in figures}
    placed: dict[str, object] = {}
    for plot_id, tract in tracts.TRACTS.items():
        taken = shapely.union_all(list(placed.values())) if placed else Polygon()
        shape = _shape_of(tract, taken)
        step = bisect(
            lambda t, shape=shape: area_m2(shape(t)), *_bracket(shape, target_m2[plot_id]), target_m2[plot_id]
        )
        placed[plot_id] = shape(step)
    return placed


def _shape_of(tract: tracts.Tract, taken):
    def shape(t: float):
        whole = shapely.union_all([piece.shape(t) for piece in tract.pieces]).difference(taken)
        parts = sorted(polygons_of(whole), key=lambda p: -p.area)[: tract.parts]
        return shapely.union_all(parts)

    return shape


def _bracket(shape, target_m2: float) -> tuple[float, float]:
    """The nearest pair of steps between which the area passes the target."""
    for reach in (25, 100, 300, 900, 2500, 5000):
        for low, high in ((0.0, float(reach)), (-float(reach), 0.0)):
            try:
                if (area_m2(shape(low)) - target_m2) * (area_m2(shape(high)) - target_m2) <= 0:
                    return low, high
            except (IndexError, ValueError, shapely.errors.GEOSException):
                continue
    raise RuntimeError(f"no step gives {target_m2} m2")


def cut_ownership(plot, figures: Figures) -> tuple[list[Polygon], list[Polygon]]:
    """State-owned and collective parts of a plot with the published hectares."""
    state_m2 = figures.state_ha * M2_PER_HA
    if figures.state_ha == 0:
        return [], polygons_of(plot)
    if figures.collective_ha == 0:
        return polygons_of(plot), []
    angles = tracts.TRACTS[figures.plot_id].state_angles_deg
    shares = (1.0,) if len(angles) == 1 else (0.62, 0.38)
    state, rest = [], plot
    for angle, share in zip(angles, shares, strict=True):
        cut, rest = sweep(rest, state_m2 * share, math.radians(angle) + layout.TURN_RAD)
        state += polygons_of(cut)
    return state, polygons_of(rest)


def cut_uses(plot, share: float | None, rng: np.random.Generator) -> list[tuple[Polygon, bool]]:
    """Divides a plot into blocks and says of each whether it serves the public, so that their share is ``share``.

    ``None`` (the plan states no share) leaves the plot in blocks that are all marked as not public.
    """
    whole_m2 = area_m2(plot)
    blocks = subdivide(plot, max(whole_m2 / 9, 6_000.0), rng, layout.TURN_RAD)
    if share is None or share >= 1.0:
        return [(block, share is not None) for block in blocks]
    # A hair above the published percentage: the unrounded share must never fall below it.
    wanted_m2 = share * whole_m2 + max(1.0, 2e-5 * whole_m2)
    blocks = [blocks[i] for i in rng.permutation(len(blocks))]
    marked, public_m2 = [], 0.0
    for block in blocks:
        block_m2 = area_m2(block)
        if public_m2 >= wanted_m2 - 1e-6:
            marked.append((block, False))
        elif public_m2 + block_m2 <= wanted_m2:
            marked.append((block, True))
            public_m2 += block_m2
        else:
            cut, rest = sweep(block, wanted_m2 - public_m2, layout.TURN_RAD + math.pi / 2)
            marked += [(p, True) for p in polygons_of(cut)] + [(p, False) for p in polygons_of(rest)]
            public_m2 = wanted_m2
    return marked


def with_vertices(plot, cuts: list[Polygon]):
    """The plot with a vertex wherever the outline of a cut meets its boundary."""
    points = shapely.points(shapely.get_coordinates(cuts))
    on_edge = shapely.dwithin(plot.boundary, points, 1e-6)
    wanted = shapely.get_coordinates(points[on_edge])

    def ring_with_points(ring):
        coords = [tuple(c) for c in ring.coords]
        line = LineString(coords)
        at = {line.project(shapely.Point(c)): c for c in coords[:-1]}
        for point in wanted:
            candidate = shapely.Point(point)
            if line.distance(candidate) < 1e-6:
                position = line.project(candidate)
                if min(abs(position - known) for known in [*at, line.length]) > 1e-3:
                    at[position] = tuple(point)
        return [at[position] for position in sorted(at)]

    parts = [
        Polygon(ring_with_points(part.exterior), [ring_with_points(hole) for hole in part.interiors])
        for part in polygons_of(plot)
    ]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
