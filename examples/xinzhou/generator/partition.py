"""Cutting polygons to a wanted area, dividing them into fields, and joining everything on the millimetre grid."""

from __future__ import annotations

import itertools
import math

import numpy as np
import shapely
from shapely import STRtree
from shapely.affinity import rotate
from shapely.geometry import LineString, Polygon, box

from .ellipsoid import area_m2

FAR_M = 30_000.0


def polygons_of(geometry) -> list[Polygon]:
    """The polygons of any geometry, without points, lines and emptiness."""
    return [p for p in shapely.get_parts(geometry) if p.geom_type == "Polygon" and p.area > 1e-6]


def half_plane(point, angle_rad: float) -> Polygon:
    """Everything behind a line through ``point`` whose normal points along ``angle_rad``."""
    plane = box(point[0] - FAR_M, point[1] - FAR_M, point[0], point[1] + FAR_M)
    return rotate(plane, angle_rad, origin=point, use_radians=True)


def bisect(function, low: float, high: float, target: float, steps: int = 60) -> float:
    """The argument at which a monotonic function takes ``target``."""
    rising = function(high) > function(low)
    for _ in range(steps):
        middle = (low + high) / 2
        if (function(middle) < target) == rising:
            low = middle
        else:
            high = middle
        if high - low < 1e-7:
            break
    return (low + high) / 2


def sweep(polygon, target_m2: float, angle_rad: float):
    """Cuts ``target_m2`` (ellipsoidal) off the side that lies opposite ``angle_rad``; gives (cut off, rest)."""
    centre = polygon.centroid.coords[0]
    reach = math.hypot(polygon.bounds[2] - polygon.bounds[0], polygon.bounds[3] - polygon.bounds[1])

    def plane(offset):
        return half_plane(
            (centre[0] + offset * math.cos(angle_rad), centre[1] + offset * math.sin(angle_rad)), angle_rad
        )

    scale = area_m2(polygon) / polygon.area
    offset = bisect(lambda t: polygon.intersection(plane(t)).area * scale, -reach, reach, target_m2)
    for _ in range(6):  # the scale differs by some 1e-5 across a large plot
        cut = polygon.intersection(plane(offset))
        missing = target_m2 - area_m2(cut)
        edge = polygon.intersection(LineString(_chord(centre, offset, angle_rad))).length
        if abs(missing) < 1e-3 or edge < 1e-3:
            break
        offset += missing / edge
    return polygon.intersection(plane(offset)), polygon.difference(plane(offset))


def _chord(centre, offset, angle):
    foot = (centre[0] + offset * math.cos(angle), centre[1] + offset * math.sin(angle))
    along = (-math.sin(angle) * FAR_M, math.cos(angle) * FAR_M)
    return [(foot[0] - along[0], foot[1] - along[1]), (foot[0] + along[0], foot[1] + along[1])]


def subdivide(polygon, size_m2: float, rng: np.random.Generator, grain_rad: float | None = None) -> list[Polygon]:
    """Splits a polygon again and again across its longer side until the pieces are about ``size_m2``."""
    done, todo = [], polygons_of(polygon)
    while todo:
        piece = todo.pop()
        limit = size_m2 * rng.uniform(0.75, 1.9)
        if piece.area <= limit:
            done.append(piece)
            continue
        angle = _long_axis(piece) if grain_rad is None else _grain_axis(piece, grain_rad)
        angle += rng.uniform(-0.06, 0.06)
        centre = piece.centroid
        shift = rng.uniform(-0.14, 0.14) * math.sqrt(piece.area)
        point = (centre.x + shift * math.cos(angle), centre.y + shift * math.sin(angle))
        plane = half_plane(point, angle)
        halves = polygons_of(piece.intersection(plane)) + polygons_of(piece.difference(plane))
        if len(halves) < 2:
            done.append(piece)
        else:
            todo.extend(halves)
    return done


def _long_axis(piece: Polygon) -> float:
    corners = np.array(piece.minimum_rotated_rectangle.exterior.coords)
    edges = np.diff(corners[:3], axis=0)
    longest = edges[np.argmax(np.hypot(edges[:, 0], edges[:, 1]))]
    return math.atan2(longest[1], longest[0])


def _grain_axis(piece: Polygon, grain_rad: float) -> float:
    west, south, east, north = rotate(piece, -grain_rad, origin=(0, 0), use_radians=True).bounds
    return grain_rad if east - west > north - south else grain_rad + math.pi / 2


def to_millimetres(geometry):
    """The same geometry in whole millimetres (coordinates only, no noding)."""
    return shapely.transform(geometry, lambda a: np.round(a * 1000.0))


def to_metres(geometry):
    """Millimetres back to metres: each coordinate is the double nearest to its three decimals."""
    return shapely.transform(geometry, lambda a: np.round(a) / 1000.0)


def faces_on_grid(lines) -> np.ndarray:
    """Nodes lines (in metres) on the millimetre grid and gives all faces, in millimetres."""
    # Unrounded on purpose: a line rounded first could miss a vertex that another line has on it.
    millimetres = shapely.transform(np.asarray(list(lines), dtype=object), lambda a: a * 1000.0)
    noded = shapely.union_all(millimetres, grid_size=1.0)
    faces = shapely.get_parts(shapely.polygonize(list(shapely.get_parts(noded))))
    faces = shapely.transform(faces, np.round)
    points = shapely.get_coordinates(shapely.point_on_surface(faces))
    return faces[np.lexsort((points[:, 1], points[:, 0]))]


def label_faces(faces: np.ndarray, regions: list, fallback: int = -1) -> np.ndarray:
    """For each face (mm) the index of the region (m) that holds its inner point."""
    tree = STRtree(regions)
    points = shapely.point_on_surface(to_metres(faces))
    face, region = tree.query(points, predicate="intersects")
    labels = np.full(len(faces), fallback)
    labels[face[::-1]] = region[::-1]
    return labels


def merge_small(faces: np.ndarray, labels: list, least_m2, join_key) -> tuple[np.ndarray, list]:
    """Joins faces below their least area to the neighbour of the same ``join_key`` with the longest common edge."""
    faces = list(faces)
    while True:
        tree = STRtree(faces)
        area = shapely.area(faces) / 1e6
        small = [i for i in np.argsort(area, kind="stable") if area[i] < least_m2(labels[i])]
        gone, touched = set(), set()
        for i in small:
            if i in touched:
                continue
            best, best_length = None, 0.0
            for j in sorted(tree.query(faces[i], predicate="intersects")):
                if j == i or j in touched or join_key(labels[j]) != join_key(labels[i]):
                    continue
                length = shapely.length(shapely.intersection(faces[i].boundary, faces[j].boundary))
                if length > best_length:
                    best, best_length = j, length
            if best is None:
                continue
            joined = shapely.coverage_union_all([faces[best], faces[i]])
            if joined.geom_type != "Polygon":
                continue
            faces[best] = joined
            gone.add(i)
            touched.update((i, best))
        if not gone:
            return np.array(faces, dtype=object), labels
        keep = [i for i in range(len(faces)) if i not in gone]
        faces, labels = [faces[i] for i in keep], [labels[i] for i in keep]


def nudge(geometries: np.ndarray, vertex_mm, shift_mm) -> np.ndarray:
    """Moves one vertex by a few millimetres wherever it occurs, so that a coverage stays a coverage."""

    def move(coords):
        hit = (coords[:, 0] == vertex_mm[0]) & (coords[:, 1] == vertex_mm[1])
        coords[hit] += shift_mm
        return coords

    return shapely.transform(geometries, move)


def settle_area(
    geometries: np.ndarray, members: np.ndarray, target_m2: float, frozen: set, tolerance_m2: float = 0.02
) -> np.ndarray:
    """Brings the joint area of ``members`` to ``target_m2`` by moving one outer vertex that is not in ``frozen``."""
    outline = shapely.coverage_union_all(list(geometries[members]))
    missing = target_m2 - area_m2(to_metres(outline))
    if abs(missing) <= tolerance_m2:
        return geometries
    candidates = []
    for ring in shapely.get_rings(shapely.get_parts(outline)):
        c = shapely.get_coordinates(ring)[:-1]
        chord = (np.roll(c, -1, axis=0) - np.roll(c, 1, axis=0)) / 1000.0
        base = np.hypot(chord[:, 0], chord[:, 1])
        for i in np.flatnonzero(base > 4.0):
            if tuple(c[i]) not in frozen:
                # About 60 m between the neighbours: one millimetre is then worth 0.03 m2.
                candidates.append((abs(math.log(base[i] / 60.0)), tuple(c[i]), chord[i], ring.is_ccw))
    candidates.sort(key=lambda item: item[:2])
    for clear_mm, (_, vertex, chord, is_ccw) in itertools.product((1_500.0, 200.0, 40.0), candidates):
        if _stands_alone(geometries, vertex, clear_mm):
            # The right-hand normal, as long as the chord; half of it times the shift is the change of area.
            normal = np.array([chord[1], -chord[0]]) * (1 if _points_out(outline, vertex, is_ccw) else -1)
            shift = np.round(2000.0 * missing * normal / (normal @ normal))
            trials = [shift + np.array([a, b]) for a in range(-2, 3) for b in range(-2, 3)]
            best = min(trials, key=lambda s: (abs(s @ normal / 2000.0 - missing), float(np.abs(s).sum())))
            return nudge(geometries, vertex, best)
    raise RuntimeError(
        f"{target_m2} m2: no vertex is free to settle an area, {len(candidates)} tried, {missing} missing"
    )


def _stands_alone(geometries: np.ndarray, vertex, clear_mm: float) -> bool:
    """Whether nothing but the edges that meet in a vertex comes near it, so that moving it cannot fold a face."""
    point = shapely.Point(vertex)
    near = geometries[shapely.dwithin(geometries, point, clear_mm)]
    coords = shapely.get_coordinates(near)
    distance = np.hypot(coords[:, 0] - vertex[0], coords[:, 1] - vertex[1])
    return bool(
        (distance[distance > 0] > clear_mm).all() and shapely.touches(near, point).all() and _are_corners(near, vertex)
    )


def _are_corners(faces: np.ndarray, vertex) -> bool:
    return all(((c[:, 0] == vertex[0]) & (c[:, 1] == vertex[1])).any() for c in map(shapely.get_coordinates, faces))


def _points_out(outline, vertex, ccw: bool) -> bool:
    """Whether the right-hand normal of a ring leads out of the polygon at ``vertex``."""
    exteriors = {tuple(v) for part in shapely.get_parts(outline) for v in shapely.get_coordinates(part.exterior)}
    return ccw == (tuple(vertex) in exteriors)
