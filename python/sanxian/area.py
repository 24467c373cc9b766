"""The areas of polygons, each by a named method: planar, ellipsoidal, geodesic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
import pyarrow as pa

from sanxian import _native
from sanxian.arrow import findings_of, to_layer

if TYPE_CHECKING:
    import numpy as np


def planar_area_m2(gdf: Any) -> pd.Series:
    """Area of each polygon on the projection plane of its own CRS, in square metres.

    What boundary-point exchange texts declare in practice. At 1.3 degrees from the central meridian of a 3-degree
    zone it exceeds the area on the ellipsoid by 3 parts in 10,000.

    Parameters
    ----------
    gdf : GeoDataFrame, Arrow table or path
        Polygons in a projected CRS; any winding, holes and parts.

    Returns
    -------
    pandas.Series
        On the frame's index; missing geometry gives NaN, empty geometry 0. ``.attrs["findings"]`` is what was odd in a
        file, if a path was given.

    Raises
    ------
    SanxianError
        The CRS is geographic: its plane has no metres.
    InvalidPolygonError
        A coordinate is not a number; names feature, ring and vertex.

    Examples
    --------
    >>> import geopandas as gpd, shapely, sanxian as sx
    >>> plot = gpd.GeoDataFrame(geometry=[shapely.box(38386000, 4252000, 38386100, 4252100)], crs=4526)
    >>> sx.planar_area_m2(plot).round(4).tolist()
    [10000.0]
    """
    return _areas(gdf, "planar", "planar_area_m2")


def ellipsoidal_area_m2(gdf: Any, *, recipe: Literal["exact", "survey"] = "exact") -> pd.Series:
    """Area of each polygon on the ellipsoid, bounded by straight Gauss-Kruger edges, in square metres.

    Parameters
    ----------
    gdf : GeoDataFrame, Arrow table or path
        Polygons in a transverse Mercator or geographic CRS.
    recipe : {"exact", "survey"}
        ``"exact"`` evaluates the area to rounding error, so that the pieces of a plot sum to the plot;
        ``"survey"`` follows the land survey's recipe step by step (coordinates to 4 decimals, points inserted every
        70 m, latitude and longitude to a millionth of a second), for figures that must match to the last digit.

    Returns
    -------
    pandas.Series
        On the frame's index; missing geometry gives NaN, empty geometry 0. ``.attrs["findings"]`` is what was odd in a
        file, if a path was given.

    Raises
    ------
    SanxianError
        The CRS is neither geographic nor transverse Mercator.
    InvalidPolygonError
        A coordinate is not a number or outside the frame; names feature, ring and vertex.

    Notes
    -----
    The formula is that of the second national land survey (2008), kept by the third: the trapezoids of its series are
    the shoelace of (L, Q(B)) with Q the authalic function.

    Examples
    --------
    >>> import geopandas as gpd, shapely, sanxian as sx
    >>> plot = gpd.GeoDataFrame(geometry=[shapely.box(38386000, 4252000, 38386100, 4252100)], crs=4526)
    >>> sx.ellipsoidal_area_m2(plot).round(2).tolist()
    [9996.8]
    """
    if recipe not in ("exact", "survey"):
        raise ValueError(f'recipe: expected "exact" or "survey", found {recipe!r}')
    return _areas(gdf, "ellipsoidal" if recipe == "exact" else "survey", "ellipsoidal_area_m2")


def geodesic_area_m2(gdf: Any) -> pd.Series:
    """Area of each polygon whose edges are geodesics between its vertices, in square metres.

    Karney's algorithm on the ellipsoid of the CRS; what PostGIS's geography type and pyproj's ``Geod`` give.

    Parameters
    ----------
    gdf : GeoDataFrame, Arrow table or path
        Polygons in any CRS that has an inverse.

    Returns
    -------
    pandas.Series
        On the frame's index; missing geometry gives NaN, empty geometry 0. ``.attrs["findings"]`` is what was odd in a
        file, if a path was given.

    Raises
    ------
    InvalidPolygonError
        A coordinate is not a number or outside the frame; names feature, ring and vertex.

    References
    ----------
    Karney (2013), Algorithms for geodesics, J. Geodesy 87, 43-55.

    Examples
    --------
    >>> import geopandas as gpd, shapely, sanxian as sx
    >>> plot = gpd.GeoDataFrame(geometry=[shapely.box(38386000, 4252000, 38386100, 4252100)], crs=4526)
    >>> sx.geodesic_area_m2(plot).round(2).tolist()
    [9996.8]
    """
    return _areas(gdf, "geodesic", "geodesic_area_m2")


def _areas(gdf: Any, method: str, name: str) -> pd.Series:
    layer = to_layer(gdf, "gdf", columns=[])
    values: np.ndarray = pa.array(_native.areas_m2(layer, method)).to_numpy(zero_copy_only=False)
    index = gdf.index if isinstance(gdf, pd.Series | pd.DataFrame) else None
    areas = pd.Series(values, index=index, name=name, dtype="float64")
    areas.attrs["findings"] = findings_of(layer)
    return areas
