"""Takes out edges too short for a survey, without opening or folding the coverage they belong to."""

from __future__ import annotations

import math

import numpy as np
import shapely
from shapely.geometry import Polygon

SHORTEST_EDGE_MM = 250.0
FIXED = 3


def collapse_short_edges(faces: np.ndarray, rank: dict, shortest_mm: float = SHORTEST_EDGE_MM) -> np.ndarray:
    """Draws the two ends of every short edge together, wherever the faces around stay a valid coverage.

    ``rank`` says how firmly a vertex stands: it moves onto another of its rank or higher; ``FIXED`` is never moved.
    """
    faces = list(faces)
    around: dict = {}
    for i, face in enumerate(faces):
        for vertex in _vertices(face):
            around.setdefault(vertex, set()).add(i)
    for a, b in _short_edges(faces, shortest_mm):
        moved, kept = (b, a) if (rank.get(a, 0), b) >= (rank.get(b, 0), a) else (a, b)
        if rank.get(moved, 0) == FIXED or not around.get(moved) or not around.get(kept):
            continue
        mine = sorted(around[moved])
        changed = [_with_vertex_moved(faces[i], moved, kept) for i in mine]
        if any(face is None for face in changed):
            continue
        near = sorted(set().union(*(around[v] for i in mine for v in _vertices(faces[i]))) - set(mine))
        if not shapely.coverage_is_valid(changed + [faces[i] for i in near]):
            continue
        for i, face in zip(mine, changed, strict=True):
            faces[i] = face
        around[kept] |= around.pop(moved)
    return np.array(faces, dtype=object)


def _vertices(face: Polygon) -> set:
    return {tuple(v) for v in shapely.get_coordinates(face)}


def _short_edges(faces: list, shortest_mm: float) -> list[tuple]:
    found = set()
    for ring in shapely.get_rings(np.array(faces, dtype=object)):
        coords = shapely.get_coordinates(ring)
        length = np.hypot(*np.diff(coords, axis=0).T)
        for i in np.flatnonzero(length < shortest_mm):
            found.add((float(length[i]), *sorted((tuple(coords[i]), tuple(coords[i + 1])))))
    return [edge[1:] for edge in sorted(found)]


def _with_vertex_moved(face: Polygon, moved: tuple, kept: tuple) -> Polygon | None:
    """The face with one vertex put onto another, or nothing if that ruins it."""
    rings = []
    for ring in (face.exterior, *face.interiors):
        coords = [kept if c == moved else c for c in map(tuple, shapely.get_coordinates(ring)[:-1])]
        coords = [c for i, c in enumerate(coords) if c != coords[i - 1]]
        if len(coords) < 3:
            return None
        rings.append(coords)
    whole = Polygon(rings[0], rings[1:])
    if not whole.is_valid or not math.isclose(whole.area, face.area, abs_tol=0.02 * face.area):
        return None
    return whole
