"""Areas on the CGCS2000 ellipsoid of polygons given in EPSG:4526, for the generator and independent of sanxian.

The generator works in *local metres*: prefixed easting minus ``ORIGIN_E_M``, northing minus ``ORIGIN_N_M``. Every final
coordinate is a whole number of millimetres in that frame.
"""

from __future__ import annotations

import numpy as np
import shapely
from pyproj import Transformer

ORIGIN_E_M = 38_380_000.0
ORIGIN_N_M = 4_245_000.0

# CGCS2000: semi-major axis in metres and inverse flattening (GB 22021-2008).
SEMI_MAJOR_M = 6_378_137.0
FLATTENING = 1 / 298.257222101
SEMI_MINOR_M = SEMI_MAJOR_M * (1 - FLATTENING)
ECCENTRICITY_SQUARED = FLATTENING * (2 - FLATTENING)

# An edge straight in Gauss-Krueger bends in longitude and authalic ordinate; 5 m pieces leave < 2e-5 m2 on ten mu.
MAX_SEGMENT_M = 5.0

_TO_GEOGRAPHIC = Transformer.from_crs(4526, 4490, always_xy=True)


def authalic_difference_m2(latitude_rad: np.ndarray, reference_rad: np.ndarray) -> np.ndarray:
    """Area between two latitudes for one radian of longitude, in m2.

    Integrated by five-point Gauss-Legendre quadrature rather than as a difference of two ordinates of 2.5e13 m2,
    which would lose the fourth decimal of a small plot.
    """
    nodes, weights = np.polynomial.legendre.leggauss(5)
    half = (latitude_rad - reference_rad) / 2
    s = np.sin(reference_rad + half + half * nodes[:, None])
    integrand = np.sqrt(1 - s * s) / (1 - ECCENTRICITY_SQUARED * s * s) ** 2
    return SEMI_MINOR_M**2 * half * (weights[:, None] * integrand).sum(axis=0)


def _ring_areas_m2(coords_local_m: np.ndarray, ring_of_vertex: np.ndarray) -> np.ndarray:
    """Unsigned area of each closed ring: the shoelace sum in (longitude, authalic ordinate)."""
    longitude, latitude = _TO_GEOGRAPHIC.transform(coords_local_m[:, 0] + ORIGIN_E_M, coords_local_m[:, 1] + ORIGIN_N_M)
    starts = np.flatnonzero(np.r_[True, np.diff(ring_of_vertex) != 0])
    # Measured from the first vertex of its own ring each product stays small, so no digits are lost.
    x = np.radians(longitude - np.asarray(longitude)[starts][ring_of_vertex])
    latitude_rad = np.radians(latitude)
    q = authalic_difference_m2(latitude_rad, latitude_rad[starts][ring_of_vertex])
    edge = x[:-1] * q[1:] - x[1:] * q[:-1]
    edge[np.diff(ring_of_vertex) != 0] = 0.0
    return np.abs(np.add.reduceat(np.r_[edge, 0.0], starts)) / 2


def areas_m2(polygons) -> np.ndarray:
    """Ellipsoidal area of polygons in local metres, edges straight in Gauss-Krueger; holes count."""
    features = np.atleast_1d(np.asarray(polygons, dtype=object))
    areas = np.zeros(len(features))
    parts, feature_of_part = shapely.get_parts(shapely.segmentize(features, MAX_SEGMENT_M), return_index=True)
    # An overlay may leave lines and points among its polygons: they have no area.
    is_polygon = (shapely.get_type_id(parts) == 3) & ~shapely.is_empty(parts)
    parts, feature_of_part = parts[is_polygon], feature_of_part[is_polygon]
    if len(parts) == 0:
        return areas
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    coords, ring_of_vertex = shapely.get_coordinates(rings, return_index=True)
    ring_area = _ring_areas_m2(coords, ring_of_vertex)
    is_exterior = np.r_[True, np.diff(part_of_ring) != 0]
    np.add.at(areas, feature_of_part[part_of_ring], np.where(is_exterior, ring_area, -ring_area))
    return areas


def area_m2(polygon) -> float:
    """Ellipsoidal area of one polygon in local metres."""
    return float(areas_m2([polygon])[0])
